#pragma once

#include <clang/Basic/Diagnostic.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/reachable.hpp"
#include "base/rule.hpp"
#include "base/user_location.hpp"

namespace ebpfxx::cc {

struct Note {
  clang::SourceLocation where;
  std::string message;
};

/// A source location, and the calls that lead there, innermost first.
struct CallTrail {
  clang::SourceLocation where;
  std::vector<Note> calls;
};

/// Reports what must not compile, and what compiles but loses something. Every message ends in its rule's name, and
/// is at the user's own line; of several faults in one line only the first is told, since the others are mostly its
/// consequences. A warning does not hide an error.
class Diagnostics {
 public:
  Diagnostics(clang::DiagnosticsEngine& engine, const std::set<std::string>& disabled_rules)
      : engine_(engine), disabled_rules_(disabled_rules) {}

  /// From here on, faults in ebpfxx's and the system's headers are told at the user's call.
  void set_user_code(const UserCode* user_code) { user_code_ = user_code; }
  const UserCode* user_code() const { return user_code_; }

  /// A fault at `where`, which is the user's.
  void error(clang::SourceLocation where, Rule rule, const std::string& message, const std::vector<Note>& notes = {});

  /// A fault at the end of a trail of calls.
  void error(const CallTrail& trail, Rule rule, const std::string& message) {
    error(trail.where, rule, message, trail.calls);
  }

  /// A fault at `where` in the body of `function`.
  void error(const ReachedFunction& function, clang::SourceLocation where, Rule rule, const std::string& message,
             std::vector<Note> notes = {});

  /// A warning about `where`, which is the user's.
  void warning(clang::SourceLocation where, Rule rule, const std::string& message, const std::vector<Note>& notes = {});

  bool has_errors() const { return engine_.hasErrorOccurred(); }
  /// Whether an error of the rule was told.
  bool has_error(Rule rule) const { return broken_rules_.contains(rule.name()); }
  clang::SourceManager& sources() const { return engine_.getSourceManager(); }

 private:
  using Level = clang::DiagnosticIDs::Level;

  CallTrail trail_of(const ReachedFunction& function, clang::SourceLocation where) const;
  void report(Level level, clang::SourceLocation where, Rule rule, const std::string& message,
              const std::vector<Note>& notes);
  bool is_new(Level level, clang::SourceLocation where);
  void print(Level level, clang::SourceLocation where, const std::string& message);

  clang::DiagnosticsEngine& engine_;
  const std::set<std::string>& disabled_rules_;
  const UserCode* user_code_ = nullptr;
  std::set<std::string, std::less<>> broken_rules_;                     ///< of which errors were told
  std::map<std::pair<clang::FileID, unsigned>, Level> reported_lines_;  ///< and the gravest that was told of each
};

/// The name of a declaration as messages show it: 'drop', or 'the lambda'.
std::string quoted(const clang::NamedDecl& declaration);

}  // namespace ebpfxx::cc
