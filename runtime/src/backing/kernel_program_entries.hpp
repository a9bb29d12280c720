#pragma once

#include <bpf/bpf.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/detail/backing/program_entries.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>

#include "held_program_arrays.hpp"

namespace ebpfxx::detail::backing {

/// A program array that the kernel keeps; the descriptor is somebody else's.
class KernelProgramEntries final : public ProgramEntries {
 public:
  /// `program_at` gives the descriptor of the program whose variable is at an address.
  KernelProgramEntries(int fd, std::string name, Shared<HeldProgramArrays> arrays,
                       std::function<int(const void*)> program_at)
      : fd_(fd), name_(std::move(name)), arrays_(std::move(arrays)), program_at_(std::move(program_at)) {}

  std::string name() const override { return name_; }
  int fd() const override { return fd_; }

  int put(std::uint32_t index, const void* variable) override {
    const int program = program_at_(variable);
    return bpf_map_update_elem(fd_, &index, &program, BPF_ANY) == 0 ? 0 : -errno;
  }
  int erase(std::uint32_t index) override { return bpf_map_delete_elem(fd_, &index) == 0 ? 0 : -errno; }
  bool contains(std::uint32_t index) override {
    std::uint32_t id = 0;
    return bpf_map_lookup_elem(fd_, &index, &id) == 0;
  }
  void pin(const std::string& path) override {
    os::pin_object(fd_, label(), path);
    arrays_->note_pin(name_);
  }

 private:
  int fd_;
  std::string name_;
  Shared<HeldProgramArrays> arrays_;
  std::function<int(const void*)> program_at_;
};

}  // namespace ebpfxx::detail::backing
