# shellcheck shell=bash
# The power of a host fails: its links are silent from one instant on, its programs are gone. It stays so
# until the world is made anew.

command_power() { # HOST off
  local name names='' file
  host_named "${1:-}"
  [ "${2:-}" = off ] || mistake 'power HOST off'
  for name in "${links[@]}"; do
    case "$1" in "${owner_of[$name]%:*}" | "${peer_of[$name]%:*}") names+=",$name" ;; esac
  done
  command_break "${names#,}" everything
  for file in "$run/$1"/*.pid; do
    [ -e "$file" ] || continue
    process_stop "$1" "$(basename "$file" .pid)" KILL
  done
}
