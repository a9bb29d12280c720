#pragma once

#include <sys/resource.h>
#include <time.h>

#include <cstdint>

namespace ebpfxx::test {

/// How often the calling thread has left its CPU by itself, as the kernel counts.
inline std::uint64_t voluntary_switches() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<std::uint64_t>(usage.ru_nvcsw);
}

/// Takes the calling thread off its CPU and back, `times` times at least: a short sleep may be over before it starts.
inline void switch_away(std::uint64_t times) {
  const std::uint64_t end = voluntary_switches() + times;
  while (voluntary_switches() < end) {
    const timespec moment{.tv_sec = 0, .tv_nsec = 1'000'000};
    nanosleep(&moment, nullptr);
  }
}

}  // namespace ebpfxx::test
