"""Nodes of rqlite on loopback, and what is asked of them.

A node is a process with a folder of its own and two ports that it keeps, so
that it can be killed and come back. Each has a copy of the extension alone in a
folder, as -extensions-path wants it, which can be replaced while it is down.

Nothing here knows scimd: a request for SCIM is scim_apply behind a statement
that writes (facts: a /db/request whose statements all read goes past the log).
"""

import atexit
import contextlib
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", "build")
RQLITED = os.environ.get("RQLITED", "build/rqlited")
EXTENSION = os.environ.get("SCIM_EXTENSION", BUILD + "/scim") + ".so"
PATIENCE = 300  # seconds for what takes some where nothing else runs
WRITES = "DELETE FROM scim_meta WHERE 0"  # makes a request one that writes


class Unanswered(Exception):
    """No answer, or one that tells nothing of what has happened."""


def free_port(taken=set()):
    """Not one that the system gives to whoever connects somewhere: a node that
    is killed would find its own taken."""
    while True:
        port = random.randrange(20000, 32000)
        if port in taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        taken.add(port)
        return port


class Node:
    """One rqlited. It does not run before start()."""

    def __init__(self, number, home, options=()):
        self.id = str(number)
        self.folder = os.path.join(home, "node" + self.id)
        self.extensions = os.path.join(home, "extensions" + self.id)
        self.log = os.path.join(home, f"node{self.id}.log")
        self.options = list(options)
        self.http = "127.0.0.1:%d" % free_port()
        self.raft = "127.0.0.1:%d" % free_port()
        self.secure = None  # (what to trust, the header Authorization)
        self.words = None  # how it is started; None: as start() has it
        self.process = None
        self.is_paused = False
        os.makedirs(self.extensions)
        self.install(EXTENSION)

    # -- the process

    def install(self, extension):
        """Another file under the old name; the node reads it when it starts."""
        to = os.path.join(self.extensions, "scim.so")
        shutil.copy(extension, to + ".new")
        os.replace(to + ".new", to)

    def start(self, *words):
        words = self.words or [
            "-node-id", self.id, "-http-addr", self.http, "-raft-addr", self.raft,
            "-extensions-path", self.extensions, *self.options, *words, self.folder]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [RQLITED, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def runs(self):
        """Whether it can answer."""
        return (self.process is not None and self.process.poll() is None and
                not self.is_paused)

    def must_run(self):
        """Whether it can answer; an exception with what it said last if it has ended
        by itself, as one does whose port is another's by now."""
        if self.process and self.process.poll() is not None:
            raise RuntimeError(f"node {self.id} has ended: {self.read_log()[-400:]}")
        return self.runs

    def end(self, with_signal):
        if self.process and self.process.poll() is None:
            if self.is_paused:
                self.resume()
            self.process.send_signal(with_signal)
            self.process.wait(PATIENCE)

    def kill(self):
        self.end(signal.SIGKILL)

    def stop(self):
        self.end(signal.SIGTERM)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)
        self.is_paused = True

    def resume(self):
        self.process.send_signal(signal.SIGCONT)
        self.is_paused = False

    def forget(self):
        """An empty disk."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what it says

    def ask(self, method, path, body=None, timeout=10):
        """The bytes of an answer of 200; anything else is Unanswered."""
        headers = {"Content-Type": "application/json"}
        if self.secure:
            link = http.client.HTTPSConnection(self.http, timeout=timeout,
                                               context=self.secure[0])
            headers["Authorization"] = self.secure[1]
        else:
            link = http.client.HTTPConnection(self.http, timeout=timeout)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        try:
            link.request(method, path, body, headers)
            reply = link.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"node {self.id}: {error!r}") from error
        finally:
            link.close()
        if reply.status not in (200, 204):
            raise Unanswered(f"node {self.id}: {reply.status} {content[:300]!r}")
        return content

    def results(self, path, statements, timeout):
        """One a statement: {"values": …}, or {"error": …}."""
        reply = json.loads(self.ask("POST", path, statements, timeout))
        if "error" in reply:
            raise Unanswered(f"node {self.id}: {reply['error']}")
        return reply["results"]

    def request(self, *statements, timeout=10):
        """Goes through the log, to all nodes."""
        return self.results("/db/request", [[WRITES], *statements], timeout)[1:]

    def query(self, *statements, level="none", timeout=30):
        """Of this node, as it is: the leader is not asked."""
        return self.results("/db/query?level=" + level, list(statements), timeout)

    def rows(self, sql, level="none"):
        """The rows of a statement; what it says when it fails."""
        result, = self.query([sql], level=level)
        return result.get("values", []) if "error" not in result else result["error"]

    def status(self):
        """What it says of its store; Unanswered while that is not open."""
        store = json.loads(self.ask("GET", "/status", timeout=5))["store"]
        if "raft" not in store:
            raise Unanswered(f"node {self.id} is not open yet")
        return store

    def is_leader(self):
        """By its own word: one that has been stopped may not know better."""
        try:
            return self.runs and self.status()["raft"]["state"] == "Leader"
        except Unanswered:
            return False

    def index(self):
        """Up to where the log is in its database. raft.applied_index runs
        ahead of that."""
        return self.status()["fsm_index"]

    def backup(self, path):
        """A copy of its database."""
        content = self.ask("GET", "/db/backup?fmt=delete&noleader", timeout=PATIENCE)
        with open(path, "wb") as file:
            file.write(content)

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()


def wait_for(what, holds, seconds=PATIENCE):
    """Polls until something holds, and returns what it was; an exception when
    it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = holds()
            if found:
                return found
        except Unanswered:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"in {seconds} s it did not happen that {what}")


class Cluster:
    """Nodes that belong together."""

    def __init__(self, home, count=3, options=()):
        self.home = home
        self.options = options
        self.nodes = []
        atexit.register(self.close)
        os.makedirs(home, exist_ok=True)
        for _ in range(count):
            self.add()
        self.count = count

    def add(self):
        node = Node(len(self.nodes) + 1, self.home, self.options)
        self.nodes.append(node)
        return node

    # -- starting and ending

    def start(self, node):
        """As a unit of systemd would: always with the same words. With a folder
        that has a state they do not count."""
        node.start("-bootstrap-expect", str(self.count), "-join",
                   ",".join(other.raft for other in self.nodes[:self.count]))

    def join(self, node):
        """One that comes to those who are there."""
        node.start("-join", ",".join(other.raft for other in self.nodes
                                     if other is not node))

    def start_all(self):
        for node in self.nodes:
            self.start(node)
        wait_for("there is a leader", lambda: all(
            node.must_run() for node in self.nodes) and any(
            node.is_leader() for node in self.nodes))
        for node in self.nodes:
            wait_for(f"node {node.id} knows a leader",
                     lambda: node.ask("GET", "/readyz", timeout=5))

    def restart_all(self):
        for node in self.nodes:
            node.stop()
        self.start_all()

    def replace_extension(self, node, path):
        """As shim/rqlite.md has it: what is older than now is played again by nobody,
        neither by this node nor by one to which it sends its log."""
        node.ask("POST", "/snapshot?trailing_logs=1", timeout=60)
        node.stop()
        node.install(path)
        self.start(node)
        self.caught_up(node)

    @contextlib.contextmanager
    def without(self, node):
        """As if it were none of them, while it is down, say."""
        self.nodes.remove(node)
        try:
            yield
        finally:
            self.nodes.append(node)

    def close(self):
        for node in self.nodes:
            node.kill()

    # -- asking

    @property
    def urls(self):
        return ",".join(("https://" if node.secure else "http://") + node.http
                        for node in self.nodes)

    def leader(self):
        return wait_for("there is a leader", lambda: next(
            (node for node in self.nodes if node.is_leader()), None))

    def followers(self):
        leader = self.leader()
        return [node for node in self.nodes if node is not leader and node.runs]

    def write(self, *statements):
        """Until it is done, so only what may be done twice."""
        return wait_for("a write is done",
                        lambda: self.leader().request(*statements))

    def caught_up(self, node):
        """A node has what the leader has had in its database by now, or more."""
        end = wait_for("the leader tells its index", lambda: self.leader().index())
        wait_for(f"node {node.id} has all up to {end}",
                 lambda: node.must_run() and node.index() >= end)

    def settle(self):
        """All nodes are at the same place. Nobody else writes meanwhile. After
        a start the indexes are 0 until something is written."""
        self.write([WRITES])
        for node in self.nodes:
            self.caught_up(node)

    # -- comparing

    def digests(self):
        """Of each node, a digest of each table by its name, and of the schema.
        Statistics of the planner are a node's own."""
        self.settle()
        return {node.id: digest(node) for node in self.nodes}


def digest(node):
    """By table, as digest.sql has it; with the number of rows, for people."""
    select, = statements_of(os.path.join(HERE, "digest.sql"))
    tables = node.rows(select)
    results = node.query(*([sql] for _, sql in tables))
    return {name: digest_of_rows(result.get("values", []) if "error" not in result
                                 else result["error"])
            for (name, _), result in zip(tables, results)}


def digest_of_rows(rows):
    return "%d rows %s" % (
        len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16])


def digest_of_file(path):
    """The same of a database on this machine."""
    select, = statements_of(os.path.join(HERE, "digest.sql"))
    with contextlib.closing(sqlite3.connect(path)) as db:
        return {name: digest_of_rows([list(row) for row in db.execute(sql)])
                for name, sql in db.execute(select).fetchall()}


# ---- Requests for SCIM without scimd

def now():
    """The moment, as the option of that name."""
    return moment(time.time())


def moment(seconds):
    return (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) +
            ".%03dZ" % (seconds % 1 * 1000))


def new_id():
    text = os.urandom(16).hex()
    return "-".join([text[:8], text[8:12], "4" + text[13:16], "a" + text[17:20],
                     text[20:]])


def apply(node, method, target, body=b"", options=None, timeout=10):
    """A request to a node; what scim_apply returns, as text. An id and a moment
    are given by who asks, so that all nodes come to the same. The body may be no
    text, which JSON could not carry."""
    words = {"id": new_id(), "now": now(), **(options or {})}
    body = f"x'{body.hex()}'" if body else "NULL"
    statement = [f"SELECT scim_apply(?, ?, {body}, ?)", method, target,
                 json.dumps(words)]
    if method == "GET":
        result, = node.query(statement, level="weak", timeout=timeout)
    else:
        result, = node.request(statement, timeout=timeout)
    if "error" in result:
        raise Unanswered(f"node {node.id}: {result['error']}")
    return result["values"][0][0]


def statements_of(path):
    """The statements of a file, whole, without comments before them."""
    found, text = [], ""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not text and (not line.strip() or line.startswith("--")):
                continue
            text += line
            if sqlite3.complete_statement(text):
                found.append(text.strip().rstrip(";"))
                text = ""
    return found
