# shellcheck shell=bash
# The commands of `world`. Sourced by ../world and ../scenario-lib.sh, which set `lab`.
run=/run/lab

for part in describe network shape faults pki process charon bird kaido wireguard services traffic power; do
  # shellcheck source=/dev/null
  . "$lab/world.d/$part.sh"
done

fail() {
  echo "world: $*" >&2
  exit 1
}

progress() {
  local uptime
  read -r uptime _ </proc/uptime
  echo "[$uptime] $1"
}

link_names() { # NAME[,NAME…] | all
  local name
  [ "$1" != all ] || { printf '%s\n' "${links[@]}"; return; }
  for name in ${1//,/ }; do
    is_link "$name" || { fail "no such link: $name (have: ${links[*]})"; }
    echo "$name"
  done
}

command_up() { # [--no-kaidod] [WORLD]
  local with_kaidod=yes
  if [ "${1:-}" = --no-kaidod ]; then with_kaidod=no; shift; fi
  describe "${1:-default}"
  command_down # what is there, or what an unfinished `up` left
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
  is_host "${1:-}" || fail "no such host: '${1:-}' (have: ${hosts[*]})"
  in_host "$@"
}

command_unplug() { for name in $(link_names "$1"); do link_unplug "$name"; done; }
command_plug() { for name in $(link_names "$1"); do link_plug "$name"; done; }
command_end() { echo "${owner_of[$1]/:/ }"; } # LINK: host and device of its owner
command_wait() { sleep "$1"; }

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
  [ "$command" = up ] || {
    [ -r "$run/world/description" ] || fail 'there is no world: world up'
    . "$run/world/description"
  }
  declare -F "command_$command" >/dev/null || fail "unknown command: $command (see: world help)"
  shift
  "command_$command" "$@"
}
