"""Dumps of the set `bench` in English with bars, boxes and columns."""

from .bench_case import Case
from .bench_keys import aligned, fixed, grid
from .bench_parts import chain, each, field_table, level_table, listed, report, several, trace, trace_table
from .register import Register

SET = Register()
document = SET.document


@document
def bench_bar_rows(sheet):
    """Bars around keys and values, stars around names, the exception among the facts."""
    case = Case(sheet, "en", "%d %b %Y %H:%M:%S.%L")
    return report(case, grid, "stars", level_table({"#": "No", "program": "Program"}), field_table({"name": "Name", "value": "Value"}),
                  trace(),
                  "s_what: program panel opobj at exception message; s_who: user company division job; s_system: environment version")


@document
def bench_fixed_print(sheet):
    """Keys and values in columns without any sign, names in capitals with a free line, a list printed long ago."""
    case = Case(sheet, "en", "%Y-%m-%d|%H.%M.%S")
    levels = level_table({"#": "Lvl", "program": "Program", "library": "Library", "statement": "Statement"}, fixed)
    fields = field_table({"name": "Field", "kind": "Type", "size": "Len", "value": "Value"}, fixed, "{}")
    return report(case, aligned("    ", "  "), "spaced", levels, fields, trace("    at {at}"),
                  "s_what: program panel where dateclock; s_who: user company division job; s_system: environment version")


@document
def bench_headed_columns(sheet):
    """A line of values below a line of names, and frames in a grid."""
    case = Case(sheet, "short", "%Y-%m-%d %H:%M:%S")
    across = lambda rows: fixed([label for label, _ in rows], [tuple(value for _, value in rows)])
    return report(case, across, "underlined", listed("{at:<4}{name}"), several("{name}: '{value}'", 2), trace_table(numbers=True), decoys=1)


@document
def bench_key_value_table(sheet):
    """One table of keys and values with a head, a rule of equals signs below other names."""
    case = Case(sheet, "en", "%d %B %Y %H:%M:%S UTC")
    return report(case, lambda rows: fixed(("Item", "Value"), rows, " | "), "double", chain(" >> "), each("{name:<8} | {value}"), trace(),
                  "s_all: program panel at where user company division job environment version exception origin")


@document
def bench_quiet_pairs(sheet):
    """Pairs parted by a bar on few lines, names after `>>>`, packaging data behind frames."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M:%S.%L")
    lines = lambda rows: "\n".join(" | ".join(f"{label}: {value}" for label, value in rows[at:at + 3]) for at in range(0, len(rows), 3))
    return report(case, lines, "arrow", listed("-> {name}"), each("{name} = {value}"), trace("\tat {at} ~[m3be.jar:15.1]", suppressed=0.4))
