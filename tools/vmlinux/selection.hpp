#pragma once

#include <set>
#include <string>
#include <vector>

#include "kernel_btf.hpp"

namespace ebpfxx::vmlinux {

/// What goes into the header: types with all that C++ must have seen before, in the order to write them.
class Selection {
 public:
  explicit Selection(const KernelBtf& types) : types_(types) {}

  /// Takes `id` with its definition, and of what it points to the name alone.
  void add(TypeId id) { need(id, true); }

  /// What is to be defined: a type comes behind those that it contains.
  const std::vector<TypeId>& definitions() const { return definitions_; }

  /// Structs and unions, defined or not, that have to be declared in front of everything else.
  const std::set<TypeId>& declarations() const { return declarations_; }

  bool defines(TypeId id) const { return defined_.contains(id); }

 private:
  void need(TypeId id, bool complete);
  void define(TypeId id);
  void need_parts(TypeId id);

  const KernelBtf& types_;
  std::vector<TypeId> definitions_;
  std::set<TypeId> declarations_;
  std::set<TypeId> defined_;
  std::set<TypeId> started_;
};

}  // namespace ebpfxx::vmlinux
