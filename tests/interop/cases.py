"""Requests for differential.py, in the form of the transcripts in ../idp.

Each flow is {"flow", "setup", "steps"}; a step is one request. In the flow of
changes, every second step puts the user back as it was, so that each change
starts from the same.
"""
import itertools
import urllib.parse

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def step(method, target, body=None, **more):
    made = {"name": "%s %s" % (method, urllib.parse.unquote_plus(target)),
            "method": method, "target": target, **more}
    return made if body is None else {**made, "body": body}


def query(target, **parameters):
    """A GET whose parameters are written as Python names them."""
    return step("GET", target + "?" + urllib.parse.urlencode(parameters))


# ---------------------------------------------------------------------------
# Who is there

GIVEN = ("Ann", "bob", "Cem", "Dora", "Émile", "fay", "Gil", "Hugo")


def person(number, given):
    """A user; the higher the number, the fewer attributes."""
    name = given.lower().replace("é", "e")
    user = {"schemas": [USER], "userName": name + "@example.com"}
    user["active"] = number % 2 == 0
    if number < 7:
        user.update(externalId="X%d" % number,
                    name={"givenName": given, "familyName": "Family"})
    if number < 6:
        user.update(displayName=given + " Family", title="Engineer",
                    emails=[{"value": name + "@work.example", "type": "work",
                             "primary": True},
                            {"value": name + "@home.example",
                             "type": "home"}])
    if number < 4:
        user.update(locale="en-GB", nickName=given,
                    phoneNumbers=[{"value": "+47 %d" % number,
                                   "type": "mobile"}])
    if number < 3:
        user["schemas"] = [USER, ENTERPRISE]
        user[ENTERPRISE] = {"department": "R&D",
                            "employeeNumber": str(number)}
    return user


PEOPLE = [step("POST", "/Users", person(number, given),
               save={"user%d" % number: "/id"})
          for number, given in enumerate(GIVEN)]
GROUPS = [step("POST", "/Groups",
               {"schemas": [GROUP], "displayName": "Group %d" % size,
                "members": [{"value": "${user%d}" % n} for n in range(size)]},
               save={"group%d" % size: "/id"}) for size in range(3)]


# ---------------------------------------------------------------------------
# Reading

OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")
OPERANDS = {
    "userName": "bob@example.com", "userName ": "BOB@example.com",
    "externalId": "X1", "externalId ": "x1", "name.familyName": "family",
    "displayName": "Dora Family", "title": "Engineer",
    "emails.value": "ann@work.example", "emails.type": "work",
    ENTERPRISE + ":department": "R&D", USER + ":userName": "fay@example.com",
}
FILTERS = [
    "active eq true", "active eq false", "active ne true", "active gt true",
    'active eq "true"', "title eq null", "title ne null",
    "title pr", "not (title pr)", "emails pr", "name pr", "locale pr",
    "not (locale pr) and active pr", "nickName pr or title pr",
    'userName eq "bob@example.com" or userName eq "fay@example.com"',
    'title pr and userName sw "a" or userName sw "b"',
    'userName sw "a" or title pr and userName sw "b"',
    '(userName sw "a" or title pr) and userName sw "b"',
    'not (userName sw "a" or userName sw "b")',
    'emails[type eq "work"]', 'emails[type eq "work" and primary eq true]',
    'emails[type eq "work" and value co "ann"]',
    'emails[type eq "home" and value co "work"]',
    'emails[type eq "home" or value co "ann"]',
    'emails[not (type eq "work")]', 'not (emails[type eq "work"])',
    'emails[type eq "work"] and active eq true',
    'emails[type eq "work"].value co "bob"',
    "emails.primary eq true", 'emails co "ann"', 'emails eq "ann"',
    'phoneNumbers[type eq "mobile"]', 'phoneNumbers.value eq "+47 1"',
    'phoneNumbers.value sw "+47"',
    'USERNAME EQ "bob@example.com"', 'userName Eq "bob@example.com"',
    'USERNAME SW "b" OR TITLE PR', "TITLE Pr AnD active EQ true",
    'meta.created gt "2015-10-10T14:38:21Z"',
    'meta.created lt "2015-10-10T14:38:21Z"',
    'meta.lastModified ge "2015-10-10T14:38:21.861-07:00"',
    'meta.resourceType eq "User"', 'id eq "${user1}"', 'id ne "${user1}"',
    "id pr", 'schemas eq "%s"' % ENTERPRISE,
    ENTERPRISE + ":employeeNumber pr", 'nothing eq "x"', "nothing pr",
    # What is no filter.
    "", "userName", "userName eq", 'eq "x"', 'userName zz "x"',
    'userName eq "x', "userName eq x", '(userName eq "x"', 'userName eq "x")',
    'userName eq "x" and', 'userName eq "x" or or title pr',
    "not title pr", 'emails[type eq "work"', "emails[]", "and", "()",
    "userName eq 'x'", 'userName eq {"a":1}', 'userName eq ["x"]',
    "userName pr pr",
]


def filters():
    """Every operator with every operand, then the list."""
    for attribute, operator in itertools.product(OPERANDS, OPERATORS):
        yield query("/Users", filter='%s %s "%s"' % (
            attribute.strip(), operator, OPERANDS[attribute]))
    for text in FILTERS:
        yield step("GET", "/Users?filter=" + urllib.parse.quote(
            text, safe="${}"))
    for text in ('displayName eq "Group 1"', 'displayName eq "group 1"',
                 'members.value eq "${user0}"', 'members[value eq "${user1}"]',
                 "members pr", "not (members pr)"):
        yield step("GET", "/Groups?filter=" + urllib.parse.quote(
            text, safe="${}"))


SORTS = ("userName", "USERNAME", "name.givenName", "displayName", "externalId",
         "emails", "emails.value", "title", "active",
         ENTERPRISE + ":employeeNumber", "nothing", "")


def lists():
    """Sorting and paging. Users whose key is the same may come in any order,
    so only the key is asked for."""
    for attribute, order in itertools.product(
            SORTS, ("ascending", "descending")):
        yield query("/Users", sortBy=attribute, sortOrder=order,
                    attributes=attribute)
    yield query("/Users", sortBy="userName", sortOrder="sideways")
    yield query("/Users", sortOrder="descending")
    yield query("/Groups", sortBy="displayName", sortOrder="descending")
    for start, count in itertools.product(
            ("1", "2", "7", "8", "9", "100", "0", "-1"), ("1", "3", "100")):
        yield query("/Users", sortBy="userName", startIndex=start, count=count)
    for count in ("0", "-1", "x", "1.5", ""):
        yield query("/Users", sortBy="userName", count=count)
    for start in ("x", "1.5", ""):
        yield query("/Users", sortBy="userName", startIndex=start)


SELECTIONS = (
    "userName", "username", "id", "emails", "emails.value", "emails.type",
    "name", "name.givenName", "name.givenName,name.familyName", "meta",
    "userName,displayName", "userName, displayName", "nothing", "schemas",
    "active,externalId", "password", USER + ":userName", ENTERPRISE,
    ENTERPRISE + ":department", "phoneNumbers.value,title", "groups")


def selections():
    for names, kind, target in itertools.product(
            SELECTIONS, ("attributes", "excludedAttributes"),
            ("/Users/${user0}", "/Users")):
        yield step("GET", "%s?%s=%s" % (target, kind,
                                        urllib.parse.quote(names)))
    for names in ("members", "displayName", "members.value"):
        yield step("GET", "/Groups/${group2}?attributes=" + names)
        yield step("GET", "/Groups/${group2}?excludedAttributes=" + names)
    yield query("/Users", attributes="userName", excludedAttributes="title")


def searches():
    message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:"
                           "SearchRequest"]}
    for body in ({}, {"filter": 'userName sw "a"'}, {"filter": "zz"},
                 {"count": 2, "startIndex": 2, "sortBy": "userName"},
                 {"attributes": ["userName"]},
                 {"excludedAttributes": ["emails", "name"]},
                 {"sortBy": "userName", "sortOrder": "descending"}):
        yield step("POST", "/Users/.search", {**message, **body})
    yield step("POST", "/.search", {**message, "filter": "title pr"})
    yield step("POST", "/.search", {**message,
                                    "filter": 'displayName sw "Group"'})
    yield step("POST", "/Users/.search", {"filter": "title pr"})


def places():
    """What is there, and what is not."""
    for target in ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas",
                   "/Schemas/" + USER, "/ResourceTypes/User"):
        yield step("GET", target, status_only=True)
    for target in ("/Users/nobody", "/Groups/nobody", "/Nothing",
                   "/Schemas/nothing", "/ResourceTypes/Nothing"):
        yield step("GET", target)
    for method, target in (("PUT", "/Users/nobody"), ("PATCH", "/Users/nobody"),
                           ("DELETE", "/Users/nobody"), ("PUT", "/Users"),
                           ("DELETE", "/Users"), ("PATCH", "/Users"),
                           ("POST", "/Users/nobody"), ("POST", "/Schemas")):
        yield step(method, target, {"schemas": [USER], "userName": "n"})
    for token in ("Bearer wrong", "Basic wrong", None):
        yield step("GET", "/Users", headers={"Authorization": token})


# ---------------------------------------------------------------------------
# Changing

WORK = 'emails[type eq "work"]'
OPERATIONS = [
    # path, value; each is added, replaced and removed.
    ("title", "Boss"), ("displayName", "Zoe"), ("TITLE", "Boss"),
    ("name.givenName", "Zoe"), ("name", {"givenName": "Zoe"}),
    ("name", {"honorificPrefix": "Dr"}), ("active", False), ("active", "True"),
    ("active", "maybe"), ("userName", "zoe@example.com"), ("userName", ""),
    ("userName", 7), ("userName", "bob@example.com"), ("nickName", None),
    ("nickName", "Z"), ("preferredLanguage", "nb"), ("nothing", "x"),
    ("nothing.more", "x"), ("name.nothing", "x"), ("id", "x"),
    ("meta", {"created": "2000-01-01T00:00:00Z"}), ("groups", [{"value": "x"}]),
    ("emails", [{"value": "new@example.com", "type": "other"}]),
    ("emails", {"value": "new@example.com", "type": "other"}),
    ("emails", [{"value": "ann@work.example", "type": "work",
                 "primary": True}]),
    ("emails", [{"value": "p@example.com", "type": "other",
                 "primary": True}]),
    ("emails", []), ("emails", "bare@example.com"),
    (WORK, {"value": "w@example.com", "type": "work"}),
    (WORK, {"display": "W"}), (WORK + ".value", "w@example.com"),
    (WORK + ".display", "W"), (WORK + ".primary", False),
    ('emails[type eq "other"].value', "o@example.com"),
    ('emails[type eq "other"]', {"value": "o@example.com", "type": "other"}),
    ('emails[value eq "ann@home.example"].type', "other"),
    ('emails[primary eq true].value', "p@example.com"),
    ('emails[type eq "work" and primary eq true].value', "p@example.com"),
    ("emails.value", "all@example.com"), ("emails[].value", "x"),
    ("emails[primary gt true].value", "x"), ("emails[type eq].value", "x"),
    ('emails[type like "x"].value', "x"), ("name", {}), ("emails", [{}]),
    ("schemas", ["urn:example:none"]),
    ("phoneNumbers", [{"value": "+47 9", "type": "work"}]),
    ('phoneNumbers[type eq "mobile"].value', "+47 8"),
    ("addresses", [{"type": "work", "locality": "Oslo"}]),
    ("roles", [{"value": "admin"}]),
    (ENTERPRISE + ":department", "Sales"), (ENTERPRISE + ":costCenter", "1"),
    (ENTERPRISE + ":manager", {"value": "${user1}"}),
    (ENTERPRISE, {"department": "Sales"}), (USER + ":title", "Boss"),
    (USER + ":name.givenName", "Zoe"), ("title[", "x"), ("", "x"),
]
WITHOUT_PATH = [
    {"title": "Boss"}, {"name": {"givenName": "Zoe"}}, {"active": False},
    {"nothing": "x"}, {}, "text", ["list"], {"userName": None}, {"id": "x"},
    {"meta": {"created": "2000-01-01T00:00:00Z"}}, {"groups": [{"value": "x"}]},
    {"name": {}}, {"active": None}, {"schemas": [USER], "title": "Boss"},
    {"emails": [{"value": "new@example.com", "type": "other"}]},
    {ENTERPRISE: {"department": "Sales"}},
    {ENTERPRISE + ":department": "Sales"}, {"name.givenName": "Zoe"},
    {"title": "Boss", "displayName": "Zoe", "active": False},
]
MESSAGES = [
    {}, {"Operations": []}, {"Operations": "x"}, {"Operations": [None]},
    {"Operations": [{}]}, {"Operations": [{"op": "add"}]},
    {"Operations": [{"op": "move", "path": "title", "value": "x"}]},
    {"Operations": [{"op": "remove"}]},
    {"Operations": [{"op": "Replace", "path": "title", "value": "Boss"}]},
    {"Operations": [{"op": "ADD", "path": "title", "value": "Boss"}]},
    {"operations": [{"op": "add", "path": "title", "value": "Boss"}]},
    {"Operations": [{"op": "add", "path": "title", "value": "A"},
                    {"op": "replace", "path": "title", "value": "B"}]},
    {"Operations": [{"op": "replace", "path": "title", "value": "A"},
                    {"op": "add", "path": "id", "value": "B"}]},
]
DOCUMENTS = [
    {}, {"userName": ""}, {"userName": 7}, {"userName": None},
    {"userName": "ann@example.com", "id": "other"},
    {"userName": "ann@example.com", "active": "true"},
    {"userName": "ann@example.com", "active": "maybe"},
    {"userName": "ann@example.com", "active": None},
    {"userName": "ann@example.com", "nothing": "x"},
    {"userName": "ann@example.com", "emails": []},
    {"userName": "ann@example.com", "emails": None, "title": None},
    {"userName": "ann@example.com", "emails": {"value": "a@example.com"}},
    {"userName": "ann@example.com", "emails": "a@example.com"},
    {"userName": "ann@example.com", "name": "Ann"},
    {"userName": "ann@example.com", "title": ["a"]},
    {"userName": "ann@example.com", "title": 7},
    {"USERNAME": "ann@example.com", "Title": "Boss"},
    {"userName": "ann@example.com", "name": {"givenName": None}},
    {"userName": "ann@example.com", "password": "secret"},
    {"userName": "ann@example.com", "emails": [
        {"value": "a", "primary": True}, {"value": "b", "primary": True}]},
    {"userName": "ann@example.com", ENTERPRISE: {"department": "Sales"}},
    {"userName": "bob@example.com"}, {"userName": "BOB@example.com"},
]


def patch(target, *operations):
    message = {"schemas": [PATCH_OP], "Operations": list(operations)}
    made = step("PATCH", target, message)
    made["name"] += " " + str(list(operations))
    return made


def changes():
    """Every change to the same user, who is put back after each."""
    for path, value in OPERATIONS:
        for op in ("add", "replace"):
            yield patch("/Users/${user0}",
                        {"op": op, "path": path, "value": value})
    for path in dict.fromkeys(path for path, _ in OPERATIONS):
        yield patch("/Users/${user0}", {"op": "remove", "path": path})
    for value, op in itertools.product(WITHOUT_PATH, ("add", "replace")):
        yield patch("/Users/${user0}", {"op": op, "value": value})
    for message in MESSAGES:
        made = step("PATCH", "/Users/${user0}",
                    {"schemas": [PATCH_OP], **message})
        made["name"] += " " + str(message)
        yield made
    for document in DOCUMENTS:
        made = step("PUT", "/Users/${user0}", {"schemas": [USER], **document})
        made["name"] += " " + str(document)
        yield made


def restored():
    """The changes, and after each the way back."""
    for change in changes():
        yield change
        yield step("PUT", "/Users/${user0}", person(0, GIVEN[0]))


def creations():
    for number, document in enumerate(DOCUMENTS):
        made = step("POST", "/Users", {"schemas": [USER], **{
            key: value.replace("ann@", "new%d@" % number)
            if isinstance(value, str) else value
            for key, value in document.items()}})
        made["name"] += " " + str(document)
        yield made


MEMBER = [{"value": "${user3}"}]
MEMBERSHIP = [
    {"op": "add", "path": "members", "value": MEMBER},
    {"op": "add", "path": "members", "value": MEMBER},
    {"op": "add", "path": "members", "value": MEMBER[0]},
    {"op": "add", "value": {"members": [{"value": "${user4}"}]}},
    {"op": "remove", "path": 'members[value eq "${user3}"]'},
    {"op": "remove", "path": 'members[value eq "${user3}"]'},
    {"op": "remove", "path": 'members[value eq "nobody"]'},
    {"op": "remove", "path": "members", "value": [{"value": "${user4}"}]},
    {"op": "replace", "path": "members", "value": MEMBER},
    {"op": "replace", "path": "members", "value": []},
    {"op": "add", "path": "members", "value": MEMBER},
    {"op": "remove", "path": "members"},
    {"op": "replace", "path": "displayName", "value": "Renamed"},
    {"op": "replace", "value": {"displayName": "Group 1"}},
    {"op": "remove", "path": "displayName"},
    {"op": "replace", "path": "displayName", "value": ""},
]


def memberships():
    for operation in MEMBERSHIP:
        yield patch("/Groups/${group1}", operation)
    yield step("DELETE", "/Users/${user0}")
    yield step("DELETE", "/Users/${user0}")
    yield step("DELETE", "/Groups/${group2}")
    yield step("POST", "/Groups", {"schemas": [GROUP]})
    yield step("POST", "/Groups",
               {"schemas": [GROUP], "displayName": "Group 0"})


def bulk(*operations, **more):
    message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:"
                           "BulkRequest"], "Operations": list(operations)}
    return step("POST", "/Bulk", {**message, **more})


def creating(name, bulk_id, **more):
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id,
            "data": {"schemas": [USER], "userName": name, "active": True,
                     **more}}


def grouping(name, member, bulk_id="g"):
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id,
            "data": {"schemas": [GROUP], "displayName": name,
                     "members": [{"value": member}]}}


def bulks():
    """Several operations in a request."""
    title = {"schemas": [PATCH_OP], "Operations": [
        {"op": "replace", "path": "title", "value": "Bulk"}]}
    taken = creating("bob@example.com", "t")
    yield bulk()
    yield bulk(creating("b1", "1"))
    yield bulk(creating("b2", "1"), creating("b3", "2"))
    yield bulk(creating("b4", "u"), grouping("Bulk 1", "bulkId:u"))
    yield bulk(grouping("Bulk 2", "bulkId:u"), creating("b5", "u"))
    yield bulk(grouping("Bulk 3", "bulkId:nobody"))
    yield bulk({"method": "PATCH", "path": "/Users/${user1}", "data": title},
               {"method": "DELETE", "path": "/Users/${user2}"})
    yield bulk({"method": "PUT", "path": "/Users/${user1}",
                "data": person(1, GIVEN[1])})
    yield bulk(creating("b6", "u"),
               {"method": "PATCH", "path": "/Users/bulkId:u", "data": title})
    yield bulk({"method": "DELETE", "path": "/Users/nobody"})
    yield bulk(taken, creating("b7", "7"))
    yield bulk(taken, creating("b8", "8"), failOnErrors=1)
    yield bulk(taken, {**taken, "bulkId": "u"}, creating("b9", "9"),
               failOnErrors=2)
    yield bulk(creating("b10", "1"), creating("b11", "1"))
    yield bulk({"method": "GET", "path": "/Users"})
    yield bulk({"method": "POST", "path": "/Users", "data": {}})
    yield bulk({"method": "POST", "path": "/Nothing", "bulkId": "1",
                "data": {"schemas": [USER]}})
    yield bulk({"path": "/Users"})
    yield bulk({"method": "POST", "path": "/Users",
                "data": {"schemas": [USER], "userName": "b12"}},
               creating("b13", "13"), {"path": "/Users"},
               {"method": "POST", "bulkId": "14"})
    yield step("POST", "/Bulk", {"Operations": "x"})
    yield step("GET", "/Bulk")


def conditions():
    """If-Match and If-None-Match, with the version and with another."""
    target, other = "/Users/${user0}", 'W/"other"'
    for match in ("${version}", other, "*", other + ", ${version}"):
        yield step("GET", target, save={"version": "ETag"})
        yield step("GET", target, headers={"If-None-Match": match})
        for method, body in (("PUT", person(0, GIVEN[0])),
                             ("PATCH", {"schemas": [PATCH_OP], "Operations": [
                                 {"op": "add", "path": "title",
                                  "value": "Matched"}]})):
            yield step("GET", target, save={"version": "ETag"})
            yield step(method, target, body, headers={"If-Match": match})
    yield step("DELETE", target, headers={"If-Match": other})
    yield step("GET", target, save={"version": "ETag"})
    yield step("DELETE", target, headers={"If-Match": "${version}"})
    yield step("PUT", target, person(0, GIVEN[0]), headers={"If-Match": "*"})


def flows():
    """All of it, held to the letter of the RFCs."""
    for made in (filters, lists, selections, searches, places, restored,
                 creations, memberships, bulks, conditions):
        yield {"flow": made.__name__, "settings": {"preset": "rfc"},
               "setup": PEOPLE + GROUPS,
               "steps": list(made())}
