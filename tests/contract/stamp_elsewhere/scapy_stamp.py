"""What both ends made of Scapy share."""

import socket
import sys

from scapy.contrib.stamp import (  # noqa: F401
    ErrorEstimate,
    STAMPSessionReflectorTestUnauthenticated as Reflected,
    STAMPSessionSenderTestUnauthenticated as Probe,
    STAMPTestTLV as Tlv,
)
from scapy.layers.inet import UDP

UNIX_IN_1900 = 2208988800
UDP_HEADER = 8
# RFC 8972 §4: the flags of a TLV. Scapy 2.5 has names for them, in the opposite order of bits.
U = 0x80
M = 0x40


def dissect(layer, payload):
    """A UDP payload as Scapy's layer. It finds its length in the UDP header around it."""
    return layer(payload, _parent=UDP(len=UDP_HEADER + len(payload)))


def open_socket(address="::", port=0):
    endpoint = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    endpoint.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 255)  # RFC 8762 §4.2.1
    endpoint.bind((address, port))
    return endpoint


def require(holds, *what):
    if not holds:
        print("not so:", *what)
        sys.exit(1)


def require_equal(is_, meant, what):
    require(is_ == meant, f"{what} is {is_!r}, not {meant!r}")
