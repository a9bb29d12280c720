#pragma once

#include <ebpfxx/detail/shared.hpp>

namespace ebpfxx {

namespace detail::backing {
class HeldProgramArrays;
}

namespace detail::runtime {

/// One thing the kernel runs a program for, and how to end that. One implementation per way of attaching.
class Attachment {
 public:
  Attachment() = default;
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  virtual ~Attachment();

  /// Ends it; throws Error when the kernel refuses.
  virtual void detach() = 0;

  /// Makes it last beyond the process; throws Error when the kernel refuses.
  virtual void keep() = 0;

  /// Whether a left-over of an earlier run of this application was in its place.
  virtual bool taken_over() const = 0;
};

}  // namespace detail::runtime

/// A program at work: from `attach` until the link goes, or until `detach()`.
///
/// Where the kernel has no link of its own (routes), a killed application leaves its program behind; the next `attach`
/// of the same application takes it over and says so in `taken_over()`. Links may outlive their Object and may be
/// destroyed in any order, by any thread and in any network namespace.
class [[nodiscard]] Link {
 public:
  /// One that attaches nothing.
  Link();
  /// Takes over `attachment`, which was made with `new`.
  explicit Link(detail::runtime::Attachment* attachment) noexcept;
  Link(Link&& other) noexcept;
  Link& operator=(Link&& other) noexcept;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Detaches; a failure is not reported. Call `detach()` to hear about it.
  ~Link();

  /// Ends the attachment and restores what was there before. Throws Error when the kernel refuses; the link is empty
  /// then too.
  void detach();

  /// Leaves the program attached, on purpose, beyond the life of the process. The next start of the application takes
  /// it over. Throws Error when that is not to be had, as with program arrays that nobody has pinned (EBUSY); the link
  /// is as before then.
  void keep();

  /// Holds the arrays that the program may jump through as long as it is attached.
  void hold(detail::Shared<const detail::backing::HeldProgramArrays> arrays);

  /// Whether this attachment took the place of one that an earlier run of this application left behind.
  bool taken_over() const noexcept;

  /// Whether it holds an attachment.
  explicit operator bool() const noexcept { return attachment_ != nullptr; }

 private:
  void release() noexcept;

  detail::runtime::Attachment* attachment_ = nullptr;  ///< its own
  detail::Shared<const detail::backing::HeldProgramArrays> arrays_;
};

}  // namespace ebpfxx
