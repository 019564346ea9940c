"""Asks for every view of a small database, by Datasette's JSON API or DuckDB.

   python views.py datasette|duckdb EXTENSION      where that is installed

Prints a line for each view: its name, and "opens" or what went wrong.
"""
import asyncio
import json
import os
import sqlite3
import sys
import tempfile


def fill(path, extension):
    """Users, groups, changes of each kind and requests that fail."""
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("SELECT scim_init()")

    def ask(method, target, body=None):
        reply = json.loads(db.execute(
            "SELECT scim_apply(json_object('method', ?, 'target', ?, "
            "'body', json(?)))",
            (method, target, body and json.dumps(body))).fetchone()[0])
        return reply.get("body") or {}

    def change(target, path, value):
        ask("PATCH", target, {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}]})

    db.execute("BEGIN")
    users = [ask("POST", "/Users", {
        "userName": f"user{number}", "active": number % 3 > 0,
        "title": "engineer",
        "emails": [{"value": f"user{number // 2}@example.com"}]})["id"]
        for number in range(40)]
    for start in range(0, 40, 10):
        ask("POST", "/Groups", {
            "displayName": f"group{start}",
            "members": [{"value": user} for user in users[start:start + 10]]})
    for user in users[::4]:
        change("/Users/" + user, "title", "manager")
        change("/Users/" + user, "active", False)
    ask("DELETE", "/Users/" + users[0])
    ask("POST", "/Users", {"userName": "user1"})
    ask("POST", "/Users", {"displayName": "who has no name"})
    db.execute("COMMIT")
    views = [row[0] for row in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")]
    if db.execute("SELECT count(*) FROM scim_user").fetchone() != (39,):
        sys.exit("the database has not what it should")
    db.close()
    return views


async def ask_datasette(path, extension, views):
    from datasette.app import Datasette
    server = Datasette([path], sqlite_extensions=[extension])
    await server.invoke_startup()
    for view in views:
        reply = await server.client.get(f"/people/{view}.json")
        wrong = reply.json().get("error") or reply.status_code != 200
        print(view, wrong and f"{reply.status_code} {wrong}" or "opens")


def ask_duckdb(path, views):
    import duckdb
    duckdb.sql("INSTALL sqlite; LOAD sqlite")
    for view in views:
        try:
            duckdb.sql(f"SELECT * FROM sqlite_scan('{path}', '{view}')").fetchall()
            print(view, "opens")
        except duckdb.Error as error:
            print(view, str(error).replace("\n", " "))


def main(host, extension):
    extension = os.path.abspath(extension)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "people.db")
        views = fill(path, extension)
        if host == "datasette":
            asyncio.run(ask_datasette(path, extension, views))
        else:
            ask_duckdb(path, views)


sys.path.pop(0)  # this folder, whose duckdb.py is not DuckDB
main(*sys.argv[1:])
