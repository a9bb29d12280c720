#pragma once

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>

#include <optional>

namespace ebpfxx::cc {

/// What analyses say at an instruction.
struct SumAnalyses {
  llvm::Instruction& at;
  const llvm::DominatorTree& dominators;
  llvm::ScalarEvolution& evolution;
  llvm::function_ref<llvm::ConstantRange(llvm::Value&)> range_of;
};

/// The most that the sum of `numbers`, all of one type, may be, where another sum is limited that has some of the same
/// parts: `at + k` is less than 32 where `at + size <= 32`, or `size <= 32 - at`, and `k < size`. Empty where nothing
/// is known.
std::optional<llvm::APInt> most_of_sum(llvm::ArrayRef<llvm::Value*> numbers, const SumAnalyses& analyses);

/// Whether the number and `more` are at most as much as the limit, as that is a sum with the number's parts.
bool is_at_most_sum(llvm::Value& number, const llvm::APInt& more, llvm::Value& limit, const SumAnalyses& analyses);

}  // namespace ebpfxx::cc
