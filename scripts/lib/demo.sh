# shellcheck shell=bash
# What the demos in scripts/demos/ have in common. Sourced after common.sh and namespaces.sh by scripts/demo, which sets $build
# and $work, a folder that goes with the demo.
#
# A demo is one file, scripts/demos/NAME.sh. Its second line says in a few words what it shows. It defines
#
#   examples         the names of the examples that it runs, an array
#   show_in_kernel   does that, as root; dies where something does not go as announced
#   show_natively    runs the same programs without a kernel
#   take_down        where it has made more than hosts and processes: undoes that, however far the demo has got
#
# Hosts and processes made with namespaces.sh are taken down by themselves.

take_down() { :; }

# example NAME: the path of the application.
example() { printf '%s\n' "$build/examples/$1/$1"; }

# make_hosts_with_servers: both hosts, with web servers on ports 8080 and 9090.
make_hosts_with_servers() {
  local port
  remove_stale_hosts
  say "making two hosts: 10.0.0.2 and 10.0.0.3, with web servers on ports 8080 and 9090"
  make_hosts
  mkdir "$work/www"
  echo "hello from ebpfxx" >"$work/www/index.html"
  for port in 8080 9090; do
    start_http "$right" 10.0.0.3 "$port" "$work/www"
    start_http "$left" 10.0.0.2 "$port" "$work/www"
  done
}

# expect passes|times-out|is-refused HOST SOURCE ADDRESS PORT: tries to connect and compares.
expect() {
  local expected=$1 host=$2 source=$3 address=$4 port=$5 outcome=passes status=0
  on "$host" curl -fsS -o /dev/null --interface "$source" --max-time 1 "http://$address:$port/" 2>/dev/null || status=$?
  case $status in
    0) ;;
    7) outcome=is-refused ;;
    28) outcome=times-out ;;
    *) outcome="ends with curl's error $status" ;;
  esac
  printf '    %-9s -> %s:%s  %s\n' "$source" "$address" "$port" "${outcome/-/ }"
  [ "$outcome" = "$expected" ] || die "expected: ${expected/-/ }"
}

# run_attached LOG COMMAND...: on the left host, until `finish`; returns when it says that it is attached.
run_attached() { run_attached_here "$1" ip netns exec "$left" "${@:2}"; }

# run_attached_here LOG COMMAND...: the same, on no host.
run_attached_here() {
  local log=$1
  shift
  start_here "$@" >"$log" 2>&1
  wait_for_line "$log" '^attached'
  sed 's/^/    /' "$log"
}

# wait_for_line LOG PATTERN: until what was started last writes such a line.
wait_for_line() {
  local tries
  for ((tries = 0; tries < 50; ++tries)); do
    grep -q "$2" "$1" && return
    kill -0 "$last_started" 2>/dev/null || break
    sleep 0.1
  done
  cat "$1" >&2
  die "the application did not get as far as expected"
}

# show_live LOG COMMAND...: what the application writes while the command runs on the right host, as it comes.
show_live() { show_live_here "$1" ip netns exec "$right" "${@:2}"; }

# show_live_here LOG COMMAND...: the same, with a command that runs on no host.
show_live_here() {
  local log=$1 application=$last_started seen count=0
  local -a lines
  shift
  seen=$(wc -l <"$log")
  start_here "$@"
  while kill -0 "$last_started" 2>/dev/null; do
    sleep 0.2
    mapfile -t -s "$seen" lines <"$log"
    [ ${#lines[@]} = 0 ] || printf '    %s\n' "${lines[@]}"
    seen=$((seen + ${#lines[@]})) count=$((count + ${#lines[@]}))
  done
  wait "$last_started" || die "'$1' did not do its part"
  last_started=$application
  [ "$count" -gt 0 ] || die "the application showed nothing"
}

# finish LOG: ends the application, and shows its last words, which count what it has done.
finish() {
  stop "$last_started"
  tail -n 1 "$1" | sed 's/^/    /'
  grep -q '^detached after [a-z]* [1-9]' "$1" || die "the counter should not be zero"
}

# expect_unchanged WHAT BEFORE AFTER: two files are the same.
expect_unchanged() {
  diff "$2" "$3" || die "$1: something was left behind"
  printf '    %s: no difference\n' "$1"
}
