"""What the notations of the weir share: one failure, how its facts are told, what stands around them, and what a careful reader would answer."""

import datetime
import textwrap

from .telling import Telling
from .truth import SCALARS, Unjudged
from .weir_labels import EMPTY, LABELS, MONTHS, NEAR

PROGRAMS = ["MMS005", "OIS340", "PPS390", "CRS692", "GLS047", "MWS435", "RPS991", "PMS170", "APS110", "SOS300", "QMS400", "ARS120", "CAS310", "FAS001"]
TRANSACTIONS = ["OIS100MI", "MMS200MI", "PPS001MI", "CRS620MI", "GLS840MI"]
CALLERS = ["MNS150", "OIS350", "MMS121", "CRS611", "PPS912", "MWS422", "STS300", "POS015", "SAS550"]
USERS = ["HLINDQ", "TBAUER", "CMOREAU", "M3BATCH", "RJANSEN", "GBIANCHI", "PKESKI", "U004417", "AWOZNIAK", "DFERREIRA", "skvist"]
OTHERS = ["MWALSH", "RFISCHER", "JDURAND", "BSTRAND", "ECASTRO"]
ENVIRONMENTS = ["M3BE_15.1_PROD", "M3BE_15.1_EDU", "M3BE_13.4_TST", "MVXPROD", "M3ACC", "PRD900", "M3BE_16.0_QA"]
VERSIONS = ["15.1.3:SP4", "15.1.2", "14.1.1:*NONE", "13.4.2.1", "16.0.2", "15.1.4:*NONE", "12.5.1"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None),
    ("java.lang.NullPointerException", "record area of OOLINE is not bound"),
    ("java.lang.ArrayIndexOutOfBoundsException", "Index 50 out of bounds for length 50"),
    ("java.lang.ArrayIndexOutOfBoundsException", "-1"),
    ("java.lang.NumberFormatException", 'For input string: "1O0"'),
    ("java.lang.StringIndexOutOfBoundsException", "begin 3, end 10, length 8"),
    ("java.sql.SQLException", "[SQL0803] Duplicate key value specified."),
    ("java.sql.SQLTransientConnectionException", "Connection is not available, request timed out after 30000ms."),
    ("java.lang.ClassCastException", "mvx.db.dta.MITBAL cannot be cast to mvx.db.dta.MITMAS"),
    ("mvx.runtime.MvxRuntimeException", "Decimal data error in field WWQTY2"),
    ("java.lang.ArithmeticException", "/ by zero"),
    ("java.util.NoSuchElementException", None),
    ("java.lang.IllegalArgumentException", "Invalid date 20240231"),
]
WRAPPERS = [("java.lang.RuntimeException", "Unrecoverable error in program"), ("mvx.runtime.ProgramTerminatedException", None)]
OPERATIONS = ["CHAIN", "SETLL", "READE", "UPDATE", "WRITE", "DELETE", "READ", "READPE"]
FILES = ["MITMAS", "MITBAL", "OCUSMA", "CIDMAS", "MPDHED", "OOLINE", "MWOHED", "CSYTAB", "FGLEDG", "MITWHL"]
TEXTS = {
    "WEWHLO": ["A10", "300"], "WWPRNO": ["P-77120", "100417"], "W1FACI": ["MF1", "D10"], "WECUNO": ["Y30001", "C77"], "WSRESP": ["LENA", "OTTO"],
    "WWITDS": ["Gasket ring 40 mm", "Pump housing, cast"], "WESTAT": ["20", "90"], "WWUNMS": ["PCS", "KG"], "WESUNO": ["V1002", "S-4"], "WXTX15": ["Spare part", ""],
}
NUMBERS = {"WEORQA": ["12.000000", "-3.250000"], "WWSAPR": ["1499.00", "0.75"], "WEPLDT": ["20240917", "20231103"], "W2LINE": ["110", "7"], "WWPCT1": ["2.50", "-100.00"]}
JAVA = ["1.8.0_292", "11.0.20", "17.0.9"]
# What a clock of that name writes: the date, the time of day, what stands between, digits of the second, hours of the zone.
CLOCKS = {
    "iso": ("%Y-%m-%d", "%H:%M:%S", " ", 0, None), "milli": ("%Y-%m-%d", "%H:%M:%S.{ms}", " ", 3, None), "zulu": ("%Y-%m-%d", "%H:%M:%S.{ms}Z", "T", 3, 0),
    "offset": ("%Y-%m-%d", "%H:%M:%S+01:00", "T", 0, 1), "dots": ("%d.%m.%Y", "%H:%M:%S", " ", 0, None), "comma": ("%Y-%m-%d", "%H:%M:%S,{ms}", " ", 3, None),
    "digits": ("%Y%m%d", "%H%M%S", " ", 0, None), "words": ("%d {month} %Y", "%H:%M:%S", " ", 0, None), "slashes": ("%d/%m/%Y", "%H:%M:%S", " ", 0, None),
    "points": ("%d.%m.%Y", "%H.%M.%S", " ", 0, None), "year first": ("%Y/%m/%d", "%H:%M:%S", " ", 0, None), "dashes": ("%d-%m-%Y", "%H:%M:%S", " ", 0, None),
    "ibm": ("%Y-%m-%d", "%H.%M.%S.{us}", "-", 6, None), "T": ("%Y-%m-%d", "%H:%M:%S", "T", 0, None), "short": ("%d-{MON}-%Y", "%H:%M:%S", " ", 0, None),
}
PAIRED = (("operation", "file"), ("date", "time"))


class Case(Telling):
    """What failed, and what of it the dump has told so far."""

    PARTS = {**Telling.PARTS, "level": "version"}

    def __init__(self, sheet, hand, clocks=("iso",), jobs=("number", "uuid", "whole"), lack=0.07, mi=0.12):
        chance, truth = sheet.chance, sheet.truth
        self.chance, self.truth, self.hand, self.clock, self.open, self.said = chance, truth, hand, chance.choice(clocks), set(), {}
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits, truth.causes, truth.frames = None, False, False, 0, [], []
        sheet.language, sheet.letters, sheet.unstated = hand, "weir", self.finish
        truth.program = chance.choice(TRANSACTIONS if chance.random() < mi else PROGRAMS)
        truth.panel = "" if truth.program.endswith("MI") else chance.choice(["A", "B", "E", "E", "F", "G", "B1", "E1"])
        truth.user, truth.environment, truth.version = chance.choice(USERS), chance.choice(ENVIRONMENTS), chance.choice(VERSIONS)
        truth.company, truth.division = chance.choice(["100", "001", "550", "780", "30"]), chance.choice(["AAA", "N10", "200", "DK1"])
        number = f"{chance.randrange(10**5, 10**6)}"
        truth.job = {"number": number, "uuid": f"{chance.getrandbits(128):032x}", "whole": f"{number}/{truth.user.upper()}/{truth.program[:6]}",
                     "long": f"{chance.randrange(10**8):010d}"}[chance.choice(jobs)]
        truth.at = datetime.datetime(chance.randint(2018, 2025), chance.randint(1, 12), chance.randint(1, 28), chance.randrange(24), chance.randrange(60),
                                     chance.randrange(60), chance.randrange(1000) * 1000)
        truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
        screen = truth.panel and chance.random() < 0.25
        truth.operation, truth.object = ("READ_DSP", "ICFCMD") if screen else (chance.choice(OPERATIONS), chance.choice(FILES))
        truth.customer = chance.random() < 0.3
        callers = chance.sample(CALLERS, chance.randint(1, 4))
        truth.call_stack = [*(["SYS"] if chance.random() < 0.3 else []), *callers, truth.program]
        names = chance.sample(sorted(TEXTS), chance.randint(3, 5)) + chance.sample(sorted(NUMBERS), chance.randint(1, 3))
        truth.fields = [(name, chance.choice({**TEXTS, **NUMBERS}[name])) for name in sorted(names, key=lambda _: chance.random())]
        self.lacks = {name for name in SCALARS if name not in ("program", "exception", "exception_message") and chance.random() < lack}

    def finish(self):
        """What may be answered where nothing is told."""
        truth = self.truth
        if truth.frames and "where" not in truth.stated:
            name, method = next(one[:2] for one in truth.frames if one[0].startswith("mvx.app.pgm."))
            truth.say("where", f"{name.rpartition('.')[2]}.{method}")
        also = {"program": [truth.program], "panel": [truth.panel, truth.panel[:1]] if truth.frames and truth.panel else []}
        also["user"] = [truth.user.upper(), truth.user] if "job" in truth.stated and "/" in truth.job else []
        if "exception" in truth.stated:
            truth.right["exception"].append(truth.exception.rpartition(".")[2])
        for field in SCALARS:
            if field in self.open:
                truth.stated.discard(field)
                truth.right[field] = Unjudged()
            elif field not in truth.stated:
                truth.right[field] = [None, *also.get(field, []), *self.said.get(field, [])]

    def tell(self, field, *also):
        """As always; the number of a job may be told by itself."""
        if field == "job" and "/" in self.truth.job:
            also = (*also, self.truth.job.partition("/")[0])
        return super().tell(field, *also)

    def when(self, part):
        """When it failed, or its date or time of day, as this author writes them."""
        truth, at = self.truth, self.truth.at
        date, time, between, truth.digits, zone = CLOCKS[self.clock]
        month = MONTHS.get(self.hand, MONTHS["en"])[at.month - 1]
        filled = {"month": month, "MON": MONTHS["en"][at.month - 1][:3].upper(), "ms": f"{at.microsecond // 1000:03d}", "us": f"{at.microsecond:06d}"}
        date, time = (at.strftime(form).format(**filled) for form in (date, time))
        truth.date_is_ambiguous = self.clock == "slashes" and at.day <= 12
        truth.zone = None if zone is None else datetime.timedelta(hours=zone)
        truth.say("at", True)
        return {"at": f"{date}{between}{time}", "date": date, "time": time}[part]

    def label(self, field):
        """What this author calls a fact."""
        return self.chance.choice(LABELS[self.hand][field])

    def rows(self, fields, near=1, shuffled=0.5, blank=0.3, near_always=False):
        """Labels with the facts, and in half of the dumps some that only look like them. A lacking fact has no row, or an empty one."""
        found, names = [], fields.split()
        for field in names:
            if value := self.tell(field):
                found.append([(self.label(field), value)])
            elif self.likely(blank) and field not in ("file", "time", "exception_message"):
                none = self.any_of(*EMPTY)
                found.append([(self.label(field), none)])
                if none.startswith("*"):
                    self.said.setdefault({"full": "panel", "date": "at", "operation": "where"}.get(field, field), []).append(none)
        for first, second in PAIRED:
            if first in names and second in names and self.has(first):
                place = next(place for place, one in enumerate(found) if one[0][0] in LABELS[self.hand][second] and one[0][1] == self.tell(second))
                pair = found.pop(place)
                found[next(place for place, one in enumerate(found) if one[0][0] in LABELS[self.hand][first])] += pair
        if self.likely(shuffled):
            self.chance.shuffle(found)
        taken = {label for one in found for label, _ in one}
        for label, value in self.near(near if near_always or self.likely() else 0):
            if label not in taken:
                found.insert(self.chance.randint(0, len(found)), [(label, value)])
        return [pair for one in found for pair in one]

    def near(self, count):
        """What only looks like facts."""
        pairs = NEAR.get(self.hand, NEAR["isv"])
        return [(label, self.filled(value)) for label, value in self.chance.sample(pairs, min(self.chance.randint(1, count) if count else 0, len(pairs)))]

    def filled(self, value):
        at = self.truth.at - datetime.timedelta(days=self.chance.randint(2, 300), seconds=self.chance.randint(1, 80000))
        after = self.truth.at + datetime.timedelta(hours=self.chance.randint(2, 30))
        return value.format(
            other=self.chance.choice(OTHERS), before=f"{at:%Y-%m-%d %H:%M:%S}", after=f"{after:%Y-%m-%d %H:%M:%S}", java=self.chance.choice(JAVA),
            program=self.chance.choice(["MMS850", "OIS014", "CRS435"]), job=f"{self.chance.randrange(10**5, 10**6)}", count=self.chance.randint(12, 240),
            company=self.chance.choice(["910", "999"]), division=self.chance.choice(["ZZZ", "XX1"]),
        )

    def caller(self):
        return self.truth.call_stack[-2]

    def values(self, without="", other=lambda name, value: []):
        """Fields with their values are told, but for those whose value has one of the characters; `other` gives further right answers."""
        found = [(name, value) for name, value in self.truth.fields if not set(without) & set(value)]
        self.truth.say_fields({name: [value, *([] if value else [None]), *other(name, value)] for name, value in found})
        return found

    def frames(self, lines=True, files=True):
        """The frames of the failure are told, the first of an M3 program being where it failed."""
        chance, truth = self.chance, self.truth
        package, letter = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm", truth.panel[:1]
        inner = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP'])}", f"P{letter}"] if letter else [chance.choice(["LST", "GET", "UPD"]), "doTransaction"]
        line, found = (lambda: chance.randint(40, 7000)), []
        if self.likely(0.55):
            found += chance.choice([[("mvx.db.common.GenericDB", "position")], [("mvx.dsp.common.GenericDSP", "readFormat")], [("mvx.util.StringBox", "substring")],
                                    [("java.util.Optional", "get"), ("mvx.util.Lookup", "find")]])
        found += [(f"{package}.{truth.program}", method) for method in [*inner, "mainLine"]]
        found.append((f"mvx.app.common.{'Interactive' if letter else 'MIBatch'}", "start"))
        if self.likely():
            found.append(("mvx.runtime.JobRunner", "runJob"))
        found.append(("java.lang.Thread", "run"))
        truth.frames = [(name, method, f"{name.rpartition('.')[2]}.java" if files else None, line() if lines else None) for name, method in found]
        truth.say("java_stack", True)
        truth.say("customer_code", truth.customer)
        return truth.frames

    def thrown(self):
        """The exception with its message as Java prints it."""
        return ": ".join(part for part in (self.tell("exception"), self.tell("exception_message")) if part)

    def trace(self, indent="\tat ", cause=0.25, shape=None, suppressed=0.15):
        """A trace as Java prints it, now and then with a cause or with what was suppressed."""
        truth, shape = self.truth, shape or plain
        told = {"exception", "exception_message"} & truth.stated
        head, frames, step = self.thrown(), self.frames(), indent[: len(indent) - len(indent.lstrip())]
        shown = lambda some, more="": [f"{more}{indent}{shape(one)}" for one in some]
        if not told and self.likely(cause):
            outer, start = self.any_of(*WRAPPERS), next(place for place, one in enumerate(frames) if one[0].startswith("mvx.app.pgm."))
            deep = [*frames[:start], (*frames[start][:3], frames[start][3] - 11)]
            truth.right["exception"] += [outer[0], outer[0].rpartition(".")[2]]
            self.open.add("exception_message")
            truth.frames, truth.causes = frames[start:], [((truth.exception, truth.exception_message), deep)]
            return "\n".join([": ".join(filter(None, outer)), *shown(frames[start:]), f"Caused by: {head}", *shown(deep), f"{step}... {len(frames) - start - 1} more"])
        if self.likely(suppressed):
            extra = [("mvx.db.common.Cursor", "close", "Cursor.java", self.chance.randint(50, 400))]
            truth.causes = [(("java.io.IOException", "Stream closed"), extra)]
            more = f"{step}\t" if step == "\t" else f"{step}{step}"
            return "\n".join([head, *shown(frames), f"{step}Suppressed: java.io.IOException: Stream closed", *shown(extra, more[len(step):]), f"{more}... {len(frames) - 1} more"])
        return "\n".join([head, *shown(frames)])

    def cut(self, text):
        """The text ends in the middle of a frame, though the program's own are there; what followed isn't told."""
        lines = text.rstrip("\n").split("\n")
        last = max(place for place, line in enumerate(lines) if "mainLine" in line)
        self.truth.cut = True
        self.truth.stated.discard("java_stack")
        return "\n".join(lines[:last]) + "\n" + lines[last][: self.chance.randint(3, lines[last].index("mainLine"))]


def plain(frame):
    name, method, file, line = frame
    return f"{name}.{method}({file}:{line})"


def with_module(frame):
    """As Java writes them since it has modules and names of loaders."""
    module = "java.base/" if frame[0].startswith("java.") else "app//" if frame[0].startswith("mvx.app.") else ""
    return f"{module}{plain(frame)}"


def with_jar(frame):
    """As loggers write them, with where each class is from."""
    return f"{plain(frame)} {'[?:1.8.0_292]' if frame[0].startswith('java.') else '~[m3be-15.1.jar:?]' if frame[0].startswith('mvx.app') else '[mvx-rt.jar:15.1]'}"


def blocks(*parts, between="\n\n"):
    return between.join(part.strip("\n") for part in parts if part) + "\n"


def wrapped(text, width, indent):
    """A value on as many lines as it needs."""
    return f"\n{indent}".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))
