#include "emit/variables.hpp"

#include <bpf/btf.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <memory>

#include <ebpfxx/abi.hpp>

namespace ebpfxx::cc {
namespace {

using BtfPointer = std::unique_ptr<btf, decltype(&btf__free)>;

std::vector<ObjectVariable> read_tags(const btf& types) {
  std::vector<ObjectVariable> variables;
  for (unsigned id = 1; id < btf__type_cnt(&types); ++id) {
    const btf_type* tag = btf__type_by_id(&types, id);
    if (!btf_is_decl_tag(tag)) continue;
    llvm::StringRef text = btf__name_by_offset(&types, tag->name_off);
    const btf_type* target = btf__type_by_id(&types, tag->type);
    if (target && text.consume_front(abi::symbol_tag_prefix))
      variables.push_back({btf__name_by_offset(&types, target->name_off), text.str()});
  }
  llvm::sort(variables, [](const auto& a, const auto& b) { return a.symbol < b.symbol; });
  return variables;
}

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

}  // namespace

std::optional<std::vector<ObjectVariable>> read_variables(llvm::StringRef object) {
  const std::optional<llvm::StringRef> bytes = read_section(object, ".BTF");
  if (!bytes) return std::nullopt;
  if (bytes->empty()) return std::vector<ObjectVariable>();
  const BtfPointer types(btf__new(bytes->data(), bytes->size()), &btf__free);
  return types ? read_tags(*types) : std::vector<ObjectVariable>();
}

std::vector<std::string> read_log_entries(llvm::StringRef object) {
  std::vector<std::string> entries;
  llvm::StringRef rest = read_section(object, abi::log_section).value_or("");
  while (!rest.empty()) {
    const auto [entry, behind] = rest.split('\0');
    entries.push_back(entry.str());
    rest = behind;
  }
  return entries;
}

std::string read_license(llvm::StringRef object) {
  return read_section(object, "license").value_or("").split('\0').first.str();
}

}  // namespace ebpfxx::cc
