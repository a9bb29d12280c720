#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/read.hpp>
#include <ebpfxx/kernel/type.hpp>

namespace ebpfxx {

/// Who vouches for a pointer into the kernel: nobody, or the kernel that gave it to the program.
enum class PointerTrust {
  Trusted,  ///< given by the kernel as a pointer: fields are read directly
  Address,  ///< a number found somewhere: the memory there may be unreadable, and is copied by a helper
};

/// A pointer to an object of the kernel.
///
///     prev->pid                                            // trusted: from a BtfTracepoint, or current_task()
///     prev->mm->start_stack                                // what it points to can be read directly too
///     KernelAddress<kernel::mm_struct> mm(prev->mm);       // an address, to keep or to compare
///     mm.read([](auto& mm) { return &mm.start_stack; })    // may fail: test what it gives
///
/// Fields are named by member expressions, which move with the kernel's layout when the object is loaded. A trusted
/// pointer becomes an address by itself, and never the other way round. Reading through a null pointer among the fields
/// gives zeros in the kernel (BPF_PROBE_MEM); natively it is what it is in C++: test it.
template <class T, PointerTrust = PointerTrust::Trusted>
class KernelPointer;

/// A kernel address of which nobody vouches: reads through it are checked by the kernel, and may fail.
template <class T>
using KernelAddress = KernelPointer<T, PointerTrust::Address>;

namespace detail::kernel {

struct GivenByKernel {};

/// What a field is read as: pointers become addresses, arrays std::array.
template <class Field>
struct FieldValue {
  using type = Field;
};
template <class T>
struct FieldValue<T*> {
  using type = KernelAddress<std::remove_cv_t<T>>;
};
template <class Element, std::size_t N>
struct FieldValue<Element[N]> {
  using type = std::array<Element, N>;
};

/// What `path` leads to.
template <class Path, class T>
using FieldOf = std::remove_cv_t<std::remove_pointer_t<std::conditional_t<
    std::is_reference_v<std::invoke_result_t<Path, const T&>>,
    std::remove_reference_t<std::invoke_result_t<Path, const T&>>*, std::invoke_result_t<Path, const T&>>>>;

template <class Path, class T>
concept FieldPath =
    std::is_invocable_v<Path, const T&> && (std::is_pointer_v<std::invoke_result_t<Path, const T&>> ||
                                            std::is_lvalue_reference_v<std::invoke_result_t<Path, const T&>>);

/// A number, an enumerator, a pointer, or an array of numbers.
template <class Field>
concept ReadableField = std::is_scalar_v<std::remove_extent_t<Field>> &&
                        (!std::is_array_v<Field> || std::is_arithmetic_v<std::remove_extent_t<Field>>);

/// Returns the address of the field that `path` names in `object`. The field is not read.
template <class T, class Path>
EBPFXX_ANNOTATE(EBPFXX_ABI_KERNEL_PATH)
constexpr const FieldOf<Path, T>* field_address(Path path, const T& object) {
  if constexpr (std::is_reference_v<std::invoke_result_t<Path, const T&>>)
    return &path(object);
  else
    return path(object);
}

}  // namespace detail::kernel

template <class T>
class EBPFXX_ANNOTATE(EBPFXX_ABI_KERNEL_POINTER) KernelPointer<T, PointerTrust::Trusted> {
 public:
  using element_type = T;

  /// An object of the application's, natively and in constant evaluation.
  EBPFXX_ANNOTATE(
      EBPFXX_ABI_REFUSE, "kernel-pointer",
      "makes a trusted pointer of a plain one; the kernel gives trusted pointers, others are a KernelAddress")
  /// A pointer that the kernel gave to the program: it is valid and is read as it is.
  // NOLINTNEXTLINE(google-explicit-constructor): `.prev = &task` reads well in a test, and elsewhere it is refused
  constexpr KernelPointer(const T* object) : object_(object) {}

  KernelPointer(const KernelPointer<T, PointerTrust::Address>&)
      EBPFXX_REFUSE("kernel-pointer", "trusts an address; read through it as it is");

  /// As a hook or a helper got it. Device only.
  KernelPointer(detail::kernel::GivenByKernel, const T* object) : object_(object) {}

  constexpr explicit operator bool() const { return object_ != nullptr; }
  constexpr const T* operator->() const { return object_; }
  constexpr const T& operator*() const { return *object_; }

  friend constexpr bool operator==(KernelPointer, KernelPointer) = default;

 private:
  const T* object_;
};

template <class T>
class EBPFXX_ANNOTATE(EBPFXX_ABI_KERNEL_POINTER) KernelPointer<T, PointerTrust::Address> {
 public:
  using element_type = T;

  constexpr KernelPointer() = default;
  constexpr explicit KernelPointer(const T* address) : address_(address) {}

  /// An address that was kept as a number. The caller says that it is one of the kernel's memory: an argument of a
  /// system call is one of a process's, where the kernel's reader finds nothing, or other bytes.
  static KernelPointer of(std::uint64_t number) {
    return KernelPointer(reinterpret_cast<const T*>(static_cast<std::uintptr_t>(number)));
  }

  // NOLINTNEXTLINE(google-explicit-constructor): trust may be given up at any time
  constexpr KernelPointer(const KernelPointer<T, PointerTrust::Trusted>& pointer) : address_(pointer.operator->()) {}

  constexpr explicit operator bool() const { return address_ != nullptr; }
  friend constexpr bool operator==(KernelPointer, KernelPointer) = default;

  /// What is at the address. bpf_probe_read_kernel.
  constexpr auto read() const
    requires std::is_scalar_v<T>
  {
    return as_value(address_);
  }

  /// The field that `path` names; through pointers with a path for each object on the way:
  ///
  ///     task.read([](auto& task) { return &task.real_parent; }, [](auto& parent) { return &parent.tgid; })
  template <detail::kernel::FieldPath<T> Path>
    requires detail::kernel::ReadableField<detail::kernel::FieldOf<Path, T>>
  constexpr auto read(Path path) const {
    return as_value(address_of(path));
  }
  template <detail::kernel::FieldPath<T> Path>
    requires(!detail::kernel::ReadableField<detail::kernel::FieldOf<Path, T>>)
  constexpr KernelRead<detail::kernel::FieldOf<Path, T>> read(Path path) const
      EBPFXX_REFUSE("kernel-type", "copies a whole '%0', whose fields are elsewhere in other kernels; read its fields",
                    static_cast<detail::kernel::FieldOf<Path, T>*>(nullptr));

  template <detail::kernel::FieldPath<T> Path, class... Further>
    requires(sizeof...(Further) > 0 && std::is_pointer_v<detail::kernel::FieldOf<Path, T>>)
  constexpr auto read(Path path, Further... further) const {
    const auto next = read(path);
    using Result = decltype((*next).read(further...));
    if (!next) return Result();
    return (*next).read(further...);
  }

  /// The characters at the address, up to a zero or to N - 1 of them. bpf_probe_read_kernel_str.
  template <std::size_t N>
    requires std::is_same_v<T, char>
  constexpr KernelRead<Text<N>> text() const {
    return detail::kernel::read_kernel_text<N>(address_);
  }

  /// The characters in the array that `path` names.
  template <detail::kernel::FieldPath<T> Path>
    requires std::is_same_v<std::remove_extent_t<detail::kernel::FieldOf<Path, T>>, char>
  constexpr auto text(Path path) const {
    constexpr std::size_t size = std::extent_v<detail::kernel::FieldOf<Path, T>>;
    if (!on_device() && !detail::kernel::is_readable(address_)) return KernelRead<Text<size>>();
    return detail::kernel::read_kernel_text<size>(*detail::kernel::field_address(path, *address_));
  }

  const T* operator->() const
      EBPFXX_REFUSE("kernel-read",
                    "reads through an address, where there may be nothing; use 'read' with a function "
                    "that returns the field's address, and test what it gives");

 private:
  /// Null outside the kernel when there is no object.
  template <class Path>
  constexpr const detail::kernel::FieldOf<Path, T>* address_of(Path path) const {
    if (!on_device() && !detail::kernel::is_readable(address_)) return nullptr;
    return detail::kernel::field_address(path, *address_);
  }

  template <class Field>
  static constexpr auto as_value(const Field* field) {
    using Value = typename detail::kernel::FieldValue<Field>::type;
    if constexpr (std::is_pointer_v<Field>) {
      const KernelRead<Field> found = detail::kernel::read_kernel(field);
      return found ? KernelRead<Value>(Value(*found)) : KernelRead<Value>();
    } else if constexpr (std::is_array_v<Field>) {
      return read_array(field);
    } else {
      return detail::kernel::read_kernel(field);
    }
  }

  template <class Element, std::size_t N>
  static constexpr KernelRead<std::array<Element, N>> read_array(const Element (*field)[N]) {
    std::array<Element, N> values{};
    if (on_device()) {
      const long result = call_helper<BpfHelper::probe_read_kernel>(values.data(), std::uint32_t{sizeof values}, field);
      return {result == 0, values};
    }
    if (field == nullptr) return {};
    for (std::size_t i = 0; i < N; ++i) values[i] = (*field)[i];
    return KernelRead<std::array<Element, N>>(values);
  }

  const T* address_ = nullptr;
};

/// The characters of an array in an object of the kernel, as `kernel_text(task->comm)`.
template <std::size_t N>
constexpr Text<N> kernel_text(const char (&array)[N]) {
  const KernelRead<Text<N>> found = detail::kernel::read_kernel_text<N>(array);
  return found ? *found : Text<N>();
}

}  // namespace ebpfxx
