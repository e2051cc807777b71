#!/usr/bin/env python3
"""kill.py MWSCOPE TIMES: kills a recording under load, TIMES times over in the same case.

After each kill, `mwscope list` must answer without any repair, and every exchange that ended at least a second before
the kill must stand in it, once. Ends with 'N passed, N failed'.
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


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.path.encode() * 20
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *args):
        pass  # the proxy goes away in the middle of things: that is the point


def record(case, home):
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    process = subprocess.Popen(
        [MWSCOPE, "record", "--headless", "--listen", "127.0.0.1:0", case],
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
    print(f"{TIMES - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
