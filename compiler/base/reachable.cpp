#include "base/reachable.hpp"

#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/STLExtras.h>

#include <algorithm>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {

const clang::FunctionDecl* body_of(const clang::FunctionDecl& callee) {
  if (callee.getBuiltinID() || callee.isConsteval() || has_annotation(&callee, abi::refuse_annotation)) return nullptr;
  const clang::FunctionDecl* definition = nullptr;
  return callee.hasBody(definition) ? definition : nullptr;
}

namespace {

class Search {
 public:
  ReachedFunctions run(const std::vector<Program>& programs) {
    for (const Program& program : llvm::reverse(programs))
      if (const clang::FunctionDecl* entry = body_of(*program.entry)) enter({entry, &program, nullptr, {}, {}, {}});
    std::reverse(finished_.begin(), finished_.end());
    return std::move(finished_);
  }

 private:
  /// A function is finished when all it calls are; later calls come first, so that reversing gives the source's order.
  void enter(ReachedFunction found) {
    const clang::FunctionDecl* key = found.function->getCanonicalDecl();
    if (!seen_.insert(key).second) return;
    auto function = std::make_unique<ReachedFunction>(std::move(found));
    function->body = live_body(*function->function);
    running_.insert(key);
    for (const Call& call : llvm::reverse(function->body.calls)) {
      const clang::FunctionDecl* callee = body_of(*call.callee);
      if (!callee) continue;
      if (running_.contains(callee->getCanonicalDecl()))
        function->recursive_calls.push_back(call);
      else
        enter({callee, function->program, function.get(), call.site, {}, {}});
    }
    running_.erase(key);
    finished_.push_back(std::move(function));
  }

  llvm::DenseSet<const clang::FunctionDecl*> seen_;
  llvm::DenseSet<const clang::FunctionDecl*> running_;
  ReachedFunctions finished_;
};

}  // namespace

ReachedFunctions reachable(const std::vector<Program>& programs) { return Search().run(programs); }

}  // namespace ebpfxx::cc
