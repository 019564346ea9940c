"""The random changes of map_property.sh:

    map_property.py EXTENSION DATABASE OPERATIONS SEED PRAGMA…

Prints "as projected", or the first thing that is not.
"""
import json
import random
import sqlite3
import sys

extension, path, operations, seed = sys.argv[1:5]
chance = random.Random(int(seed))
db = sqlite3.connect(path, isolation_level=None)
db.enable_load_extension(True)
db.load_extension(extension)
db.execute("PRAGMA synchronous = off")
for setting in sys.argv[5:]:
    db.execute("PRAGMA " + setting)

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
TENANTS = ["default", "acme"]
NAMES = ["ann", "Bob", "Çağla", "dörte", "STRASSE", "straße", "Ｗｉｄｅ", "eve",
         "İlk", "søren", "mary", "k", "K", "\u212a"]
TITLES = [None, "Chef", "Über", "x", "0", "1", "True"]
USERS = ["u%d" % i for i in range(30)]
GROUPS = ["g%d" % i for i in range(12)]

# The tables of the platform, and the same once more for a fresh projection.
for suffix in ("", "_fresh"):
    db.executescript(f"""
      CREATE TABLE learner{suffix} (
        id INTEGER PRIMARY KEY, customer TEXT, upn TEXT COLLATE NOCASE,
        email TEXT, name TEXT NOT NULL DEFAULT 'nobody', rank INTEGER DEFAULT 7,
        manager INTEGER REFERENCES learner{suffix} (id), status TEXT,
        origin TEXT);
      CREATE TABLE tag{suffix} (
        id TEXT PRIMARY KEY, customer TEXT, "the name" TEXT) WITHOUT ROWID;
      CREATE TABLE "learner tag{suffix}" (
        tag TEXT REFERENCES tag{suffix} (id),
        learner INTEGER REFERENCES learner{suffix} (id),
        PRIMARY KEY (tag, learner)) WITHOUT ROWID;
      CREATE TABLE team{suffix} (
        id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), customer TEXT,
        name TEXT) STRICT;
      CREATE TABLE member{suffix} (
        team TEXT REFERENCES team{suffix} (id) ON DELETE CASCADE,
        learner INTEGER REFERENCES learner{suffix} (id),
        by TEXT DEFAULT 'map') STRICT;
      CREATE INDEX member{suffix}_team ON member{suffix} (team, learner);
    """)
db.execute("SELECT scim_init()")


def define(suffix):
    def scim_map(name, definition):
        db.execute("SELECT scim_map(?, ?)",
                   [name + suffix, json.dumps(definition)])

    learner = {
        "type": "User", "table": "learner" + suffix, "key": "id",
        "tenant": "customer",
        "columns": {
            "upn": {"from": "userName"},
            "email": {"from": ["emails[type eq \"work\"].value",
                               "emails.value"], "as": "lower"},
            "name": {"from": ["displayName", "name.formatted"]},
            "rank": {"from": "title", "as": "integer"},
            "manager": {"from": MANAGER + ":manager.value", "as": "key"},
            "status": {"active": "in", "inactive": "out"},
            "origin": {"value": "scim", "on": "create"}},
        "deleted": "inactive"}
    if not suffix:
        learner["match"] = ["upn", ["email", "name"]]
    scim_map("learner", learner)
    scim_map("tag", {
        "type": "Group", "table": "tag" + suffix, "key": "id",
        "tenant": "customer", "deleted": "delete",
        "columns": {"the name": {"from": "displayName", "unique": " (%d)"}},
        "members": {"table": "learner tag" + suffix, "group": "tag",
                    "member": "learner", "of": "learner" + suffix}})
    scim_map("team", {
        "type": "Group", "table": "team" + suffix, "key": "id",
        "tenant": "customer", "deleted": "delete",
        "columns": {"name": {"from": "displayName"}},
        "members": {"table": "member" + suffix, "group": "team",
                    "member": "learner", "of": "learner" + suffix,
                    "nested": "effective"}})


MAPS = ["learner", "tag", "team"]


def switch(name, state):
    db.execute("SELECT scim_map_switch(?, ?)", [name, state])


# What a request answers: a status that is none of these is a fault.
def scim(method, target, body=None, **options):
    options.setdefault("tenant", tenant)
    reply = json.loads(db.execute("SELECT scim_apply(?, ?, ?, ?)", [
        method, target, json.dumps(body) if body else None,
        json.dumps(options)]).fetchone()[0])
    if reply["status"] not in (200, 201, 204, 400, 404, 409):
        raise SystemExit("%s %s %s: %s" % (method, target, body, reply))
    if reply["status"] == 400 and "ycle" not in json.dumps(reply) \
            and "itself" not in json.dumps(reply):
        raise SystemExit("%s %s %s: %s" % (method, target, body, reply))


def user():
    name = chance.choice(NAMES) + str(chance.randrange(6))
    body = {"schemas": [CORE + "User"], "userName": name}
    if chance.random() < .7:
        body["displayName"] = chance.choice(NAMES)
    if chance.random() < .7:
        body["emails"] = [
            {"type": chance.choice(["work", "home"]),
             "value": chance.choice(NAMES) + "@Example.com"}
            for _ in range(chance.randrange(1, 3))]
    if chance.random() < .5 and chance.choice(TITLES):
        body["title"] = chance.choice(TITLES[1:])
    if chance.random() < .5:
        body[MANAGER] = {"manager": {"value": chance.choice(USERS)}}
    if chance.random() < .3:
        body["active"] = chance.random() < .5
    return body


def members():
    return [{"value": chance.choice(USERS + GROUPS[6:])}
            for _ in range(chance.randrange(4))]


def group():
    return {"schemas": [CORE + "Group"], "members": members(),
            "displayName": chance.choice(["Sales", "SALES", "Vertrieb",
                                          "straße", "STRASSE"])}


def patch(target, *changes):
    scim("PATCH", target, {"schemas": [PATCH], "Operations": list(changes)})


def change_user(target):
    kind = chance.randrange(6)
    if kind == 0:
        scim("PUT", target, user())
    elif kind == 1:
        patch(target, {"op": "replace", "path": "active",
                       "value": chance.random() < .5})
    elif kind == 2:
        patch(target, {"op": "replace", "path": MANAGER + ":manager.value",
                       "value": chance.choice(USERS)})
    elif kind == 3:
        patch(target, {"op": "remove", "path": MANAGER + ":manager"},
              {"op": "remove", "path": "displayName"})
    elif kind == 4:
        patch(target, {"op": "replace", "path": "title",
                       "value": chance.choice(TITLES)})
    else:
        patch(target, {"op": "replace", "path": "userName",
                       "value": chance.choice(NAMES) + str(chance.random())})


def change_group(target):
    kind = chance.randrange(4)
    if kind == 0:
        scim("PUT", target, group())
    elif kind == 1:
        patch(target, {"op": "add", "path": "members", "value": members()})
    elif kind == 2:
        patch(target, {"op": "remove", "path": "members[value eq \"%s\"]"
                       % chance.choice(USERS + GROUPS)})
    else:
        patch(target, {"op": "replace", "path": "displayName",
                       "value": chance.choice(["Sales", "Einkauf"])})


# The platform's own rows, some of which the map will link; and join rows that
# it must leave alone. Those of linked people are not touched: that would be no
# difference of the map's.
own = set()


def application():
    kind = chance.randrange(4)
    if kind == 0:
        db.execute("INSERT INTO learner (customer, upn, email, name) "
                   "VALUES (?, ?, ?, ?)",
                   [tenant, chance.choice(NAMES) + str(chance.randrange(6)),
                    chance.choice(NAMES) + "@EXAMPLE.com",
                    chance.choice(NAMES)])
    elif kind == 1:
        db.execute("UPDATE learner SET upn = upn || 'x' WHERE id IN ("
                   "SELECT id FROM learner WHERE NOT EXISTS (SELECT 1 FROM "
                   "scim_link WHERE map = 'learner' AND key = learner.id) "
                   "ORDER BY id LIMIT 1)")
    elif kind == 2:
        db.execute("""
          DELETE FROM learner WHERE id IN (
            SELECT id FROM learner AS l
             WHERE NOT EXISTS (SELECT 1 FROM scim_link
                                WHERE map = 'learner' AND key = l.id)
               AND NOT EXISTS (SELECT 1 FROM "learner tag" WHERE learner = l.id)
               AND NOT EXISTS (SELECT 1 FROM member WHERE learner = l.id)
               AND NOT EXISTS (SELECT 1 FROM learner WHERE manager = l.id)
             ORDER BY id DESC LIMIT 1)""")
    else:
        row = db.execute("""
          SELECT t.id, l.id FROM team AS t, learner AS l
           WHERE NOT EXISTS (SELECT 1 FROM member
                              WHERE team = t.id AND learner = l.id)
           ORDER BY l.id DESC, t.id LIMIT 1 OFFSET ?""",
                         [chance.randrange(50)]).fetchone()
        if row:
            db.execute("INSERT INTO member VALUES (?, ?, 'hand')", row)
            own.add(row)


# What is renamed is the same, and so are nested members when they do not count
# for a while: all is defined so, and then as it was.
def detour():
    there, back, path, name = chance.choice([
        ("learner RENAME TO pupil", "pupil RENAME TO learner",
         "$.table", "pupil"),
        ("learner RENAME id TO pk", "learner RENAME pk TO id", "$.key", "pk"),
        ("tag RENAME customer TO org", "tag RENAME org TO customer",
         "$.tenant", "org"),
        ("member RENAME TO \"a member\"", "\"a member\" RENAME TO member",
         "$.members.table", "a member"),
        ("member RENAME learner TO who", "member RENAME who TO learner",
         "$.members.member", "who"),
        (None, None, "$.members.nested", "direct")])
    only = {"$.table": "learner", "$.key": "learner", "$.tenant": "tag"}
    chosen = only.get(path, "team")
    if db.execute("SELECT state FROM scim_map WHERE name = ?",
                  [chosen]).fetchone()[0] == "off":
        return
    definition, = db.execute("SELECT definition FROM scim_map WHERE name = ?",
                             [chosen]).fetchone()
    if there:
        db.execute("ALTER TABLE " + there)
    db.execute("SELECT scim_map(?, json_set(?, ?, ?))",
               [chosen, definition, path, name])
    if back:
        db.execute("ALTER TABLE " + back)
    db.execute("SELECT scim_map(?, ?)", [chosen, definition])


def maps():
    name = chance.choice(MAPS)
    if chance.random() < .3:
        define("")
    elif chance.random() < .6:
        detour()
    else:
        switch(name, chance.choice(["off", "on", "on"]))


def operate():
    kind = chance.random()
    if kind < .25:
        scim("POST", "/Users", user(), id=chance.choice(USERS))
    elif kind < .55:
        change_user("/Users/" + chance.choice(USERS))
    elif kind < .62:
        scim("DELETE", "/Users/" + chance.choice(USERS))
    elif kind < .68:
        scim("POST", "/Groups", group(), id=chance.choice(GROUPS))
    elif kind < .88:
        change_group("/Groups/" + chance.choice(GROUPS))
    elif kind < .91:
        scim("DELETE", "/Groups/" + chance.choice(GROUPS))
    elif kind < .995:
        application()
    else:
        maps()


ROWS = """
  SELECT l.tenant, l.id, t.upn, t.email, t.name, t.rank, t.status,
         (SELECT m.id FROM scim_link AS m
           WHERE m.map = l.map AND m.tenant = l.tenant AND m.key = t.manager),
         t.manager IS NOT NULL
    FROM scim_link AS l JOIN learner{0} AS t ON t.id = l.key
   WHERE l.map = 'learner{0}' AND l.key IS NOT NULL
     AND l.id IN (SELECT id FROM scim_link
                   WHERE map = 'learner' AND tenant = l.tenant)
   ORDER BY 1, 2"""
TEAMS = """
  SELECT l.tenant, l.id, t.name FROM scim_link AS l
    JOIN team{0} AS t ON t.id = l.key WHERE l.map = 'team{0}' ORDER BY 1, 2"""
JOINS = """
  SELECT DISTINCT g.tenant, g.id, m.id
    FROM "{1}{0}" AS j
    JOIN scim_link AS g ON g.map = '{2}{0}' AND g.key = j.{2}
    JOIN scim_link AS m ON m.map = 'learner{0}' AND m.tenant = g.tenant
     AND m.key = j.learner
   WHERE m.id IN (SELECT id FROM scim_link
                   WHERE map = 'learner' AND tenant = m.tenant)
   {3}ORDER BY 1, 2, 3"""


def differ(what, have, want):
    if have != want:
        raise SystemExit("%s\n have %s\n want %s" % (
            what, sorted(set(have) - set(want), key=str)[:3],
            sorted(set(want) - set(have), key=str)[:3]))


def ask(query):
    return db.execute(query).fetchall()


def check():
    for name in MAPS:
        switch(name, "on")
    define("_fresh")
    for name in MAPS:
        switch(name + "_fresh", "on")
    # A manager who waits for a review has no row, though a fresh one has.
    waits = set(ask("SELECT tenant, id FROM scim_review"))
    want = [row[:7] + (None, 0) if (row[0], row[7]) in waits else row
            for row in ask(ROWS.format("_fresh"))]
    differ("learner", ask(ROWS.format("")), want)
    differ("team", ask(TEAMS.format("")), ask(TEAMS.format("_fresh")))
    differ("tags", ask(JOINS.format("", "learner tag", "tag", "")),
           ask(JOINS.format("_fresh", "learner tag", "tag", "")))
    differ("teams", ask(JOINS.format("", "member", "team",
                                     "AND j.by = 'map' ")),
           [row for row in ask(JOINS.format("_fresh", "member", "team", ""))
            if row not in set(by_hand())])
    teams = {row[0] for row in ask("SELECT id FROM team")}
    differ("own rows", sorted(row for row in own if row[0] in teams),
           [row for row in ask("SELECT team, learner FROM member "
                               "WHERE by = 'hand' ORDER BY 1, 2")
            if row[0] in teams])
    differ("everybody has a row, or waits for one", ask("""
      SELECT r.tenant, r.type, r.id FROM scim_resource AS r
       WHERE NOT EXISTS (SELECT 1 FROM scim_link
                          WHERE map = 'learner' AND tenant = r.tenant
                            AND id = r.id)
         AND NOT EXISTS (SELECT 1 FROM scim_review
                          WHERE tenant = r.tenant AND id = r.id)
         AND r.type = 'User'"""), [])
    differ("nothing is linked that is gone", ask("""
      SELECT * FROM scim_link AS l
       WHERE NOT EXISTS (SELECT 1 FROM scim_resource AS r
                          WHERE r.tenant = l.tenant AND r.id = l.id)"""), [])
    differ("whose resource is gone is inactive", ask("""
      SELECT id FROM learner AS l
       WHERE status = 'in'
         AND NOT EXISTS (SELECT 1 FROM scim_link
                          WHERE map = 'learner' AND key = l.id)"""), [])
    names = ask("SELECT customer, \"the name\", id FROM tag")
    folded = [(t, n.casefold()) for t, n, _ in names]
    differ("names of tags are unique", sorted(set(folded)), sorted(folded))
    if ask("PRAGMA foreign_keys") == [(1,)]:
        differ("foreign keys", ask("PRAGMA foreign_key_check"), [])
    for name in reversed(MAPS):
        db.execute("SELECT scim_map_drop(?)", [name + "_fresh"])
    for table in ("member", "learner tag", "team", "tag"):
        db.execute('DELETE FROM "%s_fresh"' % table)
    db.execute("UPDATE learner_fresh SET manager = NULL")
    db.execute("DELETE FROM learner_fresh")


def by_hand():
    return ask(JOINS.format("", "member", "team", "AND j.by = 'hand' "))


define("")
for name in MAPS:
    switch(name, "on")
for number in range(int(operations)):
    tenant = chance.choice(TENANTS)
    db.execute("BEGIN")
    operate()
    db.execute("COMMIT")
    if number % 500 == 499:
        check()
check()
print("as projected")
db.close()
