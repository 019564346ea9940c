"""The statements of chance of replicable_property.sh:

    replicable_property.py EXTENSION CASES SEED
    replicable_property.py EXTENSION --play DATABASE HOW < statements

A case is a list of statements as an engine would replicate them: requests that
scim_replicable has made fit, tokens with the digests of scim_secret, and SQL of
people with its values written out. The list is played by processes of their
own, later and elsewhere, of which each is another node:

    plain    as it is
    other    with other pages, rows that are not ordered turned round, statistics
             and VACUUM in between, so that every plan may be another one
    twice    some of the requests twice or three times, at once or after others

All tables, the application's too, must then be the same to the byte. Prints "the
same bytes", or what differs first.
"""
import base64
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
DIGEST = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../cluster/digest.sql")

TABLES = """
CREATE TABLE learner (id INTEGER PRIMARY KEY, upn TEXT, name TEXT, mail TEXT,
  boss INTEGER, status TEXT);
CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE learner_tag (tag INTEGER, learner INTEGER);
CREATE TABLE seen (number INTEGER PRIMARY KEY, what TEXT, time TEXT);
CREATE TRIGGER app_seen AFTER INSERT ON scim_resource
BEGIN
  INSERT INTO seen (what, time) VALUES (NEW.type || NEW.id, NEW.created);
END;
INSERT INTO learner (upn, name, mail) VALUES ('u1@x', 'One', 'm@x'),
  ('u2@x', 'Two', 'm@x'), ('\u00dc3@x', 'Three', 'm@x'), (NULL, 'None', NULL);
"""

MAPS = {
    "learner": {
        "type": "User", "table": "learner", "key": "id",
        "columns": {"upn": {"from": "userName"}, "name": {"from": "displayName"},
                    "mail": {"from": "emails"},
                    "boss": {"from": ENTERPRISE + ":manager.value",
                             "as": "key"},
                    "status": {"active": "in", "inactive": "out"}},
        "match": ["upn", "mail"], "deleted": "inactive"},
    "tag": {
        "type": "Group", "table": "tag", "key": "id",
        "columns": {"name": {"from": "displayName", "unique": " (%d)"}},
        "deleted": "delete",
        "members": {"table": "learner_tag", "group": "tag",
                    "member": "learner", "of": "learner"}}}


def connect(extension, name):
    db = sqlite3.connect(name, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


class Case:
    """Makes the statements of one case; each is [sql, values, repeatable]."""

    def __init__(self, extension, seed):
        self.chance = random.Random(seed)
        self.shim = connect(extension, ":memory:")
        self.list, self.clock, self.secrets = [], 0, []
        self.clients, self.tokens, self.drawn = [], [], 0

    # ---- What is to be drawn

    def now(self):
        """Time goes on, and now and then back."""
        self.clock += self.chance.choice([0, 0, 1, 60, 600, 5000, -5])
        self.clock = max(self.clock, 0)
        return "2026-%02d-%02dT%02d:%02d:%02d.%03dZ" % (
            1 + self.clock // 2419200 % 12, 1 + self.clock // 86400 % 28,
            self.clock // 3600 % 24, self.clock // 60 % 60, self.clock % 60,
            self.chance.randrange(1000))

    def digits(self):
        return "%064x" % self.chance.getrandbits(256)

    def options(self, **more):
        more["now"] = self.now()
        return json.dumps(more)

    # ---- Statements

    def sql(self, text, *values):
        self.list.append([text, list(values), False])

    def request(self, method, target, body=None, **options):
        """As the shim sends it. An id that chance has drawn, since a case is the
        same whenever it is made."""
        options["now"] = self.now()
        if self.chance.random() < 0.7 or "id" not in options:
            options.setdefault("id", "%x" % self.chance.getrandbits(60))
        if isinstance(body, dict):
            body = json.dumps(body)
        fit = json.loads(self.shim.execute(
            "SELECT scim_replicable(?, ?, ?, ?)",
            (method, target, body, json.dumps(options))).fetchone()[0])
        self.list.append(["SELECT scim_apply(?, ?, ?, ?)",
                          [method, fit.get("target", target), fit.get("body", body),
                           json.dumps(fit["options"])], True])
        if "secret" in fit:
            self.secrets.append(fit["secret"])

    # ---- The application, and what it has set up

    def begin(self):
        self.sql("SELECT scim_init(?)", json.dumps(
            {"replicated": True, "now": "2026-01-01", "cursor_key":
             self.digits()}))
        for statement in TABLES.strip().split(";\n")[:4]:
            self.sql(statement)
        self.sql(TABLES[TABLES.index("CREATE TRIGGER"):
                        TABLES.index("INSERT INTO learner")])
        self.sql(TABLES[TABLES.index("INSERT INTO learner"):])
        for name, definition in MAPS.items():
            self.sql("SELECT scim_map(?, ?, ?)", name, json.dumps(definition),
                     self.options())
        self.sql("SELECT scim_map_switch('learner', 'on', ?)", self.options())
        self.sql("SELECT scim_map_switch('tag', 'on', ?)", self.options())
        self.sql("INSERT INTO scim_rule (event, type, filter, kind, once) VALUES"
                 " ('created', 'User', NULL, 'invite', 1),"
                 " ('updated', 'User', 'active eq true', 'sync', 0),"
                 " ('member_added', 'Group', NULL, 'join', 1)")
        self.token("acme")
        self.client("acme")
        self.token("default")
        for tenant in ["default", "acme"]:
            for number in range(16):
                group = number % 4 == 3
                self.request("POST", "/Groups" if group else "/Users",
                             self.group() if group else self.user(),
                             id="g%d" % (number // 4) if group else
                             "p%d" % (number // 2), tenant=tenant)
        self.sql("UPDATE scim_tenant SET settings = ? WHERE name = 'acme'",
                 json.dumps({"rehire": "revive",
                             "breaker": {"deactivations": 3, "percent": 50}}))

    # ---- Tokens

    def secret(self):
        return json.loads(
            self.shim.execute("SELECT scim_secret()").fetchone()[0])

    def token(self, tenant):
        drawn = self.secret()
        self.secrets.append(drawn.pop("secret"))
        self.sql("SELECT scim_token(?, 'x', ?)", tenant, self.options(**drawn))
        self.tokens.append(len(self.tokens) + len(self.clients) + 1)

    def client(self, tenant):
        drawn = self.secret()
        secret = drawn.pop("secret")
        name = "c%d" % len(self.clients)
        self.clients.append((name, secret))
        self.sql("SELECT scim_client(?, 'x', ?)", tenant,
                 self.options(id=name, **drawn))

    def rotate(self):
        drawn = self.secret()
        secret = drawn.pop("secret")
        if self.chance.random() < 0.5:
            self.secrets.append(secret)
            self.sql("SELECT scim_token_rotate(?, 3600, ?)",
                     self.chance.choice(self.tokens), self.options(**drawn))
            return
        number = self.chance.randrange(len(self.clients))
        self.clients[number] = (self.clients[number][0], secret)
        self.sql("SELECT scim_client_rotate(?, 3600, ?)",
                 self.clients[number][0], self.options(**drawn))

    def oauth(self):
        name, secret = self.chance.choice(self.clients)
        if self.chance.random() < 0.5:
            self.request("POST", "/oauth/token",
                         "grant_type=client_credentials&client_id=%s"
                         "&client_secret=%s" % (name, secret), authorization="")
        else:
            pair = base64.b64encode(("%s:%s" % (name, secret)).encode())
            self.request("POST", "/oauth/token", "grant_type=client_credentials",
                         authorization="Basic " + pair.decode())

    def who(self):
        """The caller of a request: by SQL, or with a token, good or not."""
        kind = self.chance.random()
        if kind < 0.6:
            return {"tenant": self.chance.choice(["default", "acme"])}
        if kind < 0.65:
            return {"authorization": self.chance.choice(
                ["", "Bearer", "Bearer none", "scim_raw", "Basic eDp5"])}
        return {"authorization": "Bearer " + self.chance.choice(self.secrets)}

    # ---- Resources

    def user(self):
        number = self.chance.randrange(12)
        body = {"schemas": [CORE + "User"],
                "userName": self.chance.choice(["u%d@x", "U%d@x", "\u00fc%d@x"])
                % number,
                "displayName": "D%d" % self.chance.randrange(3),
                "password": "secret%d" % number}
        if self.chance.random() < 0.3:
            body["active"] = self.chance.random() < 0.6
        if self.chance.random() < 0.4:
            body["emails"] = [{"value": "m@x", "type": "work"},
                              {"value": "n%d@x" % number}]
        if self.chance.random() < 0.4:
            body["externalId"] = "e%d" % number
        if self.chance.random() < 0.3:
            body[ENTERPRISE] = {"manager": {"value": self.person()}}
        return body

    def person(self):
        return "p%d" % self.chance.randrange(8)

    def members(self):
        return [{"value": self.chance.choice([self.person(), "g0", "g1", "g2"])}
                for _ in range(self.chance.randrange(6))]

    def group(self):
        return {"displayName": "G%d" % self.chance.randrange(3),
                "members": self.members()}

    def patch(self, group):
        operation = {"op": self.chance.choice(["add", "replace", "remove"])}
        if group:
            operation["path"] = "members"
            operation["value"] = self.members()
        elif operation["op"] == "remove":
            operation["path"] = self.chance.choice(
                ["displayName", 'emails[type eq "work"]', "emails"])
        else:
            operation["path"] = self.chance.choice(
                ["displayName", "active", 'emails[type eq "work"].value',
                 "password"])
            operation["value"] = (self.chance.random() < 0.4
                                  if operation["path"] == "active" else
                                  "v%d" % self.chance.randrange(3))
        return {"Operations": [operation]}

    def change(self):
        group = self.chance.random() < 0.4
        kind = "Groups" if group else "Users"
        ident = "g%d" % self.chance.randrange(3) if group else self.person()
        target = "/%s/%s" % (kind, ident)
        method = self.chance.choice(["POST", "POST", "PUT", "PATCH", "PATCH",
                                     "PATCH", "DELETE"])
        who = self.who()
        if self.chance.random() < 0.1:
            who["if_match"] = 'W/"%d"' % self.chance.randrange(1, 4)
        body = self.group() if group else self.user()
        if method == "POST":
            # A name that was there before is another request's.
            self.request("POST", "/" + kind, body, id=ident, **who)
        elif method == "PUT":
            self.request("PUT", target, body, **who)
        elif method == "PATCH":
            self.request("PATCH", target, self.patch(group), **who)
        else:
            self.request("DELETE", target, None, **who)

    def bulk(self):
        parts = []
        for number in range(self.chance.randrange(1, 5)):
            kind = self.chance.random()
            if kind < 0.4:
                parts.append({"method": "POST", "path": "/Users",
                              "bulkId": "b%d" % number, "data": self.user()})
            elif kind < 0.7:
                body = self.group()
                body["members"].append(
                    {"value": "bulkId:b%d" % self.chance.randrange(4)})
                parts.append({"method": "POST", "path": "/Groups",
                              "bulkId": "b%d" % number, "data": body})
            else:
                parts.append({"method": "PATCH", "path": "/Users/" +
                              self.person(), "data": self.patch(False)})
        self.request("POST", "/Bulk", {"Operations": parts}, **self.who())

    # ---- What else there is

    def platform(self):
        self.request("PATCH", "/Groups/g%d" % self.chance.randrange(3),
                     self.patch(True), source="manual",
                     tenant=self.chance.choice(["default", "acme"]))

    def load(self):
        for number in range(self.chance.randrange(1, 4)):
            self.sql("INSERT INTO scim (method, target, body, options)"
                     " VALUES ('POST', '/Users', ?, ?)",
                     json.dumps({"userName": "l%d" % self.chance.getrandbits(9)}),
                     self.options(id="%x" % self.chance.getrandbits(60)))

    def people(self):
        """SQL that people write, with its values in it."""
        now = self.now()
        self.sql(*self.chance.choice([
            ("INSERT OR IGNORE INTO scim_tenant (name, created) VALUES (?, ?)",
             "t%d" % self.chance.randrange(3), now),
            ("INSERT INTO scim_outbox (tenant, id, kind, created)"
             " VALUES ('default', 'p1', 'hand', ?)", now),
            ("UPDATE scim_outbox SET claimed = ?, tries = tries + 1 WHERE job ="
             " (SELECT min(job) FROM scim_outbox WHERE done IS NULL)", now),
            ("UPDATE scim_outbox SET done = ? WHERE claimed IS NOT NULL", now),
            ("UPDATE scim_token SET revoked = ? WHERE token = 1", now),
            ("UPDATE scim_token SET revoked = NULL",),
            ("INSERT OR IGNORE INTO scim_index (type, attribute)"
             " VALUES ('User', 'title')",),
            ("DELETE FROM scim_index WHERE attribute = 'title'",),
            ("INSERT OR REPLACE INTO scim_default VALUES"
             " ('User', 'userType', '\"x\"')",),
            ("UPDATE scim_schema SET definition = definition"
             " WHERE id LIKE '%enterprise%'",),
            ("INSERT OR IGNORE INTO scim_consumer VALUES ('mirror', 0)",),
            ("DELETE FROM scim_consumer",),
            ("INSERT INTO learner (upn, mail) VALUES ('u%d@x', 'm@x')"
             % self.chance.randrange(9),),
            ("DELETE FROM learner WHERE id = %d" % self.chance.randrange(9),),
            ("SELECT scim_release('acme', ?)", json.dumps({"now": now}))]))

    def upkeep(self):
        """What is done now and then; what is sent twice is not sent across."""
        self.list[-1][2] = self.list[-1][2] and "barrier"
        options = self.options()
        before = json.loads(options)["now"]
        self.sql(*self.chance.choice([
            ("SELECT scim_prune(?, ?, ?)", before, self.chance.randrange(1, 9),
             options),
            ("SELECT scim_forget('default', ?)", self.person()),
            ("SELECT scim_map_switch('tag', 'off', ?)", options),
            ("SELECT scim_map_switch('tag', 'on', ?)", options),
            ("SELECT scim_map_switch('learner', 'on', ?)", options),
            ("SELECT scim_map_adopt('learner', ?)", json.dumps(
                {"now": before, "random": self.digits()})),
            ("SELECT scim_review(%d, 'create', NULL, ?)"
             % self.chance.randrange(1, 4), options),
            ("SELECT scim_review(%d, 'link', %d, ?)"
             % (self.chance.randrange(1, 4), self.chance.randrange(1, 9)),
             options)]))
        self.list[-1][2] = "barrier"

    def make(self, steps):
        self.begin()
        self.list[-1][2] = "barrier"
        doings = ([self.change] * 14 + [self.bulk] * 3 + [self.platform] +
                  [self.load, self.oauth, self.rotate] + [self.people] * 3 +
                  [self.upkeep] * 2)
        for _ in range(steps):
            self.chance.choice(doings)()
        for _ in range(3):
            self.sql("SELECT scim_tenant_remove('acme', ?, ?)",
                     self.chance.randrange(1, 40), self.options())
        return self.list

    def twice(self):
        """The list with some of the requests more than once."""
        found, late = [], []
        for text, values, kind in self.list:
            if kind == "barrier":
                found += late
                late = []
            found.append([text, values, kind])
            if kind is True and self.chance.random() < 0.3:
                found.append([text, values, kind])
            if kind is True and self.chance.random() < 0.2:
                late.append([text, values, kind])
            if late and self.chance.random() < 0.3:
                found.append(late.pop(0))
        return found + late


# ---- Playing

def play(extension, name, how):
    db = connect(extension, name)
    if how == "other":
        db.execute("PRAGMA page_size = 1024")
        db.execute("PRAGMA reverse_unordered_selects = 1")
        db.execute("PRAGMA temp_store = memory")
    for number, (text, values, _) in enumerate(json.load(sys.stdin)):
        try:
            db.execute(text, values).fetchall()
        except sqlite3.Error:
            pass  # on every node
        if how == "other" and number % 20 == 19:
            db.execute("ANALYZE")
        if how == "other" and number % 50 == 49:
            db.execute("VACUUM")
    # The same row for row, whoever reads it.
    db.execute("PRAGMA reverse_unordered_selects = 0")
    with open(DIGEST, encoding="utf-8") as file:
        for table, ask in db.execute(file.read()).fetchall():
            for line, in db.execute(ask):
                print(table, line)


def outcome(extension, folder, statements, how):
    done = subprocess.run(
        [sys.executable, __file__, extension, "--play",
         os.path.join(folder, how), how],
        input=json.dumps(statements), stdout=subprocess.PIPE, text=True,
        check=True)
    return done.stdout.split("\n")


def without_generation(lines):
    """A request that comes twice may find an index to be built, which another
    one would have built: more generations of the definitions, and no more."""
    return [line for line in lines
            if not line.startswith("scim_meta 'generation'")]


def differ(case, extension):
    with tempfile.TemporaryDirectory() as folder:
        plain = outcome(extension, folder, case.list, "plain")
        for how, statements in (("other", case.list), ("twice", case.twice())):
            got = outcome(extension, folder, statements, how)
            if how == "twice":
                got, plain = without_generation(got), without_generation(plain)
            lines = [pair for pair in zip(got, plain) if pair[0] != pair[1]]
            if got != plain:
                return "%s\n  got:  %s\n  want: %s" % (
                    (how,) + (lines[0] if lines else
                              (got[len(plain):], plain[len(got):])))
    return None


def main(extension, cases, first):
    for seed in range(first, first + cases):
        case = Case(extension, seed)
        case.make(150)
        wrong = differ(case, extension)
        if wrong:
            print("case %d: %s" % (seed, wrong))
            return
    print("the same bytes")


if __name__ == "__main__":
    if sys.argv[2] == "--play":
        play(sys.argv[1], sys.argv[3], sys.argv[4])
    else:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
