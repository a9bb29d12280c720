#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/link.hpp>

namespace ebpfxx {

namespace detail::runtime {

/// A loaded program, whatever its hook. Copying its name is compiled once.
class LoadedProgram {
 public:
  /// `arrays` are those that the program may jump through.
  LoadedProgram(std::string name, int fd, Shared<const backing::HeldProgramArrays> arrays);
  LoadedProgram(const LoadedProgram& other);
  LoadedProgram(LoadedProgram&& other) noexcept;
  LoadedProgram& operator=(const LoadedProgram& other);
  LoadedProgram& operator=(LoadedProgram&& other) noexcept;
  ~LoadedProgram();

  const std::string& name() const { return name_; }
  int fd() const { return fd_; }
  const Shared<const backing::HeldProgramArrays>& arrays() const { return arrays_; }

 private:
  std::string name_;
  int fd_;
  Shared<const backing::HeldProgramArrays> arrays_;
};

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
  explicit ProgramHandle(detail::runtime::LoadedProgram program) : program_(std::move(program)) {}

  /// The ELF symbol: the variable's qualified name with `::` as `__`.
  const std::string& name() const { return program_.name(); }
  /// The descriptor of the program (bpf(2)); the Object closes it.
  int fd() const { return program_.fd(); }
  /// The kernel's number for it, as `bpftool prog` shows it. Throws Error when the kernel does not tell.
  std::uint32_t id() const { return detail::runtime::program_id(fd(), name()); }

  /// Attaches the program to `target`; see the hook's own description of targets (for routes, `Route`). Hooks that say
  /// it themselves, as tracepoints, take none. Throws Error.
  template <class... Target>
    requires requires(const ProgramHandle& program, const Target&... target) {
      AttachTraits<Hook>::attach(program, target...);
    }
  Link attach(const Target&... target) const {
    Link link = AttachTraits<Hook>::attach(*this, target...);
    link.hold(program_.arrays());
    return link;
  }

 private:
  detail::runtime::LoadedProgram program_;
};

}  // namespace ebpfxx
