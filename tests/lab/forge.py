#!/usr/bin/env python3
"""forge.py DEVICE HUB

Forgeries out of a device of a gateway, one a line of the standard input, three packets each:

  SOURCE EPOCH GENERATION HUB_NUMBER TRANSPORT SLOT CARRIES    a STAMP probe (RFC 8762) with such a claim
  SOURCE none                                                  one without a claim
  SOURCE DESTINATION                                           UDP to port 9 there

Prints a line for each probe: `answered EPOCH GENERATION`, those of the claim that the hub's reflector
says is in force, or `silent`.
"""
import socket
import struct
import sys
import time

IPV6_FREEBIND = 78
ETH_P_IP, ETH_P_IPV6 = 0x0800, 0x86DD
PORT = 862
REPLY_CLAIM = 48  # in a reply: after the base and the TLV's head
COUNT = 3


def packet(sequence, claim):
    epoch, generation, hub, transport, slot, carries = claim or [0] * 6
    base = struct.pack("!IIIHH28x", sequence, int(time.time()) + 2208988800, 0, 0x2001, 7)
    value = struct.pack("!QIHBBHHBB2x", epoch, generation, hub, transport, slot, 1280, 5000,
                        0x80 | carries if claim else 0, 0)
    return base + struct.pack("!BBH", 0x80, 252, len(value)) + value


def probe(device, hub, source, claim):
    sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
    sender.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    sender.bind((source, 0))
    sender.settimeout(0.3)
    answer = "silent"
    for sequence in range(1, COUNT + 1):
        sender.sendto(packet(sequence, claim), (hub, PORT))
        try:
            answer = "answered %d %d" % struct.unpack_from("!QI", sender.recv(2048), REPLY_CLAIM)
        except OSError:
            pass
    print(answer)


def spoof(device, source, destination):
    """Past routes and addresses: what a kernel of the site's own could send."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    ends = socket.inet_pton(family, source) + socket.inet_pton(family, destination)
    data = struct.pack("!HHHH", 9, 9, 8 + 6, 0) + b"forged"
    if len(ends) == 8:
        protocol = ETH_P_IP
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0) + ends
        total = sum(struct.unpack("!10H", head))
        total = (total & 0xFFFF) + (total >> 16)
        head = head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:]
    else:
        protocol = ETH_P_IPV6
        head = struct.pack("!IHBB", 6 << 28, len(data), 17, 64) + ends
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
    for _ in range(COUNT):
        sender.sendto(head + data, (device, protocol))


def main():
    device, hub = sys.argv[1:3]
    for line in sys.stdin:
        source, *words = line.split()
        if len(words) == 6:
            probe(device, hub, source, [int(word) for word in words])
        elif words == ["none"]:
            probe(device, hub, source, None)
        else:
            spoof(device, source, words[0])


main()
