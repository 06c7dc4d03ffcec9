# shellcheck shell=bash
# A bundle: everything that `install` needs, in one folder, for machines of the same kind as this one.
#
#   wheels/  requirements.txt, requirements-ward.txt   the Python part, every wheel with its hash
#   debs/                                              the Debian packages with all that they need, as an apt repository
#   setup.sh, assets/install/                          what installs it
#   facts                                              which release this is, and for which machines

# What a terminal needs beside the screens: the mtdev touch provider, a player for the tick, a voice for reading aloud.
readonly SOUND_PACKAGES=(alsa-utils espeak-ng)
# Votes are dated by a clock that the network sets; whoever has another such service keeps it.
readonly TIME_PACKAGE=systemd-timesyncd
# PyPI's lgpio for Python 3.13 is an empty stub without a single line of GPIO: build the real one.
readonly LGPIO_TOOLS=(swig gcc libc6-dev python3-dev)
# From the package index come the versions and files that are written down there, wherever pip is told to look for them.
# Another file under the same name (as piwheels builds them) is left aside.
PINS=$(realpath "${BASH_SOURCE[0]%/*}/pins")
readonly PINS PINNED=(--disable-pip-version-check --quiet --no-deps --require-hashes)

bundle() { # [FOLDER]
  BUNDLE=$(realpath -m "${1:-hailong-bundle}")
  need_system
  need_venv
  make_bundle
  step "Tải các gói Debian cùng mọi thứ chúng cần" "Fetch the Debian packages with all that they need" gather_debs
  say "  Chép thư mục $BUNDLE vào máy mới rồi gõ: sudo ./setup.sh install --bundle ." \
      "  Copy the folder $BUNDLE to the new machine and type there: sudo ./setup.sh install --bundle ."
}

make_bundle() { # all of $BUNDLE but the Debian packages
  [[ ! -e $BUNDLE || -e $BUNDLE/wheels || -z $(ls -A "$BUNDLE") ]] ||
    fail 2 "$BUNDLE: đã có thứ khác trong thư mục này; hãy chọn thư mục mới." "$BUNDLE: holds something else; choose a new folder."
  if_it_fails "Cần mạng để tải gói Python (hoặc dùng install --bundle); máy chủ gói riêng phải có đúng tệp của PyPI." \
              "The Python packages come from the network (else: install --bundle); a mirror must hold the very files of PyPI."
  mkdir -p "$BUNDLE/wheels"
  rm -f "$BUNDLE/facts" "$BUNDLE"/wheels/*
  step "Dựng và tải các gói Python" "Build and fetch the Python packages" gather_wheels
  if needs_built_lgpio; then
    need_packages "${LGPIO_TOOLS[@]}"
    step "Dựng lgpio cho Python $PYTHON" "Build lgpio for Python $PYTHON" build_lgpio
  fi
  step "Ghi lại phiên bản và mã băm của từng gói" "Write down version and hash of each" describe_bundle
}

# From a copy: a build leaves files behind, which in somebody's checkout would then belong to root.
gather_wheels() {
  local work
  work=$(mktemp -d)
  cp -r pyproject.toml README.md LICENSE kiosk hardware sync assets "$work/"
  make_workshop "$work"
  fetch "$work" "$PINS/terminal.txt"
  build "$work" "$work"
  rm -f "$BUNDLE/requirements.txt"
  pin_wheels >"$BUNDLE/requirements.txt"
  fetch "$work" "$PINS/ward.txt"
  rm -rf "$work"
}

# What builds is pinned as well, and nothing else is fetched for it (--no-build-isolation).
make_workshop() { # FOLDER
  /usr/bin/python3 -m venv "$1/venv"
  "$1/venv/bin/pip" install "${PINNED[@]}" --only-binary :all: --requirement "$PINS/tools.txt"
}

fetch() { # WORKSHOP LIST
  "$1/venv/bin/pip" download "${PINNED[@]}" --only-binary :all: --dest "$BUNDLE/wheels" --requirement "$2"
}

build() { # WORKSHOP WHAT...
  "$1/venv/bin/pip" wheel --disable-pip-version-check --quiet --no-deps --no-build-isolation --wheel-dir "$BUNDLE/wheels" "${@:2}"
}

needs_built_lgpio() { ! ls "$BUNDLE"/wheels/lgpio-* >/dev/null 2>&1 && ! offers_lgpio; }

# Raspberry Pi OS has the real one as a Debian package.
offers_lgpio() { has_package python3-lgpio || apt-cache show python3-lgpio >/dev/null 2>&1; }

build_lgpio() {
  local work
  work=$(mktemp -d)
  make_workshop "$work"
  PYPI=1 build "$work" --require-hashes --no-binary lgpio --requirement "$PINS/lgpio.txt"
  rm -rf "$work"
  pin_wheels lgpio >>"$BUNDLE/requirements.txt"
}

# A line for each wheel that has none yet (of one package alone, if it is named): name==version --hash=sha256:...
pin_wheels() { # [NAME]
  local wheel name version
  for wheel in "$BUNDLE"/wheels/"${1:-}"*.whl; do
    IFS=- read -r name version _ <<<"${wheel##*/}"
    grep -qs "^$name==" "$BUNDLE/requirements.txt" || printf '%s==%s --hash=sha256:%s\n' "$name" "$version" "$(hash_of "$wheel")"
  done
}

hash_of() { sha256sum "$1" | cut -d ' ' -f 1; }

describe_bundle() {
  pin_wheels >"$BUNDLE/requirements-ward.txt" # those that only a ward needs
  terminal_packages >"$BUNDLE/packages"
  mkdir -p "$BUNDLE/assets"
  [[ $PWD == "$BUNDLE" ]] || { rm -rf "$BUNDLE/assets/install" && cp -r setup.sh "$BUNDLE/" && cp -r assets/install "$BUNDLE/assets/"; }
  cat >"$BUNDLE/facts.new" <<FACTS
release=$(release_name)
python=$PYTHON
architecture=$ARCHITECTURE
system=$SUITE
FACTS
  mv "$BUNDLE/facts.new" "$BUNDLE/facts"
}

# The version, and a short hash over everything that is installed: the same content is the same release.
release_name() {
  local version
  version=$(sed -n 's/^hailong_kiosk==\([^ ]*\) .*/\1/p' "$BUNDLE/requirements.txt")
  printf '%s-%s\n' "$version" "$(hash_of_content | cut -c 1-8)"
}

hash_of_content() {
  cd "$BUNDLE" || return
  find requirements.txt requirements-ward.txt setup.sh assets/install -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

# With an empty list of what is installed, apt fetches everything, whatever this machine happens to have.
gather_debs() {
  local work wanted
  mapfile -t wanted <"$BUNDLE/packages"
  work=$(mktemp -d)
  : >"$work/status"
  mkdir -p "$BUNDLE/debs" "$work/partial"
  rm -f "$BUNDLE"/debs/*.deb
  apt_install --download-only -o Dir::State::status="$work/status" -o Dir::Cache="$work" -o Dir::Cache::archives="$work" \
    -o Debug::NoLocking=1 -o APT::Sandbox::User=root "${wanted[@]}"
  mv "$work"/*.deb "$BUNDLE/debs/"
  rm -rf "$work"
  index_debs >"$BUNDLE/debs/Packages.new"
  mv "$BUNDLE/debs/Packages.new" "$BUNDLE/debs/Packages"
}

index_debs() {
  local deb
  cd "$BUNDLE/debs" || return
  for deb in *.deb; do
    dpkg-deb --field "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(hash_of "$deb")"
  done
}

terminal_packages() {
  printf '%s\n' python3 python3-venv "$TIME_PACKAGE" "${SCREEN_PACKAGES[@]}" "${SOUND_PACKAGES[@]}"
  if [[ $SUITE == bookworm ]]; then echo libmtdev1; else echo libmtdev1t64; fi
  ls "$BUNDLE"/wheels/lgpio-* >/dev/null 2>&1 || echo python3-lgpio
}

# ---- installing from it ----------------------------------------------------------------------------------------

fact() { sed -n "s/^$1=//p" "$BUNDLE/facts"; } # NAME

check_bundle() {
  [[ -e $BUNDLE/facts ]] ||
    fail 2 "$BUNDLE: không phải là bộ cài do './setup.sh bundle' tạo ra." "$BUNDLE: is no bundle made by './setup.sh bundle'."
  [[ "$(fact system) $(fact architecture)" == "$SUITE $ARCHITECTURE" ]] ||
    fail 1 "Bộ cài này dành cho $(fact system) $(fact architecture); máy này là $SUITE $ARCHITECTURE. Hãy tạo bộ cài trên máy cùng loại." \
           "This bundle is for $(fact system) $(fact architecture); this machine is $SUITE $ARCHITECTURE. Make one on a machine of the same kind."
}

install_debs() {
  local wanted missing=()
  mapfile -t wanted <"$BUNDLE/packages"
  for package in "${wanted[@]}"; do
    has_package "$package" || [[ $package == "$TIME_PACKAGE" && -n $(time_service) ]] || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    result "đã có" "already there"
  elif [[ -e $BUNDLE/debs/Packages ]]; then
    install_from_bundle "${missing[@]}"
  else
    apt-get update
    apt_install "${missing[@]}"
  fi
}

time_service() { dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed \([^ ]*\) .*time-daemon.*/\1/p'; }

# With lists and caches of its own, so that apt forgets the bundle as soon as it is taken away.
install_from_bundle() { # PACKAGES
  local work
  work=$(mktemp -d)
  mkdir -p "$work/lists/partial" "$work/archives/partial"
  ln -s "$BUNDLE/debs" "$work/debs" # the bundle's own path may hold a space
  echo "deb [trusted=yes] file:$work/debs ./" >"$work/sources.list"
  local options=(-o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::Cache="$work"
    -o Dir::State::Lists="$work/lists" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  apt_install "${options[@]}" "$@"
  rm -rf "$work"
}
