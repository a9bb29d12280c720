#include "lower/context_arrays.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/RecordLayout.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/Utils/Local.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/Local.h>

#include "base/context_address.hpp"
#include "base/function_analyses.hpp"
#include "base/number_ranges.hpp"
#include "base/relocated_array.hpp"

namespace ebpfxx::cc {
namespace {

/// An array of numbers in the context.
struct Array {
  llvm::GlobalVariable* field;  ///< the relocation of its offset; null: the context has the layout that is declared
  int64_t offset = 0;           ///< in the context; 0 where it is relocated
  uint64_t element_size = 0;
  uint64_t elements = 0;

  int64_t end() const { return offset + static_cast<int64_t>(element_size * elements); }
};

/// The arrays of numbers in the context of the program, as its type is declared.
std::vector<Array> declared_arrays(const llvm::Function& function, const TranslationUnit& unit) {
  std::vector<Array> arrays;
  for (const Program& program : unit.programs) {
    if (program.symbol != function.getName()) continue;
    const clang::RecordDecl* record = program.entry->getParamDecl(0)->getType()->getPointeeType()->getAsRecordDecl();
    if (!record) return arrays;
    clang::ASTContext& context = unit.context();
    const clang::ASTRecordLayout& layout = context.getASTRecordLayout(record);
    for (const clang::FieldDecl* field : record->fields()) {
      const auto* type = context.getAsConstantArrayType(field->getType());
      const clang::QualType element = type ? context.getBaseElementType(type) : clang::QualType();
      if (!type || !element->isIntegralOrEnumerationType()) continue;
      const auto size = static_cast<uint64_t>(context.getTypeSizeInChars(element).getQuantity());
      arrays.push_back({nullptr, static_cast<int64_t>(layout.getFieldOffset(field->getFieldIndex()) / 8), size,
                        static_cast<uint64_t>(context.getTypeSizeInChars(field->getType()).getQuantity()) / size});
    }
  }
  return arrays;
}

struct Access {
  llvm::Instruction* instruction;
  unsigned pointer;  ///< the operand that is the address
  ContextAddress address;
  llvm::Value* offset;  ///< in bytes, from what the address counts from

  bool writes() const { return llvm::isa<llvm::StoreInst>(instruction); }
  llvm::Value& pointer_value() const { return *instruction->getOperand(pointer); }
};

/// The offsets of addresses in a context, computed beside them.
class Offsets {
 public:
  explicit Offsets(llvm::Argument& context) : context_(context) {}

  llvm::Value* of(llvm::Value& address) {
    llvm::Type* number = llvm::Type::getInt64Ty(context_.getContext());
    if (&address == &context_ || relocated_field(address)) return llvm::ConstantInt::get(number, 0);
    if (const auto found = offsets_.find(&address); found != offsets_.end()) return found->second;
    auto* instruction = llvm::cast<llvm::Instruction>(&address);
    llvm::IRBuilder<> builder(instruction);
    if (auto* phi = llvm::dyn_cast<llvm::PHINode>(instruction)) {
      llvm::PHINode* offset = builder.CreatePHI(number, phi->getNumIncomingValues());
      offsets_[&address] = offset;
      for (unsigned i = 0; i != phi->getNumIncomingValues(); ++i)
        offset->addIncoming(of(*phi->getIncomingValue(i)), phi->getIncomingBlock(i));
      return offset;
    }
    llvm::Value* offset = nullptr;
    if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(instruction)) {
      llvm::Value* one = of(*choice->getTrueValue());
      llvm::Value* other = of(*choice->getFalseValue());
      offset = builder.CreateSelect(choice->getCondition(), one, other);
    } else {
      auto* step = llvm::cast<llvm::GetElementPtrInst>(instruction);
      llvm::Value* before = of(*step->getPointerOperand());
      offset = builder.CreateAdd(before, llvm::emitGEPOffset(&builder, step->getDataLayout(), step));
    }
    offsets_[&address] = offset;
    return offset;
  }

 private:
  llvm::Argument& context_;
  llvm::DenseMap<llvm::Value*, llvm::Value*> offsets_;
};

/// An array of the context, and its copy on the stack.
class StackCopy {
 public:
  StackCopy(llvm::Argument& context, const Array& array) : context_(context), array_(array) {
    llvm::IRBuilder<> builder(&*context.getParent()->getEntryBlock().getFirstInsertionPt());
    element_ = builder.getIntNTy(static_cast<unsigned>(array.element_size * 8));
    type_ = llvm::ArrayType::get(element_, array.elements);
    memory_ = builder.CreateAlloca(type_);
    memory_->setAlignment(llvm::Align(8));
  }

  /// Reads the array into the copy.
  void fill(llvm::Instruction& before, const llvm::DebugLoc& location) const {
    llvm::IRBuilder<> builder(&before);
    builder.SetCurrentDebugLocation(location);
    for (uint64_t i = 0; i != array_.elements; ++i)
      builder.CreateStore(builder.CreateAlignedLoad(element_, in_context(builder, i), llvm::Align(array_.element_size),
                                                    /*isVolatile=*/true),
                          in_copy(builder, i));
  }

  /// Writes the copy back into the context.
  void write_back(llvm::Instruction& behind) const {
    llvm::IRBuilder<> builder(behind.getNextNode());
    builder.SetCurrentDebugLocation(behind.getDebugLoc());
    for (uint64_t i = 0; i != array_.elements; ++i)
      builder.CreateAlignedStore(builder.CreateLoad(element_, in_copy(builder, i)), in_context(builder, i),
                                 llvm::Align(array_.element_size), /*isVolatile=*/true);
  }

  /// Where the copy has what is at the address.
  llvm::Value* address(llvm::IRBuilder<>& builder, llvm::Value& address, Offsets& offsets) const {
    if (&address == &context_ || relocated_field(address)) return start(builder);
    auto* step = llvm::dyn_cast<llvm::GetElementPtrInst>(&address);
    if (!step) return builder.CreatePtrAdd(start(builder), offsets.of(address));
    llvm::Value* base = this->address(builder, *step->getPointerOperand(), offsets);
    llvm::SmallVector<llvm::Value*> indexes(step->indices());
    return builder.CreateGEP(step->getSourceElementType(), base, indexes);
  }

 private:
  llvm::Value* start(llvm::IRBuilder<>& builder) const {
    return array_.offset == 0 ? memory_ : builder.CreatePtrAdd(memory_, builder.getInt64(-array_.offset));
  }
  llvm::Value* in_copy(llvm::IRBuilder<>& builder, uint64_t index) const {
    return builder.CreateConstInBoundsGEP2_64(type_, memory_, 0, index);
  }
  llvm::Value* in_context(llvm::IRBuilder<>& builder, uint64_t index) const {
    if (array_.field) return relocated_element(builder, context_, *array_.field, index);
    return builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), &context_,
                                              array_.offset + index * array_.element_size);
  }

  llvm::Argument& context_;
  Array array_;
  llvm::Type* element_;
  llvm::ArrayType* type_;
  llvm::AllocaInst* memory_;
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
    llvm::MapVector<std::pair<llvm::GlobalVariable*, int64_t>, std::pair<Array, std::vector<Access>>> by_array;
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

  std::optional<Array> array_of(const Access& access, NumberRanges& ranges) const {
    if (access.address.field) {
      const auto array = relocated_array(*access.address.field);
      if (!array) return std::nullopt;
      return Array{access.address.field, 0, array->element_size, array->elements};
    }
    const llvm::ConstantRange range = ranges.proven(*access.offset, *access.instruction);
    for (const Array& array : declared_)
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
    for (const Array& array : declared_)
      if (constant >= array.offset && constant < array.end()) return array;
    return std::nullopt;
  }

  void copy(const Array& array, const std::vector<Access>& accesses, NumberRanges& ranges) {
    const StackCopy copy(context_, array);
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
  Offsets offsets_;
  std::vector<Array> declared_;
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
