"""What the identity providers of the guides have in common."""
import http.client
import json
import re
import urllib.parse
import uuid

CORE = "urn:ietf:params:scim:schemas:core:2.0:"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers = status, headers
        self.body = json.loads(body) if body else None

    @property
    def detail(self):
        return (self.body or {}).get("detail", "")


class Client:
    """Speaks HTTP, and keeps what was refused: (method, path, status)."""

    def __init__(self, url, secret, headers):
        parts = urllib.parse.urlsplit(url)
        self.host, self.base = parts.netloc, parts.path
        self.headers = {"Authorization": "Bearer " + secret,
                        "Accept": "application/scim+json", **headers}
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def send(self, method, path, body=None):
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = "application/scim+json; charset=utf-8"
            body = json.dumps(body).encode()
        try:
            reply = self.exchange(method, self.base + path, body, headers)
        except ConnectionError:
            # It was idle, and scimd closed it after a second, as the request
            # was on its way: every client sends that again.
            self.connection.close()
            reply = self.exchange(method, self.base + path, body, headers)
        return Reply(reply.status, reply.headers, reply.read())

    def exchange(self, method, path, body, headers):
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()

    def find(self, endpoint, attribute, value, more=""):
        """GET with a filter; the resources of the reply."""
        literal = value.replace("\\", "\\\\").replace('"', '\\"')
        query = urllib.parse.quote_plus(f'{attribute} eq "{literal}"')
        reply = self.send("GET", f"{endpoint}?{more}filter={query}")
        if reply.status != 200:
            raise RuntimeError(f"a look-up was answered with {reply.status}")
        return reply.body["Resources"]


def new_id():
    return str(uuid.uuid4())


# ---- Paths, as attribute mappings have them

VALUE_PATH = re.compile(r'(\w+)\[type eq "(\w+)"\]\.(\w+)$')


def put(doc, path, value):
    """Puts a value into a body: "title", "name.givenName", an extension's,
    'emails[type eq "work"].value'."""
    of_list = VALUE_PATH.match(path)
    if of_list:
        name, kind, leaf = of_list.groups()
        items = doc.setdefault(name, [])
        item = next((i for i in items if i["type"] == kind), None)
        if not item:
            item = {"type": kind}
            if name == "emails" and kind == "work":
                item["primary"] = True
            items.append(item)
        item[leaf] = value
    elif path.startswith("urn:"):
        urn, name = path.rsplit(":", 1)
        doc.setdefault(urn, {})[name] = value
        if urn not in doc["schemas"]:
            doc["schemas"].append(urn)
    elif "." in path:
        parent, name = path.split(".")
        doc.setdefault(parent, {})[name] = value
    else:
        doc[path] = value


def get(doc, path):
    """What a resource has there, or None."""
    of_list = VALUE_PATH.match(path)
    if of_list:
        name, kind, leaf = of_list.groups()
        return next((i.get(leaf) for i in doc.get(name, [])
                     if i.get("type") == kind), None)
    if path.startswith("urn:"):
        urn, name = path.rsplit(":", 1)
        return doc.get(urn, {}).get(name)
    for name in path.split("."):
        doc = (doc or {}).get(name)
    return doc
