"""Stands in for a cluster of rqlite, for tests of what a real one does rarely.

    rqlite_stub.py FOLDER NODES EXTENSION [--tls PEM] [--user USER:PASSWORD]

Each node has an address of its own and, as a real one has, a database of its
own, in which it runs what stands in the log all of them share. FOLDER/ports
tells the addresses, FOLDER/N.db are the databases, and FOLDER/journal has every
request as it came, a line each: the node, the path and the body.

What goes wrong is said to any node, as /stub?what=VALUE&...:

    leader=N            there is an election; N is the leader, or -1 nobody
    node=N              the others are about this node, not about all
    fault=KIND          so goes the next request to write, and count=N more
    read=KIND           so goes the next one to read, likewise
    where=TEXT          both are of requests that have the text
    version=TEXT        what /status says
    extension=TEXT      what scim_version() says
    lacks=1 or 0        it has lost the extension, or has it again
    lags=1 or 0         it does not do what stands in the log, or does again
    frozen=1 or 0       it says nothing at all, or goes on
    closed=1            nobody listens there any more
    trapped=1           a node has joined: until something goes through the log,
                        reads of level linearizable wait in vain
    release=1           what "stuck" has kept is done now
    go=1                what is "held" goes on
    most=N              so many reads there were at a time, from now on

    KIND: before        "leadership lost", and nothing is done
          after         the same, and all is done
          before503, after503     the same as a status
          silent, silent-after    no answer
          stuck         no answer now, but it will be done
          late          an answer after most of a second
          long          the statements take some seconds: meanwhile nobody else
                        writes, and no node tells its status
          long-cut      the same, and the connection ends before that
          held          as "long", until go=1
          cut           the connection ends within the reply; all is done
          garbage       a reply that is none; all is done
          short         a reply that lacks the last result; all is done
          locked        each statement says that the database is locked
          some-locked   those that name "locked" say so, and are not run
          redirect      301 to the leader
          elsewhere     301 to ftp
          refused       400
          timeout       each statement says that it took too long
          freeze        it says nothing at all from now on
          working       an answer after some seconds
          steady        a copy bit by bit, for some seconds in which the node
                        answers nothing else
          few, many     rows of one cell, or of twenty: nobody asked for these
          odd           rows of as many as were asked for, of the wrong kinds
          spoilt        the rows, and behind them one that is none
          large         a reply that says it has 300 MiB
          endless       one that does not say so, and has

/stub?count=leader says who leads,
/stub?count=most how many reads there were at a time at most,
/stub?count=requests how many requests to write have come,
/stub?count=statements how many statements were in the last one,
/stub?count=connections how many connections there have been, and
/stub?count=used how often something has gone wrong.
"""
import base64
import contextlib
import http.server
import json
import os
import re
import socket
import sqlite3
import ssl
import sys
import threading
import time
import urllib.parse

LOST = {"results": [], "error": "leadership lost while committing log"}
LITERAL = re.compile(r"^[xX]'((?:[0-9a-fA-F]{2})*)'$")


def parameter(value):
    """What rqlite binds: a text that looks like a blob's literal is one."""
    if isinstance(value, str):
        literal = LITERAL.match(value.strip())
        return bytes.fromhex(literal.group(1)) if literal else value
    return bytes(value) if isinstance(value, list) else value


def reads(sql):
    """Would SQLite call the statement read-only?"""
    return sql.lstrip().upper().startswith(("SELECT", "WITH", "PRAGMA"))


def cell(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def run(connection, statement):
    """One statement: its result."""
    sql, values = statement[0], [parameter(value) for value in statement[1:]]
    try:
        cursor = connection.execute(sql, values)
        if cursor.description is None:
            return {"rows_affected": max(cursor.rowcount, 0)}
        rows = cursor.fetchall()
    except sqlite3.Error as error:
        return {"error": str(error)}
    kinds = {str: "text", int: "integer", float: "real", bytes: "blob"}
    first = rows[0] if rows else [None] * len(cursor.description)
    result = {"columns": [column[0] for column in cursor.description],
              "types": [kinds.get(type(value), "") for value in first]}
    if rows:
        result["values"] = [[cell(value) for value in row] for row in rows]
    return result


class Node:
    def __init__(self, cluster, number):
        self.cluster, self.number = cluster, number
        self.file = os.path.join(cluster.folder, f"{number}.db")
        self.version, self.faults, self.reads = "v8.43.4", [], []
        self.applied, self.lags, self.extension = 0, False, None
        self.frozen, self.closed = False, False
        self.connect(True)

    def connect(self, with_extension):
        self.writer = self.open(with_extension)
        self.reader = self.open(with_extension)
        self.reader.execute("PRAGMA query_only = 1")

    def open(self, with_extension):
        connection = sqlite3.connect(self.file, isolation_level=None,
                                     check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        if with_extension:
            connection.enable_load_extension(True)
            connection.load_extension(self.cluster.extension)
        return connection

    def catch_up(self):
        """Does what stands in the log. Returns the results of the last."""
        results = []
        while self.applied < len(self.cluster.log):
            entry = self.cluster.log[self.applied]
            self.applied += 1
            results = [run(self.writer, statement) for statement in entry]
        return results


class Cluster:
    def __init__(self, folder, count, extension):
        self.folder, self.extension = folder, extension
        self.lock = threading.RLock()
        self.turn = threading.RLock()  # of who writes
        self.go = threading.Event()
        self.log, self.stuck, self.leader, self.term = [], [], 0, 1
        self.certain = 0  # the term in which a read has gone through the log
        self.requests = self.statements = self.used = self.connections = 0
        self.reading = self.most = 0
        self.trapped, self.where = False, b""
        self.journal = open(os.path.join(folder, "journal"), "ab", buffering=0)
        self.nodes = [Node(self, number) for number in range(count)]

    def append(self, entry):
        """Puts it into the log. Returns what the leader says of it."""
        with self.turn, self.lock:
            self.trapped = False
            self.log.append(entry)
            results = self.nodes[self.leader].catch_up()
            for node in self.nodes:
                if not node.lags:
                    node.catch_up()
            return results

    def append_long(self, entry, cut, held):
        """The same for what takes long. The first is a transaction of its own:
        who reads sees it while the others run. `cut` is called once they do."""
        with self.turn:
            first = self.append(entry[:1])
            if cut:
                cut()
            if held:
                self.go.wait(60)
                self.go.clear()
            else:
                time.sleep(3.5)
            return first + self.append(entry[1:])

    def write(self, statements):
        if all(reads(statement[0]) for statement in statements):
            with self.lock:
                reader = self.nodes[self.leader].reader
                return [run(reader, statement) for statement in statements]
        return self.append(statements)

    def query(self, node, statements, level):
        if level == "strong" or (level == "linearizable" and
                                 self.certain != self.term):
            self.append([])
            self.certain = self.term
        owner = node if level == "none" else self.nodes[self.leader]
        if statements[0][0] == "SELECT scim_version()" and owner.extension:
            statements = [["SELECT ?", owner.extension]]
        with self.lock:
            return [run(owner.reader, statement) for statement in statements]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self):
        super().setup()
        self.is_fresh = True

    def log_message(self, *words):
        pass

    def reply(self, status, body, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def hang(self):
        """Says nothing until the client has gone."""
        try:
            self.connection.settimeout(30)
            while self.connection.recv(1024):
                pass
        except OSError:
            pass
        self.close_connection = True

    def foreign(self, kind, statements, do):
        """Results that a node of somebody else's may have."""
        if kind == "odd":
            cells = [1, "x", None, -1.5, True, [1], {"a": 2}]
            return [{**result, "types": [], "values": [
                [cells[i % 7] for i, _ in enumerate(result.get("columns", "a"))]]}
                    for result in do()]
        row = [7] * (1 if kind == "few" else 20)
        return [{"columns": ["a"] * len(row), "types": ["integer"] * len(row),
                 "values": [row]} for _ in statements]

    def flood(self, told):
        """300 MiB of the beginning of a reply."""
        self.send_response(200)
        if told:
            self.send_header("Content-Length", str(300 << 20))
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(300):
                self.wfile.write(b" " * (1 << 20))
        except OSError:
            pass

    def cut_off(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def break_off(self, body):
        body = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2])
        self.wfile.flush()
        self.cut_off()

    def allowed(self):
        user = self.server.user
        want = user and "Basic " + base64.b64encode(user.encode()).decode()
        return not want or self.headers.get("Authorization") == want

    def do_GET(self):
        self.do()

    def do_POST(self):
        self.do()

    def do(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        node, cluster = self.server.node, self.server.node.cluster
        url = urllib.parse.urlsplit(self.path)
        words = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/stub":
            return self.reply(200, control(cluster, words))
        with cluster.lock:
            cluster.connections += self.is_fresh
        self.is_fresh = False
        if node.closed:
            self.close_connection = True
            return None
        cluster.journal.write(b"%d %s %s\n" % (node.number,
                                               self.path.encode(), body))
        if node.frozen:
            return self.hang()
        if not self.allowed():
            return self.reply(401, b"")
        if url.path == "/status":
            with cluster.turn:
                said = status(node)
            return self.reply(200, said)
        if url.path == "/db/backup":
            return self.backup(node)
        if url.path in ("/db/request", "/db/query"):
            writes = url.path == "/db/request"
            return self.statements(node, body, writes,
                                   words.get("level", "weak"))
        return self.reply(404, b"404 page not found\n")

    def backup(self, node):
        """A copy of the node's database; by a fault none, or a part of one."""
        kind = node.reads.pop(0) if node.reads else None
        path = node.file + ".copy"
        with contextlib.closing(sqlite3.connect(path)) as copy:
            node.reader.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        with open(path, "rb") as file:
            content = file.read()
        os.remove(path)
        if kind == "freeze":
            node.frozen = True
            return self.hang()
        if kind == "refused":
            return self.reply(401, b"")
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if kind == "spoilt":
            content = content[:4096] + b"x" * (len(content) - 4096)
        if kind == "steady":
            return self.trickle(node, content)
        self.wfile.write(content[:-4096] if kind == "cut" else content)
        if kind == "cut":
            self.cut_off()
        return None

    def trickle(self, node, content):
        node.frozen = True
        size = len(content) // 60 + 1
        for at in range(0, len(content), size):
            time.sleep(0.1)
            node.frozen = at + size < len(content)
            self.wfile.write(content[at:at + size])

    def statements(self, node, body, writes, level):
        cluster, statements = node.cluster, json.loads(body)
        probe = statements[0][0] in (
            "SELECT scim_version()", "SELECT 1",
            "SELECT value FROM scim_meta WHERE name = ?1")
        with cluster.lock:
            if writes:
                cluster.requests += 1
                cluster.statements = len(statements)
            faults = node.faults if writes else node.reads
            meant = not probe and cluster.where in body
            kind = faults.pop(0) if faults and meant else None
            cluster.used += kind is not None
        if cluster.leader < 0 and (writes or level != "none"):
            return self.reply(503, b"leader not found\n")

        if cluster.trapped and level == "linearizable":
            time.sleep(0.3)
            return self.reply(200, {"results": [], "error": "index 9: timeout"
                                    " waiting for FSM to reach index"})

        def do():
            if writes:
                return cluster.write(statements)
            return cluster.query(node, statements, level)

        counts = not writes and not probe
        with cluster.lock:
            cluster.reading += counts
            cluster.most = max(cluster.most, cluster.reading)
        try:
            self.answer(node, kind, statements, do)
        finally:
            with cluster.lock:
                cluster.reading -= counts

    def answer(self, node, kind, statements, do):
        cluster = node.cluster
        done = kind in ("after", "after503", "silent-after", "cut", "garbage",
                        "short", "late")
        if kind == "late":
            time.sleep(0.8)
        if kind in ("long", "long-cut", "held"):
            cut = self.cut_off if kind == "long-cut" else None
            results = cluster.append_long(statements, cut, kind == "held")
            return None if cut else self.reply(200, {"results": results})
        if kind == "freeze":
            node.frozen = True
            return self.hang()
        if kind == "working":
            time.sleep(4.5)
            return self.reply(200, {"results": do()})
        results = do() if done or kind is None else []
        if kind in (None, "late"):
            return self.reply(200, {"results": results})
        if kind in ("before", "after"):
            return self.reply(200, LOST)
        if kind in ("before503", "after503"):
            return self.reply(503, b"leadership lost while committing log\n")
        if kind == "stuck":
            cluster.stuck.append(do)
        if kind in ("silent", "silent-after", "stuck"):
            return self.hang()
        if kind == "cut":
            return self.break_off({"results": results})
        if kind == "garbage":
            return self.reply(200, b'{"results":[{"columns":["a"],"val')
        if kind == "short":
            return self.reply(200, {"results": results[:-1]})
        if kind in ("large", "endless"):
            return self.flood(kind == "large")
        if kind == "spoilt":
            return self.reply(200, {"results": [
                {**result, "values": result["values"] + [7]}
                for result in do()]})
        if kind in ("few", "many", "odd"):
            results = self.foreign(kind, statements, do)
            return self.reply(200, {"results": results})
        if kind == "timeout":
            return self.reply(200, {"results": [{"error": "query timeout"}
                                                for _ in statements]})
        if kind == "refused":
            return self.reply(400, b"no\n")
        if kind in ("redirect", "elsewhere"):
            base = self.server.addresses[max(cluster.leader, 0)]
            if kind == "elsewhere":
                base = re.sub("^[a-z]*", "ftp", base)
            return self.reply(301, b"", Location=base + self.path)
        return self.locked(node, kind, statements)

    def locked(self, node, kind, statements):
        """Those that are locked, and what became of the others."""
        locked = [kind == "locked" or "locked" in json.dumps(statement)
                  for statement in statements]
        rest = [statement for statement, is_locked in zip(statements, locked)
                if not is_locked]
        results = node.cluster.write(rest) if rest else []
        error = {"error": "database is locked"}
        self.reply(200, {"results": [error if is_locked else results.pop(0)
                                     for is_locked in locked]})


def status(node):
    leads = node.cluster.leader == node.number
    return {"build": {"version": node.version},
            "store": {"fsm_index": node.applied,
                      "raft": {"state": "Leader" if leads else "Follower",
                               "term": node.cluster.term}}}


def control(cluster, words):
    if "go" in words:
        cluster.go.set()
    while "release" in words and cluster.stuck:
        cluster.stuck.pop(0)()
    with cluster.lock:
        if words.get("count") in ("leader", "most", "requests", "statements",
                                  "connections", "used"):
            return getattr(cluster, words["count"])
        count = int(words.get("count", 1))
        if "most" in words:
            cluster.most = int(words["most"])
        cluster.trapped = cluster.trapped or "trapped" in words
        if "leader" in words:
            cluster.leader = int(words["leader"])
            cluster.term += 1
        if "fault" in words or "read" in words:
            cluster.where = words.get("where", "").encode()
        nodes = cluster.nodes
        if "node" in words:
            nodes = [nodes[int(words["node"])]]
        for node in nodes:
            tell(node, words, count)
    return "done"


def tell(node, words, count):
    if "fault" in words:
        node.faults = [words["fault"]] * count
    if "read" in words:
        node.reads = [words["read"]] * count
    node.version = words.get("version", node.version)
    node.extension = words.get("extension", node.extension)
    node.frozen = words.get("frozen", str(int(node.frozen))) == "1"
    node.lags = words.get("lags", str(int(node.lags))) == "1"
    if words.get("lags") == "0":
        node.catch_up()
    if "lacks" in words:
        node.connect(words["lacks"] == "0")
    if "closed" in words:
        node.closed = True
        threading.Thread(target=node.server.close).start()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def close(self):
        self.shutdown()
        self.server_close()


def serve(node, pem, user, addresses):
    server = Server(("127.0.0.1", 0), Handler)
    server.node, server.user, server.addresses = node, user, addresses
    node.server = server
    if pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    scheme = "https" if pem else "http"
    return f"{scheme}://127.0.0.1:{server.server_address[1]}"


def main():
    words = sys.argv[1:]
    options = {"--tls": None, "--user": None}
    for name in options:
        if name in words:
            at = words.index(name)
            options[name] = words[at + 1]
            del words[at:at + 2]
    folder, count, extension = words
    cluster, addresses = Cluster(folder, int(count), extension), []
    for node in cluster.nodes:
        addresses.append(serve(node, options["--tls"], options["--user"],
                               addresses))
    ports = os.path.join(folder, "ports")
    with open(ports + ".new", "w") as file:
        file.write("\n".join(addresses) + "\n")
    os.rename(ports + ".new", ports)
    while True:
        time.sleep(3600)


main()
