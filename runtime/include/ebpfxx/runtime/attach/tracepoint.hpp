#pragma once

#include <string>

#include <ebpfxx/hook/tracepoint.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

namespace ebpfxx {

namespace detail::attach {

/// Attaches a loaded program to a tracepoint. Throws Error.
Link attach_to_tracepoint(const std::string& category, const std::string& tracepoint, int program,
                          const std::string& name);

}  // namespace detail::attach

/// `object[on_switch].attach()`: from then on the program runs at each hit of the tracepoint, on every CPU. Needs a
/// mounted tracefs, where the kernel keeps the numbers of its tracepoints.
template <FixedString Category, FixedString Name>
struct AttachTraits<Tracepoint<Category, Name>> {
  static Link attach(const ProgramHandle<Tracepoint<Category, Name>>& program) {
    return detail::attach::attach_to_tracepoint(Category.text, Name.text, program.fd(), program.name());
  }
};

}  // namespace ebpfxx
