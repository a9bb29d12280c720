#pragma once

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/explain/elf_file.hpp>
#include <ebpfxx/runtime/config_handle.hpp>
#include <ebpfxx/runtime/embedded_program.hpp>
#include <ebpfxx/runtime/libbpf_messages.hpp>
#include <ebpfxx/runtime/load_failure.hpp>
#include <ebpfxx/runtime/map_reuse.hpp>

namespace ebpfxx::detail {

/// An embedded object in libbpf's hands: which of its programs and maps are taken, by the names of their variables, and
/// their descriptors once it is loaded.
class OpenedObject {
 public:
  /// Takes the named programs and the maps they touch, or `all` of the object that they are in.
  OpenedObject(std::initializer_list<EmbeddedSymbol> programs, bool all)
      : embedded_(programs.begin()->object), file_(embedded_->bytes()) {
    std::set<std::string> names;
    for (const EmbeddedSymbol& program : programs) {
      if (program.object != embedded_)
        throw Error(EINVAL, {.attempt = "open " + std::string(program.name),
                             .name = std::string(program.name),
                             .reason = "it is in another embedded object than the others",
                             .advice = "open it by itself"});
      names.emplace(program.name);
    }
    open();
    if (!all) select(names);
  }

  /// The target's name.
  std::string name() const { return embedded_->name; }
  const explain::ElfFile& file() const { return file_; }
  bool attempted() const { return attempted_; }
  bool loaded() const { return loaded_; }

  /// Throws Error: for a program that the verifier refuses with its reason and the C++ line; (EBUSY) at the second
  /// time.
  void load() {
    if (attempted_)
      throw Error(EBUSY, {.attempt = "load object " + name(),
                          .name = name(),
                          .reason = loaded_ ? "it is loaded" : "an earlier attempt failed",
                          .advice = "open another Object"});
    attempted_ = true;  // libbpf allows one attempt
    LibbpfMessages messages;
    const int result = bpf_object__load(object_.get());
    if (result != 0) throw LoadFailure(-result, messages.warnings(), object_.get(), file_).error();
    loaded_ = true;
  }

  /// What the variable of a program, a map, a Config or a Global is called; `role`, as "a map", for who reads the
  /// error.
  std::string name_of(const void* variable, const std::string& role) const {
    const EmbeddedSymbol symbol = require_embedded(variable, role);
    std::string text(symbol.name);
    if (symbol.object != embedded_)
      throw Error(ENOENT, {.attempt = "use " + text, .name = text, .reason = "it is in another object than " + name()});
    return text;
  }

  /// Of a program that is loaded.
  int program_descriptor(const std::string& variable) const {
    require_loaded("program " + variable, variable);
    const bpf_program* found = bpf_object__find_program_by_name(object_.get(), variable.c_str());
    const int descriptor = found ? bpf_program__fd(found) : -1;
    if (descriptor < 0)
      throw Error(ENOENT, {.attempt = "use program " + variable,
                           .name = variable,
                           .reason = "it was not opened",
                           .advice = "name it in Object::open"});
    return descriptor;
  }

  /// Of a map that is loaded.
  int map_descriptor(const std::string& variable) const {
    require_loaded("map " + variable, variable);
    const bpf_map* found = map(variable);
    const int descriptor = found ? bpf_map__fd(found) : -1;
    if (descriptor < 0) fail_untouched(variable);
    return descriptor;
  }

  /// Of the program arrays that are loaded: `visit(variable, descriptor)`.
  template <class Visit>
  void for_each_program_array(Visit visit) const {
    for (const auto& [variable, map] : maps_)
      if (bpf_map__type(map) == BPF_MAP_TYPE_PROG_ARRAY && bpf_map__fd(map) >= 0) visit(variable, bpf_map__fd(map));
  }

  /// Lets a map be the one that is pinned at `path`; false if nothing is. Only before `load`.
  template <class... Layout>
  bool reuse(const std::string& variable, const std::string& path, const Layout&... layout) const {
    if (attempted_)
      throw Error(EBUSY, {.attempt = "reuse map " + variable,
                          .name = variable,
                          .reason = "load() has created the maps",
                          .advice = "reuse it before load()"});
    bpf_map* found = map(variable);
    if (found == nullptr || !bpf_map__autocreate(found)) fail_untouched(variable);
    return reuse_pinned(*object_, *found, path, layout...);
  }

  /// The section that a Global or a Config stands in, if any program touches it, and where in it.
  bpf_map* section(const std::string& name) const {
    bpf_map* found = bpf_object__find_map_by_name(object_.get(), name.c_str());
    return found == nullptr || !bpf_map__autocreate(found) ? nullptr : found;
  }
  GlobalBytes place_of(const std::string& variable, std::size_t size) const {
    const explain::ElfSymbol* symbol = file_.symbol(variable);
    if (symbol == nullptr) return {nullptr, 0, 0};
    const std::string section(file_.sections()[symbol->section].name);
    return {bpf_object__find_map_by_name(object_.get(), section.c_str()), symbol->offset, size};
  }

  [[noreturn]] static void fail_untouched(const std::string& variable, const std::string& kind = "map") {
    throw Error(ENOENT, {.attempt = "use " + kind + " " + variable,
                         .name = variable,
                         .reason = "no program that was opened touches it"});
  }

 private:
  struct Close {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
  };

  void open() {
    LibbpfMessages messages;
    bpf_object_open_opts options{};
    options.sz = sizeof options;
    options.object_name = embedded_->name;
    object_.reset(bpf_object__open_mem(embedded_->bytes().data(), embedded_->bytes().size(), &options));
    if (object_) return remember_maps();
    const int number = errno;
    throw Error(
        number,
        {.attempt = "open object " + name(), .name = name(), .reason = LoadFailure::most_telling(messages.warnings())});
  }

  void remember_maps() {
    bpf_map* map;
    bpf_object__for_each_map(map, object_.get()) maps_[bpf_map__name(map)] = map;
  }

  bpf_map* map(const std::string& variable) const {
    const auto found = maps_.find(variable);
    return found == maps_.end() ? nullptr : found->second;
  }

  void select(const std::set<std::string>& programs) {
    bpf_program* program;
    bpf_object__for_each_program(program, object_.get())
        bpf_program__set_autoload(program, programs.contains(bpf_program__name(program)));
    std::set<const bpf_map*> touched;
    for (const std::string& name : maps_of(file_, programs))
      touched.insert(name.starts_with('.') ? bpf_object__find_map_by_name(object_.get(), name.c_str()) : map(name));
    bpf_map* map;
    bpf_object__for_each_map(map, object_.get()) bpf_map__set_autocreate(map, touched.contains(map));
  }

  void require_loaded(const std::string& what, const std::string& variable) const {
    if (!loaded_)
      throw Error(EBADF, {.attempt = "use " + what,
                          .name = variable,
                          .reason = "the object is not loaded",
                          .advice = "load() comes first"});
  }

  const EmbeddedObject* embedded_;
  explain::ElfFile file_;
  std::unique_ptr<bpf_object, Close> object_;
  std::map<std::string, bpf_map*> maps_;  ///< by their own names: libbpf calls one that is reused as the kernel does
  bool attempted_ = false;
  bool loaded_ = false;
};

}  // namespace ebpfxx::detail
