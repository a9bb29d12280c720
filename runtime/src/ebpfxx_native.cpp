// What native runs, and tests of programs, need of the runtime, as one source. It needs no libbpf.
#include "backing/handles.cpp"
#include "error.cpp"
#include "log/log.cpp"
#include "native/execution.cpp"
#include "native/interface.cpp"
#include "os/pinning.cpp"
#include "shared.cpp"
