#pragma once

#include <bpf/bpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/held_program_arrays.hpp>
#include <ebpfxx/runtime/link.hpp>

namespace ebpfxx {

/// How programs of a hook are attached: specialise it with functions `attach(program, ...)` that return a Link. A hook
/// without one is attached by other means, through `fd()`.
template <class Hook>
struct Attaching {};

/// A loaded program. Valid as long as its Object; what is attached stays attached without either.
template <class Hook>
class ProgramHandle {
 public:
  /// `arrays` are those that the program may jump through.
  ProgramHandle(std::string name, int descriptor, std::shared_ptr<detail::HeldProgramArrays> arrays)
      : name_(std::move(name)), descriptor_(descriptor), arrays_(std::move(arrays)) {}

  /// The ELF symbol: the variable's qualified name with `::` as `__`.
  const std::string& name() const { return name_; }

  /// The descriptor of the program (bpf(2)); the Object closes it.
  int fd() const { return descriptor_; }

  /// The kernel's number for it, as `bpftool prog` shows it. Throws Error when the kernel does not tell.
  std::uint32_t id() const {
    bpf_prog_info information{};
    std::uint32_t size = sizeof information;
    if (bpf_obj_get_info_by_fd(descriptor_, &information, &size) != 0)
      throw Error(errno, {.attempt = "look up program " + name_, .name = name_});
    return information.id;
  }

  /// Attaches the program where `place` says; see the hook's own description of places (for routes, `Route`). Hooks
  /// that say it themselves, as tracepoints, take none. Throws Error.
  template <class... Place>
    requires requires(const ProgramHandle& program, const Place&... place) {
      Attaching<Hook>::attach(program, place...);
    }
  Link attach(const Place&... place) const {
    Link link = Attaching<Hook>::attach(*this, place...);
    link.hold(arrays_);
    return link;
  }

 private:
  std::string name_;
  int descriptor_;
  std::shared_ptr<detail::HeldProgramArrays> arrays_;
};

}  // namespace ebpfxx
