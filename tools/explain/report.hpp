#pragma once

#include <iosfwd>
#include <string_view>

#include <ebpfxx/explain/verifier_log.hpp>

namespace ebpfxx::explain {

/// Writes one refusal as compilers write errors, with the line of source and the kernel's own words under it. A message
/// that is not known is written as it is. `kernel` is whose words they are.
void report(std::ostream& out, const Refusal& refusal, std::string_view kernel = "the kernel");

/// Writes the table of all known messages as the page docs/verifier-errors.md has it.
void report_messages(std::ostream& out);

}  // namespace ebpfxx::explain
