"""What the scripts of this folder that compare mwscope with real programs have in common: checks that are counted,
ports that nobody has, and waiting."""

import socket
import time

passed = failed = 0


def check(what, right, seen=""):
    """Counts a check; one that fails is printed with the beginning of what was seen instead."""
    global passed, failed
    if right:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {what}: {str(seen)[:800]}")


def until(holds, seconds=15):
    """Waits until something holds; gives whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def counted():
    """Prints the last line, which CI counts by, and gives the status to end with."""
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
