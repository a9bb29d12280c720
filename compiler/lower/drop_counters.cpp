#include "lower/drop_counters.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Instructions.h>

#include <ebpfxx/abi.hpp>

namespace ebpfxx::cc {
namespace {

class DropCounters {
 public:
  DropCounters(llvm::Module& module, llvm::GlobalVariable& pattern) : module_(module), pattern_(pattern) {}

  /// The counter of `ring`, a variable or one of several; null where that may be any. LLVM joins the calls of two
  /// branches, of which each has its ring, into one.
  llvm::Value* of(llvm::Value* ring) {
    llvm::SmallPtrSet<const llvm::Value*, 8> seen;
    return is_known(*ring, seen) ? made_for(ring) : nullptr;
  }

 private:
  /// Whether `ring` is one of some variables.
  static bool is_known(const llvm::Value& ring, llvm::SmallPtrSetImpl<const llvm::Value*>& seen) {
    if (!seen.insert(&ring).second || llvm::isa<llvm::GlobalVariable>(ring)) return true;
    const auto known = [&](const llvm::Value* value) { return is_known(*value, seen); };
    if (const auto* select = llvm::dyn_cast<llvm::SelectInst>(&ring))
      return known(select->getTrueValue()) && known(select->getFalseValue());
    const auto* phi = llvm::dyn_cast<llvm::PHINode>(&ring);
    return phi && llvm::all_of(phi->incoming_values(), known);
  }

  llvm::Value* made_for(llvm::Value* ring) {
    if (const auto known = made_.find(ring); known != made_.end()) return known->second;
    if (auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(ring)) return made_[ring] = clone(*variable);
    if (auto* select = llvm::dyn_cast<llvm::SelectInst>(ring)) {
      llvm::Value* one = made_for(select->getTrueValue());
      llvm::Value* other = made_for(select->getFalseValue());
      return made_[ring] = llvm::SelectInst::Create(select->getCondition(), one, other, "", select->getIterator());
    }
    auto* phi = llvm::cast<llvm::PHINode>(ring);
    auto* counter = llvm::PHINode::Create(phi->getType(), phi->getNumIncomingValues(), "", phi->getIterator());
    made_[ring] = counter;  // before the others: in a loop, it is one of them
    for (const auto& [value, block] : llvm::zip(phi->incoming_values(), phi->blocks()))
      counter->addIncoming(made_for(value), block);
    return counter;
  }

  llvm::GlobalVariable* clone(const llvm::GlobalVariable& ring) {
    const std::string name = (ring.getName() + abi::drop_counter_suffix).str();
    if (llvm::GlobalVariable* found = module_.getNamedGlobal(name)) return found;
    auto* made = new llvm::GlobalVariable(module_, pattern_.getValueType(), pattern_.isConstant(), ring.getLinkage(),
                                          pattern_.getInitializer(), name);
    made->copyAttributesFrom(&pattern_);
    llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> descriptions;
    pattern_.getDebugInfo(descriptions);
    for (llvm::DIGlobalVariableExpression* description : descriptions) made->addDebugInfo(description);
    return made;
  }

  llvm::Module& module_;
  llvm::GlobalVariable& pattern_;
  llvm::DenseMap<const llvm::Value*, llvm::Value*> made_;
};

}  // namespace

void make_drop_counters(llvm::Module& module) {
  llvm::Function* function = module.getFunction(abi::drop_counter);
  if (!function) return;
  for (llvm::User* user : llvm::make_early_inc_range(function->users())) {
    auto* call = llvm::cast<llvm::CallInst>(user);
    auto* pattern = llvm::cast<llvm::GlobalVariable>(call->getArgOperand(0));
    if (llvm::Value* counter = DropCounters(module, *pattern).of(call->getArgOperand(1))) {
      call->replaceAllUsesWith(counter);
      call->eraseFromParent();
    }
    if (pattern->use_empty()) pattern->eraseFromParent();
  }
}

}  // namespace ebpfxx::cc
