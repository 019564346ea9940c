"""The random histories of shared_property.sh:

    shared_property.py EXTENSION HISTORIES SEED

Cars of two tenants have plates and seals of few letters, in either case. What of
them must be unique changes all the time: the seals by their definition, not at all,
within a tenant or among all, the plates by the setting of a tenant. Between that they
are made, changed and deleted. The model: a request is 409 if it gives a car a value
that another has, of that tenant or among all, and otherwise it is done. After each,
the values of a unique attribute are owned by the oldest who has them, and claimed by
all where these are several; in the end scim_check finds nothing, and building the
indexes anew changes nothing. Prints "the same", or the first difference.
"""
import json
import random
import sqlite3
import sys

URN = "urn:example:Car"
TENANTS = "default", "acme"


class Wrong(Exception):
    """Something else than the model says."""


def check(what, got, want):
    """The two are the same."""
    if got != want:
        raise Wrong("%s: got %r, want %r" % (what, got, want))


class World:
    """A database with the extension, and the model of it."""

    def __init__(self, extension, rng):
        self.rng = rng
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)
        self.cars = {}  # id: (tenant, plate, seals), oldest first
        self.seals = "none"
        self.plates = set()  # tenants that want them unique
        self.made = 0
        self.story = []
        self.db.execute("SELECT scim_init()")
        self.db.execute("INSERT INTO scim_tenant (name) VALUES ('acme')")
        self.db.execute("INSERT INTO scim_schema (definition) VALUES (?)",
                        (self.definition(),))
        self.db.execute(
            "INSERT INTO scim_resource_type (definition) VALUES (?)",
            (json.dumps({"name": "Car", "endpoint": "/Cars",
                         "schema": URN}),))
        self.db.execute("INSERT INTO scim_index (type, attribute)"
                        " VALUES ('Car', 'plate')")

    def definition(self):
        """The schema, with what is unique now."""
        return json.dumps({"id": URN, "attributes": [
            {"name": "plate"}, {"name": "active", "type": "boolean"},
            {"name": "seals", "multiValued": True,
             "uniqueness": self.seals}]})

    def ask(self, method, target, tenant, body=None, **options):
        """The status of the reply."""
        options["tenant"] = tenant
        text, = self.db.execute(
            "SELECT scim_apply(?, ?, ?, ?)",
            (method, target, body and json.dumps(body),
             json.dumps(options))).fetchone()
        self.story.append((method, target, body, options))
        return json.loads(text)["status"]

    def some(self):
        """A plate or none, and seals."""
        def letter():
            return self.rng.choice("abcdABCD")
        seals = {letter().lower() for _ in range(self.rng.randint(0, 3))}
        return (self.rng.choice([None, letter()]),
                [self.rng.choice([s, s.upper()]) for s in sorted(seals)])

    # ---- What is asked

    def taken(self, ident, tenant, plate, seals):
        """Does the car get a value that another has?"""
        _, old_plate, old_seals = self.cars.get(ident, (None, None, []))
        others = [car for other, car in self.cars.items() if other != ident]
        new = {s.lower() for s in seals} - {s.lower() for s in old_seals}
        if self.seals != "none":
            for other in others:
                if self.seals == "global" or other[0] == tenant:
                    if new & {s.lower() for s in other[2]}:
                        return True
        if tenant not in self.plates or not plate or \
                plate.lower() == (old_plate or "").lower():
            return False
        return any(other[0] == tenant and other[1] and
                   other[1].lower() == plate.lower() for other in others)

    def put(self, ident, tenant, plate, seals, how):
        """A POST, a PUT or a PATCH to these values."""
        body = {"seals": seals, "active": self.rng.random() < 0.5}
        if plate:
            body["plate"] = plate
        want = 409 if self.taken(ident, tenant, plate, seals) else \
            201 if how == "POST" else 200
        target = "/Cars" if how == "POST" else "/Cars/" + ident
        if how == "PATCH":
            body = {"Operations": [
                {"op": "replace", "path": "active", "value": body["active"]},
                {"op": "replace", "path": "seals", "value": seals},
                {"op": "replace", "path": "plate", "value": plate} if plate
                else {"op": "remove", "path": "plate"}]}
        check("the status", self.ask(how, target, tenant, body,
                                     **({"id": ident} if how == "POST" else {})),
              want)
        if want != 409:
            self.cars[ident] = (tenant, plate, seals)

    def step(self):
        """One of them."""
        kind = self.rng.randint(0, 11)
        ident = self.rng.choice(list(self.cars) or [None])
        if kind < 4 or not ident:
            self.made += 1
            self.put("c%d" % self.made, self.rng.choice(TENANTS), *self.some(),
                     "POST")
        elif kind < 6:
            plate, seals = self.some()
            if self.rng.random() < 0.5:  # what is had is kept
                seals = list({s.lower(): s for s in
                              self.cars[ident][2] + seals}.values())
                plate = self.cars[ident][1]
            self.put(ident, self.cars[ident][0], plate, seals,
                     self.rng.choice(["PUT", "PATCH"]))
        elif kind < 8:  # who leaves
            tenant = self.cars[ident][0]
            check("the status of who leaves", self.ask(
                "PATCH", "/Cars/" + ident, tenant, {"Operations": [
                    {"op": "replace", "path": "active", "value": False}]}), 200)
        elif kind < 9:
            check("the status of DELETE", self.ask(
                "DELETE", "/Cars/" + ident, self.cars.pop(ident)[0]), 204)
        elif kind < 11:
            self.seals = self.rng.choice(["none", "server", "global"])
            self.story.append(("seals", self.seals))
            self.db.execute("UPDATE scim_schema SET definition = ?"
                            " WHERE id = ?", (self.definition(), URN))
            self.db.execute("SELECT scim_init()")
        else:
            tenant = self.rng.choice(TENANTS)
            self.plates ^= {tenant}
            self.story.append(("plates", sorted(self.plates)))
            self.db.execute(
                "UPDATE scim_tenant SET settings = ? WHERE name = ?",
                (json.dumps({"unique_attributes": ["Car.plate"]}
                            if tenant in self.plates else {}), tenant))

    # ---- What is there

    def holders(self):
        """The ids that have each value of the seals, the oldest first; by the
        tenant of scim_unique, and the value."""
        found = {}
        for ident, (tenant, _, seals) in self.cars.items():
            for seal in seals if self.seals != "none" else []:
                home = "" if self.seals == "global" else tenant
                found.setdefault((home, seal.lower()), []).append(ident)
        return found

    def compare(self):
        """The tables are what the model says."""
        owners, claims = [
            self.db.execute(
                "SELECT u.tenant, u.key, r.id FROM %s AS u JOIN scim_resource"
                " AS r USING (resource) WHERE u.type = 'Car'"
                " ORDER BY 1, 2, r.resource" % table).fetchall()
            for table in ("scim_unique", "scim_claim")]
        found = sorted(self.holders().items())
        check("the owners", owners, [key + (ids[0],) for key, ids in found])
        check("the claims", claims, [key + (ident,) for key, ids in found
                                     if len(ids) > 1 for ident in ids])


def run(extension, seed):
    """One history."""
    world = World(extension, random.Random(seed))
    try:
        for _ in range(40):
            world.step()
            world.compare()
        check("scim_check", world.db.execute(
            "SELECT kind, id, detail FROM scim_check").fetchall(), [])
        world.db.execute("INSERT INTO scim_index (type, attribute)"
                         " VALUES ('Car', 'active')")
        world.db.execute("SELECT scim_init()")
        world.compare()
    except Wrong as wrong:
        raise Wrong("%s\nafter\n%s" % (wrong, "\n".join(
            json.dumps(line) for line in world.story))) from None
    world.db.close()


def main():
    """All histories."""
    for number in range(int(sys.argv[2])):
        try:
            run(sys.argv[1], "%s %d" % (sys.argv[3], number))
        except Wrong as wrong:
            sys.exit("history %d: %s" % (number, wrong))
    print("the same")


main()
