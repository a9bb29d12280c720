#pragma once

#include <array>
#include <cstdint>
#include <ebpfxx.hpp>

namespace ebpfxx::test {

/// A table that two sources read.
inline constexpr std::array<std::uint32_t, 8> shared_table = {2, 3, 5, 7, 11, 13, 17, 19};

/// Adds numbers of `shared_table` and of a table that another source has for itself.
const Program<Tc::Ingress>& program_of_second_source();

}  // namespace ebpfxx::test
