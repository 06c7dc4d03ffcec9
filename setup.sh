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
readonly TIERS="screens attacks stick damage net fuzz browser pg vm wheels arm64 audit"
VERB=${1:-help}

main() {
  case "${1:-help}" in
    try) shift; in_checkout try "$@" ;;
    test) shift; in_checkout run_tests "$@" ;;
    check) in_checkout check ;;
    pins) in_checkout pins ;;
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

# What concerns developers is neither in a bundle nor in an installed release.
in_checkout() { # FUNCTION...
  [[ -d assets/checkout ]] ||
    fail 2 "Lệnh này cần toàn bộ mã nguồn; ở đây chỉ có phần cài đặt." "This needs the whole source; here is only what installs."
  for part in assets/checkout/*.sh; do
    # shellcheck source=/dev/null  # likewise
    . "$part"
  done
  "$@"
}

usage() {
  say "Cách dùng: ./setup.sh try [--fresh] | test [${TIERS// /|}] | check | pins | help" \
      "Usage: ./setup.sh try [--fresh] | test [${TIERS// /|}] | check | pins | help"
  say "  try        chạy kiosk và máy chủ phường trên máy này; --fresh bắt đầu lại từ đầu" \
      "  try        a kiosk and a ward server on this computer; --fresh starts over"
  say "  test       chạy các bài kiểm thử nhanh; 'test screens': mọi màn hình ở mọi kích thước; 'test attacks': kẻ gian" \
      "  test       the quick tests; 'test screens': every screen at every size; 'test attacks': whoever would cheat"
  say "             'test damage': thẻ nhớ hỏng; 'test stick': chép sang FAT32 thật; 'test fuzz': dữ liệu lạ" \
      "             'test damage': cards that break; 'test stick': copies to a real FAT32; 'test fuzz': strange bytes"
  say "             'test net': mạng tồi; 'test net long': 100 000 mục qua từng mạng (cần root)" \
      "             'test net': bad networks; 'test net long': 100 000 entries through each (as root)"
  say "             'test wheels': thư viện nào cũng có bản dựng sẵn cho Pi; 'test arm64': nạp thử bằng trình giả lập" \
      "             'test wheels': every library has a wheel for a Pi; 'test arm64': they load, under an emulator"
  say "             'test browser': các trang của phường trong trình duyệt Chromium" \
      "             'test browser': the ward's pages in Chromium"
  say "             'test audit': thư viện nào đang cài có lỗ hổng đã biết" \
      "             'test audit': whether a library that is installed is known to be vulnerable"
  say "             'test pg': máy chủ phường trên PostgreSQL" "             'test pg': the ward's server on PostgreSQL"
  say "             'test vm': một máy ảo, bị rút phích cắm hàng trăm lần; 'test vm short': ngắn hơn (cần root)" \
      "             'test vm': a virtual machine, unplugged hundreds of times; 'test vm short': shorter (as root)"
  say "  check      kiểm tra mã nguồn: ruff, mypy, shellcheck" "  check      the source: ruff, mypy, shellcheck"
  say "  pins       chọn lại bản mới nhất của từng thư viện mà kiosk cài, kèm mã băm (assets/install/pins)" \
      "  pins       chooses the newest of every library that a terminal installs, with its hashes (assets/install/pins)"
  say "Trên kiosk: sudo ./setup.sh install | upgrade | rollback | status | uninstall | bundle" \
      "On a terminal: sudo ./setup.sh install | upgrade | rollback | status | uninstall | bundle"
  say "  install    cài đặt; không có tuỳ chọn thì hỏi từng điều" "  install    installs; without options it asks"
  say "             --bundle DIR   từ bộ cài, không cần mạng          --answers FILE  câu trả lời viết sẵn" \
      "             --bundle DIR   from a bundle, without a network   --answers FILE  answers written beforehand"
  say "             --unit --counter --hotline --ward URL --code CODE --open-to-eavesdroppers --pin --levels --pins" \
      "             --unit --counter --hotline --ward URL --code CODE --open-to-eavesdroppers --pin --levels --pins"
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

main "$@"
