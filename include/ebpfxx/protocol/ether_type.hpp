#pragma once

#include <cstdint>
#include <string_view>

namespace ebpfxx {

/// What an Ethernet frame carries.
enum class EtherType : std::uint16_t {
#define EBPFXX_ETHER_TYPE(Name, number, text) Name = number,
#include <ebpfxx/protocol/ether_type.inc>
#undef EBPFXX_ETHER_TYPE
};

/// The name of a type, as "ipv4"; empty where the number has none.
constexpr std::string_view name_of(EtherType type) {
  switch (type) {
#define EBPFXX_ETHER_TYPE(Name, number, text) \
  case EtherType::Name:                       \
    return text;
#include <ebpfxx/protocol/ether_type.inc>
#undef EBPFXX_ETHER_TYPE
  }
  return {};
}

}  // namespace ebpfxx
