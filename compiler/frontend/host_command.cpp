#include "frontend/host_command.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/StringSaver.h>

namespace ebpfxx::cc {
namespace {

// Kept, with a value that may be in the next argument.
constexpr llvm::StringLiteral with_value[] = {"-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-isysroot",
                                              "-I",       "-D",       "-U",       "-std",    "--std",      "--sysroot"};

constexpr llvm::StringLiteral kept_whole[] = {
    "-fexceptions",  "-fno-exceptions", "-frtti",   "-fno-rtti", "-fchar8_t",   "-fno-char8_t", "-funsigned-char",
    "-fsigned-char", "-fshort-enums",   "-pthread", "-nostdinc", "-nostdinc++", "-ansi"};

// Left out together with the argument that follows.
constexpr llvm::StringLiteral ignored_with_value[] = {
    "-o", "-x",        "-MF",       "-MT",      "-MQ",         "-MJ",    "-L",
    "-l", "-T",        "-z",        "-Xlinker", "-Xassembler", "-arch",  "--param",
    "-u", "-aux-info", "-dumpbase", "-dumpdir", "-Xclang",     "-mllvm", "-Xpreprocessor"};

bool is_optimisation(llvm::StringRef argument) { return argument.starts_with("-O"); }

/// Whether `argument` is `option`, or `option` with its value attached (-Ifoo, -std=c++20, --sysroot=/x).
bool spells(llvm::StringRef argument, llvm::StringRef option) {
  if (!argument.consume_front(option)) return false;
  if (argument.empty()) return true;
  const bool value_may_be_attached = option.size() == 2 || option.starts_with("-i");
  return argument.starts_with("=") || (value_may_be_attached && option != "-include");
}

}  // namespace

HostCommand read_host_command(const std::vector<std::string>& command) {
  HostCommand result;
  for (std::size_t i = 1; i < command.size(); ++i) {
    const llvm::StringRef argument = command[i];
    const bool has_next = i + 1 < command.size();
    if (!argument.starts_with("-")) {
      result.sources.push_back(command[i]);
    } else if (const auto* option = llvm::find_if(with_value, [&](auto name) { return spells(argument, name); });
               option != std::end(with_value)) {
      result.arguments.push_back(command[i]);
      if (argument == *option && has_next) result.arguments.push_back(command[++i]);
    } else if (is_optimisation(argument) || llvm::is_contained(kept_whole, argument)) {
      result.arguments.push_back(command[i]);
    } else if (argument != "-c") {
      result.ignored.push_back(command[i]);
      if (llvm::is_contained(ignored_with_value, argument) && has_next) result.ignored.push_back(command[++i]);
    }
  }
  return result;
}

void add_flags(llvm::StringRef text, HostCommand& command) {
  std::vector<std::string> flags = {""};
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    if (!line.consume_front("SHELL:")) {
      flags.push_back(line.str());
      continue;
    }
    llvm::BumpPtrAllocator memory;
    llvm::StringSaver saver(memory);
    llvm::SmallVector<const char*> words;
    llvm::cl::TokenizeGNUCommandLine(line, saver, words);
    flags.insert(flags.end(), words.begin(), words.end());
  }
  HostCommand added = read_host_command(flags);
  command.arguments.insert(command.arguments.begin(), added.arguments.begin(), added.arguments.end());
  llvm::append_range(command.ignored, added.ignored);
  llvm::append_range(command.ignored, added.sources);  // values of flags that are not known
}

}  // namespace ebpfxx::cc
