#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ebpfxx/global.hpp>
#include <ebpfxx/map/map.hpp>
#include <ebpfxx/map/ring_buffer.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/object.hpp>

#include "code.hpp"
#include "compare.hpp"
#include "random.hpp"

// What programs work with beside the packet. `watched(variable)` gives what the fuzzer knows of each kind:
//
//   Contents            what is put into it before the first case of a batch, in a std::vector
//   learn(n)            takes a look at what the batch's cases have left natively, of the keys that they put in
//   make(random)        contents of all kinds, also under these keys
//   put(o, n, contents) empties it and puts them in, in the kernel and natively; gives the first difference
//   before_case(o, n)   to be called before each
//   difference(o, n, last)  to be called after each, or after the last one if not `after_each_case`
//   cases_to_fill()     how many cases a batch needs so that there is no room any more; 0: it does not fill up
//
// and the same as code, for the tests that the fuzzer prints.
namespace ebpfxx::fuzz {

/// Often a small number, so that some are equal.
template <class T>
T random_value(Random& random) {
  if constexpr (std::is_same_v<T, bool>) return random.one_in(2);
  std::array<std::uint8_t, sizeof(T)> bytes{};
  if (random.one_in(2))
    bytes.front() = static_cast<std::uint8_t>(random.below(8));
  else
    for (std::uint8_t& byte : bytes) byte = random.one_in(2) ? 0 : random.byte();
  return detail::backing::value_from<T>(bytes.data());
}

/// Says what differs of which variable.
inline std::string difference_of(const void* variable, const std::string& found) {
  return found.empty() ? "" : name_of(variable) + ": " + found;
}

/// "    CHECK(fuzz::difference(native[map], object[map]) == "");", and further arguments in the call.
inline std::string code_of_difference(const std::string& name, const std::string& more = {}) {
  return "    CHECK(fuzz::difference(native[" + name + "], object[" + name + "]" + more + ") == \"\");\n";
}

/// What the kinds have in common.
template <class Entry, class Variable>
class WatchedVariable {
 public:
  using Contents = std::vector<Entry>;
  static constexpr bool after_each_case = false;

  explicit WatchedVariable(const Variable& variable) : variable_(&variable) {}

  void learn(Native&) {}
  void before_case(Object&, Native&) {}
  std::size_t cases_to_fill() const { return 0; }

  std::string code_before_case() const { return {}; }
  std::string code_of_difference(bool) const { return fuzz::code_of_difference(name()); }
  std::string code_of_put(const Entry&) const { return {}; }

 protected:
  std::string name() const { return name_of(variable_); }
  std::string type(const char* member) const { return "decltype(" + name() + ")::" + member; }
  const Variable& variable() const { return *variable_; }

 private:
  const Variable* variable_;
};

template <class Key, class Value, class Kind>
class WatchedMap : public WatchedVariable<std::pair<Key, Value>, Map<Key, Value, Kind>> {
  using Base = WatchedVariable<std::pair<Key, Value>, Map<Key, Value, Kind>>;
  using Base::name, Base::type, Base::variable;

 public:
  using Contents = typename Base::Contents;
  static constexpr bool after_each_case = DrivesOut<Kind>;
  using Base::Base;

  void learn(Native& native) {
    known_.clear();
    if constexpr (!Kind::is_array)
      for (const auto& entry : native[variable()]) known_.push_back(entry.first);
  }

  Contents make(Random& random) const {
    Contents made;
    if constexpr (Kind::is_array) {
      for (std::uint32_t i = 0; i <= Kind::max_entries; ++i)  // and behind the last one
        if (i == Kind::max_entries || random.one_in(4)) made.emplace_back(i, random_value<Value>(random));
    } else {
      const std::size_t most = std::min<std::size_t>(Kind::max_entries, 8) + 1;  // and too many
      for (std::size_t i = random.below(most + 1); i > 0; --i) {
        const Key key = any_key(random);
        // A full trie refuses to change an entry before Linux 6.13.
        const bool again = std::any_of(made.begin(), made.end(),
                                       [&](const auto& entry) { return text_of(entry.first) == text_of(key); });
        if (Kind::key_role != KeyRole::Prefix || !again) made.emplace_back(key, random_value<Value>(random));
      }
    }
    return made;
  }

  std::string put(Object& object, Native& native, const Contents& contents) {
    const auto in_kernel = object[variable()];
    const auto natively = native[variable()];
    std::vector<Key> keys;
    if constexpr (Kind::is_array)
      for (std::uint32_t i = 0; i < Kind::max_entries; ++i) error_of_set(in_kernel, i, Value{});
    else
      for (const auto& entry : in_kernel) keys.push_back(entry.first);
    if constexpr (!Kind::is_array)
      for (const Key& key : keys) in_kernel.erase(key);
    std::string found;
    for (const auto& [key, value] : contents) {
      const int of_native = error_of_set(natively, key, value), of_kernel = error_of_set(in_kernel, key, value);
      if (found.empty()) found = difference_of_numbers("error of set()", of_native, of_kernel);
    }
    return difference_of(&variable(), found);
  }

  void before_case(Object& object, Native& native) {
    if constexpr (DrivesOut<Kind>) before_ = take_over(native[variable()], object[variable()]);
  }

  std::string difference(Object& object, Native& native, bool) const {
    if constexpr (DrivesOut<Kind>)
      return difference_of(&variable(), fuzz::difference(native[variable()], object[variable()], before_));
    else
      return difference_of(&variable(), fuzz::difference(native[variable()], object[variable()]));
  }

  /// For each entry "side[map].set(key, value)".
  std::string code_of_contents(const Contents& contents) const {
    std::string code;
    for (const auto& [key, value] : contents) {
      std::string text = code_of(value, type("value_type"));
      if (Kind::per_cpu) text = "side[" + name() + "].on_every_cpu(" + text + ")";
      code += "    side[" + name() + "].set(" + code_of(key, type("key_type")) + ", " + text + ");\n";
    }
    return code;
  }
  std::string code_of_put(const std::pair<Key, Value>& entry) const {
    const std::string arguments =
        "], " + code_of(entry.first, type("key_type")) + ", " + code_of(entry.second, type("value_type")) + ")";
    return "  CHECK(fuzz::error_of_set(native[" + name() + arguments + " ==\n        fuzz::error_of_set(object[" +
           name() + arguments + ");\n";
  }
  std::string code_before_case() const {
    if (!DrivesOut<Kind>) return {};
    return "    const auto " + before_name() + " = fuzz::take_over(native[" + name() + "], object[" + name() + "]);\n";
  }
  std::string code_of_difference(bool) const {
    return fuzz::code_of_difference(name(), DrivesOut<Kind> ? ", " + before_name() : "");
  }

 private:
  std::string before_name() const { return name().substr(name().rfind(':') + 1) + "_before"; }

  Key any_key(Random& random) const {
    return known_.empty() || random.one_in(2) ? random_key(random) : known_[random.below(known_.size())];
  }
  static Key random_key(Random& random) {
    if constexpr (Kind::key_role == KeyRole::Prefix) {
      const auto length = Bounded<0, Key::bits>::clamped(random.below(Key::bits + 1));
      return Key(random_value<typename Key::address_type>(random), length);
    } else {
      return random_value<Key>(random);
    }
  }

  std::vector<Key> known_;
  Entries before_;  ///< of an LRU map
};

template <class Value>
class WatchedCounter : public WatchedVariable<Value, PerCpu<Value>> {
  using Base = WatchedVariable<Value, PerCpu<Value>>;
  using Base::name, Base::type, Base::variable;

 public:
  using Contents = typename Base::Contents;
  using Base::Base;

  Contents make(Random& random) const { return random.one_in(4) ? Contents{random_value<Value>(random)} : Contents{}; }
  std::string put(Object& object, Native& native, const Contents& contents) const {
    const Value value = contents.empty() ? Value{} : contents.front();
    object[variable()].set(value);
    native[variable()].set(value);
    return {};
  }
  std::string difference(Object& object, Native& native, bool) const {
    return difference_of(&variable(), fuzz::difference(native[variable()], object[variable()]));
  }
  std::string code_of_contents(const Contents& contents) const {
    if (contents.empty()) return {};
    return "    side[" + name() + "].set(" + code_of(contents.front(), type("value_type")) + ");\n";
  }
};

/// Its value is in an array, as a vector of bool has no elements of its own.
template <class T>
class WatchedGlobal : public WatchedVariable<std::array<T, 1>, Global<T>> {
  using Base = WatchedVariable<std::array<T, 1>, Global<T>>;
  using Base::name, Base::type, Base::variable;

 public:
  using Contents = typename Base::Contents;
  using Base::Base;

  Contents make(Random& random) const { return {{random_value<T>(random)}}; }
  std::string put(Object& object, Native& native, const Contents& contents) const {
    const T value = contents.empty() ? variable().initial() : contents.front()[0];
    object[variable()] = value;
    native[variable()] = value;
    return {};
  }
  std::string difference(Object& object, Native& native, bool) const {
    return difference_of(&variable(), fuzz::difference(native[variable()], object[variable()]));
  }
  std::string code_of_contents(const Contents& contents) const {
    if (contents.empty()) return {};
    return "    side[" + name() + "] = " + code_of(contents.front()[0], type("value_type")) + ";\n";
  }
};

/// Nothing is put into it, and its records are read behind the last case only, so that a long batch finds it full.
template <std::size_t Bytes, class... Records>
class WatchedRing : public WatchedVariable<std::uint8_t, RingBuffer<Bytes, Records...>> {
  using Ring = RingBuffer<Bytes, Records...>;
  using Base = WatchedVariable<std::uint8_t, Ring>;
  using Base::name, Base::variable;

 public:
  using Contents = typename Base::Contents;
  using Base::Base;

  Contents make(Random&) const { return {}; }
  std::string put(Object& object, Native&, const Contents&) const {
    object[variable()].consume([](const auto&) {});
    dropped_before_ = object[variable()].dropped();
    return {};
  }
  std::size_t cases_to_fill() const {
    return std::min<std::size_t>(Bytes / (8 + std::min({sizeof(Records)...})) + 64, 4096);
  }
  std::string difference(Object& object, Native& native, bool last) const {
    if (!last) return {};
    return difference_of(&variable(), fuzz::difference(native[variable()], object[variable()], dropped_before_));
  }
  std::string code_of_contents(const Contents&) const { return {}; }
  std::string code_of_difference(bool last) const { return last ? fuzz::code_of_difference(name()) : ""; }

 private:
  mutable std::uint64_t dropped_before_ = 0;  ///< in the kernel, by earlier cases
};

template <class Key, class Value, class Kind>
WatchedMap<Key, Value, Kind> watched(const Map<Key, Value, Kind>& map) {
  return WatchedMap<Key, Value, Kind>(map);
}
template <class Value>
WatchedCounter<Value> watched(const PerCpu<Value>& map) {
  return WatchedCounter<Value>(map);
}
template <class T>
WatchedGlobal<T> watched(const Global<T>& global) {
  return WatchedGlobal<T>(global);
}
template <std::size_t Bytes, class... Records>
WatchedRing<Bytes, Records...> watched(const RingBuffer<Bytes, Records...>& ring) {
  return WatchedRing<Bytes, Records...>(ring);
}

}  // namespace ebpfxx::fuzz
