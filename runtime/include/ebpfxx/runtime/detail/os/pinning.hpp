#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

struct bpf_map_info;

namespace ebpfxx {

namespace detail::os {

/// Gives what the descriptor stands for a name in a BPF file system, where it lives without a process. Throws Error.
void pin_object(int fd, const std::string& label, const std::string& path);

/// Pins a ring buffer, and beside it the count of its drops, and the layout of its records if there is one. Throws
/// Error, and then nothing is pinned.
void pin_ring(int ring, int dropped, const std::string& label, const std::string& layout, const std::string& path);

/// What is pinned at `path`; not `valid()` if there is nothing. Throws Error.
FileDescriptor open_pin(const std::string& path);

// What a ring buffer needs beside its own pin.
std::string layout_path(const std::string& path);
std::string dropped_path(const std::string& path);

/// The kernel's record of the map pinned at `path`. Throws Error when it is none.
bpf_map_info map_information(int fd, const std::string& path);

/// The kernel's number for a map; 0 for that of a native run. `label` is for the Error that it throws.
std::uint32_t map_id(int fd, const std::string& label);

/// The text pinned at `path`; nothing if there is none. Throws Error.
std::optional<std::string> pinned_text(const std::string& path);

}  // namespace detail::os

/// Takes the name of a pinned map away, and what a ring buffer has beside it; false if there was none. The map lives on
/// in the objects that have it. Throws Error.
bool unpin(const std::string& path);

}  // namespace ebpfxx
