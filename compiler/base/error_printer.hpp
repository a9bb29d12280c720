#pragma once

#include <clang/Basic/Diagnostic.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ebpfxx::cc {

/// Holds each error of clang's until its notes are known, and prints it: in words of ours, where it has some, and at
/// the user's line, where the error is in a header that the line made clang instantiate. What follows in the line from
/// an error that was printed in another way is left out.
class ErrorPrinter : public clang::DiagnosticConsumer {
 public:
  ErrorPrinter(const clang::DiagnosticsEngine& engine, std::unique_ptr<clang::DiagnosticConsumer> printer);

  void BeginSourceFile(const clang::LangOptions& options, const clang::Preprocessor* preprocessor) override;
  void EndSourceFile() override;
  void finish() override;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override;

 protected:
  /// What to say instead of an error, `in_library`: in a header that is not the user's. Empty: what clang says.
  virtual std::string words_for(const clang::Diagnostic& error, bool in_library) const = 0;
  /// The same by what a note adds to the error.
  virtual std::string words_for_note(const clang::Diagnostic& note, const clang::StoredDiagnostic& error) const = 0;

 private:
  using Line = std::pair<unsigned, unsigned>;  ///< of a file

  static Line line_of(clang::FullSourceLoc where);
  void print_held();
  void print_in_our_words(clang::FullSourceLoc where);
  void print_at_user_line();

  std::unique_ptr<clang::DiagnosticConsumer> printer_;
  clang::DiagnosticsEngine replay_;            ///< prints what is held while the next diagnostic is on its way
  std::vector<clang::StoredDiagnostic> held_;  ///< an error and its notes
  std::string words_;                          ///< what is to be said instead
  bool leads_to_user_ = false;                 ///< whether a note is to name the user's line
  clang::FullSourceLoc user_line_;             ///< the one that it named
  Line printed_line_;                          ///< of the last error
};

}  // namespace ebpfxx::cc
