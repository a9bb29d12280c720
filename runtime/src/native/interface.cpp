#include <ebpfxx/native_interface.hpp>

#include <cerrno>

#include <ebpfxx/error.hpp>

namespace ebpfxx::native_interface {

void no_execution() {
  throw Error(ENOTCONN, {.attempt = "use a map or a helper as in a program",
                         .reason = "no program is running on this thread",
                         .advice = "use the handle that the object gives, as object[map]"});
}

}  // namespace ebpfxx::native_interface
