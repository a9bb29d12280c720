# shellcheck shell=bash
# Debian's kernels for scripts/vm: downloaded and unpacked under the user's cache folder, never installed. Sourced after
# common.sh.

# kernel_package VERSION: the package that depends on Debian's newest kernel of that line; fails for a line it does not know.
kernel_package() {
  case $1 in
    6.1) printf 'linux-image-amd64' ;;
    6.12) printf 'linux-image-6.12-amd64' ;;
    *) return 1 ;;
  esac
}

# kernel_folder VERSION: where that kernel is, or will be: vmlinuz, release and lib/modules/.
kernel_folder() { printf '%s/kernels/%s' "$cache_folder" "$1"; }

# prepare_kernel VERSION: makes sure that the kernel is in its folder; two callers at once do it once.
prepare_kernel() {
  local version=$1 folder
  folder=$(kernel_folder "$version")
  mkdir -p "$(dirname "$folder")"
  (
    flock 9
    [ -f "$folder/release" ] || unpack_kernel "$version" "$folder"
  ) 9>"$folder.lock"
}

# unpack_kernel VERSION FOLDER: downloads and unpacks into a folder beside it, which takes the name when it is complete.
unpack_kernel() {
  local version=$1 folder=$2 partial=$2.partial image
  rm -rf "$partial" "$folder"
  mkdir -p "$partial"
  image=$(find_kernel_image "$version") || die "apt knows no kernel $version; run 'apt-get update' as root"
  say "downloading $image (not installed, kept in $folder)" >&2
  download_package "$image" "$partial" || die "$image could not be downloaded"
  dpkg-deb -x "$partial"/*.deb "$partial/files"
  mv "$partial"/files/boot/vmlinuz-* "$partial/vmlinuz"
  mv "$partial/files/lib" "$partial/lib"
  rm -rf "$partial/files" "$partial"/*.deb
  local release=${image#linux-image-}
  depmod -b "$partial" "$release"
  printf '%s\n' "$release" >"$partial/release"
  mv "$partial" "$folder"
}

# find_kernel_image VERSION: the package that holds the newest kernel of that line.
find_kernel_image() {
  local package image
  package=$(kernel_package "$1")
  image=$(newest_image "$package")
  if [ -z "$image" ] && can_be_root; then
    as_root apt-get -q update >&2
    image=$(newest_image "$package")
  fi
  [ -n "$image" ] && printf '%s' "$image"
}

newest_image() { apt-cache depends "$1" 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^linux-image-/ {print $2; exit}'; }

# download_package PACKAGE FOLDER: into FOLDER; with newer lists where the ones there name a version that is gone.
download_package() {
  local -a download=(apt-get -q download "$1")
  is_root && download=(apt-get -q -o APT::Sandbox::User=root download "$1")
  (cd "$2" && "${download[@]}" >&2) && return
  can_be_root || return
  as_root apt-get -q update >&2
  (cd "$2" && "${download[@]}" >&2)
}
