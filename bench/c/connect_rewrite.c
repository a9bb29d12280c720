// The C twin of examples/connect_rewrite: the same checks, as one writes them with libbpf.
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define SOCK_STREAM 1

struct connects {
  __u64 rewritten, forbidden;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct connects);
} connects SEC(".maps");

const volatile __u16 port = 80;
const volatile __u16 local_port = 8080;
const volatile __u16 forbidden_port = 25;

static __always_inline struct connects* counters(void) {
  __u32 key = 0;
  return bpf_map_lookup_elem(&connects, &key);
}

static __always_inline int is_forbidden(__u16 wanted) {
  if (wanted != forbidden_port) return 0;
  struct connects* count = counters();
  if (count) count->forbidden += 1;
  return 1;
}

static __always_inline void rewrite_port(struct bpf_sock_addr* context) {
  context->user_port = bpf_htons(local_port);
  struct connects* count = counters();
  if (count) count->rewritten += 1;
}

SEC("cgroup/connect4")
int rewrite_ipv4(struct bpf_sock_addr* context) {
  if (context->type != SOCK_STREAM) return 1;
  __u16 wanted = bpf_ntohs(context->user_port);
  if (is_forbidden(wanted)) return 0;
  if (wanted != port) return 1;
  context->user_ip4 = bpf_htonl(0x7f000001);
  rewrite_port(context);
  return 1;
}

SEC("cgroup/connect6")
int rewrite_ipv6(struct bpf_sock_addr* context) {
  if (context->type != SOCK_STREAM) return 1;
  __u16 wanted = bpf_ntohs(context->user_port);
  if (is_forbidden(wanted)) return 0;
  if (wanted != port) return 1;
  context->user_ip6[0] = context->user_ip6[1] = context->user_ip6[2] = 0;
  context->user_ip6[3] = bpf_htonl(1);
  rewrite_port(context);
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
