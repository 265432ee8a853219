# shellcheck shell=bash
# wg-quick on the hosts that have it, as their admin would use it.

wireguard_up() { # HOST
  local file
  mkdir -p "$run/$1/wireguard"
  for file in "$world_files/$1"/wg*.conf; do
    fill_in "$file" "$run/$1/wireguard/$(basename "$file")"
    in_host "$1" wg-quick up "$run/$1/wireguard/$(basename "$file")" >>"$run/$1/wg-quick.log" 2>&1 ||
      fail "wg-quick of $1: $(tail -n 3 "$run/$1/wg-quick.log")"
  done
}
