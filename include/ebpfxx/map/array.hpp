#pragma once

#include <concepts>
#include <cstdint>

#include <ebpfxx/map/body.hpp>
#include <ebpfxx/map/definition.hpp>
#include <ebpfxx/map/locked.hpp>
#include <ebpfxx/map/lookup.hpp>
#include <ebpfxx/map/other_type.hpp>
#include <ebpfxx/number/bounded.hpp>

namespace ebpfxx::detail::map {

/// An entry of an array that surely exists. The verifier does not know that before Linux 6.14, so the test for null
/// that it wants is here and not in the program.
template <class Value>
class Element {
  using Access = ValueAccess<Value>;

 public:
  constexpr explicit Element(Value* value) : value_(value) {}

  /// Calls `body(value)`. In constant evaluation on a value of its own, which nobody sees.
  template <class Body>
    requires(!TakesCopy<Body, typename Access::type>)
  constexpr void update(Body body) const {
    if (__builtin_is_constant_evaluated()) {
      Value scratch{};
      Access::update(scratch, body);
    } else if (value_ != nullptr) {
      Access::update(*value_, body);
    }
  }
  template <class Body>
  constexpr void update(Body body) const
      EBPFXX_REFUSE("lost-change",
                    "gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'");

  /// A copy of the value, constant so that nobody changes it for the map's; `update` changes that.
  constexpr const typename Access::type value() const {
    return value_ != nullptr ? Access::copy(*value_) : typename Access::type{};
  }

 private:
  Value* value_;
};

/// What a program can do with a map whose entries are all there from the start.
template <class Value, class Kind>
class ArrayOperations : public MapDefinition<std::uint32_t, Value, Kind> {
  using Key = std::uint32_t;

 public:
  /// How many entries there are, with indices from 0.
  static constexpr std::uint32_t size = Kind::max_entries;

  /// The entry `Index`.
  template <std::uint32_t Index>
    requires(Index < size)
  constexpr Element<Value> at() const {
    return element(Index);
  }
  template <std::uint32_t Index>
  constexpr Element<Value> at() const
      EBPFXX_REFUSE("array-bounds", "takes entry %0 of an array of %1; the last one is entry %2", Index, size,
                    size - 1);

  /// The entry at a bounded index.
  template <BoundedNumber Index>
    requires(Interval{0, size - 1}.contains(Index::interval))
  constexpr Element<Value> at(Index index) const {
    return element(static_cast<std::uint32_t>(index.value()));
  }
  template <BoundedNumber Index>
  constexpr Element<Value> at(Index index) const
      EBPFXX_REFUSE("array-bounds", "takes entry %0 to %1 of an array of %2; bound the index below %2",
                    number::bounds<Index>.low, number::bounds<Index>.high, size);
  constexpr Element<Value> at(std::uint32_t index) const
      EBPFXX_REFUSE("array-bounds",
                    "takes any entry of an array of %0; bound the index as Bounded<0, %1>, or use 'find'", size,
                    size - 1);
  EBPFXX_REFUSE_KEY(Element<Value>, at)

  /// The entry at any index: nothing behind the last one.
  constexpr LookupResult<Value> find(std::uint32_t index) const { return LookupResult<Value>(this->lookup(index)); }
  EBPFXX_REFUSE_KEY(LookupResult<Value>, find)

 protected:
  constexpr Element<Value> element(const std::uint32_t& index) const { return Element<Value>(this->lookup(index)); }
};

}  // namespace ebpfxx::detail::map
