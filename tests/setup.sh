# shellcheck shell=bash
# Set-up shared by ./demo.sh and ./test.sh: packages and builds. Sourced from the checkout's top.

# Objects are found again in another checkout of the same sources.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

die() {
  echo "$*" >&2
  exit 1
}

# While packages are installed none of their services is started: the lab starts its own. That ends with
# the run, even one that is killed in the middle; what it leaves is known by its mark.
policy=/usr/sbin/policy-rc.d
policy_mark='# Made by Kaido for as long as it installs packages.'
forbid_services() {
  [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\n%s\nif kill -0 %s 2>/dev/null; then exit 101; fi\n' "$policy_mark" $$ >"$policy"
  chmod +x "$policy"
}
allow_services() { if grep -qsxF "$policy_mark" "$policy"; then rm -f "$policy"; fi; }

# LIST…: installs what is missing of the packages that these files name.
install_packages() {
  local name missing=()
  if [ "$(id -u)" = 0 ] && [ -e "$policy" ] && "$policy"; then allow_services; fi # its run was killed
  while read -r name; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done < <(sed 's/#.*//; /^ *$/d' "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "These packages are missing; run this as root: ${missing[*]}"
  echo "Installing: ${missing[*]}"
  # In a shell of its own, whose traps are nobody else's.
  (
    log=$(mktemp)
    trap 'allow_services; rm -f "$log"' EXIT
    trap 'exit 130' INT TERM HUP
    forbid_services
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      "${missing[@]}"; } >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
  ) || die 'The packages could not be installed.'
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
