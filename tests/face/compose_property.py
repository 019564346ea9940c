"""Rows put over documents of chance, by columns of chance about elements of a
list: a row that is put once more changes nothing, each value of it is there, an
element that the row says nothing of stays as it is, and a row of what stands in
the document changes nothing.

    python3 compose_property.py EXTENSION CASES SEED
"""
import json
import random
import sqlite3
import sys

FILTERS = {"": None, '[type eq "work"]': {"type": "work"},
           '[type eq "home"]': {"type": "home"}}
PARTS = ["value", "display"]


def fits(path, element, used):
    """Is the element one of those that the columns of the path are about?"""
    if path:
        return element.get("type") == FILTERS[path]["type"]
    return not any(other and fits(other, element, used) for other in used)


def element(pick):
    found = {"value": pick("abc"), "display": pick("xyz"), "primary": True,
             "type": pick(["work", "home", "other"])}
    return {name: found[name] for name in found if pick([0, 1])}


class Case:
    def __init__(self, db, seed):
        chance = random.Random(seed)
        pick = self.pick = chance.choice
        self.db = db
        self.emails = [one for one in (element(pick)
                                       for _ in range(pick(range(6)))) if one]
        self.used = [path for path in FILTERS if pick([0, 1])]
        self.names = {path: [part for part in PARTS if pick([0, 1, 1])]
                      or ["value"] for path in self.used}

    def put(self, cells, emails):
        names = {"emails%s.%s" % name: cells[name] for name in cells}
        doc = json.loads(self.db.execute(
            "SELECT scim_document('User', ?, ?)",
            (json.dumps(names), json.dumps({"emails": emails}))).fetchone()[0])
        return doc.get("emails", [])

    def cells(self, cell):
        return {(path, part): cell(path, part)
                for path in self.used for part in self.names[path]}

    def read(self, path, part):
        """What an export has."""
        for one in self.emails:
            if fits(path, one, self.used):
                return one.get(part, "")
        return ""

    def lacks(self, cells, after):
        """A value of the row that is not there."""
        for (path, part), cell in cells.items():
            if cell and not any(fits(path, one, self.used) and
                                one.get(part) == cell for one in after):
                return "%s.%s" % (path, part)
        return None

    def check(self):
        cells = self.cells(lambda *_: self.pick(["", "", "new", None]))
        after = self.put(cells, self.emails)
        again = self.put(cells, after)
        spared = [one for one in self.emails
                  if not any(fits(path, one, self.used) for path in self.used)]
        read = self.cells(self.read)
        same = self.put(read, self.emails)
        if again != after:
            return "%s over %s: %s, then %s" % (cells, self.emails, after,
                                                again)
        if self.lacks(cells, after):
            return "%s over %s: %s lacks %s" % (
                cells, self.emails, after, self.lacks(cells, after))
        if any(one not in after for one in spared):
            return "%s over %s: %s" % (cells, self.emails, after)
        if same != self.emails:
            return "%s, read from %s: %s" % (read, self.emails, same)
        return None


def main():
    extension, cases, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("SELECT scim_init()")
    for seed in range(first, first + cases):
        found = Case(db, seed).check()
        if found:
            print("SCIM_SEED=%d: %s" % (seed, found))
            return
    print("the same")


main()
