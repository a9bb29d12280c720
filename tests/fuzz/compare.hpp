#pragma once

#include <bpf/libbpf.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>

// How a native run and one in the kernel are compared: by the fuzzer, and by the tests that it prints. A difference is
// said in words; an empty text is none.
namespace ebpfxx::fuzz {

/// Keeps this thread, and so the programs that the kernel runs for it, on the CPU that it is on; gives its number.
inline std::uint32_t stay_on_this_cpu() {
  const int cpu = ::sched_getcpu();
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0)
    throw Error(errno, {.attempt = "stay on CPU " + std::to_string(cpu)});
  return static_cast<std::uint32_t>(cpu);
}

/// A number as such, other bytes in hexadecimal; different values have different texts.
template <class T>
std::string text_of(const T& value) {
  if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    std::string text = "0x";
    for (const std::byte byte : std::as_bytes(std::span(&value, 1))) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(byte));
      text += digits;
    }
    return text;
  }
}
template <class T>
std::string text_of(const PerCpuValues<T>& values) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + text_of(value);
  return "{" + text + "}";
}

inline std::string difference_of_texts(const std::string& what, const std::string& natively,
                                       const std::string& in_kernel) {
  return natively == in_kernel ? "" : what + ": " + natively + " natively, " + in_kernel + " in the kernel";
}
template <class Number>
std::string difference_of_numbers(const std::string& what, Number natively, Number in_kernel) {
  return difference_of_texts(what, std::to_string(natively), std::to_string(in_kernel));
}

inline std::string difference_of_bytes(const std::string& what, const std::vector<std::uint8_t>& natively,
                                       const std::vector<std::uint8_t>& in_kernel) {
  if (natively.size() != in_kernel.size())
    return difference_of_numbers(what + " size", natively.size(), in_kernel.size());
  const auto at = std::mismatch(natively.begin(), natively.end(), in_kernel.begin());
  if (at.first == natively.end()) return {};
  return difference_of_numbers(what + "[" + std::to_string(at.first - natively.begin()) + "]", unsigned{*at.first},
                               unsigned{*at.second});
}

/// Between what a program made of a packet in the two places: verdict, packet, metadata, and the fields of the context
/// that a test run tells and a program may change.
template <class Hook>
std::string difference(const RunOutcome<Hook>& natively, const RunOutcome<Hook>& in_kernel) {
  const auto& a = natively.context;
  const auto& b = in_kernel.context;
  std::string found =
      difference_of_numbers("verdict", static_cast<int>(natively.verdict), static_cast<int>(in_kernel.verdict));
  if (found.empty()) found = difference_of_bytes("packet", natively.packet, in_kernel.packet);
  if (found.empty()) found = difference_of_bytes("metadata", natively.metadata, in_kernel.metadata);
  if constexpr (requires { a.mark; }) {
    if (found.empty()) found = difference_of_numbers("mark", a.mark, b.mark);
    if (found.empty()) found = difference_of_numbers("priority", a.priority, b.priority);
    if (found.empty()) found = difference_of_numbers("tstamp", a.tstamp, b.tstamp);
    if (found.empty()) found = difference_of_numbers("len", a.len, b.len);
    for (std::size_t i = 0; i < std::size(a.cb); ++i)
      if (found.empty()) found = difference_of_numbers("cb[" + std::to_string(i) + "]", a.cb[i], b.cb[i]);
  }
  return found;
}

/// Runs a program in the kernel, and natively on the same packet and context. Throws Error where the kernel takes no
/// such packet or context.
template <TestRunHook Hook>
std::string difference_of_runs(const KernelProgram<Hook>& in_kernel, const NativeProgram<Hook>& natively,
                               std::span<const std::uint8_t> packet, const typename Hook::Packet::Context& given) {
  const RunOutcome<Hook> of_kernel = in_kernel(packet, given);
  auto context = given;
  // What the kernel decides, and no program changes in a test run.
  if constexpr (requires { context.pkt_type; }) {
    context.pkt_type = of_kernel.context.pkt_type;
    context.protocol = of_kernel.context.protocol;
  }
  try {
    return difference(natively(packet, context), of_kernel);
  } catch (const std::exception& error) {
    return std::string("natively it throws: ") + error.what();
  }
}

template <class Kind>
concept DrivesOut = Kind::type == BPF_MAP_TYPE_LRU_HASH || Kind::type == BPF_MAP_TYPE_LRU_PERCPU_HASH;

/// What a map holds: values by keys.
using Entries = std::map<std::string, std::string>;

template <class Key, class Value, class Kind>
Entries entries(const MapHandle<Key, Value, Kind>& map) {
  Entries all;
  for (const auto& [key, value] : map) all.emplace(text_of(key), text_of(value));
  return all;
}

template <class Key, class Value, class Kind>
  requires(!DrivesOut<Kind>)
std::string difference(const MapHandle<Key, Value, Kind>& natively, const MapHandle<Key, Value, Kind>& in_kernel) {
  Entries there = entries(in_kernel);
  for (const auto& [key, value] : entries(natively)) {
    const auto same_key = there.extract(key);
    const std::string found = difference_of_texts("key " + key, value, same_key ? same_key.mapped() : "nothing");
    if (!found.empty()) return found;
  }
  return there.empty() ? "" : difference_of_texts("key " + there.begin()->first, "nothing", there.begin()->second);
}

/// An LRU map drives out other keys in the kernel than natively, earlier, and at its own time; a program that looks one
/// up goes another way then. So the native map is made to hold what the kernel's holds before each case: after it, the
/// program has done the same to every key that both still hold. Gives what both hold now.
template <class Key, class Value, DrivesOut Kind>
Entries take_over(const MapHandle<Key, Value, Kind>& natively, const MapHandle<Key, Value, Kind>& in_kernel) {
  Entries here = entries(natively), there;
  std::vector<std::pair<Key, typename MapHandle<Key, Value, Kind>::Mapped>> missing;
  for (const auto& [key, value] : in_kernel) {
    const std::string key_text = text_of(key), value_text = text_of(value);
    there.emplace(key_text, value_text);
    const auto known = here.extract(key_text);
    if (!known || known.mapped() != value_text) missing.emplace_back(key, value);
  }
  std::vector<Key> gone;
  for (const auto& [key, value] : natively)
    if (here.contains(text_of(key))) gone.push_back(key);
  for (const Key& key : gone) natively.erase(key);
  for (const auto& [key, value] : missing) natively.set(key, value);
  return there;
}

/// After a case, with what `take_over` gave before it. For a program that works with one key of the map in a run it
/// holds: the kernel's map has no more entries than it may; a key that both hold has the same value; one that only the
/// kernel holds has the value from before the case, and is there only where the native map was full and drove it out.
/// So each value in the kernel is one that the program has written, natively too, from the same values. Of a key that
/// only the native map holds nothing can be said: the kernel may have driven it out at any time.
template <class Key, class Value, DrivesOut Kind>
std::string difference(const MapHandle<Key, Value, Kind>& natively, const MapHandle<Key, Value, Kind>& in_kernel,
                       const Entries& before) {
  const Entries here = entries(natively), there = entries(in_kernel);
  if (there.size() > Kind::max_entries) return "entries in the kernel: " + std::to_string(there.size());
  const bool full = std::max(here.size(), before.size()) == Kind::max_entries;
  for (const auto& [key, value] : there) {
    const auto own = here.find(key), old = before.find(key);
    if (own == here.end() && full && old != before.end() && old->second == value) continue;
    const std::string found = difference_of_texts("key " + key, own == here.end() ? "nothing" : own->second, value);
    if (!found.empty()) return found;
  }
  return {};
}

template <class Value>
std::string difference(const PerCpuHandle<Value>& natively, const PerCpuHandle<Value>& in_kernel) {
  return difference_of_texts("values", text_of(PerCpuValues<Value>(natively.per_cpu())),
                             text_of(PerCpuValues<Value>(in_kernel.per_cpu())));
}

template <class T>
std::string difference(const GlobalHandle<T>& natively, const GlobalHandle<T>& in_kernel) {
  return difference_of_texts("value", text_of(natively.value()), text_of(in_kernel.value()));
}

/// Between the records in two ring buffers, which it takes out, in their order, and their counts of drops, of
/// which `dropped_before` in the kernel are of earlier cases.
template <std::size_t Bytes, class... Records>
std::string difference(const RingBufferHandle<RingBuffer<Bytes, Records...>>& natively,
                       const RingBufferHandle<RingBuffer<Bytes, Records...>>& in_kernel,
                       std::uint64_t dropped_before = 0) {
  const auto take = [](const auto& ring) {
    std::vector<std::string> records;
    ring.consume([&]<class Record>(const Record& record) {
      records.push_back("type " + std::to_string(detail::map::tag_of<Record, Records...>()) + ": " + text_of(record));
    });
    return records;
  };
  const std::vector<std::string> here = take(natively), there = take(in_kernel);
  std::string found;
  for (std::size_t i = 0; i < std::min(here.size(), there.size()) && found.empty(); ++i)
    found = difference_of_texts("record " + std::to_string(i), here[i], there[i]);
  if (found.empty()) found = difference_of_numbers("records", here.size(), there.size());
  if (found.empty()) found = difference_of_numbers("drops", natively.dropped(), in_kernel.dropped() - dropped_before);
  return found;
}

/// What `set` is refused with; 0 when it went in. Of a per-CPU map it sets every CPU's value.
template <class Key, class Value, class Kind>
int error_of_set(const MapHandle<Key, Value, Kind>& map, const std::type_identity_t<Key>& key,
                 const std::type_identity_t<Value>& value) {
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

}  // namespace ebpfxx::fuzz
