"""What the notations of the set `porch` share: a case that notes what it tells, tables of keys, traces, and whole bodies in plain text.

A table of keys is a text of `labels -> value` with semicolons between: one of the labels (`|` between them) is taken, `?` before
them says that the row may be missing. The value is `=name` for what is true of the failure, `~user`, `~program`, `~date`, `~job`
for somebody else's, `<3` for three hours before, and otherwise one of the texts with `|` between.
"""

import datetime

from . import parts

ISO = "%Y-%m-%d %H:%M:%S"
FORMS = [ISO, ISO + ".%L", ISO + ",%L", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%LZ", "%Y-%m-%dT%H:%M:%S+01:00", "%d.%m.%Y %H:%M:%S",
         "%a %b %d %H:%M:%S CET %Y", "%d-%b-%Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S UTC", "%d %B %Y %H:%M",
         "%Y%m%d %H:%M:%S", "%Y-%m-%d-%H.%M.%S.%L000", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S CEST"]
ZONES = {"Z": 0, "+01:00": 1, "+0100": 1, "+02:00": 2, "+0200": 2, " UTC": 0, " GMT": 0}
NAMES = {"CET": 1, "CEST": 2, "MEZ": 1}
PEOPLE = ["MLINDQ", "PBRANDT", "TGARCIA", "QSYSOPR", "HVIRTA", "DKOVAC"]
ELSE = ["OIS101", "CRS620", "MMS200", "PPS170", "APS110", "MWS420", "RPS100"]
LONGER = [("WETX40", "Lager Süd; Halle 3"), ("XXMEMO", "CONO=100, FACI=A01"), ("WTTX60", "Replaces item 4711-B: see drawing 18/2 " * 4 + "end"),
          ("WWPATH", "/M3BE/env/transfer/GLS850MI/in.txt"), ("XTNUM", "000000000000107"), ("W1TIME", "10:15:00"), ("WSRATE", "1,25 %")]
FAILURE = ("Program|Program name|Failing program|Pgm|Program in error -> =program; ?Panel|Panel id|Current panel -> =panel;"
           " Timestamp|Time of dump|Date and time|Occurred at|Dump created -> =at; ?Failing operation|Last operation|I/O operation -> =where;"
           " ?Program compiled|Last compiled -> ~date; ?Previous program -> ~program")
SESSION = ("User|User id|User profile|M3 user|Signed-on user -> =user; Company|CONO|Company number -> =company;"
           " ?Division|DIVI|Division code -> =division; ?Language -> GB|SE; ?Password -> ********; ?Logged on since|Signed on -> <3; ?Default facility -> A01")
JOB = ("Job|Job number|Job id|M3 job -> =job; ?Job type -> Interactive|Batch; ?Previous job -> ~job; ?Submitted by -> ~user; ?Job queue -> QBATCH;"
       " ?Job started -> <2")
SYSTEM = ("Environment|M3 environment|BE environment -> =environment; ?M3 version|Version|M3 BE version|Release -> =version;"
          " ?Java version|JVM version -> 1.8.0_251|11.0.20|17.0.8; ?Database -> DB2 for i 7.4|SQL Server 15.0.4153; ?Database user -> MDBUSR;"
          " ?Heap used (MB) -> 812;"
          " ?OS version|Operating system -> Windows Server 2019 10.0|OS/400 V7R4M0; ?Server started -> <90; ?Host -> m3be02|sekm3p01")


class Case:
    """A dump's truth while its text is written: what is taken from here is thereby stated."""

    def __init__(self, sheet, language="en", blanks=True):
        self.chance, self.truth = sheet.chance, sheet.truth
        sheet.language = language
        truth = self.truth
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits = None, False, False, 0
        self.blank = blanks and self.odds(0.07)
        if self.blank:
            # The key stands there, but nothing behind it.
            truth.division = ""
        if self.odds(0.35):
            truth.fields = truth.fields + [self.one(*LONGER)]

    def one(self, *choices):
        return self.chance.choice(choices)

    def odds(self, share):
        return self.chance.random() < share

    def shuffled(self, items, share=0.5):
        items = list(items)
        if self.odds(share):
            self.chance.shuffle(items)
        return items

    def __getitem__(self, field):
        """What the dump says of a field, "" where it has nothing to say."""
        truth = self.truth
        if field == "where":
            truth.say("where", f"{truth.operation} {truth.object}")
            return f"{truth.operation} {truth.object}"
        if field in ("operation", "object"):
            self["where"]
            return getattr(truth, field)
        if field == "message":
            field = "exception_message"
        value = getattr(truth, field)
        if value:
            truth.say(field, value)
        return value or ""

    def time(self, form=None):
        """When it was, in this form or any; the form tells how exact that is."""
        form, truth = form or self.one(*FORMS), self.truth
        truth.say("at", True)
        truth.digits = 3 if "%L" in form else 0 if "%S" in form else "minutes"
        for end, hours in ZONES.items():
            if form.endswith(end):
                truth.zone = datetime.timedelta(hours=hours)
        for name, hours in NAMES.items():
            if name in form.split():
                truth.zone, truth.zone_may_be_left_out = datetime.timedelta(hours=hours), True
        if "%d/%m" in form or "%m/%d/" in form:
            truth.date_is_ambiguous = truth.at.day <= 12
        return self.shown(truth.at, form)

    @staticmethod
    def shown(at, form):
        return at.strftime(form.replace("%L", f"{at.microsecond // 1000:03d}"))

    def before(self, hours, form=ISO):
        at = self.truth.at - datetime.timedelta(hours=hours, minutes=self.chance.randint(1, 50), seconds=self.chance.randint(1, 50))
        return self.shown(at, form)

    def other(self, kind, form=ISO):
        if kind == "user":
            return self.one(*PEOPLE)
        if kind == "program":
            return self.one(*(name for name in ELSE if name not in self.truth.call_stack))
        return f"{self.chance.randrange(10**5, 10**6)}" if kind == "job" else self.before(self.chance.randrange(2000, 30000), form)

    def rows(self, spec, form=None, near=None):
        """Pairs of label and value as the table of keys has them."""
        found, form = [], form or self.one(*FORMS)
        near = near or (form if "%S" in form and "%L" not in form else ISO)
        for entry in spec.split(";"):
            labels, value = entry.strip().split(" -> ")
            if labels.startswith("?") and self.odds(0.25):
                continue
            label, value = self.one(*labels.lstrip("?").split("|")), value.strip()
            if value == "=at":
                value = self.time(form)
            elif value == "=date":
                value = self.time(form).split(" ")[0]
            elif value == "=time":
                value = self.shown(self.truth.at, form.split(" ")[1])
            elif value[0] == "=":
                blank = self.blank and value == "=division"
                value = self[value[1:]]
                if not value and not blank:
                    continue
            elif value[0] == "~":
                value = self.other(value[1:], near)
            elif value[0] == "<":
                value = self.before(int(value[1:]), near)
            else:
                value = self.one(*value.split("|"))
            found.append((label, value))
        return found

    def stack(self):
        self.truth.say("call_stack", self.truth.call_stack)
        return self.truth.call_stack

    def variables(self, without=""):
        """Names and values of the program's fields, but those with one of these characters in them."""
        pairs = [(name, value) for name, value in self.truth.fields if not set(without) & set(name + value)]
        pairs = pairs or [("WWFACI", "A02")]
        self.truth.say_fields({name: [value, value or None] for name, value in pairs})
        # What is masked isn't asked for.
        return pairs + [("XXPSWD", "********")] * self.odds(0.12)

    def fields(self, form, without=""):
        return [form.format(name, value).rstrip() for name, value in self.variables(without)]

    def no_native(self):
        """Leaves out frames without file and line."""
        self.truth.frames = [frame for frame in self.truth.frames if frame[2]]
        return self.truth.frames

    def frames(self, form="\tat {}", jars=False):
        modules = self.one("", "", "", "java.base/", "java.base@17.0.8/")
        before = lambda name: modules if name.startswith("java.") else ""
        jar = lambda at: ("" if not jars else " ~[?:?]" if self.truth.frames[at][0].startswith(("java.", "sun."))
                          else self.one(" ~[m3be-15.1.jar:?]", " [m3be-15.1.jar:?]"))
        return [form.format(f"{before(one[0])}{one[0]}.{one[1]}({parts.place(one)})") + jar(at) for at, one in enumerate(self.truth.frames)]

    def trace(self, form="\tat {}", jars=False):
        """As printStackTrace has it."""
        truth = self.truth
        parts.say_thrown(truth)
        short = self.odds(0.12) and len(truth.frames) > 5
        if short:
            truth.frames = truth.frames[:self.chance.randint(4, len(truth.frames) - 1)]
        lines = [parts.head(truth.exception, truth.exception_message), *self.frames(form, jars)]
        if short:
            lines.append(form.replace("at ", "").format(self.one("... 14 frames truncated", "... 14 common frames omitted")))
        for (exception, message), frames in truth.causes:
            lines.append(f"Caused by: {parts.head(exception, message)}")
            lines += [form.format(f"{one[0]}.{one[1]}({parts.place(one)})") for one in frames] + [form.replace("at ", "").format("... 9 more")]
        return "\n".join(lines)

    def stack_text(self):
        """The programs that called one another, in one of the usual ways."""
        stack = self.stack()
        return self.one(
            lambda: " -> ".join(stack), lambda: " > ".join(stack), lambda: "\n".join(f"{at:>2}  {name}" for at, name in enumerate(stack, 1)),
            lambda: "\n".join("   " * at + name for at, name in enumerate(stack)), lambda: "\n".join(f"{at}. {name}" for at, name in enumerate(stack, 1)),
            lambda: "\n".join([stack[-1], *(f"  called by {name}" for name in stack[-2::-1])]),
            lambda: "\n".join(["Level Program", *(f"{at:<5} {name}" for at, name in enumerate(stack, 1))]))()

    def noise(self):
        """A section about something else: its heading and lines."""
        other, program = self.other("user"), self.other("program")
        return self.one(
            ("Memory", ["Heap used 812 MB of 4096 MB", "Threads 214"]), ("Open files", ["MITBAL  input   312 reads", "CMNUSR  input     4 reads"]),
            ("Programs used earlier in this session (ended)", [f"{program}  {self.before(1)}", f"MNS100  {self.before(2)}"]),
            ("Other active jobs", [f"{self.other('job')}  {other:<10} {program}", f"{self.other('job')}  {self.other('user'):<10} GLS100"]),
            ("Last dumps of this server", [f"{self.other('date')}  {program}  {other}", f"{self.other('date')}  PMS070  {self.other('user')}"]))


def ruled(case):
    """How the headings of a dump look."""
    return case.one(lambda text: f"--- {text} ---", lambda text: f"{text}\n{'-' * len(text)}", lambda text: f"[{text}]", lambda text: f"** {text.upper()} **",
                    lambda text: f"{text}\n{'=' * 48}", lambda text: f"======== {text} ========", lambda text: f"# {text}", lambda text: f"{text}:",
                    lambda text: f"{'-' * 60}\n {text}\n{'-' * 60}", lambda text: f">> {text}")


def paired(case):
    """How a key and its value stand together."""
    width = case.one(20, 24, 28)
    leaders = lambda label: label + " ." * ((width + 4 - len(label)) // 2)
    return case.one(lambda label, value: f"{label}: {value}", lambda label, value: f"{label:<{width}}: {value}", lambda label, value: f"{label} = {value}",
                    lambda label, value: f"{label:.<{width}}: {value}", lambda label, value: f"{leaders(label)} :   {value}",
                    lambda label, value: f"{label:<{width}} {value}", lambda label, value: f"- {label}: {value}",
                    lambda label, value: f"{label:<{width}}= {value}",
                    lambda label, value: f"{label:>{width}} : {value}", lambda label, value: f"{label}:\t{value}")


def section(head, name, text):
    return f"{head(name)}\n{text}"


def body(case, form=None, title=True):
    """A whole dump in plain text, for those who pack it in something."""
    head, pair = ruled(case), paired(case)
    listed = lambda rows: "\n".join(pair(*row) for row in rows)
    rows = [case.rows(spec, form) for spec in (FAILURE, SESSION, JOB, SYSTEM)]
    names = [case.one("Failure", "Program", "Error"), case.one("Session", "User"), "Job", case.one("System", "Installation")]
    if case.odds(0.3):
        facts = [listed(sum(case.shuffled(rows), []))]
    else:
        facts = case.shuffled([section(head, name, listed(part)) for name, part in zip(names, rows)])
    rest = [section(head, case.one("Program stack", "Call stack", "Programs"), case.stack_text())] if case.odds(0.85) else []
    if case.odds(0.85):
        write = case.one("{} = '{}'", '{}="{}"', "{:<10} [{}]", "{:<10}: {}", "{}={}", "  {:<8} = {}")
        rest.append(section(head, case.one("Fields", "Field values", "Program fields", "Variables"), "\n".join(case.fields(write))))
    if case.odds(0.5):
        name, lines = case.noise()
        rest.append(section(head, name, "\n".join(lines)))
    rest = case.shuffled(rest)
    trace = section(head, case.one("Java stack trace", "Stack trace", "Exception"), case.trace(case.one("\tat {}", "    at {}")))
    top = [case.one("M3 BE program dump", "DUMP LOG", "Abnormal termination of a program", "*** M3 program dump ***")] if title else []
    return "\n\n".join([*top, *facts, *(rest + [trace] if case.odds(0.7) else [trace] + rest)])
