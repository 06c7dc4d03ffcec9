# shellcheck shell=bash
# `try`: a kiosk and a ward on this computer, the stations of a vote in the order in which they start.

try() {
  case "${1:-}" in
    --fresh) rm -rf "$TRY" ;;
    "") ;;
    *) usage >&2; exit 2 ;;
  esac
  need_packages curl "${SCREEN_PACKAGES[@]}"
  make_venv ward
  mkdir -p "$TRY"
  trap stop_all EXIT
  start_ward
  start_kiosk
  enrol_kiosk
  start_courier
  let_people_press
  show_both_pulls
  add_sample_year
  say_where_things_are
}

start_ward() {
  [[ -e $TRY/ward/ward.toml ]] ||
    step "Tạo máy chủ phường" "Make the ward" "$VENV/bin/ward" init "$TRY/ward" --name "phường An Bình (dữ liệu mẫu)" --release immediate
  in_background ward "$VENV/bin/ward" serve --data "$TRY/ward" --port "${HAILONG_WARD_PORT:-8080}"
  step "Máy chủ phường lắng nghe" "The ward listens" wait_for grep -q 'http://' "$TRY/ward.log"
  WARD=$(grep -o 'http://[^ ]*' "$TRY/ward.log" | head -n 1)
}

start_kiosk() {
  write_kiosk_settings
  if has_display; then
    in_background kiosk "$VENV/bin/kiosk" run --config "$TRY/kiosk.toml" --simulate
  else
    in_background kiosk "$VENV/bin/kiosk" run --config "$TRY/kiosk.toml" --rehearse "$TRY/pictures"
  fi
  KIOSK=$!
  step "Kiosk khởi động, tạo khoá và nhật ký" "The kiosk starts, makes its key and its log" wait_for is_alive
}

write_kiosk_settings() {
  local data
  data=$(realpath -m "$TRY/kiosk")
  data=${data//\\/\\\\} data=${data//\"/\\\"}
  cat >"$TRY/kiosk.toml" <<TOML
# Made by ./setup.sh try. Everything not said here has its sample value.
data = "$data"

[sync]
every = 1.0
heartbeat = 5.0
host = "127.0.0.1"
port = ${HAILONG_KIOSK_PORT:-8765}
TOML
}

enrol_kiosk() {
  "$VENV/bin/kiosk-sync" --config "$TRY/kiosk.toml" status >"$TRY/status.log" 2>&1 && return
  step "Đăng ký kiosk với phường bằng mã dùng một lần" "Enrol the kiosk with a one-time code" enrol_with_code
}

enrol_with_code() {
  local code
  code=$("$VENV/bin/ward" enrol --data "$TRY/ward" --name "Quầy 2" --plain ||
    "$VENV/bin/ward" enrol --data "$TRY/ward" --replace "Quầy 2" --plain)
  "$VENV/bin/kiosk-sync" --config "$TRY/kiosk.toml" enrol "$WARD" "$code"
}

start_courier() {
  in_background courier "$VENV/bin/kiosk-sync" --config "$TRY/kiosk.toml" run
}

let_people_press() {
  if has_display; then
    say "" ""
    say "  Bấm phím 1-5 hoặc chạm vào màn hình. Trang của phường: $WARD/  Đóng cửa sổ để kết thúc." \
        "  Press keys 1-5 or touch the screen. The ward's page: $WARD/  Close the window to end."
    wait "$KIOSK" || kiosk_failed
  else
    step_here "Không có màn hình: kiosk tự diễn một lượt đánh giá (phím 5, rồi phím 4)" \
              "No display: the kiosk plays one visit by itself (key 5, then key 4)" wait "$KIOSK"
  fi
  step "Gửi những phiếu còn lại" "Deliver what is left" wait_for delivered
}

kiosk_failed() {
  tail -n 5 "$TRY/kiosk.log" >&2
  fail 1 "Kiosk dừng vì lỗi; xem $TRY/kiosk.log. Không cần màn hình: DISPLAY= ./setup.sh try" \
         "The kiosk failed; see $TRY/kiosk.log. To do without a display: DISPLAY= ./setup.sh try"
}

show_both_pulls() {
  local token
  [[ -e $TRY/token ]] || "$VENV/bin/ward" token try --data "$TRY/ward" --plain >"$TRY/token"
  token=$(<"$TRY/token")
  show "$VENV/bin/ward" pull --data "$TRY/ward" "http://127.0.0.1:${HAILONG_KIOSK_PORT:-8765}"
  show curl -fsS -H "Authorization: Bearer $token" "$WARD/v1/votes?limit=5&format=ndjson"
}

# Beside the presses of this very day, so that the charts have something to show; each of its kiosks is named as a sample.
add_sample_year() {
  step "Thêm ba kiosk với một năm dữ liệu mẫu (gỡ ra: ward sample remove --data $TRY/ward)" \
       "Add three kiosks with a simulated year (to take them away: ward sample remove --data $TRY/ward)" \
       "$VENV/bin/ward" sample add --data "$TRY/ward"
}

say_where_things_are() {
  say "" ""
  has_display || say "  Ảnh màn hình: $TRY/pictures/" "  Pictures of the screens: $TRY/pictures/"
  say "  Nhật ký của kiosk: $TRY/kiosk/logs/  Dữ liệu của phường: $TRY/ward/" "  The kiosk's log: $TRY/kiosk/logs/  The ward's data: $TRY/ward/"
  if [[ -t 0 ]]; then
    say "  Trang của phường: $WARD/  Nhấn Enter để kết thúc." "  The ward's page: $WARD/  Press Enter to end."
    read -r
  else
    save_page
    say "  Trang của phường: $TRY/page/index.html; xem lại: $VENV/bin/ward serve --data $TRY/ward" \
        "  The ward's page: $TRY/page/index.html; to see it live: $VENV/bin/ward serve --data $TRY/ward"
  fi
}

save_page() { # with the style and drawings that it loads, so that it looks the same from a folder; its links lead to the server
  local level
  mkdir -p "$TRY/page/faces"
  curl -fsS "$WARD/" |
    sed -E "s|\"/(ward\.css\|icon\.svg)\"|\"\1\"|g; s|\"/faces/([1-5])\"|\"faces/\1.svg\"|g; s|href=\"/|href=\"$WARD/|g" >"$TRY/page/index.html"
  curl -fsS "$WARD/ward.css" -o "$TRY/page/ward.css" "$WARD/icon.svg" -o "$TRY/page/icon.svg"
  for level in 1 2 3 4 5; do curl -fsS "$WARD/faces/$level" -o "$TRY/page/faces/$level.svg"; done
}
