#pragma once

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ebpfxx::test {

/// The CO-RE relocations of field offsets in an object's .BTF.ext, by the function they stand in
/// (Documentation/bpf/llvm_reloc.rst in the kernel's tree).
class CoreRelocations {
 public:
  explicit CoreRelocations(const std::string& path) {
    btf_ext* extension = nullptr;
    types_.reset(btf__parse_elf(path.c_str(), &extension));
    const std::unique_ptr<btf_ext, void (*)(btf_ext*)> held(extension, &btf_ext__free);
    if (!types_ || !extension) throw std::runtime_error("no BTF in " + path);
    std::uint32_t size = 0;
    const auto* raw = static_cast<const std::uint8_t*>(btf_ext__get_raw_data(extension, &size));
    Header header;
    std::memcpy(&header, raw, sizeof header);
    const std::uint8_t* const data = raw + header.header_size;
    read_functions(data + header.functions_offset, header.functions_size);
    read_relocations(data + header.relocations_offset, header.relocations_size);
  }

  /// Each once, in the order of their names: "signal_struct.rlim[7].rlim_cur task_struct.pid ".
  std::string fields_of(const std::string& function) const {
    std::string text;
    for (const std::string& field : fields_.at(function)) text += field + " ";
    return text;
  }

 private:
  struct Header {
    std::uint16_t magic;
    std::uint8_t version, flags;
    std::uint32_t header_size;
    std::uint32_t functions_offset, functions_size;
    std::uint32_t lines_offset, lines_size;
    std::uint32_t relocations_offset, relocations_size;
  };
  struct SectionHeader {
    std::uint32_t name, count;
  };

  /// Calls `body(section, record)` with each record of a part of .BTF.ext.
  template <class Record, class Body>
  void each(const std::uint8_t* data, std::uint32_t size, Body body) const {
    std::uint32_t record_size = 0;
    std::memcpy(&record_size, data, sizeof record_size);
    for (std::uint32_t at = sizeof record_size; at < size;) {
      SectionHeader section;
      std::memcpy(&section, data + at, sizeof section);
      at += sizeof section;
      for (std::uint32_t i = 0; i < section.count; ++i, at += record_size) {
        Record record;
        std::memcpy(&record, data + at, sizeof record);
        body(text(section.name), record);
      }
    }
  }

  void read_functions(const std::uint8_t* data, std::uint32_t size) {
    struct Function {
      std::uint32_t offset, type;
    };
    each<Function>(data, size, [&](const std::string& section, const Function& function) {
      const std::string name = text(type(function.type).name_off);
      starts_[section][function.offset] = name;
      fields_[name];
    });
  }

  void read_relocations(const std::uint8_t* data, std::uint32_t size) {
    each<bpf_core_relo>(data, size, [&](const std::string& section, const bpf_core_relo& relocation) {
      if (relocation.kind != BPF_CORE_FIELD_BYTE_OFFSET) return;
      const std::string function = std::prev(starts_.at(section).upper_bound(relocation.insn_off))->second;
      fields_[function].insert(field(relocation.type_id, text(relocation.access_str_off)));
    });
  }

  /// What "0:5:7:1" leads to, from the type on.
  std::string field(std::uint32_t id, const std::string& access) const {
    std::string name = text(type(id).name_off);
    std::istringstream numbers(access.substr(access.find(':') + 1));
    for (std::string number; std::getline(numbers, number, ':');) {
      id = static_cast<std::uint32_t>(btf__resolve_type(types_.get(), id));
      const btf_type& current = type(id);
      if (btf_is_array(&current)) {
        name += "[" + number + "]";
        id = btf_array(&current)->type;
      } else {
        const btf_member& member = btf_members(&current)[std::stoul(number)];
        name += "." + text(member.name_off);
        id = member.type;
      }
    }
    return name;
  }

  const btf_type& type(std::uint32_t id) const { return *btf__type_by_id(types_.get(), id); }
  std::string text(std::uint32_t offset) const { return btf__name_by_offset(types_.get(), offset); }

  struct Free {
    void operator()(btf* types) const { btf__free(types); }
  };
  std::unique_ptr<btf, Free> types_;
  std::map<std::string, std::map<std::uint32_t, std::string>> starts_;
  std::map<std::string, std::set<std::string>> fields_;
};

}  // namespace ebpfxx::test
