"""How long every view and every report takes, and how that grows.

    answers.py BUILD SIZE[=FILE]...

For every size a directory is made (answers.sql), of a million people in three
minutes of a processor; with a FILE it stays there, and is taken from there if it
is there already. Whole: all rows are read, by
Python, in seconds of the processor, with the number of rows. Page and count:
what Datasette asks of a view, with the cache that it has; it ends either after a
second. By a condition: the same where one person, request or moment is asked
for. The last column is how many times as long the largest takes as the one
before it. Nothing is judged; what fails ends it.
"""
import os
import sqlite3
import sys
import tempfile
import time

build = sys.argv[1]
# Size, and the file to keep it in or "".
directories = [(int(size), file) for size, _, file in
               (argument.partition("=") for argument in sys.argv[2:])]
here = os.path.dirname(os.path.abspath(__file__))
# Seconds until a statement is ended.
PATIENCE = 60
# KiB of cache that a connection has unless it asks for more, as a pragma.
SMALL = -2000
reports = os.path.join(here, "..", "..", "sql", "reports")

# Views and what is asked of them: the person in the middle, who is there and was
# changed once, and what goes with that; and the second, who is in groups.
SECOND = "User2@contoso.example"
CONDITIONS = [
    ("scim_user", ("id", "user_name", "email")),
    ("scim_email", ("user",)),
    ("scim_group", ("id='g2'", "display_name='Group 2'")),
    ("scim_name", ("id", "name")),
    ("scim_membership", ("group_id='g2'", "group_name='Group 2'", "member",
                         "member_name", "member_name='%s'" % SECOND)),
    ("scim_membership_interval", ("group_id='g2'", "group_name='Group 2'",
                                  "member", "member_name",
                                  "member_name='%s'" % SECOND)),
    ("scim_membership_effective", ("group_id='g2'", "group_name='Group 2'",
                                   "tenant='t1'", "member", "member='u2'",
                                   "member_name",
                                   "member_name='%s'" % SECOND)),
    ("scim_history", ("seq", "id", "name", "time", "tenant='t1'", "token=2 AND seq < 1000",
                      "attribute='members' AND time > '2026-11-11'")),
    ("scim_change", ("seq", "id", "name", "time", "tenant='t1'",
                     "token=2 AND seq < 1000",
                     "event='member_added' AND time > '2026-11-11'")),
    ("scim_log_named", ("seq", "id", "name", "time", "token=2 AND seq < 1000")),
    ("scim_misfit", ("id",)),
    ("scim_sync", ("tenant='t1'",)),
    ("scim_status", ("tenant='t1'",)),
    ("scim_report_last_sync", ("tenant='t1'",)),
    ("scim_report_group_as_of", ("tenant='t1'", "group_id='g2'",
                                 "group_name='Group 2'", "member",
                                 "member_name")),
    ("scim_report_dangling_members", ("tenant='t1'", "group_name='Group 2'",
                                      "member", "member_name")),
    ("scim_report_empty_groups", ("group_name='Group 2'", "tenant='t1'")),
    ("scim_report_leavers", ("tenant='t1'", "user", "user_name", "time",
                             "seq")),
    ("scim_report_user_group_changes", ("tenant='t1'", "user", "user_name",
                                        "user_name='%s'" % SECOND,
                                        "group_id='g2'", "time", "seq")),
    ("scim_report_duplicate_emails", ("tenant='t1'", "user", "user_name")),
]


def person(size, column):
    """A condition about the person in the middle, by the column's name."""
    i = size // 2 + 1
    name = "User%d@contoso.example" % i
    return {"id": "id='u%d'" % i, "user": "user='u%d'" % i,
            "member": "member='u%d'" % i, "user_name": "user_name='%s'" % name,
            "member_name": "member_name='%s'" % name,
            "name": "name='%s'" % name, "email": "email='%s'" % name,
            "seq": "seq>%d" % (size * 2),
            "time": "time > '2026-11-11T12:00:00Z'"}.get(column, column)


def make(path, size):
    database = sqlite3.connect(path, isolation_level=None)
    database.enable_load_extension(True)
    database.load_extension(os.path.join(build, "scim"))
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        "PRAGMA cache_size = -2000000; PRAGMA temp_store = MEMORY;"
        "SELECT scim_init(); CREATE TEMP TABLE size AS SELECT %d AS users;"
        % size)
    with open(os.path.join(here, "answers.sql")) as script:
        database.executescript(script.read())
    failed = database.execute("SELECT count(*), max(detail) FROM scim_log"
                              " WHERE status >= 400").fetchone()
    if failed[0]:
        sys.exit("answers: %s" % (failed,))
    database.close()


def elapsed(database, sql, parameters=(), cache=None):
    """Seconds of the processor for all rows, the better of two, and how many;
    what takes longer than a minute is ended."""
    best = None
    database.execute("PRAGMA cache_size = %d" % (cache or -500000))
    end = time.process_time() + PATIENCE
    database.set_progress_handler(lambda: time.process_time() > end, 100000)
    for _ in range(2):
        start = time.process_time()
        count = 0
        try:
            for _row in database.execute(sql, parameters):
                count += 1
        except sqlite3.OperationalError as error:
            if str(error) != "interrupted":
                raise
        spent = time.process_time() - start
        best = spent if best is None else min(best, spent)
        if spent > 1:
            break
    return best, count


def questions(database, size):
    """Name and statement of all that is asked of one directory."""
    views = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'view' AND name NOT GLOB"
        " 'scim_commit*' AND name NOT GLOB 'scim_map*' AND name <>"
        " 'scim_definition_change' ORDER BY name")]
    for view in views:
        yield view, "SELECT * FROM " + view, ()
    for view in views:
        yield view + " page", "SELECT * FROM %s LIMIT 101" % view, ()
        yield view + " count", "SELECT count(*) FROM " + view, ()
    for view, columns in CONDITIONS:
        for column in columns:
            where = person(size, column)
            yield ("%s %s" % (view, column),
                   "SELECT * FROM %s WHERE %s" % (view, where), ())
    parameters = {name: None for name in ("tenant", "now", "days", "group",
                                          "user", "time")}
    parameters["now"] = "2026-11-21T12:00:00Z"
    for name in sorted(os.listdir(reports)):
        with open(os.path.join(reports, name)) as text:
            yield name, text.read(), parameters


def main():
    figures = {}
    for size, file in directories:
        with tempfile.TemporaryDirectory() as folder:
            path = file or os.path.join(folder, "answers.db")
            if not os.path.exists(path):
                make(path, size)
            database = sqlite3.connect(path)
            for name, sql, parameters in questions(database, size):
                small = name.endswith((" page", " count")) and SMALL
                figures.setdefault(name, []).append(
                    elapsed(database, sql, parameters, small))
            database.close()
    print("%-60s" % "users" + "".join("%20s" % format(size, ",")
                                      for size, _ in directories) + "   growth")
    for name, cells in figures.items():
        line = "%-60s" % name[:60]
        for seconds, count in cells:
            line += "%20s" % ("%d: %.4f" % (count, seconds))
        if len(cells) > 1:
            line += "%9.1f" % (cells[-1][0] / max(cells[-2][0], 1e-6))
        print(line)


main()
