// ours.cpp without ebpfxx: the same headers of std, and as much code.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <thread>

struct Drops {
  std::uint64_t packets, bytes;
};

int main(int count, char** arguments) try {
  if (count != 2) return std::cerr << "usage: ours INTERFACE\n", 2;
  std::cout << "attached to " << arguments[1] << '\n';
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const Drops sum = {};
    std::cout << sum.packets << " packets, " << sum.bytes << " bytes" << std::endl;
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
