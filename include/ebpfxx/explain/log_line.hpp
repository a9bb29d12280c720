#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ebpfxx::explain {

/// A line of source as the verifier prints it: "; return *ip; @ drop.c:15", before Linux 6.10 without the place.
struct SourceComment {
  std::string_view text{};
  std::string_view file{};  ///< without folders; may be empty
  unsigned line = 0;        ///< 0: not told
};

namespace detail {

inline std::optional<std::uint32_t> leading_number(std::string_view text) {
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

/// The N of "N: " at the start of a line, and what follows it.
inline std::optional<std::uint32_t> index_of(std::string_view line, std::string_view& rest) {
  std::size_t colon = line.find_first_not_of("0123456789");
  if (colon == 0 || colon == std::string_view::npos || !line.substr(colon).starts_with(": ")) return std::nullopt;
  rest = line.substr(colon + 2);
  return leading_number(line);
}

/// The N of "N: (95) exit"; the verifier has printed instructions so since 4.x. State lines ("N: R1=ctx()") do not
/// match. libbpf writes "N: <invalid CO-RE relocation>" for an instruction that it could not relocate.
inline std::optional<std::uint32_t> instruction_of(std::string_view line) {
  std::string_view rest;
  std::optional<std::uint32_t> index = index_of(line, rest);
  if (index && (rest.starts_with('(') || rest.starts_with("<invalid "))) return index;
  return std::nullopt;
}

/// The N of "unreachable insn N", "jump out of range from insn N to M", "back-edge from insn N to M", "invalid func X
/// at insn N".
inline std::optional<std::uint32_t> instruction_named_in(std::string_view reason) {
  std::size_t found = reason.find("insn ");
  if (found == std::string_view::npos) return std::nullopt;
  return leading_number(reason.substr(found + 5));
}

/// Whether text is of register states: "R1=ctx()", "frame1: R0_w=0", "fp-8=mmmm????".
inline bool is_state(std::string_view text) {
  if (text.starts_with("frame")) return true;
  if (text.starts_with("fp-")) return text.find('=') != std::string_view::npos;
  bool is_register = text.size() > 2 && text[0] == 'R' && text[1] >= '0' && text[1] <= '9';
  return is_register && text.find('=') <= 6;
}

/// The source in a line of its own, or behind an instruction whose registers do not change: "3: (05) goto pc-2 ; x @
/// a.c:8".
inline std::optional<SourceComment> source_comment(std::string_view line) {
  std::size_t mark = line.starts_with("; ") ? 0 : std::string_view::npos;
  if (mark != 0 && instruction_of(line)) mark = line.find(" ; ");
  if (mark == std::string_view::npos) return std::nullopt;
  SourceComment comment{.text = line.substr(line.find(';', mark) + 1)};
  comment.text.remove_prefix(std::min(comment.text.find_first_not_of(' '), comment.text.size()));
  if (is_state(comment.text)) return std::nullopt;
  std::size_t place = comment.text.rfind(" @ ");
  std::size_t colon = comment.text.rfind(':');
  if (place == std::string_view::npos || colon == std::string_view::npos || colon < place) return comment;
  std::optional<std::uint32_t> number = leading_number(comment.text.substr(colon + 1));
  if (!number) return comment;
  comment.line = *number;
  comment.file = comment.text.substr(place + 3, colon - place - 3);
  comment.text = comment.text.substr(0, place);
  return comment;
}

/// Lines that describe the verifier's walk, not its verdict.
inline bool is_narration(std::string_view line) {
  constexpr std::string_view starts[] = {"processed ",
                                         "max_states",
                                         "verification time",
                                         "stack depth",
                                         "; ",
                                         "from ",
                                         "parent ",
                                         "last_idx",
                                         "regs=",
                                         "func#",
                                         "Validating ",
                                         "mark_precise",
                                         "peak_states",
                                         "frame ",
                                         "arg#",
                                         "Live regs",
                                         "insn_processed",
                                         "caller:",
                                         "callee:",
                                         "returning from callee",
                                         "to caller at ",
                                         "cur state:",
                                         "old state:",
                                         "Unrecognized arg#"};
  for (std::string_view start : starts)
    if (line.starts_with(start)) return true;
  std::string_view rest;
  if (index_of(line, rest)) return true;  // "12: R1=ctx() R10=fp0", or a line of source: "14: return one + two;"
  std::size_t text = line.find_first_not_of(' ');
  return text == std::string_view::npos || (text > 0 && is_state(line.substr(text)));
}

/// Takes the first line off the text.
inline std::string_view take_line(std::string_view& text) {
  std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace detail

}  // namespace ebpfxx::explain
