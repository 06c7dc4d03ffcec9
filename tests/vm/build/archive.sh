# shellcheck shell=sh
# Which Debian archive this machine's own apt uses. HAILONG_VM_ARCHIVE names another one, for a machine that is no Debian.
debian_archive() {
  if [ -n "${HAILONG_VM_ARCHIVE:-}" ]; then
    echo "$HAILONG_VM_ARCHIVE"
    return
  fi
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016  # $(...) is apt's own notation
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN)' 'Created-By: Packages' |
    awk -v codename="$codename" '$2 == codename && $3 == "Debian" { sub(/\/$/, "", $1); print $1; exit }'
}
