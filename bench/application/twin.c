// ours.cpp in C, with libbpf.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct drops {
  uint64_t packets, bytes;
};

int main(int count, char** arguments) {
  if (count != 2) return fprintf(stderr, "usage: twin INTERFACE\n"), 2;
  struct bpf_object* object = bpf_object__open_file("xdp_drop.bpf.o", NULL);
  if (!object || bpf_object__load(object)) return perror("load"), 1;
  struct bpf_program* program = bpf_object__find_program_by_name(object, "drop_tcp");
  struct bpf_link* link = bpf_program__attach_xdp(program, (int)if_nametoindex(arguments[1]));
  if (!link) return perror("attach"), 1;
  const int cpus = libbpf_num_possible_cpus(), map = bpf_object__find_map_fd_by_name(object, "drops");
  struct drops* values = calloc((size_t)cpus, sizeof *values);
  for (;;) {
    sleep(1);
    struct drops sum = {0, 0};
    const uint32_t key = 0;
    if (bpf_map_lookup_elem(map, &key, values)) return perror("look up"), 1;
    for (int cpu = 0; cpu < cpus; ++cpu) {
      sum.packets += values[cpu].packets;
      sum.bytes += values[cpu].bytes;
    }
    printf("%llu packets, %llu bytes\n", (unsigned long long)sum.packets, (unsigned long long)sum.bytes);
  }
}
