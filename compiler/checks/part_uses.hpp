#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/MapVector.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "base/live_statements.hpp"

namespace ebpfxx::cc {

/// Whether the variable, or its members or elements, start as they happen to be: `Key key;`.
bool starts_unset(const clang::VarDecl& variable);

/// What a function does to its variables that start unset, and to their members and elements.
class PartUses {
 public:
  PartUses(const LiveBody& body, const clang::ASTContext& context);

  /// The first member that nobody sets of a variable that is handed on as a whole; null when there is none.
  const clang::FieldDecl* unset_member(const clang::VarDecl& variable) const;

  /// Where a number that nobody sets is read.
  const clang::Expr* read_of_unset(const clang::VarDecl& variable) const;

  /// Where a member or an element that nobody sets is read.
  const clang::Expr* read_of_unset_part(const clang::VarDecl& variable) const;

 private:
  struct Use {
    const clang::Expr* read = nullptr;  ///< as a whole
    bool may_be_set = false;            ///< in a way that is not followed
  };
  /// A member, or the element of an index.
  using Part = std::pair<const clang::FieldDecl*, std::uint64_t>;
  using VariablePart = std::pair<const clang::VarDecl*, Part>;

  void collect(const LiveBody& body);
  void collect(const clang::Stmt& statement);
  void look_at(const clang::Stmt& statement);
  void look_at_part(const clang::Expr& expression);

  const clang::ASTContext& context_;
  std::vector<const clang::Stmt*> statements_;
  llvm::DenseSet<const clang::Expr*> only_read_, bases_;
  llvm::DenseMap<const clang::VarDecl*, Use> uses_;
  llvm::MapVector<VariablePart, const clang::Expr*> reads_;
  llvm::DenseSet<VariablePart> set_;
};

}  // namespace ebpfxx::cc
