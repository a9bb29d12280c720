#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/detail/backing/program_entries.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>

namespace ebpfxx {

/// A program array from the application's side: of a loaded Object, or of a Native. Valid as long as that. Entries may
/// change while programs run; an event sees the old program or the new one.
template <class Hook, std::uint32_t Size>
class ProgramArrayHandle {
 public:
  explicit ProgramArrayHandle(detail::Shared<detail::backing::ProgramEntries> entries) : entries_(std::move(entries)) {}

  /// The ELF symbol of the variable; natively empty unless the application embeds an object that has it.
  std::string name() const { return entries_->name(); }
  /// The descriptor of the map (bpf(2)), which the Object closes; natively -1.
  int fd() const { return entries_->fd(); }
  /// The kernel's number for it; see MapHandle::id.
  std::uint32_t id() const { return detail::os::map_id(fd(), entries_->label()); }

  /// Puts a program into entry `index`, in place of what is there. Throws Error: (E2BIG) behind the last entry,
  /// (ENOENT) for a program that was not opened with the array's Object, (EINVAL) when the kernel does not let programs
  /// of the array jump to this one.
  void set(std::uint32_t index, const Program<Hook>& program) const {
    detail::backing::put_program(*entries_, index, &program, Size);
  }
  /// Empties entry `index`; false if it was empty. Throws Error (E2BIG) behind the last entry.
  bool erase(std::uint32_t index) const { return detail::backing::erase_program(*entries_, index, Size); }
  /// Whether there is a program in entry `index`.
  bool contains(std::uint32_t index) const { return entries_->contains(index); }

  /// Gives the array a name in a BPF file system: it keeps its programs without this process, until `unpin`. The next
  /// start of the application takes it over by `Object::reuse`. Throws Error.
  void pin(const std::string& path) const { entries_->pin(path); }

 private:
  detail::Shared<detail::backing::ProgramEntries> entries_;
};

}  // namespace ebpfxx
