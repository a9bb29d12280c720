#pragma once

/// Nothing of use: the names that are included by name, where a compiler looks for what an unknown name may have been
/// meant to be. Its note then shows a line of not_included.inc, and with it the header.
namespace ebpfxx::not_included {

#define EBPFXX_TYPE(name, header) struct name;
#define EBPFXX_FUNCTION(name, header) void name();
#define EBPFXX_PACKET(name, header)
#include <ebpfxx/not_included.inc>
#undef EBPFXX_TYPE
#undef EBPFXX_FUNCTION
#undef EBPFXX_PACKET

}  // namespace ebpfxx::not_included
