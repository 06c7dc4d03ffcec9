# shellcheck shell=bash
# The ward's server on this same machine: for a trial, or where one small computer is all there is.

readonly WARD_DATA=/var/lib/hailong-ward
# What lays out a report as PDF, and letters with every Vietnamese accent. Pages, Excel and CSV need none of it.
readonly WARD_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core)

wants_ward() { [[ -n $WARD_SERVER ]] || { [[ -z $ROOT ]] && systemctl --quiet is-enabled hailong-ward 2>/dev/null; }; }

# Its keys are made here, once: a ward is one place, and its card is not copied.
prepare_ward() { # RELEASE FOLDER
  "$1/bin/python" -c 'import litestar' 2>/dev/null || install_wheels "$1" requirements-ward.txt
  apt_install "${WARD_PACKAGES[@]}" || echo "no PDF until they are there: ${WARD_PACKAGES[*]}" >&2
  systemd-sysusers --inline "u hailong-ward - \"Hai Long ward\" $WARD_DATA"
  install -d -o hailong-ward -g hailong-ward -m 750 "$WARD_DATA"
  [[ -e $WARD_DATA/ward.toml ]] || as_ward "$1/bin/ward" init "$WARD_DATA" --name "$WARD_SERVER"
  ln -sfn /opt/hailong/current/bin/ward "$ROOT/usr/local/bin/ward"
  systemctl --quiet enable hailong-ward
}

as_ward() { setpriv --reuid hailong-ward --regid hailong-ward --clear-groups "$@"; } # COMMAND...
