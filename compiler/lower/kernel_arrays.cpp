#include "lower/kernel_arrays.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/GetElementPtrTypeIterator.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>

#include "base/context_address.hpp"
#include "base/counted_index.hpp"
#include "base/function_analyses.hpp"
#include "base/helper_table.hpp"
#include "base/number_ranges.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

/// The structs of the kernel of which the module accesses fields, and what the debug information has of them.
using KernelStructs = llvm::DenseMap<const llvm::Type*, llvm::MDNode*>;

KernelStructs kernel_structs(llvm::Module& module) {
  KernelStructs structs;
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::instructions(function)) {
      const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      const llvm::Intrinsic::ID intrinsic = call ? call->getIntrinsicID() : llvm::Intrinsic::not_intrinsic;
      if (intrinsic != llvm::Intrinsic::preserve_struct_access_index &&
          intrinsic != llvm::Intrinsic::preserve_union_access_index)
        continue;
      llvm::MDNode* type = call->getMetadata(llvm::LLVMContext::MD_preserve_access_index);
      if (type && call->getParamElementType(0)) structs.try_emplace(call->getParamElementType(0), type);
    }
  return structs;
}

class Steps {
 public:
  explicit Steps(llvm::Module& module) : structs_(kernel_structs(module)) {}

  void relocate(llvm::GetElementPtrInst& step) {
    if (!steps_over_structs(step)) return;
    const llvm::DataLayout& layout = step.getDataLayout();
    llvm::IRBuilder<> builder(&step);
    llvm::Value* offset = builder.getInt64(0);
    uint64_t elements = elements_behind(*step.getPointerOperand());
    for (auto part = llvm::gep_type_begin(step), end = llvm::gep_type_end(step); part != end; ++part) {
      llvm::Value* index = builder.CreateSExtOrTrunc(part.getOperand(), builder.getInt64Ty());
      llvm::Value* size = builder.getInt64(part.getSequentialElementStride(layout).getFixedValue());
      if (const Element element = element_of(*part.getIndexedType()); element.record && !is_zero(*index)) {
        size = builder.CreateMul(size_of(*element.record, builder), builder.getInt64(element.count));
        if (elements != 0) index = make_counted(builder, *index, elements);
      }
      const auto* array = llvm::dyn_cast<llvm::ArrayType>(part.getIndexedType());
      elements = array ? array->getNumElements() : 0;
      offset = builder.CreateAdd(offset, builder.CreateMul(index, size));
    }
    step.replaceAllUsesWith(builder.CreatePtrAdd(step.getPointerOperand(), offset));
    step.eraseFromParent();
  }

 private:
  struct Element {
    llvm::MDNode* record;  ///< the kernel's struct; null for another type
    uint64_t count;        ///< of them in what is stepped over
  };

  static bool is_zero(const llvm::Value& index) {
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(&index);
    return constant && constant->isZero();
  }

  Element element_of(const llvm::Type& type) const {
    const llvm::Type* element = &type;
    uint64_t count = 1;
    while (const auto* array = llvm::dyn_cast<llvm::ArrayType>(element)) {
      count *= array->getNumElements();
      element = array->getElementType();
    }
    return {structs_.lookup(element), count};
  }

  bool steps_over_structs(const llvm::GetElementPtrInst& step) const {
    bool found = false;
    for (auto part = llvm::gep_type_begin(step), end = llvm::gep_type_end(step); part != end; ++part) {
      if (part.getStructTypeOrNull() || !part.getOperand()->getType()->isIntegerTy()) return false;
      found |= !is_zero(*part.getOperand()) && element_of(*part.getIndexedType()).record;
    }
    return found;
  }

  /// The elements of the array at whose start the pointer is; 0 for any other.
  static uint64_t elements_behind(const llvm::Value& pointer) {
    const auto* start = llvm::dyn_cast<llvm::GetElementPtrInst>(&pointer);
    const auto* array = start ? llvm::dyn_cast<llvm::ArrayType>(start->getSourceElementType()) : nullptr;
    return array && start->hasAllZeroIndices() && start->getNumIndices() == 2 ? array->getNumElements() : 0;
  }

  /// What `bpf_core_type_size` in C is (BPFPreserveDIType.cpp in LLVM).
  llvm::Value* size_of(llvm::MDNode& type, llvm::IRBuilder<>& builder) {
    constexpr uint64_t size = 1;  // PRESERVE_TYPE_INFO_SIZE
    llvm::CallInst* call = builder.CreateIntrinsic(llvm::Intrinsic::bpf_preserve_type_info, {},
                                                   {builder.getInt32(number_++), builder.getInt64(size)});
    call->setMetadata(llvm::LLVMContext::MD_preserve_access_index, &type);
    return builder.CreateZExt(call, builder.getInt64Ty());
  }

  KernelStructs structs_;
  unsigned number_ = 0;
};

/// Whether the number is a constant once the object is loaded: made of constants and relocations.
bool is_fixed(const llvm::Value& number) {
  if (llvm::isa<llvm::Constant>(number) || relocation_of(number)) return true;
  if (const llvm::Value* shown = behind_opaque(number)) return is_fixed(*shown);
  const auto* instruction = llvm::dyn_cast<llvm::Instruction>(&number);
  return instruction && (instruction->isCast() || instruction->isBinaryOp()) &&
         llvm::all_of(instruction->operand_values(), [](const llvm::Value* operand) { return is_fixed(*operand); });
}

/// Whether it is the address of a field of a kernel's object, at an offset that is not a constant.
bool is_chosen_element(const llvm::Value& address) {
  bool is_constant = true;
  bool is_field = false;
  const llvm::Value* value = &address;
  while (true) {
    if (const auto field = relocated_field(*value)) {
      is_field = true;
      value = field->object;
    } else if (const llvm::Value* shown = behind_opaque(*value)) {
      value = shown;
    } else if (const auto* step = llvm::dyn_cast<llvm::GEPOperator>(value)) {
      is_constant &= llvm::all_of(step->indices(), [](const llvm::Use& index) { return is_fixed(*index); });
      value = step->getPointerOperand();
    } else {
      return is_field && !is_constant;
    }
  }
}

void read_by_helper(llvm::LoadInst& load) {
  llvm::Type* type = load.getType();
  llvm::Function& function = *load.getFunction();
  llvm::IRBuilder<> at_entry(&*function.getEntryBlock().getFirstInsertionPt());
  llvm::AllocaInst* copy = at_entry.CreateAlloca(type);
  copy->setAlignment(llvm::Align(8));
  llvm::IRBuilder<> builder(&load);
  const uint64_t size = load.getDataLayout().getTypeStoreSize(type).getFixedValue();
  auto* helper =
      llvm::FunctionType::get(builder.getInt64Ty(), {builder.getPtrTy(), builder.getInt32Ty(), builder.getPtrTy()},
                              /*isVarArg=*/false);
  builder.CreateCall(
      helper,
      llvm::ConstantExpr::getIntToPtr(builder.getInt64(helper_named("probe_read_kernel").id), builder.getPtrTy()),
      {copy, builder.getInt32(static_cast<uint32_t>(size)), load.getPointerOperand()});
  load.setOperand(llvm::LoadInst::getPointerOperandIndex(), copy);
}

/// Shows the verifier an index that is proven to be one of the array, but that it does not see.
void show_index(llvm::IntrinsicInst& call, const CountedIndex& counted, NumberRanges& ranges) {
  const llvm::ConstantRange followed = ranges.followed(*counted.index, call);
  llvm::Value* index = counted.index;
  if (followed.getSignedMin().isNegative() || followed.getSignedMax().uge(counted.elements)) {
    llvm::IRBuilder<> builder(&call);
    index = builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, *index),
                                          builder.getInt64(counted.elements - 1));
  }
  call.replaceAllUsesWith(index);
}

}  // namespace

void relocate_steps(llvm::Module& module) {
  Steps steps(module);
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction)) steps.relocate(*step);
}

void read_kernel_elements(llvm::Module& module, KernelVersion kernel) {
  for (llvm::Function& function : module) {
    std::vector<std::pair<llvm::IntrinsicInst*, CountedIndex>> indexes;
    for (llvm::Instruction& instruction : llvm::instructions(function))
      if (const auto counted = counted_index(instruction))
        indexes.emplace_back(llvm::cast<llvm::IntrinsicInst>(&instruction), *counted);
    if (!indexes.empty()) {
      FunctionAnalyses analyses;
      NumberRanges ranges(function, analyses.manager(), kernel);
      for (const auto& [call, counted] : indexes) show_index(*call, counted, ranges);
      for (const auto& [call, counted] : indexes) call->eraseFromParent();
    }
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
          load && is_chosen_element(*load->getPointerOperand()))
        read_by_helper(*load);
  }
}

}  // namespace ebpfxx::cc
