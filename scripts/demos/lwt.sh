# shellcheck shell=bash
# drops and measures packets on routes: lwt_drop and lwt_len_hist

drop=$(example lwt_drop)
histogram=$(example lwt_len_hist)

examples=(lwt_drop lwt_len_hist)

start_trace() {
  local trace=/sys/kernel/tracing
  [ -r "$trace/trace_pipe" ] || mount -t tracefs tracefs "$trace" 2>/dev/null || return 0
  # On the left host, where the next demo finds it if this one is killed: lines of the pipe go to one reader only. Not by
  # `ip netns exec`, behind which /sys is another.
  start_here nsenter --net="/run/netns/$left" cat "$trace/trace_pipe" >"$work/trace" 2>/dev/null
}

show_trace() {
  local line
  sleep 0.2
  line=$(grep -m 1 -o "dropping $1 packet to port 8080" "$work/trace") || die "the kernel's trace shows nothing from the program"
  printf '    trace pipe: %s\n' "$line"
}

step_egress() {
  say "1. Program<Lwt::Out> drop_egress on the route 10.0.0.3/32: TCP to port 8080 does not leave"
  run_attached "$work/egress.log" "$drop" egress 10.0.0.3/32 --device veth0 --port 8080
  expect times-out "$left" 10.0.0.2 10.0.0.3 8080
  expect passes "$left" 10.0.0.2 10.0.0.3 9090
  show_trace egress
  finish "$work/egress.log"
  say "   the same object with another Config: --port 9090"
  run_attached "$work/egress-9090.log" "$drop" egress 10.0.0.3/32 --device veth0 --port 9090
  expect passes "$left" 10.0.0.2 10.0.0.3 8080
  expect times-out "$left" 10.0.0.2 10.0.0.3 9090
  finish "$work/egress-9090.log"
}

step_ingress() {
  say "2. Program<Lwt::In> drop_ingress on the local route 10.0.0.2, headroom 14: port 8080 is closed to 10.0.0.3 only"
  run_attached "$work/ingress.log" "$drop" ingress 10.0.0.2/32 --table local --device veth0 --headroom 14 --replace --from 10.0.0.3
  expect times-out "$right" 10.0.0.3 10.0.0.2 8080
  expect passes "$right" 10.0.0.3 10.0.0.2 9090
  expect passes "$right" 10.0.0.4 10.0.0.2 8080
  show_trace ingress
  finish "$work/ingress.log"
}

make_traffic() {
  local size
  for size in 16 100 300 700 1200; do on "$left" ping -q -c 3 -i 0.05 -s "$size" 10.0.0.3 >/dev/null; done
  on "$left" curl -fsS -o /dev/null http://10.0.0.3:9090/
}

step_histogram() {
  say "3. lwt_len_hist: lengths of the packets on the route, from the typed map"
  if [ -t 1 ]; then
    (sleep 1 && make_traffic) 9>&- &
    started+=("$!")
    on "$left" timeout --foreground -s INT 4 "$histogram" 10.0.0.3/32 --device veth0 || [ $? = 124 ]
    wait $!
    return
  fi
  start "$left" "$histogram" 10.0.0.3/32 --device veth0 >"$work/histogram.log"
  wait_for_line "$work/histogram.log" lengths
  make_traffic
  sleep 1.2
  stop "$last_started"
  tail -n 1 "$work/histogram.log" | sed 's/^/    /'
  grep -q '[1-9]' "$work/histogram.log" || die "the histogram counted nothing"
}

routes() { ip -d -n "$left" route show table all; }

step_detach() {
  say "4. Detached: everything works again, and the routes are what they were"
  expect passes "$left" 10.0.0.2 10.0.0.3 8080
  expect passes "$right" 10.0.0.3 10.0.0.2 8080
  routes >"$work/routes.after"
  expect_unchanged "ip -d route" "$work/routes.before" "$work/routes.after"
}

show_in_kernel() {
  make_hosts_with_servers
  routes >"$work/routes.before"
  start_trace
  step_egress
  step_ingress
  step_histogram
  step_detach
}

show_natively() {
  say "1. drop_egress"
  "$drop" egress 10.0.0.3/32 --native --port 8080
  say "2. drop_ingress"
  "$drop" ingress 10.0.0.2/32 --native --from 10.0.0.3
  say "3. lwt_len_hist"
  "$histogram" 10.0.0.3/32 --native
}
