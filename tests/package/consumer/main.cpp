#include <iostream>

#include "programs.hpp"

int main() {
  open_egress();
  open_ingress();
  std::cout << "both programs are embedded\n";
}
