"""Okta, as far as provisioning goes. It acts at once, and not in cycles."""
from client import CORE, PATCH, Client, put

# Target, and the attribute of the Okta profile.
DEFAULT = (
    ("userName", "login"),
    ("displayName", "displayName"),
    ("name.givenName", "firstName"),
    ("name.familyName", "lastName"),
    ('emails[type eq "work"].value', "email"),
    ("title", "title"),
)


class Okta:
    """An app integration: OIN by PATCH, or one of the wizard by PUT."""

    def __init__(self, url, secret, mapping=DEFAULT, wizard=False):
        self.client = Client(url, secret,
                             {"User-Agent": "Okta SCIM Client 1.0.0"})
        self.mapping, self.wizard = dict(mapping), wizard
        self.ids = {}  # of users and of groups, by login and name

    def test_connection(self):
        pages = ("/Users?startIndex=1&count=2", "/Groups?startIndex=1&count=100")
        return tuple(self.client.send("GET", page).status for page in pages)

    # ---- People

    def body(self, profile):
        body = {"schemas": [CORE + "User"]}
        for path, name in self.mapping.items():
            if profile.get(name):
                put(body, path, profile[name])
        return body

    def assign(self, profile):
        """Creates, or links who is there. Returns the status."""
        found = self.client.find("/Users", "userName", profile["login"],
                                 "startIndex=1&count=100&")
        if found:
            self.ids[profile["login"]] = found[0]["id"]
            return self.update(profile, active=True)
        body = {**self.body(profile), "active": True, "groups": [],
                "externalId": "00u" + profile["login"].encode().hex()[:17],
                "password": "1mz050nq", "locale": "en-US"}
        reply = self.client.send("POST", "/Users", body)
        if reply.status == 201:
            self.ids[profile["login"]] = reply.body["id"]
        return reply.status

    def update(self, profile, active=None):
        """GET, then PUT with what was read and what has changed."""
        path = "/Users/" + self.ids[profile["login"]]
        body = {**self.client.send("GET", path).body, **self.body(profile)}
        if active is not None:
            body["active"] = active
        return self.client.send("PUT", path, body).status

    def unassign(self, profile):
        """Never DELETE. Returns the reply."""
        path = "/Users/" + self.ids[profile["login"]]
        if self.wizard:
            body = {**self.client.send("GET", path).body, "active": False}
            return self.client.send("PUT", path, body)
        return self.client.send("PATCH", path, {
            "schemas": [PATCH],
            "Operations": [{"op": "replace", "value": {"active": False}}]})

    # ---- Groups

    def push(self, name):
        """Links a group, or makes it, empty. Returns the status."""
        found = self.client.find("/Groups", "displayName", name,
                                 "startIndex=1&count=100&")
        reply = None
        if not found:
            reply = self.client.send("POST", "/Groups", {
                "schemas": [CORE + "Group"], "displayName": name,
                "members": []})
            found = [reply.body]
        self.ids[name] = found[0]["id"]
        return reply.status if reply else 200

    def patch(self, name, *operations):
        return self.client.send("PATCH", "/Groups/" + self.ids[name], {
            "schemas": [PATCH], "Operations": list(operations)}).status

    def rename(self, name, new):
        status = self.patch(name, {"op": "replace", "value": {
            "id": self.ids[name], "displayName": new}})
        self.ids[new] = self.ids.pop(name)
        return status

    def members(self, logins):
        return [{"value": self.ids[login], "display": login}
                for login in logins]

    def change(self, name, add=(), remove=()):
        operations = [{"op": "remove",
                       "path": f'members[value eq "{self.ids[login]}"]'}
                      for login in remove]
        if add:
            operations.append({"op": "add", "path": "members",
                               "value": self.members(add)})
        return self.patch(name, *operations)

    def push_now(self, name, logins):
        """The whole list of members, in place of what is there."""
        if self.wizard:
            return self.client.send("PUT", "/Groups/" + self.ids[name], {
                "schemas": [CORE + "Group"], "displayName": name,
                "members": self.members(logins)}).status
        return self.patch(name, {"op": "replace", "path": "members",
                                 "value": self.members(logins)})

    def delete(self, name):
        return self.client.send("DELETE", "/Groups/" + self.ids[name]).status
