// What bench/build measures: a small application. `std_only.cpp` is the same without ebpfxx, `twin.c` the same in C.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <thread>

#include "xdp_drop.hpp"

int main(int count, char** arguments) try {
  if (count != 2) return std::cerr << "usage: ours INTERFACE\n", 2;
  auto object = Object::open(drop_tcp);
  object[port] = 8080;
  object.load();
  const Link link = object[drop_tcp].attach(Interface(arguments[1]));
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const Drops sum = object[drops].sum();
    std::cout << sum.packets << " packets, " << sum.bytes << " bytes" << std::endl;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
