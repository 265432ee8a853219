# shellcheck shell=bash
# The Kaido gateways: a private bus and kaidod for each, and the reflector of hubs.

kaido_configure() { # HOST
  local host=$1 directory=$run/$1/kaido name slot
  mkdir -p "$directory/wireguard" "$run/$host/state"
  chmod 700 "$directory/wireguard" "$run/$host/state"
  fill_in "$world_files/$host/kaido.toml" "$directory/kaido.toml"
  name=$(sed -n 's/^certificate = "\(.*\)\.crt".*/\1/p' "$directory/kaido.toml")
  cp "$pki/ca.crt" "$pki/$name.crt" "$pki/$name.key" "$directory/"
  if [ -e "$keys/$host.key" ]; then cp "$keys/$host.key" "$directory/wireguard/hub.key"; fi
  for slot in "$keys/$name"-slot-*.key; do
    [ ! -e "$slot" ] || cp "$slot" "$directory/wireguard/slot-${slot##*-slot-}"
  done
  kaido_programs "$host"
}

# `kaido` and `kaidod` as on a machine of its own, where the configuration and what kaidod remembers are in
# the places that they look in. `kaido teardown` becomes the kaidod that lies beside it.
kaido_programs() { # HOST
  local bin=$run/$1/bin socket=''
  mkdir -p "$bin"
  [ ! -e "$run/bin/kaido" ] || ln -f "$run/bin/kaido" "$bin/kaido.program"
  if has_kind "$1" hub; then socket="--reflector-socket $run/$1/reflector.sock --portal-socket $run/$1/portal.sock"; fi
  cat >"$bin/kaido" <<EOF
#!/bin/sh
for word; do case \$word in --config | --config=*) said=yes ;; esac; done
[ \$# = 0 ] || [ "\$said" ] || set -- --config $run/$1/kaido/kaido.toml "\$@"
exec $bin/kaido.program "\$@"
EOF
  cat >"$bin/kaidod" <<EOF
#!/bin/sh
case " \$* " in *' --config'*) ;; *) set -- --config $run/$1/kaido/kaido.toml "\$@" ;; esac
left=\$# # \`kaido teardown\` says the folder that it would be on a machine of its own
while [ \$left -gt 0 ]; do
  word=\$1 left=\$((left - 1)); shift
  if [ "\$word" = --state-dir ]; then left=\$((left - 1)); shift; else set -- "\$@" "\$word"; fi
done
exec $run/bin/kaidod --state-dir $run/$1/state $socket "\$@"
EOF
  chmod 755 "$bin/kaido" "$bin/kaidod"
}

bus_start() { # HOST
  cat >"$run/$1/bus.conf" <<EOF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=$run/$1/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="root"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
EOF
  rm -f "$run/$1/bus"
  process_start "$1" bus /usr/bin/dbus-daemon --nofork --nopidfile --config-file="$run/$1/bus.conf"
  wait_for 20 test -S "$run/$1/bus" || fail "the bus of $1 did not come up"
}

kaidod_start() { # HOST
  [ -x "$run/bin/kaidod" ] || fail "kaidod is not built (looked in $build)"
  process_start "$1" kaidod nice -n -10 "$run/$1/bin/kaidod" # as its unit has it
}

# A program of its own on hubs: it lives on when kaidod does not.
reflector_start() { # HOST
  [ -x "$run/bin/kaido-reflector" ] || fail "kaido-reflector is not built (looked in $build)"
  process_start "$1" reflector nice -n -10 "$run/bin/kaido-reflector" --listen '[::]:862' \
    --socket "$run/$1/reflector.sock"
}

# HOST NAME WORD…: the door for people of a hub, with the certificate of that name; scenarios start it.
portal_start() {
  process_start "$1" portal "$run/bin/kaido-portal" --certificate "$pki/$2.crt" --key "$pki/$2.key" \
    --kaidod-socket "$run/$1/portal.sock" "${@:3}"
}

command_reflector() { # HOST start|stop|kill|restart|status
  service_command reflector "$@"
}

command_kaidod() { # HOST start|stop|kill|restart|status
  service_command kaidod "$@"
}

# start|stop|kill|restart|status of one daemon of a host; `kill` is SIGKILL.
service_command() { # NAME HOST VERB
  local name=$1 host=${2:-} verb=${3:-} pid
  host_named "$host"
  host_has "$host" "$name" || mistake "$host has no $name"
  case $verb in
    start) "${name}_start" "$host" ;;
    stop) process_stop "$host" "$name" ;;
    kill) process_stop "$host" "$name" KILL ;;
    restart) process_stop "$host" "$name"; "${name}_start" "$host" ;;
    status) process_find "$host" "$name" || fail "$name of $host does not run"; echo "$pid" ;;
    *) mistake "$name HOST start|stop|kill|restart|status" ;;
  esac
  case $name-$verb in charon-start | charon-restart) charon_ready "$host" ;; esac
}

host_has() { # HOST NAME: a daemon of that name
  case $2 in
    kaidod) has_kind "$1" kaido ;;
    reflector) has_kind "$1" hub ;;
    charon) has_charon "$1" ;;
    bird) has_kind "$1" bird ;;
  esac
}
