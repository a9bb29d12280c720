#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/detail/backing/map_backing.hpp>
#include <ebpfxx/runtime/detail/backing/program_entries.hpp>
#include <ebpfxx/runtime/detail/backing/record_source.hpp>
#include <ebpfxx/runtime/detail/load/opened_object.hpp>

/// What the kernel keeps, for handles. The descriptors are somebody else's.
namespace ebpfxx::detail::backing {

class HeldProgramArrays;

Shared<MapBacking> make_kernel_map(int fd, std::string name, const load::MapShape& shape);

/// Throws Error when the kernel does not share the memory of the ring buffer, of `size` bytes.
Shared<RecordSource> make_kernel_ring(int fd, std::string name, std::size_t size);

/// `program_at` gives the descriptor of the program whose variable is at an address.
Shared<ProgramEntries> make_kernel_program_array(int fd, std::string name, Shared<HeldProgramArrays> arrays,
                                                 std::function<int(const void*)> program_at);

}  // namespace ebpfxx::detail::backing
