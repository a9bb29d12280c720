#include <ebpfxx/detail/shared.hpp>
#include <ebpfxx/runtime/detail/load/opened_object.hpp>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <ebpfxx/abi.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/explain/line_info.hpp>
#include <ebpfxx/runtime/handle/config.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

#include "../backing/held_program_arrays.hpp"
#include "../backing/kernel_maps.hpp"
#include "../log/log_formats.hpp"
#include "global_section.hpp"
#include "libbpf_messages.hpp"
#include "load_failure.hpp"
#include "map_reuse.hpp"

namespace ebpfxx {
namespace detail::load {

struct OpenedObject::State {
  struct Close {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };

  explicit State(const EmbeddedObject& object) : embedded(&object), file({object.begin, object.size()}) {}

  std::string name() const { return embedded->name; }
  void open();
  void select(const std::set<std::string>& programs);
  bool reuse(const std::string& variable, const std::string& path, const std::optional<std::string>& layout = {});

  /// Checks that the variable is embedded here and returns its name.
  std::string name_of(const OpenedVariable& variable) const;
  void require_loaded(const std::string& what, const std::string& variable) const;
  bpf_map* map(const std::string& variable) const;
  /// Of a map that is loaded.
  int map_fd(const std::string& variable) const;
  /// Of a program that is loaded.
  int program_fd(const std::string& variable) const;
  /// The section that a Global or a Config is in, if any program touches it.
  bpf_map* section(const std::string& section_name) const;

  const EmbeddedObject* embedded;
  explain::ElfFile file;
  std::unique_ptr<bpf_object, Close> object;
  std::map<std::string, bpf_map*> maps;  ///< by their own names: libbpf calls one that is reused as the kernel does
  bool attempted = false;
  bool loaded = false;
  std::map<std::string, Shared<backing::RecordSource>> rings;  ///< made when first asked for
  std::set<std::string> pinned_arrays;                         ///< that `reuse` found
  Shared<backing::HeldProgramArrays> program_arrays = share<backing::HeldProgramArrays>();
  Shared<GlobalSection> globals;  ///< made when a Global is first asked for
};

namespace {

constexpr char global_section[] = ".data";

/// Throws Error when the variable is not embedded: its name is not known then, so its role describes it.
void require_embedded(const OpenedVariable& variable) {
  if (variable.symbol.object != nullptr) return;
  throw Error(ENOENT, {.attempt = std::string("find ") + variable.role + variable.hook,
                       .reason = "no object embedded in this application has it",
                       .advice = "a map, Config or Global is embedded when a program uses it, and all of it by "
                                 "ebpfxx_target_programs(<target>) in CMake"});
}

[[noreturn]] void fail_untouched(const std::string& variable, const std::string& kind = "map") {
  throw Error(
      ENOENT,
      {.attempt = "use " + kind + " " + variable, .name = variable, .reason = "no program that was opened touches it"});
}

/// What the maps of these programs are called by libbpf: the variables' symbols, and ".rodata" or its like for global
/// data.
std::set<std::string> maps_of(const explain::ElfFile& file, const std::set<std::string>& programs) {
  std::set<std::string> maps;
  for (const std::string& program : programs)
    for (const explain::ElfSymbol* variable : explain::program_variables(file, program)) {
      std::string_view section = file.sections()[variable->section].name;
      maps.emplace(section == ".maps" ? variable->name : section);
    }
  return maps;
}

}  // namespace

void OpenedObject::State::open() {
  LibbpfMessages messages;
  bpf_object_open_opts options{};
  options.sz = sizeof options;
  options.object_name = embedded->name;
  object.reset(bpf_object__open_mem(embedded->begin, embedded->size(), &options));
  if (!object) {
    const int number = errno;
    throw Error(
        number,
        {.attempt = "open object " + name(), .name = name(), .reason = LoadFailure::most_telling(messages.warnings())});
  }
  bpf_map* map;
  bpf_object__for_each_map(map, object.get()) maps[bpf_map__name(map)] = map;
}

void OpenedObject::State::select(const std::set<std::string>& programs) {
  bpf_program* program;
  bpf_object__for_each_program(program, object.get())
      bpf_program__set_autoload(program, programs.contains(bpf_program__name(program)));
  std::set<const bpf_map*> touched;
  for (const std::string& name : maps_of(file, programs))
    touched.insert(name.starts_with('.') ? bpf_object__find_map_by_name(object.get(), name.c_str()) : map(name));
  bpf_map* candidate;
  bpf_object__for_each_map(candidate, object.get()) bpf_map__set_autocreate(candidate, touched.contains(candidate));
}

bool OpenedObject::State::reuse(const std::string& variable, const std::string& path,
                                const std::optional<std::string>& layout) {
  if (attempted)
    throw Error(EBUSY, {.attempt = "reuse map " + variable,
                        .name = variable,
                        .reason = "load() has created the maps",
                        .advice = "reuse it before load()"});
  bpf_map* found = map(variable);
  if (found == nullptr || !bpf_map__autocreate(found)) fail_untouched(variable);
  return reuse_pinned(*object, *found, path, layout);
}

std::string OpenedObject::State::name_of(const OpenedVariable& variable) const {
  require_embedded(variable);
  std::string text = std::string(variable.symbol.name) + variable.suffix;
  if (variable.symbol.object != embedded)
    throw Error(ENOENT, {.attempt = "use " + text, .name = text, .reason = "it is in another object than " + name()});
  return text;
}

void OpenedObject::State::require_loaded(const std::string& what, const std::string& variable) const {
  if (!loaded)
    throw Error(EBADF, {.attempt = "use " + what,
                        .name = variable,
                        .reason = "the object is not loaded",
                        .advice = "load() comes first"});
}

bpf_map* OpenedObject::State::map(const std::string& variable) const {
  const auto found = maps.find(variable);
  return found == maps.end() ? nullptr : found->second;
}

int OpenedObject::State::map_fd(const std::string& variable) const {
  require_loaded("map " + variable, variable);
  const bpf_map* found = map(variable);
  const int fd = found ? bpf_map__fd(found) : -1;
  if (fd < 0) fail_untouched(variable);
  return fd;
}

int OpenedObject::State::program_fd(const std::string& variable) const {
  require_loaded("program " + variable, variable);
  const bpf_program* found = bpf_object__find_program_by_name(object.get(), variable.c_str());
  const int fd = found ? bpf_program__fd(found) : -1;
  if (fd < 0)
    throw Error(ENOENT, {.attempt = "use program " + variable,
                         .name = variable,
                         .reason = "it was not opened",
                         .advice = "name it in Object::open"});
  return fd;
}

bpf_map* OpenedObject::State::section(const std::string& section_name) const {
  bpf_map* found = bpf_object__find_map_by_name(object.get(), section_name.c_str());
  return found == nullptr || !bpf_map__autocreate(found) ? nullptr : found;
}

OpenedObject::OpenedObject(std::initializer_list<OpenedVariable> programs, bool all) {
  for (const OpenedVariable& program : programs) require_embedded(program);
  const EmbeddedObject* embedded = programs.begin()->symbol.object;
  std::set<std::string> names;
  for (const OpenedVariable& program : programs) {
    const std::string name(program.symbol.name);
    if (program.symbol.object != embedded)
      throw Error(EINVAL, {.attempt = "open " + name,
                           .name = name,
                           .reason = "it is in another embedded object than the others",
                           .advice = "open it by itself"});
    names.insert(name);
  }
  auto state = std::make_unique<State>(*embedded);
  state->open();
  if (!all) state->select(names);
  state_ = state.release();
}

OpenedObject::OpenedObject(OpenedObject&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

OpenedObject& OpenedObject::operator=(OpenedObject&& other) noexcept {
  delete std::exchange(state_, std::exchange(other.state_, nullptr));
  return *this;
}

OpenedObject::~OpenedObject() { delete state_; }

std::string OpenedObject::name() const { return state_->name(); }
bool OpenedObject::loaded() const { return state_->loaded; }

void OpenedObject::load() {
  State& state = *state_;
  if (state.attempted)
    throw Error(EBUSY, {.attempt = "load object " + name(),
                        .name = name(),
                        .reason = state.loaded ? "it is loaded" : "an earlier attempt failed",
                        .advice = "open another Object"});
  state.attempted = true;  // libbpf allows one attempt
  LibbpfMessages messages;
  const int result = bpf_object__load(state.object.get());
  if (result != 0) throw LoadFailure(-result, messages.warnings(), state.object.get(), state.file).error();
  state.loaded = true;
  for (const auto& [variable, map] : state.maps)
    if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY && bpf_map__fd(map) >= 0)
      state.program_arrays->hold(variable, bpf_map__fd(map), state.pinned_arrays.contains(variable));
  if (state.globals) state.globals->map_from(bpf_map__fd(state.section(global_section)));
}

bool OpenedObject::reuse_map(const OpenedVariable& map, const std::string& path) {
  return state_->reuse(state_->name_of(map), path);
}

bool OpenedObject::reuse_program_array(const OpenedVariable& array, const std::string& path) {
  const std::string variable = state_->name_of(array);
  const bool found = state_->reuse(variable, path);
  if (found) state_->pinned_arrays.insert(variable);
  return found;
}

bool OpenedObject::reuse_ring(const OpenedVariable& ring, const OpenedVariable& dropped,
                              const std::optional<std::string>& layout, const std::string& path) {
  if (!state_->reuse(state_->name_of(ring), path, layout)) return false;
  state_->reuse(state_->name_of(dropped), os::dropped_path(path));
  return true;
}

handle::ConfigStorage OpenedObject::config(const OpenedVariable& config, std::size_t bytes) {
  std::string variable = state_->name_of(config);
  const explain::ElfSymbol* symbol = state_->file.symbol(variable);
  bpf_map* data = nullptr;
  if (symbol != nullptr) {
    const std::string section(state_->file.sections()[symbol->section].name);
    data = bpf_object__find_map_by_name(state_->object.get(), section.c_str());
  }
  return {std::move(variable), data, symbol == nullptr ? 0 : symbol->offset, bytes, state_->attempted};
}

GlobalStorage OpenedObject::global(const OpenedVariable& global) {
  const std::string variable = state_->name_of(global);
  const explain::ElfSymbol* symbol = state_->file.symbol(variable);
  bpf_map* section = state_->section(global_section);
  if (symbol == nullptr || section == nullptr) fail_untouched(variable, "Global");
  Shared<GlobalSection>& globals = state_->globals;
  if (!globals) {
    globals = share<GlobalSection>(*section);
    if (loaded()) globals->map_from(bpf_map__fd(section));
  }
  return {{globals, &globals->begin()}, symbol->offset};
}

runtime::LoadedProgram OpenedObject::program(const OpenedVariable& program) const {
  std::string variable = state_->name_of(program);
  const int fd = state_->program_fd(variable);
  return {std::move(variable), fd, state_->program_arrays};
}

Shared<backing::MapBacking> OpenedObject::map(const OpenedVariable& map, const MapShape& shape) const {
  std::string variable = state_->name_of(map);
  const int fd = state_->map_fd(variable);
  return backing::make_kernel_map(fd, std::move(variable), shape);
}

Shared<backing::RecordSource> OpenedObject::ring(const OpenedVariable& ring, std::size_t bytes) {
  std::string variable = state_->name_of(ring);
  Shared<backing::RecordSource>& source = state_->rings[variable];
  if (!source) {
    const int fd = state_->map_fd(variable);
    source = backing::make_kernel_ring(fd, std::move(variable), bytes);
  }
  return source;
}

Shared<backing::ProgramEntries> OpenedObject::program_array(const OpenedVariable& array, const char* hook) const {
  std::string variable = state_->name_of(array);
  const int fd = state_->map_fd(variable);
  const auto program_at = [state = state_, hook](const void* program) {
    return state->program_fd(state->name_of({find_embedded(program), "a program for ", hook}));
  };
  return backing::make_kernel_program_array(fd, std::move(variable), state_->program_arrays, program_at);
}

Shared<const log::LogFormats> OpenedObject::log_formats() const { return share<const log::LogFormats>(state_->file); }

}  // namespace detail::load

namespace detail::handle {

ConfigStorage::ConfigStorage(std::string name, bpf_map* data, std::size_t offset, std::size_t bytes, bool frozen)
    : name_(std::move(name)), data_(data), offset_(offset), bytes_(bytes), frozen_(frozen) {
  std::size_t whole = 0;
  const void* begin = data_ ? bpf_map__initial_value(data_, &whole) : nullptr;
  if (begin == nullptr || offset > whole || bytes > whole - offset)
    throw Error(EINVAL, {.attempt = "configure " + name_, .name = name_, .reason = "the object has no place for it"});
}

ConfigStorage::ConfigStorage(ConfigStorage&&) noexcept = default;
ConfigStorage::~ConfigStorage() = default;

void ConfigStorage::read(void* value) const {
  std::size_t whole = 0;
  const auto* begin = static_cast<const std::byte*>(bpf_map__initial_value(data_, &whole));
  std::memcpy(value, begin + offset_, bytes_);
}

void ConfigStorage::write(const void* value) const {
  if (frozen_)
    throw Error(EBUSY, {.attempt = "set " + name_,
                        .name = name_,
                        .reason = "load() has taken the values",
                        .advice = "set it before load()"});
  // libbpf takes the section as a whole, and from memory other than its own.
  std::size_t whole = 0;
  const auto* begin = static_cast<const std::byte*>(bpf_map__initial_value(data_, &whole));
  std::vector<std::byte> bytes(begin, begin + whole);
  std::memcpy(bytes.data() + offset_, value, bytes_);
  const int number = -bpf_map__set_initial_value(data_, bytes.data(), bytes.size());
  if (number != 0) throw Error(number, {.attempt = "set " + name_, .name = name_});
}

}  // namespace detail::handle

namespace detail::runtime {

LoadedProgram::LoadedProgram(std::string name, int fd, Shared<const backing::HeldProgramArrays> arrays)
    : name_(std::move(name)), fd_(fd), arrays_(std::move(arrays)) {}
LoadedProgram::LoadedProgram(const LoadedProgram&) = default;
LoadedProgram::LoadedProgram(LoadedProgram&&) noexcept = default;
LoadedProgram& LoadedProgram::operator=(const LoadedProgram&) = default;
LoadedProgram& LoadedProgram::operator=(LoadedProgram&&) noexcept = default;
LoadedProgram::~LoadedProgram() = default;

std::uint32_t program_id(int fd, const std::string& name) {
  bpf_prog_info information{};
  std::uint32_t size = sizeof information;
  if (bpf_obj_get_info_by_fd(fd, &information, &size) != 0)
    throw Error(errno, {.attempt = "look up program " + name, .name = name});
  return information.id;
}

}  // namespace detail::runtime
}  // namespace ebpfxx
