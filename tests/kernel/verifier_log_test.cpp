// Verifier logs of the kernels we know, as they print them.
#include <doctest/doctest.h>

#include <ebpfxx/explain/verifier_log.hpp>

using ebpfxx::explain::read_verifier_log;
using ebpfxx::explain::Refusal;

TEST_CASE("the verdict of Linux 6.18, which prints files and lines") {
  const Refusal refusal = read_verifier_log(
      "0: R1=ctx() R10=fp0\n"
      "; void* data = (void*)(long)skb->data; @ drop.c:13\n"
      "0: (61) r1 = *(u32 *)(r1 +76)         ; R1=pkt(r=0)\n"
      "; return *(unsigned char*)(data + 3); @ drop.c:15\n"
      "1: (71) r0 = *(u8 *)(r1 +3)\n"
      "invalid access to packet, off=3 size=1, R1(id=0,off=3,r=0)\n"
      "R1 offset is outside of the packet\n"
      "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n");
  CHECK(refusal.reason ==
        "invalid access to packet, off=3 size=1, R1(id=0,off=3,r=0); R1 offset is outside of the packet");
  CHECK(refusal.instruction == 1u);
}

TEST_CASE("the verdict of Linux 6.1, with state lines, branches and a function") {
  const Refusal refusal = read_verifier_log(
      "func#0 @0\n"
      "Validating helper() func#1...\n"
      "0: R1=ctx(off=0,imm=0) R10=fp0\n"
      "; if (value)\n"
      "7: (15) if r0 == 0x0 goto pc+2        ; R0_w=map_value(off=0,ks=4,vs=8,imm=0)\n"
      "8: (79) r1 = *(u64 *)(r0 +0)\n"
      "\n"
      "from 7 to 10: R0=0 R10=fp0 fp-8=mmmm????\n"
      "10: R0=0 R10=fp0\n"
      "10: (79) r1 = *(u64 *)(r0 +0)\n"
      "R0 invalid mem access 'scalar'\n"
      "processed 12 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 1\n");
  CHECK(refusal.reason == "R0 invalid mem access 'scalar'");
  CHECK(refusal.instruction == 10u);
}

TEST_CASE("a verdict before the first instruction names one, or none") {
  CHECK(read_verifier_log("unreachable insn 5\nprocessed 0 insns\n").instruction == 5u);
  CHECK(read_verifier_log("jump out of range from insn 3 to 99\n").instruction == 3u);
  const Refusal refusal = read_verifier_log("cannot call GPL-restricted function from non-GPL compatible program\n");
  CHECK(refusal.reason == "cannot call GPL-restricted function from non-GPL compatible program");
  CHECK_FALSE(refusal.instruction);
}

TEST_CASE("an accepted program's log, and an empty one, hold no verdict") {
  CHECK(read_verifier_log("").reason.empty());
  const Refusal refusal = read_verifier_log(
      "func#0 @0\n0: R1=ctx() R10=fp0\n0: (b7) r0 = 0                        ; R0_w=0\n1: (95) exit\n"
      "verification time 52 usec\nstack depth 0\nprocessed 2 insns (limit 1000000) max_states_per_insn 0\n");
  CHECK(refusal.reason.empty());
}

TEST_CASE("a log that was cut off anywhere does no harm") {
  const std::string log =
      "0: R1=ctx() R10=fp0\n; line @ a.cpp:1\n12: (61) r1 = *(u32 *)(r1 +76)\nR1 is bad\nprocessed 2 insns";
  for (std::size_t size = 0; size <= log.size(); ++size) CHECK_NOTHROW(read_verifier_log(log.substr(0, size)));
  CHECK(read_verifier_log(log).reason == "R1 is bad");
}
