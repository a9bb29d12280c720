#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "header.hpp"
#include "kernel_btf.hpp"
#include "options.hpp"
#include "subcommand.hpp"

namespace ebpfxx::vmlinux {
namespace {

constexpr char help[] = R"(
usage: ebpfxx vmlinux [options] [NAME...]

A NAME is a struct, union, enum, typedef or tracepoint of the kernel. The header defines it and all types that it contains, and
declares the types that it points to; name those too to have them defined. A tracepoint comes with what its programs get. Without
a NAME: all types.

options:
  -o FILE      the header to write (default: standard output)
  --btf FILE   the kernel's BTF, raw or in an ELF file (default: /sys/kernel/btf/vmlinux, the running kernel's)
  -h, --help   print this

exit code: 0 done, 1 the BTF cannot be read or lacks a name, 2 wrong usage; on error nothing is written
)";

/// Writes the whole file; on tool::Failure the file is as it was before.
void write_file(const std::string& path, const std::string& text) {
  const auto fail = [&](const std::string& reason) { throw tool::Failure("cannot write '" + path + "': " + reason); };
  struct stat information{};
  if (::stat(path.c_str(), &information) == 0 && !S_ISREG(information.st_mode)) {
    std::ofstream(path, std::ios::binary) << text;  // a device or a pipe cannot be replaced
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

int run(const std::vector<std::string>& arguments) {
  std::string btf = "/sys/kernel/btf/vmlinux";
  std::string output;
  const std::vector<std::string> names = tool::read_options(arguments, {{"-o", &output}, {"--btf", &btf}});
  const std::string text = header(KernelBtf(btf), names);
  if (output.empty())
    std::cout << text;
  else
    write_file(output, text);
  return 0;
}

}  // namespace
}  // namespace ebpfxx::vmlinux

namespace ebpfxx::tool {

const Subcommand vmlinux_command{"vmlinux", "writes a C++ header with types of a kernel", vmlinux::help, vmlinux::run};

}  // namespace ebpfxx::tool
