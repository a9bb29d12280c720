#pragma once

#include <clang/AST/Decl.h>

#include <string>

namespace ebpfxx::cc {

/// Whether the declaration carries `[[clang::annotate("text")]]`.
bool has_annotation(const clang::Decl* declaration, llvm::StringRef text);

/// The annotated class of a variable's or expression's type; null for any other type.
const clang::CXXRecordDecl* annotated_class(clang::QualType type, llvm::StringRef text);

/// The ELF symbol of a program, map, Config or Global: its qualified name with `::` as `__`. Leaves room for
/// `abi::drop_counter_suffix`.
std::string device_symbol(const clang::VarDecl& variable);

/// The symbol that the host compiler gives the variable.
std::string host_symbol(const clang::VarDecl& variable);

/// KSYM_NAME_LEN of kernels before 6.1, less the terminator.
inline constexpr std::size_t longest_name = 127;

/// `name` as BTF accepts it: a C identifier; when too long for the kernel, cut, and told apart by a hash.
std::string c_identifier(llvm::StringRef name, std::size_t longest = longest_name);

}  // namespace ebpfxx::cc
