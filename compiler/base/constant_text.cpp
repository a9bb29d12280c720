#include "base/constant_text.hpp"

namespace ebpfxx::cc {

std::optional<std::string> constant_text(const clang::APValue& value) {
  if (value.isStruct() && value.getStructNumFields() > 0) return constant_text(value.getStructField(0));
  if (!value.isArray()) return std::nullopt;
  std::string text;
  for (unsigned i = 0; i < value.getArraySize(); ++i) {
    const bool initialised = i < value.getArrayInitializedElts();
    const clang::APValue& element = initialised ? value.getArrayInitializedElt(i) : value.getArrayFiller();
    if (!element.isInt()) return std::nullopt;
    if (element.getInt() == 0) break;
    text += static_cast<char>(element.getInt().getZExtValue());
  }
  return text;
}

}  // namespace ebpfxx::cc
