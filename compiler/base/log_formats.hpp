#pragma once

#include <llvm/ADT/StringMap.h>
#include <llvm/ADT/StringRef.h>

#include <optional>
#include <string>

namespace ebpfxx::cc {

/// The formats of a log, by their ids (include/ebpfxx/log/format.hpp).
class LogFormats {
 public:
  /// Adds the format that the entry describes. Says what is wrong when another one has its id.
  std::optional<std::string> add(llvm::StringRef entry);

 private:
  llvm::StringMap<std::string> formats_;  ///< by the digits of the id
};

}  // namespace ebpfxx::cc
