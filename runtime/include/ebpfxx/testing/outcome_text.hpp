#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <ebpfxx/run.hpp>
#include <ebpfxx/runtime/outcome.hpp>
#include <ebpfxx/testing/packet_text.hpp>
#include <ebpfxx/text.hpp>

/// Verdicts and outcomes for people to read.
namespace ebpfxx {

/// The packet as the program left it, how long and a line for each header; and last the verdict, next to what a test
/// compares it with.
template <class Hook>
std::string to_text(const Outcome<Hook>& outcome) {
  return packet_text(outcome.packet, Hook::Packet::start) + "\n  " + to_text(outcome.verdict);
}
template <class Hook, std::size_t Size>
std::string to_text(const PacketOutcome<Hook, Size>& outcome) {
  return packet_text({outcome.packet.data(), outcome.packet.size()}, Hook::Packet::start) + "\n  " +
         to_text(outcome.verdict);
}

/// "127.0.0.1, port 8080, Allow".
template <ContextHook Hook>
std::string to_text(const ContextOutcome<Hook>& outcome) {
  return to_text(outcome.context.destination) + ", port " + to_text(outcome.context.port) + ", " +
         to_text(outcome.verdict);
}

}  // namespace ebpfxx
