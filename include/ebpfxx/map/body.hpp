#pragma once

#include <type_traits>

/// What `update` is given: a function that changes a value where it is.
namespace ebpfxx::detail::map {

template <class Result, class Body, class Parameter>
consteval bool takes_copy(Result (Body::*)(Parameter) const) {
  return !std::is_reference_v<Parameter>;
}
template <class Result, class Body, class Parameter>
consteval bool takes_copy(Result (Body::*)(Parameter)) {
  return !std::is_reference_v<Parameter>;
}

template <class Body, class Value>
consteval bool takes_copy() {
  if constexpr (requires { takes_copy(&Body::operator()); })
    return takes_copy(&Body::operator());
  else if constexpr (requires { takes_copy(&Body::template operator()<Value>); })
    return takes_copy(&Body::template operator()<Value>);
  return false;
}

/// A function that gets a copy of the value: `[](std::uint64_t count) { count += 1; }`.
template <class Body, class Value>
concept TakesCopy = takes_copy<Body, Value>();

}  // namespace ebpfxx::detail::map
