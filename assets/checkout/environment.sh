# shellcheck shell=bash
# The Python environment of this checkout.

make_venv() { # EXTRAS: installs again only when something it depends on has changed
  [[ -z ${HAILONG_VENV:-} ]] || return 0
  local stamp=$VENV/installed-$1 wanted python
  wanted=$(fingerprint)
  [[ "$(cat "$stamp" 2>/dev/null)" == "$wanted" ]] && return
  python=$(find_python) || fail 1 "Cần Python 3.11 đến 3.13." "Python 3.11 to 3.13 is needed."
  "$VENV/bin/python" -m pip --version >/dev/null 2>&1 || # none yet, or one that was interrupted or moved
    step "Tạo môi trường Python trong $VENV/" "Make a Python environment in $VENV/" "$python" -m venv --clear "$VENV"
  step "Cài các thư viện Python" "Install the Python libraries" \
    "$VENV/bin/python" -m pip install --disable-pip-version-check --quiet --editable ".[$1]"
  printf '%s\n' "$wanted" >"$stamp"
}

# The catalogues are compiled when the project is installed, so they count; and the place, which the scripts name.
fingerprint() { { pwd; cat pyproject.toml assets/locale/*/*/*.po; } | sha256sum; }
