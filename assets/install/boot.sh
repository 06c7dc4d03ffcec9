# shellcheck shell=bash
# The Pi's own boot settings: no blanking, no cursor, a clock with a battery. Lines of ours are marked or known by their words,
# so that uninstall takes out exactly them and leaves what others wrote.

readonly BOOT=$ROOT/boot/firmware
readonly QUIET_WORDS=(consoleblank=0 vt.global_cursor_default=0)
readonly CLOCK_LINES=(dtparam=i2c_arm=on 'dtoverlay=i2c-rtc,ds3231')
readonly OURS='# Hài Lòng: the next lines belong to the terminal; setup.sh uninstall removes them'

# A Debian PC has neither file, and nothing to do: its console does not blank, and the terminal's screen has no cursor.
prepare_boot() { # BATTERY: none, ds3231, built-in; empty: nobody said
  if [[ ! -e $BOOT/cmdline.txt ]]; then
    result "máy này không cần" "nothing to do on this machine"
    return
  fi
  keep_copy "$BOOT/cmdline.txt"
  quiet_words add
  keep_copy "$BOOT/config.txt"
  case "$1" in
    ds3231) clock_lines add ;;
    none | built-in) clock_lines remove ;;
  esac
}

restore_boot() {
  rm -f "$BOOT/hailong.toml.taken-over"
  [[ -e $BOOT/cmdline.txt ]] || return 0
  quiet_words remove
  clock_lines remove
  rm -f "$BOOT"/{cmdline,config}.txt.before-hailong
}

keep_copy() { [[ ! -e $1 || -e $1.before-hailong ]] || cp "$1" "$1.before-hailong"; } # FILE

# cmdline.txt is one line of words.
quiet_words() { # add, remove
  local words word kept=()
  read -ra words <"$BOOT/cmdline.txt" || true
  for word in "${words[@]}"; do
    [[ " ${QUIET_WORDS[*]} " == *" $word "* ]] || kept+=("$word")
  done
  [[ $1 == remove ]] || kept+=("${QUIET_WORDS[@]}")
  replace "$BOOT/cmdline.txt" <<<"${kept[*]}"
}

clock_lines() { # add, remove
  [[ -e $BOOT/config.txt ]] || return 0
  {
    sed "/^$OURS\$/,/^\$/d" "$BOOT/config.txt"
    [[ $1 == remove ]] || printf '%s\n' "$OURS" '[all]' "${CLOCK_LINES[@]}" ''
  } | replace "$BOOT/config.txt"
}

# The new content whole, or the old one: FAT has no journal, and a Pi without cmdline.txt does not start.
replace() { # FILE
  cat >"$1.hailong-new"
  if cmp -s "$1.hailong-new" "$1"; then
    rm "$1.hailong-new"
  else
    sync "$1.hailong-new"
    mv "$1.hailong-new" "$1"
    sync -f "$1"
  fi
}
