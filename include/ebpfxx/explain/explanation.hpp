#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ebpfxx/explain/line_info.hpp>
#include <ebpfxx/explain/map_type.hpp>
#include <ebpfxx/explain/message_pattern.hpp>
#include <ebpfxx/explain/register_history.hpp>
#include <ebpfxx/explain/verifier_log.hpp>

namespace ebpfxx::explain {

namespace detail {

/// What must hold of a log, besides a message's words, for a row of messages.inc to be meant.
enum class When {
  Always,
  OffsetTooFar,
  VariableOffset,
  PacketMoved,
  Released,
  BelowStack,
  WithinStack,
  AtExit,
  MapOperation,
  TailCall
};

struct KnownMessage {
  std::string_view rule;
  When when;
  std::string_view pattern, reason, way_out;
};

inline constexpr KnownMessage known_messages[] = {
#define EBPFXX_VERIFIER_MESSAGE(rule, when, pattern, reason, way_out) {rule, When::when, pattern, reason, way_out},
#include <ebpfxx/explain/messages.inc>
#undef EBPFXX_VERIFIER_MESSAGE
};

/// Explains one refusal, of which everything but the explanation is known.
class Explaining {
 public:
  explicit Explaining(const Refusal& refusal) : refusal_(refusal), history_(refusal.log) {}

  Explanation explanation() {
    for (const KnownMessage& message : known_messages)
      for (const std::string& line : refusal_.messages) {
        std::optional<MessageValues> values = match_message(message.pattern, line);
        if (!values) continue;
        values_ = *std::move(values);
        if (holds(message.when)) return explanation(message);
      }
    return by_kernel();
  }

 private:
  const std::string& value(std::string_view name) const {
    static const std::string none;
    auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
  }

  std::optional<long long> number(std::string_view name) const { return number_of(value(name)); }

  /// The register that the message names.
  const RegisterPast* register_past() const { return history_.at("R" + value("register")); }

  bool is_lost(Loss::Cause cause) const {
    const RegisterPast* past = register_past();
    return past && past->loss && past->loss->cause == cause;
  }

  bool holds(When when) const {
    switch (when) {
      case When::Always:
        return true;
      case When::OffsetTooFar:
        return number_of(highest()).value_or(0) > 65535;
      case When::VariableOffset:
        return number("id").value_or(0) != 0;
      case When::PacketMoved:
        return is_lost(Loss::Cause::PacketMoved);
      case When::Released:
        return is_lost(Loss::Cause::Released);
      case When::BelowStack:
        return number("offset").value_or(0) < -512;
      case When::WithinStack:
        return number("offset").value_or(0) + number("size").value_or(0) <= 0;
      case When::AtExit:
        return refusal_.statement == "exit";
      case When::MapOperation:
        return helper().starts_with("bpf_map_");
      case When::TailCall:
        return helper() == "bpf_tail_call";
    }
    return false;
  }

  /// The kernel's own words, of a message that is in no row.
  Explanation by_kernel() const {
    const KernelExplanation& said = refusal_.by_kernel;
    if (said.reason.empty()) return {};
    return {"verifier",
            "is refused: " + without_stop(said.reason),
            said.suggestion.empty() ? "see the kernel's log" : without_stop(said.suggestion),
            {}};
  }

  static std::string without_stop(std::string_view sentence) {
    return std::string(sentence.ends_with('.') ? sentence.substr(0, sentence.size() - 1) : sentence);
  }

  Explanation explanation(const KnownMessage& message) {
    std::vector<Note> notes;
    if (const RegisterPast* past = register_past()) {
      if (past->loss) {
        values_["mover"] = past->loss->helper;
        bool moved = past->loss->cause == Loss::Cause::PacketMoved;
        notes.push_back({moved ? "the packet is moved here" : "released here", past->loss->instruction, {}});
      }
      values_.try_emplace("kind", past->kind());
      values_["giver"] = past->giver.empty() ? "a helper" : past->giver;
    }
    if (auto taken = number("taken")) {
      std::uint32_t instruction = static_cast<std::uint32_t>(*taken);
      values_["taker"] = history_.called_at(instruction);
      notes.push_back({"taken here", instruction, {}});
    }
    // All paths share one exit, so its line tells little.
    if (refusal_.statement == "exit" && history_.last_decision())
      notes.push_back({"the path to it turned here", history_.last_decision(), {}});
    work_out();
    return {std::string(message.rule), fill_in(message.reason, values_), fill_in(message.way_out, values_), notes};
  }

  // The values that are in no message.
  void work_out() {
    values_["helper"] = helper();
    values_["accesses"] = accesses();
    values_["highest"] = highest();
    values_["range"] = highest().empty() ? "without bounds" : "of up to " + highest();
    values_["memory"] = memory();
    values_["forbidden"] = accesses() == "writes" ? "lets no program change" : "does not give";
    for (const char* name : {"low", "high", "mask", "least", "most"})  // Linux 6.1 has them in hexadecimal
      if (auto found = number(name)) values_[name] = std::to_string(*found);
    if (auto low = number("low"), mask = number("mask"); low && mask) values_["high"] = std::to_string(*low + *mask);
    values_["returned"] = value("high") == value("low") ? value("low") : value("low") + " to " + value("high");
    if (number("proven").value_or(0) < 0)
      values_["proven"] = "0";  // the verifier's marks for "at the end" and "beyond"
    if (auto offset = number("offset")) {
      values_["end"] = std::to_string(*offset + number("size").value_or(0));
      values_["depth"] = std::to_string(-*offset);
    }
    if (auto type = number("type")) values_["type"] = map_type_name(*type);
    for (const char* name : {"kind", "expected"})
      if (auto found = values_.find(name); found != values_.end()) found->second = in_words(found->second);
    if (value("target") == "map") values_["target"] = "a map";
  }

  // "bpf_skb_load_bytes" if the failing instruction calls one.
  std::string helper() const {
    std::string_view statement = refusal_.statement;
    if (!statement.starts_with("call ")) return {};
    statement.remove_prefix(5);
    return std::string(statement.substr(0, statement.find('#')));
  }

  std::string accesses() const {
    std::string_view statement = refusal_.statement;
    if (!helper().empty()) {
      const auto says = [&](std::string_view words) { return refusal_.reason.find(words) != std::string::npos; };
      std::string_view verb = says(" read from stack ") ? "read" : says(" write to stack ") ? "write" : "access";
      return "lets '" + helper() + "' " + std::string(verb);
    }
    if (statement.starts_with('*') || statement.starts_with("lock ")) return "writes";
    return "reads";
  }

  std::string memory() const {
    const RegisterPast* past = register_past();
    return past ? in_words(past->kind()) : "memory";
  }

  // The largest value of the register, from "map_value(...,umax=255,...)"; Linux 6.4 and later chain: "smax=umax=255".
  std::string highest() const {
    const RegisterPast* past = register_past();
    if (!past) return {};
    std::size_t found = past->state.find("umax=");
    if (found == std::string::npos) return {};
    std::string_view text = std::string_view(past->state).substr(found + 5);
    while (text.starts_with("smax32=") || text.starts_with("umax32=")) text.remove_prefix(7);
    std::optional<long long> most = number_of(text.substr(0, text.find_first_of(",)")));
    return most && *most >= 0 ? std::to_string(*most) : std::string();
  }

  static std::string in_words(std::string_view kind) {
    constexpr std::pair<std::string_view, std::string_view> words[] = {{"pkt", "the packet"},
                                                                       {"pkt_meta", "the packet's metadata"},
                                                                       {"pkt_end", "the packet's end"},
                                                                       {"ctx", "the context"},
                                                                       {"fp", "a variable on the stack"},
                                                                       {"scalar", "a number"},
                                                                       {"map_value", "a map's value"},
                                                                       {"map_ptr", "a map"},
                                                                       {"mem", "a buffer"},
                                                                       {"ringbuf_mem", "a record"},
                                                                       {"alloc_mem", "a record"}};
    for (const auto& [name, text] : words)
      if (kind == name) return std::string(text);
    if (kind.find(", ") != std::string_view::npos) return "an address";
    return std::string(kind);
  }

  const Refusal& refusal_;
  RegisterHistory history_;
  MessageValues values_;
};

}  // namespace detail

/// Reads a log of the verifier: which program it refused, at which line of source, why, and what to do about it. The
/// object the program is from, where there is one, tells the place exactly; else it is taken from the log, which names
/// files from Linux 6.10 on. A message that is not known gives an explanation that is not `known()`.
inline Refusal explain(std::string_view log, std::string_view program, const ElfFile* object = nullptr) {
  Refusal refusal = read_verifier_log(log);
  refusal.program = program;
  std::optional<LineInfo> lines;
  if (object) lines.emplace(*object);
  const auto locate = [&](std::optional<std::uint32_t> instruction) {
    SourceLocation location;
    if (instruction && lines) location = lines->at(program, *instruction);
    if (instruction && location.line == 0) location = commented_location(log, *instruction);
    return location;
  };
  refusal.location = locate(refusal.instruction);
  refusal.explanation = detail::Explaining(refusal).explanation();
  for (Note& note : refusal.explanation.notes) note.location = locate(note.instruction);
  return refusal;
}

}  // namespace ebpfxx::explain
