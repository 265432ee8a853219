"""totp.py < URI: the code of an otpauth:// URI at this moment (RFC 6238, by RFC 2104), with what the guest's Python has."""
import base64
import hashlib
import sys
import time

pairs = sys.stdin.read().strip().partition("?")[2].split("&")
values = dict(pair.split("=", 1) for pair in pairs)
make = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}[values["algorithm"]]
seed = base64.b32decode(values["secret"] + "=" * (-len(values["secret"]) % 8))
key = seed.ljust(make().block_size, b"\0")
step = (int(time.time()) // int(values["period"])).to_bytes(8, "big")
inner = make(bytes(byte ^ 0x36 for byte in key) + step).digest()
digest = make(bytes(byte ^ 0x5C for byte in key) + inner).digest()
start = digest[-1] & 15
number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
print(str(number % 10 ** int(values["digits"])).zfill(int(values["digits"])))
