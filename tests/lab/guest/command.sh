# shellcheck shell=bash
# Commands in the guest: handed over in a shared folder, output and status by virtio-serial ports.
# Sourced by ../vm; the other end is rootfs/usr/local/sbin/lab-agent.

# Waits until the guest (or, on the channel `monitor`, QEMU) reports a line that has WHAT; sets `reply` to what
# follows it. (Not printed: in a subshell the caller's traps would wait for the end of the command.)
# Status 124: not within SECONDS. 125: the guest is gone.
command_await() { # WHAT SECONDS [CHANNEL]
  local what=$1 end=$((SECONDS + $2)) line started=$SECONDS
  exec 7<>"$guest/${3:-status}.out"
  while :; do
    if read -r -t 1 line <&7; then
      case $line in *"$what"*) reply=${line#*"$what"}; break ;; esac
    elif ! machine_pid >/dev/null && [ $SECONDS -gt $((started + 2)) ]; then
      exec 7>&-
      return 125
    elif [ $SECONDS -ge "$end" ]; then
      exec 7>&-
      return 124
    fi
  done
  exec 7>&-
}

command_send() { printf '%s\n' "$1" 1<>"$guest/${2:-control}.in"; } # LINE [CHANNEL]

# The command as a script: the folder and the variables of the caller, then the words as they are.
command_script() { # WORD…
  local paused
  paused=$(machine_paused_ms)
  # Time passes in the guest as it passed outside, so that `sleep` between two commands means something.
  [ "$paused" -lt 50 ] || printf 'sleep %d.%03d\n' $((paused / 1000)) $((paused % 1000))
  case $PWD/ in "$top"/* | "$build"/*) printf 'cd %q\n' "$PWD" ;; *) printf 'cd %q\n' "$top" ;; esac
  printf 'export KAIDO_BUILD=%q\n' "$build"
  printf 'exec'
  printf ' %q' "$@"
  echo
}

command_run() { # WORD…
  local id offset sentinel reader status=0
  id=$(date +%s%N)
  command_script "$@" >"$guest/share/$id.sh"
  offset=$(stat -c %s "$guest/output")

  # `tail` reads to the end of what is there and ends itself after the sentinel has ended.
  sleep infinity 9>&- &
  sentinel=$!
  tail -c "+$((offset + 1))" -f -s 0.05 --pid="$sentinel" "$guest/output" 2>/dev/null 9>&- &
  reader=$!
  trap 'command_abandon "$id" "$sentinel"' INT TERM HUP

  command_send "run $id"
  [ -z "$load" ] || command_send '{"execute": "cont"}' monitor
  command_await "done $id " "$timeout" || status=$?
  if [ "$status" = 124 ]; then
    command_send "cancel $id"
    command_await "done $id " 15 || rm -f "$guest/kept"
  fi
  trap - INT TERM HUP
  kill "$sentinel"
  wait "$reader" || true
  rm -f "$guest/share/$id.sh"
  case $status in
    0) return "$reply" ;;
    124) echo "vm: no end after $timeout s" >&2 ;;
    *) echo "vm: the guest died" >&2; rm -f "$guest/kept" ;;
  esac
  machine_tail
  return "$status"
}

# The caller was interrupted: the command is ended, a kept guest stays.
command_abandon() { # ID SENTINEL
  trap '' INT TERM HUP
  kill "$2"
  command_send "cancel $1"
  command_await "done $1 " 15 || rm -f "$guest/kept"
  if machine_is_kept; then machine_pause; else machine_stop; fi
  exit 130
}
