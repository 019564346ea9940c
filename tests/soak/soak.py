"""make soak: everything that goes wrong around scimd, again and again.

    python3 tests/soak/soak.py SECONDS [SEED]

Clients write without pause (clients.py) while one thing happens to scimd, its
disk, its clock or its file; then it ends, by SIGTERM or by SIGKILL, and the
database is held against what the clients were told (checks.py). This is a
round. Rounds of every kind follow in an order by chance, every kind before any
comes again, until the time is over; one of each is always played. The same seed
gives the same order and the same requests, as far as threads allow.

A round that finds something is "not ok", says what, and leaves the file and the
log in build/soak/found. The end is a table, and "N passed, N failed".

Environment: BUILD (build), SCIMD, SOAK_KINDS (names of rounds, for only those).
"""

import contextlib
import json
import mmap
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

from checks import check_backup, check_ledgers, check_sound
from clients import Client, Ledger, Tally

BUILD = os.environ.get("BUILD", "build")
SCIMD = os.environ.get("SCIMD", BUILD + "/scimd")
EXTENSION = os.environ.get("SCIM_EXTENSION", BUILD + "/scim")
CLIENTS = 6
PATIENCE = 120  # seconds for what happens at once on a machine that is not busy
MOST_USERS = 4000  # in one file; then another is begun
DAY = 86400
WAL_BYTES = 128 << 20  # what shim/checkpoint.c lets it be when nobody holds it

# As in faults.c.
NONE, EIO, SYNC, TORN, SHORT, FULL, READ_ONLY = range(7)


class Faults:
    """The file by which faults.c is told what to do."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "faults")
        with open(self.path, "wb") as file:
            file.write(bytes(mmap.PAGESIZE))
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def set(self, fault, percent=100):
        self.map[0:4] = struct.pack("=i", fault | percent << 8)

    def set_clock(self, seconds):
        self.map[8:16] = struct.pack("=q", seconds)

    def clear(self):
        self.set(NONE, 0)
        self.set_clock(0)


class World:
    """A file, its server, and those who use it."""

    def __init__(self, home, chance):
        self.home = home
        self.chance = chance
        self.folder = os.path.join(home, "data")
        self.faults = Faults(home)
        self.tally = Tally()
        self.server = None
        self.begin()

    @property
    def db(self):
        return os.path.join(self.folder, "scim.db")

    def run(self, *words, wanted=0):
        """A command of scimd; what it printed."""
        done = subprocess.run([SCIMD, *words, "--db", self.db], text=True,
                              capture_output=True, check=False, timeout=PATIENCE)
        if wanted is not None and done.returncode != wanted:
            self.tally.complain(f"scimd {' '.join(words)}: {done.returncode} "
                                f"{done.stderr.strip()}")
        return done.stdout.strip()

    def begin(self):
        """A new file, and ledgers of what is in it: nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)
        self.run("init")
        with open("tests/soak/start.sql", encoding="utf-8") as file:
            subprocess.run(["sqlite3", "-batch", "-cmd", f".load {EXTENSION}",
                            self.db], stdin=file, check=True,
                           stdout=subprocess.DEVNULL)
        self.ledgers = [Ledger(f"c{i}") for i in range(CLIENTS)]
        self.tokens = [self.run("token", "add", "--label", f"c{i}")
                       for i in range(CLIENTS)]

    # -- the server

    def launch(self):
        """Starts scimd, which may refuse to."""
        environment = dict(os.environ, LD_PRELOAD=BUILD + "/soak/faults.so",
                           SOAK_FAULTS=self.faults.path, SOAK_FOLDER=self.folder,
                           SQLITE_TMPDIR=self.folder)
        self.log = open(os.path.join(self.home, "log"), "w+", encoding="utf-8")
        self.server = subprocess.Popen(
            [SCIMD, "serve", "--db", self.db, "--listen", "127.0.0.1:0",
             "--busy-timeout", "2000", "--quiet"],
            env=environment, stderr=self.log)

    def start(self):
        """The port, or an exception."""
        self.launch()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.server.poll() is None:
            text = self.read_log()
            if '"port":' in text:
                self.port = int(text.split('"port":')[1].split(",")[0])
                return
            time.sleep(0.02)
        raise RuntimeError("scimd does not start: " + self.read_log())

    def read_log(self):
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def kill(self):
        self.look_alive()
        self.server.kill()
        self.server.wait()

    def end(self):
        """SIGTERM: it ends with 0, and everything is in the one file."""
        self.look_alive()
        self.server.terminate()
        try:
            code = self.server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.tally.complain("SIGTERM does not end it")
            self.server.kill()
            code = self.server.wait()
        if code != 0:
            self.tally.complain(f"SIGTERM: status {code}")

    def look_alive(self):
        if self.server.poll() is not None:
            self.tally.complain(f"it has ended by itself: {self.server.returncode}"
                                f" {self.read_log()[-600:]}")

    # -- the clients

    def begin_load(self):
        self.ending = threading.Event()
        self.clients = [Client(ledger, self.tally, self.port, token,
                               self.chance.random(), self.ending)
                        for ledger, token in zip(self.ledgers, self.tokens)]
        for client in self.clients:
            client.start()

    def end_load(self):
        self.ending.set()
        for client in self.clients:
            client.join(2 * PATIENCE)
            if client.is_alive():
                self.tally.complain("a request is not answered, and not cut off")

    def probe(self):
        """A client besides, for single requests."""
        return Client(Ledger("probe"), Tally(), self.port, self.tokens[0], 0,
                      threading.Event())

    def expect(self, sentence, holds):
        """Something is so before long."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if holds():
                return
            time.sleep(0.05)
        self.tally.complain(sentence)

    def work(self, seconds):
        """Lets clients go on for so long, and until they have done something."""
        time.sleep(seconds)
        self.expect_writes()

    def expect_writes(self):
        """It writes, perhaps again, without having been started anew."""
        before = self.tally.numbers["acknowledged"]
        self.expect("writes do not go on",
                    lambda: self.tally.numbers["acknowledged"] > before + CLIENTS)

    def expect_reads(self):
        """Meanwhile it reads."""
        probe = self.probe()
        self.expect("reads do not go on",
                    lambda: probe.ask("GET", "/Users?count=1")[0] == 200)

    def settled(self):
        """Ids that are there for sure; taken while clients go on."""
        return {thing.id for ledger in self.ledgers
                for thing in [*ledger.users.copy().values(),
                              *ledger.groups.copy().values()]
                if thing.is_settled and thing.state is not None}


# ---- Rounds: what happens while clients write. Each is given the world and some
# seconds, and leaves a server behind that runs, or has ended.

def round_kill(world, seconds):
    """SIGKILL, at any moment."""
    world.work(seconds * world.chance.random())
    world.kill()


def round_term(world, seconds):
    """SIGTERM under load; what comes later is refused."""
    world.work(seconds * world.chance.random())
    world.end()


def disk(world, seconds, fault, percent):
    """A fault of the disk that goes by."""
    world.work(seconds / 4)
    world.faults.set(fault, percent)
    time.sleep(seconds / 4)
    world.expect_reads()
    if world.chance.random() < 0.3:
        world.kill()  # in the middle of it
        world.faults.clear()
        return
    world.faults.clear()
    world.expect_writes()


def round_eio(world, seconds):
    """Writes and syncs fail, some or all."""
    disk(world, seconds, EIO, world.chance.choice([5, 50, 100]))


def round_sync(world, seconds):
    """Only syncs fail: what was written may be there or not."""
    disk(world, seconds, SYNC, world.chance.choice([20, 100]))


def round_torn(world, seconds):
    """Writes stop in their middle."""
    disk(world, seconds, TORN, world.chance.choice([5, 50]))


def round_short(world, seconds):
    """Writes do less than they should, and say so."""
    disk(world, seconds, SHORT, world.chance.choice([30, 90]))


def round_full(world, seconds):
    """The disk is full, for some writes or for all."""
    disk(world, seconds, FULL, world.chance.choice([10, 100]))


def small_disk(world):
    """Moves the file to a small disk of its own, with room for its log, which may
    have 128 MiB before a checkpoint, and for what that adds to the file: a disk
    that the log alone fills has no room for the checkpoint that would end it.
    Returns what moves it back; without the right to mount, None: the disk is full
    by faults.c then."""
    small, large = os.path.join(world.home, "small"), world.folder
    size = sum(os.path.getsize(os.path.join(large, name))
               for name in os.listdir(large)) + (200 << 20)
    os.makedirs(small, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "soak", small],
                      check=False, stderr=subprocess.DEVNULL).returncode:
        return None
    world.folder = os.path.join(small, "data")
    shutil.copytree(large, world.folder)

    def back():
        shutil.rmtree(large)
        shutil.copytree(world.folder, large)
        world.folder = large
        subprocess.run(["umount", "-l", small], check=True)
    return back


def round_space(world, seconds):
    """There is no space left, on a disk that is really full, and then there is."""
    if not world.has_small_disk:
        round_full(world, seconds)
        return
    world.work(seconds / 4)
    filler = os.path.join(world.folder, "filler")
    with contextlib.suppress(OSError), open(filler, "wb", 0) as file:
        while True:
            file.write(bytes(4096))
    time.sleep(seconds / 4)
    world.expect_reads()
    if world.chance.random() < 0.3:
        world.kill()
    os.remove(filler)
    if world.server.poll() is None:
        world.expect_writes()


def round_pause(world, seconds):
    """It is stopped, and goes on."""
    for _ in range(2):
        time.sleep(seconds / 4)
        world.server.send_signal(signal.SIGSTOP)
        time.sleep(seconds / 4)
        world.server.send_signal(signal.SIGCONT)
    world.expect_writes()


def round_readonly(world, seconds):
    """The disk becomes read-only; and nothing starts on such a disk."""
    disk(world, seconds, READ_ONLY, 100)
    if world.server.poll() is None:
        world.end()
    world.faults.set(READ_ONLY)
    world.launch()
    try:
        code = world.server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        code = None
        world.server.kill()
        world.server.wait()
    world.faults.clear()
    if code != 1 or "scimd:" not in world.read_log():
        world.tally.complain(f"on a read-only disk it ends with {code}, says "
                             f"{world.read_log()!r}")


def round_reader(world, seconds):
    """Another process holds a snapshot; then the write-ahead log is cut."""
    reader = sqlite3.connect(world.db, isolation_level=None)
    reader.execute("BEGIN")
    count, = reader.execute("SELECT count(*) FROM scim_resource").fetchone()
    world.work(seconds)
    again, = reader.execute("SELECT count(*) FROM scim_resource").fetchone()
    reader.execute("COMMIT")
    reader.close()
    if count != again:
        world.tally.complain(f"a snapshot has changed: {count}, then {again}")
    world.expect_writes()
    world.expect("the write-ahead log stays larger than 128 MiB",
                 lambda: os.path.getsize(world.db + "-wal") <= WAL_BYTES)


def round_lock(world, seconds):
    """Another process holds the lock for longer than scimd is patient."""
    world.work(seconds / 4)
    other = sqlite3.connect(world.db, isolation_level=None, timeout=30)
    other.execute(world.chance.choice(["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"]))
    other.execute("INSERT INTO note VALUES ('x')")
    world.expect_reads()
    time.sleep(seconds + world.chance.random() * 2)
    other.execute(world.chance.choice(["COMMIT", "ROLLBACK"]))
    other.close()
    world.expect_writes()


def round_clock(world, seconds):
    """The clock jumps, a day ahead and back and behind."""
    for days in (1, 0, -1, 0):
        world.faults.set_clock(days * DAY)
        world.work(seconds / 4)


def round_backup(world, seconds):
    """Two ways to copy the file while it is written."""
    for command in ("VACUUM INTO 'copy.db'", ".backup 'copy.db'"):
        copy = os.path.join(world.home, "copy.db")
        with contextlib.suppress(FileNotFoundError):
            os.remove(copy)
        world.work(seconds / 4)
        wanted = world.settled()
        done = subprocess.run(
            ["sqlite3", "-batch", "-cmd", ".timeout 60000", world.db,
             command.replace("copy.db", copy)],
            capture_output=True, text=True, check=False)
        if done.returncode:
            world.tally.complain(f"{command}: {done.stderr}")
            continue
        time.sleep(seconds / 4)
        # What has been deleted since then may have been so before the copy.
        check_backup(copy, EXTENSION, wanted & world.settled(), world.tally)


def round_vacuum(world, seconds):
    """VACUUM of the file itself, which moves everything in it."""
    done = 0
    for _ in range(3):
        time.sleep(seconds / 4)
        code = subprocess.run(["sqlite3", "-batch", "-cmd", ".timeout 60000",
                               world.db, "VACUUM"], check=False,
                              stderr=subprocess.DEVNULL).returncode
        done += code == 0
    if not done:
        world.tally.complain("no VACUUM comes to its end")
    world.expect_writes()


def round_tokens(world, seconds):
    """Tokens are made, rotated and revoked; each answer is of that moment."""
    end = time.monotonic() + seconds
    probe = world.probe()

    def expect(token, wanted):
        probe.token, probe.connection = token, None
        status, _ = probe.ask("GET", "/Users?count=1")
        if status != wanted:
            world.tally.complain(f"a token: {status}, want {wanted}")

    while time.monotonic() < end:
        first = world.run("token", "add", "--label", "churn")
        listed = world.run("token", "list").splitlines()
        number = str(max(json.loads(line)["token"] for line in listed))
        expect(first, 200)
        second = world.run("token", "rotate", number)
        expect(first, 200)
        expect(second, 200)
        third = world.run("token", "rotate", number, "--grace", "0")
        expect(second, 401)
        expect(third, 200)
        world.run("token", "revoke", number)
        expect(third, 401)


KINDS = {name[len("round_"):]: value for name, value in list(globals().items())
         if name.startswith("round_")}


# ---- The soak

def play(world, kind, seconds):
    """One round; its tally."""
    world.tally = Tally()
    world.faults.clear()
    if sum(len(ledger.users) for ledger in world.ledgers) > MOST_USERS:
        world.begin()
    back = small_disk(world) if kind == "space" else None
    world.has_small_disk = back is not None
    try:
        world.start()
        load(world, kind, seconds)
    finally:
        world.faults.clear()
        if back:
            back()
    check_ledgers(world.db, world.ledgers, world.tally)
    check_sound(world.db, EXTENSION, world.tally)
    return world.tally


def load(world, kind, seconds):
    """Clients, and what happens meanwhile, until the server has ended."""
    world.begin_load()
    try:
        KINDS[kind](world, seconds)
        if world.server.poll() is None:
            world.chance.choice([world.kill, world.end])()
    finally:
        world.faults.clear()
        world.ending.set()
        if world.server.poll() is None:
            world.kill()
        world.end_load()


def keep(world, number, kind):
    """The file and the log of a round that went wrong."""
    to = f"{BUILD}/soak/found/{number}-{kind}"
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(world.folder, to)
    shutil.copy(world.log.name, to)
    return to


def table(totals):
    """What all rounds of a kind came to."""
    fields = ["rounds", *Tally.FIELDS, "wrong"]
    rows = [["kind", *fields]]
    rows += [[kind, *(str(numbers[field]) for field in fields)]
             for kind, numbers in totals.items()]
    rows.append(["all", *(str(sum(numbers[field] for numbers in totals.values()))
                          for field in fields)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.rjust(width) if i else cell.ljust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))))


def soak(seconds, seed):
    """True when every round was well."""
    chance = random.Random(seed)
    kinds = os.environ.get("SOAK_KINDS", "").split() or sorted(KINDS)
    fields = ["rounds", *Tally.FIELDS, "wrong"]
    totals = {kind: dict.fromkeys(fields, 0) for kind in kinds}
    length = 1 if seconds < 300 else 4  # of a round, about
    print(f"# seed {seed}, {seconds} seconds, rounds of {', '.join(kinds)}")
    failed = number = 0
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as home:
        world = World(home, chance)
        while number < len(kinds) or time.monotonic() < end:
            if number % len(kinds) == 0:
                chance.shuffle(kinds)
            kind = kinds[number % len(kinds)]
            number += 1
            tally = play(world, kind, length)
            totals[kind]["rounds"] += 1
            totals[kind]["wrong"] += len(tally.wrong)
            for field, count in tally.numbers.items():
                totals[kind][field] += count
            state = "not ok" if tally.wrong else "ok"
            print(f"{state} - round {number}, {kind}: "
                  f"{tally.numbers['acknowledged']} acknowledged", flush=True)
            for text in tally.wrong[:10]:
                print("  " + text[:1000])
            if tally.wrong:
                failed += 1
                print("  kept in " + keep(world, number, kind), flush=True)
    table(totals)
    print(f"{number - failed} passed, {failed} failed")
    return failed == 0


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seconds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    sys.exit(0 if soak(seconds, seed) else 1)


main()
