#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include <ebpfxx/net/relation.hpp>
#include <ebpfxx/number/enumerator_number.hpp>

namespace ebpfxx {

/// What an Ethernet frame carries.
enum class EtherType : std::uint16_t {
#define EBPFXX_ETHER_TYPE(Name, number, text) Name = number,
#include <ebpfxx/net/ether_type.inc>
#undef EBPFXX_ETHER_TYPE
};

/// The name of a type, as "ipv4"; empty where the number has none.
constexpr std::string_view name_of(EtherType type) {
  switch (type) {
#define EBPFXX_ETHER_TYPE(Name, number, text) \
  case EtherType::Name:                       \
    return text;
#include <ebpfxx/net/ether_type.inc>
#undef EBPFXX_ETHER_TYPE
  }
  return {};
}

template <class Header>
  requires std::same_as<decltype(Header::ether_type), const EtherType>
inline constexpr auto numbers_of<EtherType, Header> = TypeNumbers<Header::ether_type>{};

}  // namespace ebpfxx
