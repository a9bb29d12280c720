#include "compile.hpp"

#include <clang/Basic/TargetInfo.h>
#include <clang/Frontend/CompilerInstance.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/raw_ostream.h>

#include <chrono>

#include "checks/checks.hpp"
#include "emit/object.hpp"
#include "frontend/dependencies.hpp"
#include "frontend/device_action.hpp"
#include "frontend/gcc_headers.hpp"
#include "frontend/invocation.hpp"
#include "frontend/precompiled.hpp"
#include "frontend/scan.hpp"
#include "lower/address_tables.hpp"
#include "lower/atomics.hpp"
#include "lower/carried_numbers.hpp"
#include "lower/choices.hpp"

#include "lower/config_reads.hpp"
#include "lower/context_accesses.hpp"
#include "lower/context_arrays.hpp"
#include "lower/core_relocations.hpp"
#include "lower/counted_conditions.hpp"
#include "lower/counter_limits.hpp"
#include "lower/cut_slots.hpp"
#include "lower/debug_info.hpp"
#include "lower/divisions.hpp"
#include "lower/drop_counters.hpp"
#include "lower/emission.hpp"
#include "lower/equality_tests.hpp"
#include "lower/extremes.hpp"
#include "lower/forgotten.hpp"
#include "lower/indexes.hpp"
#include "lower/inner_limits.hpp"
#include "lower/kernel_arrays.hpp"
#include "lower/kernel_loops.hpp"
#include "lower/license.hpp"
#include "lower/linkage.hpp"
#include "lower/loop_conditions.hpp"
#include "lower/loop_ends.hpp"
#include "lower/meeting_numbers.hpp"
#include "lower/optimise.hpp"
#include "lower/order.hpp"
#include "lower/pointer_differences.hpp"
#include "lower/round_choices.hpp"
#include "lower/shared_conditions.hpp"
#include "lower/source_locations.hpp"
#include "lower/stack_indexes.hpp"
#include "lower/target.hpp"
#include "lower/tested_values.hpp"
#include "lower/unset_values.hpp"
#include "lower/whole_objects.hpp"
#include "lower/wide_counters.hpp"

namespace ebpfxx::cc {
namespace {

/// Says with -v how long each stage took.
class Stages {
 public:
  explicit Stages(bool verbose) : verbose_(verbose) {}

  void done(const char* stage) {
    const auto now = std::chrono::steady_clock::now();
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
    if (verbose_) llvm::errs() << "ebpfxx-cc: " << stage << ": " << spent.count() << " ms\n";
    since_ = now;
  }

 private:
  bool verbose_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

const clang::NamedDecl& program_class(const Program& program) {
  const clang::CXXRecordDecl* record = program.variable->getType()->getAsCXXRecordDecl();
  const clang::CXXRecordDecl* pattern = record->getTemplateInstantiationPattern();
  return pattern ? *pattern : *record;
}

class Lowering {
 public:
  Lowering(const Options& options, Stages& stages) : options_(options), stages_(stages) {}

  /// The object, or the text that was asked for; empty when errors were reported.
  std::optional<std::string> run(TranslationUnit& unit, Diagnostics& diagnostics) {
    stages_.done("parsed");
    std::optional<UserCode> user_code;
    if (!unit.programs.empty())
      user_code.emplace(unit.compiler.getSourceManager(), program_class(unit.programs.front()));
    diagnostics.set_user_code(user_code ? &*user_code : nullptr);
    run_checks(unit, diagnostics);
    stages_.done("checked");
    if (diagnostics.has_errors()) return std::nullopt;
    keep_choices(unit);
    llvm::LLVMContext context;
    const std::unique_ptr<llvm::Module> module = emit_module(unit, context);
    if (!module) return std::nullopt;
    stages_.done("emitted");
    return lower(*module, IrLocations(unit, diagnostics.user_code()), diagnostics);
  }

 private:
  std::optional<std::string> lower(llvm::Module& module, const IrLocations& locations, Diagnostics& diagnostics) {
    const std::unique_ptr<llvm::TargetMachine> machine = make_target_machine(options_.kernel);
    retarget(module, *machine);
    if (locations.unit().license && !locations.unit().programs.empty()) add_license(module, *locations.unit().license);
    set_linkage(module, locations.unit());
    lower_core_relocations(module);
    relocate_steps(module);
    define_divisions(module);
    keep_context_accesses(module, locations.unit());
    std::unique_ptr<llvm::Module> whole = with_whole_objects(module);
    for (llvm::Module* each : {&module, whole.get()}) {
      optimise(*each, *machine, locations.unit(), options_.kernel);
      restore_context_accesses(*each);
    }
    copy_context_arrays(module, locations.unit(), options_.kernel);
    make_drop_counters(module);
    finish_linkage(module, locations.unit());
    keep_config_reads(module, locations.unit());
    keep_tested_values(module, locations.unit(), options_.kernel);
    widen_counters(module, options_.kernel);
    order_loop_ends(module, options_.kernel);
    count_until_meeting(module, options_.kernel);
    run_code_checks({module, *whole, options_.kernel, locations}, diagnostics);
    stages_.done("optimised");
    whole.reset();  // LLVM shares the relocated fields of all modules (BPFAbstractMemberAccess::GEPGlobals)
    if (diagnostics.has_errors()) return std::nullopt;
    // The checks have seen what the source says; from here on the code is shaped for the verifier.
    lower_address_tables(module);
    compute_counted_conditions(module);
    make_equality_tests_relational(module, options_.kernel);
    hide_carried_numbers(module, locations.unit(), options_.kernel);
    hide_round_choices(module, options_.kernel);
    lower_indexes(module, locations.unit(), options_.kernel);
    hide_inner_limits(module, options_.kernel);
    show_counter_limits(module, options_.kernel);
    read_kernel_elements(module, options_.kernel);
    release_cut_slots(module, options_.kernel);
    outline_loops(module, options_.kernel);
    spill_forgotten(module);
    group_pointer_differences(module);
    hide_stack_alignment(module, options_.kernel);
    restore_divisions(module);
    lower_exact_divisions(module);
    lower_signed_divisions(module, options_.kernel);
    share_conditions(module);
    order_loop_conditions(module, options_.kernel);
    choose_extremes(module);
    order_computations(module);
    set_unset_values(module);
    lower_atomics(module);
    use_user_lines(module, locations);
    shape_debug_info(module);
    const llvm::StringMap<std::string> old_names = rename_sources(module, options_.prefix_map);
    if (options_.emit_llvm) return text_of(module);
    const MachineCode code = emit_machine_code(
        module, *machine, options_.assembly ? llvm::CodeGenFileType::AssemblyFile : llvm::CodeGenFileType::ObjectFile);
    run_machine_checks({module, code, old_names, locations}, diagnostics);
    stages_.done("generated");
    if (diagnostics.has_errors()) return std::nullopt;
    return code.contents;
  }

  static std::string text_of(const llvm::Module& module) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream, nullptr);
    return text;
  }

  const Options& options_;
  Stages& stages_;
};

void summarise(const TranslationUnit& unit, CompiledSource& result) {
  const clang::SourceManager& sources = unit.compiler.getSourceManager();
  for (const Program& program : unit.programs) {
    const clang::PresumedLoc place = sources.getPresumedLoc(program.variable->getLocation());
    result.programs.push_back(
        {program.symbol, program.section, std::string(place.getFilename()) + ":" + std::to_string(place.getLine())});
  }
  for (const DeviceVariable& variable : unit.variables) result.maps.push_back(variable.symbol);
}

void prepare(clang::CompilerInstance& compiler) {
  compiler.createDiagnostics();
  // Lets clang know BPF's builtins and attributes while it parses for the host.
  auto bpf = std::make_shared<clang::TargetOptions>();
  bpf->Triple = "bpfel";
  compiler.setAuxTarget(clang::TargetInfo::CreateTargetInfo(compiler.getDiagnostics(), bpf));
}

/// What a source without programs compiles to.
CompiledSource without_programs(const Options& options, std::vector<std::string> dependencies) {
  llvm::LLVMContext context;
  llvm::Module module("", context);
  const std::unique_ptr<llvm::TargetMachine> machine = make_target_machine(options.kernel);
  retarget(module, *machine);
  const bool is_text = options.assembly || options.emit_llvm;
  std::string contents;
  if (!is_text) contents = emit_machine_code(module, *machine, llvm::CodeGenFileType::ObjectFile).contents;
  return {std::move(contents), {}, {}, std::move(dependencies)};
}

}  // namespace

std::optional<CompiledSource> compile(const HostCommand& command, const std::string& source, const Options& options) {
  std::shared_ptr<clang::CompilerInvocation> invocation = make_invocation(command, source);
  if (!invocation) return std::nullopt;
  const auto files = add_gcc_headers(*invocation);
  const std::optional<Scan> scanned = scan(source, invocation, files);
  if (!scanned) return std::nullopt;
  if (!scanned->may_have_programs) return without_programs(options, scanned->dependencies);
  clang::CompilerInstance compiler;
  compiler.setInvocation(invocation);
  prepare(compiler);
  compiler.createFileManager(files);
  const auto dependencies = std::make_shared<AllDependencies>();
  compiler.addDependencyCollector(dependencies);
  if (!options.precompiled.empty() && !use_precompiled(compiler, options.precompiled)) return std::nullopt;

  Stages stages(options.verbose);
  CompiledSource result;
  std::optional<std::string> contents;
  ParseTimes parse_times;
  const auto at_end = [&](TranslationUnit& unit, Diagnostics& diagnostics) {
    parse_times.enter(ParseTimes::Part::Yours);  // ends the parse
    if (options.verbose) llvm::errs() << "ebpfxx-cc: parsing: " << parse_times.text() << " of processor time\n";
    contents = Lowering(options, stages).run(unit, diagnostics);
    summarise(unit, result);
  };
  run_parse_checks(compiler.getDiagnostics());
  DeviceAction action(at_end, options.disabled_checks, options.verbose ? &parse_times : nullptr);
  compiler.ExecuteAction(action);
  if (!contents || compiler.getDiagnostics().hasErrorOccurred()) return std::nullopt;
  result.contents = std::move(*contents);
  result.dependencies = dependencies->getDependencies();
  return result;
}

std::optional<std::vector<std::string>> precompile(const HostCommand& command, const std::string& header,
                                                   const Options& options) {
  std::shared_ptr<clang::CompilerInvocation> invocation = make_invocation(command, header);
  if (!invocation) return std::nullopt;
  clang::CompilerInstance compiler;
  compiler.createFileManager(add_gcc_headers(*invocation));
  compiler.setInvocation(std::move(invocation));
  prepare(compiler);
  const auto dependencies = std::make_shared<AllDependencies>();
  compiler.addDependencyCollector(dependencies);
  if (!write_precompiled(compiler, options.output)) return std::nullopt;
  return dependencies->getDependencies();
}

}  // namespace ebpfxx::cc
