#include "checks/rules.hpp"

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringSet.h>

namespace ebpfxx::cc {

/// Two variables that would have one ELF symbol, as `a::b` and `a__b`, or one that would have a section's.
void check_name_clash(const Source& source, Diagnostics& diagnostics) {
  llvm::StringMap<const clang::VarDecl*> first;
  llvm::StringSet<> sections = {"license"};
  for (const Program& program : source.unit.programs) sections.insert(program.section);
  const auto check = [&](const clang::VarDecl& variable, const std::string& symbol) {
    if (sections.contains(symbol))
      diagnostics.error(variable.getLocation(), "name-clash",
                        quoted(variable) + " would be called as the section '" + symbol +
                            "' of the object; rename it, or put it in a namespace");
    const clang::VarDecl* other = first.try_emplace(symbol, &variable).first->second;
    if (other->getCanonicalDecl() == variable.getCanonicalDecl()) return;
    diagnostics.error(variable.getLocation(), "name-clash",
                      quoted(variable) + " and " + quoted(*other) + " would both be called '" + symbol +
                          "' in the object; rename one",
                      {{other->getLocation(), "the other one"}});
  };
  llvm::DenseMap<const clang::FunctionDecl*, const clang::VarDecl*> first_of_code;
  for (const Program& program : source.unit.programs) {
    const clang::VarDecl* original = first_of_code.try_emplace(program.entry, program.variable).first->second;
    if (original->getCanonicalDecl() != program.variable->getCanonicalDecl())
      diagnostics.error(program.variable->getLocation(), "name-clash",
                        "program " + quoted(*program.variable) + " is a copy of " + quoted(*original) +
                            ", and the object has its code once; attach " + quoted(*original) + " twice",
                        {{original->getLocation(), "the other one"}});
    check(*program.variable, program.symbol);
  }
  for (const DeviceVariable& variable : source.unit.variables) check(*variable.variable, variable.symbol);
}

}  // namespace ebpfxx::cc
