#!/usr/bin/python3
"""Replays what identity providers send, and checks what they get back.

    tests/idp/replay.py [flow ...]        SCIM_EXTENSION, SCIMD name the build

Every transcript beside this file runs twice, on fresh databases: over HTTP
through scimd, and through scim_apply in this process. Each step is tested
three times: [http], [sql], and [same], which wants both replies equal once
ids are numbered by first appearance and times are blanked. Afterwards the log
of each database must tell of every request that tried to write, in order, but
for those of strangers: a request without a valid token leaves no row.
README.md beside this file describes the format of a transcript.

A server takes two seconds to end, in which it does nothing; so several
transcripts are replayed at a time, each with a server of its own.
"""
import concurrent.futures
import contextlib
import glob
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from expectations import check, pointer, same, short
from faces import MEDIA_TYPE, ROOT, Http, Request, Sql

HERE = os.path.dirname(os.path.abspath(__file__))
LOGGED = ("POST", "PUT", "PATCH", "DELETE")
TOP = range(1, 61)
AT_ONCE = 8


class Tally:
    """Counts tests, and keeps a line for each."""

    def __init__(self):
        self.passed = self.failed = 0
        self.lines = []

    def line(self, name, problems):
        if problems:
            self.failed += 1
        else:
            self.passed += 1
        self.lines.append(("not ok - " if problems else "ok - ") + name)
        self.lines += ["    " + problem for problem in problems]


# ---------------------------------------------------------------------------
# From a step to a request

def substitute(text, variables):
    """Replaces ${name}; an unknown name stays, and the test then fails."""
    return re.sub(r"\$\{(\w+)\}",
                  lambda m: str(variables.get(m[1], m[0])), text)


def fill(value, variables):
    """A copy of a JSON value with ${name} replaced in every string."""
    if isinstance(value, str):
        return substitute(value, variables)
    if isinstance(value, list):
        return [fill(item, variables) for item in value]
    if isinstance(value, dict):
        return {substitute(key, variables): fill(item, variables)
                for key, item in value.items()}
    return value


def expand(form, variables):
    """The text that a string, a "join" or a "repeat" stands for."""
    if isinstance(form, str):
        return substitute(form, variables)
    if "join" in form:
        return "".join(expand(part, variables) for part in form["join"])
    if "${" not in form["repeat"]:
        return form.get("between", "").join([form["repeat"]] * form["times"])
    return form.get("between", "").join(
        expand(form["repeat"], {**variables, "n": n})
        for n in range(1, form["times"] + 1))


def body_of(step, variables):
    """The bytes of a step's body, or None."""
    if "raw_hex" in step:
        return bytes.fromhex(step["raw_hex"])
    if "raw" in step:
        return expand(step["raw"], variables).encode()
    if "body" in step:
        return json.dumps(fill(step["body"], variables)).encode()
    return None


def request_of(step, defaults, variables):
    """The request of a step; a header set to null is not sent."""
    body = body_of(step, variables)
    headers = {"Authorization": "Bearer ${token}",
               "Content-Type": MEDIA_TYPE, **defaults}
    if body is None:
        del headers["Content-Type"]
    headers.update(step.get("headers", {}))
    return Request(step["method"], expand(step["target"], variables),
                   {name: substitute(value, variables)
                    for name, value in headers.items() if value is not None},
                   body)


def save(step, reply, variables):
    """Keeps what later steps refer to: a header, or a place in the body."""
    for name, source in step.get("save", {}).items():
        value = reply.headers.get(source.lower())
        if source.startswith("/"):
            with contextlib.suppress(ValueError):
                value = pointer(json.loads(reply.text), source)[1]
        if value is not None:
            variables[name] = value


# ---------------------------------------------------------------------------
# Flows

def play(step, name, defaults, faces, tally):
    """One step on every face; returns the replies."""
    replies = []
    for face in faces:
        reply = face.send(request_of(step, defaults, face.variables))
        save(step, reply, face.variables)
        tally.line("%s [%s]" % (name, face.name),
                   check(fill(step["expect"], face.variables), reply))
        replies.append(reply)
    return replies


def title(flow, step):
    """The name of a test, with the numbers of the top 60 that it covers."""
    return "%s: %s%s" % (flow, step["name"], "".join(
        ", top 60 no. %d" % number for number in step.get("top60", [])))


def play_all(flow, transcript, faces, tally):
    """All steps; returns for each face what its log should hold."""
    sent, aliases = ([], []), ({}, {})
    for step in transcript.get("setup", []) + transcript["steps"]:
        name = title(flow, step)
        replies = play(step, name, transcript.get("headers", {}), faces,
                       tally)
        tally.line(name + " [same]", same(*replies, aliases))
        if step["method"] in LOGGED:
            for rows, reply in zip(sent, replies):
                if reply.status != 401:
                    rows.append((step["method"], reply.status, step["name"]))
    return sent


def check_log(sent, database):
    """The log, as a stock SQLite reads it, has a row for each request."""
    with contextlib.closing(sqlite3.connect(database)) as link:
        return check_rows(sent, link.execute(
            "SELECT method, status FROM scim_log WHERE method IN (?, ?, ?, ?)"
            " ORDER BY seq", LOGGED).fetchall())


def check_rows(sent, rows):
    """Each request has its row, in their order, and no other has one."""
    for want, got in zip(sent + [(None, None, "the end")], rows + [None]):
        if want[:2] != got and (got or want[0]):
            return ["at \"%s\": want %s, got %s"
                    % (want[2], short(want[:2]), short(got))]
    return []


def replay_both(flow, transcript, tally):
    with tempfile.TemporaryDirectory() as directory, \
            contextlib.ExitStack() as stack:
        faces = [Http(directory)]
        stack.callback(faces[0].close)
        faces.append(Sql(directory, faces[0].variables["base"]))
        stack.callback(faces[1].close)
        sent = play_all(flow, transcript, faces, tally)
        stack.close()
        for face, rows in zip(faces, sent):
            tally.line("%s: the log has every request that tried to write "
                       "[%s]" % (flow, face.name),
                       check_log(rows, face.database))


def replay(flow, transcript):
    """The tally of a transcript, which may end before its time."""
    tally = Tally()
    try:
        replay_both(flow, transcript, tally)
    except (OSError, subprocess.SubprocessError, sqlite3.Error) as error:
        tally.line("%s: runs to its end" % flow, [repr(error)])
    return tally


# ---------------------------------------------------------------------------
# The sixty ways in which SCIM servers break

def tested_elsewhere(problems):
    """Numbers whose test is no transcript; missing files are problems."""
    with open(os.path.join(HERE, "top60-elsewhere.txt")) as lines:
        rows = [line.split(None, 2) for line in lines
                if line.strip() and not line.startswith("#")]
    for number, path, _ in rows:
        if not os.path.exists(os.path.join(ROOT, path)):
            problems.append("no. %s: there is no %s" % (number, path))
    return {int(row[0]) for row in rows}


def untested(transcripts):
    """What is wrong with the coverage of the sixty."""
    problems = []
    numbers = tested_elsewhere(problems) | {
        number for transcript in transcripts.values()
        for step in transcript["steps"] for number in step.get("top60", [])}
    return problems + ["no. %d has no test" % number
                       for number in TOP if number not in numbers]


def read_transcripts():
    """By the names of their files."""
    transcripts = {}
    for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
        with open(path, encoding="utf-8") as text:
            transcripts[os.path.basename(path)[:-5]] = json.load(text)
    return transcripts


def main(names):
    transcripts = read_transcripts()
    flows = names or list(transcripts)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
        tallies = list(threads.map(replay, flows,
                                   [transcripts[flow] for flow in flows]))
    if not names:
        coverage = Tally()
        coverage.line("every one of the top 60 has a test",
                      untested(transcripts))
        tallies.append(coverage)
    for tally in tallies:
        print(*tally.lines, sep="\n")
    failed = sum(tally.failed for tally in tallies)
    print("%d passed, %d failed"
          % (sum(tally.passed for tally in tallies), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
