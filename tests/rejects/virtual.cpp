// A function that is found in an object's table of functions.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Rule {
  virtual bool applies(std::uint32_t length) const { return length > 1000; }
};
struct ShortRule final : Rule {
  bool applies(std::uint32_t length) const override { return length < 100; }
};

#if CASE == 0  // accepted: functions that are known at compile time

inline constexpr Program<Lwt::Out> known_object = [](Packet packet) {
  const Rule rule;
  const ShortRule short_rule;
  return rule.applies(packet.length()) && !short_rule.applies(packet.mark()) ? Drop : Ok;
};

template <class AnyRule>
inline bool applies(const AnyRule& rule, std::uint32_t length) {
  return rule.AnyRule::applies(length);
}
inline constexpr Program<Lwt::Out> by_template = [](Packet packet) {
  return applies(Rule{}, packet.length()) || applies(ShortRule{}, packet.length()) ? Drop : Ok;
};

#elif CASE == 1  // through a reference
// unchecked: indirect-call
// kernel: unknown opcode 8d
// explained without a line: indirect-call
inline bool applies(const Rule& rule, std::uint32_t length) {
  // error: calls virtual function 'Rule::applies', the kernel has no table to find it in; use a template or a switch
  // [ebpfxx-virtual]
  return rule.applies(length);
}
inline constexpr Program<Lwt::Out> by_reference = [](Packet packet) {
  Rule rule;
  ShortRule short_rule;
  // note: 'applies' is called here, in program 'by_reference'
  return applies(packet.mark() == 0 ? rule : short_rule, packet.length()) ? Drop : Ok;
};
#endif
