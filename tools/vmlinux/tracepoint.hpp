#pragma once

#include <string>
#include <vector>

#include "declarations.hpp"
#include "kernel_btf.hpp"

namespace ebpfxx::vmlinux {

/// A tracepoint as BTF knows it: what a program gets of it, by BtfTracepoint as arguments and by Tracepoint as a
/// record.
class Tracepoint {
 public:
  Tracepoint(const KernelBtf& types, std::string name);

  /// Whether the kernel has it, in at least one of its two forms.
  bool exists() const { return prototype_ != 0 || record_ != 0; }

  /// The types that a header needs for it.
  std::vector<TypeId> types() const;

  /// The specialisations by which the hooks find what a program gets. Throws tool::Failure for an argument that does
  /// not fit a register.
  std::string definitions(Declarations& declarations) const;

 private:
  struct Argument {
    TypeId type;
    std::string name;
  };

  std::vector<Argument> arguments() const;
  std::string event(Declarations& declarations) const;
  std::string argument_type(const Argument& argument, Declarations& declarations) const;
  TypeId pointee(TypeId pointer) const;

  const KernelBtf& types_;
  std::string name_;
  TypeId prototype_ = 0;  ///< of btf_trace_<name>; its first parameter is not the tracepoint's
  TypeId record_ = 0;     ///< struct trace_event_raw_<name>
};

}  // namespace ebpfxx::vmlinux
