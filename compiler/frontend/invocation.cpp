#include "frontend/invocation.hpp"

#include <clang/Basic/CodeGenOptions.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/LangOptions.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/PreprocessorOptions.h>

namespace ebpfxx::cc {
namespace {

clang::CodeGenOptions code_generation(llvm::StringRef directory) {
  clang::CodeGenOptions options;
  options.OptimizationLevel = 2;
  options.setInlining(clang::CodeGenOptions::NormalInlining);
  options.setDebugInfo(llvm::codegenoptions::FullDebugInfo);
  options.DwarfVersion = 5;  // the first that can embed the source, which BTF's line info quotes
  options.EmbedSource = true;
  options.DebugColumnInfo = true;
  options.DebugCompilationDir = directory;
  options.CodeModel = "default";
  options.UnrollLoops = true;
  // What C++ takes for a loop that ends may be one that doesn't, and LLVM leaves out all that leads to it: a check is
  // to see it.
  options.setFiniteLoops(clang::CodeGenOptions::FiniteLoopsKind::Never);
  // A const struct whose initialiser can be evaluated would become a static variable: what asks the kernel can be, and
  // is to be asked whenever the program runs.
  options.MergeAllConstants = false;
  return options;
}

/// Turns off the host's code generation features that BPF does not have, such as stack protectors.
void adapt_language(clang::LangOptions& language) {
  language.PICLevel = 0;
  language.PIE = 0;
  language.setStackProtector(clang::LangOptions::SSPOff);
  language.CFProtectionBranch = 0;
  language.MathErrno = 0;
  // What is thrown natively is no code of programs; the host compiler says that it needs exceptions.
  language.Exceptions = language.CXXExceptions = 1;
  language.OpenMP = 0;
  language.Sanitize.clear();
  // Without it clang drops the names of parameters from debug info, and the kernel refuses the BTF ("Invalid arg#1").
  language.Optimize = 1;
  language.OptimizeSize = 0;
  language.NoInlineDefine = 0;
}

}  // namespace

std::unique_ptr<clang::CompilerInvocation> make_invocation(const HostCommand& command, const std::string& source) {
  std::vector<const char*> arguments = {EBPFXX_CLANG, "-Qunused-arguments", "-x", "c++"};
  for (const std::string& argument : command.arguments) arguments.push_back(argument.c_str());
  arguments.push_back("-w");  // the host compiler has the warnings
  arguments.push_back("-c");
  arguments.push_back(source.c_str());

  clang::CreateInvocationOptions options;
  options.Diags = clang::CompilerInstance::createDiagnostics(new clang::DiagnosticOptions);
  auto invocation = clang::createInvocation(arguments, options);
  if (!invocation) return nullptr;

  invocation->getPreprocessorOpts().addMacroDef("__EBPFXX_DEVICE__=1");
  // So that a precompiled header of another version does not fit.
  invocation->getPreprocessorOpts().addMacroDef("__EBPFXX_CC_VERSION__=\"" EBPFXX_VERSION "\"");
  invocation->getCodeGenOpts() = code_generation(invocation->getCodeGenOpts().DebugCompilationDir);
  adapt_language(invocation->getLangOpts());
  invocation->getFrontendOpts().ProgramAction = clang::frontend::EmitObj;
  invocation->getFrontendOpts().DisableFree = true;
  invocation->getFrontendOpts().SkipFunctionBodies = true;  // of those that DeviceAction names
  return invocation;
}

}  // namespace ebpfxx::cc
