#!/usr/bin/env python3
"""windows.py WINE MWSCOPE.EXE: the Windows build records under wine, is killed, and puts the system's proxy back.

Ends with 'N passed, N failed'. WINEPREFIX says which registry is used.
"""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

WINE, EXE = sys.argv[1], os.path.abspath(sys.argv[2])
SETTINGS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"


class Origin(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *args):
        pass


def wine(*words):
    return subprocess.run([WINE, *words], capture_output=True, text=True, timeout=120)


def setting(name):
    """The value of a setting as `reg` prints it, or None."""
    lines = wine("reg", "query", SETTINGS, "/v", name).stdout.split("\n")
    words = next((line.split() for line in lines if line.split()[:1] == [name]), None)
    return words[2] if words and len(words) > 2 else None


def record(case, *options):
    process = subprocess.Popen(
        [WINE, EXE, "record", "--headless", "--listen", "127.0.0.1:0", *options, case],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    address = None
    for line in process.stdout:
        if line.startswith("listening on "):
            address = line.removeprefix("listening on ").strip()
        if line.startswith("case "):
            return process, address
    raise SystemExit(f"record ended with {process.wait()}: {process.stderr.read()}")


def main():
    passed = failed = 0

    def check(what, good, why=""):
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} windows: {what} {'' if good else why}")

    origin = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    wine("reg", "add", SETTINGS, "/v", "ProxyServer", "/d", "before:3128", "/f")
    wine("reg", "add", SETTINGS, "/v", "ProxyEnable", "/t", "REG_DWORD", "/d", "0", "/f")
    with tempfile.TemporaryDirectory() as folder:
        case = os.path.join(folder, "wine.mwscope")
        process, address = record(case, "--system-proxy")
        check("the system's proxy is the recording", setting("ProxyServer") == address, setting("ProxyServer"))
        check("and is on", setting("ProxyEnable") == "0x1", setting("ProxyEnable"))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": f"http://{address}"}))
        answers = [opener.open(f"http://127.0.0.1:{origin.server_port}/{n}", timeout=20).read() for n in range(5)]
        check("calls pass", answers == [b"hi"] * 5, answers)
        time.sleep(1)
        process.kill()
        process.wait()
        time.sleep(1)
        listed = wine(EXE, "list", case, "--format", "ndjson")
        there = [json.loads(line) for line in listed.stdout.splitlines()]
        check("what was recorded is there after a kill", len(there) == 5, f"{len(there)} {listed.stderr}")
        check("the next start puts the proxy back", setting("ProxyServer") == "before:3128", setting("ProxyServer"))
        check("and off", setting("ProxyEnable") == "0x0", setting("ProxyEnable"))
        check("and says so", "put back" in listed.stderr, listed.stderr)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
