#pragma once

#include <cstddef>

/// No more of the standard library: the embedding source, which every touched program compiles anew, takes its time
/// from what this includes.
namespace ebpfxx::detail {

/// A variable of the application (a program, a map, a Config, a Global) and its symbol in the embedded object.
struct EmbeddedVariable {
  const void* address;  ///< null when the application never uses the variable
  const char* name;     ///< the ELF symbol
};

/// One BPF object in the application's image. The source that `ebpfxx-cc --embed` writes defines one, in section
/// `ebpfxx_objects`, where the linker strings them together.
struct EmbeddedObject {
  const char* name;  ///< the target's name
  const std::byte* begin;
  const std::byte* end;
  const EmbeddedVariable* variables;
  std::size_t variable_count;

  std::size_t size() const { return static_cast<std::size_t>(end - begin); }
};

extern "C" {
[[gnu::weak, gnu::visibility("hidden")]] extern const EmbeddedObject* const __start_ebpfxx_objects[];
[[gnu::weak, gnu::visibility("hidden")]] extern const EmbeddedObject* const __stop_ebpfxx_objects[];
}

struct EmbeddedSymbol {
  const EmbeddedObject* object = nullptr;  ///< null: no embedded object knows the variable
  const char* name = "";
};

/// Where the program, map, Config or Global at `address` was embedded.
inline EmbeddedSymbol find_embedded(const void* address) {
  for (const EmbeddedObject* const* object = __start_ebpfxx_objects; object != __stop_ebpfxx_objects; ++object)
    for (std::size_t index = 0; index < (*object)->variable_count; ++index)
      if ((*object)->variables[index].address == address) return {*object, (*object)->variables[index].name};
  return {};
}

}  // namespace ebpfxx::detail
