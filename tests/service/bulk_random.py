"""Bulk requests by chance: what is stored must be what the same operations
leave one after another (RFC 7644 section 3.7).

A few operations on a few people, groups and names, some of them for a certain
version only, so that most of them get into each other's way. Alone, a create has its bulkId as id, so that others can
refer to it before it is there; what refers to a create that fails is left out.
The numbers come from a fixed seed: every run asks the same.
"""
import json
import os
import random
import re
import sqlite3
import sys

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
REQUESTS = 150 // int(os.environ.get("SHARE") or 1)
NAMES = ["u0", "u1", "u2", "new", "newer"]
# What is refused where the order of the request cannot be kept.
LATE = "the operation refers to a resource that cannot be created before it"


def apply(db, method, path, body=None, options=None):
    """The reply to a request."""
    texts = [json.dumps(part) if part else None for part in (body, options)]
    row = db.execute("SELECT scim_apply(?, ?, ?, ?)", [method, path] + texts)
    return json.loads(row.fetchone()[0])


def connect():
    """A database in memory, with the extension."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(os.environ.get("SCIM_EXTENSION", "build/scim"))
    return db


def people():
    """Three users, and two groups of the first."""
    db = connect()
    db.execute("SELECT scim_init()").fetchall()
    for name in NAMES[:3]:
        apply(db, "POST", "/Users", {"userName": name}, {"id": name})
    for name in ("g0", "g1"):
        apply(db, "POST", "/Groups", {
            "displayName": name, "members": [{"value": "u0"}]}, {"id": name})
    return db


def copy(db):
    """The same once more."""
    other = connect()
    db.backup(other)
    return other


class Maker:
    """Makes a request: a list of operations."""

    def __init__(self, chance):
        self.chance = chance
        kinds = ["user", "user", "group", "person", "members", "members",
                 "leave", "close", "put"]
        self.kinds = [chance.choice(kinds) for _ in range(chance.randint(2, 6))]
        self.number = 0

    def created(self, kind, before):
        """bulkIds of creates of the kind; perhaps those before this one."""
        last = self.number if before else len(self.kinds)
        return ["bulkId:b%d" % i for i in range(last) if self.kinds[i] == kind]

    def somebody(self):
        """A user, or one to come."""
        new = self.created("user", False)
        if new and self.chance.random() < 0.7:
            return self.chance.choice(new)
        return self.chance.choice(NAMES[:3])

    def member(self):
        """Somebody, or a group to come."""
        groups = self.created("group", False)
        if groups and self.chance.random() < 0.3:
            return {"value": self.chance.choice(groups)}
        return {"value": self.somebody()}

    def path(self, kind):
        """A resource that is there, or is created earlier."""
        new = self.created(kind, True)
        old = NAMES[:3] if kind == "user" else ["g0", "g1"]
        chosen = self.chance.choice(
            new if new and self.chance.random() < 0.3 else old)
        return "/%s/%s" % ("Users" if kind == "user" else "Groups", chosen)

    def create(self, path, data, needed):
        """A create; one in ten lacks what it needs."""
        if self.chance.random() < 0.1:
            del data[needed]
        return {"method": "POST", "path": path, "bulkId": "b%d" % self.number,
                "data": data}

    def user(self):
        """A new user, half of them with a manager."""
        data = {"userName": self.chance.choice(NAMES)}
        if self.chance.random() < 0.5:
            data[ENTERPRISE] = {"manager": {"value": self.somebody()}}
        return self.create("/Users", data, "userName")

    def group(self):
        """A new group."""
        members = [self.member() for _ in range(self.chance.randint(0, 3))]
        return self.create("/Groups", {"displayName": "new",
                                       "members": members}, "displayName")

    def person(self):
        """A change of a user."""
        name = self.chance.choice(NAMES)
        manager = ENTERPRISE + ":manager.value"
        return {"method": "PATCH", "path": self.path("user"), "data": {
            "Operations": [self.chance.choice([
                {"op": "replace", "path": manager, "value": self.somebody()},
                {"op": "replace", "path": "userName", "value": name},
                {"op": "replace", "value": {"userName": name, ENTERPRISE: {
                    "manager": {"value": self.somebody()}}}}])]}}

    def members(self):
        """A change of the members of a group."""
        named = 'members[value eq "%s"]' % self.member()["value"]
        return {"method": "PATCH", "path": self.path("group"), "data": {
            "Operations": [self.chance.choice([
                {"op": "add", "path": "members", "value": [self.member()]},
                {"op": "remove", "path": named},
                {"op": "remove", "path": "members"}])]}}

    def leave(self):
        """The end of a user."""
        return {"method": "DELETE", "path": self.path("user")}

    def close(self):
        """The end of a group."""
        return {"method": "DELETE", "path": self.path("group")}

    def put(self):
        """A group with other members."""
        return {"method": "PUT", "path": self.path("group"), "data": {
            "displayName": "put", "members": [self.member()]}}

    def make(self):
        """All of them."""
        made = []
        for self.number, kind in enumerate(self.kinds):
            made.append(getattr(self, kind)())
            if made[-1]["method"] != "POST" and self.chance.random() < 0.2:
                made[-1]["version"] = 'W/"%d"' % self.chance.randint(1, 2)
        return made


def references(operation):
    """The bulkIds that an operation names."""
    found = re.findall(r"bulkId:(\w+)", json.dumps(operation))
    return set(found) - {operation.get("bulkId")}


def stored(db, names):
    """All that is stored, with bulkIds in place of the ids of new resources. A
    group out of which somebody was deleted may have one version more: where
    that comes forward, it is not one with the change before it."""
    rows = db.execute("""
        SELECT id, type, iif(type = 'Group', NULL, version), doc, NULL, NULL FROM scim_resource
         UNION ALL
        SELECT g.id, NULL, NULL, NULL, m.value, m.type
          FROM scim_member AS m
          JOIN scim_resource AS g ON g.resource = m."group" """).fetchall()
    texts = [json.dumps(row) for row in rows]
    for new, old in names.items():
        texts = [text.replace(new, old) for text in texts]
    return sorted(texts)


def one_by_one(start, operations):
    """Which succeed, and what is stored. When a create fails, all is done again
    without what refers to it. None when the request contradicts itself: a
    create fails only because of what refers to it. It is undone: a copy would
    have to read the schema, which takes longer."""
    failing, db = set(), start
    while True:
        succeeded, failed = [], set()
        db.execute("BEGIN")
        for operation in operations:
            new = operation.get("bulkId")
            good = not references(operation) & failing
            if good:
                plain = json.loads(
                    json.dumps(operation).replace("bulkId:", ""))
                options = {"id": new} if new else {}
                if "version" in plain:
                    options["if_match"] = plain["version"]
                reply = apply(db, plain["method"], plain["path"],
                              plain.get("data"), options)
                good = reply["status"] < 400
            if new and not good:
                failed.add(new)
            succeeded.append(good)
        left = stored(db, {})
        db.execute("ROLLBACK")
        if failing - failed:
            return None
        if failed == failing:
            return succeeded, left
        failing = failed


def together(start, operations):
    """The same of a bulk request, and whether it refuses an order."""
    db, names = copy(start), {}
    reply = apply(db, "POST", "/Bulk", {"Operations": operations})
    results = reply["body"]["Operations"]
    for result in results:
        if "bulkId" in result and "location" in result:
            names[result["location"].split("/")[-1]] = result["bulkId"]
    refused = any(result.get("response", {}).get("detail") == LATE
                  for result in results)
    succeeded = [int(result["status"]) < 400 for result in results]
    return (succeeded, stored(db, names)), refused


def main():
    """Compares, and shows the first that differ."""
    chance, start = random.Random(7644), people()
    differ, compared = [], 0
    for _ in range(REQUESTS):
        operations = Maker(chance).make()
        want = one_by_one(start, operations)
        got, refused = together(start, operations)
        if want is None or refused:
            continue
        compared += 1
        if got != want:
            differ.append((operations, got, want))
    good = not differ
    print("%sok - bulk requests leave what their operations leave one by one"
          % ("" if good else "not "))
    for operations, got, want in differ[:3]:
        print("  request: %s\n  got:  %s\n  want: %s"
              % (json.dumps(operations), got, want))
    most = compared > REQUESTS * 0.95
    print("%sok - hardly any of them contradict themselves" %
          ("" if most else "not "))
    if not most:
        print("  got:  %d of %d compared\n  want: 95 %%" % (compared, REQUESTS))
    passed = good + most
    print("%d passed, %d failed" % (passed, 2 - passed))
    return 0 if passed == 2 else 1


sys.exit(main())
