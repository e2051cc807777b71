"""What a synthetic dump says, how its time is written, and which answers are right."""

import dataclasses
import datetime

from . import words

PROGRAMS = ["CRS008", "MMS001", "OIS300", "PPS200", "CRS610MI", "MMS850MI", "OIS275", "CRS418", "PMS120", "GLS040", "MWS070",
            "APS360", "XXS901", "MOS100", "SOS100", "RPS999", "ZZS042"]
USERS = ["JDOE", "MVXSECOFR", "ASMITH", "MWSUSR", "svc_mec", "ANNA01", "K.MEIER", "PLANNER3", "DEMOUSER", "bjensen", "EU\\TKRAUS"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None),
    ("java.lang.NullPointerException", 'Cannot invoke "String.trim()" because "<local4>" is null'),
    ("java.lang.ArrayIndexOutOfBoundsException", "45"),
    ("java.lang.ArrayIndexOutOfBoundsException", "Index 12 out of bounds for length 12"),
    ("java.lang.NumberFormatException", 'For input string: "A12"'),
    ("java.sql.SQLException", "[SQL0913] Row or object MITMAS in MVXCDTA type *FILE in use."),
    ("mvx.runtime.MvxRuntimeException", "Record format ICFCMD: field W1CONO not found"),
    ("java.lang.StringIndexOutOfBoundsException", "String index out of range: -1"),
    ("com.microsoft.sqlserver.jdbc.SQLServerException", "Transaction (Process ID 72) was deadlocked on lock resources"),
    ("java.lang.OutOfMemoryError", "Java heap space"),
    ("java.lang.StackOverflowError", None),
    ("mvx.db.common.DBException$LockTimeout", "timeout=30000; table=OOLINE; owner=JOB 4711"),
    ("java.lang.ClassCastException", "mvx.db.dta.OCUSMA cannot be cast to mvx.db.dta.MITMAS"),
]
OPERATIONS = ["READ_DSP", "READ", "CHAIN", "SETLL", "UPDATE", "WRITE", "DELET", "READE", "WRITE_DSP", "READ_LOCK", "EXFMT"]
OBJECTS = ["ICFCMD", "MITMAS", "OCUSMA", "CFACIL", "OOHEAD", "CRS008B", "MITBAL00", "CMNCMP", "MPDOPE", "OIS300D"]
FIELDS = ["WWFACI", "WEFACN", "WEDIVI", "W1ITNO", "WBCUNO", "WEORNO", "XXOPC", "WSPGRS", "IN60", "PXMNS", "WFDATE", "WTAMNT", "KAITM"]
VALUES = ["A02", "", "AAA", "100234", "E", "Bolt M6 x 40", "0.00", "20260113", "true", "*BLANKS", "-12.50", "Müller & Söhne", "1 234,50"]
MONTHS = "January February March April May June July August September October November December".split()
SCALARS = ["at", "program", "panel", "user", "job", "company", "division", "environment", "version", "exception",
           "exception_message", "where"]


class Unjudged(list):
    """Answers that aren't judged, as more than one can be defended."""

    def __contains__(self, _):
        return True


class EitherWay(list):
    """Programs in an order that the dump doesn't tell."""

    __hash__ = None

    def __eq__(self, other):
        return list(other) in (list(self), list(self)[::-1])


@dataclasses.dataclass
class Truth:
    """One dump. `stated` is what it says, for each field of the contract; `right` which answers are right."""
    program: str
    panel: str
    user: str
    job: str
    company: str
    division: str
    environment: str
    version: str
    at: datetime.datetime
    exception: str
    exception_message: str
    operation: str
    object: str
    customer: bool
    call_stack: list
    frames: list
    fields: list
    causes: list
    stated: set = dataclasses.field(default_factory=set)
    right: dict = dataclasses.field(default_factory=dict)
    zone: datetime.timedelta = None
    zone_may_be_left_out: bool = False
    date_is_ambiguous: bool = False
    digits: int = 0
    cut: bool = False
    record_at: bool = False

    def say(self, field, *answers):
        """The dump states this field: any of the answers is right."""
        self.stated.add(field)
        self.right.setdefault(field, []).extend(answers)

    def say_fields(self, right):
        """The dump states these fields of the program: for each name the values that are right."""
        self.stated.add("fields")
        self.right["fields"] = right


def made(chance):
    program = chance.choice(PROGRAMS)
    exception, message = chance.choice(EXCEPTIONS)
    panel = "" if program.endswith("MI") else chance.choice(["A", "B", "E", "F", "B1", "E1", "G", "P"])
    job = chance.choice([f"{chance.randrange(10**5, 10**6)}", f"{chance.getrandbits(128):032x}", f"{chance.randrange(10**8):08d}",
                         f"{chance.randrange(10**5, 10**6)}/QUSER/QZDASOINIT"])
    truth = Truth(
        program=program, panel=panel, user=chance.choice(USERS), job=job, company=chance.choice(["100", "001", "790", "330", "15"]),
        division=chance.choice(["AAA", "BBB", "100", "SE1", "D01"]),
        environment=chance.choice(["M3BE_15.1_PRD", "M3BE_15.1_TST", "PRD", "MVXPRD", "M3BE_13.4_DEV", "M3-TEST-2"]),
        version=chance.choice(["15.1.2:*NONE", "15.1.4", "13.4.0.0", "16.0.0.20230415", "14.1.0:SP3", "10.1"]),
        at=datetime.datetime(chance.choice([2023, 2024, 2025, 2026]), chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23),
                             chance.randint(0, 59), chance.randint(0, 59), chance.randrange(1000) * 1000),
        exception=exception, exception_message=message, operation=chance.choice(OPERATIONS), object=chance.choice(OBJECTS),
        customer=chance.random() < 0.2, call_stack=[], frames=[], causes=[], fields=[])
    between = chance.sample(words.PROGRAMS, chance.randint(0, 3))
    truth.call_stack = ["SYS"] * (chance.random() < 0.5) + between + [program]
    truth.frames = frames(chance, truth)
    if chance.random() < 0.25:
        truth.causes = [(chance.choice(EXCEPTIONS), frames(chance, truth)[:chance.randint(1, 3)])]
    names = chance.sample(FIELDS, chance.randint(3, 8))
    truth.fields = [(name, chance.choice(VALUES)) for name in names]
    return truth


def frames(chance, truth):
    """Class, method, file and line of each; the first frame of an M3 program is the one that failed."""
    program, letter = truth.program, truth.panel[:1]
    package = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm"
    methods = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP'])}", f"P{letter}"] if letter else ["execute", "mainMI"]
    java = f"{program}.java"
    line = lambda: chance.randint(20, 6000)
    found = []
    if chance.random() < 0.6:
        found.append(("mvx.db.common.GenericDB", "read", "GenericDB.java", line()))
    if chance.random() < 0.2:
        found.append(("java.util.ArrayList$Itr", "next", "ArrayList.java", line()))
    found += [(f"{package}.{program}", method, java, line()) for method in methods + ["mainLine"]]
    if chance.random() < 0.3:
        found.append(("sun.reflect.NativeMethodAccessorImpl", "invoke0", None, None))
    if chance.random() < 0.3:
        found.append((f"{package}.{program}$1", "lambda$run$0", java, line()))
    kind = "MIBatch" if program.endswith("MI") else chance.choice(["Batch", "Interactive"])
    found.append((f"mvx.app.common.{kind}", "run", f"{kind}.java", line()))
    if chance.random() < 0.5:
        found.append(("mvx.runtime.Job", "<init>", "Job.java", line()))
    found.append(("java.lang.Thread", "run", "Thread.java", line()))
    return found


def first_program_frame(truth):
    for name, method, _, _ in truth.frames:
        if name.startswith("mvx.app.pgm."):
            return f"{name.split('.')[-1]}.{method}"
    return None


# Ways to write a time: (text, digits of a second, offset in hours or None, zone is a mere name).
def written_time(chance, truth):
    at = truth.at
    month = MONTHS[at.month - 1]
    milli = at.microsecond // 1000
    half = f"{(at.hour - 1) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}"
    forms = [
        (f"{at:%Y-%m-%d %H:%M:%S}", 0, None), (f"{at:%Y-%m-%d %H:%M:%S}.{milli:03d}", 3, None),
        (f"{at:%Y-%m-%dT%H:%M:%S}", 0, None), (f"{at:%Y-%m-%dT%H:%M:%S}.{milli:03d}Z", 3, 0),
        (f"{at:%Y-%m-%dT%H:%M:%S}+02:00", 0, 2), (f"{at:%Y-%m-%d %H:%M:%S},{milli:03d} +0100", 3, 1),
        (f"{at:%d.%m.%Y %H:%M:%S}", 0, None), (f"{at:%d.%m.%Y}, {at:%H:%M:%S}", 0, None), (f"{at:%Y/%m/%d %H:%M:%S}", 0, None),
        (f"{at.day} {month} {at:%Y %H:%M:%S}", 0, None), (f"{at.day:02d}-{month[:3].upper()}-{at:%Y %H:%M:%S}", 0, None),
        (f"{month[:3]} {at.day}, {at.year} {half}", 0, None), (f"{at:%a} {month[:3]} {at.day:02d} {at:%H:%M:%S} CET {at.year}", 0, "CET"),
        (f"{at:%Y%m%d %H%M%S}", 0, None), (f"{at:%Y%m%d%H%M%S}", 0, None), (f"{at:%Y-%m-%d-%H.%M.%S}.{at.microsecond:06d}", 6, None),
        (f"{at:%Y-%m-%d} at {at:%H:%M:%S}", 0, None), (f"{at:%Y-%m-%d %H:%M}", "minutes", None), (f"{at:%Y%m%d-%H:%M:%S}", 0, None),
        (f"{at:%d/%m/%Y %H:%M:%S}", 0, "slash"), (f"{at:%m/%d/%Y} {half}", 0, "slash"), (f"{at:%Y-%m-%d %H:%M:%S} UTC", 0, 0),
    ]
    text, digits, zone = chance.choice(forms)
    take(truth, digits, zone)
    return text


def written_date_and_time(chance, truth):
    at = truth.at
    month = MONTHS[at.month - 1]
    date, kind = chance.choice([(f"{at:%Y-%m-%d}", None), (f"{at:%d.%m.%Y}", None), (f"{at:%Y%m%d}", None), (f"{at:%Y/%m/%d}", None),
                                (f"{at.day} {month[:3]} {at.year}", None), (f"{at:%d/%m/%Y}", "slash")])
    time, digits = chance.choice([(f"{at:%H:%M:%S}", 0), (f"{at:%H.%M.%S}", 0), (f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}", 3),
                                  (f"{at:%H%M%S}", 0)])
    take(truth, digits, kind)
    return date, time


def take(truth, digits, zone):
    truth.digits = digits
    if zone == "slash":
        truth.date_is_ambiguous = truth.at.day <= 12
    elif zone == "CET":
        truth.zone, truth.zone_may_be_left_out = datetime.timedelta(hours=1), True
    elif zone is not None:
        truth.zone = datetime.timedelta(hours=zone)
