"""One dump of the set `attic`: what it states, by keys that are chosen once for it, with what stands near and means something else."""

import datetime

from . import words
from .attic_words import CODES, DECOYS, GROUPS, KEYS, KINDS, MONTHS, SHORT

# How a moment is written: (form, digits of a second, zone in hours, a name of one, or "slash" where the day may be the month).
CLOCKS = [
    (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S}", 0, None), (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S}", 0, None),
    (lambda at, month: f"{at:%Y-%m-%dT%H:%M:%S}", 0, None), (lambda at, month: f"{at:%Y-%m-%dT%H:%M:%S}Z", 0, 0),
    (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}", 3, None),
    (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}", 3, None),
    (lambda at, month: f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+01:00", 3, 1),
    (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S} +0200", 0, 2), (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S} GMT+01:00", 0, 1),
    (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S} (UTC+2)", 0, 2), (lambda at, month: f"{at:%Y-%m-%d %H:%M:%S} CET", 0, "CET"),
    (lambda at, month: f"{at:%d.%m.%Y %H:%M:%S}", 0, None), (lambda at, month: f"{at:%d.%m.%Y} - {at:%H:%M:%S}", 0, None),
    (lambda at, month: f"{at:%d.%m.%Y  %H.%M.%S}", 0, None), (lambda at, month: f"{at:%Y/%m/%d %H:%M:%S}", 0, None),
    (lambda at, month: f"{at:%Y%m%d %H:%M:%S}", 0, None), (lambda at, month: f"{at:%Y%m%d%H%M%S}", 0, None),
    (lambda at, month: f"{at:%Y%m%d-%H%M%S}", 0, None), (lambda at, month: f"{at:%Y-%m-%d-%H.%M.%S}.{at.microsecond:06d}", 6, None),
    (lambda at, month: f"{at.day:02d}-{EN[at.month - 1][:3]}-{at:%Y %H:%M:%S}", 0, None), (lambda at, month: f"{at.day} {month} {at:%Y %H:%M:%S}", 0, None),
    (lambda at, month: f"{at.day} {month} {at:%Y, %H:%M:%S}", 0, None), (lambda at, month: f"{at:%H:%M:%S}, {at.day} {month} {at.year}", 0, None),
    (lambda at, month: f"{at:%a} {EN[at.month - 1][:3]} {at.day:02d} {at:%H:%M:%S} CET {at.year}", 0, "CET"),
    (lambda at, month: f"{EN[at.month - 1]} {at.day}, {at.year} {(at.hour - 1) % 12 + 1}:{at:%M:%S} {'AM' if at.hour < 12 else 'PM'}", 0, None),
    (lambda at, month: f"{at:%d/%m/%Y %H:%M:%S}", 0, "slash"), (lambda at, month: f"{at:%Y-%m-%d %H:%M}", "minutes", None),
]
DATES = [(lambda at: f"{at:%Y-%m-%d}", None), (lambda at: f"{at:%d.%m.%Y}", None), (lambda at: f"{at:%Y%m%d}", None), (lambda at: f"{at:%Y/%m/%d}", None),
         (lambda at: f"{at.day} {EN[at.month - 1][:3]} {at.year}", None), (lambda at: f"{at.day:02d}-{EN[at.month - 1][:3].upper()}-{at.year}", None),
         (lambda at: f"{at:%d/%m/%Y}", "slash")]
TIMES = [(lambda at: f"{at:%H:%M:%S}", 0), (lambda at: f"{at:%H.%M.%S}", 0), (lambda at: f"{at:%H%M%S}", 0),
         (lambda at: f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}", 3)]
EN = MONTHS["en"].split()
HOURS = {"CET": 1}
# Those that have one value, of which no two may have one name.
FACTS = ["program", "user", "job", "company", "division", "environment", "version", "panel", "at", "date", "time",
         "exception", "exception_message", "where", "object"]


class Case:
    """What a notation needs of a dump. `codes` are M3's own names, `short` those shortened; else the language of the sheet."""

    def __init__(self, sheet, letters=None, english=0.35, keys=None, clock=None):
        self.chance, self.truth, self.sheet = sheet.chance, sheet.truth, sheet
        chance, truth = self.chance, self.truth
        truth.stated.clear()
        truth.right.clear()
        truth.date_is_ambiguous, truth.zone, truth.zone_may_be_left_out, truth.digits = False, None, False, 0
        if chance.random() < english or keys in ("codes", "short"):
            sheet.language = "en"
        self.language = sheet.language
        known = {}
        for source in (words.KEYS, KEYS, GROUPS):
            for field, names in source.get(self.language, {}).items():
                known[field] = known.get(field, []) + names
        table = {"codes": {**known, **CODES}, "short": {**known, **SHORT}}.get(keys, known)
        self.letters = letters or chance.choice(["as is"] * 7 + ["upper", "upper", "lower", "title"])
        self.keys, used = {}, set()
        for field, names in table.items():
            self.keys[field] = chance.choice([name for name in names if name.lower() not in used] or names)
            if field in FACTS:
                used.add(self.keys[field].lower())
        self.clock = clock or chance.choice(CLOCKS)
        self.named = set()
        sheet.decoys_user = False

    def pick(self, *options):
        return self.chance.choice(options)

    def maybe(self, share=0.5):
        return self.chance.random() < share

    def lettered(self, text):
        return text.title() if self.letters == "title" else words.LETTERS[self.letters](text)

    def key(self, field):
        return self.lettered(self.keys[field])

    def heading(self, field):
        """As a heading has it: with letters of its own."""
        return self.keys[field] if self.letters in words.NAMES else self.key(field)

    def written(self, at):
        month = MONTHS.get(self.language, MONTHS["en"]).split()[at.month - 1]
        return self.clock[0](at, month)

    def zone(self, zone, digits):
        truth = self.truth
        truth.digits = digits
        if zone == "slash":
            truth.date_is_ambiguous = truth.at.day <= 12
        elif isinstance(zone, str):
            truth.zone, truth.zone_may_be_left_out = datetime.timedelta(hours=HOURS[zone]), True
        elif zone is not None:
            truth.zone = datetime.timedelta(hours=zone)
        truth.say("at", True)

    def moment(self):
        """The time of the failure, stated."""
        self.zone(self.clock[2], self.clock[1])
        return self.written(self.truth.at)

    def near(self, minutes):
        return self.written(self.truth.at - datetime.timedelta(minutes=minutes))

    def decoy(self, value):
        truth, chance = self.truth, self.chance
        if value.startswith("<"):
            return self.near(int(value[1:]) + chance.randint(0, 30))
        return {"@user": lambda: chance.choice(words.OTHERS), "@number": lambda: f"{chance.randrange(10**5, 10**6)}",
                "@program": lambda: chance.choice([name for name in words.PROGRAMS if name not in truth.call_stack])}.get(value, lambda: value)()

    def decoys(self, count):
        """Pairs that say something else, each but once in a dump."""
        known = [(key, KINDS.get(value, value)) for key, value in words.DECOYS.get(self.language, []) if key != "Time zone"]
        known = {self.lettered(key): value for key, value in known + DECOYS.get(self.language, [])}
        fresh = [(key, value) for key, value in known.items() if key not in self.named]
        found = self.chance.sample(fresh, min(count, len(fresh)))
        self.named |= {key for key, _ in found}
        self.sheet.decoys_user |= any(key.lower() == "job user" for key, _ in found)
        return [(key, self.decoy(value)) for key, value in found]

    def units(self, split_time=0.3, split_where=0.3, exception=0.35, sure=()):
        """What belongs together of keys and values, by the group it is in."""
        truth, chance = self.truth, self.chance
        groups = {"failure": [], "session": [], "system": []}

        def add(group, field, value, *also):
            if value and (field in sure or chance.random() > 0.07):
                groups[group].append([(self.key(field), value)])
                truth.say(field, value, *also)

        def remarked(group, field, value, remark):
            """Seldom with a remark, with which or without which it is right."""
            text = f"{value} {remark}" if chance.random() < 0.06 else value
            add(group, field, text, value)

        remarked("failure", "program", truth.program, self.pick("(customer order)", "- Item. Open"))
        if truth.panel and chance.random() < 0.12:
            add("failure", "panel", f"{truth.program}/{truth.panel}", truth.panel)
        else:
            add("failure", "panel", truth.panel)
        if chance.random() < split_time:
            (date, kind), (time, digits) = chance.choice(DATES), chance.choice(TIMES)
            form = " (YYYY-MM-DD)" if date(truth.at) == f"{truth.at:%Y-%m-%d}" and self.maybe(0.1) and self.letters not in words.NAMES else ""
            groups["failure"].append([(self.key("date") + form, date(truth.at)), (self.key("time"), time(truth.at))])
            self.zone(kind, digits)
        elif chance.random() > 0.07 or "at" in sure:
            groups["failure"].append([(self.key("at"), self.moment())])
        both = f"{truth.operation} {truth.object}"
        if chance.random() < split_where:
            groups["failure"].append([(self.key("oper"), truth.operation), (self.key("object"), truth.object)])
            truth.say("where", both)
        elif chance.random() < 0.9 or "where" in sure:
            text = self.pick(*[both] * 8, f"{truth.operation}({truth.object})", f"{truth.operation} on {truth.object}")
            groups["failure"].append([(self.key("where"), text)])
            truth.say("where", text, both)
        if chance.random() < exception:
            add("failure", "exception", truth.exception)
            add("failure", "exception_message", truth.exception_message)
        remarked("session", "user", truth.user, self.pick("(Anna Berg)", "- Production planner"))
        remarked("session", "company", truth.company, self.pick("(Demo Industries)", "- Nordic Trading"))
        add("session", "division", truth.division)
        add(self.pick("session", "failure", "system"), "job", truth.job)
        add("system", "environment", truth.environment)
        add("system", "version", truth.version)
        self.named |= {key for units in groups.values() for unit in units for key, _ in unit}
        return groups

    def groups(self, decoys=(0, 1, 1, 2), shuffle=0.5, **more):
        """[(heading, pairs)], the groups and the pairs of each in any order, the parts of a unit one after the other."""
        found = []
        for group, units in self.units(**more).items():
            if self.chance.random() < shuffle:
                self.chance.shuffle(units)
            for pair in self.decoys(self.chance.choice(decoys)):
                units.insert(self.chance.randint(0, len(units)), [pair])
            found.append((self.heading(group), [pair for unit in units for pair in unit]))
        if self.chance.random() < shuffle:
            self.chance.shuffle(found)
        return self.distinct([group for group in found if group[1]])

    def pairs(self, decoys=(0, 1, 2, 3, 5), shuffle=0.5, **more):
        """All of them in one list."""
        units = [unit for group in self.units(**more).values() for unit in group]
        if self.chance.random() < shuffle:
            self.chance.shuffle(units)
        for pair in self.decoys(self.chance.choice(decoys)):
            units.insert(self.chance.randint(0, len(units)), [pair])
        return self.distinct([("", [pair for unit in units for pair in unit])])[0][1]

    @staticmethod
    def distinct(groups):
        """Refuses a dump in which one name means two things."""
        names = [key for _, pairs in groups for key, _ in pairs]
        assert len(names) == len(set(names)), names
        return groups
