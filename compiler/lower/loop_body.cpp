#include "lower/loop_body.hpp"

#include <llvm/ADT/SetVector.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>

#include <map>
#include <vector>

#include "base/helper_loop.hpp"
#include "base/helper_table.hpp"
#include "base/loop_rounds.hpp"
#include "base/opaque.hpp"

namespace ebpfxx::cc {
namespace {

/// What a body says to bpf_loop.
constexpr uint64_t go_on = 0, stop = 1;
constexpr uint64_t field_size = 8;

/// Fields of 8 bytes behind a pointer, one for each value that the body shares with the rest of the program: the
/// verifier keeps what it knows of values that fill a stack slot.
class SharedValues {
 public:
  SharedValues(llvm::IRBuilder<>& builder, llvm::Value& fields) : builder_(builder), fields_(fields) {}

  void store(unsigned field, llvm::Value* value) {
    if (value->getType()->isIntegerTy()) value = builder_.CreateZExt(value, builder_.getInt64Ty());
    builder_.CreateAlignedStore(value, address(field), llvm::Align(field_size));
  }

  /// Stores a number so that the verifier forgets it. What it knows of the first round is not what the next ones have:
  /// before 6.8 it walks the first only, and takes it for all of them; since then it walks until two are alike.
  void store_forgotten(unsigned field, llvm::Value* value) {
    if (!value->getType()->isIntegerTy()) return store(field, value);
    value = builder_.CreateZExt(value, builder_.getInt64Ty());
    // It knows nothing of a quotient up to 6.18, and nothing of a stack slot of which half is written over.
    auto* type = llvm::FunctionType::get(value->getType(), {value->getType()}, /*isVarArg=*/false);
    value = builder_.CreateCall(llvm::InlineAsm::get(type, "$0 /= 1", "=r,0", /*hasSideEffects=*/false), {value});
    for (const unsigned half : {0U, 1U}) {
      llvm::Value* part = builder_.CreateTrunc(builder_.CreateLShr(value, half * 32), builder_.getInt32Ty());
      builder_.CreateAlignedStore(part, builder_.CreatePtrAdd(address(field), builder_.getInt64(half * 4)),
                                  llvm::Align(4), /*isVolatile=*/true);
    }
  }

  llvm::Value* load(unsigned field, llvm::Type* type) {
    llvm::Type* stored = type->isPointerTy() ? type : builder_.getInt64Ty();
    llvm::Value* value = builder_.CreateAlignedLoad(stored, address(field), llvm::Align(field_size));
    return type->isPointerTy() ? value : builder_.CreateTrunc(value, type);
  }

 private:
  llvm::Value* address(unsigned field) {
    return builder_.CreatePtrAdd(&fields_, builder_.getInt64(field * field_size));
  }

  llvm::IRBuilder<>& builder_;
  llvm::Value& fields_;
};

class Outline {
 public:
  Outline(llvm::Loop& loop, uint64_t rounds, llvm::ScalarEvolution& evolution)
      : loop_(loop),
        rounds_(rounds),
        evolution_(evolution),
        function_(*loop.getHeader()->getParent()),
        before_(*loop.getLoopPreheader()),
        where_(start_of(loop)) {}

  void run() {
    drop_debug_records();
    collect();
    make_function();
    llvm::IRBuilder<> builder(&function_.getEntryBlock(), function_.getEntryBlock().begin());
    auto* shared = builder.CreateAlloca(llvm::ArrayType::get(builder.getInt64Ty(), fields_));
    shared->setAlignment(llvm::Align(field_size));
    shared->setMetadata(shared_values_mark, llvm::MDNode::get(builder.getContext(), {}));
    before_.getTerminator()->eraseFromParent();
    builder.SetInsertPoint(&before_);
    builder.SetCurrentDebugLocation(where_);
    SharedValues outside(builder, *shared);
    give_values(outside);
    call_helper(builder, *shared);
    read_values();
    end_rounds();
    take_results(builder, outside);
    for (llvm::PHINode* phi : llvm::concat<llvm::PHINode* const>(counters_, carried_)) phi->eraseFromParent();
    for (llvm::BasicBlock* block : loop_.blocks()) body_->splice(body_->end(), &function_, block->getIterator());
  }

 private:
  /// They refer to values of the function that the loop was in.
  void drop_debug_records() {
    for (llvm::BasicBlock* block : loop_.blocks())
      for (llvm::Instruction& instruction : llvm::make_early_inc_range(*block)) {
        instruction.dropDbgRecords();
        if (llvm::isa<llvm::DbgInfoIntrinsic>(instruction)) instruction.eraseFromParent();
      }
  }

  void collect() {
    for (llvm::PHINode& phi : loop_.getHeader()->phis()) {
      if (step_of(phi)) {
        counters_.push_back(&phi);
        steps_.push_back(step_of(phi));
        add_input(*phi.getIncomingValueForBlock(&before_));
      } else {
        carried_.push_back(&phi);
        field_of_[&phi] = fields_++;
        add_input(*phi.getIncomingValueForBlock(loop_.getLoopLatch()));
      }
    }
    for (llvm::BasicBlock* block : loop_.blocks())
      for (llvm::Instruction& instruction : *block)
        if (!is_of_header(instruction))
          for (llvm::Value* operand : instruction.operands()) add_input(*operand);
    llvm::SmallVector<llvm::BasicBlock*> exits;
    loop_.getUniqueExitBlocks(exits);
    for (llvm::BasicBlock* exit : exits) {
      exits_.insert(exit);
      for (llvm::PHINode& phi : exit->phis()) {
        field_of_[&phi] = fields_++;
        for (llvm::Value* value : phi.incoming_values()) add_input(*value);
      }
    }
    exit_field_ = fields_++;
  }

  bool is_of_header(const llvm::Instruction& instruction) const {
    return llvm::isa<llvm::PHINode>(instruction) && instruction.getParent() == loop_.getHeader();
  }

  /// What is added in each round to a number that follows from the number of the round; null for another.
  llvm::ConstantInt* step_of(llvm::PHINode& phi) const {
    if (!phi.getType()->isIntegerTy()) return nullptr;
    const auto* formula = llvm::dyn_cast<llvm::SCEVAddRecExpr>(evolution_.getSCEV(&phi));
    if (!formula || formula->getLoop() != &loop_ || !formula->isAffine()) return nullptr;
    const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(formula->getStepRecurrence(evolution_));
    return step ? step->getValue() : nullptr;
  }

  void add_input(llvm::Value& value) {
    auto* instruction = llvm::dyn_cast<llvm::Instruction>(&value);
    if (!llvm::isa<llvm::Argument>(value) && (!instruction || loop_.contains(instruction))) return;
    if (instruction && shares_inner_values(*instruction))
      inner_.insert(instruction);
    else if (inputs_.insert(&value))
      field_of_[&value] = fields_++;
  }

  /// Whether it is what an inner loop has in common with this one's body: that has it on its own stack then, as the
  /// verifier lets no function store a pointer to a stack on that of its caller.
  bool shares_inner_values(const llvm::Instruction& instruction) const {
    return instruction.hasMetadata(shared_values_mark) &&
           llvm::all_of(instruction.users(),
                        [&](const llvm::User* user) { return loop_.contains(llvm::cast<llvm::Instruction>(user)); });
  }

  void make_function() {
    llvm::Module& module = *function_.getParent();
    llvm::LLVMContext& context = module.getContext();
    llvm::Type* number = llvm::Type::getInt64Ty(context);
    auto* type = llvm::FunctionType::get(number, {number, llvm::PointerType::get(context, 0)}, /*isVarArg=*/false);
    std::string name;
    for (unsigned i = 1; name.empty() || module.getNamedValue(name); ++i)
      name = (function_.getName() + "_loop" + llvm::Twine(i)).str();
    body_ = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, module);
    body_->addFnAttr(llvm::Attribute::NoInline);
    body_->addFnAttr(llvm::Attribute::NoUnwind);
    body_entry_ = llvm::BasicBlock::Create(context, "entry", body_);
    if (const llvm::DISubprogram* description = function_.getSubprogram()) describe(*description);
  }

  /// The kernel wants types of functions whose addresses are taken.
  void describe(const llvm::DISubprogram& function) {
    llvm::DIBuilder builder(*function_.getParent(), /*AllowUnresolved=*/false, function.getUnit());
    llvm::DIType* number = builder.createBasicType("long", 64, llvm::dwarf::DW_ATE_signed);
    llvm::DIType* index = builder.createBasicType("unsigned long", 64, llvm::dwarf::DW_ATE_unsigned);
    llvm::DIType* fields = builder.createPointerType(index, 64);
    const unsigned line = where_ ? where_->getLine() : function.getLine();
    llvm::DIFile* file = where_ ? where_->getFile() : function.getFile();
    body_->setSubprogram(builder.createFunction(
        file, body_->getName(), "", file, line,
        builder.createSubroutineType(builder.getOrCreateTypeArray({number, index, fields})), line,
        llvm::DINode::FlagPrototyped, llvm::DISubprogram::SPFlagDefinition | llvm::DISubprogram::SPFlagLocalToUnit));
    builder.finalize();
  }

  void give_values(SharedValues& outside) {
    for (llvm::Value* input : inputs_) outside.store(field_of_[input], input);
    for (llvm::PHINode* phi : carried_)
      outside.store_forgotten(field_of_[phi], phi->getIncomingValueForBlock(&before_));
    // As far as the verifier knows, the loop may end without an exit.
    for (llvm::BasicBlock* exit : exits_)
      for (llvm::PHINode& phi : exit->phis())
        outside.store(field_of_[&phi], llvm::Constant::getNullValue(phi.getType()));
    if (exits_.size() > 1) outside.store(exit_field_, llvm::ConstantInt::get(body_->getReturnType(), 0));
  }

  void call_helper(llvm::IRBuilder<>& builder, llvm::Value& shared) const {
    llvm::Type *number = builder.getInt64Ty(), *pointer = builder.getPtrTy();
    auto* type = llvm::FunctionType::get(number, {number, pointer, pointer, number}, /*isVarArg=*/false);
    llvm::Value* helper = builder.CreateIntToPtr(builder.getInt64(helper_named("loop").id), pointer);
    builder.CreateCall(type, helper, {builder.getInt64(rounds_), body_, &shared, builder.getInt64(0)});
  }

  /// At the beginning of the body: the number of the round, in bounds for the verifier, and what comes from elsewhere.
  void read_values() {
    for (llvm::Instruction* variable : inner_) variable->moveBefore(*body_entry_, body_entry_->end());
    llvm::IRBuilder<> builder(body_entry_);
    builder.SetCurrentDebugLocation(where_);
    SharedValues shared(builder, *body_->getArg(1));
    llvm::Value* round = builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, make_opaque(builder, *body_->getArg(0)),
                                                       builder.getInt64(rounds_ - 1));
    for (llvm::Value* input : inputs_) {
      llvm::Value* value = loaded_[input] = shared.load(field_of_[input], input->getType());
      input->replaceUsesWithIf(value, [&](const llvm::Use& use) {
        const auto* user = llvm::cast<llvm::Instruction>(use.getUser());
        return loop_.contains(user) && !is_of_header(*user);
      });
    }
    for (const auto& [phi, step] : llvm::zip(counters_, steps_)) {
      llvm::Value* counted = builder.CreateMul(builder.CreateZExtOrTrunc(round, phi->getType()), step);
      phi->replaceAllUsesWith(builder.CreateAdd(counted, body_value(*phi->getIncomingValueForBlock(&before_))));
    }
    for (llvm::PHINode* phi : carried_) phi->replaceAllUsesWith(shared.load(field_of_[phi], phi->getType()));
    builder.CreateBr(loop_.getHeader());
  }

  /// Going back to the header becomes the end of a round, leaving the loop the end of the last one.
  void end_rounds() {
    llvm::BasicBlock& latch = *loop_.getLoopLatch();
    end_round(latch, *loop_.getHeader(), go_on, [&](SharedValues& shared) {
      for (llvm::PHINode* phi : carried_)
        shared.store(field_of_[phi], body_value(*phi->getIncomingValueForBlock(&latch)));
    });
    llvm::SmallVector<std::pair<llvm::BasicBlock*, llvm::BasicBlock*>> edges;
    for (llvm::BasicBlock* block : loop_.blocks())
      for (llvm::BasicBlock* next : llvm::successors(block))
        if (exits_.contains(next) && !llvm::is_contained(edges, std::pair(block, next)))
          edges.emplace_back(block, next);
    for (const auto& [block, exit] : edges)
      end_round(*block, *exit, stop, [&, block = block, exit = exit](SharedValues& shared) {
        for (llvm::PHINode& phi : exit->phis()) {
          shared.store(field_of_[&phi], body_value(*phi.getIncomingValueForBlock(block)));
          while (phi.getBasicBlockIndex(block) >= 0) phi.removeIncomingValue(block, /*DeletePHIIfEmpty=*/false);
        }
        if (exits_.size() > 1)
          shared.store(exit_field_, llvm::ConstantInt::get(body_->getReturnType(), exit_number(*exit)));
      });
  }

  /// The value as the body has it.
  llvm::Value* body_value(llvm::Value& value) const {
    const auto found = loaded_.find(&value);
    return found == loaded_.end() ? &value : found->second;
  }

  template <class StoreValues>
  void end_round(llvm::BasicBlock& block, llvm::BasicBlock& next, uint64_t result, const StoreValues& store_values) {
    auto* end = llvm::BasicBlock::Create(body_->getContext(), result == stop ? "stop" : "next", body_);
    llvm::IRBuilder<> builder(end);
    builder.SetCurrentDebugLocation(block.getTerminator()->getDebugLoc());
    SharedValues shared(builder, *body_->getArg(1));
    store_values(shared);
    builder.CreateRet(builder.getInt64(result));
    block.getTerminator()->replaceSuccessorWith(&next, end);
  }

  uint64_t exit_number(llvm::BasicBlock& exit) const {
    return static_cast<uint64_t>(std::distance(exits_.begin(), llvm::find(exits_, &exit)));
  }

  /// After the call, where the loop was left.
  void take_results(llvm::IRBuilder<>& builder, SharedValues& outside) {
    for (llvm::BasicBlock* exit : exits_)
      for (llvm::PHINode& phi : exit->phis()) phi.addIncoming(outside.load(field_of_[&phi], phi.getType()), &before_);
    if (exits_.size() == 1) {
      builder.CreateBr(exits_.front());
      return;
    }
    llvm::SwitchInst* which = builder.CreateSwitch(outside.load(exit_field_, builder.getInt64Ty()), exits_.front());
    for (llvm::BasicBlock* exit : llvm::drop_begin(exits_)) which->addCase(builder.getInt64(exit_number(*exit)), exit);
  }

  llvm::Loop& loop_;
  uint64_t rounds_;
  llvm::ScalarEvolution& evolution_;
  llvm::Function& function_;
  llvm::BasicBlock& before_;
  const llvm::DILocation* where_;
  llvm::Function* body_ = nullptr;
  llvm::BasicBlock* body_entry_ = nullptr;
  std::vector<llvm::PHINode*> counters_, carried_;
  std::vector<llvm::ConstantInt*> steps_;        ///< of the counters
  std::map<llvm::Value*, llvm::Value*> loaded_;  ///< inputs, as the body reads them
  llvm::SetVector<llvm::Value*> inputs_;
  llvm::SetVector<llvm::Instruction*> inner_;  ///< variables that inner loops share with the body
  llvm::SetVector<llvm::BasicBlock*> exits_;
  std::map<const llvm::Value*, unsigned> field_of_;
  unsigned fields_ = 0, exit_field_ = 0;
};

}  // namespace

void outline_body(llvm::Loop& loop, uint64_t rounds, llvm::ScalarEvolution& evolution) {
  Outline(loop, rounds, evolution).run();
}

}  // namespace ebpfxx::cc
