#!/usr/bin/env python3
"""disk_full.py MWSCOPE: records onto a disk that fills up, and is emptied again.

Calls must be answered all the time; the recording must say loudly that it stopped and that it goes on; what was stored
before and after must be in the case. Needs to mount a small tmpfs: as root, or in a user namespace of its own.
Ends with 'N passed, N failed', or with 'skipped' where no disk can be made.
"""

import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

MWSCOPE = os.path.abspath(sys.argv[1])


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    body = os.urandom(60_000)

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args):
        pass


def main():
    passed = failed = 0

    def check(what, good, why=""):
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {what} {'' if good else why}")

    origin = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        disk = os.path.join(folder, "disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], capture_output=True).returncode:
            print("skipped: a small disk can't be mounted here")
            return 0
        filler = os.path.join(disk, "filler")
        with open(filler, "wb") as out:
            out.write(bytes(5 << 20))
        case = os.path.join(disk, "full.mwscope")
        home = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
        errors = os.path.join(folder, "errors")
        process = subprocess.Popen(
            [MWSCOPE, "record", "--headless", "--listen", "127.0.0.1:0", case],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=open(errors, "w"), text=True, env=home,
        )
        for line in process.stdout:
            if line.startswith("listening on "):
                proxy = "http://" + line.removeprefix("listening on ").strip()
            if line.startswith("case "):
                break
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
        sent = []

        def call(name):
            got = opener.open(f"http://127.0.0.1:{origin.server_port}/{name}", timeout=20).read()
            sent.append(name)
            return got == Origin.body

        def until(words, name, most=400):
            answered = True
            for n in range(most):
                answered &= call(f"{name}-{n}")
                if words in open(errors).read():
                    return answered, True
                time.sleep(0.005)
            return answered, False

        answered, said = until("NOT RECORDING", "before")
        check("a full disk is said", said, open(errors).read())
        check("calls are answered meanwhile", answered and all(call(f"full-{n}") for n in range(20)))
        os.remove(filler)
        answered, said = until("recording goes on", "resumed")
        check("that it goes on is said", said and answered, open(errors).read())
        check("calls behind it are answered", all(call(f"after-{n}") for n in range(5)))
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        counts = process.stdout.read()
        process.wait(30)
        listed = subprocess.run([MWSCOPE, "list", case, "--format", "ndjson"], capture_output=True, text=True)
        names = [json.loads(line)["target"].rsplit("/", 1)[1] for line in listed.stdout.splitlines()]
        check("the case opens", listed.returncode == 0 and not listed.stderr, listed.stderr)
        check("what came before and after is in it", {"before-0", "after-4"} <= set(names) and len(names) == len(set(names)), names[-9:])
        stored = f"recorded {len(names)} exchanges" in counts and f"{len(sent) - len(names)} exchanges could not be stored" in counts
        check("the counts say how many are missing", stored, f"{len(sent)} sent, {len(names)} listed, {counts}")
        subprocess.run(["umount", disk])
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
