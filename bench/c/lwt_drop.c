// The C twin of examples/lwt_drop: the same checks, as one writes them with libbpf.
#include <linux/bpf.h>
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

static __always_inline void count_drop(struct __sk_buff* skb) {
  __u32 key = 0;
  struct drops* count = bpf_map_lookup_elem(&drops, &key);
  if (count) {
    count->packets += 1;
    count->bytes += skb->len;
  }
}

SEC("lwt_out")
int drop_egress(struct __sk_buff* skb) {
  void* data = (void*)(long)skb->data;
  void* data_end = (void*)(long)skb->data_end;
  struct iphdr* ip = data;
  if ((void*)(ip + 1) > data_end || ip->version != 4 || ip->protocol != IPPROTO_TCP) return BPF_OK;
  if (ip->ihl < 5 || ip->frag_off & bpf_htons(0x1fff)) return BPF_OK;
  struct tcphdr* tcp = data + ip->ihl * 4;
  if ((void*)(tcp + 1) > data_end || bpf_ntohs(tcp->dest) != port) return BPF_OK;
  bpf_printk("dropping egress packet to port %d", port);
  count_drop(skb);
  return BPF_DROP;
}

SEC("lwt_in")
int drop_ingress(struct __sk_buff* skb) {
  void* data = (void*)(long)skb->data;
  void* data_end = (void*)(long)skb->data_end;
  struct iphdr* ip = data;
  if ((void*)(ip + 1) > data_end || ip->version != 4 || ip->protocol != IPPROTO_TCP || ip->saddr != from) return BPF_OK;
  if (ip->ihl < 5 || ip->frag_off & bpf_htons(0x1fff)) return BPF_OK;
  struct tcphdr* tcp = data + ip->ihl * 4;
  if ((void*)(tcp + 1) > data_end || bpf_ntohs(tcp->dest) != port) return BPF_OK;
  bpf_printk("dropping ingress packet to port %d", port);
  count_drop(skb);
  return BPF_DROP;
}

char LICENSE[] SEC("license") = "GPL";
