#include "selection.hpp"

namespace ebpfxx::vmlinux {

void Selection::need(TypeId id, bool complete) {
  const btf_type& type = types_[id];
  switch (types_.kind(id)) {
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
      return need(type.type, complete);
    case BTF_KIND_PTR:
      return need(type.type, false);
    case BTF_KIND_ARRAY:
      return need(btf_array(&type)->type, true);
    case BTF_KIND_FUNC_PROTO:
      need(type.type, false);
      for (const btf_param& parameter : types_.parameters(id)) need(parameter.type, false);
      return;
    case BTF_KIND_FWD:
      if (const TypeId definition = types_.definition_of(id)) return need(definition, complete);
      declarations_.insert(id);
      return;
    case BTF_KIND_TYPEDEF:
      define(id);
      return need(type.type, complete);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
      return define(id);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
      if (types_.is_unnamed_record(id)) return need_parts(id);
      declarations_.insert(id);
      if (complete) define(id);
      return;
    default:
      return;
  }
}

void Selection::define(TypeId id) {
  if (!started_.insert(id).second) return;
  if (types_.kind(id) == BTF_KIND_TYPEDEF)
    need(types_[id].type, false);
  else if (types_.is_record(id))
    need_parts(id);
  definitions_.push_back(id);
  defined_.insert(id);
}

void Selection::need_parts(TypeId id) {
  for (const btf_member& member : types_.members(id)) need(member.type, true);
}

}  // namespace ebpfxx::vmlinux
