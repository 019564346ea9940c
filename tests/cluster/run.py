"""make cluster: the extension and scimd on three nodes of rqlite.

    CLUSTER=quick python3 tests/cluster/run.py [TEST ...]

Clients write (load.py, ../soak/clients.py) while nodes are killed, stopped,
emptied, added, restarted and given another extension; after each test the load
ends, and what is there is held against what was acknowledged, every table of
every node against those of the others. README.md beside this says what each
test is. The last line is "N passed, N failed".

Environment: BUILD (build), RQLITED (build/rqlited), CLUSTER (full, quick, or
short: some of the tests), CLUSTER_KEEP (a folder in which all files are left).
"""

import base64
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../service"))
import blot  # pylint: disable=wrong-import-position
import transcripts
from cluster import EXTENSION, Cluster, Unanswered, apply, now, wait_for
from jobs import test_jobs, test_reviews
from load import Tally
from scimd import Scimd
from upgrades import test_former, test_tables, test_upgrade
from world import (BOUND, Checks, World, compare, differences, exchange, in_front,
                   load_file, opened, run)
from checks import check_backup  # of the soak, by way of load

SIZE = os.environ.get("CLUSTER", "full")
KILLS = {"full": 20, "quick": 3, "short": 2}.get(SIZE)
if not KILLS:
    sys.exit(f"CLUSTER is full, quick or short, not {SIZE}")
QUICK = SIZE != "full"
SHORT = ("digests", "kills", "stopped_leader", "snapshots", "jobs", "tables")


# ---- Tests

def test_digests(world):
    """A table whose default draws, which no node does as another, is seen by the
    comparison that all other tests rely on."""
    run(world.cluster, "CREATE TABLE drawn (value DEFAULT (hex(randomblob(8))))")
    run(world.cluster, "INSERT INTO drawn DEFAULT VALUES")
    world.checks.equal("nodes that differ are told from others",
                       list(differences(world.cluster.digests())), ["drawn"])
    run(world.cluster, "DROP TABLE drawn")
    world.compare("without that table")


def test_transcripts(world):
    """What identity providers send, on three nodes of their own."""
    checks = world.checks
    with contextlib.ExitStack() as stack:
        cluster = opened(stack, os.path.join(world.home, "transcripts"),
                         world.cluster.options)
        server = in_front(cluster, world.home)
        server.command("init")
        server.start()
        stack.callback(server.stop)
        tallies = transcripts.play_all(
            lambda flow: transcripts.Rqlite(server, cluster, flow))
        for flow, tally in tallies.items():
            for i, line in enumerate(tally.lines):
                if line.startswith("not ok"):
                    print("\n".join(tally.lines[i:i + 4]))
            print(f"# {flow}: {tally.passed} passed, {tally.failed} failed")
            checks.passed += tally.passed
            checks.failed += tally.failed
        compare(checks, cluster, "after all transcripts")
        server.stop()
        cluster.restart_all()
        compare(checks, cluster, "after a restart of all")


def test_kills(world):
    """SIGKILL of the leader, again and again; each comes back before the next."""
    slowest = []
    for number in range(1, KILLS + 1):
        if not world.load:
            world.begin_load()
        time.sleep(random.random() * 0.5)
        victim = world.cluster.leader()
        world.load.tally.mark()
        victim.kill()
        gap = world.goes_on("the leader was killed")
        slowest.append(gap)
        world.checks.at_most(f"kill {number}: writes go on within {BOUND} s", gap, BOUND)
        world.cluster.start(victim)
        world.cluster.caught_up(victim)
        if number % 5 == 0 or number == KILLS:
            world.end_load(f"{number} kills")
    slowest.sort()
    print(f"# {KILLS} kills: without an acknowledged write for {slowest[0]:.1f} to "
          f"{slowest[-1]:.1f} s, median {slowest[len(slowest) // 2]:.1f} s", flush=True)
    world.cluster.restart_all()
    world.compare("after a restart of all")


def stopped(world, node, what):
    world.begin_load()
    world.load.tally.mark()
    node.pause()
    time.sleep(4)
    gap = world.goes_on(f"{what} was stopped")
    node.resume()
    world.cluster.caught_up(node)
    world.goes_on(f"{what} has come back")
    world.checks.at_most(f"{what} is stopped: writes go on within {BOUND} s", gap, BOUND)
    world.end_load(f"{what} was stopped for a while")


def test_stopped_follower(world):
    """SIGSTOP: it takes connections, and never answers."""
    stopped(world, world.cluster.followers()[0], "a follower")


def test_stopped_leader(world):
    """The others choose another, and the old one has to notice."""
    stopped(world, world.cluster.leader(), "the leader")


def test_empty_disk(world):
    """A node comes back with nothing, under the same name."""
    world.begin_load()
    node = world.cluster.followers()[0]
    node.kill()
    node.forget()
    world.goes_on("a follower was lost")
    world.cluster.start(node)
    world.cluster.caught_up(node)
    world.goes_on("it was there again")
    world.end_load("a node came back with an empty disk")


def test_late_node(world):
    """A fourth joins; the log of old is cut off first, so that it is sent a
    snapshot. It goes again afterwards."""
    world.begin_load()
    leader = world.cluster.leader()
    leader.ask("POST", "/snapshot", timeout=60)
    node = world.cluster.add()
    world.cluster.join(node)
    wait_for("it has come", lambda: node.id in json.loads(
        leader.ask("GET", "/nodes")))
    world.cluster.caught_up(node)
    world.goes_on("a node has joined")
    world.end_load("a node joined later")
    world.checks.equal("it was sent a snapshot, and has the extension",
                       node.rows("SELECT scim_version() IS NOT NULL"), [[1]])
    world.cluster.leader().ask("DELETE", "/remove", {"id": node.id})
    node.kill()
    world.cluster.nodes.remove(node)


def settled(ledgers):
    """Ids that are there for sure; taken while clients go on."""
    return {thing.id for ledger in ledgers
            for thing in [*ledger.users.copy().values(), *ledger.groups.copy().values()]
            if thing.is_settled and thing.state is not None}


def test_backup(world):
    """A follower is copied while clients write; and a copy is given back to all,
    while scimd runs."""
    copy, tally = os.path.join(world.home, "backup.db"), Tally()
    world.begin_load()
    world.goes_on("a while", 200)
    wanted, node = settled(world.ledgers), world.cluster.followers()[0]
    world.cluster.caught_up(node)
    node.backup(copy)
    check_backup(copy, os.path.abspath(EXTENSION)[:-3], wanted & settled(world.ledgers),
                 tally)
    world.checks.equal(f"a copy of a follower has the {len(wanted)} that were there, "
                       "and is sound", tally.wrong, [])
    world.end_load("a follower was copied")
    world.cluster.leader().backup(copy)
    before = world.cluster.digests()
    later = json.loads(apply(world.cluster.leader(), "POST", "/Groups",
                             b'{"displayName":"after the copy"}'))
    world.checks.equal("then something else is written",
                       [later["status"], world.cluster.digests() == before],
                       [201, False])
    load_file(world.cluster, copy)
    os.remove(copy)
    world.checks.equal("the copy is given back, and all nodes hold what they held",
                       differences({**before, **{
                           "now " + node: tables for node, tables
                           in world.cluster.digests().items()}}), {})
    world.begin_load()
    world.end_load("after a copy was given back")


def version(tag):
    """The number in W/"7"."""
    return int(tag[3:-1])


def read_own(server, token, path, tag):
    """Reads until what was written with this tag is seen, as shim/rqlite.md says it;
    how often it was not there yet, and whether it came."""
    for late in range(200):
        status, seen, _ = exchange(server, token, "GET", path,
                                   headers={"If-None-Match": tag})
        if status == 304 or status == 200 and version(seen) > version(tag):
            return late, True
        time.sleep(0.02)
    return late, False


def test_read_levels(world):
    """Who writes and reads again sees it: at once, or at level none when the
    version says so."""
    token = world.tokens[0]
    for level in ("none", "weak", "linearizable"):
        server = in_front(world.cluster, world.home)
        server.start("--read-level", level)
        _, tag, text = exchange(server, token, "POST", "/Users",
                                json.dumps({"userName": "reader of " + level}))
        path = "/Users/" + json.loads(text)["id"]
        outcomes = [read_own(server, token, path, tag)]
        for number in range(40):
            body = {"Operations": [{"op": "replace", "path": "title",
                                    "value": f"number {number}"}]}
            status, tag, text = exchange(server, token, "PATCH", path, json.dumps(body))
            if status != 200:
                raise RuntimeError(f"PATCH: {status} {text}")
            outcomes.append(read_own(server, token, path, tag))
        exchange(server, token, "DELETE", path)
        late = sum(late > 0 for late, _ in outcomes)
        world.checks.equal(f"level {level}: what was written is read ({late} of 41 "
                           "times not at once)", [came for _, came in outcomes],
                           [True] * 41)
        if level != "none":
            world.checks.equal(f"level {level}: at once", late, 0)
        world.checks.equal(f"level {level}: scimd ends with status 0", server.stop(), 0)
    world.compare("after reads of every level")


def one_node(stack, home):
    """A cluster of one node with our tables, its scimd, not started yet, and a
    token."""
    cluster = opened(stack, home, count=1)
    server = in_front(cluster, home)
    server.command("init")
    return cluster, server, server.token()


def test_joined(world):
    """Reads of level linearizable are answered when a node has joined, though
    rqlite has them wait until something is written."""
    with contextlib.ExitStack() as stack:
        cluster, server, token = one_node(stack, os.path.join(world.home, "joined"))
        server.start("--read-level", "linearizable")
        stack.callback(server.stop)
        exchange(server, token, "GET", "/Users")
        node = cluster.add()
        cluster.join(node)
        wait_for("it has come", lambda: node.id in json.loads(
            cluster.nodes[0].ask("GET", "/nodes")))
        begin = time.monotonic()
        status, _, _ = exchange(server, token, "GET", "/Users")
        world.checks.equal("a read is answered", status, 200)
        world.checks.at_most("soon", time.monotonic() - begin, BOUND)
        world.checks.equal("scimd ends with status 0", server.stop(), 0)
        compare(world.checks, cluster, "a node joined where nobody wrote")


def kept(folder, *marks):
    """How many files of a node have each of the marks, as they are or within
    what rqlite has compressed."""
    found = dict.fromkeys(marks, 0)
    for place, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                content = file.read()
            parts = [content]
            at = content.find(b"\x1f\x8b\x08")
            while at >= 0:
                with contextlib.suppress(zlib.error):
                    parts.append(zlib.decompressobj(31).decompress(content[at:]))
                at = content.find(b"\x1f\x8b\x08", at + 1)
            for mark in marks:
                found[mark] += any(mark in part for part in parts)
    return found


def test_secrets(world):
    """Requests of chance with secrets all over them leave none on the disk of a
    node: neither in Raft's log nor in a snapshot nor in the database."""
    home = os.path.join(world.home, "secrets")
    with contextlib.ExitStack() as stack:
        cluster, server, token = one_node(stack, home)
        for statement in blot.definitions():
            run(cluster, statement)
        server.start()
        stack.callback(server.stop)
        body = json.dumps({"userName": "open", "title": "large " * 400 + "seen"})
        exchange(server, token, "POST", "/Users", body)
        statuses = blot.send(f"http://127.0.0.1:{server.port}/scim/v2", token,
                             200 if QUICK else 2000, "cluster")
        world.checks.equal("they are answered", min(statuses) < 300 and
                           max(statuses) < 500, True)
        world.checks.equal("scimd ends with status 0", server.stop(), 0)
        cluster.nodes[0].stop()
        marks = kept(cluster.nodes[0].folder, blot.MARK.encode(), b"large large",
                     token.encode())
        world.checks.equal("secrets on the disk, tokens, and texts that are none",
                           [marks[blot.MARK.encode()], marks[token.encode()],
                            marks[b"large large"] > 1], [0, 0, True])


def lead(world, node):
    """Makes the node the leader."""
    leader = world.cluster.leader()
    wait_for(f"node {node.id} leads", lambda: node.is_leader() or
             leader.ask("POST", "/leader?wait", {"id": node.id}) and False)


def led_without_extension(world, node):
    """A node without the extension is made to lead: nothing can be written, which
    clients are told, and then another leads. What they were not told of may have
    been done by the others."""
    world.load.end()
    server, token = world.servers[0], world.tokens[0]
    lead(world, node)
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    link.request("POST", "/scim/v2/Groups", '{"displayName":"led by nobody"}', {
        "Authorization": "Bearer " + token, "Content-Type": "application/scim+json"})
    reply = link.getresponse()
    world.checks.equal("a leader without the extension: 503, and when to come again",
                       [reply.status, reply.headers.get("Retry-After", "").isdigit(),
                        "the node that leads has no extension" in server.read_log()],
                       [503, True, True])
    link.close()
    lead(world, world.cluster.followers()[0])
    wait_for("writes go on", lambda: exchange(
        server, token, "POST", "/Groups", '{"displayName":"led again"}')[0] == 201)
    for name in ("led by nobody", "led again"):
        path = "/Groups?filter=" + urllib.parse.quote(f'displayName eq "{name}"')
        text = wait_for("groups are found", lambda: next(
            (text for status, _, text in [exchange(server, token, "GET", path)]
             if status == 200), None))
        found = json.loads(text).get("Resources", [])
        world.checks.equal(f"'{name}' is there", len(found) > 0, True)
        for group in found:
            exchange(server, token, "DELETE", "/Groups/" + group["id"])


def test_unfit(world):
    """A follower has lost its extension: it takes the log and does nothing of it.
    Nobody is sent there; an empty disk and the extension heal it."""
    node = world.cluster.followers()[0]
    server = in_front(world.cluster, world.home)
    server.start("--read-level", "none")
    world.begin_load()
    node.stop()
    os.remove(os.path.join(node.extensions, "scim.so"))
    shutil.rmtree(os.path.join(node.folder, "extensions"), ignore_errors=True)
    world.cluster.start(node)
    world.cluster.caught_up(node)
    world.checks.equal("the node has no extension", node.rows("SELECT scim_version()"),
                       "no such function: scim_version")
    statuses = [exchange(server, world.tokens[0], "GET", "/Users?count=1")[0]
                for _ in range(100)]
    world.checks.equal("100 reads at level none are answered", statuses, [200] * 100)
    world.goes_on("a node has lost its extension")
    wait_for("/metrics tells which nodes are fit", lambda: server.metric(
        "scimd_rqlite_node_up") == 2)
    world.checks.equal("/metrics tells how often one became unfit",
                       server.metric("scimd_rqlite_unfit_total") > 0, True)
    led_without_extension(world, node)
    node.stop()
    node.forget()
    node.install(EXTENSION)
    world.cluster.start(node)
    world.cluster.caught_up(node)
    wait_for("it is fit again", lambda: server.metric("scimd_rqlite_node_up") == 3)
    world.end_load("a node had lost its extension")
    world.checks.equal("scimd ends with status 0", server.stop(), 0)


def slow(event, seconds):
    """A trigger that takes so long at an event."""
    return f"""CREATE TRIGGER slow AFTER {event} BEGIN
SELECT count(*) FROM (WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL
SELECT i + 1 FROM n WHERE i < {steps_in(seconds)}) SELECT i FROM n); END"""


def steps_in(seconds):
    """How far SQLite counts in so many seconds where nothing else runs, or more."""
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        begin = time.process_time()
        db.execute("WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1"
                   " FROM n WHERE i < 1000000) SELECT count(*) FROM n").fetchall()
        return int(seconds * 1e6 / (time.process_time() - begin))


def test_long(world):
    """A request that takes longer than a node has for its first byte is waited
    for, and sent once; meanwhile nobody is left out, and reads are answered."""
    server, token = world.servers[0], world.tokens[0]
    wait_for("all nodes are fit", lambda: server.metric("scimd_rqlite_node_up") == 3)
    run(world.cluster, slow("INSERT ON scim_resource WHEN NEW.doc LIKE '%slow one%'", 5))
    reads, outcome = [], []

    def counts():
        return [server.metric("scimd_rqlite_retries_total"),
                server.read_log().count("it does not answer in time")]

    before = counts()
    thread = threading.Thread(target=lambda: outcome.extend(exchange(
        server, token, "POST", "/Users", '{"userName":"slow one"}')))
    begin = time.monotonic()
    thread.start()
    while thread.is_alive():
        reads.append(exchange(server, token, "GET", "/Users?count=1")[0])
        time.sleep(0.1)
    took = time.monotonic() - begin
    run(world.cluster, "DROP TRIGGER slow")
    world.checks.equal(f"a POST of {took:.0f} s is done", [outcome[0], took > 2.5],
                       [201, True])
    world.checks.equal(f"{len(reads)} reads meanwhile are answered", set(reads), {200})
    world.checks.equal("it was sent once, and nobody was left out as slow",
                       counts(), before)
    exchange(server, token, "DELETE", "/Users/" + json.loads(outcome[2])["id"])
    world.compare("after a long request")


def test_map(world):
    """The leader is killed while a map is switched on: the command is answered, and
    it was done once."""
    cluster, said = world.cluster, []
    run(cluster, "CREATE TABLE switched (state)")
    run(cluster, "CREATE TRIGGER switched AFTER UPDATE ON scim_map BEGIN"
                 " INSERT INTO switched VALUES (NEW.state); END")
    run(cluster, slow("INSERT ON switched", 2))
    victim = cluster.leader()

    def writers():
        return victim.rows("SELECT count(*) FROM scim_meta WHERE name GLOB 'writer *'")

    before = writers()
    thread = threading.Thread(target=lambda: said.append(world.servers[0].command(
        "map", "switch", "learner", "--busy-timeout", "50000")))
    thread.start()
    wait_for("the leader is at it", lambda: writers() != before)
    victim.kill()
    thread.join()
    cluster.start(victim)
    cluster.caught_up(victim)
    (people,), = cluster.leader().rows("SELECT count(*) FROM scim_user")
    world.checks.equal("the map is on", said, [f"learner is on: {people} resources"])
    world.checks.equal("it was switched once", cluster.leader().rows(
        "SELECT state FROM switched"), [["on"]])
    run(cluster, "DROP TRIGGER switched")
    run(cluster, "DROP TABLE switched")
    world.compare("after a map was switched")


def test_move(world):
    """From a file on one machine to three nodes, as shim/rqlite.md says."""
    home = os.path.join(world.home, "move")
    os.makedirs(home)
    file, copy = os.path.join(home, "people.db"), os.path.join(home, "copy.db")
    with contextlib.ExitStack() as stack:
        before = Scimd(["--db", file], home)
        before.command("init")
        token = before.token()
        before.start()
        stack.callback(before.stop)
        for name in ("ann", "bob"):
            exchange(before, token, "POST", "/Users", json.dumps({"userName": name}))
        before.stop()
        before.command("backup", copy)
        cluster = opened(stack, home, count=1)
        with open(copy, "rb") as content:
            cluster.nodes[0].ask("POST", "/boot", content.read())
        in_front(cluster, home).command("init")
        for _ in range(2):
            node = cluster.add()
            cluster.join(node)
            wait_for("it has joined", lambda: node.status()["fsm_index"] > 0)
        server = in_front(cluster, home)
        server.start()
        stack.callback(server.stop)
        world.checks.equal("the token is good, and people are there", [
            json.loads(exchange(server, token, "GET", "/Users")[2])["totalResults"],
            exchange(server, token, "POST", "/Users", '{"userName":"eve"}')[0]],
            [2, 201])
        world.checks.equal("scimd ends with status 0", server.stop(), 0)
        compare(world.checks, cluster, "moved from one machine to three")


def certificates(home):
    """A certificate for loopback, node.pem and node.key, of an authority of its own,
    whose file is returned."""
    def make(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=home)
    with open(os.path.join(home, "names"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=IP:127.0.0.1\n"
                   "extendedKeyUsage=serverAuth,clientAuth\n")
    make("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
         "ca.pem", "-subj", "/CN=authority", "-days", "2")
    make("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "node.key", "-out",
         "node.csr", "-subj", "/CN=node")
    make("x509", "-req", "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
         "-CAcreateserial", "-extfile", "names", "-out", "node.pem", "-days", "2")
    return os.path.join(home, "ca.pem")


def between(text, begin, end):
    return text.split(begin, 1)[1].split(end, 1)[0]


def documented():
    """What shim/rqlite.md gives for a node: the words behind rqlited of its unit, and
    users.json."""
    with open("shim/rqlite.md", encoding="utf-8") as file:
        text = between(file.read(), "## Three nodes", "Compose")
    words = between(text, "ExecStart=/usr/local/bin/rqlited", "\nLoadCredential")
    return (words.replace("\\\n", " ").split(),
            between(text, "```json\n", "```").replace("…", "secret"))


def as_documented(cluster, folder):
    """The nodes are started by the unit of shim/rqlite.md, but for their places:
    what it takes from credentials is in the folder."""
    for node in cluster.nodes:
        places = {"${CREDENTIALS_DIRECTORY}": folder, "${NODE}:4001": node.http,
                  "${NODE}:4002": node.raft, "${NODE}": node.id,
                  "0.0.0.0:4001": node.http.replace("127.0.0.1", "0.0.0.0"),
                  "0.0.0.0:4002": node.raft.replace("127.0.0.1", "0.0.0.0"),
                  "n1:4002,n2:4002,n3:4002":
                      ",".join(other.raft for other in cluster.nodes),
                  "/usr/local/lib/rqlite": node.extensions,
                  "/var/lib/rqlite": node.folder}
        node.words, _ = documented()
        for name, place in places.items():
            node.words = [word.replace(name, place) for word in node.words]


def test_secure(world):
    """Nodes with certificates, names and passwords, by the words of the unit in
    shim/rqlite.md."""
    home = os.path.join(world.home, "secure")
    os.makedirs(home)
    authority = certificates(home)
    users, secret, wrong = (os.path.join(home, name)
                            for name in ("users.json", "user", "wrong"))
    _, people = documented()
    for path, text in ((users, people), (secret, "scimd:secret\n"),
                       (wrong, "scimd:guessed\n")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with contextlib.ExitStack() as stack:
        cluster = Cluster(home)
        for node in cluster.nodes:
            node.secure = (ssl.create_default_context(cafile=authority),
                           "Basic " + base64.b64encode(b"operator:secret").decode())
        as_documented(cluster, home)
        stack.callback(cluster.close)
        cluster.start_all()
        server = in_front(cluster, home, "--rqlite-user", secret,
                          "--rqlite-ca", authority)
        server.command("init")
        token = server.token()
        server.start()
        stack.callback(server.stop)
        status, _, text = exchange(server, token, "POST", "/Users", '{"userName":"ann"}')
        world.checks.equal("a write and a read by TLS, with a password", [
            status, exchange(server, token, "GET",
                             "/Users/" + json.loads(text)["id"])[0]], [201, 200])
        copy = os.path.join(home, "copy.db")
        said = server.command("backup", copy)
        people = sqlite3.connect(copy).execute("SELECT user_name FROM scim_user")
        world.checks.equal("a copy of the database, checked",
                           [said.endswith(", checked"), people.fetchall()],
                           [True, [("ann",)]])
        world.checks.equal("scimd ends with status 0", server.stop(), 0)
        for what, words in (
                ("another password", ["--rqlite-user", wrong, "--rqlite-ca", authority]),
                ("no password", ["--rqlite-ca", authority]),
                ("another authority", ["--rqlite-user", secret])):
            try:
                outcome = in_front(cluster, home, *words).command(
                    "token", "list", "--busy-timeout", "2000")
            except RuntimeError as error:
                outcome = str(error).split(" --")[0]
            world.checks.equal(f"with {what} a command fails", outcome, "scimd token list")
        compare(world.checks, cluster, "with certificates")


def push_entries(cluster, count):
    """So many entries of the log, in each of which the extension is called."""
    def last():
        return cluster.leader().status()["raft"]["last_log_index"]

    end = last() + count

    def push():
        statement = ["SELECT scim_apply('GET', '/Users?count=1', NULL, ?)",
                     json.dumps({"now": now()})]
        while True:
            with contextlib.suppress(Unanswered):  # there may be an election
                if last() >= end:
                    return
                leader = cluster.leader()
                for _ in range(100):
                    leader.request(statement)

    threads = [threading.Thread(target=push) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_snapshots(world):
    """A log so long that every node makes a snapshot of itself, and then a start
    from there: one that loses the extension would differ from now on."""
    nodes = world.cluster.nodes
    world.begin_load()
    push_entries(world.cluster, 600 if QUICK else 8400)
    for node in nodes:
        wait_for(f"node {node.id} makes a snapshot",
                 lambda: node.status()["snapshot_store"]["snapshots"])
    world.end_load("every node has made a snapshot")
    world.cluster.restart_all()
    version = nodes[0].rows("SELECT scim_version()")
    for node in nodes:
        world.checks.equal(f"node {node.id} has started from its snapshot, and has "
                           "the extension",
                           [node.status()["raft"]["last_snapshot_index"] > 0,
                            node.rows("SELECT scim_version()")], [True, version])
        reply = json.loads(apply(node, "POST", "/Groups",
                                 b'{"displayName":"made by one node"}'))
        world.checks.equal(f"a write by node {node.id}", reply["status"], 201)
        apply(node, "DELETE", "/Groups/" + reply["body"]["id"])
    world.compare("after a start from snapshots")


# ---- All of it

# Those of this file come first; the last one leaves another extension behind.
TESTS = {function.__name__[len("test_"):]: function for function in sorted(
    (value for name, value in list(globals().items()) if name.startswith("test_")),
    key=lambda function: function.__module__ != __name__)}


def main(names):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    checks = Checks()
    begin = time.monotonic()
    options = ["-raft-snap", "512", "-raft-snap-int", "1s"] if QUICK else []
    with tempfile.TemporaryDirectory() as home:
        home = os.environ.get("CLUSTER_KEEP") or home
        world = World(home, checks, options)
        try:
            for name in names or (SHORT if SIZE == "short" else TESTS):
                sentence = " ".join(TESTS[name].__doc__.split()).split(". ")[0]
                print(f"# {name}: {sentence}", flush=True)
                try:
                    TESTS[name](world)
                except Exception as error:  # pylint: disable=broad-except
                    traceback.print_exc(file=sys.stdout)
                    checks.line(f"{name} comes to its end", False, repr(error), "that")
                    if world.load:
                        world.load.end()
                        world.load = None
                print(f"# {time.monotonic() - begin:.0f} s", flush=True)
        finally:
            world.close()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
