// What the compiler and the standard library make of wide numbers, atomic ones, variants and sets of bits, in the
// kernel and here.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <bitset>
#include <cstdint>
#include <ebpfxx.hpp>
#include <random>
#include <variant>

#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct Question {
  std::uint64_t first, second;
};
using Answer = std::array<std::uint64_t, 10>;
inline Map<std::uint32_t, Question, Array<1>> question;
inline Map<std::uint32_t, Answer, Array<1>> answer;

/// Products, shifts and sums that need more than 64 bits.
constexpr Answer answer_wide(const Question& asked) {
  const auto product = static_cast<unsigned __int128>(asked.first) * asked.second;
  const auto signed_product = static_cast<__int128>(static_cast<std::int64_t>(asked.first)) *  //
                              static_cast<std::int64_t>(asked.second);
  const unsigned shift = asked.second % 128;
  std::uint64_t number = 0;
  std::int64_t signed_number = 0;
  std::uint32_t small = 0;
  Answer answer{};
  answer[0] = static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
  answer[1] = static_cast<std::uint64_t>(signed_product >> 64);
  answer[2] = static_cast<std::uint64_t>((product << shift) >> 64);
  answer[3] = static_cast<std::uint64_t>(product >> shift);
  answer[4] = static_cast<std::uint64_t>(signed_product >> shift);
  answer[5] = __builtin_mul_overflow(asked.first, asked.second, &number);
  answer[5] += 2 * number;
  answer[6] = __builtin_add_overflow(asked.first, asked.second, &number);
  answer[6] += 2 * number;
  answer[7] = __builtin_mul_overflow(static_cast<std::int64_t>(asked.first), static_cast<std::int64_t>(asked.second),
                                     &signed_number);
  answer[7] += 2 * static_cast<std::uint64_t>(signed_number);
  answer[8] = __builtin_sub_overflow(asked.first, asked.second, &small);
  answer[8] += 2 * small;
  answer[9] = (product * product > product) + 2 * (signed_product < 0);
  return answer;
}

/// What variants hold and sets of bits count.
inline Answer answer_library(const Question& asked) {
  std::variant<std::uint32_t, std::uint64_t, std::array<std::uint8_t, 3>> either = asked.first;
  if (asked.second % 3 == 0) either = static_cast<std::uint32_t>(asked.second);
  if (asked.second % 3 == 1) either = std::array<std::uint8_t, 3>{1, 2, static_cast<std::uint8_t>(asked.first)};
  const auto number_of = [](const auto& value) -> std::uint64_t {
    if constexpr (requires { value[0]; })
      return value[0] + value[2];
    else
      return value + sizeof value;
  };
  std::bitset<100> bits(asked.first);
  bits <<= asked.second % 40;
  bits.flip(99).set(3);
  Answer answer{};
  answer[0] = std::visit(number_of, either);
  answer[1] = either.index();
  answer[2] = bits.count();
  answer[3] = bits.test(70) + 2 * bits[99] + 4 * bits.any();
  answer[4] = (bits >> 64).to_ulong();
  return answer;
}

/// What atomic operations find and leave behind, in every order that they can have.
inline Answer answer_atomic(Question& asked) {
  const std::atomic_ref<std::uint64_t> first(asked.first), second(asked.second);
  Answer answer{};
  answer[0] = first.fetch_add(3);
  answer[1] = first.fetch_sub(5, std::memory_order_relaxed);
  answer[2] = first.fetch_or(8, std::memory_order_acquire);
  answer[3] = second.fetch_and(~0xf0ULL, std::memory_order_release);
  answer[4] = second.fetch_xor(first.load(std::memory_order_relaxed), std::memory_order_acq_rel);
  answer[5] = second.exchange(77, std::memory_order_seq_cst);
  std::uint64_t expected = 77;
  answer[6] = second.compare_exchange_strong(expected, 78) + 2 * expected;
  answer[7] = second.compare_exchange_strong(expected, 79, std::memory_order_acquire, std::memory_order_relaxed);
  answer[7] += 2 * expected;
  first.fetch_add(1, std::memory_order_relaxed);
  first.fetch_xor(6);
  second.store(first.fetch_or(0), std::memory_order_relaxed);
  std::atomic_ref<std::uint32_t> low(reinterpret_cast<std::uint32_t&>(asked.second));
  answer[8] = low.fetch_add(0xfffffff0) + low.exchange(9);
  answer[9] = asked.first ^ asked.second;
  return answer;
}

template <auto Make>
void answer_question() {
  question.at<0>().update(
      [](Question& asked) { answer.at<0>().update([&](Answer& stored) { stored = Make(asked); }); });
}

inline constexpr Program<Lwt::Xmit> wide_numbers = [](Lwt::Xmit::Packet) {
  answer_question<answer_wide>();
  return Lwt::Xmit::Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> library_types = [](Lwt::Xmit::Packet) {
  answer_question<answer_library>();
  return Lwt::Xmit::Verdict::Ok;
};

inline constexpr Program<Lwt::Xmit> atomics = [](Lwt::Xmit::Packet) {
  answer_question<answer_atomic>();
  return Lwt::Xmit::Verdict::Ok;
};

namespace {

template <class Make>
void check_answers(const Program<Lwt::Xmit>& program, Make make) {
  auto object = Object::open(program);
  object.load();
  std::mt19937_64 random(7);
  constexpr std::uint64_t edges[] = {0, 1, 2, 63, 64, 65, 1ULL << 31, (1ULL << 32) - 1, 1ULL << 32, 1ULL << 63, ~0ULL};
  const auto check = [&](Question asked) {
    CAPTURE(asked.first);
    CAPTURE(asked.second);
    object[question].set(0, asked);
    run_program(object[program].fd(), __sk_buff{});
    const Answer here = make(asked), in_kernel = object[answer][0];
    for (std::size_t i = 0; i < here.size(); ++i) {
      CAPTURE(i);
      CHECK(in_kernel[i] == here[i]);
    }
  };
  for (const std::uint64_t first : edges)
    for (const std::uint64_t second : edges) check({first, second});
  for (int i = 0; i < 100; ++i) check({random() >> i % 64, random() >> i % 37});
}

}  // namespace

TEST_SUITE_BEGIN("Lwt::Xmit, Array");

TEST_CASE("numbers of 128 bits, and operations that say when 64 do not do") {
  check_answers(wide_numbers, answer_wide);
}

TEST_CASE("atomic operations find and leave what they do here") { check_answers(atomics, answer_atomic); }

TEST_CASE("variants are visited, and sets of bits counted") { check_answers(library_types, answer_library); }
