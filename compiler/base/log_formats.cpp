#include "base/log_formats.hpp"

namespace ebpfxx::cc {

std::optional<std::string> LogFormats::add(llvm::StringRef entry) {
  const auto [id, format] = entry.split(' ');
  const std::string& first = formats_.try_emplace(id, format.str()).first->second;
  if (first == format) return std::nullopt;
  const auto text = [](llvm::StringRef whole) { return "'" + whole.rsplit('\t').first.rsplit('\t').first.str() + "'"; };
  return "logs " + text(format) + " with the same id as " + text(first) + ", " + id.str() + "; change one of the texts";
}

}  // namespace ebpfxx::cc
