#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ebpfxx/explain/elf_file.hpp>
#include <ebpfxx/explain/refusal.hpp>

#include "config_values.hpp"

struct bpf_object;

namespace ebpfxx::detail::load {
class LibbpfMessages;
}

namespace ebpfxx::verify {

/// What the running kernel says of a program. Without a refusal and a reason it was loaded.
struct Outcome {
  std::uint32_t instructions = 0;  ///< of a program that was loaded, with those of its subprograms
  std::uint32_t steps = 0;         ///< how many instructions the verifier went through, path by path
  std::optional<explain::Refusal> refusal{};
  std::string not_verified{};  ///< why the kernel could not be asked
};

/// Why this process cannot ask this kernel's verifier at all; empty: it can.
std::string why_not_here();

/// A BPF object in memory, whose programs are loaded one by one: a refusal of one does not hide another's.
class LoadedObject {
 public:
  /// Throws tool::Failure if libbpf does not take the object called `name`.
  LoadedObject(std::string bytes, const std::string& name);

  const std::vector<std::string>& programs() const { return programs_; }
  /// Whether values of Configs may make a difference to the program.
  bool reads_config(const std::string& program) const;
  /// Loads the program with the maps that it uses, and lets go of both.
  Outcome load(const std::string& program, ConfigValues values) const;

 private:
  struct Close {
    void operator()(bpf_object* object) const;
  };
  using Object = std::unique_ptr<bpf_object, Close>;

  Object open() const;
  void select(bpf_object& object, const std::string& program, ConfigValues values) const;
  explain::Refusal refusal_at_start(const std::string& program, std::string reason) const;
  Outcome failure(bpf_object& object, const std::string& program, int number,
                  const detail::load::LibbpfMessages& messages) const;

  std::string bytes_;
  explain::ElfFile file_;
  std::vector<std::string> programs_;
};

}  // namespace ebpfxx::verify
