#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>

#include <cstdint>

namespace ebpfxx::cc {

struct SearchRound;

/// A function of the C library that goes through bytes until one of them says what it returns.
struct SearchFunction {
  using Formula = llvm::Value* (*)(const SearchRound&);

  llvm::StringLiteral name;
  int size;          ///< the argument that is the number of bytes; -1: there is none
  unsigned texts;    ///< how many arguments it reads bytes of, the first ones
  bool are_strings;  ///< that end by a zero, and so within their objects
  Formula ends, result;
  Formula otherwise;  ///< what no byte ends in; the index is the number of bytes
};

/// The function that is called, or null.
const SearchFunction* searched_by(const llvm::CallInst& call);

/// Puts a loop over `size` bytes, at most `most`, in place of the call.
void search_in_loop(llvm::CallInst& call, const SearchFunction& function, llvm::Value& size, uint64_t most);

}  // namespace ebpfxx::cc
