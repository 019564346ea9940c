"""The histories of chance of history_property.sh:

    history_property.py EXTENSION CASES SEED

A history is some requests of chance about people and groups of two tenants.
Beside the database a model is kept, in Python alone, from the requests
themselves: how everything is after each step. Now and then the log is pruned.
In the end what the database tells of the past must be what the model has kept:
scim_as_of of all and of one, with LIMIT and OFFSET, at every moment;
scim_membership_interval; scim_provenance; and the snapshot at the horizon.
Prints "as it was", or the first history that is not.
"""
import copy
import datetime
import json
import random
import sqlite3
import sys

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
TENANTS = ["default", "acme"]
START = datetime.datetime(2026, 1, 1)


class Wrong(Exception):
    """What the database tells is not what was."""


def expect(what, got, want):
    if got != want:
        raise Wrong("%s\n  got:  %s\n  want: %s" % (what, got, want))


def leaves(doc, place=()):
    """{path: value} of a document; a list is one value."""
    found = {}
    for name, value in doc.items():
        if isinstance(value, dict):
            found.update(leaves(value, place + (name,)))
        else:
            found[place + (name,)] = value
    return found


def path_of(place):
    """A place as scim_provenance writes it."""
    if place[0].startswith("urn:"):
        return place[0] + ":" + ".".join(place[1:])
    return ".".join(place)


class Thing:
    """A resource of the model."""

    def __init__(self, kind, ident, number, doc, time):
        self.kind, self.ident, self.number = kind, ident, number
        self.version, self.created, self.modified = 1, time, time
        self.doc, self.members = doc, {}  # (member, source): type
        self.set_by = {}                  # path, or a member: seq
        self.schemas = [CORE + kind]


class History:
    """One history: the requests, the model, and what was after each step."""

    def __init__(self, db, seed):
        self.db, self.chance = db, random.Random(seed)
        self.seconds, self.seq = 0, 0
        self.things = {tenant: {} for tenant in TENANTS}
        self.numbers = 0          # the highest of a resource
        self.steps = []           # (time, things) after each row of the log
        self.horizon = ""
        self.live = {}            # id: schemas

    # ---- Requests

    def now(self):
        base = START + datetime.timedelta(seconds=self.seconds)
        return base.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def send(self, tenant, method, target, body=None, **options):
        options.update(tenant=tenant, now=self.now())
        reply = json.loads(self.db.execute(
            "SELECT scim_apply(?, ?, ?, ?)",
            (method, target, body and json.dumps(body),
             json.dumps(options))).fetchone()[0])
        self.seq += 1
        return reply["status"]

    def keep(self):
        """The step is over: what is there is kept."""
        self.steps.append((self.now(), copy.deepcopy(self.things)))

    def changed(self, thing, before):
        """A request has changed the thing; the values that differ are its."""
        thing.version += 1
        thing.modified = self.now()
        for place, value in leaves(thing.doc).items():
            if before.get(place) != value:
                thing.set_by[place] = self.seq

    # ---- People

    def person(self, ident):
        doc = {"userName": ident + str(self.chance.randrange(1000)),
               "active": self.chance.random() < .7}
        if self.chance.random() < .5:
            doc["title"] = self.chance.choice(["T", "Ü", 'a"b', "x\\y"])
        if self.chance.random() < .5:
            doc["name"] = {key: self.chance.choice("AB") for key in
                           self.chance.sample(["givenName", "familyName"],
                                              self.chance.randint(1, 2))}
        if self.chance.random() < .5:
            doc["emails"] = [{"value": "%s@x" % self.chance.choice("ab")}
                             for _ in range(1)]
        if self.chance.random() < .3:
            doc[ENTERPRISE] = {"department": self.chance.choice("DE")}
        return doc

    def person_create(self, tenant, ident):
        doc = self.person(ident)
        expect("create", self.send(tenant, "POST", "/Users", doc, id=ident),
               201)
        self.create(tenant, "User", ident, doc)

    def create(self, tenant, kind, ident, doc):
        self.numbers += 1
        thing = Thing(kind, ident, self.numbers, doc, self.now())
        thing.set_by = {place: self.seq for place in leaves(doc)}
        self.things[tenant][ident] = thing
        for other in self.things[tenant].values():
            for key in other.members:
                if key[0] == ident:
                    other.members[key] = other.members[key] or kind
        return thing

    def person_replace(self, tenant, thing):
        doc = self.person(thing.ident)
        if self.chance.random() < .2:
            doc = copy.deepcopy(thing.doc)
        self.update(tenant, thing, doc, "PUT", doc)

    def update(self, tenant, thing, doc, method, body):
        target = "/%ss/%s" % (thing.kind, thing.ident)
        status = self.send(tenant, method, target, body)
        if status not in (200, 204):
            raise Wrong("%s %s is %s" % (method, json.dumps(body), status))
        before, old = leaves(thing.doc), thing.doc
        thing.doc = doc
        if doc != old:
            self.changed(thing, before)

    def person_patch(self, tenant, thing):
        doc, operations = copy.deepcopy(thing.doc), []
        for _ in range(self.chance.randint(1, 3)):
            what = self.chance.randrange(5)
            if what == 0:
                doc["title"] = self.chance.choice("TUV")
                operations.append({"op": "replace", "path": "title",
                                   "value": doc["title"]})
            elif what == 1 and "title" in doc:
                del doc["title"]
                operations.append({"op": "remove", "path": "title"})
            elif what == 2:
                doc["active"] = not doc["active"]
                operations.append({"op": "replace", "path": "active",
                                   "value": doc["active"]})
            elif what == 3:
                value = self.chance.choice("AB")
                doc.setdefault("name", {})["familyName"] = value
                operations.append({"op": "add", "path": "name.familyName",
                                   "value": value})
            elif what == 4 and "name" in doc:
                del doc["name"]
                operations.append({"op": "remove", "path": "name"})
        if operations:
            self.update(tenant, thing, doc, "PATCH",
                        {"Operations": operations})

    def refused(self, tenant):
        expect("what makes no sense",
               self.send(tenant, "POST", "/Users", {"title": "nobody"}), 400)

    # ---- Groups

    def candidates(self, tenant, ident):
        """Who may be in the group: people, who is not there, later groups."""
        return (["u%d" % n for n in range(4)] + ["nobody"] +
                ["g%d" % n for n in range(3) if "g%d" % n > ident])

    def kind_of(self, tenant, ident):
        thing = self.things[tenant].get(ident)
        return thing.kind if thing else None

    def group_create(self, tenant, ident):
        doc = {"displayName": self.chance.choice(["G", "H"])}
        members = self.chance.sample(self.candidates(tenant, ident),
                                     self.chance.randrange(4))
        source = self.chance.choice(["idp", "manual"])
        body = dict(doc)
        if members:
            body["members"] = [{"value": member} for member in members]
        expect("create", self.send(tenant, "POST", "/Groups", body, id=ident,
                                   source=source), 201)
        thing = self.create(tenant, "Group", ident, doc)
        for member in members:
            thing.members[member, source] = self.kind_of(tenant, member)
            thing.set_by[member, source] = self.seq

    def group_change(self, tenant, thing, wanted, source, method, body, doc):
        """The members of the source are those that are wanted."""
        before = {key[0] for key in thing.members if key[1] == source}
        target = "/Groups/" + thing.ident
        status = self.send(tenant, method, target, body, source=source)
        if status not in (200, 204):
            raise Wrong("%s %s is %s" % (method, json.dumps(body), status))
        old, old_leaves = thing.doc, leaves(thing.doc)
        thing.doc = doc
        for member in before - wanted:
            del thing.members[member, source]
        for member in wanted - before:
            thing.members[member, source] = self.kind_of(tenant, member)
            thing.set_by[member, source] = self.seq
        if wanted != before or doc != old:
            self.changed(thing, old_leaves)

    def group_patch(self, tenant, thing):
        source = self.chance.choice(["idp", "manual"])
        wanted = {key[0] for key in thing.members if key[1] == source}
        operations = []
        for _ in range(self.chance.randint(1, 3)):
            member = self.chance.choice(self.candidates(tenant, thing.ident))
            if self.chance.random() < .5:
                wanted.add(member)
                operations.append({"op": "add", "path": "members",
                                   "value": [{"value": member}]})
            elif member in wanted:
                wanted.remove(member)
                operations.append(
                    {"op": "remove",
                     "path": 'members[value eq "%s"]' % member})
        if operations:
            self.group_change(tenant, thing, wanted, source, "PATCH",
                              {"Operations": operations}, thing.doc)

    def group_replace(self, tenant, thing):
        source = self.chance.choice(["idp", "manual"])
        wanted = set(self.chance.sample(
            self.candidates(tenant, thing.ident), self.chance.randrange(4)))
        doc = {"displayName": self.chance.choice("GH")}
        body = dict(doc)
        if wanted:
            body["members"] = [{"value": member} for member in sorted(wanted)]
        self.group_change(tenant, thing, wanted, source, "PUT", body, doc)

    def delete(self, tenant, thing):
        target = "/%ss/%s" % (thing.kind, thing.ident)
        expect("delete", self.send(tenant, "DELETE", target), 204)
        del self.things[tenant][thing.ident]
        for group in self.things[tenant].values():
            gone = [key for key in group.members if key[0] == thing.ident]
            for key in gone:
                del group.members[key]
            if gone:
                group.version += 1
                group.modified = self.now()

    # ---- Steps

    def step(self):
        tenant = TENANTS[self.chance.random() < .2]
        self.seconds += self.chance.choice([0, 1, 60, 3600])
        ident = self.chance.choice(["u0", "u1", "u2", "u3", "g0", "g1", "g2"])
        thing, seq = self.things[tenant].get(ident), self.seq
        if self.chance.random() < .05:
            self.refused(tenant)
        elif not thing and ident[0] == "u":
            self.person_create(tenant, ident)
        elif not thing:
            self.group_create(tenant, ident)
        elif self.chance.random() < .15:
            self.delete(tenant, thing)
        elif ident[0] == "u":
            self.chance.choice([self.person_replace, self.person_patch,
                                self.person_patch])(tenant, thing)
        else:
            self.chance.choice([self.group_replace, self.group_patch,
                                self.group_patch])(tenant, thing)
        if self.seq > seq:
            self.keep()

    # ---- What is told

    def state(self, time):
        """What was there at the time."""
        found = {tenant: {} for tenant in TENANTS}
        for moment, things in self.steps:
            if moment <= time:
                found = things
        return found

    def told(self, row):
        """(id, document, version, modified) of a row of scim_as_of."""
        doc = json.loads(row[1])
        expect("the id of a document", doc.pop("id"), row[0])
        doc.pop("schemas")
        return (row[0], doc, row[2], row[3])

    def check_moment(self, time):
        for tenant, kind in ((t, k) for t in TENANTS
                             for k in ("User", "Group")):
            want = [(thing.ident, thing.doc, thing.version, thing.modified)
                    for ident, thing in sorted(
                        self.state(time)[tenant].items())
                    if thing.kind == kind]
            ask = "SELECT * FROM scim_as_of('%s', '%s', '%s')" % (
                kind, time, tenant)
            expect(ask, [self.told(row) for row in self.db.execute(ask)], want)
            skip, most = self.chance.randrange(3), self.chance.randrange(3)
            part = "%s ORDER BY id LIMIT %d OFFSET %d" % (ask, most, skip)
            expect(part, [self.told(row) for row in self.db.execute(part)],
                   want[skip:skip + most])
            one = self.chance.choice(["u0", "u1", "g0", "g1"])
            part = "%s WHERE id = '%s'" % (ask, one)
            expect(part, [self.told(row) for row in self.db.execute(part)],
                   [row for row in want if row[0] == one])

    def check_before_horizon(self):
        time = (datetime.datetime.strptime(self.horizon,
                                           "%Y-%m-%dT%H:%M:%S.%fZ")
                - datetime.timedelta(seconds=1)
                ).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        try:
            self.db.execute("SELECT * FROM scim_as_of('User', ?)",
                            (time,)).fetchall()
            got = "rows"
        except sqlite3.OperationalError as error:
            got = str(error)
        expect("before the horizon", self.horizon in got, True)

    def intervals(self):
        """(tenant, group, member, joined, left), from what was at each moment."""
        found, last = [], {}
        moments = sorted({time for time, _ in self.steps})
        for time in moments:
            there = {(tenant, thing.ident, key[0])
                     for tenant, things in self.state(time).items()
                     for thing in things.values() for key in thing.members}
            for stay in [stay for stay in last if stay not in there]:
                found.append(stay + (last.pop(stay), time))
            for stay in there - set(last):
                last[stay] = time
        found += [stay + (joined, None) for stay, joined in last.items()]
        return sorted((tenant, group, member, max(joined, self.horizon), left)
                      for tenant, group, member, joined, left in found
                      if left is None or left > self.horizon)

    def check_intervals(self):
        ask = ("SELECT tenant, group_id, member, joined, left"
               "  FROM scim_membership_interval")
        want = self.intervals()
        order = lambda rows: sorted(rows, key=str)
        expect("intervals", order(self.db.execute(ask)), order(want))
        for column, place, value in (("group_id", 1, "g1"),
                                     ("member", 2, "u1")):
            expect("intervals of " + value, order(self.db.execute(
                "%s WHERE %s = '%s'" % (ask, column, value))),
                order(row for row in want if row[place] == value))

    def check_provenance(self):
        first = self.db.execute("SELECT value FROM scim_meta"
                                " WHERE name = 'horizon_seq'").fetchone()[0]
        for tenant, things in self.things.items():
            for thing in things.values():
                want = {(path_of(place), thing.set_by[place])
                        for place in leaves(thing.doc)}
                want |= {("members " + key[0], thing.set_by[key])
                         for key in thing.members}
                want = {(path, seq if seq > first else None)
                        for path, seq in want}
                got = {(row[0] + (" " + row[1] if row[0] == "members"
                                  else ""), row[2])
                       for row in self.db.execute(
                           "SELECT attribute, value, seq, time"
                           "  FROM scim_provenance(?, ?)",
                           (thing.ident, tenant))}
                expect("provenance of " + thing.ident,
                       sorted(got, key=str), sorted(want, key=str))

    def check_snapshot(self):
        """The snapshot is what was after the last step that is gone."""
        first = self.db.execute("SELECT value FROM scim_meta"
                                " WHERE name = 'horizon_seq'").fetchone()[0]
        if not first:
            return
        things = self.steps[first - 1][1]
        got = [(row[0], row[1], row[2], row[3], self.told(row[4:])[1:])
               for row in self.db.execute(
                   "SELECT tenant, type, resource, created, id, doc, version,"
                   "       modified FROM scim_snapshot ORDER BY resource")]
        want = [(tenant, thing.kind, thing.number, thing.created,
                 (thing.doc, thing.version, thing.modified))
                for tenant in TENANTS for thing in things[tenant].values()]
        expect("the snapshot", got, sorted(want, key=lambda row: row[2]))
        got = self.db.execute("SELECT tenant, group_id, value, source, type"
                              "  FROM scim_snapshot_member").fetchall()
        want = [(tenant, thing.ident) + key + (kind,)
                for tenant in TENANTS for thing in things[tenant].values()
                for key, kind in thing.members.items()]
        expect("the members in the snapshot", sorted(got, key=str),
               sorted(want, key=str))

    def prune(self):
        """Prunes up to a moment of chance, at once or in parts."""
        time = self.chance.choice(self.steps)[0]
        if self.chance.random() < .3:
            self.prune_held(time)
            return
        limit = self.chance.choice([None, 1, 3, 1000])
        got, seq = "", -1
        while True:
            got = self.db.execute("SELECT scim_prune(?, ?, ?)", (
                time, limit, json.dumps({"now": self.now()}))).fetchone()[0]
            now = self.db.execute("SELECT value FROM scim_meta WHERE"
                                  " name = 'horizon_seq'").fetchone()[0]
            if limit is None or now == seq:
                break
            seq = now
        expect("the horizon", got, max(time, self.horizon))
        self.horizon = got

    def prune_held(self, time):
        """A consumer has not read all."""
        at = self.chance.randint(0, self.seq)
        self.db.execute("INSERT INTO scim_consumer VALUES ('slow', ?)", (at,))
        self.horizon = self.db.execute(
            "SELECT scim_prune(?, NULL, ?)",
            (time, json.dumps({"now": self.now()}))).fetchone()[0]
        got = self.db.execute("SELECT coalesce(min(seq), ?) FROM scim_log",
                              (self.seq + 1,)).fetchone()[0]
        done = [n for n, step in enumerate(self.steps) if step[0] >= time]
        want = min(at + 1, done[0] + 1 if done else self.seq + 1)
        expect("the first row left", max(got, want), got)
        self.db.execute("DELETE FROM scim_consumer")

    def check(self):
        moments = sorted({time for time, _ in self.steps})
        for time in self.chance.sample(moments, min(3, len(moments))):
            if time >= self.horizon:
                self.check_moment(time)
        self.check_moment("2027-01-01T00:00:00.000Z")
        if self.horizon:
            self.check_before_horizon()
        self.check_intervals()
        self.check_provenance()
        self.check_snapshot()

    def run(self):
        for _ in range(self.chance.randint(5, 25)):
            self.step()
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            if self.chance.random() < .5:
                self.check()
            if self.steps:
                self.prune()
            for _ in range(self.chance.randint(0, 8)):
                self.step()
        if self.steps:
            self.check()


def main():
    extension, cases, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("SELECT scim_init()")
    db.execute("INSERT INTO scim_tenant (name) VALUES ('acme')")
    for seed in range(first, first + cases):
        db.execute("BEGIN")
        try:
            History(db, seed).run()
            if seed % 10 == 0:  # it takes as long as the rest
                expect("what is wrong", db.execute(
                    "SELECT * FROM scim_check").fetchall(), [])
        except Exception as error:  # whatever is wrong, the seed is wanted
            print("SCIM_SEED=%d: %s: %s" % (seed, type(error).__name__, error))
            return
        db.execute("ROLLBACK")
    print("as it was")


main()
