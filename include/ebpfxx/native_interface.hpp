#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ebpfxx {
struct PacketMemory;
}

/// What the operations of a program call when it runs natively. `ebpfxx/native/` defines an execution; the language
/// knows only this interface.
namespace ebpfxx::native_interface {

/// A map as its variable declares it.
struct MapDescription {
  const void* variable;
  std::uint32_t type;  ///< enum bpf_map_type
  std::uint32_t key_size;
  std::uint32_t value_size;
  std::uint32_t max_entries;
};

/// The task that a program runs in.
struct CurrentTask {
  std::uint64_t ids;         ///< the process in the upper half, the thread in the lower
  std::string_view command;  ///< its name
  const void* object;        ///< its task_struct, or null
  std::uint64_t cgroup;      ///< the id of its cgroup
};

/// The world around a program that runs natively. Results are those of the helper of the same name (bpf-helpers(7)).
class Execution {
 public:
  Execution() = default;
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  virtual ~Execution() = default;

  /// The value under `key`, or null. It stays where it is until the key is erased.
  virtual void* lookup(const MapDescription& map, const void* key) = 0;
  /// 0 or a negative errno. `flags`: BPF_ANY, BPF_NOEXIST, BPF_EXIST.
  virtual int update(const MapDescription& map, const void* key, const void* value, std::uint64_t flags) = 0;
  virtual int erase(const MapDescription& map, const void* key) = 0;

  /// The number of the run's own stack, recorded in `stacks`, or a negative errno.
  virtual long record_stack(const MapDescription& stacks) = 0;

  /// Room of `size` bytes in a ring buffer, or null when it is full. It goes to `end_record`.
  virtual void* reserve_record(const MapDescription& ring, std::uint64_t size) = 0;
  /// Submits or discards what `reserve_record` gave.
  virtual void end_record(void* record, bool submitted) = 0;
  /// Submits a record of these bytes; false when the ring buffer is full.
  virtual bool output_record(const MapDescription& ring, const void* record, std::uint64_t size) = 0;

  /// The Program in an entry of a program array, which runs until `leave`; null when the entry is empty or not there,
  /// and behind 33 jumps.
  virtual const void* enter(const MapDescription& programs, std::uint32_t index) = 0;
  virtual void leave() = 0;

  /// Puts the packet's first `linear` bytes, at least those that are linear, into new memory as its linear part.
  virtual void move_packet(PacketMemory& packet, std::size_t linear) = 0;

  /// Puts the packet's linear part and metadata into new memory with other edges (see PacketMemory::reshape).
  virtual void reshape_packet(PacketMemory& packet, std::size_t metadata, std::ptrdiff_t front,
                              std::ptrdiff_t back) = 0;

  /// The value that the application has set for a Config, or null.
  virtual const void* config(const void* variable) = 0;

  /// Where the value of a Global of `size` bytes is, at first a copy of `initial`.
  virtual void* global(const void* variable, const void* initial, std::size_t size) = 0;

  /// Makes a format of the log known, before a record with its id (`detail::log::LogFormat::entry`).
  virtual void log_format(const char* entry) = 0;

  /// A line for the trace.
  virtual void print(std::string_view line) = 0;

  virtual CurrentTask task() = 0;

  /// Nanoseconds since boot.
  virtual std::uint64_t clock() = 0;

  virtual std::uint32_t cpu() = 0;
  virtual std::uint32_t random() = 0;
};

/// The execution that runs on this thread, if any.
inline thread_local Execution* current = nullptr;

/// Throws Error (ENOTCONN). Compiled with the native part, as the code that throws is long.
[[noreturn]] void no_execution();

/// The execution that runs on this thread. Throws Error (ENOTCONN) when there is none: what only a program can do was
/// called from the application, where it would touch nothing real.
inline Execution& execution() {
  if (current == nullptr) no_execution();
  return *current;
}

}  // namespace ebpfxx::native_interface
