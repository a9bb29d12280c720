// What the C library and std::string_view find in text, byte by byte: LLVM makes calls of libc of it, which no kernel
// has.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <ebpfxx.hpp>
#include <random>
#include <string_view>

#include "support/run_program.hpp"

using namespace ebpfxx;
using namespace ebpfxx::test;

struct TextQuestion {
  std::array<char, 16> text, other;  ///< both end by a zero
  std::uint32_t length, position;
  std::int32_t wanted;  ///< a character
};
struct TextAnswer {
  std::array<std::int64_t, 16> numbers;
  std::array<char, 48> bytes;
  friend bool operator==(const TextAnswer&, const TextAnswer&) = default;
};
inline Map<std::uint32_t, TextQuestion, Array<1>> text_question;
inline Map<std::uint32_t, TextAnswer, Array<1>> text_answer;

constexpr std::int64_t sign(int difference) { return difference < 0 ? -1 : difference > 0 ? 1 : 0; }

constexpr const char* words[] = {"abc", "b", "", "aabbccaabbcc"};

/// Of a number of bytes that is constant, and of strings that a zero ends.
inline void search_all(const TextQuestion& asked, TextAnswer& answer) {
  const char *text = asked.text.data(), *other = asked.other.data();
  const std::string_view all(text, 16);
  const char wanted = static_cast<char>(asked.wanted);
  auto& numbers = answer.numbers;
  numbers[0] = static_cast<std::int64_t>(all.find(wanted));
  numbers[1] = static_cast<std::int64_t>(all.rfind(wanted));
  const void* found = std::memchr(text, asked.wanted, 16);
  numbers[2] = found != nullptr ? static_cast<const char*>(found) - text : -1;
  numbers[3] = static_cast<std::int64_t>(std::strlen(text));
  numbers[4] = static_cast<std::int64_t>(::strnlen(text, 16));
  const char* in_string = std::strchr(text, asked.wanted);
  numbers[5] = in_string != nullptr ? in_string - text : -1;
  numbers[6] = sign(std::strcmp(text, other));
  numbers[7] = sign(std::strncmp(text, other, 8));
  numbers[8] = all.find('z') != std::string_view::npos;
  numbers[9] = std::string_view(text) == std::string_view(other);
  numbers[10] = static_cast<std::int64_t>(std::string_view(text).find(wanted));
  if (const auto end = all.find('b'); end != std::string_view::npos) numbers[12] = all.substr(end + 1).starts_with('c');
  numbers[11] = std::find(text, text + 16, wanted) - text;
  // LLVM adds an index to the address of an aligned array by `|`.
  char copy[16];
  std::copy(text, text + 16, copy);
  const std::string_view of_copy(copy, 16);
  if (const auto end = of_copy.find(wanted); end != std::string_view::npos)
    numbers[13] = static_cast<std::int64_t>(end * 2 + (of_copy.substr(0, end) == "abc" ? 1 : 0));
  std::int64_t sum = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const std::string_view word(words[(asked.position + i) & 3]);
    sum = sum * 31 + static_cast<std::int64_t>(word.size()) + (word == std::string_view(text) ? 17 : 0);
  }
  numbers[14] = sum;
}

/// Of a number of bytes that is known at run time, from 0 to 16.
inline void search_some(const TextQuestion& asked, TextAnswer& answer) {
  if (asked.length > 16 || asked.position > 16) return;
  const char *text = asked.text.data(), *other = asked.other.data();
  const std::string_view some(text, asked.length);
  const char wanted = static_cast<char>(asked.wanted);
  auto& numbers = answer.numbers;
  numbers[0] = static_cast<std::int64_t>(some.find(wanted));
  numbers[1] = sign(std::memcmp(text, other, asked.length));
  numbers[2] = sign(std::strncmp(text, other, asked.length));
  numbers[3] = static_cast<std::int64_t>(::strnlen(text, asked.length));
  numbers[4] = some == "ab";
  numbers[5] = std::equal(text, text + asked.length, other);
  numbers[6] = static_cast<std::int64_t>(std::string_view(text, 16).find(wanted, asked.position));
}

/// The same of what is written. The answer has 16 bytes before what is written, and 16 behind.
inline void write_some(const TextQuestion& asked, TextAnswer& answer) {
  const std::uint32_t length = asked.length;  // memory may change with each byte that is written
  if (length > 16) return;
  char* bytes = answer.bytes.data();
  std::memcpy(bytes + 16, asked.text.data(), 16);
  std::memcpy(bytes + 16, asked.other.data(), length);
  std::memset(bytes + 24, asked.wanted, length);
  std::memmove(bytes + 19, bytes + 16, length);
  std::memmove(bytes + 16, bytes + 18, length);
  std::memmove(bytes + (asked.position & 15), bytes + 9, length);
}

template <auto Answer>
void answer_text_question() {
  text_question.at<0>().update(
      [](TextQuestion& asked) { text_answer.at<0>().update([&](TextAnswer& stored) { Answer(asked, stored); }); });
}

inline constexpr Program<Lwt::Xmit> search_all_text = [](Lwt::Xmit::Packet) {
  answer_text_question<search_all>();
  return Lwt::Xmit::Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> search_some_text = [](Lwt::Xmit::Packet) {
  answer_text_question<search_some>();
  return Lwt::Xmit::Verdict::Ok;
};
inline constexpr Program<Lwt::Xmit> write_some_text = [](Lwt::Xmit::Packet) {
  answer_text_question<write_some>();
  return Lwt::Xmit::Verdict::Ok;
};

namespace {

template <class Answer>
void check_text_answers(const Program<Lwt::Xmit>& program, Answer answer) {
  auto object = Object::open(program);
  object.load();
  const auto check = [&](const TextQuestion& asked) {
    CAPTURE(std::string_view(asked.text.data(), 16));
    CAPTURE(std::string_view(asked.other.data(), 16));
    CAPTURE(asked.length);
    CAPTURE(asked.position);
    CAPTURE(asked.wanted);
    object[text_question].set(0, asked);
    object[text_answer].set(0, {});
    run_program(object[program].fd(), __sk_buff{});
    TextAnswer here{};
    answer(asked, here);
    const TextAnswer in_kernel = object[text_answer][0];
    CHECK(in_kernel.numbers == here.numbers);
    CHECK(in_kernel.bytes == here.bytes);
  };
  std::mt19937 random(7);
  const auto text = [&](std::uint32_t length) {
    std::array<char, 16> made{};
    for (std::uint32_t i = 0; i < 15; ++i) made[i] = "abc\xe4"[random() % 4];
    made[length] = 0;
    return made;
  };
  for (const std::uint32_t end : {0, 1, 7, 8, 14, 15})
    for (const std::uint32_t length : {0, 1, 2, 8, 15, 16})
      for (const char wanted : {'a', '\xe4', '\0', 'x'}) check({text(end), text(15), length, length, wanted});
  for (int i = 0; i < 100; ++i) {
    const std::array<char, 16> one = text(random() % 16);
    check({one, one, static_cast<std::uint32_t>(random() % 17), static_cast<std::uint32_t>(random() % 17), 'b'});
  }
}

}  // namespace

TEST_SUITE_BEGIN("Lwt::Xmit, Array");

TEST_CASE("text is searched and compared, to its end and to a constant number of bytes") {
  check_text_answers(search_all_text, search_all);
}

TEST_CASE("text is searched and compared, to a number of bytes that is known at run time") {
  check_text_answers(search_some_text, search_some);
}

TEST_CASE("memory is copied, moved and filled, a number of bytes that is known at run time") {
  check_text_answers(write_some_text, write_some);
}

TEST_SUITE_END();
