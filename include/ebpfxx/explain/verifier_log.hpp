#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <ebpfxx/explain/kernel_explanation.hpp>
#include <ebpfxx/explain/log_line.hpp>
#include <ebpfxx/explain/refusal.hpp>

namespace ebpfxx::explain {

namespace detail {

/// Which line of source each instruction comes from, as far as a log tells. The verifier prints a line when it is
/// another than the last that it printed. When it turns to another branch it takes back what it printed since then, so
/// from there on the line is known only after the next is printed.
class CommentedLines {
 public:
  void read(std::string_view line) {
    std::optional<std::uint32_t> instruction = instruction_of(line);
    if (instruction && current_) lines_[*instruction] = *current_;
    if (line.starts_with("from ") || line.starts_with("Validating ") || (instruction && turns(line))) current_.reset();
    if (std::optional<SourceComment> comment = source_comment(line)) current_ = comment;
  }

  SourceLocation at(std::uint32_t instruction) const {
    auto found = lines_.find(instruction);
    if (found == lines_.end()) return {};
    const SourceComment& comment = found->second;
    return {std::string(comment.file), comment.line, 0, std::string(comment.text)};
  }

 private:
  // "15: (55) if r1 != 0x0 goto pc+1 17: R0=1 R10=fp0": the states of the other branch, on the line that was cut off.
  static bool turns(std::string_view line) {
    std::size_t colon = line.find(": ", line.find(')'));
    return colon != std::string_view::npos && line[colon - 1] >= '0' && line[colon - 1] <= '9' &&
           is_state(line.substr(colon + 2));
  }

  std::optional<SourceComment> current_;
  std::map<std::uint32_t, SourceComment> lines_;
};

/// "r1 = *(u8 *)(r7 +8)" of "17: (71) r1 = *(u8 *)(r7 +8)         ; R1=scalar()".
inline std::string_view statement_of(std::string_view line) {
  std::size_t begin = line.find(") ");
  if (begin == std::string_view::npos) return {};
  std::string_view text = line.substr(begin + 2);
  text = text.substr(0, text.find(" ;"));
  std::size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace detail

/// The lines of source that a log tells, by instruction.
inline SourceLocation commented_location(std::string_view log, std::uint32_t instruction) {
  detail::CommentedLines lines;
  while (!log.empty()) lines.read(detail::take_line(log));
  return lines.at(instruction);
}

/// Finds the verdict in a verifier log: the lines after the last instruction that was looked at, joined by "; ", that
/// instruction's index, and its line of source as far as the log tells. The log of an accepted program, or an empty
/// one, gives an empty reason.
inline Refusal read_verifier_log(std::string_view log) {
  Refusal refusal;
  refusal.log = log;
  detail::CommentedLines lines;
  detail::KernelExplanationReader by_kernel;
  std::optional<std::uint32_t> last_instruction;
  while (!log.empty()) {
    std::string_view line = detail::take_line(log);
    if (by_kernel.read(line)) continue;
    lines.read(line);
    if (std::optional<std::uint32_t> instruction = detail::instruction_of(line)) {
      const std::size_t verdict = line.find("infinite loop detected at insn ");  // Linux 6.1 forgets a break before it
      last_instruction = instruction;
      refusal.statement = detail::statement_of(line.substr(0, verdict));
      refusal.messages.clear();
      if (verdict != line.npos) refusal.messages.emplace_back(line.substr(verdict));
    } else if (!line.empty() && !detail::is_narration(line)) {
      refusal.messages.emplace_back(line.substr(0, line.find("processed ")));  // Linux 6.18 forgets a break before it
    }
  }
  refusal.by_kernel = by_kernel.found();
  if (refusal.messages.empty() && !refusal.by_kernel.title.empty()) refusal.messages.push_back(refusal.by_kernel.title);
  for (const std::string& message : refusal.messages) refusal.reason += (refusal.reason.empty() ? "" : "; ") + message;
  refusal.instruction = last_instruction ? last_instruction : by_kernel.instruction();
  std::optional<std::uint32_t> named = detail::instruction_named_in(refusal.reason);
  // A loop is found where it closes, and reported where it begins.
  if (named && (!last_instruction || refusal.reason.starts_with("infinite loop detected at insn ")))
    refusal.instruction = named;
  if (refusal.instruction && !refusal.reason.empty()) refusal.location = lines.at(*refusal.instruction);
  return refusal;
}

}  // namespace ebpfxx::explain
