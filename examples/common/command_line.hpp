#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>

/// Reads the command line into what `app` describes. Gives an exit code when there is nothing left to do: 0 after
/// --help, 2 after one line about the argument that is wrong.
inline std::optional<int> read_command_line(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    // CLI11 complains of what is missing before it gets to what it did not understand.
    const auto left_over = app.remaining(/*recurse=*/true);
    const std::string fault = left_over.empty() ? error.what() : "unexpected argument '" + left_over.front() + "'";
    std::cerr << app.get_name() << ": " << fault << "; see " << app.get_name() << " --help\n";
    return 2;
  }
}
