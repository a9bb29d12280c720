#include "checks/log_collision.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/Expr.h>

#include <ebpfxx/abi.hpp>

#include "frontend/constant_text.hpp"
#include "frontend/log_formats.hpp"

namespace ebpfxx::cc {
namespace {

/// The entry of the log's format that the expression names.
std::optional<std::string> named_entry(const clang::Stmt& statement) {
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&statement);
  const auto* variable = reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
  const auto* section = variable ? variable->getAttr<clang::SectionAttr>() : nullptr;
  if (!section || section->getName() != abi::log_section) return std::nullopt;
  const clang::APValue* value = variable->evaluateValue();
  return value ? constant_text(*value) : std::nullopt;
}

}  // namespace

void check_log_collision(const ReachedFunctions& functions, Diagnostics& diagnostics) {
  LogFormats known;
  for (const auto& function : functions)
    for (const clang::Stmt* statement : function->body.statements)
      if (const std::optional<std::string> entry = named_entry(*statement))
        if (const std::optional<std::string> collision = known.add(*entry))
          diagnostics.error(*function, statement->getBeginLoc(), "log-collision", *collision);
}

}  // namespace ebpfxx::cc
