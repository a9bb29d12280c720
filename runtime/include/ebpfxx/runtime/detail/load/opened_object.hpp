#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/detail/shared.hpp>

namespace ebpfxx::detail::backing {
class MapBacking;
class ProgramEntries;
class RecordSource;
}  // namespace ebpfxx::detail::backing
namespace ebpfxx::detail::handle {
class ConfigStorage;
}
namespace ebpfxx::detail::log {
class LogFormats;
}
namespace ebpfxx::detail::runtime {
class LoadedProgram;
}

namespace ebpfxx::detail::load {

/// A variable of the application, and what it is to who reads an error about it: "a map", "a program for " and a hook.
/// With a suffix behind its name, one that the compiler made for it.
struct OpenedVariable {
  EmbeddedSymbol symbol;
  const char* role;
  const char* hook = "";
  const char* suffix = "";
};

/// The sizes of a map's entries, in bytes, and how many there may be.
struct MapShape {
  std::size_t key_size, value_size;
  bool per_cpu;
  std::uint32_t max_entries;
  std::uint64_t element_flags = 0;  ///< of reading and writing entries: BPF_F_LOCK where values have a spin lock
};

/// Where a Global is: `offset` bytes behind where `begin` points at the moment.
struct GlobalStorage {
  Shared<std::byte* const> begin;
  std::size_t offset;
};

/// An embedded object in libbpf's hands: which of its programs and maps are taken, and their descriptors once it is
/// loaded. What Object does that depends on no type.
class OpenedObject {
 public:
  /// Takes the named programs and the maps they touch, or `all` of the object that they are in. Throws Error.
  OpenedObject(std::initializer_list<OpenedVariable> programs, bool all);
  OpenedObject(OpenedObject&& other) noexcept;
  OpenedObject& operator=(OpenedObject&& other) noexcept;
  ~OpenedObject();

  /// The target's name.
  std::string name() const;
  bool loaded() const;

  /// Throws Error: for a program that the verifier refuses with its reason and the C++ line; (EBUSY) at the second
  /// time.
  void load();

  /// Lets a map be the one that is pinned at `path`; false if nothing is. Only before `load`. Throws Error.
  bool reuse_map(const OpenedVariable& map, const std::string& path);
  bool reuse_program_array(const OpenedVariable& array, const std::string& path);
  /// The same for a ring buffer and its count of drops; `layout` is that of its records, where it is pinned.
  bool reuse_ring(const OpenedVariable& ring, const OpenedVariable& dropped, const std::optional<std::string>& layout,
                  const std::string& path);

  /// Throw Error (ENOENT) if no program that was opened touches the variable; all but `config` and `global` (EBADF) if
  /// the object is not loaded.
  handle::ConfigStorage config(const OpenedVariable& config, std::size_t bytes);
  GlobalStorage global(const OpenedVariable& global);
  runtime::LoadedProgram program(const OpenedVariable& program) const;
  Shared<backing::MapBacking> map(const OpenedVariable& map, const MapShape& shape) const;
  Shared<backing::RecordSource> ring(const OpenedVariable& ring, std::size_t bytes);
  Shared<backing::ProgramEntries> program_array(const OpenedVariable& array, const char* hook) const;

  /// The formats of the log that the object has.
  Shared<const log::LogFormats> log_formats() const;

 private:
  struct State;

  State* state_ = nullptr;  ///< its own
};

}  // namespace ebpfxx::detail::load
