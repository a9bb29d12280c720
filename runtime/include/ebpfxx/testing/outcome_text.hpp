#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>

#include <ebpfxx/hook/hook.hpp>
#include <ebpfxx/kernel/enumerator.hpp>
#include <ebpfxx/run.hpp>
#include <ebpfxx/runtime/outcome.hpp>
#include <ebpfxx/testing/packet_text.hpp>
#include <ebpfxx/text.hpp>

/// Verdicts and outcomes for people to read.
namespace ebpfxx {

namespace detail::testing {

/// A verdict of any hook, also of one that the application declares.
template <class Verdict>
std::string verdict_text(const Verdict& verdict) {
  if constexpr (std::is_enum_v<Verdict>)
    return kernel::enumerator_text(verdict);
  else
    return to_text(verdict);
}

}  // namespace detail::testing

/// The packet as the program left it, how long and a line for each header; and last the verdict, next to what a test
/// compares it with.
template <class Hook>
std::string to_text(const RunOutcome<Hook>& outcome) {
  return packet_text(outcome.packet, Hook::Packet::start) + "\n  " + detail::testing::verdict_text(outcome.verdict);
}
template <class Hook, std::size_t Size>
std::string to_text(const PacketOutcome<Hook, Size>& outcome) {
  return packet_text({outcome.packet.data(), outcome.packet.size()}, Hook::Packet::start) + "\n  " +
         detail::testing::verdict_text(outcome.verdict);
}

/// "127.0.0.1, port 8080, Allow" of a connection; of another context the verdict alone.
template <ContextHook Hook>
std::string to_text(const ContextOutcome<Hook>& outcome) {
  const std::string verdict = detail::testing::verdict_text(outcome.verdict);
  if constexpr (requires { outcome.context.destination, outcome.context.port; })
    return to_text(outcome.context.destination) + ", port " + to_text(outcome.context.port) + ", " + verdict;
  else
    return verdict;
}

}  // namespace ebpfxx
