#pragma once

#include <sys/utsname.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "differential.hpp"

namespace ebpfxx::fuzz {

/// What the sources of one executable say of their programs.
struct Registry {
  struct Entry {
    std::string name;
    std::function<std::unique_ptr<Fuzzed>()> make;  ///< null: checked natively only
    std::string reason;                             ///< why, then
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
  /// A program that is run in both places, and what it works with: maps, counters and Globals, which are compared.
  template <class Hook, class... Maps>
  Registration& both(std::string name, const Program<Hook>& program, const Maps&... maps) {
    return prepared(std::move(name), program, nullptr, maps...);
  }

  /// The same, and `prepare(side)` sets Configs in an Object or a Native before the program is loaded.
  template <class Hook, class Prepare, class... Maps>
  Registration& prepared(std::string name, const Program<Hook>& program, Prepare prepare, const Maps&... maps) {
    std::function<void(Object*, Native*)> both_sides;
    if constexpr (!std::is_same_v<Prepare, std::nullptr_t>)
      both_sides = [prepare](Object* object, Native* native) {
        if (object != nullptr) prepare(*object);
        if (native != nullptr) prepare(*native);
      };
    const auto make = [name, &program, both_sides, &maps...]() -> std::unique_ptr<Fuzzed> {
      using Both = Differential<Hook, decltype(watched(maps))...>;
      return std::make_unique<Both>(name, program, both_sides, watched(maps)...);
    };
    Registry::all().entries.push_back({name, make, {}});
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
    Registry::all().entries.back().reason = std::move(reason);
    return *this;
  }

  /// A program that cannot be compared.
  Registration& natively_only(std::string name, std::string reason) {
    Registry::all().entries.push_back({std::move(name), nullptr, std::move(reason)});
    return *this;
  }
};

}  // namespace ebpfxx::fuzz
