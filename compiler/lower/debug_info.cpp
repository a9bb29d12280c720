#include "lower/debug_info.hpp"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Support/FormatVariadic.h>

#include "frontend/names.hpp"
#include "lower/c_types.hpp"

namespace ebpfxx::cc {
namespace {

// DISubprogram has no setter for its name.
constexpr unsigned name_operand = 2;

/// The parameters as BTF's writer looks for them. The kernel refuses a function with an unnamed one (btf_func_check in
/// kernel/bpf/btf.c).
llvm::DINodeArray named_parameters(llvm::DISubprogram& function) {
  llvm::LLVMContext& context = function.getContext();
  const unsigned count = function.getType()->getTypeArray().size();
  llvm::SmallVector<llvm::Metadata*> parameters;
  for (unsigned number = 1; number < count; ++number) {
    std::string name = llvm::formatv("argument{0}", number);
    for (const llvm::DINode* node : function.getRetainedNodes()) {
      const auto* variable = llvm::dyn_cast<llvm::DILocalVariable>(node);
      if (variable && variable->getArg() == number && !variable->getName().empty())
        name = c_identifier(variable->getName());
    }
    parameters.push_back(llvm::DILocalVariable::get(context, &function, name, function.getFile(), function.getLine(),
                                                    function.getType()->getTypeArray()[number], number,
                                                    llvm::DINode::FlagZero, 0, nullptr));
  }
  return llvm::DINodeArray(llvm::MDTuple::get(context, parameters));
}

void shape_function(llvm::Function& function, CTypes& types) {
  llvm::DISubprogram* description = function.getSubprogram();
  if (!description) return;
  description->replaceType(types.signature(description->getType()));
  description->replaceOperandWith(name_operand, llvm::MDString::get(function.getContext(), function.getName()));
  description->replaceRetainedNodes(named_parameters(*description));
}

void shape_variable(llvm::GlobalVariable& variable, CTypes& types) {
  llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> descriptions;
  variable.getDebugInfo(descriptions);
  variable.eraseMetadata(llvm::LLVMContext::MD_dbg);
  for (const llvm::DIGlobalVariableExpression* old : descriptions) {
    const llvm::DIGlobalVariable* description = old->getVariable();
    auto* shaped = llvm::DIGlobalVariable::getDistinct(
        variable.getContext(), nullptr, variable.getName(), variable.getName(), description->getFile(),
        description->getLine(), types.type(description->getType()), description->isLocalToUnit(),
        description->isDefinition(), nullptr, nullptr, description->getAlignInBits(), description->getAnnotations());
    variable.addDebugInfo(llvm::DIGlobalVariableExpression::get(variable.getContext(), shaped, old->getExpression()));
  }
}

void drop_local_variables(llvm::Function& function) {
  for (llvm::BasicBlock& block : function)
    for (llvm::Instruction& instruction : llvm::make_early_inc_range(block)) {
      instruction.dropDbgRecords();
      if (llvm::isa<llvm::DbgVariableIntrinsic>(instruction)) instruction.eraseFromParent();
    }
}

/// Leaves line tables as all that DWARF's writer makes of the module.
void reduce_compile_units(llvm::Module& module) {
  llvm::DebugInfoFinder finder;
  finder.processModule(module);
  llvm::DenseMap<llvm::DICompileUnit*, llvm::DICompileUnit*> reduced;
  for (llvm::DICompileUnit* unit : finder.compile_units())
    reduced[unit] = llvm::DICompileUnit::getDistinct(
        module.getContext(), unit->getSourceLanguage(), unit->getFile(), unit->getProducer(), unit->isOptimized(), "",
        0, "", llvm::DICompileUnit::LineTablesOnly, nullptr, nullptr, nullptr, nullptr, nullptr, 0, false, false,
        llvm::DICompileUnit::DebugNameTableKind::None, false, "", "");
  for (llvm::DISubprogram* function : finder.subprograms())
    if (llvm::DICompileUnit* unit = function->getUnit()) function->replaceUnit(reduced[unit]);
  llvm::NamedMDNode* units = module.getNamedMetadata("llvm.dbg.cu");
  if (!units) return;
  for (unsigned i = 0; i < units->getNumOperands(); ++i)
    units->setOperand(i, reduced[llvm::cast<llvm::DICompileUnit>(units->getOperand(i))]);
}

}  // namespace

void shape_debug_info(llvm::Module& module) {
  reduce_compile_units(module);
  for (llvm::Function& function : module) drop_local_variables(function);
  CTypes types(module.getContext());
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) shape_function(function, types);
  for (llvm::GlobalVariable& variable : module.globals()) shape_variable(variable, types);
}

}  // namespace ebpfxx::cc
