# shellcheck shell=bash
# DHCP on both uplinks, each as a distribution does it: dhcpd at isp1 and isp2, ifupdown with dhclient on eth1,
# systemd-networkd on eth2. Leases are of a minute, renewed every half. Sourced by scenarios/dhcp.

lease_seconds=60

dhcp_serves() { # HOST
  cat >"$scratch/dhcpd-$1.conf" <<EOF
authoritative;
ping-check off;
default-lease-time $lease_seconds;
max-lease-time $lease_seconds;
subnet 192.168.1.0 netmask 255.255.255.0 {
  range 192.168.1.5;
  option routers 192.168.1.1;
}
EOF
  : >"$scratch/leases-$1"
  (process_start "$1" dhcpd /usr/sbin/dhcpd -4 -f -d --no-pid -cf "$scratch/dhcpd-$1.conf" \
    -lf "$scratch/leases-$1" lan) || failed "dhcpd of $1 works"
  ip netns exec "$1" nft -f - <<'EOF'
table netdev lab_renewals {
  counter unicast { }
  chain arriving {
    type filter hook ingress device "lan" priority -520
    ip daddr 192.168.1.1 udp dport 67 counter name unicast
  }
}
EOF
}

renewals() { # HOST: those that were sent to the server's address
  ip netns exec "$1" nft -j list counter netdev lab_renewals unicast | jq '.nftables[].counter.packets // empty'
}

requests_of() { grep -c "^DHCPREQUEST .* from $2 " "/run/lab/$1/dhcpd.log"; } # HOST MAC
mac_of() { at branch ip -j link show "$1" | jq -r '.[0].address'; }           # DEVICE

# As `auto eth1` in /etc/network/interfaces does it, script and all.
ifupdown_up() {
  printf 'iface eth1 inet dhcp\n' >"$scratch/interfaces"
  mkdir -p /run/network
  at branch ifup --force -i "$scratch/interfaces" eth1 >>/run/lab/branch/ifup.log 2>&1 || failed 'ifup eth1'
  # The world ends what it knows.
  echo "$(cat /run/dhclient.eth1.pid) dhclient" >/run/lab/branch/dhclient.pid
}
ifupdown_down() { at branch ifdown --force -i "$scratch/interfaces" eth1 >>/run/lab/branch/ifup.log 2>&1; }

# In a namespace networkd must not wait for udev, which does not see it: as in a container, /sys is read-only.
networkd_configure() {
  mkdir -p /run/systemd/network /etc/systemd/networkd.conf.d
  cp "$LAB_CHECKOUT/configs/networkd/kaido.conf" /etc/systemd/networkd.conf.d/
  printf '[Match]\nName=eth2\n[Network]\nDHCP=ipv4\nKeepMaster=yes\nIPv6AcceptRA=no\n[DHCPv4]\nRouteTable=222\n' \
    >/run/systemd/network/10-eth2.network
  printf '[Match]\nName=*\n[Link]\nUnmanaged=yes\n' >/run/systemd/network/90-others.network
}
networkd_up() {
  (process_start branch networkd sh -c 'mount -o remount,bind,ro /sys && exec /lib/systemd/systemd-networkd') ||
    failed 'networkd works'
  echo "$(pgrep -n systemd-network) systemd-network" >/run/lab/branch/networkd.pid
}
networkd_down() { (process_stop branch networkd); }

has_lease() { at branch ip -4 -o address show dev "$1" | grep -q 'inet 192.168.1.5/24.*dynamic'; } # DEVICE

# What happens to addresses and routes, with the time; asked afterwards.
monitor_starts() {
  # (A program named `ip` would be taken for the one that starts it.)
  (process_start branch monitor timeout 3600 ip -ts monitor address route) || failed 'the monitor works'
}
default_routes_seen() { # DEVICE: how often one was written
  grep -v Deleted /run/lab/branch/monitor.log | grep -c "default via 192.168.1.1 dev $1 "
}
addresses_lost() { grep -c "Deleted.*$1 .*inet 192.168.1.5" /run/lab/branch/monitor.log; } # DEVICE
