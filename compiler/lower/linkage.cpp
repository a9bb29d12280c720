#include "lower/linkage.hpp"

#include <clang/AST/ASTContext.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Function.h>
#include <llvm/Transforms/Utils/ModuleUtils.h>
#include <llvm/Transforms/Utils/ValueMapper.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

using Linkage = llvm::GlobalValue::LinkageTypes;

/// Several sources may contain an inline program or map; libbpf's linker keeps one of weak symbols.
Linkage linkage_of(const clang::VarDecl& variable) {
  const clang::GVALinkage linkage = variable.getASTContext().GetGVALinkageForVariable(&variable);
  return linkage == clang::GVA_StrongExternal ? Linkage::ExternalLinkage : Linkage::WeakAnyLinkage;
}

/// Symbols that stay, and how.
llvm::StringMap<Linkage> kept_symbols(const TranslationUnit& unit) {
  llvm::StringMap<Linkage> kept;
  for (const Program& program : unit.programs) kept[program.symbol] = linkage_of(*program.variable);
  // Weak even where the source has one definition: the optimiser must not look into a Config's value.
  for (const DeviceVariable& variable : unit.variables) kept[variable.symbol] = Linkage::WeakAnyLinkage;
  kept["_license"] = Linkage::WeakAnyLinkage;
  return kept;
}

/// libbpf makes the BTF of hidden functions static, and the kernel then verifies them with their callers.
void keep_for_callers(llvm::Function& function) {
  function.setLinkage(Linkage::WeakODRLinkage);
  function.setVisibility(llvm::GlobalValue::HiddenVisibility);
}

void set_function_linkage(llvm::Function& function) {
  const bool stays = function.hasFnAttribute(llvm::Attribute::NoInline);
  if (!stays) function.addFnAttr(llvm::Attribute::AlwaysInline);
  if (stays && !function.hasLocalLinkage()) {
    keep_for_callers(function);
  } else {
    function.setVisibility(llvm::GlobalValue::DefaultVisibility);
    function.setLinkage(Linkage::InternalLinkage);
  }
}

/// BTF takes the linkage from debug info, which has that of the lambda: internal, when the program's variable is not
/// inline.
void describe_as_global(llvm::Function& function) {
  llvm::DISubprogram* old = function.getSubprogram();
  if (!old || !old->isLocalToUnit()) return;
  auto* description = llvm::DISubprogram::getDistinct(
      function.getContext(), old->getScope(), old->getName(), old->getLinkageName(), old->getFile(), old->getLine(),
      old->getType(), old->getScopeLine(), old->getContainingType(), old->getVirtualIndex(), old->getThisAdjustment(),
      old->getFlags(), old->getSPFlags() & ~llvm::DISubprogram::SPFlagLocalToUnit, old->getUnit(),
      old->getTemplateParams(), old->getDeclaration(), old->getRetainedNodes(), old->getThrownTypes());
  llvm::ValueToValueMapTy mapped;
  mapped.MD()[old].reset(description);
  llvm::RemapFunction(function, mapped, llvm::RF_NoModuleLevelChanges | llvm::RF_IgnoreMissingLocals);
  function.setSubprogram(description);
}

/// No program refers to it: it is for who reads the object.
bool is_log_format(const llvm::GlobalVariable& variable) { return variable.getSection() == abi::log_section; }

/// Without a type of its own, so that the kernel gets none to look at.
void keep_log_formats(llvm::Module& module) {
  llvm::SmallVector<llvm::GlobalValue*, 8> formats;
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (!is_log_format(variable)) continue;
    variable.eraseMetadata(llvm::LLVMContext::MD_dbg);
    formats.push_back(&variable);
  }
  llvm::appendToCompilerUsed(module, formats);
}

bool is_llvm_list(const llvm::GlobalVariable& variable) { return variable.getName().starts_with("llvm."); }

/// Which variables of the application the symbols stand for.
void list_host_variables(llvm::Module& module, const TranslationUnit& unit) {
  std::string names;
  const auto list = [&](const clang::VarDecl& variable, const std::string& symbol) {
    const llvm::GlobalValue* value = module.getNamedValue(symbol);
    if (value && !value->isDeclaration()) names += symbol + '\0' + host_symbol(variable) + '\0';
  };
  for (const Program& program : unit.programs) list(*program.variable, program.symbol);
  for (const DeviceVariable& variable : unit.variables) list(*variable.variable, variable.symbol);
  if (names.empty()) return;
  llvm::Constant* text = llvm::ConstantDataArray::getString(module.getContext(), names, /*AddNull=*/false);
  auto* section = new llvm::GlobalVariable(module, text->getType(), /*isConstant=*/true, Linkage::PrivateLinkage, text);
  section->setSection(abi::names_section);
  section->setAlignment(llvm::Align(1));  // so that libbpf's linker puts nothing between two of them
}

}  // namespace

void set_linkage(llvm::Module& module, const TranslationUnit& unit) {
  for (const char* list : {"llvm.global_ctors", "llvm.global_dtors", "llvm.compiler.used", "llvm.global.annotations"})
    if (llvm::GlobalVariable* variable = module.getGlobalVariable(list, /*AllowInternal=*/true))
      variable->eraseFromParent();
  // libbpf's linker knows no options from sources.
  for (const char* list : {"llvm.linker.options", "llvm.dependent-libraries"})
    if (llvm::NamedMDNode* options = module.getNamedMetadata(list)) options->eraseFromParent();
  // The application's compiler may take a Global for constant; here programs write to it.
  for (const DeviceVariable& variable : unit.variables)
    if (llvm::GlobalVariable* global = module.getNamedGlobal(variable.symbol); global && variable.section == ".data")
      global->setConstant(false);
  const llvm::StringMap<Linkage> kept = kept_symbols(unit);
  const auto keep = [&](llvm::GlobalValue& value) {
    const auto found = kept.find(value.getName());
    if (found == kept.end()) return false;
    value.setVisibility(llvm::GlobalValue::DefaultVisibility);
    value.setLinkage(found->second);
    value.setDSOLocal(true);
    return true;
  };
  // Nothing but what is kept may hold on to anything.
  llvm::removeFromUsedLists(module,
                            [&](llvm::Constant* used) { return !kept.contains(used->stripPointerCasts()->getName()); });
  for (llvm::Function& function : module)
    if (function.isDeclaration() && function.doesNotReturn())
      function.addFnAttr(llvm::Attribute::NoMerge);  // so that each failed check keeps its line
    else if (!function.isDeclaration() && keep(function))
      describe_as_global(function);
    else if (!function.isDeclaration())
      set_function_linkage(function);
  for (llvm::GlobalVariable& variable : module.globals())
    if (!variable.isDeclaration() && !is_llvm_list(variable) && !keep(variable) && !variable.hasLocalLinkage()) {
      variable.setVisibility(llvm::GlobalValue::DefaultVisibility);
      variable.setLinkage(Linkage::InternalLinkage);
    }
  keep_log_formats(module);
  for (llvm::GlobalAlias& alias : module.aliases()) alias.setLinkage(Linkage::InternalLinkage);
}

void finish_linkage(llvm::Module& module, const TranslationUnit& unit) {
  const auto rename = [](llvm::GlobalValue& value) {
    if (const std::string name = c_identifier(value.getName()); name != value.getName()) value.setName(name);
  };
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    rename(function);
    // Not inlined after all. BTF takes the linkage from debug info, and libbpf's linker wants both to be the same.
    const llvm::DISubprogram* description = function.getSubprogram();
    if (function.hasLocalLinkage() && description && !description->isLocalToUnit()) keep_for_callers(function);
  }
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (variable.isDeclaration() || is_llvm_list(variable)) continue;
    if (!variable.hasPrivateLinkage()) rename(variable);
    // One section for all constants, of one kind: libbpf makes a map of each, and the assembler has sections of their
    // own for mergeable constants of 4, 8, 16 and 32 bytes, and for strings.
    if (variable.hasLocalLinkage() && variable.isConstant() && !is_log_format(variable)) {
      variable.setSection(".rodata");
      variable.setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::None);
    }
  }
  list_host_variables(module, unit);
}

}  // namespace ebpfxx::cc
