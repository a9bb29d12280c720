#include "driver.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <cstdlib>

#include "checks/checks.hpp"
#include "compile.hpp"
#include "emit/depfile.hpp"
#include "emit/embedding.hpp"
#include "emit/finish.hpp"
#include "emit/linker.hpp"
#include "emit/output.hpp"
#include "emit/verify.hpp"
#include "frontend/compile_database.hpp"
#include "lower/target.hpp"

namespace ebpfxx::cc {
namespace {

bool fail(const llvm::Twine& message) {
  llvm::errs() << "ebpfxx-cc: error: " << message << '\n';
  return false;
}

/// LLVM's BPF target gives up this way on what it cannot select; nothing was written by then.
void give_up(void*, const char* reason, bool) {
  llvm::errs() << "ebpfxx-cc: error: LLVM's BPF target cannot express a program here: " << reason << '\n';
  std::_Exit(exit_failure);
}

void initialise_llvm() {
  llvm::install_fatal_error_handler(&give_up);
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmParsers();
  llvm::InitializeAllAsmPrinters();
  set_llvm_options();
}

/// Makes a folder the one that names are relative to, until the scope ends. An empty one changes nothing.
class WorkingFolder {
 public:
  explicit WorkingFolder(const std::string& folder) {
    if (folder.empty() || llvm::sys::fs::current_path(before_)) return;
    entered_ = !llvm::sys::fs::set_current_path(folder);
  }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;
  ~WorkingFolder() {
    if (entered_) llvm::sys::fs::set_current_path(before_);
  }

 private:
  llvm::SmallString<256> before_;
  bool entered_ = false;
};

std::optional<CompiledSource> compile_in(const std::string& folder, const HostCommand& command,
                                         const std::string& source, const Options& options) {
  const WorkingFolder scope(folder);
  return compile(command, source, options);
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {}

  /// Compiles the sources of the compile command.
  bool compile_command() {
    HostCommand command = read_host_command(options_.host_command);
    if (!options_.arguments_file.empty()) {
      const auto text = llvm::MemoryBuffer::getFile(options_.arguments_file);
      if (!text) return fail("cannot read '" + options_.arguments_file + "': " + text.getError().message());
      add_flags(text.get()->getBuffer(), command);
    }
    if (command.sources.empty()) return fail("the compile command after '--' names no source");
    if (options_.precompile) return precompile_header(command);
    bool compiled_all = true;
    for (const std::string& source : command.sources) compiled_all &= compile_source(source, command);
    return compiled_all && write_compiled();
  }

  /// Compiles the sources named, each as the compilation database says.
  bool compile_from_database() {
    bool compiled_all = true;
    for (const std::string& source : options_.objects) {
      const std::optional<DatabaseEntry> entry = find_in_database(options_.database, source);
      compiled_all &= entry && compile_source(entry->source, entry->command, entry->directory);
    }
    return compiled_all && write_compiled();
  }

  bool link_files() {
    std::vector<NamedObject> objects;
    for (const std::string& path : options_.objects) {
      const auto buffer = llvm::MemoryBuffer::getFile(path);
      if (!buffer) return fail("cannot read '" + path + "': " + buffer.getError().message());
      if (!is_part(buffer.get()->getBuffer()))
        return fail("'" + path + "' was not made to be linked with others; compile its source with --part");
      objects.push_back({path, buffer.get()->getBuffer().str()});
      dependencies_.push_back(path);
    }
    return link_and_write(objects);
  }

 private:
  bool precompile_header(const HostCommand& command) {
    if (command.sources.size() != 1)
      return fail("'--precompile' takes one header, not " + llvm::Twine(command.sources.size()));
    const auto dependencies = precompile(command, command.sources.front(), options_);
    if (!dependencies) return false;
    Outputs outputs;
    if (!options_.depfile.empty()) outputs.add(options_.depfile, dependency_rule(options_.output, *dependencies));
    return outputs.write();
  }

  /// `directory`: what names are relative to that the compiler finds; empty: to where it runs.
  bool compile_source(const std::string& source, const HostCommand& command, const std::string& directory = {}) {
    if (options_.verbose && !command.ignored.empty())
      llvm::errs() << "ebpfxx-cc: ignored: " << llvm::join(command.ignored, " ") << '\n';
    if (!llvm::sys::fs::exists(source)) return fail("source '" + source + "' does not exist");
    if (is_output(source)) return fail("source '" + source + "' would be overwritten; name another output");
    std::optional<CompiledSource> compiled = compile_in(directory, command, source, options_);
    if (!compiled) return false;
    tell(*compiled);
    for (const std::string& dependency : compiled->dependencies) {
      llvm::SmallString<256> path(dependency);
      if (!directory.empty()) llvm::sys::fs::make_absolute(directory, path);
      dependencies_.emplace_back(path);
    }
    objects_.push_back({source, std::move(compiled->contents)});
    return true;
  }

  bool write_compiled() const {
    return options_.assembly || options_.emit_llvm ? write_text(objects_) : link_and_write(objects_);
  }

  void tell(const CompiledSource& compiled) const {
    for (const ProgramSummary& program : compiled.programs) {
      if (options_.print_programs)
        llvm::outs() << program.symbol << ' ' << program.section << ' ' << program.place << '\n';
      if (options_.verbose)
        llvm::errs() << "ebpfxx-cc: program " << program.symbol << " (" << program.section << ") at " << program.place
                     << '\n';
    }
    if (!options_.verbose) return;
    for (const std::string& map : compiled.maps) llvm::errs() << "ebpfxx-cc: variable " << map << '\n';
  }

  bool write_text(const std::vector<NamedObject>& objects) const {
    std::string text;
    for (const NamedObject& object : objects) text += object.contents;
    Outputs outputs;
    outputs.add(options_.output.empty() ? standard_output : options_.output, text);
    return outputs.write();
  }

  bool link_and_write(const std::vector<NamedObject>& objects) const {
    if (!run_link_checks(objects)) return false;
    const std::optional<std::string> linked = link_objects(objects);
    if (!linked) return false;
    if (options_.output.empty()) return true;
    const std::optional<std::string> object = options_.part ? linked : finish_object(*linked);
    if (!object) return false;
    if (!options_.verify.empty() && !verify_object(*object, options_)) return false;
    Outputs outputs;
    outputs.add(options_.output, *object);
    if (!options_.embed.empty())
      outputs.add(options_.embed, embedding_source(*object, absolute(options_.output), options_.object_name,
                                                   read_variables(*linked).value_or(std::vector<ObjectVariable>())));
    if (!options_.depfile.empty()) outputs.add(options_.depfile, dependency_rule(options_.output, dependencies_));
    return outputs.write();
  }

  bool is_output(const std::string& source) const {
    return llvm::any_of(std::array{options_.output, options_.embed, options_.depfile},
                        [&](const std::string& output) { return llvm::sys::fs::equivalent(source, output); });
  }

  static std::string absolute(const std::string& path) {
    llvm::SmallString<256> result(path);
    llvm::sys::fs::make_absolute(result);
    return std::string(result);
  }

  const Options& options_;
  std::vector<std::string> dependencies_;
  std::vector<NamedObject> objects_;
};

}  // namespace

bool run(const Options& options) {
  initialise_llvm();
  Run run(options);
  if (!options.database.empty()) return run.compile_from_database();
  return options.host_command.empty() ? run.link_files() : run.compile_command();
}

}  // namespace ebpfxx::cc
