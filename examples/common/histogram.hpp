#pragma once

#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

/// The counts of a logarithmic histogram: bucket n has what is 2^n to 2^(n+1) - 1.
using Buckets = std::vector<std::uint64_t>;

/// The counts of all CPUs, from the handle of a per-CPU array that an Object or a Native gives.
template <class Handle>
Buckets read(Handle handle) {
  Buckets buckets(32);
  for (auto [index, counts] : handle) buckets[index] = counts.sum();
  return buckets;
}

/// A bar a bucket, from the first to the last that counted anything, under `title`; returns the number of lines.
inline int draw(const Buckets& buckets, const char* title) {
  constexpr std::uint64_t width = 50;
  const auto counted = [](std::uint64_t count) { return count != 0; };
  const auto first = std::find_if(buckets.begin(), buckets.end(), counted);
  const auto last = std::find_if(buckets.rbegin(), std::make_reverse_iterator(first), counted).base();
  const std::uint64_t most = *std::max_element(buckets.begin(), buckets.end());
  std::cout << title << '\n';
  for (auto bucket = first; bucket != last; ++bucket) {
    const std::uint64_t low = std::uint64_t{1} << (bucket - buckets.begin());
    const std::uint64_t bar = (*bucket * width + most - 1) / most;
    std::cout << std::setw(7) << low << " - " << std::left << std::setw(7) << 2 * low - 1 << std::right << std::setw(8)
              << *bucket << " |" << std::string(bar, '#') << '\n';
  }
  return 1 + static_cast<int>(last - first);
}

/// {"<name>":[0,3,...]}
inline void write_json(const Buckets& buckets, const char* name) {
  std::cout << "{\"" << name << "\":[";
  for (std::size_t i = 0; i < buckets.size(); ++i) std::cout << (i == 0 ? "" : ",") << buckets[i];
  std::cout << "]}" << std::endl;
}

/// Draws over what it drew before.
class LiveChart {
 public:
  explicit LiveChart(const char* title) : title_(title) {}

  void show(const Buckets& buckets) {
    if (lines_ > 0) std::cout << "\x1b[" << lines_ << "A\x1b[J";  // up, and clear to the end of the screen
    lines_ = draw(buckets, title_);
    std::cout << std::flush;
  }

 private:
  const char* title_;
  int lines_ = 0;
};
