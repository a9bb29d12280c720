# shellcheck shell=bash
# counts how long tasks keep a CPU, of all tasks and of single processes, as live histograms

histogram=$(example switch_hist)

examples=(switch_hist)

# watch LOG ARGUMENTS...: the histogram of three seconds.
watch() {
  local log=$1
  shift
  if [ -t 1 ]; then
    timeout --foreground -s INT 4 "$histogram" "$@" || [ $? = 124 ]
  fi
  start_here "$histogram" "$@" >"$log"
  wait_for_line "$log" turns
  sleep 3
  kill -0 "$last_started" 2>/dev/null || die "the application has ended by itself"
  stop "$last_started"
  [ -t 1 ] || tail -n 1 "$log" | sed 's/^/    /'
}

# expect_turns LOG shorter|longer: half of the turns and more are shorter than 512 microseconds, or longer.
expect_turns() {
  local found
  found=$(tail -n 1 "$1" | python3 -c '
import json, sys
turns = json.load(sys.stdin)["turns"]
print("nothing" if sum(turns) == 0 else "shorter" if 2 * sum(turns[:9]) >= sum(turns) else "longer")')
  printf '    most turns are %s than 512 microseconds\n' "$found"
  [ "$found" = "$2" ] || die "expected: $2"
}

step_all() {
  say "1. Program<BtfTracepoint<\"sched_switch\">> count_turns: how long tasks keep a CPU, of all but the idle tasks"
  watch "$work/all.log"
  grep -q '[1-9]' "$work/all.log" || die "the histogram counted nothing"
}

step_sleeper() {
  say "2. --process of one that sleeps a millisecond at a time: its turns are short"
  start_here python3 -c $'import time\nwhile True: time.sleep(0.001)'
  watch "$work/sleeper.log" --process "$last_started"
  expect_turns "$work/sleeper.log" shorter
}

step_worker() {
  say "3. --process of one that computes, and shares its CPU with another one: it keeps the CPU until it has to leave"
  start_here taskset --cpu-list 0 python3 -c 'while True: pass'
  start_here taskset --cpu-list 0 python3 -c 'while True: pass'
  watch "$work/worker.log" --process "$last_started"
  expect_turns "$work/worker.log" longer
}

show_in_kernel() {
  step_all
  step_sleeper
  step_worker
}

show_natively() { "$histogram" --native; }
