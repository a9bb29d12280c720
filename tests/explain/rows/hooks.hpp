// Hooks and helpers that the faults in this folder need and the language does not give.
#pragma once

#include <bit>
#include <cstdint>

#include <ebpfxx/language.hpp>

using namespace ebpfxx;

/// What a helper gets, which the language does not hand out.
inline __sk_buff* raw(Tc::Ingress::Packet packet) { return std::bit_cast<__sk_buff*>(packet); }

/// Helpers by their numbers (include/uapi/linux/bpf.h), whether the language's table has them or not.
inline constexpr BpfHelper map_delete_elem{3}, ktime_get_ns{5}, sk_lookup_tcp{84}, sk_release{86}, spin_lock{93},
    spin_unlock{94}, copy_from_user{148};

/// A hook by the name of its section; its context is a row of numbers.
template <FixedString Section>
struct HookOf {
  static constexpr FixedString name{"HookOf"};
  static constexpr FixedString section = Section;
  static constexpr bpf_prog_type program_type = BPF_PROG_TYPE_UNSPEC;  // the section says it
  struct Arguments {};
  class Packet {
   public:
    using Raw = std::uint64_t;
    explicit Packet(std::uint64_t* raw) : raw_(raw) {}
    explicit Packet(const Arguments&) : raw_(nullptr) {}
    std::uint64_t* arguments() const { return raw_; }

   private:
    std::uint64_t* raw_;
  };
  using Event = Packet;
  using Input = Event;
  enum class Verdict { Done = 0 };
};
