# shellcheck shell=bash
# Rows of the table, and what they compare. Sourced.

failures=0
rows=0

# The state around the commands: `state` prints it, and whoever has more of it defines state_of_kernel.
state() {
  find . -exec sh -c 'for file; do printf "%s " "$file"; [ ! -f "$file" ] || cksum <"$file"; echo; done' _ {} + | sort
  state_of_kernel
}
state_of_kernel() { :; }

# row STATUS LINE COMMAND...: the command ends with that status, says that one line on stderr and nothing on stdout, and leaves
# everything as it was.
row() {
  local status=$1 line=$2 actual=0 before said fault=
  shift 2
  rows=$((rows + 1))
  before=$(state)
  timeout --kill-after=5 90 "$@" >"$outputs/out" 2>"$outputs/err" </dev/null || actual=$?
  said=$(without_excerpts <"$outputs/err")
  [ "$actual" = "$status" ] || fault+="  status: $actual, expected: $status"$'\n'
  [ "$said" = "$line" ] || fault+="  said:     $(cat "$outputs/err")"$'\n'"  expected: $line"$'\n'
  [ ! -s "$outputs/out" ] || fault+="  on stdout: $(cat "$outputs/out")"$'\n'
  settles_at "$before" || fault+="  left behind: $(diff <(printf '%s\n' "$before") <(state))"$'\n'
  [ -z "$fault" ] || complain "$*" "$fault"
}

complain() {
  printf 'FAILED: %s\n%s' "$1" "$2"
  failures=$((failures + 1))
}

# without_excerpts: what a compiler says, without the source lines under it and its count of errors; what a verifier says, with N
# for the number of the register.
without_excerpts() { grep -vE '^ *[0-9]* \||^[0-9]+ errors? generated\.$' | sed 's/: R[0-9] /: RN /'; }

# settles_at STATE: the kernel frees programs and maps a moment after the last descriptor is closed.
settles_at() {
  local tries
  for ((tries = 0; tries < 50; ++tries)); do
    [ "$(state)" = "$1" ] && return
    sleep 0.1
  done
  return 1
}

# conclude: the exit status of the test.
conclude() {
  printf '%s rows, %s failed\n' "$rows" "$failures"
  [ "$rows" -gt 0 ] && [ "$failures" = 0 ]
}
