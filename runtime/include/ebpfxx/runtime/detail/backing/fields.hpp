#pragma once

#include <boost/pfr/core.hpp>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ebpfxx::detail::backing {

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-internal"
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif

template <class T>
struct FieldNameHolder {
  const T value;
};
/// Never defined: only addresses within it are named.
template <class T>
extern const FieldNameHolder<T> field_name_holder;

template <class Pointer>
struct FieldPointer {
  Pointer pointer;
};
template <class Pointer>
FieldPointer(Pointer) -> FieldPointer<Pointer>;

/// What the compiler calls this function, "... value.length}]" or "...::Drops::length)}; ...".
template <FieldPointer Field>
constexpr std::string_view text_with_field() {
  return __PRETTY_FUNCTION__;
}

/// The name of field `Index` of an aggregate.
template <class Aggregate, std::size_t Index>
constexpr std::string_view field_name() {
  std::string_view text = text_with_field<FieldPointer{&boost::pfr::get<Index>(field_name_holder<Aggregate>.value)}>();
  text = text.substr(0, text.rfind('}'));
  if (text.ends_with(')')) text.remove_suffix(1);
  return text.substr(text.find_last_of(".:") + 1);
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

/// Calls `body(name, field)` for each field of an aggregate, in order. An array among them is a std::array.
template <class Aggregate, class Body>
constexpr void for_each_field(const Aggregate& aggregate, Body body) {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    (body(field_name<Aggregate, Index>(), boost::pfr::get<Index>(aggregate)), ...);
  }(std::make_index_sequence<boost::pfr::tuple_size_v<Aggregate>>());
}

}  // namespace ebpfxx::detail::backing
