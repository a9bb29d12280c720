#pragma once

#include <ebpfxx/hook/tc.hpp>
#include <ebpfxx/runtime/program_handle.hpp>
#include <ebpfxx/runtime/tc_attach.hpp>

namespace ebpfxx {

namespace detail {

template <TcDirection Direction>
struct TcAttaching {
  template <class Hook>
  static Link attach(const ProgramHandle<Hook>& program, const TcInterface& place) {
    return TcAttach(place, {Direction, program.fd(), program.id(), program.name()}).run();
  }
};

}  // namespace detail

template <>
struct Attaching<Tc::Ingress> : detail::TcAttaching<detail::TcDirection::Ingress> {};
template <>
struct Attaching<Tc::Egress> : detail::TcAttaching<detail::TcDirection::Egress> {};

}  // namespace ebpfxx
