# shellcheck shell=bash
# BIRD on the hosts that have it: with a bird.conf of their own, or, on hubs, with the sample that Kaido
# ships and the host's values in place of the sample's.

bird_start() { # HOST
  local directory=$run/$1
  if [ -e "$world_files/$1/bird.conf" ]; then
    fill_in "$world_files/$1/bird.conf" "$directory/bird.conf"
  else
    bird_sample "$world_files/$1/bird-values" "$directory/bird.log" >"$directory/bird.conf"
  fi
  mkdir -p "$directory/bin"
  printf '#!/bin/sh\nexec /usr/sbin/birdc -s %s "$@"\n' "$directory/bird.socket" >"$directory/bin/birdc"
  chmod 755 "$directory/bin/birdc"
  process_start "$1" bird /usr/sbin/bird -f -c "$directory/bird.conf" -s "$directory/bird.socket"
}

bird_sample() { # VALUES LOG: configs/bird.conf with VALUES in place of its own, logging to LOG
  local line name
  local -A values=()
  while read -r line; do
    [[ $line =~ ^define\ ([A-Z0-9_]+) ]] && values[${BASH_REMATCH[1]}]=$line
  done <"$1"
  while IFS='' read -r line; do
    case $line in
      'log syslog all;') line="log \"$2\" all;" ;;
      define\ *) name=${line#define } line=${values[${name%% *}]:?a value is missing} ;;
    esac
    printf '%s\n' "$line"
  done <"$checkout/configs/bird.conf"
}

command_bird() { # HOST start|stop|kill|restart|status
  service_command bird "$@"
}
