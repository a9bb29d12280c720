# shellcheck shell=bash
# drops packets where an interface receives them, before the network stack, with live counters

drop=$(example xdp_drop)

examples=(xdp_drop)

interface() { ip -d -n "$left" link show dev veth0; }

# knock: for three seconds, a hundred and more attempts a second to connect from 10.0.0.3.
knock=$(
  cat <<'END'
import socket, time
attempts = []
end = time.monotonic() + 3
while time.monotonic() < end:
    attempt = socket.socket()
    attempt.setblocking(False)
    attempt.bind(("10.0.0.3", 0))
    attempt.connect_ex(("10.0.0.2", 8080))
    attempts = attempts[-500:] + [attempt]
    time.sleep(0.005)
time.sleep(1.2)  # until the counters have been looked at once more
END
)

step_driver() {
  say "1. Program<Xdp> drop_tcp in the driver of 10.0.0.2's veth0: port 8080 is closed to 10.0.0.3 only"
  run_attached "$work/driver.log" "$drop" veth0 --mode driver --from 10.0.0.3 --port 8080
  expect times-out "$right" 10.0.0.3 10.0.0.2 8080
  expect passes "$right" 10.0.0.3 10.0.0.2 9090
  expect passes "$right" 10.0.0.4 10.0.0.2 8080
}

step_counters() {
  say "2. Its live counters, one for each CPU, while 10.0.0.3 keeps on knocking"
  show_live "$work/driver.log" python3 -c "$knock"
  finish "$work/driver.log"
}

step_generic() {
  say "3. The same object with another Config, in the kernel's generic mode: --mode generic --port 9090"
  run_attached "$work/generic.log" "$drop" veth0 --mode generic --from 10.0.0.3 --port 9090
  expect passes "$right" 10.0.0.3 10.0.0.2 8080
  expect times-out "$right" 10.0.0.3 10.0.0.2 9090
  finish "$work/generic.log"
}

step_detach() {
  say "4. Detached: everything works again, and the interface is what it was"
  expect passes "$right" 10.0.0.3 10.0.0.2 8080
  expect passes "$right" 10.0.0.3 10.0.0.2 9090
  interface >"$work/interface.after"
  expect_unchanged "ip -d link" "$work/interface.before" "$work/interface.after"
}

show_in_kernel() {
  make_hosts_with_servers
  interface >"$work/interface.before"
  step_driver
  step_counters
  step_generic
  step_detach
}

show_natively() { "$drop" veth0 --native; }
