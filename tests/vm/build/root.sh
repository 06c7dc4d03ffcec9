#!/usr/bin/env bash
# root.sh FOLDER: a bare Debian trixie in FOLDER/root, its kernel and initial file system beside it.
# Bare means: what a minimal installation has. What the terminal needs comes with the bundle.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
out=${1:?usage: root.sh FOLDER}
# shellcheck source=tests/vm/build/archive.sh
. "$here/archive.sh"

readonly BASE=systemd-sysv,udev,dbus,libpam-systemd,systemd-timesyncd,kmod,iproute2,initramfs-tools,zstd,e2fsprogs
readonly TOOLS=ca-certificates,sudo,procps,less,python3
# Only the kernel of trixie-backports has the GPIO simulator as a module.
readonly KERNEL=linux-image-amd64

main() {
  local archive
  ((EUID == 0)) || fail "Building the image needs root: sudo ./setup.sh test vm"
  archive=$(debian_archive)
  [[ -n $archive ]] || fail "This machine's apt knows no Debian archive: name one in HAILONG_VM_ARCHIVE."
  rm -rf "$out/root"
  bootstrap "$archive"
  has_gpio_sim || fail "The kernel $(basename "$out"/root/boot/vmlinuz-*) has no gpio-sim module: the buttons cannot be simulated."
  cp "$out"/root/boot/vmlinuz-* "$out/kernel"
  cp "$out"/root/boot/initrd.img-* "$out/initrd"
}

fail() {
  echo "$1" >&2
  exit 1
}

bootstrap() { # ARCHIVE
  mmdebstrap --quiet --variant=minbase --mode=root \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --include="$BASE,$TOOLS" \
    --customize-hook="$here/customize.sh \"\$1\" $KERNEL" \
    trixie "$out/root" "deb $1 trixie main" "deb $1 trixie-updates main" "deb $1 trixie-backports main"
}

has_gpio_sim() { grep -qx 'CONFIG_GPIO_SIM=m' "$out"/root/boot/config-*; }

main
