# shellcheck shell=bash
# What the parts of the demo share; in the guest. Sourced with `lab` set.

# shellcheck source=../world.d/main.sh
. "$lab/world.d/main.sh"
world() { (set -e; world_main "$@"); } # as the program of that name, without starting one
branch() { world at branch "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
wrong() { printf '\n\033[1;31mThis is not as it should be: %s\033[0m\n' "$*"; exit 1; }

# DESCRIPTION must become true within SECONDS of the guest's time.
within() { # SECONDS DESCRIPTION COMMAND…
  local end=$((${EPOCHREALTIME/./} + $1 * 1000000)) description=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "${EPOCHREALTIME/./}" -lt "$end" ] || wrong "$description"
    sleep 0.2
  done
}

# kaido says by its exit status that something does not work; here that is expected.
kaido() { branch kaido "$@" || true; }

path_of() { kaido status --json | jq -r --arg name "$1" '.networks[] | select(.name == $name).tunnel'; } # NETWORK

# Every path to a hub that is a Kaido has proved itself.
paths_are_good() {
  kaido paths --json | jq -e '[.paths[] | select(.hub != "plain")] | length > 0 and all(.health == "good")'
}

# The link of the carrier that a path goes by: `tokyo/a6:isp1/ikev2` by tokyo-a.
carrier_of() { # PATH
  local endpoint=${1%%:*}
  endpoint=${endpoint/\//-}
  echo "${endpoint%6}"
}

# Why a network goes where it goes, without the other paths that it has.
why() { kaido paths --why | awk -v name="$1" '/^[^ ]/ { of = ($1 == name) } of && /^  [^ ]/'; } # NETWORK
