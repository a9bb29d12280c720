#pragma once

#include <llvm/Analysis/LoopInfo.h>

#include <cstdint>
#include <optional>

#include "base/number_ranges.hpp"
#include "options.hpp"

namespace ebpfxx::cc {

/// Marks what a body shares with the function that its loop was in.
constexpr char shared_values_mark[] = "ebpfxx.shared";

/// The first whose verifier walks a body until two rounds are alike (ab5cfac139ab in Linux). Before, it takes what it
/// knows of the stack in the first round for known in all of them, and leaves out branches of the others.
constexpr KernelVersion first_to_walk_rounds = {6, 8};

/// Whether the helper bpf_loop of the kernel can run this loop, of at most so many rounds, with a body made of it.
bool helper_runs(const llvm::Loop& loop, uint64_t rounds, const NumberRanges& ranges, KernelVersion kernel);

/// How many rounds the helper is to run the loop: those that it has at most, where walking them takes the verifier too
/// long. Nothing where the loop stays as it is, or where the helper cannot run it.
std::optional<uint64_t> rounds_in_helper(const llvm::Loop& loop, NumberRanges& ranges, KernelVersion kernel);

}  // namespace ebpfxx::cc
