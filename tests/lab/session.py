#!/usr/bin/python3
"""A session over TCP, in place of SSH's, and datagrams, in place of NTP's and DNS's.

  session.py serve PORT [LOG]            answers TCP and UDP on PORT, both families: TCP begins with a banner,
                                         then what comes goes back; LOG gets a line "udp ADDRESS" for a datagram
  session.py ask ADDRESS PORT [SOURCE]   connects, waits for the banner
  session.py datagram ADDRESS PORT       sends one, waits for the answer
  session.py hold ADDRESS PORT FILE      connects and sends a byte every 100 ms, until SIGTERM; then FILE is
                                         {"sent", "received", "gap_ms", "reset"}, gap_ms the longest time without
                                         an answer, less the interval

Status 1: no answer within three seconds.
"""
import select
import signal
import socket
import sys
import time

BANNER = b"SSH-2.0-lab\r\n"
INTERVAL = 0.1
PATIENCE = 3


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def serve(port, log=None):
    # Answers leave with the address that was asked, by the route that it has: nothing is bound to a device.
    # (For a datagram the control message of the question says which, and is sent back as it came.)
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    datagrams = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    datagrams.bind(("::", port))
    peers = []
    while True:
        for ready in select.select([listener, datagrams, *peers], [], [])[0]:
            if ready is listener:
                peers.append(listener.accept()[0])
                peers[-1].sendall(BANNER)
            elif ready is datagrams:
                data, asked, _, peer = datagrams.recvmsg(2048, 64)
                datagrams.sendmsg([data], asked, 0, peer)
                if log:
                    with open(log, "a", encoding="ascii") as file:
                        file.write("udp %s\n" % peer[0].replace("::ffff:", ""))
            else:
                answer(ready, peers)


def answer(peer, peers):
    try:
        data = peer.recv(2048)
        if data:
            peer.sendall(data)
            return
    except OSError:
        pass
    peers.remove(peer)
    peer.close()


def connect(address, port, source=None):
    peer = socket.create_connection((address, port), PATIENCE, (source, 0) if source else None)
    return peer if peer.recv(len(BANNER)) == BANNER else None


def datagram(address, port):
    sender = socket.socket(family_of(address), socket.SOCK_DGRAM)
    sender.settimeout(PATIENCE)
    sender.sendto(b"what time is it?", (address, port))
    return sender.recv(2048)


class Held:
    def __init__(self, peer):
        self.peer = peer
        self.sent = self.received = 0
        self.reset = self.ended = False
        self.gap = 0.0

    def end(self, *_):
        self.ended = True

    def run(self):
        due = last = time.monotonic()
        self.peer.setblocking(False)
        while not self.ended and not self.reset:
            now = time.monotonic()
            if now >= due:
                due += INTERVAL
                self.send()
            if select.select([self.peer], [], [], max(0.0, due - now))[0]:
                self.receive()
                self.gap = max(self.gap, time.monotonic() - last)
                last = time.monotonic()
        self.gap = max(self.gap, time.monotonic() - last)

    def send(self):
        try:
            self.sent += self.peer.send(b".")
        except BlockingIOError:
            pass
        except OSError:
            self.reset = True

    def receive(self):
        try:
            data = self.peer.recv(2048)
        except OSError:
            data = b""
        self.reset = not data
        self.received += len(data)


def hold(address, port, file_name):
    held = Held(connect(address, port))
    signal.signal(signal.SIGTERM, held.end)
    held.run()
    with open(file_name, "w", encoding="ascii") as file:
        file.write('{"sent": %d, "received": %d, "reset": %s, "gap_ms": %d}\n' % (
            held.sent, held.received, str(held.reset).lower(), max(0.0, held.gap - INTERVAL) * 1000))


def main(verb, *words):
    try:
        if verb == "serve":
            serve(int(words[0]), *words[1:])
        elif verb == "ask":
            return 0 if connect(words[0], int(words[1]), *words[2:]) else 1
        elif verb == "datagram":
            return 0 if datagram(words[0], int(words[1])) else 1
        elif verb == "hold":
            hold(words[0], int(words[1]), words[2])
    except OSError as error:
        print(error)
        return 1
    return 0


sys.exit(main(*sys.argv[1:]))
