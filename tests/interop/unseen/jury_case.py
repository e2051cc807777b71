"""One dump of the set `jury`: it gives out what is known of the failure, and takes note of what was given out."""

import calendar
import datetime

from . import jury_values as values

# What facts a key can have; those of a pair are either both there or neither.
WHERE = ("where", "operation", "object")


class Case:
    """Whatever it's asked for is stated by the dump from then on."""

    def __init__(self, sheet, language="en", months=values.ENGLISH, stack=0.9):
        self.chance, self.truth = sheet.chance, sheet.truth
        sheet.language = language
        self.months, self.has_stack = months, self.some(stack)
        self.truth.stated.clear()
        self.truth.right.clear()
        values.fill(self.chance, self.truth, self.has_stack)
        self.has_where, self.has_fields = self.some(0.85), self.some(0.93)
        self.held = [values.field(self.chance, of) for of in self.chance.sample(values.FIELDS, self.chance.randint(3, 10))]
        self.clock("%Y-%m-%d %H:%M:%S")

    def some(self, part):
        return self.chance.random() < part

    def pick(self, *of):
        return self.chance.choice(of)

    def order(self, parts, part=0.7):
        """The parts, mostly in another order."""
        parts = list(parts)
        if self.some(part):
            self.chance.shuffle(parts)
        return parts

    def clock(self, form, digits=0, zone=None, loose=False, either=False):
        """How times are written from now on: whether the zone is a mere name, and the day could be the month."""
        self.form, self.taken = form, (digits, zone, loose, either)

    def stamp(self, at):
        """A moment as this dump writes it."""
        own = {"{ms}": f"{at.microsecond // 1000:03d}", "{d}": str(at.day), "{month}": self.months[at.month - 1], "{mon}": self.months[at.month - 1][:3],
               "{epoch}": str(calendar.timegm(at.timetuple()) * 1000 + at.microsecond // 1000)}
        text = self.form
        for mark, written in own.items():
            text = text.replace(mark, written)
        return at.strftime(text)

    def past(self):
        """A moment before, that isn't the failure's."""
        return self.stamp(self.truth.at - datetime.timedelta(minutes=self.chance.randint(20, 90000), seconds=self.chance.randint(1, 59)))

    def at(self):
        digits, zone, loose, either = self.taken
        self.truth.digits, self.truth.zone_may_be_left_out = digits, loose
        self.truth.zone = None if zone is None else datetime.timedelta(hours=zone)
        self.truth.date_is_ambiguous = either and self.truth.at.day <= 12
        self.truth.say("at", True)
        return self.stamp(self.truth.at)

    def clocked(self, form, digits=0, zone=None, loose=False):
        self.clock(form, digits, zone, loose)
        return self.at()

    def there(self, fact):
        """Whether there is anything to say of a fact."""
        if fact in WHERE:
            return self.has_where
        return bool({"panel": self.truth.panel, "message": self.truth.exception_message, "place": self.truth.panel}.get(fact, True))

    def value(self, fact):
        """A fact as text; from now on the dump states it."""
        truth = self.truth
        if fact == "at":
            return self.at()
        if fact in WHERE:
            both = f"{truth.operation} {truth.object}"
            truth.say("where", both)
            return {"where": both, "operation": truth.operation, "object": truth.object}[fact]
        if fact == "message":
            truth.say("exception_message", truth.exception_message)
            return truth.exception_message
        if fact == "place":
            truth.say("panel", f"{truth.program}/{truth.panel}", truth.panel)
            return f"{truth.program}/{truth.panel}"
        if fact == "origin":
            return "customer" if truth.customer else "standard"
        if fact == "release":
            release, _, level = truth.version.partition(":")
            truth.say("version", truth.version, release, f"{release} {level or '*NONE'}", f"{release}:{level or '*NONE'}")
            return release
        if fact == "fix":
            return truth.version.partition(":")[2] or "*NONE"
        truth.say(fact, getattr(truth, fact))
        return getattr(truth, fact)

    def other(self, kind):
        """What looks like a fact and isn't this failure's."""
        if kind == "past":
            return self.past()
        return self.pick(*values.OTHERS) if kind == "other" else self.pick(*(name for name in values.CALLERS if name not in self.truth.call_stack))

    def rows(self, text, shuffled=0.5):
        """Keys and values from `Key|Other key > fact; ...`: with ? it may be left out, after a quote it's a value, after @ another's."""
        found = []
        for entry in text.split(";"):
            label, fact = (part.strip() for part in entry.split(" > "))
            label = self.pick(*label.split("|"))
            if fact[0] in "'@":
                if self.some(0.65):
                    found.append((label, fact[1:] if fact[0] == "'" else self.other(fact[1:])))
            elif self.there(fact.rstrip("?")) and not (fact.endswith("?") and self.some(0.15)):
                found.append((label, self.value(fact.rstrip("?"))))
        return self.order(found, shuffled)

    def stack(self):
        """The programs, outermost first; none where this dump doesn't tell them."""
        if not self.has_stack:
            return []
        self.truth.say("call_stack", self.truth.call_stack)
        return list(self.truth.call_stack)

    def stack_rows(self):
        """Level, program, panel, method and library of each, outermost first."""
        truth, rows = self.truth, []
        entered = {}
        for name, method, _, _ in truth.frames:
            entered.setdefault(name.split(".")[-1], method)
        for level, name in enumerate(self.stack(), 1):
            if level == len(truth.call_stack):
                rows.append((str(level), name, truth.panel or "-", entered[name], "MVXCUST" if truth.customer else "MVXBASE"))
            elif name == "SYS":
                rows.append((str(level), name, "-", "-", "MVXSYS"))
            else:
                rows.append((str(level), name, entered[name][1], entered[name], "MVXBASE"))
        return rows

    def fields(self, form, blank=True):
        """A line for each field: {n} is its name, {v} what it holds, {p} that padded, {t} its type, {l} its length, {d} its decimals."""
        if not self.has_fields:
            return []
        held = [one for one in self.held if blank or one[4]]
        self.truth.say_fields({one[0]: [one[4], one[4] or None] for one in held})
        return [filled(form, one) for one in held]

    def trace(self, form="\tat {}", module="", jar="", extra="Caused by", indent="", thread=""):
        """As Java prints it; `extra` names the inner ones, or None."""
        truth = self.truth
        self.thrown()
        shown = lambda of: form.format(f"{module if of[0].startswith('mvx.') else 'java.base/' * bool(module)}{of[0]}.{of[1]}({place(of)})") + jar
        lines = [thread + head(truth.exception, truth.exception_message), *map(shown, truth.frames)]
        for (exception, message), frames in truth.causes if extra else []:
            mark = "\t" if extra == "Suppressed" else ""
            lines += [f"{mark}{extra}: {head(exception, message)}", *(mark + shown(of) for of in frames)]
            lines.append(f"{mark}{form[:len(form) - len(form.lstrip())]}... {self.chance.randint(2, 30)} more")
        return "\n".join(indent + line for line in lines)

    def thrown(self):
        self.truth.say("java_stack", True)
        self.value("exception")
        if self.truth.exception_message:
            self.value("message")

    def frame_rows(self):
        """Class, method, file and line of each frame, for a table."""
        self.truth.say("java_stack", True)
        return [(name, method, file or "-", str(line or "-")) for name, method, file, line in self.truth.frames]

    def extras(self, most=2):
        """Sections about the machine: (title, pairs)."""
        every = [("System properties", [("java.version", self.pick("1.8.0_345", "11.0.21", "17.0.9")), ("java.vendor", "Azul Systems, Inc."),
                                        ("user.name", "svc_m3be"), ("user.dir", "/opt/infor/grid"), ("os.name", "Linux")]),
                 ("Memory", [("Max heap", "8192 MB"), ("Used heap", f"{self.chance.randint(900, 8000)} MB"), ("Threads", str(self.chance.randint(80, 400)))]),
                 ("Database", [("Driver version", "12.2.0"), ("Database user", "MDBUSR"), ("Schema", "MVXJDTA"), ("Pool size", "40")]),
                 ("Host", [("Host name", "m3app07"), ("Operating system", "Windows Server 2019"), ("Server started", self.past())]),
                 ("Program object", [("Compiled", self.past()), ("Last changed by", self.other("other")), ("Object size", "412 KB")])]
        return self.chance.sample(every, self.chance.randint(0, most))

    def listing(self):
        """A section about something else, already in lines: (title, lines)."""
        other, program = self.other("other"), self.other("program")
        return self.pick(
            ("Other jobs in this node", [f"{'JOB':<9}{'USER':<12}{'PROGRAM':<10}STATUS", f"{'118822':<9}{other:<12}{program:<10}WAITING", f"{'118840':<9}{'M3SCHED':<12}{'CRS999':<10}ACTIVE"]),
            ("Earlier exception in this job (handled, not the reason for this dump)",
             ["java.io.FileNotFoundException: /m3/print/queue.lck", "\tat java.io.FileInputStream.open0(Native Method)", "\tat mvx.runtime.PrintQueue.lock(PrintQueue.java:88)"]),
            ("Last record read from OOHEAD", ["OACONO=931", "OADIVI=ZZZ", "OAORNO=0020001234", f"OACHID={other}", "OALMDT=20190318"]),
            ("Signed on at the same time", [f"{other} company 931 division ZZZ", "M3SCHED company 931"]))


def place(frame):
    if frame[2] is None:
        return "Native Method"
    return f"{frame[2]}:{frame[3]}"


def head(exception, message):
    return f"{exception}: {message}" if message else exception


def filled(form, of):
    name, kind, length, decimals, value = of
    padded = value.ljust(length) if kind == "A" else value.rjust(length + 2)
    kinds = {"A": "CHAR", "P": "PACKED", "S": "ZONED", "D": "DATE"}
    return form.format(n=name, v=value, p=padded, t=kinds[kind], l=length, d=decimals).rstrip()


def joined(*parts, between="\n\n"):
    """Parts that aren't empty, each a text or its lines."""
    texts = [part if isinstance(part, str) else "\n".join(part) for part in parts if part]
    return between.join(texts) + "\n"


def headed(heading, body):
    """Lines below a heading; nothing where there are none."""
    lines = [body] if isinstance(body, str) and body else list(body)
    return [*([heading] if isinstance(heading, str) else heading), *lines] if lines else []


def lined(rows, form="{}: {}"):
    return [form.format(*row).rstrip() for row in rows]


def level(rows, between, before="", pad=0):
    """Keys made as long as the longest."""
    width = max([pad, *(len(label) for label, _ in rows)])
    return [f"{before}{label:<{width}}{between}{value}".rstrip() for label, value in rows]


def leaders(rows, width, mark=". ", end=": ", before=""):
    """Keys with dots up to the values."""
    found = []
    for label, value in rows:
        room = width - len(label) - 1
        dots = (mark * width)[:room] if len(mark) == 1 else (mark * width)[(room % 2):][:room]
        found.append(f"{before}{label} {dots}{end}{value}".rstrip())
    return found


def columns(rows, between="  "):
    """Cells below one another."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
    return [between.join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip() for row in rows]


def grid(rows, names, corner="+", across="-", down="|"):
    """A table with rules; nothing where it has no rows."""
    if not rows:
        return []
    widths = [max(len(row[at]) for row in [names, *rows]) for at in range(len(names))]
    rule = corner + corner.join(across * (width + 2) for width in widths) + corner
    cells = lambda row: down + down.join(f" {cell:<{width}} " for cell, width in zip(row, widths)) + down
    return [rule, cells(names), rule, *map(cells, rows), rule]
