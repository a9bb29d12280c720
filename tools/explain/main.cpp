/// ebpfxx-explain: says what a log of the kernel's verifier means.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/explain/explanation.hpp>
#include <ebpfxx/explain/load_output.hpp>

#include "report.hpp"

namespace {

using namespace ebpfxx::explain;

constexpr char help[] = R"(ebpfxx-explain: says what a log of the kernel's verifier means

usage: ebpfxx-explain [options] [LOG]

Reads LOG, or standard input, and prints for each program that was refused the line of source, the reason and the way out. LOG is
what the verifier wrote, or all that libbpf or bpftool printed, of a program made by ebpfxx-cc or of any other, as in C. A message
that is not known is printed as it is, and counted.

options:
  --object FILE    the object that was loaded; tells the line where the log does not (before Linux 6.10), and the column
  --program NAME   the program in it that the log is about, where the log does not say
  --messages       print the table of the messages that are known, as markdown
  -h, --help       print this
  --version        print the version

exit code: 0 all was explained (or nothing refused), 1 a file cannot be read or written, 2 wrong usage, 3 a message was not
known, or the log ends before it
)";

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_unknown = 3;

struct Options {
  std::string log;
  std::string object;
  std::string program;
};

int complain(const std::string& what, int exit_code) {
  std::cerr << "ebpfxx-explain: error: " << what << '\n';
  return exit_code;
}

/// Gives an exit code instead when there is nothing left to do.
std::optional<int> read_options(const std::vector<std::string>& arguments, Options& options) {
  const auto wrong = [](const std::string& what) { return complain(what + "; see ebpfxx-explain --help", exit_usage); };
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    const std::string& argument = arguments[index];
    if (argument == "-h" || argument == "--help") return std::cout << help, 0;
    if (argument == "--version") return std::cout << "ebpfxx-explain " EBPFXX_VERSION "\n", 0;
    if (argument == "--messages") return report_messages(std::cout), 0;
    if (argument == "--object" || argument == "--program") {
      if (index + 1 == arguments.size() || arguments[index + 1].empty())
        return wrong("option '" + argument + "' needs a value");
      (argument == "--object" ? options.object : options.program) = arguments[++index];
    } else if (argument.empty() || (argument.front() == '-' && argument != "-")) {
      return wrong("unknown option '" + argument + "'");
    } else if (!options.log.empty()) {
      return wrong("one log at a time, not '" + options.log + "' and '" + argument + "'");
    } else {
      options.log = argument;
    }
  }
  if (!options.program.empty() && options.object.empty()) return wrong("'--program' needs the object that it is in");
  return std::nullopt;
}

/// The whole file; nothing, with errno, if it cannot be read.
std::optional<std::string> content_of(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string content;
  char block[1 << 16];
  while (const std::size_t size = std::fread(block, 1, sizeof block, file)) content.append(block, size);
  const int number = std::ferror(file) ? errno : 0;
  std::fclose(file);
  errno = number;
  return number == 0 ? std::optional(content) : std::nullopt;
}

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

int explain_all(const std::string& output, const Options& options, const ElfFile* object) {
  std::size_t refused = 0;
  std::size_t unknown = 0;
  bool lacks_line = false;
  bool is_cut_off = false;
  for (const LoadOutput& part : read_load_output(output)) {
    std::string program = part.program;
    if (program.empty()) program = options.program;
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
  if (!std::cout.flush()) return complain("cannot write to standard output", exit_failed);
  return unknown > 0 || is_cut_off ? exit_unknown : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (const auto exit_code = read_options({argv + 1, argv + argc}, options)) return *exit_code;
  const bool reads_input = options.log.empty() || options.log == "-";
  const std::optional<std::string> output = content_of(reads_input ? "/dev/stdin" : options.log);
  const std::string name = reads_input ? "standard input" : "'" + options.log + "'";
  if (!output) return complain("cannot read " + name + ": " + std::strerror(errno), exit_failed);
  if (output->find('\0') != std::string::npos)
    return complain(name + " is no log but binary; an object goes with --object", exit_failed);
  if (options.object.empty()) return explain_all(*output, options, nullptr);

  const std::optional<std::string> bytes = content_of(options.object);
  if (!bytes) return complain("cannot read '" + options.object + "': " + std::strerror(errno), exit_failed);
  const ElfFile object(std::as_bytes(std::span(*bytes)));
  if (object.section(".BTF.ext") == nullptr)
    return complain("'" + options.object + "' is no BPF object with line information; compile it with -g", exit_failed);
  if (!options.program.empty() && object.symbol(options.program) == nullptr)
    return complain("'" + options.object + "' has no program '" + options.program + "'", exit_failed);
  return explain_all(*output, options, &object);
}
