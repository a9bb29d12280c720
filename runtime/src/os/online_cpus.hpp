#pragma once

#include <fstream>
#include <vector>

namespace ebpfxx::detail::os {

/// The numbers of the CPUs that are online now (/sys/devices/system/cpu/online, as "0-3,6"); of the first one when the
/// kernel does not tell.
inline std::vector<int> online_cpus() {
  std::ifstream file("/sys/devices/system/cpu/online");
  std::vector<int> cpus;
  int first = 0;
  while (file >> first) {
    int last = first;
    if (file.peek() == '-') file.ignore() >> last;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    file.ignore();
  }
  return cpus.empty() ? std::vector<int>{0} : cpus;
}

}  // namespace ebpfxx::detail::os
