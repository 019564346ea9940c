"""Heads by chance, each with requests behind it, sent to a running scimd.

    smuggling.py HOST:PORT TOKEN SEED CASES DATABASE

Each case is a head made of good lines, some of which are then spoilt, a body,
and a request that creates a user. What a strict reader (RFC 9112) makes of the
bytes is compared with what scimd did: it may refuse what the reader takes, but
then the connection ends; it must never run a request that the reader does not
see, nor see another end of a body. Prints a line for each difference.
"""
import random
import re
import socket
import sqlite3
import sys

HOST, PORT = sys.argv[1].split(':')
TOKEN, SEED, CASES = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
TCHAR = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"


def make(rng, number):
    """A head, a body, and a request behind them."""
    body = rng.choice([b'', b'{}', b'{"userName":"in %d-%d"}' % (SEED, number)])
    lines = [b'%s %s HTTP/1.1' % (
        rng.choice([b'POST', b'POST', b'GET', b'PUT', b'DELETE', b'OPTIONS']),
        rng.choice([b'/scim/v2/Users', b'/scim/v2/Users/x', b'/healthz',
                    b'/scim/v2/Users?count=1'])),
             b'Host: h', b'Authorization: Bearer ' + TOKEN.encode(),
             b'Content-Type: application/scim+json']
    if rng.random() < 0.7:
        lines.append(b'Content-Length: %d' % len(body))
    else:
        lines.append(b'Transfer-Encoding: chunked')
        size = rng.choice([b'%x', b'%X', b'0%x']) % len(body)
        body = (size + b'\r\n' + body + b'\r\n' if body else b'') + b'0\r\n\r\n'
    rng.shuffle(lines[1:])
    return lines, body


SPOILS = [
    lambda r, l: l.insert(r.randrange(1, len(l) + 1), r.choice([
        b'Content-Length: 0', b'Content-Length: 5', b'content-length: 44',
        b'Transfer-Encoding: chunked', b'Transfer-Encoding: identity',
        b'Transfer-encoding: gzip, chunked', b'Host: other', b'X: y', b' X: y',
        b'\tX: y', b': y', b'X', b'', b'X : y', b'Content-Length : 3',
        b'Content-Length\t: 3', b'Expect: x', b'\xe9: y', b'X: \xe9',
        b'Connection: close', b'Content-Encoding: gzip', b'X: a\rY: b',
        b'Authorization: Bearer x', b'X: a\x00b', b'X:' + b'a' * 3000])),
    lambda r, l: l.pop(r.randrange(len(l))) if len(l) > 1 else None,
    lambda r, l: l.insert(0, r.choice([b'', b'\r\n', b' ', b'\n', b'\t'])),
]


def spoil(rng, lines, body):
    """The bytes of the message, with so many faults."""
    for _ in range(rng.choice([0, 1, 1, 2])):
        rng.choice(SPOILS)(rng, lines)
    data = b'\r\n'.join(lines) + b'\r\n\r\n' + body
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        at = rng.randrange(len(data))
        data = data[:at] + rng.choice([
            b'', b' ', b'\t', b'\r', b'\n', b'\r\n', b'\r\n\r\n', b'\x00', b':',
            b'0', b'+', b'-', b',', b';', b'a', b'\x0b']) + \
            data[at + rng.choice([0, 1]):]
    return data


def read_body(data, fields):
    """What is left behind the body, or None where its end is not certain."""
    lengths = [v for n, v in fields if n == b'content-length']
    codings = [v for n, v in fields if n == b'transfer-encoding']
    if len(lengths) > 1 or len(codings) > 1 or (lengths and codings):
        return None
    if lengths:
        if not re.fullmatch(rb'[0-9]+', lengths[0]):
            return None
        return data[int(lengths[0]):] if int(lengths[0]) <= len(data) else None
    if not codings:
        return data
    if codings[0].lower() != b'chunked':
        return None
    while True:
        match = re.match(rb'([0-9A-Fa-f]+)\r\n', data)
        if not match:
            return None
        size, data = int(match[1], 16), data[match.end():]
        if size == 0:
            return data[2:] if data[:2] == b'\r\n' else None
        if data[size:size + 2] != b'\r\n':
            return None
        data = data[size + 2:]


def strict(data):
    """Where requests begin for a strict reader, as what is left from there."""
    begins = []
    while data:
        data = data[2:] if data[:2] == b'\r\n' else data
        head, end, rest = data.partition(b'\r\n\r\n')
        lines = head.split(b'\r\n')
        if not end or not re.fullmatch(
                rb'[A-Z]+ [!-~]+ HTTP/1\.1', lines[0]):
            return begins
        fields = []
        for line in lines[1:]:
            match = re.fullmatch(rb'(' + TCHAR +
                                 rb'):[ \t]*([\t -~\x80-\xff]*?)[ \t]*', line)
            if not match:
                return begins
            fields.append((match[1].lower(), match[2]))
        if len([1 for name, _ in fields if name == b'host']) != 1:
            return begins
        begins.append(data)
        data = read_body(rest, fields)
    return begins


def talk(data):
    """What scimd replies until it closes: statuses."""
    with socket.create_connection((HOST, int(PORT)), timeout=20) as s:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        reply = b''
        try:
            while True:
                part = s.recv(65536)
                if not part:
                    break
                reply += part
        except ConnectionResetError:
            pass
    return re.findall(rb'(?:^|[}\n])HTTP/1\.1 ([0-9]{3}) ', reply)


def main():
    """Prints what is wrong, and last how many cases there were of which kind."""
    rng = random.Random(SEED)
    seen, answered, wrong = set(), 0, 0
    for number in range(CASES):
        lines, body = make(rng, number)
        user = b'{"userName":"behind %d-%d"}' % (SEED, number)
        behind = (b'POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: '
                  b'Bearer ' + TOKEN.encode() + b'\r\nConnection: close\r\n'
                  b'Content-Length: %d\r\n\r\n' % len(user) + user)
        data = spoil(rng, lines, body) + behind
        begins, replies = strict(data), talk(data)
        if behind in begins:
            seen.add('behind %d-%d' % (SEED, number))
        answered += bool(replies)
        # One more: what has no end that is certain is answered with an error.
        if len(replies) > len(begins) + 1:
            wrong += 1
            print('%d replies to %d requests: %r' % (len(replies), len(begins),
                                                     data))
    with sqlite3.connect(sys.argv[5]) as db:
        made = {name for name, in db.execute(
            'SELECT user_name FROM scim_user WHERE user_name LIKE ?',
            ('behind %d-%%' % SEED,))}
    for name in sorted(made - seen):
        print('%s is a request that no strict reader sees' % name)
    print('%d wrong, %d of %d answered, %d of %d requests behind others run' % (
        wrong + len(made - seen), answered, CASES, len(made), len(seen)))


main()
