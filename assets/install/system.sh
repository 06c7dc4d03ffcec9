# shellcheck shell=bash
# What a release puts outside its own folder. assets/install/etc/ mirrors the system's /etc: units, rules, folders, users. A
# release carries its own copy, so that going back brings back the old ones too; a list remembers what was put where.

readonly UNITS=(hailong-kiosk.service hailong-sync.service hailong-settle.service
  hailong-restart.path hailong-eject.path)
readonly COMMANDS=(kiosk kiosk-sync)
readonly PLACED=$HOME_OF_RELEASES/placed # every file of ours under /etc, a line each

# Each file appears whole, and only if it differs; what an earlier release had and this one has not goes away.
place_system_files() { # RELEASE FOLDER
  local from=$1/setup/assets/install file
  (cd "$from" && find etc -type f) | LC_ALL=C sort >"$PLACED.new"
  { [[ ! -e $PLACED ]] || LC_ALL=C comm -23 "$PLACED" "$PLACED.new"; } | while read -r file; do rm -f "$ROOT/$file"; done
  while read -r file; do place_file "$from/$file" "$ROOT/$file"; done <"$PLACED.new"
  mv "$PLACED.new" "$PLACED"
  [[ -n $ROOT ]] || take_up_system_files
}

place_file() { # FILE TARGET
  if cmp -s "$1" "$2"; then return; fi
  mkdir -p "${2%/*}"
  install -m 644 "$1" "$2.hailong-new"
  mv "$2.hailong-new" "$2"
}

take_up_system_files() {
  systemd-sysusers
  systemd-tmpfiles --create hailong.conf
  is_running || return 0
  systemctl daemon-reload
  systemctl try-restart systemd-journald
  [[ -S /run/udev/control ]] || return 0 # a container has no devices of its own
  udevadm control --reload
  udevadm trigger --action=change --subsystem-match=gpio --subsystem-match=backlight
}

# All that the terminal writes is its user's, also votes that an earlier uninstall left to root; its settings it only reads.
give_to_user() {
  [[ -z $ROOT ]] || return 0
  chown -R hailong:hailong /var/lib/hailong
  chown root:hailong /etc/hailong /etc/hailong/kiosk.toml*
  chmod 750 /etc/hailong
  chmod 640 /etc/hailong/kiosk.toml*
}

link_commands() {
  local command
  mkdir -p "$ROOT/usr/local/bin"
  for command in "${COMMANDS[@]}"; do
    ln -sfn "/opt/hailong/current/bin/$command" "$ROOT/usr/local/bin/$command"
  done
}

# tty1 is the terminal's: masked, because a login prompt there would come back with each Alt-F1. A keyboard finds one on tty2.
enable_units() {
  service enable "${UNITS[@]}"
  service mask getty@tty1.service autovt@tty1.service
  service enable getty@tty2.service
  is_running || return 0
  systemctl stop getty@tty1.service
  systemctl start getty@tty2.service hailong-restart.path hailong-eject.path
}
