// Every frame of the corpus, and every frame cut off at every byte, natively: nothing is found in a shorter one that is
// not in the whole one, by views and by copies alike, and the sanitizers have nothing to say.
#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <ebpfxx/native/native.hpp>

#include "captures.hpp"
#include "programs.hpp"

namespace {

using namespace ebpfxx_test;

template <class Hook>
Sightings found_in(const Program<Hook>& program, std::span<const std::uint8_t> frame, std::uint32_t linear = 0) {
  Native native;
  native(program)(frame, {.linear = linear});
  return native[sightings][0];
}

std::size_t count(const Sightings& all) {
  std::size_t there = 0;
  for (const Sighting& sighting : all.found) there += sighting.there;
  return there;
}

/// Whether all that is in `some` is in `all`, and the same.
bool is_part(const Sightings& some, const Sightings& all) {
  for (std::size_t i = 0; i < slots; ++i)
    if (some.found[i].there != 0 && (all.found[i].there == 0 || some.found[i].bytes != all.found[i].bytes))
      return false;
  return true;
}

bool equal(const Sightings& left, const Sightings& right) { return is_part(left, right) && is_part(right, left); }

void check(const std::string& capture, const Program<Xdp>& by_views, const Program<Tc::Ingress>& by_copies) {
  const std::vector<Frame> frames = read_capture(EBPFXX_CORPUS "/" + capture + ".pcap");
  REQUIRE(frames.size() >= 50);
  std::size_t found = 0;
  for (const Frame& frame : frames) {
    const Sightings whole = found_in(by_views, frame);
    found += count(whole);
    REQUIRE(equal(found_in(by_copies, frame), whole));
    REQUIRE(equal(found_in(by_copies, frame, 14), whole));
    std::size_t before = 0;
    for (std::size_t size = 14; size < frame.size(); ++size) {
      const std::span<const std::uint8_t> cut(frame.data(), size);
      const Sightings views = found_in(by_views, cut);
      REQUIRE(is_part(views, whole));
      REQUIRE(count(views) >= before);
      REQUIRE(equal(found_in(by_copies, cut), views));
      before = count(views);
    }
    REQUIRE(before <= count(whole));
  }
  CHECK(found >= frames.size() / 4);
}

}  // namespace

#define EBPFXX_WALK(name, capture, ...) \
  TEST_CASE("corpus: " #name) { check(#capture, name##_by_views, name##_by_copies); }
#include "walks.inc"
#undef EBPFXX_WALK
