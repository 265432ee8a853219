#!/bin/bash
# demo.sh [--once]: sets up all it needs (Debian 12, as root), builds Kaido, and shows its main job on this
# machine: a branch with tunnels to four hubs in a small world of its own, real traffic, and what happens
# to it when kaidod is killed. --once shows it without a person and ends with its status.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")"
. tests/setup.sh
once=no
case ${1:-} in
  --once) once=yes ;;
  '') ;;
  *) sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 2 ;;
esac

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
[ $once = no ] || exit 0

cat <<'EOF'

Now it is yours. What you type runs on the branch gateway:
  kaido status, kaido tunnels, kaido down tokyo, kaido up tokyo, kaido log, kaido --help,
  wg show, swanctl --list-sas, ip route, ping 10.50.0.10 …
or on another host, or on the world:   at tokyo kaido tunnels   world break tokyo-a everything   world heal
An empty line ends.
EOF
while read -r -p $'\nbranch# ' -e line && [ -n "$line" ]; do
  case $line in
    world\ *) words="tests/lab/$line" ;;
    at\ *) words="tests/lab/world $line" ;;
    *) words="tests/lab/world at branch sh -c $(printf %q "$line")" ;;
  esac
  tests/lab/vm --keep --timeout 60 -- bash -c "$words" || true
done
