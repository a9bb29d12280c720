#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ebpfxx::tool {

/// An option and the variable that it sets: a bool, a string for an option with a value, a list for one that is
/// repeated.
struct Option {
  std::string_view name;
  std::variant<bool*, std::string*, std::vector<std::string>*> variable;
};

/// Sets the variables of the options among the arguments and returns the other arguments in their order; `-` alone is
/// no option. Throws WrongUsage for an unknown option, an empty argument and an option without its value.
std::vector<std::string> read_options(const std::vector<std::string>& arguments, std::initializer_list<Option> options);

}  // namespace ebpfxx::tool
