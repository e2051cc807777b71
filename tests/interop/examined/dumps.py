"""Synthetic dumps of M3 programs, in many notations. None is claimed to be M3's own."""

import html
import json
from xml.sax.saxutils import escape

from .layouts import MONTHS

KEYS = {
    "program": ["Program", "PGM", "Program name", "Pgm", "PGMN", "Program ID"],
    "user": ["User", "USID", "User ID", "User name", "Responsible", "Started by"],
    "job": ["Job", "Job number", "BJNO", "Job id", "Job no", "jobUUID"],
    "company": ["Company", "CONO", "Cono"],
    "division": ["Division", "DIVI", "Divi"],
    "environment": ["Environment", "Env", "M3 environment"],
    "version": ["Version", "Release", "M3BE version"],
    "panel": ["Panel", "Picture", "Panel id"],
    "at": ["Date", "Time", "Created", "Dump time", "Timestamp", "Date and time"],
    "exception": ["Exception", "Error", "Exception class", "Cause"],
    "where": ["Operation", "Failed operation", "DB operation", "Last operation"],
}
ORDER = ["program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", "exception"]
NOTATIONS = {}


def notation(write):
    NOTATIONS[write.__name__] = write
    return write


def written_time(chance, time):
    return chance.choice([
        f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03d}",
        f"{time:%Y-%m-%d %H:%M:%S}",
        f"{time:%d.%m.%Y %H:%M:%S}",
        f"{time:%Y%m%d %H%M%S}",
        f"{time.day:02d} {MONTHS[time.month - 1]} {time:%Y %H:%M:%S}",
        f"{time:%Y-%m-%dT%H:%M:%S}",
        f"{time:%Y/%m/%d %H:%M:%S}",
    ])


def java_stack(chance, dump):
    program, kind = dump.program, dump.program_type
    package = "mvx.app.pgm.customer" if dump.customer else "mvx.app.pgm"
    panel = dump.panel[-1] if dump.panel else "E"
    frames = [f"{dump.exception}: {dump.exception_text}" if dump.exception_text else dump.exception]
    if chance.random() < 0.7:
        frames.append(f"\tat mvx.db.common.GenericDB.read(GenericDB.java:{chance.randint(100, 900)})")
    method = chance.choice(["CHK", "UPD", "INZ", "DSP"])
    frames.append(f"\tat {package}.{program}.P{panel}{method}({program}.java:{chance.randint(500, 5000)})")
    frames.append(f"\tat {package}.{program}.P{panel}({program}.java:{chance.randint(300, 500)})")
    frames.append(f"\tat {package}.{program}.mainLine({program}.java:{chance.randint(100, 300)})")
    frames.append(f"\tat mvx.app.common.{kind}.run({kind}.java:{chance.randint(50, 400)})")
    frames.append("\tat java.lang.Thread.run(Thread.java:745)")
    return "\n".join(frames)


class Text:
    """What a notation puts together: the title, keys with their values, and the sections below them."""

    def __init__(self, chance, dump):
        self.chance, self.dump = chance, dump
        keys = {field: chance.choice(names) for field, names in KEYS.items()}
        order = list(ORDER)
        if chance.random() < 0.5:
            chance.shuffle(order)
        self.time = written_time(chance, dump.at)
        values = {**vars(dump), "at": self.time}
        self.pairs = [(keys[field], values[field]) for field in order if values[field]]
        self.title = chance.choice(["M3 Business Engine dump log", "DUMPLOG", f"*** Dump of program {dump.program} ***",
                                    "Program dump", "M3 BE Dump Log"])
        self.stack = java_stack(chance, dump)
        self.programs = "\n".join(f"{'  ' * depth}{program}" for depth, program in enumerate(dump.call_stack))
        self.fields = "\n".join(f"{name:<12}= {value!r}" for name, value in dump.fields)

    def lines(self, form):
        return "\n".join(form(key, value) for key, value in self.pairs)


def write(chance, dump, name):
    return NOTATIONS[name](Text(chance, dump))


@notation
def indent(t):
    pairs = t.lines("{}\n    {}".format)
    return f"{t.title}\n\n{pairs}\n\nStack trace\n{t.stack}\n"


@notation
def bracketed(t):
    pairs = t.lines("[{}] {}".format)
    return f"{t.title}\n{pairs}\n\n[Stack]\n{t.stack}\n"


@notation
def arrow(t):
    pairs = t.lines("{} -> {}".format)
    return f"{t.title}\n{pairs}\n\n{t.stack}\n"


@notation
def html_table(t):
    pairs = t.lines(lambda key, value: f"<tr><td>{key}</td><td>{html.escape(str(value))}</td></tr>")
    head = f"<html><body><h1>{html.escape(t.title)}</h1><table>"
    return f"{head}\n{pairs}\n</table><pre>{html.escape(t.stack)}</pre></body></html>\n"


@notation
def twocol(t):
    cells = [f"{key:<16}: {str(value):<26}" for key, value in t.pairs]
    rows = "\n".join("  ".join(cells[at:at + 2]) for at in range(0, len(cells), 2))
    return f"{t.title}\n{rows}\n\n{t.stack}\n"


@notation
def colon(t):
    pairs = t.lines("{}: {}".format)
    sections = f"Call stack:\n{t.programs}\n\nJava stack:\n{t.stack}\n\nFields:\n{t.fields}\n"
    return f"{t.title}\n{'=' * 40}\n{pairs}\n\n{sections}"


@notation
def equals(t):
    pairs = t.lines("{} = {}".format)
    return f"# {t.title}\n{pairs}\n\n# Stack trace\n{t.stack}\n\n# Variables\n{t.fields}\n"


@notation
def dots(t):
    pairs = t.lines(lambda key, value: f"{key + ' ':.<28}: {value}")
    sections = [("CALL STACK", t.programs), ("EXCEPTION", t.stack), ("RECORD FIELDS", t.fields)]
    below = "".join(f"\n\n{name}\n{'-' * len(name)}\n{text}" for name, text in sections)
    return f"{t.title}\n\n{pairs}{below}\n"


@notation
def columns(t):
    pairs, rule = t.lines("{:<24}{}".format), "-" * 60
    return f"{t.title}\n{rule}\n{pairs}\n{rule}\nStack trace\n{t.stack}\n"


@notation
def ini(t):
    pairs = t.lines("{}={}".format)
    return f"[{t.title}]\n{pairs}\n\n[CallStack]\n{t.programs}\n\n[JavaStack]\n{t.stack}\n\n[Variables]\n{t.fields}\n"


@notation
def boxed(t):
    width = 70
    rule = "*" * width
    pairs = t.lines(lambda key, value: f"* {f'{key:<20}: {value}'.ljust(width - 4)} *")
    return f"{rule}\n* {t.title.ljust(width - 4)} *\n{rule}\n{pairs}\n{rule}\n{t.stack}\n"


@notation
def event(t):
    """What an event of M3's carries: `M3:program:F` and pairs that end in semicolons, on one line or on many."""
    dump, one_line = t.dump, t.chance.random() < 0.5
    pairs = {"callStack": "->".join(dump.call_stack), "PGMN": dump.program,
             "USID": dump.user if one_line else f"{dump.user:<10}", "CONO": dump.company, "DIVI": dump.division,
             "programType": dump.program_type, "jobUUID" if dump.program_type == "Interactive" else "BJNO": dump.job,
             "stopTime": f"{dump.at:%Y-%m-%d %H:%M:%S}", "environment": dump.environment, "version": "1512",
             "application": "M3"}
    head = f"M3:{dump.program}:F"
    if one_line:
        return f"{head} {';'.join(f'{key}={value}' for key, value in pairs.items())}\n\n{t.stack}\n"
    return head + "".join(f"\n{key}={value};" for key, value in pairs.items()) + f"\n\n{t.stack}\n"


@notation
def xml(t):
    def element(key, value):
        name = key.replace(" ", "")
        return f"  <{name}>{escape(str(value))}</{name}>"
    pairs, stack = t.lines(element), f"<StackTrace><![CDATA[{t.stack}]]></StackTrace>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<DumpLog>\n{pairs}\n  {stack}\n</DumpLog>\n'


@notation
def oneline(t):
    first, second = (" ".join(f"{key}: {value};" for key, value in part) for part in (t.pairs[:5], t.pairs[5:]))
    return f"{t.title}\n{first}\n{second}\n\n{t.stack}\n"


@notation
def tab(t):
    pairs = t.lines("{}\t{}".format)
    return f"{t.title}\n{pairs}\n\nException stack\n{t.stack}\n"


@notation
def prose(t):
    dump = t.dump
    return (f"Dump of program {dump.program} created {t.time}\n"
            f"User {dump.user} in company {dump.company} division {dump.division}, job {dump.job},"
            f" environment {dump.environment} ({dump.version})\n"
            f"Panel {dump.panel or dump.program + '/E'}, {dump.where or 'no database operation'}\n\n{t.stack}\n")


@notation
def pipes(t):
    rule = f"+{'-' * 24}+{'-' * 44}+"
    pairs = t.lines(lambda key, value: f"| {key:<22} | {str(value):<42} |")
    return f"{t.title}\n{rule}\n{pairs}\n{rule}\n\n{t.stack}\n"


@notation
def json_object(t):
    return json.dumps({**dict(t.pairs), "stackTrace": t.stack}, indent=1) + "\n"
