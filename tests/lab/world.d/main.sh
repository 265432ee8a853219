# shellcheck shell=bash
# The commands of `world`. Sourced by ../world and ../scenario-lib.sh, which set `lab`.
run=/run/lab

for part in describe network shape faults pki process charon bird kaido wireguard services traffic power; do
  # shellcheck source=/dev/null
  . "$lab/world.d/$part.sh"
done

fail() { # something did not work
  echo "world: $*" >&2
  exit 1
}

mistake() { # the command itself is wrong
  echo "world: $*" >&2
  exit 2
}

progress() {
  local uptime
  read -r uptime _ </proc/uptime
  echo "[$uptime] $1"
}

mean() { printf '%s\n' "$@" | awk '{ sum += $1 } END { printf "%.1f", sum / NR }'; } # NUMBER…

links_named() { # NAME[,NAME…] | all: sets `named`
  local name
  named=("${links[@]}")
  [ "${1:-}" != all ] || return 0
  named=()
  for name in ${1//,/ }; do
    is_link "$name" || mistake "no such link: $name (have: ${links[*]})"
    named+=("$name")
  done
  [ ${#named[@]} -gt 0 ] || mistake "which link? (have: ${links[*]}, or all)"
}

host_named() { # HOST
  is_host "${1:-}" || mistake "no such host: '${1:-}' (have: ${hosts[*]})"
}

command_up() { # [--no-kaidod] [WORLD]
  local with_kaidod=yes
  if [ "${1:-}" = --no-kaidod ]; then with_kaidod=no; shift; fi
  describable "${1:-default}"
  (if describe_recall; then command_down; fi) # what is there, or what an unfinished `up` left
  describe "${1:-default}"
  mkdir -p "$run/world/shape" "$run/world/faults"
  describe_keep >"$run/world/description"
  progress network; network_up
  progress keys; keys_up
  progress programs; programs_up
  progress services; services_up "$with_kaidod"
  progress ready
}

command_down() {
  services_down
  network_down
  rm -rf "$run"
}

command_at() { # HOST COMMAND…
  host_named "${1:-}"
  [ $# -gt 1 ] || mistake 'at HOST COMMAND…'
  in_host "$@"
}

command_unplug() { # NAME
  local name
  links_named "${1:-}"
  for name in "${named[@]}"; do link_unplug "$name"; done
}

command_plug() { # NAME
  local name
  links_named "${1:-}"
  for name in "${named[@]}"; do link_plug "$name"; done
}

command_end() { # LINK: host and device of its owner
  is_link "${1:-}" || mistake "no such link: '${1:-}' (have: ${links[*]})"
  echo "${owner_of[$1]/:/ }"
}

command_wait() { # SECONDS
  [[ ${1:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || mistake 'wait SECONDS'
  sleep "$1"
}

command_status() {
  local name file state pid
  echo 'links:'
  for name in "${links[@]}"; do
    printf '  %s' "$(shape_show "$name")"
    [ ! -e "$(faults_file "$name")" ] || printf '  BROKEN: %s' "$(cut -d' ' -f1,2 "$(faults_file "$name")" | paste -sd,)"
    echo
  done
  echo 'programs:'
  for file in "$run"/*/*.pid; do
    [ -e "$file" ] || continue
    name=$(basename "$(dirname "$file")")
    if process_find "$name" "$(basename "$file" .pid)"; then state=runs; else state=DEAD; fi
    echo "  $name $(basename "$file" .pid): $state"
  done
}

world_main() { # COMMAND [WORD…]
  local command=${1:-}
  declare -F "command_$command" >/dev/null || mistake "unknown command: '$command' (see: world help)"
  case $command in
    up) ;;
    down) describe_recall || return 0 ;;
    *) describe_recall || fail 'there is no world: world up' ;;
  esac
  shift
  "command_$command" "$@"
}
