#!/usr/bin/env bash
# card.sh ROOT BUNDLE OUT: a card prepared on a desk: a copy of the bare system ROOT in OUT, with the terminal installed in
# it from BUNDLE in a chroot, where no systemd runs and nothing starts. What setup.sh says goes to standard output.
set -euo pipefail
root=$1 bundle=$2 out=$(realpath -m "$3")
[[ ${4:-} == inside ]] || exec unshare --mount --net --propagation private "$0" "$1" "$2" "$3" inside
trap 'umount -R "$out/mnt" "$out/dev" "$out/proc" 2>/dev/null || true' EXIT

cp -a "$root" "$out"
mount --rbind /dev "$out/dev"
mount -t proc proc "$out/proc"
mount --bind -o ro "$bundle" "$out/mnt"
chroot "$out" env LC_ALL=C.UTF-8 /mnt/setup.sh install --bundle /mnt --yes --unit 'UBND phường An Bình' --counter 'Quầy 1'
