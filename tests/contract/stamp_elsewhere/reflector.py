"""A STAMP Session-Reflector made of Scapy's layers, for Kaido's prober.

Of the two kinds of RFC 8762 §4: stateful (a count of its own for each session) or stateless; and of
the two of RFC 8972 §4: one that knows no TLV and copies what follows the base packet, or one that
reads TLVs and marks those that it does not know. Or one of TWAMP Light (RFC 5357 §4.2.1), which ends
after the sender's TTL, where padding may follow.
"""

import argparse
import random
import time

from scapy_stamp import (
    U, UNIX_IN_1900, ErrorEstimate, Probe, Reflected, dissect, open_socket, require_equal)

parser = argparse.ArgumentParser()
parser.add_argument("address")
parser.add_argument("port", type=int)
parser.add_argument("--stateless", action="store_true")
parser.add_argument("--reads-tlvs", action="store_true")
parser.add_argument("--twamp-light", choices=["bare", "padded"])
parser.add_argument("--turnaround", type=float, default=0, help="s from a probe to its answer")
parser.add_argument("--deaf-to", type=int, nargs="*", default=[], help="probes that never arrive")
parser.add_argument("--mute-to", type=int, nargs="*", default=[], help="probes whose answer is lost")
options = parser.parse_args()


def now():
    return time.time() + UNIX_IN_1900


def answer(probe, payload, peer, received):
    session = (peer, probe.ssid)
    count = sessions[session] = sessions.get(session, -1) + 1
    tlvs = probe.tlv_objects
    if options.reads_tlvs:
        for tlv in tlvs:
            tlv.flags = 0 if tlv.type == 1 else U
    time.sleep(options.turnaround)
    reflected = Reflected(
        seq=probe.seq if options.stateless else count, ts=now(),
        err_estimate=ErrorEstimate(S=1, scale=0, multiplier=1), ssid=probe.ssid, ts_rx=received,
        seq_sender=probe.seq, ts_sender=probe.ts, err_estimate_sender=probe.err_estimate,
        ttl_sender=255, tlv_objects=tlvs if options.reads_tlvs else [])
    if options.twamp_light:
        reflected.ssid = 0
        padding = len(payload) - 41 if options.twamp_light == "padded" else 0
        return bytes(reflected)[:41] + random.randbytes(padding)
    rest = b"" if options.reads_tlvs else payload[44:]
    return bytes(reflected) + rest


random.seed(1)
sessions = {}
endpoint = open_socket(options.address, options.port)
print("ready", flush=True)
while True:
    packet, sender = endpoint.recvfrom(65536)
    arrived = now()
    sent = dissect(Probe, packet)
    require_equal(sent.mbz, 0, "what must be zero")
    require_equal(sent.err_estimate.Z, 0, "the format of its times: NTP's, Z")
    require_equal([int(tlv.flags) for tlv in sent.tlv_objects], [U] * len(sent.tlv_objects),
                  "the flags of the sender's TLVs")
    require_equal(sum(4 + tlv.len for tlv in sent.tlv_objects), len(packet) - 44,
                  "the length of its TLVs")
    if sent.seq in options.deaf_to:
        continue
    reply = answer(sent, packet, sender, arrived)
    if sent.seq not in options.mute_to:
        endpoint.sendto(reply, sender)
