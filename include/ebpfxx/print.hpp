#pragma once

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/detail/print_format.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>

namespace ebpfxx {

/// bpf_trace_printk takes so many arguments behind its format.
inline constexpr std::size_t max_print_arguments = 3;

/// Writes a line to the kernel's trace (/sys/kernel/tracing/trace_pipe), for looking at a program at work; natively to
/// the trace of the run; nothing in constant evaluation.
///
///     print<"dropping egress packet to port {}">(port);
///
/// `{}` prints a number in decimal, `{:x}` in hexadecimal. Arguments are integers, enumerators, big-endian fields and
/// Configs. The format stays in the object's read-only data. A line costs some hundred nanoseconds.
template <FixedString Text, detail::Printable... Arguments>
  requires(detail::count_placeholders(Text.view()) == sizeof...(Arguments) &&
           sizeof...(Arguments) <= max_print_arguments)
constexpr void print(const Arguments&... arguments) {
  if (__builtin_is_constant_evaluated()) return;
  using Format = detail::PrintFormat<Text, decltype(detail::print_number(arguments))...>;
  if (on_device())
    call_helper<BpfHelper::trace_printk>(Format::text.data(), static_cast<std::uint32_t>(Format::text.size()),
                                         detail::print_number(arguments)...);
  else
    native_interface::execution().print(detail::formatted<Format>(detail::print_number(arguments)...));
}
template <FixedString Text, class... Arguments>
constexpr void print(const Arguments&... arguments)
    EBPFXX_REFUSE("print", "prints '%0', which is no number; give integers, enumerators, big-endian fields or Configs",
                  static_cast<detail::FirstNotPrintable<Arguments...>*>(nullptr));
template <FixedString Text, detail::Printable... Arguments>
  requires(detail::count_placeholders(Text.view()) != sizeof...(Arguments))
constexpr void print(const Arguments&... arguments)
    EBPFXX_REFUSE("print", "arguments: %0, placeholders in the text: %1; write one '{}' for each argument",
                  sizeof...(Arguments), detail::count_placeholders(Text.view()));
template <FixedString Text, detail::Printable... Arguments>
  requires(detail::count_placeholders(Text.view()) == sizeof...(Arguments) &&
           sizeof...(Arguments) > max_print_arguments)
constexpr void print(const Arguments&... arguments)
    EBPFXX_REFUSE("print", "prints %0 numbers at once, the kernel takes %1; print twice", sizeof...(Arguments),
                  max_print_arguments);
template <class... Arguments>
constexpr void print(const char*, const Arguments&...)
    EBPFXX_REFUSE("print", "gives the text as an argument; write 'print<\"...\">(...)'");

}  // namespace ebpfxx
