"""What there is to do with a database, done with the SQLite that is in apsw.

   python newest.py EXTENSION FOLDER

Prints a line a check, "sentence: what came out", for newest.sh to compare.
"""
import json
import sys

import apsw

# Of the thousand that SQLite has: what needs more has no room to grow.
ROOM = 850

extension, folder = sys.argv[1:]


def connect(name):
    db = apsw.Connection(f"{folder}/{name}.db")
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


def one(db, statement, *values):
    return db.execute(statement, values).fetchone()[0]


def check(db):
    return "; ".join(str(row) for row in db.execute(
        "SELECT kind, detail FROM scim_check")) or "nothing"


def directory(db):
    return "%d users, %d group" % (one(db, "SELECT count(*) FROM scim_user"),
                                   one(db, "SELECT count(*) FROM scim_group"))


def refused(db, statement, *values):
    try:
        db.execute(statement, values).fetchall()
        return "yes"
    except apsw.Error as error:
        return str(error)


def fill(db):
    """Three users, a group of two, and a map of it that is on."""
    def ask(method, target, body=None):
        reply = json.loads(one(db, "SELECT scim_apply(?, ?, ?, "
                               "'{\"now\":\"2026-01-02\"}')",
                               method, target, body and json.dumps(body)))
        return reply["body"]["id"] if reply.get("body") else None

    one(db, "SELECT scim_init()")
    db.execute("CREATE TABLE learner (login TEXT PRIMARY KEY, name TEXT)")
    one(db, "SELECT scim_map('learner', ?)", json.dumps({
        "type": "User", "table": "learner", "key": "login",
        "columns": {"login": {"from": "userName"},
                    "name": {"from": "displayName"}}}))
    one(db, "SELECT scim_map_switch('learner', 'on')")
    users = [ask("POST", "/Users", {"userName": name, "displayName": name})
             for name in ("ann", "bob", "cid", "dan")]
    ask("POST", "/Groups", {
        "displayName": "staff",
        "members": [{"value": user} for user in users[:2]]})
    ask("DELETE", "/Users/" + users[3])
    return users[3]


db = connect("newest")
gone = fill(db)
print("users, groups and a map are made: %s, %d rows of the map" % (
    directory(db), one(db, "SELECT count(*) FROM learner")))

views = [row[0] for row in db.execute(
    "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")]
wrong = [f"{view} ({answer})" for view in views
         if (answer := refused(db, f"SELECT * FROM {view}")) != "yes"]
print("every view opens:", "; ".join(wrong) or "yes")
print("scim_check finds nothing:", check(db))

other = connect("other")
one(other, "SELECT scim_init()")
one(other, "SELECT scim_replay(?)", f"{folder}/newest.db")
print("the log plays again into another database:", directory(other))

one(db, "SELECT scim_forget('default', ?)", gone)
one(db, "SELECT scim_prune('2026-02-01')")
print("a log is pruned, forgotten from and checked:", check(db))

db.limit(apsw.SQLITE_LIMIT_EXPR_DEPTH, ROOM)
print("scim_mistake has room to spare:",
      refused(db, "SELECT * FROM scim_mistake WHERE place <> ''"))
db.limit(apsw.SQLITE_LIMIT_EXPR_DEPTH, 1000)

bad = '{"id":"urn:wrong","attributes":[{"name":"a b"}]}'
print("a wrong definition is refused:", refused(
    db, "INSERT INTO scim_schema (definition) VALUES (?)", bad))
db.execute("DROP TRIGGER scim_schema_insert")
db.execute("INSERT INTO scim_schema (definition) VALUES (?)", (bad,))
print("scim_mistake tells of a wrong definition:", one(
    db, "SELECT group_concat(place) FROM scim_mistake"))
