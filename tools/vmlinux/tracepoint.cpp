#include "tracepoint.hpp"

#include <algorithm>
#include <utility>

namespace ebpfxx::vmlinux {

Tracepoint::Tracepoint(const KernelBtf& types, std::string name) : types_(types), name_(std::move(name)) {
  for (const TypeId id : types_.find("btf_trace_" + name_, {BTF_KIND_TYPEDEF})) {
    const TypeId pointer = types_.resolved(id);
    const TypeId target = types_.kind(pointer) == BTF_KIND_PTR ? types_.resolved(types_[pointer].type) : 0;
    if (types_.kind(target) == BTF_KIND_FUNC_PROTO) prototype_ = target;
  }
  const std::vector<TypeId> records = types_.find("trace_event_raw_" + name_, {BTF_KIND_STRUCT});
  if (!records.empty()) record_ = records.front();
}

/// What the pointer points to if that is a struct or union with a name and a definition; else 0.
TypeId Tracepoint::pointee(TypeId pointer) const {
  const TypeId id = types_.resolved(pointer);
  if (types_.kind(id) != BTF_KIND_PTR) return 0;
  TypeId target = types_.resolved(types_[id].type);
  if (types_.kind(target) == BTF_KIND_FWD) target = types_.definition_of(target);
  return types_.is_record(target) && !types_.is_unnamed_record(target) ? target : 0;
}

std::vector<TypeId> Tracepoint::types() const {
  std::vector<TypeId> needed;
  if (record_ != 0) needed.push_back(record_);
  for (const Argument& argument : arguments())
    needed.push_back(pointee(argument.type) != 0 ? pointee(argument.type) : argument.type);
  return needed;
}

/// The type of btf_trace_<name> has no names in it; the function that calls the probes has the same parameters.
std::vector<Tracepoint::Argument> Tracepoint::arguments() const {
  if (prototype_ == 0) return {};
  const auto parameters = types_.parameters(prototype_);
  std::span<const btf_param> named;
  for (const TypeId function : types_.find("__traceiter_" + name_, {BTF_KIND_FUNC}))
    named = types_.parameters(types_[function].type);
  std::vector<Argument> result;
  for (std::size_t i = 1; i < parameters.size(); ++i) {
    std::string name = named.size() == parameters.size() ? types_.text(named[i].name_off) : "";
    result.push_back({parameters[i].type, name.empty() ? "argument_" + std::to_string(i) : cpp_name(name)});
  }
  return result;
}

std::string Tracepoint::argument_type(const Argument& argument, Declarations& declarations) const {
  const TypeId type = types_.resolved(argument.type);
  if (const TypeId target = pointee(argument.type)) return "KernelPointer<" + declarations.record_name(target) + ">";
  if (types_.kind(type) == BTF_KIND_PTR) {
    const TypeId target = types_.resolved(types_[type].type);
    const unsigned kind = types_.kind(target);
    const bool is_plain = kind == BTF_KIND_INT || types_.is_enumeration(target);
    return "KernelAddress<" + (is_plain ? declarations.type(target) : "std::byte") + ">";
  }
  if (types_.is_record(type) || types_.size(type) > sizeof(std::uint64_t))
    throw tool::Failure("tracepoint '" + name_ + "' cannot be described: its argument '" + argument.name +
                        "' does not fit a register; ask for its types by their names");
  return declarations.type(types_.without_qualifiers(argument.type));
}

std::string Tracepoint::event(Declarations& declarations) const {
  std::string members;
  for (const Argument& argument : arguments())
    members += "  " + argument_type(argument, declarations) + " " + argument.name + ";\n";
  return "template <>\nstruct BtfTracepointEvent<\"" + name_ + "\"> {\n" + members + "};\n";
}

std::string Tracepoint::definitions(Declarations& declarations) const {
  std::string text;
  if (prototype_ != 0) text += event(declarations);
  if (record_ != 0)
    text += "template <>\nstruct TracepointRecord<\"" + name_ +
            "\"> {\n  using type = " + declarations.record_name(record_) + ";\n};\n";
  return text;
}

}  // namespace ebpfxx::vmlinux
