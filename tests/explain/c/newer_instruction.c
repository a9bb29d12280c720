// A signed division, which kernels have from 6.6 on (-mcpu=v4), written as clang would: r0 s/= r1.
#include "program.h"

SEC("tc")
__attribute__((naked)) int newer_instruction(struct __sk_buff* skb) {
  // explained before 6.6: kernel
  // taken from 6.6: the kernel has the instruction
  asm volatile("r0 = 7; r1 = 2; .8byte 0x1103f; exit");
}
