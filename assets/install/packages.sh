# shellcheck shell=bash
# What must be there: Debian packages, and a Python that can make a venv.

# What the screens need beside Python: OpenGL for Kivy, software-rendered where there is no graphics card.
readonly SCREEN_PACKAGES=(libgl1 libegl1 libgles2 libgbm1 libgl1-mesa-dri)

need_packages() {
  local missing=()
  command -v dpkg-query >/dev/null || return 0
  find_python >/dev/null || missing+=(python3 python3-venv)
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

# The system's own Python, whatever else this machine has: a service cannot see what lies in somebody's home.
need_venv() { /usr/bin/python3 -c 'import ensurepip' 2>/dev/null || install_packages python3 python3-venv; }

is_installed() { has_package "$1" || command -v "$1" >/dev/null; }

has_package() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

install_packages() {
  if ((EUID != 0)); then
    fail 1 "Thiếu các gói: $*. Cài bằng quyền root: apt-get install $*" "These packages are missing: $*. Install them as root: apt-get install $*"
  fi
  step "Cập nhật danh sách gói" "Update the list of packages" apt-get update
  step "Cài các gói: $*" "Install the packages: $*" apt_install "$@"
}

apt_install() { # [OPTIONS] PACKAGES
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# The first Python from 3.11 to 3.13 that can make a venv.
find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}
