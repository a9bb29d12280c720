#include "header.hpp"

#include <cctype>
#include <iterator>
#include <set>

#include "declarations.hpp"
#include "selection.hpp"
#include "tracepoint.hpp"

namespace ebpfxx::vmlinux {
namespace {

/// Object-like macros of the C library's headers, and of compilers, that are names of fields and enumerators in
/// kernels.
constexpr const char* macros[] = {
#define EBPFXX_MACRO(name) #name,
#include "macros.inc"
#undef EBPFXX_MACRO
};

std::set<std::string> identifiers(const std::string& text) {
  std::set<std::string> found;
  const auto belongs = [](char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && belongs(text[end])) ++end;
    if (end > i) found.insert(text.substr(i, end - i));
    i = end + 1;
  }
  return found;
}

class Header {
 public:
  explicit Header(const KernelBtf& types) : types_(types), selection_(types), declarations_(types) {}

  void add(const std::string& name) {
    const std::vector<TypeId> found =
        types_.find(name, {BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM, BTF_KIND_ENUM64, BTF_KIND_TYPEDEF});
    Tracepoint tracepoint(types_, name);
    if (found.empty() && !tracepoint.exists()) throw tool::Failure(missing(name));
    for (const TypeId id : found) selection_.add(id);
    for (const TypeId id : tracepoint.types()) selection_.add(id);
    if (tracepoint.exists()) tracepoints_.push_back(std::move(tracepoint));
  }

  void add_all() {
    for (TypeId id = 1; id < types_.count(); ++id)
      if (types_.kind(id) == BTF_KIND_TYPEDEF || types_.is_record(id) || types_.is_enumeration(id)) selection_.add(id);
  }

  std::string text() {
    const std::string kernel = definitions();
    declarations_.qualify("kernel::");
    std::string hooks;
    for (const Tracepoint& tracepoint : tracepoints_) hooks += tracepoint.definitions(declarations_);
    std::string hidden, restored;
    const std::set<std::string> used = identifiers(kernel);
    for (const char* macro : macros)
      if (used.contains(macro)) {
        hidden += "#pragma push_macro(\"" + std::string(macro) + "\")\n#undef " + macro + "\n";
        restored += "#pragma pop_macro(\"" + std::string(macro) + "\")\n";
      }
    std::string result =
        "// Types of a kernel, written by ebpfxx vmlinux from its BTF. Do not edit: write it anew.\n"
        "#pragma once\n"
        "#pragma GCC system_header\n"
        "#include <ebpfxx/kernel/type.hpp>\n";
    if (!hooks.empty()) result += "#include <ebpfxx/hook/tracepoint_event.hpp>\n";
    result += hidden + "namespace ebpfxx::kernel {\n" + kernel + "}  // namespace ebpfxx::kernel\n";
    if (!hooks.empty()) result += "namespace ebpfxx {\n" + hooks + "}  // namespace ebpfxx\n";
    return result + restored;
  }

 private:
  std::string definitions() {
    std::string text;
    std::set<std::string> declared;
    for (const TypeId id : selection_.declarations())
      if (const std::string name = declarations_.record_name(id); declared.insert(name).second) text += name + ";\n";
    for (const TypeId id : selection_.definitions())
      if (!declarations_.names().type(id).empty()) text += declarations_.definition(id);
    return text;
  }

  std::string missing(const std::string& name) const {
    std::string text = "this kernel has no type or tracepoint '" + name + "'";
    if (const std::string similar = types_.similar_name(name); !similar.empty())
      text += "; did you mean '" + similar + "'?";
    return text;
  }

  const KernelBtf& types_;
  Selection selection_;
  Declarations declarations_;
  std::vector<Tracepoint> tracepoints_;
};

}  // namespace

std::string header(const KernelBtf& types, const std::vector<std::string>& names) {
  Header header(types);
  for (const std::string& name : names) header.add(name);
  if (names.empty()) header.add_all();
  return header.text();
}

}  // namespace ebpfxx::vmlinux
