#include <ebpfxx/runtime/link.hpp>

#include <memory>
#include <utility>

#include "../backing/held_program_arrays.hpp"

namespace ebpfxx {

detail::runtime::Attachment::~Attachment() = default;

Link::Link() = default;
Link::Link(detail::runtime::Attachment* attachment) noexcept : attachment_(attachment) {}
Link::Link(Link&& other) noexcept
    : attachment_(std::exchange(other.attachment_, nullptr)), arrays_(std::move(other.arrays_)) {}

Link& Link::operator=(Link&& other) noexcept {
  if (this != &other) {
    release();
    attachment_ = std::exchange(other.attachment_, nullptr);
    arrays_ = std::move(other.arrays_);
  }
  return *this;
}

Link::~Link() { release(); }

void Link::detach() {
  const detail::Shared<const detail::backing::HeldProgramArrays> arrays = std::move(arrays_);
  const std::unique_ptr<detail::runtime::Attachment> ending(std::exchange(attachment_, nullptr));
  if (ending) ending->detach();
}

void Link::keep() {
  if (attachment_ && arrays_) arrays_->require_pins();
  if (attachment_) attachment_->keep();
  delete std::exchange(attachment_, nullptr);
  arrays_ = {};
}

void Link::hold(detail::Shared<const detail::backing::HeldProgramArrays> arrays) { arrays_ = std::move(arrays); }

bool Link::taken_over() const noexcept { return attachment_ && attachment_->taken_over(); }

void Link::release() noexcept {
  try {
    detach();
  } catch (...) {  // a destructor has nobody to tell
  }
}

}  // namespace ebpfxx
