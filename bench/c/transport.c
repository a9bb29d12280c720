// The C twin of bench/transport.cpp: the same walk to the transport header and the same key, as one writes them with
// libbpf, and the same checks.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MOST_TAGS 2
#define MOST_EXTENSIONS 6

enum outcome { FOUND, NONE, LATER_FRAGMENT, TOO_MANY_HEADERS, CUT_OFF, MALFORMED };

struct address {
  __be32 words[4];  // of IPv4 the first one, and zeros
};

struct flow {
  struct address source, destination;
  __be16 source_port, destination_port;
  __u8 protocol, version;
  __u16 zero;
};

struct vlan {
  __be16 tci, type;
};

struct extension {
  __u8 next, length;
  __be16 fragment;
};

struct ports {
  __be16 source, destination;
  __be32 rest;
};

static __always_inline enum outcome ports(void* data, void* data_end, struct flow* flow) {
  struct ports* header = data;
  switch (flow->protocol) {
    case IPPROTO_TCP:
      if (data + 20 > data_end) return CUT_OFF;
      break;
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_SCTP:
    case IPPROTO_DCCP:
      if ((void*)(header + 1) > data_end) return CUT_OFF;
      break;
    default:
      return FOUND;
  }
  flow->source_port = header->source;
  flow->destination_port = header->destination;
  return FOUND;
}

static __always_inline enum outcome behind_ipv4(void* data, void* data_end, struct flow* flow) {
  struct iphdr* ip = data;
  if ((void*)(ip + 1) > data_end) return CUT_OFF;
  __u8 first = *(__u8*)data;
  if (first < 0x45 || first > 0x4f) return MALFORMED;
  if (ip->frag_off & bpf_htons(0x1fff)) return LATER_FRAGMENT;
  flow->version = 4;
  flow->protocol = ip->protocol;
  flow->source.words[0] = ip->saddr;
  flow->destination.words[0] = ip->daddr;
  return ports(data + (first & 0xf) * 4, data_end, flow);
}

static __always_inline enum outcome behind_ipv6(void* data, void* data_end, struct flow* flow) {
  struct ipv6hdr* ip = data;
  if ((void*)(ip + 1) > data_end) return CUT_OFF;
  if (ip->version != 6) return MALFORMED;
  __u8 next = ip->nexthdr;
  data += sizeof(*ip);
  for (int i = 0;; ++i) {
    if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_FRAGMENT && next != IPPROTO_AH &&
        next != IPPROTO_DSTOPTS)
      break;
    if (i == MOST_EXTENSIONS) return TOO_MANY_HEADERS;
    struct extension* header = data;
    if ((void*)(header + 1) > data_end) return CUT_OFF;
    __u32 length = (header->length + 1) * 8;
    if (next == IPPROTO_FRAGMENT) {
      if (header->fragment & bpf_htons(0xfff8)) return LATER_FRAGMENT;
      length = 8;
    } else if (next == IPPROTO_AH) {
      length = (header->length + 2) * 4;
    }
    next = header->next;
    data += length;
  }
  if (next == IPPROTO_NONE) return NONE;
  flow->version = 6;
  flow->protocol = next;
  __builtin_memcpy(&flow->source, &ip->saddr, 16);
  __builtin_memcpy(&flow->destination, &ip->daddr, 16);
  return ports(data, data_end, flow);
}

static __always_inline enum outcome behind_ethernet(void* data, void* data_end, struct flow* flow) {
  struct ethhdr* eth = data;
  if ((void*)(eth + 1) > data_end) return CUT_OFF;
  __be16 type = eth->h_proto;
  data += sizeof(*eth);
  for (int i = 0; type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD); ++i) {
    if (i == MOST_TAGS) return TOO_MANY_HEADERS;
    struct vlan* tag = data;
    if ((void*)(tag + 1) > data_end) return CUT_OFF;
    type = tag->type;
    data += sizeof(*tag);
  }
  if (type == bpf_htons(ETH_P_IP)) return behind_ipv4(data, data_end, flow);
  if (type == bpf_htons(ETH_P_IPV6)) return behind_ipv6(data, data_end, flow);
  return NONE;
}

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 65536);
  __type(key, struct flow);
  __type(value, __u64);
} flow_bytes SEC(".maps");

/// Counts the bytes of each flow.
SEC("tc")
int count_flow_bytes(struct __sk_buff* skb) {
  struct flow flow = {};
  enum outcome outcome = behind_ethernet((void*)(long)skb->data, (void*)(long)skb->data_end, &flow);
  if (outcome != FOUND) return TC_ACT_OK;
  __u64 length = skb->len;
  __u64* bytes = bpf_map_lookup_elem(&flow_bytes, &flow);
  if (!bytes) {
    const __u64 none = 0;
    bpf_map_update_elem(&flow_bytes, &flow, &none, BPF_NOEXIST);
    bytes = bpf_map_lookup_elem(&flow_bytes, &flow);
  }
  if (bytes) __sync_fetch_and_add(bytes, length);
  return TC_ACT_OK;
}

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 65536);
  __type(key, __u32);
  __type(value, __u8);
} closed_ports SEC(".maps");

/// Drops what goes to a closed port, and what may.
SEC("xdp")
int drop_closed_ports(struct xdp_md* ctx) {
  struct flow flow = {};
  enum outcome outcome = behind_ethernet((void*)(long)ctx->data, (void*)(long)ctx->data_end, &flow);
  if (outcome == NONE) return XDP_PASS;
  if (outcome != FOUND) return XDP_DROP;
  __u32 port = bpf_ntohs(flow.destination_port);
  __u8* closed = bpf_map_lookup_elem(&closed_ports, &port);
  return closed && *closed ? XDP_DROP : XDP_PASS;
}

/// Marks packets with the number of one of 16 paths, the same one for all packets of a flow.
SEC("lwt_xmit")
int spread_flows(struct __sk_buff* skb) {
  void* data = (void*)(long)skb->data;
  void* data_end = (void*)(long)skb->data_end;
  struct flow flow = {};
  enum outcome outcome;
  if (data + 1 > data_end) return BPF_DROP;
  outcome = *(__u8*)data >> 4 == 6 ? behind_ipv6(data, data_end, &flow) : behind_ipv4(data, data_end, &flow);
  if (outcome == NONE) return BPF_OK;
  if (outcome != FOUND) return BPF_DROP;
  __u64 words[5], hash = 0;
  __builtin_memcpy(words, &flow, sizeof(words));
  for (int i = 0; i < 5; ++i) hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15;
  skb->mark = hash >> 60;
  return BPF_OK;
}

char LICENSE[] SEC("license") = "GPL";
