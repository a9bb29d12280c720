# shellcheck shell=bash
# Shared by all scripts: where the project is, how to talk to the user, how to get root's rights. Sourced, never run.

project_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache_folder=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/ebpfxx

# say TEXT: one line of progress.
say() { printf '==> %s\n' "$*"; }

# note TEXT: something the user should know, which does not stop the script.
note() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

# die TEXT: one clear line, exit status 1.
die() {
  note "$@"
  exit 1
}

# usage_error TEXT: the command line was wrong; exit status 2.
usage_error() {
  note "$* (see --help)"
  exit 2
}

# print_help: the comment block at the top of the calling script, without its #!.
print_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

# require_writable FOLDER: it is there and can be written to, or it can be made.
require_writable() {
  local folder=$1
  [ -e "$folder" ] || folder=$(dirname "$folder")
  [ -w "$folder" ] || die "cannot write to $folder, which belongs to $(stat -c %U "$folder")"
}

is_root() { [ "$(id -u)" = 0 ]; }

# can_be_root: root already, or through sudo; asks for a password only where somebody can type one.
can_be_root() {
  is_root && return 0
  command -v sudo >/dev/null || return 1
  if [ -t 0 ] && [ -t 2 ]; then sudo -v; else sudo -n true 2>/dev/null; fi
}

# as_root COMMAND...: the command with root's rights.
as_root() { if is_root; then "$@"; else sudo -- "$@"; fi; }

# elapsed_since SECONDS: how long ago, as "2 min 5 s".
elapsed_since() {
  local seconds=$(($(date +%s) - $1))
  printf '%d min %d s' $((seconds / 60)) $((seconds % 60))
}

# ctest_count FILE: the count at the end of ctest's output. A test's own output may have others before it, and many lines.
ctest_count() {
  awk '/% tests passed,/ { count = 0; found = 1 } found { lines[count++] = $0 }
    END { for (line = 0; line < count; line++) print lines[line] }' "$1"
}
