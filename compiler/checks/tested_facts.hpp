#pragma once

#include <clang/AST/Decl.h>
#include <clang/AST/DeclCXX.h>
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

/// The object that the result of `call` was taken from (EBPFXX_ABI_TAKEN_FROM); else null.
const clang::Expr* source_object(const clang::CallExpr& call);

/// Inserts the objects and bools that get a new value in `statement`.
void collect_assigned(const clang::Stmt& statement, ObjectPaths& assigned);

/// The class of the expression's type when its objects must be tested (EBPFXX_ABI_TESTED); else null.
const clang::CXXRecordDecl* tested_class(clang::QualType type);

/// Whether a function must be called before its object is tested (EBPFXX_ABI_ASKED_FIRST).
bool is_asked_first(const clang::CXXMethodDecl& method);

/// Whether a method without arguments tests its object, and with which result the object passes.
std::optional<bool> passing_result(const clang::CXXMethodDecl& method);

/// What is known about the value of an object that must be tested, or of a bool.
struct KnownValue {
  bool tested = false;
  ObjectPaths if_true;   ///< the objects that are tested if the value is true, or passes its test
  ObjectPaths if_false;  ///< those that are tested if it is false
  bool asked = false;    ///< a function that must be called before the test was
  bool operator==(const KnownValue&) const = default;
};

/// What is known at one point of a function.
class TestedFacts {
 public:
  bool is_tested(const clang::Expr* expression) const;

  /// Whether a function that must be called before the test was; a test counts as well.
  bool is_asked(const clang::Expr* expression) const;
  void ask(const ObjectPath& path) { known_[path].asked = true; }

  /// Returns the objects that are tested when `condition`, or the test of that object, has come out as `outcome`.
  ObjectPaths implied(const clang::Expr* condition, bool outcome) const;

  KnownValue value_of(const clang::Expr* expression) const;
  KnownValue value_at(const ObjectPath& path) const;

  void assume(const clang::Expr* condition, bool outcome);

  /// Adds an object or bool of which nothing was known.
  void add(const ObjectPath& path, KnownValue value) { known_[path] = std::move(value); }

  /// The object or bool at `path` has a new value.
  void assign(const ObjectPath& path, KnownValue value = {});

  /// The object was submitted or discarded (EBPFXX_ABI_ENDS): nothing may be asked of it, whatever was known before.
  void end(const ObjectPath& path);
  /// Whether the object was ended on some path to this point.
  bool is_ended(const clang::Expr* expression) const;

  /// Keeps what both know.
  void meet(const TestedFacts& other);
  /// Keeps what both know, and what this knows about the copies that a lambda made of `copied` before `other`.
  void meet_beside(const ObjectPaths& copied, const TestedFacts& other);

  bool operator==(const TestedFacts&) const = default;

 private:
  ObjectPaths implied_by_call(const clang::CallExpr& call, bool outcome) const;
  ObjectPaths implied_by_result(const clang::CallExpr& call, bool outcome) const;

  std::map<ObjectPath, KnownValue> known_;
  ObjectPaths ended_;
};

}  // namespace ebpfxx::cc
