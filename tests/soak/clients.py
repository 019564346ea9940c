"""Clients that write, and a ledger of what they were told.

A client changes only what it has made itself, one request after the other. So
of each of its resources it knows what the last answer has said, and there is at
most one change of it that was sent and never answered, or answered with 5xx:
that one may have happened or not. After a round the database is held against
this (checks.py).
"""

import http.client
import json
import random
import threading
import time

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
WORDS = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Tony", "Leslie"]


class Thing:
    """A user or a group, and what it may look like now.

    states     of a user: tuples of what body() sends, None for one that is not
               there; one of them is true, and more than one only until the next
               check
    members    of a group: ids that are in it for sure; maybe: those of whom it
               is not known
    changes    that were acknowledged; unsure: that may have happened besides
    modified   the latest meta.lastModified that was seen
    """

    def __init__(self, identifier, state, members=()):
        self.id = identifier
        self.states = [state]
        self.members = set(members)
        self.maybe = set()
        self.changes = 1
        self.unsure = 0
        self.modified = ""

    @property
    def is_settled(self):
        return len(self.states) == 1 and not self.maybe and not self.unsure

    @property
    def state(self):
        return self.states[0]


class Ledger:
    """What one client has made. It outlives rounds, and goes with the file."""

    def __init__(self, name):
        self.name = name
        self.users = {}
        self.groups = {}
        self.pending = []  # lists of states that were sent together, unanswered
        self.count = 0  # for names that nobody had before

    def new_name(self):
        self.count += 1
        return f"{self.name}-{self.count}"


class Tally:
    """Numbers of a round, and what went wrong in it."""

    FIELDS = ["requests", "acknowledged", "refused", "failed", "unanswered",
              "lost", "ghosts"]

    def __init__(self):
        self.numbers = dict.fromkeys(self.FIELDS, 0)
        self.wrong = []
        self.lock = threading.Lock()

    def add(self, field, count=1):
        with self.lock:
            self.numbers[field] += count

    def complain(self, text):
        with self.lock:
            self.wrong.append(text)


def user_body(state):
    """The body of a user with this state."""
    name, display, title, active, manager = state
    body = {"schemas": [USER], "userName": name, "displayName": display,
            "active": active, "externalId": "e-" + name,
            "emails": [{"value": name + "@x.no", "type": "work"}]}
    if title:
        body["title"] = title
    if manager:
        body[ENTERPRISE] = {"manager": {"value": manager}}
    return body


def user_state(doc):
    """The state of a user as the document has it."""
    manager = doc.get(ENTERPRISE, {}).get("manager", {}).get("value")
    return (doc["userName"], doc.get("displayName"), doc.get("title"),
            doc.get("active"), manager)


class Client(threading.Thread):
    """One connection, kept alive, and requests by chance until the end."""

    def __init__(self, ledger, tally, port, token, seed, ending):
        super().__init__(daemon=True)
        self.ledger = ledger
        self.tally = tally
        self.port = port
        self.token = token
        self.chance = random.Random(seed)
        self.ending = ending
        self.connection = None

    # -- HTTP

    def ask(self, method, path, body=None):
        """Status and document; None where there was no answer."""
        self.tally.add("requests")
        try:
            if not self.connection:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=60)
            text = None if body is None else json.dumps(body)
            headers = {"Authorization": "Bearer " + self.token}
            if text is not None:
                headers["Content-Type"] = "application/scim+json"
            self.connection.request(method, "/scim/v2" + path, text, headers)
            reply = self.connection.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            self.tally.add("unanswered")
            return None, None
        if reply.will_close:
            self.connection = None
        if reply.status >= 500:
            self.tally.add("failed")
        elif reply.status >= 400:
            self.tally.add("refused")
        if reply.status in (400, 500):
            self.tally.complain(f"{method} {path} {text}: {reply.status}: "
                                f"{content[:300]!r}")
        return reply.status, json.loads(content) if content else None

    def change(self, thing, method, path, body, state, wanted):
        """A change of a thing, with what comes of it. True if it was done."""
        status, doc = self.ask(method, path, body)
        if status in wanted:
            self.tally.add("acknowledged")
            thing.states = [state]
            thing.changes += 1
            self.see_time(thing, doc)
            return True
        if status is None or status >= 500:
            thing.states = [thing.state, state]
            thing.unsure += 1
        elif status == 404:
            self.tally.add("lost")
            self.tally.complain(f"{method} {path}: 404, and it was acknowledged")
        else:
            self.tally.complain(f"{method} {path}: {status} {doc}")
        return False

    def see_time(self, thing, doc):
        """Times of a resource never run backwards."""
        meta = (doc or {}).get("meta")
        if not meta:
            return
        modified = meta["lastModified"]
        if modified < thing.modified or modified < meta["created"]:
            self.tally.complain(f"{thing.id}: lastModified {modified} comes after"
                                f" {thing.modified}, created {meta['created']}")
        thing.modified = modified

    # -- what it does

    def some(self, things):
        """A thing that is there for sure, or None."""
        names = [key for key, thing in things.items()
                 if thing.is_settled and thing.state is not None]
        return things[self.chance.choice(names)] if names else None

    def new_user(self):
        boss = self.some(self.ledger.users)
        return (self.ledger.new_name(), self.chance.choice(WORDS), None, True,
                boss.id if boss and self.chance.random() < 0.3 else None)

    def create(self):
        state = self.new_user()
        status, doc = self.ask("POST", "/Users", user_body(state))
        if status == 201:
            self.tally.add("acknowledged")
            thing = self.ledger.users[doc["id"]] = Thing(doc["id"], state)
            self.see_time(thing, doc)
        elif status is None or status >= 500:
            self.ledger.pending.append([state])
        else:
            self.tally.complain(f"POST {state}: {status} {doc}")

    def create_refused(self):
        """What a trigger of the application refuses."""
        state = (self.ledger.new_name(), "refuse me", None, True, None)
        status, _ = self.ask("POST", "/Users", user_body(state))
        if status is not None and status < 500 and status != 409:
            self.tally.complain(f"the trigger does not refuse: {status}")

    def patch(self):
        thing = self.some(self.ledger.users)
        if not thing:
            return
        name, display, title, active, manager = thing.state
        kind = self.chance.randrange(3)
        fresh = f"{self.chance.choice(WORDS)} {thing.changes}"
        if kind == 0:
            display, value = fresh, {"displayName": fresh}
        elif kind == 1:
            title, value = fresh, {"title": fresh}
        else:
            active = not active
            display, value = fresh, {"active": active, "displayName": fresh}
        body = {"Operations": [{"op": "replace", "value": value}]}
        self.change(thing, "PATCH", "/Users/" + thing.id, body,
                    (name, display, title, active, manager), (200, 204))

    def put(self):
        thing = self.some(self.ledger.users)
        if not thing:
            return
        display = f"{self.chance.choice(WORDS)} {thing.changes}"
        state = (thing.state[0], display, None, True, None)
        self.change(thing, "PUT", "/Users/" + thing.id, user_body(state), state,
                    (200, 204))

    def delete(self):
        thing = self.some(self.ledger.users)
        if not thing:
            return
        self.change(thing, "DELETE", "/Users/" + thing.id, None, None, (204,))
        for group in self.ledger.groups.values():
            if thing.id in group.members and None in thing.states:
                group.members.discard(thing.id)
                if len(thing.states) > 1:
                    group.maybe.add(thing.id)

    def members(self, most):
        """Ids of some users that are there."""
        found = (self.some(self.ledger.users) for _ in range(most))
        return {thing.id for thing in found if thing}

    def create_group(self):
        members = self.members(4)
        name = self.ledger.new_name()
        body = {"displayName": name, "members": [{"value": m} for m in members]}
        status, doc = self.ask("POST", "/Groups", body)
        if status == 201:
            self.tally.add("acknowledged")
            self.ledger.groups[doc["id"]] = Thing(doc["id"], name, members)
        elif status is None or status >= 500:
            self.ledger.pending.append([(name, frozenset(members))])
        else:
            self.tally.complain(f"POST group: {status} {doc}")

    def change_members(self):
        group = self.some(self.ledger.groups)
        if not group:
            return
        path = "/Groups/" + group.id
        if group.members and self.chance.random() < 0.4:
            out = self.chance.choice(sorted(group.members))
            operation = {"op": "remove", "path": f'members[value eq "{out}"]'}
            new = group.members - {out}
        else:
            add = self.members(3) - group.members
            operation = {"op": "add", "path": "members",
                         "value": [{"value": m} for m in add]}
            new = group.members | add
        if new == group.members:
            return
        done = self.change(group, "PATCH", path, {"Operations": [operation]},
                           group.state, (200, 204))
        if not done:
            group.states = group.states[:1]
            if group.unsure:
                group.maybe |= group.members ^ new
                new = group.members & new
        if done or group.unsure:
            group.members = set(new)

    def bulk(self):
        """Users and a group of them, all in one transaction."""
        states = [self.new_user() for _ in range(3)]
        name = self.ledger.new_name()
        operations = [{"method": "POST", "path": "/Users", "bulkId": f"u{i}",
                       "data": user_body(state)} for i, state in enumerate(states)]
        operations.append({"method": "POST", "path": "/Groups", "bulkId": "g",
                           "data": {"displayName": name, "members": [
                               {"value": f"bulkId:u{i}"} for i in range(3)]}})
        status, doc = self.ask("POST", "/Bulk", {"Operations": operations})
        if status == 200:
            parts = doc["Operations"]
            if any(part["status"] != "201" for part in parts):
                self.tally.complain(f"POST /Bulk: {doc}")
                return
            self.tally.add("acknowledged")
            ids = [part["location"].rsplit("/", 1)[1] for part in parts]
            for identifier, state in zip(ids, states):
                self.ledger.users[identifier] = Thing(identifier, state)
            self.ledger.groups[ids[3]] = Thing(ids[3], name, ids[:3])
        elif status is None or status >= 500:
            self.ledger.pending.append(states + [(name, None)])
        else:
            self.tally.complain(f"POST /Bulk: {status} {doc}")

    def get(self):
        """What was acknowledged is what is read."""
        thing = self.some(self.ledger.users)
        if not thing:
            return
        status, doc = self.ask("GET", "/Users/" + thing.id)
        if status == 404 or status == 200 and user_state(doc) != thing.state:
            self.tally.add("lost")
            self.tally.complain(f"GET {thing.id}: {status} {doc}, "
                                f"want {thing.state}")

    def find(self):
        thing = self.some(self.ledger.users)
        if not thing:
            return
        path = f'/Users?filter=userName%20eq%20"{thing.state[0].upper()}"'
        status, doc = self.ask("GET", path.replace('"', "%22"))
        if status == 200 and doc["totalResults"] != 1:
            self.tally.add("lost")
            self.tally.complain(f"{thing.state[0]} is not found: {doc}")

    def list(self):
        self.ask("GET", "/Groups?count=5&excludedAttributes=members")
        self.ask("GET", "/Users?count=20&sortBy=userName&filter=title%20pr")

    ACTS = [(create, 28), (create_refused, 2), (patch, 24), (put, 6), (delete, 7),
            (create_group, 6), (change_members, 14), (bulk, 3), (get, 6),
            (find, 3), (list, 1)]

    def run(self):
        acts = [act for act, _ in self.ACTS]
        weights = [weight for _, weight in self.ACTS]
        while not self.ending.is_set():
            before = self.tally.numbers["unanswered"]
            self.chance.choices(acts, weights)[0](self)
            if self.tally.numbers["unanswered"] > before:
                time.sleep(0.02)  # it is down, or has just hung up
        if self.connection:
            self.connection.close()
