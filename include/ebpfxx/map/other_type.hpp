#pragma once

#include <concepts>

#include <ebpfxx/detail/device.hpp>

/// Keys and values of other types than a map's.
namespace ebpfxx::detail::map {

/// What does not become a `Wanted` by itself.
template <class Given, class Wanted>
concept OtherThan = !std::convertible_to<const Given&, Wanted>;

}  // namespace ebpfxx::detail::map

/// Says why `function(key, ...)` must not be called with such a key.
#define EBPFXX_REFUSE_KEY(Result, function)                                                             \
  template <class Given, class... Others>                                                               \
    requires ::ebpfxx::detail::map::OtherThan<Given, Key>                                               \
  constexpr Result function(const Given&, const Others&...) const EBPFXX_REFUSE(                        \
      "conversion", "gives '" #function "' a key of '%0', and the keys of this map are '%1'; make one", \
      static_cast<Given*>(nullptr), static_cast<Key*>(nullptr));

/// The same of `function(key, value)`.
#define EBPFXX_REFUSE_VALUE(Result, function, Wanted)                                                  \
  template <class Given>                                                                               \
    requires ::ebpfxx::detail::map::OtherThan<Given, Wanted>                                           \
  constexpr Result function(const Key&, const Given&) const EBPFXX_REFUSE(                             \
      "conversion", "gives '" #function "' a value of '%0', and those of this map are '%1'; make one", \
      static_cast<Given*>(nullptr), static_cast<Wanted*>(nullptr));

/// The same of `function(key)`, where a value is wanted too.
#define EBPFXX_REFUSE_ALONE(Result, function)                  \
  template <class Given>                                       \
    requires(!::ebpfxx::detail::map::OtherThan<Given, Key>)    \
  constexpr Result function(const Given&) const EBPFXX_REFUSE( \
      "conversion", "gives '" #function "' a key and no value; write '" #function "(key, value)'");
