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

namespace ebpfxx::detail {

/// The application's name on routes: the file name it was started by, as far as it fits.
inline std::string application_name() {
  std::string name = std::string(program_invocation_short_name).substr(0, 64);
  for (char& character : name)
    if (character == '/' || character == '[') character = '_';
  return name.empty() ? "unnamed" : name;
}

/// What stands in the name of a program on a route (LWT_BPF_PROG_NAME): the only thing the kernel gives back about it.
///
/// As text: `ebpfxx:<application>/<program>[<origin>,prog=<id>,pid=<pid>,headroom=<bytes>]`. The id and the headroom
/// also keep attachments apart for the kernel, which compares programs on routes by name alone (bpf_encap_cmp in
/// net/core/lwt_bpf.c) and would let routes share the earlier one.
struct RouteOwner {
  std::string application = application_name();
  std::string program{};
  bool created_route = false;  ///< false: the route was there before the program joined it
  std::uint32_t program_id = 0;
  long process = 0;
  std::uint32_t headroom = 0;  ///< bytes

  std::string print() const {
    // The kernel takes 255 characters.
    return "ebpfxx:" + application + "/" + program.substr(0, 128) + (created_route ? "[created" : "[joined") +
           ",prog=" + std::to_string(program_id) + ",pid=" + std::to_string(process) +
           ",headroom=" + std::to_string(headroom) + "]";
  }

  static std::optional<RouteOwner> parse(const std::string& text) {
    RouteOwner owner;
    char application[65], program[129], origin[16];
    int end = 0;
    int fields = std::sscanf(text.c_str(), "ebpfxx:%64[^/]/%128[^[][%15[a-z],prog=%u,pid=%ld,headroom=%u]%n",
                             application, program, origin, &owner.program_id, &owner.process, &owner.headroom, &end);
    if (fields != 6 || static_cast<std::size_t>(end) != text.size()) return std::nullopt;
    owner.application = application;
    owner.program = program;
    owner.created_route = std::string_view(origin) == "created";
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

}  // namespace ebpfxx::detail
