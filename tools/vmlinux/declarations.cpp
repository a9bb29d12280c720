#include "declarations.hpp"

#include <algorithm>

namespace ebpfxx::vmlinux {
namespace {

std::string indentation(unsigned depth) { return std::string(2 * depth, ' '); }

std::string join(const std::string& type, const std::string& inner) {
  return inner.empty() ? type : type + " " + inner;
}

/// The value of an enumerator, of at most 64 bits.
std::string number(std::uint64_t value, bool is_signed) {
  constexpr std::uint64_t smallest = std::uint64_t{1} << 63;
  if (!is_signed) return std::to_string(value) + "U";
  // The smallest number has no literal: what follows its sign is too large.
  if (value == smallest) return std::to_string(static_cast<std::int64_t>(value + 1)) + " - 1";
  return std::to_string(static_cast<std::int64_t>(value));
}

std::string annotation(const std::string& kernel_name, const std::string& name) {
  return kernel_name == name ? "" : " EBPFXX_KERNEL_NAME(\"" + kernel_name + "\")";
}

}  // namespace

std::string number_type(const KernelBtf& types, TypeId id) {
  const btf_type& type = types[id];
  const std::string name = types.name(id);
  if (types.kind(id) == BTF_KIND_FLOAT) return type.size == 4 ? "float" : type.size == 8 ? "double" : "long double";
  const int encoding = btf_int_encoding(&type);
  const bool is_signed = (encoding & BTF_INT_SIGNED) != 0;
  if ((encoding & BTF_INT_BOOL) != 0) return "bool";
  if (name == "char") return "char";
  const std::string sign = is_signed ? "" : "unsigned ";
  switch (type.size) {
    case 1:
      return is_signed ? "signed char" : "unsigned char";
    case 2:
      return sign + "short";
    case 4:
      return sign + "int";
    case 8:
      return sign + (name.find("long long") != std::string::npos ? "long long" : "long");
    default:
      return sign + "__int128";
  }
}

std::string Declarations::record_name(TypeId id) const {
  const bool is_union =
      types_.kind(id) == BTF_KIND_UNION || (types_.kind(id) == BTF_KIND_FWD && btf_kflag(&types_[id]));
  return (is_union ? "union " : "struct ") + prefix_ + names_.type(id);
}

std::string Declarations::definition(TypeId id) {
  member_names_.clear();
  if (types_.kind(id) == BTF_KIND_TYPEDEF) {
    const TypeId target = types_.without_qualifiers(types_[id].type);
    if (types_.is_unnamed_record(target)) note_members(target);
    return "typedef " + variable(types_[id].type, names_.type(id), 0) + ";\n";
  }
  if (types_.is_enumeration(id)) return enumeration(id);
  const std::string name = names_.type(id);
  const std::string size = std::to_string(types_.size(id));
  outermost_ = name;
  note_members(id);
  std::string text = types_.kind(id) == BTF_KIND_UNION ? "union" : "struct";
  text += " EBPFXX_KERNEL_TYPE" + annotation(types_.name(id), name) + " " + name + " " + body(id, 0) + ";\n";
  return text + "static_assert(sizeof(" + record_name(id) + ") == " + size + ");\n";
}

std::string Declarations::enumeration(TypeId id) {
  const btf_type& type = types_[id];
  const bool is_signed = btf_kflag(&type);
  const char* base[] = {"char", "short", "int", "long long"};
  std::string text = "enum" + annotation(types_.name(id), names_.type(id)) + " " + names_.type(id) + " : ";
  const std::size_t width = type.size == 1 ? 0 : type.size == 2 ? 1 : type.size == 4 ? 2 : 3;
  text += std::string(is_signed ? "signed " : "unsigned ") + base[width] + " {\n";
  for (std::uint32_t i = 0; i < btf_vlen(&type); ++i) {
    const std::string enumerator = names_.enumerator(id, i);
    text += "  " + enumerator + annotation(types_.enumerator(id, i), enumerator) + " = ";
    text += number(types_.enumerator_value(id, i), is_signed) + ",\n";
  }
  return text + "};\n";
}

std::string Declarations::variable(TypeId id, const std::string& inner, unsigned depth, bool is_const) {
  const btf_type& type = types_[id];
  switch (types_.kind(id)) {
    case BTF_KIND_CONST:
      return variable(type.type, inner, depth, true);
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
      return variable(type.type, inner, depth, is_const);
    case BTF_KIND_PTR: {
      const unsigned kind = types_.kind(types_.without_qualifiers(type.type));
      const std::string pointer = (is_const ? "*const " : "*") + inner;
      const bool binds_less = kind == BTF_KIND_ARRAY || kind == BTF_KIND_FUNC_PROTO;
      return variable(type.type, binds_less ? "(" + pointer + ")" : pointer, depth);
    }
    case BTF_KIND_ARRAY:
      return variable(btf_array(&type)->type, inner + "[" + std::to_string(btf_array(&type)->nelems) + "]", depth,
                      is_const);
    case BTF_KIND_FUNC_PROTO:
      return variable(type.type, inner + "(" + parameters(id) + ")", depth);
    case BTF_KIND_TYPEDEF:
      if (names_.type(id).empty()) return variable(type.type, inner, depth, is_const);
      return join((is_const ? "const " : "") + typedef_name(id), inner);
    default:
      return join((is_const ? "const " : "") + plain(id, depth), inner);
  }
}

/// A member's name hides the typedef of the same name, in other members too.
std::string Declarations::typedef_name(TypeId id) const {
  return (member_names_.contains(names_.type(id)) ? "::ebpfxx::kernel::" : prefix_) + names_.type(id);
}

void Declarations::note_members(TypeId record) {
  for (const btf_member& member : types_.members(record)) {
    if (member.name_off != 0) member_names_.insert(cpp_name(types_.text(member.name_off)));
    TypeId type = types_.without_qualifiers(member.type);
    while (types_.kind(type) == BTF_KIND_ARRAY || types_.kind(type) == BTF_KIND_PTR)
      type = types_.without_qualifiers(types_.kind(type) == BTF_KIND_PTR ? types_[type].type
                                                                         : btf_array(&types_[type])->type);
    if (types_.is_unnamed_record(type)) note_members(type);
  }
}

std::string Declarations::plain(TypeId id, unsigned depth) {
  switch (types_.kind(id)) {
    case BTF_KIND_UNKN:
      return "void";
    case BTF_KIND_INT:
    case BTF_KIND_FLOAT:
      return number_type(types_, id);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      return "enum " + prefix_ + names_.type(id);
    default:
      if (!types_.is_unnamed_record(id)) return record_name(id);
      return (types_.kind(id) == BTF_KIND_UNION ? "union EBPFXX_KERNEL_TYPE " : "struct EBPFXX_KERNEL_TYPE ") +
             body(id, depth);
  }
}

std::string Declarations::parameters(TypeId prototype) {
  std::string text;
  for (const btf_param& each : types_.parameters(prototype)) {
    const bool is_rest = each.type == 0;
    text += (text.empty() ? "" : ", ") + (is_rest ? "..." : parameter(each.type, ""));
  }
  return text;
}

std::string Declarations::parameter(TypeId id, const std::string& name) {
  TypeId end = id;
  while (types_.kind(end = types_.without_qualifiers(end)) == BTF_KIND_PTR) end = types_[end].type;
  // C++ defines no types among parameters.
  if (types_.is_unnamed_record(end)) return join("void *", name);
  return variable(types_.without_qualifiers(id), name, 0);
}

std::string Declarations::body(TypeId record, unsigned depth) {
  const bool is_union = types_.kind(record) == BTF_KIND_UNION;
  const bool packed = layout_.is_packed(record);
  const std::uint64_t size = 8 * types_.size(record);
  std::string text = "{\n";
  std::uint64_t position = 0;
  for (std::size_t i = 0; i < types_.members(record).size(); ++i) {
    const TypeId type = types_.members(record)[i].type;
    const Placement place = layout_.placement(record, i);
    if (!is_union && layout_.next_place(position, type, place, packed) != place.offset)
      text += padding(position, place.offset, depth + 1);
    text += member(record, i, depth + 1);
    position = place.offset + (place.width != 0 ? place.width : 8 * types_.size(type));
  }
  // Nothing at all would have a size of 1 in C++.
  if (types_.members(record).empty() && size == 0) text += indentation(depth + 1) + "char nothing_[0];\n";
  if (layout_.natural_size(record) < size)
    text += is_union ? indentation(depth + 1) + "char size_[" + std::to_string(size / 8) + "];\n"
                     : padding(layout_.natural_size(record), size, depth + 1);
  return text + indentation(depth) + "}" + (packed ? " __attribute__((packed))" : "");
}

std::string Declarations::member(TypeId record, std::size_t index, unsigned depth) {
  const btf_member& member = types_.members(record)[index];
  const Placement place = layout_.placement(record, index);
  const std::string kernel_name = types_.text(member.name_off);
  std::string name = cpp_name(kernel_name);
  if (!name.empty() && name == outermost_) name += "_";  // in C++, the name of a constructor
  std::string declarator = name;
  if (place.width != 0) declarator += " : " + std::to_string(place.width);
  const std::string text = variable(types_.without_qualifiers(member.type), declarator, depth);
  const std::string restored = annotation(kernel_name, name);
  return indentation(depth) + (restored.empty() ? "" : restored.substr(1) + " ") + text + ";\n";
}

std::string Declarations::padding(std::uint64_t from, std::uint64_t to, unsigned depth) {
  std::string text;
  while (from < to) {
    const bool is_word = from % 64 == 0 && to - from >= 64;
    const std::uint64_t bits = is_word ? 64 : std::min(8 - from % 8, to - from);
    text += indentation(depth) + (is_word ? "unsigned long" : "unsigned char") + " : " + std::to_string(bits) + ";\n";
    from += bits;
  }
  return text;
}

}  // namespace ebpfxx::vmlinux
