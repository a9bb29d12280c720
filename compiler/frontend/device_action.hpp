#pragma once

#include <clang/Frontend/FrontendAction.h>

#include <functional>

#include "base/diagnostics.hpp"
#include "base/translation_unit.hpp"
#include "frontend/parse_times.hpp"

namespace ebpfxx::cc {

/// Parses a source, collects what the later stages need, and calls `at_end` once, when no error was reported.
class DeviceAction : public clang::ASTFrontendAction {
 public:
  using AtEnd = std::function<void(TranslationUnit&, Diagnostics&)>;

  /// `parse_times`: where to count what parsing costs; null: nowhere.
  DeviceAction(AtEnd at_end, const std::set<std::string>& disabled_checks, ParseTimes* parse_times)
      : at_end_(std::move(at_end)), disabled_checks_(disabled_checks), parse_times_(parse_times) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override;

 private:
  AtEnd at_end_;
  const std::set<std::string>& disabled_checks_;
  ParseTimes* parse_times_;
};

}  // namespace ebpfxx::cc
