#!/usr/bin/python3
"""Plays the set-up guides of platforms, and a month of what follows.

    tests/guides/guide.sh [learnster ...]   SCIM_EXTENSION, SCIMD: the build

A guide is a folder. Its schema.sql is the platform's own database with people
in it, setup.sql what the platform's people run to let identity providers in,
month.py what then happens, and want.sql what has to be true in the platform's
tables in the end, asked by a stock SQLite that never saw the extension. What
the identity providers send goes over HTTP to scimd (entra.py, okta.py).

want.sql has a sentence in a comment, a query, and its rows behind "-- ":

    -- nobody was made twice
    SELECT email FROM learner GROUP BY lower(email) HAVING count(*) > 1;
    -- (nothing)
"""
import concurrent.futures
import importlib.util
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
BUILD = os.environ.get("BUILD", "build")
EXTENSION = os.environ.get("SCIM_EXTENSION", BUILD + "/scim")
SCIMD = os.environ.get("SCIMD", BUILD + "/scimd")

# Columns of times, which grow older when days pass.
TIMES = (("scim_log", "time"), ("scim_alert", "since"),
         ("scim_alert", "released"), ("scim_alert", "until"),
         ("scim_outbox", "created"), ("scim_review", "since"))


def rows(cursor):
    """Rows as the sqlite3 shell prints them: a|b, a line each."""
    return "\n".join("|".join("" if v is None else str(v) for v in row)
                     for row in cursor)


class Platform:
    """A platform: its database, scimd before it, and the checks of a guide."""

    def __init__(self, name, folder):
        self.name, self.db = name, folder + "/platform.db"
        self.lines, self.server, self.url = [], None, None
        self.connections = {}

    def file(self, name):
        with open(f"{HERE}/{self.name}/{name}", encoding="utf-8") as file:
            return file.read()

    # ---- Checks

    def check(self, sentence, got, want):
        if got == want:
            self.lines.append(f"ok - {self.name}: {sentence}")
            return
        self.lines.append(f"not ok - {self.name}: {sentence}")
        for what, value in (("got", got), ("want", want)):
            first, *rest = str(value).splitlines() or [""]
            self.lines.append(f"  {what + ':':6} {first}")
            self.lines += ["         " + line for line in rest]

    def want(self, text):
        """The checks of a want.sql."""
        for block in re.split(r"\n\s*\n", text.strip()):
            lines = block.splitlines()
            ask = [i for i, line in enumerate(lines)
                   if not line.startswith("--")]
            if not ask:
                continue
            sentence = " ".join(line[3:] for line in lines[:ask[0]])
            query = "\n".join(lines[ask[0]:ask[-1] + 1])
            answer = "\n".join(line[3:] for line in lines[ask[-1] + 1:])
            self.check(sentence, self.stock(query) or "(nothing)", answer)

    def page(self):
        """What the guide's README tells an admin to map is what the platform
        reads: each row names an attribute, its target, and our column."""
        with self.connection(False) as base:
            maps = [json.loads(row[0]) for row in base.execute(
                "SELECT definition FROM scim_map")]
        columns = {f"{m['table']}.{name}": column for m in maps
                   for name, column in m["columns"].items()}
        table = re.findall(r"^\| `.*$", self.file("README.md"), re.M)
        wrong = [] if table else ["there is no table"]
        for row in table:
            cells = [cell.strip(" `") for cell in row.strip("|").split("|")]
            column = columns.get(cells[2], {})
            sources = column.get("from", "active" if "active" in column else [])
            sources = [sources] if isinstance(sources, str) else sources
            if not any(cells[1] in (s, s.removesuffix(".value"))
                       or s == "phoneNumbers.value"
                       and cells[1].startswith("phoneNumbers[")
                       for s in sources):
                wrong.append(row)
        self.check("the page tells admins what the platform reads",
                   "\n".join(wrong), "")

    # ---- The database

    def connection(self, extension):
        """One with the extension and one without stay open: to read the schema
        takes longer than most statements."""
        if extension not in self.connections:
            base = sqlite3.connect(self.db, timeout=20, isolation_level=None)
            self.connections[extension] = base
            if extension:
                base.enable_load_extension(True)
                base.load_extension(EXTENSION)
            base.execute("PRAGMA foreign_keys = ON")
        return self.connections[extension]

    def sql(self, query, *values):
        """As the platform's people, who have loaded the extension."""
        with self.connection(True) as base:
            try:
                return rows(base.execute(query, values))
            except sqlite3.Error as error:
                return f"Error: {error}"

    def script(self, text):
        """Statements one by one: an error in one is an error of the guide."""
        with self.connection(True) as base:
            statement = ""
            for line in text.splitlines(True):
                statement += line
                if sqlite3.complete_statement(statement):
                    base.execute(statement).fetchall()
                    statement = ""

    def stock(self, query):
        """As a program that has no extension."""
        with self.connection(False) as base:
            try:
                return rows(base.execute(query))
            except sqlite3.Error as error:
                return f"Error: {error}"

    def days(self, number):
        """So many days go by: what is noted becomes older by as much."""
        with self.connection(False) as base:
            there = {row[0] for row in base.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'")}
            for table, column in TIMES:
                if table in there:
                    base.execute(
                        f"UPDATE {table} SET {column} = strftime("
                        f"'%Y-%m-%dT%H:%M:%fZ', {column}, '-{number} days')")

    # ---- The server

    def token(self, tenant, label, **options):
        return self.sql("SELECT scim_token(?, ?, ?)", tenant, label,
                        json.dumps(options))

    def start(self):
        log = open(self.db + ".log", "w+", encoding="utf-8")
        self.server = subprocess.Popen(
            [SCIMD, "serve", "--db", self.db, "--extension", EXTENSION,
             "--listen", "127.0.0.1:0", "--quiet"], stderr=log)
        for _ in range(2400):
            with open(self.db + ".log", encoding="utf-8") as said:
                port = re.search(r'"listening".*"port":(\d+)', said.read())
            if port or self.server.poll() is not None:
                break
            time.sleep(0.05)
        if not port:
            raise RuntimeError("scimd does not start")
        self.url = f"http://127.0.0.1:{port[1]}/scim/v2"

    def stop(self):
        for base in self.connections.values():
            base.close()
        if self.server:
            self.server.terminate()
            self.server.wait()


def play(name):
    """Plays a guide. Returns its lines."""
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform(name, folder)
        try:
            with platform.connection(False) as base:
                base.executescript(platform.file("schema.sql"))
            platform.sql("SELECT scim_init()")
            platform.script(platform.file("setup.sql"))
            platform.start()
            spec = importlib.util.spec_from_file_location(
                name, f"{HERE}/{name}/month.py")
            month = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(month)
            month.month(platform)
            platform.want(platform.file("want.sql"))
            platform.page()
            platform.check("the file is whole", platform.stock(
                "PRAGMA integrity_check") + platform.stock(
                "PRAGMA foreign_key_check"), "ok")
        except Exception as error:  # a guide that cannot be played has failed
            platform.check("it is played to the end",
                           f"{type(error).__name__}: {error}", "")
        finally:
            platform.stop()
    return platform.lines


def main(names):
    if not names:
        names = sorted(name for name in os.listdir(HERE)
                       if os.path.exists(f"{HERE}/{name}/month.py"))
    with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
        lines = [line for guide in pool.map(play, names) for line in guide]
    print("\n".join(lines))
    failed = sum(line.startswith("not ok ") for line in lines)
    passed = sum(line.startswith("ok ") for line in lines)
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
