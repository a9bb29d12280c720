#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ebpfxx/explain/log_line.hpp>
#include <ebpfxx/explain/refusal.hpp>

namespace ebpfxx::explain::detail {

/// Reads the blocks behind the verdict that Linux 7.3 writes (commit ce7c9f6c599b): a line "Verification failed: Class:
/// title", and under "Reason:", "At:", "Causal path:" and "Suggestion:" lines that are indented by two spaces.
class KernelExplanationReader {
 public:
  /// Whether the line belongs to an explanation, which has begun or begins with it.
  bool read(std::string_view line) {
    constexpr std::string_view start = "Verification failed: ";
    if (line.starts_with(start)) {
      found_ = {.title = std::string(line.substr(start.size()))};
      has_begun_ = true;
      block_ = {};
    } else if (has_begun_ && line.starts_with("processed ")) {
      has_begun_ = false;
    } else if (has_begun_ && line.ends_with(':') && !line.starts_with(' ')) {
      block_ = line;
    } else if (has_begun_ && line.starts_with("  ")) {
      add(line.substr(2));
    }
    return has_begun_;
  }

  const KernelExplanation& found() const { return found_; }
  /// That of "At:".
  std::optional<std::uint32_t> instruction() const { return instruction_; }

 private:
  void add(std::string_view text) {
    std::string* block = block_ == "Reason:" ? &found_.reason : block_ == "Suggestion:" ? &found_.suggestion : nullptr;
    if (block) *block += (block->empty() ? "" : " ") + std::string(text);
    if (block_ == "At:" && text.starts_with("insn ") && !instruction_) instruction_ = instruction_named_in(text);
  }

  KernelExplanation found_;
  std::optional<std::uint32_t> instruction_;
  std::string block_;
  bool has_begun_ = false;
};

}  // namespace ebpfxx::explain::detail
