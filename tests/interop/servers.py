"""The servers that differential.py compares, each with its store.

A Server sends requests and keeps what it needs to compare by meaning: the
names of ids. People name a resource by userName or displayName; ids differ
from server to server, so every id is known by the name that goes with it.
"""
import contextlib
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "idp"))
from faces import MEDIA_TYPE, Http, Reply, Request, lower

TYPES = {"/Users": "userName", "/Groups": "displayName"}

# What a server adds by itself, or may write in more than one way.
IGNORED = {"id", "meta", "schemas", "$ref", "groups", "description"}
REFERENCES = {"members": ("display", "type"), "manager": ("displayName",)}


def plain(value, names, key=""):
    """A value without what does not count, in an order of its own."""
    if isinstance(value, list):
        items = [plain(item, names, key) for item in value]
        return sorted((item for item in items if item not in ({}, [], None)),
                      key=json.dumps)
    if isinstance(value, dict):
        left = IGNORED.union(REFERENCES.get(key, ()))
        items = {name: plain(item, names, name)
                 for name, item in sorted(value.items()) if name not in left}
        return {name: item for name, item in items.items()
                if item not in ({}, [], None)
                and (name, item) != ("primary", False)}
    return names.get(value, value) if isinstance(value, str) else value


class Server:
    """A server that is running, and the address of its SCIM endpoints."""

    def __init__(self, name, address, path, token, process=None):
        self.name, self.path, self.process = name, path, process
        self.token = token
        self.link = http.client.HTTPConnection(address, timeout=30)
        self.base = "http://" + address + path
        self.variables = {}         # of the transcript that is playing
        self.names = {}             # id to name
        self.documents = {}         # name to resource, as it was read
        self.state = {}             # name to what counts of it

    def exchange(self, request):
        """A reply; a connection that the server has closed is opened again."""
        for _ in range(2):
            try:
                self.link.request(request.method, self.path + request.target,
                                  request.body, request.headers)
                reply = self.link.getresponse()
                return Reply(reply.status, lower(reply.getheaders()),
                             reply.read().decode("utf-8", "replace"))
            except (OSError, http.client.HTTPException) as error:
                failure = repr(error)
                self.link.close()
        return Reply(0, {}, failure)

    def ask(self, method, target, document=None):
        """The status and the document of a plain request."""
        reply = self.exchange(Request(
            method, target, {"Authorization": "Bearer " + self.token,
                             "Content-Type": MEDIA_TYPE},
            None if document is None else json.dumps(document).encode()))
        try:
            return reply.status, json.loads(reply.text or "null")
        except ValueError:
            return reply.status, None

    def look(self):
        """Reads all that is stored into names and state."""
        self.names, self.documents = {}, {}
        for target, naming in TYPES.items():
            listed = self.ask("GET", target + "?count=1000")[1] or {}
            for resource in listed.get("Resources", []):
                name = target + " " + str(resource.get(naming))
                self.documents[name] = resource
                self.names[resource["id"]] = name
        self.state = {name: plain(resource, self.names)
                      for name, resource in self.documents.items()}

    def empty(self):
        """Deletes everything, groups first."""
        self.look()
        for identifier, name in sorted(self.names.items(),
                                       key=lambda item: item[1]):
            self.ask("DELETE", name.split()[0] + "/" + quoted(identifier))
        self.variables = {"token": self.token, "base": self.base}
        self.look()

    def identifier(self, name):
        """The id of a resource by its name, or None."""
        document = self.documents.get(name)
        return document and document["id"]

    def adopt(self, other):
        """Makes the store that of another server; False if it cannot."""
        self.look()
        for name in sorted(set(self.state) - set(other.state)):
            self.ask("DELETE", name.split()[0] + "/"
                     + quoted(self.identifier(name)))
        self.look()
        for name in sorted(other.state, reverse=True):  # users before groups
            if self.state.get(name) != other.state[name]:
                self.write(name, other)
                self.look()
        return self.state == other.state

    def write(self, name, other):
        """Stores what another server has under a name."""
        text = json.dumps({key: value for key, value
                           in other.documents[name].items()
                           if key not in ("id", "meta", "groups")})
        for identifier, known in other.names.items():
            if identifier in text and self.identifier(known):
                text = text.replace(identifier, self.identifier(known))
        document = json.loads(text)
        target = name.split()[0]
        mine = self.identifier(name)
        if mine and self.ask("PUT", target + "/" + quoted(mine),
                             document)[0] == 200:
            return
        if mine:
            self.ask("DELETE", target + "/" + quoted(mine))
        self.ask("POST", target, document)

    def borrow(self, other):
        """Variables that stand for an id here as they do there."""
        for variable, value in other.variables.items():
            if other.names.get(value) in self.documents:
                self.variables[variable] = self.identifier(other.names[value])

    def close(self):
        self.link.close()
        if self.process:
            self.process.terminate()
            self.process.wait(30)


class Scimd(Server):
    """Ours, started as the transcripts start it."""

    def __init__(self, directory):
        self.face = Http(directory)
        address, path = self.face.variables["base"][7:].split("/", 1)
        super().__init__("scimd", address, "/" + path,
                         self.face.variables["token"])

    def settle(self, settings):
        """Gives the tenant the settings that a flow wants."""
        with contextlib.closing(sqlite3.connect(self.face.database)) as link:
            link.execute("UPDATE scim_tenant SET settings = ?",
                         (json.dumps(settings),))
            link.commit()

    def settings(self):
        """The names of the settings that a tenant may have."""
        with contextlib.closing(sqlite3.connect(self.face.database)) as link:
            return {name for name, in link.execute(
                "SELECT name FROM scim_setting")}

    def close(self):
        super().close()
        self.face.close()


# ---------------------------------------------------------------------------
# Starting

def quoted(identifier):
    return urllib.parse.quote(identifier, safe="")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(name, path, command, port, token):
    """A server that listens; 20 seconds at most until then."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Server(name, "127.0.0.1:%d" % port, path, token, process)
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise OSError(name + " does not listen")


def scimmy(home):
    port, modules = free_port(), os.path.join(home, "node/node_modules")
    return started("scimmy", "/v2",
                   ["node", os.path.join(HERE, "scimmy_server.cjs"), modules,
                    str(port), "secret"], port, "secret")


def scim2_server(home):
    port = free_port()
    return started("scim2-server", "/v2",
                   [os.path.join(home, "python/bin/scim2-server"), "--port",
                    str(port), "--bearer-token", "secret"], port, "secret")
