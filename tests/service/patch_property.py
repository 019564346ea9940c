"""The random sequences of patch_property.sh:

    patch_property.py EXTENSION SEQUENCES SEED

A resource of every kind of attribute is created, patched and put in sequences of
chance, and the same is done to a model of some lines, which is what RFC 7644
sections 3.5.1 and 3.5.2 say. After each request what GET shows is what the model
has, filters find the resource where the model says so, and what was shown can be
put back without a change. Prints "the same", or the first difference.
"""
import copy
import json
import random
import sqlite3
import sys

EXT = "urn:x:Ext"
SIMPLE = ["title", "rank", "on", EXT + ":dept"]
COMPLEX = {"name": ["given", "family"], EXT + ":seat": ["room", "floor"]}
LISTS = ["tags", EXT + ":codes"]
SCHEMAS = [
    {"id": "urn:x:Item", "name": "Item", "attributes": [
        {"name": "title"}, {"name": "rank", "type": "integer"},
        {"name": "on", "type": "boolean"},
        {"name": "name", "type": "complex", "subAttributes": [
            {"name": "given"}, {"name": "family"}]},
        {"name": "tags", "multiValued": True},
        {"name": "mails", "type": "complex", "multiValued": True,
         "subAttributes": [{"name": "value"}, {"name": "type"},
                           {"name": "display"},
                           {"name": "primary", "type": "boolean"}]}]},
    {"id": EXT, "name": "Ext", "attributes": [
        {"name": "dept"}, {"name": "codes", "multiValued": True},
        {"name": "seat", "type": "complex", "subAttributes": [
            {"name": "room"}, {"name": "floor", "type": "integer"}]},
        {"name": "boss", "type": "complex", "subAttributes": [
            {"name": "value", "caseExact": True},
            {"name": "$ref", "type": "reference",
             "referenceTypes": ["User"]}]}]}]


class Wrong(Exception):
    """What a sequence has come upon."""


class Provider:
    """Requests to the extension."""

    def __init__(self, extension):
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(extension)
        self.db.execute("SELECT scim_init()")
        for schema in SCHEMAS:
            self.db.execute("INSERT INTO scim_schema (definition) VALUES (?)",
                            (json.dumps(schema),))
        self.db.execute(
            "INSERT INTO scim_resource_type (definition) VALUES (?)",
            (json.dumps({"name": "Item", "endpoint": "/Items",
                         "schema": "urn:x:Item",
                         "schemaExtensions": [{"schema": EXT}]}),))

    def ask(self, method, target, body=None):
        """The status, the body and the version."""
        reply, = self.db.execute(
            "SELECT scim_apply(?, ?, ?)",
            (method, target, json.dumps(body) if body is not None else None)).fetchone()
        reply = json.loads(reply)
        return (reply["status"], reply.get("body"),
                reply["headers"].get("ETag"))


# ---- The model: a dict by paths, without what has no value

def get(doc, path):
    """The value of a top-level attribute, or None."""
    if path.startswith(EXT + ":"):
        return doc.get(EXT, {}).get(path[len(EXT) + 1:])
    return doc.get(path)


def put(doc, path, value):
    """Sets a top-level attribute; takes it away where there is no value."""
    home, name = doc, path
    if path.startswith(EXT + ":"):
        home, name = doc.setdefault(EXT, {}), path[len(EXT) + 1:]
    if value in (None, {}, []):
        home.pop(name, None)
    else:
        home[name] = value
    if EXT in doc and not doc[EXT]:
        del doc[EXT]


def merge(old, new):
    """The sub-attributes that are said take the place of those there were."""
    value = dict(old or {})
    for name, part in new.items():
        value[name] = part
        if part is None:
            del value[name]
    return value


def same(a, b):
    """Two elements are one by value and type, of which letter case does not
    count; a type that is missing may be any (ext/model/same.c)."""
    if isinstance(a, str):
        return a.lower() == b.lower()
    if "value" not in a or "value" not in b:
        return a == b
    return a["value"].lower() == b["value"].lower() and (
        "type" not in a or "type" not in b or
        a["type"].lower() == b["type"].lower())


def one_primary(items, new):
    """A value that becomes primary takes that from the one that was."""
    if any(item.get("primary") for item in new):
        for item in items:
            if item.get("primary") and not any(item is n for n in new):
                item["primary"] = False


def join(items, changed=None):
    """Elements that are one become one: what a step has just said of one
    counts, otherwise what comes later."""
    joined = []
    for item in items:
        there = [other for other in joined if same(item, other)][:1]
        if not there:
            joined.append(item)
        elif isinstance(item, dict) and there[0] is changed:
            there[0].update({k: v for k, v in item.items()
                             if k not in there[0]})
        elif isinstance(item, dict):
            there[0].update(item)
    return joined


def append(old, new):
    """What is not there yet is added, and to what is what is new of it."""
    items = join(copy.deepcopy((old or []) + new))
    primary = [item for item in new
               if isinstance(item, dict) and item.get("primary")]
    one_primary(items, [[item for item in items if same(item, p)][0]
                        for p in primary])
    return items


def selected(items, choice):
    """Those elements that a filter of one eq selects."""
    name, value = choice
    if name == "primary":
        return [item for item in items if bool(item.get(name)) == value]
    return [item for item in items
            if str(item.get(name, "")).lower() == value.lower()
            and name in item]


def apply(doc, operation):
    """Does an operation to the model."""
    op, target = operation["op"], operation["model"]
    kind, path, value = target[0], target[1], operation.get("value")
    if kind == "simple":
        put(doc, path, value if op != "remove" else None)
    elif kind == "complex":
        put(doc, path, None if value is None else merge(get(doc, path), value))
    elif kind == "sub":
        put(doc, path, merge(get(doc, path), {target[2]: value}))
    elif kind == "list":
        old = get(doc, path) if op == "add" else None
        put(doc, path, append(old, value or []) if op == "add" else value)
    else:
        apply_elements(doc, op, target, value)


def apply_elements(doc, op, target, value):
    """The same where the path has a filter."""
    choice, sub = target[2], target[3]
    items = copy.deepcopy(doc.get("mails", []))
    found = selected(items, choice)
    if op == "remove" and not sub:
        items = [item for item in items if not any(item is f for f in found)]
    elif op == "remove":
        for item in found:
            item.pop(sub, None)
        items = [item for item in items
                 if not (any(item is f for f in found) and
                         (not item or sub == "value"))]
    else:
        if not found:
            found = [{choice[0]: choice[1]}]
            items += found
        for item in found:
            if op == "replace" and not sub:
                item.clear()
            item.update({sub: value} if sub else value)
            if op == "replace" and not sub:
                item.setdefault(*choice)
        if sub != "display":
            items = join(items, found[-1])
    put(doc, "mails", items)


# ---- Chance

def some_mail(rng):
    mail = {"value": rng.choice("abc") + "@x.com"}
    if rng.random() < .8:
        mail["type"] = rng.choice(["work", "home", "other"])
    if rng.random() < .3:
        mail["display"] = rng.choice(["A", "B"])
    return mail


def some_mails(rng):
    mails = []
    for _ in range(rng.randint(1, 3)):
        mail = some_mail(rng)
        if not any(same(mail, other) for other in mails):
            mails.append(mail)
    if rng.random() < .4:
        rng.choice(mails)["primary"] = True
    return mails


def some_value(rng, path):
    name = path.rsplit(":", 1)[-1]
    if name in ("rank", "floor"):
        return rng.choice([0, 1, -7, 42])
    if name == "on":
        return rng.random() < .5
    return rng.choice(["x", "y", "Zed", "ä", 'q"u\\o', "a.b:c"])


def some_object(rng, path):
    names = COMPLEX[path]
    names = rng.sample(names, rng.randint(1, len(names)))
    return {name: some_value(rng, name) for name in names}


def some_list(rng):
    return rng.sample(["red", "green", "blue", "Grey"], rng.randint(1, 3))


def some_operation(rng):
    """An operation with what the model needs to know of it."""
    op = rng.choice(["add", "replace", "remove"])
    kind = rng.choice(["simple", "complex", "sub", "list", "mails", "chosen"])
    if kind == "simple":
        path = rng.choice(SIMPLE)
        target, value = (kind, path), some_value(rng, path)
    elif kind == "complex":
        path = rng.choice(list(COMPLEX))
        target, value = (kind, path), some_object(rng, path)
    elif kind == "sub":
        path = rng.choice(list(COMPLEX))
        sub = rng.choice(COMPLEX[path])
        target, value = (kind, path, sub), some_value(rng, sub)
        path += "." + sub
    elif kind == "list":
        path = rng.choice(LISTS)
        target, value = (kind, path), some_list(rng)
    elif kind == "mails":
        path, target, value = "mails", ("list", "mails"), some_mails(rng)
    else:
        name = rng.choice(["type", "type", "value", "primary"])
        want = {"type": rng.choice(["work", "home"]), "primary": True,
                "value": rng.choice("abc") + "@x.com"}[name]
        sub = rng.choice(["", "display", "value"])
        target = (kind, "mails", (name, want), sub)
        path = "mails[%s eq %s]" % (name, json.dumps(want))
        path += "." + sub if sub else ""
        value = (rng.choice(["A", "B"]) if sub == "display" else
                 rng.choice("abc") + "@x.com" if sub else some_mail(rng))
    operation = {"op": op, "path": path, "value": value, "model": target}
    if op == "remove":
        del operation["value"]
    elif op == "replace" and kind in ("simple", "sub") and rng.random() < .2:
        operation["value"] = None
    return operation


def spell(rng, operations):
    """The body of the request: some without a path, some as Entra ID writes."""
    spelled = []
    for operation in operations:
        sent = {k: v for k, v in operation.items() if k != "model"}
        if sent["op"] != "remove" and rng.random() < .3:
            sent = {"op": sent["op"], "value": {sent["path"]: sent["value"]}}
        if rng.random() < .3:
            sent["op"] = sent["op"].capitalize()
        spelled.append(sent)
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": spelled}


def some_document(rng):
    doc = {}
    for path in SIMPLE:
        if rng.random() < .6:
            put(doc, path, some_value(rng, path))
    for path in COMPLEX:
        if rng.random() < .5:
            put(doc, path, some_object(rng, path))
    for path in LISTS:
        if rng.random() < .5:
            put(doc, path, some_list(rng))
    if rng.random() < .6:
        put(doc, "mails", some_mails(rng))
    return doc


# ---- What is asked

def text_of(value):
    return str(value).lower()


def filters(rng, doc):
    """Questions, and whether the document answers them."""
    path = rng.choice(["title", EXT + ":dept"])
    value, have = some_value(rng, path), get(doc, path)
    word = json.dumps(value)
    yield "%s eq %s" % (path, word), have is not None and \
        text_of(have) == text_of(value)
    yield "%s ne %s" % (path, word), have is None or \
        text_of(have) != text_of(value)
    yield "not (%s sw %s)" % (path, word), have is None or \
        not text_of(have).startswith(text_of(value))
    path = rng.choice(SIMPLE + list(COMPLEX) + LISTS + ["mails"])
    yield path + " pr", get(doc, path) is not None
    yield path + " eq null", get(doc, path) is None
    number, rank = rng.choice([-7, 0, 5]), doc.get("rank")
    yield "rank gt %d" % number, rank is not None and rank > number
    yield "rank le %d and rank pr" % number, rank is not None and \
        rank <= number
    tag = rng.choice(["RED", "grey", "pink"])
    yield "tags co %s" % json.dumps(tag[1:]), any(
        tag[1:].lower() in t.lower() for t in doc.get("tags", []))
    kind, mail = rng.choice(["work", "home"]), rng.choice("abc") + "@X.com"
    mails = doc.get("mails", [])
    both = [m for m in mails if m.get("type") == kind and
            m.get("value", "").lower() == mail.lower()]
    yield 'mails[type eq "%s" and value eq "%s"]' % (kind, mail), bool(both)
    yield 'mails[type eq "%s"].value eq "%s"' % (kind, mail), bool(both)
    yield 'mails.type eq "%s" and mails.value eq "%s"' % (kind, mail), (
        any(m.get("type") == kind for m in mails) and
        any(m.get("value", "").lower() == mail.lower() for m in mails))
    yield 'mails[not (type eq "%s")]' % kind, any(
        m.get("type") != kind for m in mails)
    yield "mails[primary eq true]", any(m.get("primary") for m in mails)


def shown(body):
    """What is shown of the model's attributes."""
    return {k: v for k, v in body.items()
            if k not in ("schemas", "id", "meta")}


def without_false(doc):
    """primary false and none are the same."""
    doc = copy.deepcopy(doc)
    for mail in doc.get("mails", []):
        if mail.get("primary") is False:
            del mail["primary"]
    return doc


def check(what, got, want):
    if got != want:
        raise Wrong("%s\n got  %s\n want %s" % (
            what, json.dumps(got, sort_keys=True),
            json.dumps(want, sort_keys=True)))


def run(provider, rng):
    """One sequence about one resource."""
    history = []
    model = some_document(rng)
    status, body, version = provider.ask("POST", "/Items", model)
    history.append(("POST", copy.deepcopy(model)))
    try:
        check("create", status, 201)
        target = "/Items/" + body["id"]
        for _ in range(rng.randint(2, 8)):
            before = copy.deepcopy(model)
            if rng.random() < .2:
                model = some_document(rng)
                history.append(("PUT", copy.deepcopy(model)))
                status, body, version = provider.ask("PUT", target, model)
            else:
                operations = [some_operation(rng)
                              for _ in range(rng.choice([1, 1, 2, 4]))]
                for operation in operations:
                    apply(model, operation)
                sent = spell(rng, operations)
                history.append(("PATCH", sent))
                status, body, changed = provider.ask("PATCH", target, sent)
                check("status", (status, body if status > 299 else 0),
                      (200, 0))
                if model == before:
                    check("no change is none", changed, version)
                version = changed
            check("reply", without_false(shown(body)), without_false(model))
            got = provider.ask("GET", target)
            check("GET", (got[1], got[2]), (body, version))
            check("schemas", body["schemas"],
                  ["urn:x:Item"] + [EXT] * (EXT in model))
            put_back = provider.ask("PUT", target, body)
            check("PUT of what is shown", (put_back[0], put_back[2]),
                  (200, version))
            for question, answer in filters(rng, model):
                found = provider.ask("POST", "/Items/.search", {
                    "filter": '(%s) and id eq "%s"' % (question, body["id"])})
                check(question + " " + json.dumps(found[1])[:200],
                      found[1].get("totalResults"), int(answer))
    except Wrong as wrong:
        raise Wrong("%s\nafter\n%s\nmodel %s" % (
            wrong, "\n".join(json.dumps(h) for h in history),
            json.dumps(model))) from None


def main():
    provider = Provider(sys.argv[1])
    for number in range(int(sys.argv[2])):
        try:
            run(provider, random.Random("%s %d" % (sys.argv[3], number)))
        except Wrong as wrong:
            sys.exit("sequence %d: %s" % (number, wrong))
    found = provider.db.execute("SELECT kind, detail FROM scim_check")
    print(found.fetchall() or "the same")


main()
