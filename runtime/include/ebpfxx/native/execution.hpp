#pragma once

#include <execinfo.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebpfxx/map/program_array.hpp>
#include <ebpfxx/native/map_kinds.hpp>
#include <ebpfxx/native/program_slots_memory.hpp>
#include <ebpfxx/native/ring_memory.hpp>
#include <ebpfxx/native_interface.hpp>
#include <ebpfxx/packet/memory.hpp>
#include <ebpfxx/runtime/log_formats.hpp>

namespace ebpfxx::detail {

/// What stands behind a Native: its maps, Configs, Globals and trace, and the CPU, the task, the time and the random
/// numbers that programs see.
class NativeExecution final : public native_interface::Execution {
 public:
  explicit NativeExecution(std::uint32_t cpus) : cpus_(cpus) {}

  std::uint32_t cpus() const { return cpus_; }
  void run_on(std::uint32_t cpu) { cpu_ = cpu; }
  void set_clock(std::uint64_t nanoseconds) { clock_ = nanoseconds; }
  void set_task(std::uint32_t process, std::uint32_t thread, std::string command, const void* object) {
    task_ids_ = std::uint64_t{process} << 32 | thread;
    task_command_ = std::move(command);
    task_object_ = object;
  }
  void set_cgroup(std::uint64_t id) { cgroup_ = id; }
  void set_random(std::function<std::uint32_t()> next) { random_ = std::move(next); }
  const std::vector<std::string>& trace() const { return trace_; }

  /// The map of a variable, which comes to life when it is first asked for.
  const std::shared_ptr<MapMemory>& map(const native_interface::MapDescription& description) {
    std::shared_ptr<MapMemory>& memory = maps_[description.variable];
    if (memory == nullptr) memory = make_map_memory(description, cpus_);
    return memory;
  }

  const std::shared_ptr<RingMemory>& ring(const native_interface::MapDescription& description) {
    std::shared_ptr<RingMemory>& memory = rings_[description.variable];
    if (memory == nullptr) memory = std::make_shared<RingMemory>(description);
    return memory;
  }

  const std::shared_ptr<ProgramSlotsMemory>& program_slots(const native_interface::MapDescription& description) {
    std::shared_ptr<ProgramSlotsMemory>& memory = program_slots_[description.variable];
    if (memory == nullptr) memory = std::make_shared<ProgramSlotsMemory>(description);
    return memory;
  }

  /// Where the value of a Config stands for this run; `initial`, of `size` bytes, if it was not asked for before.
  void* config_place(const void* variable, const void* initial, std::size_t size) {
    std::unique_ptr<std::byte[]>& place = configs_[variable];
    if (place == nullptr) {
      place = std::make_unique<std::byte[]>(size);
      std::memcpy(place.get(), initial, size);
    }
    return place.get();
  }

  void* global(const void* variable, const void* initial, std::size_t size) override {
    return *global_place(variable, initial, size);
  }

  /// The place of a Global's value, which may outlive the run.
  std::shared_ptr<std::byte* const> global_place(const void* variable, const void* initial, std::size_t size) {
    struct Place {
      std::unique_ptr<std::byte[]> bytes;
      std::byte* begin = bytes.get();
    };
    std::shared_ptr<std::byte* const>& known = globals_[variable];
    if (known == nullptr) {
      const auto place = std::make_shared<const Place>(std::make_unique<std::byte[]>(size));
      std::memcpy(place->begin, initial, size);
      known = std::shared_ptr<std::byte* const>(place, &place->begin);
    }
    return known;
  }

  void* lookup(const native_interface::MapDescription& description, const void* key) override {
    MapMemory& memory = *map(description);
    std::byte* entry = memory.lookup(key);
    return entry == nullptr ? nullptr : memory.value_in(entry, own_value(memory));
  }

  int update(const native_interface::MapDescription& description, const void* key, const void* value,
             std::uint64_t flags) override {
    MapMemory& memory = *map(description);
    return memory.update(key, value, flags, own_value(memory));
  }

  int erase(const native_interface::MapDescription& description, const void* key) override {
    return map(description)->erase(key);
  }

  /// As in the kernel, a stack's place follows from its hash, and who comes first stays (kernel/bpf/stackmap.c).
  long record_stack(const native_interface::MapDescription& description) override {
    const std::size_t depth = description.value_size / sizeof(void*);
    std::vector<void*> frames(depth);
    ::backtrace(frames.data(), static_cast<int>(depth));
    const std::string_view bytes(reinterpret_cast<const char*>(frames.data()), description.value_size);
    const auto id =
        static_cast<std::uint32_t>(std::hash<std::string_view>()(bytes)) & (std::bit_ceil(description.max_entries) - 1);
    MapMemory& memory = *map(description);
    std::byte* const known = memory.lookup(&id);
    if (known == nullptr) return memory.update(&id, bytes.data(), BPF_NOEXIST, 0) == 0 ? long{id} : -E2BIG;
    return std::memcmp(memory.value_in(known, 0), bytes.data(), bytes.size()) == 0 ? long{id} : -EEXIST;
  }

  void move_packet(PacketMemory& packet, std::size_t linear) override {
    const std::size_t more = linear - packet.linear_size();
    auto moved = std::make_unique<std::uint8_t[]>(packet.metadata + linear);
    std::uint8_t* const data = moved.get() + packet.metadata;
    std::copy_n(packet.rest, more, std::copy(packet.data - packet.metadata, packet.data_end, moved.get()));
    replace_linear_part(packet, std::move(moved), data, data + linear);
    packet.rest += more;
  }

  void reshape_packet(PacketMemory& packet, std::size_t metadata, std::ptrdiff_t front, std::ptrdiff_t back) override {
    const std::size_t kept = std::min(metadata, packet.metadata);
    const std::ptrdiff_t linear = packet.data_end - packet.data + front + back;
    auto moved = std::make_unique<std::uint8_t[]>(metadata + static_cast<std::size_t>(linear));
    std::uint8_t* const data = moved.get() + metadata;
    std::copy_n(packet.data - kept, kept, data - kept);
    const std::uint8_t* const first = packet.data + std::max<std::ptrdiff_t>(0, -front);
    const std::uint8_t* const last = packet.data_end + std::min<std::ptrdiff_t>(0, back);
    std::copy(first, last, data + std::max<std::ptrdiff_t>(0, front));
    replace_linear_part(packet, std::move(moved), data, data + linear);
    packet.metadata = metadata;
  }

  const void* enter(const native_interface::MapDescription& description, std::uint32_t index) override {
    if (jumps_ == most_jumps) return nullptr;
    const void* program = program_slots(description)->program(index);
    if (program != nullptr) ++jumps_;
    return program;
  }

  void leave() override { --jumps_; }

  void* reserve_record(const native_interface::MapDescription& description, std::uint64_t size) override {
    return ring(description)->reserve(size);
  }

  void end_record(void* record, bool submitted) override {
    for (const auto& [variable, memory] : rings_)
      if (memory->end(record, submitted)) return;
  }

  bool output_record(const native_interface::MapDescription& description, const void* record,
                     std::uint64_t size) override {
    void* room = ring(description)->reserve(size);
    if (room == nullptr) return false;
    std::memcpy(room, record, size);
    return ring(description)->end(room, true);
  }

  const void* config(const void* variable) override {
    const auto set = configs_.find(variable);
    return set == configs_.end() ? nullptr : set->second.get();
  }

  void log_format(const char* entry) override { log_formats_->add(entry); }

  /// Those of all lines that were logged, also of ones to come.
  std::shared_ptr<const LogFormats> log_formats() const { return log_formats_; }

  void print(std::string_view line) override { trace_.emplace_back(line); }

  native_interface::CurrentTask task() override { return {task_ids_, task_command_, task_object_, cgroup_}; }

  std::uint64_t clock() override { return clock_; }
  std::uint32_t cpu() override { return cpu_; }
  std::uint32_t random() override { return random_(); }

 private:
  void replace_linear_part(PacketMemory& packet, std::unique_ptr<std::uint8_t[]> bytes, std::uint8_t* data,
                           std::uint8_t* data_end) {
    packet.data = data;
    packet.data_end = data_end;
    linear_part_ = std::move(bytes);
  }

  /// Which of an entry's values the CPU works with that programs run on.
  std::uint32_t own_value(const MapMemory& memory) const { return memory.values_per_entry() == 1 ? 0 : cpu_; }

  std::uint32_t cpus_;
  std::uint32_t cpu_ = 0;
  std::uint64_t clock_ = 0;
  std::map<const void*, std::shared_ptr<MapMemory>> maps_;
  std::map<const void*, std::shared_ptr<RingMemory>> rings_;
  std::map<const void*, std::shared_ptr<ProgramSlotsMemory>> program_slots_;
  std::uint32_t jumps_ = 0;  ///< between the program that was started and the one that runs
  std::uint64_t task_ids_ = 0;
  std::string task_command_;
  const void* task_object_ = nullptr;
  std::uint64_t cgroup_ = 0;
  std::function<std::uint32_t()> random_ = std::mt19937();
  std::map<const void*, std::unique_ptr<std::byte[]>> configs_;
  std::map<const void*, std::shared_ptr<std::byte* const>> globals_;
  std::vector<std::string> trace_;
  std::shared_ptr<LogFormats> log_formats_ = std::make_shared<LogFormats>();
  std::unique_ptr<std::uint8_t[]> linear_part_;  ///< of the packet that a program runs on, and its metadata
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

}  // namespace ebpfxx::detail
