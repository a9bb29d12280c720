#include "lower/context_accesses.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>

namespace ebpfxx::cc {
namespace {

/// What LLVM calls the types of the programs' contexts.
llvm::StringSet<> context_types(const TranslationUnit& unit) {
  llvm::StringSet<> names;
  for (const Program& program : unit.programs) {
    const clang::QualType context = program.entry->getParamDecl(0)->getType()->getPointeeType();
    if (const clang::RecordDecl* record = context->getAsRecordDecl())
      names.insert("struct." + record->getQualifiedNameAsString());
  }
  return names;
}

/// Whether it is read or written at a constant index, if it is an array: loops over arrays are copies, and stay some.
bool has_constant_offset(const llvm::GetElementPtrInst& field) {
  return !field.getResultElementType()->isArrayTy() || llvm::all_of(field.users(), [](const llvm::User* user) {
    const auto* element = llvm::dyn_cast<llvm::GetElementPtrInst>(user);
    return element && element->hasAllConstantIndices() && llvm::all_of(element->users(), [](const llvm::User* access) {
             return llvm::isa<llvm::LoadInst, llvm::StoreInst>(access);
           });
  });
}

/// The arguments of an access: the address, whether it is volatile, its order, scope and alignment, whether it stays in
/// bounds, and the indexes (BPFPreserveStaticOffset.cpp in LLVM).
enum Argument : unsigned { Address, Volatile, Order, Scope, Alignment, InBounds, Indexes };

class Access {
 public:
  /// `first`: the argument that is the address.
  Access(llvm::CallInst& call, unsigned first) : call_(call), first_(first), builder_(&call) {}

  void load() {
    llvm::LoadInst* load = builder_.CreateAlignedLoad(call_.getType(), address(), alignment(), is_volatile());
    load->copyMetadata(call_);
    call_.replaceAllUsesWith(load);
  }

  void store() {
    builder_.CreateAlignedStore(call_.getArgOperand(0), address(), alignment(), is_volatile())->copyMetadata(call_);
  }

 private:
  uint64_t number(Argument argument) const {
    return llvm::cast<llvm::ConstantInt>(call_.getArgOperand(first_ + argument))->getZExtValue();
  }
  bool is_volatile() const { return number(Volatile) != 0; }
  llvm::Align alignment() const { return llvm::Align(1ULL << number(Alignment)); }

  llvm::Value* address() {
    const llvm::SmallVector<llvm::Value*> indexes(llvm::drop_begin(call_.args(), first_ + Indexes));
    return builder_.CreateGEP(call_.getParamElementType(first_), call_.getArgOperand(first_), indexes, "",
                              number(InBounds) ? llvm::GEPNoWrapFlags::inBounds() : llvm::GEPNoWrapFlags::none());
  }

  llvm::CallInst& call_;
  unsigned first_;
  llvm::IRBuilder<> builder_;
};

}  // namespace

void keep_context_accesses(llvm::Module& module, const TranslationUnit& unit) {
  const llvm::StringSet<> contexts = context_types(unit);
  const auto is_field = [&](const llvm::GetElementPtrInst& address) {
    const auto* type = llvm::dyn_cast<llvm::StructType>(address.getSourceElementType());
    return type && type->hasName() && contexts.contains(type->getName()) && address.hasAllConstantIndices() &&
           has_constant_offset(address);
  };
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function)))
      if (auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction); address && is_field(*address)) {
        llvm::IRBuilder<> builder(address);
        address->setOperand(
            0, builder.CreateIntrinsic(llvm::Intrinsic::preserve_static_offset, {}, {address->getPointerOperand()}));
      }
}

void restore_context_accesses(llvm::Module& module) {
  for (llvm::Function& function : module)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      const llvm::Intrinsic::ID intrinsic = call ? call->getIntrinsicID() : llvm::Intrinsic::not_intrinsic;
      if (intrinsic == llvm::Intrinsic::bpf_getelementptr_and_load)
        Access(*call, 0).load();
      else if (intrinsic == llvm::Intrinsic::bpf_getelementptr_and_store)
        Access(*call, 1).store();
      else
        continue;
      call->eraseFromParent();
    }
}

}  // namespace ebpfxx::cc
