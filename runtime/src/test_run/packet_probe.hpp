#pragma once

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <ebpfxx/runtime/detail/os/file_descriptor.hpp>

namespace ebpfxx::detail::test_run {

/// Asks the kernel whether programs of this type see a packet in a test run, by one that returns whether `data_end` is
/// behind `data`. Returns 0 if they do, EOPNOTSUPP if they do not, or the errno with which the kernel did not answer.
///
/// bpf_prog_test_run_skb in net/bpf/test_run.c computes the pointers for the types that it lists; for others
/// `data_end` is 0. Linux 6.18 lists BPF_PROG_TYPE_CGROUP_SKB.
inline int probe_packet(bpf_prog_type type) {
  const auto read = [](std::uint8_t target, std::size_t field) {
    return bpf_insn{BPF_LDX | BPF_MEM | BPF_W, target, BPF_REG_1, static_cast<std::int16_t>(field), 0};
  };
  const bpf_insn code[]{
      read(BPF_REG_2, offsetof(__sk_buff, data)),        read(BPF_REG_3, offsetof(__sk_buff, data_end)),
      {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1}, {BPF_JMP | BPF_JGT | BPF_X, BPF_REG_3, BPF_REG_2, 1, 0},
      {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  const os::FileDescriptor program(bpf_prog_load(type, "sees_packet", "GPL", code, std::size(code), nullptr));
  if (!program.valid()) return errno;
  constexpr std::array<std::uint8_t, 64> frame{};
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  options.repeat = 1;
  if (const int result = bpf_prog_test_run_opts(program.fd(), &options); result != 0) return -result;
  return options.retval != 0 ? 0 : EOPNOTSUPP;
}

}  // namespace ebpfxx::detail::test_run
