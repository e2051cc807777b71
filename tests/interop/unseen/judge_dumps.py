"""Dumps of the set `judge` that are rich in stacks, fields and records: nested programs, hex and packed values."""

from . import judge_parts as parts
from . import judge_words as said
from .judge_case import Case
from .judge_parts import aligned, columns, dotted, grid, joined
from .register import Register

SET = Register()
document = SET.document
colons = lambda pairs: aligned(pairs, " : ")
HEADINGS = [lambda name: f"--- {name} ---", lambda name: f"{name}\n{'=' * len(name)}", lambda name: f"*** {name.upper()}", lambda name: f"[{name}]"]


def facts(case, listed=colons):
    """The facts below the title, in one list."""
    return f"{case.word('title')}\n\n{listed(case.header())}"


def own_panel(case):
    """The panel of the failing program, as the stack shows it."""
    return f"  panel {case.say('panel')}" if case.truth.panel else ""


@document
def judge_nested_programs(sheet):
    """Each program in the one that called it, with a few variables of its own; the failing one has its fields."""
    case = Case(sheet)
    mark = case.pick("PROGRAM ", "Program ", "")
    lines, indent = [], ""
    stack = case.called()
    for name in stack[:-1]:
        lines.append(f"{indent}{mark}{name}" + (f"  panel {case.pick('A', 'B', 'E')}" if name != "SYS" else ""))
        indent += "  "
        if name != "SYS" and case.odds(0.6):
            lines.append(f'{indent}  ZX{case.pick("STAT", "MODE", "OPT")} = "{case.chance.randint(1, 90)}"')
    lines.append(f"{indent}{mark}{stack[-1]}{own_panel(case)}  {case.pick('<-- failed here', '*** failed', '(active)')}")
    lines += [f'{indent}  {name} = "{value}"' for name, value in case.fields()]
    head, more = case.pick(*HEADINGS), f"{case.word('trace')}"
    return joined(facts(case), f"{head(case.word('stack'))}\n" + "\n".join(lines), f"{head(more)}\n{parts.trace(case)}")


@document
def judge_stack_grid(sheet):
    """The stack as a table, the current program on top, with panels and times of call."""
    case = Case(sheet)
    rows = [(at, name, "" if name == "SYS" else "A", f"08:{10 + at}:07") for at, name in enumerate(case.called(), 1)]
    if case.truth.panel:
        rows[-1] = (*rows[-1][:2], case.say("panel"), rows[-1][3])
    else:
        rows = [(*row[:2], row[3]) for row in rows]
    names = ("Level", "Program", "Panel", "Called at") if case.truth.panel else ("Level", "Program", "Called at")
    table = case.pick(grid, columns)(rows[::-1], names)
    head = case.pick(*HEADINGS)
    rest = [(f"{case.word('stack')}, current program on top", table), (case.word("trace"), parts.trace(case)),
            (case.word("fields"), parts.fields(case, case.pick("quoted", "equals")))]
    case.chance.shuffle(rest)
    return joined(facts(case), *(f"{head(name)}\n{text}" for name, text in rest))


@document
def judge_record_dump(sheet):
    """The record of the failing operation, field by field with positions, then its bytes."""
    case = Case(sheet)
    at, rows = 1, []
    for name, value in case.fields():
        kind, length = said.FIELDS[name]
        rows.append((name, at, length, kind, f"'{value}'"))
        at += length
    raw = "".join(value.ljust(said.FIELDS[name][1]) for name, value in case.truth.fields)
    data = "\n".join(f"{at:06X}  {raw[at:at + 16].encode('cp037').hex().upper():<32}" for at in range(0, len(raw), 16))
    record = columns(rows, ("Field", "Pos", "Len", "Type", "Value"))
    head = case.pick(*HEADINGS)
    rest = [(case.word("trace"), parts.trace(case)), (case.word("stack"), " -> ".join(case.called())),
            (f"Field dump of the record {case.truth.object}", record)]
    case.chance.shuffle(rest)
    dots = lambda pairs: "\n".join(f"{dotted(label, 26)} : {value}" for label, value in pairs)
    listing = f"{case.word('title')}\n\n{dots(case.pairs('program! where! panel at user job company division environment version', ('pgm', 'session')))}"
    return joined(listing, *(f"{head(name)}\n{text}" for name, text in rest), f"{head('Record buffer (EBCDIC)')}\n{data}")


@document
def judge_hex_fields(sheet):
    """What fields hold in hex, with the text beside it."""
    case = Case(sheet)
    line = case.pick(lambda name, kind, length, raw, value: f"{name:<10}{kind}{length:<4} X'{raw}'  \"{value}\"",
                     lambda name, kind, length, raw, value: f"{name} = X'{raw}' ({value})" if value else f"{name} = X''",
                     lambda name, kind, length, raw, value: f"{name:<8} : '{value}'{' ' * max(1, 20 - len(value))}hex {raw}")
    head = case.pick(*HEADINGS)
    rest = parts.sections(case, colons, case.pick("arrows", "numbers", "called by"), lambda case: parts.hex_fields(case, line), sure=True)
    return joined(facts(case), *(f"{head(name)}\n{text}" for name, text in rest))


@document
def judge_packed_table(sheet):
    """A table of fields with type, length, what is stored and what that means."""
    case = Case(sheet)

    def table(case):
        raw = {name: parts.hexed(value, said.FIELDS[name][0] == "P") for name, value in case.truth.fields}
        rows = [(name, "PACKED" if said.FIELDS[name][0] == "P" else "CHAR", said.FIELDS[name][1], f"x'{raw[name]}'", value) for name, value in
                case.fields(lambda name, value: (f"x'{raw[name]}'", raw[name]))]
        return case_table(rows, ("Field", "Type", "Length", "Stored", "Value"))

    case_table, head = case.pick(grid, columns), case.pick(*HEADINGS)
    listed = case.pick(colons, lambda pairs: aligned(pairs, " = "), lambda pairs: grid(pairs))
    rest = parts.sections(case, listed, case.pick("levels", "chain"), table, sure=True)
    return joined(facts(case, listed), *(f"{head(name)}\n{text}" for name, text in rest))


@document
def judge_fields_in_rows(sheet):
    """Several `NAME = "value"` on a line, and the frames of the trace as a table."""
    case = Case(sheet)
    form, count, gap = case.pick('{}="{}"', '{} = "{}"', "{}='{}'"), case.pick(2, 3, 4), case.pick("  ", ", ", "; ")

    def rows(case):
        cells = [form.format(name, value) for name, value in case.fields()]
        return "\n".join(gap.join(cells[at:at + count]) for at in range(0, len(cells), count))

    head = case.pick(*HEADINGS)
    traced = lambda case: parts.trace_table(case, case.pick(columns, grid))
    rest = parts.sections(case, colons, case.pick("arrows", "oldest"), rows, traced if case.odds(0.5) else parts.trace, sure=True)
    return joined(facts(case), *(f"{head(name)}\n{text}" for name, text in rest))
