"""How nodes come to another extension (shim/rqlite.md, "Upgrading a cluster"): one
that writes the same, one that makes other tables, and tables that an earlier
version has made.

FORMER names a folder with scim.so and scimd of an earlier version: then `tables`
goes from that one to today's, instead of from today's to one that is built for it.
"""

import contextlib
import json
import os
import shutil

from cluster import BUILD, EXTENSION, apply, digest, digest_of_file, now, wait_for
from extensions import ask, next_tables, next_version, version_of
from scimd import SCIMD
from world import (BOUND, another, compare, differences, exchange, in_front, load_file,
                   opened)

FORMER = os.environ.get("FORMER")


def test_upgrade(world):
    """Another extension, node by node, the leader last, while clients write. A
    snapshot first: no node shall play again by the new one what the old one has
    done."""
    path = next_version(world.home)
    version, _ = version_of(path)
    world.begin_load()
    for node in [*world.cluster.followers(), world.cluster.leader()]:
        world.cluster.replace_extension(node, path)
        world.checks.equal(f"node {node.id} has the new extension",
                           node.rows("SELECT scim_version()"), [[version]])
        gap = world.goes_on(f"node {node.id} has another extension")
        world.checks.at_most(f"meanwhile writes go on within {BOUND} s", gap, BOUND)
    world.end_load("the extension was replaced on every node")


def refused(server):
    """What scimd init says when it does not."""
    try:
        return "it was done: " + server.command("init")
    except RuntimeError as error:
        return str(error)


def tables_of(node):
    """Of which version they are."""
    return node.rows("SELECT value FROM scim_meta WHERE name = 'version'")


def roll(own, path, version):
    """All nodes but those that are down get the other extension, the leader last;
    nobody writes meanwhile, and nobody makes tables while they differ."""
    nodes = [*own.cluster.followers(), own.cluster.leader()]
    before = [tables_of(node) for node in nodes]
    for number, node in enumerate(nodes, 1):
        own.cluster.replace_extension(node, path)
        if number == len(nodes):
            break
        own.checks.equal(
            f"scimd init refuses while node {node.id} is ahead of others",
            "would make different tables" in refused(own.servers[0]), True)
    own.checks.equal("the tables are what they were by then",
                     [tables_of(node) for node in nodes], before)
    own.servers[0].command("init")
    own.cluster.settle()
    own.checks.equal("scimd init of the new version makes them anew",
                     [tables_of(node) for node in nodes], [[[version]]] * len(nodes))


def come_back(own, node, path):
    """A node that was down comes back as it was: it draws nothing, however often it
    plays the log again, and scimd says that it is another; an empty disk and the
    extension of the others heal it."""
    own.begin_load()
    own.cluster.start(node)
    own.cluster.caught_up(node)
    own.goes_on("a node of the old version came back", 100)
    wait_for("scimd tells of it", lambda: all(
        "the versions of the extension differ" in server.read_log()
        for server in own.servers))
    own.end_load("a node of the old version was there", but=node)
    own.cluster.caught_up(node)
    left = digest(node)
    own.checks.equal(
        "it has done nothing by halves: what it has is sound or not there",
        node.rows("SELECT integrity_check FROM pragma_integrity_check"), [["ok"]])
    node.kill()
    own.cluster.start(node)
    own.cluster.caught_up(node)
    own.checks.equal("what it plays again is the same", differences(
        {"before": left, "after": digest(node)}), {})
    node.stop()
    node.forget()
    node.install(path)
    own.cluster.start(node)
    own.cluster.caught_up(node)
    own.compare("it came back with an empty disk and the new extension")


def test_tables(world):
    """The version of the tables changes: what was acknowledged before is there, and
    a node that was down meanwhile finds its way back. Where scimd is the new one,
    the nodes are as well."""
    old, program = EXTENSION, SCIMD
    if FORMER:
        old, program = FORMER + "/scim.so", FORMER + "/scimd"
    new = os.path.abspath(EXTENSION) if FORMER else next_tables(world.home)
    with another(world, "tables", extension=old, program=program) as own:
        own.begin_load()
        own.goes_on("all nodes are of the old version", 200)
        lost = own.cluster.followers()[0]
        lost.kill()
        own.goes_on("a node was lost", 200)
        own.end_load("before the upgrade", but=lost)
        own.stop_serving()
        own.place_in_front(new)
        with own.cluster.without(lost):
            roll(own, new, version_of(new)[1])
            own.serve()
            own.begin_load()
            own.goes_on("the upgrade", 200)
            own.end_load("after the upgrade")
        come_back(own, lost, new)
        own.cluster.restart_all()
        own.begin_load()
        own.end_load("all have played their logs again")


def played(server, token, name):
    """Statuses of what an identity provider does first."""
    status, _, text = exchange(server, token, "POST", "/Users",
                               json.dumps({"userName": name}))
    path = "/Users/" + json.loads(text)["id"]
    return [status, exchange(server, token, "GET", path)[0], exchange(
        server, token, "PATCH", path, '{"Operations":[{"op":"replace","path":"title",'
        '"value":"new"}]}')[0]]


def test_former(world):
    """Tables of an earlier version, on nodes of two versions: they stay until all
    nodes are of one, and become then on each what they become on one machine. A
    node that was down plays it again."""
    home = os.path.join(world.home, "former")
    _, today = version_of(EXTENSION)
    file = f"tests/store/old/version{today - 1}.db"
    with contextlib.ExitStack() as stack:
        cluster = opened(stack, home, world.cluster.options)
        slow, lost = cluster.followers()
        load_file(cluster, file)
        cluster.settle()
        cluster.replace_extension(slow, next_version(home))
        lost.kill()
        server = in_front(cluster, home)
        world.checks.equal("scimd init refuses while the versions differ", [
            "would make different tables" in refused(server),
            tables_of(cluster.leader()), tables_of(slow)],
            [True, [[today - 1]], [[today - 1]]])
        cluster.replace_extension(slow, EXTENSION)
        server.command("init")
        copy = os.path.join(home, "copy.db")
        shutil.copy(file, copy)
        ask(EXTENSION, "PRAGMA trusted_schema = 1", "SELECT scim_init("
            f"'{{\"replicated\":true,\"now\":\"{now()}\"}}')", path=copy)
        with cluster.without(lost):
            made = {**cluster.digests(), "a file": digest_of_file(copy)}
        world.checks.equal("scimd init upgrades them on the nodes that are there",
                           [tables_of(node) for node in (cluster.leader(), slow)],
                           [[[today]], [[today]]])
        world.checks.equal("as on one machine, but for what scimd notes of itself",
                           list(differences(made)), ["scim_meta"])
        token = server.token()
        server.start()
        stack.callback(server.stop)
        world.checks.equal("they can be written and read",
                           played(server, token, "after the upgrade"), [201, 200, 200])
        cluster.start(lost)
        cluster.caught_up(lost)
        compare(world.checks, cluster, "a node was down meanwhile")
        world.checks.equal("scimd ends with status 0", server.stop(), 0)
        cluster.restart_all()
        compare(world.checks, cluster, "all have played their logs again")
        reply = json.loads(apply(cluster.leader(), "GET", "/Users?count=0"))
        world.checks.equal("and answer", reply["status"], 200)
