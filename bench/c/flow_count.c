// The C twin of bench/flow_count.cpp: the same checks, and the same key with the padding that C gives a struct of
// in6_addr, which has to be written too. The kernel aligns in6_addr to 4 bytes, so the copies are of 4 bytes.
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

#include <bpf/bpf_helpers.h>

struct flow {
  struct in6_addr source, destination;
  __be16 port;
  __u16 padding;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, struct flow);
  __type(value, __u64);
} flows SEC(".maps");

SEC("lwt_out")
int count_flows(struct __sk_buff* skb) {
  void* data = (void*)(long)skb->data;
  void* data_end = (void*)(long)skb->data_end;
  struct ipv6hdr* ip = data;
  if ((void*)(ip + 1) > data_end || ip->version != 6 || ip->nexthdr != IPPROTO_TCP) return BPF_OK;
  struct tcphdr* tcp = (void*)(ip + 1);
  if ((void*)(tcp + 1) > data_end) return BPF_OK;
  struct flow key = {.source = ip->saddr, .destination = ip->daddr, .port = tcp->dest};
  __u64* count = bpf_map_lookup_elem(&flows, &key);
  if (count) __sync_fetch_and_add(count, 1);
  return BPF_OK;
}

char LICENSE[] SEC("license") = "GPL";
