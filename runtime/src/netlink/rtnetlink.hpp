#pragma once

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace ebpfxx::detail::netlink {

/// The kernel's answer to one rtnetlink request.
struct NetlinkAnswer {
  int error = 0;       ///< a positive errno; 0 for success
  std::string text{};  ///< the kernel's own words (NLMSGERR_ATTR_MSG); often empty

  explicit operator bool() const { return error == 0; }

  /// "Invalid argument (XDP program already attached)".
  std::string to_text() const {
    return std::generic_category().message(error) + (text.empty() ? "" : " (" + text + ")");
  }
};

/// One rtnetlink message while it is written: a header, the header of its family (`rtmsg`, `tcmsg`, `ifinfomsg`),
/// attributes.
class NetlinkRequest {
 public:
  template <class FamilyHeader>
  NetlinkRequest(std::uint16_t type, std::uint16_t flags, const FamilyHeader& family) : bytes_(capacity) {
    nlmsghdr* header = mnl_nlmsg_put_header(bytes_.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    *static_cast<FamilyHeader*>(mnl_nlmsg_put_extra_header(header, sizeof(FamilyHeader))) = family;
  }

  void put(std::uint16_t type, std::span<const std::byte> value) {
    fits_ &= mnl_attr_put_check(header(), capacity, type, value.size(), value.data());
  }
  void put(std::uint16_t type, std::uint32_t value) { put(type, std::as_bytes(std::span(&value, 1))); }
  void put(std::uint16_t type, std::uint16_t value) { put(type, std::as_bytes(std::span(&value, 1))); }
  void put(std::uint16_t type, const std::string& value) {
    put(type, std::as_bytes(std::span(value.c_str(), value.size() + 1)));
  }

  /// Writes what `body` puts as the content of a nested attribute.
  template <class Body>
  void nest(std::uint16_t type, Body body) {
    nlattr* start = mnl_attr_nest_start_check(header(), capacity, type);
    if (start == nullptr) {
      fits_ = false;
      return;
    }
    body();
    mnl_attr_nest_end(header(), start);
  }

  nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(bytes_.data()); }
  bool fits() const { return fits_; }

 private:
  static constexpr std::size_t capacity = 16384;

  std::vector<char> bytes_;
  bool fits_ = true;
};

/// An rtnetlink socket. It belongs to the network namespace the opening thread was in, wherever it is used later.
class Netlink {
 public:
  /// `error()` says why if the socket could not be opened.
  Netlink() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) {
    if (!socket_) {
      error_ = errno;
      return;
    }
    // None of these is needed for correctness but strict checking, which a dump's table filter depends on
    // (kernel 4.20).
    for (int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK}) {
      int enabled = 1;
      mnl_socket_setsockopt(socket_.get(), option, &enabled, sizeof enabled);
    }
    if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) error_ = errno;
  }

  int error() const { return error_; }

  /// Sends one request and waits for the kernel's acknowledgement. What the kernel says before it (NLM_F_ECHO) goes to
  /// `take`.
  template <class Take>
  NetlinkAnswer execute(NetlinkRequest& request, Take take) {
    request.header()->nlmsg_flags |= NLM_F_ACK;
    NetlinkAnswer answer = send(request);
    bool more = static_cast<bool>(answer);
    while (more) more = receive(answer, take);
    return answer;
  }
  NetlinkAnswer execute(NetlinkRequest& request) {
    return execute(request, [](const nlmsghdr*) {});
  }

  /// Sends a dump request and hands each message of the answer to `take`. A dump that changed under way
  /// (NLM_F_DUMP_INTR) is reported as EINTR.
  template <class Take>
  NetlinkAnswer dump(NetlinkRequest& request, Take take) {
    request.header()->nlmsg_flags |= NLM_F_DUMP;
    NetlinkAnswer answer = send(request);
    bool interrupted = false;
    auto take_one = [&](const nlmsghdr* message) {
      interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      take(message);
    };
    bool more = static_cast<bool>(answer);
    while (more) more = receive(answer, take_one);
    if (answer && interrupted) answer.error = EINTR;
    return answer;
  }

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };

  NetlinkAnswer send(NetlinkRequest& request) {
    if (error_ != 0) return {error_};
    if (!request.fits()) return {EMSGSIZE};
    request.header()->nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(socket_.get(), request.header(), request.header()->nlmsg_len) < 0) return {errno};
    return {};
  }

  // Reads one datagram; true while the answer goes on.
  template <class Take>
  bool receive(NetlinkAnswer& answer, Take take) {
    ssize_t received = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (received < 0) {
      if (errno == EINTR) return true;
      answer.error = errno;
      return false;
    }
    int left = static_cast<int>(received);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_seq != sequence_) continue;
      if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE) {
        answer = final_answer(message);
        return false;
      }
      take(message);
    }
    return true;
  }

  // NLMSG_ERROR carries an nlmsgerr, NLMSG_DONE an int; both start with the negated errno and may end in attributes.
  static NetlinkAnswer final_answer(const nlmsghdr* message) {
    std::size_t size = message->nlmsg_type == NLMSG_ERROR ? sizeof(nlmsgerr) : sizeof(int);
    if (mnl_nlmsg_get_payload_len(message) < size) return {message->nlmsg_type == NLMSG_ERROR ? EBADMSG : 0};
    NetlinkAnswer answer{-*static_cast<const int*>(mnl_nlmsg_get_payload(message))};
    if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return answer;
    const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, size));
    const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(message));
    while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
      if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
        answer.text = mnl_attr_get_str(attribute);
      attribute = mnl_attr_next(attribute);
    }
    return answer;
  }

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<char> buffer_ = std::vector<char>(32768);
  unsigned sequence_ = 0;
  int error_ = 0;
};

}  // namespace ebpfxx::detail::netlink
