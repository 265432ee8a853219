#!/bin/sh
# Called by charon: the branch's networks are routed into the tunnel while it is up. The first uplink is
# preferred, and IPsec to WireGuard (metrics 100 and 200, in wg0.conf and wg1.conf).
device=ipsec$PLUTO_IF_ID_OUT
case $PLUTO_VERB in
  up-client) ip route replace "$PLUTO_PEER_CLIENT" dev "$device" metric "$PLUTO_IF_ID_OUT" ;;
  down-client) ip route del "$PLUTO_PEER_CLIENT" dev "$device" ;;
  up-client-v6) ip -6 route replace "$PLUTO_PEER_CLIENT" dev "$device" metric "$PLUTO_IF_ID_OUT" ;;
  down-client-v6) ip -6 route del "$PLUTO_PEER_CLIENT" dev "$device" ;;
esac
