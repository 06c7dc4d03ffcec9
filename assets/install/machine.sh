# shellcheck shell=bash
# What this machine is, and whether a terminal can be installed on it.

# For the tests alone: everything goes below this folder, and no package, user or service is touched.
readonly ROOT=${HAILONG_ROOT:-}

need_root() {
  ((EUID == 0)) || [[ -n $ROOT ]] || fail 1 "Việc này cần quyền root: sudo ./setup.sh $VERB" "This needs root: sudo ./setup.sh $VERB"
}

# Sets SUITE (bookworm, trixie), ARCHITECTURE (amd64, arm64) and PYTHON (3.11, 3.13).
need_system() {
  # shellcheck source=/dev/null
  SUITE=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  ARCHITECTURE=$(dpkg --print-architecture 2>/dev/null || true)
  PYTHON=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
  case "$SUITE $ARCHITECTURE" in
    bookworm\ amd64) PYTHON=${PYTHON:-3.11} ;;
    bookworm\ arm64) PYTHON=${PYTHON:-3.11} ;;
    trixie\ amd64 | trixie\ arm64) PYTHON=${PYTHON:-3.13} ;;
    *) fail 1 "Cần Debian hoặc Raspberry Pi OS (64 bit) bookworm hay trixie; máy này là ${SUITE:-?} ${ARCHITECTURE:-?}." \
              "Debian or Raspberry Pi OS (64 bit) bookworm or trixie is needed; this is ${SUITE:-?} ${ARCHITECTURE:-?}." ;;
  esac
}

need_room() { # MB
  local free
  free=$(df --output=avail -m "$ROOT/opt" 2>/dev/null | tail -n 1)
  ((${free:-$1} >= $1)) || fail 1 "Đĩa chỉ còn $free MB trống; cần $1 MB." "Only $free MB are free on the disk; $1 MB are needed."
}

# Whether systemd manages this machine: not in a chroot in which a card is prepared; there things start at the next boot.
is_running() { [[ -z $ROOT && -d /run/systemd/system ]]; }

service() { [[ -n $ROOT ]] || systemctl --quiet "$@"; }
