#pragma once

#include <bpf/libbpf.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include <ebpfxx/error.hpp>

namespace ebpfxx::detail {

/// The Globals of an object: before it is loaded, the values it starts with; then the memory of the kernel's map, which
/// stays as long as this does.
class GlobalSection {
 public:
  explicit GlobalSection(bpf_map& map) {
    // What bpf_map__initial_value gives is libbpf's own copy, which libbpf's skeletons write to as well.
    begin_ = const_cast<std::byte*>(static_cast<const std::byte*>(bpf_map__initial_value(&map, &size_)));
  }
  GlobalSection(const GlobalSection&) = delete;
  ~GlobalSection() {
    if (mapped_) munmap(begin_, size_);
  }

  std::byte* const& begin() const { return begin_; }

  /// Goes on with the map of this descriptor, made with BPF_F_MMAPABLE.
  void map_from(int descriptor) {
    void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) throw Error(errno, {.attempt = "map the object's Globals into this process"});
    begin_ = static_cast<std::byte*>(memory);
    mapped_ = true;
  }

 private:
  std::byte* begin_;
  std::size_t size_ = 0;
  bool mapped_ = false;
};

}  // namespace ebpfxx::detail
