#!/usr/bin/python3
"""lure.py ADDRESS…: a host of the LAN that speaks to the internet whatever comes of it: UDP to port 9 and an
ICMP echo to each ADDRESS, a few times a second, until it is ended."""
import socket
import struct
import sys
import time

INTERVAL = 0.3
ECHO_REQUEST, ECHO6_REQUEST = 8, 128


def echo(kind):
    head = struct.pack("!BBHHH", kind, 0, 0, 7, 7)
    total = sum(struct.unpack("!4H", head))  # the kernel fills in ICMPv6's
    return struct.pack("!BBHHH", kind, 0, ~total & 0xFFFF, 7, 7)


def main(addresses):
    senders = []
    for address in addresses:
        family, protocol, kind = socket.AF_INET, socket.IPPROTO_ICMP, ECHO_REQUEST
        if ":" in address:
            family, protocol, kind = socket.AF_INET6, socket.IPPROTO_ICMPV6, ECHO6_REQUEST
        senders.append((socket.socket(family, socket.SOCK_DGRAM), (address, 9), b"lure"))
        senders.append((socket.socket(family, socket.SOCK_RAW, protocol), (address, 0), echo(kind)))
    while True:
        for sender, address, data in senders:
            try:
                sender.sendto(data, address)
            except OSError:
                pass
        time.sleep(INTERVAL)


main(sys.argv[1:])
