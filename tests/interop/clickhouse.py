#!/usr/bin/env python3
"""What is handed on to ClickHouse, taken by ClickHouse itself: its engine (chdb) behind the HTTP interface as far as
inserts and statements need it. Files are loaded, pushes are taken, what comes twice is there once.

    tests/interop/clickhouse.py PATH_TO_MWSCOPE CASE
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from urllib.parse import parse_qsl, urlsplit

import checks
import chdb.session
from checks import check, until
from recorders import Recorder, Site
from serving import Quiet, Server

MWSCOPE, CASE = os.path.abspath(sys.argv[1]), sys.argv[2]
SECRETS = ("cjJzZWNyZXQ", "geheim")


class Engine:
    """One ClickHouse in this process, and its HTTP interface."""

    def __init__(self, folder):
        self.session, self.lock = chdb.session.Session(os.path.join(folder, "clickhouse")), threading.Lock()
        self.settings, self.seen, self.answers, self.inserts = set(), [], [], 0
        engine = self

        class Handler(Quiet):
            def do_POST(self):
                body = self.body()
                asked = dict(parse_qsl(urlsplit(self.path).query))
                query = asked.pop("query", "")
                engine.settings |= asked.keys()
                engine.seen.append(dict(self.headers))
                if engine.answers:
                    return self.say(500, engine.answers.pop(0))
                # Of the settings those that a file of rows needs; the others are for a server.
                skip = asked.get("input_format_skip_unknown_fields")
                if skip:
                    query = query.replace(" FORMAT ", f" SETTINGS input_format_skip_unknown_fields={skip} FORMAT ")
                    engine.inserts += 1
                try:
                    engine.query(f"{query} {body.decode()}".strip())
                except Exception as error:
                    return self.say(404, str(error))
                self.say(200, "")

            def say(self, status, text):
                code = re.match(r"Code: (\d+)", text)
                self.answer(status, text.encode(), {"X-ClickHouse-Exception-Code": code.group(1)} if code else {})

        self.server = Server(Handler)
        self.url = self.server.url

    def query(self, text):
        with self.lock:
            return self.session.query(text, "JSONEachRow").bytes().decode()

    def rows(self, text):
        return [json.loads(line) for line in self.query(text).splitlines()]

    def one(self, text):
        return next(iter(self.rows(text)[0].values()))


def mwscope(*args, status=0, **more):
    done = subprocess.run([MWSCOPE, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, **more)
    check(f"{' '.join(args[:4])} ends with {status}", done.returncode == status, done.stdout + done.stderr)
    return done


def listed(what, case):
    done = subprocess.run([MWSCOPE, what, case, "--format", "ndjson"], capture_output=True, text=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def from_a_file(engine):
    ddl = mwscope("export", "--to", "clickhouse", "--create-table", "--table", "filed").stdout
    engine.query(ddl.rstrip().rstrip(";"))
    rows = mwscope("export", CASE, "--to", "clickhouse").stdout
    for _ in range(2):
        engine.query(f"INSERT INTO filed FORMAT JSONEachRow {rows}")
    calls, records = listed("list", CASE), listed("log", CASE)
    counts = {row["kind"]: int(row["n"]) for row in engine.rows("SELECT kind, count() AS n FROM filed FINAL GROUP BY kind")}
    check("file: calls and records, once", (counts["call"], counts["record"]) == (len(calls), len(records)), counts)
    check("file: dumps and findings", counts["dump"] == 3 and counts["finding"] >= 6, counts)
    failed = engine.one("SELECT count() FROM filed FINAL WHERE kind = 'call' AND failed")
    check("file: failed calls", int(failed) == 6, failed)
    crash = engine.rows("SELECT * FROM filed FINAL WHERE facts['mwscope.id'] = 'x28'")[0]
    names = [event["name"] for event in crash["events"]]
    check("file: a call has its record and its dump", "log" in names and "m3.dump" in names, names)
    check("file: and its facts", (crash["facts"]["http.response.status_code"], crash["facts"]["mwscope.layer"]) == ("500", "m3-program"), crash)
    began = listed("list", CASE)[28]["started"]
    check("file: times to the last digit", crash["at"].startswith("2026-01-13 09:15:02.418"), (crash["at"], began))
    within = engine.one(f"SELECT count() FROM filed FINAL WHERE kind = 'record' AND trace_id = '{crash['trace_id']}'")
    check("file: its records are found by its ids", int(within) >= 3, within)
    check("file: no secret", not any(secret in rows for secret in SECRETS))


def pushed(engine):
    done = mwscope("export", CASE, "--to", "clickhouse", "--push", engine.url, status=2)
    check("push: a table that isn't there is said", "UNKNOWN_TABLE" in done.stderr, done.stderr)
    mwscope("export", "--to", "clickhouse", "--create-table", "--push", engine.url)
    busy = "Code: 252. DB::Exception: Too many parts. (TOO_MANY_PARTS)"
    engine.answers = [busy]
    done = mwscope("export", CASE, "--to", "clickhouse", "--push", engine.url, "--header", "X-ClickHouse-User: loader")
    check("push: what has no room is sent again", "TOO_MANY_PARTS" in done.stderr and "sent again" in done.stderr, done.stderr)
    check("push: the header", engine.seen[-1].get("X-ClickHouse-User") == "loader", engine.seen[-1])
    difference = engine.one("SELECT count() FROM (SELECT id FROM filed FINAL EXCEPT SELECT id FROM mwscope FINAL)")
    check("push: it has what the file has", int(difference) == 0 and int(engine.one("SELECT count() FROM mwscope FINAL")) > 500, difference)
    # A table of somebody's own, with less in it.
    engine.query("CREATE DATABASE m3")
    engine.query("CREATE TABLE m3.calls (id String, kind String, name String) ENGINE = MergeTree ORDER BY id")
    mwscope("export", CASE, "--to", "clickhouse", "--push", engine.url, "--table", "m3.calls")
    check("push: columns that a table hasn't are left out", int(engine.one("SELECT count() FROM m3.calls WHERE kind = 'call'")) == 59)
    known = {row["name"] for row in engine.rows("SELECT name FROM system.settings")}
    check("push: every setting exists", engine.settings <= known | {"database"}, engine.settings - known)
    # The numbers by which refusals are told apart are the engine's own.
    names = "TIMEOUT_EXCEEDED TOO_SLOW TOO_MANY_SIMULTANEOUS_QUERIES SOCKET_TIMEOUT NETWORK_ERROR NO_ZOOKEEPER ABORTED MEMORY_LIMIT_EXCEEDED TABLE_IS_READ_ONLY NOT_ENOUGH_SPACE TOO_MANY_PARTS TOO_FEW_LIVE_REPLICAS UNKNOWN_STATUS_OF_INSERT QUERY_WAS_CANCELLED KEEPER_EXCEPTION".split()
    codes = [159, 160, 202, 209, 210, 225, 236, 241, 242, 243, 252, 285, 319, 394, 999]
    told = engine.rows("SELECT " + ", ".join(f"errorCodeToName({code})" for code in codes))[0]
    check("push: the numbers of what may be taken later", list(told.values()) == names, told)


def recorded(engine, folder):
    """Pushed while it is recorded: the call is there first, then once more with what became known of it."""
    site, case = Site(MWSCOPE, os.path.join(folder, "site")), os.path.join(folder, "live.mwscope")
    mwscope("export", "--to", "clickhouse", "--create-table", "--push", engine.url, "--table", "live")
    recorder = Recorder(site, case, "--push", f"clickhouse={engine.url}", environment={"MWSCOPE_PUSH_TABLE": "live"})
    recorder.call("Create", "C01")
    wanted = "SELECT count() FROM live FINAL WHERE kind = 'call' AND has(events.name, 'm3.dump')"
    check("record: a failed call with its dump", until(lambda: int(engine.one(wanted)) == 1, 20))
    _, counts = recorder.end()
    check("record: the counts say how far it came", counts["pushed"][0]["taken"] > 0 and counts["pushed"][0]["behind"] == 0, counts)
    words = [MWSCOPE, "record", "--headless", "--listen", "127.0.0.1:0", "--push", f"clickhouse={engine.url}", "--push-table", "live", case]
    text = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    proxy = text.stdout.readline().split()[-1]
    subprocess.run(["curl", "--silent", "--proxy", f"http://{proxy}", f"http://127.0.0.1:{site.port}/"], capture_output=True)
    text.send_signal(signal.SIGINT)
    said, _ = text.communicate(timeout=30)
    site.process.kill()
    check("record: the end says how far it came", re.search(r"pushed: \d+ items at http", said), said)
    check("record: each once", int(engine.one("SELECT count() FROM live FINAL WHERE kind = 'call'")) == len(listed("list", case)))
    origin = engine.one("SELECT any(origin) FROM live FINAL")
    check("record: who recorded it", origin.get("mwscope.case") == "live.mwscope" and origin.get("host.name"), origin)


def main():
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(folder)
        from_a_file(engine)
        pushed(engine)
        recorded(engine, folder)
        engine.session.close()
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
