#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <utility>

#include <ebpfxx/detail/shared.hpp>

using namespace ebpfxx;
using detail::Shared;

namespace {

struct Base {
  virtual ~Base() = default;
  int number = 7;
};

/// Counts those that live.
struct Counted : Base {
  explicit Counted(int& living) : living(&living) { ++living; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() override { --*living; }
  int* living;
};

class Incomplete;
Shared<Incomplete> nothing() { return {}; }

TEST_CASE("the last pointer ends what several point to") {
  int living = 0;
  Shared<Counted> first = detail::share<Counted>(living);
  {
    const Shared<Counted> second = first;
    first = {};
    CHECK_FALSE(first);
    CHECK(second->number == 7);
    CHECK(living == 1);
  }
  CHECK(living == 0);
}

TEST_CASE("a pointer that was moved points to nothing, and counts no more") {
  int living = 0;
  Shared<Counted> first = detail::share<Counted>(living);
  Shared<Counted> second = std::move(first);
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): what a move leaves is tested
  second = {};
  CHECK(living == 0);
}

TEST_CASE("a pointer that is assigned lets go of what it had") {
  int one = 0, other = 0;
  Shared<Counted> pointer = detail::share<Counted>(one);
  pointer = detail::share<Counted>(other);
  CHECK(one == 0);
  CHECK(other == 1);
}

TEST_CASE("a pointer may be assigned to itself") {
  int living = 0;
  Shared<Counted> pointer = detail::share<Counted>(living);
  Shared<Counted>& same = pointer;
  pointer = same;
  CHECK(living == 1);
  pointer = std::move(same);
  CHECK(living == 1);
  CHECK(pointer->number == 7);
}

TEST_CASE("a base, a constant and a part keep the whole") {
  int living = 0;
  Shared<const Base> base = detail::share<Counted>(living);
  Shared<const int> part(base, &base->number);
  base = {};
  CHECK(living == 1);
  CHECK(*part == 7);
  part = {};
  CHECK(living == 0);
}

TEST_CASE("one of an incomplete type may be copied, and ends") {
  const Shared<Incomplete> pointer = nothing();
  const Shared<const Incomplete> copy = pointer;
  CHECK_FALSE(copy);
}

TEST_CASE("threads copy and drop pointers at once, and one of them ends the object") {
  int living = 0;
  {
    Shared<Counted> pointer = detail::share<Counted>(living);
    std::atomic<int> started = 0;
    const auto copy_often = [&started, own = pointer] {
      for (++started; started < 2;) std::this_thread::yield();
      for (int i = 0; i < 1'000'000; ++i) const Shared<const Base> copy = own;
    };
    std::thread one(copy_often), other(copy_often);
    one.join();
    other.join();
    CHECK(living == 1);
  }
  CHECK(living == 0);
}

}  // namespace
