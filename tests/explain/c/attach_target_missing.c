// A tracepoint that this kernel does not have.
// explained without a line: attach-target
#include "program.h"

SEC("tp_btf/no_such_tracepoint")
int attach_target_missing(void* ctx) { return 0; }
