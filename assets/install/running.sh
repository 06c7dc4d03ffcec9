# shellcheck shell=bash
# Taking a release into use: only when nobody votes just now, and back to the one before if it does not come up.

readonly IDLE_PATIENCE=${HAILONG_IDLE_PATIENCE:-900} # s until somebody stops voting
readonly UP_PATIENCE=${HAILONG_UP_PATIENCE:-180}     # s until the screen is shown: a Pi may find its display late
readonly UP_PROOF=${HAILONG_UP_PROOF:-10}            # s that it must then stay up: what fails late fails within seconds
readonly UP_TRIES=3                                  # runs that may end by themselves before it counts as broken
# Names the releases to go back to (current and previous), as long as the one in use has not shown that it comes up: when the power goes out just
# then, hailong-settle.service goes on from here.
readonly ON_TRIAL=$HOME_OF_RELEASES/on-trial

switch_to() { # NAME
  local before=() # current and previous
  before=("$(name_of current)" "$(name_of previous)")
  REMEDY=''
  [[ -z ${before[0]} || ${before[0]} == "$1" ]] || begin_trial "${before[@]}"
  step "Dùng bản $1" "Use release $1" use_release "$1"
  if is_running; then
    restart_when_idle "${before[@]}"
    prove_or_go_back "${before[@]}"
  else
    say "  Kiosk sẽ chạy ở lần khởi động tới." "  The terminal runs from the next boot on."
  fi
}

begin_trial() { # CURRENT AND PREVIOUS RELEASE OF BEFORE
  printf '%s\n' "$@" >"$ON_TRIAL.new"
  sync "$ON_TRIAL.new"
  mv "$ON_TRIAL.new" "$ON_TRIAL"
}

use_release() { # NAME
  local before
  before=$(name_of current)
  place_system_files "$(release_folder "$1")"
  link_commands
  [[ -z $before || $before == "$1" ]] || point previous "$before"
  point current "$1"
}

# A terminal that is up may be in the middle of a visit: it is asked to end by itself. One that is not up is simply started.
restart_when_idle() { # CURRENT AND PREVIOUS RELEASE OF BEFORE
  RUN_BEFORE=$(about hailong-kiosk InvocationID)
  if systemctl --quiet is-active hailong-kiosk; then
    attempt "Chờ lúc không ai đang đánh giá rồi khởi động lại kiosk" "Wait until nobody votes, then restart the terminal" \
      "$HOME_OF_RELEASES/current/bin/kiosk" restart --when-idle --timeout "$IDLE_PATIENCE"
    ((FAILED == 0)) || stay_with "$@"
  else
    systemctl restart --no-block hailong-kiosk
  fi
  attempt "Khởi động lại việc gửi phiếu" "Restart the delivery" systemctl restart hailong-sync
  ((FAILED == 0)) || go_back "$@"
  ! systemctl --quiet is-enabled hailong-ward 2>/dev/null || systemctl restart hailong-ward
}

prove_or_go_back() { # CURRENT AND PREVIOUS RELEASE OF BEFORE
  attempt "Kiosk hiện màn hình và chạy ổn định" "The terminal shows its screen and stays up" is_up
  if ((FAILED == 0)); then rm -f "$ON_TRIAL"; else go_back "$@"; fi
}

# Ready (its first frames are on the screen), in a run that began after the switch, and the same run a while later.
is_up() {
  local waited run ended
  ended=$(about hailong-kiosk NRestarts)
  for ((waited = 0; waited < UP_PATIENCE; waited++)); do
    run=$(about hailong-kiosk InvocationID)
    if [[ $run != "$RUN_BEFORE" ]] && systemctl --quiet is-active hailong-kiosk; then
      sleep "$UP_PROOF"
      [[ $(about hailong-kiosk InvocationID) != "$run" ]] || ! systemctl --quiet is-active hailong-kiosk || return 0
    fi
    (($(about hailong-kiosk NRestarts) - ended < UP_TRIES)) || break
    sleep 1
  done
  journalctl --unit hailong-kiosk --lines 20 --no-pager --output cat
  return 1
}

about() { systemctl show --property "$2" --value "$1"; } # UNIT PROPERTY

go_back() { # CURRENT AND PREVIOUS RELEASE OF BEFORE
  local broken
  broken=$(name_of current)
  [[ -n $1 && $1 != "$broken" ]] ||
    fail 1 "Đã cài xong nhưng kiosk chưa lên. Xem: sudo journalctl -u hailong-kiosk. Nối màn hình: kiosk tự thử lại mãi." \
           "Installed, but the terminal is not up. See: sudo journalctl -u hailong-kiosk. Connect a screen: it tries for ever by itself."
  point_back "$@"
  attempt "Khởi động lại bản $1" "Start release $1 again" systemctl restart hailong-kiosk hailong-sync
  fail 1 "Bản $broken không lên được: đã quay lại bản $1; không mất phiếu nào." \
         "Release $broken does not come up: release $1 is in use again; no vote is lost."
}

stay_with() { # CURRENT AND PREVIOUS RELEASE OF BEFORE: the terminal was not ended, so there is nothing to start again
  point_back "$@"
  fail 1 "Có người đánh giá suốt ${IDLE_PATIENCE} s: bản $1 chạy tiếp; hãy thử lại sau." \
         "Somebody was voting for ${IDLE_PATIENCE} s: release $1 goes on; try again later."
}

point_back() { # CURRENT AND PREVIOUS RELEASE OF BEFORE
  step "Dùng lại bản $1" "Use release $1 again" use_release "$1"
  [[ -n $2 ]] || rm -f "$HOME_OF_RELEASES/previous"
  [[ -z $2 ]] || point previous "$2"
  rm -f "$ON_TRIAL"
}
