#!/usr/bin/env bash
# At a boot in the middle of an upgrade (hailong-settle.service): does the new release come up? Else back to the one before.
# It runs from that one, which is known to work.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for part in say machine packages release system running; do
  # shellcheck source=/dev/null  # each is checked by itself
  . "./$part.sh"
done

RUN_BEFORE='' # whatever runs now began with this boot
mapfile -t before <"$ON_TRIAL"
prove_or_go_back "${before[@]}"
