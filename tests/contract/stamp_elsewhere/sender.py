"""A STAMP Session-Sender made of Scapy's layers, towards Kaido's reflector.

usage: sender.py CASE ADDRESS PORT; a CASE is a function of this file.
Ends with 0 when every field of every answer is as RFC 8762 and RFC 8972 want it.
"""

import random
import sys
import time

from scapy.fields import RawVal
from scapy_stamp import (
    M, U, UNIX_IN_1900, ErrorEstimate, Probe, Reflected, Tlv, dissect, open_socket, require,
    require_equal)

SLACK = 0.001  # s: two clocks of one machine, one of them read by way of a float


def now():
    return time.time() + UNIX_IN_1900


class Session:
    def __init__(self):
        self.socket = open_socket()
        self.socket.settimeout(10)

    def exchange(self, packet):
        """Sends these bytes and returns the bytes of the answer."""
        self.socket.sendto(packet, REFLECTOR)
        return self.socket.recv(65536)

    def ask(self, probe):
        """Sends a probe; its answer, after a look at all that holds for any."""
        before = now()
        packet = bytes(probe)
        payload = self.exchange(packet)
        after = now()
        require_equal(len(payload), len(packet), "the answer's length")
        answer = dissect(Reflected, payload)
        require_equal(answer.err_estimate.Z, 0, "the format of its times: NTP's, Z")
        require(answer.err_estimate.multiplier != 0, "RFC 4656 §4.1.2: Multiplier is never 0")
        require(before - SLACK <= answer.ts_rx <= answer.ts <= after + SLACK,
                f"{before} <= T2 {answer.ts_rx} <= T3 {answer.ts} <= {after}")
        require_equal(answer.seq_sender, probe.seq, "the sender's sequence number")
        require_equal(payload[28:36], packet[4:12], "the sender's timestamp")
        require_equal(payload[36:38], packet[12:14], "the sender's error estimate")
        require_equal(answer.ssid, probe.ssid, "the SSID")
        require_equal(answer.ttl_sender, 255, "the sender's TTL")
        require_equal((answer.mbz1, answer.mbz2), (0, 0), "what must be zero")
        return answer


def every_field():
    session = Session()
    for count in range(3):
        estimate = ErrorEstimate(S=1, scale=3 + count, multiplier=9)
        answer = session.ask(Probe(seq=70 + 5 * count, ts=now(), err_estimate=estimate, ssid=0xbeef))
        require_equal(answer.seq, count, "the reflector's own count")
        require_equal(answer.err_estimate_sender.S, 1, "the sender's S")
        require_equal(answer.err_estimate_sender.scale, 3 + count, "the sender's scale")
        require_equal(answer.err_estimate_sender.multiplier, 9, "the sender's multiplier")
        require_equal(answer.tlv_objects, [], "the TLVs")


def extra_padding():
    session = Session()
    for size in (0, 1, 100, 1400):
        filling = random.randbytes(size)
        padding = Tlv(flags=U, type=1, len=size, value=filling)
        answer = session.ask(Probe(ts=now(), tlv_objects=[padding]))
        (back,) = answer.tlv_objects
        require_equal(int(back.flags), 0, "the flags of Extra Padding, which is known")
        require_equal((back.type, back.len, back.value), (1, size, filling), "Extra Padding")


def unknown_tlvs():
    # RFC 8972 §4.2 Location, §4.4 Class of Service, one for experiments, and padding.
    tlvs = [Tlv(flags=U, type=2, len=4, value=b"\0\0\0\0"),
            Tlv(flags=U, type=4, len=4, value=b"\x28\0\0\0"),
            Tlv(flags=0, type=240, len=3, value=b"abc"),
            Tlv(flags=U, type=1, len=8, value=b"paddings")]
    answer = Session().ask(Probe(ts=now(), tlv_objects=tlvs))
    require_equal([int(tlv.flags) for tlv in answer.tlv_objects], [U, U, U, 0], "the flags")
    require_equal([(tlv.type, tlv.value) for tlv in answer.tlv_objects],
                  [(tlv.type, tlv.value) for tlv in tlvs], "the TLVs")


def hmac_tlv():
    """RFC 8972 §4.8: whoever has no key treats it as any TLV that it does not know."""
    hmac = Tlv(flags=U, type=8, len=16, value=random.randbytes(16))
    answer = Session().ask(Probe(ts=now(), tlv_objects=[hmac]))
    require_equal(int(answer.tlv_objects[0].flags), U, "its flags")
    require_equal(answer.tlv_objects[0].value, hmac.value, "its value")


def malformed_tlv():
    whole = Tlv(flags=U, type=1, len=2, value=b"ok")
    cut = bytes(Tlv(flags=U, type=4, len=200, value=b"12"))
    packet = bytes(Probe(seq=6, ts=now(), tlv_objects=[whole])) + cut
    payload = Session().exchange(packet)
    require_equal(len(payload), len(packet), "the answer's length")
    answer = dissect(Reflected, payload)
    require_equal(answer.seq_sender, 6, "the sender's sequence number")
    first, second = answer.tlv_objects[:2]
    require_equal(int(first.flags), 0, "the flags of the TLV before it")
    require(int(second.flags) & M, "M is not set")
    require_equal(bytes(second)[1:], cut[1:], "the rest, copied")


def ptp_times():
    """A sender that keeps PTP's time: its own is copied as it is, the answer's is NTP's."""
    stamp = int(time.time()).to_bytes(4, "big") + (123456789).to_bytes(4, "big")
    estimate = ErrorEstimate(S=1, Z=1, scale=1, multiplier=1)
    answer = Session().ask(Probe(ts=RawVal(stamp), err_estimate=estimate))
    require_equal(answer.err_estimate_sender.Z, 1, "the sender's Z")


def two_sessions():
    """RFC 8972 §3: told apart by their SSIDs, be it from one port."""
    socket = Session()
    for count in range(3):
        for ssid in (1, 2):
            answer = socket.ask(Probe(seq=count, ts=now(), ssid=ssid))
            require_equal(answer.seq, count, f"the count of session {ssid}")


def twamp_light():
    """RFC 8762 §4.6: 14 bytes of the base packet, and padding of any content and length."""
    session = Session()
    for count, padding in enumerate((0, 1, 13, 27, 29, 30, 100, 1000)):
        packet = bytes(Probe(seq=7, ts=now()))[:14] + random.randbytes(padding)
        payload = session.exchange(packet)
        require_equal(len(payload), max(44, len(packet)), "the answer's length")
        require_equal(payload[24:38], packet[:14], "what is the sender's")
        require_equal(int.from_bytes(payload[:4], "big"), count, "the reflector's own count")
        require_equal(payload[40], 255, "the sender's TTL")
        require_equal(payload[44:], packet[44:], "the rest of its padding")


case, address, port = sys.argv[1:]
REFLECTOR = (address, int(port))
globals()[case]()
