#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "random.hpp"

namespace ebpfxx::fuzz {

/// How far a fuzz run has come.
struct Progress {
  std::uint64_t cases = 0;  ///< those that count (see `counts`)
  std::uint64_t all = 0;
  std::string difference;  ///< the shrunk cases as a test; empty: none
};

/// A program that is run on many cases.
class Fuzzed {
 public:
  Fuzzed() = default;
  Fuzzed(const Fuzzed&) = delete;
  Fuzzed& operator=(const Fuzzed&) = delete;
  virtual ~Fuzzed() = default;

  virtual const std::string& name() const = 0;
  /// Runs the cases of the batch with this number; false after a difference.
  virtual bool run_batch(std::uint64_t seed, std::uint64_t batch, Progress& progress) = 0;
};

inline constexpr std::size_t cases_of_batch = 64;

/// Each program has its own.
inline std::uint64_t seed_of_batch(std::uint64_t seed, std::uint64_t batch, const std::string& name) {
  std::uint64_t own = seed_of(seed, batch);
  for (const char letter : name) own = seed_of(own, static_cast<unsigned char>(letter));
  return own;
}

}  // namespace ebpfxx::fuzz
