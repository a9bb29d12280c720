#include "lower/context_arrays.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/Local.h>

#include "base/context_address.hpp"
#include "base/function_analyses.hpp"
#include "base/number_ranges.hpp"
#include "base/relocated_array.hpp"
#include "lower/context_copy.hpp"

namespace ebpfxx::cc {
namespace {

struct Access {
  llvm::Instruction* instruction;
  unsigned pointer;  ///< the operand that is the address
  ContextAddress address;
  llvm::Value* offset;  ///< in bytes, from what the address counts from

  bool writes() const { return llvm::isa<llvm::StoreInst>(instruction); }
  llvm::Value& pointer_value() const { return *instruction->getOperand(pointer); }
};

class ContextArrays {
 public:
  ContextArrays(llvm::Function& function, llvm::Argument& context, const TranslationUnit& unit, KernelVersion kernel)
      : function_(function),
        context_(context),
        offsets_(context),
        declared_(declared_arrays(function, unit)),
        kernel_(kernel) {}

  void run() {
    collect();
    for (const Access& access : constant_) use_element(access);
    if (variable_.empty()) return;
    FunctionAnalyses analyses;
    NumberRanges ranges(function_, analyses.manager(), kernel_);
    llvm::MapVector<std::pair<llvm::GlobalVariable*, int64_t>, std::pair<ContextArray, std::vector<Access>>> by_array;
    for (const Access& access : variable_)
      if (const auto array = array_of(access, ranges)) {
        auto& [known, accesses] = by_array[{array->field, array->offset}];
        known = *array;
        accesses.push_back(access);
      }
    for (auto& [key, found] : by_array) copy(found.first, found.second, ranges);
  }

 private:
  void collect() {
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function_)))
      if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) read_before_choice(*load);
    for (llvm::Instruction& instruction : llvm::instructions(function_)) {
      unsigned pointer = 0;
      if (llvm::isa<llvm::StoreInst>(instruction))
        pointer = llvm::StoreInst::getPointerOperandIndex();
      else if (llvm::isa<llvm::MemTransferInst>(instruction))
        pointer = 1;
      else if (!llvm::isa<llvm::LoadInst>(instruction))
        continue;
      const auto address = context_address(*instruction.getOperand(pointer), context_);
      if (!address) continue;
      writes_context_ |= llvm::isa<llvm::StoreInst>(instruction);
      const bool is_taken = address->is_taken() && !(address->field && llvm::isa<llvm::MemTransferInst>(instruction));
      if (address->is_plain && !is_taken)
        (address->is_constant ? constant_ : variable_).push_back({&instruction, pointer, *address, nullptr});
    }
    for (Access& access : variable_) access.offset = offsets_.of(access.pointer_value());
  }

  /// Of reads of two fields on two ways, LLVM makes one at an address that it chooses; makes two of it again.
  void read_before_choice(llvm::LoadInst& load) {
    const auto address = context_address(*load.getPointerOperand(), context_);
    if (!address || address->is_plain) return;
    const auto is_constant = [&](llvm::Value* part) {
      const auto found = context_address(*part, context_);
      return found && found->is_plain && found->is_constant;
    };
    const auto read = [&](llvm::Value* part, llvm::Instruction& before) {
      llvm::Instruction* copy = load.clone();
      copy->setOperand(llvm::LoadInst::getPointerOperandIndex(), part);
      copy->insertBefore(&before);
      return copy;
    };
    llvm::Value* value = nullptr;
    if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(load.getPointerOperand())) {
      if (!is_constant(choice->getTrueValue()) || !is_constant(choice->getFalseValue())) return;
      value = llvm::IRBuilder<>(&load).CreateSelect(choice->getCondition(), read(choice->getTrueValue(), load),
                                                    read(choice->getFalseValue(), load));
    } else if (auto* phi = llvm::dyn_cast<llvm::PHINode>(load.getPointerOperand())) {
      const auto before = llvm::make_range(phi->getIterator(), load.getIterator());
      if (phi->getParent() != load.getParent() || !llvm::all_of(phi->incoming_values(), is_constant) ||
          llvm::any_of(before, [](const llvm::Instruction& other) { return other.mayWriteToMemory(); }))
        return;
      llvm::PHINode* read_values = llvm::IRBuilder<>(phi).CreatePHI(load.getType(), phi->getNumIncomingValues());
      for (unsigned i = 0; i != phi->getNumIncomingValues(); ++i) {
        llvm::BasicBlock* block = phi->getIncomingBlock(i);
        const int known = read_values->getBasicBlockIndex(block);
        read_values->addIncoming(known >= 0 ? read_values->getIncomingValue(static_cast<unsigned>(known))
                                            : read(phi->getIncomingValue(i), *block->getTerminator()),
                                 block);
      }
      value = read_values;
    } else {
      return;
    }
    load.replaceAllUsesWith(value);
    load.eraseFromParent();
  }

  /// An element of a relocated array has a relocation of its own.
  void use_element(const Access& access) {
    const auto array = relocated_array(*access.address.field);
    const auto offset = static_cast<uint64_t>(access.address.offset);
    if (!array || access.address.offset < 0 || offset % array->element_size != 0) return;
    const uint64_t first = offset / array->element_size;
    llvm::IRBuilder<> builder(access.instruction);
    auto* transfer = llvm::dyn_cast<llvm::MemTransferInst>(access.instruction);
    if (!transfer) {
      if (first < array->elements)
        access.instruction->setOperand(access.pointer,
                                       relocated_element(builder, context_, *access.address.field, first));
      return;
    }
    const auto* size = llvm::dyn_cast<llvm::ConstantInt>(transfer->getLength());
    if (!size || size->getZExtValue() % array->element_size != 0 ||
        first + size->getZExtValue() / array->element_size > array->elements)
      return;
    llvm::Type* element = builder.getIntNTy(static_cast<unsigned>(array->element_size * 8));
    for (uint64_t i = 0; i != size->getZExtValue() / array->element_size; ++i) {
      llvm::Value* from = relocated_element(builder, context_, *access.address.field, first + i);
      llvm::Value* to = builder.CreateConstInBoundsGEP1_64(element, transfer->getRawDest(), i);
      const llvm::Align alignment =
          llvm::commonAlignment(transfer->getDestAlign().valueOrOne(), i * array->element_size);
      builder.CreateAlignedStore(builder.CreateLoad(element, from), to, alignment);
    }
    transfer->eraseFromParent();
  }

  std::optional<ContextArray> array_of(const Access& access, NumberRanges& ranges) const {
    if (access.address.field) {
      const auto array = relocated_array(*access.address.field);
      if (!array) return std::nullopt;
      return ContextArray{access.address.field, 0, array->element_size, array->elements};
    }
    const llvm::ConstantRange range = ranges.proven(*access.offset, *access.instruction);
    for (const ContextArray& array : declared_)
      if (range.getSignedMin().sge(array.offset) && range.getSignedMax().slt(array.end())) return array;
    // An index without bounds: the constant part says which array it is for.
    int64_t constant = 0;
    const llvm::Value* address = &access.pointer_value();
    while (const auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(address)) {
      llvm::MapVector<llvm::Value*, llvm::APInt> indexes;
      llvm::APInt part(64, 0);
      if (!step->collectOffset(step->getDataLayout(), 64, indexes, part)) return std::nullopt;
      constant += part.getSExtValue();
      address = step->getPointerOperand();
    }
    for (const ContextArray& array : declared_)
      if (constant >= array.offset && constant < array.end()) return array;
    return std::nullopt;
  }

  void copy(const ContextArray& array, const std::vector<Access>& accesses, NumberRanges& ranges) {
    const ContextCopy copy(context_, array);
    const bool stays = array.field || (!writes_context_ && !is_handed_on());
    if (stays) {
      llvm::Instruction& first = dominator_of(accesses, ranges);
      copy.fill(first, accesses.front().instruction->getDebugLoc());
    }
    for (const Access& access : accesses) {
      if (!stays) copy.fill(*access.instruction, access.instruction->getDebugLoc());
      llvm::IRBuilder<> builder(access.instruction);
      llvm::Value* before = &access.pointer_value();
      access.instruction->setOperand(access.pointer, copy.address(builder, *before, offsets_));
      if (access.writes()) copy.write_back(*access.instruction);
    }
  }

  /// Whether something that is called may change the context.
  bool is_handed_on() const {
    return llvm::any_of(context_.users(), [](const llvm::User* user) { return llvm::isa<llvm::CallBase>(user); });
  }

  /// The last instruction on all ways to the accesses, outside of loops.
  static llvm::Instruction& dominator_of(const std::vector<Access>& accesses, NumberRanges& ranges) {
    llvm::Instruction* common = accesses.front().instruction;
    for (const Access& access : accesses)
      common = ranges.dominators().findNearestCommonDominator(common, access.instruction);
    while (const llvm::Loop* loop = ranges.loops().getLoopFor(common->getParent())) {
      llvm::BasicBlock* before = loop->getLoopPreheader();
      if (!before) break;
      common = before->getTerminator();
    }
    return *common;
  }

  llvm::Function& function_;
  llvm::Argument& context_;
  ContextOffsets offsets_;
  std::vector<ContextArray> declared_;
  KernelVersion kernel_;
  std::vector<Access> constant_;  ///< of relocated fields, at an offset
  std::vector<Access> variable_;
  bool writes_context_ = false;
};

}  // namespace

void copy_context_arrays(llvm::Module& module, const TranslationUnit& unit, KernelVersion kernel) {
  for (llvm::Function& function : module)
    if (llvm::Argument* context = context_of(function, unit)) ContextArrays(function, *context, unit, kernel).run();
}

}  // namespace ebpfxx::cc
