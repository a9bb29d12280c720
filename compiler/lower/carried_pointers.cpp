#include "lower/carried_pointers.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/SetVector.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/Utils/Local.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/IR/Operator.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <optional>
#include <vector>

namespace ebpfxx::cc {
namespace {

using namespace llvm::PatternMatch;

bool is_meeting(const llvm::Value& value) {
  return value.getType()->isPointerTy() && llvm::isa<llvm::PHINode, llvm::SelectInst>(value);
}

/// The pointers that one of several becomes: of a choice those that it chooses from.
llvm::SmallVector<llvm::Value*, 4> choices_of(const llvm::Value& meeting) {
  if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(&meeting)) return {phi->op_begin(), phi->op_end()};
  const auto& select = llvm::cast<llvm::SelectInst>(meeting);
  return {const_cast<llvm::Value*>(select.getTrueValue()), const_cast<llvm::Value*>(select.getFalseValue())};
}

/// Whether offsets into the object are numbers that are known: those in a kernel's object are relocated.
bool has_known_offsets(const llvm::Value& object) {
  const auto* call = llvm::dyn_cast<llvm::CallBase>(&object);
  return !llvm::isa<llvm::ConstantPointerNull, llvm::UndefValue>(object) &&
         !(call && call->getIntrinsicID() == llvm::Intrinsic::bpf_passthrough);
}

/// What all ways to `value` add offsets to; null where that is not one object, or one of a kernel.
llvm::Value* object_of(llvm::Value& value) {
  llvm::SmallSetVector<llvm::Value*, 8> seen;
  llvm::Value* object = nullptr;
  seen.insert(&value);
  for (std::size_t next = 0; next < seen.size(); ++next) {
    llvm::Value* pointer = seen[next];
    if (auto* address = llvm::dyn_cast<llvm::GEPOperator>(pointer)) {
      seen.insert(address->getPointerOperand());
    } else if (is_meeting(*pointer)) {
      for (llvm::Value* choice : choices_of(*pointer)) seen.insert(choice);
    } else if (object && object != pointer) {
      return nullptr;
    } else {
      object = pointer;
    }
  }
  return object && has_known_offsets(*object) ? object : nullptr;
}

llvm::Value* pointer_of_number(const llvm::Value& number) {
  const auto* converted = llvm::dyn_cast<llvm::PtrToIntOperator>(&number);
  return converted ? const_cast<llvm::Value*>(converted->getPointerOperand()) : nullptr;
}

/// The pointers of the differences that `number`, a pointer's, is in.
llvm::SmallVector<llvm::Value*, 4> subtracted_with(const llvm::User& number) {
  llvm::SmallVector<llvm::Value*, 4> pointers;
  for (const llvm::User* user : number.users())
    if (const auto* difference = llvm::dyn_cast<llvm::BinaryOperator>(user);
        difference && difference->getOpcode() == llvm::Instruction::Sub)
      for (const llvm::Value* side : difference->operand_values())
        if (llvm::Value* pointer = pointer_of_number(*side)) pointers.push_back(pointer);
  return pointers;
}

/// Pointers into one object, and what depends on the offsets only.
class Offsets {
 public:
  Offsets(llvm::Value& object, const llvm::DataLayout& layout) : object_(object), layout_(layout) {}

  /// Takes all that `meeting` is made of, becomes and is compared with.
  void take(llvm::Value& meeting) {
    llvm::SmallVector<llvm::Value*> open = {&meeting};
    while (!open.empty()) {
      llvm::Value* pointer = open.pop_back_val();
      if (object_of(*pointer) != &object_ || !seen_.insert(pointer).second) continue;
      if (is_meeting(*pointer)) {
        meetings_.insert(pointer);
        open.append(choices_of(*pointer));
      } else if (auto* address = llvm::dyn_cast<llvm::GEPOperator>(pointer)) {
        open.push_back(address->getPointerOperand());
      }
      if (pointer == &object_ || llvm::isa<llvm::Constant>(pointer)) continue;
      for (llvm::User* user : pointer->users())
        if (llvm::isa<llvm::PHINode, llvm::SelectInst, llvm::GEPOperator>(user))
          open.push_back(user);
        else if (auto* test = llvm::dyn_cast<llvm::ICmpInst>(user))
          for (llvm::Value* side : test->operand_values()) {
            is_bounded_ |=
                !is_constant_offset(*pointer) && !llvm::isa<llvm::Constant>(side) && object_of(*side) != &object_;
            open.push_back(side);
          }
        else if (llvm::isa<llvm::PtrToIntInst>(user))
          for (llvm::Value* other : subtracted_with(*user)) open.push_back(other);
    }
  }

  /// Returns whether it did: not where one is compared with what is no pointer into the object, as with the end of the
  /// packet. Of such pointers the verifier knows what is there.
  bool replace(llvm::Function& function) {
    if (is_bounded_) return false;
    for (llvm::Value* meeting : meetings_) offsets_[meeting] = &begun(*llvm::cast<llvm::Instruction>(meeting));
    for (llvm::Value* meeting : meetings_) complete(*meeting);
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* test = llvm::dyn_cast<llvm::ICmpInst>(&instruction))
        compare(*test);
      else if (instruction.getOpcode() == llvm::Instruction::Sub)
        subtract(instruction);
    for (llvm::Value* meeting : meetings_) address(*llvm::cast<llvm::Instruction>(meeting));
    return true;
  }

 private:
  bool is_constant_offset(const llvm::Value& pointer) const {
    llvm::APInt offset(64, 0);
    return pointer.stripAndAccumulateConstantOffsets(layout_, offset, /*AllowNonInbounds=*/true) == &object_;
  }

  llvm::Type* number_type() const { return llvm::Type::getInt64Ty(object_.getContext()); }

  llvm::Instruction& begun(llvm::Instruction& meeting) {
    llvm::IRBuilder<> builder(&meeting);
    if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(&meeting))
      return *builder.CreatePHI(number_type(), phi->getNumIncomingValues());
    llvm::Value* unset = llvm::PoisonValue::get(number_type());
    auto* select = llvm::SelectInst::Create(llvm::cast<llvm::SelectInst>(meeting).getCondition(), unset, unset);
    return *builder.Insert(select);
  }

  void complete(llvm::Value& meeting) {
    const auto choices = choices_of(meeting);
    if (auto* phi = llvm::dyn_cast<llvm::PHINode>(offsets_[&meeting])) {
      for (const auto [choice, from] : llvm::zip_equal(choices, llvm::cast<llvm::PHINode>(meeting).blocks()))
        phi->addIncoming(&offset_of(*choice), from);
      return;
    }
    auto* select = llvm::cast<llvm::SelectInst>(offsets_[&meeting]);
    select->setTrueValue(&offset_of(*choices[0]));
    select->setFalseValue(&offset_of(*choices[1]));
  }

  llvm::Value& offset_of(llvm::Value& pointer) {
    if (&pointer == &object_) return *llvm::ConstantInt::get(number_type(), 0);
    if (const auto known = offsets_.find(&pointer); known != offsets_.end()) return *known->second;
    auto& address = llvm::cast<llvm::GEPOperator>(pointer);
    llvm::Value& start = offset_of(*address.getPointerOperand());
    llvm::IRBuilder<> builder(object_.getContext());
    if (auto* instruction = llvm::dyn_cast<llvm::Instruction>(&address)) builder.SetInsertPoint(instruction);
    llvm::Value* added = llvm::emitGEPOffset(&builder, layout_, &address);
    llvm::Value* offset = builder.CreateAdd(&start, added, "", /*HasNUW=*/false, address.isInBounds());
    offsets_[&pointer] = offset;
    return *offset;
  }

  bool are_offsets(const llvm::Value* one, const llvm::Value* other) const {
    return one && other && seen_.contains(one) && seen_.contains(other);
  }

  void compare(llvm::ICmpInst& test) {
    if (!are_offsets(test.getOperand(0), test.getOperand(1))) return;
    llvm::IRBuilder<> builder(&test);
    test.replaceAllUsesWith(
        builder.CreateICmp(test.getPredicate(), &offset_of(*test.getOperand(0)), &offset_of(*test.getOperand(1))));
  }

  void subtract(llvm::Instruction& difference) {
    llvm::Value* from = pointer_of_number(*difference.getOperand(0));
    llvm::Value* lost = pointer_of_number(*difference.getOperand(1));
    if (!are_offsets(from, lost)) return;
    llvm::IRBuilder<> builder(&difference);
    difference.replaceAllUsesWith(builder.CreateSub(&offset_of(*from), &offset_of(*lost)));
  }

  void address(llvm::Instruction& meeting) {
    llvm::IRBuilder<> builder(&meeting);
    if (llvm::isa<llvm::PHINode>(meeting)) builder.SetInsertPoint(meeting.getParent()->getFirstInsertionPt());
    builder.SetCurrentDebugLocation(meeting.getDebugLoc());
    meeting.replaceAllUsesWith(builder.CreatePtrAdd(&object_, offsets_[&meeting]));
  }

  llvm::Value& object_;
  const llvm::DataLayout& layout_;
  llvm::SmallPtrSet<const llvm::Value*, 16> seen_;
  llvm::SmallSetVector<llvm::Value*, 8> meetings_;
  llvm::DenseMap<const llvm::Value*, llvm::Value*> offsets_;
  bool is_bounded_ = false;
};

/// Whether the pointer may be several, and is no counter of a loop, of which the verifier knows each.
bool is_of_several(llvm::Value& pointer, llvm::ScalarEvolution& evolution) {
  return is_meeting(pointer) && !llvm::isa<llvm::SCEVAddRecExpr>(evolution.getSCEV(&pointer));
}

bool is_of_meeting(llvm::Value& pointer) {
  llvm::Value* start = &pointer;
  while (auto* address = llvm::dyn_cast<llvm::GEPOperator>(start)) start = address->getPointerOperand();
  return is_meeting(*start);
}

/// Two pointers that are compared, or of which one is subtracted from the other.
std::optional<std::pair<llvm::Value*, llvm::Value*>> related_by(llvm::Instruction& instruction) {
  llvm::Value *one = nullptr, *other = nullptr;
  if (llvm::isa<llvm::ICmpInst>(instruction) && instruction.getOperand(0)->getType()->isPointerTy())
    return std::pair(instruction.getOperand(0), instruction.getOperand(1));
  if (match(&instruction, m_Sub(m_PtrToInt(m_Value(one)), m_PtrToInt(m_Value(other)))) &&
      (is_of_meeting(*one) || is_of_meeting(*other)))
    return std::pair(one, other);
  return std::nullopt;
}

/// The pointers from which the search begins: those that a loop carries, and those that are compared or subtracted.
std::vector<llvm::Value*> varying_pointers(llvm::Function& function, const llvm::LoopInfo& loops,
                                           llvm::ScalarEvolution& evolution) {
  std::vector<llvm::Value*> found;
  for (llvm::Instruction& instruction : llvm::instructions(function))
    if (llvm::isa<llvm::PHINode>(instruction) && loops.isLoopHeader(instruction.getParent())) {
      if (is_of_several(instruction, evolution)) found.push_back(&instruction);
    } else if (const auto related = related_by(instruction)) {
      if (object_of(*related->first) == object_of(*related->second)) found.push_back(related->first);
    }
  return found;
}

/// Lets pointers meet where LLVM lets the numbers of them meet, which it computes once for each way. Returns whether
/// there are such.
bool meet_as_pointers(llvm::Function& function) {
  bool changed = false;
  for (llvm::BasicBlock& block : function)
    for (llvm::PHINode& numbers : llvm::make_early_inc_range(block.phis())) {
      if (!llvm::all_of(numbers.incoming_values(), [](llvm::Value* way) { return pointer_of_number(*way); })) continue;
      llvm::IRBuilder<> builder(&numbers);
      llvm::Type* type = pointer_of_number(*numbers.getIncomingValue(0))->getType();
      llvm::PHINode* pointers = builder.CreatePHI(type, numbers.getNumIncomingValues());
      for (const auto [way, from] : llvm::zip_equal(numbers.incoming_values(), numbers.blocks()))
        pointers->addIncoming(pointer_of_number(*way), from);
      builder.SetInsertPoint(block.getFirstInsertionPt());
      numbers.replaceAllUsesWith(builder.CreatePtrToInt(pointers, numbers.getType()));
      numbers.eraseFromParent();
      changed = true;
    }
  return changed;
}

}  // namespace

llvm::PreservedAnalyses CarriedPointersPass::run(llvm::Function& function, llvm::FunctionAnalysisManager& analyses) {
  bool changed = meet_as_pointers(function);
  if (changed) analyses.invalidate(function, llvm::PreservedAnalyses::none());
  llvm::MapVector<llvm::Value*, Offsets> objects;
  for (llvm::Value* pointer : varying_pointers(function, analyses.getResult<llvm::LoopAnalysis>(function),
                                               analyses.getResult<llvm::ScalarEvolutionAnalysis>(function)))
    if (llvm::Value* object = object_of(*pointer))
      objects.try_emplace(object, *object, function.getDataLayout()).first->second.take(*pointer);
  for (auto& [object, offsets] : objects) changed |= offsets.replace(function);
  if (!changed) return llvm::PreservedAnalyses::all();
  for (llvm::BasicBlock& block : function) llvm::DeleteDeadPHIs(&block);
  return llvm::PreservedAnalyses::none();
}

}  // namespace ebpfxx::cc
