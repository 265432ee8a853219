#!/usr/bin/env python3
"""forge.py DEVICE[@MAC] HUB [KEY_FILE HUB_KEY SITE KEY_SLOT]

Forgeries out of a device of a gateway, one a line of the standard input, three packets each (with a key
file: claims are sealed as the site SITE seals them, with the WireGuard key of its slot KEY_SLOT and the hub's
public key):

  SOURCE EPOCH GENERATION HUB_NUMBER TRANSPORT SLOT CARRIES    a STAMP probe (RFC 8762) with such a claim
  SOURCE none                                                  one without a claim
  SOURCE DESTINATION                                           UDP to port 9 there

With a MAC all of it goes to that neighbour in frames, past all routes of ours. Probes come from port 20862.

Prints a line for each probe: `sent` with a MAC, otherwise `answered EPOCH GENERATION`, those of the claim that the hub's reflector
says is in force, or `silent`.
"""
import base64
import hashlib
import socket
import struct
import sys
import time

IPV6_FREEBIND = 78
ETH_P_IP, ETH_P_IPV6 = 0x0800, 0x86DD
PORT = 862
OWN_PORT = 20862  # no socket gets it by itself
REPLY_CLAIM = 48  # in a reply: after the base and the TLV's head
COUNT = 3


FLEET = bytes.fromhex("fd4b6169646f")
PRIME = 2**255 - 19


def hmac_sha256(key, text):
    """RFC 2104, for keys up to a block; python3-minimal has no hmac."""
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    return hashlib.sha256(outer + hashlib.sha256(inner + text).digest()).digest()


def x25519(scalar, point):
    """RFC 7748 §5."""
    k = int.from_bytes(scalar, "little") & ~7 & ((1 << 255) - 1) | 1 << 254
    x1 = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3 = 1, 0, x1, 1
    for t in reversed(range(255)):
        if k >> t & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        x3, z3 = (d * a + c * b) ** 2 % PRIME, x1 * (d * a - c * b) ** 2 % PRIME
        aa, bb = a * a % PRIME, b * b % PRIME
        x2, z2 = aa * bb % PRIME, (aa - bb) * (aa + 121665 * (aa - bb)) % PRIME
        if k >> t & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little")


def claim_key(own, peer, site, slot):
    """HKDF-SHA-256 (RFC 5869) of it, as both ends of a slot make it."""
    secret = hmac_sha256(bytes(32), x25519(own, peer))
    info = b"kaido claim v1" + FLEET + struct.pack("!HB", site, slot)
    return hmac_sha256(secret, info + b"\x01")


def packet(sequence, claim, key):
    epoch, generation, hub, transport, slot, carries = claim or [0] * 6
    base = struct.pack("!IIIHH28x", sequence, int(time.time()) + 2208988800, 0, 0x2001, 7)
    value = struct.pack("!QIHBBHHBB2x", epoch, generation, hub, transport, slot, 1280, 5000,
                        0x80 | carries if claim else 0, 0)
    tlv = struct.pack("!BBH", 0x80, 252, len(value)) + value
    if not key or not claim:
        return base + tlv
    seal = hmac_sha256(key, base[:4] + tlv)[:16]
    return base + tlv + struct.pack("!BBH", 0x80, 8, len(seal)) + seal


def probe(device, hub, source, claim, key):
    sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
    sender.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    sender.bind((source, OWN_PORT))
    sender.settimeout(0.3)
    answer = "silent"
    for sequence in range(1, COUNT + 1):
        sender.sendto(packet(sequence, claim, key), (hub, PORT))
        try:
            answer = "answered %d %d" % struct.unpack_from("!QI", sender.recv(2048), REPLY_CLAIM)
        except OSError:
            pass
    print(answer)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def spoof(device, mac, source, destination, ports, payload):
    """Past routes and addresses: what a kernel of the site's own could send. The payload's length is even."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    ends = socket.inet_pton(family, source) + socket.inet_pton(family, destination)
    length = 8 + len(payload)
    pseudo = ends + struct.pack("!HHHHHH", 17, length, *ports, length, 0) + payload
    data = struct.pack("!HHHH", *ports, length, checksum(pseudo) or 0xFFFF) + payload
    if len(ends) == 8:
        protocol = ETH_P_IP
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0) + ends
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    else:
        protocol = ETH_P_IPV6
        head = struct.pack("!IHBB", 6 << 28, len(data), 17, 64) + ends
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
    for _ in range(COUNT):
        sender.sendto(head + data, (device, protocol, 0, 0, mac) if mac else (device, protocol))


def main():
    device, _, mac = sys.argv[1].partition("@")
    mac = bytes.fromhex(mac.replace(":", ""))
    hub = sys.argv[2]
    key = None
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding="ascii") as file:
            own = base64.b64decode(file.read())
        key = claim_key(own, base64.b64decode(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
    for line in sys.stdin:
        source, *words = line.split()
        if mac and len(words) == 6:
            claim = packet(1, [int(word) for word in words], key)
            spoof(device, mac, source, hub, (OWN_PORT, PORT), claim)
            print("sent")
        elif len(words) == 6:
            probe(device, hub, source, [int(word) for word in words], key)
        elif words == ["none"]:
            probe(device, hub, source, None, key)
        else:
            spoof(device, mac, source, words[0], (9, 9), b"forged")


if __name__ == "__main__":
    main()
