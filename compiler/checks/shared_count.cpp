#include "checks/rules.hpp"

#include <clang/AST/Attr.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <ebpfxx/abi.hpp>

#include "base/helper_table.hpp"
#include "base/names.hpp"
#include "checks/program_code.hpp"

namespace ebpfxx::cc {
namespace {

/// Whether all CPUs change the same values of this map, with nothing between them.
bool has_shared_values(const clang::CXXRecordDecl& map) {
  for (const auto* attribute : map.specific_attrs<clang::AnnotateAttr>()) {
    bool shared = false;
    if (attribute->getAnnotation() == abi::shared_annotation && attribute->args_size() == 1)
      return attribute->args_begin()[0]->EvaluateAsBooleanCondition(shared, map.getASTContext()) && shared;
  }
  return false;
}

struct SharedVariable {
  const clang::VarDecl* variable = nullptr;
  bool is_map = false;
};

class SharedCounts {
 public:
  SharedCounts(const IrLocations& locations, Diagnostics& diagnostics)
      : locations_(locations), diagnostics_(diagnostics) {
    for (const DeviceVariable& device : locations.unit().variables) {
      const clang::QualType type = device.variable->getType();
      const clang::CXXRecordDecl* map = annotated_class(type, abi::map_annotation);
      if (map ? has_shared_values(*map) : annotated_class(type, abi::global_annotation) != nullptr)
        shared_[device.symbol] = {device.variable, map != nullptr};
    }
  }

  void check(const llvm::StoreInst& store) {
    const SharedVariable shared = variable_behind(*store.getPointerOperand());
    if (shared.variable && writes_back(store)) report(store, shared);
  }

 private:
  /// Whose value a pointer points to; nothing for memory that is not shared.
  SharedVariable variable_behind(const llvm::Value& pointer) const {
    llvm::SmallVector<const llvm::Value*> objects;
    llvm::getUnderlyingObjects(&pointer, objects, nullptr, 0);
    for (const llvm::Value* object : objects) {
      const auto* lookup = llvm::dyn_cast<llvm::CallBase>(object);
      const HelperInfo* helper = lookup ? called_helper(*lookup) : nullptr;
      if (helper && helper->name == "map_lookup_elem") object = lookup->getArgOperand(0)->stripPointerCasts();
      const auto found = object->hasName() ? shared_.find(object->getName()) : shared_.end();
      if (found != shared_.end() && found->second.is_map == (lookup != nullptr)) return found->second;
    }
    return {};
  }

  /// Whether the store writes what was computed from a load of the same address.
  static bool writes_back(const llvm::StoreInst& store) {
    llvm::SmallPtrSet<const llvm::Value*, 16> seen;
    llvm::SmallVector<const llvm::Value*> rest = {store.getValueOperand()};
    while (!rest.empty()) {
      const auto* instruction = llvm::dyn_cast<llvm::Instruction>(rest.pop_back_val());
      if (!instruction || !seen.insert(instruction).second) continue;
      if (const auto* load = llvm::dyn_cast<llvm::LoadInst>(instruction)) {
        if (is_same_address(*load->getPointerOperand(), *store.getPointerOperand(), store.getDataLayout())) return true;
      } else if (computes(*instruction)) {
        rest.append(instruction->op_begin(), instruction->op_end());
      }
    }
    return false;
  }

  /// Whether the result is a number made of the operands: calls of helpers and functions give something new.
  static bool computes(const llvm::Instruction& instruction) {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    return call ? call->isInlineAsm() || llvm::isa<llvm::IntrinsicInst>(call) : !instruction.mayReadOrWriteMemory();
  }

  static bool is_same_address(const llvm::Value& one, const llvm::Value& other, const llvm::DataLayout& layout) {
    llvm::APInt one_offset(64, 0), other_offset(64, 0);
    return one.stripAndAccumulateConstantOffsets(layout, one_offset, /*AllowNonInbounds=*/true) ==
               other.stripAndAccumulateConstantOffsets(layout, other_offset, /*AllowNonInbounds=*/true) &&
           one_offset == other_offset;
  }

  void report(const llvm::StoreInst& store, const SharedVariable& shared) {
    const std::string name = quoted(*shared.variable);
    const unsigned bits = store.getValueOperand()->getType()->getScalarSizeInBits();
    const CallTrail trail = locations_.trail(store);
    diagnostics_.warning(trail.where, "shared-count",
                         "reads and writes back " + (shared.is_map ? "a value of " + name : name) +
                             ", which other CPUs may change in between; " +
                             (shared.is_map ? advice_for_map(bits) : advice_for_global(bits)),
                         trail.calls);
  }

  static std::string advice_for_map(unsigned bits) {
    const char* atomic = bits == 64   ? "make it an Atomic<std::uint64_t>"
                         : bits == 32 ? "make it an Atomic<std::uint32_t>"
                                      : "give it 32 bits as an Atomic<std::uint32_t>";
    return std::string(atomic) + ", keep it per CPU, or, in a Hash or an Array, put it under a lock, as Locked";
  }

  static std::string advice_for_global(unsigned bits) {
    return std::string(bits < 32 ? "give it 32 or 64 bits, and " : "") + "use fetch_add, exchange or compare_exchange";
  }

  const IrLocations& locations_;
  Diagnostics& diagnostics_;
  llvm::StringMap<SharedVariable> shared_;
};

}  // namespace

/// shared-count: warns of a value of a map, or a Global, that is read and written back while other CPUs may change it:
/// `count += 1` of two CPUs at once adds 1. Looks for stores of what was computed from a load of the same address,
/// since by then it makes no difference through which lambda, reference or function the value was reached.
void check_shared_count(const OptimisedCode& code, Diagnostics& diagnostics) {
  SharedCounts counts(code.locations, diagnostics);
  for (const Program& program : code.locations.unit().programs)
    for (const llvm::Function* function : code_of(program, code.module))
      for (const llvm::BasicBlock& block : *function)
        for (const llvm::Instruction& instruction : block)
          if (const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction)) counts.check(*store);
}

}  // namespace ebpfxx::cc
