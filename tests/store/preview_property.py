"""The random cases of preview_property.sh:

    preview_property.py EXTENSION CASES SEED

A case is a map of chance, people and rows of chance, and some rounds in which
both change, by requests and by hand. In each the preview is taken, the map is
switched on, and the table must be what the preview has said. Prints "as
foretold", or the first case that is not.
"""
import json
import random
import sqlite3
import sys

COLUMNS = ["id", "email", "upn", "name", "boss", "status", "alias"]
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NAMES = ["ann", "Ann", "bob", "ÉVA", "éva", "straße", "STRASSE", "cid"]


def definition(chance):
    """A map of chance."""
    columns = {
        "email": {"from": "emails.value",
                  "as": chance.choice(["lower", "text"])},
        "upn": {"from": "userName"}, "name": {"from": "displayName"},
        "boss": {"from": ENTERPRISE + ":manager.value", "as": "key"},
        "status": {"active": "on", "inactive": "off"},
        "alias": {"from": "nickName", "unique": "-%d"}}
    if chance.random() < .3:
        columns["name"]["absent"] = "keep"
    if chance.random() < .3:
        columns["email"]["on"] = "create"
    return {"type": "User", "table": "learner", "key": "id",
            "columns": columns, "many": "review",
            "match": chance.choice(
                [["email"], ["upn", "email"], [["email", "name"]], []]),
            "none": chance.choice(["create", "create", "review", "ignore"]),
            "deleted": chance.choice(["inactive", "delete", "keep"])}


class Case:
    """One database, and what happens to it."""

    def __init__(self, extension, seed):
        self.chance = random.Random(seed)
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)
        self.db.execute("SELECT scim_init()")
        self.db.execute("""CREATE TABLE learner (id INTEGER PRIMARY KEY,
            email TEXT, upn TEXT %s, name TEXT DEFAULT 'x', boss INT,
            status TEXT, alias TEXT)"""
                        % self.chance.choice(["", "", "UNIQUE"]))
        self.ids = []
        for number in range(self.chance.randrange(8)):
            self.add_row(self.chance.choice([None, None, "row%d" % number]))
        self.map = definition(self.chance)
        self.db.execute("SELECT scim_map('learner', ?)",
                        (json.dumps(self.map),))

    def add_row(self, upn):
        """A row of the application's own."""
        pick = self.chance.choice
        self.db.execute(
            "INSERT INTO learner (email, upn, name, status, alias)"
            " VALUES (?, ?, ?, ?, ?)",
            (pick(NAMES + [None]), upn, pick(NAMES), pick(["on", "off", None]),
             pick(NAMES + [None])))

    def request(self, method, target, body=None, options=None):
        """A request, whatever becomes of it."""
        self.db.execute("SELECT scim_apply(?, ?, ?, ?)", (
            method, target, json.dumps(body), json.dumps(options))).fetchone()

    def create(self):
        """A person, with a manager who may come later or never."""
        name, pick = "u%d" % len(self.ids), self.chance.choice
        body = {"userName": name, "active": self.chance.random() < .7}
        if self.chance.random() < .8:
            body["emails"] = [{"value": pick(NAMES)}]
        if self.chance.random() < .7:
            body["displayName"] = pick(NAMES)
        if self.chance.random() < .7:
            body["nickName"] = pick(NAMES)
        if self.ids and self.chance.random() < .5:
            late = "u%d" % (len(self.ids) + 1)
            body[ENTERPRISE] = {"manager": {"value": pick(self.ids + [late])}}
        self.request("POST", "/Users", body, {"id": name})
        self.ids.append(name)

    def patch(self):
        """Another name, another state, or a name less."""
        values = {"displayName": self.chance.choice(NAMES),
                  "nickName": self.chance.choice(NAMES),
                  "active": self.chance.random() < .5}
        values = {k: v for k, v in values.items() if self.chance.random() < .5}
        change = ({"op": "replace", "value": values} if values
                  else {"op": "remove", "path": "nickName"})
        self.request("PATCH", "/Users/" + self.chance.choice(self.ids),
                     {"Operations": [change]})

    def change(self):
        """Something happens, to a person or to a row."""
        kind, row = self.chance.random(), self.chance.randrange(1, 9)
        if kind < .45 or not self.ids:
            self.create()
        elif kind < .7:
            self.patch()
        elif kind < .8:
            self.request("DELETE", "/Users/" + self.chance.choice(self.ids))
        elif kind < .9:
            self.db.execute("UPDATE learner SET name = ?, alias = ?"
                            " WHERE id = ?", (
                                self.chance.choice(NAMES),
                                self.chance.choice(NAMES + [None]), row))
        elif kind < .95:
            self.db.execute("DELETE FROM learner WHERE id = ?", (row,))
        else:
            self.add_row(None)

    def rows(self):
        """The table, by key."""
        return {row[0]: dict(zip(COLUMNS, row)) for row in self.db.execute(
            "SELECT %s FROM learner" % ", ".join(COLUMNS))}

    def preview(self):
        """What is foretold."""
        return self.db.execute("SELECT * FROM scim_map_preview('learner')"
                               ).fetchall()

    def foretold(self, rows, preview, links):
        """The rows with what is foretold; new ones have their keys by now."""
        new = {"status": None, "name": "x"}
        for person, key, decision, column, _, want, reason in preview:
            if decision == "create":
                key = links[person]
                if key not in rows:
                    rows[key] = {c: new.get(c) for c in COLUMNS}
                    rows[key]["id"] = key
            elif decision == "delete":
                rows.pop(key)
            elif decision == "link" and links[person] != key:
                return "%s has the row %s" % (person, links[person])
            if not column:
                continue
            if reason and reason.startswith("the key of the new row"):
                want = links[want]
            rows[key][column] = int(want) if column == "boss" and want else want
        return rows

    def round(self):
        """Changes, and the switch; what is wrong, or None, and whether it is
        over."""
        for _ in range(self.chance.randrange(12)):
            self.change()
        preview, rows = self.preview(), self.rows()
        refused = [row for row in preview if row[2] == "refuse"]
        try:
            self.db.execute("SELECT scim_map_switch('learner', 'on')").fetchall()
        except sqlite3.Error as error:
            return (None if refused else str(error)), True
        if refused:
            return "was to be refused: %s" % refused, True
        links = dict(self.db.execute("SELECT id, key FROM scim_link"))
        wanted, found = self.foretold(rows, preview, links), self.rows()
        if wanted != found:
            return "%s\n  not %s\n  by %s" % (found, wanted, preview), True
        left = [r for r in self.preview() if r[2] not in ("review", "ignore")]
        if left:
            return "is left: %s" % left, True
        if self.chance.random() < .5:
            self.db.execute("SELECT scim_map_switch('learner', 'off')"
                            ).fetchall()
        return None, False

    def run(self):
        """What is wrong, or None."""
        for _ in range(4):
            wrong, over = self.round()
            if wrong:
                return "%s\n  with %s" % (wrong, self.map)
            if over:
                break
        return None


def main():
    """All cases."""
    extension, cases, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first, first + cases):
        wrong = Case(extension, seed).run()
        if wrong:
            print("case %d: %s" % (seed, wrong))
            return
    print("as foretold")


main()
