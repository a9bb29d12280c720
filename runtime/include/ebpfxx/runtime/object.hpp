#pragma once

#include <bpf/libbpf.h>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <ebpfxx/config.hpp>
#include <ebpfxx/global.hpp>
#include <ebpfxx/log/buffer.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/program_array.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/map/stack_traces.hpp>
#include <ebpfxx/program.hpp>
#include <ebpfxx/runtime/config_handle.hpp>
#include <ebpfxx/runtime/embedded_program.hpp>
#include <ebpfxx/runtime/global_handle.hpp>
#include <ebpfxx/runtime/global_section.hpp>
#include <ebpfxx/runtime/held_program_arrays.hpp>
#include <ebpfxx/runtime/kernel_map.hpp>
#include <ebpfxx/runtime/kernel_program_slots.hpp>
#include <ebpfxx/runtime/kernel_ring.hpp>
#include <ebpfxx/runtime/layout_text.hpp>
#include <ebpfxx/runtime/log_handle.hpp>
#include <ebpfxx/runtime/map_handle.hpp>
#include <ebpfxx/runtime/opened_object.hpp>
#include <ebpfxx/runtime/per_cpu_handle.hpp>
#include <ebpfxx/runtime/program_array_handle.hpp>
#include <ebpfxx/runtime/program_handle.hpp>
#include <ebpfxx/runtime/ring_buffer_handle.hpp>
#include <ebpfxx/runtime/stack_traces_handle.hpp>

namespace ebpfxx {

/// Programs of this application on their way into the kernel, with the maps they touch: open, configure, load, use.
///
///     auto object = Object::open(drop_egress);
///     object[port] = 9090;
///     object.load();
///     Link link = object[drop_egress].attach(Route{"10.0.0.3/32"}.device("veth0").replace());
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
    return Object({detail::require_embedded(&programs, role_of(programs))...}, false);
  }

  /// Takes every program and map of the embedded object that `program` is in: all of the target's.
  template <class Hook>
  static Object open_all(const Program<Hook>& program) {
    return Object({detail::require_embedded(&program, role_of(program))}, true);
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
    return opened_->reuse(name_of(map), path);
  }

  /// The same for a ring buffer, whose layout of records was pinned beside it, and for its count of drops.
  template <std::size_t Bytes, class... Records>
  bool reuse(const RingBuffer<Bytes, Records...>& ring, const std::string& path) {
    using Drops = detail::RingBufferDrops<RingBuffer<Bytes, Records...>>;
    if (!opened_->reuse(name_of(ring), path, detail::layout_text_of_records<Records...>())) return false;
    opened_->reuse(name_of(Drops::dropped), detail::dropped_path(path));
    return true;
  }

  /// The same for stacks, of which the kernel knows sizes only.
  template <std::uint32_t Size, std::uint32_t Depth>
  bool reuse(const StackTraces<Size, Depth>& stacks, const std::string& path) {
    return opened_->reuse(name_of(stacks), path);
  }

  /// The same for the log, and its count of drops.
  bool reuse(const LogBuffer& log, const std::string& path) {
    if (!opened_->reuse(name_of(log), path)) return false;
    opened_->reuse(name_of(LogBuffer::dropped), detail::dropped_path(path));
    return true;
  }

  /// The same for a program array, and the programs in its slots.
  template <class Hook, std::uint32_t Size>
  bool reuse(const ProgramArray<Hook, Size>& programs, const std::string& path) {
    const std::string variable = name_of(programs);
    const bool found = opened_->reuse(variable, path);
    if (found) pinned_arrays_.insert(variable);
    return found;
  }

  /// Puts the programs and maps into the kernel. Throws Error: for a program that the verifier refuses it carries the
  /// verifier's reason and the C++ line. An object is loaded once (EBUSY).
  void load() {
    opened_->load();
    opened_->for_each_program_array([&](const std::string& variable, int descriptor) {
      program_arrays_->hold(variable, descriptor, pinned_arrays_.contains(variable));
    });
    if (globals_) globals_->map_from(bpf_map__fd(opened_->section(global_section)));
  }

  bool loaded() const { return opened_->loaded(); }

  /// The target's name.
  std::string name() const { return opened_->name(); }

  /// The value a Config has when the program is loaded; to be set before `load`.
  template <class T>
  ConfigHandle<T> operator[](const Config<T>& config) {
    std::string variable = name_of(config);
    return ConfigHandle<T>(variable, opened_->place_of(variable, sizeof(T)), opened_->attempted());
  }

  /// A Global of this object: before `load` the value it starts with, afterwards the one it has. Throws Error (ENOENT)
  /// if no program that was opened touches one.
  template <class T>
  GlobalHandle<T> operator[](const Global<T>& global) {
    const std::string variable = name_of(global);
    const explain::ElfSymbol* symbol = opened_->file().symbol(variable);
    bpf_map* section = opened_->section(global_section);
    if (symbol == nullptr || section == nullptr) detail::OpenedObject::fail_untouched(variable, "Global");
    if (globals_ == nullptr) {
      globals_ = std::make_shared<detail::GlobalSection>(*section);
      if (loaded()) globals_->map_from(bpf_map__fd(section));
    }
    return {{globals_, &globals_->begin()}, symbol->offset};
  }

  /// A program of this object. Throws Error (ENOENT) if it was not opened, (EBADF) if the object is not loaded.
  template <class Hook>
  ProgramHandle<Hook> operator[](const Program<Hook>& program) const {
    std::string variable = name_of(program);
    const int descriptor = opened_->program_descriptor(variable);
    return {std::move(variable), descriptor, program_arrays_};
  }

  /// A map of this object. Throws Error (ENOENT) if no program that was opened touches it, (EBADF) if the object is not
  /// loaded.
  template <class Key, class Value, class Kind>
  MapHandle<Key, Value, Kind> operator[](const Map<Key, Value, Kind>& map) const {
    return MapHandle<Key, Value, Kind>(kernel_map<Key, Value, Kind>(name_of(map)));
  }
  template <class Value>
  PerCpuHandle<Value> operator[](const PerCpu<Value>& map) const {
    return PerCpuHandle<Value>(kernel_map<std::uint32_t, Value, PerCpuArray<1>>(name_of(map)));
  }
  template <std::size_t Bytes, class... Records>
  RingBufferHandle<RingBuffer<Bytes, Records...>> operator[](const RingBuffer<Bytes, Records...>& ring) {
    using Drops = detail::RingBufferDrops<RingBuffer<Bytes, Records...>>;
    return {record_source(ring, Bytes),
            kernel_map<std::uint32_t, std::uint64_t, PerCpuArray<1>>(name_of(Drops::dropped))};
  }
  template <std::uint32_t Size, std::uint32_t Depth>
  StackTracesHandle operator[](const StackTraces<Size, Depth>& stacks) const {
    std::string variable = name_of(stacks);
    const int descriptor = opened_->map_descriptor(variable);
    return StackTracesHandle(std::make_shared<detail::KernelMap>(detail::KernelMapShape{
        descriptor, std::move(variable), sizeof(std::uint32_t), Depth * sizeof(std::uint64_t), Size}));
  }
  /// The log of this object's programs, as `object[log_lines]`.
  LogHandle operator[](const LogBuffer& log) {
    return {record_source(log, LogBuffer::bytes),
            kernel_map<std::uint32_t, std::uint64_t, PerCpuArray<1>>(name_of(LogBuffer::dropped)),
            std::make_shared<const detail::LogFormats>(opened_->file())};
  }
  template <class Hook, std::uint32_t Size>
  ProgramArrayHandle<Hook, Size> operator[](const ProgramArray<Hook, Size>& programs) const {
    std::string variable = name_of(programs);
    const int descriptor = opened_->map_descriptor(variable);
    const auto program_at = [opened = opened_.get()](const void* program) {
      return opened->program_descriptor(opened->name_of(program, role_of<Hook>()));
    };
    return ProgramArrayHandle<Hook, Size>(
        std::make_shared<detail::KernelProgramSlots>(descriptor, std::move(variable), program_arrays_, program_at));
  }

 private:
  Object(std::initializer_list<detail::EmbeddedSymbol> programs, bool all)
      : opened_(std::make_unique<detail::OpenedObject>(programs, all)) {}

  // What a variable is to who reads an error.
  template <class Hook>
  static std::string role_of() {
    return std::string("a program for ") + Hook::name.text;
  }
  template <class Hook>
  static std::string role_of(const Program<Hook>&) {
    return role_of<Hook>();
  }
  template <class T>
  static std::string role_of(const Config<T>&) {
    return "a Config";
  }
  template <class T>
  static std::string role_of(const Global<T>&) {
    return "a Global";
  }
  template <class Map>
  static std::string role_of(const Map&) {
    return "a map";
  }

  template <class Variable>
  std::string name_of(const Variable& variable) const {
    return opened_->name_of(&variable, role_of(variable));
  }

  template <class Key, class Value, class Kind>
  std::shared_ptr<detail::MapBacking> kernel_map(std::string variable) const {
    const std::size_t values_size = detail::ValueTransfer<Value, Kind::per_cpu>::size(detail::possible_cpus());
    const int descriptor = opened_->map_descriptor(variable);
    return std::make_shared<detail::KernelMap>(
        detail::KernelMapShape{descriptor, std::move(variable), sizeof(Key), values_size, Kind::max_entries});
  }

  /// What reads a ring buffer of `size` bytes, the same for all of its handles.
  template <class Ring>
  std::shared_ptr<detail::RecordSource> record_source(const Ring& ring, std::size_t size) {
    std::shared_ptr<detail::RecordSource>& source = rings_[&ring];
    if (source == nullptr) {
      std::string variable = name_of(ring);
      const int descriptor = opened_->map_descriptor(variable);
      source = std::make_shared<detail::KernelRing>(descriptor, std::move(variable), size);
    }
    return source;
  }

  static constexpr char global_section[] = ".data";

  std::unique_ptr<detail::OpenedObject> opened_;
  std::map<const void*, std::shared_ptr<detail::RecordSource>> rings_;  ///< by variable; made when first asked for
  std::set<std::string> pinned_arrays_;                                 ///< that `reuse` found
  std::shared_ptr<detail::HeldProgramArrays> program_arrays_ = std::make_shared<detail::HeldProgramArrays>();
  std::shared_ptr<detail::GlobalSection> globals_;  ///< made when a Global is first asked for
};

}  // namespace ebpfxx
