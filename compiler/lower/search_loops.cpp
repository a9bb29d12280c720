#include "lower/search_loops.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include "lower/byte_loop.hpp"

namespace ebpfxx::cc {

using namespace llvm::PatternMatch;

/// What a round of a loop has.
struct SearchRound {
  llvm::IRBuilder<>& builder;
  const llvm::CallInst& call;
  llvm::Value* index;
  llvm::Value* first;   ///< the byte of the first argument
  llvm::Value* second;  ///< that of the second, of calls that compare

  llvm::Value* differs() const { return builder.CreateICmpNE(first, second); }
  llvm::Value* is_end() const { return builder.CreateIsNull(first); }
  llvm::Value* is_wanted() const {
    return builder.CreateICmpEQ(first, builder.CreateTrunc(call.getArgOperand(1), builder.getInt8Ty()));
  }
  llvm::Value* address() const { return byte(builder, call.getArgOperand(0), index); }
  llvm::Value* null() const { return llvm::ConstantPointerNull::get(builder.getPtrTy()); }
  llvm::Value* difference() const {
    return builder.CreateSub(builder.CreateZExt(first, builder.getInt32Ty()),
                             builder.CreateZExt(second, builder.getInt32Ty()));
  }
};

namespace {

using Formula = SearchFunction::Formula;

constexpr Formula is_wanted = [](const SearchRound& round) { return round.is_wanted(); };
constexpr Formula is_end = [](const SearchRound& round) { return round.is_end(); };
constexpr Formula is_wanted_or_end = [](const SearchRound& round) {
  return round.builder.CreateOr(round.is_wanted(), round.is_end());
};
constexpr Formula differs = [](const SearchRound& round) { return round.differs(); };
constexpr Formula differs_or_end = [](const SearchRound& round) {
  return round.builder.CreateOr(round.differs(), round.is_end());
};
constexpr Formula index = [](const SearchRound& round) { return round.index; };
constexpr Formula address = [](const SearchRound& round) { return round.address(); };
constexpr Formula address_if_wanted = [](const SearchRound& round) {
  return round.builder.CreateSelect(round.is_wanted(), round.address(), round.null());
};
constexpr Formula null = [](const SearchRound& round) { return round.null(); };
constexpr Formula difference = [](const SearchRound& round) { return round.difference(); };
constexpr Formula no_difference = [](const SearchRound& round) -> llvm::Value* { return round.builder.getInt32(0); };

constexpr SearchFunction search_functions[] = {
    {"memchr", 2, 1, false, is_wanted, address, null},
    {"memcmp", 2, 2, false, differs, difference, no_difference},
    {"bcmp", 2, 2, false, differs, difference, no_difference},
    {"strlen", -1, 1, true, is_end, index, index},
    {"strnlen", 1, 1, true, is_end, index, index},
    {"strchr", -1, 1, true, is_wanted_or_end, address_if_wanted, null},
    {"strcmp", -1, 2, true, differs_or_end, difference, no_difference},
    {"strncmp", 2, 2, true, differs_or_end, difference, no_difference},
};

/// The number of bytes from the start of the text to what was found, in place of a difference of pointers, of which the
/// verifier takes one only where it sees both.
void use_index(llvm::CallInst& call, llvm::PHINode& index) {
  for (llvm::User* user : call.users()) {
    if (!llvm::isa<llvm::PtrToIntInst>(user) || user->getType() != index.getType()) continue;
    for (llvm::User* difference : llvm::make_early_inc_range(user->users())) {
      llvm::Value* from = nullptr;
      if (!match(difference, m_Sub(m_Specific(user), m_CombineAnd(m_PtrToInt(m_Value()), m_Value(from))))) continue;
      llvm::IRBuilder<> builder(llvm::cast<llvm::Instruction>(difference));
      llvm::Value* start = builder.CreatePtrToInt(call.getArgOperand(0), difference->getType());
      difference->replaceAllUsesWith(builder.CreateAdd(builder.CreateSub(start, from), &index));
    }
  }
}

}  // namespace

const SearchFunction* searched_by(const llvm::CallInst& call) {
  const llvm::Function* callee = call.getCalledFunction();
  if (!callee || !callee->isDeclaration()) return nullptr;
  const auto* found =
      llvm::find_if(search_functions, [&](const SearchFunction& one) { return one.name == callee->getName(); });
  return found == std::end(search_functions) ? nullptr : found;
}

void search_in_loop(llvm::CallInst& call, const SearchFunction& function, llvm::Value& size, uint64_t most) {
  llvm::BasicBlock* before = call.getParent();
  llvm::BasicBlock* after = llvm::SplitBlock(before, &call);
  const auto add_block = [&](const char* name) {
    return llvm::BasicBlock::Create(call.getContext(), name, before->getParent(), after);
  };
  llvm::BasicBlock *body = add_block("search.byte"), *next = add_block("search.next"),
                   *found = add_block("search.found"), *missing = add_block("search.missing");
  ByteLoop loop(*before, call.getDebugLoc(), size, most, *body, *missing);
  loop.close(*next);

  llvm::IRBuilder<> builder(body);
  builder.SetCurrentDebugLocation(call.getDebugLoc());
  llvm::Value* bytes[2] = {};
  for (unsigned text = 0; text < function.texts; ++text)
    bytes[text] = builder.CreateLoad(builder.getInt8Ty(), byte(builder, call.getArgOperand(text), &loop.index()));
  const SearchRound round{builder, call, &loop.index(), bytes[0], bytes[1]};
  builder.CreateCondBr(function.ends(round), found, next);

  builder.SetInsertPoint(found);
  llvm::Value* of_byte = function.result(round);
  builder.CreateBr(after);
  builder.SetInsertPoint(missing);
  llvm::Value* of_none = function.otherwise({builder, call, &size, nullptr, nullptr});
  builder.CreateBr(after);
  builder.SetInsertPoint(&call);
  llvm::PHINode* result = builder.CreatePHI(call.getType(), 2);
  result->addIncoming(of_byte, found);
  result->addIncoming(of_none, missing);
  if (call.getType()->isPointerTy()) {
    llvm::PHINode* index = builder.CreatePHI(builder.getInt64Ty(), 2);
    index->addIncoming(&loop.index(), found);
    index->addIncoming(builder.getInt64(0), missing);
    use_index(call, *index);
  }
  call.replaceAllUsesWith(result);
  call.eraseFromParent();
}

}  // namespace ebpfxx::cc
