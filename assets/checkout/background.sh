# shellcheck shell=bash
# What `try` starts in the background, waits for and ends.

show() { # a command and what it prints
  local words=("$@")
  words[0]=${words[0]#"$VENV/bin/"}
  printf '\n$'
  printf ' %q' "${words[@]}"
  printf '\n'
  "$@"
}

in_background() { # NAME COMMAND...: its output goes to .try/NAME.log
  local log=$TRY/$1.log
  shift
  : >"$log"
  "$@" >"$log" 2>&1 &
  LAST=$! LAST_LOG=$log
}

wait_for() { # COMMAND...: until it succeeds, as long as what was started last runs, at most 30 s
  local i
  for ((i = 0; i < 300; i++)); do
    "$@" >/dev/null 2>&1 && return
    kill -0 "$LAST" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 "$LAST_LOG"
  return 1
}

has_display() { [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; }

is_alive() { # the terminal of this run has left its first note
  local note
  for note in "$TRY"/kiosk/logs/*/alive.json; do
    [[ $note -nt $TRY/kiosk.toml ]] && return
  done
  return 1
}

delivered() { "$VENV/bin/kiosk-sync" --config "$TRY/kiosk.toml" now; }

stop_all() {
  local children
  children=$(jobs -p)
  # shellcheck disable=SC2086  # one word for each process
  [[ -z $children ]] || kill $children 2>/dev/null || true
  wait
}
