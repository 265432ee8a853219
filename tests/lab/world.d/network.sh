# shellcheck shell=bash
# Network namespaces and the links between them.

modules=(veth sch_netem wireguard esp4 esp6 xfrm_user xfrm_interface vrf dummy tun udp_tunnel
  nf_tables nft_chain_nat nft_masq nft_ct nf_conntrack_netlink af_packet nft_fib_inet)

# New processes are dear in the guest: a namespace is configured by one `ip` and one `tc`, and inherits
# its settings from the first one.
network_up() {
  local host name
  modprobe -a "${modules[@]}" || fail "the kernel lacks modules: is this the lab's guest?"
  network_settings
  {
    printf 'netns add %s\n' "${hosts[@]}"
    for name in "${links[@]}"; do link_add "$name"; done
  } | ip -batch -
  for host in "${hosts[@]}"; do host_configure "$host"; done
}

network_settings() {
  echo 1 >/proc/sys/net/core/devconf_inherit_init_net
  echo 1 >/proc/sys/net/ipv4/ip_forward
  echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
  echo 1 >/proc/sys/net/ipv6/conf/default/forwarding
  echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
}

network_down() {
  local host
  for host in "${hosts[@]}"; do
    [ ! -e "/run/netns/$host" ] || ip netns delete "$host"
  done
}

link_add() { # NAME: prints lines for `ip -batch`
  local owner=${owner_of[$1]} peer=${peer_of[$1]}
  echo "link add name ${owner#*:} netns ${owner%:*} type veth peer name ${peer#*:} netns ${peer%:*}"
}

# Packets have the size that they have on a wire: no segments of 64 kB between namespaces.
device_configure() { # HOST:DEVICE: prints lines for `ip -n HOST -batch`
  local device=${1#*:} address
  for address in ${addresses[$1]:-}; do
    case $address in
      *:*) echo "address add $address dev $device nodad" ;;
      *) echo "address add $address dev $device" ;;
    esac
  done
  echo "link set dev $device gso_max_segs 1"
  echo "link set dev $device up"
}

# Sets `ends` and `end_links`: the host's ends of links, and the links.
host_ends() { # HOST
  local name end
  ends=() end_links=()
  for name in "${links[@]}"; do
    for end in "${owner_of[$name]}" "${peer_of[$name]}"; do
      [ "${end%:*}" = "$1" ] || continue
      ends+=("$end")
      end_links+=("$name")
    done
  done
}

host_configure() { # HOST
  local host=$1 end index
  host_ends "$host"
  {
    echo 'link set lo up'
    for end in "${ends[@]}"; do device_configure "$end"; done
    printf '%s' "${rules[$host]:-}${routes[$host]:-}"
  } | ip -n "$host" -batch -
  for index in "${!ends[@]}"; do shape_end "${end_links[index]}" "${ends[index]}"; done |
    tc -n "$host" -batch -
  [ -z "${nats[$host]:-}" ] || ip netns exec "$host" nft -f - <<EOF
table ip lab_nat {
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "${nats[$host]}" masquerade
  }
}
EOF
}

# A cable pulled out: the device of the owner is gone with all that was on it.
link_unplug() { # NAME
  local owner=${owner_of[$1]}
  device_exists "$owner" || fail "unplug: $1 is unplugged"
  ip -n "${owner%:*}" link delete dev "${owner#*:}"
}

device_exists() { ip -n "${1%:*}" link show dev "${1#*:}" >/dev/null 2>&1; } # HOST:DEVICE

link_plug() { # NAME: the device made anew, as on the first day
  local end
  ! device_exists "${owner_of[$1]}" || fail "plug: $1 is plugged in"
  link_add "$1" | ip -batch -
  for end in "${owner_of[$1]}" "${peer_of[$1]}"; do
    { device_configure "$end"; device_routes "$end"; } | ip -n "${end%:*}" -batch -
  done
  shape_apply "$1"
  faults_apply "$1"
}

device_routes() { # HOST:DEVICE: the routes that went with it
  local line
  while read -r line; do
    case "$line " in *" dev ${1#*:} "*) echo "$line" ;; esac
  done <<<"${routes[${1%:*}]:-}"
}
