#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/Function.h>

#include <compare>
#include <map>
#include <optional>

namespace ebpfxx::cc {

/// The conditions of a function that decide more than one branch, so that the outcome of one tells the other: what
/// `bool` variables become, and flags that branches set.
class Conditions {
 public:
  explicit Conditions(const llvm::Function& function);

  std::optional<unsigned> number_of(const llvm::Value* condition) const;

 private:
  llvm::DenseMap<const llvm::Value*, unsigned> numbers_;
};

/// Which of these conditions are known to be true or false at an instruction.
class BranchFacts {
 public:
  /// Also of combinations by not, and, or.
  std::optional<bool> truth(const llvm::Value* condition, const Conditions& conditions) const;

  void assume(const llvm::Value* condition, bool truth, const Conditions& conditions);

  /// The condition is computed anew, in the next round of a loop.
  void forget(const llvm::Value* condition, const Conditions& conditions);

  auto operator<=>(const BranchFacts&) const = default;

 private:
  std::map<unsigned, bool> known_;
};

}  // namespace ebpfxx::cc
