#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ebpfxx/explain/verifier_log.hpp>

namespace ebpfxx::explain {

/// The call after which an address that a register held is one no more.
struct Loss {
  enum class Cause { PacketMoved, Released };
  Cause cause;
  std::string helper;  ///< "bpf_skb_pull_data"
  std::uint32_t instruction;
};

/// What a log says about one register or stack slot.
struct RegisterPast {
  std::string state{};  ///< as printed last: "pkt(off=14,r=0)"
  std::string giver{};  ///< the helper whose result it holds; empty: it is no result
  std::optional<Loss> loss{};

  /// "pkt", "map_value_or_null", "scalar", "ctx"; "scalar" for a bare number; empty: unknown.
  std::string_view kind() const {
    std::string_view text = state;
    if (text.starts_with("P")) text.remove_prefix(1);  // a number that has to be precise
    if (!text.empty() && text.find_first_not_of("-0123456789abcdefx") == std::string_view::npos) return "scalar";
    if (text.starts_with("fp")) return "fp";
    text = text.substr(0, text.find('('));
    return text == "inv" ? "scalar" : text;
  }
};

/// Follows the registers through the path that a log shows, up to its end.
class RegisterHistory {
 public:
  explicit RegisterHistory(std::string_view log) {
    while (!log.empty()) read(detail::take_line(log));
  }

  /// The register "R7" in the function that was looked at last; null if the log does not mention it.
  const RegisterPast* at(std::string_view name) const {
    auto found = known_.find({frame_, std::string(name)});
    return found == known_.end() ? nullptr : &found->second;
  }

  /// The last conditional jump before the end; none on a path without one.
  std::optional<std::uint32_t> last_decision() const { return last_decision_; }

  /// The helper that an instruction calls, "bpf_ringbuf_reserve"; empty: none.
  std::string called_at(std::uint32_t instruction) const {
    auto found = calls_.find(instruction);
    return found == calls_.end() ? std::string() : found->second;
  }

 private:
  using Key = std::pair<int, std::string>;  // frame, and "R7" or "fp-8"

  // The instruction that is refused is the last, and no states follow it: it is not applied.
  void read(std::string_view line) {
    if (line.starts_with(";")) return;
    if (std::optional<std::uint32_t> instruction = detail::instruction_of(line)) {
      apply_pending();
      pending_ = {*instruction, detail::statement_of(line)};
      read_states(line.substr(line.find(pending_->second) + pending_->second.size()));
    } else if (line.starts_with("from ") || line.starts_with(' ') || detail::is_narration(line)) {
      read_states(line);
    }
  }

  void apply_pending() {
    if (pending_) apply(pending_->first, pending_->second);
    pending_.reset();
  }

  // Tokens outside of parentheses: "frame1:", "R7_w=pkt(off=0,r=20,imm=0)", "fp-8_w=pkt(...)".
  void read_states(std::string_view text) {
    bool is_first = true;
    while (!text.empty()) {
      std::size_t begin = text.find_first_not_of(' ');
      if (begin == std::string_view::npos) return;
      text.remove_prefix(begin);
      std::string_view token = text.substr(0, end_of_token(text));
      text.remove_prefix(token.size());
      bool is_frame = token.starts_with("frame") && token.ends_with(':');
      if (!is_frame && !detail::is_state(token)) continue;
      apply_pending();
      if (is_frame) {
        frame_ = static_cast<int>(detail::leading_number(token.substr(5)).value_or(0));
        is_first = false;
      } else {
        if (std::exchange(is_first, false)) frame_ = 0;
        note_state(token);
      }
    }
  }

  static std::size_t end_of_token(std::string_view text) {
    int depth = 0;
    for (std::size_t index = 0; index < text.size(); ++index) {
      if (text[index] == '(') ++depth;
      if (text[index] == ')') --depth;
      if (text[index] == ' ' && depth <= 0) return index;
    }
    return text.size();
  }

  void note_state(std::string_view token) {
    std::size_t equals = token.find('=');
    std::string name(token.substr(0, token.find_first_of("_=")));
    RegisterPast& past = known_[{frame_, name}];
    past.state = token.substr(equals + 1);
    if (past.kind() != "scalar" && !past.kind().empty()) past.loss.reset();
  }

  void apply(std::uint32_t instruction, std::string_view statement) {
    if (statement.starts_with("if ")) last_decision_ = instruction;
    if (statement.starts_with("call "))
      call(instruction, statement.substr(5));
    else if (statement.starts_with("*(u64 *)(r10 "))
      copy(statement.substr(statement.find("= ") + 2), slot_of(statement));
    else if (std::size_t equals = statement.find(" = "); equals != std::string_view::npos && is_register(statement))
      assign(statement.substr(0, equals), statement.substr(equals + 3));
  }

  void assign(std::string_view target, std::string_view source) {
    std::string name = register_name(target);
    known_.erase({frame_, name});
    if (source.starts_with("*(u64 *)(r10 "))
      take(slot_of(source), name);
    else if (source.starts_with('r'))
      take(register_name(source), name);
  }

  void copy(std::string_view source, const std::string& slot) {
    known_.erase({frame_, slot});
    if (is_register(source)) take(register_name(source), slot);
  }

  void take(const std::string& from, const std::string& to) {
    auto found = known_.find({frame_, from});
    if (found != known_.end()) known_[{frame_, to}] = RegisterPast(found->second);
  }

  void call(std::uint32_t instruction, std::string_view callee) {
    if (callee.starts_with("pc")) {  // a function of the program, which gets R1 to R5
      for (int number = 1; number <= 5; ++number) {
        std::string name = "R" + std::to_string(number);
        auto found = known_.find({frame_, name});
        if (found != known_.end()) known_[{frame_ + 1, name}] = RegisterPast(found->second);
      }
      return;
    }
    std::string helper(callee.substr(0, callee.find('#')));
    calls_[instruction] = helper;
    if (moves_packet(helper)) lose({Loss::Cause::PacketMoved, helper, instruction}, "pkt", "");
    if (releases(helper)) lose({Loss::Cause::Released, helper, instruction}, "", reference_of("R1"));
    for (int number = 0; number <= 5; ++number) known_.erase({frame_, "R" + std::to_string(number)});
    known_[{frame_, "R0"}].giver = helper;
  }

  void lose(const Loss& loss, std::string_view kind, const std::string& reference) {
    for (auto& [key, past] : known_) {
      bool is_meant = kind.empty() ? !reference.empty() && reference_in(past.state) == reference
                                   : past.kind() == kind || past.kind() == "pkt_meta";
      if (is_meant) past.loss = loss;
    }
  }

  std::string reference_of(const std::string& name) const {
    auto found = known_.find({frame_, name});
    return found == known_.end() ? std::string() : reference_in(found->second.state);
  }

  static std::string reference_in(std::string_view state) {
    std::size_t found = state.find("ref_obj_id=");
    if (found == std::string_view::npos) return {};
    return std::string(state.substr(found, state.find_first_of(",)", found) - found));
  }

  static bool moves_packet(std::string_view helper) {
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) \
  if (moves_packet && helper == "bpf_" #name) return true;
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
    return false;
  }

  // Whose first argument is a reference that ends with the call (OBJ_RELEASE in the kernel's bpf_func_proto).
  static bool releases(std::string_view helper) {
    return helper == "bpf_ringbuf_submit" || helper == "bpf_ringbuf_discard" || helper == "bpf_sk_release";
  }

  static bool is_register(std::string_view text) { return text.starts_with('r') || text.starts_with('w'); }
  static std::string register_name(std::string_view text) {
    return "R" + std::to_string(detail::leading_number(text.substr(1)).value_or(0));
  }
  // "fp-8" of "*(u64 *)(r10 -8)".
  static std::string slot_of(std::string_view access) {
    std::size_t minus = access.find('-');
    return minus == std::string_view::npos ? std::string()
                                           : "fp" + std::string(access.substr(minus, access.find(')', minus) - minus));
  }

  int frame_ = 0;
  std::optional<std::pair<std::uint32_t, std::string_view>> pending_;
  std::optional<std::uint32_t> last_decision_;
  std::map<Key, RegisterPast> known_;
  std::map<std::uint32_t, std::string> calls_;
};

}  // namespace ebpfxx::explain
