#!/usr/bin/python3
"""Runs Okta's SPEC test, which is written for Runscope.

    okta.py TEST.json BASE_URL TOKEN

Prints a JSON list of [check, reason], the reason empty if the check held.
Pauses are left out, and so is the one script, which cannot fail.
"""
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

NAME = "okta-spec-" + str(time.time_ns())

VARIABLES = {
    "InvalidUserEmail": "nobody-" + NAME + "@example.com",
    "UserIdThatDoesNotExist": "nobody-" + NAME,
    "randomEmail": NAME + "@example.com",
    "randomUsername": NAME + "@example.com",
    "randomUsernameCaps": (NAME + "@example.com").upper(),
    "randomGivenName": "Random",
    "randomFamilyName": "User",
}


def fill(text):
    """The text with each {{name}} replaced; an unknown name is an error."""
    return re.sub(r"\{\{(\w+)\}\}", lambda m: VARIABLES[m[1]], text)


def place(value, path):
    """What a path such as Resources[0].id leads to, or None."""
    for key in re.findall(r"\w+", path):
        try:
            value = value[int(key) if isinstance(value, list) else key]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


def as_text(value):
    """A value as the test writes it: strings bare, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


COMPARISONS = {
    "equal": lambda got, want: as_text(got) == want,
    "equal_number": lambda got, want: float(got) == float(want),
    "is_less_than": lambda got, want: float(got) < float(want),
    "is_a_number": lambda got, want: type(got) in (int, float),
    "not_empty": lambda got, want: got not in (None, "", [], {}),
    "has_value": lambda got, want: isinstance(got, list) and want in got,
    "contains": lambda got, want: want in as_text(got),
}


def send(step):
    """The reply: status, milliseconds and document."""
    body = step.get("body")
    request = urllib.request.Request(
        urllib.parse.quote(fill(step["url"]), safe=":/?&=%"),
        method=step["method"], data=body and fill(body).encode(),
        headers={name: fill(", ".join(values))
                 for name, values in step["headers"].items()})
    begin = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            status, text = reply.status, reply.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    return {"response_status": status,
            "response_time": 1000 * (time.monotonic() - begin),
            "response_json": json.loads(text or "null")}


def check(step, assertion, reply):
    """One assertion, as [check, reason]."""
    want = fill(assertion["value"] or "")
    got = reply[assertion["source"]]
    if "property" in assertion:
        got = place(got, assertion["property"])
    held = COMPARISONS[assertion["comparison"]](got, want)
    name = "%s: %s %s %s" % (
        step["note"].strip(), assertion.get("property", assertion["source"]),
        assertion["comparison"], assertion["value"] or "")
    return [name.strip(), "" if held else "got " + as_text(got)]


def main(path, base, token):
    VARIABLES.update(SCIMBaseURL=base, auth="Bearer " + token)
    checks = []
    with open(path, encoding="utf-8") as text:
        steps = json.load(text)["steps"]
    for step in steps:
        if step["step_type"] != "request":
            continue
        reply = send(step)
        checks += [check(step, each, reply) for each in step["assertions"]]
        for variable in step["variables"]:
            VARIABLES[variable["name"]] = place(
                reply[variable["source"]], variable["property"])
    json.dump(checks, sys.stdout, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
