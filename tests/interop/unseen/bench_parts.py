"""Stacks of programs, fields and traces of the set `bench`, what else a dump has, and how one is put together."""

from . import words as common
from .bench_case import frames
from .bench_keys import HEADINGS, grid
from .parts import head, place


# Stacks: whether the heading has to tell the order, and the lines.
def chain(sep):
    return lambda case: ("", sep.join(case.truth.call_stack))


def listed(form="{name}", inner=False):
    """A program a line, with `{at}` counted from 1 and `{up}` counted down to 0."""
    def write(case):
        names = case.truth.call_stack[::-1] if inner else case.truth.call_stack
        lines = [form.format(name=name, at=at, up=len(names) - at) for at, name in enumerate(names, 1)]
        return "inner" if inner else "outer", "\n".join(lines)
    return write


def tree(mark="+- ", step="   "):
    """Each program below its caller, a step deeper; with a mark, that stands within the step."""
    deep = lambda at: step * (at - 1) + mark if at and mark else step * at
    return lambda case: ("", "\n".join(deep(at) + name for at, name in enumerate(case.truth.call_stack)))


def level_table(heads, draw=grid, inner=False):
    """Of the columns `#`, `program`, `panel`, `method`, `library` and `statement` those that `heads` gives a name."""
    def write(case):
        truth, rows = case.truth, []
        known = {frame[0].split(".")[-1]: frame for frame in reversed(truth.frames)}
        for at, name in enumerate(truth.call_stack, 1):
            own, frame = name == truth.program, known.get(name, (name, "callPgm", "", case.chance.randint(100, 9000)))
            cells = {"#": str(at), "program": name, "panel": (truth.panel or "-") if own else case.pick("B", "E", "F"),
                     "method": frame[1], "library": "MVXCUST" if own and truth.customer else "MVXSTD", "statement": str(frame[3])}
            rows.append(tuple(cells[column] for column in heads))
        if inner:
            rows = [(str(at), *row[1:]) if "#" in heads else row for at, row in enumerate(rows[::-1], 1)]
        return "inner" if inner else "outer", draw(rows, tuple(heads.values())) if draw is grid else draw(tuple(heads.values()), rows)
    return write


# Fields.
def numeric(value):
    return value.lstrip("-").replace(".", "").isdigit() and bool(value)


def kind(value):
    return "PACKED" if numeric(value) else "CHAR"


def packed(value):
    digits = value.lstrip("-").replace(".", "")
    return digits.zfill(len(digits) | 1) + ("D" if value.startswith("-") else "F")


def say(case, more=lambda value: []):
    case.truth.say_fields({name: [value, value or None, *more(value)] for name, value in case.truth.fields})


def each(form):
    """A field a line: `name`, `value`, its `kind` and `size`."""
    def write(case):
        say(case)
        lines = [form.format(name=name, value=value, kind=kind(value), size=max(len(value), 1)) for name, value in case.truth.fields]
        return "\n".join(line.rstrip() for line in lines)
    return write


def several(form, count=3, sep="  "):
    def write(case):
        lines = each(form)(case).split("\n")
        return "\n".join(sep.join(lines[at:at + count]) for at in range(0, len(lines), count))
    return write


def field_table(heads, draw=grid, quote="'{}'"):
    """Columns `name`, `kind`, `size`, `value` by the names that `heads` gives them."""
    def write(case):
        say(case)
        cells = [{"name": name, "kind": kind(value), "size": str(max(len(value), 1)), "value": quote.format(value)}
                 for name, value in case.truth.fields]
        rows = [tuple(one[column] for column in heads) for one in cells]
        return draw(rows, tuple(heads.values())) if draw is grid else draw(tuple(heads.values()), rows)
    return write


def hexed(case):
    """Its bytes, and next to them what they mean."""
    shown = lambda value: value.encode("cp037", "replace").hex().upper()
    say(case, lambda value: [shown(value), f"X'{shown(value)}'"])
    return "\n".join(f"{name:<8} X'{shown(value)}'  \"{value}\"" for name, value in case.truth.fields)


def packed_fields(case):
    """Numbers as they are packed, and what they come to; texts in apostrophes."""
    say(case, lambda value: [f"X'{packed(value)}'", packed(value)] if numeric(value) else [])
    return "\n".join(f"{name:<8} PACKED  X'{packed(value)}'  = {value}" if numeric(value) else f"{name:<8} CHAR    '{value}'"
                     for name, value in case.truth.fields)


def formatted(case):
    """As a formatted dump of RPG: attributes, padded values, hex for what is packed."""
    wide = lambda value: value.ljust(len(value) + len(value) % 4)
    say(case, lambda value: [wide(value)])
    lines = [f"{'NAME':<18}{'ATTRIBUTES':<20}VALUE"]
    lines += [f"{name:<18}{kind(value) + '(' + str(len(wide(value)) or 1) + ')':<20}" + (value if numeric(value) else f"'{wide(value)}'")
              for name, value in case.truth.fields]
    return "\n".join(lines)


def arrays(form, element="{}({})"):
    """Fields, some of them elements of an array, and indicators."""
    def write(case):
        names = [element.format("XXARR", at) for at in range(1, case.chance.randint(2, 4))]
        added = [(name, case.pick("A", "10", "X")) for name in names]
        added += [(f"*IN{at}", case.pick("0", "1")) for at in sorted(case.chance.sample(range(10, 99), 3))]
        case.truth.fields = case.truth.fields[:5] + added
        return each(form)(case)
    return write


def structure(case):
    """A data structure with places of its parts below, and fields apart."""
    say(case)
    parts = case.truth.fields[:case.chance.randint(2, 3)]
    lines, at = ["Data structure DSPARM"], 1
    for name, value in parts:
        lines.append(f"   {name:<8} {at:>4}-{at + max(len(value), 1) - 1:<4} '{value}'")
        at += max(len(value), 1)
    return "\n".join([*lines, "Standalone fields", *(f"   {name:<8} {'':<9} '{value}'" for name, value in case.truth.fields[len(parts):])])


# Traces.
def trace(form="\tat {at}", before="", cause="Caused by: ", cut=0.15, suppressed=0.1, jar=None):
    """As Java prints it; `{at}` is class, method and place, `{class}`, `{method}`, `{file}`, `{line}` its parts."""
    def write(case):
        truth, chance = case.truth, case.chance
        say_thrown(truth)
        deepest = max(at for at, frame in enumerate(truth.frames) if frame[0].startswith("mvx.app.pgm."))
        rest = len(truth.frames) - deepest - 1
        if chance.random() < cut and rest:
            truth.frames = truth.frames[:deepest + 1]
        else:
            rest = 0
        aside = chance.random() < suppressed
        inner, by, margin = "\tSuppressed: " if aside else cause, "\t" * aside, form[:len(form) - len(form.lstrip())]
        lines = [before + head(truth.exception, truth.exception_message)]
        lines += [shown(form, frame, jar, at) for at, frame in enumerate(truth.frames)]
        lines += [f"{margin}... {rest} more"] if rest else []
        for (exception, message), below in truth.causes:
            lines += [inner + head(exception, message), *(by + shown(form, frame, jar, at) for at, frame in enumerate(below))]
            lines.append(f"{by}{margin}... {chance.randint(2, 9)} more")
        return "\n".join(lines)
    return write


def shown(form, frame, jar=None, at=0):
    name, method, file, line = frame
    loader = "" if jar is None else "java.base/" if name.startswith(("java.", "jdk.")) else jar
    return form.format(**{"at": f"{loader}{name}.{method}({place(frame)})", "class": name, "method": method, "file": file or "-",
                          "line": line or "-", "n": at, "next": at + 1})


def say_thrown(truth):
    truth.say("java_stack", True)
    truth.say("exception", truth.exception)
    if truth.exception_message:
        truth.say("exception_message", truth.exception_message)


def trace_table(heads=("Class", "Method", "File", "Line"), draw=grid, numbers=False):
    """Frames in a table below what was thrown; what caused it isn't in there."""
    def write(case):
        truth = case.truth
        truth.causes = []
        say_thrown(truth)
        rows = [(*([str(at)] if numbers else []), name, method, file or "-", str(line or "-"))
                for at, (name, method, file, line) in enumerate(truth.frames)]
        names = (*(["#"] if numbers else []), *heads)
        return head(truth.exception, truth.exception_message) + "\n" + (draw(rows, names) if draw is grid else draw(names, rows))
    return write


# What else a dump has.
def noise(case, keys):
    """Sections of what doesn't matter, each of a name and text."""
    chance, other, program = case.chance, case.pick(*common.OTHERS), case.other_program()
    prefix = case.pick("OK", "MM", "OA")
    file = {"OK": "OCUSMA", "MM": "MITMAS", "OA": "OOHEAD"}[prefix]
    thrown = case.pick("java.io.IOException: Stream closed", "java.lang.IllegalArgumentException: no such printer",
                       "java.net.SocketTimeoutException")
    jobs = [(f"{chance.randrange(10**5, 10**6)}", case.pick(*common.OTHERS), name) for name in (program, "GLS999")]
    changed = case.pick("20190402", "20211130")
    record = [("CONO", "931"), ("DIVI", "ZZZ"), ("CHID", other), ("LMDT", changed), ("CHNO", "4")]
    sections = [
        (case.word("s_jvm"), "java.version=1.8.0_251\nos.name=Linux\nos.version=4.18.0\nuser.name=m3svc\nuser.dir=/opt/infor/m3be\n"
                             "file.encoding=UTF-8"),
        (case.word("s_record").format(file), "\n".join(f"{prefix}{name} = {value}" for name, value in record)),
        (case.word("s_jobs"), "\n".join("  ".join(f"{cell:<12}" for cell in one).rstrip() for one in jobs)),
    ]
    changes = [(case.letters(name), case.decoy(name)) for name in list(case.decoys)[:2] if name not in case.used]
    if changes:
        sections.append((case.word("s_source"), keys(changes)))
    if case.traced:
        below = [f"\tat {one[0]}.{one[1]}({place(one)})" for one in frames(chance, case.truth, program)]
        sections.append((case.word("s_earlier"), "\n".join([thrown, *below])))
    return chance.sample(sections, chance.choice([0, 0, 1, 1, 2]))


GROUPS = "s_what: program panel where at; s_who: user company division job; s_system: environment version"


def report(case, keys, heading, stack, fields, traced, groups=GROUPS, order="facts stack fields trace", title="{}", extra=True, decoys=2):
    """A whole dump. `order` is that of its parts; others may stand among those after the facts."""
    case.title = title.format(case.word("title"))
    named = [(name, keys(rows)) for name, rows in groups_of(case, groups, decoys)]
    parts = {"facts": case.shuffled(named), "stack": [], "fields": [], "trace": []}
    if case.traced:
        parts["trace"] = [(case.word("s_trace"), traced(case))]
    if case.stacked:
        case.truth.say("call_stack", case.truth.call_stack)
        order_told, text = stack(case)
        parts["stack"] = [(case.word("s_stack") + (f" ({case.word(order_told)})" if order_told else ""), text)]
    if case.dumped:
        parts["fields"] = [(case.word("s_fields"), fields(case))]
    sections = [section for name in order.split() for section in parts[name]]
    first = len(named) if order.startswith("facts") else len(sections)
    for section in noise(case, keys) if extra else []:
        sections.insert(case.chance.randint(first, len(sections)), section)
    form = HEADINGS[heading] if isinstance(heading, str) else heading
    return "\n\n".join([*([case.title] if title else []), *(form(at, name, text) for at, (name, text) in enumerate(sections, 1))]) + "\n"


def groups_of(case, groups, decoys=2):
    """The name of each section with its rows."""
    found = []
    for one in groups.split("; "):
        name, _, facts = one.partition(": ")
        rows = case.rows(facts, decoys)
        if rows:
            found.append((case.word(name), rows if {"dateclock", "opobj", "releasefix"} & set(facts.split()) else case.shuffled(rows)))
    return found
