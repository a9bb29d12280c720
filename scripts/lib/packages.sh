# shellcheck shell=bash
# The Debian packages the project needs, by purpose, and how to install what is missing. Sourced after common.sh.

# Without these nothing builds: the compiler, the headers, the runtime and the examples.
build_packages=(
  g++ cmake ninja-build make pkg-config git ca-certificates
  llvm-19-dev libclang-19-dev clang-19
  libbpf-dev libmnl-dev libboost1.81-dev libcli11-dev zlib1g-dev
)

# What the examples and scripts/demo call.
demo_packages=(iproute2 iputils-ping procps curl python3)

# Without these the tests do not build or run.
test_packages=(doctest-dev libfmt-dev libpcap-dev bpftool gdb libclang-rt-19-dev llvm-19 tshark)

# What runs the kernel tests on other kernels (scripts/vm).
vm_packages=(qemu-system-x86 busybox-static kmod xz-utils zstd)

# What makes development nicer; a run without them says what it left out.
style_packages=(clangd-19 clang-format-19 clang-tidy-19 shellcheck python3-clang-19 doxygen)
speed_packages=(ccache)
# A loader in another language, for kernel.cilium-ebpf; 85 MB to download, 460 MB on the disk.
loader_packages=(golang-go golang-github-cilium-ebpf-dev)

# missing_packages PACKAGE...: those that are not installed, one per line. Does not ask apt.
missing_packages() {
  local package
  for package; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s\n' "$package"
  done
}

# has_packages PACKAGE...
has_packages() { [ -z "$(missing_packages "$@")" ]; }

# install_packages PACKAGE...: installs them with root's rights and says what apt removes to make room.
install_packages() {
  local -a apt=(apt-get -o DPkg::Lock::Timeout=300)
  local removed
  say "installing: $*"
  as_root "${apt[@]}" -q update
  removed=$("${apt[@]}" -s install --no-install-recommends "$@" | sed -n 's/^Remv \([^ ]*\).*/\1/p' | tr '\n' ' ')
  [ -z "$removed" ] || note "apt replaces what conflicts with it: $removed"
  as_root env DEBIAN_FRONTEND=noninteractive "${apt[@]}" -q -y install --no-install-recommends "$@"
}

# require_packages PURPOSE PACKAGE...: installs what is missing; fails, with the command to run, where that is not possible.
require_packages() {
  local purpose=$1
  shift
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if can_be_root; then
    install_packages "${missing[@]}"
  else
    note "missing for $purpose: ${missing[*]}"
    note "install them as root: apt-get install --no-install-recommends ${missing[*]}"
    return 1
  fi
}
