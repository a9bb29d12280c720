#pragma once

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/program_slots.hpp>

namespace ebpfxx {

/// A program array from the application's side: of a loaded Object, or of a Native. Valid as long as that. Slots may
/// change while programs run; an event sees the old program or the new one.
template <class Hook, std::uint32_t Size>
class ProgramArrayHandle {
 public:
  explicit ProgramArrayHandle(std::shared_ptr<detail::ProgramSlots> slots) : slots_(std::move(slots)) {}

  /// Puts a program into slot `index`, in place of what is there. Throws Error: (E2BIG) behind the last slot, (ENOENT)
  /// for a program that was not opened with the array's Object, (EINVAL) when the kernel does not let programs of the
  /// array jump to this one.
  void set(std::uint32_t index, const Program<Hook>& program) const {
    if (const int error = -slots_->put(index, &program); error != 0) fail(error, "set slot", index);
  }

  /// Empties slot `index`; false if it was empty. Throws Error (E2BIG) behind the last slot.
  bool erase(std::uint32_t index) const {
    const int error = -slots_->erase(index);
    if (error != 0 && error != ENOENT) fail(error, "empty slot", index);
    return error == 0;
  }

  /// Whether there is a program in slot `index`.
  bool contains(std::uint32_t index) const { return slots_->contains(index); }

  /// Gives the array a name in a BPF file system: it keeps its programs without this process, until `unpin`. The next
  /// start of the application takes it over by `Object::reuse`. Throws Error.
  void pin(const std::string& path) const { slots_->pin(path); }

 private:
  [[noreturn]] void fail(int number, const std::string& verb, std::uint32_t index) const {
    Failure failure{.attempt = verb + " " + std::to_string(index) + " of " + slots_->label(), .name = slots_->name()};
    if (number == E2BIG) failure.reason = "the last one is slot " + std::to_string(Size - 1);
    throw Error(number, std::move(failure));
  }

  std::shared_ptr<detail::ProgramSlots> slots_;
};

}  // namespace ebpfxx
