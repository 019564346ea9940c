#!/usr/bin/python3
"""Sends the same requests to scimd, scimmy and scim2-server.

    differential.py HOME [flow ...]     HOME is where interop.sh installs

The requests are the transcripts in ../idp and those of cases.py. After each,
every server's reply and its whole store are compared with ours, by meaning:
the class of the status, the scimType, the resources without ids, meta and
order. Where the stores differ the other one is made like ours, so that one
difference is told once. A difference is explained by the first rule in
differences.json whose patterns it matches. Prints a JSON list of [check,
reason, rules]: one check a request and server, with the rules that explain a
difference, and one check a rule, which must be used.
"""
import collections
import contextlib
import glob
import json
import os
import re
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True
import cases
import servers
from replay import fill, request_of, save

HERE = os.path.dirname(os.path.abspath(__file__))
WRITES = ("POST", "PUT", "PATCH", "DELETE")
NOT_FOR_OTHERS = ("bad-input",)     # bytes that are no request at all


# ---------------------------------------------------------------------------
# Meaning

def parsed(reply):
    with contextlib.suppress(ValueError):
        return json.loads(reply.text)
    return None


def meaning(step, reply, names):
    """What counts in a reply: a class, a scimType, resources."""
    document = parsed(reply)
    kind = {"status": "%dxx" % (reply.status // 100)}
    if reply.status >= 400:
        error = document if isinstance(document, dict) else {}
        return {**kind, "scimType": error.get("scimType") or ""}
    if step["target"] == "/Bulk":
        return {**kind, "operations": [
            [each.get("method"), each.get("bulkId"), str(each["status"])[0]]
            for each in document["Operations"]]}
    if step.get("status_only") or (step["method"] in WRITES
                                   and "/.search" not in step["target"]):
        return kind                         # the stores are compared instead
    if isinstance(document, dict) and "totalResults" in document:
        return {**kind, **list_meaning(told(step), document, names)}
    return {**kind, "resource": servers.plain(document, names)}


def list_meaning(request, document, names):
    """Resources; in which order, and which on a page, only if sorted."""
    found = [servers.plain(each, names)
             for each in document.get("Resources") or []]
    if "sortBy" not in request:
        found.sort(key=json.dumps)
        if re.search(r"startIndex|\bcount\b", request):
            found = len(found)
    return {"totalResults": document["totalResults"], "Resources": found}


def differences(ours, theirs):
    """Lines "what: ours … theirs …"; a status that differs says it all. No
    failure of ours is right, whatever the others do."""
    if ours["status"] != theirs["status"] or ours["status"] in ("0xx", "5xx"):
        return ["status: ours %s, theirs %s"
                % (" ".join([ours["status"], ours.get("scimType", "")]).strip(),
                   " ".join([theirs["status"],
                             theirs.get("scimType", "")]).strip())]
    return ["%s: ours %s, theirs %s"
            % (key, json.dumps(ours[key], ensure_ascii=False),
               json.dumps(theirs.get(key), ensure_ascii=False))
            for key in ours if ours[key] != theirs.get(key)]


def store_differences(ours, theirs):
    """How two stores differ, resource by resource."""
    return ["store: %s: ours %s, theirs %s"
            % (name, json.dumps(ours.get(name), ensure_ascii=False),
               json.dumps(theirs.get(name), ensure_ascii=False))
            for name in sorted(set(ours) | set(theirs))
            if ours.get(name) != theirs.get(name)]


# ---------------------------------------------------------------------------
# Playing

# lenient: the flow is played with a tenant's default settings.
Finding = collections.namedtuple(
    "Finding", "server flow lenient request lines")


def told(step):
    """A request as one line, variables unfilled."""
    parts = [step["method"], urllib.parse.unquote_plus(step["target"])]
    parts += ["%s: %s" % (name, value)
              for name, value in step.get("headers", {}).items()
              if name.startswith("If-")]
    body = step.get("body", step.get("raw"))
    if body is not None:
        parts.append(json.dumps(body, ensure_ascii=False))
    return " ".join(parts)


def play(step, headers, party):
    """The meaning of a step on each server; variables are saved."""
    meanings = []
    for server in party:
        reply = server.exchange(request_of(step, headers, server.variables))
        save(step, reply, server.variables)
        meanings.append((reply, server))
    if step["method"] in WRITES:
        for server in party:
            server.look()
    return [meaning(step, reply, server.names) for reply, server in meanings]


def play_flow(flow, party):
    """Yields a Finding for each step and server; ours is the first."""
    ours, alive = party[0], list(party[1:])
    ours.settle(flow.get("settings", {}))
    for server in party:
        server.empty()
    for step in flow.get("setup", []) + flow["steps"]:
        first, *rest = play(step, flow.get("headers", {}), [ours, *alive])
        for server, theirs in zip(list(alive), rest):
            lines = differences(first, theirs)
            if step["method"] in WRITES:
                if not lines:
                    lines = store_differences(ours.state, server.state)
                if server.state != ours.state and not server.adopt(ours):
                    lines.append("store: cannot be made like ours")
                    alive.remove(server)
                server.borrow(ours)
            yield Finding(server.name, flow["flow"], "preset" not in
                          flow.get("settings", {}), told(step), lines)


def flows():
    """The transcripts, then the cases."""
    for path in sorted(glob.glob(os.path.join(HERE, "../idp/*.json"))):
        with open(path, encoding="utf-8") as text:
            name = os.path.basename(path)[:-5]
            if name not in NOT_FOR_OTHERS:
                yield {**json.load(text), "flow": name}
    yield from cases.flows()


# ---------------------------------------------------------------------------
# Rules

def explains(rule, finding, line):
    """A rule has patterns for the server, the request and the difference. One
    that names a setting, which the preset turns off, has no say with it."""
    if rule.get("setting") and not finding.lenient:
        return False
    return all(re.search(rule.get(key, ""), text) for key, text in (
        ("server", finding.server), ("request", finding.request),
        ("difference", line)))


CITES = {"name", "request", "difference", "rfc", "text", "because"}
DEPARTS = {"setting", "needed_by"}


def faults(rule, settings):
    """What a rule lacks, has too much, or gets wrong about itself."""
    keys = set(rule) - {"server"}
    wrong = keys ^ (CITES | DEPARTS if keys & DEPARTS else CITES)
    if rule.get("setting") and rule["setting"] not in settings:
        wrong.add("setting " + rule["setting"])
    return ", ".join(sorted(wrong))


def judge(findings, rules, settings):
    """Checks for each finding and each rule."""
    used, checks = collections.Counter(), []
    for finding in findings:
        reasons, names = [], []
        for line in finding.lines:
            rule = next((number for number, rule in enumerate(rules)
                         if explains(rule, finding, line)), None)
            if rule is None:
                reasons.append(line)
            else:
                names.append(rules[rule]["name"])
                used[rule] += 1
        checks.append(["%s, %s: %s" % (finding.server, finding.flow,
                                       finding.request),
                       "; ".join(reasons), "; ".join(names)])
    for number, rule in enumerate(rules):
        checks.append(["the rule \"%s\" explains a difference" % rule["name"],
                       "" if used[number] else "none any more", ""])
        checks.append(["the rule \"%s\" says what it is" % rule["name"],
                       faults(rule, settings), ""])
    return checks


def main(home, *wanted):
    with open(os.path.join(HERE, "differences.json"), encoding="utf-8") as text:
        rules = json.load(text)
    with tempfile.TemporaryDirectory() as directory, \
            contextlib.ExitStack() as stack:
        party = []
        for start, place in ((servers.Scimd, directory),
                             (servers.scimmy, home),
                             (servers.scim2_server, home)):
            party.append(start(place))
            stack.callback(party[-1].close)
        findings = [finding for flow in flows()
                    if not wanted or flow["flow"] in wanted
                    for finding in play_flow(flow, party)]
        settings = party[0].settings()
    checks = judge(findings, rules, settings)
    json.dump(checks, sys.stdout, indent=1, ensure_ascii=False)
    return 1 if any(check[1] for check in checks) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
