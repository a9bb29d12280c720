#include "options.hpp"

#include <algorithm>

#include "subcommand.hpp"

namespace ebpfxx::tool {

std::vector<std::string> read_options(const std::vector<std::string>& arguments,
                                      std::initializer_list<Option> options) {
  std::vector<std::string> others;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (argument->empty()) throw WrongUsage("an argument is empty");
    if (argument->front() != '-' || *argument == "-") {
      others.push_back(*argument);
      continue;
    }
    const auto option =
        std::find_if(options.begin(), options.end(), [&](const Option& known) { return known.name == *argument; });
    if (option == options.end()) throw WrongUsage("unknown option '" + *argument + "'");
    if (bool* const* flag = std::get_if<bool*>(&option->variable)) {
      **flag = true;
      continue;
    }
    const auto value = std::next(argument);
    if (value == arguments.end() || value->empty()) throw WrongUsage("option '" + *argument + "' needs a value");
    if (std::vector<std::string>* const* list = std::get_if<std::vector<std::string>*>(&option->variable))
      (*list)->push_back(*value);
    else
      *std::get<std::string*>(option->variable) = *value;
    argument = value;
  }
  return others;
}

}  // namespace ebpfxx::tool
