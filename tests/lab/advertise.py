#!/usr/bin/python3
"""advertise.py DEVICE PREFIX[,VALID,PREFERRED]…: a router that advertises itself and these prefixes
(RFC 4861 §4.2), every two seconds until it is ended. Lifetimes are seconds, 1800 by default."""
import fcntl
import socket
import struct
import sys
import time

ROUTER_ADVERT, PREFIX_INFORMATION, SOURCE_ADDRESS = 134, 3, 1
ON_LINK_AND_AUTONOMOUS = 0xC0
ALL_NODES = "ff02::1"
SIOCGIFHWADDR = 0x8927
HOPS = 255
INTERVAL = 2


def prefix_option(text):
    prefix, *lifetimes = text.split(",")
    valid, preferred = (int(word) for word in lifetimes or ("1800", "1800"))
    address, length = prefix.split("/")
    return struct.pack("!BBBBIII16s", PREFIX_INFORMATION, 4, int(length), ON_LINK_AND_AUTONOMOUS, valid, preferred, 0,
                       socket.inet_pton(socket.AF_INET6, address))


def hardware_address(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        return fcntl.ioctl(asker, SIOCGIFHWADDR, struct.pack("256s", device.encode()))[18:24]


def main(device, *prefixes):
    sender = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
    sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, HOPS)
    packet = struct.pack("!BBHBBHII", ROUTER_ADVERT, 0, 0, 64, 0, 1800, 0, 0)
    packet += struct.pack("!BB6s", SOURCE_ADDRESS, 1, hardware_address(device))
    packet += b"".join(prefix_option(prefix) for prefix in prefixes)
    while True:
        try:
            sender.sendto(packet, (ALL_NODES, 0, 0, socket.if_nametoindex(device)))
        except OSError:
            pass  # the cable is pulled
        time.sleep(INTERVAL)


main(*sys.argv[1:])
