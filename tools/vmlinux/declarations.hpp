#pragma once

#include <set>
#include <string>

#include "kernel_btf.hpp"
#include "layout.hpp"
#include "names.hpp"

namespace ebpfxx::vmlinux {

/// Writes single declarations in C++.
class Declarations {
 public:
  explicit Declarations(const KernelBtf& types) : types_(types), names_(types), layout_(types) {}

  /// From here on for text outside of the types' own namespace: `prefix` leads to their names.
  void qualify(const std::string& prefix) {
    prefix_ = prefix;
    member_names_.clear();
  }

  const Names& names() const { return names_; }

  /// The definition of a named struct, union or enum, or of a typedef, with its line break.
  std::string definition(TypeId id);

  /// `struct name`, as it can be declared in advance and named.
  std::string record_name(TypeId id) const;

  /// `id` as it is written without a variable, or around one.
  std::string type(TypeId id, const std::string& variable_name = "") { return variable(id, variable_name, 0); }

 private:
  std::string variable(TypeId id, const std::string& inner, unsigned depth, bool is_const = false);
  std::string plain(TypeId id, unsigned depth);
  std::string parameters(TypeId prototype);
  std::string parameter(TypeId id, const std::string& name);
  std::string enumeration(TypeId id);
  std::string body(TypeId record, unsigned depth);
  std::string member(TypeId record, std::size_t index, unsigned depth);
  std::string padding(std::uint64_t from, std::uint64_t to, unsigned depth);

  const KernelBtf& types_;
  Names names_;
  Layout layout_;
  std::string typedef_name(TypeId id) const;
  void note_members(TypeId record);

  std::string prefix_;
  std::set<std::string> member_names_;  ///< of the record being defined and of those without a name in it
  std::string outermost_;               ///< the name of the record being defined
};

/// How C++ spells a number of this kind.
std::string number_type(const KernelBtf& types, TypeId id);

}  // namespace ebpfxx::vmlinux
