// What only a whole compilation can refuse: constants that do not fit, and run-time numbers where a constant is meant.
// Each case is compiled on its own, with its name defined; without one, everything here compiles.
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

BigEndian<std::uint16_t> port = 8080;
int signed_number = 80;
std::uint32_t wide_number = 80;

Map<std::uint32_t, std::uint32_t> counts;
Map<Prefix<Ipv4Address>, std::uint32_t, LpmTrie<4>> networks;
#pragma GCC diagnostic error "-Wunused-result"

void ignored_changes() {
  counts.set(1, 1);
  counts.update(1, [](std::uint32_t& count) { count = 2; });
  counts.erase(1);
  networks.set("10.0.0.0/8", 1);
  networks.erase("10.0.0.0/8");
}

bool control() {
  port = std::uint16_t{80};
  port = 65535;
  return port == wide_number && port == 80 && Ipv4Address("10.0.0.3") == "10.0.0.3";
}

#if defined(assign_signed)
void rejected() { port = signed_number; }
#elif defined(assign_wide)
void rejected() { port = wide_number; }
#elif defined(assign_too_large)
void rejected() { port = 65536; }
#elif defined(assign_negative)
void rejected() { port = -1; }
#elif defined(ipv4_text)
Ipv4Address rejected() { return "10.0.0.256"; }
#elif defined(ipv6_text)
Ipv6Address rejected() { return "fd00:::1"; }
#elif defined(prefix_text)
Prefix<Ipv4Address> rejected() { return "10.0.0.0/33"; }
#elif defined(mac_text)
MacAddress rejected() { return "02:00:00:00:00"; }
#elif defined(ipv4_of_zero)
Ipv4Address rejected() { return 0; }
#elif defined(ignored_insert)
void rejected() { counts.insert(1, 1); }
#elif defined(ignored_replace)
void rejected() { counts.replace(1, 1); }
#elif defined(ignored_find)
void rejected() { counts.find(1); }
#endif
