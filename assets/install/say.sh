# shellcheck shell=bash
# How setup.sh speaks: one sentence in the language of LANG, one line for a step, and its output only if it fails.

say() { if is_vietnamese; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi; } # VIETNAMESE ENGLISH

is_vietnamese() { [[ "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" == vi* ]]; }

fail() { # STATUS VIETNAMESE ENGLISH
  say "$2" "$3" >&2
  exit "$1"
}

# A step that fails ends everything: step VIETNAMESE ENGLISH COMMAND...
step() {
  attempt "$@"
  ((FAILED == 0)) || exit 1
}

# A step that may fail; FAILED says so. Its command runs in a subshell in which any failing line ends it, so a function of
# several lines is as safe as one command. (Never call it behind `if` or `||`: there bash forgets that rule.)
attempt() {
  local title log
  title=$(say "$1" "$2")
  shift 2
  log=$(mktemp)
  printf '• %s … ' "$title"
  set +e
  (set -e && "$@") >"$log" 2>&1 3>"$log.result"
  FAILED=$?
  set -e
  report "$log"
}

# The same in this very shell, for a command that must wait for a process of ours.
step_here() {
  local title log
  title=$(say "$1" "$2")
  shift 2
  log=$(mktemp)
  printf '• %s … ' "$title"
  if "$@" >"$log" 2>&1; then FAILED=0; else FAILED=1; fi
  report "$log"
  ((FAILED == 0)) || exit 1
}

report() { # LOG: what became of a step, as FAILED says
  if ((FAILED == 0)); then
    if [[ -s $1.result ]]; then cat "$1.result"; else say "xong" "done"; fi
  else
    say "hỏng" "failed"
    tail -n 30 "$1" >&2
    [[ -z ${REMEDY:-} ]] || printf '%s\n' "$REMEDY" >&2
  fi
  rm -f "$1" "$1.result"
}

result() { say "$1" "$2" >&3; } # inside a step: what its line ends with, instead of "done"

if_it_fails() { REMEDY=$(say "$1" "$2"); } # what to do if one of the following steps fails
