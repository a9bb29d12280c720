#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "explain/report.hpp"
#include "files.hpp"
#include "loading.hpp"
#include "options.hpp"
#include "subcommand.hpp"

namespace ebpfxx::verify {
namespace {

namespace fs = std::filesystem;

constexpr char help[] = R"(
usage: ebpfxx verify [options] OBJECT...

Loads each program of the objects by itself, and lets go of it: nothing is attached or pinned. A program that reads a Config is loaded
with all of them at the values that they were compiled with, their smallest, their largest, and all bits set. Prints for each
program that the kernel refuses the line of source, the reason and the way out. A kernel that is older than the object's, or lacks
what a program needs, or the rights to ask it, is no refusal: what was not verified is said once.

options:
  --on KERNELS        whom to ask, one after the other until one refuses: `host`, the running kernel (default), `vm:6.1` or `vm:6.12`,
                      Debian's in QEMU, as in `host,vm:6.1`
  --kernel VERSION    the oldest kernel that the object is for
  --prefix-map MAP    OLD=NEW, as the compiler was given it: source names are printed with OLD in front
  -v                  also print the programs that are accepted, and the most steps that the verifier took for each
  -h, --help          print this

exit code: 0 no program was refused, 1 an object cannot be read, 2 wrong usage, 3 a program was refused
)";

constexpr int exit_refused = 3;

struct Options {
  std::string on = "host";
  std::string kernel;
  std::vector<std::string> prefix_maps;
  bool verbose = false;
  std::vector<std::string> objects;
};

/// "6.18" of "6.18.44-amd64"; as numbers for comparisons.
struct Version {
  int major = 0;
  int minor = 0;

  auto operator<=>(const Version&) const = default;
};

std::optional<Version> read_version(const std::string& text) {
  Version version;
  if (std::sscanf(text.c_str(), "%d.%d", &version.major, &version.minor) != 2) return std::nullopt;
  return version;
}

Version running_kernel() {
  utsname system{};
  uname(&system);
  return read_version(system.release).value_or(Version());
}

std::string name_of(const Version& version) {
  return "Linux " + std::to_string(version.major) + "." + std::to_string(version.minor);
}

void tell_not_verified(const std::string& kernel, const std::string& what) {
  std::cerr << "ebpfxx verify: note: not verified on " << kernel << ": " << what << '\n';
}

/// The running kernel's word on the programs of objects.
class Host {
 public:
  explicit Host(const Options& options) : options_(options), kernel_(running_kernel()) {}

  int verify() {
    const std::optional<Version> oldest = read_version(options_.kernel);
    if (oldest && kernel_ < *oldest)
      return tell_not_verified(name_of(kernel_), "the programs are for " + name_of(*oldest) + " and later"), 0;
    if (const std::string reason = why_not_here(); !reason.empty())
      return tell_not_verified(name_of(kernel_), reason), 0;
    for (const std::string& path : options_.objects)
      verify(LoadedObject(tool::content_of(path, "'" + path + "'"), path));
    for (const auto& [reason, programs] : not_verified_) tell_not_verified(name_of(kernel_), programs + ": " + reason);
    return refused_ ? exit_refused : 0;
  }

 private:
  void verify(const LoadedObject& object) {
    for (const std::string& program : object.programs()) {
      Outcome outcome = object.load(program, ConfigValues::AsCompiled);
      if (!outcome.refusal && outcome.not_verified.empty() && object.reads_config(program))
        outcome = load_with_other_configs(object, program, outcome);
      if (outcome.refusal)
        refuse(*outcome.refusal);
      else if (!outcome.not_verified.empty())
        add_not_verified(program, outcome.not_verified);
      else if (options_.verbose)
        std::cout << name_of(kernel_) << " accepts '" << program << "': " << outcome.instructions << " instructions, "
                  << outcome.steps << " verifier steps\n";
    }
  }

  /// `most` is what it cost with its own values.
  static Outcome load_with_other_configs(const LoadedObject& object, const std::string& program, Outcome most) {
    for (const ConfigValues values : config_values) {
      if (values == ConfigValues::AsCompiled) continue;
      Outcome outcome = object.load(program, values);
      most.steps = std::max(most.steps, outcome.steps);
      if (!outcome.refusal) continue;
      outcome.refusal->explanation.notes.push_back({"refused with " + std::string(in_words(values)), {}, {}});
      return outcome;
    }
    return most;
  }

  void refuse(explain::Refusal refusal) {
    refused_ = true;
    if (!refusal.explanation.known()) refusal.explanation.notes.push_back({"refused by " + name_of(kernel_), {}, {}});
    refusal.location.file = mapped_back(refusal.location.file);
    for (explain::Note& note : refusal.explanation.notes) note.location.file = mapped_back(note.location.file);
    report(std::cerr, refusal, name_of(kernel_));
  }

  /// Where the source is that the object calls `name`: in front of it, the first OLD with which it exists.
  std::string mapped_back(const std::string& name) const {
    for (const std::string& map : options_.prefix_maps) {
      const std::size_t sign = map.find('=');
      const std::string after = map.substr(sign + 1);
      if (sign == map.npos || !name.starts_with(after)) continue;
      const std::string path = map.substr(0, sign) + name.substr(after.size());
      if (fs::exists(path)) return path;
    }
    return name;
  }

  void add_not_verified(const std::string& program, const std::string& reason) {
    std::string& programs = not_verified_[reason];
    programs += (programs.empty() ? "'" : ", '") + program + "'";
  }

  const Options& options_;
  Version kernel_;
  bool refused_ = false;
  std::map<std::string, std::string> not_verified_;  ///< the programs by the reason
};

int run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// The same subcommand in scripts/vm's machine, which sees this machine's files at the same paths.
int verify_in_machine(const std::string& version, const Options& options) {
  const fs::path self = fs::read_symlink("/proc/self/exe");
  const fs::path machine = (self.parent_path() / EBPFXX_SCRIPTS / "vm").lexically_normal();
  const std::string kernel = "Linux " + version;
  if (!fs::exists(machine)) return tell_not_verified(kernel, machine.string() + " is not installed"), 0;
  const std::optional<Version> oldest = read_version(options.kernel);
  if (oldest && read_version(version) && *read_version(version) < *oldest)
    return tell_not_verified(kernel, "the programs are for " + name_of(*oldest) + " and later"), 0;

  std::vector<std::string> command{machine, version, "--", self, "verify"};
  if (options.verbose) command.push_back("-v");
  for (const std::string& map : options.prefix_maps) command.insert(command.end(), {"--prefix-map", map});
  for (const std::string& object : options.objects) command.push_back(fs::absolute(object));
  const int status = run(command);
  if (status == 0 || status == exit_refused) return status;
  if (status == 2) throw tool::WrongUsage("'vm:" + version + "' names no kernel");
  return tell_not_verified(kernel, "there is no machine to ask it in"), 0;
}

int verify_on(const std::string& kernel, const Options& options) {
  if (kernel == "host") return Host(options).verify();
  if (kernel.starts_with("vm:")) return verify_in_machine(kernel.substr(3), options);
  throw tool::WrongUsage("'" + kernel + "' names no kernel; write host, vm:6.1 or vm:6.12");
}

int run_verify(const std::vector<std::string>& arguments) {
  Options options;
  options.objects = tool::read_options(arguments, {{"--on", &options.on},
                                                   {"--kernel", &options.kernel},
                                                   {"--prefix-map", &options.prefix_maps},
                                                   {"-v", &options.verbose}});
  if (options.objects.empty()) throw tool::WrongUsage("no object; name one or more");
  if (!options.kernel.empty() && !read_version(options.kernel))
    throw tool::WrongUsage("'" + options.kernel + "' is no kernel's version; write it as 6.1");
  std::istringstream kernels(options.on);
  for (std::string kernel; std::getline(kernels, kernel, ',');)
    if (const int status = verify_on(kernel, options); status != 0) return status;
  return 0;
}

}  // namespace
}  // namespace ebpfxx::verify

namespace ebpfxx::tool {

const Subcommand verify_command{"verify", "loads an object's programs to see what the kernel refuses", verify::help,
                                verify::run_verify};

}  // namespace ebpfxx::tool
