#pragma once

#include <llvm/ADT/APInt.h>

#include <string>

namespace ebpfxx::cc {

/// The number in decimal digits, with its sign, for messages.
std::string text_of(const llvm::APInt& number);

}  // namespace ebpfxx::cc
