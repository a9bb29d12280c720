#include "checks/program_code.hpp"

#include <bpf/libbpf.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/IR/InstIterator.h>

namespace ebpfxx::cc {

llvm::SmallVector<const llvm::Function*, 1> functions_of(const llvm::CallBase& call) {
  llvm::SmallVector<const llvm::Function*, 1> functions;
  const auto add = [&](const llvm::Value* value) {
    const auto* function = llvm::dyn_cast<llvm::Function>(value->stripPointerCasts());
    if (function && !function->isDeclaration()) functions.push_back(function);
  };
  add(call.getCalledOperand());
  if (call.doesNotReturn()) return functions;  // an exception's destructor is no callback
  for (const llvm::Use& argument : call.args()) add(argument.get());
  return functions;
}

llvm::SetVector<const llvm::Function*> code_of(const Program& program, const llvm::Module& module) {
  llvm::SetVector<const llvm::Function*> code;
  if (const llvm::Function* entry = module.getFunction(program.symbol); entry && !entry->isDeclaration())
    code.insert(entry);
  for (std::size_t next = 0; next < code.size(); ++next)
    for (const llvm::BasicBlock& block : *code[next])
      for (const llvm::Instruction& instruction : block)
        if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction))
          for (const llvm::Function* function : functions_of(*call)) code.insert(function);
  return code;
}

void for_each_instruction(const TranslationUnit& unit, const llvm::Module& module,
                          llvm::function_ref<void(const llvm::Instruction&)> check) {
  llvm::SetVector<const llvm::Function*> functions;
  for (const Program& program : unit.programs)
    for (const llvm::Function* function : code_of(program, module)) functions.insert(function);
  for (const llvm::Function* function : functions)
    for (const llvm::Instruction& instruction : llvm::instructions(*function)) check(instruction);
}

bpf_prog_type type_of(const Program& program) {
  bpf_prog_type type = BPF_PROG_TYPE_UNSPEC;
  bpf_attach_type attach_type;
  if (libbpf_prog_type_by_name(program.section.c_str(), &type, &attach_type) != 0) return BPF_PROG_TYPE_UNSPEC;
  return type;
}

std::string hook_of(const Program& program) {
  const auto* specialisation =
      llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(program.variable->getType()->getAsCXXRecordDecl());
  if (!specialisation || specialisation->getTemplateArgs().size() == 0 ||
      specialisation->getTemplateArgs()[0].getKind() != clang::TemplateArgument::Type)
    return program.section;
  const std::string name = specialisation->getTemplateArgs()[0].getAsType().getAsString(
      program.variable->getASTContext().getPrintingPolicy());
  llvm::StringRef shortened = name;
  shortened.consume_front("ebpfxx::");
  return shortened.str();
}

}  // namespace ebpfxx::cc
