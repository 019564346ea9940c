"""Other SCIM servers under the same load: requests a second, one client.

    peers.py BUILD PAYLOAD HOME         HOME is where make bench installs them

scimmy keeps its users in SQLite (scimmy_sqlite.cjs), scim2-server in memory.
The servers take turns, three rounds; the medians are printed, and how many
times theirs scimd's are. Each answer must be a 2xx.
"""
import contextlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile

build, payload, home = sys.argv[1:4]
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "interop"))
import servers  # noqa: E402

USERS, WORK, ROUNDS = 3000, 400, 3
PATCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
         "Operations": [{"op": "replace", "path": "active", "value": False}]}


def scimd(folder):
    port, file = servers.free_port(), os.path.join(folder, "scim.db")
    command = [os.path.join(build, "scimd"), "serve", "--db", file, "--quiet",
               "--listen", "127.0.0.1:%d" % port]
    server = servers.started("scimd", "/scim/v2", command, port, "")
    server.token = subprocess.run(
        [command[0], "token", "add", "--db", file, "--label", "bench"],
        check=True, capture_output=True, text=True).stdout.strip()
    return server


def scimmy(folder):
    port, modules = servers.free_port(), os.path.join(home, "node/node_modules")
    return servers.started(
        "scimmy, SQLite", "/v2",
        ["node", os.path.join(HERE, "scimmy_sqlite.cjs"), modules, str(port),
         "secret", os.path.join(folder, "scimmy.db")], port, "secret")


def load(server, folder, lines):
    """Requests a second, by the bench's own client."""
    requests = os.path.join(folder, "requests")
    with open(requests, "w") as out:
        out.write("\n".join(lines) + "\n")
    port = server.base.split(":")[2].split("/")[0]
    printed = subprocess.run(
        [os.path.join(build, "bench", "load"), port, "1", requests,
         server.token, server.path], check=True, stdout=subprocess.PIPE,
        text=True)
    return float(printed.stdout.split()[0])


def people(server):
    """Ids and userNames of those who are there."""
    found, start = [], 1
    while True:
        status, page = server.ask("GET", "/Users?count=100&startIndex=%d"
                                  % start)
        if status != 200:
            sys.exit("peers: %s lists with %s" % (server.name, status))
        found += [(user["id"], user["userName"]) for user in page["Resources"]]
        start = len(found) + 1
        if start > WORK or not page["Resources"]:
            return found[:WORK]


def main():
    with sqlite3.connect(payload) as database:
        bodies = [json.loads(body) for (body,) in database.execute(
            "SELECT body FROM payload ORDER BY n LIMIT ?",
            (USERS + ROUNDS * WORK,))]
    for body in bodies:  # what nobody has: scim2-server looks for managers
        body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].pop(
            "manager")
    posts = ["POST /Users " + json.dumps(body) for body in bodies]
    figures = {}
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        party = [scimd(folder), scimmy(folder), servers.scim2_server(home)]
        for server in party:
            stack.callback(server.close)
        for server in party:
            load(server, folder, posts[:USERS])
        for number in range(ROUNDS):
            first = USERS + number * WORK
            for server in party:
                some = people(server)
                work = {
                    "POST /Users": posts[first:first + WORK],
                    "GET /Users/{id}": ["GET /Users/%s " % id
                                        for id, _ in some],
                    "userName eq": [
                        "GET /Users?filter=userName%%20eq%%20%%22%s%%22 " % name
                        for _, name in some],
                    "PATCH active": ["PATCH /Users/%s %s"
                                     % (id, json.dumps(PATCH))
                                     for id, _ in some]}
                for name, lines in work.items():
                    figures.setdefault(name, {}).setdefault(
                        server.name, []).append(load(server, folder, lines))
    report(party, figures)


def report(party, figures):
    print("\nPeers: requests a second over HTTP, 1 client, %d users"
          % USERS)
    print("%-20s" % "" + "".join("%26s" % server.name for server in party))
    for name, by_server in figures.items():
        medians = [statistics.median(by_server[server.name])
                   for server in party]
        print("%-20s%26d" % (name, medians[0]) + "".join(
            "%26s" % ("%d (%.1f times)" % (rate, medians[0] / rate))
            for rate in medians[1:]))


main()
