"""How much of the code a run of the tests went through, as gcov counted it.

    tests/coverage.py BUILD

Prints for each file of ext/ and shim/ how many of its lines ran and how many
of its branches were taken, and the totals. Fails if a total is below its floor,
which is what was reached when it was set, less what differs from run to run. A
change that falls below it lacks a test.

A file of ext/ is compiled twice, for the extension and for the unit tests; a
line counts if it ran in either. The branches of a line are matched by order.
"""
import collections
import glob
import json
import os
import subprocess
import sys

FLOORS = {"ext": (98, 91), "shim": (95, 80)}    # lines, branches: percent


def reports(build):
    """What gcov says about each object file that ran, tests apart."""
    counts = glob.glob(os.path.join(build, "**", "*.gcda"), recursive=True)
    for path in sorted(counts):
        if path.startswith(os.path.join(build, "tests")):
            continue
        text = subprocess.run(["gcov", "--json-format", "--stdout",
                               "--branch-probabilities", path], check=True,
                              stdout=subprocess.PIPE).stdout
        yield from json.loads(text)["files"]


def add_up(build):
    """For each file the counts of its lines, and of its branches by place."""
    lines = collections.defaultdict(collections.Counter)
    branches = collections.defaultdict(collections.Counter)
    for report in reports(build):
        name = os.path.relpath(report["file"])
        for line in report["lines"]:
            number = line["line_number"]
            lines[name][number] += line["count"]
            for index, branch in enumerate(line["branches"]):
                branches[name][number, index] += branch["count"]
    return lines, branches


def figures(counters):
    """How many there are, how many of them ran, and the percentage."""
    total = sum(len(counter) for counter in counters)
    ran = sum(count > 0 for counter in counters
              for count in counter.values())
    return total, ran, 100 * ran / total if total else 100


def row(name, lines, branches):
    """Prints a row; returns the two percentages."""
    shares = []
    print("%-28s" % name, end="")
    for counters in lines, branches:
        total, ran, share = figures(counters)
        print("%7d of %5d %5.1f %%" % (ran, total, share), end="")
        shares.append(share)
    print()
    return shares


def main(build):
    lines, branches = add_up(build)
    low = 0
    print("%-28s%23s%23s" % ("", "lines", "branches"))
    for room in "ext", "shim":
        files = sorted(name for name in lines if name.startswith(room + "/"))
        for name in files:
            row(name, [lines[name]], [branches[name]])
        shares = row(room + ", all of it", [lines[name] for name in files],
                     [branches[name] for name in files])
        for share, floor, what in zip(shares, FLOORS[room],
                                      ("lines", "branches")):
            if share < floor:
                low += 1
                print("%s: %.1f %% of the %s, but the floor is %d %%"
                      % (room, share, what, floor))
    return low > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
