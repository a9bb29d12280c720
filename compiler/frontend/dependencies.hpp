#pragma once

#include <clang/Frontend/Utils.h>

namespace ebpfxx::cc {

/// Collects the files that a source includes, also those in system folders: what is installed may change.
class AllDependencies : public clang::DependencyCollector {
  bool needSystemDependencies() override { return true; }
};

}  // namespace ebpfxx::cc
