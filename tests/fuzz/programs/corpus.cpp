// The programs that walk through all protocols: by views in frames of Xdp, by copies in socket buffers.
#include "headers.hpp"

#include "../../corpus/programs.hpp"

using namespace ebpfxx_test;

#define EBPFXX_WALK(name, capture, ...)                                        \
  [[maybe_unused]] const auto registered_##name =                              \
      fuzz::Registration()                                                     \
          .both("ebpfxx_test::" #name "_by_views", name##_by_views, sightings) \
          .both("ebpfxx_test::" #name "_by_copies", name##_by_copies, sightings);
#include "../../corpus/walks.inc"
#undef EBPFXX_WALK
