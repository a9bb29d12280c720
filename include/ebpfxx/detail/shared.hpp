#pragma once

#include <type_traits>
#include <utility>

namespace ebpfxx::detail {

/// Counts the Shared pointers to what it keeps, and ends with the last one. It starts with one.
class SharedOwner {
 public:
  SharedOwner() = default;
  SharedOwner(const SharedOwner&) = delete;
  SharedOwner& operator=(const SharedOwner&) = delete;
  virtual ~SharedOwner();

  /// Counts one more. By any thread, as `release`.
  void hold() noexcept;
  /// Counts one less, and deletes itself with the last one.
  void release() noexcept;

 private:
  unsigned long count_ = 1;
};

/// A pointer to what several own, in several threads too; the last one ends it. `T` may be incomplete. Headers
/// use it instead of std::shared_ptr, because <memory> would cost every source that includes them.
template <class T>
class Shared {
 public:
  Shared() = default;
  /// Takes over one count of `owner`, which keeps `object`.
  Shared(T* object, SharedOwner* owner) noexcept : object_(object), owner_(owner) {}
  /// Points to a part of what `whole` does.
  template <class Whole>
  Shared(Shared<Whole> whole, T* part) noexcept : object_(part), owner_(std::exchange(whole.owner_, nullptr)) {}
  /// A pointer to the base of what `other` points to, or to the same as a constant.
  template <class Other>
    requires(std::is_convertible_v<Other*, T*>)
  // NOLINTNEXTLINE(google-explicit-constructor): as pointers convert
  Shared(Shared<Other> other) noexcept : object_(other.object_), owner_(std::exchange(other.owner_, nullptr)) {}
  Shared(const Shared& other) noexcept : object_(other.object_), owner_(other.owner_) {
    if (owner_ != nullptr) owner_->hold();
  }
  Shared(Shared&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)), owner_(std::exchange(other.owner_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(object_, other.object_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  ~Shared() {
    if (owner_ != nullptr) owner_->release();
  }

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  template <class>
  friend class Shared;

  T* object_ = nullptr;
  SharedOwner* owner_ = nullptr;
};

/// An object together with its count.
template <class T>
struct SharedObject final : SharedOwner {
  template <class... Arguments>
  explicit SharedObject(Arguments&&... arguments) : object(std::forward<Arguments>(arguments)...) {}

  T object;
};

/// Makes an object, and the first pointer to it.
template <class T, class... Arguments>
Shared<T> share(Arguments&&... arguments) {
  auto* owner = new SharedObject<T>(std::forward<Arguments>(arguments)...);
  return {&owner->object, owner};
}

}  // namespace ebpfxx::detail
