#pragma once

#include <sys/utsname.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "differential.hpp"
#include "native_only.hpp"

namespace ebpfxx::fuzz {

/// What the sources of one executable say of their programs.
struct Registry {
  struct Entry {
    std::string name;
    std::function<std::unique_ptr<Fuzzed>()> make;  ///< null: it is not run
    std::string natively_only;                      ///< why it is; empty: it is run in both places
  };
  std::vector<Entry> entries;

  static Registry& all() {
    static Registry registry;
    return registry;
  }
};

/// For the initialiser of a variable in a source that defines programs: each call names one.
class Registration {
 public:
  /// A program that is run in both places, and what it works with: maps, counters, ring buffers and Globals,
  /// which are compared.
  template <class Hook, class... Maps>
  Registration& both(std::string name, const Program<Hook>& program, const Maps&... maps) {
    return prepared(std::move(name), program, nullptr, maps...);
  }

  /// The same, and `prepare(side)` sets Configs in an Object or a Native before the program is loaded.
  template <class Hook, class Prepare, class... Maps>
  Registration& prepared(std::string name, const Program<Hook>& program, Prepare prepare, const Maps&... maps) {
    std::optional<Preparation> preparation;
    if constexpr (!std::is_same_v<Prepare, std::nullptr_t>) preparation = Preparation{prepare, prepare, prepare};
    const auto make = [name, &program, preparation, &maps...]() -> std::unique_ptr<Fuzzed> {
      using Both = Differential<Hook, decltype(watched(maps))...>;
      return std::make_unique<Both>(name, program, preparation, watched(maps)...);
    };
    Registry::all().entries.push_back({name, make, {}});
    return *this;
  }

  /// A program that cannot be compared, and why; it runs natively.
  template <class Hook>
  Registration& natively_only(std::string name, const Program<Hook>& program, std::string reason) {
    const auto make = [name, &program]() -> std::unique_ptr<Fuzzed> {
      return std::make_unique<NativeOnly<Hook>>(name, program);
    };
    Registry::all().entries.push_back({std::move(name), make, std::move(reason)});
    return *this;
  }

  /// One that cannot be run on cases either.
  Registration& natively_only(std::string name, std::string reason) {
    Registry::all().entries.push_back({std::move(name), nullptr, std::move(reason)});
    return *this;
  }

  /// The program before is compared from this Linux on; earlier ones differ in what `reason` says.
  Registration& since(int major, int minor, std::string reason) {
    utsname system{};
    int own_major = 0, own_minor = 0;
    uname(&system);
    std::sscanf(system.release, "%d.%d", &own_major, &own_minor);
    if (std::pair(own_major, own_minor) >= std::pair(major, minor)) return *this;
    Registry::all().entries.back().make = nullptr;
    Registry::all().entries.back().natively_only = std::move(reason);
    return *this;
  }
};

}  // namespace ebpfxx::fuzz
