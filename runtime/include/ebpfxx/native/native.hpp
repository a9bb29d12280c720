#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <ebpfxx/config.hpp>
#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/global.hpp>
#include <ebpfxx/kernel/task.hpp>
#include <ebpfxx/log/buffer.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/program_array.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/map/stack_traces.hpp>
#include <ebpfxx/native/config_handle.hpp>
#include <ebpfxx/native/execution.hpp>
#include <ebpfxx/native/native_program.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/handle/global.hpp>
#include <ebpfxx/runtime/handle/log.hpp>
#include <ebpfxx/runtime/handle/map.hpp>
#include <ebpfxx/runtime/handle/per_cpu.hpp>
#include <ebpfxx/runtime/handle/program_array.hpp>
#include <ebpfxx/runtime/handle/ring_buffer.hpp>
#include <ebpfxx/runtime/handle/stack_traces.hpp>

namespace ebpfxx {

/// Runs programs in this process, as functions: no rights, no kernel; a debugger and the sanitizers see them.
///
///     Native native;
///     native[port] = 9090;
///     CHECK(native(drop_egress)(ipv4() / tcp({.destination = 9090})) == Lwt::Out::Verdict::Drop);
///     CHECK(native[drops].sum().packets == 1);
///
/// It takes the place of an Object: it has maps, Configs and Globals of its own, which live as long as it does and
/// come to life when they are first touched, and hands out handles spelled like the Object's. Several may live at once.
/// One Native is not for use by several threads at once; each thread may run programs on one of its own.
class Native {
 public:
  /// A machine of `cpus` CPUs, at least one. Programs run on CPU 0, at time 0.
  explicit Native(std::uint32_t cpus = 4) : execution_(cpus) {}
  Native(const Native&) = delete;
  Native& operator=(const Native&) = delete;

  /// `program`, to be called with what its hook hands it: a packet and a context, a context, or an event.
  template <class Hook>
  [[nodiscard]] NativeProgram<Hook> operator()(const Program<Hook>& program) {
    return {execution_, program};
  }

  /// The value that programs run with; the default of the source until it is set.
  template <class T>
  NativeConfigHandle<T> operator[](const Config<T>& config) {
    const detail::native::ExecutionScope outside(nullptr);
    const T initial = config.value();
    return NativeConfigHandle<T>(execution_.config_storage(&config, &initial, sizeof initial));
  }

  /// A value that programs and the test share.
  template <class T>
  GlobalHandle<T> operator[](const Global<T>& global) {
    const T initial = global.initial();
    return GlobalHandle<T>(execution_.global_storage(&global, &initial, sizeof initial), 0);
  }

  template <class Key, class Value, class Kind>
  MapHandle<Key, Value, Kind> operator[](const Map<Key, Value, Kind>& map) {
    return MapHandle<Key, Value, Kind>(memory<Key, Value, Kind>(&map));
  }
  template <class Value>
  PerCpuHandle<Value> operator[](const PerCpu<Value>& map) {
    return PerCpuHandle<Value>(memory<std::uint32_t, Value, PerCpuArray<1>>(&map));
  }
  template <std::size_t Bytes, class... Records>
  RingBufferHandle<RingBuffer<Bytes, Records...>> operator[](const RingBuffer<Bytes, Records...>& ring) {
    return {execution_.ring({&ring, BPF_MAP_TYPE_RINGBUF, 0, 0, Bytes}),
            memory<std::uint32_t, std::uint64_t, PerCpuArray<1>>(&ring.dropped())};
  }
  template <std::uint32_t Size, std::uint32_t Depth>
  StackTracesHandle operator[](const StackTraces<Size, Depth>& stacks) {
    return StackTracesHandle(execution_.map(
        {&stacks, BPF_MAP_TYPE_STACK_TRACE, sizeof(std::uint32_t), Depth * sizeof(std::uint64_t), Size}));
  }

  /// The log of the programs that ran, as `native[log_lines]`.
  LogHandle operator[](const LogBuffer& log) {
    return {execution_.ring({&log, BPF_MAP_TYPE_RINGBUF, 0, 0, LogBuffer::bytes}),
            memory<std::uint32_t, std::uint64_t, PerCpuArray<1>>(&LogBuffer::dropped), execution_.log_formats()};
  }
  template <class Hook, std::uint32_t Size>
  ProgramArrayHandle<Hook, Size> operator[](const ProgramArray<Hook, Size>& programs) {
    constexpr std::uint32_t bytes = sizeof(std::uint32_t);  // of a key, and of a value
    return ProgramArrayHandle<Hook, Size>(
        execution_.program_entries({&programs, BPF_MAP_TYPE_PROG_ARRAY, bytes, bytes, Size}));
  }

  /// The lines that programs printed, from the first one on.
  const std::vector<std::string>& trace() const { return execution_.trace(); }

  /// Programs run on this CPU from now on. Throws Error (EINVAL) behind the last one.
  void cpu(std::uint32_t number) { execution_.run_on(number); }

  /// Programs run in this task from now on: its process and thread, its name (the first 15 characters of it), and its
  /// `kernel::task_struct`, which must live as long.
  void task(TaskIds ids, std::string command, const void* object = nullptr) {
    execution_.set_task(ids.process, ids.thread, std::move(command), object);
  }

  /// The number of the control group that programs run in from now on.
  void cgroup(std::uint64_t id) { execution_.set_cgroup(id); }

  /// What gives programs their random numbers from now on, one a call: `[] { return 7u; }`, or `std::mt19937(seed)`,
  /// which it is with the standard's own seed until it is set, so that runs are repeatable.
  void random(std::function<std::uint32_t()> next) { execution_.set_random(std::move(next)); }

  /// The time since boot that programs see from now on; it stands still until it is set again.
  void clock(std::chrono::nanoseconds since_boot) {
    execution_.set_clock(static_cast<std::uint64_t>(since_boot.count()));
  }

 private:
  template <class Key, class Value, class Kind>
  detail::Shared<detail::backing::MapBacking> memory(const void* variable) {
    return execution_.map({variable, Kind::type, sizeof(Key), sizeof(Value), Kind::max_entries});
  }

  detail::native::NativeExecution execution_;
};

}  // namespace ebpfxx
