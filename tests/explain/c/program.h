// What every program in this folder begins with: the headers of a C program for libbpf, and its licence.
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef PROGRAM_LICENSE
#define PROGRAM_LICENSE "GPL"
#endif
char _license[] SEC("license") = PROGRAM_LICENSE;

static __always_inline void* place(__u32 address) { return (void*)(long)address; }
