// The C twin of examples/xdp_drop: the same checks, as one writes them with libbpf.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct drops {
  __u64 packets, bytes;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct drops);
} drops SEC(".maps");

const volatile __u16 port = 8080;
const volatile __u32 from = bpf_htonl(0x0a000003);

SEC("xdp")
int drop_tcp(struct xdp_md* ctx) {
  void* data = (void*)(long)ctx->data;
  void* data_end = (void*)(long)ctx->data_end;
  struct ethhdr* eth = data;
  if ((void*)(eth + 1) > data_end || eth->h_proto != bpf_htons(ETH_P_IP)) return XDP_PASS;
  struct iphdr* ip = (void*)(eth + 1);
  if ((void*)(ip + 1) > data_end || ip->version != 4 || ip->protocol != IPPROTO_TCP || ip->saddr != from)
    return XDP_PASS;
  if (ip->ihl < 5 || ip->frag_off & bpf_htons(0x1fff)) return XDP_PASS;
  struct tcphdr* tcp = (void*)ip + ip->ihl * 4;
  if ((void*)(tcp + 1) > data_end || bpf_ntohs(tcp->dest) != port) return XDP_PASS;
  __u32 key = 0;
  struct drops* count = bpf_map_lookup_elem(&drops, &key);
  if (count) {
    count->packets += 1;
    count->bytes += data_end - data;
  }
  return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
