#include "checks/name_clash.hpp"

#include <llvm/ADT/StringMap.h>

namespace ebpfxx::cc {

void check_name_clash(const TranslationUnit& unit, Diagnostics& diagnostics) {
  llvm::StringMap<const clang::VarDecl*> first;
  const auto check = [&](const clang::VarDecl& variable, const std::string& symbol) {
    const clang::VarDecl* other = first.try_emplace(symbol, &variable).first->second;
    if (other->getCanonicalDecl() == variable.getCanonicalDecl()) return;
    diagnostics.error(variable.getLocation(), "name-clash",
                      quoted(variable) + " and " + quoted(*other) + " would both be called '" + symbol +
                          "' in the object; rename one",
                      {{other->getLocation(), "the other one"}});
  };
  for (const Program& program : unit.programs) check(*program.variable, program.symbol);
  for (const DeviceVariable& variable : unit.variables) check(*variable.variable, variable.symbol);
}

}  // namespace ebpfxx::cc
