#pragma once

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/map/kind.hpp>
#include <ebpfxx/map/locked.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx::detail::map {

/// The part of a map's definition for kinds with flags. libbpf takes an absent one for none.
template <std::uint32_t Flags>
class MapFlags {
#if defined(__EBPFXX_DEVICE__)
  char (*map_flags)[Flags] = nullptr;
#endif
};
template <>
class MapFlags<0> {};

/// What all maps share: the definition that libbpf reads from the type's BTF (SEC(".maps") in its documentation), and
/// the three helpers. In constant evaluation a map is empty and takes no changes. It reads the key there, because clang
/// 19 takes a side of `condition ? map.erase(key).error() : map.set(key, 1).error()` that reads nothing for a cheap
/// constant, and natively runs both (isCheapEnoughToEvaluateUnconditionally in its CGExprScalar.cpp).
template <class Key, class Value, class Kind>
class MapDefinition : MapFlags<Kind::flags> {
 public:
  MapDefinition() = default;
  MapDefinition(const MapDefinition&) = delete;
  MapDefinition& operator=(const MapDefinition&) = delete;

 protected:
  constexpr Value* lookup(const Key& key) const {
    if (__builtin_is_constant_evaluated()) return without_entry<Value*>(key);
    if (on_device()) return static_cast<Value*>(call_helper<BpfHelper::map_lookup_elem>(this, &key));
    return static_cast<Value*>(native_interface::execution().lookup(description(), &key));
  }

  constexpr long change(const Key& key, const Value& value, std::uint64_t flags) const {
    if (__builtin_is_constant_evaluated()) return without_entry<long>(key);
    if (on_device())
      return call_helper<BpfHelper::map_update_elem>(this, &key, &value, flags | ValueAccess<Value>::flags);
    return native_interface::execution().update(description(), &key, &value, flags);
  }

  constexpr long remove(const Key& key) const {
    if (__builtin_is_constant_evaluated()) return without_entry<long>(key);
    if (on_device()) return call_helper<BpfHelper::map_delete_elem>(this, &key);
    return native_interface::execution().erase(description(), &key);
  }

 private:
  template <class Result>
  static constexpr Result without_entry([[maybe_unused]] Key key) {
    return {};
  }

  native_interface::MapDescription description() const {
    return {this, Kind::type, sizeof(Key), sizeof(Value), Kind::max_entries};
  }

#if defined(__EBPFXX_DEVICE__)
  int (*type)[Kind::type] = nullptr;
  Key* key = nullptr;
  Value* value = nullptr;
  char (*max_entries)[Kind::max_entries] = nullptr;  // char: BTF counts an array's bytes in 32 bits
#endif
};

}  // namespace ebpfxx::detail::map
