#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/native/execution.hpp>

#include <execinfo.h>
#include <linux/bpf.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <random>

#include <ebpfxx/context/memory.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/map/program_array.hpp>

#include "../log/log_formats.hpp"
#include "map_kinds.hpp"
#include "program_entries_memory.hpp"
#include "ring_memory.hpp"

namespace ebpfxx::detail::native {

struct NativeExecution::State {
  MapMemory& map(const native_interface::MapDescription& description) { return *shared_map(description); }
  const Shared<MapMemory>& shared_map(const native_interface::MapDescription& description) {
    Shared<MapMemory>& memory = maps[description.variable];
    if (!memory) memory = make_map_memory(description, cpus);
    return memory;
  }
  const Shared<RingMemory>& ring(const native_interface::MapDescription& description) {
    Shared<RingMemory>& memory = rings[description.variable];
    if (!memory) memory = share<RingMemory>(description);
    return memory;
  }
  const Shared<ProgramEntriesMemory>& entries(const native_interface::MapDescription& description) {
    Shared<ProgramEntriesMemory>& memory = program_entries[description.variable];
    if (!memory) memory = share<ProgramEntriesMemory>(description);
    return memory;
  }

  void replace_linear_part(PacketMemory& packet, std::unique_ptr<std::uint8_t[]> bytes, std::uint8_t* data,
                           std::uint8_t* data_end) {
    packet.data = data;
    packet.data_end = data_end;
    linear_part = std::move(bytes);
  }

  /// Which of an entry's values the CPU works with that programs run on.
  std::uint32_t own_value(const MapMemory& memory) const { return memory.values_per_entry() == 1 ? 0 : cpu; }

  std::uint32_t cpus;
  std::uint32_t cpu = 0;
  std::uint64_t clock = 0;
  std::map<const void*, Shared<MapMemory>> maps{};
  std::map<const void*, Shared<RingMemory>> rings{};
  std::map<const void*, Shared<ProgramEntriesMemory>> program_entries{};
  std::uint32_t jumps = 0;  ///< between the program that was started and the one that runs
  std::uint64_t task_ids = 0;
  std::string task_command{};
  const void* task_object = nullptr;
  std::uint64_t cgroup = 0;
  std::function<std::uint32_t()> random = std::mt19937();
  std::map<const void*, std::unique_ptr<std::byte[]>> configs{};
  std::map<const void*, Shared<std::byte* const>> globals{};
  std::vector<std::string> trace{};
  Shared<log::LogFormats> log_formats = share<log::LogFormats>();
  std::unique_ptr<std::uint8_t[]> linear_part{};  ///< of the packet that a program runs on, and its metadata
};

NativeExecution::NativeExecution(std::uint32_t cpus) {
  if (cpus == 0) throw Error(EINVAL, {.attempt = "run natively on 0 CPUs", .reason = "there must be one"});
  state_ = new State{.cpus = cpus};
}
NativeExecution::~NativeExecution() { delete state_; }

void NativeExecution::run_on(std::uint32_t cpu) {
  if (cpu >= state_->cpus)
    throw Error(EINVAL, {.attempt = "run natively on CPU " + std::to_string(cpu),
                         .reason = "the last one is CPU " + std::to_string(state_->cpus - 1)});
  state_->cpu = cpu;
}
void NativeExecution::set_clock(std::uint64_t nanoseconds) { state_->clock = nanoseconds; }
void NativeExecution::set_task(std::uint32_t process, std::uint32_t thread, std::string command, const void* object) {
  state_->task_ids = std::uint64_t{process} << 32 | thread;
  state_->task_command = std::move(command);
  state_->task_object = object;
}
void NativeExecution::set_cgroup(std::uint64_t id) { state_->cgroup = id; }
void NativeExecution::set_random(std::function<std::uint32_t()> next) { state_->random = std::move(next); }

const std::vector<std::string>& NativeExecution::trace() const { return state_->trace; }

Shared<backing::MapBacking> NativeExecution::map(const native_interface::MapDescription& description) {
  return state_->shared_map(description);
}
Shared<backing::RecordSource> NativeExecution::ring(const native_interface::MapDescription& description) {
  return state_->ring(description);
}
Shared<backing::ProgramEntries> NativeExecution::program_entries(const native_interface::MapDescription& description) {
  return state_->entries(description);
}

void* NativeExecution::config_storage(const void* variable, const void* initial, std::size_t size) {
  std::unique_ptr<std::byte[]>& place = state_->configs[variable];
  if (place == nullptr) {
    place = std::make_unique<std::byte[]>(size);
    std::memcpy(place.get(), initial, size);
  }
  return place.get();
}

Shared<std::byte* const> NativeExecution::global_storage(const void* variable, const void* initial, std::size_t size) {
  struct Place {
    std::unique_ptr<std::byte[]> bytes;
    std::byte* begin = bytes.get();
  };
  Shared<std::byte* const>& known = state_->globals[variable];
  if (!known) {
    const Shared<const Place> place = share<const Place>(std::make_unique<std::byte[]>(size));
    std::memcpy(place->begin, initial, size);
    known = {place, &place->begin};
  }
  return known;
}

Shared<const log::LogFormats> NativeExecution::log_formats() const { return state_->log_formats; }

void* NativeExecution::lookup(const native_interface::MapDescription& description, const void* key) {
  MapMemory& memory = state_->map(description);
  std::byte* entry = memory.lookup(key);
  return entry == nullptr ? nullptr : memory.value_in(entry, state_->own_value(memory));
}

int NativeExecution::update(const native_interface::MapDescription& description, const void* key, const void* value,
                            std::uint64_t flags) {
  MapMemory& memory = state_->map(description);
  return memory.update(key, value, flags, state_->own_value(memory));
}

int NativeExecution::erase(const native_interface::MapDescription& description, const void* key) {
  return state_->map(description).erase(key);
}

// As in the kernel, a stack's number follows from its hash, and who comes first stays (kernel/bpf/stackmap.c).
long NativeExecution::record_stack(const native_interface::MapDescription& description) {
  const std::size_t depth = description.value_size / sizeof(void*);
  std::vector<void*> frames(depth);
  ::backtrace(frames.data(), static_cast<int>(depth));
  const std::string_view bytes(reinterpret_cast<const char*>(frames.data()), description.value_size);
  const auto id =
      static_cast<std::uint32_t>(std::hash<std::string_view>()(bytes)) & (std::bit_ceil(description.max_entries) - 1);
  MapMemory& memory = state_->map(description);
  std::byte* const known = memory.lookup(&id);
  if (known == nullptr) return memory.update(&id, bytes.data(), BPF_NOEXIST, 0) == 0 ? long{id} : -E2BIG;
  return std::memcmp(memory.value_in(known, 0), bytes.data(), bytes.size()) == 0 ? long{id} : -EEXIST;
}

void* NativeExecution::reserve_record(const native_interface::MapDescription& description, std::uint64_t size) {
  return state_->ring(description)->reserve(size);
}

void NativeExecution::end_record(void* record, bool submitted) {
  for (const auto& [variable, memory] : state_->rings)
    if (memory->end(record, submitted)) return;
}

bool NativeExecution::output_record(const native_interface::MapDescription& description, const void* record,
                                    std::uint64_t size) {
  void* reserved = state_->ring(description)->reserve(size);
  if (reserved == nullptr) return false;
  std::memcpy(reserved, record, size);
  return state_->ring(description)->end(reserved, true);
}

const void* NativeExecution::enter(const native_interface::MapDescription& description, std::uint32_t index) {
  if (state_->jumps == most_jumps) return nullptr;
  const void* program = state_->entries(description)->program(index);
  if (program != nullptr) ++state_->jumps;
  return program;
}

void NativeExecution::leave() { --state_->jumps; }

void NativeExecution::move_packet(PacketMemory& packet, std::size_t linear) {
  const std::size_t more = linear - packet.linear_size();
  auto moved = std::make_unique<std::uint8_t[]>(packet.metadata + linear);
  std::uint8_t* const data = moved.get() + packet.metadata;
  std::copy_n(packet.rest, more, std::copy(packet.data - packet.metadata, packet.data_end, moved.get()));
  state_->replace_linear_part(packet, std::move(moved), data, data + linear);
  packet.rest += more;
}

void NativeExecution::reshape_packet(PacketMemory& packet, std::size_t metadata, std::ptrdiff_t front,
                                     std::ptrdiff_t back) {
  const std::size_t kept = std::min(metadata, packet.metadata);
  const std::ptrdiff_t linear = packet.data_end - packet.data + front + back;
  auto moved = std::make_unique<std::uint8_t[]>(metadata + static_cast<std::size_t>(linear));
  std::uint8_t* const data = moved.get() + metadata;
  std::copy_n(packet.data - kept, kept, data - kept);
  const std::uint8_t* const first = packet.data + std::max<std::ptrdiff_t>(0, -front);
  const std::uint8_t* const last = packet.data_end + std::min<std::ptrdiff_t>(0, back);
  std::copy(first, last, data + std::max<std::ptrdiff_t>(0, front));
  state_->replace_linear_part(packet, std::move(moved), data, data + linear);
  packet.metadata = metadata;
}

const void* NativeExecution::config(const void* variable) {
  const auto set = state_->configs.find(variable);
  return set == state_->configs.end() ? nullptr : set->second.get();
}

void* NativeExecution::global(const void* variable, const void* initial, std::size_t size) {
  return *global_storage(variable, initial, size);
}

void NativeExecution::log_format(const char* entry) { state_->log_formats->add(entry); }
void NativeExecution::print(std::string_view line) { state_->trace.emplace_back(line); }
native_interface::CurrentTask NativeExecution::task() {
  return {state_->task_ids, state_->task_command, state_->task_object, state_->cgroup};
}
std::uint64_t NativeExecution::clock() { return state_->clock; }
std::uint32_t NativeExecution::cpu() { return state_->cpu; }
std::uint32_t NativeExecution::random() { return state_->random(); }

}  // namespace ebpfxx::detail::native
