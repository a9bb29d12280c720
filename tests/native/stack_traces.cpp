#include <doctest/doctest.h>

#include <cstdint>

#include <ebpfxx/language.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

namespace {

StackTraces<65536> stacks;  // so many that two stacks hardly ever have one number
StackTraces<1> one_stack;
StackTraces<1, 2> top;
Map<std::uint32_t, Atomic<std::uint64_t>> seen;
PerCpu<std::uint64_t> unrecorded;

constexpr Program<PerfEvent> samples = [](PerfEvent::Event event) {
  if (auto id = stacks.record(event)) seen.update(*id, [](auto& count) { count += 1; });
  if (!one_stack.record_user(event)) unrecorded.update([](std::uint64_t& count) { count += 1; });
  static_cast<void>(top.record(event));
};

[[gnu::noinline]] void run_here(Native& native) {
  native(samples)(PerfEvent::at(1));
  asm volatile("");  // the call is not the last one, so that the frame stays
}
[[gnu::noinline]] void run_there(Native& native) {
  native(samples)(PerfEvent::at(1));
  asm volatile("");
}

TEST_CASE("natively a stack is the run's, and the same stack has the same number" *
          doctest::test_suite("StackTraces")) {
  volatile const int three = 3;  // so that there is one call, not three
  Native native;
  for (int i = 0; i < three; ++i) run_here(native);
  run_there(native);
  std::uint64_t count = 0, different = 0;
  for (const auto& [id, times] : native[seen]) {
    CHECK(native[stacks].frames(id).size() > 2);
    count += times;
    ++different;
  }
  CHECK(different == 2);
  CHECK(count == 4);
  CHECK(native[stacks].frames(65537).empty());
}

TEST_CASE("natively too, who comes first has the place" * doctest::test_suite("StackTraces")) {
  Native native;
  run_here(native);
  CHECK(native[unrecorded].sum() == 0);
  run_there(native);
  CHECK(native[unrecorded].sum() == 1);
  CHECK(native[one_stack].erase(0));
  CHECK_FALSE(native[one_stack].erase(0));
  run_there(native);
  CHECK(native[unrecorded].sum() == 1);
}

TEST_CASE("natively a stack is as deep as its map says" * doctest::test_suite("StackTraces")) {
  Native native;
  run_here(native);
  CHECK(native[top].frames(0).size() == 2);
}

}  // namespace
