#pragma once

#include <llvm/IR/ConstantRange.h>
#include <llvm/IR/InstrTypes.h>

#include "options.hpp"

namespace ebpfxx::cc {

/// The first verifier that learns of one register from another: by a comparison of both, by `*`, `|` and `^` of both,
/// by `-` of one, and from a comparison of the register that it was copied from in 32 bits. 6.1 does not, 6.12 does:
/// measured.
constexpr KernelVersion first_to_relate_registers = {6, 12};

/// The first verifier that learns from `!=` that a number is not the least or the greatest that it may be
/// (regs_refine_cond_op in kernel/bpf/verifier.c).
constexpr KernelVersion first_to_learn_from_inequality = {6, 8};

/// Whether the verifier forgets the whole register over this operation, also the upper half of it that an operation of
/// 32 bits clears (adjust_scalar_min_max_vals returns before zext_32_to_64).
bool forgets_register(const llvm::BinaryOperator& operation, KernelVersion kernel);

/// Whether code generation compares a copy without the bits above those of the number's type.
bool is_compared_masked(const llvm::Value& number);

/// What the verifier of every kernel from `kernel` on knows of a result whose operands are in these ranges.
llvm::ConstantRange followed_result(const llvm::BinaryOperator& operation, const llvm::ConstantRange& left,
                                    const llvm::ConstantRange& right, KernelVersion kernel);

/// What it knows of a number that is extended with zeros, for which code generation may write no instruction.
llvm::ConstantRange followed_extension(const llvm::CastInst& extension, const llvm::ConstantRange& source,
                                       KernelVersion kernel);

}  // namespace ebpfxx::cc
