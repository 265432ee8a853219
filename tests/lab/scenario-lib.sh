# shellcheck shell=bash
# The words that scenarios are written in. Sourced by `run`, in the guest, before scenarios/NAME.

# shellcheck source=world.d/main.sh
. "$lab/world.d/main.sh"
world() { (set -e; world_main "$@"); } # as the program of that name, without starting one
at() { world at "$@"; } # HOST COMMAND…
# shellcheck source=leak-check.sh
. "$lab/leak-check.sh"
# shellcheck source=people-lib.sh
. "$lab/people-lib.sh"

declare -A figures=()
declare -a failures=() captures=()

figure() { figures[$1]=$2; } # NAME VALUE: one more member of the line of JSON (VALUE is JSON)

failed() { # TEXT
  failures+=("$1")
  echo "  failed: $1" >&2
}

expect() { # DESCRIPTION COMMAND…: COMMAND must succeed
  local output
  output=$("${@:2}" 2>&1) || failed "$1${output:+ ($(tail -n 1 <<<"$output"))}"
}

expect_not() { # DESCRIPTION COMMAND…: COMMAND must fail
  ! "${@:2}" >/dev/null 2>&1 || failed "$1"
}

# DESCRIPTION must become true within SECONDS of the guest's time; sets `took_ms`.
within() { # SECONDS DESCRIPTION COMMAND…
  local start=${EPOCHREALTIME/./} limit=$1 description=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $((${EPOCHREALTIME/./} - start)) -gt $((limit * 1000000)) ]; then
      failed "$description: not within $limit s"
      took_ms=null
      return 0
    fi
    # A question is dear, and disturbs what is measured: less and less often.
    case $(((${EPOCHREALTIME/./} - start) / 1000000)) in
      0 | 1) sleep 0.05 ;;
      [2-9]) sleep 0.5 ;;
      *) sleep 3 ;;
    esac
  done
  took_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
}

must() { # FIGURE -eq|-le|-ge VALUE: e.g. `must packets_lost -eq 0`
  local value=${figures[$1]:-null}
  awk -v value="$value" -v test="$2" -v wanted="$3" 'BEGIN {
    if (value !~ /^-?[0-9.]+$/ || wanted !~ /^-?[0-9.]+$/) exit 1
    if (test == "-eq") exit !(value + 0 == wanted + 0)
    if (test == "-le") exit !(value + 0 <= wanted + 0)
    if (test == "-ge") exit !(value + 0 >= wanted + 0)
    exit 1
  }' || failed "$1 is $value, must be $2 $3"
}

near() { # VALUE EXPECTED TOLERANCE
  awk -v value="$1" -v expected="$2" -v tolerance="$3" \
    'BEGIN { exit !(value >= expected - tolerance && value <= expected + tolerance) }'
}

round_trip() { # HOST ADDRESS [WORD…]: the shortest of a few pings, in ms
  at "$1" ping -n -q -c 4 -i 0.2 -W 2 "${@:3}" "$2" | sed -n 's|^rtt [^=]*= \([0-9.]*\)/.*|\1|p'
}

# While the guest waits for the machine its clock runs ahead: a second may pass within one such wait.
answers() { at "$1" ping -n -q -c 1 -W 3 "${@:3}" "$2"; } # HOST ADDRESS [WORD…]

# --- traffic

traffic_starts() { # [OPTION…]: and runs for two seconds, so that what comes next finds it steady
  world traffic start "$@" || { failed 'the traffic started'; return; }
  sleep 2
}

traffic_ends() { # its figures become the scenario's
  local report names
  report=$(world traffic stop) || { failed 'the traffic ran to the end'; return; }
  read -ra names < <(jq -r '"\(.outage_ms) \(.udp.up.outage_ms) \(.udp.down.outage_ms) \(.packets_lost) " +
    "\(.tcp_flows_reset) \(.tcp_stall_ms)"' <<<"$report")
  figure outage_ms "${names[0]}"
  figure outage_up_ms "${names[1]}"
  figure outage_down_ms "${names[2]}"
  figure packets_lost "${names[3]}"
  figure tcp_flows_reset "${names[4]}"
  figure tcp_stall_ms "${names[5]}"
  figure traffic "$report"
}

# IPv6 beside it, from the server, since a client has one stream at a time; 100 packets a second, so that an
# outage seems longer by up to 10 ms.
ipv6_starts() { world traffic start --ipv6 --light --between server client "$@" || failed 'the IPv6 traffic started'; }

ipv6_ends() {
  local report name
  report=$(world traffic stop server) || { failed 'the IPv6 traffic ran to the end'; return; }
  for name in outage_ms packets_lost tcp_flows_reset tcp_stall_ms; do
    figure "ipv6_$name" "$(jq ".$name" <<<"$report")"
  done
}

packets_sent() { jq '.traffic.udp.up.sent + .traffic.udp.down.sent' <<<"{\"traffic\": ${figures[traffic]}}"; }

# --- what leaves by the uplinks

# LINK…: what the owner sees on it, all but the data of tunnels (that is dear, and cannot be read): IKE,
# handshakes, ICMP, ARP, and what should not be there. Kept when the scenario fails.
captures_begin() { # (`at` would put shells between, and what ends them leaves tcpdump)
  local link owner device
  for link; do
    read -r owner device < <(world end "$link")
    ip netns exec "$owner" tcpdump -n -i "$device" -U -w "$scratch/$link.pcap" \
      'not esp and not udp[8:4] = 0x04000000 and not ip6[48:4] = 0x04000000 and
       not (ip and udp port 4500 and udp[8:4] != 0) and not (ip6 and udp port 4500 and ip6[48:4] != 0)' \
      >/dev/null 2>&1 &
    captures+=($!)
  done
}

captures_end() {
  [ ${#captures[@]} -eq 0 ] || kill "${captures[@]}" 2>/dev/null
  wait "${captures[@]}" 2>/dev/null
  captures=()
}

# --- Kaido

# Of the branch: 14 slots in the default world, 6 in the small one, two transports each.
branch_tunnels=28

tunnels() { at "$1" kaido tunnels --json; } # HOST

count_tunnels() { # HOST STATE
  tunnels "$1" | jq --arg state "$2" '[.tunnels[] | select(.state == $state)] | length'
}

all_tunnels_up() { [ "$(count_tunnels branch up)" = $branch_tunnels ]; }

# In a world that is up without them: the reflectors of the hubs, and every kaidod.
kaido_starts() {
  local host
  (
    describe_recall
    for host in "${hosts[@]}"; do ! has_kind "$host" hub || reflector_start "$host"; done
    for host in "${hosts[@]}"; do ! has_kind "$host" kaido || kaidod_start "$host"; done
  ) || failed 'Kaido starts'
}

kaido_is_up() { # the start of most scenarios
  within 60 'every tunnel of the branch is up' all_tunnels_up
  within 20 'the client reaches the server' answers client 10.50.0.10
}

# --- paths. Each question starts a process, and that is dear in the guest: none is asked while an outage
# is measured.

# (Its own status 1 says that something does not work.)
status() { at "${1:-branch}" kaido status --json || [ $? = 1 ]; } # [HOST]

path_in_use() { status | jq -r --arg network "${1:-corp}" '.networks[] | select(.name == $network).tunnel'; }

# The paths of a kind that fits a pattern, e.g. `path_like '^tokyo/a:isp1/ikev2$'`: their names.
paths_like() { at branch kaido paths --json | jq -r --arg like "$1" '.paths[].name | select(test($like))'; }

paths_are_good() { # every path to a Kaido hub has proved itself
  at branch kaido paths --json | jq -e '[.paths[] | select(.hub != "plain")] |
    length > 0 and all(.health == "good")'
}

uses() { [[ $(path_in_use "${2:-corp}") =~ $1 ]]; } # PATTERN [NETWORK]

# From here on the paths are measured, the preferred one is in use, and nothing is wrong.
paths_are_up() {
  kaido_is_up
  within 60 'every path is good' paths_are_good
  within 60 'corp goes by the preferred path' uses '^tokyo/[ab]6?:.*/ikev2$'
  # After a trouble: losses are remembered for a minute, a size for as long as it takes to be tried again.
  within 120 'nothing is said of any path' healthy
  path_before=$(path_in_use)
  switches_before=$(count_switches)
}

# The link of the carrier that a path goes by: `tokyo/a6:isp1/ikev2` by tokyo-a.
carrier_of() { # PATH
  local endpoint=${1%%:*}
  endpoint=${endpoint/\//-}
  echo "${endpoint%6}"
}
uplink_of() { local uplink=${1#*:}; echo "${uplink%%/*}"; } # PATH: isp1 or isp2
transport_of() { echo "${1##*/}"; }                         # PATH

# The longest outage that is allowed: three probes of silence, a round trip, 50 ms.
bound() { echo $((150 + $1 + 50)); } # ROUND-TRIP

# How often a network of the branch has gone from one path to another since its kaidod started.
count_switches() { status | jq '[.networks[] | select(.name == "corp").switches] | add'; }

# Sets `switches`. After a scenario that restarts the branch's kaidod this is no figure.
switches_end() { figure switches $(($(count_switches) - switches_before)); }

conditions() { status "${1:-branch}" | jq -c '[.status.conditions[] | {code, subject}]'; } # [HOST]

# One of CODE… is said of a path, or of the gateway. `detected_as`: what of these is said. Asked once:
# the trouble has been there for a while.
detected() { # CODE… [--on HOST] (last)
  local host=branch said wanted
  [ "${*: -2:1}" != --on ] || { host=${*: -1}; set -- "${@:1:$#-2}"; }
  said=$(conditions "$host")
  wanted=$(jq -nc '$ARGS.positional' --args "$@")
  figure detected_as "$(jq -c --argjson wanted "$wanted" \
    '[.[].code] | unique | map(select(. as $code | $wanted | index($code)))' <<<"$said")"
  [ "${figures[detected_as]}" != '[]' ] || failed "none of $* is said, but $(jq -c '[.[].code] | unique' <<<"$said")"
}

healthy() { # nothing is said of any path
  conditions | jq -e '[.[] | select(.code | test("^(path|all-paths|ipsec|reflector|claim)-"))] == []'
}

# How often kaidod wrote that something moved, on any gateway, since the world came up.
count_moves_logged() {
  cat /run/lab/*/kaidod.log | grep -cE 'NETWORK_(MOVED|SWITCHED)'
}

# What there is of Kaido's in the kernel, in charon and in nftables, in a form that two moments can be
# compared by: indices of devices show that none was made anew, identities of SAs that no tunnel was.
# Counters and times are left out.
kaido_state() { # HOST
  at "$1" sh -c '
    ip -o link show | sed -n "s/^\([0-9]*: kd-[^:@]*\).*mtu \([0-9]*\).*/link \1 \2/p" | sort
    ip -o address show | sed "s/ valid_lft.*//" | grep " kd-" | sort
    wg show all allowed-ips | sort
    nft -s list table inet kaido 2>/dev/null
    swanctl --list-conns 2>/dev/null | grep -o "^[^ ]*:" | sort
    swanctl --list-sas --noblock 2>/dev/null | sed -n "s/^\([^ ]*: #[0-9]*, [A-Z]*\).*/\1/p" | sort'
  routing_state "$1"
}

routing_state() { # HOST: rules, routes, nexthops of Kaido's
  at "$1" sh -c '
    ip -4 -d rule show; ip -6 -d rule show
    ip -4 route show table all proto 210; ip -6 route show table all proto 210
    ip nexthop show proto 210'
}

# How often the kaidod of a host wrote that it changed something in the kernel or in charon.
count_changes_logged() { # HOST
  grep -cE 'KERNEL_(CHANGED|REFUSED)|WIREGUARD_CHANGED|FIREWALL_REPLACED' "/run/lab/$1/kaidod.log"
}

# --- the end

scenario_json() { # NAME RUN PASSED
  local name
  {
    for name in "${!figures[@]}"; do [ "$name" = traffic ] || printf '"%s" %s\n' "$name" "${figures[$name]}"; done
  } | jq -cn --arg scenario "$1" --argjson run "$2" --argjson passed "$3" \
    '[inputs] as $all |
    {scenario: $scenario, run: $run, outage_ms: null, packets_lost: null, tcp_flows_reset: null,
      leaked_packets: null, switches: null, detected_as: null, passed: $passed} +
    ([range(0; $all | length; 2) | {($all[.]): $all[. + 1]}] | add // {}) +
    if $ARGS.positional == [] then {} else {failures: $ARGS.positional} end' --args "${failures[@]}"
}
