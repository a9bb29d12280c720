#include "checks/rules.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/Expr.h>

#include <ebpfxx/abi.hpp>

#include "base/constant_text.hpp"
#include "base/log_formats.hpp"

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

/// Two formats of the log with the same id: who reads the log could not tell their lines apart.
void check_log_collision(const Source& source, Diagnostics& diagnostics) {
  LogFormats known;
  for (const auto& function : source.functions)
    for (const clang::Stmt* statement : function->body.statements)
      if (const std::optional<std::string> entry = named_entry(*statement))
        if (const std::optional<std::string> collision = known.add(*entry))
          diagnostics.error(*function, statement->getBeginLoc(), "log-collision", *collision);
}

}  // namespace ebpfxx::cc
