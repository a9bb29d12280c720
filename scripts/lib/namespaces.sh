# shellcheck shell=bash
# Two hosts on this machine for demonstrations: network namespaces joined by a veth pair, gone when the script ends. Sourced after
# common.sh.

left=ebpfxx-demo-left    # 10.0.0.2 on veth0
right=ebpfxx-demo-right  # 10.0.0.3 and 10.0.0.4 on veth0
started=()               # the processes to end, by id

on() { ip netns exec "$@"; }

# remove_stale_hosts: what an earlier run left behind when it was killed.
remove_stale_hosts() {
  local host pid tries
  for host in "$left" "$right"; do
    [ -e "/run/netns/$host" ] || continue
    say "removing $host, left behind by an earlier run"
    for pid in $(ip netns pids "$host"); do kill "$pid" 2>/dev/null || true; done
    for ((tries = 0; tries < 50; ++tries)); do
      [ -n "$(ip netns pids "$host")" ] || break
      sleep 0.1
    done
    for pid in $(ip netns pids "$host"); do kill -9 "$pid" 2>/dev/null || true; done
    ip netns delete "$host"
  done
}

make_hosts() {
  ip netns add "$left"
  ip netns add "$right"
  ip -n "$left" link add veth0 type veth peer name veth0 netns "$right"
  ip -n "$left" address add 10.0.0.2/24 dev veth0
  ip -n "$right" address add 10.0.0.3/24 dev veth0
  ip -n "$right" address add 10.0.0.4/24 dev veth0
  local host
  for host in "$left" "$right"; do
    ip -n "$host" link set lo up
    ip -n "$host" link set veth0 addrgenmode none up # no IPv6 address that comes up while routes are compared
  done
}

# start HOST COMMAND...: in the background, ended by stop_all; its id is in $last_started.
start() { start_here ip netns exec "$@"; }

# start_here COMMAND...: the same, on no host.
start_here() {
  (exec "$@" 9>&-) & # 9 is the demo's claim on the hosts
  last_started=$!
  started+=("$last_started")
}

# stop PID: asks it to end and waits until it is gone. SIGTERM, as a shell makes its background jobs deaf to Ctrl-C's SIGINT.
stop() {
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

stop_all() {
  local pid host
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  started=()
  for host in "$left" "$right"; do [ ! -e "/run/netns/$host" ] || ip netns delete "$host"; done
}

# start_http HOST ADDRESS PORT FOLDER: a web server that answers when this returns.
start_http() {
  start "$1" python3 -m http.server "$3" --bind "$2" --directory "$4" >/dev/null 2>&1
  wait_for "the web server on $2:$3" on "$1" curl -fsS -o /dev/null --max-time 1 "http://$2:$3/"
}

# wait_for WHAT COMMAND...: until the command succeeds, ten seconds at most.
wait_for() {
  local what=$1 tries
  shift
  for ((tries = 0; tries < 50; ++tries)); do
    "$@" 2>/dev/null && return
    sleep 0.2
  done
  die "$what did not come up within 10 seconds"
}
