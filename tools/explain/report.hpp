#pragma once

#include <iosfwd>

#include <ebpfxx/explain/verifier_log.hpp>

namespace ebpfxx::explain {

/// Writes one refusal as compilers write errors, with the line of source and the kernel's own words under it. A message
/// that is not known is written as it is.
void report(std::ostream& out, const Refusal& refusal);

/// Writes the table of all known messages as the page docs/verifier-errors.md has it.
void report_messages(std::ostream& out);

}  // namespace ebpfxx::explain
