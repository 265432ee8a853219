# shellcheck shell=bash
# Packets through each tunnel by itself, whatever the routes say.

received_on() { # HOST DEVICE: packets
  at "$1" ip -j -s link show "$2" | jq '.[0].stats64.rx.packets'
}

hub_device() { # SLOT TRANSPORT
  case $2 in ikev2) echo "kd-ike7-$1" ;; wireguard) echo "kd-wg$1" ;; esac
}

# IPv6: a ping between the inner addresses of the tunnel, by its own devices both ways. IPv4 has no
# addresses of a tunnel's own, so the answer may come by another: what counts is that the hub got it.
tunnel_carries_packets() { # NAME HUB SLOT TRANSPORT DEVICE PEER_INNER
  local device before
  expect "$1: ping, IPv6" answers branch "$6" -I "$5"
  device=$(hub_device "$3" "$4")
  before=$(received_on "$2" "$device")
  at branch ping -n -q -c 2 -i 0.2 -W 1 -I "$5" -I 10.1.7.1 "10.50.255.$(hub_number "$2")" >/dev/null
  [ "$(received_on "$2" "$device")" -ge $((before + 2)) ] || failed "$1: the hub gets IPv4 packets"
}

hub_number() { case $1 in tokyo) echo 101 ;; shanghai) echo 102 ;; hongkong) echo 103 ;; esac }

each_kaido_tunnel_carries_packets() {
  local name hub slot transport device peer_inner
  while read -r name hub slot transport device peer_inner; do
    tunnel_carries_packets "$name" "$hub" "$slot" "$transport" "$device" "$peer_inner" </dev/null
  done < <(tunnels branch | jq -r '.tunnels[] | select(.peer != "plain") |
    "\(.name) \(.peer) \(.slot) \(.transport) \(.device) \(.peer_inner)"')
}

# plain routes its answers into the tunnel that it prefers, so what counts is that it got the packets.
# (IPv6 by a device needs a route there, and only the tunnel in use has one: the client shows that.)
plain_tunnels_carry_packets() {
  local slot before
  expect 'plain by WireGuard over isp1' answers branch 10.60.0.1 -I kd-wg13 -I 10.99.1.2
  expect 'plain by WireGuard over isp2' answers branch 10.60.0.1 -I kd-wg14 -I 10.99.2.2
  for slot in 13 14; do
    before=$(received_on plain "ipsec$slot")
    at branch ping -n -q -c 2 -i 0.2 -W 1 -I "kd-ike$slot" -I 10.1.7.1 10.60.0.10 >/dev/null
    [ "$(received_on plain "ipsec$slot")" -ge $((before + 2)) ] || failed "plain gets packets by IPsec, slot $slot"
  done
  expect 'plain answers by IPsec' answers client 10.60.0.10
  expect 'plain answers by IPsec, IPv6' answers client fd60::10
}
