// A tracepoint that this kernel does not have.
#include "program.h"

SEC("tp_btf/no_such_tracepoint")
int program(void* ctx) { return 0; }
