#pragma once

#include <bpf/libbpf.h>
#include <sys/mman.h>

#include <cstddef>
#include <optional>

#include "../backing/mapped_memory.hpp"

namespace ebpfxx::detail::load {

/// The Globals of an object: before it is loaded, the values it starts with; then the memory of the kernel's map, which
/// stays as long as this does.
class GlobalSection {
 public:
  explicit GlobalSection(bpf_map& map) {
    // What bpf_map__initial_value gives is libbpf's own copy, which libbpf's skeletons write to as well.
    begin_ = const_cast<std::byte*>(static_cast<const std::byte*>(bpf_map__initial_value(&map, &size_)));
  }
  GlobalSection(const GlobalSection&) = delete;

  std::byte* const& begin() const { return begin_; }

  /// Goes on with the map of this descriptor, made with BPF_F_MMAPABLE.
  void map_from(int fd) {
    begin_ = mapped_.emplace(fd, 0, size_, PROT_READ | PROT_WRITE, "the object's Globals").begin();
  }

 private:
  std::byte* begin_;
  std::size_t size_ = 0;
  std::optional<backing::MappedMemory> mapped_;
};

}  // namespace ebpfxx::detail::load
