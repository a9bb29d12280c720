#include "emit/variables.hpp"

#include <llvm/ADT/STLExtras.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <ebpfxx/abi.hpp>

namespace ebpfxx::cc {
namespace {

/// The section's bytes; empty when there is none. Empty optional: no BPF object.
std::optional<llvm::StringRef> read_section(llvm::StringRef object, llvm::StringRef section_name) {
  auto elf = llvm::object::ELFObjectFile<llvm::object::ELF64LE>::create(llvm::MemoryBufferRef(object, "object"));
  if (!elf) return llvm::consumeError(elf.takeError()), std::nullopt;
  if (elf->getELFFile().getHeader().e_machine != llvm::ELF::EM_BPF) return std::nullopt;
  for (const llvm::object::SectionRef& section : elf->sections()) {
    llvm::Expected<llvm::StringRef> name = section.getName();
    llvm::Expected<llvm::StringRef> contents = section.getContents();
    const bool found = name && contents && *name == section_name;
    if (!name) llvm::consumeError(name.takeError());
    if (!contents) llvm::consumeError(contents.takeError());
    if (found) return *contents;
  }
  return llvm::StringRef();
}

std::vector<std::string> texts_in(llvm::StringRef section) {
  std::vector<std::string> texts;
  while (!section.empty()) {
    const auto [text, behind] = section.split('\0');
    texts.push_back(text.str());
    section = behind;
  }
  return texts;
}

}  // namespace

std::optional<std::vector<ObjectVariable>> read_variables(llvm::StringRef object) {
  const std::optional<llvm::StringRef> bytes = read_section(object, abi::names_section);
  if (!bytes) return std::nullopt;
  const std::vector<std::string> names = texts_in(*bytes);
  std::vector<ObjectVariable> variables;
  for (std::size_t i = 0; i + 1 < names.size(); i += 2) variables.push_back({names[i], names[i + 1]});
  llvm::sort(variables, [](const auto& a, const auto& b) { return a.symbol < b.symbol; });
  const auto same = [](const auto& a, const auto& b) { return a.symbol == b.symbol; };  // inline, in several sources
  variables.erase(std::unique(variables.begin(), variables.end(), same), variables.end());
  return variables;
}

bool is_part(llvm::StringRef object) {
  const bool is_empty = read_section(object, ".BTF").value_or("").empty();
  return is_empty || !read_section(object, abi::names_section).value_or("").empty();
}

std::vector<std::string> read_log_entries(llvm::StringRef object) {
  return texts_in(read_section(object, abi::log_section).value_or(""));
}

std::string read_license(llvm::StringRef object) {
  return read_section(object, "license").value_or("").split('\0').first.str();
}

}  // namespace ebpfxx::cc
