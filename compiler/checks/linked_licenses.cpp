#include "checks/rules.hpp"
#include "emit/variables.hpp"

namespace ebpfxx::cc {

/// Sources whose programs have different licences: the kernel reads one for the whole object.
void check_linked_licenses(const std::vector<NamedObject>& objects, LinkDiagnostics& diagnostics) {
  const NamedObject* first = nullptr;
  for (const NamedObject& object : objects) {
    const std::string license = read_license(object.contents);
    if (license.empty()) continue;
    if (!first) first = &object;
    if (const std::string other = read_license(first->contents); license != other)
      return diagnostics.error("license-clash", "the programs of '" + first->name + "' have the licence '" + other +
                                                    "', those of '" + object.name + "' '" + license +
                                                    "', an object has one; write the same EBPFXX_LICENSE in both");
  }
}

}  // namespace ebpfxx::cc
