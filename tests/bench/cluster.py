"""Past one machine: POST and GET of users by scimd on rqlite, beside what they are
to be compared with, all in the same run.

    cluster.py BUILD PAYLOAD

For one node and for three, all on this machine, with 1 and with 8 clients:

    sqlite     scimd on a file of its own
    rqlite     scimd on the nodes
    raw rows   the rows that a POST writes, and nothing else: the same INSERTs
               and UPDATEs of the same tables with the same indexes, of as many
               users in a /db/request as scimd had in one
    one row    a row of the size of the request a user, in the same batches

They take turns, three rounds; the medians are printed. The rows are those that
triggers see while scim_apply makes the same users in memory. Then the same for
reads by id and by userName, of the levels none and weak:

    sqlite     scimd on a file of its own
    rqlite     scimd on the nodes
    raw apply  the statement that scimd sends, sent to the leader itself
    raw row    the document out of its table, likewise, without the extension

And for how many seconds nothing was acknowledged after the leader was killed.
Nothing is judged.
Without rqlited (make cluster builds it) it says so, and that is all.
"""
import contextlib
import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

build, payload = sys.argv[1:3]
os.environ.update(BUILD=build, SCIM_EXTENSION=os.path.join(build, "scim"))
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../cluster"))
from cluster import RQLITED, Cluster  # noqa: E402
from scimd import Scimd  # noqa: E402

WORK = {1: 300, 8: 1200}  # users in a round, by clients
READS = {1: 400, 8: 1600}  # reads in a round
ROUNDS, KILLS = 3, 3


# ---- The rows of a user

def tables(db):
    """Of each table its columns, those of its key, and the SQL that makes it and
    its indexes under another name."""
    found = {}
    for name, sql in db.execute(
            "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND"
            " type IN ('table', 'index') AND tbl_name LIKE 'scim~_%' ESCAPE '~'"
            " ORDER BY type DESC"):
        if name not in found:
            columns = db.execute("SELECT name, pk FROM pragma_table_info(?)",
                                 (name,)).fetchall()
            found[name] = ([column for column, _ in columns],
                           [column for column, key in columns if key], [])
        found[name][2].append(sql.replace("scim_", "raw_"))
    return found


def statement(name, columns, key, event, cells):
    """A row as /db/request takes it. Bytes come as {"hex": …}, and go into the
    SQL, since JSON cannot carry them."""
    mark = ["x'%s'" % cell["hex"] if isinstance(cell, dict) else "?"
            for cell in cells]
    which = list(range(len(columns)))
    if event == "INSERT":
        sql = f'INSERT INTO "{name}" VALUES ({", ".join(mark)})'
    else:
        assignments = ", ".join(map('"{}" = {}'.format, columns, mark))
        condition = " AND ".join(f'"{column}" = ?' for column in key)
        sql = f'UPDATE "{name}" SET {assignments} WHERE {condition}'
        which += map(columns.index, key)
    return [sql, *(cells[i] for i in which if not isinstance(cells[i], dict))]


def record(bodies):
    """What has to be done before, and for each body what its POST writes, row by
    row in their order: statements with values, as /db/request takes them."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.enable_load_extension(True)
        db.load_extension(os.path.join(build, "scim"))
        db.execute("SELECT scim_init()").fetchall()
        known = tables(db)
        db.execute("CREATE TEMP TABLE written (name, event, cells)")
        for name, (columns, _, _) in known.items():
            cells = ", ".join(f"CASE typeof(NEW.\"{column}\") WHEN 'blob' THEN"
                              f" json_object('hex', hex(NEW.\"{column}\"))"
                              f" ELSE NEW.\"{column}\" END" for column in columns)
            for event in ("INSERT", "UPDATE"):
                db.execute(f"CREATE TEMP TRIGGER {name}_{event} AFTER {event} ON"
                           f" main.{name} BEGIN INSERT INTO written VALUES"
                           f" ('{name}', '{event}', json_array({cells})); END")
        users = []
        for body in bodies:
            db.execute("DELETE FROM written")
            reply, = db.execute("SELECT scim_apply('POST', '/Users', ?)",
                                (body,)).fetchone()
            if not reply.startswith('{"status":201'):
                sys.exit("cluster: " + reply[:300])
            users.append([statement(name.replace("scim_", "raw_"), *known[name][:2],
                                    event, json.loads(cells)) for name, event, cells
                          in db.execute("SELECT * FROM written").fetchall()])
    used = {row[0].split('"')[1] for rows in users for row in rows}
    return ([sql for name, (_, _, made) in known.items() for sql in made
             if name.replace("scim_", "raw_") in used], users)


# ---- Each way

def load(port, lines, clients, folder, *words):
    """Requests a second."""
    requests = os.path.join(folder, "requests")
    with open(requests, "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)
    printed = subprocess.run(
        [os.path.join(build, "bench", "load"), str(port), str(clients), requests,
         *words], check=True, stdout=subprocess.PIPE, text=True)
    return float(printed.stdout.split()[0])


def by_scimd(server, token, bodies, clients, folder):
    """Requests a second, and users in a write."""
    sums = [server.metric("scimd_batch_requests_" + name) for name in ("sum", "count")]
    rate = load(server.port, [f"POST /Users {body}" for body in bodies], clients,
                folder, token)
    users, writes = (server.metric("scimd_batch_requests_" + name) - before
                     for name, before in zip(("sum", "count"), sums))
    return rate, users / writes


def ask(link, statements, transaction):
    link.request("POST", "/db/request" + ("?transaction" if transaction else ""),
                 statements, {"Content-Type": "application/json"})
    reply = link.getresponse().read()
    if b'"error"' in reply:
        sys.exit("cluster: " + reply[:300].decode())


def raw(node, users, group):
    """Users a second: each a list of statements, so many users a request."""
    batches, done = [], 0
    while done < len(users):
        end = max(done + 1, round(group * (len(batches) + 1)))
        batches.append(json.dumps(
            [row for rows in users[done:end] for row in rows]).encode())
        done = end
    with contextlib.closing(http.client.HTTPConnection(node.http)) as link:
        begin = time.perf_counter()
        for batch in batches:
            ask(link, batch, True)
        return len(users) / (time.perf_counter() - begin)


def empty(cluster, made):
    """The tables of the raw rows, anew."""
    with contextlib.closing(http.client.HTTPConnection(cluster.leader().http)) as link:
        names = [sql.split()[2] for sql in made if sql.startswith("CREATE TABLE")]
        ask(link, json.dumps([f"DROP TABLE IF EXISTS {name}" for name in names] + made
                             + ["DROP TABLE IF EXISTS one_row",
                                "CREATE TABLE one_row (n INTEGER PRIMARY KEY, body)"]),
            True)


# ---- The table

def measure(cluster, on_file, on_nodes, clients, bodies, folder):
    """A round: requests a second of each way, and users in a write."""
    server, token = on_file
    sqlite = by_scimd(server, token, bodies, clients, folder)[0]
    server, token = on_nodes
    rqlite, group = by_scimd(server, token, bodies, clients, folder)
    made, users = record(bodies)
    empty(cluster, made)
    leader = cluster.leader()
    return (sqlite, rqlite, raw(leader, users, group),
            raw(leader, [[["INSERT INTO one_row (body) VALUES (?)", body]]
                         for body in bodies], group), group)


def served(stack, store, folder, *options):
    server = Scimd(store, folder)
    server.command("init")
    server.start(*options)
    stack.callback(server.stop)
    return server, server.token()


def bench(count, people, folder):
    """The lines for so many nodes; the cluster, to be killed, for three."""
    with contextlib.ExitStack() as stack:
        cluster = Cluster(os.path.join(folder, f"nodes{count}"), count)
        stack.callback(cluster.close)
        cluster.start_all()
        on_file = served(stack, ["--db", os.path.join(folder, f"{count}.db")], folder)
        on_nodes = served(stack, ["--engine", "rqlite:" + cluster.urls], folder)
        for clients, users in WORK.items():
            rounds = [measure(cluster, on_file, on_nodes, clients,
                              [next(people) for _ in range(users)], folder)
                      for _ in range(ROUNDS)]
            sqlite, rqlite, rows, row, group = (
                statistics.median(values) for values in zip(*rounds))
            print("%-22s%8d/s%8d/s%10d/s%8d/s%8.1f%9.2f%10.2f%9.2f" % (
                "%d node%s, %d client%s" % (count, "s" * (count > 1), clients,
                                            "s" * (clients > 1)),
                sqlite, rqlite, rows, row, group,
                statistics.median(each[1] / each[0] for each in rounds),
                statistics.median(each[1] / each[2] for each in rounds),
                statistics.median(each[1] / each[3] for each in rounds)), flush=True)
        bench_reads(stack, cluster, on_file, on_nodes, folder)
        if count > 1:
            failover(cluster, *on_nodes)


# ---- Reads

# What is asked of scimd, and the document by SQL alone.
KINDS = {
    "by id": ("/Users/{id}", "SELECT doc FROM scim_resource"
              " WHERE tenant = 'default' AND id = ?"),
    "by userName": ("/Users?filter=userName%20eq%20%22{name}%22",
                    "SELECT r.doc FROM scim_unique AS u JOIN scim_resource AS r"
                    " ON r.resource = u.resource WHERE u.tenant = 'default' AND"
                    " u.type = 'User' AND u.attribute = 'userName' AND"
                    " u.key = lower(?)")}


def read(port, targets, clients, folder, token):
    """By scimd: reads a second."""
    return load(port, [f"GET {target} " for target in targets], clients, folder, token)


def read_raw(node, level, statements, clients, folder):
    """By a node itself."""
    return load(int(node.http.rsplit(":", 1)[1]), [
        f"POST /db/query?level={level} {json.dumps([statement])}"
        for statement in statements], clients, folder, "none", "")


def chosen(rows, template, number):
    """So many targets, of these people in turns."""
    return [template.format(id=rows[i % len(rows)][0],
                            name=urllib.parse.quote(rows[i % len(rows)][1]))
            for i in range(number)]


def bench_reads(stack, cluster, on_file, on_nodes, folder):
    """The lines of reads for these nodes."""
    select = "SELECT id, user_name FROM scim_user ORDER BY id LIMIT 400"
    with contextlib.closing(sqlite3.connect(on_file[0].store[1])) as db:
        there = {"file": db.execute(select).fetchall()}
    there["nodes"] = cluster.leader().rows(select)
    servers = {"weak": on_nodes[0], "none": served(
        stack, ["--engine", "rqlite:" + cluster.urls], folder, "--read-level",
        "none")[0]}
    print("\n%-36s%10s%10s%11s%9s%9s%11s%10s" % (
        "GET", "sqlite", "rqlite", "raw apply", "raw row", "/sqlite", "/raw apply",
        "/raw row"))
    leader = cluster.leader()
    for clients, number in READS.items():
        for level, server in servers.items():
            for kind, (template, by_row) in KINDS.items():
                targets = chosen(there["nodes"], template, number)
                which = 0 if "{id}" in template else 1
                rounds = [(
                    read(on_file[0].port, chosen(there["file"], template, number),
                         clients, folder, on_file[1]),
                    read(server.port, targets, clients, folder, on_nodes[1]),
                    read_raw(leader, level, [
                        ["SELECT scim_apply('GET', ?, NULL, ?)", target,
                         json.dumps({"authorization": "Bearer " + on_nodes[1],
                                     "now": "2026-11-27T00:00:00Z"})]
                        for target in targets], clients, folder),
                    read_raw(leader, level, [
                        [by_row, there["nodes"][i % len(there["nodes"])][which]]
                        for i in range(number)], clients, folder))
                    for _ in range(ROUNDS)]
                print("%-36s%8d/s%8d/s%9d/s%7d/s%9.2f%11.2f%10.2f" % (
                    "%d node%s, %d client%s, %s, %s" % (
                        cluster.count, "s" * (cluster.count > 1), clients,
                        "s" * (clients > 1), level, kind),
                    *(statistics.median(values) for values in zip(*rounds)),
                    *(statistics.median(each[1] / each[other] for each in rounds)
                      for other in (0, 2, 3))), flush=True)


# ---- Failover

def failover(cluster, server, token):
    """One client that writes without pause while the leader is killed."""
    gaps, ending, times = [], threading.Event(), [time.monotonic()]

    def write():
        number = 0
        while not ending.is_set():
            number += 1
            body = json.dumps({"userName": f"failover-{number}"})
            with contextlib.closing(http.client.HTTPConnection(
                    "127.0.0.1", server.port)) as link:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    link.request("POST", "/scim/v2/Users", body, {
                        "Authorization": "Bearer " + token,
                        "Content-Type": "application/scim+json"})
                    if link.getresponse().status == 201:
                        times.append(time.monotonic())

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(KILLS):
        time.sleep(1)
        victim, begin = cluster.leader(), len(times)
        victim.kill()
        end = time.monotonic() + 60
        while len(times) < begin + 20 and time.monotonic() < end:
            time.sleep(0.05)
        gaps.append(max(b - a for a, b in zip(times[begin - 1:], times[begin:])))
        cluster.start(victim)
        cluster.caught_up(victim)
    ending.set()
    writer.join()
    print("After the leader was killed nothing was acknowledged for "
          + ", ".join("%.1f" % gap for gap in gaps) + " s")


def main():
    if not os.path.exists(RQLITED):
        print("\nrqlite: skipped, there is no rqlited (make cluster builds it)")
        return
    with sqlite3.connect(payload) as db:
        people = (body for body, in db.execute(
            "SELECT body FROM payload ORDER BY n").fetchall())
    print("\nPOST /Users on nodes of rqlite, all on this machine: requests a second, "
          "users in a\nwrite, and rqlite's share of the others (aim: 0.6 of the raw "
          "rows)\n%-22s%10s%10s%12s%10s%8s%9s%10s%9s" % (
              "", "sqlite", "rqlite", "raw rows", "one row", "users", "/sqlite",
              "/raw rows", "/one row"))
    with tempfile.TemporaryDirectory() as folder:
        for count in (1, 3):
            bench(count, people, folder)


main()
