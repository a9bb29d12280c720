#pragma once

// Runs mutants that ebpfxx-cc refuses and every kernel takes without the check: natively and in the kernel, as
// scripts/fuzz does, and natively beside their originals.

#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "../programs/headers.hpp"

namespace mutate {

using namespace ebpfxx;

/// Whether it is the one that this process is to run.
inline bool is_wanted(const std::string& name) {
  const char* wanted = std::getenv("EBPFXX_MUTANT");
  return wanted != nullptr && name == wanted;
}

inline std::vector<std::function<void()>> comparisons;

/// What a native run gives, or throws.
template <class Hook>
std::string difference_of_natives(Native& native, const Program<Hook>& original, const Program<Hook>& mutant,
                                  const fuzz::Case<Hook>& one) {
  try {
    return fuzz::difference(native(original)(one.packet, one.context), native(mutant)(one.packet, one.context));
  } catch (const std::exception& error) {
    return std::string("it throws: ") + error.what();
  }
}

/// Has a mutant run.
template <class Hook, class... Maps>
bool add(const std::string& name, const Program<Hook>& original, const Program<Hook>& mutant, const Maps&... maps) {
  if (!is_wanted(name)) return false;
  fuzz::Registration().both(name, mutant, maps...);
  comparisons.emplace_back([name, &original, &mutant] {
    constexpr std::uint64_t cases = 2048;
    Native native;
    std::string found;
    for (std::uint64_t i = 0; i < cases && found.empty(); ++i)
      found = difference_of_natives(native, original, mutant, fuzz::case_of<Hook>(fuzz::seed_of(1, i)));
    std::cout << "mutate: " << name << ": " << (found.empty() ? "same" : "differs: " + found) << std::endl;
  });
  return true;
}

}  // namespace mutate
