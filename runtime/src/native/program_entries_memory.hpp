#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/native_interface.hpp>
#include <ebpfxx/runtime/detail/backing/program_entries.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>

namespace ebpfxx::detail::native {

/// The program array of a native run: pointers to the variables of programs.
class ProgramEntriesMemory final : public backing::ProgramEntries {
 public:
  explicit ProgramEntriesMemory(const native_interface::MapDescription& array)
      : variable_(array.variable), programs_(array.max_entries) {}

  /// Null in an empty entry and behind the last one.
  const void* program(std::uint32_t index) const { return index < programs_.size() ? programs_[index] : nullptr; }

  std::string name() const override { return std::string(find_embedded(variable_).name); }
  int fd() const override { return -1; }

  int put(std::uint32_t index, const void* variable) override {
    if (index >= programs_.size()) return -E2BIG;
    programs_[index] = variable;
    return 0;
  }
  int erase(std::uint32_t index) override {
    if (index >= programs_.size()) return -E2BIG;
    if (programs_[index] == nullptr) return -ENOENT;
    programs_[index] = nullptr;
    return 0;
  }
  bool contains(std::uint32_t index) override { return program(index) != nullptr; }
  void pin(const std::string& path) override { os::pin_object(-1, label(), path); }

 private:
  const void* variable_;
  std::vector<const void*> programs_;
};

}  // namespace ebpfxx::detail::native
