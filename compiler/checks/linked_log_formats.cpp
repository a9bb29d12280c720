#include "base/log_formats.hpp"
#include "checks/rules.hpp"
#include "emit/variables.hpp"

namespace ebpfxx::cc {

/// Two formats of the log with the same id, in different sources.
void check_linked_log_formats(const std::vector<NamedObject>& objects, LinkDiagnostics& diagnostics) {
  LogFormats formats;
  for (const NamedObject& object : objects)
    for (const std::string& entry : read_log_entries(object.contents))
      if (const std::optional<std::string> collision = formats.add(entry))
        return diagnostics.error("log-collision", "'" + object.name + "' " + *collision);
}

}  // namespace ebpfxx::cc
