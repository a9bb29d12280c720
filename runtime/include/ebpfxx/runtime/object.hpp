#pragma once

#include <bpf/libbpf.h>

#include <cerrno>
#include <concepts>
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
#include <ebpfxx/runtime/libbpf_messages.hpp>
#include <ebpfxx/runtime/load_failure.hpp>
#include <ebpfxx/runtime/log_handle.hpp>
#include <ebpfxx/runtime/map_handle.hpp>
#include <ebpfxx/runtime/map_reuse.hpp>
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
    return Object({detail::require_embedded(&programs, std::string("a program for ") + Hooks::name.text)...}, false);
  }

  /// Takes every program and map of the embedded object that `program` is in: all of the target's.
  template <class Hook>
  static Object open_all(const Program<Hook>& program) {
    return Object({detail::require_embedded(&program, std::string("a program for ") + Hook::name.text)}, true);
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
    return detail::reuse_pinned(*object_, reusable_map(name_of(&map, "a map")), path);
  }

  /// The same for a ring buffer, whose layout of records was pinned beside it, and for its count of drops.
  template <std::size_t Bytes, class... Records>
  bool reuse(const RingBuffer<Bytes, Records...>& ring, const std::string& path) {
    using Drops = detail::RingBufferDrops<RingBuffer<Bytes, Records...>>;
    bpf_map& map = reusable_map(name_of(&ring, "a ring buffer"));
    if (!detail::reuse_pinned(*object_, map, path, detail::layout_text_of_records<Records...>())) return false;
    detail::reuse_pinned(*object_, reusable_map(name_of(&Drops::dropped, "a ring buffer")), detail::dropped_path(path));
    return true;
  }

  /// The same for stacks, of which the kernel knows sizes only.
  template <std::uint32_t Size, std::uint32_t Depth>
  bool reuse(const StackTraces<Size, Depth>& stacks, const std::string& path) {
    return detail::reuse_pinned(*object_, reusable_map(name_of(&stacks, "a map of stacks")), path);
  }

  /// The same for the log, and its count of drops.
  bool reuse(const LogBuffer& log, const std::string& path) {
    if (!detail::reuse_pinned(*object_, reusable_map(name_of(&log, "a log")), path)) return false;
    detail::reuse_pinned(*object_, reusable_map(name_of(&LogBuffer::dropped, "a log")), detail::dropped_path(path));
    return true;
  }

  /// The same for a program array, and the programs in its slots.
  template <class Hook, std::uint32_t Size>
  bool reuse(const ProgramArray<Hook, Size>& programs, const std::string& path) {
    const std::string variable = name_of(&programs, "a program array");
    const bool found = detail::reuse_pinned(*object_, reusable_map(variable), path);
    if (found) pinned_arrays_.insert(variable);
    return found;
  }

  /// Puts the programs and maps into the kernel. Throws Error: for a program that the verifier refuses it carries the
  /// verifier's reason and the C++ line. An object is loaded once (EBUSY).
  void load() {
    if (attempted_)
      throw Error(EBUSY, {.attempt = "load object " + name(),
                          .name = name(),
                          .reason = loaded_ ? "it is loaded" : "an earlier attempt failed",
                          .advice = "open another Object"});
    attempted_ = true;  // libbpf allows one attempt
    detail::LibbpfMessages messages;
    int result = bpf_object__load(object_.get());
    if (result != 0) throw detail::LoadFailure(-result, messages.warnings(), object_.get(), file_).error();
    loaded_ = true;
    hold_program_arrays();
    if (globals_) globals_->map_from(bpf_map__fd(map_called(global_section)));
  }

  bool loaded() const { return loaded_; }

  /// The target's name.
  std::string name() const { return embedded_->name; }

  /// The value a Config has when the program is loaded; to be set before `load`.
  template <class T>
  ConfigHandle<T> operator[](const Config<T>& config) {
    std::string variable = name_of(&config, "a Config");
    return ConfigHandle<T>(variable, place_of(variable, sizeof(T)), attempted_);
  }

  /// A Global of this object: before `load` the value it starts with, afterwards the one it has. Throws Error (ENOENT)
  /// if no program that was opened touches one.
  template <class T>
  GlobalHandle<T> operator[](const Global<T>& global) {
    const std::string variable = name_of(&global, "a Global");
    const explain::ElfSymbol* symbol = file_.symbol(variable);
    bpf_map* section = map_called(global_section);
    if (symbol == nullptr || section == nullptr || !bpf_map__autocreate(section)) fail_untouched(variable, "Global");
    if (globals_ == nullptr) {
      globals_ = std::make_shared<detail::GlobalSection>(*section);
      if (loaded_) globals_->map_from(bpf_map__fd(section));
    }
    return {{globals_, &globals_->begin()}, symbol->offset};
  }

  /// A program of this object. Throws Error (ENOENT) if it was not opened, (EBADF) if the object is not loaded.
  template <class Hook>
  ProgramHandle<Hook> operator[](const Program<Hook>& program) const {
    std::string variable = name_of(&program, std::string("a program for ") + Hook::name.text);
    require_loaded("program " + variable, variable);
    const int descriptor = descriptor_of(*object_, variable);
    return {std::move(variable), descriptor, program_arrays_};
  }

  /// A map of this object. Throws Error (ENOENT) if no program that was opened touches it, (EBADF) if the object is not
  /// loaded.
  template <class Key, class Value, class Kind>
  MapHandle<Key, Value, Kind> operator[](const Map<Key, Value, Kind>& map) const {
    std::string variable = name_of(&map, "a map");
    return MapHandle<Key, Value, Kind>(kernel_map<Key, Value, Kind>(std::move(variable)));
  }
  template <class Value>
  PerCpuHandle<Value> operator[](const PerCpu<Value>& map) const {
    std::string variable = name_of(&map, "a map");
    return PerCpuHandle<Value>(kernel_map<std::uint32_t, Value, PerCpuArray<1>>(std::move(variable)));
  }
  template <std::size_t Bytes, class... Records>
  RingBufferHandle<RingBuffer<Bytes, Records...>> operator[](const RingBuffer<Bytes, Records...>& ring) {
    using Drops = detail::RingBufferDrops<RingBuffer<Bytes, Records...>>;
    return {record_source(&ring, "a ring buffer", Bytes),
            kernel_map<std::uint32_t, std::uint64_t, PerCpuArray<1>>(name_of(&Drops::dropped, "a ring buffer"))};
  }
  template <std::uint32_t Size, std::uint32_t Depth>
  StackTracesHandle operator[](const StackTraces<Size, Depth>& stacks) const {
    std::string variable = name_of(&stacks, "a map of stacks");
    const int descriptor = map_descriptor(variable);
    return StackTracesHandle(std::make_shared<detail::KernelMap>(detail::KernelMapShape{
        descriptor, std::move(variable), sizeof(std::uint32_t), Depth * sizeof(std::uint64_t), Size}));
  }
  /// The log of this object's programs, as `object[logs]`.
  LogHandle operator[](const LogBuffer& log) {
    return {record_source(&log, "a log", LogBuffer::bytes),
            kernel_map<std::uint32_t, std::uint64_t, PerCpuArray<1>>(name_of(&LogBuffer::dropped, "a log")),
            std::make_shared<const detail::LogFormats>(file_)};
  }
  template <class Hook, std::uint32_t Size>
  ProgramArrayHandle<Hook, Size> operator[](const ProgramArray<Hook, Size>& programs) const {
    std::string variable = name_of(&programs, "a program array");
    const int descriptor = map_descriptor(variable);
    const auto program_at = [object = object_.get(), embedded = embedded_](const void* program) {
      return descriptor_of(*object, symbol_in(*embedded, program, std::string("a program for ") + Hook::name.text));
    };
    return ProgramArrayHandle<Hook, Size>(
        std::make_shared<detail::KernelProgramSlots>(descriptor, std::move(variable), program_arrays_, program_at));
  }

 private:
  struct Close {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };

  Object(std::initializer_list<detail::EmbeddedSymbol> programs, bool all)
      : embedded_(programs.begin()->object), file_(embedded_->bytes()) {
    std::set<std::string> names;
    for (const detail::EmbeddedSymbol& program : programs) {
      if (program.object != embedded_)
        throw Error(EINVAL, {.attempt = "open " + std::string(program.name),
                             .name = std::string(program.name),
                             .reason = "it is in another embedded object than the others",
                             .advice = "open it by itself"});
      names.emplace(program.name);
    }
    open_bytes();
    if (!all) select(names);
  }

  void open_bytes() {
    detail::LibbpfMessages messages;
    bpf_object_open_opts options{};
    options.sz = sizeof options;
    options.object_name = embedded_->name;
    object_.reset(bpf_object__open_mem(embedded_->bytes().data(), embedded_->bytes().size(), &options));
    if (object_) return remember_maps();
    int number = errno;
    throw Error(number, {.attempt = "open object " + name(),
                         .name = name(),
                         .reason = detail::LoadFailure::most_telling(messages.warnings())});
  }

  void remember_maps() {
    bpf_map* map;
    bpf_object__for_each_map(map, object_.get()) maps_[bpf_map__name(map)] = map;
  }

  bpf_map* map_called(const std::string& name) const {
    if (name.starts_with('.')) return bpf_object__find_map_by_name(object_.get(), name.c_str());  // a section
    const auto found = maps_.find(name);
    return found == maps_.end() ? nullptr : found->second;
  }

  void select(const std::set<std::string>& programs) {
    bpf_program* program;
    bpf_object__for_each_program(program, object_.get())
        bpf_program__set_autoload(program, programs.contains(bpf_program__name(program)));
    std::set<const bpf_map*> touched;
    for (const std::string& map : detail::maps_of(file_, programs)) touched.insert(map_called(map));
    bpf_map* map;
    bpf_object__for_each_map(map, object_.get()) bpf_map__set_autocreate(map, touched.contains(map));
  }

  void hold_program_arrays() {
    for (const auto& [variable, map] : maps_)
      if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY && bpf_map__fd(map) >= 0)
        program_arrays_->hold(variable, bpf_map__fd(map), pinned_arrays_.contains(variable));
  }

  // The symbol of a variable in an object.
  static std::string symbol_in(const detail::EmbeddedObject& object, const void* variable, const std::string& role) {
    detail::EmbeddedSymbol symbol = detail::require_embedded(variable, role);
    std::string text(symbol.name);
    if (symbol.object != &object)
      throw Error(ENOENT, {.attempt = "use " + text,
                           .name = text,
                           .reason = std::string("it is in another object than ") + object.name});
    return text;
  }

  std::string name_of(const void* variable, const std::string& role) const {
    return symbol_in(*embedded_, variable, role);
  }

  // The descriptor of a loaded program.
  static int descriptor_of(const bpf_object& object, const std::string& program) {
    const bpf_program* found = bpf_object__find_program_by_name(&object, program.c_str());
    const int descriptor = found ? bpf_program__fd(found) : -1;
    if (descriptor < 0)
      throw Error(ENOENT, {.attempt = "use program " + program,
                           .name = program,
                           .reason = "it was not opened",
                           .advice = "name it in Object::open"});
    return descriptor;
  }

  void require_loaded(const std::string& what, const std::string& variable) const {
    if (!loaded_)
      throw Error(EBADF, {.attempt = "use " + what,
                          .name = variable,
                          .reason = "the object is not loaded",
                          .advice = "load() comes first"});
  }

  bpf_map& reusable_map(const std::string& variable) const {
    if (attempted_)
      throw Error(EBUSY, {.attempt = "reuse map " + variable,
                          .name = variable,
                          .reason = "load() has created the maps",
                          .advice = "reuse it before load()"});
    bpf_map* map = map_called(variable);
    if (map == nullptr || !bpf_map__autocreate(map)) fail_untouched(variable);
    return *map;
  }

  [[noreturn]] static void fail_untouched(const std::string& variable, const std::string& kind = "map") {
    throw Error(ENOENT, {.attempt = "use " + kind + " " + variable,
                         .name = variable,
                         .reason = "no program that was opened touches it"});
  }

  template <class Key, class Value, class Kind>
  std::shared_ptr<detail::MapBacking> kernel_map(std::string variable) const {
    const std::size_t values_size = detail::ValueTransfer<Value, Kind::per_cpu>::size(detail::possible_cpus());
    const int descriptor = map_descriptor(variable);
    return std::make_shared<detail::KernelMap>(
        detail::KernelMapShape{descriptor, std::move(variable), sizeof(Key), values_size, Kind::max_entries});
  }

  /// What reads a ring buffer of `size` bytes, the same for all of its handles.
  std::shared_ptr<detail::RecordSource> record_source(const void* ring, const std::string& role, std::size_t size) {
    std::shared_ptr<detail::RecordSource>& source = rings_[ring];
    if (source == nullptr) {
      std::string variable = name_of(ring, role);
      const int descriptor = map_descriptor(variable);
      source = std::make_shared<detail::KernelRing>(descriptor, std::move(variable), size);
    }
    return source;
  }

  int map_descriptor(const std::string& variable) const {
    require_loaded("map " + variable, variable);
    const bpf_map* map = map_called(variable);
    int descriptor = map ? bpf_map__fd(map) : -1;
    if (descriptor < 0) fail_untouched(variable);
    return descriptor;
  }

  detail::GlobalBytes place_of(const std::string& variable, std::size_t size) const {
    const explain::ElfSymbol* symbol = file_.symbol(variable);
    if (symbol == nullptr) return {nullptr, 0, 0};
    std::string section(file_.sections()[symbol->section].name);
    return {map_called(section), symbol->offset, size};
  }

  static constexpr char global_section[] = ".data";

  const detail::EmbeddedObject* embedded_;
  explain::ElfFile file_;
  std::unique_ptr<bpf_object, Close> object_;
  std::map<std::string, bpf_map*> maps_;  ///< by their own names: libbpf calls one that is reused as the kernel does
  std::map<const void*, std::shared_ptr<detail::RecordSource>> rings_;  ///< by variable; made when first asked for
  std::set<std::string> pinned_arrays_;                                 ///< that `reuse` found
  std::shared_ptr<detail::HeldProgramArrays> program_arrays_ = std::make_shared<detail::HeldProgramArrays>();
  std::shared_ptr<detail::GlobalSection> globals_;  ///< made when a Global is first asked for
  bool attempted_ = false;
  bool loaded_ = false;
};

}  // namespace ebpfxx
