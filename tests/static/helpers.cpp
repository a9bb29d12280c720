// The tables of helpers against the kernel's own header, and what they say of who may call which.
#include <linux/bpf.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include <ebpfxx/kernel/helper.hpp>

namespace {

using ebpfxx::BpfHelper;
using ebpfxx::detail::kernel::offers;

/// The table's numbers by name, and the one that is no helper's.
enum class Row : unsigned {
  unspec = 0,
#define EBPFXX_HELPER(name, id, ...) name = id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

#define EBPFXX_SAME_NUMBER(name, ...) static_cast<unsigned>(Row::name) == BPF_FUNC_##name
constexpr bool same_numbers[]{__BPF_FUNC_MAPPER(EBPFXX_SAME_NUMBER)};
#undef EBPFXX_SAME_NUMBER
static_assert(std::ranges::all_of(same_numbers, std::identity()), "every helper of the kernel's header has its row");

constexpr std::array ids{
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) id,
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
};

constexpr bool ordered() {
  for (std::size_t i = 1; i < ids.size(); ++i)
    if (ids[i - 1] >= ids[i]) return false;
  return true;
}
static_assert(ordered(), "helpers.inc is ordered by id");

/// A version as 4.19: digits, a point, digits.
constexpr bool is_version(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == 0 || point == std::string_view::npos || point + 1 == text.size()) return false;
  return text.find_first_not_of("0123456789") == point &&
         text.find_first_not_of("0123456789", point + 1) == std::string_view::npos;
}
static_assert(is_version("4.19") && !is_version("4") && !is_version("4.") && !is_version(".4") && !is_version("4.1.9"));

#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) \
  static_assert(is_version(since), #name " is there since a version as 4.19");
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER

#define EBPFXX_HELPER_PROGRAM(helper, type, since) \
  static_assert(is_version(since) && offers(BPF_PROG_TYPE_##type, BpfHelper::helper));
#include <ebpfxx/kernel/helper_programs.inc>

/// Whether the kernel says that the packet's memory moves in this helper.
constexpr bool moves_packet(BpfHelper helper) {
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) \
  if (helper == BpfHelper::name) return moves_packet;
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
  return false;
}

static_assert(moves_packet(BpfHelper::skb_pull_data) && moves_packet(BpfHelper::skb_store_bytes));
static_assert(!moves_packet(BpfHelper::skb_load_bytes) && !moves_packet(BpfHelper::xdp_store_bytes));

static_assert(offers(BPF_PROG_TYPE_LWT_IN, BpfHelper::map_lookup_elem), "there for every program");
static_assert(offers(BPF_PROG_TYPE_LWT_XMIT, BpfHelper::skb_store_bytes));
static_assert(!offers(BPF_PROG_TYPE_LWT_IN, BpfHelper::skb_store_bytes), "this hook only reads packets");
static_assert(offers(BPF_PROG_TYPE_LWT_OUT, BpfHelper::skb_pull_data));
static_assert(!offers(BPF_PROG_TYPE_LWT_SEG6LOCAL, BpfHelper::skb_pull_data));
static_assert(!offers(BPF_PROG_TYPE_XDP, BpfHelper::skb_load_bytes) &&
              offers(BPF_PROG_TYPE_XDP, BpfHelper::xdp_load_bytes));

}  // namespace
