# shellcheck shell=bash
# Releases lie side by side under /opt/hailong/releases, each a Python environment of its own and the setup/ that put it
# there; `current` is a link to the one in use, `previous` to the one before. A link is replaced whole: there is no moment
# without one, and a cut of the power leaves the old or the new.

readonly HOME_OF_RELEASES=$ROOT/opt/hailong

release_folder() { printf '%s/releases/%s\n' "$HOME_OF_RELEASES" "$1"; } # NAME

name_of() { basename "$(readlink "$HOME_OF_RELEASES/$1" 2>/dev/null)" 2>/dev/null || true; } # current, previous

unpack_release() { # NAME
  local folder
  folder=$(release_folder "$1")
  if [[ -e $folder/complete ]]; then
    result "$1 đã có" "$1 is already there"
    return
  fi
  rm -rf "$folder"
  mkdir -p "$folder"
  /usr/bin/python3 -m venv "$folder"
  install_wheels "$folder" requirements.txt
  borrow_lgpio "$folder"
  keep_setup "$folder"
  check_release "$folder"
  sync -f "$folder"
  touch "$folder/complete"
  result "$1" "$1"
}

# Nothing but the bundle's own wheels, each with the hash that was written down when the bundle was made.
install_wheels() { # FOLDER LIST
  "$1/bin/python" -m pip --isolated install --disable-pip-version-check --quiet --no-index --find-links "$BUNDLE/wheels" \
    --require-hashes --no-deps --requirement "$BUNDLE/$2"
  "$1/bin/python" -m compileall -q "$1/lib" # without .pyc a start takes twice as long
}

# Where the Debian package brings lgpio, two links do: the environment stays closed to everything else out there.
borrow_lgpio() { # FOLDER
  local file
  has_package python3-lgpio || return 0
  for file in /usr/lib/python3/dist-packages/{lgpio.py,_lgpio*.so}; do
    ln -sf "$file" "$1"/lib/python3*/site-packages/
  done
}

keep_setup() { # FOLDER: so that rollback, status and uninstall need no checkout
  rm -rf "$1/setup"
  mkdir -p "$1/setup/assets"
  cp "$BUNDLE/setup.sh" "$1/setup/"
  cp -r "$BUNDLE/assets/install" "$1/setup/assets/"
}

check_release() { # FOLDER
  "$1/bin/python" -m pip check --disable-pip-version-check
  # PyPI's stub has no such thing; the real one leaves a FIFO where it works, and a bundle may be read-only or on FAT.
  [[ -n $ROOT ]] || LG_WD=$WORK "$1/bin/python" -c 'import lgpio; lgpio.gpiochip_open'
  "$1/bin/kiosk" --version
  "$1/bin/kiosk-sync" --help
}

point() { # LINK NAME
  local draft=$HOME_OF_RELEASES/.$1.new
  ln -sfn "releases/$2" "$draft"
  mv -T "$draft" "$HOME_OF_RELEASES/$1"
  sync -f "$HOME_OF_RELEASES"
}

# What is neither in use nor the way back, so that a card is not filled by upgrades.
drop_old_releases() {
  local folder
  for folder in "$HOME_OF_RELEASES"/releases/*; do
    [[ ${folder##*/} == "$(name_of current)" || ${folder##*/} == "$(name_of previous)" ]] || rm -rf "$folder"
  done
}
