#include <atomic>

#include <ebpfxx/detail/shared.hpp>

namespace ebpfxx::detail {

SharedOwner::~SharedOwner() = default;

void SharedOwner::hold() noexcept { std::atomic_ref(count_).fetch_add(1, std::memory_order_relaxed); }

void SharedOwner::release() noexcept {
  // Whoever deletes has seen what the others did to the object.
  if (std::atomic_ref(count_).fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace ebpfxx::detail
