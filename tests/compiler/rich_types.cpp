/// A program over types that C does not have. Run on the host, it prints where the host compiler puts each member.
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include <ebpfxx/language.hpp>

namespace shop::stock {

enum class Colour : std::uint8_t { Red, Green };

template <class First, class Second>
struct Pair {
  First first;
  Second second;
  constexpr bool operator==(const Pair&) const = default;
};

struct Empty {};

class Counted {
 public:
  std::uint64_t count;
  std::uint64_t doubled() const { return count * 2; }
  static constexpr int step = 3;
};

struct Priced : Empty, Counted {
  std::uint32_t price;
  Colour colour;
  std::uint8_t flags : 3;
  std::uint8_t level : 5;
  std::uint16_t sizes[1];
};

struct Item : Priced {
  using Code = Pair<std::uint32_t, Pair<std::uint16_t, std::uint16_t>>;
  Code code;
  char8_t initial;
  std::uint8_t rest[7];
};

/// What a map cannot hold, but a signature can name.
struct Exotic : Item {
  union {
    std::uint64_t weight;
    double volume;
  };
  wchar_t wide;
  const Exotic& self;
  Exotic* next;
  int (Exotic::*rule)(int) const;
  std::uint64_t Exotic::* field;
  [[no_unique_address]] Empty nothing;
};

inline ebpfxx::Map<std::uint32_t, Item, ebpfxx::Array<1>> items;

[[gnu::noinline]] int weigh(const Item& item, Colour&&, std::nullptr_t, const Exotic*) {
  return item.price > 3 ? 1 : 0;
}

}  // namespace shop::stock

using shop::stock::Exotic;
using shop::stock::Item;

inline constexpr ebpfxx::Program<ebpfxx::Lwt::Out> rich_types = [](ebpfxx::Lwt::Out::Packet) {
  using enum ebpfxx::Lwt::Out::Verdict;
  shop::stock::Colour colour{};
  auto item = shop::stock::items.find(0);
  if (!item) return Ok;
  auto raise = [&](std::uint32_t& by) { item->count += by; };
  raise(item->price);
  return shop::stock::weigh(*item, static_cast<shop::stock::Colour&&>(colour), nullptr, nullptr) ? Drop : Ok;
};

#define MEMBER(Struct, member) std::printf("%s.%s %zu\n", #Struct, #member, offsetof(Struct, member) * 8)

int main() {
  MEMBER(Item, count);
  MEMBER(Item, price);
  MEMBER(Item, colour);
  MEMBER(Item, sizes);
  MEMBER(Item, code);
  MEMBER(Item, initial);
  MEMBER(Item, rest);
  std::printf("Item %zu\n", sizeof(Item));
  MEMBER(Exotic, count);
  MEMBER(Exotic, initial);
  MEMBER(Exotic, wide);
  MEMBER(Exotic, next);
  MEMBER(Exotic, rule);
  MEMBER(Exotic, field);
  std::printf("Exotic %zu\n", sizeof(Exotic));
}
