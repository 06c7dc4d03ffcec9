# shellcheck shell=bash
# What only this place knows: options, a file, or questions; `kiosk setup` decides what is possible and writes kiosk.toml.

readonly SETTINGS=$ROOT/etc/hailong/kiosk.toml
readonly CARD_ANSWERS=$BOOT/hailong.toml # on the part of the card that any computer can write

# Options of install and upgrade. What `kiosk setup` understands is handed on to it.
read_options() {
  FOR_SETTINGS=() SAID_PIN='' SAID_CODE='' BUNDLE='' ANSWERS='' YES='' WARD_SERVER=''
  while (($# > 0)); do
    case "$1" in
      --bundle) need_value "$@" && BUNDLE=$(realpath -m "$2") && shift 2 ;;
      --answers) need_value "$@" && ANSWERS=$(realpath -m "$2") && shift 2 ;;
      --ward-server) need_value "$@" && WARD_SERVER=$2 && shift 2 ;;
      --pin) need_value "$@" && SAID_PIN=$2 && shift 2 ;;
      --code) need_value "$@" && SAID_CODE=$2 && shift 2 ;;
      --unit | --counter | --hotline | --ward | --levels | --pins | --rotation | --clock-battery)
        need_value "$@" && FOR_SETTINGS+=("$1" "$2") && shift 2 ;;
      --open-to-eavesdroppers) FOR_SETTINGS+=("$1") && shift ;;
      --allow-http) is_renamed "$1" --open-to-eavesdroppers ;;
      --yes) YES=1 && shift ;;
      *) fail 2 "Không có tuỳ chọn '$1'; xem ./setup.sh help." "There is no option '$1'; see ./setup.sh help." ;;
    esac
  done
  [[ -n $BUNDLE || ! -e facts ]] || BUNDLE=$PWD # this setup.sh lies in a bundle
  [[ -n $ANSWERS || ! -e $CARD_ANSWERS ]] || ANSWERS=$CARD_ANSWERS
}

is_renamed() { # OLD NEW
  fail 2 "$1 nay là $2: không có TLS thì mọi người trong mạng đều đọc được phiếu." \
         "$1 is called $2 now: without TLS everybody on the network can read the votes."
}

need_value() { # OPTION [VALUE] ...
  (($# > 1)) || fail 2 "Sau $1 cần một giá trị." "$1 needs a value."
}

# Settings that exist are changed only where an answer says so; without any answer they are only checked. PIN and code go
# through the environment, which only root can read: a command line can be read by everybody on this machine.
write_settings() { # RELEASE FOLDER
  local words=(--write "$SETTINGS" --facts "$FACTS" "${FOR_SETTINGS[@]}")
  [[ -z $ANSWERS ]] || words+=(--answers "$ANSWERS")
  mkdir -p "${SETTINGS%/*}"
  HAILONG_PIN=$SAID_PIN HAILONG_CODE=$SAID_CODE "$1/bin/kiosk" setup "${words[@]}"
}

# A person is asked before anything else is done to the settings, in plain sight and not inside a step.
ask_settings() { # RELEASE FOLDER
  [[ -t 0 && -z $YES$ANSWERS$SAID_PIN$SAID_CODE && ${#FOR_SETTINGS[@]} -eq 0 && ! -e $SETTINGS ]] || return 0
  ANSWERS=$WORK/answers.toml
  "$1/bin/kiosk" setup --ask "$ANSWERS"
}

answered() { sed -n "s/^$1=//p" "$FACTS"; } # NAME: what concerns the system rather than the terminal

# The courier enrols when a network and the terminal's first key are there, and then forgets the code.
keep_enrolment() { # RELEASE FOLDER
  local words=(enrol --later)
  [[ -z $(answered open_to_eavesdroppers) ]] || words+=(--open-to-eavesdroppers)
  answered code | "$1/bin/kiosk-sync" --config "$SETTINGS" "${words[@]}" "$(answered ward)" -
}

# PIN and code lie readable on the card's boot partition: taken over, they are taken out, and the rest asks nothing twice.
put_card_answers_away() { # RELEASE FOLDER
  "$1/bin/kiosk" setup --put-away "$CARD_ANSWERS"
  sync -f "$BOOT"
}
