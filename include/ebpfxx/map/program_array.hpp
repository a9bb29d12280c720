#pragma once

#include <linux/bpf.h>

#include <cstdint>

#include <ebpfxx/detail/device.hpp>
#include <ebpfxx/kernel/helper.hpp>
#include <ebpfxx/native_interface.hpp>
#include <ebpfxx/program.hpp>

namespace ebpfxx {

/// How many jumps the kernel takes for one event before the next one fails (MAX_TAIL_CALL_CNT).
inline constexpr std::uint32_t most_jumps = 33;

/// Programs of one hook, by index, for programs to jump to (BPF_MAP_TYPE_PROG_ARRAY). Declare it as an inline variable;
/// the application fills its entries, also while programs run:
///
///     inline ProgramArray<Xdp, 256> by_protocol;
///
///     inline constexpr Program<Xdp> dispatch = [](Xdp::Packet packet) {
///       ...
///       return by_protocol.jump(packet, protocol, Xdp::Verdict::Pass);
///     };
///     object[by_protocol].set(6, filter_tcp);
///
/// Entries are empty from the start. The kernel empties them again when no process and no pin has the array any more;
/// an Object has it, and so has each Link of its programs.
template <class Hook, std::uint32_t Size>
class EBPFXX_ANNOTATE(EBPFXX_ABI_MAP) ProgramArray {
  static_assert(Size > 0, "a program array has at least one entry");

 public:
  using hook = Hook;
  using Input = typename Hook::Input;
  using Verdict = typename Hook::Verdict;
  /// How many entries it has.
  static constexpr std::uint32_t size = Size;

  ProgramArray() = default;
  ProgramArray(const ProgramArray&) = delete;
  ProgramArray& operator=(const ProgramArray&) = delete;

  /// Continues with the program in entry `index` and does not come back: that program's verdict is the verdict. Returns
  /// `otherwise` when the entry is empty or not there, or after 33 jumps (bpf_tail_call). Return the value of the call
  /// at once.
  ///
  /// The other program starts on the packet as this one leaves it, and proves its own bounds. In constant evaluation
  /// all entries are empty.
  EBPFXX_ANNOTATE(EBPFXX_ABI_LEAVES, "tail-call")
  [[nodiscard]] constexpr Verdict jump(Input input, std::uint32_t index, Verdict otherwise) const {
    if (__builtin_is_constant_evaluated()) return otherwise;
    if (on_device()) {
      call_helper<BpfHelper::tail_call>(input.raw_context(), this, index);
      return otherwise;
    }
    return visit(input, index, otherwise);
  }

 private:
  /// A native run's stay in another program.
  struct Visit {
    Visit(const native_interface::MapDescription& programs, std::uint32_t index)
        : program(native_interface::execution().enter(programs, index)) {}
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
      if (program != nullptr) native_interface::execution().leave();
    }

    const void* program;
  };

  Verdict visit(Input input, std::uint32_t index, Verdict otherwise) const {
    const Visit there(description(), index);
    return there.program == nullptr ? otherwise : (*static_cast<const Program<Hook>*>(there.program))(input);
  }

  native_interface::MapDescription description() const {
    return {this, BPF_MAP_TYPE_PROG_ARRAY, sizeof(std::uint32_t), sizeof(std::uint32_t), Size};
  }

#if defined(__EBPFXX_DEVICE__)
  int (*type)[BPF_MAP_TYPE_PROG_ARRAY] = nullptr;
  int (*key_size)[sizeof(std::uint32_t)] = nullptr;
  int (*value_size)[sizeof(std::uint32_t)] = nullptr;
  char (*max_entries)[Size] = nullptr;
#endif
};

}  // namespace ebpfxx
