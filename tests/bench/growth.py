"""How costs grow with the number of users: scim in process beside plain SQL
that asks the same of the same tables.

    growth.py BUILD PAYLOAD SIZE...

For every size the table says what one operation takes, scim's and SQLite's, and
what both grow to in the largest: the median of calls that alternate. Nothing is
judged; an answer that is no 2xx, or empty, ends it.
"""
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

build, payload = sys.argv[1:3]
sizes = [int(size) for size in sys.argv[3:]]
here = os.path.dirname(os.path.abspath(__file__))

USERS = "FROM scim_resource WHERE tenant = 'default' AND type = 'User'"

# Name, what scim is asked, and what SQLite is asked instead. {id}, {login} and
# {last} are of a person in the middle and of the last page.
READS = [
    ("GET /Users/{id}", "/Users/{id}",
     "SELECT doc FROM scim_resource WHERE tenant = 'default' AND id = '{id}'"),
    ("userName eq", "/Users?filter=userName%20eq%20%22{login}%22",
     "SELECT r.doc FROM scim_value AS v JOIN scim_resource AS r"
     " USING (resource) WHERE v.tenant = 'default' AND v.type = 'User' AND"
     " v.attribute = 'userName' AND v.key = '{login}'"),
    ("page of 100, first", "/Users?count=100",
     "SELECT doc " + USERS + " ORDER BY resource LIMIT 100"),
    ("page of 100, last", "/Users?count=100&startIndex={last}",
     "SELECT doc " + USERS + " ORDER BY resource LIMIT 100 OFFSET {last} - 1"),
    ("sortBy userName, page of 100", "/Users?count=100&sortBy=userName",
     "SELECT r.doc FROM scim_value AS v JOIN scim_resource AS r"
     " USING (resource) WHERE v.tenant = 'default' AND v.type = 'User' AND"
     " v.attribute = 'userName' ORDER BY v.key LIMIT 100"),
    ("sortBy title (no index)", "/Users?count=100&sortBy=title",
     "SELECT doc " + USERS + " ORDER BY json_extract(doc, '$.title')"
     " LIMIT 100"),
    ("title co (no index)",
     "/Users?count=100&filter=title%20co%20%22engineer%20of%20none%22",
     "SELECT count(*) " + USERS +
     " AND json_extract(doc, '$.title') LIKE '%engineer of none%'"),
    ("GET a group of them all", "/Groups/{group}",
     "SELECT group_concat(value), max(m.type) FROM scim_member AS m JOIN"
     " scim_resource AS r ON r.resource = m.\"group\" WHERE r.id = '{group}'"),
]


def connect(path):
    database = sqlite3.connect(path, isolation_level=None)
    database.enable_load_extension(True)
    database.load_extension(os.path.join(build, "scim"))
    database.executescript(
        "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;")
    return database


def elapsed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def get(database, target):
    """The status is read from the first bytes: to ask SQLite for it would parse
    the reply, which takes longer than to make it."""
    answer, = database.execute("SELECT scim_apply('GET', ?1, NULL, NULL)",
                               (target,)).fetchone()
    if not answer.startswith('{"status":200,'):
        sys.exit("growth: GET %s: %s" % (target, answer[:300]))


def ask(database, sql):
    if not database.execute(sql).fetchall():
        sys.exit("growth: no row of " + sql)


def alternate(first, second):
    """The medians of two works, in turn for half a second or five times."""
    times = ([], [])
    begin = time.perf_counter()
    while len(times[0]) < 5 or time.perf_counter() - begin < 0.5:
        times[0].append(elapsed(first))
        times[1].append(elapsed(second))
    return [statistics.median(each) for each in times]


def fill(database, size):
    """Creates users up to size, and a group of them all."""
    have = database.execute("SELECT coalesce(sum(live), 0) FROM scim_count"
                            " WHERE type = 'User'").fetchone()[0]
    database.execute("ATTACH ? AS p", (payload,))
    database.execute("INSERT INTO scim (method, target, body) SELECT 'POST',"
                     " '/Users', body FROM p.payload WHERE n > ? AND n <= ?",
                     (have, size))
    database.execute("DETACH p")
    database.execute(
        "INSERT INTO scim (method, target, body) SELECT 'POST', '/Groups',"
        " json_object('displayName', 'All ' || ?, 'members',"
        " json_group_array(json_object('value', id))) " + USERS, (size,))
    names = {
        "group": database.execute("SELECT id FROM scim_resource WHERE type ="
                                  " 'Group' ORDER BY resource DESC"
                                  ).fetchone()[0],
        "last": size - 99,
    }
    names["id"], names["login"] = database.execute(
        "SELECT id, doc ->> 'userName' " + USERS +
        " ORDER BY resource LIMIT 1 OFFSET ?", (size // 2,)).fetchone()
    return names


def tool(name, *arguments):
    """Microseconds an operation, by what a program of the bench prints."""
    printed = subprocess.run([os.path.join(build, "bench", name), *arguments],
                             check=True, capture_output=True, text=True)
    return 1 / float(printed.stdout.split()[0])


def writes(folder, path):
    """POST and PATCH, a transaction each, by scim and by SQLite, on copies."""
    scim, raw, source = (os.path.join(folder, name)
                         for name in ("scim.db", "raw.db", "source.db"))
    for copy in (scim, raw):
        shutil.copy(path, copy)
    posts = os.path.join(folder, "posts")
    with sqlite3.connect(payload) as people, open(posts, "w") as out:
        for (body,) in people.execute("SELECT body FROM payload ORDER BY n"
                                      " DESC LIMIT 1000"):
            out.write("POST /Users %s\n" % body)
    # Its rows have numbers that the copy has not.
    database = connect(source)
    database.execute("SELECT scim_init()").fetchall()
    database.execute("UPDATE scim_meta SET value = 10000000 WHERE name IN"
                     " ('deleted_resource', 'deleted_seq')")
    database.close()
    tool("apply", source, os.path.join(build, "scim"), posts)
    result = [("POST /Users",
               tool("apply", scim, os.path.join(build, "scim"), posts),
               tool("raw", source, raw, "1"))]
    for copy in (scim, raw, source):
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(copy + suffix):
                os.unlink(copy + suffix)
    return result


def main():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "growth.db")
    database = connect(path)
    database.executescript("PRAGMA journal_mode = WAL; SELECT scim_init();")
    # A group of all users comes in one request.
    database.execute("UPDATE scim_tenant SET settings = ?",
                     ('{"max_values":4194304}',))
    figures = {}
    for size in sizes:
        names = fill(database, size)
        for name, target, sql in READS:
            figures.setdefault(name, []).append(alternate(
                lambda: get(database, target.format(**names)),
                lambda: ask(database, sql.format(**names))))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for name, scim, raw in writes(folder, path):
            figures.setdefault(name, []).append([scim, raw])
    database.close()
    shutil.rmtree(folder)
    report(figures)


def report(figures):
    print("\nGrowth: microseconds an operation in process, scim's / SQLite's, "
          "their ratio in the\nlargest, and what both grew by from the first "
          "size to the last")
    print("%-30s" % "users" + "".join("%20s" % format(size, ",")
                                      for size in sizes)
          + "%8s%14s" % ("ratio", "growth"))
    for name, rows in figures.items():
        cells = "".join("%20s" % ("%.0f / %.0f" % (scim * 1e6, raw * 1e6))
                        for scim, raw in rows)
        first, last = rows[0], rows[-1]
        print("%-30s" % name + cells + "%8.1f" % (last[0] / last[1]) +
              "%14s" % ("%.1f / %.1f" % (last[0] / first[0],
                                         last[1] / first[1])))


main()
