#pragma once

#include <linux/bpf.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebpfxx/native/array_memory.hpp>
#include <ebpfxx/native/hash_memory.hpp>
#include <ebpfxx/native_interface.hpp>
#include <ebpfxx/runtime/error.hpp>

namespace ebpfxx::detail {

/// What stands behind a Native: its maps, Configs and trace, and the CPU and the time that programs see.
class NativeExecution final : public native_interface::Execution {
 public:
  explicit NativeExecution(std::uint32_t cpus) : cpus_(cpus) {}

  std::uint32_t cpus = 0;

 private:
  std::uint32_t cpus_;
};

}  // namespace ebpfxx::detail
