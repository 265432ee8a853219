# shellcheck shell=bash
# The traffic of the scenarios, between the client and a server.

traffic_usage='traffic start [--udp-only|--light [--tcp]] [--ipv6] [--to corp|partner] [--between CLIENT SERVER]'

# One stream at a time for each client.
traffic_start() { # see traffic_usage
  local -a options=()
  local family=4 client=client server=server client_address server_address
  while [ $# -gt 0 ]; do
    case $1 in
      --udp-only | --light | --tcp) options+=("$1"); shift ;;
      --ipv6) family=6; shift ;;
      --to)
        case ${2:-} in corp | server) server=server ;; partner | plainserver) server=plainserver ;;
          *) mistake "traffic: --to corp or partner" ;; esac
        shift 2 ;;
      --between) host_named "${2:-}"; host_named "${3:-}"; client=$2 server=$3; shift 3 ;;
      *) mistake "$traffic_usage" ;;
    esac
  done
  [ -x "$run/bin/lab-traffic" ] || fail "lab-traffic is not built (looked in $build)"
  client_address=$(address_of "$client" eth0 "$family")
  server_address=$(address_of "$server" eth0 "$family")
  [ -n "$client_address" ] && [ -n "$server_address" ] ||
    mistake "traffic: $client or $server has no IPv$family address on eth0"
  rm -f "$run/$client/traffic.socket"
  # Before kaidod: its ends are other machines, which no gateway makes wait.
  process_start "$client" traffic nice -n -20 "$run/bin/lab-traffic" run "$run/$client/traffic.socket" \
    "$client" "$client_address" "$server" "$server_address" "${options[@]}"
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
