#include "base/context_address.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Operator.h>

#include "base/opaque.hpp"

namespace ebpfxx::cc {

llvm::GlobalVariable* relocation_of(const llvm::Value& offset) {
  const auto* load = llvm::dyn_cast<llvm::LoadInst>(&offset);
  auto* variable =
      load ? llvm::dyn_cast<llvm::GlobalVariable>(const_cast<llvm::Value*>(load->getPointerOperand())) : nullptr;
  return variable && variable->hasAttribute("btf_ama") ? variable : nullptr;
}

std::optional<RelocatedField> relocated_field(const llvm::Value& address) {
  const llvm::Value* shown = behind_opaque(address);
  const auto* step = shown ? llvm::dyn_cast<llvm::GetElementPtrInst>(shown) : nullptr;
  if (!step || step->getNumIndices() != 1) return std::nullopt;
  llvm::GlobalVariable* relocation = relocation_of(*step->getOperand(1));
  if (!relocation) return std::nullopt;
  return RelocatedField{const_cast<llvm::Value*>(step->getPointerOperand()), relocation};
}

std::optional<ContextAddress> context_address(llvm::Value& address, llvm::Argument& context) {
  ContextAddress found{&context};
  bool is_in_context = false;
  bool has_start = false;
  const auto start = [&](llvm::GlobalVariable* field) {
    if (has_start && found.field != field) found.is_plain = false;
    found.field = field;
    is_in_context = has_start = true;
  };
  llvm::SmallPtrSet<llvm::Value*, 16> seen;
  llvm::SmallVector<llvm::Value*> rest = {&address};
  while (!rest.empty()) {
    llvm::Value* value = rest.pop_back_val();
    if (!seen.insert(value).second) continue;
    if (value == &context) {
      start(nullptr);
    } else if (const auto relocated = relocated_field(*value)) {
      if (relocated->object == &context) {
        start(relocated->relocation);
        continue;
      }
      const auto object = context_address(*relocated->object, context);
      if (!object) continue;
      start(relocated->relocation);
      found.is_plain = false;
    } else if (auto* step = llvm::dyn_cast<llvm::GEPOperator>(value)) {
      llvm::APInt constant(64, 0);
      if (step->accumulateConstantOffset(context.getParent()->getDataLayout(), constant))
        found.offset += constant.getSExtValue();
      else
        found.is_constant = false;
      rest.push_back(step->getPointerOperand());
    } else if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(value)) {
      found.is_constant = false;
      rest.append({choice->getTrueValue(), choice->getFalseValue()});
    } else if (auto* phi = llvm::dyn_cast<llvm::PHINode>(value)) {
      found.is_constant = false;
      rest.append(phi->value_op_begin(), phi->value_op_end());
    } else {
      found.is_plain = false;
    }
  }
  return is_in_context ? std::optional(found) : std::nullopt;
}

llvm::Argument* context_of(llvm::Function& function, const TranslationUnit& unit) {
  const bool is_program =
      !function.isDeclaration() && !function.arg_empty() &&
      llvm::any_of(unit.programs, [&](const Program& program) { return program.symbol == function.getName(); });
  return is_program ? function.getArg(0) : nullptr;
}

}  // namespace ebpfxx::cc
