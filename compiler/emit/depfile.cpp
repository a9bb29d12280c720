#include "emit/depfile.hpp"

#include <llvm/ADT/StringRef.h>

#include <set>

namespace ebpfxx::cc {
namespace {

std::string escaped(llvm::StringRef path) {
  std::string result;
  for (const char character : path) {
    if (character == ' ' || character == '#') result += '\\';
    if (character == '$') result += '$';
    result += character;
  }
  return result;
}

}  // namespace

std::string dependency_rule(const std::string& target, const std::vector<std::string>& dependencies) {
  std::string rule = escaped(target) + ":";
  std::set<std::string> seen;
  for (const std::string& dependency : dependencies)
    if (seen.insert(dependency).second) rule += " \\\n  " + escaped(dependency);
  return rule + "\n";
}

}  // namespace ebpfxx::cc
