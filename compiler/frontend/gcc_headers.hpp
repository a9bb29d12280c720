#pragma once

#include <clang/Frontend/CompilerInvocation.h>
#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace ebpfxx::cc {

/// The system's files, and in a folder that exists here only, those of g++'s own headers that clang lacks, as <omp.h>
/// and <quadmath.h>. `invocation` searches that folder last, if it searches the standard folders.
///
/// Not g++'s whole folder: clang's <stdatomic.h> would go on to g++'s, which is C.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> add_gcc_headers(clang::CompilerInvocation& invocation);

}  // namespace ebpfxx::cc
