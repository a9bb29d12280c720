#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ebpfxx::fuzz {

/// Numbers that follow from a seed alone, the same on every machine (SplitMix64, Steele, Lea and Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t number() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
  }

  /// 0 to `count` - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(number() % count); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(number()); }

  template <class T, std::size_t Count>
  T one_of(const std::array<T, Count>& values) {
    return values[below(Count)];
  }

  /// A number of 32 bits, which is often one at an edge.
  std::uint32_t edge() {
    constexpr std::array<std::uint32_t, 8> edges{0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    return one_in(2) ? one_of(edges) : static_cast<std::uint32_t>(number() >> below(64));
  }

 private:
  std::uint64_t state_;
};

/// The seed of a part of what `seed` stands for.
inline std::uint64_t seed_of(std::uint64_t seed, std::uint64_t part) {
  return Random(seed ^ Random(part).number()).number();
}

}  // namespace ebpfxx::fuzz
