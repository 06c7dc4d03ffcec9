#!/usr/bin/env bash
# mini.sh ROOT SITE VOTER OUT: an initial file system of a few MB that is a whole machine: ROOT's Python with SQLite,
# the modules for a disk and a port, the packages in SITE, and VOTER as process 1. It boots in seconds.
set -euo pipefail
root=$1 site=$2 voter=$3 out=$(realpath -m "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=$(basename "$(readlink -f "$root/usr/bin/python3")")

main() {
  mkdir -p "$work"/{usr/bin,usr/lib,usr/lib64,modules,proc,sys,dev,data,site}
  for name in bin lib lib64; do ln -s "usr/$name" "$work/$name"; done
  copy_python
  copy_libraries
  copy_modules
  cp -r "$site/." "$work/site/"
  install -m 755 "$voter" "$work/init"
  (cd "$work" && find . | cpio --create --format=newc --quiet) >"$out"
}

copy_python() {
  cp "$root/usr/bin/$python" "$work/usr/bin/python3"
  mkdir -p "$work/usr/lib/$python"
  tar -C "$root/usr/lib/$python" -c --exclude='*__pycache__*' --exclude='config-*' --exclude=lib-dynload/_codecs_\* \
    --exclude=test --exclude=idlelib --exclude=ensurepip --exclude=tkinter --exclude=pydoc_data --exclude=unittest . |
    tar -C "$work/usr/lib/$python" -x
}

copy_libraries() {
  local file target
  for file in "/usr/bin/$python" "/usr/lib/$python"/lib-dynload/{_sqlite3,_ctypes,_hashlib}.*.so; do
    # shellcheck disable=SC2086  # a pattern, expanded inside the root
    chroot "$root" sh -c "ldd $file" | grep -o '/[^ ]*\.so[^ ]*'
    echo /usr/lib/x86_64-linux-gnu/libpthread.so.0 # an empty one of libc, which libsodium still names
  done | sort -u | while read -r file; do
    target=$(chroot "$root" realpath "$file")
    mkdir -p "$work$(dirname "$target")" "$work$(dirname "$file")"
    cp "$root$target" "$work$target"
    [[ -e $work$file ]] || ln -s "$target" "$work$file"
  done
}

copy_modules() { # in the order in which they are to be loaded
  local kernel file name
  kernel=$(basename "$root"/lib/modules/*)
  for name in virtio_pci virtio_blk virtio_console ext4; do
    chroot "$root" modprobe --set-version "$kernel" --show-depends "$name" 2>/dev/null | awk '$1 == "insmod" { print $2 }'
  done | awk '!seen[$0]++' | while read -r file; do
    name=$(basename "$file" .xz)
    case $file in
      *.xz) xz --decompress --stdout "$root$file" >"$work/modules/$name" ;;
      *) cp "$root$file" "$work/modules/$name" ;;
    esac
    echo "$name" >>"$work/modules/order"
  done
}

main
