#include "base/table_values.hpp"

#include <llvm/ADT/MapVector.h>
#include <llvm/Analysis/ConstantFolding.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/Operator.h>

#include <numeric>

namespace ebpfxx::cc {
namespace {

constexpr uint64_t most_elements = 4096;

/// A part of the offset that is known: it is this, and multiples of `stride` more.
struct Offset {
  llvm::APInt constant = llvm::APInt(64, 0);
  uint64_t stride = 0;
};

/// Adds the offsets of an address, and returns what it starts from; null when they are not numbers of bytes.
const llvm::Value* add_offsets(const llvm::Value* address, const llvm::DataLayout& layout, Offset& offset) {
  while (const auto* step = llvm::dyn_cast<llvm::GEPOperator>(address)) {
    llvm::MapVector<llvm::Value*, llvm::APInt> variables;
    if (!step->collectOffset(layout, 64, variables, offset.constant)) return nullptr;
    for (const auto& [number, stride] : variables) offset.stride = std::gcd(offset.stride, stride.abs().getZExtValue());
    address = step->getPointerOperand();
  }
  return address;
}

bool is_constant(const llvm::Value* object) {
  const auto* table = llvm::dyn_cast_or_null<llvm::GlobalVariable>(object);
  return table && table->isConstant() && table->hasDefinitiveInitializer();
}

}  // namespace

bool is_of_constant(const llvm::LoadInst& load) {
  return !load.isVolatile() && is_constant(llvm::getUnderlyingObject(load.getPointerOperand(), 0));
}

std::optional<llvm::ConstantRange> table_values(const llvm::LoadInst& load) {
  const llvm::DataLayout& layout = load.getDataLayout();
  Offset offset;
  const llvm::Value* object = add_offsets(load.getPointerOperand(), layout, offset);
  if (load.isVolatile() || !load.getType()->isIntegerTy() || offset.stride == 0 || !is_constant(object))
    return std::nullopt;
  const auto* table = llvm::cast<llvm::GlobalVariable>(object);
  const uint64_t size = layout.getTypeAllocSize(table->getValueType());
  const uint64_t bytes = layout.getTypeStoreSize(load.getType());
  if (size / offset.stride > most_elements) return std::nullopt;
  auto values = llvm::ConstantRange::getEmpty(load.getType()->getIntegerBitWidth());
  if (offset.constant.isNegative()) return std::nullopt;
  for (uint64_t at = offset.constant.getZExtValue() % offset.stride; at + bytes <= size; at += offset.stride) {
    const auto* value = llvm::dyn_cast_or_null<llvm::ConstantInt>(llvm::ConstantFoldLoadFromConst(
        const_cast<llvm::Constant*>(table->getInitializer()), load.getType(), llvm::APInt(64, at), layout));
    if (!value) return std::nullopt;
    values = values.unionWith(value->getValue());
  }
  return values;
}

}  // namespace ebpfxx::cc
