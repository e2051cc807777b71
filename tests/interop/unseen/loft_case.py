"""What the notations of the loft share: one failure, the words for its facts, and what a careful person would answer."""

import datetime

from .truth import SCALARS, EitherWay, Unjudged

PROGRAMS = ["CRS008", "MMS001", "MMS002", "OIS100", "OIS300", "PPS200", "CRS610", "MWS410", "PMS100", "APS100", "GLS200", "CAS300", "CRS175", "STS100"]
BATCHES = ["MMS200MI", "OIS100MI", "CRS610MI", "PPS370MI", "RPS980", "OIS850"]
CALLERS = ["MNS110", "OIS101", "MMS100", "CRS175", "PPS201", "OIS275", "MWS060", "CMS100"]
USERS = ["JDOE", "MVXSECOFR", "ANNABE", "MWSUSR", "svc_mec", "TKRAUS", "PLANNER2", "EU\\jlund", "M3SRVADM", "KOSKIM", "e.vandijk"]
OTHER_USERS = ["HPETER", "BOLSEN", "QPGMR", "LINDAS"]
ENVIRONMENTS = ["M3BE_15.1_PRD", "M3BE_15.1_TST", "M3BE_13.4_DEV", "M3PRD", "MVXTST", "PRD152", "M3EDU"]
VERSIONS = ["15.1.2:*NONE", "15.1.2", "MAK 15.1.2", "15.1.2 FIXLEVEL 23", "13.4.0.0", "16.0.1", "15.1.4.0.20", "14.1.0:SP4"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None),
    ("java.lang.NullPointerException", 'Cannot invoke "mvx.util.MvxString.trim()" because "this.WWFACI" is null'),
    ("java.lang.ArrayIndexOutOfBoundsException", "Index 61 out of bounds for length 61"),
    ("java.lang.NumberFormatException", 'For input string: "12,5"'),
    ("java.sql.SQLException", "[SQL0913] Row or object MITBAL in M3FDBPRD type *FILE in use."),
    ("java.lang.ClassCastException", None),
    ("java.lang.StringIndexOutOfBoundsException", "begin 0, end 15, length 10"),
    ("java.lang.ArithmeticException", "/ by zero"),
    ("java.util.ConcurrentModificationException", None),
    ("java.lang.IllegalStateException", "Cursor for CIDMAS is not open"),
    ("com.ibm.db2.jcc.am.SqlException", "DB2 SQL Error: SQLCODE=-911, SQLSTATE=40001"),
    ("java.util.NoSuchElementException", "No value present"),
    ("mvx.runtime.MvxRuntimeException", "Decimal data error in WWORQT"),
    ("java.lang.OutOfMemoryError", "Java heap space"),
]
WRAPPED = [
    ("mvx.runtime.MvxRuntimeException", "Program ended abnormally"),
    ("java.lang.RuntimeException", "Unhandled error in job"),
    ("mvx.runtime.AbnormalTerminationException", None),
]
OPERATIONS = ["CHAIN", "SETLL", "READE", "UPDAT", "WRITE", "READ", "DELET", "SETGT", "READPE"]
FILES = ["MITMAS", "CIDMAS", "MITBAL", "OCUSMA", "OOHEAD", "OOLINE", "CFACIL", "CMNDIV", "MPHEAD", "FGLEDG"]
FIELDS = ["WWFACI", "WECUNO", "WWITNO", "WEORNO", "WWWHLO", "WSORQT", "WEDIVI", "WBPRIC", "WWSTAT", "WXCUCD", "W1PONR", "WWRGDT"]
VALUES = {
    "WWFACI": ["A01", "F20"],
    "WECUNO": ["Y10001", "100245"],
    "WWITNO": ["M6X40-ZN", "4711-A"],
    "WEORNO": ["0001000123", "1000455"],
    "WWWHLO": ["001", "W10"],
    "WSORQT": ["12.500000", "-3.000000", "0"],
    "WEDIVI": ["AAA", "BBB"],
    "WBPRIC": ["149.90", "0.00"],
    "WWSTAT": ["20", "90"],
    "WXCUCD": ["SEK", "EUR"],
    "W1PONR": ["10", "120"],
    "WWRGDT": ["20250314", "20241130"],
}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

WORDS = {
    "program": ["Program", "Program name", "M3 program", "Failing program", "Program ID"],
    "panel": ["Panel", "Panel ID", "Current panel", "Active panel"],
    "user": ["User", "User ID", "User profile", "M3 user", "Signed-on user", "User name"],
    "job": ["Job", "Job ID", "M3 job", "Job number"],
    "company": ["Company", "Company number", "CONO", "Company no", "M3 company"],
    "division": ["Division", "DIVI", "Division code", "M3 division"],
    "environment": ["Environment", "M3 environment", "Environment name", "Env", "BE environment"],
    "version": ["Version", "M3 version", "M3 release", "M3 BE version", "Release", "Program version"],
    "at": ["Time", "Time of failure", "Occurred", "Failed at", "Date and time", "Timestamp", "Time of error", "Crashed at"],
    "date": ["Date", "Date of failure", "Error date"],
    "time": ["Time", "Time of failure", "Error time"],
    "where": ["Failing operation", "Failed operation", "Operation", "File operation", "Failed on"],
    "operation": ["Operation", "Operation code", "Failed operation"],
    "file": ["File", "File name", "Table"],
    "exception": ["Exception", "Exception class", "Error class", "Exception type"],
    "exception_message": ["Message", "Error message", "Exception message", "Error text"],
}
# What stands near to a fact and isn't it, by the fact that it must not be taken for.
NEAR = {
    "user": [("Next user", "HPETER"), ("Reported by", "Anna Berg"), ("Previous user", "BOLSEN"), ("Printed by", "QPGMR"), ("Dump sent by", "LINDAS")],
    "version": [("Previous version", "15.1.1"), ("Java version", "1.8.0_371"), ("JVM version", "17.0.9+9"), ("Next version", "15.1.5"), ("Database version", "V7R4M0")],
    "company": [("Company name", "Demo Manufacturing AB"), ("Number of companies", "4")],
    "division": [("Division name", "Nordic sales"), ("Number of divisions", "12")],
    "at": [("Printed at", "2026-02-03 07:15:00"), ("JVM started", "2026-01-05 22:00:01"), ("Dump sent", "2026-02-04 08:30:12"), ("Last restart", "2026-01-11 03:00:00")],
    "job": [("Job queue", "QBATCH"), ("Job type", "Interactive"), ("Previous job", "004217"), ("Job priority", "20")],
    "environment": [("Host", "m3srv04.example.com"), ("Operating system", "Linux 5.14")],
    "panel": [("Next panel", "G"), ("Previous panel", "P")],
    "program": [("Next program", "MMS015"), ("Previous program", "CRS020"), ("Program description", "Facility. Open")],
    "where": [("Previous operation", "SETLL CSYTAB"), ("Last successful operation", "CHAIN CMNCMP")],
    "": [("Heap used", "812 MB"), ("Uptime", "12 days"), ("Language", "GB")],
}
ORDER = ["program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", "exception", "exception_message"]


class Case:
    """A failure, and what of it has been told so far."""

    def __init__(self, sheet, language="en", batch=0.2):
        chance = self.chance = sheet.chance
        truth = self.truth = sheet.truth
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits, truth.causes = None, False, False, 0, []
        sheet.language, sheet.letters, sheet.unstated = language, "loft", self.finish
        self.unjudged = set()
        self.batch = chance.random() < batch
        truth.program = chance.choice(BATCHES if self.batch else PROGRAMS)
        truth.panel = "" if self.batch else chance.choice(["A", "B", "B1", "E", "E", "F", "G"])
        truth.user, truth.environment, truth.version = chance.choice(USERS), chance.choice(ENVIRONMENTS), chance.choice(VERSIONS)
        truth.company, truth.division = chance.choice(["100", "1", "330", "790", "200"]), chance.choice(["AAA", "BBB", "100", "SE1", "D02"])
        truth.job = chance.choice(
            [f"{chance.randrange(1000, 10**6):06d}", f"{chance.getrandbits(128):032x}", f"{chance.randrange(10**6):06d}/{chance.choice(OTHER_USERS)}/M3BATCH"]
        )
        truth.at = datetime.datetime(
            chance.choice([2023, 2024, 2025]),
            chance.randint(1, 12),
            chance.randint(1, 28),
            chance.randrange(24),
            chance.randrange(60),
            chance.randrange(60),
            chance.randrange(1000) * 1000,
        )
        truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
        truth.operation, truth.object = ("READ_DSP", "ICFCMD") if chance.random() < 0.2 else (chance.choice(OPERATIONS), chance.choice(FILES))
        truth.customer = chance.random() < 0.3
        callers = chance.sample([name for name in CALLERS if name != truth.program], chance.randint(1, 3))
        truth.call_stack = [*(["SYS"] if chance.random() < 0.4 else []), *callers, truth.program]
        truth.fields = [(name, chance.choice(VALUES[name])) for name in chance.sample(FIELDS, chance.randint(3, 6))]
        truth.frames = []

    def finish(self):
        """What may be answered where nothing is told."""
        truth = self.truth
        if truth.frames and "where" not in truth.stated:
            name, method = next(frame[:2] for frame in truth.frames if frame[0].startswith("mvx.app.pgm."))
            truth.say("where", f"{name.rpartition('.')[2]}.{method}")
        if "exception" not in truth.stated and "exception_message" in truth.stated:
            # A message without an exception need not be an exception's.
            self.unjudge("exception_message")
        shown = truth.frames and truth.panel
        also = {"program": [truth.program], "panel": [truth.panel, truth.panel[:1], f"{truth.program}/{truth.panel}"] if shown else []}
        for field in SCALARS:
            if field not in truth.stated:
                truth.right[field] = Unjudged() if field in self.unjudged else [None, *also.get(field, [])]

    def unjudge(self, *fields):
        """More than one answer can be defended."""
        self.unjudged.update(fields)
        self.truth.stated.difference_update(fields)
        if "call_stack" in fields:
            self.truth.cut = True

    def told(self, field, full=None):
        """The text of a fact, which is told from now on; empty where it has none."""
        truth, value = self.truth, getattr(self.truth, field, None)
        if field == "panel" and value:
            full = self.chance.random() < 0.4 if full is None else full
            truth.say("panel", value, f"{truth.program}/{value}")
            return f"{truth.program}/{value}" if full else value
        if field == "at":
            return self.time()
        if field == "where":
            value = f"{truth.operation} {truth.object}"
        if value:
            truth.say(field, value)
        return value or ""

    def time(self, form=None):
        """When it failed, in one of the usual forms."""
        truth, at, month = self.truth, self.truth.at, MONTHS[self.truth.at.month - 1]
        milli = at.microsecond // 1000
        form = self.chance.randrange(13) if form is None else form
        text, digits, hours = [
            (f"{at:%Y-%m-%d %H:%M:%S}", 0, None),
            (f"{at:%Y-%m-%dT%H:%M:%S}.{milli:03d}Z", 3, 0),
            (f"{at:%Y-%m-%d %H:%M:%S},{milli:03d}", 3, None),
            (f"{at:%d.%m.%Y %H:%M:%S}", 0, None),
            (f"{at:%Y%m%d %H:%M:%S}", 0, None),
            (f"{at.day} {month[:3]} {at.year} {at:%H:%M:%S}", 0, None),
            (f"{at:%Y-%m-%dT%H:%M:%S}+01:00", 0, 1),
            (f"{at:%a} {month[:3]} {at.day:02d} {at:%H:%M:%S} CET {at.year}", 0, "CET"),
            (f"{at:%Y-%m-%d %H:%M}", "minutes", None),
            (f"{month} {at.day}, {at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}", 0, None),
            (f"{at:%Y-%m-%d-%H.%M.%S}", 0, None),
            (f"{at:%Y-%m-%d %H:%M:%S}.{milli:03d} +0200", 3, 2),
            (f"{at:%d/%m/%Y %H:%M:%S}", 0, "slash"),
        ][form]
        truth.digits, truth.zone = digits, datetime.timedelta(hours=hours) if isinstance(hours, int) else datetime.timedelta(hours=1) if hours == "CET" else None
        truth.zone_may_be_left_out, truth.date_is_ambiguous = hours == "CET", hours == "slash" and at.day <= 12
        truth.say("at", True)
        return text

    def facts(self, words=None, style=str, drop=0.12, mix=0.5, thrown=0.4, only=None, near=2, parted=0.2):
        """Keys and values as they are told, in their order: some left out, some near misses among them."""
        chance, words, truth = self.chance, {**WORDS, **(words or {})}, self.truth
        found, used = [], set()
        names = [name for name in only or ORDER if not name.startswith("exception")]
        if not only and chance.random() < thrown or only and "exception" in only:
            names += ["exception", "exception_message"]

        def add(field, value):
            free = [word for word in words[field] if style(word) not in used] or words[field]
            if field == "job" and len(truth.job) > 6:
                free = [word for word in free if word != "Job number"] or free
            used.add(style(label := chance.choice(free)))
            found.append((style(label), value))

        missing = [name for name in names if name != "program" and chance.random() < drop]
        groups = []
        for name in names:
            if name in missing or name not in ("at", "where") and not getattr(truth, name):
                continue
            mark = len(found)
            if name == "where" and chance.random() < parted and "operation" in words:
                truth.say("where", f"{truth.operation} {truth.object}")
                add("operation", truth.operation)
                add("file", truth.object)
            elif name == "at" and chance.random() < parted:
                truth.digits = 0
                truth.say("at", True)
                add("date", chance.choice([f"{truth.at:%Y-%m-%d}", f"{truth.at:%d.%m.%Y}", f"{truth.at:%Y%m%d}"]))
                add("time", chance.choice([f"{truth.at:%H:%M:%S}", f"{truth.at:%H.%M.%S}"]))
            else:
                add(name, self.told(name))
            groups.append(found[mark:])
        if near:
            kinds = [kind for kind in missing if kind in NEAR] + chance.sample(sorted(NEAR), 3)
            for kind in list(dict.fromkeys(kinds))[: chance.randint(0, near)]:
                label, value = chance.choice(NEAR[kind])
                if style(label) not in used:
                    used.add(style(label))
                    groups.append([(style(label), value)])
        if chance.random() < mix:
            chance.shuffle(groups)
        return [pair for group in groups for pair in group]
