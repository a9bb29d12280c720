#pragma once

#include <cerrno>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/map/body.hpp>
#include <ebpfxx/map/definition.hpp>
#include <ebpfxx/map/locked.hpp>
#include <ebpfxx/map/lookup.hpp>
#include <ebpfxx/map/other_type.hpp>

namespace ebpfxx::detail::map {

/// What a program can do with a map whose entries come and go.
template <class Key, class Value, class Kind>
class HashOperations : public MapDefinition<Key, Value, Kind> {
  /// A key that fits a register comes by value. The helpers take addresses, and a loop counter whose own address is
  /// taken is no longer followed by the verifier.
  using KeyArgument = std::conditional_t<sizeof(Key) <= sizeof(std::uint64_t), Key, const Key&>;
  /// The same for numbers: a field of a kernel's object is none of the addresses that the helpers take.
  using ValueArgument = std::conditional_t<std::is_scalar_v<Value>, Value, const typename ValueAccess<Value>::type&>;
  using Access = ValueAccess<Value>;

 public:
  /// The value under `key`, if there is one.
  constexpr LookupResult<Value> find(KeyArgument key) const { return LookupResult<Value>(this->lookup(key)); }
  EBPFXX_REFUSE_KEY(LookupResult<Value>, find)

  /// Calls `body(value)` with the value under `key`, and says whether there is one.
  template <class Body>
  constexpr bool with(KeyArgument key, Body body) const {
    Value* value = this->lookup(key);
    if (value == nullptr) return false;
    Access::update(*value, body);
    return true;
  }
  EBPFXX_REFUSE_KEY(bool, with)

  /// Calls `body(value)` with the value under `key`; a new one starts as `Value{}`. Fails when the map is full, and
  /// with ENOENT when another CPU takes a new key out at the same moment.
  template <class Body>
    requires(!TakesCopy<Body, typename Access::type>)
  constexpr MapStatus update(KeyArgument key, Body body) const {
    return update_made(key, [] { return Value{}; }, body);
  }
  template <class Body>
  constexpr MapStatus update(KeyArgument key, Body body) const
      EBPFXX_REFUSE("lost-change",
                    "gives 'update' a function that changes a copy of the value; let it take a reference, as 'auto&'");

  /// The same; a new value starts as `start`. When several CPUs meet a new key, one puts the start in, and all call
  /// their `body` with what is there then; of a per-CPU map each calls it with its own value.
  template <class Body>
    requires(!TakesCopy<Body, typename Access::type>)
  constexpr MapStatus update(KeyArgument key, ValueArgument start, Body body) const {
    return update_made(key, [&] { return Value(start); }, body);
  }
  EBPFXX_REFUSE_KEY(MapStatus, update)

  /// Puts `value` under `key`, whether or not there was one.
  constexpr MapStatus set(KeyArgument key, ValueArgument value) const {
    return MapStatus(this->change(key, static_cast<typename Access::Stored>(value), any));
  }
  EBPFXX_REFUSE_KEY(MapStatus, set)
  EBPFXX_REFUSE_ALONE(MapStatus, set)
  EBPFXX_REFUSE_VALUE(MapStatus, set, typename Access::type)

  /// Puts `value` under a new `key`; EEXIST when there is one.
  [[nodiscard]] constexpr MapStatus insert(KeyArgument key, ValueArgument value) const {
    return MapStatus(this->change(key, static_cast<typename Access::Stored>(value), no_exist));
  }
  EBPFXX_REFUSE_KEY(MapStatus, insert)
  EBPFXX_REFUSE_ALONE(MapStatus, insert)
  EBPFXX_REFUSE_VALUE(MapStatus, insert, typename Access::type)

  /// Replaces the value under `key`; ENOENT when there is none.
  [[nodiscard]] constexpr MapStatus replace(KeyArgument key, ValueArgument value) const {
    return MapStatus(this->change(key, static_cast<typename Access::Stored>(value), exist));
  }
  EBPFXX_REFUSE_KEY(MapStatus, replace)
  EBPFXX_REFUSE_ALONE(MapStatus, replace)
  EBPFXX_REFUSE_VALUE(MapStatus, replace, typename Access::type)

  /// Takes `key` out; ENOENT when it is not there.
  constexpr MapStatus erase(KeyArgument key) const { return MapStatus(this->remove(key)); }
  EBPFXX_REFUSE_KEY(MapStatus, erase)

 private:
  template <class Make, class Body>
  constexpr MapStatus update_made(const Key& key, Make make, Body& body) const {
    Value* found = this->lookup(key);
    if (found == nullptr) {
      Value value = make();
      if (Kind::per_cpu || __builtin_is_constant_evaluated()) {  // nobody else changes this value
        Access::update(value, body);
        return MapStatus(this->change(key, value, any));
      }
      const MapStatus status(this->change(key, value, no_exist));
      if (!status && status.error() != EEXIST) return status;
      found = this->lookup(key);
      if (found == nullptr) return MapStatus(-ENOENT);
    }
    Access::update(*found, body);
    return MapStatus(0);
  }

  // BPF_ANY, BPF_NOEXIST, BPF_EXIST of linux/bpf.h
  static constexpr std::uint64_t any = 0;
  static constexpr std::uint64_t no_exist = 1;
  static constexpr std::uint64_t exist = 2;
};

}  // namespace ebpfxx::detail::map
