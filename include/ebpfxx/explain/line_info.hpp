#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ebpfxx/explain/elf_file.hpp>
#include <ebpfxx/explain/verifier_log.hpp>

namespace ebpfxx::explain {

/// A run of instructions of an object that is in one piece in a loaded program.
struct ProgramPiece {
  std::size_t section = 0;
  std::uint64_t first = 0;  ///< instruction index within the section
  std::uint64_t count = 0;
};

namespace detail {

inline constexpr std::size_t instruction_size = 8;

/// The fields of an instruction that say what it refers to (struct bpf_insn in linux/bpf.h).
struct Instruction {
  std::uint8_t opcode;
  std::uint8_t registers;  ///< destination in the low four bits, source in the high four
  std::int16_t offset;
  std::int32_t immediate;

  unsigned source() const { return registers >> 4; }
  bool calls_function() const { return opcode == 0x85 && source() == 1; }          // BPF_PSEUDO_CALL
  bool takes_function_address() const { return opcode == 0x18 && source() == 4; }  // BPF_PSEUDO_FUNC
};

inline Instruction instruction_at(const ElfSection& section, std::uint64_t index) {
  Instruction instruction{};
  if ((index + 1) * instruction_size <= section.bytes.size())
    std::memcpy(&instruction, section.bytes.data() + index * instruction_size, sizeof instruction);
  return instruction;
}

inline const ElfSymbol* relocated_symbol(const ElfFile& file, const ElfSection& section, std::uint64_t index) {
  for (const ElfRelocation& relocation : section.relocations)
    if (relocation.offset == index * instruction_size) return &file.symbols()[relocation.symbol];
  return nullptr;
}

/// The function that instruction `index` of `section` calls or points to; null if it does neither.
inline const ElfSymbol* function_referred_to(const ElfFile& file, std::size_t section, std::uint64_t index) {
  const ElfSection& code = file.sections()[section];
  Instruction instruction = instruction_at(code, index);
  const ElfSymbol* symbol = relocated_symbol(file, code, index);
  bool to_code = symbol && (symbol->type == STT_FUNC || symbol->type == STT_SECTION);
  if (!instruction.calls_function() && !(instruction.opcode == 0x18 && to_code)) return nullptr;
  std::int64_t target = static_cast<std::int64_t>(index) + instruction.immediate + 1;
  std::size_t target_section = section;
  if (symbol) {
    // A call counts from the next instruction, an address load from the start of the section, in bytes.
    std::int64_t addend = instruction.calls_function() ? instruction.immediate + 1 : instruction.immediate / 8;
    if (symbol->type == STT_FUNC) addend = 0;
    target = static_cast<std::int64_t>(symbol->offset / instruction_size) + addend;
    target_section = symbol->section;
  }
  return file.symbol_at(target_section, static_cast<std::uint64_t>(target) * instruction_size, STT_FUNC);
}

inline void append_function(const ElfFile& file, const ElfSymbol& function, std::vector<ProgramPiece>& pieces) {
  std::uint64_t first = function.offset / instruction_size;
  for (const ProgramPiece& piece : pieces)
    if (piece.section == function.section && piece.first == first) return;
  std::uint64_t count = function.size / instruction_size;
  pieces.push_back({function.section, first, count});
  for (std::uint64_t index = first; index < first + count; ++index)
    if (const ElfSymbol* callee = function_referred_to(file, function.section, index))
      append_function(file, *callee, pieces);
}

}  // namespace detail

/// The instructions a loaded program consists of: its own, then each function it calls, in the order in which libbpf
/// appends them (depth first, in the order of the calls; bpf_object__reloc_code in libbpf.c).
inline std::vector<ProgramPiece> program_pieces(const ElfFile& file, std::string_view program) {
  std::vector<ProgramPiece> pieces;
  const ElfSymbol* symbol = file.symbol(program);
  if (symbol && symbol->type == STT_FUNC) detail::append_function(file, *symbol, pieces);
  return pieces;
}

/// The variables a program and the functions it calls refer to, directly: maps, and the sections of global data.
inline std::set<const ElfSymbol*> program_variables(const ElfFile& file, std::string_view program) {
  std::set<const ElfSymbol*> variables;
  for (const ProgramPiece& piece : program_pieces(file, program)) {
    const ElfSection& code = file.sections()[piece.section];
    for (const ElfRelocation& relocation : code.relocations) {
      std::uint64_t index = relocation.offset / detail::instruction_size;
      if (index < piece.first || index - piece.first >= piece.count) continue;
      const ElfSymbol& symbol = file.symbols()[relocation.symbol];
      if (symbol.type == STT_FUNC || symbol.section == 0) continue;
      // clang may refer to a static variable by its section and an offset.
      std::int32_t offset = detail::instruction_at(code, index).immediate;
      const ElfSymbol* variable = symbol.type == STT_SECTION
                                      ? file.symbol_at(symbol.section, static_cast<std::uint32_t>(offset), STT_OBJECT)
                                      : nullptr;
      variables.insert(variable ? variable : &symbol);
    }
  }
  return variables;
}

/// The C++ lines of an object's instructions, from section `.BTF.ext` (Documentation/bpf/btf.rst in the kernel's tree).
///
/// Kernels before 6.10 do not print file and line into the verifier's log, so the log's instruction index is mapped
/// here.
class LineInfo {
 public:
  explicit LineInfo(const ElfFile& file) : file_(&file) {
    const ElfSection* types = file.section(".BTF");
    const ElfSection* extension = file.section(".BTF.ext");
    if (types == nullptr || extension == nullptr) return;
    auto strings_header = read<BtfHeader>(types->bytes, 0);
    auto header = read<ExtensionHeader>(extension->bytes, 0);
    if (!strings_header || !header || strings_header->magic != btf_magic || header->magic != btf_magic) return;
    strings_ = part(types->bytes, strings_header->header_length + strings_header->string_offset,
                    strings_header->string_length);
    read_lines(part(extension->bytes, header->header_length + header->line_offset, header->line_length));
  }

  /// The line of an instruction of a loaded program; `line` is 0 if the object does not tell.
  SourceLocation at(std::string_view program, std::uint32_t instruction) const {
    std::uint64_t before = 0;
    for (const ProgramPiece& piece : program_pieces(*file_, program)) {
      if (instruction - before < piece.count) return at(piece.section, piece.first + instruction - before);
      before += piece.count;
    }
    return {};
  }

  /// The line of an instruction counted from the start of a section.
  SourceLocation at(std::size_t section, std::uint64_t instruction) const {
    const Line* best = nullptr;
    for (const Line& line : lines_)
      if (line.section == section && line.record.offset <= instruction * detail::instruction_size &&
          (best == nullptr || line.record.offset >= best->record.offset))
        best = &line;
    if (best == nullptr) return {};
    // Line and column share a word: 22 and 10 bits.
    return {std::string(text_at(best->record.file)), best->record.line_and_column >> 10,
            best->record.line_and_column & 0x3ff, trimmed(text_at(best->record.text))};
  }

 private:
  static constexpr std::uint16_t btf_magic = 0xeb9f;

  struct BtfHeader {
    std::uint16_t magic;
    std::uint8_t version, flags;
    std::uint32_t header_length, type_offset, type_length, string_offset, string_length;
  };
  struct ExtensionHeader {
    std::uint16_t magic;
    std::uint8_t version, flags;
    std::uint32_t header_length, function_offset, function_length, line_offset, line_length;
  };
  struct Record {
    std::uint32_t offset;  // bytes from the start of the section
    std::uint32_t file, text, line_and_column;
  };
  struct Line {
    std::size_t section;
    Record record;
  };

  template <class T>
  static std::optional<T> read(std::span<const std::byte> bytes, std::size_t offset) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
  }

  static std::span<const std::byte> part(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) {
    if (offset > bytes.size() || size > bytes.size() - offset) return {};
    return bytes.subspan(offset, size);
  }

  std::string_view text_at(std::uint32_t offset) const {
    if (offset >= strings_.size()) return {};
    const char* begin = reinterpret_cast<const char*>(strings_.data()) + offset;
    return {begin, strnlen(begin, strings_.size() - offset)};
  }

  static std::string trimmed(std::string_view text) {
    std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string() : std::string(text.substr(begin));
  }

  // A record size, then per section of code: its name, a count, the records.
  void read_lines(std::span<const std::byte> bytes) {
    auto record_size = read<std::uint32_t>(bytes, 0);
    if (!record_size || *record_size < sizeof(Record)) return;
    std::size_t position = sizeof(std::uint32_t);
    while (auto name = read<std::uint32_t>(bytes, position)) {
      auto count = read<std::uint32_t>(bytes, position + sizeof(std::uint32_t));
      if (!count) return;
      position += 2 * sizeof(std::uint32_t);
      std::size_t section = index_of(text_at(*name));
      for (std::uint32_t number = 0; number < *count; ++number, position += *record_size)
        if (auto record = read<Record>(bytes, position)) lines_.push_back({section, *record});
    }
  }

  std::size_t index_of(std::string_view name) const {
    for (std::size_t index = 0; index < file_->sections().size(); ++index)
      if (file_->sections()[index].name == name) return index;
    return 0;
  }

  const ElfFile* file_;
  std::span<const std::byte> strings_;
  std::vector<Line> lines_;
};

}  // namespace ebpfxx::explain
