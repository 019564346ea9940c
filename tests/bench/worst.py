#!/usr/bin/env python3
"""The worst requests that are legal, and the CPU time of each.

  python3 tests/bench/worst.py [EXTENSION [WORD]]

All of them but the searches hold the one writer, so what stands here is how
long somebody with a token may stop all others. Each request is made once, in a
transaction that is rolled back. WORD leaves out the cases without it.
"""
import json
import multiprocessing
import sqlite3
import sys
import time

EXTENSION = sys.argv[1] if len(sys.argv) > 1 else "build/release/scim"
WORD = sys.argv[2] if len(sys.argv) > 2 else ""
USERS = 100_000
LARGE = 100_000
PATIENCE = 60
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
CASES = []


def case(name):
    """Registers a case: a function that yields method, target, body."""
    def register(make):
        CASES.append((name, make))
        return make
    return register


def apply(db, method, target, body=None, options=None):
    """Status, body and CPU seconds."""
    texts = [json.dumps(part, ensure_ascii=False) if part is not None else None
             for part in (body, options)]
    began = time.process_time()
    row = db.execute("SELECT scim_apply(?, ?, ?, ?)",
                     [method, target] + texts).fetchone()
    took = time.process_time() - began
    return json.loads(row[0]), took


def patch(operations):
    return {"schemas": [PATCH], "Operations": operations}


def bulk(operations):
    return {"schemas": [BULK], "Operations": operations}


def open_database():
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(EXTENSION)
    db.execute("SELECT scim_init()").fetchall()
    db.execute("""UPDATE scim_tenant SET settings = '{"page_max":100000}'""")
    return db


def user(db, name, **more):
    reply, _ = apply(db, "POST", "/Users", {"userName": name, **more},
                     {"id": name})
    assert reply["status"] == 201, reply


def group(db, name, ids):
    for at in range(0, max(1, len(ids)), 20000):
        members = [{"value": i} for i in ids[at:at + 20000]]
        if at == 0:
            reply, _ = apply(db, "POST", "/Groups",
                             {"displayName": name, "members": members},
                             {"id": name})
        else:
            reply, _ = apply(db, "PATCH", "/Groups/" + name, patch(
                [{"op": "add", "path": "members", "value": members}]))
        assert reply["status"] in (200, 201, 204), reply


def emails(count, size=0, letter="x"):
    return [{"value": f"{letter * size}{i}@example.com", "type": f"t{i}"}
            for i in range(count)]


def terms(count, form="value eq \"a%d\""):
    return " or ".join(form % i for i in range(count))


# ---- PATCH of one user

@case("PATCH 4,000 x filter of 64 terms x 1,000 values")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": f"emails[{terms(64)}].display",
          "value": ""}] * 4000)


@case("PATCH 2,000 x filter of 400 terms x 1,000 values")
def _(db):
    user(db, "u", emails=emails(1000, 10, "É"))
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": f"emails[{terms(400, 'value co %d')}].display",
          "value": ""}] * 2000)


@case("PATCH 10,000 x value filter x 1,000 values")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": 'emails[value eq "no"].display',
          "value": ""}] * 10000)


@case("PATCH 10,000 x value filter (co) x 1,000 values of 15 KB")
def _(db):
    user(db, "u", emails=emails(900, 14000))
    return "PATCH", "/Users/u", patch(
        [{"op": "remove", "path": 'emails[value co "xxxxxxxy"]'}] * 10000)


@case("PATCH 200 x filter on a value of 800 KB of other letters")
def _(db):
    apply(db, "POST", "/Users", {"userName": "u", "title": "t", "emails": [
        {"value": "é" * 400000}]}, {"id": "u"})
    apply(db, "POST", "/Users", {"userName": "u", "title": "t", "emails": [
        {"value": "é" * 30000}]}, {"id": "u"})
    return "PATCH", "/Users/u", patch(
        [{"op": "remove", "path": 'emails[value co "zz"]'}] * 200)


@case("PATCH 10,000 adds of a value to 1,000")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u", patch(
        [{"op": "add", "path": "emails",
          "value": [{"value": f"{i % 1000}@example.com",
                     "type": f"t{i % 1000}"}]} for i in range(10000)])


@case("PATCH one add of 1,000 values, 10 times")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u", patch(
        [{"op": "add", "path": "emails", "value": emails(1000)}] * 10)


@case("PATCH 10 removes of 1,000 values")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u", patch(
        [{"op": "remove", "path": "emails",
          "value": [{"value": f"no{i}"} for i in range(1000)]}] * 10)


@case("PATCH 10,000 operations on single values")
def _(db):
    user(db, "u")
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": "name.givenName", "value": f"n{i}"}
         for i in range(10000)])


@case("PATCH 10,000 operations on emails.type of 1,000")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": "emails.type", "value": f"n{i}"}
         for i in range(10000)])


@case("PATCH 10,000 operations on the type of one of 20 e-mails of 60 KB")
def _(db):
    user(db, "u", emails=[{"type": f"t{i}", "value": f"{i:05}" + "x" * 60000}
                          for i in range(20)])
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": 'emails[type eq "t1"].type', "value": "t1"}
         for i in range(10000)])


@case("PATCH without a path, 200,000 members of the object")
def _(db):
    user(db, "u")
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "value": {f"x{i}": 1 for i in range(190000)}}])


# ---- PUT and POST of one user

@case("PUT of 10,000 e-mails")
def _(db):
    user(db, "u")
    return "PUT", "/Users/u", {"userName": "u", "emails": emails(10000)}


@case("PUT of 1,000 e-mails, the same twice each")
def _(db):
    user(db, "u")
    return "PUT", "/Users/u", {"userName": "u", "emails": emails(500) * 2}


@case("PUT of 1,000 values in each list")
def _(db):
    user(db, "u")
    lists = ("emails", "phoneNumbers", "ims", "photos", "addresses",
             "entitlements", "roles", "x509Certificates")
    return "PUT", "/Users/u", {"userName": "u", **{
        name: ([{"formatted": f"a{i}"} for i in range(1000)]
               if name == "addresses" else
               [{"value": f"http://a/{i}" if name == "photos" else "%04d" % i}
                for i in range(1000)]) for name in lists}}


@case("PUT of 1,000 roles, each primary")
def _(db):
    user(db, "u")
    return "PUT", "/Users/u", {"userName": "u", "roles": [
        {"value": f"r{i}", "primary": True} for i in range(1000)]}


@case("PUT of 1,000 roles in other letters, one of them another")
def _(db):
    user(db, "u", roles=[{"value": f"É{i}"} for i in range(1000)])
    return "PUT", "/Users/u", {"userName": "u", "roles": [
        {"value": f"É{i}"} for i in range(1, 1001)]}


@case("POST, a title of 15 MB")
def _(db):
    return "POST", "/Users", {"userName": "u", "title": "x" * 15000000}


@case("POST, 15 MB of other letters in values of 60 KB")
def _(db):
    return "POST", "/Users", {"userName": "u", "emails": [
        {"value": "É" * 30000 + str(i)} for i in range(250)]}


@case("POST, 15 MB of a photo")
def _(db):
    return "POST", "/Users", {"userName": "u", "x509Certificates": [
        {"value": "A" * 15000000}]}


@case("POST, 1,000,000 keys")
def _(db):
    return "POST", "/Users", {"userName": "u",
                              **{f"k{i}": 1 for i in range(1000000)}}


@case("POST, 190,000 keys")
def _(db):
    return "POST", "/Users", {"userName": "u",
                              **{f"k{i}": 1 for i in range(190000)}}


@case("POST, 130,000 x 60 deep")
def _(db):
    text = '{"userName":"u","x":[' + ",".join(
        ["[" * 58 + "]" * 58] * 130000) + "]}"
    return "POST", "/Users", json.loads(text)


# ---- Groups

@case("PATCH of a group of 100,000: a filter on display, then 500 adds")
def _(db):
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "PATCH", "/Groups/g", patch(
        [{"op": "remove", "path": 'members[display co "x"]'}] +
        [{"op": "add", "path": "members", "value": [{"value": f"n{i}"}]}
         for i in range(500)])


@case("PATCH of a group of 100,000: a filter on display, then one add of 500")
def _(db):
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "PATCH", "/Groups/g", patch(
        [{"op": "remove", "path": 'members[display co "x"]'}] +
        [{"op": "add", "path": "members",
          "value": [{"value": f"n{i}"} for i in range(500)]}])


@case("PATCH of a group of 100,000: removes every other by display")
def _(db):
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    db.execute("UPDATE scim_member SET display = value")
    return "PATCH", "/Groups/g", patch(
        [{"op": "remove", "path": 'members[display ew "1" or display ew "3" '
          'or display ew "5" or display ew "7" or display ew "9"]'}])


@case("PATCH of a group: adds 10,000 in one operation")
def _(db):
    group(db, "g", ["m"])
    return "PATCH", "/Groups/g", patch(
        [{"op": "add", "path": "members",
          "value": [{"value": f"n{i}"} for i in range(10000)]}])


@case("PATCH of a group: adds 10,000 in 10,000 operations")
def _(db):
    group(db, "g", ["m"])
    return "PATCH", "/Groups/g", patch(
        [{"op": "add", "path": "members", "value": [{"value": f"n{i}"}]}
         for i in range(10000)])


@case("PUT of a group with 10,000 members")
def _(db):
    group(db, "g", [f"m{i}" for i in range(10000)])
    return "PUT", "/Groups/g", {"displayName": "g", "members": [
        {"value": f"n{i}", "display": f"n{i}"} for i in range(10000)]}


@case("PUT of a group with 90,000 members")
def _(db):
    group(db, "g", [f"m{i}" for i in range(90000)])
    return "PUT", "/Groups/g", {"displayName": "g", "members": [
        {"value": f"n{i}"} for i in range(90000)]}


@case("POST of a group with 99,000 members")
def _(db):
    return "POST", "/Groups", {"displayName": "g", "members": [
        {"value": f"n{i}"} for i in range(99000)]}


@case("PATCH of a group: adds 99,000 in one operation")
def _(db):
    group(db, "g", ["m"])
    return "PATCH", "/Groups/g", patch(
        [{"op": "add", "path": "members",
          "value": [{"value": f"n{i}"} for i in range(99000)]}])


@case("PATCH of a group: removes 99,000 by their names")
def _(db):
    group(db, "g", [f"m{i}" for i in range(99000)])
    return "PATCH", "/Groups/g", patch(
        [{"op": "remove", "path": "members",
          "value": [{"value": f"m{i}"} for i in range(99000)]}])


@case("PATCH of a group: removes 10,000 one by one")
def _(db):
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "PATCH", "/Groups/g", patch(
        [{"op": "remove", "path": f'members[value eq "m{i}"]'}
         for i in range(10000)])


@case("PATCH of a group: removes all 100,000")
def _(db):
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "PATCH", "/Groups/g", patch([{"op": "remove", "path": "members"}])


@case("DELETE of a group of 100,000")
def _(db):
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "DELETE", "/Groups/g", None


def mapped(db, nested="direct", users=LARGE):
    """Users, and a map that makes rows of an application's table of members."""
    db.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
    db.execute("CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT)")
    db.execute("CREATE TABLE part (team INTEGER, person INTEGER, "
               "PRIMARY KEY (team, person))")
    for name, definition in (
            ("person", {"type": "User", "table": "person", "key": "id",
                        "columns": {"name": {"from": "userName"}}}),
            ("team", {"type": "Group", "table": "team", "key": "id",
                      "columns": {"name": {"from": "displayName"}},
                      "deleted": "delete",
                      "members": {"table": "part", "group": "team",
                                  "member": "person", "of": "person",
                                  "nested": nested}})):
        db.execute("SELECT scim_map(?, ?)", [name, json.dumps(definition)])
        db.execute("SELECT scim_map_switch(?, 'on')", [name]).fetchall()
    db.execute("BEGIN")
    for i in range(users):
        user(db, f"m{i}")
    db.execute("COMMIT")


@case("POST of a group with 99,000 members, by a map")
def _(db):
    mapped(db)
    return "POST", "/Groups", {"displayName": "g", "members": [
        {"value": f"m{i}"} for i in range(99000)]}


@case("PATCH of a group: adds 99,000 who had left it, resources")
def _(db):
    db.execute("BEGIN")
    for i in range(LARGE):
        user(db, f"m{i}")
    db.execute("COMMIT")
    group(db, "g", [f"m{i}" for i in range(99000)])
    apply(db, "PATCH", "/Groups/g", patch([{"op": "remove", "path": "members"}]))
    return "PATCH", "/Groups/g", patch(
        [{"op": "add", "path": "members",
          "value": [{"value": f"m{i}"} for i in range(99000)]}])


@case("PATCH of a group: adds 99,000, by a map")
def _(db):
    mapped(db)
    group(db, "g", ["m0"])
    return "PATCH", "/Groups/g", patch(
        [{"op": "add", "path": "members",
          "value": [{"value": f"m{i}"} for i in range(99000)]}])


def others(db, nested="direct"):
    """A PUT of 90,000 members for 90,000 others."""
    mapped(db, nested)
    db.execute("BEGIN")
    for i in range(90000):
        user(db, f"n{i}")
    db.execute("COMMIT")
    group(db, "g", [f"m{i}" for i in range(90000)])
    return "PUT", "/Groups/g", {"displayName": "g", "members": [
        {"value": f"n{i}"} for i in range(90000)]}


@case("PUT of a group with 90,000 members, by a map")
def _(db):
    return others(db)


@case("DELETE of a group of 100,000, by a map")
def _(db):
    mapped(db)
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "DELETE", "/Groups/g", None


def deep(db, members):
    """100 groups, each in the next, and one of so many: of a map that counts
    nested ones. The lowest is d0."""
    mapped(db, "effective", members)
    for i in range(100):
        group(db, f"d{i}", [f"d{i - 1}"] if i else [])
    group(db, "g", [f"m{i}" for i in range(members)])


@case("POST of a group with 99,000 members, by a map of nested ones")
def _(db):
    mapped(db, "effective")
    return "POST", "/Groups", {"displayName": "g", "members": [
        {"value": f"m{i}"} for i in range(99000)]}


@case("PUT of a group with 90,000 members, by a map of nested ones")
def _(db):
    return others(db, "effective")


@case("PATCH of a group: adds 99,000, by a map of nested ones")
def _(db):
    mapped(db, "effective")
    group(db, "g", ["m0"])
    return "PATCH", "/Groups/g", patch(
        [{"op": "add", "path": "members",
          "value": [{"value": f"m{i}"} for i in range(99000)]}])


@case("DELETE of a group of 100,000, by a map of nested ones")
def _(db):
    mapped(db, "effective")
    group(db, "g", [f"m{i}" for i in range(LARGE)])
    return "DELETE", "/Groups/g", None


@case("PATCH: a group of 1,000 into the lowest of 100, by a map of nested ones")
def _(db):
    deep(db, 1000)
    return "PATCH", "/Groups/d0", patch(
        [{"op": "add", "path": "members", "value": [{"value": "g"}]}])


@case("PATCH: a group of 1,001 into the lowest of 100, by a map of nested ones")
def _(db):
    deep(db, 1001)
    return "PATCH", "/Groups/d0", patch(
        [{"op": "add", "path": "members", "value": [{"value": "g"}]}])


@case("PATCH: a group of 5,000 out of the lowest of 100, by a map of nested ones")
def _(db):
    deep(db, 5000)
    db.execute("""UPDATE scim_tenant SET settings = '{"max_joined":1000000}'""")
    reply, _ = apply(db, "PATCH", "/Groups/d0", patch(
        [{"op": "add", "path": "members", "value": [{"value": "g"}]}]))
    assert reply["status"] == 200, reply
    return "PATCH", "/Groups/d0", patch([{"op": "remove", "path": "members"}])


def in_groups(db, count):
    db.execute("WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n "
               "WHERE v < ?) INSERT INTO scim_resource (tenant, type, id, "
               "version, doc, created, modified) SELECT tenant, 'Group', 'g' "
               "|| v, 1, json_object('displayName', 'g' || v), created, "
               "modified FROM n, scim_resource WHERE id = 'u'", [count])
    db.execute("INSERT INTO scim_member (\"group\", value, type) SELECT "
               "resource, 'u', 'User' FROM scim_resource WHERE type = 'Group'")


@case("GET of a user in 5,000 groups")
def _(db):
    user(db, "u")
    in_groups(db, 5000)
    return "GET", "/Users/u", None


@case("PATCH of a user in 100,000 groups")
def _(db):
    user(db, "u")
    in_groups(db, 100000)
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": "title", "value": "x"}])


@case("DELETE of a user in 100,000 groups")
def _(db):
    user(db, "u")
    in_groups(db, 100000)
    return "DELETE", "/Users/u", None


@case("PATCH of a user in 10,000 groups: another name")
def _(db):
    user(db, "u")
    in_groups(db, 10000)
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "value": {"userName": "v", "displayName": "V"}}])


@case("DELETE of a user in 10,000 groups")
def _(db):
    user(db, "u")
    in_groups(db, 10000)
    return "DELETE", "/Users/u", None


def with_manager(db):
    """A user who is the manager of 100,000."""
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    user(db, "boss", displayName="B")
    db.execute("WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n "
               "WHERE v < ?) INSERT INTO scim_resource (tenant, type, id, "
               "version, doc, created, modified) SELECT tenant, type, 'u' || v, "
               "1, json_object('userName', 'u' || v, ?, json_object('manager', "
               "json_object('value', 'boss'))), created, modified "
               "FROM n, scim_resource WHERE id = 'boss'", [USERS, enterprise])


@case("PATCH of a manager of 100,000: another name")
def _(db):
    with_manager(db)
    return "PATCH", "/Users/boss", patch(
        [{"op": "replace", "path": "displayName", "value": "C"}])


@case("DELETE of a manager of 100,000")
def _(db):
    with_manager(db)
    return "DELETE", "/Users/boss", None


# ---- Bulk

@case("bulk of 1 MB, 1,000 creates")
def _(db):
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Users", "bulkId": f"u{i}", "data": {
            "userName": f"u{i}", "title": "t" * 900}} for i in range(1000)])


@case("bulk of 1,000 PATCHes, each 20 x 64 terms x 1,000 values")
def _(db):
    user(db, "u", emails=emails(1000))
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Users/u", "data": patch(
            [{"op": "replace", "path": f"emails[{terms(16)}].display",
              "value": ""}] * 10)}] * 1000)


@case("bulk of 1,000 groups, each 100 of the others")
def _(db):
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Groups", "bulkId": f"g{i}", "data": {
            "displayName": f"g{i}", "members": [
                {"value": f"bulkId:g{(i * 7 + k) % 1000}"}
                for k in range(i + 1, i + 101) if (i * 7 + k) % 1000 > i]}}
         for i in range(1000)])


@case("bulk of 1,000 groups, each 95 users of 100,000 references")
def _(db):
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Users", "bulkId": f"u{i}",
          "data": {"userName": f"u{i}"}} for i in range(100)] +
        [{"method": "POST", "path": "/Groups", "bulkId": f"g{i}", "data": {
            "displayName": f"g{i}", "members": [
                {"value": f"bulkId:u{k}"} for k in range(95)]}}
         for i in range(900)])


@case("bulk of 10 DELETEs of groups of 50,000")
def _(db):
    for i in range(10):
        group(db, f"g{i}", [f"m{j}" for j in range(LARGE // 2)])
    return "POST", "/Bulk", bulk(
        [{"method": "DELETE", "path": f"/Groups/g{i}"} for i in range(10)])


@case("bulk of 90 users, each 1,000 e-mails")
def _(db):
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Users", "bulkId": f"u{i}",
          "data": {"userName": f"u{i}", "emails": [
              {"value": f"u{i}.{j}@x.com"} for j in range(1000)]}}
         for i in range(90)])


@case("bulk of 1,000 groups, each 400 of the others")
def _(db):
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Groups", "bulkId": f"g{i}", "data": {
            "displayName": f"g{i}", "members": [
                {"value": f"bulkId:g{k}"}
                for k in range(i + 1, min(i + 401, 1000))]}}
         for i in range(1000)])


@case("bulk with 270,000 references in one operation")
def _(db):
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Users", "bulkId": "a",
          "data": {"userName": "a"}},
         {"method": "POST", "path": "/Users", "bulkId": "b",
          "data": {"userName": "b", "x": ["bulkId:a"] * 270000}}])


@case("bulk of 1,000 PATCHes on one user, a reference at the front")
def _(db):
    user(db, "u")
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Users/u", "data": patch(
            [{"op": "replace", "value": {
                "title": f"t{i}", "manager" if i else "nickName":
                "bulkId:z" if not i else "x"}}])} for i in range(999)] +
        [{"method": "POST", "path": "/Users", "bulkId": "z",
          "data": {"userName": "z"}}])


@case("bulk of 500 x a PATCH that refers to one of 500 creates behind it")
def _(db):
    group(db, "g", [])
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Groups/g", "data": patch(
            [{"op": "add", "path": "members", "value": [
                {"value": f"bulkId:z{i}"}]}])} for i in range(500)] +
        [{"method": "POST", "path": "/Users", "bulkId": f"z{i}",
          "data": {"userName": f"z{i}"}} for i in reversed(range(500))])


@case("bulk of 1,000 in a circle")
def _(db):
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    return "POST", "/Bulk", bulk(
        [{"method": "POST", "path": "/Users", "bulkId": f"z{i}",
          "data": {"userName": f"z{i}", enterprise: {
              "manager": {"value": f"bulkId:z{(i + 1) % 1000}"}}}}
         for i in range(1000)])


@case("bulk of 499 DELETEs and takers, each forward for a create")
def _(db):
    for i in range(330):
        user(db, f"u{i}")
    group(db, "g", [])
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Groups/g", "data": patch(
            [{"op": "add", "path": "members", "value": [
                {"value": f"bulkId:z{i}"}]}])} for i in range(330)] +
        [{"method": "DELETE", "path": f"/Users/u{i}"} for i in range(330)] +
        [{"method": "POST", "path": "/Users", "bulkId": f"z{i}",
          "data": {"userName": f"u{i}"}} for i in reversed(range(330))])


@case("bulk of 333 DELETEs, takers before them, forward for creates")
def _(db):
    for i in range(666):
        user(db, f"u{i}")
    group(db, "g", [])
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Groups/g", "data": patch(
            [{"op": "add", "path": "members", "value": [
                {"value": f"bulkId:z{i}"}]}])} for i in range(250)] +
        [{"method": "PUT", "path": f"/Users/u{333 + i}",
          "data": {"userName": f"w{i}"}} for i in range(250)] +
        [{"method": "DELETE", "path": f"/Users/u{i}"} for i in range(250)] +
        [{"method": "POST", "path": "/Users", "bulkId": f"z{i}",
          "data": {"userName": f"u{i}"}} for i in reversed(range(250))])


@case("bulk of 1,000 PATCHes of 1,000 users")
def _(db):
    for i in range(1000):
        user(db, f"u{i}")
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": f"/Users/u{i}", "data": patch(
            [{"op": "replace", "path": "title", "value": "x"}])}
         for i in range(1000)])


@case("bulk of 1,000 PATCHes of one user of 1,000 e-mails")
def _(db):
    user(db, "u", emails=emails(1000))
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Users/u", "data": patch(
            [{"op": "replace", "path": "title", "value": f"x{i}"}])}
         for i in range(1000)])


@case("bulk of 1,000 PATCHes of one user of 1 MB")
def _(db):
    user(db, "u", emails=emails(900, 1000))
    return "POST", "/Bulk", bulk(
        [{"method": "PATCH", "path": "/Users/u", "data": patch(
            [{"op": "replace", "path": "title", "value": f"x{i}"}])}
         for i in range(1000)])


# ---- What goes with a request

@case("PATCH with attributes= of 10,000 names")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u?attributes=" + ",".join(
        f"emails.x{i}" for i in range(10000)), patch(
        [{"op": "replace", "path": "title", "value": "x"}])


@case("PATCH with excludedAttributes= of 100,000 known names")
def _(db):
    user(db, "u", emails=emails(1000))
    return "PATCH", "/Users/u?excludedAttributes=" + ",".join(
        ["emails.display", "phoneNumbers.value"] * 50000), patch(
        [{"op": "replace", "path": "title", "value": "x"}])


@case("If-Match of 1,000,000 tags")
def _(db):
    user(db, "u")
    return "PATCH", "/Users/u", patch(
        [{"op": "replace", "path": "title", "value": "x"}]), {
        "if_match": ",".join(['W/"9"'] * 1000000)}


# ---- Searches, which hold no writer

def many(db):
    db.execute(
        "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE "
        "v < ?) INSERT INTO scim_resource (tenant, type, id, version, doc, "
        "created, modified) SELECT 'default', 'User', 'u' || v, 1, "
        "json_object('userName', 'u' || v, 'title', 'Title of ' || v), "
        "'2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM n",
        [USERS])


@case("search of 100,000, 250 terms, sorted")
def _(db):
    many(db)
    return "POST", "/Users/.search", {
        "filter": terms(250, 'title co "z%d"'), "sortBy": "title"}


@case("search of 100,000 by groups pr")
def _(db):
    many(db)
    return "GET", "/Users?filter=groups%20pr", None


@case("search where one value is of 60 KB in other letters, 250 terms")
def _(db):
    user(db, "u", title="É" * 30000)
    return "POST", "/Users/.search", {"filter": terms(250, 'title co "z%d"')}


def run(name, make):
    """Makes the request of a case and prints what it took."""
    db = open_database()
    request = make(db)
    db.execute("BEGIN")
    reply, took = apply(db, *request)
    detail = reply.get("body") or {}
    detail = detail.get("detail", "") if isinstance(detail, dict) else ""
    print(f"{took:8.3f} s  {reply['status']}  {name}  {detail[:60]}",
          flush=True)


def main():
    """A process for each case: some would never end."""
    for name, make in CASES:
        if WORD not in name:
            continue
        child = multiprocessing.Process(target=run, args=(name, make))
        child.start()
        child.join(PATIENCE)
        if child.is_alive():
            child.kill()
            child.join()
            print(f"   > {PATIENCE} s       {name}", flush=True)


main()
