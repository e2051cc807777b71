#!/usr/bin/env python3
"""How well `mwscope log` learns layouts that no logging framework's pattern says, from the log alone.

    unseen_logs.py MWSCOPE [--files N] [--seed S] [--keep FOLDER] [--least PERCENT] [--misses]

Makes N synthetic logs (default 200) of columns put together at random: times, levels, threads, loggers, nodes, users and
ids of many kinds, behind blanks, brackets, bars, semicolons, commas or tabs. Compares with `log --format ndjson` how many
records there are and, for each log, whether level, thread, logger, message and time of all of them are right. Fails where
records are missing or one too many in any log, or fewer than --least percent (default 95) of the columns are right: which
of two columns of names is the logger can't always be known.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import checks
from checks import check

RECORDS = 250
TIMES = ["%Y-%m-%d %H:%M:%S,{ms}", "%Y-%m-%dT%H:%M:%S.{ms}Z", "%d.%m.%Y %H:%M:%S", "%Y%m%d-%H%M%S.{ms}", "%d/%b/%Y %H:%M:%S",
         "%b %d %H:%M:%S.{ms}", "%H:%M:%S.{ms}", "%Y/%m/%d %H:%M:%S.{us}", "%a %b %d %H:%M:%S CET %Y", "%y%m%d %H%M%S",
         "{epoch}", "{epochms}", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.{ms}+01:00", "%d-%m-%Y %H:%M:%S:{ms}"]
LEVELS = [["INFO", "WARN", "ERROR", "DEBUG", "TRACE"], ["INFO", "NOTE", "WARN", "ERROR", "DEBUG"],
          ["info", "warning", "error", "debug"], ["I", "W", "E", "D"], ["INF", "WRN", "ERR", "DBG"],
          ["Information", "Warning", "Error", "Debug"], ["INFO", "WARNING", "SEVERE", "FINE", "CONFIG"],
          ["INFO", "WARN", "ERROR", "FATAL"]]
THREADS = [["RMI TCP Connection(3)-10.0.0.1", "main", "WorkManager-12", "Grid-exec-7", "Finalizer"],
           ["MNE#12", "MNE#7", "MNE#31", "MNE#4"], ["grid.worker.3", "grid.worker.12", "grid.worker.7"],
           ["http-bio-8080-exec-1", "ajp-nio-8009-exec-22", "ContainerBackgroundProcessor[StandardEngine[Catalina]]"],
           ["0x7f3a10", "0x7f3b20", "0x7f3c44"], ["JobScheduler_Worker-1", "JobScheduler_Worker-2", "QuartzScheduler"],
           ["Thread[ec-in-4,5,main]", "Thread[ec-in-2,5,main]", "Thread[ec-out-1,5,main]"]]
LOGGERS = [["com.lawson.m3.mne.Session", "com.lawson.m3.mne.Router", "com.infor.ec.In"],
           ["Dispatcher", "SessionStore", "MpdRunner", "Cache"], ["c.l.g.p.ProxyServer", "c.l.g.n.Node", "o.a.c.Bus"],
           ["M3Router", "ECJob", "root"], ["com.intentia.ec.shared.MECProcess$Worker", "com.intentia.ec.db.Pool"],
           ["mvx.runtime.Job", "mvx.app.pgm.CRS008", "mvx.db.SQL"], ["security.login", "ui.panel", "db.query", "net.http"]]
OTHERS = {"node": ["node1", "node2", "app-srv-07"], "user": ["ANNA01", "bob", "svc_mws", "M3SRVADM"],
          "cono": ["100", "200", "780"], "pid": ["4120"], "host": ["mvx01.example.com", "10.1.2.3"], "session": None, "line": None}
MESSAGES = ["Session {n} created for {u}", "Unable to execute MPD!", "Read {n} rows from MITMAS in {m} ms",
            "panel E of CRS008 was sent", "Retrying in {m} s", "Begin transaction", "Commit", "JDBC pool: {n} active, {m} idle",
            "<request id=\"{n}\"/>", "User {u} has logged off", "HTTP 500 from upstream", "Cleared cache", "stopped",
            "Value '{n}' is out of range (0..{m})", "[{n}] done", "key=value n={n}", "Größe {n}", "timeout"]
BELOW = [(0.04, ["java.lang.IllegalStateException: closed", "\tat com.foo.Bar.baz(Bar.java:12)", "\tat com.foo.Bar.run(Bar.java:44)"]),
         (0.07, ["  second line of it", "", "third"]), (0.09, ["<MPD>", "  <step n=\"1\"/>", "</MPD>"])]
STYLES = ["words", "words", "brackets", "bars", "semicolons", "tabs", "commas"]


class Layout:
    """The columns of one log, what they hold, and what stands around and between them."""

    def __init__(self, chance):
        self.chance, self.style, self.time = chance, chance.choice(STYLES), chance.choice(TIMES)
        self.levels, self.threads, self.loggers = chance.choice(LEVELS), chance.choice(THREADS), chance.choice(LOGGERS)
        if self.style == "commas":
            self.time, self.threads = "%Y-%m-%d %H:%M:%S", ["worker-1", "worker-2", "main"]
        self.width = max(map(len, self.levels)) if chance.random() < 0.4 else 0
        columns = ["level", *(["thread"] if chance.random() < 0.8 else []), *(["logger"] if chance.random() < 0.85 else [])]
        columns += chance.sample(sorted(OTHERS), chance.choice([0, 0, 1, 1, 2]))
        chance.shuffle(columns)
        columns.insert(0 if chance.random() < 0.8 else chance.randrange(min(3, len(columns) + 1)), "time")
        self.columns = columns
        self.between = {"words": " ", "brackets": chance.choice([" ", ""]), "bars": chance.choice(["|", " | "]),
                        "semicolons": ";", "tabs": "\t", "commas": ","}[self.style]
        self.end = chance.choice([" - ", ": "]) if self.style in ("words", "brackets") else self.between
        self.around = {column: self.brackets(column) for column in columns}

    def brackets(self, column):
        if self.style == "brackets" or self.style == "words" and column == "thread":
            return "[", "]"
        if self.style == "words" and column in OTHERS:
            return self.chance.choice([("", ""), ("[", "]"), ("(", ")"), ("{", "}")])
        return "", ""

    def value(self, column, when):
        if column == "time":
            return stamp(self.time, when)
        if column in OTHERS:
            chosen = OTHERS[column]
            own = f"{self.chance.getrandbits(32):08x}" if column == "session" else str(self.chance.randrange(10, 900))
            return self.chance.choice(chosen) if chosen else own
        return self.chance.choice({"level": self.levels, "thread": self.threads, "logger": self.loggers}[column])

    def record(self, when):
        """The text of a record, and what is true of it."""
        values = {column: self.value(column, when) for column in self.columns}
        number, other = self.chance.randrange(1, 9999), self.chance.randrange(1, 60)
        values["message"] = self.chance.choice(MESSAGES).format(n=number, m=other, u=self.chance.choice(["ANNA01", "bob"]))
        padded = {**values, "level": values["level"].ljust(self.width)}
        head = self.between.join(padded[column].join(self.around[column]) for column in self.columns)
        draw = self.chance.random()
        below = next((lines for least, lines in BELOW if draw < least), [])
        dated = self.time != "%H:%M:%S.{ms}" and not self.time.startswith("%b")
        values["time"] = when.strftime("%Y-%m-%dT%H:%M:%S") if dated else None
        return "\n".join([head + self.end + values["message"], *below]), values


def stamp(form, when):
    seconds = int(when.replace(tzinfo=datetime.timezone.utc).timestamp())
    text = when.strftime(form).replace("{ms}", f"{when.microsecond // 1000:03d}").replace("{us}", f"{when.microsecond:06d}")
    return text.replace("{epochms}", f"{seconds}{when.microsecond // 1000:03d}").replace("{epoch}", str(seconds))


def made(chance):
    """A log and what is true of its records."""
    layout, when, records = Layout(chance), datetime.datetime(2026, 3, 14, 8), []
    for _ in range(RECORDS):
        when += datetime.timedelta(milliseconds=chance.randrange(1, 20_000))
        records.append(layout.record(when))
    return layout, "".join(text + "\n" for text, _ in records), [values for _, values in records]


def misses(mwscope, file, settings, truths):
    """For each column that isn't right, what was read first instead; None where the records are others."""
    environment = {**os.environ, "MWSCOPE_CONFIG_DIR": str(settings), "MWSCOPE_CACHE": str(settings / "cache")}
    done = subprocess.run([mwscope, "log", "--format", "ndjson", file], capture_output=True, text=True, timeout=600, check=False,
                          env=environment)
    read = [json.loads(line) for line in done.stdout.splitlines()]
    if len(read) != len(truths):
        return None
    wrong = {}
    for record, truth in zip(read, truths):
        said = {"level": (record.get("level") or "").upper(), "thread": record.get("thread"), "logger": record.get("logger"),
                "message": (record.get("message") or "").split("\n")[0].strip(), "time": (record.get("at") or "")[:19]}
        for column, value in said.items():
            true = truth.get(column)
            if true is not None and value != (true.upper() if column == "level" else true):
                wrong.setdefault(column, (value, true))
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("mwscope", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=95.0)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    with tempfile.TemporaryDirectory(prefix="mwscope-logs-") as scratch:
        folder, settings = options.keep or pathlib.Path(scratch), pathlib.Path(scratch) / "settings"
        folder.mkdir(parents=True, exist_ok=True)
        settings.mkdir()
        logs = []
        for at in range(options.files):
            layout, text, truths = made(random.Random(f"{seed}/{at}"))
            file = folder / f"made-{at:04d}.log"
            file.write_text(text, encoding="utf-8")
            logs.append((file, layout, truths))
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda log: misses(options.mwscope.absolute(), log[0], settings, log[2]), logs))
    columns = right = others = 0
    for (file, layout, truths), wrong in zip(logs, answers):
        asked = [column for column in ("level", "thread", "logger", "message", "time") if truths[0].get(column) is not None]
        columns += len(asked)
        right += 0 if wrong is None else len(asked) - len(wrong)
        others += wrong is None
        if options.misses and wrong != {}:
            print(f"{file.name} {layout.style} {layout.columns} {layout.time}: {wrong or 'other records'}")
    print(f"{options.files} synthetic logs from seed {seed}: {100 * right / columns:.2f} % of {columns} columns right in all records")
    check("every record of every log is found", others == 0, f"{others} logs have others")
    check("columns are what they are", 100 * right >= options.least * columns, f"{right} of {columns}")


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
