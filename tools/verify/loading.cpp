#include "loading.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <ebpfxx/explain/explanation.hpp>
#include <ebpfxx/explain/load_output.hpp>

#include "load/libbpf_messages.hpp"
#include "subcommand.hpp"

namespace ebpfxx::verify {
namespace {

using detail::load::LibbpfMessages;

/// "libbpf: map 'm': failed to create: Invalid argument(-22)" names it.
const bpf_map* refused_map(const bpf_object& object, std::string_view messages) {
  const std::size_t end = messages.find("': failed to create");
  if (end == messages.npos) return nullptr;
  const std::size_t begin = messages.rfind("map '", end);
  if (begin == messages.npos) return nullptr;
  return bpf_object__find_map_by_name(&object, std::string(messages.substr(begin + 5, end - begin - 5)).c_str());
}

/// What the kernel lacks, and not the program: a type that a CO-RE relocation names, or a helper.
bool lacks_feature(const explain::Refusal& refusal) {
  return refusal.explanation.rule == "helper-kernel" || refusal.log.find("CO-RE relocation") != std::string::npos;
}

/// What libbpf says of a program, in words that are the same for each.
std::string without_name(std::string message, const std::string& program) {
  const std::string name = "prog '" + program + "': ";
  if (message.starts_with(name)) message.erase(0, name.size());
  const explain::Explanation known = explain::explain(message, program).explanation;
  return known.known() ? known.reason : message;
}

Outcome accepted(const bpf_program& program) {
  bpf_prog_info known{};
  std::uint32_t size = sizeof known;
  bpf_obj_get_info_by_fd(bpf_program__fd(&program), &known, &size);
  return {.instructions = static_cast<std::uint32_t>(bpf_program__insn_cnt(&program)), .steps = known.verified_insns};
}

}  // namespace

std::string why_not_here() {
  const LibbpfMessages messages;
  // Who may load tracing programs has the rules that root has: others are refused what root is not.
  if (libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACEPOINT, nullptr) == 1) return {};
  return "this process may not load programs; it needs root, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN";
}

void LoadedObject::Close::operator()(bpf_object* object) const { bpf_object__close(object); }

LoadedObject::LoadedObject(std::string bytes, const std::string& name)
    : bytes_(std::move(bytes)), file_(std::as_bytes(std::span(bytes_))) {
  const LibbpfMessages messages;
  const Object object = open();
  if (!object) throw tool::Failure("libbpf does not take '" + name + "': " + messages.first());
  bpf_program* program;
  bpf_object__for_each_program(program, object.get()) programs_.emplace_back(bpf_program__name(program));
}

LoadedObject::Object LoadedObject::open() const {
  bpf_object_open_opts options{};
  options.sz = sizeof options;
  options.object_name = "verify";
  return Object(bpf_object__open_mem(bytes_.data(), bytes_.size(), &options));
}

bool LoadedObject::reads_config(const std::string& program) const {
  const LibbpfMessages messages;
  const Object object = open();
  const btf* types = bpf_object__btf(object.get());
  if (types == nullptr) return false;
  for (const explain::ElfSymbol* variable : explain::program_variables(file_, program))
    if (is_config(*types, variable->name)) return true;
  return false;
}

void LoadedObject::select(bpf_object& object, const std::string& program, ConfigValues values) const {
  bpf_program* candidate;
  bpf_object__for_each_program(candidate, &object)
      bpf_program__set_autoload(candidate, program == bpf_program__name(candidate));
  std::set<const bpf_map*> used;
  for (const explain::ElfSymbol* variable : explain::program_variables(file_, program)) {
    const std::string_view section = file_.sections()[variable->section].name;
    used.insert(
        bpf_object__find_map_by_name(&object, std::string(section == ".maps" ? variable->name : section).c_str()));
  }
  bpf_map* map;
  bpf_object__for_each_map(map, &object) {
    bpf_map__set_pin_path(map, nullptr);
    bpf_map__set_autocreate(map, used.contains(map));
    std::size_t size = 0;
    const auto* initial = static_cast<const std::byte*>(bpf_map__initial_value(map, &size));
    if (initial == nullptr || values == ConfigValues::AsCompiled || bpf_object__btf(&object) == nullptr) continue;
    std::vector<std::byte> bytes(initial, initial + size);
    const std::string_view name = bpf_map__name(map);  // "verify.rodata"
    set_configs(*bpf_object__btf(&object), name.substr(std::min(name.find('.'), name.size())), values, bytes);
    bpf_map__set_initial_value(map, bytes.data(), bytes.size());
  }
}

Outcome LoadedObject::load(const std::string& program, ConfigValues values) const {
  // The log of a program that is too large has a line for each of a million instructions, and takes the kernel ten
  // times as long to write as to find that out. The verdict alone comes first; Linux 6.1 has no more for a log that is
  // too long.
  constexpr std::uint32_t no_instructions = 4;  // BPF_LOG_STATS
  Outcome verdict;
  for (const std::uint32_t log_level : {no_instructions, 0U}) {
    const LibbpfMessages messages;
    const Object object = open();
    select(*object, program, values);
    bpf_program* const loaded = bpf_object__find_program_by_name(object.get(), program.c_str());
    bpf_program__set_log_level(loaded, log_level);
    const int result = bpf_object__load(object.get());
    if (result == 0) return accepted(*loaded);
    if (log_level == 0 && result == -ENOSPC) break;
    verdict = failure(*object, program, -result, messages);
    if (result == -E2BIG) break;
  }
  return verdict;
}

explain::Refusal LoadedObject::refusal_at_start(const std::string& program, std::string reason) const {
  explain::Refusal refusal;
  refusal.program = program;
  refusal.reason = std::move(reason);
  refusal.location = explain::LineInfo(file_).at(program, 0);
  return refusal;
}

Outcome LoadedObject::failure(bpf_object& object, const std::string& program, int number,
                              const LibbpfMessages& messages) const {
  if (number == EPERM) return {.not_verified = "the kernel does not permit it (EPERM)"};
  if (const bpf_map* map = refused_map(object, messages.text())) {
    const std::string reason = std::string("map '") + bpf_map__name(map) + "' is not created: " + std::strerror(number);
    const bool is_refused =
        (number == EINVAL || number == E2BIG) && libbpf_probe_bpf_map_type(bpf_map__type(map), nullptr) == 1;
    if (is_refused) return {.refusal = refusal_at_start(program, reason)};
    return {.not_verified = reason};
  }
  if (messages.text().find("PROG LOAD LOG") == std::string::npos)
    return {.not_verified = messages.first().empty() ? std::strerror(number) : without_name(messages.first(), program)};
  for (const explain::LoadOutput& part : explain::read_load_output(messages.text())) {
    explain::Refusal refusal = explain::explain(part.log, program, &file_);
    if (refusal.reason.empty()) continue;
    if (lacks_feature(refusal)) return {.not_verified = refusal.reason};
    if (refusal.location.line == 0) refusal.location = explain::LineInfo(file_).at(program, 0);
    return {.refusal = std::move(refusal)};
  }
  return {.refusal = refusal_at_start(program, "the verifier does not say why")};
}

}  // namespace ebpfxx::verify
