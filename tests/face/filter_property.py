"""The random questions of filter_property.sh:

    filter_property.py EXTENSION CASES SEED

Each is asked twice: as it is, and of a copy of the rows in an ordinary table
whose columns have the types of those of scim_filter, where nothing is handed
over. Rows without an order are compared as sets. Prints "the same", or the
first question whose answers differ.
"""
import json
import random
import sqlite3
import sys

FILTERS = ["NULL", "'userName sw \"a\"'", "'title eq \"t1\"'",
           "'userName pr and not (title eq \"t2\")'", "'displayName gt \"d\"'",
           "'meta.created gt \"2026-01-02T00:00:00Z\"'", "'id eq \"p3\"'",
           "'emails.value eq \"none\"'", "'title pr'",
           "'userName sw \"a\" and title eq \"t1\"'",
           "'displayName ge \"d1\" and displayName lt \"d3\"'",
           "'meta.lastModified lt \"2026-02-03T00:00:00Z\" and title pr'"]
TENANTS = ["'default'", "'acme'", "'nobody'", "NULL"]
COLUMNS = ["id", "resource", "rowid", "created", "modified", "version"]
VALUES = {
    "id": ["'p1'", "'P1'", "'p9'", "'x'", "NULL", "1", "x'7031'",
           "(SELECT v FROM loose WHERE k = 'id')"],
    "resource": ["3", "7", "-1", "9223372036854775807", "'5'", "5.5", "NULL",
                 "'x'", "(SELECT v FROM loose WHERE k = 'resource')"],
    "created": ["'2026-01-02T00:00:00.000Z'", "'2026-01'", "'2026-01-03'",
                "''", "NULL", "2026", "x'32'", "'2026-01-02t00:00:00.000z'"],
    "version": ["1", "2", "'2'", "1.5", "NULL", "'x'"],
}
VALUES["rowid"], VALUES["modified"] = VALUES["resource"], VALUES["created"]


def apply(db, tenant, now, method, target, body, new=None):
    options = {"tenant": tenant, "now": now}
    if new:
        options["id"] = new
    reply, = db.execute("SELECT scim_apply(?, ?, ?, ?)", (
        method, target, json.dumps(body), json.dumps(options))).fetchone()
    if not reply.startswith('{"status":20'):
        sys.exit(reply)


def make(extension):
    """A database with people of two tenants, some of them made at one time."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("SELECT scim_init()")
    db.execute("INSERT INTO scim_tenant (name) VALUES ('acme')")
    for i in range(1, 25):
        tenant = "acme" if i % 5 == 0 else "default"
        apply(db, tenant, "2026-01-%02dT00:00:00.000Z" % (1 + i % 4), "POST",
              "/Users", {"userName": "aB"[i % 2] + str(i), "title": "t%d" %
                         (i % 3), "displayName": "d%d" % (i % 4)}, "p%d" % i)
        if i % 3 == 0:
            apply(db, tenant, "2026-02-%02dT00:00:00.000Z" % (1 + i % 6),
                  "PATCH", "/Users/p%d" % i, {"Operations": [
                      {"op": "replace", "path": "title", "value": "u"}]})
    db.execute("CREATE TABLE loose (k, v)")
    db.execute("INSERT INTO loose VALUES ('id', 'p2'), ('resource', 4)")
    return db


def condition(chance):
    """A condition on a column of chance."""
    column = chance.choice(COLUMNS)
    values = VALUES[column]
    kind = chance.random()
    if kind < .1:
        return "%s IN (%s)" % (column, ", ".join(chance.choices(values, k=3)))
    if kind < .15:
        return "%s IN (SELECT v FROM loose)" % column
    if kind < .2:
        return "%s BETWEEN %s AND %s" % (column, *chance.choices(values, k=2))
    if kind < .25:
        return "%s IS %sNULL" % (column, chance.choice(["", "NOT "]))
    if kind < .3:
        return "%s LIKE 'P1%%'" % column
    return "%s %s %s%s" % (
        column, chance.choice(["=", "=", "<", "<=", ">", ">=", "<>", "IS"]),
        chance.choice(values), chance.choice(["", "", "", " COLLATE NOCASE"]))


def question(chance):
    """WHERE and what comes behind it; and whether the order is whole."""
    terms = [condition(chance) for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))]
    where = chance.choice([" AND ", " AND ", " OR "]).join(terms)
    text = " WHERE " + where if where else ""
    order = chance.choice(["", "id", "resource", "rowid", "created",
                           "modified", "version"])
    if not order:
        return text, None
    whole = order in ("id", "resource", "rowid")
    text += " ORDER BY %s%s" % (order, chance.choice(["", " DESC"]))
    if chance.random() < .7 and not whole:
        text += chance.choice([", id", ", resource", ", rowid", ", rowid DESC"])
        whole = True
    if chance.random() < .6:
        text += " LIMIT %d" % chance.choice([0, 1, 3, 30, -1])
        if chance.random() < .5:
            text += " OFFSET %d" % chance.choice([0, 2, 50, -1])
    return text, order if not whole else "whole"


def answer(db, order, source, text):
    """The rows; of an order that is not whole what is ordered by, and of none
    the rows sorted."""
    columns = order if order and order != "whole" else "id, created, version"
    rows = db.execute("SELECT %s FROM %s%s" % (columns, source, text)).fetchall()
    return rows if order else sorted(rows)


def main():
    extension, cases, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    db = make(extension)
    for case in range(seed, seed + cases):
        chance = random.Random(case)
        source = "scim_filter('User', %s, NULL, NULL, %s)" % (
            chance.choice(FILTERS), chance.choice(TENANTS[:1] * 3 + TENANTS))
        text, order = question(chance)
        db.execute("DROP TABLE IF EXISTS copy")
        db.execute("CREATE TABLE copy (id TEXT, created TEXT, modified TEXT,"
                   " version INTEGER, resource INTEGER PRIMARY KEY)")
        db.execute("INSERT INTO copy SELECT id, created, modified, version,"
                   " resource FROM " + source)
        got, want = (answer(db, order, place, text)
                     for place in (source, "copy"))
        if got != want:
            sys.exit("case %d: FROM %s%s\ngot  %s\nwant %s" % (
                case, source, text, got, want))
    print("the same")


main()
