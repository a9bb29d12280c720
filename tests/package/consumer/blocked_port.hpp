#pragma once

#include <cstdint>

inline constexpr std::uint16_t blocked_port = 8080;
