# shellcheck shell=bash
# What runs on the hosts, in the order in which it is started.

checkout=${LAB_CHECKOUT:-$lab/../..}
build=${KAIDO_BUILD:-$checkout/build/release}

# Reading from the machine takes virtual time, so what is timed runs from memory.
programs_up() {
  local file
  mkdir -p "$run/bin"
  for file in daemon/kaidod/app/kaidod cli/kaido daemon/reflector/kaido-reflector daemon/portal/kaido-portal tests/lab/lab-traffic; do
    [ ! -x "$build/$file" ] || install -m 755 "$build/$file" "$run/bin/"
  done
  [ ! -e /run/lab-warm ] || return 0
  touch /run/lab-warm
  cat /usr/sbin/charon-systemd /usr/sbin/swanctl /usr/sbin/bird /usr/sbin/birdc /usr/bin/wg \
    /usr/sbin/nft /usr/sbin/ip /usr/sbin/tc /usr/bin/ping /usr/bin/jq /usr/bin/ps \
    /usr/lib/ipsec/*.so* /usr/lib/ipsec/plugins/*.so >/dev/null
  find /lib/modules -name '*.ko' \( -path '*/net/*' -o -path '*/crypto/*' \) -exec cat {} + >/dev/null
}

services_up() { # WITH_KAIDOD
  local host
  for host in "${hosts[@]}"; do mkdir -p "$run/$host"; done
  for host in "${hosts[@]}"; do
    if [ -x "$world_files/$host/setup.sh" ]; then in_host "$host" "$world_files/$host/setup.sh"; fi
    if has_kind "$host" wg-quick; then wireguard_up "$host"; fi
    if has_kind "$host" charon; then swanctl_configure "$host"; fi
    if has_kind "$host" kaido; then kaido_configure "$host"; bus_start "$host"; fi
    if has_charon "$host"; then charon_configure "$host"; charon_start "$host"; fi
    if has_kind "$host" bird; then bird_start "$host"; fi
  done
  for host in "${hosts[@]}"; do
    if has_charon "$host"; then charon_ready "$host"; fi
  done
  [ "$1" = yes ] || return 0
  for host in "${hosts[@]}"; do
    if has_kind "$host" hub; then reflector_start "$host"; fi
  done
  for host in "${hosts[@]}"; do
    if has_kind "$host" kaido; then kaidod_start "$host"; fi
  done
}

swanctl_configure() { # HOST: an admin's swanctl.conf with the certificate that it names
  local directory=$run/$1/swanctl name
  mkdir -p "$directory"/{x509,x509ca,private}
  chmod 700 "$directory/private"
  fill_in "$world_files/$1/swanctl.conf" "$directory/swanctl.conf"
  name=$(sed -n 's/^ *certs = \(.*\)\.crt.*/\1/p;T;q' "$directory/swanctl.conf")
  cp "$pki/ca.crt" "$directory/x509ca/"
  cp "$pki/$name.crt" "$directory/x509/"
  cp "$pki/$name.key" "$directory/private/"
}

services_down() {
  local file name host
  for file in "$run"/*/*.pid; do
    [ -e "$file" ] || continue
    host=$(basename "$(dirname "$file")") name=$(basename "$file" .pid)
    case $name in charon | kaidod | reflector) process_stop "$host" "$name" KILL ;; *) process_stop "$host" "$name" ;; esac
  done
}
