#include "base/error_printer.hpp"

#include <clang/Basic/SourceManager.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

namespace ebpfxx::cc {
namespace {

/// Whether a location is in the system's headers, or in ebpfxx's: in a folder of that name that has the contract.
bool is_in_library(const clang::SourceManager& sources, clang::SourceLocation where) {
  where = sources.getExpansionLoc(where);
  if (sources.isInSystemHeader(where)) return true;
  const clang::OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getFileID(where));
  llvm::StringRef folder = file ? llvm::sys::path::parent_path(file->getName()) : llvm::StringRef();
  while (!folder.empty() && llvm::sys::path::filename(folder) != "ebpfxx")
    folder = llvm::sys::path::parent_path(folder);
  return !folder.empty() && llvm::sys::fs::exists(folder + "/abi.hpp");
}

/// The reason of a static assertion; of other errors, all that is said.
std::string reason(llvm::StringRef error) {
  if (!error.starts_with("static assertion failed")) return error.str();
  const std::size_t colon = error.find("': ");
  return (colon == error.npos ? error : error.drop_front(colon + 3)).str();
}

bool is_about_instantiation(llvm::StringRef note) {
  return note.starts_with("in instantiation of ") || note.starts_with("while ") || note.starts_with("required from ") ||
         note.starts_with("during template argument deduction ") || note.starts_with("(skipping ");
}

/// Whether a note says only what the library instantiated on the way to the user's line.
bool is_way_through_library(const clang::StoredDiagnostic& diagnostic) {
  const clang::FullSourceLoc where = diagnostic.getLocation();
  return diagnostic.getLevel() == clang::DiagnosticsEngine::Note && where.isValid() &&
         is_about_instantiation(diagnostic.getMessage()) && is_in_library(where.getManager(), where);
}

}  // namespace

ErrorPrinter::ErrorPrinter(const clang::DiagnosticsEngine& engine, std::unique_ptr<clang::DiagnosticConsumer> printer)
    : printer_(std::move(printer)),
      replay_(engine.getDiagnosticIDs(), &engine.getDiagnosticOptions(), printer_.get(), /*ShouldOwnClient=*/false) {}

void ErrorPrinter::BeginSourceFile(const clang::LangOptions& options, const clang::Preprocessor* preprocessor) {
  printer_->BeginSourceFile(options, preprocessor);
}

void ErrorPrinter::EndSourceFile() {
  print_held();
  printer_->EndSourceFile();
  NumErrors = printer_->getNumErrors();
  NumWarnings = printer_->getNumWarnings();
}

void ErrorPrinter::finish() {
  print_held();
  printer_->finish();
}

void ErrorPrinter::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) {
  const bool has_location = diagnostic.getLocation().isValid();
  if (level == clang::DiagnosticsEngine::Note && !held_.empty()) {
    held_.emplace_back(level, diagnostic);
    if (words_.empty()) words_ = words_for_note(diagnostic, held_.front());
    if (!leads_to_user_ || !has_location || is_in_library(diagnostic.getSourceManager(), diagnostic.getLocation()))
      return;
    leads_to_user_ = false;
    user_line_ = held_.back().getLocation();
    return;
  }
  print_held();
  if (level != clang::DiagnosticsEngine::Error || !has_location) return printer_->HandleDiagnostic(level, diagnostic);
  held_.emplace_back(level, diagnostic);
  leads_to_user_ = is_in_library(diagnostic.getSourceManager(), diagnostic.getLocation());
  words_ = words_for(diagnostic, leads_to_user_);
}

ErrorPrinter::Line ErrorPrinter::line_of(clang::FullSourceLoc where) {
  const clang::FullSourceLoc expansion = where.getExpansionLoc();
  return {expansion.getFileID().getHashValue(), expansion.getExpansionLineNumber()};
}

void ErrorPrinter::print_held() {
  if (held_.empty()) return;
  const clang::FullSourceLoc where = user_line_.isValid() ? user_line_ : held_.front().getLocation();
  replay_.setSourceManager(const_cast<clang::SourceManager*>(&where.getManager()));
  const bool follows = line_of(where) == printed_line_;
  printed_line_ = line_of(where);
  if (follows) {
    // Nothing: the line has its error.
  } else if (!words_.empty()) {
    print_in_our_words(where);
  } else if (user_line_.isValid()) {
    print_at_user_line();
  } else {
    for (const clang::StoredDiagnostic& diagnostic : held_)
      if (!is_way_through_library(diagnostic)) replay_.Report(diagnostic);
  }
  held_.clear();
  words_.clear();
  user_line_ = {};
}

void ErrorPrinter::print_in_our_words(clang::FullSourceLoc where) {
  clang::DiagnosticBuilder error =
      replay_.Report(where, replay_.getCustomDiagID(clang::DiagnosticsEngine::Error, "%0"));
  error << words_;
  if (user_line_.isInvalid())
    for (const clang::CharSourceRange range : held_.front().getRanges()) error << range;
}

void ErrorPrinter::print_at_user_line() {
  replay_.Report(user_line_, replay_.getCustomDiagID(clang::DiagnosticsEngine::Error, "%0"))
      << reason(held_.front().getMessage());
  replay_.Report(held_.front().getLocation(),
                 replay_.getCustomDiagID(clang::DiagnosticsEngine::Note, "the library does so here"));
  for (const clang::StoredDiagnostic& note : llvm::ArrayRef(held_).drop_front())
    if (!is_about_instantiation(note.getMessage())) replay_.Report(note);
}

}  // namespace ebpfxx::cc
