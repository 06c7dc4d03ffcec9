# shellcheck shell=bash
# `test`, `check` and `pins`: every tier, what it needs and what runs it.

# What the machine of `test vm` is made with and runs in.
readonly VM_PACKAGES=(qemu-system-x86 qemu-utils mmdebstrap debian-archive-keyring socat netpbm e2fsprogs dosfstools mtools cpio xz-utils git)

# The tiers: a word, what pytest gets, and what it needs.
run_tests() {
  local which=() packages=(strace systemd zbar-tools "${WARD_PACKAGES[@]}" "${SCREEN_PACKAGES[@]}") extras=ward,test
  case "${1:-quick}" in
    quick) ;;
    screens) which=(-m slow tests/ui) ;;
    attacks) which=(-m slow tests/attacks) ;;
    stick) which=(-m stick tests/stick) packages+=(dosfstools fusefat mtools) ;;
    damage) test_damage; return ;;
    fuzz) test_fuzz; return ;;
    net) which=(-m slow -vv tests/net) packages=(iproute2 "${SCREEN_PACKAGES[@]}"); how_long "${2:-short}" ;;
    wheels) which=(-m slow tests/arm64/test_wheels.py) packages=() extras+=,arm64 ;;
    arm64) which=(-m slow tests/arm64) packages=(mmdebstrap qemu-user-static) extras+=,arm64 ;;
    browser) which=(-m browser tests/browser) packages=(chromium fonts-roboto "${WARD_PACKAGES[@]}" "${SCREEN_PACKAGES[@]}") extras+=,browser ;;
    audit) make_venv audit; "$VENV/bin/python" -m assets.audit; return ;;
    pg) test_pg; return ;;
    vm) shift; test_vm "$@"; return ;;
    *) fail 2 "Không có nhóm kiểm thử '$1'; hiện có: ${TIERS// /, }." "There is no test tier '$1'; there are: ${TIERS// /, }." ;;
  esac
  need_packages "${packages[@]}"
  make_venv "$extras"
  "$VENV/bin/pytest" -n 4 --dist worksteal "${which[@]}" # many tests wait for other processes
}

how_long() { # of `test net`: a few minutes, or 100 000 entries through every network
  [[ $1 == @(short|long) ]] || fail 2 "Sau 'test net' chỉ có thể là 'long'." "Only 'long' may follow 'test net'."
  need_root
  export HAILONG_NET=$1
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

test_pg() { # the ward's own tests on a PostgreSQL server that they start, each on a database of its own; and what only it does
  need_packages postgresql "${WARD_PACKAGES[@]}" "${SCREEN_PACKAGES[@]}"
  make_venv ward,test
  HAILONG_TEST_DATABASE=postgresql "$VENV/bin/pytest" -n 4 --dist worksteal -m "not sqlite and not slow" tests/ward
  "$VENV/bin/pytest" -m pg tests/pg
}

test_vm() { # [short]: two machines at a time; their images are made once and lie in ~/.cache/hailong-vm; prints the table of cuts
  [[ ${1:-long} == @(long|short) ]] || fail 2 "Sau 'test vm' chỉ có thể là 'short'." "Only 'short' may follow 'test vm'."
  need_root
  need_packages "${VM_PACKAGES[@]}" "${SCREEN_PACKAGES[@]}"
  make_venv ward,test
  HAILONG_VM=${1:-long} "$VENV/bin/pytest" -m vm -vv -n 2 --dist worksteal tests/vm
}

check() {
  need_packages shellcheck "${SCREEN_PACKAGES[@]}"
  make_venv ward,test,check
  "$VENV/bin/ruff" check .
  "$VENV/bin/ruff" format --check .
  "$VENV/bin/mypy"
  shellcheck setup.sh .ci/run assets/*/*.sh tests/vm/*/*.sh
}

pins() {
  make_venv arm64
  step "Chọn phiên bản của từng thư viện" "Choose the version of every library" "$VENV/bin/python" -m assets.libraries
}
