#pragma once

#include <dirent.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ebpfxx::detail::os {

/// The application's name on what it attaches: the file name it was started by, as far as it fits.
inline std::string application_name() {
  std::string name = std::string(program_invocation_short_name).substr(0, 64);
  for (char& character : name)
    if (character == '/' || character == '[') character = '_';
  return name.empty() ? "unnamed" : name;
}

/// Who attached a program, as text. It is where the kernel keeps a free name for an attachment that outlives its
/// process: `ebpfxx:<application>/<program>[<origin>,prog=<id>,pid=<pid>]`.
struct Owner {
  std::string application = application_name();
  std::string program{};
  bool created = false;  ///< false: what carries the program was there before the program joined it
  std::uint32_t program_id = 0;
  long process = 0;

  /// `more` goes before the closing bracket.
  std::string to_text(const std::string& more = {}) const {
    // The kernel takes 255 characters.
    return "ebpfxx:" + application + "/" + program.substr(0, 128) + (created ? "[created" : "[joined") +
           ",prog=" + std::to_string(program_id) + ",pid=" + std::to_string(process) + more + "]";
  }

  /// Gives what follows the process in `more`, with the closing bracket.
  static std::optional<Owner> parse(const std::string& text, std::string& more) {
    Owner owner;
    char application[65], program[129], origin[16];
    int end = 0;
    int fields = std::sscanf(text.c_str(), "ebpfxx:%64[^/]/%128[^[][%15[a-z],prog=%u,pid=%ld%n", application, program,
                             origin, &owner.program_id, &owner.process, &end);
    if (fields != 5) return std::nullopt;
    owner.application = application;
    owner.program = program;
    owner.created = std::string_view(origin) == "created";
    more = text.substr(static_cast<std::size_t>(end));
    return owner;
  }
  static std::optional<Owner> parse(const std::string& text) {
    std::string more;
    std::optional<Owner> owner = parse(text, more);
    if (more != "]") return std::nullopt;
    return owner;
  }

  bool is_this_application() const { return application == application_name(); }

  /// Whether the process that attached the program still holds it: the program's id is asked for as well as the
  /// process, since numbers of processes come back. In doubt (no right to look) it is alive.
  bool alive() const {
    std::string folder = "/proc/" + std::to_string(process) + "/fdinfo";
    std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), &closedir);
    if (!entries) return errno == EACCES || errno == EPERM;
    std::string wanted = "prog_id:\t" + std::to_string(program_id);
    while (const dirent* entry = readdir(entries.get())) {
      std::ifstream information(folder + "/" + entry->d_name);
      for (std::string line; std::getline(information, line);)
        if (line == wanted) return true;
    }
    return false;
  }
};

}  // namespace ebpfxx::detail::os
