"""What a step of a transcript expects of a reply, and whether two are equal.

Every function returns a list of lines that say what is wrong; an empty list
is a success.
"""
import json
import re

from faces import MEDIA_TYPE

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"
COMPARED = ("etag", "location", "allow", "www-authenticate")
UNORDERED = ("members", "groups")


def short(value):
    """A value as one line of JSON, cut where nobody would read on."""
    text = json.dumps(value)
    return text if len(text) <= 400 else text[:400] + "..."


def differs(where, want, got):
    return ["at %s: want %s, got %s" % (where or "/", short(want), short(got))]


def pointer(value, path):
    """(True, what an RFC 6901 pointer leads to), or (False, None)."""
    for part in path.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and part.isdigit() and \
                int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return False, None
    return True, value


# ---------------------------------------------------------------------------
# One reply

def equal(want, got):
    """Equality that tells true from 1, and 1 from 1.0."""
    return json.dumps(want, sort_keys=True) == json.dumps(got, sort_keys=True)


def match(want, got, where=""):
    """Does got have all that want asks for? "*" asks for anything."""
    if want == "*":
        return [] if got not in (None, "", [], {}) else \
            differs(where, "anything", got)
    if isinstance(want, dict) and isinstance(got, dict):
        return [problem for key, item in want.items()
                for problem in (match(item, got[key], where + "/" + key)
                                if key in got else
                                differs(where + "/" + key, item, None))]
    if isinstance(want, list) and isinstance(got, list):
        return match_list(want, got, where)
    return [] if equal(want, got) else differs(where, want, got)


def match_list(want, got, where):
    """As many items, and every one of want matches one of its own in got."""
    left = list(got)
    for item in want:
        fitting = [other for other in left if not match(item, other)]
        if not fitting:
            return differs(where, want, got)
        left.remove(fitting[0])
    return differs(where, want, got) if left else []


def always(reply, body):
    """What holds for every reply, whatever was asked."""
    problems = []
    if reply.text:
        problems += match(MEDIA_TYPE, reply.headers.get("content-type"),
                          "Content-Type")
    if reply.status >= 400:
        problems += match({"schemas": [ERROR_URN], "detail": "*",
                           "status": str(reply.status)}, body)
    if pointer(body, "/password")[0]:
        problems.append("the reply holds a password")
    found, version = pointer(body, "/meta/version")
    if found:
        problems += match(version, reply.headers.get("etag"), "ETag")
    if reply.status == 201:
        problems += match(pointer(body, "/meta/location")[1] or "*",
                          reply.headers.get("location"), "Location")
    return problems


def check_error(expect, body):
    """scimType, of which several may be allowed, and places in the detail."""
    problems = []
    types = expect.get("scimType")
    if types:
        got = pointer(body, "/scimType")[1]
        if got not in (types if isinstance(types, list) else [types]):
            problems += differs("/scimType", types, got)
    detail = str(pointer(body, "/detail")[1])
    for place in expect.get("detail", []):
        if place.lower() not in detail.lower():
            problems.append("want a detail that names %s, got %s"
                            % (short(place), short(detail)))
    return problems


def check_body(expect, body):
    """The keys body, includes, equal and absent of an expectation."""
    problems = match(expect["body"], body) if "body" in expect else []
    for path, items in expect.get("includes", {}).items():
        got = pointer(body, path)[1] or []
        problems += [problem for item in items
                     if all(match(item, other) for other in got)
                     for problem in differs(path, item, got)]
    for path, want in expect.get("equal", {}).items():
        got = pointer(body, path)[1]
        if not equal(want, got):
            problems += differs(path, want, got)
    for path in expect.get("absent", []):
        found, got = pointer(body, path)
        if found:
            problems += differs(path, "nothing", got)
    return problems


def check(expect, reply):
    """Everything that is wrong with a reply."""
    try:
        body = json.loads(reply.text) if reply.text else None
    except ValueError as error:
        return ["got status %d and no JSON (%s): %s"
                % (reply.status, error, short(reply.text))]
    statuses = expect["status"]
    if reply.status not in (statuses if isinstance(statuses, list)
                            else [statuses]):
        return ["want status %s, got %d: %s"
                % (statuses, reply.status, short(body))]
    problems = always(reply, body)
    for name, want in expect.get("headers", {}).items():
        problems += match(want, reply.headers.get(name.lower()), name)
    return problems + check_error(expect, body) + check_body(expect, body)


# ---------------------------------------------------------------------------
# Two replies

def sort_members(value):
    """Members and groups come in the order of ids, which are random."""
    if isinstance(value, list):
        return [sort_members(item) for item in value]
    if isinstance(value, dict):
        return {key: sorted(sort_members(item), key=json.dumps)
                if key in UNORDERED and isinstance(item, list)
                else sort_members(item) for key, item in value.items()}
    return value


def plain(reply, aliases):
    """A reply as lines in which ids are numbered and times are blank."""
    try:
        body = json.loads(reply.text) if reply.text else None
    except ValueError:
        body = reply.text
    text = json.dumps([reply.status, body, {
        name: reply.headers.get(name) for name in COMPARED}])
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                  lambda m: aliases.setdefault(m[0], "id-%d" % len(aliases)),
                  text)
    text = re.sub(r'"(created|lastModified)": "[^"]*"', r'"\1": "time"', text)
    return json.dumps(sort_members(json.loads(text)), indent=1).split("\n")


def same(one, other, aliases):
    """The first lines in which two replies differ."""
    pairs = zip(plain(one, aliases[0]) + ["the end"],
                plain(other, aliases[1]) + ["the end"])
    return ["http %s, sql %s" % (left.strip(), right.strip())
            for left, right in pairs if left != right][:5]
