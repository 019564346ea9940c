"""Microsoft Entra ID, as far as provisioning goes: people, groups, an app with
its attribute mapping, and cycles.

A cycle does what Entra does every 40 minutes: looks people up before it makes
them, PATCHes what has changed since it sent it last, disables who is out of
scope or deleted, deletes who is purged, and writes managers and members when
both ends exist. What was refused is tried again in the next cycle.
"""
from client import CORE, ENTERPRISE, PATCH, Client, get, new_id, put

# Target, and the attribute in Entra, as a custom app has them.
DEFAULT = (
    ("userName", "userPrincipalName"),
    ("displayName", "displayName"),
    ("title", "jobTitle"),
    ('emails[type eq "work"].value', "mail"),
    ("preferredLanguage", "preferredLanguage"),
    ("name.givenName", "givenName"),
    ("name.familyName", "surname"),
    ('addresses[type eq "work"].formatted', "physicalDeliveryOfficeName"),
    ('addresses[type eq "work"].streetAddress', "streetAddress"),
    ('addresses[type eq "work"].locality', "city"),
    ('addresses[type eq "work"].postalCode', "postalCode"),
    ('addresses[type eq "work"].country', "country"),
    ('phoneNumbers[type eq "work"].value', "telephoneNumber"),
    ('phoneNumbers[type eq "mobile"].value', "mobile"),
    ("externalId", "mailNickname"),
    (ENTERPRISE + ":employeeNumber", "employeeId"),
    (ENTERPRISE + ":department", "department"),
    (ENTERPRISE + ":organization", "companyName"),
)
MANAGER = ENTERPRISE + ":manager"
MICROSOFT = ("http://schemas.microsoft.com/2006/11/ResourceManagement/"
             "ADSCIM/2.0/")


class Person:
    """A user of the tenant, by Entra's names of attributes."""

    def __init__(self, upn, **attributes):
        self.object_id = new_id()
        self.attributes = {"userPrincipalName": upn, **attributes}
        self.manager = None
        self.enabled, self.soft_deleted, self.purged = True, False, False
        # What the app knows of them.
        self.id, self.sent, self.active = None, {}, None
        self.sent_manager = None

    def move(self, **attributes):
        self.attributes.update(attributes)


class Group:
    def __init__(self, name, members):
        self.object_id, self.name, self.members = new_id(), name, list(members)
        self.deleted = False
        self.id, self.sent_name, self.sent_members = None, None, set()


class Run:
    """What came of a cycle."""

    def __init__(self):
        self.done = {"created": 0, "linked": 0, "updated": 0, "disabled": 0,
                     "restored": 0, "deleted": 0}
        self.failed = []  # (who, status, detail)

    def __str__(self):
        text = " ".join(f"{n} {what}" for what, n in self.done.items() if n)
        if self.failed:
            text += f" {len(self.failed)} failed"
        return text.strip() or "nothing"

    def statuses(self):
        return sorted({status for _, status, _ in self.failed})


class Entra:
    def __init__(self, url, secret, mapping=DEFAULT, flag=False,
                 match=("userName",), everybody=False):
        self.client = Client(url, secret, {"ADSCIMVersion": "5.0"})
        self.mapping, self.flag, self.match = dict(mapping), flag, match
        self.everybody = everybody
        self.people, self.groups, self.assigned = [], [], set()

    # ---- What the customer's admin does

    def hire(self, upn, assigned=True, **attributes):
        person = Person(upn, **attributes)
        self.people.append(person)
        if assigned:
            self.assign(person)
        return person

    def assign(self, *people):
        self.assigned.update(person.object_id for person in people)

    def unassign(self, *people):
        self.assigned.difference_update(person.object_id for person in people)

    def group(self, name, *members):
        group = Group(name, members)
        self.groups.append(group)
        return group

    def test_connection(self):
        """The button. Returns the status and how many were found."""
        value = new_id()
        reply = self.client.send(
            "GET", f"/Users?filter=userName+eq+%22{value}%22")
        return reply.status, (reply.body or {}).get("totalResults")

    # ---- Cycles

    def cycle(self):
        run = Run()
        for person in list(self.people):
            self.provision(person, run)
        for person in self.people:
            self.refer(person, run)
        for group in list(self.groups):
            self.provision_group(group, run)
        return run

    def on_demand(self, *people, group=None):
        """Provision on demand: a few people, or a group of up to five. It
        does without the flag."""
        run, flag, self.flag = Run(), self.flag, False
        for person in people:
            self.provision(person, run)
            self.refer(person, run)
        if group:
            assert len(group.members) <= 5
            self.provision_group(group, run)
        self.flag = flag
        return run

    def in_scope(self, person):
        return not person.soft_deleted and (
            self.everybody or person.object_id in self.assigned)

    def wanted(self, person):
        values = {}
        for path, source in self.mapping.items():
            value = (source(person.attributes) if callable(source)
                     else person.attributes.get(source))
            if value:
                values[path] = value
        return values

    def provision(self, person, run):
        active = self.in_scope(person) and person.enabled
        if not person.id:
            if not active:
                self.forget(person)
                return
            if not self.link(person, run):
                return
        if person.purged:
            self.delete(person, run)
        elif active or person.active:
            self.update(person, active, run)

    def forget(self, person):
        if person.purged:
            self.people.remove(person)

    def link(self, person, run):
        """Looks the person up, and makes one who is not there."""
        values = self.wanted(person)
        for attribute in self.match:
            if attribute not in values:
                continue
            found = self.client.find("/Users", attribute, values[attribute])
            if len(found) > 1:
                run.failed.append((values["userName"], "Duplicate", ""))
                return False
            if found:
                person.id, person.active = found[0]["id"], found[0]["active"]
                person.sent = {path: get(found[0], path)
                               for path in self.mapping
                               if get(found[0], path) is not None}
                run.done["linked"] += 1
                return True
        return self.create(person, values, run)

    def create(self, person, values, run):
        body = {"schemas": [CORE + "User"], "active": True,
                "meta": {"resourceType": "User"}, "roles": []}
        for path, value in values.items():
            put(body, path, value)
        reply = self.client.send("POST", "/Users", body)
        if reply.status != 201:
            run.failed.append((values["userName"], reply.status, reply.detail))
            return False
        person.id, person.sent, person.active = reply.body["id"], values, True
        run.done["created"] += 1
        return True

    def delete(self, person, run):
        reply = self.client.send("DELETE", "/Users/" + person.id)
        if reply.status in (204, 404):
            self.people.remove(person)
            run.done["deleted"] += 1
        else:
            run.failed.append((person.attributes["userPrincipalName"],
                               reply.status, reply.detail))

    def operations(self, changes, old):
        """A PATCH, in the dialect of old or (flag) in that of the RFC."""
        apart, scalars = [], {}
        for path, value in changes.items():
            if self.flag and "[" not in path:
                scalars[path] = value
                continue
            if path == "active":
                value = str(value)  # "True", "False"
            op = "Replace" if path in old or path == "active" else "Add"
            apart.append({"op": op.lower() if self.flag else op, "path": path,
                          "value": value})
        if scalars:
            apart.append({"op": "replace", "value": scalars})
        return {"schemas": [PATCH], "Operations": apart}

    def update(self, person, active, run):
        """Sends what has changed; of who goes only that."""
        values, changes = self.wanted(person), {}
        if active:
            changes = {path: values.get(path, "") for path in self.mapping
                       if values.get(path) != person.sent.get(path)}
        if active != person.active:
            changes["active"] = active
        if not changes:
            return
        reply = self.client.send("PATCH", "/Users/" + person.id,
                                 self.operations(changes, person.sent))
        if reply.status == 404:  # InvalidAnchor: matched anew next time
            person.id = None
        if reply.status not in (200, 204):
            run.failed.append((person.attributes["userPrincipalName"],
                               reply.status, reply.detail))
            return
        what = "updated"
        if "active" in changes:
            what = "restored" if active else "disabled"
        run.done[what] += 1
        person.active = active
        if active:
            person.sent = values

    def refer(self, person, run):
        """The manager, once both are there."""
        manager = person.manager.id if person.manager else None
        if (not person.id or not person.active
                or manager == person.sent_manager
                or (person.manager and not manager)):
            return
        op = "Add" if manager else "Replace"
        reply = self.client.send("PATCH", "/Users/" + person.id, {
            "schemas": [PATCH], "Operations": [
                {"op": op, "path": MANAGER, "value": manager or ""}]})
        if reply.status in (200, 204):
            person.sent_manager = manager
        else:
            run.failed.append((person.attributes["userPrincipalName"],
                               reply.status, reply.detail))

    # ---- Groups

    def provision_group(self, group, run):
        if group.deleted:
            if group.id:
                self.client.send("DELETE", "/Groups/" + group.id)
            self.groups.remove(group)
            return
        if not group.id and not self.link_group(group, run):
            return
        if group.sent_name != group.name:
            self.patch_group(group, run, "Replace", "displayName", group.name)
            group.sent_name = group.name
        self.send_members(group, run)

    def link_group(self, group, run):
        found = self.client.find("/Groups", "displayName", group.name,
                                 "excludedAttributes=members&")
        if len(found) > 1:
            run.failed.append((group.name, "Duplicate", ""))
            return False
        if found:
            group.id = found[0]["id"]
        else:
            reply = self.client.send("POST", "/Groups", {
                "schemas": [CORE + "Group", MICROSOFT + "Group"],
                "externalId": group.object_id, "displayName": group.name,
                "members": [], "meta": {"resourceType": "Group"}})
            if reply.status != 201:
                run.failed.append((group.name, reply.status, reply.detail))
                return False
            group.id = reply.body["id"]
        group.sent_name = group.name
        return True

    def send_members(self, group, run):
        """Who is disabled stays a member: it is not taken out of the group."""
        there = {person.id for person in group.members if person.id}
        coming = {person.id for person in group.members
                  if person.id and person.active} - group.sent_members
        going = group.sent_members - there
        if coming:
            self.patch_group(group, run, "Add", "members", [
                {"$ref": None, "value": member} for member in sorted(coming)])
        if going and not self.flag:
            self.patch_group(group, run, "Remove", "members", [
                {"$ref": None, "value": member} for member in sorted(going)])
        for member in sorted(going) if self.flag else ():
            self.patch_group(group, run, "remove",
                             f'members[value eq "{member}"]', None)
        group.sent_members = (group.sent_members | coming) - going

    def patch_group(self, group, run, op, path, value):
        operation = {"op": op, "path": path}
        if value is not None:
            operation["value"] = value
        reply = self.client.send("PATCH", "/Groups/" + group.id, {
            "schemas": [PATCH], "Operations": [operation]})
        if reply.status not in (200, 204):
            run.failed.append((group.name, reply.status, reply.detail))
