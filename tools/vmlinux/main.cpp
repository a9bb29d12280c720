/// ebpfxx-vmlinux: writes a C++ header with types of a kernel.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "header.hpp"
#include "kernel_btf.hpp"

namespace {

using ebpfxx::vmlinux::Failure;

constexpr char help[] = R"(ebpfxx-vmlinux: writes a C++ header with types of a kernel

usage: ebpfxx-vmlinux [options] [NAME...]

A NAME is a struct, union, enum, typedef or tracepoint of the kernel. It comes with all that it contains; what it points to is
only declared, unless it is named too. A tracepoint comes with what its programs get. Without a NAME: all types.

options:
  -o FILE      the header to write (default: standard output)
  --btf FILE   the kernel's BTF, raw or in an ELF file (default: /sys/kernel/btf/vmlinux, the running kernel's)
  -h, --help   print this
  --version    print the version

exit code: 0 done, 1 the BTF cannot be read or lacks a name, 2 wrong usage; on error nothing is written
)";

struct Options {
  std::string btf = "/sys/kernel/btf/vmlinux";
  std::string output;
  std::vector<std::string> names;
};

/// Gives an exit code instead when there is nothing left to do.
std::optional<int> read_options(const std::vector<std::string>& arguments, Options& options) {
  const auto wrong = [](const std::string& what) {
    std::cerr << "ebpfxx-vmlinux: " << what << "; see ebpfxx-vmlinux --help\n";
    return 2;
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "-h" || argument == "--help") return std::cout << help, 0;
    if (argument == "--version") return std::cout << "ebpfxx-vmlinux " EBPFXX_VERSION "\n", 0;
    if (argument == "-o" || argument == "--btf") {
      if (i + 1 == arguments.size() || arguments[i + 1].empty()) return wrong("'" + argument + "' needs a file");
      (argument == "-o" ? options.output : options.btf) = arguments[++i];
    } else if (argument.empty() || argument.front() == '-') {
      return wrong("unknown option '" + argument + "'");
    } else {
      options.names.push_back(argument);
    }
  }
  return std::nullopt;
}

/// The whole file or, on Failure, what was there before.
void write_file(const std::string& path, const std::string& text) {
  const auto fail = [&](const std::string& reason) { throw Failure("cannot write '" + path + "': " + reason); };
  struct stat information{};
  if (::stat(path.c_str(), &information) == 0 && !S_ISREG(information.st_mode)) {
    std::ofstream(path, std::ios::binary) << text;  // a device or a pipe has no place to put a file beside
    return;
  }
  const std::string beside = path + ".partial." + std::to_string(::getpid());
  std::ofstream file(beside, std::ios::binary);
  if (!file) fail(std::strerror(errno));
  file << text;
  file.close();
  if (file && std::rename(beside.c_str(), path.c_str()) == 0) return;
  const int number = errno;
  std::remove(beside.c_str());
  fail(std::strerror(number));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (const auto exit_code = read_options({argv + 1, argv + argc}, options)) return *exit_code;
  try {
    const std::string text = ebpfxx::vmlinux::header(ebpfxx::vmlinux::KernelBtf(options.btf), options.names);
    if (options.output.empty())
      std::cout << text << std::flush;
    else
      write_file(options.output, text);
    return std::cout ? 0 : 1;
  } catch (const Failure& failure) {
    std::cerr << "ebpfxx-vmlinux: error: " << failure.what() << '\n';
    return 1;
  }
}
