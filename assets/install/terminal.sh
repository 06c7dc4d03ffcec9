# shellcheck shell=bash
# What a person does with a terminal: install, upgrade, roll back. Up to `switch_to` nothing of what runs is touched.

install_terminal() { # [OPTIONS]
  read_options "$@"
  need_root
  need_system
  need_room 1000
  begin_work
  [[ -n $BUNDLE ]] || make_own_bundle
  check_bundle
  RELEASE=$(fact release)
  install_release
  prepare_machine
  switch_to "$RELEASE"
  step "Bỏ các bản cũ" "Drop old releases" drop_old_releases
}

upgrade() { # [OPTIONS]
  [[ -n $(name_of current) ]] || fail 2 "Chưa cài đặt: sudo ./setup.sh install" "Nothing is installed yet: sudo ./setup.sh install"
  install_terminal "$@"
}

rollback() {
  need_root
  local before
  before=$(name_of previous)
  [[ -n $before ]] || fail 1 "Không có bản trước để quay lại." "There is no release before to go back to."
  switch_to "$before"
}

# A folder of our own for secrets and drafts, gone whatever happens.
begin_work() {
  WORK=$(mktemp -d)
  FACTS=$WORK/facts # what was answered and is no setting
  IN_USE=$(name_of current)
  trap 'end_work $?' EXIT
}

end_work() { # STATUS
  rm -rf "$WORK"
  [[ $1 -eq 0 || -z $IN_USE || $IN_USE != "$(name_of current)" ]] ||
    say "Bản $IN_USE vẫn chạy như trước." "Release $IN_USE goes on running." >&2
}

# With a network here, the Debian packages need not be fetched beforehand.
make_own_bundle() {
  need_venv
  BUNDLE=$WORK/bundle
  make_bundle
}

install_release() {
  local folder
  folder=$(release_folder "$RELEASE")
  if_it_fails "Kiểm tra mạng, hoặc dùng bộ cài: install --bundle DIR." "Check the network, or use a bundle: install --bundle DIR."
  step "Cài các gói Debian" "Install the Debian packages" install_debs
  if_it_fails "Tạo lại bộ cài, và xem đĩa còn chỗ không: df -h." "Make the bundle again, and look for room on the disk: df -h."
  step "Đặt phần mềm vào /opt/hailong" "Put the software into /opt/hailong" unpack_release "$RELEASE"
  if_it_fails "Sửa câu trả lời đó rồi gõ lại cùng lệnh." "Mend that answer, then type the same command again."
  ask_settings "$folder"
  attempt "Ghi cài đặt vào $SETTINGS" "Write the settings to $SETTINGS" write_settings "$folder"
  ((FAILED == 0)) || exit "$FAILED"
}

prepare_machine() {
  local folder
  folder=$(release_folder "$RELEASE")
  if_it_fails "Xem: journalctl -b; rồi gõ lại cùng lệnh." "See: journalctl -b; then type the same command again."
  step "Đặt các tệp hệ thống" "Place the system files" place_system_files "$folder"
  step "Giao dữ liệu và cài đặt cho người dùng hailong" "Give data and settings to the user hailong" give_to_user
  step "Chuẩn bị màn hình và đồng hồ cho lúc khởi động" "Prepare screen and clock for the boot" prepare_boot "$(answered clock_battery)"
  [[ -z $(answered ward) ]] ||
    step "Giữ địa chỉ và mã của phường đến khi có mạng" "Keep the ward's address and code until there is a network" keep_enrolment "$folder"
  ! wants_ward || step "Chuẩn bị máy chủ phường" "Prepare the ward's server" prepare_ward "$folder"
  [[ $ANSWERS != "$CARD_ANSWERS" ]] ||
    step "Cất $CARD_ANSWERS, bỏ PIN và mã" "Put $CARD_ANSWERS away, without PIN and code" put_card_answers_away "$folder"
  step "Bật các dịch vụ" "Enable the services" enable_units
}
