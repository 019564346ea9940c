"""The two ways into scim that replay.py compares: scimd and scim_apply.

Both have the same face: send(request) returns a Reply, variables holds what
${name} stands for, database is the file, close() ends it. A request that
gets no reply at all has the status 0 and the reason as its text.
"""
import collections
import http.client
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__))))
EXTENSION = os.path.abspath(
    os.environ.get("SCIM_EXTENSION", os.path.join(ROOT, "build/scim")))
SCIMD = os.path.abspath(
    os.environ.get("SCIMD", os.path.join(ROOT, "build/scimd")))

MEDIA_TYPE = "application/scim+json"
BASE_PATH = "/scim/v2"
BODY_LIMIT = 16 * 1024 * 1024

Request = collections.namedtuple("Request", "method target headers body")
Reply = collections.namedtuple("Reply", "status headers text")


def lower(headers):
    return {name.lower(): value for name, value in headers}


def with_tables(path):
    """A copy of the tables that tests/run.sh has had made, if it has."""
    made = os.environ.get("SCIM_TABLES", "")
    if os.path.exists(made):
        shutil.copyfile(made, path)
    return os.path.exists(made)


class Http:
    """scimd on a fresh database, asked over one keep-alive connection."""
    name = "http"

    def __init__(self, directory):
        self.database = os.path.join(directory, "http.db")
        self.log = open(os.path.join(directory, "scimd.log"), "w+b")
        if not with_tables(self.database):
            self.run("init")
        token = self.run("token", "add", "--label", "replay").strip()
        self.server = subprocess.Popen(
            [SCIMD, "serve", "--db", self.database, "--extension", EXTENSION,
             "--listen", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        address = "127.0.0.1:%s" % self.port()
        self.variables = {"token": token,
                          "base": "http://" + address + BASE_PATH}
        self.link = http.client.HTTPConnection(address, timeout=60)

    def run(self, *command):
        """What a command of scimd prints."""
        return subprocess.run([SCIMD, *command, "--db", self.database,
                               "--extension", EXTENSION], stderr=self.log,
                              stdout=subprocess.PIPE, check=True,
                              timeout=60).stdout.decode()

    def port(self):
        """The port that the server says it listens on, in a minute at most."""
        for _ in range(1200):
            with open(self.log.name, encoding="utf-8") as log:
                found = re.search(r'"event":"listening".*"port":(\d+)',
                                  log.read())
            if found:
                return found[1]
            time.sleep(0.05)
        self.server.kill()
        self.server.wait(60)
        raise OSError("scimd does not listen")

    def send(self, request):
        """scimd closes a connection that idles for a second, and a busy machine
        may take that long between two requests. So one that has gone out over a
        connection which was used before, and of whose reply no byte has come,
        goes out once more, over a new one."""
        used = self.link.sock is not None
        try:
            return self.exchange(request)
        except ConnectionError as error:    # RemoteDisconnected is one
            self.link.close()               # it opens again by itself
            return self.send(request) if used else Reply(0, {}, repr(error))
        except (OSError, http.client.HTTPException) as error:
            self.link.close()
            return Reply(0, {}, repr(error))

    def exchange(self, request):
        """A reply. ConnectionError says that no byte of one has come."""
        try:
            self.link.request(request.method, BASE_PATH + request.target,
                              request.body, request.headers)
        except (BrokenPipeError, ConnectionResetError):
            pass            # refused before all was sent: the reply is there
        response = self.link.getresponse()
        try:
            text = response.read().decode("utf-8", "replace")
        except ConnectionError as error:
            raise http.client.IncompleteRead(b"") from error
        return Reply(response.status, lower(response.getheaders()), text)

    def close(self):
        self.link.close()
        self.server.terminate()
        self.server.wait(60)
        self.log.close()


class Sql:
    """scim_apply on a fresh database, given what scimd would give it."""
    name = "sql"

    def __init__(self, directory, base):
        self.database = os.path.join(directory, "sql.db")
        with_tables(self.database)
        self.link = sqlite3.connect(self.database, isolation_level=None)
        self.link.enable_load_extension(True)
        self.link.load_extension(EXTENSION)
        self.value("SELECT scim_init()")
        self.variables = {
            "token": self.value("SELECT scim_token('default', 'replay', "
                                "NULL)"),
            "base": base}

    def value(self, sql, *arguments):
        return self.link.execute(sql, arguments).fetchone()[0]

    def arguments(self, request):
        """The body, unless it is empty or too long, and the options."""
        headers = lower(request.headers.items())
        body = request.body or None
        options = {"authorization": headers.get("authorization", ""),
                   "base_url": self.variables["base"]}
        names = ["if-match", "if-none-match"] + ["content-type"] * bool(body)
        for name in names:
            if name in headers:
                options[name.replace("-", "_")] = headers[name]
        if body and len(body) > BODY_LIMIT:
            body, options["truncated"] = None, True
        return body, json.dumps(options)

    def send(self, request):
        try:
            reply = self.value("SELECT scim_apply(?, ?, ?, ?)",
                               request.method, request.target,
                               *self.arguments(request))
        except sqlite3.Error as error:
            return Reply(0, {}, repr(error))
        # The order status, headers, body is promised.
        head, found, text = reply.partition(',"body":')
        head = json.loads(head + "}" if found else head)
        headers = lower(head["headers"].items())
        if found:
            headers["content-type"] = MEDIA_TYPE    # scimd's part
        return Reply(head["status"], headers, text[:-1] if found else "")

    def close(self):
        self.link.close()
