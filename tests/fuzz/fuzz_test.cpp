// The cases of a seed, on every program that the sources beside this one name, natively and in the kernel.
#include <doctest/doctest.h>

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

/// What is to be run of each program: the cases of a seed from a batch on, until there are enough or the time is over.
struct Slice {
  std::uint64_t seed = setting("EBPFXX_FUZZ_SEED", 1);
  std::uint64_t first_batch = setting("EBPFXX_FUZZ_FIRST_BATCH", 0);
  std::uint64_t cases = setting("EBPFXX_FUZZ_CASES", 256);
  std::chrono::milliseconds time{setting("EBPFXX_FUZZ_MILLISECONDS", 600'000)};
};

/// Whether nothing differed.
bool fuzz_one(Fuzzed& program, const std::string& natively_only, const Slice& slice) {
  CAPTURE(program.name());
  const auto end = std::chrono::steady_clock::now() + slice.time;
  Progress progress;
  for (std::uint64_t batch = slice.first_batch; progress.cases < slice.cases; ++batch) {
    if (!program.run_batch(slice.seed, batch, progress)) break;
    if (std::chrono::steady_clock::now() >= end) break;
  }
  std::cout << "fuzz: " << program.name() << ": ";
  if (natively_only.empty() || !progress.difference.empty())
    std::cout << progress.cases << " cases of " << progress.all << ", " << (progress.difference.empty() ? 0 : 1)
              << " differences\n";
  else
    std::cout << "natively only, " << progress.cases << " cases: " << natively_only << '\n';
  std::istringstream lines(progress.difference);
  for (std::string line; std::getline(lines, line);) std::cout << "| " << line << '\n';
  std::cout << std::flush;
  CHECK_MESSAGE(progress.difference.empty(), program.name());
  return progress.difference.empty();
}

}  // namespace

TEST_CASE("programs do the same natively as in the kernel") {
  constexpr int most_differences = 3;  // one fault makes many programs differ
  stay_on_this_cpu();
  const Slice slice;
  int differences = 0;
  for (const Registry::Entry& entry : Registry::all().entries) {
    if (std::getenv("EBPFXX_FUZZ_LIST") != nullptr) {
      if (entry.make == nullptr) continue;
      std::cout << "fuzz: " << entry.name << ": " << slice.cases << " cases"
                << (entry.natively_only.empty() ? "\n" : " natively\n");
    } else if (differences == most_differences) {
      std::cout << "fuzz: " << entry.name << ": not run, for " << differences << " others differed\n";
    } else if (entry.make == nullptr) {
      std::cout << "fuzz: " << entry.name << ": natively only, 0 cases: " << entry.natively_only << std::endl;
    } else if (!fuzz_one(*entry.make(), entry.natively_only, slice)) {
      ++differences;
    }
  }
}
