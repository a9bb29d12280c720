#pragma once

#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/object.hpp>
#include <ebpfxx/runtime/test_run.hpp>

namespace ebpfxx {

/// `program` as the kernel runs it, in the spelling of a native run:
///
///     native(drop_egress)(packet) == kernel(object, drop_egress)(packet)
///
/// Both give an Outcome. Throws Error (ENOENT) if the program was not opened, (EBADF) if the object is not loaded.
///
/// The name is also the namespace of kernel types that `ebpfxx vmlinux` writes: a source that includes those says
/// `KernelProgram(object[program])`.
template <TestRunHook Hook>
[[nodiscard]] KernelProgram<Hook> kernel(const Object& object, const Program<Hook>& program) {
  return KernelProgram<Hook>(object[program]);
}

}  // namespace ebpfxx
