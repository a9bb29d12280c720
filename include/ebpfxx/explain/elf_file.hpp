#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ebpfxx::explain {

/// A symbol of a BPF object. `section` is an index into `ElfFile::sections()`, 0 for an undefined symbol.
struct ElfSymbol {
  std::string_view name;
  std::size_t section = 0;
  std::uint64_t offset = 0;  ///< bytes from the start of the section
  std::uint64_t size = 0;    ///< bytes
  unsigned char type = 0;    ///< STT_FUNC, STT_OBJECT, STT_SECTION ...
  bool is_global = false;    ///< seen from outside of its file
};

/// A relocation: an offset in a section that refers to a symbol.
struct ElfRelocation {
  std::uint64_t offset = 0;  ///< bytes from the start of the section
  std::size_t symbol = 0;    ///< index into `ElfFile::symbols()`
};

struct ElfSection {
  std::string_view name;
  std::span<const std::byte> bytes{};
  std::vector<ElfRelocation> relocations{};
};

/// Reads a 64-bit relocatable ELF file of the machine's own byte order that lies in memory, such as a BPF object. The
/// bytes must outlive it. What lies outside the file is read as absent: a damaged file yields less, never a wild
/// access.
class ElfFile {
 public:
  explicit ElfFile(std::span<const std::byte> bytes) : bytes_(bytes) {
    std::optional<Elf64_Ehdr> header = read<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64)
      return;
    read_headers(*header);
    for (std::size_t index = 0; index < headers_.size(); ++index)
      if (headers_[index].sh_type == SHT_SYMTAB) read_symbols(headers_[index]);
    for (const Elf64_Shdr& section : headers_)
      if (section.sh_type == SHT_REL && section.sh_info < sections_.size()) read_relocations(section);
  }

  const std::vector<ElfSection>& sections() const { return sections_; }
  const std::vector<ElfSymbol>& symbols() const { return symbols_; }

  const ElfSection* section(std::string_view name) const {
    for (const ElfSection& candidate : sections_)
      if (candidate.name == name) return &candidate;
    return nullptr;
  }

  const ElfSymbol* symbol(std::string_view name) const {
    for (const ElfSymbol& candidate : symbols_)
      if (candidate.name == name && candidate.section != 0) return &candidate;
    return nullptr;
  }

  /// The function or variable whose bytes include `offset` of `section`.
  const ElfSymbol* symbol_at(std::size_t section, std::uint64_t offset, unsigned char type) const {
    for (const ElfSymbol& candidate : symbols_)
      if (candidate.section == section && candidate.type == type && candidate.offset <= offset &&
          offset - candidate.offset < candidate.size)
        return &candidate;
    return nullptr;
  }

 private:
  template <class T>
  std::optional<T> read(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

  std::span<const std::byte> content(const Elf64_Shdr& section) const {
    if (section.sh_type == SHT_NOBITS || section.sh_offset > bytes_.size() ||
        section.sh_size > bytes_.size() - section.sh_offset)
      return {};
    return bytes_.subspan(section.sh_offset, section.sh_size);
  }

  static std::string_view text_at(std::span<const std::byte> strings, std::uint64_t offset) {
    if (offset >= strings.size()) return {};
    const char* begin = reinterpret_cast<const char*>(strings.data()) + offset;
    return {begin, strnlen(begin, strings.size() - offset)};
  }

  void read_headers(const Elf64_Ehdr& header) {
    for (std::uint64_t index = 0; index < header.e_shnum; ++index) {
      std::optional<Elf64_Shdr> section = read<Elf64_Shdr>(header.e_shoff + index * sizeof(Elf64_Shdr));
      if (!section) return;
      headers_.push_back(*section);
    }
    std::span<const std::byte> names;
    if (header.e_shstrndx < headers_.size()) names = content(headers_[header.e_shstrndx]);
    for (const Elf64_Shdr& section : headers_) sections_.push_back({text_at(names, section.sh_name), content(section)});
  }

  void read_symbols(const Elf64_Shdr& table) {
    std::span<const std::byte> names;
    if (table.sh_link < headers_.size()) names = content(headers_[table.sh_link]);
    for (std::uint64_t offset = 0; offset + sizeof(Elf64_Sym) <= table.sh_size; offset += sizeof(Elf64_Sym)) {
      std::optional<Elf64_Sym> symbol = read<Elf64_Sym>(table.sh_offset + offset);
      if (!symbol) return;
      std::size_t section = symbol->st_shndx < sections_.size() ? symbol->st_shndx : 0;
      symbols_.push_back({text_at(names, symbol->st_name), section, symbol->st_value, symbol->st_size,
                          static_cast<unsigned char>(ELF64_ST_TYPE(symbol->st_info)),
                          ELF64_ST_BIND(symbol->st_info) != STB_LOCAL});
    }
  }

  void read_relocations(const Elf64_Shdr& table) {
    for (std::uint64_t offset = 0; offset + sizeof(Elf64_Rel) <= table.sh_size; offset += sizeof(Elf64_Rel)) {
      std::optional<Elf64_Rel> relocation = read<Elf64_Rel>(table.sh_offset + offset);
      if (!relocation) return;
      std::size_t symbol = ELF64_R_SYM(relocation->r_info);
      if (symbol < symbols_.size()) sections_[table.sh_info].relocations.push_back({relocation->r_offset, symbol});
    }
  }

  std::span<const std::byte> bytes_;
  std::vector<Elf64_Shdr> headers_;
  std::vector<ElfSection> sections_;
  std::vector<ElfSymbol> symbols_;
};

}  // namespace ebpfxx::explain
