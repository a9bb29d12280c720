#pragma once

#include <sched.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/kernel.hpp>

#include "case.hpp"
#include "watched.hpp"

namespace ebpfxx::fuzz {

/// How far a fuzz run has come.
struct Progress {
  std::uint64_t cases = 0;  ///< those that count (see `counts`)
  std::uint64_t all = 0;
  std::string difference;  ///< the shrunk case as a test; empty: none
};

/// A program that is run in both places.
class Fuzzed {
 public:
  Fuzzed() = default;
  Fuzzed(const Fuzzed&) = delete;
  Fuzzed& operator=(const Fuzzed&) = delete;
  virtual ~Fuzzed() = default;

  virtual const std::string& name() const = 0;
  /// Runs the cases of the batch with this number; false after a difference.
  virtual bool run_batch(std::uint64_t seed, std::uint64_t batch, Progress& progress) = 0;
};

template <class Hook, class... Maps>
class Differential final : public Fuzzed {
 public:
  /// `prepare(object_or_native)` sets what both start with, before the load.
  using Prepare = std::function<void(Object*, Native*)>;

  Differential(std::string name, const Program<Hook>& program, Prepare prepare, Maps... maps)
      : name_(std::move(name)),
        program_(&program),
        prepare_(std::move(prepare)),
        maps_(maps...),
        object_(Object::open(program)) {
    if (prepare_) prepare_(&object_, nullptr);
    object_.load();
    kernel_.emplace(object_[program]);
  }

  const std::string& name() const override { return name_; }

  bool run_batch(std::uint64_t seed, std::uint64_t batch, Progress& progress) override {
    constexpr std::size_t batch_size = 64;
    std::uint64_t own = seed_of(seed, batch);
    for (const char letter : name_) own = seed_of(own, static_cast<unsigned char>(letter));
    std::vector<Case<Hook>> cases;
    for (std::size_t i = 0; i < batch_size; ++i) {
      cases.push_back(case_of<Hook>(seed_of(own, i)));
      progress.all += 1;
      progress.cases += counts(cases.back());
    }
    const State state{own, batch % 2 == 1};
    if (differs(state, cases, false).empty()) return true;
    progress.difference = shrunk(state, std::move(cases));
    return false;
  }

 private:
  /// What stands in the maps before the first case.
  struct State {
    std::uint64_t seed;
    bool fill;
  };

  /// The first difference of a run of cases, in words; maps are compared after each (`closely`) or after the last.
  std::string differs(const State& state, const std::vector<Case<Hook>>& cases, bool closely) {
    native_.emplace(detail::possible_cpus());
    native_->cpu(static_cast<std::uint32_t>(sched_getcpu()));
    if (prepare_) prepare_(nullptr, &*native_);
    Random random(state.seed);
    last_run_ = 0;
    std::string of_state;
    const auto reset = [&](const auto& map) {
      std::string found = map.reset(object_, *native_, random, state.fill);
      if (of_state.empty()) of_state = std::move(found);
    };
    std::apply([&](const Maps&... maps) { (reset(maps), ...); }, maps_);
    if (!of_state.empty()) return of_state;
    for (const Case<Hook>& one : cases) {
      ++last_run_;
      std::string found = difference(one);
      std::apply([&](const Maps&... maps) { (maps.note(*native_), ...); }, maps_);
      if (found.empty() && (closely || last_run_ == cases.size())) found = difference_of_maps();
      if (!found.empty()) return found;
    }
    return {};
  }

  std::string difference(const Case<Hook>& one) {
    const Outcome<Hook> in_kernel = (*kernel_)(one.packet, one.context);
    auto context = one.context;
    // What the kernel decides, and no program changes in a test run.
    if constexpr (requires { context.pkt_type; }) {
      context.pkt_type = in_kernel.context.pkt_type;
      context.protocol = in_kernel.context.protocol;
    }
    const Outcome<Hook> natively = (*native_)(*program_)(one.packet, context);
    if (!(in_kernel.verdict == natively.verdict))
      return "verdict: " + std::to_string(static_cast<int>(natively.verdict)) + " natively, " +
             std::to_string(static_cast<int>(in_kernel.verdict)) + " in the kernel";
    if (in_kernel.packet != natively.packet) return difference_of_bytes("packet", natively.packet, in_kernel.packet);
    if (in_kernel.metadata != natively.metadata)
      return difference_of_bytes("metadata", natively.metadata, in_kernel.metadata);
    if constexpr (requires { context.mark; }) {
      const auto& a = natively.context;
      const auto& b = in_kernel.context;
      if (a.mark != b.mark) return difference_of_numbers("mark", a.mark, b.mark);
      if (a.priority != b.priority) return difference_of_numbers("priority", a.priority, b.priority);
      if (a.tstamp != b.tstamp) return difference_of_numbers("tstamp", a.tstamp, b.tstamp);
      if (a.len != b.len) return difference_of_numbers("len", a.len, b.len);
      for (std::size_t i = 0; i < std::size(a.cb); ++i)
        if (a.cb[i] != b.cb[i]) return difference_of_numbers("cb[" + std::to_string(i) + "]", a.cb[i], b.cb[i]);
    }
    return {};
  }

  static std::string difference_of_numbers(const std::string& what, std::uint64_t natively, std::uint64_t in_kernel) {
    return what + ": " + std::to_string(natively) + " natively, " + std::to_string(in_kernel) + " in the kernel";
  }

  static std::string difference_of_bytes(const std::string& what, const Bytes& natively, const Bytes& in_kernel) {
    if (natively.size() != in_kernel.size())
      return difference_of_numbers(what + " size", natively.size(), in_kernel.size());
    const auto at = static_cast<std::size_t>(std::mismatch(natively.begin(), natively.end(), in_kernel.begin()).first -
                                             natively.begin());
    return difference_of_numbers(what + "[" + std::to_string(at) + "]", natively[at], in_kernel[at]);
  }

  std::string difference_of_maps() {
    std::string found;
    std::size_t number = 0;
    const auto compare = [&](const auto& map) {
      ++number;
      if (found.empty() && !map.same(object_, *native_))
        found = "the contents of map " + std::to_string(number) + " differ";
    };
    std::apply([&](const Maps&... maps) { (compare(maps), ...); }, maps_);
    return found;
  }

  // The shortest run of cases that still differs, as a test.
  std::string shrunk(State state, std::vector<Case<Hook>> cases) {
    std::string reason = differs(state, cases, true);
    cases.resize(last_run_);
    if (cases.empty()) return test_of(state, cases, reason);
    const auto still = [&](const State& tried, const std::vector<Case<Hook>>& shorter) {
      std::string found = differs(tried, shorter, true);
      if (found.empty()) return false;
      cases.assign(shorter.begin(), shorter.begin() + static_cast<std::ptrdiff_t>(last_run_));
      state = tried;
      reason = std::move(found);
      return true;
    };
    still({state.seed, false}, {cases.back()}) || still(state, {cases.back()}) || still({state.seed, false}, cases);
    for (std::size_t i = cases.size(); i-- > 1;) {
      auto fewer = cases;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i) - 1);
      still(state, fewer);
    }
    for (std::size_t i = 0; i < cases.size(); ++i) shrink_packet(state, cases, i, still);
    return test_of(state, cases, reason);
  }

  template <class Still>
  void shrink_packet(const State& state, std::vector<Case<Hook>>& cases, std::size_t index, Still still) {
    const auto try_with = [&](auto change) {
      auto changed = cases;
      if (!change(changed[index])) return false;
      return takes(changed[index]) && still(state, changed);
    };
    for (std::size_t step = 1024; step > 0; step /= 2)
      while (index < cases.size() && try_with([&](Case<Hook>& one) {
               const std::size_t kept = one.context.metadata + 14;
               if (one.packet.size() < kept + step) return false;
               one.packet.resize(one.packet.size() - step);
               if constexpr (!requires { one.context.mark; })
                 one.context.linear = std::min<std::uint32_t>(
                     one.context.linear, static_cast<std::uint32_t>(one.packet.size()) - one.context.metadata);
               return true;
             })) {
      }
    if (index < cases.size())
      try_with([](Case<Hook>& one) {
        if constexpr (requires { one.context.mark; }) {
          auto plain = typename Hook::Packet::Context{};
          plain.protocol = one.context.protocol;
          plain.ifindex = one.context.ifindex;
          one.context = plain;
          return true;
        }
        return false;
      });
    for (std::size_t at = 0; index < cases.size() && at < cases[index].packet.size(); ++at)
      try_with([&](Case<Hook>& one) { return std::exchange(one.packet[at], std::uint8_t{0}) != 0; });
  }

  // Whether the kernel takes it.
  bool takes(const Case<Hook>& one) const {
    try {
      static_cast<void>((*kernel_)(one.packet, one.context));
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  std::string test_of(const State& state, const std::vector<Case<Hook>>& cases, const std::string& reason) const {
    std::string text = "// " + reason + "\nTEST_CASE(\"" + name_ +
                       " does the same natively as in the kernel\") {\n  auto object = Object::open(" + name_ +
                       ");\n  object.load();\n  Native native;\n";
    if (state.fill) text += "  // The maps had contents: seed " + std::to_string(state.seed) + ".\n";
    for (const Case<Hook>& one : cases) {
      text += "  {\n    const std::vector<std::uint8_t> packet{";
      for (std::size_t i = 0; i < one.packet.size(); ++i) {
        char hexadecimal[8];
        std::snprintf(hexadecimal, sizeof hexadecimal, "%s0x%02x", i == 0 ? "" : ", ", one.packet[i]);
        text += hexadecimal;
      }
      text += "};\n    const auto in_kernel = kernel(object, " + name_ + ")(packet, " + context_text(one.context) +
              ");\n    auto context = in_kernel.context;\n" + given_text(one.context) +
              "    const auto natively = native(" + name_ +
              ")(packet, context);\n    CHECK(natively == in_kernel.verdict);\n    CHECK(natively.packet == "
              "in_kernel.packet);\n  }\n";
    }
    return text + "}\n";
  }

  using Context = typename Hook::Packet::Context;

  // The fields that are not zero, in their order.
  static std::string context_text(const Context& context) {
    std::string text;
    const auto field = [&](const char* field, std::uint64_t value) {
      if (value != 0) text += (text.empty() ? "." : ", .") + std::string(field) + " = " + std::to_string(value);
    };
    each_field(context, field);
    if constexpr (requires { context.cb; })
      if (std::any_of(std::begin(context.cb), std::end(context.cb), [](std::uint32_t number) { return number != 0; })) {
        text += text.empty() ? ".cb = {" : ", .cb = {";
        for (const std::uint32_t number : context.cb) text += std::to_string(number) + ", ";
        text += "}";
      }
    return "{" + text + "}";
  }

  // The program has changed the context that the outcome has: back to what it was.
  static std::string given_text(const Context& context) {
    if constexpr (requires { context.mark; })
      return "    context.len = 0;\n    context.mark = " + std::to_string(context.mark) +
             ";\n    context.priority = " + std::to_string(context.priority) +
             ";\n    context.tstamp = " + std::to_string(context.tstamp) + ";\n";
    else
      return {};
  }

  template <class Field>
  static void each_field(const Context& context, Field field) {
    field("linear", context.linear);
    field("metadata", context.metadata);
    if constexpr (requires { context.mark; }) {
      field("pkt_type", context.pkt_type);
      field("mark", context.mark);
      field("protocol", context.protocol);
      field("priority", context.priority);
      field("ingress_ifindex", context.ingress_ifindex);
      field("ifindex", context.ifindex);
      field("wire_len", context.wire_len);
      field("gso_segs", context.gso_segs);
      field("gso_size", context.gso_size);
      field("tstamp", context.tstamp);
    } else {
      field("ingress_ifindex", context.ingress_ifindex);
    }
  }

  std::string name_;
  const Program<Hook>* program_;
  Prepare prepare_;
  std::tuple<Maps...> maps_;
  Object object_;
  std::optional<KernelProgram<Hook>> kernel_;
  std::optional<Native> native_;
  std::size_t last_run_ = 0;
};

}  // namespace ebpfxx::fuzz
