// The cases of a seed, on every program that the sources beside this one name, natively and in the kernel.
#include <doctest/doctest.h>
#include <sched.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "fuzz.hpp"

using namespace ebpfxx;
using namespace ebpfxx::fuzz;

namespace {

/// A number that the environment gives; without it the one of the fixed run, the same on every kernel.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Keeps this thread, and so the programs, on the CPU that it is on.
void stay_on_this_cpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &set);
  REQUIRE(sched_setaffinity(0, sizeof set, &set) == 0);
}

void fuzz_one(Fuzzed& program, std::uint64_t seed, std::uint64_t cases, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  Progress progress;
  for (std::uint64_t batch = 0; progress.cases < cases; ++batch) {
    if (!program.run_batch(seed, batch, progress)) break;
    if (std::chrono::steady_clock::now() >= end) break;
  }
  std::cout << "fuzz: " << program.name() << ": " << progress.cases << " cases of " << progress.all << ", "
            << (progress.difference.empty() ? 0 : 1) << " differences" << std::endl;
  std::istringstream lines(progress.difference);
  for (std::string line; std::getline(lines, line);) std::cout << "| " << line << '\n';
  CHECK_MESSAGE(progress.difference.empty(), program.name());
}

}  // namespace

TEST_CASE("programs do the same natively as in the kernel") {
  stay_on_this_cpu();
  const std::uint64_t seed = setting("EBPFXX_FUZZ_SEED", 1), cases = setting("EBPFXX_FUZZ_CASES", 256);
  const std::chrono::milliseconds time(setting("EBPFXX_FUZZ_MILLISECONDS", 600'000));
  for (const Registry::Entry& entry : Registry::all().entries) {
    if (entry.make == nullptr) {
      std::cout << "fuzz: " << entry.name << ": natively only: " << entry.reason << std::endl;
      continue;
    }
    fuzz_one(*entry.make(), seed, cases, time);
  }
}
