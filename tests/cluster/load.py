"""The clients of the soak, and for how long nothing was acknowledged.

What a client is, what it knows of its resources and how a database is held
against that is told in ../soak/clients.py and ../soak/checks.py.
"""

import os
import random
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../soak"))
from clients import Client, Ledger, Tally  # noqa: E402

CLIENTS = 8


class Timed(Tally):
    """A tally that knows the longest time without an acknowledged write since
    mark()."""

    def __init__(self):
        super().__init__()
        self.mark()

    def mark(self):
        self.latest = time.monotonic()
        self.longest = 0.0

    def add(self, field, count=1):
        super().add(field, count)
        if field == "acknowledged":
            moment = time.monotonic()
            self.longest = max(self.longest, moment - self.latest)
            self.latest = moment


class Load:
    """Clients that write until it is ended, one a ledger, at these ports in
    turns. Ledgers and tokens outlive it."""

    def __init__(self, ledgers, tokens, ports):
        self.tally = Timed()
        self.ending = threading.Event()
        self.clients = [
            Client(ledger, self.tally, ports[i % len(ports)], tokens[i],
                   random.random(), self.ending)
            for i, ledger in enumerate(ledgers)]
        for client in self.clients:
            client.start()

    @property
    def acknowledged(self):
        return self.tally.numbers["acknowledged"]

    def end(self):
        self.ending.set()
        for client in self.clients:
            client.join(120)
            if client.is_alive():
                self.tally.complain("a request is not answered, and not cut off")


def new_ledgers():
    return [Ledger(f"c{i}") for i in range(CLIENTS)]
