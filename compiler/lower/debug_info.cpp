#include "lower/debug_info.hpp"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/Support/FormatVariadic.h>

#include "base/names.hpp"
#include "lower/c_types.hpp"

namespace ebpfxx::cc {
namespace {

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
        description->getLine(),
        (variable.getSection() == ".maps" ? types.map_definition(description->getType())
                                          : types.type(description->getType())),
        description->isLocalToUnit(), description->isDefinition(), nullptr, nullptr, description->getAlignInBits(),
        description->getAnnotations());
    variable.addDebugInfo(llvm::DIGlobalVariableExpression::get(variable.getContext(), shaped, old->getExpression()));
  }
}

/// `type` by the name that the kernel has for it, not by the names that C++ sources have for that.
llvm::DIType* kernel_type(llvm::DIType* type) {
  llvm::DIType* named = type;
  while (auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) type = derived->getBaseType();
  return type && !type->getName().empty() ? type : named;
}

/// A place-holder that LLVM's BPF target has made for an offset in a kernel type names the type that it counts in.
void shape_relocation(llvm::GlobalVariable& variable, CTypes& types) {
  constexpr unsigned kind = llvm::LLVMContext::MD_preserve_access_index;
  if (auto* type = llvm::dyn_cast_or_null<llvm::DIType>(variable.getMetadata(kind)))
    variable.setMetadata(kind, types.type(kernel_type(type)));
}

}  // namespace

void shape_debug_info(llvm::Module& module) {
  CTypes types(module.getContext());
  for (llvm::Function& function : module)
    if (!function.isDeclaration()) shape_function(function, types);
  for (llvm::GlobalVariable& variable : module.globals()) {
    shape_variable(variable, types);
    shape_relocation(variable, types);
  }
}

}  // namespace ebpfxx::cc
