"""Dumps of the set `judge` with `Key: value` and `Key=value`, below all kinds of rules and headings."""

from . import judge_parts as parts
from .judge_case import Case
from .judge_parts import aligned, joined
from .register import Register

SET = Register()
document = SET.document
colons = lambda pairs: "\n".join(f"{label}: {value}" for label, value in pairs)
equals = lambda pairs: "\n".join(f"{label}={value}" for label, value in pairs)


def under(name, rule="-"):
    return f"{name}\n{rule * len(name)}\n"


@document
def judge_colon_ruled(sheet):
    """`Key: value`, the title between rules, headings underlined."""
    case = Case(sheet)
    rule, title = case.pick("=", "*", "#") * case.pick(40, 60, 72), case.word("title")
    rest = parts.sections(case, colons, case.pick("arrows", "levels", "nested"), case.pick("quoted", "colons"))
    return joined(f"{rule}\n{title.upper()}\n{rule}", colons(case.header()), *(under(name) + text for name, text in rest))


@document
def judge_colon_aligned(sheet):
    """`Key   : value` in columns, sections in square brackets."""
    case = Case(sheet)
    listed = lambda pairs: aligned(pairs, case_mark)
    case_mark = case.pick(" : ", ": ", " :  ")
    named = [(name, listed(pairs)) for name, pairs in case.groups()]
    named += parts.sections(case, listed, case.pick("numbers", "chain", "tree"), case.pick("apostrophes", "equals"))
    return joined(case.word("title"), *(f"[{name}]\n{text}" for name, text in named if text))


@document
def judge_equals_shouted(sheet):
    """`KEY=value`, headings between stars."""
    case = Case(sheet, letters="shout")
    rest = parts.sections(case, equals, case.pick("arrows", "oldest"), case.pick("tight", "quoted"))
    stars = "*" * case.pick(3, 5, 10)
    return joined(f"{stars} {case.word('title').upper()} {stars}", equals(case.header()), *(f"{stars} {name.upper()} {stars}\n{text}" for name, text in rest))


@document
def judge_equals_indented(sheet):
    """`Key = value` indented below names with a colon, no empty lines between sections."""
    case = Case(sheet)
    listed = lambda pairs: aligned(pairs, " = ", "  ")
    indent = lambda text: "\n".join(f"  {line}" for line in text.split("\n"))
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    rest = parts.sections(case, lambda pairs: aligned(pairs, " = "), case.pick("chain", "numbers", "called by"), case.pick("equals", "apostrophes"))
    named += [(name, indent(text)) for name, text in rest]
    return joined(f"{case.word('title')} {case.pick('', '#00217')}".rstrip(), *(f"{name}:\n{text}" for name, text in named), between="\n")


@document
def judge_comment_headings(sheet):
    """`key: value` below comments as headings."""
    case = Case(sheet, letters=case_of(sheet))
    mark = case.pick("#", "##", ";;", "//")
    named = [(case.word("facts"), colons(case.header())), *parts.sections(case, colons, case.pick("levels", "arrows"), case.pick("colons", "quoted"))]
    return joined(f"{mark} {case.word('title')}", *(f"{mark} {name}\n{text}" for name, text in named))


def case_of(sheet):
    return sheet.chance.choice(["lower", "snake", "camel"])


@document
def judge_numbered_chapters(sheet):
    """Sections with numbers, `Key: value` in them."""
    case = Case(sheet)
    listed = lambda pairs: "\n".join(f"   {label}: {value}" for label, value in pairs)
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, case.pick("tree", "called by", "arrows"), case.pick("quoted", "square"))
    dot = case.pick(".", ")", ".0")
    return joined(case.word("title"), *(f"{at}{dot} {name}\n{text}" for at, (name, text) in enumerate(named, 1)))


@document
def judge_trace_first(sheet):
    """The exception with its trace opens the dump; `Key: value` and dashed headings follow."""
    case = Case(sheet)
    opened = case.pick("", f'Exception in thread "{case.pick("JobThread-118", "main", "M3-worker-7")}" ')
    thrown = opened + parts.trace(case, case.pick("tab", "blanks"))
    rest = [(name, text) for name, text in parts.sections(case, colons, case.pick("arrows", "numbers"), "quoted") if name != case.word("trace")]
    return joined(thrown, *(f"-- {name} --\n{text}" for name, text in [(case.word("facts"), colons(case.header())), *rest]))


@document
def judge_angle_headings(sheet):
    """Tabs between names and values, headings behind >>>."""
    case = Case(sheet)
    listed = lambda pairs: "\n".join(f"{label}:\t{value}" for label, value in pairs)
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs] + parts.sections(case, listed, "levels", case.pick("colons", "tight"))
    return joined(f"<<< {case.word('title')} >>>", *(f">>> {name}\n{text}" for name, text in named))


@document
def judge_german_colons(sheet):
    """German, `Name: Wert`, underlined headings."""
    case = Case(sheet, "de")
    named = [(name, aligned(pairs, case_mark)) for case_mark in [case.pick(" : ", ": ")] for name, pairs in case.groups() if pairs]
    named += parts.sections(case, colons, case.pick("arrows", "tree"), case.pick("quoted", "apostrophes"), quiet=True)
    rule = case.pick("-", "=", "~")
    return joined(f"*** {case.word('title')} ***", *(under(name, rule) + text for name, text in named))


@document
def judge_swedish_equals(sheet):
    """Swedish, `Namn = värde`, headings in capitals."""
    case = Case(sheet, "sv")
    rest = parts.sections(case, equals, case.pick("arrows", "nested"), case.pick("quoted", "equals"), quiet=True)
    return joined(case.word("title"), aligned(case.header(), " = "), *(f"{name.upper()}\n{text}" for name, text in rest))


@document
def judge_french_colons(sheet):
    """French, blanks before colons, rules of dashes on both sides of a heading."""
    case = Case(sheet, "fr")
    named = [(name, aligned(pairs, " : ", "  ")) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, colons, case.pick("arrows", "tree"), case.pick("quoted", "apostrophes"), quiet=True)
    return joined(case.word("title").upper(), *(f"----- {name} {'-' * (50 - len(name))}\n{text}" for name, text in named))


@document
def judge_names_with_codes(sheet):
    """The fields of M3 in brackets behind what they are: `Company (CONO): 100`."""
    case = Case(sheet)
    codes = {"company": "CONO", "division": "DIVI", "user": "USID", "program": "PGNM", "panel": "PICC"}
    for field, code in codes.items():
        case.chosen[field] = f"{field.capitalize()} ({code})"
    rest = parts.sections(case, colons, case.pick("levels", "chain"), case.pick("quoted", "square"))
    return joined(f"{case.word('title')}\n{'=' * 50}", aligned(case.header(), ": "), *(f"{name}\n{'-' * 50}\n{text}" for name, text in rest))


@document
def judge_semicolon_line(sheet):
    """All facts on one line, divided by semicolons or bars."""
    case = Case(sheet, letters=sheet.chance.choice(["as is", "pascal", "camel"]))
    between, mark = case.pick("; ", " | ", ", "), case.pick("=", "=", ": ")
    facts = between.join(f"{label}{mark}{value}" for label, value in one_line(case))
    rest = parts.sections(case, colons, case.pick("arrows", "numbers"), case.pick("tight", "quoted"))
    return joined(case.word("title"), facts, *(f"{name}:\n{text}" for name, text in rest))


def one_line(case):
    """Facts of one word each."""
    case.chosen["at"], case.spread = case.pick("Timestamp", "Dump time"), False
    found = case.pairs("program! panel where user! job company division environment version", ("session",), 2)
    return [*found, (case.label("at"), case.time("{0:%Y-%m-%d %H:%M:%S}", 0, None))]


@document
def judge_api_dump(sheet):
    """`Key : value` with a cause below the trace, headings between bars."""
    case = Case(sheet)
    truth = case.truth
    if not truth.causes:
        truth.causes = [(("java.sql.SQLException", "Lock wait timeout exceeded"), truth.frames[:1])]
    facts = aligned(case.pairs("at program! panel where! user company division job environment version", ("jobs", "system"), 3), " : ")
    rest = parts.sections(case, lambda pairs: aligned(pairs, " : "), case.pick("called by", "newest"), case.pick("described", "kinds"))
    return joined(f"|| {case.word('title')} ||", facts, *(f"|| {name} ||\n{text}" for name, text in rest))
