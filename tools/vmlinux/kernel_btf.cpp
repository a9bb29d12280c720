#include "kernel_btf.hpp"

#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <utility>

namespace ebpfxx::vmlinux {
namespace {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::unique_ptr<std::ifstream> open_file(const std::string& path) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!file->is_open()) throw tool::Failure("cannot read '" + path + "': " + std::strerror(errno));
  if (file->peek() == std::ifstream::traits_type::eof())
    throw tool::Failure("cannot read '" + path + "': it is no file, or empty");
  return file;
}

}  // namespace

KernelBtf::KernelBtf(const std::string& path) {
  open_file(path);
  libbpf_set_print(nullptr);
  btf* types = btf__parse(path.c_str(), nullptr);
  if (types == nullptr)
    throw tool::Failure(
        "'" + path +
        "' has no BTF that can be read; give a kernel's /sys/kernel/btf/vmlinux, a copy of it, or an ELF "
        "file with a .BTF section");
  btf_.reset(types);
  for (TypeId id = 1; id < count(); ++id)
    if ((*this)[id].name_off != 0) by_name_[name(id)].push_back(id);
}

std::string KernelBtf::enumerator(TypeId enumeration, std::size_t index) const {
  const btf_type& type = (*this)[enumeration];
  return text(kind(enumeration) == BTF_KIND_ENUM ? btf_enum(&type)[index].name_off : btf_enum64(&type)[index].name_off);
}

std::uint64_t KernelBtf::enumerator_value(TypeId enumeration, std::size_t index) const {
  const btf_type& type = (*this)[enumeration];
  if (kind(enumeration) == BTF_KIND_ENUM64) return btf_enum64_value(&btf_enum64(&type)[index]);
  const std::int32_t value = btf_enum(&type)[index].val;
  return btf_kflag(&type) ? static_cast<std::uint64_t>(value) : static_cast<std::uint32_t>(value);
}

TypeId KernelBtf::without_qualifiers(TypeId id) const {
  for (;; id = (*this)[id].type) switch (kind(id)) {
      case BTF_KIND_CONST:
      case BTF_KIND_VOLATILE:
      case BTF_KIND_RESTRICT:
      case BTF_KIND_TYPE_TAG:
        continue;
      default:
        return id;
    }
}

TypeId KernelBtf::resolved(TypeId id) const {
  while (kind(id = without_qualifiers(id)) == BTF_KIND_TYPEDEF) id = (*this)[id].type;
  return id;
}

std::vector<TypeId> KernelBtf::find(const std::string& name, std::initializer_list<unsigned> kinds) const {
  std::vector<TypeId> found;
  if (const auto ids = by_name_.find(name); ids != by_name_.end())
    for (const TypeId id : ids->second)
      if (std::find(kinds.begin(), kinds.end(), kind(id)) != kinds.end()) found.push_back(id);
  return found;
}

TypeId KernelBtf::definition_of(TypeId forward) const {
  const unsigned wanted = btf_kflag(&(*this)[forward]) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
  const std::vector<TypeId> found = find(name(forward), {wanted});
  return found.empty() ? 0 : found.front();
}

std::string KernelBtf::similar_name(const std::string& name) const {
  constexpr std::size_t most = 2;
  std::string best;
  std::size_t distance = std::min(most, name.size() / 3) + 1;
  for (const auto& [candidate, ids] : by_name_) {
    if (std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size()) >= distance) continue;
    const bool is_type = std::any_of(ids.begin(), ids.end(), [&](TypeId id) {
      return is_record(id) || is_enumeration(id) || kind(id) == BTF_KIND_TYPEDEF;
    });
    if (!is_type) continue;
    const std::size_t edits = edit_distance(candidate, name);
    if (edits < distance) {
      distance = edits;
      best = candidate;
    }
  }
  return best;
}

}  // namespace ebpfxx::vmlinux
