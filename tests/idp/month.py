"""A month of Entra ID and of Okta: 1,000 people and 20 groups.

    tests/idp/month.sh [entra|okta]     SCIM_EXTENSION, SCIMD name the build

A generator keeps a directory (people, who is active, managers, groups, their
members) and changes it by chance, with a seed: every run sends the same. An
app tells scimd over HTTP what has changed, as tests/guides/entra.py and okta.py
have it. In the middle of the month the admin changes the dialect: Entra gets
the flag aadOptscim062020 (PATCH by the letter), Okta becomes an app of the
wizard (PUT of the whole). What differs between runs is only the ids that scimd
gives, and the order of members in a request, which is theirs.

After each cycle a stock SQLite, which never saw the extension, is asked

  - whether what is stored is what the directory has,
  - whether those have a new version who were changed, and nobody else,
  - and after a quiet cycle, whether any row of any table is another.

Two things are left out of that last question. scim_token.last_used is the log
of reads: it says when a token was last seen. And where the quiet cycle sends
again what is there already, rows of scim_log without an action, which tell of
an attempt that changed nothing, and scim_chain, which names the last of them.

The databases are in memory where there is such a folder: this is about what is
stored, and 2,500 writes that each wait for a disk take half a minute.
"""
import concurrent.futures
import contextlib
import hashlib
import json
import os
import random
import sqlite3
import sys
import tempfile
import urllib.parse
import uuid

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [HERE, os.path.join(os.path.dirname(HERE), "guides")]
import entra
from client import ENTERPRISE
from faces import Http
from okta import DEFAULT as OKTA, Okta

# A checker of memory is twenty times as slow, and a share is a share of people.
PEOPLE = 100 if {"SANITIZED", "VALGRIND"} & set(os.environ) else (
    1000 // int(os.environ.get("SHARE") or 1))
GROUPS = 20
TOGETHER = 20       # look-ups joined by "or", members taken out by one filter
SEED = 20260827
MEMORY = "/dev/shm"
TITLES = ("Engineer", "Nurse", "Driver", "Clerk", "Cook", "Rådgiver")
FAMILIES = ("Dahl", "O'Brien", "Smith+Jones", "Åsen", "Nuñez", "#1 \"Ace\"")
STORED = """
SELECT r.type, r.id, r.version,
       coalesce(r.doc ->> '$.userName', r.doc ->> '$.displayName'),
       json_array(json(iif(r.doc ->> '$.active', 'true', 'false')),
         r.doc ->> '$.displayName', r.doc ->> '$.name.familyName',
         r.doc ->> '$.title', r.doc ->> '$.emails[0].value',
         r.doc ->> '$."{0}".department', r.doc ->> '$."{0}".employeeNumber',
         (SELECT m.doc ->> '$.userName' FROM scim_resource AS m
           WHERE m.id = r.doc ->> '$."{0}".manager.value'))
  FROM scim_resource AS r""".format(ENTERPRISE)
MEMBERS = """
SELECT g.doc ->> '$.displayName', u.doc ->> '$.userName'
  FROM scim_member AS m
  JOIN scim_resource AS g ON g.resource = m."group"
  LEFT JOIN scim_resource AS u ON u.id = m.value"""


class Person:
    """Somebody of the directory."""

    def __init__(self, number, chance):
        self.login = "p%d.%s@example.com" % (
            number, chance.choice(("ann", "bo", "cy+x", "d'arc", "zoë")))
        self.given, self.family = "Given%d" % number, chance.choice(FAMILIES)
        self.title = chance.choice(TITLES)
        self.department = "D%d" % chance.randrange(30)
        self.number, self.manager, self.active = number, None, True

    def row(self):
        """As STORED has it."""
        manager = self.manager.login if self.manager else None
        return [self.active, self.given + " " + self.family, self.family,
                self.title, self.login, self.department, str(self.number),
                manager]


class Group:
    def __init__(self, number, members):
        self.name, self.number = "Group %d" % number, number
        self.members = set(members)


# ---------------------------------------------------------------------------
# What tells scimd

class EntraApp:
    """Entra ID: the directory is changed, and a cycle tells it."""
    name_in_groups = False

    def __init__(self, http):
        ids = random.Random(SEED)
        entra.new_id = lambda: str(uuid.UUID(int=ids.getrandbits(128),
                                             version=4))
        self.entra = entra.Entra(http.variables["base"],
                                 http.variables["token"])
        self.client, self.people, self.groups = self.entra.client, {}, {}

    def attributes(self, person):
        return {"userPrincipalName": person.login, "mail": person.login,
                "displayName": person.given + " " + person.family,
                "givenName": person.given, "surname": person.family,
                "jobTitle": person.title, "department": person.department,
                "mailNickname": "p%d" % person.number, "city": "Oslo",
                "employeeId": str(person.number), "mobile": "+47 1"}

    def hire(self, person):
        new = self.attributes(person)
        self.people[person] = self.entra.hire(new.pop("userPrincipalName"),
                                              **new)

    def change(self, person, _old):
        manager = person.manager
        self.people[person].move(**self.attributes(person))
        self.people[person].manager = self.people[manager] if manager else None

    def switch(self, person):
        move = self.entra.assign if person.active else self.entra.unassign
        move(self.people[person])

    def purge(self, person):
        gone = self.people[person]
        gone.soft_deleted = gone.purged = True

    def group(self, group):
        self.groups[group] = self.entra.group(group.name)
        self.regroup(group, group.members, ())

    def regroup(self, group, _add, _remove):
        self.groups[group].members = [self.people[p] for p in group.members]

    def rename(self, group, _old):
        self.groups[group].name = group.name

    def close(self, group):
        self.groups[group].deleted = True

    def tell(self):
        """A cycle. What was refused, and what was done."""
        run = self.entra.cycle()
        return run.failed, str(run)

    def quiet(self):
        """A cycle of an idle day: the button, and a cycle without changes."""
        status, found = self.entra.test_connection()
        return (status, found, *self.tell()) == (200, 0, [], "nothing")

    def again(self, people, groups):
        """The state is cleared, and the next cycle finds everybody anew: it
        looks them up, and writes managers and members once more."""
        for person in people:
            known = self.people[person]
            known.id, known.sent, known.sent_manager = None, {}, None
        for group in groups:
            known = self.groups[group]
            known.id, known.sent_members = None, set()
        return self.tell() == ([], "%d linked" % len(people))

    def other_dialect(self):
        self.entra.flag = True

    def id_of(self, person):
        return self.people[person].id

    def group_id(self, group):
        return self.groups[group].id


class OktaApp:
    """Okta acts at once; `tell` says what has been refused since."""
    name_in_groups = True       # "display" of a member, when it is pushed

    def __init__(self, http):
        mapping = OKTA + ((ENTERPRISE + ":department", "department"),
                          (ENTERPRISE + ":employeeNumber", "number"),
                          (ENTERPRISE + ":manager", "manager"))
        self.okta = Okta(http.variables["base"], http.variables["token"],
                         mapping)
        self.client, self.refused = self.okta.client, []

    def note(self, status):
        if status not in (200, 201, 204):
            self.refused.append(status)

    def profile(self, person):
        manager = person.manager
        return {"login": person.login, "email": person.login,
                "displayName": person.given + " " + person.family,
                "firstName": person.given, "lastName": person.family,
                "title": person.title, "department": person.department,
                "number": str(person.number),
                "manager": {"value": self.id_of(manager) if manager else ""}}

    def hire(self, person):
        self.note(self.okta.assign(self.profile(person)))

    def change(self, person, old):
        if old not in self.okta.ids:
            return          # is hired, with all that has been changed
        self.okta.ids[person.login] = self.okta.ids.pop(old)
        self.note(self.okta.update(self.profile(person)))

    def switch(self, person):
        if person.active:   # assigned again: found, and updated
            self.note(self.okta.assign(self.profile(person)))
        else:
            self.note(self.okta.unassign({"login": person.login}).status)

    def group(self, group):
        self.note(self.okta.push(group.name))
        self.regroup(group, group.members, ())

    def regroup(self, group, add, remove):
        """Who leaves a group of the wizard does by the list of who stays."""
        if self.okta.wizard:
            self.push(group)
        else:
            self.note(self.okta.change(
                group.name, sorted(p.login for p in add),
                sorted(p.login for p in remove)))

    def rename(self, group, old):
        self.note(self.okta.rename(old, group.name))

    def close(self, group):
        self.note(self.okta.delete(group.name))

    def tell(self):
        refused, self.refused = self.refused, []
        return refused, None

    def push(self, group):
        """Push now: all members, by the names that they have now."""
        self.note(self.okta.push_now(
            group.name, sorted(p.login for p in group.members)))

    def quiet(self):
        """The import of an idle day: a page of each."""
        return self.okta.test_connection() == (200, 200)

    def again(self, people, groups):
        """Force sync: one in ten is written whole, as it is, or activated
        once more; every group is pushed, and called as it is called."""
        for person in people[::10]:
            self.note(self.okta.update(self.profile(person), active=True))
        for group in groups:
            self.push(group)
            self.note(self.okta.rename(group.name, group.name))
        return self.tell()[0] == []

    def other_dialect(self):
        self.okta.wizard = True

    def id_of(self, person):
        return self.okta.ids[person.login]

    def group_id(self, group):
        return self.okta.ids[group.name]


# ---------------------------------------------------------------------------
# The month

class Month:
    """The directory, the app that tells of it, and what is checked."""

    def __init__(self, name, app, database):
        self.name, self.app, self.database = name, app, database
        self.chance = random.Random(SEED)
        self.people, self.groups, self.hired = [], [], 0
        self.touched, self.versions, self.lines = set(), {}, []

    def check(self, sentence, got, want):
        self.lines.append("%sok - %s: %s" % ("" if got == want else "not ",
                                             self.name, sentence))
        if got != want:
            self.lines += ["  got:  " + str(got)[:900],
                           "  want: " + str(want)[:900]]

    # ---- Changes of the directory

    def pick(self, number, fits=lambda person: True):
        return self.chance.sample([p for p in self.people if fits(p)], number)

    def hire(self, number):
        new = []
        for _ in range(number):
            self.hired += 1
            new.append(Person(self.hired, self.chance))
        for person in new:
            self.people.append(person)
            self.touched.add(person)
            self.app.hire(person)
        return new

    def change(self, person, **values):
        old, row = person.login, person.row()
        for name, value in values.items():
            setattr(person, name, value)
        assert person.row() != row
        self.touched.add(person)
        self.app.change(person, old)
        for group in self.groups if self.app.name_in_groups else ():
            if person in group.members and person.login != old:
                self.touched.add(group)
                self.app.push(group)

    def switch(self, people, active):
        for person in people:
            person.active = active
            self.touched.add(person)
            self.app.switch(person)

    def purge(self, people):
        """They go out of their groups, which are other groups then."""
        for person in people:
            self.people.remove(person)
            for group in self.groups:
                if person in group.members:
                    group.members.remove(person)
                    self.touched.add(group)
            for other in self.people:
                assert other.manager is not person
            self.app.purge(person)

    def regroup(self, group, add=(), remove=()):
        group.members = (group.members | set(add)) - set(remove)
        self.touched.add(group)
        self.app.regroup(group, add, remove)

    def open(self, number, members):
        group = Group(number, members)
        self.groups.append(group)
        self.touched.add(group)
        self.app.group(group)

    def rename(self, group, name):
        old, group.name = group.name, name
        self.touched.add(group)
        self.app.rename(group, old)

    def close(self, group):
        self.groups.remove(group)
        self.app.close(group)

    # ---- What is stored

    @contextlib.contextmanager
    def stock(self):
        with contextlib.closing(sqlite3.connect(self.database)) as link:
            yield link

    def stored(self):
        """People and groups by name, members, and versions by id."""
        with self.stock() as link:
            rows = link.execute(STORED).fetchall()
            members = link.execute(MEMBERS).fetchall()
        people = {row[3]: json.loads(row[4]) for row in rows
                  if row[0] == "User"}
        groups = {row[3]: [] for row in rows if row[0] == "Group"}
        for group, member in members:
            groups[group].append(member)
        return (people, {name: sorted(all, key=str) for name, all in
                         groups.items()}, {row[1]: row[2:4] for row in rows},
                len(rows))

    def digest(self, attempts):
        """A digest of each table; `attempts` leaves out attempts that changed
        nothing."""
        with self.stock() as link:
            tables = [row[0] for row in link.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' "
                "AND name LIKE 'scim\\_%' ESCAPE '\\'")
                if not (attempts and row[0] == "scim_chain")]
            return {table: self.digest_of(link, table, attempts)
                    for table in tables}

    @staticmethod
    def digest_of(link, table, attempts):
        columns = [row[1] for row in link.execute(
            'PRAGMA table_info("%s")' % table)]
        if table == "scim_token":
            columns.remove("last_used")
        where = " WHERE action IS NOT NULL" if attempts and \
            table == "scim_log" else ""
        rows = link.execute('SELECT "%s" FROM "%s"%s' % (
            '", "'.join(columns), table, where)).fetchall()
        return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()

    # ---- Cycles

    def told(self, cycle, done=None):
        """Ends a cycle in which something changed: nothing was refused, all is
        stored, and only what was changed has a new version."""
        refused, what = self.app.tell()
        self.check("%s: nothing is refused" % cycle, refused, [])
        if what is not None and done:
            self.check("%s: it is what was to be done" % cycle, what, done)
        self.compare(cycle)

    def compare(self, cycle):
        people, groups, versions, count = self.stored()
        want = {person.login: person.row() for person in self.people}
        self.check("%s: the %d people are stored" % (cycle, len(want)),
                   differing(people, want), [])
        want = {group.name: sorted(p.login for p in group.members)
                for group in self.groups}
        self.check("%s: the %d groups, and %d members" % (
            cycle, len(want), sum(len(all) for all in want.values())),
            differing(groups, want), [])
        new = {name for id, (version, name) in versions.items()
               if self.versions.get(id, (0,))[0] != version}
        names = {getattr(it, "login", None) or it.name for it in self.touched}
        self.check("%s: nobody is there twice" % cycle, count,
                   len(people) + len(groups))
        self.check("%s: %d have a new version, and nobody else"
                   % (cycle, len(names)), sorted(new ^ names), [])
        self.versions, self.touched = versions, set()

    def quiet(self, cycle, run, attempts=False):
        """A cycle without a change writes nothing."""
        before = self.digest(attempts)
        self.check("%s: all is well" % cycle, run(), True)
        self.check("%s: no row of %d tables is another" % (cycle, len(before)),
                   differing(self.digest(attempts), before), [])

    def again(self, cycle):
        self.quiet(cycle, lambda: self.app.again(
            [p for p in self.people if p.active], self.groups), True)
        self.compare(cycle)


def differing(got, want):
    """What two dictionaries do not have alike."""
    return [(key, got.get(key), want.get(key))
            for key in sorted(got.keys() | want.keys())
            if got.get(key) != want.get(key)]


# ---- Look-ups

def get(client, path, **parameters):
    reply = client.send("GET", path + "?" + urllib.parse.urlencode(parameters))
    return reply.body if reply.status == 200 else {"status": reply.status}


def look_up(month):
    """Of each group 20 members by one filter, by id and by name."""
    wrong, client = [], month.app.client
    for number, group in enumerate(month.groups):
        some = month.chance.sample(sorted(
            group.members, key=lambda p: p.login), TOGETHER)
        name = "userName" if number % 2 else "id"
        literals = [json.dumps(p.login if number % 2 else month.app.id_of(p),
                               ensure_ascii=False) for p in some]
        found = get(client, "/Users", attributes="userName", filter=" or ".join(
            "%s eq %s" % (name, literal) for literal in literals))
        if sorted(user["userName"] for user in found.get("Resources", ())) != \
                sorted(p.login for p in some) or \
                found["totalResults"] != TOGETHER:
            wrong.append((group.name, found))
    return wrong or True


def references(month):
    """Is somebody in a group? Entra asks so before it writes: 20 who are, and
    20 who are not, in either order of the terms."""
    wrong, client = [], month.app.client
    for number, group in enumerate(month.groups):
        other = next(p for p in month.people if p not in group.members)
        for person, want in ((min(group.members, key=lambda p: p.login), 1),
                             (other, 0)):
            terms = ['id eq "%s"' % month.app.group_id(group),
                     'members eq "%s"' % month.app.id_of(person)]
            found = get(client, "/Groups", attributes="id",
                        filter=" and ".join(terms[::-1 if number % 2 else 1]))
            if found.get("totalResults") != want:
                wrong.append((group.name, person.login, found))
    return wrong or True


def imported(month):
    """All people and groups, page by page, as Okta reads them."""
    seen = {}
    for endpoint, name in (("/Users", "userName"), ("/Groups", "displayName")):
        start, page = 1, {"totalResults": 1}
        while start <= page["totalResults"]:
            page = get(month.app.client, endpoint, startIndex=start, count=100)
            for item in page["Resources"]:
                assert item[name] not in seen, item[name] + " comes twice"
                seen[item[name]] = sorted(
                    member["value"] for member in item.get("members", ())) \
                    if endpoint == "/Groups" else item["active"]
            start += len(page["Resources"])
    want = {person.login: person.active for person in month.people}
    want.update({group.name: sorted(map(month.app.id_of, group.members))
                 for group in month.groups})
    return differing(seen, want) or True


def take_out(month, cycle):
    """20 members of a group, by one filter."""
    group = month.groups[0]
    gone = month.chance.sample(sorted(group.members, key=lambda p: p.login),
                               TOGETHER)
    ids = " or ".join('value eq "%s"' % month.app.id_of(p) for p in gone)
    reply = month.app.client.send("PATCH", "/Groups/" + month.app.group_id(
        group), {"Operations": [{"op": "remove", "path": "members[%s]" % ids}]})
    month.check("%s: it is done" % cycle, reply.status // 100, 2)
    month.regroup(group, remove=gone)
    month.told(cycle)


# ---- What happens

def initial(month):
    """1,000 people, every fourth of them with a manager, in 20 groups: a big
    one, and others of 30 to 80."""
    people = month.hire(PEOPLE)
    for person in people[1::4]:
        month.change(person, manager=people[0])
    month.open(0, people[:PEOPLE * 6 // 10])
    for number in range(1, GROUPS):
        month.open(number, month.pick(month.chance.randint(30, 80)))
    month.told("initial", "%d created" % PEOPLE)


def incremental(month, cycle):
    """2 % of the people: other titles and departments, names, managers; a few
    new ones, who join groups, and a few who leave them. These are active: an
    app whose state was cleared knows of no member who is disabled."""
    some = month.pick(13, lambda p: p.active and p is not month.people[0])
    for person in some[:10]:
        month.change(person, title=person.title + " II", department="New")
    for person in some[10:]:
        month.change(person, login="new." + person.login)
    others = [p for p in month.people[1:] if p.active and p not in some]
    for manager, number in ((month.people[0], 2), (None, 1)):
        for person in month.chance.sample(
                [p for p in others if p.manager is not manager], number):
            month.change(person, manager=manager)
            others.remove(person)
    new = month.hire(4)
    for group in month.chance.sample(month.groups, 5):
        inside = sorted((p for p in group.members if p.active),
                        key=lambda p: p.login)
        month.regroup(group, new, month.chance.sample(inside, 2))
    month.told(cycle, "4 created 13 updated")


def first_half(month):
    initial(month)
    month.quiet("quiet", month.app.quiet)
    month.quiet("look-ups", lambda: look_up(month))
    month.quiet("references", lambda: references(month))
    incremental(month, "incremental")
    month.switch(month.pick(15, lambda p: p is not month.people[0]), False)
    month.told("disable", "15 disabled")
    month.again("all once more")


def second_half(month):
    month.app.other_dialect()
    incremental(month, "incremental, other dialect")
    off = [person for person in month.people if not person.active]
    month.switch(off[:8], True)
    month.told("restore", "8 restored")
    month.switch(month.pick(5, lambda p: p.active and p is not
                            month.people[0]), False)
    month.told("disable, other dialect", "5 disabled")
    take_out(month, "20 members go")
    if month.name == "entra":   # Okta deletes nobody
        month.purge([p for p in month.people if not p.active][:6])
        month.told("hard delete", "6 deleted")
    first, second = month.groups[1:3]
    name = first.name
    month.rename(first, "Økonomi")
    month.rename(second, name)
    month.told("renames")
    month.close(month.groups[3])
    month.told("a group goes")
    month.again("all once more, other dialect")
    month.quiet("quiet in the end", month.app.quiet)
    month.quiet("look-ups in the end", lambda: look_up(month))
    month.quiet("import", lambda: imported(month))


def play(name):
    """The lines of a month."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        http = Http(folder)
        app = (EntraApp if name == "entra" else OktaApp)(http)
        month = Month(name, app, http.database)
        try:
            first_half(month)
            second_half(month)
            with month.stock() as link:
                month.check("the file is whole", link.execute(
                    "PRAGMA integrity_check").fetchall(), [("ok",)])
        except Exception as error:  # a month that does not end has failed
            month.check("it is played to the end", repr(error), "")
        finally:
            http.close()
    return month.lines


def main(names):
    names = names or ["entra", "okta"]
    with concurrent.futures.ProcessPoolExecutor(len(names)) as pool:
        lines = [line for all in pool.map(play, names) for line in all]
    print("\n".join(lines))
    failed = sum(line.startswith("not ok ") for line in lines)
    passed = sum(line.startswith("ok ") for line in lines)
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
