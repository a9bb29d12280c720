#pragma once

#include <cstdint>
#include <type_traits>

#include <ebpfxx/map/body.hpp>
#include <ebpfxx/map/definition.hpp>
#include <ebpfxx/map/lookup.hpp>

namespace ebpfxx::detail {

/// What a program can do with a map whose entries come and go.
template <class Key, class Value, class Kind>
class HashOperations : public MapDefinition<Key, Value, Kind> {
  /// A key that fits a register comes by value. The helpers take addresses, and a loop counter whose own address is
  /// taken is no longer followed by the verifier.
  using KeyArgument = std::conditional_t<sizeof(Key) <= sizeof(std::uint64_t), Key, const Key&>;
  /// The same for numbers: a field of a kernel's object is none of the addresses that the helpers take.
  using ValueArgument = std::conditional_t<std::is_scalar_v<Value>, Value, const Value&>;

 public:
  /// The value under `key`, if there is one.
  constexpr Lookup<Value> find(KeyArgument key) const { return Lookup<Value>(this->lookup(key)); }

  /// Calls `body(value)` with the value under `key`, and says whether there is one.
  template <class Body>
  constexpr bool with(KeyArgument key, Body body) const {
    Value* value = this->lookup(key);
    if (value == nullptr) return false;
    body(*value);
    return true;
  }

  /// Calls `body(value)` with the value under `key`, which starts as `Value{}` where there was none. Fails when the map
  /// is full.
  template <class Body>
    requires(!TakesCopy<Body, Value>)
  constexpr MapStatus update(KeyArgument key, Body body) const {
    if (Value* found = this->lookup(key)) {
      body(*found);
      return MapStatus(0);
    }
    Value value{};
    body(value);
    return MapStatus(this->change(key, value, any));
  }
  template <class Body>
  constexpr MapStatus update(KeyArgument key, Body body) const
      EBPFXX_REFUSE("lost-change",
                    "gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'");

  /// Puts `value` under `key`, whether or not there was one.
  constexpr MapStatus set(KeyArgument key, ValueArgument value) const {
    return MapStatus(this->change(key, value, any));
  }

  /// Puts `value` under a new `key`; EEXIST when there is one.
  [[nodiscard]] constexpr MapStatus insert(KeyArgument key, ValueArgument value) const {
    return MapStatus(this->change(key, value, no_exist));
  }

  /// Replaces the value under `key`; ENOENT when there is none.
  [[nodiscard]] constexpr MapStatus replace(KeyArgument key, ValueArgument value) const {
    return MapStatus(this->change(key, value, exist));
  }

  /// Takes `key` out; ENOENT when it is not there.
  constexpr MapStatus erase(KeyArgument key) const { return MapStatus(this->remove(key)); }

 private:
  // BPF_ANY, BPF_NOEXIST, BPF_EXIST of linux/bpf.h
  static constexpr std::uint64_t any = 0;
  static constexpr std::uint64_t no_exist = 1;
  static constexpr std::uint64_t exist = 2;
};

}  // namespace ebpfxx::detail
