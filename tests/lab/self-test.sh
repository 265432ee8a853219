# shellcheck shell=bash
# The parts of scenarios/world_self_test.

rtt_is() { # HOST ADDRESS MS [WORD…]
  local measured
  measured=$(round_trip "$1" "$2" "${@:4}")
  near "${measured:-0}" "$3" 0.6 || failed "round trip $1 to $2: $measured ms, expected $3"
}

links_have_their_round_trips() {
  local uplink
  for uplink in eth1 eth2; do
    rtt_is branch 203.0.113.1 5 -I "$uplink"
    rtt_is branch 203.0.113.5 5 -I "$uplink"
    rtt_is branch 203.0.113.17 50 -I "$uplink"
    rtt_is branch 203.0.113.33 50 -I "$uplink"
    rtt_is branch 198.51.100.5 5 -I "$uplink"
  done
  rtt_is branch 2001:db8:a::1 5
  rtt_is shanghai 203.0.113.33 35
  rtt_is server 10.50.254.1 0.5
}

links_change_and_come_back() {
  world link tokyo-a delay=20ms
  rtt_is branch 203.0.113.1 42.5
  world link tokyo-a reset
  rtt_is branch 203.0.113.1 5
  world link tokyo-a loss=100%
  expect_not 'a link with 100 % loss lets nothing pass' answers branch 203.0.113.1
  world link tokyo-a reset
  world unplug uplink1
  expect_not 'an unplugged uplink is gone' at branch ip link show eth1
  world plug uplink1
  rtt_is branch 203.0.113.1 5 -I eth1
  rtt_is branch 2001:db8:a::1 5 -I eth1
}

echo_starts() { # HOST
  ip netns exec "$1" python3 "$lab/echo.py" serve "$scratch/heard-$1" &
  echo_pids+=($!)
  sleep 0.5
}

# `passes` and `lost`: one packet from core over the link core-server, and its answer.
passes() { expect "$fault: $* passes" at core python3 "$lab/echo.py" "$@"; }
lost() { expect_not "$fault: $* is lost" at core python3 "$lab/echo.py" "$@"; }
heard() { cat "$scratch/heard-server"; }

with_fault() { # WHAT [DIRECTION]
  fault="break core-server $*"
  world heal core-server
  world break core-server "$@"
}

faults_drop_what_they_say() {
  local server=10.50.0.10 before echo_pids=()
  echo_starts server
  fault='nothing broken'
  passes udp $server 7 100
  passes esp $server

  with_fault everything
  lost udp $server 7 100
  expect_not "$fault: ping" answers core $server
  expect_not "$fault: ping over IPv6" answers core fd50::10
  with_fault out
  before=$(heard)
  lost udp $server 7 100
  expect "$fault: the request is lost" [ "$(heard)" = "$before" ]
  with_fault in
  lost udp $server 7 100
  expect "$fault: only the answer is lost" [ "$(heard)" = $((before + 1)) ]
  with_fault ipsec
  lost udp $server 500 100
  lost udp $server 4500 100
  lost esp $server
  passes udp $server 7 100
  with_fault esp
  passes udp $server 500 100
  passes udp $server 4500 100
  FIRST=esp lost udp $server 4500 100
  lost esp $server
  with_fault udp
  lost udp $server 7 100
  expect "$fault: ping passes" answers core $server
  with_fault size:1280
  passes udp $server 7 1252
  lost udp $server 7 1253
  with_fault dns
  lost udp $server 53 100
  passes udp $server 7 100
  with_fault udp out
  lost udp $server 7 100
  world heal
  fault='after heal'
  passes udp $server 7 100
  kill "${echo_pids[@]}"
}

uplinks_are_separate_and_translated() {
  local echo_pids=() seen
  echo_starts hk
  seen=$(at branch python3 "$lab/echo.py" udp 192.0.2.9 7 100 eth1)
  expect "isp1 translates to its own address, not $seen" [ "$seen" = 198.51.100.17 ]
  seen=$(at branch python3 "$lab/echo.py" udp 192.0.2.9 7 100 eth2)
  expect "isp2 translates to its own address, not $seen" [ "$seen" = 198.51.100.21 ]
  world break isp1 everything
  expect_not 'isp1 broken: eth1 reaches nothing' answers branch 203.0.113.1 -I eth1
  expect 'isp1 broken: eth2 goes on' answers branch 203.0.113.1 -I eth2
  world heal isp1
  kill "${echo_pids[@]}"
}

core_route_is_by() { at core ip route get 10.1.7.10 | grep -q "dev $1 "; } # HUB
core_route6_is_by() { at core ip -6 route get fd51:7::10 | grep -q "dev $1 "; }

leads_by_core() { at "$1" ip route get "$2" | grep -q 'dev core '; } # HUB ADDRESS
leads_to_itself() { ! leads_by_core "$@"; }

core_follows_the_hubs() {
  local hub address
  for hub in tokyo shanghai; do
    at $hub ip route add 10.1.7.0/24 dev lo proto 210 table 210 metric 20
    at $hub ip route add fd51:7::/64 dev lo proto 210 table 210 metric 20
  done
  within 10 'core learns the site from tokyo' core_route_is_by tokyo
  within 10 'core learns the site from tokyo, IPv6' core_route6_is_by tokyo
  # A hub that does not have the site leads to the one that has it, and one that has it to itself.
  for address in 10.1.7.10 fd51:7::10; do
    within 2 "hongkong leads to core, for $address" leads_by_core hongkong "$address"
    within 2 "tokyo leads to itself, for $address" leads_to_itself tokyo "$address"
    within 2 "shanghai leads to itself, for $address" leads_to_itself shanghai "$address"
  done
  at shanghai ip route flush table 210
  within 1 'shanghai leads to core when the site has left' leads_by_core shanghai 10.1.7.10
  figure withdrawn_ms "$took_ms"
  at shanghai ip route add 10.1.7.0/24 dev lo proto 210 table 210 metric 20
  within 1 'shanghai leads to itself when it is back' leads_to_itself shanghai 10.1.7.10
  world break core-tokyo everything
  within 1 'core moves to shanghai by BFD' core_route_is_by shanghai
  figure core_moved_ms "$took_ms"
  world heal core-tokyo
  within 15 'core returns to tokyo' core_route_is_by tokyo
  for hub in tokyo shanghai; do
    at $hub ip route flush table 210
    at $hub ip -6 route flush table 210
  done
}

# The branch's charon with a connection written by hand, policies as charon makes them. Both uplinks have
# 192.168.1.5: charon would send IKE by either while ESP follows the route, and plain then moves the SA to
# the other NAT's address just when it has to answer. So this connection has an address of eth1's alone.
plain_hub_answers_by_ipsec() {
  local directory=$scratch/swanctl
  at branch ip address add 192.168.1.6/24 dev eth1
  mkdir -p "$directory"/{x509,x509ca,private}
  cp /run/lab/pki/ca.crt "$directory/x509ca/"
  cp /run/lab/pki/osaka.crt "$directory/x509/"
  cp /run/lab/pki/osaka.key "$directory/private/"
  cat >"$directory/swanctl.conf" <<'EOF'
connections {
  by-hand {
    version = 2
    local_addrs = 192.168.1.6
    remote_addrs = 198.51.100.5
    proposals = aes256gcm16-prfsha384-ecp384
    local {
      auth = pubkey
      certs = osaka.crt
      id = s13.osaka.kaido.example
    }
    remote {
      auth = pubkey
      id = plain.example.com
    }
    children {
      by-hand {
        local_ts = 10.1.7.0/24, fd51:7::/64
        remote_ts = 10.60.0.0/24, fd60::/64
        esp_proposals = aes256gcm16-ecp384
      }
    }
  }
}
EOF
  swanctl_by_hand() { at branch env SWANCTL_DIR="$directory" swanctl "$@"; }
  expect 'charon of the branch takes the connection' swanctl_by_hand --load-all --noprompt
  expect 'plain accepts the branch by IKE' swanctl_by_hand --initiate --child by-hand --timeout 10
  expect 'a ping through ESP to plain' answers client 10.60.0.10
  expect 'a ping through ESP to plain, IPv6' answers client fd60::10
  traffic_finds_the_outage
  swanctl_by_hand --terminate --ike by-hand --timeout 5 >/dev/null || failed 'the SA ends'
  at branch ip address delete 192.168.1.6/24 dev eth1
  rm -rf "$directory"
  at branch swanctl --load-all --noprompt >/dev/null 2>&1
}

traffic_finds_the_outage() {
  local report
  traffic_starts --to partner
  report=$(world traffic report)
  expect 'undisturbed traffic loses nothing' [ "$(jq .packets_lost <<<"$report")" = 0 ]
  world break plain-a esp
  sleep 0.3
  world heal plain-a
  sleep 1
  traffic_ends
  must outage_ms -ge 300
  must outage_ms -le 900
  must packets_lost -ge 600
  must tcp_flows_reset -eq 0
}

plain_hub_answers_by_wireguard() {
  local key
  key=$(at plain wg show wg0 public-key)
  at branch ip link add by-hand type wireguard
  at branch wg set by-hand private-key /run/lab/branch/kaido/wireguard/slot-13.key \
    peer "$key" endpoint 198.51.100.5:51813 allowed-ips 10.99.1.1/32,10.60.0.0/24
  at branch ip address add 10.99.1.2/32 dev by-hand
  at branch ip link set dev by-hand up
  at branch ip route add 10.99.1.1/32 dev by-hand
  expect 'plain answers by WireGuard' answers branch 10.99.1.1
  at branch ip link delete dev by-hand
}
