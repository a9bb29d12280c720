// What the table says of types of programs, against what the running kernel answers.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <doctest/doctest.h>
#include <linux/bpf_perf_event.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

#include <ebpfxx/kernel/program_type.hpp>

namespace {

using ebpfxx::detail::kernel::PacketBytes;

struct Row {
  bpf_prog_type type;
  std::string name;
  std::size_t data, data_end;  ///< where the context has them; both 0: nowhere
  PacketBytes packet;
  bool test_run;
};

template <class Context>
constexpr std::array<std::size_t, 2> packet_pointers() {
  if constexpr (requires(Context context) { context.data_meta; })
    return {offsetof(Context, data), offsetof(Context, data_end)};
  else
    return {};
}

const Row rows[]{
#define EBPFXX_PROGRAM_TYPE(type, context, packet, test_run, helpers, checked, ...)             \
  {BPF_PROG_TYPE_##type, #type,   packet_pointers<context>()[0], packet_pointers<context>()[1], \
   PacketBytes::packet,  test_run},
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
};

int sched_switch_type() {
  btf* kernel = btf__load_vmlinux_btf();
  const int id = kernel != nullptr ? btf__find_by_name_kind(kernel, "btf_trace_sched_switch", BTF_KIND_TYPEDEF) : 0;
  btf__free(kernel);
  return id;
}

/// Loads a program of this type that does one thing with the first byte of its packet, and returns 0. Returns its
/// descriptor, or a negative number.
template <std::size_t Size>
int load(const Row& row, const bpf_insn (&code)[Size]) {
  static const int traced = sched_switch_type();
  bpf_prog_load_opts options{};
  options.sz = sizeof(options);
  if (row.type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR) options.expected_attach_type = BPF_CGROUP_INET4_CONNECT;
  if (row.type == BPF_PROG_TYPE_TRACING) {
    options.expected_attach_type = BPF_TRACE_RAW_TP;
    options.attach_btf_id = static_cast<__u32>(traced);
  }
  return bpf_prog_load(row.type, "asks", "GPL", code, Size, &options);
}

constexpr bpf_insn exit_with_0[]{{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};

/// Whether the kernel takes an access of the packet's first byte, which is known to be there.
bool takes_access(const Row& row, bpf_insn access) {
  const auto field = [](std::uint8_t target, std::size_t offset) {
    return bpf_insn{BPF_LDX | BPF_MEM | BPF_W, target, 1, static_cast<__s16>(offset), 0};
  };
  const int program = load(row, {field(2, row.data),
                                 field(3, row.data_end),
                                 {BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0},
                                 {BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, 1},
                                 {BPF_JMP | BPF_JGT | BPF_X, 4, 3, 1, 0},
                                 access,
                                 exit_with_0[0],
                                 exit_with_0[1]});
  if (program >= 0) close(program);
  return program >= 0;
}

constexpr bpf_insn read_byte{BPF_LDX | BPF_MEM | BPF_B, 0, 2, 0, 0};
constexpr bpf_insn write_byte{BPF_ST | BPF_MEM | BPF_B, 2, 0, 0, 7};

}  // namespace

TEST_CASE("programs read and write the memory of packets where the table says so, and nowhere else") {
  for (const Row& row : rows) {
    if (row.data_end == 0) {
      CHECK_MESSAGE(row.packet == PacketBytes::None, row.name);
      continue;
    }
    CHECK_MESSAGE(takes_access(row, read_byte) == (row.packet != PacketBytes::None), row.name);
    CHECK_MESSAGE(takes_access(row, write_byte) == (row.packet == PacketBytes::ReadWrite), row.name);
  }
}

TEST_CASE("the kernel runs programs on a packet that it is given where the table says so, and nowhere else") {
  for (const Row& row : rows) {
    const int program = load(row, exit_with_0);
    REQUIRE_MESSAGE(program >= 0, "the kernel loads no programs of type ", row.name, ": errno ", errno);
    const std::array<std::uint8_t, 64> packet{};
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = packet.data();
    options.data_size_in = packet.size();
    CHECK_MESSAGE((bpf_prog_test_run_opts(program, &options) == 0) == row.test_run, row.name);
    close(program);
  }
}
