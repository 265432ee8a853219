# shellcheck shell=bash
# Kinds of lines on the branch's second uplink, at both ends. Sourced by scenarios/lines and lines_learnt; the
# first uplink is left alone.

branch_toml=/run/lab/branch/kaido/kaido.toml
original_toml=$scratch/original.toml
cp "$branch_toml" "$original_toml"

# DEVICE: the file names it for isp2, and no gateway; what is not shown in the file must be learnt.
uplink2_is() {
  sed '/^name = "isp2"/,/^$/{/^gateways/d; s/^device = .*/device = "'"$1"'"/}' "$original_toml" >"$scratch/new.toml"
  expect "the file names $1" at branch kaido config apply "$scratch/new.toml"
}

uplink2_tunnels_up() { # PATTERN: those of the slots whose hub's address fits
  tunnels branch | jq --arg like "$1" '[.tunnels[] | select(.uplink == "isp2" and .state == "up" and
    (.name | test($like)))] | length'
}
ipv4_slots='^[^:]*[^6]:' # all but tokyo/a6, which is an IPv6 address
ipv6_slots='^[^:]*6:'
uplink2_up4() { [ "$(uplink2_tunnels_up "$ipv4_slots")" = 4 ]; }
uplink2_up6() { [ "$(uplink2_tunnels_up "$ipv6_slots")" = 2 ]; }
# (A line without IPv6 is told of where the file names hubs by IPv6.)
uplink2_conditions() {
  status | jq -c '[.status.conditions[] | select(.subject == "uplink isp2") |
    select((.code == "uplink-no-address" and (.detail | endswith(" has no IPv6"))) | not).code]'
}
nothing_said_of_uplink2() { [ "$(uplink2_conditions)" = '[]' ]; }

line_works4() { # KIND FIGURE: tunnels come up by IPv4, and nobody misses a default route
  within 45 "$1: the tunnels by IPv4 are up" uplink2_up4
  figure "$2_up_ms" "$took_ms"
  nothing_said_of_uplink2 || failed "$1: of isp2 it is said: $(uplink2_conditions)"
  closed_to_the_lan "$1"
}

closed_to_the_lan() { # KIND
  [ -z "$(main_defaults)" ] || failed "$1: in main there is $(main_defaults | tr '\n' ';')"
}

main_defaults() { at branch sh -c 'ip -4 route show default; ip -6 route show default'; }
master_of() { at branch ip -j link show "$1" | jq -r '.[0].master // "none"'; } # DEVICE

# The line that was there goes, so that the next kind can come.
line_ends() {
  at branch sh -c "ip address flush dev eth2; ip route flush dev eth2 table all 2>/dev/null; ip link delete $1 2>/dev/null"
  at isp2 ip link delete "${2:-none}" 2>/dev/null
  true
}

# --- PPPoE: pppoe-server at isp2, pppd with the kernel's PPPoE on the branch

pppoe_serves() {
  cat >"$scratch/pppoe-server" <<'EOF'
noauth
lcp-echo-interval 2
lcp-echo-failure 2
mtu 1492
mru 1492
noipdefault
nodefaultroute
EOF
  (process_start isp2 pppoe-server /usr/sbin/pppoe-server -F -I lan -L 192.0.2.129 -R 192.0.2.177 -N 8 \
    -O "$scratch/pppoe-server") || failed 'pppoe-server works'
}

pppoe_dials() { # as pppd does it by default: its route is by the device, in the main table
  cat >"$scratch/peer" <<'EOF'
plugin rp-pppoe.so
eth2
noauth
user lab
defaultroute
noipv6
mtu 1492
mru 1492
lcp-echo-interval 2
lcp-echo-failure 2
persist
maxfail 0
holdoff 1
ifname ppp0
nodetach
EOF
  at branch ip link set eth2 up
  (process_start branch pppd /usr/sbin/pppd file "$scratch/peer") || failed 'pppd works'
  within 20 'pppd has a session' pppoe_has_session
}

pppoe_has_session() { at branch ip -4 -o address show dev ppp0 | grep -q 'inet 192.0.2.1[78]'; }
pppoe_identity() { at branch ip -j -4 address show dev ppp0 | jq -c '.[0] | [.ifindex, .addr_info[0].local]'; }

# The carrier ends the session: another device, another address.
pppoe_redials() {
  local before server _
  before=$(pppoe_identity)
  read -r server _ <"/run/lab/isp2/pppoe-server.pid"
  pkill -P "$server" pppd || failed "the carrier's pppd was found"
  within 20 'pppd dials again' pppoe_has_another "$before"
}
pppoe_has_another() { pppoe_has_session && [ "$(pppoe_identity)" != "$1" ]; }

pppoe_ends() {
  (process_stop branch pppd; process_stop isp2 pppoe-server KILL)
  sleep 1
}
