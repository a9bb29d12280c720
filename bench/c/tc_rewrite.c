// The C twin of examples/tc_rewrite: the same checks, as one writes them with libbpf.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>

#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct counter {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
};
struct counter requests SEC(".maps");
struct counter answers SEC(".maps");

const volatile __u16 port = 80;
const volatile __u16 to = 8080;

static __always_inline struct tcphdr* find_tcp(struct __sk_buff* skb, __u32* checksum) {
  void* data = (void*)(long)skb->data;
  void* data_end = (void*)(long)skb->data_end;
  struct ethhdr* eth = data;
  if ((void*)(eth + 1) > data_end || eth->h_proto != bpf_htons(ETH_P_IP)) return NULL;
  struct iphdr* ip = (void*)(eth + 1);
  if ((void*)(ip + 1) > data_end || ip->version != 4 || ip->protocol != IPPROTO_TCP) return NULL;
  if (ip->ihl < 5 || ip->frag_off & bpf_htons(0x1fff)) return NULL;
  struct tcphdr* tcp = (void*)ip + ip->ihl * 4;
  if ((void*)(tcp + 1) > data_end) return NULL;
  *checksum = sizeof(*eth) + ip->ihl * 4 + offsetof(struct tcphdr, check);
  return tcp;
}

static __always_inline int replace(struct __sk_buff* skb, void* counter, __u32 checksum, __be16* field, __be16 after) {
  __be16 before = *field;
  *field = after;
  __u32 key = 0;
  __u64* count = bpf_map_lookup_elem(counter, &key);
  if (count) *count += 1;
  return bpf_l4_csum_replace(skb, checksum, before, after, sizeof(after)) ? TC_ACT_SHOT : TC_ACT_OK;
}

SEC("tc")
int rewrite_requests(struct __sk_buff* skb) {
  __u32 checksum;
  struct tcphdr* tcp = find_tcp(skb, &checksum);
  if (!tcp || bpf_ntohs(tcp->dest) != port) return TC_ACT_OK;
  return replace(skb, &requests, checksum, &tcp->dest, bpf_htons(to));
}

SEC("tc")
int rewrite_answers(struct __sk_buff* skb) {
  __u32 checksum;
  struct tcphdr* tcp = find_tcp(skb, &checksum);
  if (!tcp || bpf_ntohs(tcp->source) != to) return TC_ACT_OK;
  return replace(skb, &answers, checksum, &tcp->source, bpf_htons(port));
}

char LICENSE[] SEC("license") = "GPL";
