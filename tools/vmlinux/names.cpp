#include "names.hpp"

#include <algorithm>
#include <array>

namespace ebpfxx::vmlinux {
namespace {

/// Keywords of C++23 that are none of C (and `asm`, `inline` and the like, which GNU C also has as ordinary names).
constexpr std::array keywords = std::to_array<std::string_view>({
    "alignas",      "alignof",      "and",           "and_eq",      "asm",
    "auto",         "bitand",       "bitor",         "bool",        "catch",
    "char16_t",     "char32_t",     "char8_t",       "class",       "co_await",
    "co_return",    "co_yield",     "compl",         "concept",     "const_cast",
    "consteval",    "constexpr",    "constinit",     "decltype",    "delete",
    "dynamic_cast", "explicit",     "export",        "false",       "friend",
    "inline",       "mutable",      "namespace",     "new",         "noexcept",
    "not",          "not_eq",       "nullptr",       "operator",    "or",
    "or_eq",        "private",      "protected",     "public",      "reinterpret_cast",
    "requires",     "restrict",     "static_assert", "static_cast", "template",
    "this",         "thread_local", "throw",         "true",        "try",
    "typeid",       "typename",     "typeof",        "using",       "virtual",
    "wchar_t",      "xor",          "xor_eq",
});

bool is_fundamental(std::string_view name) {
  return name == "bool" || name == "wchar_t" || name == "char8_t" || name == "char16_t" || name == "char32_t";
}

}  // namespace

std::string cpp_name(std::string_view name) {
  const bool is_builtin = name.starts_with("__builtin_");
  const bool is_keyword = std::find(keywords.begin(), keywords.end(), name) != keywords.end();
  return std::string(name) + (is_keyword || is_builtin ? "_" : "");
}

Names::Names(const KernelBtf& types) : types_(types.count()) {
  for (TypeId id = 1; id < types.count(); ++id)
    if (types[id].name_off != 0 && (types.is_record(id) || types.is_enumeration(id)))
      types_[id] = unique(cpp_name(types.name(id)));
  // A forward declaration of what is nowhere defined gets one name, however often it is there.
  std::map<std::string, std::string> declared_only;
  for (TypeId id = 1; id < types.count(); ++id) {
    if (types.kind(id) != BTF_KIND_FWD) continue;
    if (const TypeId definition = types.definition_of(id)) {
      types_[id] = types_[definition];
    } else {
      std::string& name = declared_only[types.name(id)];
      if (name.empty()) name = unique(cpp_name(types.name(id)));
      types_[id] = name;
    }
  }
  for (TypeId id = 1; id < types.count(); ++id) {
    if (types.kind(id) != BTF_KIND_TYPEDEF || is_fundamental(types.name(id))) continue;
    const std::string name = cpp_name(types.name(id));
    const TypeId target = types.without_qualifiers(types[id].type);
    if ((types.is_record(target) || types.is_enumeration(target)) && types_[target] == name) continue;
    types_[id] = unique(name);
  }
  unsigned unnamed = 0;
  for (TypeId id = 1; id < types.count(); ++id) {
    if (!types.is_enumeration(id)) continue;
    if (types_[id].empty()) types_[id] = unique("unnamed_enum_" + std::to_string(++unnamed));
    for (std::size_t i = 0; i < btf_vlen(&types[id]); ++i)
      enumerators_[{id, i}] = unique(cpp_name(types.enumerator(id, i)));
  }
}

std::string Names::unique(const std::string& name) {
  unsigned& count = taken_[name];
  return ++count == 1 ? name : unique(name + "___" + std::to_string(count));
}

}  // namespace ebpfxx::vmlinux
