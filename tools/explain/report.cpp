#include "report.hpp"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <ebpfxx/explain/explanation.hpp>

namespace ebpfxx::explain {
namespace {

/// "drop.c:8:10: "; where the line is not known the instruction stands for it, in the log's own counting.
void write_place(std::ostream& out, const SourceLocation& location, std::optional<std::uint32_t> instruction) {
  if (location.line != 0) {
    out << to_text(location);
    if (location.column != 0) out << ':' << location.column;
    out << ": ";
  } else if (instruction) {
    out << "instruction " << *instruction << ": ";
  }
}

void write_source(std::ostream& out, const SourceLocation& location) {
  if (!location.text.empty()) out << "    " << location.text << '\n';
}

/// As a cell of a markdown table, where | ends a cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (character == '|') escaped += '\\';
    escaped += character;
  }
  return escaped;
}

/// The alternatives of a pattern, each as code.
std::string wordings(std::string_view pattern) {
  std::string text;
  while (true) {
    const std::size_t bar = pattern.find('|');
    text.append("`").append(pattern.substr(0, bar)).append("`");
    if (bar == std::string_view::npos) return text;
    text += "<br>";
    pattern.remove_prefix(bar + 1);
  }
}

/// What must hold besides the message's words.
std::string_view condition(detail::When when) {
  using enum detail::When;
  switch (when) {
    case Always:
      return "";
    case OffsetTooFar:
      return "<br>at an offset that may be above 65535";
    case VariableOffset:
      return "<br>behind a variable offset";
    case PacketMoved:
      return "<br>after a call that moves the packet";
    case Released:
      return "<br>after a call that ends the reference";
    case BelowStack:
      return "<br>below -512";
    case WithinStack:
      return "<br>within the stack";
    case AtExit:
      return "<br>at the program's end";
    case MapOperation:
      return "<br>at an operation of a map";
    case TailCall:
      return "<br>at a tail call";
  }
  return "";
}

}  // namespace

void report(std::ostream& out, const Refusal& refusal, std::string_view kernel) {
  const Explanation& explanation = refusal.explanation;
  write_place(out, refusal.location, refusal.instruction);
  out << "error: ";
  if (!refusal.program.empty()) out << "program '" << refusal.program << "' ";
  if (explanation.known()) {
    out << explanation.reason << "; " << explanation.advice << " [ebpfxx-" << explanation.rule << "]\n";
    write_source(out, refusal.location);
    out << "    " << kernel << ": " << refusal.reason << '\n';
  } else {
    out << (refusal.program.empty() ? "" : "is refused: ") << refusal.reason << '\n';
    write_source(out, refusal.location);
  }
  for (const Note& note : explanation.notes) {
    write_place(out, note.location, note.instruction);
    out << "note: " << note.text << '\n';
    write_source(out, note.location);
  }
}

void report_messages(std::ostream& out) {
  out << "| rule | the kernel says | the program | the way out |\n|---|---|---|---|\n";
  for (const detail::KnownMessage& message : detail::known_messages)
    out << "| " << message.rule << " | " << wordings(message.pattern) << condition(message.when) << " | "
        << cell(message.reason) << " | " << cell(message.way_out) << " |\n";
}

}  // namespace ebpfxx::explain
