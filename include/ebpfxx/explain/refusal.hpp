#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ebpfxx::explain {

/// Where an instruction comes from in the application's source.
struct SourceLocation {
  std::string file{};   ///< as the compiler recorded it; without folders when it comes from a log
  unsigned line = 0;    ///< from 1; 0: unknown
  unsigned column = 0;  ///< from 1; 0: unknown
  std::string text{};   ///< the line itself, if the object or the log carries it
};

/// "app.cpp:12"; empty when unknown.
inline std::string to_text(const SourceLocation& location) {
  return location.line == 0 ? std::string() : location.file + ":" + std::to_string(location.line);
}

/// Another source location that explains the failing one, such as the call that moved the packet.
struct Note {
  std::string text{};
  std::optional<std::uint32_t> instruction{};
  SourceLocation location{};
};

/// What a message of the verifier means, in the user's words.
struct Explanation {
  std::string rule{};    ///< "packet-bounds"; empty: the message is not known
  std::string reason{};  ///< "reads 4 bytes at offset 20 of the packet, 20 bytes are proven"
  std::string advice{};  ///< what to do about it
  std::vector<Note> notes{};

  bool known() const { return !rule.empty(); }
};

/// What Linux 7.3 and later explain of a refusal themselves; empty where they do not.
struct KernelExplanation {
  std::string title{};   ///< "Register Type Safety: Unreadable register"
  std::string reason{};  ///< "R0 has never been initialized on this path, so the verifier cannot use it as an input."
  std::string suggestion{};  ///< "Initialize R0 on every path before this instruction."
};

/// What the kernel's verifier said about a program it refused.
struct Refusal {
  std::string program{};                       ///< the ELF symbol
  std::string reason{};                        ///< "invalid access to packet, off=34 size=2, R3(id=0,off=34,r=34)"
  std::optional<std::uint32_t> instruction{};  ///< the failing one, counted from the start of the loaded program
  std::string statement{};                     ///< that instruction as the log has it: "r1 = *(u8 *)(r7 +8)"
  SourceLocation location{};                   ///< of that instruction
  Explanation explanation{};                   ///< of the reason
  std::vector<std::string> messages{};         ///< the reason, line by line
  KernelExplanation by_kernel{};               ///< its own explanation
  std::string log{};                           ///< everything the verifier wrote
};

}  // namespace ebpfxx::explain
