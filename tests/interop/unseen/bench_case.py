"""One dump of the set `bench`: what it says, how its time is written, and what it calls its facts."""

import datetime
import re

from . import words as common
from .bench_words import DECOYS, MONTHS, WORDS

PROGRAMS = ["CRS620", "MMS080", "PPS220", "OIS101", "APS450", "MWS422", "CAS300", "FAS145", "STS101", "MOS050", "CRS980MI", "OIS100MI",
            "PDS001", "ARS200", "ZZS101", "MMS100MI", "DRS100"]
USERS = ["HBERGER", "M3ADMIN", "NILSSONA", "mwssrv", "WHUSER7", "C.MARTIN", "P1QUEUE", "tvirtanen", "QPGMR", "FIN_CLERK"]
OPERATIONS = [("READ_DSP", "ICFCMD"), ("CHAIN", "MITMAS"), ("READ", "OOLINE"), ("SETLL", "MITBAL"), ("UPDATE", "OCUSMA"),
              ("WRITE", "MITTRA"), ("DELET", "MPLINE"), ("READE", "CSYTAB"), ("CHAIN_LOCK", "OOHEAD00"), ("WRITE_DSP", "PPS220DS"),
              ("READP", "FGLEDG"), ("REDPE", "MWOHED10")]
EXCEPTIONS = [
    ("java.lang.NullPointerException", ""), ("java.lang.ArithmeticException", "/ by zero"), ("java.lang.NullPointerException", ""),
    ("java.lang.NumberFormatException", 'For input string: "12,5"'), ("java.lang.ArrayIndexOutOfBoundsException", "100"),
    ("java.lang.IllegalStateException", "Result set is closed"),
    ("java.sql.SQLException", "ORA-00060: deadlock detected while waiting for resource"),
    ("mvx.runtime.MvxException", "Decimal data error in W1QTY1"), ("mvx.db.common.DBLockException", "Record is locked, waited 60 s"),
    ("java.util.ConcurrentModificationException", ""),
    ("com.ibm.as400.access.AS400JDBCSQLSyntaxErrorException", "[SQL0204] OOLINE not found"),
    ("java.lang.StringIndexOutOfBoundsException", "begin 0, end 12, length 10")]
FIELDS = ["W1CUNO", "WWORNO", "WBITNO", "WSWHLO", "WFORDT", "WPPRNO", "XXLINE", "W1QTY1", "WWSTAT", "WECUNM", "WXRGDT",
          "XXPRIC", "WTCUCD", "WBBANO", "XXSPOS"]
VALUES = ["Y10042", "001", "", "20260217", "Steel plate 3 mm", "-45.75", "1250", "0", "EUR", "Jönsson & Co", "77", "Z-9/A",
          "0000123456", "12:30", "false"]


class Case:
    """`form` is the way of all its times, date and time of day parted by a bar where they stand apart."""

    def __init__(self, sheet, language, form, letters=str):
        self.sheet, self.chance, self.truth, self.letters = sheet, sheet.chance, sheet.truth, letters
        self.words, self.decoys = WORDS[language], DECOYS[language]
        self.language = "en" if language in ("short", "four") else language
        sheet.language, sheet.letters, sheet.decoys_user = self.language, "as is", False
        self.form, self.blank = form, None
        self.used = set()
        self.fill()
        self.left_out = {name for name in ("panel user job company division environment version at where exception").split()
                         if self.chance.random() < 0.07}
        self.stacked, self.traced, self.dumped = (self.chance.random() < part for part in (0.9, 0.94, 0.88))

    def fill(self):
        """Facts of our own, of which nothing is said as yet."""
        truth, chance = self.truth, self.chance
        truth.stated.clear()
        truth.right.clear()
        truth.zone, truth.zone_may_be_left_out, truth.date_is_ambiguous, truth.digits = None, False, False, 0
        truth.program, truth.user = chance.choice(PROGRAMS), chance.choice(USERS)
        truth.panel = "" if truth.program.endswith("MI") else chance.choice(["A", "B", "E", "F", "B1", "E1", "G1", "H"])
        number, long = chance.randrange(10**5, 10**6), f"{chance.getrandbits(128):032x}"
        truth.job = chance.choice([f"{number}", f"{number}", f"{number}/QUSER/QPADEV0004", long,
                                   f"{long[:8]}-{long[8:12]}-{long[12:16]}-{long[16:20]}-{long[20:]}"])
        truth.company = chance.choice(["100", "200", "001", "780", "55"])
        truth.division = chance.choice(["AAA", "DE1", "300", "NOR", "B02"])
        truth.environment = chance.choice(["M3BE_15.1_PRD", "M3BE_16_TST", "MVXTST", "DEV", "M3PRD", "M3BE_13.4_EDU"])
        truth.version = chance.choice(["15.1.2:*NONE", "15.1.4:5", "13.4.1:SP2", "16.0.3:*NONE", "14.1.0:12"])
        truth.operation, truth.object = chance.choice(OPERATIONS)
        truth.exception, truth.exception_message = chance.choice(EXCEPTIONS)
        truth.customer = chance.random() < 0.3
        callers = chance.sample([name for name in common.PROGRAMS if name != truth.program], chance.randint(1, 4))
        truth.call_stack = [*callers, truth.program]
        truth.frames = frames(chance, truth)
        truth.causes = [(chance.choice(EXCEPTIONS), frames(chance, truth)[:chance.randint(1, 4)])] if chance.random() < 0.3 else []
        truth.fields = [(name, chance.choice(VALUES)) for name in chance.sample(FIELDS, chance.randint(3, 9))]

    def pick(self, *these):
        return self.chance.choice(these)

    def word(self, name):
        return self.chance.choice(self.words[name])

    def label(self, name):
        return self.letters(self.word(name))

    def written(self, at):
        """A time in the form, months and days of the week in the language."""
        form = self.form.replace("%Q", "CEST" if 4 <= at.month <= 9 else "CET")
        month = MONTHS.get(self.language, MONTHS["en"])[at.month - 1]
        form = form.replace("%B", month).replace("%b", month[:3]).replace("%L", f"{at.microsecond // 1000:03d}")
        return at.strftime(form)

    def time(self):
        """That of the dump, which it now states."""
        form, truth = self.form, self.truth
        truth.say("at", True)
        truth.digits = 6 if "%f" in form else 3 if "%L" in form else 0 if "%S" in form else "minutes"
        truth.date_is_ambiguous = bool(re.search(r"%-?[dm][/-]%-?[dm][/-]%Y", form)) and truth.at.day <= 12
        offset = re.search(r"([+-]\d\d):?00\b", form)
        if offset or form.endswith(("Z", "UTC", "GMT")):
            truth.zone = datetime.timedelta(hours=int(offset[1]) if offset else 0)
        elif "%Q" in form:
            truth.zone, truth.zone_may_be_left_out = datetime.timedelta(hours=2 if 4 <= truth.at.month <= 9 else 1), True
        return self.written(truth.at)

    def earlier(self):
        """A time long before that of the dump, in the same form."""
        at = self.truth.at - datetime.timedelta(days=self.chance.randint(3, 900), seconds=self.chance.randint(1, 80000))
        return self.written(at).replace("|", " ")

    def other_program(self):
        return self.chance.choice([name for name in common.PROGRAMS if name not in self.truth.call_stack])

    def decoy(self, name):
        value = self.chance.choice(self.decoys[name])
        made = {"@user": lambda: self.pick(*common.OTHERS), "@program": self.other_program, "@date": self.earlier}
        return made[value]() if value in made else value

    def fact(self, name):
        """Its rows of label and value; none where the dump leaves it out."""
        truth, first = self.truth, first_frame(self.truth)
        if name in self.left_out or (name == "panel" and not truth.panel):
            return [] if self.blank is None or name in ("at", "where", "exception") else [(self.label(name), self.blank)]
        if name == "programpanel":
            if not truth.panel:
                return self.fact("program")
            truth.say("program", truth.program)
            truth.say("panel", truth.panel)
            return [(self.label(name), f"{truth.program}/{truth.panel}")]
        if name == "companydivision":
            truth.say("company", truth.company)
            truth.say("division", truth.division)
            return [(self.label(name), f"{truth.company}/{truth.division}")]
        if name == "releasefix":
            release, fix = truth.version.split(":")
            truth.say("version", release, f"{release}:{fix}", f"{release} {fix}", f"{release}.{fix}")
            return [(self.label("release"), release), (self.label("fix"), fix)]
        if name == "dateclock":
            return list(zip((self.label("date"), self.label("clock")), self.time().split("|")))
        if name == "opobj":
            truth.say("where", f"{truth.operation} {truth.object}")
            return [(self.label("operation"), truth.operation), (self.label("object"), truth.object)]
        if name == "where":
            truth.say("where", f"{truth.operation} {truth.object}")
            return [(self.label(name), f"{truth.operation} {truth.object}")]
        if name == "at":
            return [(self.label(name), self.time())]
        if name == "message":
            if not truth.exception_message or "exception" not in truth.stated:
                return []
            truth.say("exception_message", truth.exception_message)
            return [(self.label(name), truth.exception_message)]
        if name == "frame":
            return [(self.label(name), f"{first[0].split('.')[-1]}.{first[1]}")] if self.traced else []
        if name == "origin":
            return [(self.label(name), self.word("customer" if truth.customer else "standard"))]
        truth.say(name, getattr(truth, name))
        return [(self.label(name), getattr(truth, name))]

    def rows(self, names, decoys=1):
        """The rows of several facts, among which some stand that only look alike, each label once."""
        found = [row for name in names.split() for row in self.fact(name)]
        labels = {label.lower() for label, _ in found}
        assert len(labels) == len(found), found
        unused = [name for name in self.decoys if name not in self.used]
        for name in self.chance.sample(unused, min(len(unused), self.chance.randint(0, decoys))):
            self.used.add(name)
            pairs = [at for at in range(len(found) + 1) if at == 0 or at == len(found) or found[at - 1][0] not in self.partners()]
            found.insert(self.chance.choice(pairs), (self.letters(name), self.decoy(name)))
        return found

    def partners(self):
        """Labels that have to be followed by their other half."""
        return [self.letters(word) for name in ("date", "operation", "release") for word in self.words.get(name, [])]

    def shuffled(self, these, likely=0.5):
        these = list(these)
        if self.chance.random() < likely:
            self.chance.shuffle(these)
        return these


def first_frame(truth):
    return next(frame for frame in truth.frames if frame[0].startswith("mvx.app.pgm."))


def frames(chance, truth, program=None):
    """Class, method, file and line of each, the failing one first; those of calling programs may follow. Another program has its own."""
    other, line = program, lambda: chance.randint(15, 7000)
    program, letter = program or truth.program, "E" if other else truth.panel[:1]
    package = "mvx.app.pgm.customer" if truth.customer and not other else "mvx.app.pgm"
    found = []
    if chance.random() < 0.35:
        found += chance.choice([[("java.util.HashMap$HashIterator", "nextNode", "HashMap.java", 1445)],
                                [("java.lang.Integer", "parseInt", "Integer.java", 652),
                                 ("java.lang.Integer", "valueOf", "Integer.java", 766)]])
    if chance.random() < 0.6:
        found.append(chance.choice([("mvx.db.common.TableAccess", "fetch", "TableAccess.java", line()),
                                    ("mvx.dsp.common.DisplayFile", "readDsp", "DisplayFile.java", line())]))
    methods = [chance.choice(["addRecord", "listAll"]), "mainMI"]
    if letter:
        methods = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP'])}", f"P{letter}MAIN"]
    found += [(f"{package}.{program}", method, f"{program}.java", line()) for method in [*methods, "mainLine"][:chance.randint(2, 3)]]
    if not other and chance.random() < 0.5:
        found += [(f"mvx.app.pgm.{name}", chance.choice(["callPgm", "PBSEL", "mainLine"]), f"{name}.java", line())
                  for name in truth.call_stack[-2::-1]]
    if chance.random() < 0.3:
        found.append(("jdk.internal.reflect.NativeMethodAccessorImpl", "invoke0", None, None))
    if chance.random() < 0.5:
        found.append(("mvx.runtime.JobRunner", chance.choice(["run", "<init>", "lambda$start$2"]), "JobRunner.java", line()))
    return found + [("java.lang.Thread", "run", "Thread.java", chance.choice([748, 829, 834]))]
