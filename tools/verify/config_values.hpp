#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

struct btf;

namespace ebpfxx::verify {

/// What the Configs of an object are set to before it is loaded.
enum class ConfigValues { AsCompiled, Smallest, Largest, AllBits };

inline constexpr std::array config_values{ConfigValues::AsCompiled, ConfigValues::Smallest, ConfigValues::Largest,
                                          ConfigValues::AllBits};

/// "every Config at its largest value"; empty for the values as they were compiled.
std::string_view in_words(ConfigValues values);

/// Whether `variable` is a Config, by its type.
bool is_config(const btf& types, std::string_view variable);

/// Sets every Config in `section`, ".rodata" or its like, whose bytes these are. A number, an enumerator or a bool has
/// the smallest or largest value of its type, or all bits of it; Bounded keeps its bounds, and a bool is true or false.
void set_configs(const btf& types, std::string_view section, ConfigValues values, std::span<std::byte> bytes);

}  // namespace ebpfxx::verify
