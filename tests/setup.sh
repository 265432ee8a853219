# shellcheck shell=bash
# Set-up shared by ./demo.sh and ./test.sh: packages and builds. Sourced from the checkout's top.

# Objects are found again in another checkout of the same sources.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

die() {
  echo "$*" >&2
  exit 1
}

# LIST…: installs what is missing of the packages that these files name.
install_packages() {
  local name missing=()
  while read -r name; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done < <(sed 's/#.*//; /^ *$/d' "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "These packages are missing; run this as root: ${missing[*]}"
  echo "Installing: ${missing[*]}"
  local log status=0
  log=$(mktemp)
  # Services of these packages are not wanted on this machine: the lab starts its own.
  local policy=/usr/sbin/policy-rc.d made=no
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=yes; fi
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    "${missing[@]}"; } >"$log" 2>&1 || status=$?
  [ $status = 0 ] || tail -n 20 "$log" >&2
  [ $made = no ] || rm -f $policy
  rm -f "$log"
  [ $status = 0 ] || die 'The packages could not be installed.'
}

# PRESET TARGET…: builds into build/PRESET; quiet unless it fails.
build() {
  local preset=$1 log=build/$1.log
  shift
  mkdir -p build
  { cmake --preset "$preset" && cmake --build --preset "$preset" --target "$@"; } >"$log" 2>&1 || {
    grep -E -A8 'error:|FAILED|CMake Error' "$log" | head -n 60 >&2
    die "The build ($preset) failed; all of it is in $log"
  }
}
