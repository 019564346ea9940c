"""scimd as a process, on a file or on nodes, and its commands."""

import atexit
import os
import signal
import subprocess
import time
import urllib.request

BUILD = os.environ.get("BUILD", "build")
SCIMD = os.environ.get("SCIMD", BUILD + "/scimd")
EXTENSION = os.environ.get("SCIM_EXTENSION", BUILD + "/scim") + ".so"
PATIENCE = 300


class Scimd:
    """A server. store is ["--db", file], or ["--engine", "rqlite:…"]."""

    count = 0

    def __init__(self, store, home, extension=EXTENSION, program=SCIMD):
        self.program = program
        self.store = [*store, "--extension", extension.removesuffix(".so")]
        Scimd.count += 1
        self.log = os.path.join(home, f"scimd{Scimd.count}.log")
        self.server = None
        self.port = None
        atexit.register(self.stop, signal.SIGKILL)

    def command(self, *words):
        """What a command prints; an exception when it fails."""
        done = subprocess.run([self.program, *words, *self.store], text=True, timeout=PATIENCE,
                              capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"scimd {' '.join(words)}: {done.returncode} "
                               f"{done.stderr.strip()}")
        return done.stdout.strip()

    def token(self, tenant="default"):
        return self.command("token", "add", "--tenant", tenant, "--label", "test")

    def start(self, *options):
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen(
                [self.program, "serve", *self.store, "--listen", "127.0.0.1:0", "--quiet",
                 *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.server.poll() is None:
            text = self.read_log()
            if '"event":"listening"' in text:
                self.port = int(text.rsplit('"port":', 1)[1].split(",")[0].rstrip("}\n"))
                return
            time.sleep(0.02)
        raise RuntimeError("scimd does not start: " + self.read_log()[-600:])

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def metric(self, name):
        """The sum of what /metrics has under a name."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics",
                                    timeout=PATIENCE) as reply:
            lines = reply.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines
                   if line.split(" ")[0].split("{")[0] == name)

    def stop(self, with_signal=signal.SIGTERM):
        """Its status, None if it was not there."""
        if not self.server:
            return None
        if self.server.poll() is None:
            self.server.send_signal(with_signal)
            try:
                self.server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        return self.server.returncode
