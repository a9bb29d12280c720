# shellcheck shell=bash
# sends the connections of one group of processes elsewhere and forbids some, with live counters

rewrite=$(example connect_rewrite)

examples=(connect_rewrite)

group=

# get ADDRESS: prints the page that a web server gives, or why there is none.
get=$(
  cat <<'END'
import sys, urllib.request
try:
    print(urllib.request.urlopen(f"http://{sys.argv[1]}/", timeout=1).read().decode().strip())
except OSError as error:
    print(getattr(error, "reason", error).strerror)
END
)

# ask: a request to 10.0.0.3:8080, every tenth of a second for three seconds; each has to be answered.
ask='for ((i = 0; i < 30; ++i)); do curl -fsS -o /dev/null --max-time 1 http://10.0.0.3:8080/ && sleep 0.1 || exit 1; done; sleep 1.2'

# make_group: below the root of cgroup v2, wherever that is mounted.
make_group() {
  local root
  root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
  [ -n "$root" ] || die "no cgroup v2 file system is mounted"
  group=$root/ebpfxx-demo
  take_down
  say "making the control group $group"
  mkdir "$group"
}

take_down() {
  local tries
  for ((tries = 0; tries < 50; ++tries)); do
    [ -n "$group" ] && [ -d "$group" ] || return 0
    rmdir "$group" 2>/dev/null || sleep 0.1
  done
  say "cannot remove $group"
}

# in_group COMMAND...: by a process of the group.
# shellcheck disable=SC2016 # for the inner shell
in_group() { bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"; }

# expect_page WHO ADDRESS PAGE: what a process on 10.0.0.2 is answered; WHO is in_group, or env for one that is not.
expect_page() {
  local page
  page=$("$1" ip netns exec "$left" python3 -c "$get" "$2")
  printf '    %-8s -> %s  %s\n' "${1/env/outside}" "$2" "$page"
  [ "$page" = "$3" ] || die "expected: $3"
}

step_before() {
  say "1. Both web servers of 10.0.0.3 answer everybody"
  expect_page in_group 10.0.0.3:8080 "hello from ebpfxx"
  expect_page in_group 10.0.0.3:9090 "hello from ebpfxx"
}

step_rewrite() {
  say "2. Program<Cgroup::Connect4> on the group: port 8080 is this machine's own, and port 9090 is forbidden"
  run_attached_here "$work/rewrite.log" "$rewrite" "$group" --port 8080 --to 8080 --forbid 9090
  expect_page in_group 10.0.0.3:8080 "hello from this machine"
  expect_page in_group 10.0.0.3:9090 "Operation not permitted"
  expect_page env 10.0.0.3:8080 "hello from ebpfxx"
  expect_page env 10.0.0.3:9090 "hello from ebpfxx"
  say "3. Its live counters, while a process of the group keeps on asking"
  # shellcheck disable=SC2016
  show_live_here "$work/rewrite.log" bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" ip netns exec "$left" bash -c "$ask"
  finish "$work/rewrite.log"
}

step_detach() {
  say "4. Detached: everything works again"
  expect_page in_group 10.0.0.3:8080 "hello from ebpfxx"
  expect_page in_group 10.0.0.3:9090 "hello from ebpfxx"
}

show_in_kernel() {
  make_hosts_with_servers
  mkdir "$work/local"
  echo "hello from this machine" >"$work/local/index.html"
  start_http "$left" 127.0.0.1 8080 "$work/local"
  make_group
  step_before
  step_rewrite
  step_detach
}

show_natively() { "$rewrite" /sys/fs/cgroup/web --native; }
