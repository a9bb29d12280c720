#pragma once

#include <ebpfxx/detail/device.hpp>

namespace ebpfxx {

/// What was searched for in a run of headers or a list of options, of which a program reads only so many: found, not
/// there, or no answer. Ask first whether there is none, then test it:
///
///     auto scale = tcp.option<TcpWindowScale>();
///     if (scale.could_not_tell()) return Drop;
///     if (scale && scale->shift > 14) ...
template <class Found>
class EBPFXX_ANNOTATE(EBPFXX_ABI_TESTED, "packet-bounds", "may be nothing here") [[nodiscard]] Searched : public Found {
 public:
  /// What the search came to: something, nothing, or no answer.
  constexpr Searched(const Found& found, bool could_not_tell) : Found(found), could_not_tell_(could_not_tell) {}

  /// Whether the search ended before it came to an answer: at its bound, at the end of the packet, or where something
  /// is not as long as it says.
  EBPFXX_ANNOTATE(EBPFXX_ABI_ASKED_FIRST, "could-not-tell", "may be of a packet that could not be read")
  [[nodiscard]] constexpr bool could_not_tell() const { return could_not_tell_; }

  constexpr explicit operator bool() const { return Found::operator bool(); }

 private:
  bool could_not_tell_;
};

}  // namespace ebpfxx
