"""The database held against what clients were told, and against itself.

Nobody has the file open meanwhile but sqlite3. What is found becomes what the
ledgers know, so that each loss is told once, and the next round begins with
nothing that is in doubt.
"""

import json
import sqlite3
import subprocess
from collections import Counter

from clients import Thing, user_state


class Found:
    """What is in the file, read without the extension."""

    def __init__(self, path):
        db = sqlite3.connect(path, timeout=30)
        self.states = {}
        self.modified = {}
        rows = db.execute("SELECT id, type, doc, modified FROM scim_resource")
        for identifier, kind, doc, modified in rows:
            doc = json.loads(doc)
            self.states[identifier] = (user_state(doc) if kind == "User"
                                       else doc["displayName"])
            self.modified[identifier] = modified
        self.members = {}
        rows = db.execute('SELECT r.id, m.value FROM scim_member AS m'
                          ' JOIN scim_resource AS r ON r.resource = m."group"')
        for group, member in rows:
            self.members.setdefault(group, set()).add(member)
        self.changes = Counter(identifier for identifier, in db.execute(
            "SELECT id FROM scim_log WHERE action IS NOT NULL"))
        db.close()


def check_sound(path, extension, tally):
    """The rules of sound.sql."""
    with open("tests/soak/sound.sql", encoding="utf-8") as file:
        rules = file.read()
    done = subprocess.run(
        ["sqlite3", "-batch", path, "-cmd", ".timeout 30000",
         "-cmd", f".load {extension}"],
        input=rules, capture_output=True, text=True, check=False)
    if done.returncode or done.stderr:
        tally.complain(f"sound.sql: {done.stderr.strip()}")
    lines = done.stdout.strip().splitlines()
    if len(lines) < rules.count("\nSELECT '"):
        tally.complain(f"sound.sql says only {lines}")
    for line in lines:
        sentence, count = line.rsplit("|", 1)
        if count != "0":
            tally.complain(f"{sentence}: {count} are not so")


def check_thing(thing, found, tally):
    """One that is in a ledger. It is settled afterwards."""
    actual = found.states.get(thing.id)
    if actual not in thing.states:
        field = "ghosts" if thing.states == [None] else "lost"
        tally.add(field)
        tally.complain(f"{field}: {thing.id} is {actual}, want {thing.states}")
    changes = found.changes[thing.id]
    if not thing.changes <= changes <= thing.changes + thing.unsure:
        tally.add("lost" if changes < thing.changes else "ghosts")
        tally.complain(f"{thing.id} has {changes} changes in the log, want "
                       f"{thing.changes} and perhaps {thing.unsure} more")
    members = found.members.get(thing.id, set())
    if actual is not None and (members ^ thing.members) - thing.maybe:
        tally.add("lost")
        tally.complain(f"members of {thing.id}: {sorted(members)}, want "
                       f"{sorted(thing.members)}, not sure {sorted(thing.maybe)}")
    thing.states, thing.changes, thing.unsure = [actual], changes, 0
    thing.members, thing.maybe = set(members), set()
    thing.modified = max(thing.modified, found.modified.get(thing.id, ""))


def adopt(ledger, found, strangers, tally):
    """What was sent and never answered: all of a request, or nothing of it."""
    by_name = {}
    for identifier in strangers:
        state = found.states[identifier]
        by_name[state[0] if isinstance(state, tuple) else state] = identifier
    for states in ledger.pending:
        there = [by_name[state[0]] for state in states if state[0] in by_name]
        if there and len(there) < len(states):
            tally.add("ghosts")
            tally.complain(f"half of a request: {there} of {states}")
        for state, identifier in zip(states, there):
            strangers.discard(identifier)
            actual = found.states[identifier]
            if len(state) > 2 and actual != state:
                tally.add("ghosts")
                tally.complain(f"{identifier} is {actual}, want {state}")
            things = ledger.users if len(state) > 2 else ledger.groups
            things[identifier] = Thing(identifier, actual,
                                       found.members.get(identifier, ()))
            things[identifier].changes = found.changes[identifier]
    ledger.pending = []


def check_ledgers(path, ledgers, tally):
    """Acknowledged against present."""
    found = Found(path)
    strangers = set(found.states)
    for ledger in ledgers:
        for thing in [*ledger.users.values(), *ledger.groups.values()]:
            check_thing(thing, found, tally)
            strangers.discard(thing.id)
    for ledger in ledgers:
        adopt(ledger, found, strangers, tally)
    for identifier in strangers:
        tally.add("ghosts")
        tally.complain(f"ghost: {identifier}: {found.states[identifier]}")


def check_backup(path, extension, wanted, tally):
    """A copy is as sound as the file, and has what was there when it began."""
    check_sound(path, extension, tally)
    missing = wanted - set(Found(path).states)
    if missing:
        tally.add("lost", len(missing))
        tally.complain(f"{path} is without {sorted(missing)[:5]}")
