#pragma once

#include <linux/bpf.h>

#include <type_traits>

// NOLINTNEXTLINE(readability-identifier-naming): the kernel names it
struct bpf_perf_event_data;

namespace ebpfxx::detail::kernel {

/// What a program may do with the memory of its packet.
enum class PacketBytes { None, ReadOnly, ReadWrite };

/// What the kernel says of a program by its type: a row of kernel/program_types.inc.
struct ProgramTypeTraits {
  PacketBytes packet = PacketBytes::None;
  bool test_run = false;  ///< on a packet
};

/// Returns the row of a type; for a type without one, that the kernel does nothing for it.
consteval ProgramTypeTraits traits_of(bpf_prog_type type) {
#define EBPFXX_PROGRAM_TYPE(name, context, packet, test_run, helpers, checked, ...) \
  if (type == BPF_PROG_TYPE_##name) return ProgramTypeTraits{PacketBytes::packet, test_run};
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
  return {};
}

/// Returns whether programs of this type get a context of this struct, as far as the type alone decides that.
template <class Context>
consteval bool takes_context(bpf_prog_type type) {
#define EBPFXX_PROGRAM_TYPE(name, context, ...) \
  if (type == BPF_PROG_TYPE_##name) return std::is_void_v<context> || std::is_same_v<Context, context>;
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
  return true;
}

}  // namespace ebpfxx::detail::kernel
