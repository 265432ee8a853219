#!/usr/bin/env python3
"""forge.py DEVICE SOURCE HUB EPOCH GENERATION HUB_NUMBER TRANSPORT SLOT CARRIES [COUNT]

Sends a STAMP probe (RFC 8762) with a claim of our making, out of a device of a gateway, from any
source. Prints `answered` when the hub's reflector answers, else `silent`.
"""
import socket
import struct
import sys
import time

SO_BINDTODEVICE = 25
IPV6_FREEBIND = 78
PORT = 862


def packet(sequence, claim):
    epoch, generation, hub, transport, slot, carries = claim
    base = struct.pack("!IIIHH28x", sequence, int(time.time()) + 2208988800, 0, 0x2001, 7)
    value = struct.pack("!QIHBBHHBB2x", epoch, generation, hub, transport, slot, 1280, 5000,
                        0x80 | carries, 0)
    return base + struct.pack("!BBH", 0x80, 252, len(value)) + value


def main():
    device, source, hub = sys.argv[1:4]
    claim = [int(word) for word in sys.argv[4:10]]
    count = int(sys.argv[10]) if len(sys.argv) > 10 else 5
    sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, device.encode() + b"\0")
    sender.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    sender.bind((source, 0))
    sender.settimeout(0.3)
    answered = False
    for sequence in range(1, count + 1):
        sender.sendto(packet(sequence, claim), (hub, PORT))
        try:
            sender.recv(2048)
            answered = True
        except OSError:
            pass
    print("answered" if answered else "silent")


main()
