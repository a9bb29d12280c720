#include <cstddef>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/explain/explanation.hpp>
#include <ebpfxx/explain/load_output.hpp>

#include "files.hpp"
#include "options.hpp"
#include "report.hpp"
#include "subcommand.hpp"

namespace ebpfxx::explain {
namespace {

constexpr char help[] = R"(
usage: ebpfxx explain [options] [LOG]

Reads LOG, or standard input, and prints for each program that was refused the line of source, the reason and the way out. LOG is
what the verifier wrote, or all that libbpf or bpftool printed, for a program made by ebpfxx-cc or by any other compiler, as in C.
A message that is not known is printed as it is, and counted.

options:
  --object FILE    the object that was loaded; tells the line where the log does not (before Linux 6.10), and the column
  --program NAME   the program in it that the log is about, where the log does not say
  --messages       print the table of the messages that are known, as markdown
  -h, --help       print this

exit code: 0 all was explained (or nothing refused), 1 a file cannot be read or written, 2 wrong usage, 3 a message was not
known, or the log ends before it
)";

constexpr int exit_unknown = 3;

/// The one program of an object that has one.
std::string only_program(const ElfFile& object) {
  std::string found;
  for (const ElfSymbol& symbol : object.symbols()) {
    const bool is_program = symbol.type == STT_FUNC && symbol.section != 0 && symbol.is_global &&
                            object.sections()[symbol.section].name != ".text";
    if (!is_program) continue;
    if (!found.empty()) return {};
    found = symbol.name;
  }
  return found;
}

int explain_all(const std::string& output, const std::string& only, const ElfFile* object) {
  std::size_t refused = 0;
  std::size_t unknown = 0;
  bool lacks_line = false;
  bool is_cut_off = false;
  for (const LoadOutput& part : read_load_output(output)) {
    std::string program = part.program;
    if (program.empty()) program = only;
    if (program.empty() && object) program = only_program(*object);
    const Refusal refusal = explain(part.log, program, object);
    if (refusal.reason.empty()) {
      if (refusal.instruction && part.log.find("processed ") == std::string::npos) is_cut_off = true;
      continue;
    }
    ++refused;
    if (!refusal.explanation.known()) ++unknown;
    if (refusal.instruction && refusal.location.line == 0) lacks_line = true;
    report(std::cout, refusal);
  }
  if (is_cut_off)
    std::cout << "the log ends before the verdict; load the program with a larger buffer for it\n";
  else if (refused == 0)
    std::cout << "nothing is refused in this log\n";
  if (lacks_line && !object) std::cout << "the log does not tell every line; --object FILE may\n";
  if (unknown > 0)
    std::cout << unknown << " of " << refused << (refused == 1 ? " message" : " messages") << " not known\n";
  return unknown > 0 || is_cut_off ? exit_unknown : 0;
}

int explain_with_object(const std::string& output, const std::string& path, const std::string& program) {
  const std::string bytes = tool::content_of(path, "'" + path + "'");
  const ElfFile object(std::as_bytes(std::span(bytes)));
  if (object.section(".BTF.ext") == nullptr)
    throw tool::Failure("'" + path + "' is no BPF object with line information; compile it with -g");
  if (!program.empty() && object.symbol(program) == nullptr)
    throw tool::Failure("'" + path + "' has no program '" + program + "'");
  return explain_all(output, program, &object);
}

int run(const std::vector<std::string>& arguments) {
  std::string object;
  std::string program;
  bool messages = false;
  const std::vector<std::string> logs =
      tool::read_options(arguments, {{"--object", &object}, {"--program", &program}, {"--messages", &messages}});
  if (messages) return report_messages(std::cout), 0;
  if (logs.size() > 1) throw tool::WrongUsage("one log at a time, not '" + logs[0] + "' and '" + logs[1] + "'");
  if (!program.empty() && object.empty()) throw tool::WrongUsage("'--program' needs the object that it is in");

  const bool reads_input = logs.empty() || logs[0] == "-";
  const std::string name = reads_input ? "standard input" : "'" + logs[0] + "'";
  const std::string output = tool::content_of(reads_input ? "/dev/stdin" : logs[0], name);
  if (output.find('\0') != std::string::npos)
    throw tool::Failure(name + " is no log but binary; an object goes with --object");
  return object.empty() ? explain_all(output, "", nullptr) : explain_with_object(output, object, program);
}

}  // namespace
}  // namespace ebpfxx::explain

namespace ebpfxx::tool {

const Subcommand explain_command{"explain", "says what a log of the kernel's verifier means", explain::help,
                                 explain::run};

}  // namespace ebpfxx::tool
