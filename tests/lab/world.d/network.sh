# shellcheck shell=bash
# Network namespaces and the links between them.

modules=(veth sch_netem wireguard esp4 esp6 xfrm_user xfrm_interface vrf dummy tun udp_tunnel
  nf_tables nft_chain_nat nft_masq nft_ct nf_conntrack_netlink af_packet nft_fib_inet)

network_up() {
  local host name
  modprobe -a "${modules[@]}" || fail "the kernel lacks modules: is this the lab's guest?"
  printf 'netns add %s\n' "${hosts[@]}" | ip -batch -
  for host in "${hosts[@]}"; do host_prepare "$host"; done
  for name in "${links[@]}"; do link_add "$name"; done | ip -batch -
  for host in "${hosts[@]}"; do host_configure "$host"; done
  for name in "${links[@]}"; do shape_apply "$name"; done
}

network_down() {
  local host
  for host in "${hosts[@]}"; do
    [ ! -e "/run/netns/$host" ] || ip netns delete "$host"
  done
}

host_prepare() { # HOST: what must be set before its devices exist
  local -a settings=(net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0)
  if has_kind "$1" router; then
    settings+=(net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.forwarding=1)
  fi
  ip netns exec "$1" sysctl -qw "${settings[@]}"
}

link_add() { # NAME: prints lines for `ip -batch`
  local owner=${owner_of[$1]} peer=${peer_of[$1]} end
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

host_devices() { # HOST: its ends of links
  local name end
  for name in "${links[@]}"; do
    for end in "${owner_of[$name]}" "${peer_of[$name]}"; do
      [ "${end%:*}" != "$1" ] || echo "$end"
    done
  done
}

host_configure() { # HOST
  local host=$1 end
  {
    echo 'link set lo up'
    for end in $(host_devices "$host"); do device_configure "$end"; done
    printf '%s' "${rules[$host]:-}"
  } | ip -n "$host" -batch -
  routes_add "$host" ''
  if [ -n "${nats[$host]:-}" ]; then
    ip netns exec "$host" nft -f - <<EOF
table ip lab_nat {
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "${nats[$host]}" masquerade
  }
}
EOF
  fi
}

# `ip -batch` has no family per line: one pass for each.
routes_add() { # HOST DEVICE: its routes (those that name DEVICE when given)
  local family pattern=${2:+ dev $2 }
  for family in -4 -6; do
    printf '%s' "${routes[$1]:-}" | grep -e "^$family" | grep -e "${pattern:-.}" |
      sed "s/^$family //" | ip -n "$1" "$family" -batch - || true
  done
}

# A cable pulled out: the device of the owner is gone with all that was on it.
link_unplug() { # NAME
  local owner=${owner_of[$1]}
  ip -n "${owner%:*}" link delete dev "${owner#*:}"
}

link_plug() { # NAME: the device made anew, as on the first day
  local owner=${owner_of[$1]} peer=${peer_of[$1]} end
  link_add "$1" | ip -batch -
  for end in "$owner" "$peer"; do
    device_configure "$end" | ip -n "${end%:*}" -batch -
    routes_add "${end%:*}" "${end#*:}"
  done
  shape_apply "$1"
  faults_apply "$1"
}
