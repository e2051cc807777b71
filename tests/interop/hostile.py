#!/usr/bin/env python3
"""hostile.py MWSCOPE CASE: the screens on terminals that mean no good: tiny, resized while they are drawn, without
colour, so slow that keys come faster than pictures go, and gone without a word. Ends with "N passed, N failed"."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

import checks
from checks import check

# How often the screen is resized twenty times; what is lost then is lost about once in ten of them.
ROUNDS = 30

PROGRAM, CASE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


class Terminal:
    """The program on a terminal of its own, with a folder of settings that nobody else has."""

    def __init__(self, columns, rows, **variables):
        self.home = tempfile.TemporaryDirectory()
        environment = {**os.environ, "MWSCOPE_CONFIG_DIR": self.home.name, "TERM": "xterm-256color", **variables}
        for name in ("NO_COLOR",):
            if name not in variables:
                environment.pop(name, None)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(PROGRAM, [PROGRAM, "open", CASE], environment)
        self.resize(columns, rows)
        self.out = b""
        self.status = None

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds, most=1 << 20, until=None):
        """Reads for so long, or until the text came."""
        end = time.monotonic() + seconds
        taken = 0
        while time.monotonic() < end and taken < most:
            ready, _, _ = select.select([self.fd], [], [], 0.05)
            if ready:
                try:
                    chunk = os.read(self.fd, min(4096, most - taken))
                except OSError:
                    return self.out
                if not chunk:
                    return self.out
                self.out += chunk
                taken += len(chunk)
            if until and until in self.out:
                break
        return self.out

    def keys(self, text):
        os.write(self.fd, text.encode())

    def end(self, seconds=20):
        """Leaves, and gives the status; None where it didn't end."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                self.keys("q")
            except OSError:
                pass
            self.read(0.2)
            if self.ended():
                return self.status
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def gave_back(self):
        """Whether the screen and the cursor were given back."""
        left = self.out.rfind(b"\x1b[?1049l")
        return left > self.out.rfind(b"\x1b[?1049h") and b"\x1b[?25h" in self.out[left:]


def tiny():
    for columns, rows in ((10, 3), (1, 1), (2, 50), (300, 2)):
        terminal = Terminal(columns, rows)
        terminal.read(3, until=b"m")
        terminal.keys("edj?\x1bfabc\x1b2G1")
        terminal.read(0.5)
        status = terminal.end()
        check(f"{columns}x{rows}: opens, takes keys, ends", status == 0 and terminal.gave_back(), (status, terminal.out[-300:]))


def resized():
    terminal = Terminal(120, 36)
    terminal.read(20, until=b"569")
    sizes = [(10, 3), (400, 100), (80, 24), (1, 1), (60, 15), (59, 14), (200, 60)]
    shown = 0
    for _ in range(ROUNDS):
        for n in range(20):
            terminal.resize(*sizes[n % len(sizes)])
            terminal.keys("ejd\x1b3GL1"[n % 8])
            terminal.read(0.02)
        # Keys and a change of size in the same moment: neither may be forgotten.
        terminal.resize(120, 36)
        terminal.out = b""
        terminal.keys("\x1b\x1b1gge")
        terminal.read(8, until=b"Unable to execute MPD!")
        if b"Unable to execute MPD!" not in terminal.out:
            break
        shown += 1
    check("resized while drawing, keys in the same moment: shows the failing call", shown == ROUNDS, (shown, terminal.out[-300:]))
    status = terminal.end()
    check("and ends", status == 0 and terminal.gave_back(), (status, terminal.out[-300:]))


def colourless():
    for name, variables in (("NO_COLOR", {"NO_COLOR": "1"}), ("TERM=dumb", {"TERM": "dumb"})):
        terminal = Terminal(120, 36, **variables)
        terminal.read(20, until=b"569")
        terminal.keys("e2\x1b1")
        terminal.read(1)
        status = terminal.end()
        coloured = re.search(rb"\x1b\[(?:\d+;)*(?:3[0-7]|38;|4[0-7]|48;|9[0-7])(?:;\d+)*m", terminal.out)
        check(f"{name}: nothing is coloured", coloured is None and status == 0, coloured and coloured.group())


def slow():
    terminal = Terminal(120, 36)
    terminal.read(20, until=b"569")
    began = time.monotonic()
    # Two hundred keys for a terminal that takes 3 kB a second: pictures in between must be left out, keys not.
    for _ in range(200):
        terminal.keys("j")
        terminal.read(0.01, most=30)
    terminal.keys("k")
    # Pictures only say what changed; another size makes one that says everything.
    terminal.read(3)
    terminal.resize(121, 36)
    terminal.read(3)
    shown = re.sub(rb"(?:\x1b\[[0-9;?]*[a-zA-Z]| )+", b" ", terminal.out)
    check("a slow terminal: no key is lost", b"row 200 of" in shown, shown[-300:])
    check("and what it shows is soon the last picture", time.monotonic() - began < 20, time.monotonic() - began)
    status = terminal.end()
    check("and it ends", status == 0 and terminal.gave_back(), (status, terminal.out[-300:]))


def ended():
    terminal = Terminal(120, 36)
    terminal.read(20, until=b"569")
    os.kill(terminal.pid, signal.SIGTERM)
    limit = time.monotonic() + 20
    while time.monotonic() < limit and not terminal.ended():
        terminal.read(0.1)
    terminal.read(0.5)
    check("ended from outside: the terminal is given back", terminal.status == 0 and terminal.gave_back(), (terminal.status, terminal.out[-300:]))


def gone():
    terminal = Terminal(120, 36)
    terminal.read(20, until=b"569")
    os.close(terminal.fd)
    limit = time.monotonic() + 20
    while time.monotonic() < limit and not terminal.ended():
        time.sleep(0.1)
    good = terminal.status is not None
    if not good:
        os.kill(terminal.pid, signal.SIGKILL)
        os.waitpid(terminal.pid, 0)
    check("a terminal that is closed ends the program", good)


for part in (tiny, resized, colourless, slow, ended, gone):
    part()
sys.exit(checks.counted())
