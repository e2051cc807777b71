"""Dumps of the set `judge` with dots that lead to the colon, bars, and columns that nothing but blanks divides."""

from . import judge_parts as parts
from .judge_case import Case
from .judge_parts import aligned, columns, dotted, grid, joined
from .register import Register

SET = Register()
document = SET.document


@document
def judge_spaced_dots(sheet):
    """`Key . . . . : value` as on IBM i, the title in the middle of the line."""
    case = Case(sheet)
    width, indent = case.pick(26, 30, 35), case.pick("", " ", "  ")
    listed = lambda pairs: "\n".join(f"{indent}{dotted(label, width)} :   {value}" for label, value in pairs)
    rest = parts.sections(case, listed, case.pick("columns", "newest", "levels"), case.pick("apostrophes", "kinds"))
    title = f"{case.word('title'):^72}".rstrip() + case.pick("", "    Page    1")
    return joined(title, listed(case.header()), *(f"{name:^72}".rstrip() + f"\n{text}" for name, text in rest))


@document
def judge_spaced_dots_grouped(sheet):
    """`Key . . . : value` in sections below names in capitals."""
    case = Case(sheet, letters=sheet.chance.choice(["as is", "upper"]))
    listed = lambda pairs: "\n".join(f"  {dotted(label, 24)} : {value}" for label, value in pairs)
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, case.pick("numbers", "arrows"), case.pick("dots", "quoted"))
    return joined(case.word("title").upper(), *(f"{name.upper()}\n{text}" for name, text in named))


@document
def judge_tight_dots(sheet):
    """`Key ........: value`, headings between dashes."""
    case = Case(sheet)
    width = case.pick(24, 28, 32)
    listed = lambda pairs: "\n".join(f"{dotted(label, width, False)}: {value}" for label, value in pairs)
    rule = lambda name: f"{case_rule * 4} {name} {case_rule * (54 - len(name))}"
    case_rule = case.pick("-", "=", "_")
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, case.pick("tree", "chain", "levels"), case.pick("dots", "colons"))
    return joined(rule(case.word("title")), *(f"{rule(name)}\n{text}" for name, text in named))


@document
def judge_german_dots(sheet):
    """German, `Name . . . : Wert` or `Name .....: Wert`, headings in square brackets."""
    case = Case(sheet, "de")
    spaced, rule = case.odds(0.5), case.pick("-", "=")
    listed = lambda pairs: "\n".join(f"{dotted(label, 32, spaced)}: {value}" for label, value in pairs)
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, case.pick("levels", "arrows"), case.pick("apostrophes", "dots"), quiet=True)
    return joined(f"{case.word('title')}\n{rule * 60}", *(f"[{name}]\n{text}" for name, text in named))


@document
def judge_piped_grids(sheet):
    """A box of `| Key | value |` for each section."""
    case = Case(sheet)
    rows = lambda pairs: grid(pairs, case_head)
    case_head = case.pick(None, None, ("Name", "Value"), ("Item", "Contents"))
    stack = lambda stack: ("", grid([(at, name) for at, name in enumerate(stack, 1)], ("Level", "Program")))
    named = [(name, rows(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, rows, stack, lambda case: grid(case.fields(), ("Field", "Value")))
    return joined(case.word("title"), *(f"{name}\n{text}" for name, text in named))


@document
def judge_piped_bare(sheet):
    """`| Key | value |` without rules, in one list; stack and fields likewise."""
    case = Case(sheet)
    wide = case.odds(0.5)
    listed = lambda pairs: "\n".join(f"| {label:<22} | {value:<32} |" if wide else f"| {label} | {value} |" for label, value in pairs)
    stack = lambda stack: ("", "\n".join(f"| {at} | {name} |" for at, name in enumerate(stack, 1)))
    rest = parts.sections(case, listed, stack, lambda case: listed(case.fields()))
    return joined(f"=== {case.word('title')} ===", listed(case.header()), *(f"=== {name} ===\n{text}" for name, text in rest))


@document
def judge_piped_report(sheet):
    """One table from side to side, the names of sections in rows of their own."""
    case, wide = Case(sheet), 94
    rule = f"+{'-' * wide}+"
    row = lambda text: f"| {text:<{wide - 2}} |"
    pair = lambda label, value: f"| {label:<24}| {value:<{wide - 27}} |"
    named = [(name, [pair(*one) for one in pairs]) for name, pairs in case.groups() if pairs]
    if case.odds(0.85):
        named.append((case.word("fields"), [pair(*one) for one in case.fields()]))
    if case.odds(0.85):
        named.append((case.word("stack"), [row(" -> ".join(case.called()))]))
    lines = [rule, row(case.word("title")), *(line for name, rows in named for line in [rule, row(name), rule, *rows]), rule]
    return joined("\n".join(lines), f"{case.word('trace')}\n{parts.trace(case)}")


@document
def judge_fixed_columns(sheet):
    """Names and values in fixed columns that blanks alone divide, names of sections underlined."""
    case = Case(sheet)
    width = case.pick(26, 30, 34)
    listed = lambda pairs: "\n".join(f"{label:<{width}}{value}" for label, value in pairs)
    rest = parts.sections(case, listed, case.pick("columns", "nested", "arrows"), case.pick("{0:<12}{1}", "kinds"))
    named = [(case.word("facts"), listed(case.header())), *rest]
    return joined(case.word("title").upper(), *(f"{name}\n{'-' * case.pick(len(name), 40)}\n{text}" for name, text in named))


@document
def judge_fixed_grouped(sheet):
    """Fixed columns below names in capitals, indented; rows of the stack as well."""
    case = Case(sheet)
    listed = lambda pairs: "\n".join(f"    {label:<28}{value}" for label, value in pairs)
    stack = lambda stack: ("", "\n".join(f"    {f'Level {at}':<28}{name}" for at, name in enumerate(stack, 1)))
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, stack, "    {0:<28}{1}")
    return joined(case.word("title"), *(f"{name.upper()}\n{text}" for name, text in named))


CODES = {"program": "PGNM", "panel": "PICC", "user": "USID", "job": "JOBN", "company": "CONO", "division": "DIVI", "environment": "ENVI", "version": "VERS",
         "at": "TMST", "where": "OPER"}


@document
def judge_fixed_described(sheet):
    """Three fixed columns: the field of M3, what it is, and its value."""
    case = Case(sheet, spread=False)
    asked = [field for field in CODES if field == "program" or case.odds(0.9)]
    rows = [(CODES[field], *pair) for field in asked for pair in case.told(field)]
    rows += case.chance.sample([("LANC", "Language", "GB"), ("FACI", "Facility", "A01"), ("DTFM", "Date format", "YMD"), ("WHLO", "Warehouse", "001")], 2)
    case.chance.shuffle(rows)
    head = case.pick(("Field", "Description", "Value"), ("Name", "Text", "Contents"), ("Field", "Meaning", "Value"))
    rest = parts.sections(case, lambda pairs: columns(pairs, ("Name", "Value")), case.pick("columns", "levels"), lambda case: columns(case.fields(), ("Field", "Value")))
    return joined(case.word("title"), columns(rows, head), *(f"** {name}\n{text}" for name, text in rest))


@document
def judge_boxed_headings(sheet):
    """Headings in boxes, `Key : value` below."""
    case = Case(sheet)
    corner, side = case.pick(("+", "|"), ("*", "*"), ("#", "#"))
    flat = "-" if corner == "+" else corner
    box = lambda name: f"{corner}{flat * 58}{corner}\n{side} {name:<56} {side}\n{corner}{flat * 58}{corner}\n"
    listed = lambda pairs: aligned(pairs, case_mark, " ")
    case_mark = case.pick(" : ", "  = ", ": ")
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, case.pick("tree", "called by", "chain"), case.pick("square", "bars", "quoted"))
    return joined(*(box(name) + text for name, text in [(case.word("title"), f" Log number {case.chance.randint(100, 999)}"), *named]))
