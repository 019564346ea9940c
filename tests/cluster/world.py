"""What all tests of a cluster share: checks, nodes with clients in front of them,
and the comparison of every table of every node."""

import contextlib
import http.client
import os

from cluster import EXTENSION, Cluster, statements_of, wait_for
from load import Load, new_ledgers
from scimd import SCIMD, Scimd
from checks import check_ledgers, check_sound  # of the soak, by way of load


BOUND = 10  # seconds after which somebody must be served again


# ---- Checks

class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def line(self, sentence, good, got, want):
        if good:
            self.passed += 1
            print(f"ok - {sentence}", flush=True)
        else:
            self.failed += 1
            print(f"not ok - {sentence}\n  got:  {got}\n  want: {want}", flush=True)

    def equal(self, sentence, got, want):
        self.line(sentence, got == want, got, want)

    def at_most(self, sentence, got, most):
        self.line(f"{sentence} ({got:.1f} s)", got <= most, f"{got:.1f} s",
                  f"{most} s at most")


# ---- The world

class World:
    """Three nodes with the application of the soak, two scimd in front of them,
    and who uses these; all of one extension, and of the scimd that goes with it."""

    def __init__(self, home, checks, options=(), extension=EXTENSION, program=SCIMD):
        self.home = home
        self.checks = checks
        self.cluster = Cluster(os.path.join(home, "world"), 3, options)
        for node in self.cluster.nodes:
            node.install(extension)
        self.ledgers = new_ledgers()
        self.load = None
        self.cluster.start_all()
        self.place_in_front(extension, program)
        self.servers[0].command("init")
        for statement in statements_of("tests/soak/start.sql"):
            run(self.cluster, statement)
        self.tokens = [self.servers[0].token() for _ in self.ledgers]
        self.serve()

    def place_in_front(self, extension, program=SCIMD):
        """Two scimd, which do not run yet."""
        self.extension = os.path.abspath(extension)
        self.servers = [in_front(self.cluster, self.home, extension=extension,
                                 program=program) for _ in range(2)]

    def serve(self):
        for server in self.servers:
            server.start()

    def stop_serving(self):
        for server in self.servers:
            code = server.stop()
            self.checks.equal("scimd ends when it is told to, with status 0", code, 0)

    def close(self):
        self.stop_serving()
        self.cluster.close()

    def begin_load(self):
        self.load = Load(self.ledgers, self.tokens,
                         [server.port for server in self.servers])
        self.goes_on("the load has begun")

    def goes_on(self, after, more=16):
        """Some more is acknowledged; the longest time in which nothing was since
        the last call."""
        load, begin = self.load, self.load.acknowledged
        wait_for(f"writes go on after {after}",
                 lambda: load.acknowledged >= begin + more)
        longest = load.tally.longest
        load.tally.mark()
        return longest

    def end_load(self, test, but=None):
        """The load ends, and everything is compared, but for a node that is down or
        known to differ."""
        self.load.end()
        with self.cluster.without(but) if but else contextlib.nullcontext():
            self.check_load(test)
            self.compare(test)

    def check_load(self, test):
        """What was acknowledged, against a copy."""
        tally = self.load.tally
        copy = os.path.join(self.home, "copy.db")
        self.cluster.settle()
        wait_for("there is a copy", lambda: self.cluster.leader().backup(copy) is None)
        check_ledgers(copy, self.ledgers, tally)
        check_sound(copy, self.extension[:-3], tally)
        os.remove(copy)
        numbers = tally.numbers
        self.checks.equal(f"{test}: of {numbers['acknowledged']} writes acknowledged "
                          f"({numbers['unanswered'] + numbers['failed']} tries without"
                          " an answer or with 5xx) none is lost", numbers["lost"], 0)
        self.checks.equal(f"{test}: nothing is there twice, by half or unasked",
                          numbers["ghosts"], 0)
        self.checks.equal(f"{test}: clients and the rules of sound.sql have nothing to"
                          " complain of", [text[:400] for text in tally.wrong[:8]], [])
        self.load = None

    def compare(self, test):
        compare(self.checks, self.cluster, test)


@contextlib.contextmanager
def another(world, name, **which):
    """A world of its own for a test that the others would find in theirs."""
    home = os.path.join(world.home, name)
    os.makedirs(home)
    own = World(home, world.checks, world.cluster.options, **which)
    try:
        yield own
    finally:
        own.close()


def differences(digests):
    """Names of tables, and what the nodes have of each."""
    first, *others = digests.values()
    return {name: [tables.get(name) for tables in digests.values()]
            for name in sorted(set().union(*digests.values()))
            if any(other.get(name) != first.get(name) for other in others)}


def compare(checks, cluster, test):
    """Every table of every node, and what scim_check says on each."""
    digests = cluster.digests()
    tables = min(len(tables) for tables in digests.values())
    checks.equal(f"{test}: {tables} tables are the same on {len(digests)} nodes",
                 differences(digests), {})
    checks.equal(f"{test}: scim_check finds nothing on any node",
                 {node.id: node.rows("SELECT * FROM scim_check")
                  for node in cluster.nodes},
                 {node.id: [] for node in cluster.nodes})


def run(cluster, sql, *values):
    """A statement for all nodes, once."""
    result, = cluster.leader().request([sql, *values], timeout=60)
    if "error" in result:
        raise RuntimeError(f"{sql[:200]}: {result['error']}")
    return result


def in_front(cluster, home, *words, **which):
    """A scimd of these nodes, which does not run yet."""
    return Scimd(["--engine", "rqlite:" + cluster.urls, *words], home, **which)


def opened(stack, home, options=(), count=3):
    """Nodes of their own, that run."""
    cluster = Cluster(home, count, options)
    stack.callback(cluster.close)
    cluster.start_all()
    return cluster


def exchange(server, token, method, path, body=None, headers=()):
    """Status, ETag and text of a request to scimd."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        link.request(method, "/scim/v2" + path, body, {
            "Authorization": "Bearer " + token,
            "Content-Type": "application/scim+json", **dict(headers)})
        reply = link.getresponse()
        return reply.status, reply.headers.get("ETag"), reply.read().decode()
    finally:
        link.close()


def load_file(cluster, path):
    """Gives a copy to all nodes, in the place of what they have."""
    with open(path, "rb") as file:
        cluster.leader().ask("POST", "/db/load", file.read(), timeout=60)


def documented_sql(begin):
    """The statement of shim/rqlite.md, "Statements of your own", that begins so."""
    with open("shim/rqlite.md", encoding="utf-8") as file:
        text = file.read().split("## Statements of your own", 1)[1]
    text = begin + text.split(begin, 1)[1].split(";", 1)[0]
    return " ".join(text.split())
