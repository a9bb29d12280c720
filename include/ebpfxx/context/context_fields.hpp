#pragma once

#include <cstdint>
#include <initializer_list>

namespace ebpfxx {

/// A set of the fields that are beside a packet's bytes; `Field` is the enumeration of them.
template <class Field>
class ContextFields {
 public:
  /// The fields that are named, and no others.
  consteval ContextFields(std::initializer_list<Field> fields) {
    for (Field field : fields) bits_ |= bit(field);
  }
  /// Whether the field is among them.
  constexpr bool has(Field field) const { return (bits_ & bit(field)) != 0; }

 private:
  static constexpr std::uint64_t bit(Field field) { return std::uint64_t{1} << static_cast<unsigned>(field); }

  std::uint64_t bits_ = 0;
};

}  // namespace ebpfxx
