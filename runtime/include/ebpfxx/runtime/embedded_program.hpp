#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <ebpfxx/detail/embedded.hpp>
#include <ebpfxx/error.hpp>
#include <ebpfxx/explain/line_info.hpp>

namespace ebpfxx::detail {

/// Finds a variable of the application in what the build embedded. Throws Error when it is not there: the name of the
/// variable is not known then, so `role` describes it.
inline EmbeddedSymbol require_embedded(const void* variable, const std::string& role) {
  EmbeddedSymbol symbol = find_embedded(variable);
  if (symbol.object == nullptr)
    throw Error(ENOENT, {.attempt = "find " + role,
                         .reason = "no object embedded in this application has it",
                         .advice = "a map, Config or Global is embedded when a program uses it, and all of it by "
                                   "ebpfxx_target_programs(<target>) in CMake"});
  return symbol;
}

/// What the maps of these programs are called by libbpf: the variables' symbols, and ".rodata" or its like for global
/// data.
inline std::set<std::string> maps_of(const explain::ElfFile& file, const std::set<std::string>& programs) {
  std::set<std::string> maps;
  for (const std::string& program : programs)
    for (const explain::ElfSymbol* variable : explain::program_variables(file, program)) {
      std::string_view section = file.sections()[variable->section].name;
      maps.emplace(section == ".maps" ? variable->name : section);
    }
  return maps;
}

}  // namespace ebpfxx::detail
