#pragma once

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

namespace ebpfxx::detail::backing {

/// The program arrays of an Object, for its Links to hold: the kernel empties an array that neither a descriptor nor a
/// pin refers to, whatever programs jump to it (prog_array_map_clear in kernel/bpf/arraymap.c).
class HeldProgramArrays {
 public:
  /// Throws Error when there is no descriptor left for it.
  void hold(std::string name, int fd, bool is_pinned) {
    os::FileDescriptor own = os::FileDescriptor::duplicate(fd);
    if (!own.valid()) throw Error(errno, {.attempt = "hold program array " + name, .name = name});
    arrays_.push_back({std::move(name), std::move(own), is_pinned});
  }

  /// An array has a pin now.
  void note_pin(const std::string& name) {
    for (Array& array : arrays_)
      if (array.name == name) array.is_pinned = true;
  }

  /// Throws Error (EBUSY) when an array would be emptied at the end of this process.
  void require_pins() const {
    for (const Array& array : arrays_)
      if (!array.is_pinned)
        throw Error(EBUSY, {.attempt = "keep a program attached",
                            .name = array.name,
                            .reason = "program array " + array.name + " is emptied when this process ends",
                            .advice = "pin the array first"});
  }

 private:
  struct Array {
    std::string name;
    os::FileDescriptor fd;
    bool is_pinned;
  };

  std::vector<Array> arrays_;
};

}  // namespace ebpfxx::detail::backing
