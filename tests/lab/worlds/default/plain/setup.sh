#!/bin/sh
# The XFRM interfaces that swanctl.conf speaks of: made once, when the machine starts.
for id in 13 14; do
  ip link add "ipsec$id" type xfrm if_id "$id"
  ip link set "ipsec$id" up mtu 1400
done
