#!/usr/bin/env python3
"""kill.py MWSCOPE TIMES: kills a recording under load, TIMES times over in the same case.

After each kill, `mwscope list` must answer without any repair, and every exchange that ended at least a second before
the kill must stand in it, once. The same for one long body, and for a log and a dump that were followed.
Ends with 'N passed, N failed'.
"""

import http.client
import http.server
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

MWSCOPE = os.path.abspath(sys.argv[1])
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 5
CLIENTS = 4
LONG = 300 << 20


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/long/"):
            return self.long()
        body = self.path.encode() * 20
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def long(self):
        piece = b"<row><ITNO>A0001</ITNO><ITDS>A long answer</ITDS></row>\r\n" * 1000
        self.send_response(200)
        self.send_header("Content-Length", str(LONG // len(piece) * len(piece)))
        self.end_headers()
        for _ in range(LONG // len(piece)):
            self.wfile.write(piece)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args):
        pass  # the proxy goes away in the middle of things: that is the point


def record(case, home, *options):
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    process = subprocess.Popen(
        [MWSCOPE, "record", "--headless", "--listen", "127.0.0.1:0", *options, case],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
    )
    for line in process.stdout:
        if line.startswith("listening on "):
            host, port = line.removeprefix("listening on ").strip().rsplit(":", 1)
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return process, host, int(port)
    raise SystemExit(f"record ended with {process.wait()} before it listened")


def call(host, port, origin, run, client, ended):
    """Calls until the proxy is gone; notes when each call ended."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    for n in range(1_000_000):
        path = f"/{run}/{client}/{n}"
        try:
            connection.request("GET", f"http://127.0.0.1:{origin}{path}")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return
        ended.append((time.monotonic(), path))
        time.sleep(0.002)


def a_long_body(folder, origin):
    """Kills a second after the end of a long answer; gives what is wrong."""
    case = os.path.join(folder, "long.mwscope")
    process, host, port = record(case, folder)
    connection = http.client.HTTPConnection(host, port, timeout=120)
    connection.request("GET", f"http://127.0.0.1:{origin}/long/1")
    answer = connection.getresponse()
    while answer.read(1 << 20):
        pass
    time.sleep(1)
    process.kill()
    process.wait()
    done = subprocess.run([MWSCOPE, "list", case, "--format", "ndjson"], capture_output=True, text=True, timeout=120)
    there = [json.loads(line) for line in done.stdout.splitlines()]
    whole = [x for x in there if x["outcome"] == "complete" and x["response_bytes"] > LONG * 0.99]
    return None if done.returncode == 0 and len(whole) == 1 else f"{there} {done.stderr[-300:]}"


def followed(folder):
    """Kills a recording that follows a log and a folder of dumps; gives what is wrong."""
    case = os.path.join(folder, "followed.mwscope")
    log, dumps = os.path.join(folder, "merged.log"), os.path.join(folder, "dumps")
    os.mkdir(dumps)
    process, _, _ = record(case, folder, "--follow", log, "--follow", dumps)
    with open(log, "w") as out:
        for n in range(20):
            out.write(f"2026-01-13 10:15:{n:02},000 INFO  [w-{n % 3}] a.b.C - record {n}\n")
    with open(os.path.join(dumps, "dump.txt"), "w") as out:
        out.write("M3 dump log (synthetic)\n=======\nProgram . . . : CRS008\nUser  . . . . : MWSUSR\nCompany . . . : 100\n\n"
                  "java.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n")
    time.sleep(2)
    process.kill()
    process.wait()
    records = subprocess.run([MWSCOPE, "log", case, "--format", "ndjson"], capture_output=True, text=True, timeout=60)
    dumped = subprocess.run([MWSCOPE, "dump", case, "--format", "json"], capture_output=True, text=True, timeout=60)
    lines, found = records.stdout.splitlines(), json.loads(dumped.stdout or '{"dumps": []}')["dumps"]
    right = len(lines) == 20 and [d["program"] for d in found] == ["CRS008"]
    return None if right else f"{len(lines)} records, {len(found)} dumps {records.stderr[-300:]} {dumped.stderr[-300:]}"


def main():
    origin = Server(("127.0.0.1", 0), Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        case = os.path.join(folder, "killed.mwscope")
        for run in range(TIMES):
            process, host, port = record(case, folder)
            ended = []
            clients = [
                threading.Thread(target=call, args=(host, port, origin.server_port, run, client, ended))
                for client in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            time.sleep(1.2 + random.random() * 1.5)
            killed = time.monotonic()
            process.kill()
            process.wait()
            for client in clients:
                client.join()
            due = {path for at, path in ended if at < killed - 1}
            done = subprocess.run([MWSCOPE, "list", case, "--format", "ndjson"], capture_output=True, text=True, timeout=120)
            paths = [json.loads(line)["target"].split("/", 3)[3] for line in done.stdout.splitlines()]
            paths = ["/" + path for path in paths if path.startswith(f"{run}/")]
            lost, twice = due - set(paths), len(paths) - len(set(paths))
            if done.returncode or lost or twice or not due:
                failed += 1
                print(f"FAIL run {run}: list ended with {done.returncode}, {len(lost)} of {len(due)} lost, {twice} listed twice {done.stderr[-300:]}")
        for what, wrong in [("a long body", a_long_body(folder, origin.server_port)), ("what is followed", followed(folder))]:
            if wrong:
                failed += 1
                print(f"FAIL {what}: {wrong}")
    print(f"{TIMES + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
