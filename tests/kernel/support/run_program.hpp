#pragma once

#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <linux/bpf.h>

#include <array>
#include <cstdint>

namespace ebpfxx::test {

/// Runs a program on 50 zero bytes by BPF_PROG_TEST_RUN and gives the context as the program left it, and its verdict.
inline __sk_buff run_program(int program, __sk_buff context, std::uint32_t* verdict = nullptr) {
  std::array<std::uint8_t, 64> frame{};
  frame[12] = 0x88;  // an EtherType of which the kernel expects no length
  frame[13] = 0xb5;
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  options.ctx_in = options.ctx_out = &context;
  options.ctx_size_in = options.ctx_size_out = sizeof context;
  REQUIRE(bpf_prog_test_run_opts(program, &options) == 0);
  if (verdict != nullptr) *verdict = options.retval;
  return context;
}

}  // namespace ebpfxx::test
