/// ebpfxx: the subcommands for what is done beside an application.
#include <algorithm>
#include <array>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "subcommand.hpp"

namespace {

using namespace ebpfxx::tool;

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

const std::array subcommands{&explain_command, &log_command, &verify_command, &vmlinux_command};

int complain(std::string_view command, std::string_view what, int exit_code) {
  std::cerr << command << ": error: " << what << '\n';
  return exit_code;
}

int complain_of_usage(std::string_view command, std::string_view what) {
  return complain(command, std::string(what) + "; see " + std::string(command) + " --help", exit_usage);
}

bool is_help(std::string_view argument) { return argument == "-h" || argument == "--help"; }

void print_help() {
  std::cout << "ebpfxx: tools for BPF programs, written with ebpfxx or in C\n\n"
               "usage: ebpfxx SUBCOMMAND [arguments]\n\nsubcommands:\n";
  for (const Subcommand* subcommand : subcommands)
    std::cout << "  " << std::left << std::setw(12) << subcommand->name << subcommand->summary << '\n';
  std::cout << "\n`ebpfxx SUBCOMMAND --help` describes one of them.\n\noptions:\n"
               "  -h, --help  print this\n  --version   print the version\n";
}

int run(const Subcommand& subcommand, const std::vector<std::string>& arguments) {
  const std::string command = "ebpfxx " + std::string(subcommand.name);
  try {
    if (std::any_of(arguments.begin(), arguments.end(), is_help)) {
      std::cout << command << ": " << subcommand.summary << '\n' << subcommand.help;
      return 0;
    }
    return subcommand.run(arguments);
  } catch (const WrongUsage& wrong) {
    return complain_of_usage(command, wrong.what());
  } catch (const std::exception& failure) {
    return complain(command, failure.what(), exit_failed);
  }
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return complain_of_usage("ebpfxx", "a subcommand is missing");
  const std::string& name = arguments.front();
  if (is_help(name)) return print_help(), 0;
  if (name == "--version") return std::cout << "ebpfxx " EBPFXX_VERSION "\n", 0;
  if (name.starts_with('-')) return complain_of_usage("ebpfxx", "unknown option '" + name + "'");
  for (const Subcommand* subcommand : subcommands)
    if (subcommand->name == name) return run(*subcommand, {arguments.begin() + 1, arguments.end()});
  return complain_of_usage("ebpfxx", "unknown subcommand '" + name + "'");
}

}  // namespace

int main(int argc, char** argv) {
  const int exit_code = run({argv + 1, argv + argc});
  if (!std::cout.flush()) return complain("ebpfxx", "cannot write to standard output", exit_failed);
  return exit_code;
}
