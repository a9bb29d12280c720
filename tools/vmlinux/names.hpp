#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel_btf.hpp"

namespace ebpfxx::vmlinux {

/// What types and enumerators are called in C++.
///
/// C keeps the names of structs, unions and enums apart from all others, and every source of the kernel has its own; in
/// the header all of them are in one namespace. A second type of a name becomes `name___2`: to libbpf, what is
/// behind three underscores is no part of a name.
class Names {
 public:
  explicit Names(const KernelBtf& types);

  /// The C++ name; empty for a typedef that is left out, because its name is what it names already.
  const std::string& type(TypeId id) const { return types_[id]; }

  /// The C++ name of the enumerator at `index`.
  const std::string& enumerator(TypeId enumeration, std::size_t index) const {
    return enumerators_.at({enumeration, index});
  }

 private:
  std::string unique(const std::string& name);

  std::vector<std::string> types_;
  std::map<std::pair<TypeId, std::size_t>, std::string> enumerators_;
  std::map<std::string, unsigned, std::less<>> taken_;
};

/// `name`, or `name_` where C++ has it as a keyword.
std::string cpp_name(std::string_view name);

}  // namespace ebpfxx::vmlinux
