#!/usr/bin/env python3
"""batch.py MWSCOPE [KILLS]: batches that are killed in the middle and gone on with.

Each time a server counts what arrives while `mwscope replay --data` is killed after a random time; then the same command
goes on. What was sent must be what was answered and what is unknown, no row may have been sent twice, and
`--retry-unknown` must send exactly the unknown ones. Ends with 'N passed, N failed'.
"""

import collections
import json
import os
import random
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

import checks
from checks import check

MWSCOPE = os.path.abspath(sys.argv[1])
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
ROWS = 200
arrived = collections.Counter()


class Answers(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if not line:
                return
            length = 0
            while (field := self.rfile.readline()) not in (b"\r\n", b""):
                if field.lower().startswith(b"content-length:"):
                    length = int(field.split(b":")[1])
            body = self.rfile.read(length)
            if len(body) < length:
                return
            arrived[body] += 1
            time.sleep(random.random() * 0.01)
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<r/>")
            except OSError:
                return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A client that is killed resets its connections, as it should."""


def archive(url):
    request = {"method": "POST", "url": url, "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [],
               "headersSize": -1, "bodySize": -1, "postData": {"mimeType": "text/xml", "text": "<U>{{u}}</U>"}}
    response = {"status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [], "redirectURL": "",
                "content": {"size": 0, "mimeType": ""}, "headersSize": -1, "bodySize": -1}
    entry = {"startedDateTime": "2026-01-13T10:00:00Z", "time": 1, "request": request, "response": response, "cache": {},
             "timings": {"send": 0, "wait": 0, "receive": 0}}
    return {"log": {"version": "1.2", "creator": {"name": "synthetic", "version": "1"}, "entries": [entry]}}


def once(folder, url, n):
    arrived.clear()
    har, data = os.path.join(folder, "call.har"), os.path.join(folder, f"rows{n}.csv")
    with open(har, "w") as f:
        json.dump(archive(url), f)
    with open(data, "w") as f:
        f.write("u\n" + "".join(f"user{row:04}\n" for row in range(ROWS)))
    command = [MWSCOPE, "replay", har, "x0", "--data", data, "--yes", "--concurrency", "8", "--format", "json"]
    quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    batch = subprocess.Popen(command, stdout=subprocess.DEVNULL, **quiet)
    time.sleep(random.random() * 0.25)
    batch.kill()
    ended = batch.wait()
    time.sleep(0.1)
    journal = os.path.join(folder, f"rows{n}.results.csv.journal")
    if ended == 0 or (sum(arrived.values()) == ROWS and not os.path.exists(journal)):
        # It was faster, if only by its last step; the same command would begin anew, as it should.
        return once(folder, url, n)

    def go_on(*more):
        return json.loads(subprocess.run([*command, *more], stdout=subprocess.PIPE, check=True, **quiet).stdout)["batch"]

    counts = go_on()
    sent = sum(arrived.values())
    check("no row is sent twice", max(arrived.values()) == 1, arrived.most_common(3))
    check("each row has an outcome", (counts["ok"] + counts["unknown"], counts["failed"]) == (ROWS, 0), counts)
    # A row can be noted, and the program be killed before its first byte leaves: seldom, and never the other way round.
    check("sent = answered + unknown", 0 <= ROWS - sent <= 1, (sent, counts))
    if counts["unknown"]:
        before = sent
        again = go_on("--resume", "--retry-unknown")
        check("the unknown ones are sent again", (again["ok"], sum(arrived.values()) - before) == (ROWS, counts["unknown"]), again)
    check("nothing is left behind", not os.path.exists(journal))


def main():
    server = Server(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        for n in range(KILLS):
            once(folder, f"http://127.0.0.1:{server.server_address[1]}/", n)
    return checks.counted()


sys.exit(main())
