#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebpfxx/global.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/object.hpp>

#include "random.hpp"

namespace ebpfxx::fuzz {

template <class T>
std::string text_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
template <class T>
std::string text_of(const PerCpuValues<T>& values) {
  std::string text;
  for (const T& value : values) text += text_of(value);
  return text;
}

template <class T>
T random_value(Random& random) {
  T value;
  auto* bytes = reinterpret_cast<unsigned char*>(&value);
  for (std::size_t i = 0; i < sizeof value; ++i) bytes[i] = random.one_in(2) ? 0 : random.byte();
  if constexpr (std::is_same_v<T, bool>) return random.one_in(2);
  return value;
}

/// A map that programs work with: puts the same into it on both sides before a batch of cases, and compares what stands
/// in it afterwards.
template <class Key, class Value, class Kind>
class Watched {
 public:
  using Variable = Map<Key, Value, Kind>;
  explicit Watched(const Variable& map) : map_(&map) {}

  /// Gives the first difference that the application's own operations show, or nothing.
  std::string reset(Object& object, Native& native, Random& random, bool fill) const {
    auto in_kernel = object[*map_];
    auto natively = native[*map_];
    std::string difference;
    used_.clear();
    const auto put = [&](const Key& key, const Value& value) {
      const int of_kernel = error_of(in_kernel, key, value), of_native = error_of(natively, key, value);
      if (of_kernel != of_native && difference.empty())
        difference =
            "set(): error " + std::to_string(of_native) + " natively, " + std::to_string(of_kernel) + " in the kernel";
    };
    if constexpr (Kind::is_array) {
      for (std::uint32_t i = 0; i < Kind::max_entries + fill; ++i)  // and behind the last one
        put(i, fill && random.one_in(4) ? random_value<Value>(random) : Value{});
    } else {
      std::vector<Key> keys;
      for (auto entry : in_kernel) keys.push_back(entry.first);
      for (const Key& key : keys) in_kernel.erase(key);
      const std::size_t entries = fill && !is_lru ? random.below(std::min<std::size_t>(Kind::max_entries, 8) + 2) : 0;
      for (std::size_t i = 0; i < entries; ++i) put(random_key(random), random_value<Value>(random));
    }
    return difference;
  }

  /// To be called behind each case. An LRU map drives out other keys in the kernel than natively: of it is asked that
  /// it holds no more than it may, and no key that was never put in.
  void note(Native& native) const {
    if constexpr (is_lru)
      for (auto entry : native[*map_]) used_.insert(text_of(entry.first));
  }

  bool same(Object& object, Native& native) const {
    const std::vector<std::string> in_kernel = entries_of(object);
    if constexpr (!is_lru) return in_kernel == entries_of(native);
    return in_kernel.size() <= Kind::max_entries &&
           std::all_of(in_kernel.begin(), in_kernel.end(),
                       [&](const auto& entry) { return used_.contains(entry.substr(0, sizeof(Key))); });
  }

 private:
  static constexpr bool is_lru = Kind::type == BPF_MAP_TYPE_LRU_HASH || Kind::type == BPF_MAP_TYPE_LRU_PERCPU_HASH;

  template <class Side>
  std::vector<std::string> entries_of(Side& side) const {
    std::vector<std::string> entries;
    for (auto [key, value] : side[*map_]) entries.push_back(text_of(key) + text_of(value));
    std::sort(entries.begin(), entries.end());
    return entries;
  }

  // 0 when it went in.
  template <class Handle>
  static int error_of(Handle& map, const Key& key, const Value& value) {
    try {
      if constexpr (Kind::per_cpu)
        map.set(key, map.on_every_cpu(value));
      else
        map.set(key, value);
    } catch (const Error& error) {
      return error.code().value();
    }
    return 0;
  }

  static Key random_key(Random& random) {
    if constexpr (Kind::key_role == KeyRole::Prefix) {
      const auto length = Bounded<0, Key::bits>::clamped(random.below(Key::bits + 1));
      return Key(random_value<typename Key::address_type>(random), length);
    } else {
      return random_value<Key>(random);
    }
  }

  const Variable* map_;
  mutable std::set<std::string> used_;  ///< the keys of an LRU map, since the last reset
};

template <class Value>
class WatchedCounter {
 public:
  explicit WatchedCounter(const PerCpu<Value>& map) : map_(&map) {}
  std::string reset(Object& object, Native& native, Random& random, bool fill) const {
    const Value value = fill && random.one_in(4) ? random_value<Value>(random) : Value{};
    object[*map_].set(value);
    native[*map_].set(value);
    return {};
  }
  void note(Native&) const {}
  bool same(Object& object, Native& native) const {
    const auto text = [](const std::vector<Value>& values) {
      std::string all;
      for (const Value& value : values) all += text_of(value);
      return all;
    };
    return text(object[*map_].per_cpu()) == text(native[*map_].per_cpu());
  }

 private:
  const PerCpu<Value>* map_;
};

template <class T>
class WatchedGlobal {
 public:
  explicit WatchedGlobal(const Global<T>& global) : global_(&global) {}
  std::string reset(Object& object, Native& native, Random& random, bool fill) const {
    const T value = fill ? random_value<T>(random) : global_->initial();
    object[*global_] = value;
    native[*global_] = value;
    return {};
  }
  void note(Native&) const {}
  bool same(Object& object, Native& native) const {
    return text_of(object[*global_].value()) == text_of(native[*global_].value());
  }

 private:
  const Global<T>* global_;
};

template <class Key, class Value, class Kind>
Watched<Key, Value, Kind> watched(const Map<Key, Value, Kind>& map) {
  return Watched<Key, Value, Kind>(map);
}
template <class Value>
WatchedCounter<Value> watched(const PerCpu<Value>& map) {
  return WatchedCounter<Value>(map);
}
template <class T>
WatchedGlobal<T> watched(const Global<T>& global) {
  return WatchedGlobal<T>(global);
}

}  // namespace ebpfxx::fuzz
