#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclarationName.h>
#include <clang/AST/Type.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Sema/SemaDiagnostic.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSwitch.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/user_location.hpp"
#include "checks/rules.hpp"

namespace ebpfxx::cc {
namespace {

constexpr Rule rule = "missing-include";
constexpr Rule size_rule = "map-size";

/// The header that defines a name, or nothing.
llvm::StringRef header_of(llvm::StringRef name) {
  static const llvm::StringMap<llvm::StringRef> headers{
#define EBPFXX_TYPE(name, header) {#name, header},
#define EBPFXX_FUNCTION(name, header) {#name, header},
#define EBPFXX_PACKET(name, header) {#name, header},
#include <ebpfxx/not_included.inc>
  };
  return headers.lookup(name);
}

/// What the arguments of a class template of ours must be, if an error is about others; in place of the constraint.
llvm::StringRef wanted_arguments(const clang::Diagnostic& error) {
  if (error.getID() != clang::diag::err_template_arg_list_constraints_not_satisfied) return "";
  if (error.getArgKind(1) != clang::DiagnosticsEngine::ak_nameddecl) return "";
  const auto& of = *reinterpret_cast<const clang::NamedDecl*>(error.getRawArg(1));
  return llvm::StringSwitch<llvm::StringRef>(of.getQualifiedNameAsString())
      .Case("ebpfxx::RingBuffer", "its size is a power of two from 4096 to 2147483648, and its types of records follow")
      .Case("ebpfxx::Config", "it holds 1, 2, 4 or 8 bytes that can be copied; use several, or a map")
      .Case("ebpfxx::Global", "it holds 1, 2, 4 or 8 bytes that can be copied; use several, or a map")
      .Default("");
}

/// A class that is declared only, if an argument of an error is one.
const clang::CXXRecordDecl* undefined_class(const clang::Diagnostic& error, unsigned argument) {
  if (error.getArgKind(argument) != clang::DiagnosticsEngine::ak_qualtype) return nullptr;
  void* const type = reinterpret_cast<void*>(error.getRawArg(argument));
  const clang::CXXRecordDecl* record = clang::QualType::getFromOpaquePtr(type)->getAsCXXRecordDecl();
  return record && !record->hasDefinition() ? record : nullptr;
}

/// The name that an argument of an error is about, if that is one that may be unknown for want of a header.
std::string name_in(const clang::Diagnostic& error, unsigned argument) {
  switch (error.getArgKind(argument)) {
    case clang::DiagnosticsEngine::ak_identifierinfo:
      return error.getArgIdentifier(argument)->getName().str();
    case clang::DiagnosticsEngine::ak_declarationname:
      return clang::DeclarationName::getFromOpaqueInteger(error.getRawArg(argument)).getAsString();
    default:
      const clang::CXXRecordDecl* record = undefined_class(error, argument);
      return record ? record->getNameAsString() : std::string();
  }
}

class Teller : public clang::DiagnosticConsumer {
 public:
  explicit Teller(std::unique_ptr<clang::DiagnosticConsumer> printer) : printer_(std::move(printer)) {}

  void BeginSourceFile(const clang::LangOptions& options, const clang::Preprocessor* preprocessor) override {
    printer_->BeginSourceFile(options, preprocessor);
  }
  void EndSourceFile() override {
    printer_->EndSourceFile();
    NumErrors = printer_->getNumErrors();
    NumWarnings = printer_->getNumWarnings();
  }
  void finish() override { printer_->finish(); }

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override {
    if (level == clang::DiagnosticsEngine::Note) {
      if (!waiting_.empty() && user_code_->contains(diagnostic.getLocation())) tell(diagnostic, waiting_);
      if (!silent_) printer_->HandleDiagnostic(level, diagnostic);
      return;
    }
    silent_ = follows_from_told(diagnostic);
    if (silent_) return;
    if (const llvm::StringRef wanted = wanted_arguments(diagnostic); !wanted.empty()) {
      silent_ = true;
      return tell_wanted(diagnostic, wanted);
    }
    if (level >= clang::DiagnosticsEngine::Error)
      for (unsigned i = 0; i < diagnostic.getNumArgs(); ++i)
        if (const std::string name = name_in(diagnostic, i); !header_of(name).empty()) {
          silent_ = true;
          if (const clang::CXXRecordDecl* record = undefined_class(diagnostic, i))
            user_code_.emplace(diagnostic.getSourceManager(), *record);
          if (!user_code_ || user_code_->contains(diagnostic.getLocation())) return tell(diagnostic, name);
          waiting_ = name;
          return;
        }
    printer_->HandleDiagnostic(level, diagnostic);
  }

 private:
  using Line = std::pair<unsigned, unsigned>;

  static Line line_of(const clang::Diagnostic& diagnostic) {
    if (!diagnostic.hasSourceManager() || diagnostic.getLocation().isInvalid()) return {};
    const clang::SourceManager& sources = diagnostic.getSourceManager();
    const clang::SourceLocation where = sources.getExpansionLoc(diagnostic.getLocation());
    return {sources.getFileID(where).getHashValue(), sources.getExpansionLineNumber(where)};
  }

  /// Whether an error is about a line of which a header was told, or about how the headers use a class that is defined
  /// in one.
  bool follows_from_told(const clang::Diagnostic& error) const {
    const Line line = line_of(error);
    return line.second != 0 && (line == told_ || (user_code_ && !user_code_->contains(error.getLocation())));
  }

  void tell(const clang::Diagnostic& diagnostic, const std::string& name) {
    const std::string message = "uses '" + name + "' without its header; write '#include <" + header_of(name).str() +
                                ">' [ebpfxx-" + std::string(rule.name()) + "]";
    const clang::Diagnostic told(diagnostic.getDiags(), message);
    printer_->HandleDiagnostic(clang::DiagnosticsEngine::Error, told);
    told_ = line_of(diagnostic);
    waiting_.clear();
  }

  void tell_wanted(const clang::Diagnostic& diagnostic, llvm::StringRef wanted) {
    const auto& of = *reinterpret_cast<const clang::NamedDecl*>(diagnostic.getRawArg(1));
    const std::string message = "is no " + of.getNameAsString() + diagnostic.getArgStdStr(2) + ": " + wanted.str() +
                                " [ebpfxx-" + std::string(size_rule.name()) + "]";
    printer_->HandleDiagnostic(clang::DiagnosticsEngine::Error, clang::Diagnostic(diagnostic.getDiags(), message));
  }

  std::unique_ptr<clang::DiagnosticConsumer> printer_;
  Line told_;                          ///< the last one whose header was named
  bool silent_ = false;                ///< whether notes belong to an error that is left out
  std::string waiting_;                ///< the name for which a note is to lead to the user's line
  std::optional<UserCode> user_code_;  ///< once it is about a class that is declared only
};

}  // namespace

/// From here on, an error about a name that a header of ebpfxx defines, which the source does not include, names that
/// header; what else clang has to say of the same line is left out. See ebpfxx/not_included.inc. And one about a
/// Config, a Global or a RingBuffer of a size that there is not says which there are.
void check_missing_include(clang::DiagnosticsEngine& engine) {
  engine.setClient(new Teller(engine.takeClient()), /*ShouldOwnClient=*/true);
}

}  // namespace ebpfxx::cc
