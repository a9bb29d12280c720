#pragma once

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/explain/elf_file.hpp>
#include <ebpfxx/runtime/file_descriptor.hpp>
#include <ebpfxx/runtime/kernel_map.hpp>
#include <ebpfxx/runtime/kernel_ring.hpp>
#include <ebpfxx/runtime/log_handle.hpp>
#include <ebpfxx/runtime/pinning.hpp>
#include <ebpfxx/runtime/value_transfer.hpp>

namespace ebpfxx {

namespace detail {

/// A pinned map, and what reads it.
template <class Reader>
struct PinnedReader {
  FileDescriptor descriptor;
  Reader reader;
};

/// Opens the map pinned at `path`, of `type`, and makes its reader with `make(descriptor, information)`. Throws Error.
template <class Reader, class Make>
std::shared_ptr<Reader> open_pinned_reader(const std::string& path, std::uint32_t type, Make make) {
  const auto fail = [&](int number, std::string reason) {
    throw Error(number, {.attempt = "open the log pinned at " + path, .name = path, .reason = std::move(reason)});
  };
  FileDescriptor pinned = open_pin(path);
  if (!pinned.valid()) fail(ENOENT, "nothing is pinned at " + path);
  const bpf_map_info information = map_information(pinned.number(), path);
  if (information.type != type)
    fail(EINVAL,
         std::string("it is a map of type ") + libbpf_bpf_map_type_str(static_cast<bpf_map_type>(information.type)));
  const int number = pinned.number();
  const auto both =
      std::shared_ptr<PinnedReader<Reader>>(new PinnedReader<Reader>{std::move(pinned), make(number, information)});
  return {both, &both->reader};
}

/// The formats of the BPF object in `file`. Throws Error.
inline std::shared_ptr<const LogFormats> read_log_formats(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw Error(errno == 0 ? EIO : errno, {.attempt = "read " + file, .name = file});
  const explain::ElfFile object(std::as_bytes(std::span(bytes)));
  if (object.section(abi::log_section) == nullptr)
    throw Error(EINVAL, {.attempt = "read the formats of the log in " + file,
                         .name = file,
                         .reason = "it has none",
                         .advice = "name the BPF object (.bpf.o) of the programs that write the log"});
  return std::make_shared<const LogFormats>(object);
}

}  // namespace detail

/// The log that another process, or an earlier one, has pinned at `path`; `object` is the file of the BPF object whose
/// programs write it. Throws Error: (ENOENT) if nothing is pinned there, (EINVAL) if that is no log, or `object` has no
/// formats.
inline LogHandle open_log(const std::string& path, const std::string& object) {
  std::shared_ptr<const detail::LogFormats> formats = detail::read_log_formats(object);
  auto ring = detail::open_pinned_reader<detail::KernelRing>(
      path, BPF_MAP_TYPE_RINGBUF, [&](int descriptor, const bpf_map_info& information) {
        return detail::KernelRing(descriptor, path, information.max_entries);
      });
  auto dropped = detail::open_pinned_reader<detail::KernelMap>(
      detail::dropped_path(path), BPF_MAP_TYPE_PERCPU_ARRAY, [&](int descriptor, const bpf_map_info&) {
        const std::size_t size = detail::ValueTransfer<std::uint64_t, true>::size(detail::possible_cpus());
        return detail::KernelMap({descriptor, detail::dropped_path(path), sizeof(std::uint32_t), size, 1});
      });
  return {std::move(ring), std::move(dropped), std::move(formats)};
}

}  // namespace ebpfxx
