#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/map_backing.hpp>
#include <ebpfxx/runtime/pinning.hpp>

namespace ebpfxx {

/// Recorded stacks from the application's side: of a loaded Object, or of a Native. Valid as long as its Object.
class StackTracesHandle {
 public:
  explicit StackTracesHandle(std::shared_ptr<detail::MapBacking> backing) : backing_(std::move(backing)) {}

  /// The ELF symbol of the variable.
  std::string name() const { return backing_->name(); }
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1.
  int fd() const { return backing_->descriptor(); }

  /// The addresses of a stack, innermost first; none when there is no stack of this number. Those of the kernel are
  /// named by /proc/kallsyms, those of a task by its binaries. Throws Error.
  std::vector<std::uint64_t> frames(std::uint32_t id) const {
    std::vector<std::uint64_t> frames(backing_->values_size() / sizeof(std::uint64_t));
    const int result = backing_->read(&id, reinterpret_cast<std::byte*>(frames.data()));
    if (result != 0 && result != -ENOENT) fail("read", id, -result);
    frames.erase(result == 0 ? std::find(frames.begin(), frames.end(), 0u) : frames.begin(), frames.end());
    return frames;
  }

  /// Makes room for another stack; false when there is no stack of this number. Throws Error.
  bool erase(std::uint32_t id) const {
    const int result = backing_->erase(&id);
    if (result != 0 && result != -ENOENT) fail("erase", id, -result);
    return result == 0;
  }

  /// Gives the map a name in a BPF file system; see MapHandle::pin.
  void pin(const std::string& path) const {
    detail::pin_object(backing_->descriptor(), "map " + backing_->name(), path);
  }

 private:
  [[noreturn]] void fail(const std::string& verb, std::uint32_t id, int number) const {
    throw Error(number, {.attempt = verb + " stack " + std::to_string(id) + " of " + backing_->name(),
                         .name = backing_->name()});
  }

  std::shared_ptr<detail::MapBacking> backing_;
};

}  // namespace ebpfxx
