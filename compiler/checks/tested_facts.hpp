#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace ebpfxx::cc {

/// A variable, or a field in one: `found`, `pair.first`. The root is null for `this`.
using ObjectPath = std::vector<const clang::Decl*>;
using ObjectPaths = std::set<ObjectPath>;

/// The object that an expression names; empty for a temporary and for anything that is not followed.
std::optional<ObjectPath> object_path(const clang::Expr* expression);

/// The class of the expression's type when its objects must be tested (EBPFXX_ABI_TESTED); else null.
const clang::CXXRecordDecl* tested_class(clang::QualType type);

/// What is known at one place of a function.
class TestedFacts {
 public:
  bool is_tested(const clang::Expr* expression) const;

  /// What is tested when `condition` has come out as `outcome`.
  ObjectPaths implied(const clang::Expr* condition, bool outcome) const;

  void learn(const ObjectPaths& paths) { tested_.insert(paths.begin(), paths.end()); }
  void assume(const clang::Expr* condition, bool outcome) { learn(implied(condition, outcome)); }

  /// The object is over: nothing may be asked of it, whatever was known before.
  void end(const ObjectPath& path);
  /// Whether the object is over on some way here.
  bool is_over(const clang::Expr* expression) const;

  /// The object got a new value, tested or not.
  void assign(const ObjectPath& path, bool tested);

  /// A bool got the value of `condition`.
  void assign_flag(const clang::VarDecl& flag, const clang::Expr* condition);

  const ObjectPaths& tested() const { return tested_; }

  /// Keeps what both know.
  void meet(const TestedFacts& other);

  bool operator==(const TestedFacts&) const = default;

 private:
  struct Flag {
    ObjectPaths if_true;
    ObjectPaths if_false;
    bool operator==(const Flag&) const = default;
  };

  ObjectPaths implied_by_call(const clang::CallExpr& call, bool outcome) const;

  ObjectPaths tested_;
  ObjectPaths over_;
  std::map<const clang::VarDecl*, Flag> flags_;
};

}  // namespace ebpfxx::cc
