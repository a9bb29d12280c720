#pragma once

#include <bpf/libbpf.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/explain/explanation.hpp>

#include "../os/capabilities.hpp"

namespace ebpfxx::detail::load {

/// Why bpf_object__load failed. libbpf tells the errno only; which program or map it was, and the verifier's log, are
/// in its warnings ("prog 'p': BPF program load failed", "map 'm': failed to create").
class LoadFailure {
 public:
  LoadFailure(int number, const std::vector<std::string>& warnings, bpf_object* object, const explain::ElfFile& file)
      : number_(number), warnings_(warnings), object_(object), file_(file) {}

  Error error() const {
    if (std::optional<std::string> program = named("prog '", "': BPF program load failed"))
      return program_error(*program);
    if (std::optional<std::string> program = named("prog '", "': failed to find kernel BTF type ID of '"))
      return target_error(*program);
    if (std::optional<std::string> map = named("map '", "': failed to create")) return map_error(*map);
    ErrorDetails failure{.attempt = std::string("load object ") + bpf_object__name(object_)};
    failure.name = bpf_object__name(object_);
    if (number_ == EPERM) {
      failure.advice = os::missing_rights({os::bpf, os::net_admin});
    } else if (number_ == ENOSYS) {
      failure.reason = "this kernel has no BPF";
      failure.advice = "it needs CONFIG_BPF_SYSCALL";
    } else {
      failure.reason = most_telling(warnings_);
    }
    return Error(number_, std::move(failure));
  }

  /// The first line of libbpf's last warning that says more than that something failed; may be empty.
  static std::string most_telling(const std::vector<std::string>& warnings) {
    std::string found;
    for (const std::string& warning : warnings)
      if (!warning.starts_with("failed to load object")) found = warning.substr(0, warning.find('\n'));
    return found;
  }

 private:
  std::optional<std::string> named(std::string_view before, std::string_view after) const {
    for (const std::string& warning : warnings_) {
      std::size_t end = warning.find(after);
      if (warning.starts_with(before) && end != std::string::npos)
        return warning.substr(before.size(), end - before.size());
    }
    return std::nullopt;
  }

  std::string verifier_log() const {
    constexpr std::string_view begin_mark = "-- BEGIN PROG LOAD LOG --\n", end_mark = "-- END PROG LOAD LOG --";
    for (const std::string& warning : warnings_) {
      std::size_t begin = warning.find(begin_mark), end = warning.rfind(end_mark);
      if (begin != std::string::npos && end != std::string::npos)
        return warning.substr(begin + begin_mark.size(), end - begin - begin_mark.size());
    }
    return {};
  }

  Error program_error(const std::string& name) const {
    ErrorDetails failure{.attempt = "load program " + name, .name = name};
    failure.refusal = explain::explain(verifier_log(), name, &file_);
    const explain::Refusal& refusal = failure.refusal;
    if (!refusal.reason.empty()) {
      std::string place = to_text(refusal.location);
      bool is_known = refusal.explanation.known();
      failure.reason = "the kernel's verifier refuses " + (place.empty() ? "it" : place) + ": " +
                       (is_known ? "it " + refusal.explanation.reason : refusal.reason);
      failure.advice = refusal.explanation.advice;
      if (refusal.reason.find("!root") != std::string_view::npos)  // how it names the lack of CAP_PERFMON
        failure.advice = os::missing_rights({os::bpf, os::perfmon, os::net_admin});
    } else if (number_ == EPERM) {
      failure.advice = os::missing_rights({os::bpf, os::net_admin});
    } else if (number_ == EINVAL && !kernel_has_type_of(name)) {
      failure.reason = "this kernel has no programs of its kind";
      failure.advice = "it is too old, or built without them";
    }
    return Error(number_, std::move(failure));
  }

  // What a BTF hook is attached to is found at load: it is a part of the program.
  Error target_error(const std::string& name) const {
    const bpf_program* program = bpf_object__find_program_by_name(object_, name.c_str());
    const std::string section = program == nullptr ? "" : bpf_program__section_name(program);
    return Error(number_, {.attempt = "load program " + name,
                           .name = name,
                           .reason = "the BTF of this kernel has no '" + section.substr(section.find('/') + 1) + "'"});
  }

  bool kernel_has_type_of(const std::string& name) const {
    const bpf_program* program = bpf_object__find_program_by_name(object_, name.c_str());
    return program == nullptr || libbpf_probe_bpf_prog_type(bpf_program__type(program), nullptr) != 0;
  }

  Error map_error(const std::string& name) const {
    ErrorDetails failure{.attempt = "create map " + name, .name = name};
    const bpf_map* map = bpf_object__find_map_by_name(object_, name.c_str());
    if (number_ == EPERM) {
      failure.advice = os::missing_rights({os::bpf});
    } else if (number_ == ENOMEM || number_ == E2BIG) {
      failure.advice = "give it fewer entries";
    } else if (number_ == EINVAL && map && libbpf_probe_bpf_map_type(bpf_map__type(map), nullptr) == 0) {
      failure.reason = "this kernel has no maps of its kind";
      failure.advice = "it is too old, or built without them";
    }
    return Error(number_, std::move(failure));
  }

  int number_;
  const std::vector<std::string>& warnings_;
  bpf_object* object_;
  const explain::ElfFile& file_;
};

}  // namespace ebpfxx::detail::load
