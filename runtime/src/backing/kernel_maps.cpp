#include "kernel_maps.hpp"

#include <bpf/libbpf.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <ebpfxx/abi.hpp>
#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/explain/elf_file.hpp>
#include <ebpfxx/runtime/detail/backing/value_transfer.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>
#include <ebpfxx/runtime/handle/pinned_log.hpp>

#include "../log/log_formats.hpp"
#include "kernel_map.hpp"
#include "kernel_program_entries.hpp"
#include "kernel_ring.hpp"

namespace ebpfxx {
namespace detail::backing {

Shared<MapBacking> make_kernel_map(int fd, std::string name, const load::MapShape& shape) {
  const std::size_t values_size = shape.per_cpu ? per_cpu_stride(shape.value_size) * possible_cpus() : shape.value_size;
  return share<KernelMap>(
      KernelMapShape{fd, std::move(name), shape.key_size, values_size, shape.max_entries, shape.element_flags});
}

Shared<RecordSource> make_kernel_ring(int fd, std::string name, std::size_t size) {
  return share<KernelRing>(fd, std::move(name), size);
}

Shared<ProgramEntries> make_kernel_program_array(int fd, std::string name, Shared<HeldProgramArrays> arrays,
                                                 std::function<int(const void*)> program_at) {
  return share<KernelProgramEntries>(fd, std::move(name), std::move(arrays), std::move(program_at));
}

namespace {

/// What a pinned map is opened with, and what reads it.
template <class Reader>
struct PinnedReader {
  os::FileDescriptor fd;
  Shared<Reader> reader;
};

/// Opens the map pinned at `path`, of `type`, and makes its reader with `make(fd, information)`. Throws Error.
template <class Reader, class Make>
Shared<Reader> open_pinned_reader(const std::string& path, std::uint32_t type, Make make) {
  const auto fail = [&](int number, std::string reason) {
    throw Error(number, {.attempt = "open the log pinned at " + path, .name = path, .reason = std::move(reason)});
  };
  os::FileDescriptor pinned = os::open_pin(path);
  if (!pinned.valid()) fail(ENOENT, "nothing is pinned at " + path);
  const bpf_map_info information = os::map_information(pinned.fd(), path);
  if (information.type != type)
    fail(EINVAL,
         std::string("it is a map of type ") + libbpf_bpf_map_type_str(static_cast<bpf_map_type>(information.type)));
  Shared<Reader> reader = make(pinned.fd(), information);
  auto both = share<PinnedReader<Reader>>(std::move(pinned), std::move(reader));
  return {both, &*both->reader};
}

/// The formats of the BPF object in `file`. Throws Error.
Shared<const log::LogFormats> read_log_formats(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) throw Error(errno == 0 ? EIO : errno, {.attempt = "read " + file, .name = file});
  const explain::ElfFile object(std::as_bytes(std::span(bytes)));
  if (object.section(abi::log_section) == nullptr)
    throw Error(EINVAL, {.attempt = "read the formats of the log in " + file,
                         .name = file,
                         .reason = "it has none",
                         .advice = "name the BPF object (.bpf.o) of the programs that write the log"});
  return share<const log::LogFormats>(object);
}

}  // namespace
}  // namespace detail::backing

LogHandle open_log(const std::string& path, const std::string& object) {
  detail::Shared<const detail::log::LogFormats> formats = detail::backing::read_log_formats(object);
  auto ring = detail::backing::open_pinned_reader<detail::backing::RecordSource>(
      path, BPF_MAP_TYPE_RINGBUF, [&](int fd, const bpf_map_info& information) {
        return detail::backing::make_kernel_ring(fd, path, information.max_entries);
      });
  auto dropped = detail::backing::open_pinned_reader<detail::backing::MapBacking>(
      detail::os::dropped_path(path), BPF_MAP_TYPE_PERCPU_ARRAY, [&](int fd, const bpf_map_info&) {
        return detail::backing::make_kernel_map(fd, detail::os::dropped_path(path),
                                                {sizeof(std::uint32_t), sizeof(std::uint64_t), true, 1});
      });
  return {std::move(ring), std::move(dropped), std::move(formats)};
}

}  // namespace ebpfxx
