#!/bin/bash
# demo.sh [--once]: sets up all it needs (Debian 12, as root), builds Kaido, and shows its main job on this
# machine: a branch with tunnels to four hubs in a small world of its own, real traffic, and what happens
# to it when kaidod is killed. Then you break things and watch: a cuts carrier A, i blocks IPsec, s drops
# large packets, l loses 5 %, u unplugs an uplink, k kills kaidod, h heals all, p shows a
# login (refused, admitted, ended), c takes commands, q quits.
# --once breaks them without a person, says what the traffic felt, and ends with 0 when all was as it should be.
# Needs amd64, 4 GB of memory and, the first time, 4 GB of free disk.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")"
. tests/setup.sh
once=no
case ${1:-} in
  --once) once=yes ;;
  '') ;;
  -h | --help) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; exit ;;
  *) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/kaido-lab
[ "$(uname -m)" = x86_64 ] || die "demo.sh: this machine is $(uname -m); the demo needs amd64 (x86_64)."
command -v apt-get >/dev/null || die 'demo.sh: there is no apt-get here; the demo needs Debian 12.'
# A machine sold as 4 GB has a little less.
memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
[ "$memory" -ge 3600 ] || die "demo.sh: this machine has $memory MB of memory; the demo needs 4 GB."
mkdir -p "$cache"
if ! compgen -G "$cache/image-*/root.ext4" >/dev/null; then
  for folder in / . "$cache"; do
    free=$(df --output=avail -m "$folder" | tail -n 1)
    [ "$free" -ge 4000 ] || die "demo.sh: only ${free// /} MB are free where $(realpath "$folder") is; the demo needs 4 GB."
  done
fi

started=$SECONDS
say 'Setting up: packages, then the build'
install_packages tests/packages-build.txt tests/lab/packages-host.txt
build release all-lab
echo "Ready after $((SECONDS - started)) s."

export KAIDO_BUILD=$PWD/build/release
trap 'tests/lab/vm --stop' EXIT
say 'Starting a small Debian in QEMU (the first time its image is made), with a world of 18 hosts inside'
tests/lab/vm --keep -- true
tests/lab/vm --keep -- tests/lab/demo
if [ $once = yes ]; then
  tests/lab/vm --keep -- tests/lab/demo.d/failures
  tests/lab/vm --keep -- tests/lab/demo.d/people
  exit 0
fi

commands() {
  local line words
  cat <<'TEXT'
What you type runs on the branch gateway:
  kaido status, kaido paths --why, kaido switch corp tokyo/b:isp2/ikev2, kaido tunnels, kaido log,
  kaido --help, wg show, swanctl --list-sas, ip route, ping 10.50.0.10 …
or on another host, or on the world:   at tokyo kaido tunnels   world break tokyo-a in   world heal
An empty line goes back.
TEXT
  while read -r -p $'\nbranch# ' -e line && [ -n "$line" ]; do
    case $line in
      world\ *) words="tests/lab/$line" ;;
      at\ *) words="tests/lab/world $line" ;;
      *) words="tests/lab/world at branch sh -c $(printf %q "$line")" ;;
    esac
    tests/lab/vm --keep --timeout 60 -- bash -c "$words" || true
  done
}

people() {
  tests/lab/vm --keep --timeout 300 -- tests/lab/demo.d/people || true
  read -rsn1 -p $'\nAny key goes back. ' || true
}

# The picture comes from the guest, which has no terminal; keys are read here. Between two pictures the
# guest stands still, and catches up with what has passed here before it draws the next.
screen_begins() { stty -echo -icanon; printf '\e[?1049h\e[?25l'; }
screen_ends() { printf '\e[?25h\e[?1049l'; stty sane; }
live() {
  local key=- rows columns picture
  screen_begins
  trap 'screen_ends; tests/lab/vm --stop' EXIT
  while :; do
    read -r rows columns < <(stty size)
    picture=$(tests/lab/vm --keep --timeout 180 -- tests/lab/demo.d/frame "$key" "$columns" "$rows" \
      2>&1 </dev/null) || true
    printf '\e[H%s\e[K\e[J' "${picture//$'\n'/$'\e[K\n'}"
    key=-
    read -rsn1 -t 0.2 key || key=-
    case $key in
      q) break ;;
      c) screen_ends; commands; screen_begins; key=- ;;
      p) screen_ends; people; screen_begins; key=- ;;
      [aislukh]) printf '\e[999;1H %s …\e[K' "$key" ;;
      *) key=- ;;
    esac
  done
  screen_ends
  trap 'tests/lab/vm --stop' EXIT
}

if [ -t 0 ] && [ -t 1 ]; then
  read -rsn1 -p $'\nNow it is yours: break things and watch. Any key begins. ' || true
  live
else
  say 'There is no terminal here, so no picture and no keys; ./demo.sh --once breaks things by itself.'
  commands
fi
