// What the tables say of helpers, against what the running kernel answers to a program that only calls one: it says who
// may call before it looks at the arguments.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <doctest/doctest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ranges>
#include <string>
#include <vector>

namespace {

struct Version {
  int major = 0, minor = 0;
  auto operator<=>(const Version&) const = default;
};

Version version(const char* text) {
  Version version;
  std::sscanf(text, "%d.%d", &version.major, &version.minor);
  return version;
}

Version running_kernel() {
  utsname system;
  REQUIRE(uname(&system) == 0);
  return version(system.release);
}

struct Row {
  const char* name;
  unsigned id;
  Version since;
  bool gpl_only;
};
struct ProgramRow {
  const char* helper;
  bpf_prog_type type;
  Version since;
};

const std::vector<Row>& helpers() {
  static const std::vector<Row> rows{
#define EBPFXX_HELPER(name, id, since, gpl_only, moves_packet, ...) {#name, id, version(since), gpl_only},
#include <ebpfxx/kernel/helpers.inc>
#undef EBPFXX_HELPER
  };
  return rows;
}

const std::vector<ProgramRow>& helper_programs() {
  static const std::vector<ProgramRow> rows{
#define EBPFXX_HELPER_PROGRAM(helper, type, since) {#helper, BPF_PROG_TYPE_##type, version(since)},
#include <ebpfxx/kernel/helper_programs.inc>
  };
  return rows;
}

struct KnownType {
  bpf_prog_type type;
  const char* name;
  bool has_all_helpers;
};

constexpr KnownType program_types[]{
#define EBPFXX_PROGRAM_TYPE(type, context, packet, test_run, helpers, checked, ...) \
  {BPF_PROG_TYPE_##type, #type, helpers},
#include <ebpfxx/kernel/program_types.inc>
#undef EBPFXX_PROGRAM_TYPE
};

/// The types of program for which the table is complete.
auto known_types = program_types | std::views::filter(&KnownType::has_all_helpers);

bool table_offers(const Row& helper, bpf_prog_type type, Version kernel) {
  const auto is_of_helper = [&](const ProgramRow& row) { return row.helper == std::string(helper.name); };
  if (std::ranges::none_of(helper_programs(), is_of_helper)) return helper.since <= kernel;
  return std::ranges::any_of(helper_programs(), [&](const ProgramRow& row) {
    return is_of_helper(row) && row.type == type && row.since <= kernel;
  });
}

/// What the kernel does not decide by helper and type of program alone.
bool is_exempt(const std::string& helper, const std::string& type) {
  // Offered to all; but these programs get no map with a lock (check_map_prog_compatibility in kernel/bpf/verifier.c).
  if (helper == "spin_lock" || helper == "spin_unlock") return true;
  // By attach type: of raw tracepoints, with which this test asks, later than of others, or not at all.
  if (type == "TRACING" &&
      (helper == "get_attach_cookie" || helper.starts_with("seq_") || helper.starts_with("get_func_")))
    return true;
  // By the kernel's configuration, and by what it is locked down for.
  if (helper == "override_return" || helper == "probe_write_user") return true;
  // Refused by the patched kernels of the long-term series, and not by all others.
  return helper == "skb_pull_data" && type == "LWT_SEG6LOCAL";
}

int sched_switch_type() {
  btf* kernel = btf__load_vmlinux_btf();
  const int id = kernel != nullptr ? btf__find_by_name_kind(kernel, "btf_trace_sched_switch", BTF_KIND_TYPEDEF) : 0;
  btf__free(kernel);
  return id;
}

/// What the verifier says about a program of this type that calls the helper, without arguments.
std::string answer(unsigned helper, bpf_prog_type type, const char* license) {
  static const int traced = sched_switch_type();
  const bpf_insn code[] = {{BPF_JMP | BPF_CALL, 0, 0, 0, static_cast<int>(helper)},
                           {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                           {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  static char log[1 << 16];
  log[0] = '\0';
  bpf_prog_load_opts options{};
  options.sz = sizeof(options);
  options.log_level = 1;
  options.log_buf = log;
  options.log_size = sizeof(log);
  if (type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR) options.expected_attach_type = BPF_CGROUP_INET4_CONNECT;
  if (type == BPF_PROG_TYPE_TRACING) {
    options.expected_attach_type = BPF_TRACE_RAW_TP;
    options.attach_btf_id = static_cast<__u32>(traced);
  }
  const int program = bpf_prog_load(type, "asks", license, code, std::size(code), &options);
  if (program >= 0) close(program);
  const std::string said = log;
  REQUIRE_MESSAGE((program >= 0 || !said.empty()), "the kernel loads no programs of type ", type, ": errno ", errno);
  return said;
}

bool says(const std::string& answer, const char* text) { return answer.find(text) != std::string::npos; }

bool refuses_by_type(const std::string& answer) {
  return says(answer, "unknown func") || says(answer, "invalid func") ||
         says(answer, "program of this type cannot use helper");
}

}  // namespace

TEST_CASE("programs get the helpers that the table gives them on this kernel, and no others") {
  const Version kernel = running_kernel();
  for (const Row& helper : helpers())
    for (const KnownType& type : known_types) {
      if (is_exempt(helper.name, type.name)) continue;
      const std::string said = answer(helper.id, type.type, "GPL");
      CHECK_MESSAGE(table_offers(helper, type.type, kernel) == !refuses_by_type(said), std::string(helper.name), " in ",
                    std::string(type.name), ": ", said);
    }
}

TEST_CASE("the helpers that the table calls GPL-only are refused under another licence, and no others") {
  for (const Row& helper : helpers())
    for (const KnownType& type : known_types) {
      const std::string said = answer(helper.id, type.type, "MIT");
      if (refuses_by_type(said)) continue;
      const bool is_free_here = helper.name == std::string("get_stackid") && type.type == BPF_PROG_TYPE_PERF_EVENT;
      CHECK_MESSAGE((helper.gpl_only && !is_free_here) == says(said, "GPL-restricted"), std::string(helper.name),
                    " in ", std::string(type.name), ": ", said);
    }
}
