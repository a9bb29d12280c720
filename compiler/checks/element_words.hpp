#pragma once

#include <cstdint>
#include <string>

namespace ebpfxx::cc {

/// What is said of one element that an array does not have.
inline std::string takes_element(const std::string& index, uint64_t elements) {
  return "takes element " + index + " of an array of " + std::to_string(elements) + ", whose last is element " +
         std::to_string(elements - 1);
}

}  // namespace ebpfxx::cc
