// What native runs, and tests of programs, need of the runtime, as one source. It needs no libbpf.
#include "log/log.cpp"
#include "map/handles.cpp"
#include "native/execution.cpp"
#include "os/pinning.cpp"
