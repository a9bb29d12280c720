#pragma once

#include <string_view>

namespace ebpfxx::cc {

/// The name of a rule. One that is written in the compiler has a row in rules.inc, or does not compile.
class Rule {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is what a check writes
  consteval Rule(const char* name) : name_(name) {
    if (!has_row(name_)) has_no_row_in_rules_inc();
  }

  /// One that a header names; `name` must live as long as the rule.
  static Rule of_header(std::string_view name) {
    Rule rule;
    rule.name_ = name;
    return rule;
  }

  std::string_view name() const { return name_; }

  /// Whether a rule of this name is in rules.inc.
  static constexpr bool has_row(std::string_view name) {
#define EBPFXX_CHECK(stage, check, ...)             \
  for (const std::string_view rule : {__VA_ARGS__}) \
    if (rule == name) return true;
#include "rules.inc"
#undef EBPFXX_CHECK
    return false;
  }

 private:
  Rule() = default;

  static void has_no_row_in_rules_inc();  // what the error of the host compiler names

  std::string_view name_;
};

}  // namespace ebpfxx::cc
