# shellcheck shell=bash
# Daemons of hosts: started in the host's namespace, known by a pid file, ended by it.

# New processes are dear in the guest; this sleeps without one.
exec {never}<> <(:)
nap() { read -r -t "$1" -u "$never" || true; } # SECONDS

# Sets `pid` to the daemon's process, when it still is that: same id, same name as when it was started.
process_find() { # HOST NAME
  local program comm
  pid=''
  { read -r pid program <"$run/$1/$2.pid" && read -r comm <"/proc/$pid/comm"; } 2>/dev/null &&
    [ "$comm" = "$program" ]
}

process_start() { # HOST NAME COMMAND…: its output goes to $run/HOST/NAME.log
  local host=$1 name=$2 pid comm
  shift 2
  ! process_find "$host" "$name" || fail "$name of $host is running"
  # (In a folder of the guest: one of the machine's would keep the guest from being saved.)
  (cd / && host_environment "$host" && exec setsid ip netns exec "$host" "$@") \
    </dev/null >>"$run/$host/$name.log" 2>&1 {never}<&- &
  pid=$!
  disown
  process_settled "$pid" ||
    fail "$name of $host did not start: $(tail -n 3 "$run/$host/$name.log")"
  echo "$pid $comm" >"$run/$host/$name.pid"
}

# `setsid`, `ip netns exec` and `nice` each replace themselves; the last one is the daemon. Sets `comm`.
process_settled() { # PID
  local _ shell
  read -r shell <"/proc/$$/comm" # what the process is called until it replaces itself
  for _ in {1..500}; do
    read -r comm 2>/dev/null <"/proc/$1/comm" || return 1
    case $comm in "$shell" | ip | setsid | nice) nap 0.01 ;; *) return 0 ;; esac
  done
  return 1
}

process_stop() { # HOST NAME [SIGNAL]: returns when it is gone
  local pid _
  process_find "$1" "$2" || return 0
  kill "-${3:-TERM}" "$pid"
  for _ in {1..500}; do
    process_find "$1" "$2" || break
    nap 0.02
  done
  if process_find "$1" "$2"; then kill -KILL "$pid"; fi
  rm -f "$run/$1/$2.pid"
}

median() { # NUMBER…
  printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

wait_for() { # SECONDS COMMAND…: until it succeeds
  local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
    nap 0.05
  done
}

# A host's tools come first: `swanctl`, `birdc`, `kaido` reach its own daemons.
host_environment() { # HOST
  export PATH="$run/$1/bin:$run/bin:$PATH" STRONGSWAN_CONF=$run/$1/strongswan.conf
  export SWANCTL_DIR=$run/$1/swanctl DBUS_SYSTEM_BUS_ADDRESS=unix:path=$run/$1/bus
}

in_host() { # HOST COMMAND…
  (host_environment "$1" && exec ip netns exec "$@")
}
