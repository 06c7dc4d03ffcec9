# shellcheck shell=bash
# Taking a release into use: only when nobody votes just now, and back to the one before if it does not come up.

readonly IDLE_PATIENCE=${HAILONG_IDLE_PATIENCE:-900} # s until somebody stops voting
readonly UP_PATIENCE=${HAILONG_UP_PATIENCE:-120}     # s until the screen is shown and the watchdog fed
readonly UP_PROOF=${HAILONG_UP_PROOF:-10}            # s that it must then stay up: what fails late fails within seconds

switch_to() { # NAME
  local before
  before=$(name_of current)
  begin_to_use "$1"
  if ! is_running; then
    say "  Kiosk sẽ chạy ở lần khởi động tới." "  The terminal runs from the next boot on."
    return
  fi
  restart_when_idle "$before"
  prove_or_go_back "$before"
}

begin_to_use() { # NAME
  step "Dùng bản $1" "Use release $1" use_release "$1"
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
restart_when_idle() { # NAME OF THE RELEASE BEFORE
  RUN_BEFORE=$(run_of hailong-kiosk)
  if [[ $(systemctl is-active hailong-kiosk) != active ]]; then
    systemctl restart --no-block hailong-kiosk
  else
    attempt "Chờ lúc không ai đang đánh giá rồi khởi động lại kiosk" "Wait until nobody votes, then restart the terminal" \
      "$HOME_OF_RELEASES/current/bin/kiosk" restart --when-idle --timeout "$IDLE_PATIENCE"
    ((FAILED == 0)) || go_back "$1"
  fi
  systemctl restart hailong-sync
}

prove_or_go_back() { # NAME OF THE RELEASE BEFORE
  attempt "Kiosk hiện màn hình và chạy ổn định" "The terminal shows its screen and stays up" is_up
  ((FAILED == 0)) || go_back "$1"
}

# Ready (its first frames are on the screen), in a run that began after the switch, and the same run a while later.
is_up() {
  local waited run
  for ((waited = 0; waited < UP_PATIENCE; waited++)); do
    run=$(run_of hailong-kiosk)
    if [[ $run != "$RUN_BEFORE" && $(systemctl is-active hailong-kiosk) == active ]]; then
      sleep "$UP_PROOF"
      [[ $(run_of hailong-kiosk) == "$run" && $(systemctl is-active hailong-kiosk) == active ]] && return
    fi
    sleep 1
  done
  journalctl --unit hailong-kiosk --lines 20 --no-pager --output cat
  return 1
}

run_of() { systemctl show --property InvocationID --value "$1"; } # UNIT

go_back() { # NAME
  if [[ -z $1 || $1 == "$(name_of current)" ]]; then
    fail 1 "Đã cài xong nhưng kiosk chưa lên. Xem: sudo journalctl -u hailong-kiosk; nối màn hình và nút bấm: kiosk tự thử lại." \
           "Installed, but the terminal is not up. See: sudo journalctl -u hailong-kiosk; connect screen and buttons: it tries again by itself."
  fi
  begin_to_use "$1"
  systemctl restart hailong-kiosk hailong-sync
  fail 1 "Bản mới không chạy được: đã quay lại bản $1; không mất phiếu nào." \
         "The new release does not come up: release $1 is in use again; no vote is lost."
}
