#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <ebpfxx/builder/build.hpp>
#include <ebpfxx/packet/describe_text.hpp>
#include <ebpfxx/testing/packet_text.hpp>

namespace ebpfxx {

namespace detail::testing {

/// A field's value, as `value_text` writes it, and what a flag is.
template <class Value>
std::string compared_text(const Value& value, FieldNotation notation) {
  if constexpr (std::same_as<Value, bool>)
    return value ? "true" : "false";
  else
    return packet::value_text(value, notation);
}

/// Differences, a line each: first what is there, then what was expected.
class DifferenceLines {
 public:
  /// A line for each run of bytes that differ, and one where there are more or fewer.
  void compare_bytes(const std::string& name, std::span<const std::uint8_t> there,
                     std::span<const std::uint8_t> wanted) {
    if (there.size() != wanted.size()) line(name, bytes_count(there.size()), bytes_count(wanted.size()));
    const std::size_t common = std::min(there.size(), wanted.size());
    for (std::size_t i = 0; i < common;) {
      std::size_t end = i;
      while (end < common && there[end] != wanted[end]) ++end;
      if (end > i) {
        const std::string place = end == i + 1 ? " byte " + std::to_string(i)
                                               : " bytes " + std::to_string(i) + " to " + std::to_string(end - 1);
        line(name + place, hexadecimal_text(there.subspan(i, end - i), 16),
             hexadecimal_text(wanted.subspan(i, end - i), 16));
      }
      i = end + 1;
    }
  }

  void line(const std::string& what, const std::string& there, const std::string& wanted) {
    add(what + ": " + there + " != " + wanted);
  }
  void add(const std::string& line) {
    if (!text_.empty()) text_ += '\n';
    text_ += line;
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Walks over an expected stack and the bytes that are there instead.
template <class... Layers>
class StackComparison {
  static constexpr std::size_t count = sizeof...(Layers);
  template <std::size_t I>
  using Layer = std::tuple_element_t<I, std::tuple<Layers...>>;

 public:
  StackComparison(std::span<const std::uint8_t> there, const HeaderStack<Layers...>& expected)
      : there_(there), expected_(packet_bytes(expected)) {}

  std::string lines() {
    if (std::ranges::equal(there_, expected_)) return {};
    if (there_.size() != expected_.size())
      lines_.line("length", bytes_count(there_.size()), bytes_count(expected_.size()));
    compare<0>();
    if (lines_.text().empty()) lines_.compare_bytes("packet", there_, expected_);
    return lines_.text();
  }

 private:
  template <std::size_t I>
  void compare() {
    if constexpr (I < count) {
      if (compare_layer<I>(static_cast<const Layer<I>*>(nullptr))) {
        expected_at_ += Layer<I>::size;
        compare<I + 1>();
      }
    } else {
      lines_.compare_bytes("behind the last layer", there_.subspan(there_at_), {});
    }
  }

  /// False where the packet ends within the header, so that there is nothing more to compare.
  template <std::size_t I, class Header, std::size_t OptionBytes>
  bool compare_layer(const builder::HeaderLayer<Header, OptionBytes>*) {
    const std::string name = name_of_layer<I>();
    const std::size_t left = there_.size() - there_at_;
    if (left < sizeof(Header)) {
      lines_.add(name + ": the packet ends after " + bytes_count(left) + " of it");
      return false;
    }
    const auto there = packet::copy_header<Header>(there_.data() + there_at_);
    const auto wanted = packet::copy_header<Header>(expected_.data() + expected_at_);
    compare_headers(name, there, wanted);
    there_at_ += sizeof(Header);
    const std::size_t length = options_length(there, wanted, OptionBytes);
    const auto options = there_.subspan(there_at_, std::min(length, left - sizeof(Header)));
    lines_.compare_bytes(name + " options", options, expected().subspan(expected_at_ + sizeof(Header), OptionBytes));
    there_at_ += options.size();
    return true;
  }

  /// The last one is everything that is left.
  template <std::size_t I, std::size_t Bytes>
  bool compare_layer(const builder::PayloadLayer<Bytes>*) {
    const std::size_t left = there_.size() - there_at_;
    const std::size_t size = I + 1 == count ? left : std::min(left, Bytes);
    lines_.compare_bytes(name_of_layer<I>(), there_.subspan(there_at_, size), expected().subspan(expected_at_, Bytes));
    there_at_ += size;
    return true;
  }

  template <class Header>
  void compare_headers(const std::string& name, const Header& there, const Header& wanted) {
    const std::size_t before = lines_.text().size();
    if constexpr (DescribedHeader<Header>)
      header_description<Header>.for_each_field([&](const auto& field) {
        const auto is = field.of(there), should = field.of(wanted);
        if (!(is == should))
          lines_.line(name + "." + std::string(field.name),
                      compared_text<decltype(field.of(there))>(is, field.notation),
                      compared_text<decltype(field.of(there))>(should, field.notation));
      });
    // What no field shows.
    if (lines_.text().size() == before) lines_.compare_bytes(name, packet::bytes_of(there), packet::bytes_of(wanted));
  }

  /// As the header says that is there; as expected where it says the same as the expected one, or what cannot be.
  template <class Header>
  static std::size_t options_length(const Header& there, const Header& wanted, std::size_t expected) {
    if constexpr (requires { there.header_length().value() + there.has_next(); }) {
      const std::size_t length = there.header_length().value();
      if (there.has_next() && length >= sizeof(Header) && length != wanted.header_length().value())
        return length - sizeof(Header);
    }
    return expected;
  }

  /// "ipv4"; "ipv4[1]" of the second one in the stack.
  template <std::size_t I>
  static std::string name_of_layer() {
    std::string name(plain_name<I>());
    const auto before = []<std::size_t... J>(std::index_sequence<J...>) {
      return (0 + ... + int{plain_name<J>() == plain_name<I>()});
    }(std::make_index_sequence<I>());
    if (before > 0) name += "[" + std::to_string(before) + "]";
    return name;
  }
  template <std::size_t I>
  static constexpr std::string_view plain_name() {
    using Header = typename Layer<I>::header_type;
    if constexpr (std::is_same_v<Layer<I>, builder::PayloadLayer<Layer<I>::size>>)
      return "payload";
    else if constexpr (DescribedHeader<Header>)
      return header_description<Header>.name;
    else
      return "header";
  }

  std::span<const std::uint8_t> expected() const { return expected_; }

  std::span<const std::uint8_t> there_;
  std::array<std::uint8_t, (Layers::size + ... + 0)> expected_;
  std::size_t there_at_ = 0, expected_at_ = 0;
  DifferenceLines lines_;
};

}  // namespace detail::testing

/// How a packet differs from the one that a stack of headers stands for, a line each, as "ipv4.ttl: 64 != 63": first
/// what is there, then what was expected. Empty where they are equal. Fields are called as their headers' descriptions
/// call them; bytes of options and payload are counted from where those start. Where a header says that it is longer or
/// shorter than the expected one, the next one is compared from where it starts.
template <class... Layers>
std::string diff(std::span<const std::uint8_t> packet, const HeaderStack<Layers...>& expected) {
  return detail::testing::StackComparison<Layers...>(packet, expected).lines();
}

/// The same of bytes, as those of a capture: "packet byte 3: 61 != 41".
inline std::string diff(std::span<const std::uint8_t> packet, std::span<const std::uint8_t> expected) {
  detail::testing::DifferenceLines lines;
  lines.compare_bytes("packet", packet, expected);
  return lines.text();
}
template <std::size_t Size>
std::string diff(std::span<const std::uint8_t> packet, const std::array<std::uint8_t, Size>& expected) {
  return diff(packet, std::span<const std::uint8_t>(expected));
}

}  // namespace ebpfxx
