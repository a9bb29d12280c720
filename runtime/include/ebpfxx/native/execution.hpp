#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx::detail::backing {
class MapBacking;
class ProgramEntries;
class RecordSource;
}  // namespace ebpfxx::detail::backing
namespace ebpfxx::detail::log {
class LogFormats;
}

namespace ebpfxx::detail::native {

/// What a Native consists of: its maps, Configs, Globals and trace, and the CPU, the task, the time and the random
/// numbers that programs see.
class NativeExecution final : public native_interface::Execution {
 public:
  /// A machine of `cpus` CPUs. Throws Error (EINVAL) for none.
  explicit NativeExecution(std::uint32_t cpus);
  NativeExecution(const NativeExecution&) = delete;
  NativeExecution& operator=(const NativeExecution&) = delete;
  ~NativeExecution() override;

  /// Throws Error (EINVAL) behind the last CPU.
  void run_on(std::uint32_t cpu);
  void set_clock(std::uint64_t nanoseconds);
  void set_task(std::uint32_t process, std::uint32_t thread, std::string command, const void* object);
  void set_cgroup(std::uint64_t id);
  void set_random(std::function<std::uint32_t()> next);

  const std::vector<std::string>& trace() const;

  /// The map of a variable, which comes to life when it is first asked for.
  Shared<backing::MapBacking> map(const native_interface::MapDescription& description);
  Shared<backing::RecordSource> ring(const native_interface::MapDescription& description);
  Shared<backing::ProgramEntries> program_entries(const native_interface::MapDescription& description);

  /// Where the value of a Config stands for this run; `initial`, of `size` bytes, if it was not asked for before.
  void* config_storage(const void* variable, const void* initial, std::size_t size);
  /// The place of a Global's value, which may outlive the run.
  Shared<std::byte* const> global_storage(const void* variable, const void* initial, std::size_t size);

  /// Those of all lines that were logged, also of ones to come.
  Shared<const log::LogFormats> log_formats() const;

  void* lookup(const native_interface::MapDescription& description, const void* key) override;
  int update(const native_interface::MapDescription& description, const void* key, const void* value,
             std::uint64_t flags) override;
  int erase(const native_interface::MapDescription& description, const void* key) override;
  long record_stack(const native_interface::MapDescription& description) override;
  void* reserve_record(const native_interface::MapDescription& description, std::uint64_t size) override;
  void end_record(void* record, bool submitted) override;
  bool output_record(const native_interface::MapDescription& description, const void* record,
                     std::uint64_t size) override;
  const void* enter(const native_interface::MapDescription& description, std::uint32_t index) override;
  void leave() override;
  void move_packet(PacketMemory& packet, std::size_t linear) override;
  void reshape_packet(PacketMemory& packet, std::size_t metadata, std::ptrdiff_t front, std::ptrdiff_t back) override;
  const void* config(const void* variable) override;
  void* global(const void* variable, const void* initial, std::size_t size) override;
  void log_format(const char* entry) override;
  void print(std::string_view line) override;
  native_interface::CurrentTask task() override;
  std::uint64_t clock() override;
  std::uint32_t cpu() override;
  std::uint32_t random() override;

 private:
  struct State;

  State* state_ = nullptr;  ///< its own
};

/// Makes an execution (or null: none) the one that runs on this thread, until the scope ends, by an exception too.
class ExecutionScope {
 public:
  explicit ExecutionScope(native_interface::Execution* execution)
      : previous_(std::exchange(native_interface::current, execution)) {}
  ExecutionScope(const ExecutionScope&) = delete;
  ExecutionScope& operator=(const ExecutionScope&) = delete;
  ~ExecutionScope() { native_interface::current = previous_; }

 private:
  native_interface::Execution* previous_;
};

}  // namespace ebpfxx::detail::native
