"""Requests by chance with secrets in them, for blot_property.sh and the cluster.

    blot.py EXTENSION CASES SEED
    blot.py --definitions
    blot.py --send URL CASES SEED < token

Each secret begins with MARK, and stands where a client may have put one: under
the name of what is never stored, deep down, in a text that is JSON, beside a
path, in a filter, in a name that is a path, under a URN. All other values are
such as stay. Says what leaks, and what is stored or answered otherwise than it
would be by the request as it came; or "nothing". --definitions prints what they
need as SQL, a statement a line; --send sends them, and says which statuses came.
"""
import http.client
import json
import random
import sqlite3
import sys
import urllib.parse

MARK = "geheim"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ACME = "urn:acme:1.0:Person"
NAMES = ["password", "pin"]
STORED = {"/Users": ["account.pin"], "/Devices": ["password"]}

# Besides password there are pins that are not stored, one of them a part of a
# value, and one that is; and a type of its own that stores what it calls a
# password.
DEFINITIONS = [
    ("INSERT INTO scim_schema (definition) VALUES (?)", json.dumps({
        "id": ACME, "name": "Person", "attributes": [
            {"name": "pin", "type": "string", "mutability": "writeOnly"},
            {"name": "account", "type": "complex", "subAttributes": [
                {"name": "pin", "type": "string"},
                {"name": "place", "type": "string"}]},
            {"name": "bank", "type": "complex", "multiValued": True,
             "subAttributes": [
                {"name": "pin", "type": "string", "mutability": "writeOnly"},
                {"name": "place", "type": "string"}]}]})),
    ("INSERT INTO scim_schema (definition) VALUES (?)", json.dumps({
        "id": "urn:acme:1.0:Device", "name": "Device", "attributes": [
            {"name": "label", "type": "string", "required": True},
            {"name": "password", "type": "string"}]})),
    ("UPDATE scim_resource_type SET definition = json_set(definition,"
     " '$.schemaExtensions[#]', json_object('schema', ?, 'required',"
     " json('false'))) WHERE name = 'User'", ACME),
    ("INSERT INTO scim_resource_type (definition) VALUES (?)", json.dumps({
        "name": "Device", "endpoint": "/Devices",
        "schema": "urn:acme:1.0:Device"}))]


class Chance:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pick = self.random.choice
        self.count = 0

    def one_in(self, number):
        return self.random.randrange(number) == 0

    def secret(self):
        """A text, with all that texts may have in them."""
        self.count += 1
        return MARK + "".join(self.pick(['"', "\\", " ", "]", "x", "\u00fc", "'",
                                         "and ", "1", "{"])
                              for _ in range(self.random.randrange(6)))

    def spelled(self, name):
        return self.pick([name, name.upper(), name.title()])

    def value(self, depth=0):
        """What may stand under the name of a secret."""
        kind = self.random.randrange(8 if depth < 3 else 4)
        if kind < 4:
            return self.secret()
        if kind == 4:
            return [self.value(depth + 1) for _ in range(3)]
        if kind == 5:
            return {"value": self.value(depth + 1), "x": [self.secret()]}
        if kind == 6:
            return json.dumps({"y": self.secret()})
        return {self.pick(["a", "type"]): self.value(depth + 1)}

    def name(self):
        """The name of a secret, or a path that begins or ends with one."""
        name = self.spelled(self.pick(NAMES))
        kind = self.random.randrange(5)
        if kind == 0:
            return self.pick([CORE, ACME, "urn:x:2.0:Y"]) + ":" + name
        if kind == 1:
            return f'{name}[value eq {json.dumps(self.secret())}]'
        if kind == 2:
            return f"{name}.value"
        return name

    def filter(self):
        """A filter that compares with a secret."""
        name = self.spelled(self.pick(NAMES))
        literal = json.dumps(self.secret())
        compare = f"{name} {self.pick(['eq', 'ne', 'CO', 'sw', 'gt'])} {literal}"
        return self.pick([compare, f"not ({compare})",
                          f'userName eq "a" or {compare}',
                          f'{compare} and active eq true',
                          f"{CORE}:{compare}", f'{name} {MARK}x{MARK} {MARK}',
                          f"{name} eq {MARK}", f"{literal} eq {name}"])

    def path(self):
        return self.pick([
            self.name(), self.filter(), f"emails[{self.filter()}].value",
            f'emails[type eq "work" and {self.filter()}]', "name." + self.pick(
                NAMES[:1])])

    # ---- Bodies

    def wrapped(self):
        """A secret at any depth, in JSON or in a text that is JSON."""
        thing = {self.name(): self.value(), "note": "n"}
        for _ in range(self.random.randrange(4)):
            kind = self.random.randrange(4)
            if kind == 0:
                thing = {"nested": thing}
            elif kind == 1:
                thing = {"list": ["a", thing]}
            elif kind == 2:
                thing = {"text": json.dumps(thing)}
            else:
                thing = {CORE: thing}
        return thing

    def user(self):
        body = {"schemas": [CORE], "userName": "u%d" % self.random.randrange(30),
                "displayName": self.pick(["A", "[password]", "the password",
                                          "{password", "B \\ C"])}
        if self.one_in(2):
            body[self.spelled("password")] = self.secret()
        if self.one_in(3):
            body[ACME] = {"pin": self.secret(), "account": {
                "pin": "kept", "place": "here"}, "bank": [
                    {"pin": self.value(3), "place": "there"},
                    {"pin": self.secret()}]}
        if self.one_in(3):
            body.update(self.wrapped())
        if self.one_in(4):
            body["roles"] = [json.dumps({"value": "r", "password": self.secret()})]
        return body

    def patch(self):
        operations = []
        for _ in range(self.random.randrange(1, 4)):
            kind = self.random.randrange(6)
            if kind == 0:
                operations.append({"op": "add", "value": self.wrapped()})
            elif kind == 1:
                operations.append({"op": "replace", "path": self.path(),
                                   "value": self.value()})
            elif kind == 2:
                operations.append({"op": "replace", "path":
                                   ACME + ":account", "value": {"pin": "kept"}})
            elif kind == 3:
                operations.append({"op": "replace", "path": ACME + ":account.pin",
                                   "value": "kept2"})
            elif kind == 4:
                operations.append({"op": "replace", "path": ACME + ":bank" +
                                   self.pick([".pin", '[place eq "p"].pin']),
                                   "value": self.secret()})
            else:
                operations.append({"op": "replace", "path": "password",
                                   "value": self.secret()})
        return {"Operations": operations}

    def device(self):
        return {"label": "d", "password": "stored"}

    def request(self):
        """method, target, body as text"""
        kind = self.random.randrange(10)
        if kind < 3:
            body = self.user()
            return "POST", "/Users", json.dumps(body, ensure_ascii=self.one_in(2))
        if kind < 6:
            return "PATCH", "/Users/u", json.dumps(self.patch())
        if kind == 6:
            return "POST", self.pick(["/Devices", "/devices"]), json.dumps(
                self.device())
        if kind == 7:
            parts = [{"method": "POST", "path": "/Users", "bulkId": "1",
                      "data": self.user()},
                     {"method": "PATCH", "path": "/Users/u", "data": self.patch()},
                     {"method": "POST", "path": "/Devices", "bulkId": "2",
                      "data": self.device()},
                     {"method": "DELETE", "path": "/Users/none?password=" +
                      self.pick([MARK, MARK + "1"])}]
            self.random.shuffle(parts)
            return "POST", "/Bulk", json.dumps({"Operations": parts[:3]})
        if kind == 8:
            return "GET", "/Users?count=2&filter=" + urllib.parse.quote(
                self.filter()), None
        return "POST", "/Users/.search", json.dumps({"filter": self.filter()})


def connect(extension):
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


def directory(extension):
    db = connect(extension)
    db.execute("SELECT scim_init('{\"replicated\":true,\"now\":\"2026-01-01\","
               "\"cursor_key\":\"%064d\"}')" % 1)
    for sql, value in DEFINITIONS:
        db.execute(sql, (value,))
    db.execute("SELECT scim_apply('POST', '/Users', '{\"userName\":\"u\"}',"
               " '{\"id\":\"u\",\"now\":\"2026-01-01\"}')")
    return db


def apply(db, method, target, body, options):
    reply = db.execute("SELECT scim_apply(?, ?, ?, ?)",
                       (method, target, body, json.dumps(options))).fetchone()[0]
    return json.loads(reply)["status"]


def main(extension, cases, seed):
    shim, plain, fit = connect(extension), directory(extension), directory(extension)
    statuses = {}
    for number in range(cases):
        chance = Chance(f"{seed} {number}")
        method, target, body = chance.request()
        options = {"now": "2026-01-02", "id": "i%d" % number,
                   "write_only": {"names": NAMES, "stored": STORED}}
        made = shim.execute("SELECT scim_replicable(?, ?, ?, ?)", (
            method, target, body, json.dumps(options))).fetchone()[0]
        where = f"case {number}: {method} {target} {body}"
        if MARK in made or MARK in urllib.parse.unquote(made):
            return f"{where}: leaks: {made}"
        made = json.loads(made)
        options.pop("write_only")
        want = apply(plain, method, target, body, options)
        got = apply(fit, method, made.get("target", target),
                    made.get("body", body), made["options"])
        if got != want:
            return f"{where}: {got} and not {want}: {made}"
        statuses[want] = statuses.get(want, 0) + 1
    docs = [[row for row in db.execute(
        "SELECT id, version, doc FROM scim_resource ORDER BY resource")]
            for db in (plain, fit)]
    for want, got in zip(*docs):
        if got != want:
            return f"{got} is stored, and not {want}"
    if '"pin":"kept' not in str(docs) or '"stored"' not in str(docs):
        return "what has the name of a secret and is stored was not tried"
    if MARK in "".join(fit.iterdump()):
        return "a table has one"
    if cases > 500 and (statuses.get(201, 0) < 20 or statuses.get(400, 0) < 20):
        return f"the cases are too much alike: {statuses}"
    return "nothing"


def send(url, token, cases, seed):
    """Sends them over HTTP. Returns how often each status came."""
    where, statuses = urllib.parse.urlsplit(url), {}
    connection = http.client.HTTPConnection(where.netloc, timeout=60)
    for number in range(cases):
        method, target, body = Chance(f"{seed} {number}").request()
        connection.request(method, where.path + target,
                           body.encode() if body else None,
                           {"Authorization": "Bearer " + token,
                            "Content-Type": "application/scim+json"})
        reply = connection.getresponse()
        reply.read()
        statuses[reply.status] = statuses.get(reply.status, 0) + 1
    return statuses


def definitions():
    return [sql.replace("?", "'" + value.replace("'", "''") + "'")
            for sql, value in DEFINITIONS]


if __name__ == "__main__":
    if sys.argv[1] == "--definitions":
        print("\n".join(definitions()))
    elif sys.argv[1] == "--send":
        print(send(sys.argv[2], sys.stdin.read().strip(), int(sys.argv[3]),
                   sys.argv[4]))
    else:
        print(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
