#include "frontend/scan.hpp"

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/MemoryBuffer.h>

#include "frontend/dependencies.hpp"

namespace ebpfxx::cc {
namespace {

class Preprocess : public clang::PreprocessOnlyAction {
 public:
  explicit Preprocess(bool& knows_programs) : knows_programs_(knows_programs) {}

 protected:
  void EndSourceFileAction() override {
    // include/ebpfxx/abi.hpp has it, and no program is without that.
    knows_programs_ = getCompilerInstance().getPreprocessor().isMacroDefined("EBPFXX_ABI_PROGRAM");
  }

 private:
  bool& knows_programs_;
};

}  // namespace

std::optional<Scan> scan(const std::string& source, const std::shared_ptr<clang::CompilerInvocation>& invocation,
                         const llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>& files) {
  const auto text = llvm::MemoryBuffer::getFile(source);
  if (text && text.get()->getBuffer().contains("ebpfxx")) return Scan{true, {}};
  clang::CompilerInstance compiler;
  compiler.setInvocation(std::make_shared<clang::CompilerInvocation>(*invocation));
  compiler.createDiagnostics();
  compiler.createFileManager(files);
  const auto dependencies = std::make_shared<AllDependencies>();
  compiler.addDependencyCollector(dependencies);
  Scan result{false, {}};
  Preprocess action(result.may_have_programs);
  if (!compiler.ExecuteAction(action)) return std::nullopt;
  result.dependencies = dependencies->getDependencies();
  return result;
}

}  // namespace ebpfxx::cc
