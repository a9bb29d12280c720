#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ebpfxx::test {

/// A BPF object read from its file and loaded by libbpf alone, as any other loader would.
class ObjectFile {
 public:
  explicit ObjectFile(const std::string& path) : object_(bpf_object__open_file(path.c_str(), nullptr)) {
    if (!object_ || bpf_object__load(object_.get()) != 0) throw std::runtime_error("libbpf cannot load " + path);
  }

  int program(const std::string& name) const {
    const bpf_program* program = bpf_object__find_program_by_name(object_.get(), name.c_str());
    if (program == nullptr) throw std::runtime_error("there is no program " + name);
    return bpf_program__fd(program);
  }

  int map(const std::string& name) const { return bpf_object__find_map_fd_by_name(object_.get(), name.c_str()); }

  /// The verdict of a program on a frame, and the frame as it left it, by BPF_PROG_TEST_RUN.
  std::pair<std::uint32_t, std::vector<std::uint8_t>> outcome(const std::string& name,
                                                              std::span<const std::uint8_t> frame) const {
    std::vector<std::uint8_t> left(frame.size() + 512);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = frame.data();
    options.data_size_in = static_cast<std::uint32_t>(frame.size());
    options.data_out = left.data();
    options.data_size_out = static_cast<std::uint32_t>(left.size());
    options.repeat = 1;
    if (bpf_prog_test_run_opts(program(name), &options) != 0)
      throw std::runtime_error("the test run of " + name + " failed on " + std::to_string(frame.size()) + " bytes");
    left.resize(options.data_size_out);
    return {options.retval, std::move(left)};
  }

  std::uint32_t verdict(const std::string& name, std::span<const std::uint8_t> frame) const {
    return outcome(name, frame).first;
  }

 private:
  struct Close {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };
  std::unique_ptr<bpf_object, Close> object_;
};

}  // namespace ebpfxx::test
