#!/usr/bin/python3
"""Single packets for the test of the lab itself.

  echo.py serve COUNT_FILE        answers UDP on ports 7, 53, 500, 4500 and ESP; COUNT_FILE: requests heard
  echo.py udp ADDRESS PORT BYTES [DEVICE]
  echo.py esp ADDRESS             sends one packet and waits a second for the answer

BYTES is the payload (at least 4); it begins with four zero bytes, as IKE on port 4500 does, unless
the environment has FIRST=esp. Prints the address that the other end saw. Status 1: no answer.
"""
import os
import select
import socket
import sys

PORTS = (7, 53, 500, 4500)
ESP = 50


def serve(count_file):
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_RAW, ESP)]
    for port in PORTS:
        sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sockets[-1].bind(("0.0.0.0", port))
    heard = 0
    while True:
        for ready in select.select(sockets, [], [])[0]:
            data, peer = ready.recvfrom(65536)
            heard += 1
            with open(count_file, "w", encoding="ascii") as file:
                file.write(str(heard))
            raw = ready.type == socket.SOCK_RAW
            first = data[20:24] if raw else data[:4]
            ready.sendto(first + peer[0].encode(), (peer[0], 0) if raw else peer)


def ask(sender, address, data, answer_offset):
    sender.settimeout(1)
    sender.sendto(data, address)
    try:
        answer = sender.recv(65536)
    except socket.timeout:
        return 1
    print(answer[answer_offset + 4:].decode())
    return 0


def main(words):
    if words[:1] == ["serve"]:
        return serve(words[1])
    if words[:1] == ["esp"]:
        sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, ESP)
        return ask(sender, (words[1], 0), b"\0\0\x10\0" + bytes(60), 20)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if len(words) > 4:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, words[4].encode())
    sender.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER: never fragment
    first = b"\0\0\x10\0" if os.environ.get("FIRST") == "esp" else bytes(4)
    data = first + bytes(int(words[3]) - 4)
    return ask(sender, (words[1], int(words[2])), data, 0)


sys.exit(main(sys.argv[1:]))
