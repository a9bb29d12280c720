// Addresses in a constant, which nobody writes for the kernel.
#include <array>
#include <string_view>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;
using enum Lwt::Out::Verdict;
using Packet = Lwt::Out::Packet;

#if CASE == 0  // accepted: addresses that the index chooses, members beside them, constant indexes, texts

inline constexpr const char* verbs[] = {"GET", "POST"};
inline constexpr Program<Lwt::Out> chosen = [](Packet packet) {
  return verbs[packet.mark() & 1][0] == 'P' ? Drop : Ok;
};

struct Service {
  const char* name;
  std::uint64_t weight;
};
inline constexpr Service services[] = {{"ssh", 1}, {"dns", 2}, {"http", 3}, {"https", 4}};
inline constexpr Program<Lwt::Out> beside = [](Packet packet) {
  return services[packet.mark() & 3].weight > packet.length() ? Drop : Ok;
};

inline constexpr std::string_view names[] = {"eth", "lo"};
inline constexpr Program<Lwt::Out> constant_indexes = [](Packet packet) {
  std::size_t all = 0;
  for (std::string_view name : names) all += name.size() + (name[0] == 'e');
  return packet.mark() < all ? Drop : Ok;
};

inline constexpr char texts[][5] = {"GET", "POST"};
inline constexpr Program<Lwt::Out> texts_themselves = [](Packet packet) {
  return texts[packet.mark() & 1][0] == 'P' ? Drop : Ok;
};

// 64 addresses, the most.
template <std::size_t... I>
constexpr std::array<const char*, sizeof...(I)> prefixes(std::index_sequence<I...>) {
  return {(&"0123456789012345678901234567890123456789012345678901234567890123456789"[I])...};
}
inline constexpr auto many = prefixes(std::make_index_sequence<64>());
inline constexpr Program<Lwt::Out> as_many_as_may_be = [](Packet packet) {
  return many[packet.mark() & 63][0] == '7' ? Drop : Ok;
};

#elif CASE == 1  // more addresses than branches are made for
// kernel takes it: it takes many instructions
template <std::size_t... I>
constexpr std::array<const char*, sizeof...(I)> prefixes(std::index_sequence<I...>) {
  return {(&"0123456789012345678901234567890123456789012345678901234567890123456789"[I])...};
}
inline constexpr auto many = prefixes(std::make_index_sequence<65>());
inline constexpr Program<Lwt::Out> too_many = [](Packet packet) {
  const std::uint32_t at = packet.mark();
  // error: chooses among 65 addresses in 'many', each of which becomes a branch; there may be 64; keep the text itself
  // there: char[][N], or std::array<Text<N>, ...> [ebpfxx-constant-address]
  return at < 65 && many[at][0] == '7' ? Drop : Ok;
};

#elif CASE == 2  // one of two tables
// kernel: invalid mem access 'scalar'
inline constexpr const char* verbs[] = {"GET", "POST"};
inline constexpr const char* nouns[] = {"page", "form"};
inline constexpr Program<Lwt::Out> one_of_two = [](Packet packet) {
  const auto& words = packet.length() > 100 ? verbs : nouns;
  // error: reads an address out of 'nouns', whose addresses the kernel does not get; keep the text itself there:
  // char[][N], or std::array<Text<N>, ...> [ebpfxx-constant-address]
  // explained: kernel-pointer
  return words[packet.mark() & 1][0] == 'P' ? Drop : Ok;
};

#elif CASE == 3  // an address as a number
// kernel takes it: the number would be 0
inline constexpr const char* verbs[] = {"GET", "POST"};
inline constexpr Program<Lwt::Out> as_number = [](Packet packet) {
  std::uint64_t number = 0;
  // error: reads an address out of 'verbs' as a number, and the kernel does not get it; keep the text itself
  // there: char[][N], or std::array<Text<N>, ...> [ebpfxx-constant-address]
  __builtin_memcpy(&number, &verbs[packet.mark() & 1], sizeof number);
  return number == 7 ? Drop : Ok;
};
#endif
