"""One dump of the set `judge`: who and what failed, the facts as pairs of names and values, and what is right then."""

import datetime

from . import judge_words as said
from . import parts, words
from . import truth as truths


def frames(chance, truth, callers):
    """The frames from where it failed to the thread; those of the failing program are the first of M3's programs."""
    line, letter, program = lambda: chance.randint(31, 4900), truth.panel[:1], truth.program
    package = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm"
    found = []
    if chance.random() < 0.5:
        found.append(("mvx.db.common.RecordAccess", "execute", "RecordAccess.java", line()))
    if chance.random() < 0.3:
        found.insert(0, chance.choice([("java.lang.Integer", "parseInt", "Integer.java", 652), ("java.util.HashMap$HashIterator", "nextNode", None, None)]))
    first = [f"P{letter}{chance.choice(['CHK', 'INZ', 'UPD', 'DSP', '00'])}", f"P{letter}MAIN"] if letter else ["LstByNumber", "callTransaction"]
    found += [(f"{package}.{program}", method, f"{program}.java", line()) for method in [*first[:chance.randint(1, 2)], "mainLine"]]
    for caller in callers[::-1] if chance.random() < 0.4 else []:
        found.append(("mvx.runtime.ProgramCall", "call", "ProgramCall.java", line()))
        found.append((f"mvx.app.pgm.{caller}", chance.choice(["PACHK", "PEUPD", "SUB10"]), f"{caller}.java", line()))
    found.append(("mvx.runtime.JobThread", "run", "JobThread.java", line()))
    if chance.random() < 0.3:
        found.append(("sun.reflect.GeneratedMethodAccessor41", "invoke", None, None))
    return found + [("java.lang.Thread", "run", "Thread.java", chance.choice([745, 748, 829]))]


def made(chance):
    """Half of the values are those of all sets, half our own."""
    truth = truths.made(chance)
    either = lambda old, new: chance.choice(new) if chance.random() < 0.5 else old
    truth.program = either(truth.program, said.PROGRAMS)
    truth.panel = "" if truth.program.endswith("MI") else truth.panel or chance.choice(["B", "E", "H1"])
    truth.user, truth.environment = either(truth.user, said.USERS), either(truth.environment, said.ENVIRONMENTS)
    truth.version = either(truth.version, said.VERSIONS)
    truth.exception, truth.exception_message = either((truth.exception, truth.exception_message), said.EXCEPTIONS)
    truth.operation = chance.choice(["CHAIN", "READ", "READE", "SETLL", "UPDATE", "WRITE", "DELET", "READ_LOCK"])
    truth.object = chance.choice(said.TABLES)
    if truth.panel and chance.random() < 0.4:
        truth.operation, truth.object = chance.choice(["READ_DSP", "WRITE_DSP", "EXFMT"]), chance.choice(said.SCREENS)
    callers = chance.sample([name for name in said.CALLERS if name != truth.program], chance.randint(0, 3))
    truth.call_stack = ["SYS"] * (chance.random() < 0.3) + callers + [truth.program]
    truth.frames = frames(chance, truth, callers)
    truth.causes = [(cause, truth.frames[:chance.randint(1, 2)]) for cause, _ in truth.causes]
    names = chance.sample(list(said.FIELDS), chance.randint(3, 9))
    fitting = lambda kind, length: [value for value in (said.TEXTS if kind == "A" else said.NUMBERS) if len(value) <= length]
    truth.fields = [(name, chance.choice(fitting(*said.FIELDS[name]))) for name in names]
    return truth


# Ways to write a time, by language: the form, and of what comes with it the digits of a second and the zone.
FORMS = {
    "en": [("{0:%Y-%m-%d %H:%M:%S}", 0, None)] * 3 + [
        ("{0:%Y-%m-%d %H:%M:%S}.{1:03d}", 3, None), ("{0:%Y-%m-%dT%H:%M:%S}.{1:03d}Z", 3, 0), ("{0:%Y-%m-%dT%H:%M:%S}+01:00", 0, 1),
        ("{0:%Y-%m-%d %H:%M:%S},{1:03d}", 3, None), ("{0:%d.%m.%Y %H:%M:%S}", 0, None), ("{0:%Y/%m/%d %H:%M:%S}", 0, None),
        ("{0.day} {2} {0:%Y %H:%M:%S}", 0, None), ("{0:%d}-{3}-{0:%Y %H:%M:%S}", 0, None), ("{0:%a} {3} {0:%d %H:%M:%S} CET {0:%Y}", 0, "CET"),
        ("{2} {0.day}, {0:%Y} {4}:{0:%M:%S} {5}", 0, None), ("{0:%Y%m%d %H:%M:%S}", 0, None), ("{0:%Y%m%d%H%M%S}", 0, None),
        ("{0:%Y-%m-%d %H:%M:%S} UTC", 0, 0), ("{0:%d/%m/%Y %H:%M:%S}", 0, "slash"), ("{0:%Y-%m-%d-%H.%M.%S}.{1:03d}000", 6, None)],
    "de": [("{0:%d.%m.%Y %H:%M:%S}", 0, None), ("{0:%d.%m.%Y, %H:%M:%S} Uhr", 0, None), ("{0.day}. {2} {0:%Y}, {0:%H:%M:%S}", 0, None),
           ("{0:%Y-%m-%d %H:%M:%S}", 0, None)],
    "sv": [("{0:%Y-%m-%d %H:%M:%S}", 0, None), ("{0:%Y-%m-%d kl. %H:%M:%S}", 0, None), ("{0.day} {2} {0:%Y %H:%M:%S}", 0, None)],
    "fr": [("{0:%d/%m/%Y %H:%M:%S}", 0, "slash"), ("{0.day} {2} {0:%Y} à {0:%H:%M:%S}", 0, None), ("{0:%Y-%m-%d %H:%M:%S}", 0, None)],
}


class Case:
    def __init__(self, sheet, language="en", letters="as is", spread=True):
        """`letters` is how names are written; a case that isn't `spread` has each fact in one value."""
        self.chance, self.language, self.spread = sheet.chance, language, spread
        sheet.language, sheet.letters, sheet.decoys_user = language, letters, False
        self.truth = sheet.truth = made(sheet.chance)
        self.letters = words.LETTERS[letters]
        self.chosen, self.framed = {}, False

    def pick(self, *choices):
        return self.chance.choice(choices)

    def odds(self, of):
        return self.chance.random() < of

    def word(self, field):
        """What this dump calls a fact or a section."""
        if field not in self.chosen:
            self.chosen[field] = self.chance.choice(said.NAMES[self.language][field])
        return self.chosen[field]

    def label(self, field):
        return self.letters(self.word(field))

    def date(self):
        """Some other day."""
        return f"20{self.chance.randint(12, 22)}-{self.chance.randint(1, 12):02d}-{self.chance.randint(10, 28)} 0{self.chance.randint(4, 9)}:12:41"

    def other(self, what):
        """Another user or program than those concerned."""
        concerned = [*self.truth.call_stack, self.truth.user]
        return self.date() if what == "date" else self.chance.choice([name for name in (said.OTHERS if what == "user" else said.CALLERS) if name not in concerned])

    def time(self, *form):
        """When it failed: in the form told, or in one of the language's."""
        form, digits, zone = form or self.chance.choice(FORMS[self.language])
        at, month = self.truth.at, said.MONTHS[self.language][self.truth.at.month - 1]
        truths.take(self.truth, digits, zone)
        self.truth.say("at", True)
        return form.format(at, at.microsecond // 1000, month, month[:3], (at.hour - 1) % 12 + 1, "AM" if at.hour < 12 else "PM")

    def epoch(self):
        """When it failed, in milliseconds since 1970."""
        truths.take(self.truth, 3, 0)
        self.truth.say("at", True)
        return round(self.truth.at.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)

    def say(self, field):
        """A fact's value, which stands in the dump from now on."""
        value = getattr(self.truth, field)
        if value:
            self.truth.say(field, value)
        return value

    def where(self, form="{} {}"):
        self.truth.say("where", f"{self.truth.operation} {self.truth.object}")
        return form.format(self.truth.operation, self.truth.object)

    def frame(self):
        return truths.first_program_frame(self.truth)

    def told(self, field):
        """The pairs that tell a fact: mostly one, none where it has no value."""
        truth, apart = self.truth, self.spread and self.odds(0.2)
        if field == "at" and apart:
            day, zone = self.pick(("%Y-%m-%d", None), ("%d.%m.%Y", None), ("%Y%m%d", None))
            truths.take(truth, 0, zone)
            truth.say("at", True)
            clock = self.pick("%H:%M:%S", "%H:%M:%S", "%H.%M.%S")
            which = self.chance.randrange(len(said.NAMES[self.language]["date"]))
            name = lambda kind: self.letters((said.NAMES[self.language][kind] * 3)[which])
            return [(name("date"), f"{truth.at:{day}}"), (name("time"), f"{truth.at:{clock}}")]
        if field == "at":
            return [(self.label("at"), self.time())]
        if field == "where" and self.spread and self.odds(0.35):
            self.where()
            return [(self.label("operation"), truth.operation), (self.label("object"), truth.object)]
        if field == "where":
            return [(self.label("where"), self.where())]
        if field == "version" and apart and ":" in truth.version:
            version, level = truth.version.split(":")
            truth.say("version", version, truth.version, f"{version} {level}")
            return [(self.label("version"), version), (self.label("level"), level)]
        if field == "frame":
            self.framed = True
            return [(self.label("frame"), self.frame())]
        if field == "code":
            return [(self.label("code"), self.word("customer" if truth.customer else "standard"))]
        value = self.say({"message": "exception_message"}.get(field, field))
        return [(self.label(field), value)] if value else []

    def pairs(self, fields, beside=(), most=2):
        """Most of these facts and a few of what stands beside them; those with ! are never left out, those with ? often."""
        units = [self.told(field.strip("!?")) for field in fields.split()
                 if field.endswith("!") or self.odds(0.25 if field.endswith("?") else 0.92)]
        if self.odds(0.4):
            self.chance.shuffle(units)
        decoys = [pair for group in beside for pair in said.DECOYS[self.language][group]]
        for label, value in self.chance.sample(decoys, min(len(decoys), self.chance.randint(0, most))):
            value = self.other(value[1:]) if value.startswith("~") else value
            units.insert(self.chance.randint(0, len(units)), [(self.letters(label), value)])
        return [pair for unit in units for pair in unit]

    def header(self):
        """All facts in one list."""
        return self.pairs("at program! panel where user! job company division environment version exception? message? code?",
                          ("pgm", "session", "system", "jobs"), 4)

    def groups(self, shuffled=0.5):
        """The facts by what they are about, each group with its name."""
        group = lambda name, fields, *more: (self.word(name), self.pairs(fields, (name, *more)))
        if self.odds(0.5):
            found = [group("failure", "at where! exception? message?"), group("pgm", "program! panel code? frame?"),
                     group("session", "user! company division"), group("jobs", "job!"), group("system", "environment! version")]
        else:
            found = [group("pgm", "program! panel where at"), group("session", "user! company division job", "jobs"),
                     group("system", "environment! version")]
        names = [name for name, _ in found]
        if self.odds(shuffled):
            self.chance.shuffle(found)
        return found if len(set(names)) == len(names) else [(f"{name} {at}", pairs) for at, (name, pairs) in enumerate(found, 1)]

    def thrown(self):
        parts.say_thrown(self.truth)
        return parts.head(self.truth.exception, self.truth.exception_message)

    def called(self):
        """The programs, outermost first."""
        self.truth.say("call_stack", self.truth.call_stack)
        return self.truth.call_stack

    def fields(self, also=lambda name, value: ()):
        """The fields with their values; what `also` gives is right as well."""
        self.truth.say_fields({name: [value, value or None, *also(name, value)] for name, value in self.truth.fields})
        return self.truth.fields
