#pragma once

#include <cstdint>
#include <string>

namespace ebpfxx::detail::backing {

/// A program array from the application's side, wherever it is kept: in the kernel, or in this process for a native
/// run. Results are the kernel's: 0 or a negative errno.
class ProgramEntries {
 public:
  ProgramEntries() = default;
  ProgramEntries(const ProgramEntries&) = delete;
  ProgramEntries& operator=(const ProgramEntries&) = delete;
  virtual ~ProgramEntries();

  /// The ELF symbol of the variable; may be empty in a native run.
  virtual std::string name() const = 0;
  /// The descriptor of the map (bpf(2)), or -1.
  virtual int fd() const = 0;

  /// Puts the Program that is at `variable` into an entry. Throws Error when that is no program of the object.
  virtual int put(std::uint32_t index, const void* variable) = 0;
  virtual int erase(std::uint32_t index) = 0;
  virtual bool contains(std::uint32_t index) = 0;

  /// Throws Error.
  virtual void pin(const std::string& path) = 0;

  /// "program array by_protocol", for messages.
  std::string label() const;
};

/// False if the entry was empty. Throws Error; so does `put_program`.
bool erase_program(ProgramEntries& entries, std::uint32_t index, std::uint32_t size);
void put_program(ProgramEntries& entries, std::uint32_t index, const void* variable, std::uint32_t size);

}  // namespace ebpfxx::detail::backing
