#include "emit/embedding.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Support/xxhash.h>

#include <ebpfxx/abi.hpp>

#include "base/names.hpp"

namespace ebpfxx::cc {
namespace {

/// `path` inside a string inside an assembler directive: quoted twice.
std::string assembler_string(llvm::StringRef path) {
  std::string once;
  for (const char character : path) {
    if (character == '"' || character == '\\') once += '\\';
    once += character;
  }
  return once;
}

void write_bytes(llvm::raw_ostream& out, llvm::StringRef object_path, llvm::StringRef symbol) {
  out << "asm(R\"assembler(\n"
         "  .pushsection .rodata.ebpfxx, \"a\"\n"
         "  .balign 8\n";
  for (const char* end : {"begin", "end"})
    out << "  .globl " << symbol << '_' << end << "\n  .hidden " << symbol << '_' << end << '\n';
  out << symbol << "_begin:\n"
      << "  .incbin \"" << assembler_string(object_path) << "\"\n"
      << symbol
      << "_end:\n"
         "  .popsection\n"
         ")assembler\");\n\n";
}

void write_declarations(llvm::raw_ostream& out, llvm::StringRef symbol, const std::vector<ObjectVariable>& variables) {
  out << "extern \"C\" {\n"
      << "[[gnu::visibility(\"hidden\")]] extern const std::byte " << symbol << "_begin[];\n"
      << "[[gnu::visibility(\"hidden\")]] extern const std::byte " << symbol << "_end[];\n";
  for (std::size_t i = 0; i < variables.size(); ++i)
    out << "[[gnu::weak]] extern const char variable_" << i << " asm(\"" << variables[i].host_symbol << "\");\n";
  out << "}\n\n";
}

void write_table(llvm::raw_ostream& out, const std::vector<ObjectVariable>& variables) {
  if (variables.empty()) return;
  out << "const ebpfxx::detail::EmbeddedVariable variables[] = {\n";
  for (std::size_t i = 0; i < variables.size(); ++i)
    out << "    {&variable_" << i << ", \"" << variables[i].symbol << "\"},\n";
  out << "};\n\n";
}

}  // namespace

std::string embedding_source(llvm::StringRef object, llvm::StringRef object_path, llvm::StringRef object_name,
                             const std::vector<ObjectVariable>& variables) {
  const std::string symbol = "ebpfxx_object_" + c_identifier(object_name);
  std::string source;
  llvm::raw_string_ostream out(source);
  out << "// Written by ebpfxx-cc; the object is " << llvm::sys::path::filename(object_path) << ", of hash "
      << llvm::utohexstr(llvm::xxh3_64bits(object), /*LowerCase=*/true) << ".\n"
      << "#include <ebpfxx/detail/embedded.hpp>\n\n";
  write_bytes(out, object_path, symbol);
  write_declarations(out, symbol, variables);
  out << "namespace {\n\n";
  write_table(out, variables);
  out << "const ebpfxx::detail::EmbeddedObject object = {\n"
      << "    \"" << object_name << "\", " << symbol << "_begin, " << symbol << "_end,\n    "
      << (variables.empty() ? "nullptr" : "variables") << ", " << variables.size() << "};\n\n"
      << "[[gnu::used, gnu::section(\"" << abi::embedded_section
      << "\")]] const ebpfxx::detail::EmbeddedObject* const entry = &object;\n\n"
      << "}  // namespace\n";
  return source;
}

}  // namespace ebpfxx::cc
