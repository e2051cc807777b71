"""One failure as the authors of the strand tell it: its facts, what only looks like them, and what an engineer would answer from the text."""

import datetime

from .strand_words import LABELS, NEAR, TITLES
from .telling import Telling
from .truth import SCALARS

PROGRAMS = ["MMS001", "CRS008", "OIS350", "PPS300", "MWS070", "GLS040", "PMS230", "CRS610", "APS110", "SOS430", "MMS121", "QMS400"]
TRANSACTIONS = ["CRS610MI", "MMS200MI", "OIS100MI", "PPS001MI", "GLS840MI"]
CALLERS = ["MNS150", "OIS300", "MMS002", "CRS620", "PPS200", "MWS410", "ARS200", "STS100", "RPS200"]
ASIDE = ["CMS100", "DRS006", "EXS010", "FAS001"]
USERS = ["ANDERSK", "MVXUSR", "JBAKER", "LFISCHER", "PROSSI", "NIELSENH", "BATCH01", "TVIRTAN", "WKOWAL"]
OTHERS = ["OPER7", "SUPPORT2", "DGREEN", "HKLEIN"]
EXCEPTIONS = [
    ("java.lang.NullPointerException", None), ("java.lang.NullPointerException", "W2FACI"), ("java.lang.ClassCastException", None),
    ("java.lang.ArrayIndexOutOfBoundsException", "Index 40 out of bounds for length 40"), ("java.lang.NumberFormatException", 'For input string: "1,5"'),
    ("java.sql.SQLException", "[SQL0802] Data conversion or data mapping error."), ("mvx.runtime.MvxRuntimeException", "Field WEQTYP is not in record MITMAS00"),
    ("java.lang.IllegalStateException", "Display file not open"), ("java.lang.ArithmeticException", "/ by zero"),
    ("mvx.db.common.DBException", "Lock timeout in table OOLINE"), ("java.util.NoSuchElementException", None),
]
WRAPPERS = [("java.lang.RuntimeException", "Job aborted"), ("mvx.runtime.MvxException", None)]
OPERATIONS = ["CHAIN", "SETLL", "READE", "UPDATE", "WRITE", "DELETE", "READ", "READP"]
FILES = ["MITMAS", "MITBAL", "OCUSMA", "OOHEAD", "CFACIL", "CIDMAS", "MPDMAT", "FGLEDG"]
FIELDS = {
    "WWFACI": ["A01", "F20"], "WEITNO": ["BOLT-M8", "70012"], "WEWHLO": ["001", "CEN"], "WSCUNO": ["10077", "ACME1"], "WEORST": ["33", "05"],
    "WEORNO": ["0010000217", "0020004411"], "WWORQA": ["12.500", "-4.250"], "WEUNIT": ["PCS", "KG"], "WBRGDT": ["20240229", "20231130"], "WSCUCD": ["EUR", "SEK"],
    "WWITDS": ["Steel plate 4 mm", "Hose 1/2 inch"], "IN60": ["1", "0"],
}
FACTS = ("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where")
JAVA = ["1.8.0_292", "11.0.20", "17.0.9"]


class Case(Telling):
    """What failed, and which of it the dump has told so far."""

    def __init__(self, sheet, language="en", clocks=("iso",), jobs=("number", "uuid", "whole"), lack=0.07, mi=0.12):
        chance, truth = sheet.chance, sheet.truth
        self.chance, self.truth, self.language, self.clock, self.capitals, self.also = chance, truth, language, chance.choice(clocks), False, {}
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits, truth.causes, truth.frames = None, False, False, 0, [], []
        sheet.language, sheet.letters, sheet.unstated = language, "strand", self.finish
        truth.program = chance.choice(TRANSACTIONS if chance.random() < mi else PROGRAMS)
        truth.panel = "" if truth.program.endswith("MI") else chance.choice(["A", "B", "B1", "E", "E", "F", "G1"])
        truth.user, truth.company, truth.division = chance.choice(USERS), chance.choice(["100", "001", "735", "20"]), chance.choice(["AAA", "DE1", "200", "N02"])
        truth.environment = chance.choice(["M3BE_15.1_PRD", "M3BE_15.1_TRN", "M3PROD", "MVXDEV", "M3BE_16.0_TST"])
        truth.version = chance.choice(["15.1.2:*NONE", "15.1.3", "14.1.4:SP2", "13.4.1.0", "16.0.2"])
        number = f"{chance.randrange(10**5, 10**6)}"
        truth.job = {"number": number, "uuid": f"{chance.getrandbits(128):032x}", "whole": f"{number}/{truth.user}/MVXJOB"}[chance.choice(jobs)]
        days = datetime.timedelta(days=chance.randrange(2500), seconds=chance.randrange(86400), milliseconds=chance.randrange(1000))
        truth.at = datetime.datetime(2018, 1, 1) + days
        truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
        truth.operation, truth.object = ("READ_DSP", "ICFCMD") if truth.panel and chance.random() < 0.25 else (chance.choice(OPERATIONS), chance.choice(FILES))
        truth.customer = chance.random() < 0.3
        truth.call_stack = [*chance.sample([name for name in CALLERS if name != truth.program], chance.randint(1, 3)), truth.program]
        truth.fields = [(name, chance.choice(FIELDS[name])) for name in chance.sample(sorted(FIELDS), chance.randint(4, 7))]
        self.lacks = {name for name in SCALARS if name not in ("program", "exception", "exception_message") and chance.random() < lack}

    def finish(self):
        """What may be answered where nothing is told."""
        truth = self.truth
        if truth.frames and "where" not in truth.stated:
            first = [next((f"{one[0].rpartition('.')[2]}.{one[1]}" for one in some if one[0].startswith("mvx.app.pgm.")), None)
                     for some in (truth.frames, *(frames for _, frames in truth.causes))]
            truth.say("where", *filter(None, first))
        also = {**self.also, "program": [truth.program], "panel": [truth.panel, truth.panel[:1]] if truth.panel else [],
                "user": [truth.user] if "/" in truth.job and "job" in truth.stated else []}
        for field in SCALARS:
            if field not in truth.stated:
                truth.right[field] = [None, *also.get(field, [])]

    def when(self, part):
        truth, at = self.truth, self.truth.at
        milli = f"{at.microsecond // 1000:03d}"
        date = {"dots": f"{at:%d.%m.%Y}", "slashes": f"{at:%d/%m/%Y}", "digits": f"{at:%Y%m%d}", "words": f"{at.day} {at:%B} {at.year}", "month": f"{at:%d-%b-%Y}",
                "years": f"{at:%Y/%m/%d}", "finnish": f"{at.day}.{at.month}.{at.year}", "dashes": f"{at:%d-%m-%Y}"}.get(self.clock, f"{at:%Y-%m-%d}")
        time = {"milli": f"{at:%H:%M:%S}.{milli}", "comma": f"{at:%H:%M:%S},{milli}", "zulu": f"{at:%H:%M:%S}.{milli}Z", "offset": f"{at:%H:%M:%S}+01:00",
                "digits": f"{at:%H%M%S}", "finnish": f"{at:%H.%M.%S}"}.get(self.clock, f"{at:%H:%M:%S}")
        truth.date_is_ambiguous = self.clock in ("slashes", "dashes") and at.day <= 12
        truth.digits = 3 if self.clock in ("milli", "comma", "zulu") else 0
        truth.zone = {"zulu": datetime.timedelta(0), "offset": datetime.timedelta(hours=1)}.get(self.clock)
        truth.say("at", True)
        return {"at": f"{date}{'T' if self.clock in ('zulu', 'offset') else ' '}{time}", "date": date, "time": time}[part]

    def label(self, field):
        text = self.chance.choice(TITLES if field == "title" and self.language == "en" else LABELS[self.language][field])
        return text.upper() if self.capitals else text

    def facts(self, *fields, near=0, shuffled=0.4, split=0.2, fix=0.15):
        """Labels with facts in an order of this dump's own, among them what only looks like facts; one that is lacking has no row or an empty one."""
        groups = []
        for field in fields or FACTS:
            parts = [field]
            if self.language == "en" and field in ("where", "at") and self.likely(split):
                parts = ["operation", "file"] if field == "where" else ["date", "time"]
            if self.has(field):
                groups.append([(self.label(part), self.tell(part)) for part in parts])
                if field == "version" and ":" not in self.truth.version and self.language == "en" and self.likely(fix):
                    level = self.any_of("SP1", "SP3", "12")
                    groups[-1].append(("FIX LEVEL" if self.capitals else "Fix level", level))
                    self.truth.right["version"] += [f"{self.truth.version}{between}{level}" for between in (" ", ":", "/", ".", "-", ", ", " Fix level ", " fix level ")]
            elif self.likely(0.3):
                groups.append([(self.label(field), self.any_of("", "", "n/a", "-") if field != "panel" else self.any_of("", "*NONE", "n/a"))])
        if self.likely(shuffled):
            self.chance.shuffle(groups)
        taken = {label.lower() for group in groups for label, _ in group}
        for label, value in self.near(near):
            if label.lower() not in taken:
                groups.insert(self.chance.randint(0, len(groups)), [(label, value)])
        return [pair for group in groups for pair in group]

    def near(self, count):
        pairs = self.chance.sample(NEAR[self.language], min(count, len(NEAR[self.language])))
        return [(label.upper() if self.capitals else label, self.filled(value)) for label, value in pairs]

    def filled(self, value):
        apart = lambda: datetime.timedelta(days=self.chance.randint(1, 60), seconds=self.chance.randint(100, 50000))
        at, later = self.truth.at - apart(), self.truth.at + apart()
        return value.format(other=self.chance.choice(OTHERS), later=f"{later:%Y-%m-%d %H:%M:%S}", time=f"{at:%Y-%m-%d %H:%M:%S}", day=f"{at:%Y-%m-%d}",
                            number=f"{self.chance.randrange(10**5, 10**6)}", program=self.chance.choice(ASIDE), java=self.chance.choice(JAVA), company=self.any_of("990", "500"),
                            caller=self.truth.call_stack[-2])

    def thrown(self):
        return ": ".join(filter(None, (self.tell("exception"), self.tell("exception_message"))))

    def frames(self):
        """The frames of the failure are told, innermost first."""
        chance, truth, letter = self.chance, self.truth, self.truth.panel[:1]
        package = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm"
        line = lambda: chance.randint(25, 4900)
        found = []
        if self.likely():
            name, method = self.any_of(("mvx.db.common.GenericDB", "chain"), ("mvx.runtime.MvxString", "move"), ("java.lang.String", "substring"))
            found.append((name, method, f"{name.rpartition('.')[2]}.java", line()))
        methods = [f"P{letter}{self.any_of('CHK', 'UPD', 'INZ', 'DSP')}", f"P{letter}"] if letter else [self.any_of("get", "add", "lst"), "MIMain"]
        found += [(f"{package}.{truth.program}", method, f"{truth.program}.java", line()) for method in (*methods, "MVXMAIN")]
        kind = "Interactive" if letter else "MIBatch"
        found.append((f"mvx.app.common.{kind}", "run", f"{kind}.java", line()))
        found.append(("java.lang.Thread", "run", "Thread.java", self.any_of(748, 834, 840)))
        truth.frames = found
        truth.say("java_stack", True)
        truth.say("customer_code", truth.customer)
        return found

    def deeper(self):
        """The failure as the cause of another exception: its frames and those of the outer one, the outer exception's text, and how many frames are left out."""
        truth, frames = self.truth, self.frames()
        outer = self.chance.choice(WRAPPERS)
        head = self.thrown()
        start = next(place for place, one in enumerate(frames) if one[0].startswith("mvx.app.pgm."))
        deep = [*frames[:start], (*frames[start][:3], frames[start][3] + 11)]
        truth.right["exception"].append(outer[0])
        # Which of the two messages is answered, or neither where one of them has none, is open.
        truth.stated.discard("exception_message")
        self.also["exception_message"] = [truth.exception_message, outer[1]]
        truth.frames, truth.causes = frames[start:], [((truth.exception, truth.exception_message), deep)]
        return ": ".join(filter(None, outer)), frames[start:], head, deep, len(frames) - start - 1
