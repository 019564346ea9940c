"""The cases of nested.sh:

    nested_property.py EXTENSION CASES SEED

A case is a request within whose statement, at the first row of some table that
it touches, a trigger of the application makes another request. So many of all
cases are drawn, or all of them are run where there are no more. Afterwards
scim_check must find nothing: the log tells of both in the order in which what
is there came about. Prints "sound", or each case that is not, with what is
wrong.
"""
import json
import random
import sqlite3
import sys

EVENTS = [
    ("INSERT", "scim_resource scim_member scim_unique scim_value scim_stay "
               "scim_log scim_outbox scim_former scim_name scim_link "
               "scim_map_member learner tag learner_tag"),
    ("UPDATE", "scim_resource scim_count scim_name scim_stay learner tag"),
    ("DELETE", "scim_resource scim_member scim_unique scim_value scim_link "
               "scim_map_member learner tag learner_tag"),
]
MAPS = {
    "learner": {"type": "User", "table": "learner", "key": "id",
                "columns": {"upn": {"from": "userName"}},
                "deleted": "delete"},
    "tag": {"type": "Group", "table": "tag", "key": "id", "deleted": "delete",
            "columns": {"name": {"from": "displayName"}},
            "members": {"table": "learner_tag", "group": "tag",
                        "member": "learner", "of": "learner"}},
}
TABLES = """
CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE learner_tag (tag INTEGER, learner INTEGER,
  PRIMARY KEY (tag, learner));
CREATE TABLE inner_call (at TEXT, method TEXT, target TEXT, body TEXT,
  options TEXT, status INTEGER);
INSERT INTO inner_call (at) VALUES ('');
"""
TRIGGER = """
CREATE TEMP TRIGGER {table}_{event} AFTER {event} ON {table}
WHEN (SELECT at FROM inner_call) = '{table} {event}'
BEGIN
  UPDATE inner_call SET at = '';
  UPDATE inner_call
     SET status = scim_apply(method, target, body, options) ->> 'status';
END
"""


def members(*ids):
    return [{"value": id} for id in ids]


def patch(*operations):
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [dict(zip(("op", "path", "value"), operation))
                           for operation in operations]}


def nick(id):
    return "PATCH", "/Users/" + id, patch(("replace", "nickName", "z"))


def post(kind, id, **attributes):
    return "POST", kind, attributes, {"id": id}


OUTER = [
    post("/Users", "n", userName="n"),
    ("PATCH", "/Users/u", patch(("replace", "userName", "uu"),
                                ("replace", "active", False))),
    nick("u"),
    ("DELETE", "/Users/u"),
    post("/Groups", "n", displayName="N", members=members("u", "v", "w")),
    ("PATCH", "/Groups/a", patch(("add", "members", members("v", "w", "x")))),
    ("PATCH", "/Groups/a", patch(("remove", "members"),
                                 ("replace", "displayName", "AA"))),
    ("PUT", "/Groups/a", {"displayName": "A", "members": members("x", "v")}),
    ("DELETE", "/Groups/a"),
]
INNER = [
    ("DELETE", "/Users/u"), ("DELETE", "/Users/v"), ("DELETE", "/Users/w"),
    ("DELETE", "/Users/n"), ("DELETE", "/Groups/a"), ("DELETE", "/Groups/n"),
    nick("u"), nick("n"),
    post("/Users", "n2", userName="n2"),
    post("/Users", "u", userName="u"),
    post("/Groups", "a", displayName="A", members=members("w")),
    post("/Groups", "g", displayName="G", members=members("u")),
    ("PATCH", "/Groups/a", patch(("add", "members", members("w", "y")))),
    ("PATCH", "/Groups/a", patch(("remove", 'members[value eq "u"]'))),
    ("PATCH", "/Groups/b", patch(("remove", 'members[value eq "u"]'))),
    ("PATCH", "/Groups/b", patch(("add", "members", members("y")))),
    ("PUT", "/Groups/n", {"displayName": "N", "members": members("w")}),
]


def arguments(call):
    """Of scim_apply, four of them."""
    return [part if isinstance(part, str) else json.dumps(part)
            for part in call] + [None] * (4 - len(call))


def world(extension):
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("SELECT scim_init()").fetchall()
    db.executescript(TABLES)
    for name, definition in MAPS.items():
        db.execute("SELECT scim_map(?, ?)", (name, json.dumps(definition)))
        db.execute("SELECT scim_map_switch(?, 'on')", (name,)).fetchall()
    db.execute("INSERT INTO scim_rule (event, kind) VALUES"
               " ('created', 'c'), ('updated', 'u'), ('deleted', 'd')")
    for call in ([post("/Users", id, userName=id) for id in "uvwxy"] +
                 [post("/Groups", "a", displayName="A",
                       members=members("u", "v")),
                  post("/Groups", "b", displayName="B",
                       members=members("u"))]):
        apply(db, call)
    for event, tables in EVENTS:
        for table in tables.split():
            db.execute(TRIGGER.format(table=table, event=event))
    return db


def apply(db, call):
    return db.execute("SELECT scim_apply(?, ?, ?, ?) ->> 'status'",
                      arguments(call)).fetchone()[0]


def run(db, table, event, outer, inner):
    """What scim_check says, and how the requests ended; the inner one with NULL
    where the table was not touched."""
    db.execute("SAVEPOINT one")
    db.execute("UPDATE inner_call SET at = ?, method = ?, target = ?, body = ?,"
               " options = ?", [table + " " + event] + arguments(inner))
    ended = apply(db, outer), db.execute(
        "SELECT status FROM inner_call").fetchone()[0]
    wrong = db.execute("SELECT kind, type, id, seq, detail"
                       "  FROM scim_check").fetchall()
    db.execute("ROLLBACK TO one")
    db.execute("RELEASE one")
    return ended, wrong


def main():
    extension, cases, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    every = [(table, event, outer, inner) for event, tables in EVENTS
             for table in tables.split() for outer in OUTER for inner in INNER]
    drawn = every if cases >= len(every) else chance.sample(every, cases)
    db = world(extension)
    nested = unsound = 0
    for table, event, outer, inner in drawn:
        ended, wrong = run(db, table, event, outer, inner)
        nested += ended[1] is not None
        if wrong:
            unsound += 1
            print("within", *outer[:2], json.dumps(outer[2:]), event, table,
                  *inner[:2], json.dumps(inner[2:]), ended, wrong)
    if not unsound:
        print("sound" if nested * 5 > len(drawn) else "hardly any was nested")


main()
