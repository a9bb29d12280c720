#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/link.hpp>

namespace ebpfxx {

namespace detail::runtime {

/// The kernel's number for a loaded program. Throws Error when the kernel does not tell.
std::uint32_t program_id(int fd, const std::string& name);

}  // namespace detail::runtime

/// How programs of a hook are attached: specialise it with functions `attach(program, ...)` that return a Link; for a
/// hook of your own, mostly by deriving from that of a hook which is attached likewise, or from CgroupAttachTraits. A
/// hook without one is attached by other means, through `fd()`.
template <class Hook>
struct AttachTraits {};

/// A loaded program. Valid as long as its Object; what is attached stays attached without either.
template <class Hook>
class ProgramHandle {
 public:
  /// `arrays` are those that the program may jump through.
  ProgramHandle(std::string name, int fd, detail::Shared<const detail::backing::HeldProgramArrays> arrays)
      : name_(std::move(name)), fd_(fd), arrays_(std::move(arrays)) {}

  /// The ELF symbol: the variable's qualified name with `::` as `__`.
  const std::string& name() const { return name_; }
  /// The descriptor of the program (bpf(2)); the Object closes it.
  int fd() const { return fd_; }
  /// The kernel's number for it, as `bpftool prog` shows it. Throws Error when the kernel does not tell.
  std::uint32_t id() const { return detail::runtime::program_id(fd_, name_); }

  /// Attaches the program to `target`; see the hook's own description of targets (for routes, `Route`). Hooks that say
  /// it themselves, as tracepoints, take none. Throws Error.
  template <class... Target>
    requires requires(const ProgramHandle& program, const Target&... target) {
      AttachTraits<Hook>::attach(program, target...);
    }
  Link attach(const Target&... target) const {
    Link link = AttachTraits<Hook>::attach(*this, target...);
    link.hold(arrays_);
    return link;
  }

 private:
  std::string name_;
  int fd_;
  detail::Shared<const detail::backing::HeldProgramArrays> arrays_;
};

}  // namespace ebpfxx
