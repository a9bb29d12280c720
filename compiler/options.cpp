#include "options.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <functional>
#include <map>

#include "base/rule.hpp"
#include "emit/output.hpp"

namespace ebpfxx::cc {
namespace {

constexpr char help[] = R"(ebpfxx-cc: compiles the eBPF programs in a C++ source

usage: ebpfxx-cc [options] -o app.bpf.o -- g++ -std=c++20 -I include -c app.cpp
       ebpfxx-cc [options] -o app.bpf.o -p build app.cpp
       ebpfxx-cc [options] -o app.bpf.o [--embed app.ebpfxx.cpp] a.bpf.o b.bpf.o

The first form compiles the programs of one or more sources, with the application's own compile command after '--'; the second
takes the command from the compile_commands.json in a folder. The third links objects that the others made with --part.

options:
  -o FILE                 the BPF object to write; '-' is standard output, here and for --embed and --depfile
  --part                  write an object to be linked with others; without it, the object is finished
  --precompile            write the header that is compiled to -o, precompiled
  --precompiled FILE      read what --precompile wrote with the same flags
  --embed FILE            write a C++ source that carries the object into the application
  --object-name NAME      the object's name in that source (default: the output's, without .bpf.o)
  --depfile FILE          write what the object depends on, for make and ninja
  -p FOLDER               where compile_commands.json is; or that file
  --arguments FILE        read more of the compile command's flags from FILE, one a line
  --kernel VERSION        the oldest kernel that has to load the object (default: 6.1)
  --verify[=KERNELS]      load the programs: a refusal is an error; in the running kernel (host), or as in host,vm:6.1
  --prefix-map OLD=NEW    in source names, put NEW in place of the leading OLD
  --print-programs        print each program: symbol, section, place
  -S                      write BPF assembly to -o, or to standard output
  -v                      print what was ignored, found and spent
  -h, --help              print this
  --version               print the version

exit code: 0 done, 1 the source or its programs have errors, 2 wrong usage; on error nothing is written
)";

class Parser {
 public:
  explicit Parser(const std::vector<std::string>& arguments) : arguments_(arguments) {
    with_value_["-o"] = [this](llvm::StringRef value) { options_.output = value; };
    with_value_["--embed"] = [this](llvm::StringRef value) { options_.embed = value; };
    with_value_["--object-name"] = [this](llvm::StringRef value) { options_.object_name = value; };
    with_value_["--depfile"] = [this](llvm::StringRef value) { options_.depfile = value; };
    with_value_["--precompiled"] = [this](llvm::StringRef value) { options_.precompiled = value; };
    with_value_["-p"] = [this](llvm::StringRef value) { options_.database = value; };
    with_value_["--arguments"] = [this](llvm::StringRef value) { options_.arguments_file = value; };
    with_value_["--kernel"] = [this](llvm::StringRef value) { read_kernel(value); };
    with_value_["--prefix-map"] = [this](llvm::StringRef value) { read_prefix_map(value); };
    with_value_["--no-check"] = [this](llvm::StringRef value) { disable_check(value); };
    with_value_["--verify"] = [this](llvm::StringRef value) { read_verify(value); };
    flags_["--verify"] = [this] { options_.verify = "host"; };
    flags_["-v"] = [this] { options_.verbose = true; };
    flags_["--precompile"] = [this] { options_.precompile = true; };
    flags_["--part"] = [this] { options_.part = true; };
    flags_["-S"] = [this] { options_.assembly = true; };
    flags_["--emit-llvm"] = [this] { options_.emit_llvm = true; };
    flags_["--print-programs"] = [this] { options_.print_programs = true; };
    flags_["-h"] = flags_["--help"] = [this] { print(help); };
    flags_["--version"] = [this] { print("ebpfxx-cc " EBPFXX_VERSION "\n"); };
  }

  ParsedOptions parse() {
    while (!exit_code_ && next_ < arguments_.size() && arguments_[next_] != "--") read_argument();
    if (!exit_code_ && next_ < arguments_.size())
      options_.host_command.assign(arguments_.begin() + next_ + 1, arguments_.end());
    if (!exit_code_) check_together();
    return {options_, exit_code_};
  }

 private:
  void read_argument() {
    const llvm::StringRef argument = arguments_[next_++];
    if (!argument.starts_with("-")) return void(options_.objects.push_back(argument.str()));
    if (const auto flag = flags_.find(argument.str()); flag != flags_.end()) return flag->second();
    const auto [name, value] =
        argument.starts_with("--") ? argument.split('=') : std::pair(argument, llvm::StringRef());
    const auto option = with_value_.find(name.str());
    if (option == with_value_.end()) return fail("unknown option '" + argument + "'; see ebpfxx-cc --help");
    if (name.size() < argument.size()) return option->second(value);
    if (next_ == arguments_.size()) return fail("option '" + argument + "' needs a value; see ebpfxx-cc --help");
    option->second(arguments_[next_++]);
  }

  void read_kernel(llvm::StringRef text) {
    const auto [major, minor] = text.split('.');
    KernelVersion version;
    if (major.getAsInteger(10, version.major) || minor.getAsInteger(10, version.minor))
      return fail("'--kernel " + text + "' is not a kernel version; write it as 6.1");
    if (version < KernelVersion()) return fail("'--kernel " + text + "' is too old; programs need 6.1 or later");
    options_.kernel = version;
  }

  void disable_check(llvm::StringRef rule) {
    if (!Rule::has_row(rule)) return fail("'--no-check " + rule + "' names no rule; they are in docs/diagnostics.md");
    options_.disabled_checks.insert(rule.str());
  }

  void read_verify(llvm::StringRef kernels) {
    if (kernels.empty()) return fail("'--verify=' names no kernel; write host, vm:6.1 or vm:6.12");
    options_.verify = kernels;
  }

  void read_prefix_map(llvm::StringRef text) {
    const auto [from, to] = text.split('=');
    if (from.empty() || !text.contains('='))
      return fail("'--prefix-map " + text + "' is not a pair; write it as OLD=NEW");
    options_.prefix_map.emplace_back(from, to);
  }

  void check_together() {
    const bool compiles = !options_.host_command.empty();
    const bool reads_database = !options_.database.empty();
    if (compiles && reads_database)
      return fail("'-p " + options_.database + "' and a compile command after '--' exclude each other");
    if (reads_database && options_.objects.empty())
      return fail("'-p " + options_.database + "' needs the sources to compile; name them behind it");
    if (!compiles && options_.objects.empty())
      return fail("nothing to do; give a compile command after '--', or objects to link; see ebpfxx-cc --help");
    if (compiles && !options_.objects.empty())
      return fail("'" + options_.objects.front() +
                  "' is before '--'; objects to link and a compile command exclude each other");
    if (!compiles && !reads_database && (options_.assembly || options_.emit_llvm))
      return fail("-S needs a compile command after '--'; linking gives no assembly");
    if (options_.output.empty() && !options_.assembly && !options_.emit_llvm && !options_.print_programs)
      return fail("no output; name one with -o");
    if (!options_.embed.empty() && (options_.output.empty() || options_.assembly))
      return fail("'--embed' needs an object; name one with -o");
    if (options_.precompile && (!compiles || options_.output.empty() || options_.part || !options_.embed.empty()))
      return fail("'--precompile' takes one header behind '--', and '-o' for what it writes");
    if (options_.part && (!options_.embed.empty() || (!compiles && !reads_database)))
      return fail("'--part' is for objects that are still to be linked; leave it out where they are linked");
    const bool writes_object =
        !options_.output.empty() && !options_.part && !options_.precompile && !options_.assembly && !options_.emit_llvm;
    if (!options_.verify.empty() && !writes_object)
      return fail("'--verify' needs a finished object; give it where the object is linked");
    if (!options_.embed.empty() && options_.embed == options_.output)
      return fail("'" + options_.output + "' cannot be both the object and the source of --embed");
    if (options_.output == standard_output) {
      if (options_.precompile) return fail("'--precompile' writes a file; name one with -o");
      if (!options_.depfile.empty()) return fail("'--depfile' is about a file; name one with -o");
      if (options_.print_programs) return fail("'--print-programs' writes to standard output, as '-o -' would");
      if (!options_.embed.empty() && options_.object_name.empty())
        return fail("'-o -' gives the object no name; name it with --object-name");
    }
    if (options_.object_name.empty()) options_.object_name = default_object_name();
  }

  std::string default_object_name() const {
    llvm::StringRef name = llvm::sys::path::filename(options_.output);
    name.consume_back(".o");
    name.consume_back(".bpf");
    return name.str();
  }

  void print(const char* text) {
    llvm::outs() << text;
    exit_code_ = exit_success;
  }

  void fail(const llvm::Twine& message) {
    if (!exit_code_) llvm::errs() << "ebpfxx-cc: error: " << message << '\n';
    exit_code_ = exit_usage;
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  Options options_;
  std::optional<int> exit_code_;
  std::map<std::string, std::function<void(llvm::StringRef)>> with_value_;
  std::map<std::string, std::function<void()>> flags_;
};

}  // namespace

ParsedOptions parse_options(const std::vector<std::string>& arguments) { return Parser(arguments).parse(); }

}  // namespace ebpfxx::cc
