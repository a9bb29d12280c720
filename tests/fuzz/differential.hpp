#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/native/native.hpp>
#include <ebpfxx/runtime/in_kernel.hpp>

#include "case.hpp"
#include "code.hpp"
#include "compare.hpp"
#include "fuzzed.hpp"
#include "shrink.hpp"
#include "watched.hpp"

namespace ebpfxx::fuzz {

/// What sets Configs before the program is loaded: in an Object, in a Native, and as code.
struct Preparation {
  std::function<void(Object&)> object;
  std::function<void(Native&)> native;
  std::function<void(Settings&)> code;
};

/// A program that is run in both places, and what it works with as `watched` gives it.
template <class Hook, class... Maps>
class Differential final : public Fuzzed {
 public:
  Differential(std::string name, const Program<Hook>& program, std::optional<Preparation> prepare, Maps... maps)
      : name_(std::move(name)),
        program_(&program),
        prepare_(std::move(prepare)),
        maps_(maps...),
        object_(Object::open(program)) {
    if (prepare_) prepare_->object(object_);
    object_.load();
    kernel_.emplace(object_[program]);
  }

  const std::string& name() const override { return name_; }

  bool run_batch(std::uint64_t seed, std::uint64_t batch, Progress& progress) override {
    const std::uint64_t own = seed_of_batch(seed, batch, name_);
    Run run;
    const std::size_t size = size_of_batch(batch);
    for (std::size_t i = 0; i < size; ++i) {
      run.cases.push_back(case_of<Hook>(seed_of(own, i)));
      progress.all += 1;
      progress.cases += counts(run.cases.back());
    }
    if (batch % 2 == 1) run.contents = contents_for(run.cases, own);
    const std::string found = difference(run, false);
    if (found.empty()) return true;
    progress.difference = test_of(shrunk(std::move(run)), found);
    return false;
  }

 private:
  using Contents = std::tuple<typename Maps::Contents...>;
  struct Run {
    Contents contents;
    std::vector<Case<Hook>> cases;
  };

  template <class Body, std::size_t... Index>
  void each_map(std::index_sequence<Index...>, auto& contents, Body& body) {
    (body(std::get<Index>(maps_), std::get<Index>(contents)), ...);
  }
  /// Calls `body(map, contents)`.
  template <class Body>
  void each_map(auto& contents, Body body) {
    each_map(std::index_sequence_for<Maps...>(), contents, body);
  }
  template <class Body>
  void each_map(Body body) {
    std::apply([&](Maps&... maps) { (body(maps), ...); }, maps_);
  }

  // Some batches are as long as the largest ring buffer needs to be full.
  std::size_t size_of_batch(std::uint64_t batch) {
    std::size_t size = cases_of_batch;
    if (batch % 8 == 3) each_map([&](const auto& map) { size = std::max(size, map.cases_to_fill()); });
    return size;
  }

  Contents contents_for(const std::vector<Case<Hook>>& cases, std::uint64_t seed) {
    start_native();
    for (const Case<Hook>& one : cases) (*native_) (*program_)(one.packet, one.context);
    Random random(seed);
    Contents made;
    each_map(made, [&](auto& map, auto& contents) {
      map.learn(*native_);
      contents = map.make(random);
    });
    return made;
  }

  void start_native() {
    native_.emplace(static_cast<std::uint32_t>(libbpf_num_possible_cpus()));
    native_->cpu(stay_on_this_cpu());
    if (prepare_) prepare_->native(*native_);
  }

  // The first difference in words; what can be is compared after each case (`closely`) or after the last only.
  // `reached_` is the number of cases that were run until then.
  std::string difference(const Run& run, bool closely) {
    start_native();
    reached_ = 0;
    std::string found;
    const auto keep = [&](std::string of_one) {
      if (found.empty()) found = std::move(of_one);
    };
    each_map(run.contents, [&](auto& map, const auto& contents) { keep(map.put(object_, *native_, contents)); });
    while (found.empty() && reached_ < run.cases.size()) {
      const Case<Hook>& one = run.cases[reached_++];
      const bool last = reached_ == run.cases.size();
      each_map([&](auto& map) { map.before_case(object_, *native_); });
      keep(difference_of_runs(*kernel_, (*native_)(*program_), one.packet, one.context));
      each_map([&](const auto& map) {
        if (closely || last || map.after_each_case) keep(map.difference(object_, *native_, last));
      });
    }
    return found;
  }

  // The least that still differs; the same, if it does not differ again.
  Run shrunk(Run run) {
    if (difference(run, true).empty()) return run;
    run.cases.resize(reached_);
    const auto still = [&](const Run& smaller) {
      try {
        return !difference(smaller, true).empty();
      } catch (const Error&) {
        return false;  // the kernel does not take such a case
      }
    };
    // What comes behind the difference goes as well.
    const auto still_with_cases = [&](std::vector<Case<Hook>>& cases) {
      if (!still({run.contents, cases})) return false;
      cases.resize(reached_);
      return true;
    };
    if (Run plain{{}, run.cases}; still(plain)) run = std::move(plain);
    drop_parts(run.cases, still_with_cases);
    each_map(run.contents, [&](const auto&, auto& contents) {
      shrink_contents(contents, [&](const auto& fewer) {
        const auto kept = std::exchange(contents, fewer);
        const bool differs = still(run);
        contents = kept;
        return differs;
      });
    });
    // Many that are one and the same are easier to read, and quicker to shrink.
    for (std::size_t i = 0; i < run.cases.size(); ++i)
      if (Run same{run.contents, std::vector(run.cases.size(), run.cases[i])}; i < 8 && still(same)) {
        shrink_case<Hook>(same.cases[i], [&](const Case<Hook>& simpler) {
          return still({same.contents, std::vector(same.cases.size(), simpler)});
        });
        same.cases.assign(same.cases.size(), Case<Hook>(same.cases[i]));
        return same;
      }
    for (std::size_t i = 0; i < run.cases.size(); ++i)
      shrink_case<Hook>(run.cases[i], [&](const Case<Hook>& simpler) {
        Run changed = run;
        changed.cases[i] = simpler;
        return still(changed);
      });
    return run;
  }

  // To be pasted at the end of the source in tests/kernel that defines the program.
  std::string test_of(const Run& run, const std::string& first_reason) {
    std::string reason = difference(run, true);
    if (reason.empty()) reason = first_reason + " (but not when it was run again)";
    const std::string program = name_of(program_);
    std::string settings, contents;
    if (prepare_) {
      Settings code;
      prepare_->code(code);
      settings = code.code();
    }
    // Where a put differs, what was put last.
    std::string put;
    each_map(run.contents, [&](const auto& map, auto of_map) {
      if (run.cases.empty() && !of_map.empty()) {
        put += map.code_of_put(of_map.back());
        of_map.pop_back();
      }
      contents += map.code_of_contents(of_map);
    });
    std::string text = "// " + reason +
                       "\n#include <array>\n#include <bit>\n#include <vector>\n\n#include \"../fuzz/compare.hpp\"\n\n"
                       "TEST_CASE(\"" +
                       name_ +
                       " does the same natively as in the kernel\") {\n  using namespace ebpfxx;\n"
                       "  auto object = Object::open(" +
                       program + ");\n  Native native(static_cast<std::uint32_t>(libbpf_num_possible_cpus()));\n" +
                       "  native.cpu(fuzz::stay_on_this_cpu());\n";
    if (!settings.empty())
      text += "  const auto configure = [](auto& side) {\n" + settings + "  };\n  configure(object);\n" +
              "  configure(native);\n";
    text += "  object.load();\n";
    if (!contents.empty())
      text += "  const auto fill = [](auto& side) {\n" + contents + "  };\n  fill(object);\n  fill(native);\n";
    text += put;
    for (std::size_t i = 0, next = 0; i < run.cases.size(); i = next) {
      std::string code = code_of_case(run.cases[i], program, i + 1 == run.cases.size());
      next = i + 1;
      while (next < run.cases.size() && code_of_case(run.cases[next], program, next + 1 == run.cases.size()) == code)
        ++next;
      const std::size_t times = next - i;
      text += times == 1 ? "  {\n" : "  for (int i = 0; i < " + std::to_string(times) + "; ++i) {\n";
      text += code;
    }
    return without_scope(text + "}\n");
  }

  // Where sources share an executable, each is in a namespace that it does not have by itself: the program is named
  // so, too.
  std::string without_scope(std::string text) const {
    const std::size_t end = name_.find("::");
    const std::string scope = end == std::string::npos ? "" : name_.substr(0, end + 2);
    for (std::size_t at = 0; !scope.empty() && (at = text.find(scope, at)) != std::string::npos;)
      text.erase(at, scope.size());
    return text;
  }

  std::string code_of_case(const Case<Hook>& one, const std::string& program, bool last) {
    std::string text = "    const std::vector<std::uint8_t> packet{" + code_of_bytes(one.packet, "\n        ") + "};\n";
    each_map([&](const auto& map) { text += map.code_before_case(); });
    text += "    CHECK(fuzz::difference_of_runs(in_kernel(object, " + program + "), native(" + program + "), packet, " +
            code_of_context(one.context) + ") == \"\");\n";
    each_map([&](const auto& map) { text += map.code_of_difference(last); });
    return text + "  }\n";
  }

  std::string name_;
  const Program<Hook>* program_;
  std::optional<Preparation> prepare_;
  std::tuple<Maps...> maps_;
  Object object_;
  std::optional<KernelProgram<Hook>> kernel_;
  std::optional<Native> native_;
  std::size_t reached_ = 0;
};

}  // namespace ebpfxx::fuzz
