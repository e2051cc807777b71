"""What the notations of the quay share: one failure, of which some facts are left out, and what an expert would answer."""

import datetime

from .telling import Telling
from .truth import SCALARS, Unjudged

PROGRAMS = ["CRS008", "MMS003", "OIS100", "PPS300", "STS100", "APS110", "GLS100", "MOS195", "CRS620", "PMS050", "RPS310", "WMS100"]
TRANSACTIONS = ["CRS610MI", "MMS200MI", "OIS100MI", "PPS001MI", "PMS100MI"]
CALLERS = ["MNS110", "OIS300", "MMS001", "CRS175", "PPS170", "OIS101", "CAS310", "CRS610"]
USERS = ["ANNABE", "JWESTER", "M3SRVUSR", "PKOWAL", "CLERK07", "t.moreau", "MWSADM", "KHANSEN", "RDAVIES", "svc-mec"]
OTHERS = ["HPETER", "BOLSEN", "QPGMR", "LINDAS", "OSVENS"]
ENVIRONMENTS = ["M3BE_15.1_PRD", "M3BE_15.1_TST", "M3BE_13.4_DEV", "M3PRD", "M3EDU", "PRD900", "M3BE_16_UAT"]
VERSIONS = ["15.1.2:*NONE", "15.1.3", "15.1.4:SP2", "13.4.1.0", "16.0.2", "14.1.7:*NONE", "12.5.1"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None),
    ("java.lang.NullPointerException", 'Cannot invoke "mvx.util.MvxString.trim()" because "WWFACI" is null'),
    ("java.lang.ArrayIndexOutOfBoundsException", "Index 40 out of bounds for length 40"),
    ("java.lang.ArrayIndexOutOfBoundsException", "99"),
    ("java.lang.NumberFormatException", 'For input string: "1,25"'),
    ("java.lang.StringIndexOutOfBoundsException", "String index out of range: 15"),
    ("java.sql.SQLException", "[SQL0911] Row or object in use, transaction rolled back"),
    ("java.lang.ClassCastException", None),
    ("java.lang.IllegalArgumentException", "Field WEITNO: length 15 exceeded"),
    ("mvx.runtime.MvxRuntimeException", "Decimal data error in field WSORQT"),
    ("mvx.db.common.DBException", "Duplicate key in access path"),
    ("java.util.EmptyStackException", None),
    ("java.lang.ArithmeticException", "/ by zero"),
]
WRAPPERS = [("java.lang.RuntimeException", "Job ended abnormally"), ("mvx.runtime.JobAbortedException", None)]
OPERATIONS = ["CHAIN", "SETLL", "READE", "UPDAT", "WRITE", "DELET", "READ", "READPE", "CHAIN_LOCK"]
FILES = ["MITMAS", "CIDMAS", "OCUSMA", "MITBAL", "OOHEAD", "OOLINE", "MWOHED", "CFACIL", "FPLEDG", "MPLINE"]
FIELDS = {
    "WWFACI": ["A10", "F02"],
    "WEITNO": ["M8X60-A2", "700-4411"],
    "W1WHLO": ["W20", "003"],
    "WECUNO": ["Y20077", "104210"],
    "WSSTAT": ["20", "90"],
    "WWORNO": ["0001004455", "2200317"],
    "WSORQT": ["12.500000", "-4.000000", "0"],
    "WBSAPR": ["149.90", "0.00", "1249.00"],
    "WWRGDT": ["20240229", "20231107"],
    "WXCUCD": ["SEK", "EUR"],
    "WBTX40": ["Hex bolt zinc plated", "Pump P-200 complete"],
}
DATES = {
    "iso": "%Y-%m-%d",
    "de": "%d.%m.%Y",
    "de2": "%d.%m.%y",
    "us": "%m/%d/%Y",
    "us2": "%m/%d/%y",
    "fr": "%d/%m/%Y",
    "num": "%Y%m%d",
    "nl": "%d-%m-%Y",
    "ymd/": "%Y/%m/%d",
}
MONTHS = "January February March April May June July August September October November December".split()
EMPTY = ["", "", "-", "n/a"]


class Case(Telling):
    """A failure, and what of it has been told so far."""

    PARTS = {**Telling.PARTS, "full_panel": "panel", "short": "exception"}

    def __init__(self, sheet, language="en", clock=("iso",), jobs=("number", "hex"), years=(2016, 2025), mi=0.2, lack=0.1):
        chance = self.chance = sheet.chance
        truth = self.truth = sheet.truth
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits, truth.causes = None, False, False, 0, []
        sheet.language, sheet.letters, sheet.unstated = language, "quay", self.finish
        self.open, self.clock = set(), chance.choice(clock)
        self.mi = chance.random() < mi
        truth.program = chance.choice(TRANSACTIONS if self.mi else PROGRAMS)
        truth.panel = "" if self.mi else chance.choice(["A", "B", "E", "E", "F", "G", "B1"])
        truth.user, truth.environment, truth.version = chance.choice(USERS), chance.choice(ENVIRONMENTS), chance.choice(VERSIONS)
        truth.company, truth.division = chance.choice(["100", "001", "330", "780", "15"]), chance.choice(["AAA", "BBB", "NO1", "D10"])
        number = f"{chance.randrange(10**5, 10**6)}"
        truth.job = {
            "number": number,
            "hex": f"{chance.getrandbits(128):032x}",
            "name": chance.choice(["M3BATCH1", "M3INT04", "MVXJOB"]),
            "whole": f"{number}/{truth.user.upper()[:10]}/M3BATCH",
        }[chance.choice(jobs)]
        truth.at = datetime.datetime(
            chance.randint(*years), chance.randint(1, 12), chance.randint(1, 28), chance.randrange(24), chance.randrange(60), chance.randrange(60)
        ) + datetime.timedelta(milliseconds=chance.randrange(1000))
        truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
        truth.operation, truth.object = ("READ_DSP", "ICFCMD") if chance.random() < 0.2 else (chance.choice(OPERATIONS), chance.choice(FILES))
        truth.customer = chance.random() < 0.3
        callers = chance.sample([name for name in CALLERS if name != truth.program], chance.randint(1, 3))
        truth.call_stack = [*(["SYS"] if chance.random() < 0.3 else []), *callers, truth.program]
        truth.fields = [(name, chance.choice(FIELDS[name])) for name in chance.sample(sorted(FIELDS), chance.randint(3, 6))]
        # Fields that name another company or user than those of the job.
        truth.fields += [pair for pair in (("XXCONO", "200"), ("WWCHID", "HPETER"), ("WTDIVI", "ZZZ")) if chance.random() < 0.15]
        chance.shuffle(truth.fields)
        truth.frames = []
        self.lacks = {name for name in SCALARS if name not in ("program", "exception", "exception_message") and chance.random() < lack}

    def finish(self):
        """What may be answered where nothing is told."""
        truth = self.truth
        if truth.frames and "where" not in truth.stated and "where" not in self.open:
            name, method = next(frame[:2] for frame in truth.frames if frame[0].startswith("mvx.app.pgm."))
            truth.say("where", f"{name.rpartition('.')[2]}.{method}")
        for name, field in (("XXCONO", "company"), ("WWCHID", "user"), ("WTDIVI", "division")):
            if field not in truth.stated and name in dict(truth.fields):
                self.leave_open(field)
        shown = truth.panel and truth.frames
        also = {"program": [truth.program], "panel": [truth.panel, truth.panel[:1]] if shown else []}
        for field in SCALARS:
            if field in self.open:
                truth.stated.discard(field)
                truth.right[field] = Unjudged()
            elif field not in truth.stated:
                truth.right[field] = [None, *also.get(field, [])]

    def leave_open(self, *fields):
        """More than one answer can be defended."""
        self.open.update(fields)

    def with_user_as(self, form):
        """The user is somebody of that form from now on."""
        self.truth.user = form.format(self.truth.user)

    def say(self, field, *also):
        """The text of a fact, which is told from now on; empty where there is none."""
        truth = self.truth
        if not self.has(field):
            return ""
        if field == "at":
            return self.time()
        if field in ("date", "time"):
            return self.day(DATES[self.clock]) if field == "date" else self.moment(f"{truth.at:%H:%M:%S}")
        if field in ("where", "operation", "file"):
            truth.say("where", f"{truth.operation} {truth.object}", *also)
            return {"where": f"{truth.operation} {truth.object}", "operation": truth.operation, "file": truth.object}[field]
        if field in ("panel", "full_panel"):
            whole = f"{truth.program}/{truth.panel}"
            truth.say("panel", truth.panel, *([whole] if field == "full_panel" else []), *also)
            return whole if field == "full_panel" else truth.panel
        if field == "short":
            short = truth.exception.rpartition(".")[2]
            truth.say("exception", short, truth.exception, *also)
            return short
        value = getattr(truth, field)
        truth.say(field, value, *also)
        return value

    def moment(self, text, digits=0, zone=None):
        """A time of day, or the whole of a time."""
        self.truth.digits, self.truth.zone = digits, zone if zone is None else datetime.timedelta(hours=zone)
        self.truth.say("at", True)
        return text

    def day(self, form):
        """The date, which a reader may not be able to tell where the day may be a month."""
        self.truth.date_is_ambiguous = "/" in form and not form.startswith("%Y") and self.truth.at.day <= 12
        return f"{self.truth.at:{form}}"

    def time(self):
        """When it failed, as this author writes times."""
        at, form = self.truth.at, self.clock
        month, milli = MONTHS[at.month - 1], at.microsecond // 1000
        if form in DATES:
            return self.moment(f"{self.day(DATES[form])} {at:%H:%M:%S}")
        if form == "named":
            return self.moment(f"{at.day} {month} {at.year} {at:%H:%M:%S}")
        if form == "dmy":
            return self.moment(f"{at:%d}-{month[:3].upper()}-{at:%Y %H:%M:%S}")
        if form == "american":
            return self.moment(f"{month[:3]} {at.day}, {at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}")
        if form == "java":
            self.truth.zone_may_be_left_out = True
            return self.moment(f"{at:%a} {month[:3]} {at.day:02d} {at:%H:%M:%S} CET {at.year}", zone=1)
        if form == "milli":
            return self.moment(f"{at:%Y-%m-%d %H:%M:%S}.{milli:03d}", digits=3)
        if form == "comma":
            return self.moment(f"{at:%Y-%m-%d %H:%M:%S},{milli:03d}", digits=3)
        if form == "z":
            return self.moment(f"{at:%Y-%m-%dT%H:%M:%S}.{milli:03d}Z", digits=3, zone=0)
        if form == "offset":
            return self.moment(f"{at:%Y-%m-%dT%H:%M:%S}+01:00", zone=1)
        if form == "micro":
            return self.moment(f"{at:%Y-%m-%d-%H.%M.%S}.{at.microsecond:06d}", digits=3)
        raise KeyError(form)

    def rows(self, *wanted, shuffled=False, empty=0.3):
        """Keys and values: each of a label (with its alternatives behind `|`) and a fact's name, or a text behind `=`, or a pair of a text
        and the fact without which it isn't shown. A fact that is lacking has no row, or one without a value."""
        found = []
        for label, what in wanted:
            label = self.chance.choice(label.split("|"))
            if isinstance(what, tuple):
                what = what[0] if self.has(what[1]) else None
            if what is None:
                continue
            if what.startswith("="):
                found.append((label, what[1:]))
            elif value := self.say(what):
                found.append((label, value))
            elif self.likely(empty):
                found.append((label, self.chance.choice(EMPTY)))
        if shuffled:
            self.chance.shuffle(found)
        return found

    def job_parts(self, name=None):
        """Name and number of a job of IBM i: either of them is it, or what they are together with the user."""
        name = name or self.chance.choice(["M3BATCH", "M3INT04", "QPADEV0007"])
        number = f"{self.chance.randrange(10**5, 10**6)}"
        self.lacks.discard("job")
        self.truth.job = f"{number}/{self.truth.user.upper()}/{name}"
        self.say("job", name, number)
        return name, number

    def draw(self):
        """The frames of the failure, the first of an M3 program being the one that failed."""
        chance, truth = self.chance, self.truth
        package, letter = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm", truth.panel[:1]
        methods = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP', 'VAL'])}", f"P{letter}"] if letter else [chance.choice(["ADD", "CHG", "GET"]), "transact"]
        line = lambda: chance.randint(40, 4800)
        frames = []
        if self.likely(0.6):
            owner = chance.choice(["mvx.util.MvxString.trim", "mvx.dsp.common.GenericDSP.readPanel", "mvx.db.common.GenericDB.chain"])
            name, _, method = owner.rpartition(".")
            frames.append((name, method, f"{name.rpartition('.')[2]}.java", line()))
        frames += [(f"{package}.{truth.program}", method, f"{truth.program}.java", line()) for method in [*methods, "mainLine"]]
        kind = "MIBatch" if self.mi else "Interactive"
        frames.append((f"mvx.app.common.{kind}", "call", f"{kind}.java", line()))
        if self.likely(0.4):
            frames.append(("mvx.runtime.JobRunner", "run", "JobRunner.java", line()))
        frames.append(("java.lang.Thread", "run", "Thread.java", chance.choice([748, 829, 1583])))
        return frames

    def frames(self, files=True):
        """Frames are told, in a form of the notation's own."""
        truth = self.truth
        truth.frames = [one if files else (*one[:2], None, one[3]) for one in self.draw()]
        truth.say("java_stack", True)
        truth.say("customer_code", truth.customer)
        return truth.frames

    def thrown(self):
        """The exception with its message as Java prints it."""
        return ": ".join(part for part in (self.say("exception"), self.say("exception_message")) if part)

    def trace(self, indent="\t", cause=0.2, cut=0.0, head=""):
        """A stack trace as Java prints it; now and then with a cause, or with its end torn off."""
        truth = self.truth
        if self.likely(cause) and not {"exception", "exception_message"} & truth.stated:
            return self.caused(indent, head)
        first, frames = head + self.thrown(), self.frames()
        lines = [f"{indent}{at(one)}" for one in frames]
        if self.likely(cut):
            least = next(place for place, one in enumerate(frames) if one[0].startswith("mvx.app.pgm.")) + 1
            kept = self.chance.randint(least, len(frames) - 1)
            torn = lines[kept][: len(indent) + self.chance.randint(3, 14)]
            truth.frames, lines = frames[:kept], [*lines[:kept], torn]
        return "\n".join([first, *lines])

    def caused(self, indent, head=""):
        """A trace with a cause: either of the exceptions may be named, as the outer one was thrown last and the inner one first."""
        truth, outer = self.truth, self.chance.choice(WRAPPERS)
        inner, frames = self.thrown(), self.frames()
        truth.right["exception"].append(outer[0])
        self.leave_open("exception_message")
        start = next(place for place, one in enumerate(frames) if one[0].startswith("mvx.app.pgm."))
        deep = [*frames[:start], (*frames[start][:3], frames[start][3] - 9)]
        truth.frames, truth.causes = frames[start:], [((truth.exception, truth.exception_message), deep)]
        title = ": ".join(part for part in outer if part)
        lines = [f"{head}{title}", *(indent + at(one) for one in frames[start:]), f"Caused by: {inner}", *(indent + at(one) for one in deep)]
        return "\n".join([*lines, f"{indent}... {len(frames) - start - 1} more"])


def at(frame):
    name, method, file, line = frame
    return f"at {name}.{method}({file}:{line})" if file else f"at {name}.{method}(Native Method)"


def joined(*blocks, between="\n\n"):
    return between.join(block.rstrip("\n") for block in blocks if block) + "\n"


def aligned(pairs, mark=" : ", indent="", width=None):
    width = width or max(len(key) for key, _ in pairs)
    return "\n".join(f"{indent}{key:<{width}}{mark}{value}".rstrip() for key, value in pairs)


def dotted(label, width=28, gap=" ."):
    """A label with leading dots as panels and lists of the AS/400 have them."""
    text = label if len(label) % 2 == 0 else f"{label} "
    return (text + gap * width)[:width] + " :"
