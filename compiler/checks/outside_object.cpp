#include <llvm/IR/DerivedTypes.h>

#include "base/function_analyses.hpp"
#include "base/indexed_access.hpp"
#include "checks/element_words.hpp"
#include "checks/index_certainty.hpp"
#include "checks/rules.hpp"
#include "lower/whole_objects.hpp"

namespace ebpfxx::cc {
namespace {

/// The array that the object is, but for structs around it; null for any other object.
const llvm::ArrayType* array_of(const llvm::Type& object) {
  const llvm::Type* type = &object;
  while (type->isStructTy() && type->getStructNumElements() == 1) type = type->getStructElementType(0);
  return llvm::dyn_cast<llvm::ArrayType>(type);
}

std::string message_of(const llvm::Type& object, int64_t offset, uint64_t bytes, const llvm::DataLayout& layout) {
  const llvm::ArrayType* array = array_of(object);
  const uint64_t element = array ? layout.getTypeAllocSize(array->getElementType()).getFixedValue() : 0;
  if (bytes <= element) {
    const auto size = static_cast<int64_t>(element);
    return takes_element(std::to_string((offset - (offset < 0 ? size - 1 : 0)) / size), array->getNumElements());
  }
  return "takes bytes " + std::to_string(offset) + " to " + std::to_string(offset + static_cast<int64_t>(bytes) - 1) +
         " of an object of " +
         std::to_string(layout.getTypeAllocSize(const_cast<llvm::Type*>(&object)).getFixedValue()) + " bytes";
}

void check_function(llvm::Function& function, const OptimisedCode& code, Diagnostics& diagnostics) {
  FunctionAnalyses analyses;
  NumberRanges ranges(function, analyses.manager(), code.kernel);
  const llvm::DataLayout& layout = code.whole.getDataLayout();
  for (const IndexedAccess& access : indexed_accesses(function)) {
    const auto object = whole_object(*access.base);
    if (!object || !access.indexes.empty()) continue;
    const int64_t offset = access.constant - static_cast<int64_t>(object->offset);
    const auto size = static_cast<int64_t>(layout.getTypeAllocSize(object->type).getFixedValue());
    if (offset >= 0 && offset + static_cast<int64_t>(access.size) <= size) continue;
    if (is_reached_for_certain(*access.instruction, ranges))
      diagnostics.error(code.locations.trail(*access.instruction), "array-bounds",
                        message_of(*object->type, offset, access.size, layout));
  }
}

}  // namespace

/// Elements and bytes at a constant offset that a variable or a constant does not have: in the copy of the module that
/// keeps them (array-bounds).
void check_outside_object(const OptimisedCode& code, Diagnostics& diagnostics) {
  for (const llvm::Function& function : code.whole)
    if (!function.isDeclaration()) check_function(const_cast<llvm::Function&>(function), code, diagnostics);
}

}  // namespace ebpfxx::cc
