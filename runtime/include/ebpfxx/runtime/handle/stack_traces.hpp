#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/detail/backing/map_backing.hpp>

namespace ebpfxx {

/// Recorded stacks from the application's side: of a loaded Object, or of a Native. Valid as long as its Object.
class StackTracesHandle {
 public:
  explicit StackTracesHandle(detail::Shared<detail::backing::MapBacking> backing) : backing_(std::move(backing)) {}

  /// The ELF symbol of the variable.
  std::string name() const;
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1.
  int fd() const;
  /// The kernel's number for it; see MapHandle::id.
  std::uint32_t id() const;

  /// The addresses of a stack, innermost first; none when there is no stack of this number. Those of the kernel are
  /// named by /proc/kallsyms, those of a task by its binaries. Throws Error.
  std::vector<std::uint64_t> frames(std::uint32_t id) const;

  /// Makes room for another stack; false when there is no stack of this number. Throws Error.
  bool erase(std::uint32_t id) const;

  /// Gives the map a name in a BPF file system; see MapHandle::pin.
  void pin(const std::string& path) const;

 private:
  [[noreturn]] void fail(const std::string& verb, std::uint32_t id, int number) const;

  detail::Shared<detail::backing::MapBacking> backing_;
};

}  // namespace ebpfxx
