#pragma once

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

namespace ebpfxx::detail::netlink {

/// The attributes of a netlink message, or those nested in one of them. A view: the message stays elsewhere.
class NetlinkAttributes {
 public:
  explicit NetlinkAttributes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// Those behind the header of the message's family.
  template <class FamilyHeader>
  static NetlinkAttributes of(const nlmsghdr* message) {
    return NetlinkAttributes(
        {static_cast<const std::byte*>(mnl_nlmsg_get_payload_offset(message, sizeof(FamilyHeader))),
         static_cast<const std::byte*>(mnl_nlmsg_get_payload_tail(message))});
  }

  std::span<const std::byte> bytes() const { return bytes_; }

  /// Hands type and content of each to `visit`.
  template <class Visit>
  void for_each(Visit visit) const {
    std::span<const std::byte> left = bytes_;
    while (left.size() >= sizeof(nlattr)) {
      nlattr header;
      std::memcpy(&header, left.data(), sizeof header);
      if (header.nla_len < sizeof header || header.nla_len > left.size()) return;
      visit(header.nla_type & NLA_TYPE_MASK, left.subspan(sizeof header, header.nla_len - sizeof header));
      left = left.subspan(std::min<std::size_t>(MNL_ALIGN(header.nla_len), left.size()));
    }
  }

  /// The content of the first one of this type.
  std::optional<std::span<const std::byte>> find(int type) const {
    std::optional<std::span<const std::byte>> found;
    for_each([&](int candidate, std::span<const std::byte> content) {
      if (candidate == type && !found) found = content;
    });
    return found;
  }

  std::optional<NetlinkAttributes> nested(int type) const {
    if (auto content = find(type)) return NetlinkAttributes(*content);
    return std::nullopt;
  }

  std::optional<std::uint32_t> number(int type) const {
    auto content = find(type);
    std::uint32_t value = 0;
    if (!content || content->size() < sizeof value) return std::nullopt;
    std::memcpy(&value, content->data(), sizeof value);
    return value;
  }

  std::optional<std::string> text(int type) const {
    auto content = find(type);
    if (!content) return std::nullopt;
    const char* text = reinterpret_cast<const char*>(content->data());
    return std::string(text, strnlen(text, content->size()));
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace ebpfxx::detail::netlink
