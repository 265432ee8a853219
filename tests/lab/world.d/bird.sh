# shellcheck shell=bash
# BIRD on the hosts that have it.

bird_start() { # HOST
  local directory=$run/$1
  fill_in "$world_files/$1/bird.conf" "$directory/bird.conf"
  mkdir -p "$directory/bin"
  printf '#!/bin/sh\nexec /usr/sbin/birdc -s %s "$@"\n' "$directory/bird.socket" >"$directory/bin/birdc"
  chmod 755 "$directory/bin/birdc"
  process_start "$1" bird /usr/sbin/bird -f -c "$directory/bird.conf" -s "$directory/bird.socket"
}

command_bird() { # HOST start|stop|kill|restart|status
  service_command bird "$@"
}
