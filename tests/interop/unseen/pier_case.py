"""What the notations of the pier share: one failure, how its facts are told, what stands around them, and what an expert would answer."""

import datetime

from .pier_labels import LABELS, MONTHS, NEAR
from .telling import Telling
from .truth import SCALARS, Unjudged

PROGRAMS = ["MMS200", "OIS101", "PPS201", "CRS045", "GLS210", "MWS410", "RPS110", "PMS100", "APS100", "SOS005", "MHS850", "QMS300"]
TRANSACTIONS = ["MMS025MI", "CRS610MI", "PPS170MI", "MHS850MI", "ARS110MI"]
CALLERS = ["MNS210", "OIS100", "MMS080", "CRS620", "PPS220", "MWS420", "CAS300", "STS200"]
USERS = ["ELINNYB", "MRIEDEL", "PDUPONT", "M3BATUSR", "KVANDIJK", "JROSSI", "TKORHO", "USR0412", "SMADSEN"]
OTHERS = ["CLARSON", "HBRANDT", "QSECOFR", "NGARCIA", "OLESEN"]
ENVIRONMENTS = ["M3BE_15.1_PRD", "M3BE_15.1_DEV", "M3BE_14.1_TST", "PRDENV", "M3TEST", "MVXPRD1", "M3BE_16_ACC"]
VERSIONS = ["15.1.1:*NONE", "15.1.4", "14.1.2:SP3", "13.4.0.5", "16.0.1", "15.1.3:*NONE", "10.2.0"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None),
    ("java.lang.NullPointerException", "key field DCFACI is null"),
    ("java.lang.ArrayIndexOutOfBoundsException", "Index 99 out of bounds for length 99"),
    ("java.lang.NumberFormatException", 'For input string: "10:30"'),
    ("java.lang.StringIndexOutOfBoundsException", "begin 0, end 15, length 12"),
    ("java.sql.SQLException", "[SQL0204] OSYTXH in MVXJDTA type *FILE not found."),
    ("java.lang.IllegalStateException", "Display file closed"),
    ("java.lang.ClassCastException", None),
    ("mvx.runtime.MvxRuntimeException", "Numeric overflow in field WPOQTY"),
    ("mvx.db.common.DBException", "Record locked, timeout after 60 s"),
    ("java.lang.ArithmeticException", "BigDecimal divisor is zero"),
    ("java.util.ConcurrentModificationException", None),
]
WRAPPERS = [("java.lang.RuntimeException", "Program ended abnormally"), ("mvx.runtime.PgmAbortException", None)]
OPERATIONS = ["CHAIN", "SETLL", "READE", "UPDAT", "WRITE", "DELET", "READ", "READP", "SETGT"]
FILES = ["MITMAS", "MITFAC", "OCUSMA", "CIDVEN", "MITLOC", "OOLINE", "MPHEAD", "CSYTAB", "FSLEDG", "MWOMAT"]
FIELDS = {
    "WEFACI": ["F10", "B01"],
    "WWITNO": ["4410-77", "X100.2"],
    "WEWHLO": ["110", "W03"],
    "W1CUNO": ["C0004711", "88120"],
    "WSORST": ["22", "77"],
    "WEPUNO": ["1000431", "0002117"],
    "WEORQT": ["3.000000", "-1.500000"],
    "WSAGNB": ["A-2001", "K88"],
    "WWTODT": ["20991231", "20240630"],
    "WECUCD": ["GBP", "DKK"],
    "WBITDS": ["Flange DN50 steel", "Paint, white 5 l"],
    "IN91": ["0", "1"],
}
JAVA = ["1.8.0_351", "11.0.18", "17.0.6", "1.7.0_80"]


class Failure(Telling):
    """What failed, and what of it the dump has told so far."""

    def __init__(self, sheet, language="en", clocks=("iso",), jobs=("number", "uuid", "whole"), lack=0.08, mi=0.15, years=(2017, 2025)):
        chance = self.chance = sheet.chance
        truth = self.truth = sheet.truth
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits, truth.causes, truth.frames = None, False, False, 0, [], []
        sheet.language, sheet.letters, sheet.unstated = language, "pier", self.finish
        self.language, self.clock, self.open, self.capitals = language, chance.choice(clocks), set(), False
        truth.program = chance.choice(TRANSACTIONS if chance.random() < mi else PROGRAMS)
        truth.panel = "" if truth.program.endswith("MI") else chance.choice(["B", "E", "E", "F", "G", "B1", "E2", "A"])
        truth.user, truth.environment, truth.version = chance.choice(USERS), chance.choice(ENVIRONMENTS), chance.choice(VERSIONS)
        truth.company, truth.division = chance.choice(["100", "001", "410", "760", "22"]), chance.choice(["AAA", "S01", "100", "FR2"])
        number = f"{chance.randrange(10**5, 10**6)}"
        truth.job = {"number": number, "uuid": f"{chance.getrandbits(128):032x}", "whole": f"{number}/{truth.user}/M3JOB"}[chance.choice(jobs)]
        truth.at = datetime.datetime(
            chance.randint(*years), chance.randint(1, 12), chance.randint(1, 28), chance.randrange(24), chance.randrange(60), chance.randrange(60)
        ) + datetime.timedelta(milliseconds=chance.randrange(1000))
        truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
        screen = chance.random() < 0.2 and truth.panel
        truth.operation, truth.object = ("READ_DSP", "ICFCMD") if screen else (chance.choice(OPERATIONS), chance.choice(FILES))
        truth.customer = chance.random() < 0.3
        callers = chance.sample([name for name in CALLERS if name != truth.program], chance.randint(1, 3))
        truth.call_stack = [*(["SYS"] if chance.random() < 0.25 else []), *callers, truth.program]
        truth.fields = [(name, chance.choice(FIELDS[name])) for name in chance.sample(sorted(FIELDS), chance.randint(4, 7))]
        self.lacks = {name for name in SCALARS if name not in ("program", "exception", "exception_message") and chance.random() < lack}

    def finish(self):
        """What may be answered where nothing is told."""
        truth = self.truth
        if truth.frames and "where" not in truth.stated:
            name, method = next(one[:2] for one in truth.frames if one[0].startswith("mvx.app.pgm."))
            truth.say("where", f"{name.rpartition('.')[2]}.{method}")
        also = {"program": [truth.program], "panel": [truth.panel, truth.panel[:1]] if truth.frames and truth.panel else []}
        also["user"] = [truth.user] if "job" in truth.stated and "/" in truth.job else []
        for field in SCALARS:
            if field in self.open:
                truth.stated.discard(field)
                truth.right[field] = Unjudged()
            elif field not in truth.stated:
                truth.right[field] = [None, *also.get(field, [])]

    def when(self, part):
        """When it failed, or its date or time of day, as this author writes them."""
        truth, at = self.truth, self.truth.at
        month = MONTHS[self.language][at.month - 1]
        date = {
            "iso": f"{at:%Y-%m-%d}", "milli": f"{at:%Y-%m-%d}", "comma": f"{at:%Y-%m-%d}", "dots": f"{at:%d.%m.%Y}", "short dots": f"{at:%d.%m.%y}",
            "slashes": f"{at:%d/%m/%Y}", "american": f"{at:%m/%d/%Y}", "digits": f"{at:%Y%m%d}", "dashes": f"{at:%d-%m-%Y}", "words": f"{at.day} {month} {at.year}",
            "dot words": f"{at.day}. {month} {at.year}", "year first": f"{at:%Y/%m/%d}", "zulu": f"{at:%Y-%m-%d}", "offset": f"{at:%Y-%m-%d}",
            "month": f"{at:%d}-{MONTHS['en'][at.month - 1][:3].upper()}-{at:%Y}", "finnish": f"{at.day}.{at.month}.{at.year}", "ibm": f"{at:%Y-%m-%d}",
        }[self.clock]
        milli = f"{at.microsecond // 1000:03d}"
        time = {"milli": f"{at:%H:%M:%S}.{milli}", "comma": f"{at:%H:%M:%S},{milli}", "zulu": f"{at:%H:%M:%S}.{milli}Z", "offset": f"{at:%H:%M:%S}+02:00",
                "digits": f"{at:%H%M%S}", "finnish": f"{at:%H.%M.%S}", "ibm": f"{at:%H.%M.%S}.{at.microsecond:06d}"}.get(self.clock, f"{at:%H:%M:%S}")
        if self.clock == "american":
            time = f"{(at.hour - 1) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"
        truth.date_is_ambiguous = self.clock in ("slashes", "american") and at.day <= 12
        truth.digits = 3 if self.clock in ("milli", "comma", "zulu", "ibm") else 0
        truth.zone = {"zulu": datetime.timedelta(0), "offset": datetime.timedelta(hours=2)}.get(self.clock)
        truth.say("at", True)
        between = {"zulu": "T", "offset": "T", "ibm": "-"}.get(self.clock, " ")
        return {"at": f"{date}{between}{time}", "date": date, "time": time}[part]

    def label(self, field):
        """What this author calls a fact."""
        text = self.chance.choice(LABELS[self.language][field])
        return text.upper() if self.capitals else text

    def rows(self, *fields, near=2, shuffled=None, empty=0.25):
        """Labels with the facts, and among them some with what only looks like them. A fact that is lacking has no row, or an empty one."""
        found = []
        for field in fields:
            if value := self.tell(field):
                found.append([(self.label(field), value)])
            elif self.likely(empty):
                found.append([(self.label(field), "")])
        # An operation goes with its file, and a date with its time.
        for first, second in (("operation", "file"), ("date", "time")):
            if first in fields and self.has(first):
                place = next(place for place, one in enumerate(found) if one[0][1] == self.tell(second))
                pair = found.pop(place)
                found[next(place for place, one in enumerate(found) if one[0][1] == self.tell(first))] += pair
        if self.likely(0.4) if shuffled is None else shuffled:
            self.chance.shuffle(found)
        taken = {one[0][0] for one in found}
        for label, value in self.near(near):
            if label not in taken:
                found.insert(self.chance.randint(0, len(found)), [(label, value)])
        return [pair for one in found for pair in one]

    def near(self, count):
        """What only looks like facts."""
        pairs = [(label.upper() if self.capitals else label, value) for label, value in NEAR[self.language]]
        return [(label, self.filled(value)) for label, value in self.chance.sample(pairs, min(count, len(pairs)))]

    def filled(self, value):
        at = self.truth.at - datetime.timedelta(days=self.chance.randint(1, 300), seconds=self.chance.randint(1, 80000))
        other = self.chance.choice([name for name in CALLERS if name not in self.truth.call_stack])
        return value.format(
            other=self.chance.choice(OTHERS), time=f"{at:%Y-%m-%d %H:%M:%S}", day=f"{at:%Y-%m-%d}", java=self.chance.choice(JAVA), program=other,
            company=self.chance.choice(["200", "999"]), division=self.chance.choice(["ZZZ", "XX9"]),
        )

    def fix_level(self):
        """The fix level beside the version, which may be told with it or without."""
        truth = self.truth
        if "version" not in truth.stated or ":" in truth.version:
            return None
        level = self.chance.choice(["SP2", "SP1", "7"])
        truth.right["version"] += [f"{truth.version}{between}{level}" for between in (" ", ":", "/", ".", "-", ", ", " Fix level ", " fix level ")]
        return "Fix level", level

    def frames(self, lines=True, files=True):
        """The frames of the failure are told, the first of an M3 program being where it failed."""
        chance, truth = self.chance, self.truth
        package, letter = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm", truth.panel[:1]
        inner = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP'])}", f"P{letter}"] if letter else [chance.choice(["LST", "ADD", "CHG"]), "transact"]
        line = lambda: chance.randint(30, 5200)
        found = []
        if self.likely(0.55):
            name, method = chance.choice([("mvx.util.MvxRecord", "copyTo"), ("mvx.db.common.GenericDB", "access"), ("mvx.dsp.common.GenericDSP", "read")])
            found.append((name, method, f"{name.rpartition('.')[2]}.java", line()))
        found += [(f"{package}.{truth.program}", method, f"{truth.program}.java", line()) for method in [*inner, "mainLine"]]
        kind = "Interactive" if letter else "MIBatch"
        found.append((f"mvx.app.common.{kind}", "start", f"{kind}.java", line()))
        if self.likely():
            found.append(("mvx.runtime.JobThread", "execute", "JobThread.java", line()))
        found.append(("java.lang.Thread", "run", "Thread.java", chance.choice([745, 829, 833])))
        truth.frames = [(name, method, file if files else None, number if lines else None) for name, method, file, number in found]
        truth.say("java_stack", True)
        truth.say("customer_code", truth.customer)
        return truth.frames

    def thrown(self):
        """The exception with its message as Java prints it."""
        return ": ".join(part for part in (self.tell("exception"), self.tell("exception_message")) if part)

    def trace(self, indent="\tat ", cause=0.2):
        """A trace as Java prints it, now and then with a cause."""
        truth = self.truth
        told = {"exception", "exception_message"} & truth.stated
        head, frames = self.thrown(), self.frames()
        shown = lambda some: [f"{indent}{shape(one)}" for one in some]
        if told or not self.likely(cause):
            return "\n".join([head, *shown(frames)])
        outer, start = self.chance.choice(WRAPPERS), next(place for place, one in enumerate(frames) if one[0].startswith("mvx.app.pgm."))
        deep = [*frames[:start], (*frames[start][:3], frames[start][3] - 7)]
        truth.right["exception"].append(outer[0])
        self.open.add("exception_message")
        truth.frames, truth.causes = frames[start:], [((truth.exception, truth.exception_message), deep)]
        rest = f"{indent.removesuffix('at ')}... {len(frames) - start - 1} more"
        return "\n".join([": ".join(filter(None, outer)), *shown(frames[start:]), f"Caused by: {head}", *shown(deep), rest])


def shape(frame):
    name, method, file, line = frame
    return f"{name}.{method}({file}:{line})"


def blocks(*parts, between="\n\n"):
    return between.join(part.strip("\n") for part in parts if part) + "\n"


def column(pairs, mark=" : ", indent="", width=0, right=False):
    """Labels in a column of their own."""
    width = width or max(len(label) for label, _ in pairs)
    return "\n".join(f"{indent}{label:{'>' if right else '<'}{width}}{mark}{value}".rstrip() for label, value in pairs)


def leader(label, width=30, dot=". "):
    """A label that a row of dots leads to its colon."""
    return (f"{label} " + (dot * width)[len(label) % len(dot) :])[:width]
