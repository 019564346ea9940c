"""Extensions of another time than the one that is tested.

next_version() is a copy that calls itself another version, and does what it did.
next_tables() is built from these sources with one upgrade more: it makes tables
of the version behind today's of those that it finds, and refuses today's until
then, as today's refuses what that has made.
"""

import os
import re
import shutil
import subprocess

from cluster import EXTENSION

# What the version behind today's does to the tables: a table with what the rows of
# before say, and a column that each row has.
UPGRADE = """
CREATE TABLE scim_later (seq INTEGER PRIMARY KEY, what TEXT NOT NULL) STRICT;
INSERT INTO scim_later SELECT seq, method || ' ' || status FROM scim_log;
ALTER TABLE scim_resource ADD COLUMN later TEXT NOT NULL DEFAULT 'never';
UPDATE scim_resource SET later = type || ' ' || version;
UPDATE scim_meta SET value = value + 1 WHERE name = 'generation';
"""


def following(version):
    return version[:-1] + str((int(version[-1]) + 1) % 10)


def ask(extension, *statements, path=":memory:"):
    """What the sqlite3 shell prints for them, with the extension loaded."""
    return subprocess.run(
        ["sqlite3", "-batch", path, f".load {os.path.abspath(extension)[:-3]}",
         *statements], capture_output=True, text=True, check=True).stdout


def version_of(extension):
    """What the file says of itself, and of which version its tables are."""
    version, tables = ask(extension, "SELECT scim_version()",
                          "SELECT scim_init()").split()
    return version, int(tables)


def next_version(home):
    """Its path."""
    version, _ = version_of(EXTENSION)
    with open(EXTENSION, "rb") as file:
        content = file.read()
    old, new = (text.encode() + b"\0" for text in (version, following(version)))
    if content.count(old) != 1:
        raise RuntimeError("the version is not where it is looked for")
    path = os.path.join(home, "next_version", "scim.so")  # who loads it asks the name
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content.replace(old, new))
    return path


def replace(path, pattern, text):
    """What must be there once."""
    with open(path, encoding="utf-8") as file:
        content, count = re.subn(pattern, text, file.read())
    if count != 1:
        raise RuntimeError(f"{path}: {pattern} is there {count} times")
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def views():
    """What takes away those of today, and keeps what others have put on them, as
    sql/upgrade/views*.sql does."""
    _, drops = ask(EXTENSION, "SELECT scim_init()",
                   "SELECT printf('DROP %s IF EXISTS %s;', type, name) FROM"
                   " sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY type"
                   ).split("\n", 1)
    names = re.findall("DROP view IF EXISTS (.*);", drops)
    triggers, views = drops.split("DROP view", 1)
    return triggers + f"""INSERT INTO scim_meta (name, value)
SELECT printf('trigger %09d', rowid), sql FROM sqlite_schema
 WHERE type = 'trigger' AND tbl_name IN ({", ".join(map("'{}'".format, names))});
DROP view""" + views


def next_tables(home):
    """Its path, once it is built: a few seconds, since nothing is optimised."""
    place = os.path.join(home, "next_tables")
    for name in ("ext", "sql"):
        shutil.copytree(name, os.path.join(place, name))
    shutil.copy("Makefile", place)
    version, tables = version_of(EXTENSION)
    for name, script in (("views", views()), ("", UPGRADE + "UPDATE scim_meta SET value"
                         f" = {tables + 1} WHERE name = 'version';\n")):
        with open(f"{place}/sql/upgrade/{name}{tables}.sql", "w",
                  encoding="utf-8") as file:
            file.write(script)
    replace(place + "/ext/store/install.h", rf"(INSTALL_VERSION) {tables}\b",
            rf"\1 {tables + 1}")
    replace(place + "/sql/tables/meta.sql", rf"\('version', {tables}\)",
            f"('version', {tables + 1})")
    done = subprocess.run(
        ["make", "-C", place, "BUILD=build", "VERSION=" + following(version),
         "build/one/scim.so"], capture_output=True, text=True, check=False,
        env={name: value for name, value in os.environ.items()
             if name not in ("MAKEFLAGS", "MAKELEVEL", "BUILD")})
    if done.returncode:
        raise RuntimeError("the next extension is not built: " + done.stderr[-600:])
    return place + "/build/one/scim.so"
