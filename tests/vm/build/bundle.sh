#!/usr/bin/env bash
# bundle.sh ROOT SOURCE OUT: runs SOURCE's `setup.sh bundle` in a copy of the bare system ROOT, as a technician does on a
# machine of the same kind that has a network. Nothing is emulated: it is a chroot.
set -euo pipefail
root=$1 source=$2 out=$(realpath -m "$3")
[[ ${4:-} == inside ]] || exec unshare --mount --propagation private "$0" "$1" "$2" "$3" inside
work=$(mktemp -d)
trap 'umount -R "$work/root/dev" "$work/root/proc" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT

cp -a "$root" "$work/root"
mount --rbind /dev "$work/root/dev"
mount -t proc proc "$work/root/proc"
# The way to the network is this machine's: its resolver, its authorities, its own pip settings.
cp --dereference /etc/resolv.conf "$work/root/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
cp -r "$source" "$work/root/root/source"
chroot "$work/root" env -u PIP_FIND_LINKS LC_ALL=C.UTF-8 sh -c 'apt-get update && /root/source/setup.sh bundle /root/bundle'
mkdir -p "$out"
cp -a "$work/root/root/bundle/." "$out/"
