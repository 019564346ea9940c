"""A crowd in front of scimd: clients that are silent, slow or deaf.

    python3 tests/shim/crowd.py PORT TOKEN [silent=N] [stay=N] [head=N] [body=N]
        [token-body=N] [chunks=N] [deaf=N] [hello=N] [handshake=N] [again]
        [seconds=S] [probe=N]

silent says nothing. stay makes one request with the token, reads the reply and
stays. head sends a head a byte every two seconds, body a body without a token,
token-body one with; chunks does that in chunks of a byte. deaf asks for a page of a thousand and never reads it.
hello begins a handshake of TLS, and sends its first message a byte at a time;
handshake sends that at once, and then nothing.

Prints "standing" when all have connected, and, when all are closed or the time
is over, a line a kind: how many, how many of them the server has closed, and
the statuses that they were told. With "again" who was closed comes again, so
that the crowd stays. With probe=N a process beside asks N times, on connections
of its own, for a user with the token and for /healthz, while the crowd stands,
and prints what the slowest hundredth took.
"""

import collections
import heapq
import http.client
import os
import selectors
import socket
import ssl
import sys
import time

port, token = int(sys.argv[1]), sys.argv[2]
wanted, options = {}, {"seconds": "300"}
for word in sys.argv[3:]:
    name, _, value = word.partition("=")
    if name in ("again", "seconds", "probe"):
        options[name] = value
    else:
        wanted[name] = int(value)

bearer = f"Authorization: Bearer {token}\r\n"
text = "X" * 4096


def request(line, fields=""):
    return f"{line} HTTP/1.1\r\nHost: h\r\n{fields}\r\n".encode()


length = f"Content-Length: {len(text)}\r\nContent-Type: application/json\r\n"


def client_hello():
    """What a client of TLS says first."""
    sent = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(
        ssl.MemoryBIO(), sent, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


# What each kind sends at once, and what it sends a byte at a time.
kinds = {
    "silent": (b"", b""),
    "stay": (request("GET /scim/v2/Schemas/x", bearer), b""),
    "head": (b"", request("GET /healthz", "X: " + text + "\r\n")),
    "body": (request("POST /scim/v2/Users", length), text.encode()),
    "token-body": (
        request("POST /scim/v2/Users", bearer + length), text.encode()),
    "chunks": (
        request("POST /scim/v2/Users",
                bearer + "Transfer-Encoding: chunked\r\n"), b"1\r\nX\r\n" * 4096),
    "handshake": (client_hello(), b""),
    "hello": (b"\x16\x03\x01\x02\x00\x01\x00", bytes(1000)),
    "deaf": (request("GET /scim/v2/Users?count=1000", bearer), b""),
}

selector = selectors.DefaultSelector()
due = []  # (when, number, client): who sends the next byte
open_now = collections.Counter()
made, closed = collections.Counter(), collections.Counter()
told = collections.defaultdict(collections.Counter)
number = 0


class Client:
    def __init__(self, kind):
        global number
        self.kind = kind
        self.at_once, self.slowly = kinds[kind]
        self.heard = b""
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if kind == "deaf":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect_ex(("127.0.0.1", port))
        selector.register(self.socket, selectors.EVENT_WRITE, self)
        made[kind] += 1
        open_now[kind] += 1
        number += 1

    def connected(self):
        try:
            if self.at_once:
                self.socket.send(self.at_once)
        except OSError:
            return self.end()
        if self.kind == "deaf":  # an end is told of, data is not looked at
            selector.unregister(self.socket)
            heapq.heappush(due, (time.monotonic() + 2, id(self), self))
            return None
        selector.modify(self.socket, selectors.EVENT_READ, self)
        if self.slowly:
            heapq.heappush(due, (time.monotonic(), id(self), self))
        return None

    def send_byte(self, now):
        if self.socket.fileno() < 0:
            return
        try:
            if self.kind == "deaf":
                error = self.socket.getsockopt(
                    socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    raise OSError(error)
            else:
                self.socket.send(self.slowly[:1])
                self.slowly = self.slowly[1:]
        except OSError:
            self.end()
            return
        heapq.heappush(due, (now + 2, id(self), self))

    def read(self):
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.end()
        self.heard = (self.heard + data)[:64]

    def end(self):
        if self.kind != "deaf":
            selector.unregister(self.socket)
        elif self.socket in selector.get_map():
            selector.unregister(self.socket)
        self.socket.close()
        closed[self.kind] += 1
        open_now[self.kind] -= 1
        status = self.heard[9:12].decode("latin-1") or "none"
        told[self.kind][status] += 1


def turn(wait):
    for key, events in selector.select(wait):
        if key.data.socket.fileno() < 0:
            continue
        if events & selectors.EVENT_WRITE:
            key.data.connected()
        else:
            key.data.read()
    now = time.monotonic()
    while due and due[0][0] <= now:
        heapq.heappop(due)[2].send_byte(now)


def probe_one(path, fields):
    begin = time.monotonic()
    try:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        client.request("GET", path, headers=fields)
        reply = client.getresponse()
        reply.read()
        status = reply.status
        client.close()
    except OSError as error:
        status = type(error).__name__
    return (time.monotonic() - begin) * 1000, status


def probe(count):
    fields = {"Authorization": f"Bearer {token}"}
    for path, what in (("/healthz", {}), ("/scim/v2/Users/x", fields)):
        results = []
        for _ in range(count):
            results.append(probe_one(path, what))
            time.sleep(0.02)
        times = sorted(took for took, _ in results)
        statuses = collections.Counter(status for _, status in results)
        print(f"probe {path}: median {times[count // 2]:.1f} ms, 99th "
              f"{times[count * 99 // 100]:.1f} ms, most {times[-1]:.1f} ms, "
              f"{dict(statuses)}", flush=True)


def stand():
    """Brings the crowd to its size, some at a time: the kernel's queue of those
    who want to connect is not what is to be tried."""
    for kind, count in wanted.items():
        while made[kind] < count or ("again" in options and
                                     open_now[kind] < count):
            for _ in range(min(200, count - open_now[kind])):
                Client(kind)
            turn(0.001)
            if "again" in options:
                break


end = time.monotonic() + float(options["seconds"])
stand()
while "again" in options and time.monotonic() < end and any(
        open_now[kind] < count * 0.45 for kind, count in wanted.items()):
    stand()
    turn(0.01)
print("standing", flush=True)
child = None
if "probe" in options:
    child = os.fork()
    if child == 0:
        probe(int(options["probe"]))
        os._exit(0)
while time.monotonic() < end:
    turn(0.1)
    if "again" in options:
        stand()
    elif not any(open_now.values()):
        break
    if child and os.waitpid(child, os.WNOHANG)[0]:
        child = None
        break
if child:
    os.waitpid(child, 0)
for kind in wanted:
    print(f"{kind}: {made[kind]} came, {closed[kind]} were closed, "
          f"{open_now[kind]} are there, told " +
          ", ".join(f"{status} {count}"
                    for status, count in sorted(told[kind].items())))
