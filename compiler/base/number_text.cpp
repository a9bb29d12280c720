#include "base/number_text.hpp"

#include <llvm/ADT/SmallString.h>

namespace ebpfxx::cc {

std::string text_of(const llvm::APInt& number) {
  llvm::SmallString<24> text;
  number.toStringSigned(text);
  return text.str().str();
}

}  // namespace ebpfxx::cc
