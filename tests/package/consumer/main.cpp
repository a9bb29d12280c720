#include <iostream>

#include "programs.hpp"

int main() {
  open_egress();
  open_ingress();
  open_second();
  open_in_library();
  open_in_archive();
#if defined(CONSUMER_TRACES)
  open_tracing();
#endif
  std::cout << "all programs are embedded\n";
}
