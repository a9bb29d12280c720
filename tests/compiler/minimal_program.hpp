#pragma once

#include <ebpfxx/abi.hpp>

/// The least that ebpfxx-cc takes for a program, so that the corpus measures the compiler and not the language headers.
struct RawContext {
  unsigned length;
};

class [[clang::annotate(EBPFXX_ABI_PROGRAM)]] MinimalProgram {
 public:
  template <class Body>
  constexpr MinimalProgram(Body) : entry_(&entry<Body>), section_("lwt_out") {}

 private:
  template <class Body>
  static int entry(RawContext* context) {
    return Body{}(*context);
  }

  int (*entry_)(RawContext*);
  const char* section_;
};
