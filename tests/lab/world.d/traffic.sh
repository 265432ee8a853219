# shellcheck shell=bash
# The traffic of the scenarios, between the client and a server.

# One stream at a time for each client.
traffic_start() { # [--udp-only|--light] [--ipv6] [--to partner] [--between CLIENT SERVER]
  local udp_only='' family=4 client=client server=server client_address server_address
  while [ $# -gt 0 ]; do
    case $1 in
      --udp-only | --light) udp_only=$1; shift ;; # light: 100 packets a second each way
      --ipv6) family=6; shift ;;
      --to)
        case ${2:-} in corp | server) server=server ;; partner | plainserver) server=plainserver ;;
          *) mistake "traffic: --to corp or partner" ;; esac
        shift 2 ;;
      --between) host_named "${2:-}"; host_named "${3:-}"; client=$2 server=$3; shift 3 ;;
      *) mistake "traffic start [--udp-only|--light] [--ipv6] [--to corp|partner] [--between CLIENT SERVER]" ;;
    esac
  done
  [ -x "$run/bin/lab-traffic" ] || fail "lab-traffic is not built (looked in $build)"
  client_address=$(address_of "$client" eth0 "$family")
  server_address=$(address_of "$server" eth0 "$family")
  [ -n "$client_address" ] && [ -n "$server_address" ] ||
    mistake "traffic: $client or $server has no IPv$family address on eth0"
  rm -f "$run/$client/traffic.socket"
  process_start "$client" traffic "$run/bin/lab-traffic" run "$run/$client/traffic.socket" \
    "$client" "$client_address" "$server" "$server_address" ${udp_only:+"$udp_only"}
  wait_for 10 test -S "$run/$client/traffic.socket" ||
    fail "traffic: $(tail -n 1 "$run/$client/traffic.log")"
}

address_of() { # HOST DEVICE 4|6: its first address there
  local address
  for address in ${addresses[$1:$2]:-}; do
    case $3$address in
      6*:*) echo "${address%/*}"; return ;;
      4*:*) ;;
      4*) echo "${address%/*}"; return ;;
    esac
  done
}

traffic_ask() { # report|stop [CLIENT]
  local pid client=${2:-client}
  host_named "$client"
  process_find "$client" traffic || fail "no traffic of $client: traffic start"
  "$run/bin/lab-traffic" ask "$run/$client/traffic.socket" "$1"
}

command_traffic() {
  local verb=${1:-}
  [ $# -eq 0 ] || shift
  case $verb in
    start) traffic_start "$@" ;;
    report) traffic_ask report "$@" ;;
    stop) traffic_ask stop "$@"; rm -f "$run/${1:-client}/traffic.pid" ;;
    *) mistake "traffic start|report|stop [CLIENT]" ;;
  esac
}
