#include <llvm/ADT/StringMap.h>
#include <llvm/Demangle/Demangle.h>

#include "checks/rules.hpp"
#include "emit/variables.hpp"

namespace ebpfxx::cc {

/// Two variables of different sources that would have one ELF symbol, as `a::b` and `a__b`.
void check_linked_names(const std::vector<NamedObject>& objects, LinkDiagnostics& diagnostics) {
  struct First {
    std::string host_symbol;
    std::string object;
  };
  llvm::StringMap<First> first;
  for (const NamedObject& object : objects)
    for (const ObjectVariable& variable : read_variables(object.contents).value_or(std::vector<ObjectVariable>())) {
      const auto [entry, added] = first.try_emplace(variable.symbol, First{variable.host_symbol, object.name});
      if (added || entry->second.host_symbol == variable.host_symbol) continue;
      return diagnostics.error(
          "name-clash", "'" + llvm::demangle(entry->second.host_symbol) + "' in '" + entry->second.object + "' and '" +
                            llvm::demangle(variable.host_symbol) + "' in '" + object.name + "' would both be called '" +
                            variable.symbol + "' in the object; rename one");
    }
}

}  // namespace ebpfxx::cc
