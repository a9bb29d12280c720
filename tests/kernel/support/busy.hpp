#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace ebpfxx::test {

/// Computes until the calling thread has had a CPU for so long.
inline void keep_busy(std::chrono::nanoseconds duration) {
  const auto used = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto end = used() + duration;
  volatile std::uint64_t number = 1;
  while (used() < end)
    for (int i = 0; i < 100'000; ++i) number = number * 3 + 1;
}

}  // namespace ebpfxx::test
