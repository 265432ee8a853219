# shellcheck shell=bash
# What leaves by the uplinks, to any destination, counted where the branch's internet routers receive it: by
# another kernel's rules than the branch's own. Sourced by scenario-lib.sh.
#
# A leak is a packet
#   inside    with an address of the inside networks (10.0.0.0/8, fd00::/8), source or destination;
#   stranger  with a source that is none of the uplink's, whatever its destination;
#   lured     to a destination that only the client speaks to (lure.py), whatever its source: so it is found
#             too when it was given the uplink's address on its way.
# Everything else is the branch's own: its tunnels, ARP, neighbours, DHCP, and `own`, what it sends besides.

lure_destinations=(198.51.100.18 192.0.2.2 2001:db8:ff01::2)

# The client speaks to the internet, a few packets a second, until the world goes.
lure_starts() {
  (process_find client lure) || (process_start client lure python3 "$lab/lure.py" "${lure_destinations[@]}") ||
    failed 'the lure started'
}

lure_stops() { (process_stop client lure); }

# With kaidod: not before it has taken the uplinks, which today leaves the seconds from boot to its start open.
lure_starts_behind_kaido() {
  within 30 'the branch has no default route any more' branch_is_closed
  lure_starts
}

branch_is_closed() {
  [ -z "$(at branch ip -4 route show default)$(at branch ip -6 route show default)" ] &&
    at branch nft list table inet kaido
}

inner_address() { case $1 in 10.* | fd*) ;; *) return 1 ;; esac; } # ADDRESS

# Sets `hubs4` and `hubs6`: the outer addresses of everything that answers tunnels.
leaks_hubs() {
  local end address
  hubs4='' hubs6=''
  for end in "${!addresses[@]}"; do
    has_kind "${end%:*}" hub || has_kind "${end%:*}" charon || continue
    for address in ${addresses[$end]}; do
      ! inner_address "$address" || continue
      case $address in *:*) hubs6+="${address%/*}, " ;; *) hubs4+="${address%/*}, " ;; esac
    done
  done
}

# The sources that belong on an uplink: those of its subnets, and of a host that has none yet.
leaks_sources() { # HOST FAMILY
  local address
  # (169.254.210.0/24: charon's own, before it is translated; so it leaves while somebody has flushed the table.)
  case $2 in 4) printf '0.0.0.0, 169.254.210.0/24, ' ;; 6) printf '::, fe80::/10, ' ;; esac
  for address in ${addresses[$1:lan]}; do
    case $2$address in 4*:* | 6*.*) ;; *) printf '%s, ' "$address" ;; esac
  done
}

leaks_rules() { # what judges a packet, in a chain of either family of nft
  cat <<EOF
    ip saddr 10.0.0.0/8 counter name inside return
    ip daddr 10.0.0.0/8 counter name inside return
    ip6 saddr fd00::/8 counter name inside return
    ip6 daddr fd00::/8 counter name inside return
    ip daddr @lures4 counter name lured return
    ip6 daddr @lures6 counter name lured return
    meta protocol ip ip saddr != @sources4 counter name stranger return
    meta protocol ip6 ip6 saddr != @sources6 counter name stranger return
    ip daddr @hubs4 meta l4proto esp return
    ip6 daddr @hubs6 meta l4proto esp return
    ip daddr @hubs4 udp dport { 500, 4500, 51801-51899 } return
    ip6 daddr @hubs6 udp dport { 500, 4500, 51801-51899 } return
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } return
    icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } return
    ip protocol igmp return
    udp dport { 67, 547 } return
    meta protocol ip counter name own
    meta protocol ip6 counter name own
EOF
}

elements() { # LIST: empty braces are a mistake to nft
  [ -z "$1" ] || echo "elements = { $1 };"
}

leaks_sets() { # HOST
  local lure lures4='' lures6=''
  for lure in "${lure_destinations[@]}"; do
    case $lure in *:*) lures6+="$lure, " ;; *) lures4+="$lure, " ;; esac
  done
  cat <<EOF
  set lures4 { type ipv4_addr; $(elements "$lures4") }
  set lures6 { type ipv6_addr; $(elements "$lures6") }
  set hubs4 { type ipv4_addr; $(elements "$hubs4") }
  set hubs6 { type ipv6_addr; $(elements "$hubs6") }
  set sources4 { type ipv4_addr; flags interval; elements = { $(leaks_sources "$1" 4) } }
  set sources6 { type ipv6_addr; flags interval; elements = { $(leaks_sources "$1" 6) } }
  counter inside { }
  counter stranger { }
  counter lured { }
  counter own { }
EOF
}

# (A line over a line, as PPPoE's, is judged where it comes out of its device.)
leaks_tables() { # HOST
  local hubs4 hubs6
  leaks_hubs
  cat <<EOF
table netdev lab_leaks
delete table netdev lab_leaks
table netdev lab_leaks {
$(leaks_sets "$1")
  chain arriving {
    type filter hook ingress device "lan" priority -510
$(leaks_rules)
  }
}
table inet lab_leaks
delete table inet lab_leaks
table inet lab_leaks {
$(leaks_sets "$1")
  chain judge {
$(leaks_rules)
  }
  chain arriving {
    type filter hook prerouting priority raw
    iifname "ppp*" jump judge
  }
}
EOF
}

leaks_begin() { # counts from 0 again
  local host
  for host in isp1 isp2; do
    (describe_recall && leaks_tables $host | ip netns exec $host nft -f -) ||
      failed "the leaks at $host are counted"
  done
}

# An uplink has another subnet now.
leaks_source_added() { # HOST ADDRESS-OR-PREFIX
  local family=4 table
  case $2 in *:*) family=6 ;; esac
  for table in netdev inet; do
    ip netns exec "$1" nft add element $table lab_leaks "sources$family" "{ $2 }"
  done
}

leaks_counted() { # at both routers, since leaks_begin: {"inside": PACKETS, …}
  {
    ip netns exec isp1 nft -j list counters
    ip netns exec isp2 nft -j list counters
  } | jq -cse '[.[].nftables[].counter | select(.table? == "lab_leaks")] |
    if length != 16 then error("a counter is missing") else . end |
    reduce .[] as $each ({inside: 0, stranger: 0, lured: 0, own: 0}; .[$each.name] += $each.packets)'
}

leaks_end() { # becomes `leaked_packets`, `leaks` by kind, and `own_packets`
  local counted
  counted=$(leaks_counted) || { failed 'the leaks were counted'; counted='{}'; }
  read -r "figures[own_packets]" "figures[leaked_packets]" "figures[leaks]" < <(
    jq -r '"\(.own) \(.inside + .stranger + .lured) \(del(.own) | tojson)"' <<<"$counted")
}
