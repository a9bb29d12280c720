#include "checks/tested.hpp"

namespace ebpfxx::cc {

void check_tested(const ReachedFunctions& functions, Diagnostics& diagnostics) {}

}  // namespace ebpfxx::cc
