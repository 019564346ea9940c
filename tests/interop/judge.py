#!/usr/bin/python3
"""Judges what the suites reported, and ends with a table.

    judge.py RESULTS        the folder that interop.sh fills

A failure is allowed if allowed.json lists it, for a reason in an RFC. What is
listed there and did not fail is itself a failure, so the list stays true.
"""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


# ---------------------------------------------------------------------------
# Reports: each reader returns a list of (check, reason), no reason if it held.
# A third item names the rules that explain why a check need not hold.

def load(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def read_list(path):
    """What okta.py, differential.py and the Java clients print."""
    return load(path)


def read_scim2_tester(path):
    """Lines "STATUS title", each perhaps with an indented reason below."""
    checks = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            head = re.match(r"([A-Z]+) (\w+)$", line)
            if head:
                checks.append((head[2], "" if head[1] == "SUCCESS"
                               else head[1]))
            elif line.startswith("  ") and checks and checks[-1][1]:
                checks[-1] = (checks[-1][0], line.strip())
    return checks


def read_scim_sanity(path):
    """What it skips is no check: types that the server does not have."""
    return [("%s: %s" % (result["phase"], result["name"]),
             "" if result["status"] == "pass"
             else result.get("message") or result["status"])
            for result in load(path)["results"] if result["status"] != "skip"]


def read_newman(path):
    """Assertions, and failures that are none: no reply, a broken script."""
    run = load(path)["run"]
    checks = [("%s: %s" % (execution["item"]["name"], each["assertion"]),
               each.get("error", {}).get("message", ""))
              for execution in run["executions"]
              for each in execution.get("assertions", [])]
    return checks + [(failure["source"]["name"] + ": " + failure["at"],
                      failure["error"]["message"])
                     for failure in run["failures"]
                     if failure["error"]["name"] != "AssertionError"
                     and not failure["at"].startswith("assertion:")]


SUITES = {
    "scim2-tester": read_scim2_tester,
    "scim2-tester-rfc": read_scim2_tester,
    "scim-sanity": read_scim_sanity,
    "scim-sanity-rfc": read_scim_sanity,
    "microsoft": read_newman,
    "okta": read_list,
    "unboundid": read_list,
    "unboundid-rfc": read_list,
    "scim-sdk": read_list,
    "differential": read_list,
}


def read_suite(suite, results):
    """The checks of a suite; that it did not run, broke or checked nothing is
    one too."""
    reader, path = SUITES[suite], os.path.join(results, suite)
    try:
        with open(path + ".status") as text:
            status = int(text.read())
        checks = reader(path + (
            ".txt" if reader is read_scim2_tester else ".json"))
    except (OSError, ValueError, KeyError) as error:
        return [("leaves a report", repr(error))]
    if not checks or (status and not any(check[1] for check in checks)):
        checks.append(("runs to its end", "ended with status %d after %d "
                       "checks" % (status, len(checks))))
    return checks


# ---------------------------------------------------------------------------
# Judgement

def judge(suite, checks, allowed):
    """Prints what is to be seen; returns checks, passed, failed, allowed."""
    passed = failed = excused = 0
    unused = dict(allowed)
    for check, reason, *rules in checks:
        if not reason:
            passed += not any(rules)
            excused += any(rules)
        elif check in allowed:
            excused += 1
            unused.pop(check, None)
            print("allowed - %s: %s (%s)"
                  % (suite, check, allowed[check]["rfc"]))
        else:
            failed += 1
            print("not ok - %s: %s\n  %s" % (suite, check, reason))
    for check in unused:
        failed += 1
        print("not ok - %s: %s\n  does not fail any more; take it out of "
              "allowed.json" % (suite, check))
    return len(checks), passed, failed, excused


def main(results):
    entries = load(os.path.join(HERE, "allowed.json"))
    rows = []
    for suite in SUITES:
        allowed = {each["check"]: each for each in entries
                   if each["suite"] == suite}
        rows.append((suite, *judge(
            suite, read_suite(suite, results), allowed)))
    print("\n%-16s %6s %6s %6s %7s"
          % ("suite", "checks", "passed", "failed", "allowed"))
    for row in rows:
        print("%-16s %6d %6d %6d %7d" % row)
    failed = sum(row[3] for row in rows)
    print("\n" + ", ".join("%s %d" % (row[0], row[2]) for row in rows))
    print("%d passed, %d failed" % (sum(row[2] for row in rows), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
