#!/bin/sh
# Take all the room on the disk that a user may have, down to the last block. FOLDER/filler.* hold it.
n=0
for size in 1G 256M 64M 16M 4M 1M 256K 64K 16K 4K; do
  while fallocate --length "$size" "$1/filler.$n" 2>/dev/null; do n=$((n + 1)); done
  rm -f "$1/filler.$n"
done
sync
