"""One dump of the set `court`: what it is about, what of it was written, and so what a reader must answer.

Facts are asked for in rows such as `Program|Pgm <- $program; Panel <- $panel?; Java version <- 1.8.0_251`: a key or several to choose
from, then a fact (with `?` it may be left out), the value of a decoy (`@user`, `@date`, ..), or a text as it stands.
"""

import datetime
import functools

from .register import Register
from .truth import MONTHS, SCALARS

SCREENS = ["CRS610", "CRS008", "MMS200", "PPS300", "OIS101", "ARS110", "MWS410", "PMS100", "STS300", "CRS620", "APS450", "QMS300"]
BATCHES = ["MMS200MI", "OIS100MI", "PPS001MI", "CRS620MI", "RPS280", "ARS345", "GLS840"]
CALLERS = ["MNS150", "CRS020", "OIS300", "MMS001", "PPS220", "CAS300", "FAS001", "SOS100"]
OTHERS = ["RHOLM", "PRINTSRV", "QPGMR", "LINDA.O", "NIGHTJOB"]
USERS = ["KLARSEN", "MPETROV", "BATCH01", "EVA.STROM", "m3_api", "WEBUSR2", "TTANAKA", "ACME\\jsmith", "PLAN07", "C4711", "DUBOISM"]
PANELS = ["A", "B", "B1", "E", "E1", "F", "G", "H", "P1"]
SCREEN_CALLS = [("READ_DSP", "ICFCMD"), ("WRITE_DSP", "ICFCMD"), ("READ_DSP", "MSGSFL")]
FILE_CALLS = [("CHAIN", "MITMAS"), ("READ", "OOHEAD"), ("READE", "OOLINE"), ("SETLL", "MITBAL"), ("UPDATE", "CIDMAS"), ("WRITE", "MPHEAD"),
              ("DELET", "FSLEDG"), ("READ_LOCK", "MPLINE"), ("CHAIN", "CFACIL"), ("CHAIN", "OCUSMA00")]
THROWN = [("java.lang.NullPointerException", ""), ("java.lang.NullPointerException",
                                                   'Cannot read field "length" because "<local3>" is null'),
          ("java.lang.IndexOutOfBoundsException", "Index 7 out of bounds for length 5"), ("java.lang.ArrayIndexOutOfBoundsException", "-1"),
          ("java.lang.NumberFormatException", 'For input string: "1O0"'), ("java.lang.ArithmeticException", "/ by zero"),
          ("java.util.ConcurrentModificationException", ""), ("java.lang.IllegalStateException", "Record is locked by another job"),
          ("java.lang.ClassCastException", "java.lang.String cannot be cast to java.math.BigDecimal"),
          ("mvx.runtime.MvxAbendException", "decimal data error in field W2QTY"), ("java.lang.StackOverflowError", ""),
          ("java.sql.SQLException", "[SQL0501] Cursor CRSR0014 not open."), ("java.lang.OutOfMemoryError", "GC overhead limit exceeded")]
CONTENTS = {"WWITNO": ["AX-4400", "10025", ""], "WWFACI": ["F10", "A01"], "WBCUNO": ["Y100042", ""], "WEORQT": ["12.500", "-3", "0"],
            "WWSTAT": ["20", "90"], "IN03": ["0", "1"], "PXOPC": ["*CHK", "*UPD"], "W1DWDT": ["20260301", "0"],
            "WETX40": ["Hex nut, zinc plated", ""],
            "WEUNMS": ["PCS", "KG"], "XXRC": ["4", "0"], "WSRRN": ["17", "3"], "WWWHLO": ["110", "W01"], "KEYLEN": ["24", "8"],
            "WECUNM": ["Åkes Bygg & Sön"]}
ISO, SECOND, MILLI = "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S,mmm"
EUROPE, STAMP, DAY = "%d.%m.%Y %H:%M:%S", "%Y-%m-%d-%H.%M.%S.uuuuuu", "%-d MONTH %Y %H:%M:%S"
# What else a key may be called, now and then.
SYNONYMS = {"Program": ["Program name", "Failing program"], "User": ["User ID", "User profile", "Signed-on user"],
            "Company": ["Company number"],
            "Division": ["Division code"], "Environment": ["M3 environment", "Environment name"],
            "M3 version": ["M3 release", "M3 BE version"],
            "Version": ["M3 version", "Release"], "Panel": ["Panel ID", "Current panel"], "Job": ["Job ID"],
            "Time of failure": ["Failed at", "Failure time", "Occurred at"],
            "Failed operation": ["Failing operation", "Operation that failed"],
            "PROGRAM": ["PROGRAM NAME"], "USER": ["USER ID"], "COMPANY": ["COMPANY NO"], "RELEASE": ["VERSION"], "program": ["pgmName"],
            "user": ["userId"], "environment": ["env"], "company": ["cono"], "division": ["divi"]}


def made_frames(chance, program, panel, customer, operation, exception):
    """What was called last first: things below the program, the program, and what runs programs."""
    package, java = "mvx.app.pgm.customer" if customer else "mvx.app.pgm", f"{program}.java"
    line = lambda: chance.randint(31, 9400)
    screen = "readDsp" if operation == "READ_DSP" else "writeDsp"
    below = [("mvx.dsp.common.GenericDSP", screen,
              "GenericDSP.java")] if "DSP" in operation else [("mvx.db.common.GenericDB", "access", "GenericDB.java")]
    below = [("java.util.Objects", "requireNonNull",
              "Objects.java")] * (exception.endswith("NullPointerException") and chance.random() < 0.5) + below * (chance.random() < 0.6)
    letter = panel[:1]
    methods = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP'])}",
               f"P{letter}MAIN"] if letter else [chance.choice(["RSETUP", "RUPDT", "LSTREC"]), "RMAIN"]
    found = [(*one, line()) for one in below] + [(f"{package}.{program}", method, java, line()) for method in methods + ["mvxMain"]]
    if chance.random() < 0.4:
        found.append(("jdk.internal.reflect.DirectMethodHandleAccessor", "invoke", None, None))
    kind = "MIBatch" if program.endswith("MI") else "Interactive" if letter else "Batch"
    found += [(f"mvx.app.common.{kind}", "startUp", f"{kind}.java", line()), ("mvx.runtime.JobThread", "run", "JobThread.java", line())]
    return found + [("java.lang.Thread", "run", "Thread.java", 750)] * (chance.random() < 0.7)


def invent(chance, truth):
    """A failure of its own, none of which is written yet."""
    truth.program = chance.choice(SCREENS if chance.random() < 0.75 else BATCHES)
    truth.panel = chance.choice(PANELS) if truth.program in SCREENS else ""
    truth.user, truth.company = chance.choice(USERS), chance.choice(["100", "330", "001", "020", "750"])
    truth.division, truth.environment = chance.choice(["AAA", "DK1", "NO2", "200",
                                                       "X10"]), chance.choice(["M3BE_15.1_PRD", "M3BE_TST", "M3PROD01", "EDU",
                                                                               "M3BE_13.4_DEV"])
    truth.version = chance.choice(["15.1.3:SP2", "14.1.0:*NONE", "15.1.2.0:12", "13.4.1", "16.0.1"])
    truth.job = chance.choice([f"{chance.randrange(10**5, 10**6)}", f"{chance.getrandbits(128):032x}",
                               f"{chance.randrange(10**5, 10**6)}/M3SRV/M3JOB{chance.randint(1, 9)}"])
    truth.at = datetime.datetime(chance.randint(2022, 2026), chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23),
                                 chance.randint(0, 59),
                                 chance.randint(0, 59), chance.randrange(10**6))
    truth.exception, truth.exception_message = chance.choice(THROWN)
    truth.operation, truth.object = chance.choice(SCREEN_CALLS if truth.panel and chance.random() < 0.5 else FILE_CALLS)
    truth.customer = chance.random() < 0.25
    truth.call_stack = ["SYS"] * chance.randint(0, 1) + chance.sample(CALLERS, chance.randint(1, 3)) + [truth.program]
    truth.call_stack = list(dict.fromkeys(truth.call_stack))
    truth.frames = made_frames(chance, truth.program, truth.panel, truth.customer, truth.operation, truth.exception)
    cause = chance.choice([one for one in THROWN if one[0] != truth.exception])
    truth.causes = [(cause, truth.frames[:2])] if chance.random() < 0.2 else []
    names = chance.sample(sorted(CONTENTS), chance.randint(3, 9))
    truth.fields = [(name, chance.choice(CONTENTS[name])) for name in names]
    truth.stated, truth.right, truth.zone, truth.digits = set(), {}, None, 0
    truth.zone_may_be_left_out = truth.date_is_ambiguous = False


class Case:
    """What is written of a failure is told to its truth at once."""

    def __init__(self, sheet):
        self.chance, self.truth, sheet.language = sheet.chance, sheet.truth, "en"
        invent(self.chance, self.truth)
        self.tells_operation, self.tolerated = self.chance.random() < 0.8, {}

    def pick(self, *choices):
        return self.chance.choice(choices)

    def maybe(self, part, odds=0.5):
        return [part] if self.chance.random() < odds else []

    def shuffled(self, parts, odds=0.7):
        return self.chance.sample(parts, len(parts)) if self.chance.random() < odds else list(parts)

    def written(self, moment, form):
        text = moment.strftime(form.replace("MONTH", MONTHS[moment.month - 1]).replace("MON", MONTHS[moment.month - 1][:3]))
        return text.replace("mmm", f"{moment.microsecond // 1000:03d}").replace("uuuuuu", f"{moment.microsecond:06d}")

    def when(self, form):
        """The time of the failure, to the digits that the form has."""
        truth = self.truth
        truth.say("at", True)
        digits = 6 if "uuuuuu" in form else 3 if "mmm" in form else 0
        truth.digits = digits
        step = 10 ** (6 - digits)
        truth.at = truth.at.replace(microsecond=truth.at.microsecond // step * step)
        if form.endswith("Z"):
            truth.zone = datetime.timedelta(0)
        return self.written(truth.at, form)

    def near(self, form, minutes):
        return self.written(self.truth.at + datetime.timedelta(minutes=minutes), form)

    def fact(self, name, form):
        truth = self.truth
        where = f"{truth.operation} {truth.object}"
        frame = next(one for one in truth.frames if one[0].startswith("mvx.app.pgm."))
        simple, (release, _, fix) = truth.exception.rpartition(".")[2], truth.version.partition(":")
        special = {"at": lambda: self.when(form), "message": lambda: self.said("exception_message", truth.exception_message),
                   "where": lambda: self.tells_operation and self.said("where", where),
                   "simple": lambda: self.said("exception", simple, truth.exception),
                   "operation": lambda: self.tells_operation and self.said("where", where) and truth.operation,
                   "object": lambda: self.tells_operation and self.said("where", where) and truth.object,
                   "panels": lambda: truth.panel and self.said("panel", f"{truth.program}/{truth.panel}", truth.panel),
                   "frame": lambda: f"{frame[0]}.{frame[1]}", "origin": lambda: "customer" if truth.customer else "standard",
                   "release": lambda: self.said("version", release, truth.version, f"{release} {fix}"), "fix": lambda: fix}
        return special[name]() if name in special else self.said(name, getattr(truth, name))

    def said(self, field, text, *answers):
        if text:
            self.truth.say(field, text, *answers)
        return text

    def value(self, what, form):
        """None where the fact is left out or isn't there at all."""
        if what[0] == "$":
            optional = what.endswith("?")
            return None if optional and self.chance.random() < 0.2 else self.fact(what.strip("$?"), form) or None
        decoys = {"@user": lambda: self.pick(*OTHERS), "@date": lambda: self.near(form, -self.chance.randint(10**5, 10**6)),
                  "@before": lambda: self.near(form, -self.chance.randint(5, 90)),
                  "@after": lambda: self.near(form, self.chance.randint(9, 600)),
                  "@program": lambda: self.pick(*(name for name in CALLERS if name not in self.truth.call_stack))}
        return decoys[what]() if what in decoys else what

    def rows(self, spec, form=ISO):
        found = []
        for part in spec.split(";"):
            keys, what = part.strip().split(" <- ")
            value = self.value(what, form)
            if value is not None:
                key = self.pick(*keys.split("|"))
                found.append((self.pick(*SYNONYMS[key]) if key in SYNONYMS and self.chance.random() < 0.25 else key, value))
        return found

    def stack(self):
        self.truth.say("call_stack", self.truth.call_stack)
        return list(self.truth.call_stack)

    def fields(self):
        """Names and values as they are written; of an empty one a reader may say nothing."""
        self.truth.say_fields({name: [value, value or None] for name, value in self.truth.fields})
        return list(self.truth.fields)

    def thrown(self):
        self.truth.say("java_stack", True)
        self.truth.say("customer_code", True)
        self.truth.say("exception", self.truth.exception)
        self.said("exception_message", self.truth.exception_message)
        return headed(self.truth.exception, self.truth.exception_message)

    def finish(self):
        """Where no operation stands, the first frame of a program is where it failed; what stands nowhere isn't to be answered."""
        truth = self.truth
        name, method = next(one[:2] for one in truth.frames if one[0].startswith("mvx.app.pgm."))
        if "where" not in truth.stated:
            truth.say("where", f"{name.rpartition('.')[2]}.{method}")
        for field in SCALARS:
            if field not in truth.stated:
                truth.right[field] = [None, truth.panel[:1]] if field == "panel" and truth.panel else [None, *self.tolerated.get(field, [])]


def headed(exception, message):
    return f"{exception}: {message}" if message else exception


class Bench(Register):
    """Its documents get a case instead of the sheet."""

    def document(self, write):
        @functools.wraps(write)
        def written(sheet):
            case = Case(sheet)
            text = write(case)
            case.finish()
            return text
        return super().document(written)
