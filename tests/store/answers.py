"""The random histories of answers.sh:

    answers.py EXTENSION CASES SEED

A case is a history of chance, in two tenants: people and groups come, change,
are put into groups and each other, are switched off and on, go and come again
with the same id, and now and then the log is pruned. Then every view that was
made anew for speed is compared with what it was before (answers_before.sql), by
EXCEPT both ways and by the number of rows, whole and by conditions; and the
names and addresses that are stored with those that the documents have. Prints "the same", or the first case that is not.
"""
import json
import os
import random
import sqlite3
import sys

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
VIEWS = ["name", "user", "email", "membership", "membership_effective",
         "history", "change", "sync", "group"]
REPORTS = ["active_without_manager", "department_changes", "empty_groups",
           "leavers", "reactivated", "user_group_changes", "last_sync",
           "duplicate_emails", "dangling_members", "group_as_of"]
TANGLED = ["membership", "membership_effective", "group"]
CONDITIONS = {
    "name": ["name='ann'", "id='u1'"],
    "user": ["user_name='ann'", "email='b@x'", "id='u1' AND tenant='a'"],
    "email": ["user_name='ann'", "user='u1'"],
    "membership": ["group_name='Sales'", "member='u1'", "tenant='b'",
                   "member_name='ann'", "member_name='D'",
                   "member_name IS NULL"],
    "membership_effective": ["group_name='Sales'", "group_id='g2'",
                             "member='u1'", "member='g1'", "member='nobody'",
                             "member_name='ann'", "member_name='D'",
                             "member_name='Sales' AND group_name='All'",
                             "tenant='b'", "tenant='a' AND member_name='bob'",
                             "tenant='a' AND member='u2'",
                             "member='u1' AND group_id='g3'"],
    "history": ["name='ann'", "seq>20", "time>'2026-01-03'", "token=1",
                "attribute='members'", "tenant='b'", "id='g1'", "name IS NULL"],
    "change": ["name='ann'", "seq>20", "time>'2026-01-03'", "token=2",
               "id='u1'", "name IS NULL"],
    "sync": ["tenant='a'", "token=1", "token IS NULL"],
    "group": ["display_name='Sales'", "id='g1'", "tenant='b'"],
    "empty_groups": ["group_id='g1'", "group_name='Sales'", "tenant='a'"],
    "leavers": ["user='u1'", "user_name='ann'", "tenant='a'",
                "time>'2026-01-03'"],
    "last_sync": ["tenant='a'", "label='b'"],
    "user_group_changes": ["user='u1'", "user_name='ann'", "tenant='b'",
                           "group_name='Sales'", "user_name IS NULL",
                           "user='u2' AND group_id='g1'",
                           "user='u3' AND time>'2026-01-02'"],
    "duplicate_emails": ["user='u1'", "user_name='ann'", "tenant='b'",
                         "email='a@x'"],
    "group_as_of": ["group_id='g1'", "group_name='Sales'", "tenant='b'",
                    "member='u1'", "member_name='ann'", "member_name='Sales'",
                    "member_name IS NULL", "member='nobody'",
                    "source='manual'", "since>'2026-01-03'"],
    "dangling_members": ["member='nobody'", "member_name='D'",
                         "member_name IS NULL", "group_name='Sales'",
                         "group_id='g1' AND tenant='a'", "tenant='b'",
                         "source='manual'"],
}
with open("sql/reports/group_as_of.sql") as text:
    REPORT = text.read()
STORED = """SELECT count(*) FROM scim_resource
 WHERE name IS DISTINCT FROM coalesce(doc ->> 'userName',
                                      iif(type <> 'User',
                                          doc ->> 'displayName', NULL))
    OR email IS DISTINCT FROM (SELECT b.email FROM before_user AS b
                                WHERE b.tenant = scim_resource.tenant
                                  AND b.id = scim_resource.id)"""


class Case:
    """One history."""

    def __init__(self, extension, seed):
        self.chance = random.Random(seed)
        self.minutes = 0
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)
        self.db.execute("SELECT scim_init()")
        self.callers = [{"authorization": "Bearer " + self.db.execute(
            "SELECT scim_token(?, ?, '{\"now\":\"2026-01-01\"}')",
            (tenant, tenant)).fetchone()[0]} for tenant in "ab"]
        self.callers += [{"tenant": "a"}, {"tenant": "b"}]
        for _ in range(self.chance.randrange(5, 50)):
            self.step()
            if self.chance.random() < 0.02:
                self.db.execute("SELECT scim_prune(?)", (self.now(),))

    def person(self):
        pick = self.chance.choice
        doc = {"userName": pick(["ann", "Ann", "bob", "ÉVA", "dan", "eve"])}
        if pick([0, 1]):
            doc["active"] = pick([True, True, False])
        if pick([0, 1]):
            doc["displayName"] = pick(["D", "E"])
        doc["emails"] = [
            {key: value for key, value in {
                "value": pick(["a@x", "b@x", "C@x", None]),
                "type": pick(["work", "Work", "home", None]),
                "primary": pick([None, None, False])}.items()
             if value is not None}
            for _ in range(pick([0, 1, 2, 3]))]
        if doc["emails"] and pick([0, 1]):
            doc["emails"][-1]["primary"] = True
        if pick([0, 1]):
            doc[ENTERPRISE] = {"department": pick(["R", "S"]), "manager":
                               {"value": pick(["u1", "u2", "nobody"])}}
        return doc

    def members(self):
        pick = self.chance.choice
        return [{"value": pick(["u1", "u2", "u3", "g1", "g2", "nobody"]),
                 "display": pick(["D", "E", None, None])}
                for _ in range(self.chance.randrange(3))]

    def now(self):
        return "2026-01-%02dT%02d:%02d:00Z" % (
            1 + self.minutes // 1440, self.minutes // 60 % 24,
            self.minutes % 60)

    def step(self):
        pick = self.chance.choice
        self.minutes += pick([0, 1, 5, 19, 20, 21, 400])
        options = dict(pick(self.callers))
        options["now"] = self.now()
        if "tenant" in options and pick([0, 1]):
            options["source"] = "manual"
        user, group = pick(["u1", "u2", "u3"]), pick(["g1", "g2", "g3"])
        patch = pick([
            {"op": "replace", "path": "active", "value": pick([True, False])},
            {"op": "replace", "path": ENTERPRISE + ":department",
             "value": pick(["R", "S", "T"])},
            {"op": "remove", "path": pick([ENTERPRISE + ":department",
                                           ENTERPRISE, "emails",
                                           "displayName"])},
            {"op": "add", "path": "emails", "value": self.person()["emails"]},
            {"op": "replace", "path": "userName", "value": pick(["ann", "z"])},
            {"op": "replace", "path": "name.givenName", "value": pick("xy")}])
        grouping = pick([
            {"op": "add", "path": "members", "value": self.members()},
            {"op": "remove", "path": 'members[value eq "%s"]' % user},
            {"op": "replace", "path": "members", "value": self.members()},
            {"op": "replace", "path": "displayName",
             "value": pick(["Sales", "All"])}])
        method, target, body, name = pick([
            ("POST", "/Users", self.person(), user),
            ("POST", "/Users", self.person(), user),
            ("POST", "/Groups", {"displayName": pick(["Sales", "All"]),
                                 "members": self.members()}, group),
            ("PUT", "/Users/" + user, self.person(), None),
            ("PATCH", "/Users/" + user, {"Operations": [patch]}, None),
            ("PATCH", "/Users/" + user, {"Operations": [patch]}, None),
            ("PATCH", "/Groups/" + group, {"Operations": [grouping]}, None),
            ("PATCH", "/Groups/" + group, {"Operations": [grouping]}, None),
            ("DELETE", pick(["/Users/" + user, "/Groups/" + group]), None,
             None)])
        if name:
            options["id"] = name
        self.db.execute("SELECT scim_apply(?, ?, ?, ?)",
                        (method, target, body and json.dumps(body),
                         json.dumps(options)))

    def tangle(self):
        """Groups within groups by many ways and in circles, as only rows that
        were written by hand are; of one tenant and of both."""
        for group in ("g4", "g5", "g6", "g7"):
            self.db.execute("SELECT scim_apply('POST', '/Groups', ?, ?)", (
                json.dumps({"displayName": "Sales"}), json.dumps(
                    {"id": group, "tenant": self.chance.choice("ab")})))
        groups = [row[0] for row in self.db.execute(
            "SELECT resource FROM scim_resource WHERE type = 'Group'")]
        for _ in range(self.chance.randrange(40)):
            self.db.execute(
                "INSERT OR IGNORE INTO scim_member VALUES (?, ?, 'T', 'D', ?)",
                (self.chance.choice(groups),
                 self.chance.choice(["u1", "u2", "nobody", "g1", "g2", "g3",
                                     "g4", "g5", "g6", "g7"]),
                 self.chance.choice(["idp", "idp", "manual"])))

    def differs(self, old, new, columns="*"):
        """A row that only one of two queries has, or None."""
        ask = self.db.execute
        for one, other in ((old, new), (new, old)):
            row = ask("SELECT %s FROM %s EXCEPT SELECT %s FROM %s" % (
                columns, one, columns, other)).fetchone()
            if row:
                return "%s has %s, %s has not" % (one, row, other)
        counts = [ask("SELECT count(*) FROM " + each).fetchone()[0]
                  for each in (old, new)]
        if counts[0] != counts[1]:
            return "%s has %d rows, %s %d" % (old, counts[0], new, counts[1])
        return None

    def check(self, before):
        """What differs, or None."""
        self.db.executescript(before)
        found = self.compare(VIEWS, REPORTS) or self.compare_report()
        if found:
            return found
        self.tangle()
        found = self.compare(TANGLED, ["empty_groups", "dangling_members"])
        return found and found + ", by hand"

    def compare_report(self):
        """What the view of who is in which group has, and the log not, or the
        other way round."""
        view, report = [sorted(self.db.execute(text, {
            "group": None, "time": None, "tenant": None}).fetchall(), key=repr)
            for text in ("SELECT * FROM scim_report_group_as_of", REPORT)]
        return None if view == report else "the report has %s, the view %s" % (
            report, view)

    def compare(self, views, reports):
        stored = self.db.execute(STORED).fetchone()[0]
        if stored:
            return "%d names or addresses are not the document's" % stored
        for view in views:
            for where in ["1"] + CONDITIONS.get(view, []):
                found = self.differs("before_%s WHERE %s" % (view, where),
                                     "scim_%s WHERE %s" % (view, where))
                if found:
                    return found
        for report in reports:
            columns = ", ".join('"%s"' % row[0] for row in self.db.execute(
                "SELECT name FROM pragma_table_info(?)",
                ("before_report_" + report,)))
            for where in ["1"] + CONDITIONS.get(report, []):
                found = self.differs(
                    "before_report_%s WHERE %s" % (report, where),
                    "scim_report_%s WHERE %s" % (report, where), columns)
                if found:
                    return found
        return None


def main():
    extension, cases, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(os.path.join(os.path.dirname(__file__),
                           "answers_before.sql")) as text:
        before = text.read()
    for seed in range(first, first + cases):
        found = Case(extension, seed).check(before)
        if found:
            print("SCIM_SEED=%d: %s" % (seed, found))
            return
    print("the same")


main()
