# shellcheck shell=bash
# lets a server answer on a second port: rewrites what arrives and what leaves (tc), with live counters

rewrite=$(example tc_rewrite)

examples=(tc_rewrite)

disciplines() { ip netns exec "$left" tc qdisc show dev veth0; }

# ask: a request to port 80 of 10.0.0.2, every tenth of a second for three seconds; each has to get the page.
ask='for ((i = 0; i < 30; ++i)); do curl -fsS -o /dev/null --max-time 1 http://10.0.0.2/ && sleep 0.1 || exit 1; done; sleep 1.2'

step_before() {
  say "1. Nobody listens on port 80 of 10.0.0.2"
  expect is-refused "$right" 10.0.0.3 10.0.0.2 80
}

step_rewrite() {
  say "2. Program<Tc::Ingress> rewrite_requests and Program<Tc::Egress> rewrite_answers on veth0: port 80 leads to port 8080"
  run_attached "$work/rewrite.log" "$rewrite" veth0 --port 80 --to 8080
  expect passes "$right" 10.0.0.3 10.0.0.2 80
  expect passes "$right" 10.0.0.3 10.0.0.2 9090
  say "3. Their live counters, while 10.0.0.3 keeps on asking"
  show_live "$work/rewrite.log" bash -c "$ask"
  finish "$work/rewrite.log"
}

step_detach() {
  say "4. Detached: nobody listens on port 80 again, and the interface is what it was"
  expect is-refused "$right" 10.0.0.3 10.0.0.2 80
  disciplines >"$work/disciplines.after"
  expect_unchanged "tc qdisc" "$work/disciplines.before" "$work/disciplines.after"
}

show_in_kernel() {
  make_hosts_with_servers
  disciplines >"$work/disciplines.before"
  step_before
  step_rewrite
  step_detach
}

show_natively() { "$rewrite" veth0 --native; }
