#!/usr/bin/env bash
# Everything a person does with this checkout: try it, test it, check it; and with a terminal: install it, look after it.
# `./setup.sh help` lists the words. The same file lies in a bundle and in every installed release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for part in say machine packages bundle release system boot answers ward running terminal farewell; do
  # shellcheck source=/dev/null  # each is checked by itself
  . "assets/install/$part.sh"
done

# Both may lie elsewhere; an environment that is named is used as it is.
readonly VENV=${HAILONG_VENV:-.venv}
readonly TRY=${HAILONG_TRY:-.try}
# The words of `test` beyond the quick one.
readonly TIERS="screens attacks stick damage net fuzz vm wheels arm64"
VERB=${1:-help}
# What the machine of `test vm` is made with and runs in.
readonly VM_PACKAGES=(qemu-system-x86 qemu-utils mmdebstrap debian-archive-keyring socat netpbm e2fsprogs dosfstools mtools cpio xz-utils git)

main() {
  case "${1:-help}" in
    try) shift; try "$@" ;;
    test) shift; run_tests "$@" ;;
    check) check ;;
    install) shift; install_terminal "$@" ;;
    upgrade) shift; upgrade "$@" ;;
    rollback) rollback ;;
    status) status ;;
    uninstall) shift; uninstall "$@" ;;
    bundle) shift; bundle "$@" ;;
    help | -h | --help) usage ;;
    *) usage >&2; exit 2 ;;
  esac
}

usage() {
  say "Cách dùng: ./setup.sh try [--fresh] | test [${TIERS// /|}] | check | help" \
      "Usage: ./setup.sh try [--fresh] | test [${TIERS// /|}] | check | help"
  say "  try        chạy kiosk và máy chủ phường trên máy này; --fresh bắt đầu lại từ đầu" \
      "  try        a kiosk and a ward server on this computer; --fresh starts over"
  say "  test       chạy các bài kiểm thử nhanh; 'test screens': mọi màn hình ở mọi kích thước; 'test attacks': kẻ gian" \
      "  test       the quick tests; 'test screens': every screen at every size; 'test attacks': whoever would cheat"
  say "             'test damage': thẻ nhớ hỏng; 'test stick': chép sang FAT32 thật; 'test fuzz': dữ liệu lạ" \
      "             'test damage': cards that break; 'test stick': copies to a real FAT32; 'test fuzz': strange bytes"
  say "             'test net': mạng tồi (cần root)" "             'test net': bad networks (as root)"
  say "             'test wheels': thư viện nào cũng có bản dựng sẵn cho Pi; 'test arm64': nạp thử bằng trình giả lập" \
      "             'test wheels': every library has a wheel for a Pi; 'test arm64': they load, under an emulator"
  say "             'test vm': một máy ảo, bị rút phích cắm hàng trăm lần; 'test vm short': ngắn hơn (cần root)" \
      "             'test vm': a virtual machine, unplugged hundreds of times; 'test vm short': shorter (as root)"
  say "  check      kiểm tra mã nguồn: ruff, mypy, shellcheck" "  check      the source: ruff, mypy, shellcheck"
  say "Trên kiosk: sudo ./setup.sh install | upgrade | rollback | status | uninstall | bundle" \
      "On a terminal: sudo ./setup.sh install | upgrade | rollback | status | uninstall | bundle"
  say "  install    cài đặt; không có tuỳ chọn thì hỏi từng điều" "  install    installs; without options it asks"
  say "             --bundle DIR   từ bộ cài, không cần mạng          --answers FILE  câu trả lời viết sẵn" \
      "             --bundle DIR   from a bundle, without a network   --answers FILE  answers written beforehand"
  say "             --unit --counter --hotline --ward URL --code CODE --allow-http --pin --levels --pins" \
      "             --unit --counter --hotline --ward URL --code CODE --allow-http --pin --levels --pins"
  say "             --rotation 0|90|180|270   --clock-battery none|ds3231|built-in   --yes   không hỏi gì" \
      "             --rotation 0|90|180|270   --clock-battery none|ds3231|built-in   --yes   asks nothing"
  say "             --ward-server TÊN   cả máy chủ phường trên máy này" \
      "             --ward-server NAME   the ward's server on this machine as well"
  say "  upgrade    dùng bản này thay bản đang chạy, khi không ai đang đánh giá; không lên được thì tự quay lại" \
      "  upgrade    this release instead of the one in use, when nobody votes; goes back by itself if it does not come up"
  say "  rollback   quay lại bản trước" "  rollback   the release before"
  say "  status     bản nào đang chạy, tình trạng ra sao" "  status     which release is in use, and how it is"
  say "  uninstall  gỡ cài đặt, giữ lại phiếu; --purge xoá cả phiếu; --yes không hỏi" \
      "  uninstall  takes everything away but the votes; --purge the votes too; --yes asks nothing"
  say "  bundle     [DIR] gom mọi thứ cần để cài không có mạng" "  bundle     [DIR] everything for an install without a network"
}

# ---- this checkout -------------------------------------------------------------------------------------------------

# The tiers: a word, what pytest gets, and what it needs.
run_tests() {
  local which=() packages=(strace systemd zbar-tools "${SCREEN_PACKAGES[@]}") extras=ward,test
  case "${1:-quick}" in
    quick) ;;
    screens) which=(-m slow tests/ui) ;;
    attacks) which=(-m slow tests/attacks) ;;
    stick) which=(-m stick tests/stick) packages+=(dosfstools fusefat mtools) ;;
    damage) test_damage; return ;;
    fuzz) test_fuzz; return ;;
    net) which=(-m slow tests/net) packages=(iproute2 "${SCREEN_PACKAGES[@]}") ;;
    wheels) which=(-m slow tests/arm64/test_wheels.py) packages=() extras+=,arm64 ;;
    arm64) which=(-m slow tests/arm64) packages=(mmdebstrap qemu-user-static) extras+=,arm64 ;;
    vm) shift; test_vm "$@"; return ;;
    *) fail 2 "Không có nhóm kiểm thử '$1'; hiện có: ${TIERS// /, }." "There is no test tier '$1'; there are: ${TIERS// /, }." ;;
  esac
  need_packages "${packages[@]}"
  make_venv "$extras"
  "$VENV/bin/pytest" -n 4 --dist worksteal "${which[@]}" # many tests wait for other processes
}

test_damage() { # a thousand runs on cards that break in every way, and a flood of batches; both print what they found
  need_packages gcc libc6-dev "${SCREEN_PACKAGES[@]}"
  make_venv ward,test
  "$VENV/bin/python" -m tests.damage.table
  "$VENV/bin/pytest" -m slow -k flood -s tests/attacks
}

test_fuzz() { # what reads foreign bytes, guided by coverage, for HAILONG_FUZZ_SECONDS (180); prints executions and findings
  need_packages "${SCREEN_PACKAGES[@]}"
  make_venv ward,test,fuzz
  "$VENV/bin/python" -m tests.fuzz.table
}

test_vm() { # [short]: two machines at a time; their images are made once and lie in ~/.cache/hailong-vm; prints the table of cuts
  [[ ${1:-long} == @(long|short) ]] || fail 2 "Sau 'test vm' chỉ có thể là 'short'." "Only 'short' may follow 'test vm'."
  need_root
  need_packages "${VM_PACKAGES[@]}" "${SCREEN_PACKAGES[@]}"
  make_venv ward,test
  HAILONG_VM=${1:-long} "$VENV/bin/pytest" -m vm -vv -n 2 --dist loadgroup tests/vm
}

check() {
  need_packages shellcheck "${SCREEN_PACKAGES[@]}"
  make_venv ward,test,check
  "$VENV/bin/ruff" check .
  "$VENV/bin/ruff" format --check .
  "$VENV/bin/mypy"
  shellcheck setup.sh .ci/run assets/install/*.sh tests/vm/*/*.sh
}

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
  say_where_things_are
}

# ---- the stations of a vote, in the order in which they start --------------------------------------------------

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

say_where_things_are() {
  say "" ""
  has_display || say "  Ảnh màn hình: $TRY/pictures/" "  Pictures of the screens: $TRY/pictures/"
  say "  Nhật ký của kiosk: $TRY/kiosk/logs/  Dữ liệu của phường: $TRY/ward/" "  The kiosk's log: $TRY/kiosk/logs/  The ward's data: $TRY/ward/"
  if [[ -t 0 ]]; then
    say "  Trang của phường: $WARD/  Nhấn Enter để kết thúc." "  The ward's page: $WARD/  Press Enter to end."
    read -r
  else
    curl -fsS "$WARD/" >"$TRY/page.html"
    say "  Trang của phường: $TRY/page.html; xem lại: $VENV/bin/ward serve --data $TRY/ward" \
        "  The ward's page: $TRY/page.html; to see it live: $VENV/bin/ward serve --data $TRY/ward"
  fi
}

# ---- tools of try --------------------------------------------------------------------------------------------------

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

main "$@"
