"""Logs that real logging frameworks wrote, in many layouts, read back: learned, and told by --layout.

    layouts.py MWSCOPE [--random N] [--seed S] [--records N] [--least PERCENT] [--only NAME] [--keep FOLDER]

Compiles the Java program beside this file (Debian's log4j 1, log4j 2, logback; java.util.logging of the JDK), has it write
one log for each layout and what is true of its records, and compares that with `log --format ndjson`: number of records,
time, level, thread, logger, message and exception of each. A log is right where at least 99.9 % of its records and
fields are. N layouts are put together at random; the seed is printed, so that a failure can be repeated.
"""

import argparse
import datetime
import glob
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Stockholm")
JARS = ["log4j-1.2", "log4j-api", "log4j-core", "slf4j-api", "logback-classic", "logback-core"]
HERE = pathlib.Path(__file__).parent


class Layout:
    """One log to be written: `date` says what can be known of its times."""

    def __init__(self, name, framework, pattern, date, fields, options="", seed=1):
        self.name, self.framework, self.pattern, self.date = name, framework, pattern, date
        self.fields, self.options, self.seed = fields, options, seed

    def line(self):
        columns = [self.name, self.framework, escaped(self.pattern), self.options, str(self.seed)]
        return "\t".join(columns + [f"{field}={escaped(conversion)}" for field, conversion in self.fields.items()])


def escaped(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


class Date:
    """A date pattern, and whether its stamps have a date, a zone, and how many digits of a second."""

    def __init__(self, pattern, digits=0, date=True, zone=False, frameworks="log4j1 log4j2 logback", minutes=False):
        self.pattern, self.digits, self.date, self.zone = pattern, digits, date, zone
        self.frameworks, self.minutes = frameworks, minutes


DATES = [
    Date("", 3), Date("ISO8601", 3), Date("ABSOLUTE", 3, date=False, frameworks="log4j1 log4j2"),
    Date("DATE", 3, frameworks="log4j1 log4j2"),
    Date("COMPACT", 3, frameworks="log4j2"), Date("ISO8601_BASIC", 3, frameworks="log4j2"),
    Date("UNIX", 0, zone=True, frameworks="log4j2"), Date("UNIX_MILLIS", 3, zone=True, frameworks="log4j2"),
    Date("yyyy-MM-dd HH:mm:ss,SSS", 3), Date("yyyy-MM-dd HH:mm:ss.SSS", 3), Date("yyyy-MM-dd HH:mm:ss"),
    Date("yyyy-MM-dd'T'HH:mm:ss.SSSZ", 3, zone=True), Date("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 3, zone=True, frameworks="log4j2 logback"),
    Date("yyyy-MM-dd HH:mm:ss z", zone=True), Date("yyyy-MM-dd HH:mm:ss,SSS Z", 3, zone=True),
    Date("dd/MM/yyyy HH:mm:ss"), Date("MM/dd/yyyy hh:mm:ss a"), Date("dd.MM.yyyy HH:mm:ss.SSS", 3),
    Date("d.M.yy H:mm:ss"), Date("dd MMM yyyy HH:mm:ss"), Date("MMM dd, yyyy h:mm:ss a"), Date("d MMM yyyy HH:mm:ss,SSS", 3),
    Date("EEE MMM dd HH:mm:ss zzz yyyy", zone=True), Date("EEE, dd MMM yyyy HH:mm:ss Z", zone=True),
    Date("yyMMdd HHmmss"), Date("yyyyMMdd-HHmmssSSS", 3), Date("yyyyMMdd HH:mm:ss.SSS", 3), Date("yyyyMMddHHmmss"),
    Date("yyMMdd HH:mm:ss"), Date("yyyyMMdd'T'HHmmss.SSS", 3), Date("yyyyMMdd_HHmmss"), Date("yyyyMMddHHmmssSSS", 3),
    Date("yyyy-MM-dd_HH-mm-ss"), Date("yyyy-MM-dd HH.mm.ss"), Date("yyyy-MM-dd-HH.mm.ss.SSS", 3), Date("dd-MM-yy HH.mm.ss"),
    Date("HH:mm:ss.SSS", 3, date=False), Date("HH:mm:ss", date=False), Date("HHmmss,SSS", 3, date=False),
    Date("MM-dd HH:mm:ss.SSS", 3, date=False), Date("dd/MM HH:mm:ss", date=False), Date("MMM dd HH:mm:ss", date=False),
    Date("dd-MMM-yyyy HH:mm:ss.SSS", 3), Date("yyyy/MM/dd HH:mm:ss"), Date("yy/MM/dd HH:mm:ss"), Date("yyyy.MM.dd HH:mm:ss:SSS", 3),
    Date("dd/MMM/yyyy:HH:mm:ss Z", zone=True), Date("EEEE d MMMM yyyy HH:mm:ss"), Date("yyyy MMM dd HH:mm:ss"),
    Date("h:mm:ss a", date=False), Date("yyyy-MM-dd HH:mm", minutes=True), Date("M/d/yy h:mm:ss.SSS a", 3),
    Date("dd.MM.yy HH:mm:ss,SSS", 3), Date("yyyy-MM-dd hh:mm:ss a"), Date("EEE yyyy-MM-dd HH:mm:ss"), Date("yyyy-MM-dd EEE HH:mm:ss"),
    Date("dd MMM yyyy, HH:mm:ss"), Date("yyyy-MM-dd | HH:mm:ss"),
]

LEVELS = {"log4j1": ["%p", "%-5p", "%5p", "%-5.5p", "%5.5p"], "log4j2": ["%p", "%-5level", "%5p", "%level", "%-5.5p", "%level{length=1}"],
          "logback": ["%level", "%-5level", "%5p", "%.-1level", "%le"]}
LOGGERS = {"log4j1": ["%c", "%c{1}", "%c{2}", "%-40c", "%40.40c", "%C"], "log4j2": ["%c", "%c{1}", "%c{1.}", "%-40.40c", "%logger{36}", "%logger"],
           "logback": ["%logger", "%c{0}", "%logger{36}", "%-40.40logger{39}", "%lo{20}", "%c"]}
THREADS = {"log4j1": ["%t", "%-20t", "%20.20t"], "log4j2": ["%t", "%-15.15t", "%thread"], "logback": ["%thread", "%t", "%15.15t"]}
EXTRAS = {"log4j1": ["%X{user}", "%L", "%M", "%x", "%r", "%X{cono}", "%F:%L", "%l"],
          "log4j2": ["%X{user}", "%L", "%M", "%X{cono}", "%F:%L", "%l", "%T", "%pid", "%sn"],
          "logback": ["%X{user}", "%L", "%M", "%mdc{cono}", "%F:%L", "%r"]}


def fixed():
    """Layouts that products ship with, and those that made trouble."""
    one = lambda framework: {"level": "%p", "thread": "%t", "logger": "%c"}
    rows = [
        ("log4j1", "%d{ISO8601} %-5p [%t] %c{1}:%L - %m%n", Date("", 3), {"level": "%p", "thread": "%t", "logger": "%c{1}"}),
        ("log4j1", "%d [%t] %-5p %c %x - %m%n", Date("", 3), one("log4j1")),
        ("log4j1", "%-4r [%t] %-5p %c %x - %m%n", None, one("log4j1")),
        ("log4j1", "%r [%t] %p %c %x - %m%n", None, one("log4j1")),
        ("log4j1", "%5p [%t] (%F:%L) - %m%n", None, {"level": "%p", "thread": "%t"}),
        ("log4j1", "%p\t%d{ISO8601}\t%r\t%c\t[%t]\t%m%n", Date("", 3), one("log4j1")),
        ("log4j1", "%d{HH:mm:ss,SSS} %-5p [%c] (%t) %m%n", Date("", 3, date=False), one("log4j1")),
        ("log4j1", "%d{yyyy-MM-dd HH:mm:ss,SSS}Z %-5p [%t] %c - %m%n", Date("", 3, zone="Z"), one("log4j1")),
        ("log4j1", "%d{dd MMM yyyy HH:mm:ss,SSS}|%p|%c|%t|%m%n", Date("", 3), one("log4j1")),
        ("log4j1", "<%d{yyyy-MM-dd HH:mm:ss}> <%p> <%t> <%c> <%m>%n", Date(""), one("log4j1")),
        ("log4j2", "%d{yyyy-MM-dd HH:mm:ss.SSS} [%t] %-5level %logger{36} - %msg%n", Date("", 3), {"level": "%p", "thread": "%t", "logger": "%c{36}"}),
        ("log4j2", "%d{HH:mm:ss.SSS} [%t] %-5level %c{1.}.%M:%L - %msg%n", Date("", 3, date=False), {"level": "%p", "thread": "%t", "logger": "%c{1.}"}),
        ("log4j2", "%d %p %C{1.} [%t] %m%n", Date("", 3), {"level": "%p", "thread": "%t", "logger": "%C{1.}"}),
        ("log4j2", "\"%d\";\"%p\";\"%t\";\"%c\";\"%m\"%n", Date("", 3), one("log4j2")),
        ("log4j2", "time=%d{ISO8601} level=%p thread=%t logger=%c msg=%m%n", Date("", 3), one("log4j2")),
        ("log4j2", "%d{DEFAULT} %-5p [%t] [%X{user}] %c{2}%n    %m%n", Date("", 3), {"level": "%p", "thread": "%t", "logger": "%c{2}"}),
        ("log4j2", "%-5p | %d{yyyy-MM-dd HH:mm:ss} | %X{user} | %t | %c | %m%n", Date(""), one("log4j2")),
        ("log4j2", "[%d][%p][%t][%c] %m%n", Date("", 3), one("log4j2")),
        ("log4j2", "%d{yyyy-MM-dd HH:mm:ss}{UTC} %p %c [%t]: %m%n", Date("", zone="UTC"), one("log4j2")),
        ("logback", "%d{HH:mm:ss.SSS} [%thread] %-5level %logger{36} - %msg%n", Date("", 3, date=False), {"level": "%p", "thread": "%t", "logger": "%c{36}"}),
        ("logback", "%date %level [%thread] %logger{10} [%file:%line] %msg%n", Date("", 3), {"level": "%p", "thread": "%t", "logger": "%c{10}"}),
        ("logback", "%d{yyyy-MM-dd HH:mm:ss.SSS} %5p 4711 --- [%15.15t] %-40.40logger{39} : %m%n", Date("", 3), {"level": "%p", "thread": "%15.15t", "logger": "%-40.40logger{39}"}),
        ("logback", "%-5relative %-5level [%thread] %logger{0} - %msg%n", None, {"level": "%p", "thread": "%t", "logger": "%c{0}"}),
        ("logback", "%d{dd.MM.yyyy HH:mm:ss} |-%level in %logger - %msg%n", Date(""), {"level": "%p", "logger": "%c"}),
        ("jul", "", Date(""), {"level": "%4$s", "logger": "%2$s"}),
        ("jul", "%1$tF %1$tT.%1$tL %4$-7s [%3$s] %5$s%6$s%n", Date("", 3), {"level": "%4$s", "logger": "%3$s"}),
        ("jul", "[%1$tc] %4$s: %5$s%6$s%n", Date("", zone=True), {"level": "%4$s"}),
        ("jul", "%4$s: %5$s [%1$tc]%6$s%n", Date("", zone=True), {"level": "%4$s"}),
        ("jul", "%1$tY%1$tm%1$td %1$tH%1$tM%1$tS %4$s %3$s %5$s%6$s%n", Date(""), {"level": "%4$s", "logger": "%3$s"}),
        ("jul", "%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp %2$s%n%4$s: %5$s%6$s%n", Date(""), {"level": "%4$s", "logger": "%2$s"}),
    ]
    return [Layout(f"fixed-{n}", framework, pattern, date, fields, "odd" if "[%t]" in pattern or "[%thread]" in pattern else "")
            for n, (framework, pattern, date, fields) in enumerate(rows)]


def made(at, chance):
    """A layout put together at random, from what administrators put together."""
    framework = chance.choice(["log4j1", "log4j2", "logback"])
    date = chance.choice([d for d in DATES if framework in d.frameworks.split()])
    stamp = "%d" if date.pattern == "" else "%d{" + date.pattern + "}"
    level, logger, thread = (chance.choice(kind[framework]) for kind in (LEVELS, LOGGERS, THREADS))
    style = chance.choice(["blank"] * 6 + ["bar", "semicolon", "tab", "comma", "quoted", "keys", "brackets", "angles"])
    fields, parts = {"level": level, "logger": logger}, [("level", level)]
    with_thread = chance.random() < 0.8
    if with_thread:
        fields["thread"] = thread
        parts.append(("thread", thread))
    extras = chance.sample(EXTRAS[framework], chance.choice([0, 0, 0, 1, 1, 2]))
    parts += [("extra", extra) for extra in extras]
    chance.shuffle(parts)
    # The logger stands last before the message, or somewhere among the others.
    parts.insert(len(parts) if chance.random() < 0.5 else chance.randrange(len(parts) + 1), ("logger", logger))
    parts.insert(0 if chance.random() < 0.7 else chance.randrange(len(parts) + 1), ("date", stamp))
    options, pieces = [], []
    for kind, text in parts:
        around = {"blank": ("", ""), "brackets": ("[", "]"), "angles": ("<", ">"), "quoted": ('"', '"')}.get(style, ("", ""))
        if style == "blank" and kind == "thread":
            around = ("[", "]") if chance.random() < 0.75 else chance.choice([("", ""), ("(", ")")])
            if around == ("[", "]"):
                options.append("odd")
        elif style == "blank" and kind != "date" and chance.random() < 0.3:
            around = chance.choice([("[", "]"), ("(", ")"), ("{", "}")])
        elif style == "blank" and kind == "date" and chance.random() < 0.15:
            around = ("[", "]")
        if style == "keys":
            around = ({"date": "time", "extra": "x" + str(len(pieces))}.get(kind, kind) + "=", "")
        if framework == "logback" and "," in date.pattern and kind == "date":
            text = '%d{"' + date.pattern + '"}'
        if framework == "logback" and around == ("(", ")"):
            # Round brackets group there.
            around = ("\\(", "\\)")
        pieces.append(around[0] + text + around[1])
    if style in ("bar", "semicolon", "quoted") and chance.random() < 0.5:
        options.append("odd")
    between = {"bar": chance.choice(["|", " | "]), "semicolon": ";", "tab": "\t", "comma": ",", "quoted": chance.choice([",", ";"]),
               "brackets": chance.choice(["", " "]), "angles": " "}.get(style, " ")
    before = {"blank": chance.choice([" - ", " - ", ": ", " ", " : "]), "keys": " msg=", "angles": " <", "quoted": between + '"', "brackets": " "}.get(style, between)
    if before == " " and parts[-1][0] == "logger" and logger in ("%c{1}", "%c{0}", "%lo{20}", "%c{2}"):
        # A simple word before the message is a logger for those alone who know.
        before = " - "
    after = {"angles": ">", "quoted": '"'}.get(style, "")
    end = chance.choice([""] * 8 + ["%n    "]) if style == "blank" else ""
    pattern = between.join(pieces) + (before if not end else end) + "%m" + after + "%n"
    if chance.random() < 0.4:
        options.append("hostile")
    two_digit_year = "yy" in date.pattern and "yyyy" not in date.pattern
    if chance.random() < 0.3 and not two_digit_year:
        # Of a single day nobody can tell which of its numbers is the year.
        options.append("dense")
    return Layout(f"made-{at}", framework, pattern, date, fields, " ".join(options), chance.randrange(1 << 30))


def expected_time(layout, millis):
    """The time as it can be known from what was written, `None` where there is no date."""
    if layout.date is None or not layout.date.date:
        return None
    moment = datetime.datetime.fromtimestamp(millis // 1000, ZONE if layout.date.zone not in ("Z", "UTC") else datetime.timezone.utc)
    if layout.date.zone == "Z":
        # The letter is written behind the local time.
        moment = datetime.datetime.fromtimestamp(millis // 1000, ZONE).replace(tzinfo=datetime.timezone.utc)
    if layout.date.minutes:
        moment = moment.replace(second=0)
    moment = moment.replace(microsecond=millis % 1000 * 1000 if layout.date.digits else 0)
    return moment.astimezone(datetime.timezone.utc) if layout.date.zone else moment.replace(tzinfo=None)


def read_time(text):
    return None if text is None else datetime.datetime.fromisoformat(text)


class Count:
    def __init__(self):
        self.right, self.all, self.faults = 0, 0, []

    def add(self, right, what):
        self.all += 1
        self.right += right
        if not right and len(self.faults) < 4:
            self.faults.append(what)


def compare(layout, truth, records, header):
    count = Count()
    records = [record for record in records if not (record["at_text"] in (None, "") and record["level"] is None)]
    count.add(len(records) == len(truth), f"{len(records)} records of {len(truth)}{header}")
    by_order = len(records) == len(truth)
    for n, want in enumerate(truth):
        if n >= len(records):
            count.add(False, "records missing")
            continue
        got = records[n]
        if not by_order and n % 10 and count.faults:
            count.all += 5
            continue
        where = f"line {got['line']}: "
        if layout.date is not None:
            time, at = expected_time(layout, want["millis"]), read_time(got["at"])
            count.add(time == at, f"{where}at {got['at']} ({got['at_text']}) for {time}")
        for field in ("level", "thread", "logger"):
            if field in layout.fields:
                wanted = want[field].strip()
                if layout.fields[field] == "%2$s":
                    # Class and method are two fields.
                    wanted = wanted.split(" ")[0]
                have = got[field]
                count.add((have or "") == wanted, f"{where}{field} {have!r} for {wanted!r}")
        message = want["message"]
        if "%n    %m" in layout.pattern:
            got["message"] = got["message"].removeprefix("    ")
        count.add(got["message"].rstrip("\n") == message.rstrip("\n"), f"{where}message {got['message']!r} for {message!r}")
        exception = (got["trace"] or {}).get("exception")
        count.add(exception == want["exception"], f"{where}exception {exception} for {want['exception']}")
    return count


def covers(records, size):
    at = 0
    for record in records:
        if record["offset"] != at:
            return False
        at += record["length"]
    return at == size


def run(binary, log, *more):
    done = subprocess.run([binary, "log", str(log), "--format", "ndjson", *more], capture_output=True, text=True)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return [json.loads(line) for line in done.stdout.splitlines()], ""


def write_logs(layouts, folder, records):
    classes = folder / "classes"
    classes.mkdir(parents=True, exist_ok=True)
    path = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)
    subprocess.run(["javac", "-d", classes, "-cp", path, *glob.glob(str(HERE / "logs" / "*.java"))], check=True)
    subprocess.run(["java", "-Duser.timezone=Europe/Stockholm", "-Duser.language=en", "-Duser.country=US", "-Dfile.encoding=UTF-8",
                    "-Dlog4j2.StatusLogger.level=OFF", "-cp", f"{classes}:{path}", "Layouts", folder, str(records)],
                   input="".join(layout.line() + "\n" for layout in layouts), text=True, check=True, stderr=subprocess.DEVNULL)


def set_times(layouts, folder):
    """When each log was last written to, which readers may take as evidence for the order of a date's numbers: with its
    last record, copied much later, or (times in made-up logs) long before. Never now, which differs from run to run."""
    for layout in layouts:
        with open(folder / f"{layout.name}.truth", encoding="utf-8") as truth:
            last = json.loads(truth.readlines()[-1])["millis"] // 1000
        written = last + (0, 200 * 86_400, -1_200 * 86_400)[layout.seed % 3]
        os.utime(folder / f"{layout.name}.log", (written, written))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--random", type=int, default=40)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--records", type=int, default=400)
    parser.add_argument("--least", type=float, default=100, help="so many of a hundred logs must be right")
    parser.add_argument("--only")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    chance = random.Random(seed)
    layouts = fixed() + [made(n, chance) for n in range(options.random)]
    if options.only:
        layouts = [layout for layout in layouts if layout.name == options.only]
    passed = failed = 0
    right = total = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        write_logs(layouts, folder, options.records)
        set_times(layouts, folder)
        for layout in layouts:
            log = folder / f"{layout.name}.log"
            truth = [json.loads(line) for line in (folder / f"{layout.name}.truth").read_text().splitlines()]
            for how, more in (("learned", []), ("told", ["--layout", layout.pattern.replace("\t", "\\t")])):
                # Nobody can know that times are meant in UTC where nothing says so.
                if layout.pattern == "" and how == "told" or layout.date and layout.date.zone == "UTC" and how == "learned":
                    continue
                records, error = run(options.binary, log, *more)
                if records is None:
                    records = []
                count = compare(layout, truth, records, f" {error}")
                count.add(not records or covers(records, log.stat().st_size), "the records don't cover the file")
                right, total = right + count.right, total + count.all
                good = count.right * 1000 >= count.all * 999
                passed, failed = passed + good, failed + (not good)
                if not good:
                    print(f"FAIL {layout.name} {how} {100 * count.right / count.all:.1f} % {layout.framework} [{layout.options}] {layout.pattern!r}")
                    for fault in count.faults:
                        print(f"       {fault[:300]}")
    print(f"layouts: {100 * right / max(total, 1):.3f} % of {total} records and fields, seed {seed}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if 100 * passed < options.least * (passed + failed) else 0)


if __name__ == "__main__":
    main()
