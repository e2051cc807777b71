"""Puts a dump together: which keys, in which words and notation, with which sections, and what is right then."""

import random

from . import parts, sets, words
from . import truth as truths

GENERAL = {"en": ["General", "General information", "Header", "Context"], "de": ["Allgemein"], "fr": ["Général"], "sv": ["Allmänt"],
           "es": ["General"], "it": ["Generale"], "nl": ["Algemeen"], "da": ["Generelt"]}
TITLES = ["{}\n{}\n", "{}\n\n", "*** {} ***\n", "{}\n", "# {}\n\n"]
WITH_SEVERAL_NAMES = ("title",)
# Those of whose names letters and digits alone are left.
NAMED = {"xml_elements", "xml_attributes", "xml_frames", "yaml", "yaml_flow", "commands", "to_string", "map_string", "semicolons"} | sets.NAMED


class Sheet:
    def __init__(self, chance, notation, like=None):
        """A dump of its own, or one more as the same program would write it."""
        self.chance, self.notation, self.truth, self.added = chance, notation, truths.made(chance), sets.added_to(notation)
        if like:
            self.language, self.keys, self.letters, self.looks, self.form = like.language, like.keys, like.letters, like.looks, like.form
            self.finish(like.name, like.named)
            return
        added = self.added
        self.language = chance.choice(words.LANGUAGES + [language for language in (added.KEYS if added else {}) if language != "en"])
        self.keys = words.KEYS.get(self.language, {})
        if added:
            more = added.KEYS.get(self.language, {})
            self.keys = {field: self.keys.get(field, []) + more.get(field, []) for field in {**self.keys, **more}}
        self.letters = chance.choice(["as is"] * 6 + ["upper", "lower"] + words.NAMES[:3])
        if notation in NAMED:
            self.letters = chance.choice(words.NAMES if notation.startswith("xml") or notation == "yaml" else words.NAMES[:3])
        if self.language == "en" and chance.random() < 0.12:
            self.keys, self.letters = {**words.KEYS["en"], **words.SHORT}, "as is"
        # One key for each field, one look for titles and headings, one order of keys and sections.
        self.form = chance.random()
        self.keys = {field: names if field in WITH_SEVERAL_NAMES else [chance.choice(names)] for field, names in self.keys.items()}
        self.looks = (chance.choice(list(parts.headings(added))), chance.choice(["\n\n", "\n\n", "\n"]), chance.choice(TITLES), chance.random() < 0.6,
                      chance.choice({**GENERAL, **(added.GENERAL if added else {})}[self.language]))
        self.finish(chance.choice(self.keys["title"]), chance.random() < 0.15)

    def finish(self, name, named):
        self.name, self.named = name, named
        self.title = f"{name} [{self.truth.program}]" if named else name
        self.decoys_user = False
        self.shape = random.Random(self.form)
        self.pairs = self.made_pairs()

    def label(self, field):
        return words.LETTERS[self.letters](self.chance.choice(self.keys[field]))

    def made_pairs(self):
        truth, chance = self.truth, self.shape
        found = []

        def add(field, value, *also, label=None):
            # What has no value takes its place in the order as well, so that it is that of all dumps.
            if chance.random() > 0.06:
                found.append((self.label(label or field), value))
            if value and found and found[-1][1] == value:
                truth.say(field, value, *also)

        add("program", truth.program)
        long = chance.random() < 0.15 and truth.panel
        add("panel", *([f"{truth.program}/{truth.panel}", truth.panel] if long else [truth.panel]))
        for field in ("user", "job", "company", "division", "environment", "version"):
            add(field, getattr(truth, field))
        if chance.random() < 0.25:
            date, time = truths.written_date_and_time(chance, truth)
            found += [(self.label("date"), date), (self.label("time"), time)]
            truth.say("at", True)
        elif chance.random() > 0.06:
            found.append((self.label("at"), truths.written_time(chance, truth)))
            truth.say("at", True)
        both = f"{truth.operation} {truth.object}"
        if chance.random() < 0.2:
            found += [(self.label("where"), truth.operation), (self.label("object"), truth.object)]
            truth.say("where", both)
        elif chance.random() < 0.9:
            add("where", both)
        if chance.random() < 0.35:
            add("exception", truth.exception)
            add("exception_message", truth.exception_message)
        if chance.random() < 0.2:
            found.append((self.label("call_stack"), chance.choice(["->", " > ", " -> ", ", "]).join(truth.call_stack)))
            truth.say("call_stack", truth.call_stack)
        if chance.random() < 0.5:
            chance.shuffle(found)
            found = self.time_after_date(found)
        decoys = words.DECOYS.get(self.language, []) + (self.added.DECOYS.get(self.language, []) if self.added else [])
        for key, value in chance.sample(decoys, min(chance.choice([0, 0, 1, 2, 3, 4]), len(decoys))):
            self.decoys_user |= key == "Job user"
            found.insert(chance.randint(0, len(found)), (words.LETTERS[self.letters](key), parts.decoy_value(self.chance, value, truth)))
        found = [(key, value) for key, value in found if value]
        unique = {}
        for key, value in found:
            unique.setdefault(key, value)
        if len(unique) < len(found):
            # Two fields of one name can't be told apart: try again.
            truth.stated.clear()
            truth.right.clear()
            truth.date_is_ambiguous, truth.zone, truth.zone_may_be_left_out = False, None, False
            return self.made_pairs()
        return list(unique.items())

    def time_after_date(self, found):
        """A time of day on its own stands somewhere after its date; an object after its operation."""
        for first, second in (("date", "time"), ("where", "object")):
            names = [{words.LETTERS[self.letters](word) for word in self.keys[field]} for field in (first, second)]
            places = [[at for at, (key, _) in enumerate(found) if key in name] for name in names]
            if places[0] and places[1]:
                pair = found.pop(places[1][0])
                found.insert([at for at, (key, _) in enumerate(found) if key in names[0]][0] + 1, pair)
        return found

    def text(self, cut=False):
        chance, truth = self.shape, self.truth
        if self.notation in sets.DOCUMENTS:
            text = sets.DOCUMENTS[self.notation](self)
        else:
            style, between, title, headless, general = self.looks
            part = lambda name, content: f"{parts.headings(self.added)[style](name)}\n{content}"
            header = sets.LINES[self.notation](chance, self.pairs)
            sections = []
            if chance.random() < 0.9 or cut:
                sections.append((chance.choice(self.keys["java_stack"]), parts.java(chance, truth, self.added)))
            if "call_stack" not in truth.stated and chance.random() < 0.6:
                sections.append((chance.choice(self.keys["call_stack"]), parts.programs(chance, truth)))
            if chance.random() < 0.75:
                sections.append((chance.choice(self.keys["fields"]), parts.fields(chance, truth, self.added)))
            for _ in range(chance.choice([0, 0, 0, 1, 1, 2])):
                sections.append(parts.noise(chance, truth))
            chance.shuffle(sections)
            if chance.random() < 0.15 and not cut:
                sections.insert(chance.randint(0, len(sections)), (general, header))
                sections = [part(*section) for section in sections]
            else:
                sections = [header if headless else part(general, header)] + [part(*section) for section in sections]
            text = title.format(self.title, "=" * len(self.title)) + between.join(sections) + "\n"
        self.unstated()
        return text

    def unstated(self):
        """What may be answered where nothing is stated: nothing, or what another place of the dump tells."""
        truth = self.truth
        also = {"program": [truth.program], "panel": [truth.panel or None, truth.panel[:1] or None], "exception": [truth.exception],
                "user": words.OTHERS if self.decoys_user else []}
        for field in truths.SCALARS:
            if field not in truth.stated:
                truth.right[field] = [None] + also.get(field, [])
        if "where" not in truth.stated and "java_stack" in truth.stated:
            truth.say("where", truths.first_program_frame(truth))
            truth.right["where"].remove(None)
        if "java_stack" in truth.stated:
            truth.say("customer_code", truth.customer)
        if "exception" in truth.stated:
            truth.right["exception"].append(truth.exception.split(".")[-1])
