#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

#include <ebpfxx/config.hpp>
#include <ebpfxx/global.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/program_array.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/map/stack_traces.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/detail/backing/layout_text.hpp>
#include <ebpfxx/runtime/detail/load/opened_object.hpp>
#include <ebpfxx/runtime/handle/config.hpp>
#include <ebpfxx/runtime/handle/global.hpp>
#include <ebpfxx/runtime/handle/map.hpp>
#include <ebpfxx/runtime/handle/per_cpu.hpp>
#include <ebpfxx/runtime/handle/program_array.hpp>
#include <ebpfxx/runtime/handle/ring_buffer.hpp>
#include <ebpfxx/runtime/handle/stack_traces.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

class LogBuffer;
class LogHandle;

/// Programs of this application on their way into the kernel, with the maps they touch: open, configure, load, use.
///
///     auto object = Object::open(drop_egress);
///     object[port] = 9090;
///     object.load();
///     Link link = object[drop_egress].attach(Route{"10.0.0.3/32"}.device("veth0").join());
///     object[drops].sum();
///
/// Each Object has programs and maps of its own, so several may live at once. Handles are valid as long as the Object;
/// links keep what they need. An Object is not for use by several threads at once; map handles are.
class Object {
 public:
  /// Takes the named programs from what the build embedded, and the maps they touch; no other program is loaded, so one
  /// that this kernel refuses does no harm. Throws Error (ENOENT) if a program is not embedded, (EINVAL) if libbpf
  /// cannot read it.
  template <class... Hooks>
    requires(sizeof...(Hooks) > 0)
  static Object open(const Program<Hooks>&... programs) {
    return Object({variable(programs)...}, false);
  }

  /// Takes every program and map of the embedded object that `program` is in: all of the target's.
  template <class Hook>
  static Object open_all(const Program<Hook>& program) {
    return Object({variable(program)}, true);
  }

  /// Lets `map` be the one that is pinned at `path`, with all it holds; false if nothing is pinned there, and then
  /// `load` creates it, to be pinned by its handle. The process that pinned it may run on, and its programs with it: an
  /// upgrade attaches the new ones while the old ones count into the same map, and loses nothing.
  ///
  /// Throws Error (EINVAL) if it is another kind of map, or its keys and values lie otherwise in memory, field by field
  /// as the kernel's BTF has it; the error names the field. (EBUSY) behind `load`.
  template <class Map>
    requires requires(const Map& map) { typename Map::kind; }
  bool reuse(const Map& map, const std::string& path) {
    return opened_.reuse_map(variable(map), path);
  }

  /// The same for a ring buffer, whose layout of records was pinned beside it, and for its count of drops.
  template <std::size_t Bytes, class... Records>
  bool reuse(const RingBuffer<Bytes, Records...>& ring, const std::string& path) {
    return opened_.reuse_ring(variable(ring), drop_counter(ring), detail::backing::layout_text_of_records<Records...>(),
                              path);
  }

  /// The same for stacks, of which the kernel knows sizes only.
  template <std::uint32_t Size, std::uint32_t Depth>
  bool reuse(const StackTraces<Size, Depth>& stacks, const std::string& path) {
    return opened_.reuse_map(variable(stacks), path);
  }

  /// The same for the log, and its count of drops.
  bool reuse(const LogBuffer& log, const std::string& path);

  /// The same for a program array, and the programs in its entries.
  template <class Hook, std::uint32_t Size>
  bool reuse(const ProgramArray<Hook, Size>& programs, const std::string& path) {
    return opened_.reuse_program_array(variable(programs), path);
  }

  /// Puts the programs and maps into the kernel. Throws Error: for a program that the verifier refuses it carries the
  /// verifier's reason and the C++ line. An object is loaded once (EBUSY).
  void load() { opened_.load(); }

  /// Whether `load` was called and did not throw.
  bool loaded() const { return opened_.loaded(); }

  /// The target's name.
  std::string name() const { return opened_.name(); }

  /// The value a Config has when the program is loaded; to be set before `load`.
  template <class T>
  ConfigHandle<T> operator[](const Config<T>& config) {
    return ConfigHandle<T>(opened_.config(variable(config), sizeof(T)));
  }

  /// A Global of this object: before `load` the value it starts with, afterwards the one it has. Throws Error (ENOENT)
  /// if no program that was opened touches one.
  template <class T>
  GlobalHandle<T> operator[](const Global<T>& global) {
    detail::load::GlobalStorage storage = opened_.global(variable(global));
    return {std::move(storage.begin), storage.offset};
  }

  /// A program of this object. Throws Error (ENOENT) if it was not opened, (EBADF) if the object is not loaded.
  template <class Hook>
  ProgramHandle<Hook> operator[](const Program<Hook>& program) const {
    return ProgramHandle<Hook>(opened_.program(variable(program)));
  }

  /// A map of this object. Throws Error (ENOENT) if no program that was opened touches it, (EBADF) if the object is not
  /// loaded.
  template <class Key, class Value, class Kind>
  MapHandle<Key, Value, Kind> operator[](const Map<Key, Value, Kind>& map) const {
    return MapHandle<Key, Value, Kind>(opened_.map(
        variable(map),
        {sizeof(Key), sizeof(Value), Kind::per_cpu, Kind::max_entries, detail::map::ValueAccess<Value>::flags}));
  }
  template <class Value>
  PerCpuHandle<Value> operator[](const PerCpu<Value>& map) const {
    return PerCpuHandle<Value>(opened_.map(variable(map), {sizeof(std::uint32_t), sizeof(Value), true, 1}));
  }
  template <std::size_t Bytes, class... Records>
  RingBufferHandle<RingBuffer<Bytes, Records...>> operator[](const RingBuffer<Bytes, Records...>& ring) {
    return {opened_.ring(variable(ring), Bytes), opened_.map(drop_counter(ring), counter)};
  }
  template <std::uint32_t Size, std::uint32_t Depth>
  StackTracesHandle operator[](const StackTraces<Size, Depth>& stacks) const {
    return StackTracesHandle(
        opened_.map(variable(stacks), {sizeof(std::uint32_t), Depth * sizeof(std::uint64_t), false, Size}));
  }
  /// The log of this object's programs, as `object[log_lines]`. Defined in <ebpfxx/logging.hpp>, as `reuse` of a log.
  LogHandle operator[](const LogBuffer& log);
  template <class Hook, std::uint32_t Size>
  ProgramArrayHandle<Hook, Size> operator[](const ProgramArray<Hook, Size>& programs) const {
    return ProgramArrayHandle<Hook, Size>(opened_.program_array(variable(programs), Hook::name.text));
  }

 private:
  static constexpr detail::load::MapShape counter{sizeof(std::uint32_t), sizeof(std::uint64_t), true, 1};

  Object(std::initializer_list<detail::load::OpenedVariable> programs, bool all) : opened_(programs, all) {}

  template <class Hook>
  static detail::load::OpenedVariable variable(const Program<Hook>& program) {
    return {detail::find_embedded(&program), "a program for ", Hook::name.text};
  }
  template <class T>
  static detail::load::OpenedVariable variable(const Config<T>& config) {
    return {detail::find_embedded(&config), "a Config"};
  }
  template <class T>
  static detail::load::OpenedVariable variable(const Global<T>& global) {
    return {detail::find_embedded(&global), "a Global"};
  }
  template <class Map>
  static detail::load::OpenedVariable variable(const Map& map) {
    return {detail::find_embedded(&map), "a map"};
  }
  template <class Ring>
  static detail::load::OpenedVariable drop_counter(const Ring& ring) {
    return {detail::find_embedded(&ring), "a map", "", abi::drop_counter_suffix};
  }

  detail::load::OpenedObject opened_;
};

}  // namespace ebpfxx
