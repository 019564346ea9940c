"""The random sequences of members_property.sh:

    members_property.py EXTENSION SEQUENCES SEED

Operations of chance on the members of a group are sent in one PATCH to one group,
and in as many to another, with a PUT here and there; some lines of Python say what
both are then. After each request GET and the rows are that, and who was in the group
before and is in it after has been since then. In the end scim_check finds nothing,
and the log, whole and pruned, makes the same rows. Prints "the same", or the first
difference.
"""
import json
import os
import random
import sqlite3
import sys
import tempfile

KNOWN = {"u1": "User", "u2": "User", "g1": "Group"}
IDS = list(KNOWN) + ["s1", "s2", "s3"]


class Wrong(Exception):
    """Something else than the model says."""


class Provider:
    """A database with the extension."""

    def __init__(self, extension, path):
        self.extension = extension
        self.db = self.open(path)
        self.minutes = 0

    def open(self, path=":memory:"):
        """A connection, and the tables."""
        db = sqlite3.connect(path, isolation_level=None)
        db.enable_load_extension(True)
        db.load_extension(self.extension)
        db.execute("PRAGMA synchronous = OFF")
        db.execute("SELECT scim_init()")
        return db

    def now(self):
        """The time of the request."""
        return "2026-01-%02dT%02d:%02d:00.000Z" % (
            1 + self.minutes // 1440, self.minutes // 60 % 24,
            self.minutes % 60)

    def ask(self, method, target, body=None, ident=None):
        """The body of the reply, which is a success."""
        options = {"now": self.now()}
        if ident:
            options["id"] = ident
        text, = self.db.execute("SELECT scim_apply(?, ?, ?, ?)", (
            method, target, json.dumps(body) if body is not None else None,
            json.dumps(options))).fetchone()
        reply = json.loads(text)
        if reply["status"] > 299:
            raise Wrong("%s %s: %s" % (method, target, text))
        return reply.get("body")

    def rows(self, group):
        """The members as rows, as the model has them."""
        return {value: (kind, name) for value, kind, name in self.db.execute(
            "SELECT m.value, m.type, m.display FROM scim_member AS m"
            "  JOIN scim_resource AS r ON r.resource = m.\"group\""
            " WHERE r.id = ?", (group,))}

    def since(self, group):
        """Who is in the group since when."""
        return dict(self.db.execute(
            "SELECT member, joined FROM scim_membership_interval"
            " WHERE group_id = ? AND \"left\" IS NULL", (group,)))


# ---- The model: a dict of type and display by id. Of a stranger no type is sent: one
# that was said stays as long as the row, which one PATCH may keep where many do not.

def join(members, sent):
    """An add: what is known of who it is, and the last name that is said."""
    _, name = members.get(sent["value"], (None, None))
    members[sent["value"]] = (
        KNOWN.get(sent["value"]), sent.get("display") or name)


def list_of(sent):
    """What a list is by itself."""
    members = {}
    for member in sent:
        join(members, member)
    return members


def selects(rng, members):
    """A filter, and whom of the members it selects."""
    value, name = rng.choice(IDS), rng.choice("ab")
    kind = rng.choice(["User", "Group"])
    return rng.choice([
        ('value eq "%s"' % value, lambda v, t, d: v == value),
        ('display eq "%s"' % name, lambda v, t, d: d == name),
        ('type eq "%s"' % kind, lambda v, t, d: t == kind),
        ("display pr", lambda v, t, d: d is not None),
        ('not (display pr) and value ne "%s"' % value,
         lambda v, t, d: d is None and v != value)])


# ---- Chance

def some_member(rng):
    """A member as a client sends it."""
    member = {"value": rng.choice(IDS)}
    if rng.random() < .4:
        member["display"] = rng.choice(["a", "b", None, ""])
    if member["value"] in KNOWN and rng.random() < .3:
        member["type"] = rng.choice(["User", "Group", None])
    return member


def some_members(rng, least):
    """Some of them."""
    return [some_member(rng) for _ in range(rng.randint(least, 4))]


def some_operation(rng, members):
    """An operation, which the model has done when it is returned."""
    what = rng.randrange(7)
    if what == 0:
        sent = some_members(rng, 0)
        members.clear()
        members.update(list_of(sent))
        return {"op": "replace", "path": "members", "value": sent}
    if what < 3:
        sent = some_members(rng, 1)
        for member in sent:
            join(members, member)
        return rng.choice([
            {"op": "add", "path": "members", "value": sent},
            {"op": "add", "value": {"members": sent}}])
    if what == 3:
        sent = some_members(rng, 1)
        for member in sent:
            members.pop(member["value"], None)
        return {"op": "remove", "path": "members", "value": sent}
    text, test = selects(rng, members)
    found = [v for v, (t, d) in members.items() if test(v, t, d)]
    if what == 4:
        for value in found:
            del members[value]
        return {"op": "remove", "path": "members[%s]" % text}
    path = "members[%s].display" % text
    name = rng.choice(["a", "b", None, ""]) if found and what == 5 else None
    for value in found:
        members[value] = (members[value][0], name or None)
    if found and what == 5:
        return {"op": "replace", "path": path, "value": name}
    return {"op": "remove", "path": path}


# ---- One sequence

def check(what, got, want):
    """Raises Wrong unless both are the same."""
    if got != want:
        raise Wrong("%s\n got  %s\n want %s" % (
            what, json.dumps(got, sort_keys=True),
            json.dumps(want, sort_keys=True)))


def compare(provider, group, model):
    """The rows of a group, and what is shown of it."""
    check("rows of " + group, provider.rows(group), model)
    shown = provider.ask("GET", "/Groups/" + group).get("members", [])
    check("GET of " + group,
          {m["value"]: (m.get("type"), m.get("display")) for m in shown}, model)


def run(provider, rng, number):
    """One sequence about two groups."""
    one, many = "one%d" % number, "many%d" % number
    sent = some_members(rng, 0)
    model = list_of(sent)
    history = [("POST", sent)]
    try:
        for group in one, many:
            provider.ask("POST", "/Groups",
                         {"displayName": "G", "members": sent}, group)
        for _ in range(rng.randint(1, 4)):
            since = provider.since(one)
            provider.minutes += 1
            if rng.random() < .25:
                sent = some_members(rng, 0)
                model = list_of(sent)
                history.append(("PUT", sent))
                for group in one, many:
                    provider.ask("PUT", "/Groups/" + group,
                                 {"displayName": "G", "members": sent})
            else:
                operations = [some_operation(rng, model)
                              for _ in range(rng.randint(1, 4))]
                history.append(("PATCH", operations))
                provider.ask("PATCH", "/Groups/" + one,
                             {"Operations": operations})
                for operation in operations:
                    provider.ask("PATCH", "/Groups/" + many,
                                 {"Operations": [operation]})
            compare(provider, one, model)
            compare(provider, many, model)
            check("since when", provider.since(one),
                  {v: since.get(v, provider.now()) for v in model})
    except Wrong as wrong:
        raise Wrong("%s\nafter\n%s" % (
            wrong, "\n".join(json.dumps(h) for h in history))) from None


def replay(provider, what):
    """The log makes the rows that there are, and scim_check finds nothing."""
    check("scim_check, " + what, provider.db.execute(
        "SELECT kind, id, detail FROM scim_check").fetchall(), [])
    other = provider.open()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "old.db")
        provider.db.execute("VACUUM INTO ?", (path,))
        other.execute("ATTACH ? AS old", (path,))
        other.execute("SELECT scim_replay('old')").fetchall()
        for table in "scim_member", "scim_stay", "scim_name":
            check("replay of %s, %s" % (table, what), *[db.execute(
                "SELECT * FROM main.%s ORDER BY 1, 2, 3, 4, 5" % table
                if table != "scim_stay" else
                "SELECT * FROM main.scim_stay ORDER BY 1, 2, 3, 4")
                .fetchall() for db in (other, provider.db)])
        other.close()


def main():
    """All sequences, in one database."""
    with tempfile.TemporaryDirectory() as folder:
        provider = Provider(sys.argv[1], os.path.join(folder, "scim.db"))
        for ident, kind in KNOWN.items():
            provider.ask("POST", "/%ss" % kind, {
                "userName" if kind == "User" else "displayName": ident}, ident)
        middle = None
        for number in range(int(sys.argv[2])):
            if number == int(sys.argv[2]) // 2:
                middle = provider.now()
            try:
                run(provider, random.Random("%s %d" % (sys.argv[3], number)),
                    number)
            except Wrong as wrong:
                sys.exit("sequence %d: %s" % (number, wrong))
        replay(provider, "whole")
        provider.db.execute("SELECT scim_prune(?)", (middle,)).fetchall()
        replay(provider, "pruned")
        provider.db.close()
    print("the same")


main()
