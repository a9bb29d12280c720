#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebpfxx::explain {

/// Where an instruction comes from in the application's source.
struct SourceLocation {
  std::string file{};   ///< as the compiler recorded it
  unsigned line = 0;    ///< from 1; 0: unknown
  unsigned column = 0;  ///< from 1; 0: unknown
  std::string text{};   ///< the line itself, if the object carries it

  /// "app.cpp:12"; empty when unknown.
  std::string print() const { return line == 0 ? std::string() : file + ":" + std::to_string(line); }
};

/// What the kernel's verifier said about a program it refused.
struct Refusal {
  std::string program{};                       ///< the ELF symbol
  std::string reason{};                        ///< "invalid access to packet, off=34 size=2, R3(id=0,off=34,r=34)"
  std::optional<std::uint32_t> instruction{};  ///< the failing one, counted from the start of the loaded program
  SourceLocation location{};                   ///< of that instruction
  std::string log{};                           ///< everything the verifier wrote
};

namespace detail {

inline std::optional<std::uint32_t> leading_number(std::string_view text) {
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

/// The N of "N: (95) exit"; the verifier has printed instructions so since 4.x. State lines ("N: R1=ctx()") do not
/// match.
inline std::optional<std::uint32_t> instruction_of(std::string_view line) {
  std::size_t colon = line.find(": (");
  if (colon == std::string_view::npos || line.find_first_not_of("0123456789") != colon) return std::nullopt;
  return leading_number(line);
}

/// The N of "unreachable insn N", "jump out of range from insn N to M", "back-edge from insn N to M", "invalid func X
/// at insn N".
inline std::optional<std::uint32_t> instruction_named_in(std::string_view reason) {
  std::size_t found = reason.find("insn ");
  if (found == std::string_view::npos) return std::nullopt;
  return leading_number(reason.substr(found + 5));
}

/// Lines that describe the verifier's walk, not its verdict.
inline bool is_narration(std::string_view line) {
  constexpr std::string_view starts[] = {"processed ",  "max_states",    "verification time", "stack depth", "; ",
                                         "from ",       "parent ",       "last_idx",          "regs=",       "func#",
                                         "Validating ", "mark_precise",  "peak_states",       "frame ",      "arg#",
                                         "Live regs",   "insn_processed"};
  for (std::string_view start : starts)
    if (line.starts_with(start)) return true;
  // "12: R1=ctx() R10=fp0" and " R0=inv(id=0)": register states.
  std::size_t text = line.find_first_not_of("0123456789: ");
  if (text == std::string_view::npos) return true;
  std::string_view rest = line.substr(text);
  bool indexed = text > 0;
  if (rest.starts_with("frame")) return true;
  bool is_register = rest.size() > 2 && rest[0] == 'R' && rest[1] >= '0' && rest[1] <= '9';
  return indexed && is_register && rest.find('=') != std::string_view::npos && rest.find('=') <= 5;
}

}  // namespace detail

/// Finds the verdict in a verifier log: the lines after the last instruction that was looked at, joined by "; ", and
/// that instruction's index. The log of an accepted program, or an empty one, gives an empty reason.
inline Refusal read_verifier_log(std::string_view log) {
  Refusal refusal;
  refusal.log = log;
  std::optional<std::uint32_t> last_instruction;
  while (!log.empty()) {
    std::size_t end = log.find('\n');
    std::string_view line = log.substr(0, end);
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    if (std::optional<std::uint32_t> instruction = detail::instruction_of(line)) {
      last_instruction = instruction;
      refusal.reason.clear();
    } else if (!line.empty() && !detail::is_narration(line)) {
      if (!refusal.reason.empty()) refusal.reason += "; ";
      refusal.reason += line;
    }
  }
  refusal.instruction = last_instruction;
  if (!last_instruction) refusal.instruction = detail::instruction_named_in(refusal.reason);
  return refusal;
}

}  // namespace ebpfxx::explain
