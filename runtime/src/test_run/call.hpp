#pragma once

#include <bpf/bpf.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>

#include "../os/capabilities.hpp"

namespace ebpfxx::detail::test_run {

/// One run of a loaded program, by BPF_PROG_TEST_RUN.
class TestRunCall {
 public:
  /// Of `program`, on a packet of `bytes` bytes as the caller counts them; the program's name must live as long.
  TestRunCall(const std::string& program, std::size_t bytes) : program_(program), bytes_(bytes) {}

  /// Runs the program on these bytes and this context (of the kernel's type), which becomes what it left. 0, or the
  /// errno.
  template <class Context>
  int run(int fd, std::span<const std::uint8_t> bytes, Context& context) {
    // The room is for what a program can add: up to 16,064 bytes (BPF_SKB_MAX_LEN in net/core/filter.c), and headers.
    constexpr std::size_t growth = 16384;
    output_ = std::make_unique_for_overwrite<std::uint8_t[]>(bytes.size() + growth);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = bytes.data();
    options.data_size_in = static_cast<std::uint32_t>(bytes.size());
    options.data_out = output_.get();
    options.data_size_out = static_cast<std::uint32_t>(bytes.size() + growth);
    options.ctx_in = options.ctx_out = &context;
    options.ctx_size_in = options.ctx_size_out = sizeof context;
    options.repeat = 1;
    const int result = bpf_prog_test_run_opts(fd, &options);
    if (result != 0) return -result;
    verdict_ = options.retval;
    output_size_ = options.data_size_out;
    return 0;
  }

  /// What the program returned.
  std::uint32_t verdict() const { return verdict_; }
  /// The bytes that it left.
  std::span<const std::uint8_t> output() const { return {output_.get(), output_size_}; }

  [[noreturn]] void fail(int number, std::string reason = {}, std::string advice = {}) const {
    if (number == EPERM && advice.empty()) advice = os::missing_rights({os::bpf, os::net_admin});
    throw Error(number,
                {.attempt = attempt(), .name = program_, .reason = std::move(reason), .advice = std::move(advice)});
  }

  /// For a field of the context that a test run cannot set.
  [[noreturn]] void refuse(const char* field, std::uint64_t value, std::string reason,
                           std::string advice = "leave it 0, or run the program natively") const {
    throw Error(EINVAL, {.attempt = attempt() + " with " + field + " " + std::to_string(value),
                         .name = field,
                         .reason = std::move(reason),
                         .advice = std::move(advice)});
  }

 private:
  std::string attempt() const { return "run " + program_ + " on " + std::to_string(bytes_) + " bytes in the kernel"; }

  const std::string& program_;
  std::size_t bytes_;
  std::unique_ptr<std::uint8_t[]> output_;
  std::size_t output_size_ = 0;
  std::uint32_t verdict_ = 0;
};

}  // namespace ebpfxx::detail::test_run
