"""The random cases of import_property.sh:

    import_property.py EXTENSION SCIMD CASES SEED

A case is a database, of a tenant who may be strict, and some files of chance
for it. Each file goes through scimd import --dry-run, through scim_preview as a
table of the same texts, and through scimd import itself; what became of each
row, and who was deactivated, must be the same for all three. Prints "the same"
and which of them there were, or the first file that differs.
"""
import collections
import csv
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
WORDS = ["", "", "a", "B", "é \"q\", z", "7", "true"]
# Columns and what may be in them; those of one line are never together.
COLUMNS = [
    {"title": WORDS},
    {"active": ["", "true", "TRUE", "1", "false", "False", "0"]},
    {"name.givenName": WORDS,
     "name": ["", '{"givenName":"G"}', '{"familyName":"F"}']},
    {'emails[type eq "work"].value': ["", "w@x", "W@x"],
     "emails": ["", "e@x", '[{"value":"e@x","type":"work","display":"E"}]']},
    {"phoneNumbers.value": ["", "1", "2"]},
    {'addresses[type eq "work" and primary eq true].locality': WORDS},
    {'addresses[type eq "home"].locality': WORDS},
    {ENTERPRISE + ":department": WORDS},
    {"manager.value": ["", "m1", "m2"], "manager": ["", "m1"]},
    {"roles": ["", "r", '["r","s"]', '[{"value":"r","primary":true}]']},
    {"password": ["", "p"]},
]
BAD = {"active": "perhaps", "manager": "[1]", "name": "none"}


class Case:
    """One database."""

    def __init__(self, extension, scimd, folder, seed):
        self.chance = random.Random(seed)
        self.scimd, self.counts = scimd, collections.Counter()
        self.rows = []
        self.path = os.path.join(folder, "%d.db" % seed)
        self.file = os.path.join(folder, "%d.csv" % seed)
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)
        self.db.execute("SELECT scim_init()")
        if self.chance.random() < .4:
            self.db.execute("UPDATE scim_tenant SET settings = ?",
                            ('{"preset":"rfc"}',))
        for number in range(8):
            self.create(number)

    def create(self, number):
        """Somebody who was there before."""
        body = {"userName": self.name("k%d" % number), "externalId":
                "k%d" % number, "active": self.chance.random() < .7,
                "title": "a", "name": {"givenName": "G", "familyName": "F"},
                "emails": [{"type": "work", "value": "w@x", "display": "W"},
                           {"type": "home", "value": "h@x"}]}
        if self.chance.random() < .5:
            body[ENTERPRISE] = {"department": "a", "manager": {"value": "m1"}}
        self.db.execute("SELECT scim_apply('POST', '/Users', ?)",
                        (json.dumps(body),)).fetchone()

    @staticmethod
    def name(key):
        """A userName for an externalId, which has a case."""
        return "u" + key.encode().hex()

    def write(self):
        """A file of chance; leaves columns, rows, and by what they match."""
        pick = self.chance.choice
        self.match = pick(["userName", "userName", "externalId"])
        self.columns = ["userName"] + ["externalId"] * (
            self.match == "externalId")
        for group in COLUMNS:
            if self.chance.random() < .5:
                self.columns.append(pick(sorted(group)))
        values = {name: texts for group in COLUMNS
                  for name, texts in group.items()}
        self.rows = []
        for _ in range(self.chance.randrange(1, 14)):
            key = pick("kkkkK") + str(self.chance.randrange(12))
            row = {name: pick(values[name]) for name in self.columns
                   if name in values}
            if self.chance.random() < .1:
                row.update((k, v) for k, v in BAD.items() if k in row)
            row["externalId"], row["userName"] = key, self.name(key)
            if self.match == "userName" and self.chance.random() < .2:
                row["userName"] = row["userName"].upper()
            if self.chance.random() < .02:
                row[self.match] = ""
            self.rows.append([row[name] for name in self.columns])
        with open(self.file, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([self.columns] + self.rows)

    def command(self, *more):
        """The lines of scimd import, and whether nobody could be missing."""
        done = subprocess.run(
            [self.scimd, "import", self.file, "--db", self.path, "--type",
             "User", "--match", self.match, "--deactivate-missing", *more],
            capture_output=True, text=True, check=False)
        return (done.stdout.splitlines() or [done.stderr],
                "nobody is" in done.stderr)

    def keys(self):
        """The keys of the rows, as they are written."""
        return [row[self.columns.index(self.match)] for row in self.rows]

    def named(self, failed, said, missing, unknown):
        """What became of each row, and of who was missing. A key has but one
        row that did not fail."""
        rows = [(key, "refuse" if at in failed else said.get(key, "same"))
                for at, key in enumerate(self.keys())]
        return rows, sorted(missing), unknown

    def dry(self):
        """By scimd import --dry-run."""
        lines, unknown = self.command("--dry-run")
        failed, said, missing = set(), {}, []
        words = {"created": "create", "changed": "update"}
        for line in lines[:-1]:
            word, key = line.split("\t")[:2]
            if word == "failed":
                failed.add(int(key.split()[1]) - 2)
            elif word == "deactivated":
                missing.append(key)
            else:
                said[key] = words[word]
        return self.named(failed, said, missing, unknown)

    def preview(self):
        """By scim_preview."""
        quoted = ", ".join('"%s" TEXT' % name.replace('"', '""')
                           for name in self.columns)
        self.db.execute("DROP TABLE IF EXISTS temp.hr")
        self.db.execute("CREATE TEMP TABLE hr (%s)" % quoted)
        self.db.executemany("INSERT INTO hr VALUES (%s)"
                            % ", ".join("?" * len(self.columns)), self.rows)
        names = {row[0]: name for name, row in self.people().items()}
        found = self.db.execute(
            "SELECT action, id FROM scim_preview('User', 'SELECT * FROM hr')"
            " WHERE match = ? AND deactivate_missing = 1",
            (self.match,)).fetchall()
        rows = [(key, row[0]) for key, row in zip(self.keys(), found)]
        rest = found[len(rows):]
        return (rows, sorted(names[row[1]] for row in rest
                             if row[0] == "deactivate"),
                [row[0] for row in rest] == ["refuse"])

    def people(self):
        """id, key and document by userName."""
        return {row[1]: (row[0], row[2], row[3]) for row in self.db.execute(
            "SELECT id, doc ->> 'userName', doc ->> ?, doc FROM scim_resource",
            (self.match,))}

    def real(self):
        """By scimd import, from what is another afterwards."""
        before = self.people()
        lines, unknown = self.command()
        old = {row[0]: row for row in before.values()}
        failed, said, missing = self.failures(), {}, []
        named = {key.lower() if self.match == "userName" else key
                 for key in self.keys()}
        for name, (number, key, doc) in self.people().items():
            was = old.get(number)
            if was and was[2] == doc:
                continue
            if (key.lower() if self.match == "userName" else key) in named:
                said[key] = "update" if was else "create"
            else:
                missing.append(name)
        wanted = "created %d, changed %d, " % (
            list(said.values()).count("create"),
            list(said.values()).count("update"))
        if not lines[-1].startswith(wanted):
            return lines, wanted, unknown
        return self.named(failed, said, missing, unknown)

    def failures(self):
        """The numbers of the rows that are in the file of failures, which has
        them in their order."""
        path, failed, at = self.file[:-4] + ".failures.csv", set(), 0
        if not os.path.exists(path):
            return failed
        with open(path, newline="", encoding="utf-8") as file:
            for row in list(csv.reader(file))[1:]:
                # Of two rows that are the same the later one is refused.
                same = [i for i in range(len(self.rows)) if i not in failed
                        and self.rows[i] == row[1:]]
                at = same[-1] if row[0].startswith("a row before") else same[0]
                failed.add(at)
        os.remove(path)
        return failed

    def round(self):
        """What is wrong with one file, or None. It may be that of before."""
        if not self.rows or self.chance.random() < .6:
            self.write()
        dry, preview = self.dry(), self.preview()
        real, again = self.real(), self.preview()
        if not dry == preview == real:
            return "\n  dry     %s\n  preview %s\n  import  %s\n  of %s %s" % (
                dry, preview, real, self.columns, self.rows)
        left = [row for row in again[0] if row[1] not in ("same", "refuse")]
        if left or again[1]:
            return "is left: %s %s of %s %s" % (left, again[1], self.columns,
                                                self.rows)
        self.counts.update(action for _, action in dry[0])
        self.counts.update(["deactivate"] * len(dry[1]))
        self.counts.update(["nobody"] * dry[2])
        return None


def main():
    """All cases."""
    extension, scimd = sys.argv[1], sys.argv[2]
    cases, first = int(sys.argv[3]), int(sys.argv[4])
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + cases):
            case = Case(extension, scimd, folder, seed)
            for _ in range(3):
                wrong = case.round()
                if wrong:
                    print("case %d: %s" % (seed, wrong))
                    return
            counts.update(case.counts)
            case.db.close()
    print("the same")
    print(" ".join(sorted(counts)))


main()
