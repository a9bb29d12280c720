// Objects that the kernel refuses, and what is made of its words.
#pragma once

#include <bpf/libbpf.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/explain/explanation.hpp>
#include <ebpfxx/explain/load_output.hpp>

/// What libbpf prints while it loads the object at `path`; empty when the kernel takes it.
inline std::string output_of_loading(const std::string& path) {
  static std::string output;
  output.clear();
  const auto previous = libbpf_set_print([](libbpf_print_level level, const char* format, va_list arguments) {
    if (level == LIBBPF_DEBUG) return 0;
    char* line = nullptr;
    const int length = vasprintf(&line, format, arguments);
    if (length < 0) return length;
    output += line;
    std::free(line);
    return length;
  });
  bpf_object* object = bpf_object__open_file(path.c_str(), nullptr);
  const bool loaded = object != nullptr && bpf_object__load(object) == 0;
  bpf_object__close(object);
  libbpf_set_print(previous);
  return loaded ? "" : output;
}

/// The end of what libbpf printed, for a failed test to show; the whole of it may have a line for each of a million
/// instructions.
inline std::string end_of(const std::string& output) {
  return output.substr(output.size() - std::min<std::size_t>(output.size(), 3000));
}

/// The refusals in what libbpf printed, explained with the object at hand.
inline std::vector<ebpfxx::explain::Refusal> explained(const std::string& output, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const ebpfxx::explain::ElfFile object(std::as_bytes(std::span(bytes)));
  std::vector<ebpfxx::explain::Refusal> refusals;
  for (const auto& part : ebpfxx::explain::read_load_output(output))
    refusals.push_back(ebpfxx::explain::explain(part.log, part.program, &object));
  return refusals;
}

/// Whether the running kernel is as new as `version`.
inline bool is_kernel_from(const std::string& version) {
  const auto parsed = [](const char* text) {
    std::pair<int, int> numbers;
    std::sscanf(text, "%d.%d", &numbers.first, &numbers.second);
    return numbers;
  };
  utsname system;
  uname(&system);
  return parsed(system.release) >= parsed(version.c_str());
}

/// This thread without CAP_PERFMON and CAP_SYS_ADMIN, as long as it lives: a program may not see the kernel's
/// addresses.
class WithoutPerfmon {
 public:
  WithoutPerfmon() {
    syscall(SYS_capget, &header_, kept_);
    __user_cap_data_struct fewer[2] = {kept_[0], kept_[1]};
    fewer[CAP_SYS_ADMIN / 32].effective &= ~(1U << CAP_SYS_ADMIN % 32);
    fewer[CAP_PERFMON / 32].effective &= ~(1U << CAP_PERFMON % 32);
    syscall(SYS_capset, &header_, fewer);
  }
  WithoutPerfmon(const WithoutPerfmon&) = delete;
  WithoutPerfmon& operator=(const WithoutPerfmon&) = delete;
  ~WithoutPerfmon() { syscall(SYS_capset, &header_, kept_); }

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct kept_[2] = {};
};
