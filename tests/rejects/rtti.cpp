// Questions for an object's type at run time.
#include <typeinfo>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

struct Rule {
  virtual bool applies(std::uint32_t length) const { return length > 1000; }
};
struct MarkRule : Rule {
  bool applies(std::uint32_t mark) const override { return mark == 7; }
};

#if CASE == 0  // accepted: types that are known at compile time

template <class Number>
inline bool is_large(Number number) {
  if constexpr (std::is_same_v<Number, std::uint32_t>) return number > 1000;
  return false;
}
inline constexpr Program<Lwt::Out> at_compile_time = [](Packet packet) {
  const MarkRule rule;
  return is_large(packet.length()) && static_cast<const Rule&>(rule).Rule::applies(7) ? Drop : Ok;
};

// Around the programs there is an application.
inline const char* name_of(const Rule& rule) { return typeid(rule).name(); }

#elif CASE == 1  // dynamic_cast
// no object: there is no type information in the kernel
inline constexpr Program<Lwt::Out> cast = [](Packet packet) {
  Rule any;
  MarkRule mark;
  const Rule& rule = packet.mark() == 0 ? any : mark;
  // error: uses 'dynamic_cast', a program has no type information; keep a tag in the object [ebpfxx-rtti]
  return dynamic_cast<const MarkRule*>(&rule) != nullptr ? Drop : Ok;
};

#elif CASE == 2  // typeid
// unchecked: host-call
// kernel takes it: there is no type to ask for, so that the optimiser chooses an answer
inline constexpr Program<Lwt::Out> identity = [](Packet packet) {
  Rule any;
  MarkRule mark;
  const Rule& rule = packet.mark() == 0 ? any : mark;
  // error: uses 'typeid', a program has no type information; keep a tag in the object [ebpfxx-rtti]
  return typeid(rule) == typeid(MarkRule) ? Drop : Ok;
};
#endif
