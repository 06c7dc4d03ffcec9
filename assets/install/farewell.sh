# shellcheck shell=bash
# `status` and `uninstall`: how it stands, and how it goes away again.

readonly DATA=$ROOT/var/lib/hailong

# What is wrong stands behind its name; exit 1 if anything is.
status() {
  local release unit state
  release=$(name_of current)
  [[ -n $release ]] || fail 1 "Chưa cài đặt: sudo ./setup.sh install" "Nothing is installed: sudo ./setup.sh install"
  STATUS=0
  say "Bản đang dùng: $release; bản trước: $(name_of previous | grep . || echo -)" \
      "Release in use: $release; the one before: $(name_of previous | grep . || echo -)"
  for unit in hailong-kiosk hailong-sync; do
    state=$(systemctl is-active "$unit" 2>/dev/null || true)
    printf '%s: %s\n' "$unit" "${state:-?}"
    [[ $state == active ]] || STATUS=1
  done
  as_hailong kiosk check || STATUS=1
  as_hailong kiosk-sync status || STATUS=1
  return "$STATUS"
}

as_hailong() { # COMMAND...
  if ((EUID == 0)); then
    setpriv --reuid hailong --regid hailong --clear-groups "$HOME_OF_RELEASES/current/bin/$1" "${@:2}"
  else
    "$HOME_OF_RELEASES/current/bin/$1" "${@:2}"
  fi
}

uninstall() { # [--purge] [--yes]
  local purge='' sure=''
  while (($# > 0)); do
    case "$1" in
      --purge) purge=1 ;;
      --yes) sure=1 ;;
      *) fail 2 "Không có tuỳ chọn '$1'; có: --purge, --yes." "There is no option '$1'; there are: --purge, --yes." ;;
    esac
    shift
  done
  need_root
  be_sure "$purge" "$sure"
  step "Dừng và tắt các dịch vụ" "End and disable the services" disable_units
  step "Trả lại cài đặt khởi động" "Give the boot settings back" restore_boot
  step "Gỡ các tệp hệ thống" "Take the system files away" remove_system_files
  [[ -z $purge ]] || step "Xoá phiếu trong $DATA" "Delete the votes in $DATA" rm -rf "$DATA" "$ROOT$WARD_DATA"
  step "Gỡ phần mềm và cài đặt" "Take software and settings away" remove_software
  [[ -n $purge ]] || say "  Phiếu vẫn còn trong $DATA (chỉ root đọc được)." "  The votes are still in $DATA (for root alone)."
  say "  Các gói Debian vẫn giữ nguyên." "  The Debian packages stay as they are."
}

# The word to type is the word for what will be gone.
be_sure() { # PURGE SURE
  local word=uninstall said=''
  [[ -z $1 ]] || word=purge
  [[ -z $2 ]] || return 0
  [[ -t 0 ]] || fail 2 "Không có ai để hỏi: thêm --yes." "Nobody is there to be asked: add --yes."
  say "Gõ '$word' để đồng ý:" "Type '$word' to agree:"
  read -r said
  [[ $said == "$word" ]] || fail 1 "Không gỡ gì cả." "Nothing was taken away."
}

disable_units() {
  service disable "${UNITS[@]}" hailong-ward.service
  ! is_running || systemctl stop 'hailong-*'
  service unmask getty@tty1.service autovt@tty1.service
  service disable getty@tty2.service
  service enable getty@tty1.service
  ! is_running || systemctl start getty@tty1.service
}

remove_system_files() {
  local file
  [[ ! -e $PLACED ]] || while read -r file; do rm -f "$ROOT/$file"; done <"$PLACED"
  for file in "${COMMANDS[@]}" ward; do rm -f "$ROOT/usr/local/bin/$file"; done
  ! is_running || systemctl daemon-reload
}

# What votes remain belong to root: a user that is gone must not own them, nor whoever gets its number next.
remove_software() {
  rm -rf "$HOME_OF_RELEASES" "$ROOT/etc/hailong" "$ROOT/run/hailong"
  [[ -n $ROOT ]] || { leave_to_root hailong "$DATA" && leave_to_root hailong-ward "$WARD_DATA"; }
}

leave_to_root() { # USER FOLDER
  if [[ -e $2 ]]; then
    chown -R root:root "$2"
    chmod 700 "$2"
  fi
  ! getent passwd "$1" >/dev/null || userdel "$1"
}
