#!/usr/bin/env bash
# customize.sh ROOT KERNEL: what makes a directory tree a machine that boots in QEMU and obeys the tests' agent.
set -euo pipefail
root=$1 kernel=$2
guest=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../guest

echo kiosk-vm >"$root/etc/hostname"
printf '127.0.0.1 localhost kiosk-vm\n' >"$root/etc/hosts"
printf 'LABEL=root / ext4 noatime,errors=remount-ro 0 1\n' >"$root/etc/fstab"
mkdir -p "$root/etc/systemd/network"
printf '[Match]\nName=en*\n[Network]\nDHCP=yes\n' >"$root/etc/systemd/network/10-lan.network"
chroot "$root" systemctl --quiet enable systemd-networkd
chroot "$root" systemctl --quiet disable systemd-networkd-wait-online
chroot "$root" passwd --quiet --delete root

# Under emulation a small initial file system saves seconds of every boot.
echo MODULES=list >"$root/etc/initramfs-tools/conf.d/small"
printf '%s\n' virtio_pci virtio_blk ext4 >>"$root/etc/initramfs-tools/modules"
printf 'Package: linux-*\nPin: release n=trixie-backports\nPin-Priority: 990\n' >"$root/etc/apt/preferences.d/kernel"
chroot "$root" apt-get install --yes --quiet "$kernel"

install -m 755 "$guest/agent.py" "$root/usr/local/lib/test-agent"
install -m 644 "$guest/test-agent.service" "$root/etc/systemd/system/test-agent.service"
chroot "$root" systemctl --quiet enable test-agent
