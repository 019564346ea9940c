#!/usr/bin/env python3
"""What attacks take in memory, and what others notice of them.

  python3 tests/bench/attacks.py [BUILD [WORD]]

Each attack goes to a scimd of its own, at a database of 100,000 users (USERS
says another number), two groups of all of them, and a user in 5,000 groups.
Meanwhile somebody at another address asks for /healthz and a user by turns. A
row says how much of scimd was in memory at the most, when the attack was over,
and eight seconds later, behind a request, in MB; what CPU time it took; how long the slowest
hundredth of those requests took, in milliseconds; and what the attackers were
told. WORD leaves out the attacks without it. Nothing is judged: times are of
the machine as it is, and memory varies by a few MB.
"""
import collections
import http.client
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

BUILD = sys.argv[1] if len(sys.argv) > 1 else "build/release"
WORD = sys.argv[2] if len(sys.argv) > 2 else ""
USERS = int(os.environ.get("USERS", "100000"))
CROWD = os.path.join(os.path.dirname(__file__), "..", "shim", "crowd.py")
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
ATTACKS = []


def attack(name):
    """Registers an attack: a function of a Server."""
    def register(make):
        ATTACKS.append((name, make))
        return make
    return register


def fill(db):
    """The database of all attacks. The first thousand users have four kilobytes
    each, so that a page of them has four megabytes."""
    sql = f""".load {BUILD}/scim
      INSERT INTO scim (method, target, body, options)
        WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {USERS})
        SELECT 'POST', '/Users', json_object('userName', 'user' || i, 'displayName',
          iif(i <= 1000, hex(randomblob(2000)), 'User ' || i),
          'title', 'engineer ' || i), json_object('id', 'u' || i) FROM n;
      INSERT INTO scim (method, target, body, options)
        SELECT 'POST', '/Groups', json_object('displayName', 'all' || value),
               json_object('id', 'g' || value) FROM json_each('[1,2]');
      INSERT INTO scim (method, target, body)
        SELECT 'PATCH', '/Groups/g' || g.value, json_object('schemas',
          json_array('{PATCH}'), 'Operations', json_array(json_object(
          'op', 'add', 'path', 'members', 'value', (SELECT json_group_array(
            json_object('value', id)) FROM scim_resource
            WHERE type = 'User' AND resource % 4 = part.value))))
          FROM json_each('[1,2]') AS g, json_each('[0,1,2,3]') AS part;
      INSERT INTO scim (method, target, body, options)
        WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        SELECT 'POST', '/Groups', json_object('displayName', 'small' || i,
          'members', json_array(json_object('value', 'u1'))),
          json_object('id', 's' || i) FROM n;"""
    subprocess.run([f"{BUILD}/scimd", "init", "--db", db], check=True)
    subprocess.run(["sqlite3", "-bail", db], input=sql, text=True, check=True,
                   stdout=subprocess.DEVNULL)


class Server:
    """One scimd, watched."""

    def __init__(self, folder, base):
        self.db = os.path.join(folder, "scim.db")
        for ending in ("-wal", "-shm"):
            if os.path.exists(self.db + ending):
                os.remove(self.db + ending)
        shutil.copyfile(base, self.db)
        self.process = subprocess.Popen(
            [f"{BUILD}/scimd", "serve", "--db", self.db, "--quiet",
             "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if '"listening"' in line:
                self.port = json.loads(line)["port"]
                break
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.token = subprocess.check_output(
            [f"{BUILD}/scimd", "token", "add", "--db", self.db,
             "--label", "attack"], text=True).strip()
        self.told = collections.Counter()
        self.times, self.over = {}, False
        self.watcher = threading.Thread(target=self.watch)
        self.watcher.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def memory(self, name="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) / 1000
        return 0

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method, path, body=None, token=True, patience=120, **fields):
        """Status of a request, or what went wrong with it."""
        if token:
            fields["Authorization"] = f"Bearer {self.token}"
        client = http.client.HTTPConnection("127.0.0.1", self.port,
                                            timeout=patience)
        try:
            try:
                client.request(method, path, body=body, headers=fields)
            except BrokenPipeError:
                pass  # it has been answered before it was sent
            reply = client.getresponse()
            while reply.read(1 << 20):
                pass
            status = reply.status
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
        client.close()
        self.told[status] += 1
        return status

    def scim(self, method, path, body=None):
        return self.ask(method, "/scim/v2" + path,
                        json.dumps(body) if body is not None else None)

    def at_once(self, count, work):
        """Calls work(number) by as many threads."""
        threads = [threading.Thread(target=work, args=(i,))
                   for i in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def crowd(self, *words):
        out = subprocess.run([sys.executable, CROWD, str(self.port), self.token,
                              *words], capture_output=True, text=True,
                             check=True).stdout
        for line in out.splitlines():
            for pair in line.partition(", told ")[2].split(", "):
                if pair:
                    self.told[pair.split()[0]] += int(pair.split()[1])

    def watch(self):
        """Somebody else: a connection for each request, as a stranger has."""
        request = (" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                   f"Authorization: Bearer {self.token}\r\n\r\n")
        while not self.over:
            for path in "/healthz", "/scim/v2/Users/u7":
                began = time.monotonic()
                try:
                    with socket.create_connection(
                            ("127.0.0.1", self.port), 60,
                            ("127.0.0.2", 0)) as client:
                        client.sendall(f"GET {path}{request}".encode())
                        while client.recv(65536):
                            pass
                except OSError:
                    pass
                took = (time.monotonic() - began) * 1000
                self.times.setdefault(path, []).append(took)
                time.sleep(0.02)


def slowest(times):
    return sorted(times)[len(times) * 99 // 100] if times else 0


# ---- Connections (D4)

for title, callers in (
        ("5,000 that say nothing, and come again", "silent=5000"),
        ("5,000 heads, a byte every two seconds", "head=5000"),
        ("5,000 that stay with a token", "stay=5000"),
        ("5,000 slow bodies without a token", "body=5000"),
        ("1,000 slow bodies with one", "token-body=1000"),
        ("200 bodies in slow chunks, with one", "chunks=200")):
    attack(title)(lambda server, callers=callers: server.crowd(
        callers, "again", "seconds=10"))


@attack("1,000 heads that fill the buffer")
def _(server):
    head = b"GET / HTTP/1.1\r\nX: " + b"x" * 140000

    def one(_):
        for _ in range(50):
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                try:
                    client.sendall(head)
                    server.told[client.recv(64)[9:12].decode() or "none"] += 1
                except OSError as error:
                    server.told[type(error).__name__] += 1
    server.at_once(20, one)


# ---- Memory (D8)

@attack("200 that ask for 4 MB and never read")
def _(server):
    server.crowd("deaf=200", "again", "seconds=15")


@attack("10,000 idle, 5,000 slow, 200 deaf")
def _(server):
    server.crowd("silent=5000", "stay=5000", "head=1700", "body=1700",
                 "token-body=1600", "deaf=200", "again", "seconds=30")


@attack("64 that read pages of 4 MB, 5 times each")
def _(server):
    server.at_once(64, lambda _: [
        server.ask("GET", "/scim/v2/Users?count=1000") for _ in range(5)])


def bodies(server, text, path="/scim/v2/Users", token=True, clients=16, each=4):
    data = text.encode()
    server.at_once(clients, lambda _: [
        server.ask("POST", path, data, token) for _ in range(each)])


@attack("50 bodies of 16 MiB without a token")
def _(server):
    bodies(server, " " * (16 << 20), token=False, clients=50, each=1)


@attack("96 bodies of 16 MiB: one string")
def _(server):
    bodies(server, '{"userName":"' + "x" * ((16 << 20) - 100) + '"}', each=6)


@attack("64 bodies of 16 MiB: 8,000,000 numbers")
def _(server):
    bodies(server, '{"userName":"x","a":[' + "1," * (8 * 1000 * 1000) + "1]}")


@attack("64 bodies of 10 MB: 1,000,000 names")
def _(server):
    bodies(server, "{" + ",".join(f'"a{i}":1' for i in range(1000000)) + "}")


@attack("64 bodies: 130,000 times 60 deep")
def _(server):
    bodies(server, '{"a":[' + ",".join(["[" * 55 + "]" * 55] * 130000) + "]}")


@attack("64 bodies of 12 MB: 190,000 texts, which may be")
def _(server):
    bodies(server, '{"userName":"x","schemas":["a"],"b":['
           + ",".join(['"' + "y" * 60 + '"'] * 190000) + "]}")


@attack("64 .search of 11 MiB")
def _(server):
    bodies(server, '{"attributes":[' + '"",' * 3900000 + '""]}',
           "/scim/v2/Users/.search")


@attack("64 .search of 60 KB: 20,000 names")
def _(server):
    bodies(server, json.dumps({"schemas": [SEARCH], "filter": 'userName pr',
                               "attributes": ["a"] * 12000}),
           "/scim/v2/Users/.search")


@attack("300 bodies that end in the middle")
def _(server):
    head = ("POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000"
            f"\r\nAuthorization: Bearer {server.token}\r\n\r\n").encode()

    def one(_):
        for _ in range(10):
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                try:
                    client.sendall(head + b" " * 1000000)
                except OSError:
                    server.told["cut"] += 1
    server.at_once(30, one)


# ---- Reads (D1, D3, D7, D14)

def get(server, path, clients=8, each=1, **fields):
    server.at_once(clients, lambda _: [
        server.ask("GET", "/scim/v2" + path, **fields) for _ in range(each)])


def filtered(terms, form):
    text = " or ".join(form % i for i in range(terms))
    return "/Users?filter=" + urllib.parse.quote(text[:6000].rpartition(" or ")[0]
                                                 if len(text) > 6000 else text)


@attack("8 searches of 250 terms by co")
def _(server):
    get(server, filtered(250, 'title co "q%d"'))


@attack("64 such whose clients have gone")
def _(server):
    get(server, filtered(250, 'title co "q%d"'), clients=64, patience=0.1)
    time.sleep(2)


@attack("8 searches of 30 indexed terms")
def _(server):
    get(server, filtered(30, 'userName eq "user%d"'), each=20)


@attack("8 sort by what has no index")
def _(server):
    get(server, "/Users?sortBy=title&count=1000", each=2)


@attack("3,000 cursors that are dropped")
def _(server):
    get(server, "/Users?cursor&count=10", each=375)


@attack("8 read a group of all, 4 times")
def _(server):
    get(server, "/Groups/g1", each=4)


@attack("4 list groups, two of them of all")
def _(server):
    get(server, "/Groups?count=1000", clients=4)


@attack("8 read a user in 5,000 groups, 4 times")
def _(server):
    get(server, "/Users/u1", each=4)


# ---- Writes (D5)

@attack("PATCH 4,000 x 64 terms x 1,000 values")
def _(server):
    server.scim("POST", "/Users", {"userName": "many", "emails": [
        {"value": f"{i}@example.com"} for i in range(1000)]})
    terms = " or ".join(f'value eq "a{i}"' for i in range(64))
    server.scim("PATCH", "/Users/u9", {"schemas": [PATCH], "Operations": [
        {"op": "add", "value": {"emails": [{"value": f"{i}@example.com"}
                                           for i in range(1000)]}}] + [
        {"op": "replace", "path": f"emails[{terms}].display",
         "value": ""}] * 4000})


@attack("PATCH 200 x a value of 60 KB of other letters")
def _(server):
    server.scim("PATCH", "/Users/u9", {"schemas": [PATCH], "Operations": [
        {"op": "add", "value": {"emails": [{"value": "é" * 30000}]}}] + [
        {"op": "remove", "path": 'emails[value co "zz"]'}] * 200})


@attack("a group of all: replaced by half, and by all")
def _(server):
    for way, first in (("replace", 1), ("add", USERS // 2), ("replace", 1)):
        server.scim("PATCH", "/Groups/g1", {"schemas": [PATCH], "Operations": [
            {"op": way, "path": "members", "value": [
                {"value": f"u{i + first}"} for i in range(USERS // 2)]}]})


@attack("500 adds to a group of all, and a value path")
def _(server):
    server.scim("PATCH", "/Groups/g1", {"schemas": [PATCH], "Operations": [
        {"op": "remove", "path": 'members[display co "zz"]'}] + [
        {"op": "add", "path": "members", "value": [{"value": f"s{i}"}]}
        for i in range(1, 501)]})


@attack("a bulk of 1,000 groups with 90 of each other")
def _(server):
    server.scim("POST", "/Bulk", {"schemas": [BULK], "Operations": [
        {"method": "POST", "path": "/Groups", "bulkId": f"b{i}", "data": {
            "displayName": f"bulk{i}", "members": [
                {"value": f"bulkId:b{(i + j + 1) % 1000}"}
                for j in range(90)]}} for i in range(1000)]})


@attack("a bulk with 190,000 references in one part")
def _(server):
    server.scim("POST", "/Bulk", {"schemas": [BULK], "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "a",
         "data": {"userName": "a"}},
        {"method": "POST", "path": "/Users", "bulkId": "b",
         "data": {"userName": "b", "x": ["bulkId:a"] * 190000}}]})


@attack("an index is added (SQL)")
def _(server):
    subprocess.run(["sqlite3", server.db, ".timeout 20000",
                    "INSERT INTO scim_index (type, attribute)"
                    " VALUES ('User', 'title')"], check=True,
                   stdout=subprocess.DEVNULL)
    server.scim("POST", "/Users", {"userName": "behind"})


# ---- Tokens (D11)

@attack("8 guess tokens, 20,000 times")
def _(server):
    get(server, "/Users", each=2500, token=False, Authorization="Bearer x")


@attack("8 write without a token, 20,000 times")
def _(server):
    server.at_once(8, lambda _: [
        server.ask("POST", "/scim/v2/Users", "{}", False) for _ in range(2500)])


# ---- All of it

def run(name, make, folder, base):
    server = Server(folder, base)
    try:
        while len(server.times) < 2:  # how long a start takes is not asked
            time.sleep(0.1)
        before, cpu, began = server.memory(), server.cpu(), time.monotonic()
        server.times.clear()
        make(server)
        took, after = time.monotonic() - began, server.memory()
        cpu = server.cpu() - cpu
        server.over = True
        server.watcher.join()
        time.sleep(8)
        server.ask("GET", "/healthz")
        time.sleep(0.1)
        server.told[200] -= 1
        told = ", ".join(f"{status} {count}" for status, count
                         in server.told.most_common(5) if count)
        peak = server.memory("VmHWM")
        print(f"{name:<48} {before:5.0f} {peak:5.0f} {after:5.0f} "
              f"{server.memory():5.0f} {took:7.1f} {cpu:6.1f} "
              f"{slowest(server.times.get('/healthz')):8.0f} "
              f"{slowest(server.times.get('/scim/v2/Users/u7')):6.0f}  {told}",
              flush=True)
        return peak
    finally:
        server.over = True
        server.stop()


def main():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        base = os.environ.get("KEEP") or os.path.join(folder, "base.db")
        if not os.path.exists(base):
            fill(base)
        print(f"{'attack':<48} start  most after later seconds    CPU  /healthz"
              "   user  told", flush=True)
        peaks = [run(name, make, folder, base) for name, make in ATTACKS
                 if WORD in name]
    print(f"the most of all: {max(peaks, default=0):.0f} MB")


main()
