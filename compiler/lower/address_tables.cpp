#include "lower/address_tables.hpp"

#include <llvm/Analysis/ConstantFolding.h>
#include <llvm/Analysis/Utils/Local.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Operator.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <numeric>

namespace ebpfxx::cc {
namespace {

bool has_address(const llvm::Constant& value) {
  if (llvm::isa<llvm::GlobalValue>(value)) return true;
  return llvm::any_of(value.operands(),
                      [](const llvm::Use& part) { return has_address(*llvm::cast<llvm::Constant>(part.get())); });
}

/// An offset into a constant: `first`, and any multiple of `step` more or less; `step` is 0 when it is `first` alone.
struct TableOffset {
  const llvm::GlobalVariable* table;
  std::int64_t first;
  std::uint64_t step;
};

std::optional<TableOffset> offset_into_table(const llvm::Value* pointer, const llvm::DataLayout& layout) {
  TableOffset offset{nullptr, 0, 0};
  const unsigned width = layout.getIndexTypeSizeInBits(pointer->getType());
  while (const auto* step = llvm::dyn_cast<llvm::GEPOperator>(pointer)) {
    llvm::MapVector<llvm::Value*, llvm::APInt> variable;
    llvm::APInt constant(width, 0);
    if (!step->collectOffset(layout, width, variable, constant)) return std::nullopt;
    offset.first += constant.getSExtValue();
    for (const auto& [index, scale] : variable) offset.step = std::gcd(offset.step, scale.abs().getZExtValue());
    pointer = step->getPointerOperand();
  }
  offset.table = llvm::dyn_cast<llvm::GlobalVariable>(pointer);
  if (!offset.table || !offset.table->isConstant() || !offset.table->hasDefinitiveInitializer()) return std::nullopt;
  return offset;
}

/// The bytes from the table's beginning to where `pointer` points.
llvm::Value* offset_of(llvm::Value* pointer, llvm::IRBuilder<>& builder, const llvm::DataLayout& layout) {
  llvm::Value* offset = builder.getInt64(0);
  while (auto* step = llvm::dyn_cast<llvm::GEPOperator>(pointer)) {
    offset = builder.CreateAdd(offset, llvm::emitGEPOffset(&builder, layout, step));
    pointer = step->getPointerOperand();
  }
  return offset;
}

/// Whether `pointer` serves for nothing but reading what it points to, so that it is not null where that happens.
bool is_only_read_through(const llvm::Value& pointer) {
  return llvm::all_of(pointer.users(), [](const llvm::User* user) {
    return llvm::isa<llvm::LoadInst>(user) || (llvm::isa<llvm::GEPOperator>(user) && is_only_read_through(*user));
  });
}

void replace_by_switch(llvm::LoadInst& load, llvm::ArrayRef<TableEntry> entries) {
  const llvm::DataLayout& layout = load.getModule()->getDataLayout();
  llvm::IRBuilder<> builder(&load);
  llvm::Value* offset = offset_of(load.getPointerOperand(), builder, layout);
  llvm::BasicBlock* before = load.getParent();
  llvm::BasicBlock* after = llvm::SplitBlock(before, &load);
  llvm::Function& function = *before->getParent();
  llvm::BasicBlock* outside = llvm::BasicBlock::Create(function.getContext(), "", &function, after);
  new llvm::UnreachableInst(function.getContext(), outside);
  builder.SetInsertPoint(before->getTerminator());
  llvm::SwitchInst* choice = builder.CreateSwitch(offset, outside, entries.size());
  before->getTerminator()->eraseFromParent();
  auto* address = llvm::PHINode::Create(load.getType(), entries.size(), "", after->begin());
  for (const TableEntry& entry : entries) {
    llvm::BasicBlock* found = llvm::BasicBlock::Create(function.getContext(), "", &function, after);
    llvm::BranchInst::Create(after, found)->setDebugLoc(load.getDebugLoc());
    choice->addCase(builder.getInt64(entry.offset), found);
    address->addIncoming(entry.value, found);
  }
  load.replaceAllUsesWith(address);
  load.eraseFromParent();
}

/// `value` with null for each address.
llvm::Constant* without_addresses(llvm::Constant* value) {
  if (!has_address(*value)) return value;
  if (!llvm::isa<llvm::ConstantAggregate>(value)) return llvm::Constant::getNullValue(value->getType());
  llvm::SmallVector<llvm::Constant*, 16> parts;
  for (llvm::Use& part : value->operands()) parts.push_back(without_addresses(llvm::cast<llvm::Constant>(part.get())));
  if (auto* type = llvm::dyn_cast<llvm::ArrayType>(value->getType())) return llvm::ConstantArray::get(type, parts);
  return llvm::ConstantStruct::get(llvm::cast<llvm::StructType>(value->getType()), parts);
}

}  // namespace

bool holds_addresses(const llvm::GlobalVariable& variable) {
  return variable.isConstant() && variable.hasLocalLinkage() && variable.hasInitializer() &&
         !variable.getName().starts_with("llvm.") && has_address(*variable.getInitializer());
}

std::optional<llvm::SmallVector<TableEntry, 16>> table_entries(const llvm::LoadInst& load) {
  const llvm::DataLayout& layout = load.getModule()->getDataLayout();
  const std::optional<TableOffset> known = offset_into_table(load.getPointerOperand(), layout);
  if (!known) return std::nullopt;
  llvm::Constant* table = const_cast<llvm::GlobalVariable*>(known->table)->getInitializer();
  const auto last = static_cast<std::int64_t>(layout.getTypeAllocSize(table->getType())) -
                    static_cast<std::int64_t>(layout.getTypeStoreSize(load.getType()));
  const auto step = static_cast<std::int64_t>(known->step);
  const std::int64_t first = step == 0 ? known->first : ((known->first % step) + step) % step;
  llvm::SmallVector<TableEntry, 16> entries;
  for (std::int64_t offset = first; offset >= 0 && offset <= last; offset += step) {
    llvm::Constant* value = llvm::ConstantFoldLoadFromConst(table, load.getType(), llvm::APInt(64, offset), layout);
    if (!value) return std::nullopt;
    entries.push_back({static_cast<std::uint64_t>(offset), value});
    if (step == 0) break;
  }
  return entries;
}

void lower_address_tables(llvm::Module& module) {
  for (llvm::Function& function : module) {
    llvm::SmallVector<std::pair<llvm::LoadInst*, llvm::SmallVector<TableEntry, 16>>, 4> found;
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
      if (!load || !load->getType()->isPointerTy()) continue;
      auto entries = table_entries(*load);
      if (!entries) continue;
      // LLVM tests the index where the source tests the pointer, and the verifier would follow the pointer that is
      // null.
      if (is_only_read_through(*load))
        llvm::erase_if(*entries, [](const TableEntry& entry) { return entry.value->isNullValue(); });
      found.emplace_back(load, std::move(*entries));
    }
    for (const auto& [load, entries] : found) replace_by_switch(*load, entries);
  }
  for (llvm::GlobalVariable& variable : module.globals())
    if (holds_addresses(variable)) variable.setInitializer(without_addresses(variable.getInitializer()));
}

}  // namespace ebpfxx::cc
