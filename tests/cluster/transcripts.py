"""What identity providers send (../idp), played through a cluster.

Each transcript has a tenant of its own, and is played beside scim_apply on a
file, as in ../idp/replay.py: what it says is wanted of both, and the same of
both.
"""

import concurrent.futures
import contextlib
import http.client
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../idp"))
import replay  # noqa: E402
from faces import BASE_PATH, Http, Sql  # noqa: E402


class Rqlite(Http):
    """scimd in front of a cluster, that runs already; a tenant in it."""
    name = "rqlite"

    def __init__(self, server, cluster, tenant):
        self.cluster, self.tenant = cluster, tenant
        address = "127.0.0.1:%d" % server.port
        self.variables = {"token": server.token(tenant),
                          "base": "http://" + address + BASE_PATH}
        self.link = http.client.HTTPConnection(address, timeout=60)

    def rows(self):
        """The log of this tenant."""
        return [tuple(row) for row in self.cluster.leader().rows(
            "SELECT method, status FROM scim_log WHERE method IN"
            f" ('POST', 'PUT', 'PATCH', 'DELETE') AND tenant = '{self.tenant}'"
            " ORDER BY seq")]

    def close(self):
        self.link.close()


def play(face, flow, transcript):
    """The tally of a transcript."""
    tally = replay.Tally()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        first = face(flow)
        stack.callback(first.close)
        second = Sql(folder, first.variables["base"])
        stack.callback(second.close)
        sent = replay.play_all(flow, transcript, [first, second], tally)
        tally.line(f"{flow}: the log has every request that tried to write",
                   replay.check_rows(sent[0], first.rows()))
    return tally


def play_all(face):
    """Tallies by the names of transcripts. face(flow) is the way to a tenant of
    that name."""
    transcripts = replay.read_transcripts()
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        tallies = threads.map(lambda name: play(face, name, transcripts[name]),
                              transcripts)
        return dict(zip(transcripts, tallies))
