"""Dumps of the set `bench` in English whose keys have colons, equals signs, dots or the like."""

from .bench_case import Case
from .bench_keys import aligned, below, columns, fixed, leaders, none, plain
from .bench_parts import (arrays, chain, each, field_table, formatted, hexed, level_table, listed, packed_fields, report, several,
                          structure, trace, trace_table, tree)
from .register import Register
from .words import camel

SET = Register()
document = SET.document
ALL = "s_all: program panel user company division job environment version at where"


def snake(label):
    return label.lower().replace(" ", "_").replace("/", "_")


def kebab(label):
    return label.lower().replace(" ", "-").replace("/", "-")


@document
def bench_colon_chapters(sheet):
    """Keys with colons below numbered chapters, a table of levels, the month in letters."""
    case = Case(sheet, "en", "%d %B %Y, %H:%M:%S")
    return report(case, plain(), "chapters", level_table({"#": "Level", "program": "Program", "method": "Method", "statement": "Line"}),
                  each('{name} = "{value}"'), trace("    at {at}"))


@document
def bench_long_leaders(sheet):
    """Dots and blanks to the values, boxed names, the stack as a tree, times as IBM i has them."""
    case = Case(sheet, "en", "%Y-%m-%d-%H.%M.%S.%f")
    return report(case, leaders(" .", 34), "boxed", tree("+-- "), each("{name:<10} {kind}({size})  '{value}'"), trace(),
                  "s_who: user companydivision job; s_what: program panel where at; s_system: environment version")


@document
def bench_camel_equals(sheet):
    """Names as Java has them, equals signs, dashes at both sides of headings, class loaders in the trace."""
    case = Case(sheet, "en", "%Y-%m-%dT%H:%M:%S.%LZ", camel)
    return report(case, plain("{}={}"), "dashes", chain("->"), each("{name}='{value}'"), trace(jar="app//"))


@document
def bench_snake_walrus(sheet):
    """Names with underscores and `:=`, comments as headings, programs in square brackets."""
    case = Case(sheet, "en", "%Y%m%d %H:%M:%S", snake)
    return report(case, aligned(" := "), "comment", listed("[{at:02d}] {name}"), each("{name} := '{value}'"), trace(),
                  "s_system: environment releasefix; s_what: program panel opobj at; s_who: user company division job")


@document
def bench_hyphen_arrow(sheet):
    """Names with hyphens, arrows to the values, headings in angles, innermost program first."""
    case = Case(sheet, "en", "%A, %B %-d, %Y %I:%M:%S %p", kebab)
    return report(case, aligned(" => "), "angled", listed("{name}", inner=True), each("{name} => <{value}>"), trace("        at {at}"))


@document
def bench_four_letters(sheet):
    """M3's own four letters, bracketed sections, the date apart from the time of day as M3 keeps them."""
    case = Case(sheet, "four", "%Y%m%d|%H%M%S")
    return report(case, aligned("  "), "bracketed", listed("{at:>3} {name}"), arrays("{name:<10} '{value}'"), trace(),
                  "s_who: user company division job; s_what: program panel opobj dateclock; s_system: environment version")


@document
def bench_four_commands(sheet):
    """M3's letters with the value in round brackets, as in commands; a formatted dump of the fields."""
    case = Case(sheet, "four", "%Y-%m-%d %H:%M:%S")
    levels = level_table({"#": "LVL", "program": "PGM", "library": "LIB", "statement": "STMT"}, fixed, True)
    return report(case, columns(2, "{}({})", 40), "capitals", levels, formatted, trace("    at {at}"), ALL + " exception")


@document
def bench_two_a_line(sheet):
    """Two pairs a line, rules of dashes around names, programs with commas between."""
    case = Case(sheet, "en", "%d-%b-%Y %H:%M:%S")
    case.blank = ""
    return report(case, columns(2), "between", lambda case: ("outer", ", ".join(case.truth.call_stack)),
                  field_table({"name": "Field", "value": "Value"}), trace(cut=0.4))


@document
def bench_three_a_line(sheet):
    """Three pairs a line with equals signs, hardly any heading, a stack counted from the top."""
    case = Case(sheet, "short", "%m/%d/%Y %I:%M:%S %p")
    return report(case, columns(3, "{} = {}", 36), none(case), listed("#{at}  {name}", inner=True), each("{name:<8}: {value}"),
                  trace(), ALL)


@document
def bench_value_below(sheet):
    """Each value on the line below its key, headings in the middle of the line."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M:%S")
    return report(case, below("{}:"), "centred", chain(" > "), each("{name}\t{value}"), trace("    at {at}"), extra=False, decoys=1)


@document
def bench_bullets(sheet):
    """A list with hyphens, headings with a row of tildes, the trace before everything else."""
    case = Case(sheet, "en", "%d %b %Y %H:%M:%S %Q")
    return report(case, plain("- {}: {}"), "tilde", listed("- {name}"), each("- {name}: '{value}'"), trace(),
                  order="trace facts stack fields")


@document
def bench_right_keys(sheet):
    """Keys that end at the colon, overlined names, hex with its text behind."""
    case = Case(sheet, "en", "%Y/%m/%d %H:%M:%S.%L")
    return report(case, aligned(": ", right=True), "overlined", listed("{up} {name}", inner=True), hexed, trace("\tat {at}"),
                  "s_all: program panel user company division job environment version at where frame")


@document
def bench_underscores(sheet):
    """Underscores to the values, lettered sections, records of packed numbers."""
    case = Case(sheet, "en", "%H:%M:%S on %-d %B %Y")
    return report(case, leaders("_", 26, " "), "lettered", tree("\\_ ", "  "), packed_fields, trace("  at {at}"))


@document
def bench_begin_end(sheet):
    """Capitals with equals signs between BEGIN and END, a step deeper for each program."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M:%S +01:00", str.upper)
    return report(case, aligned(" = ", "  "), "begin", tree("", "  "), structure, trace())


@document
def bench_fenced(sheet):
    """Sections between fences as certificates have them, values in quotes."""
    case = Case(sheet, "en", "%Y-%m-%dT%H:%M:%S")
    return report(case, plain('{}: "{}"'), "fences", listed("{at}: {name}"), each('{name}: "{value}"'), trace(), title="")


@document
def bench_called_by(sheet):
    """Keys in lower letters, each program with the one that called it."""
    case = Case(sheet, "en", "%Y-%m-%d at %H:%M:%S", str.lower)

    def callers(case):
        names = case.truth.call_stack[::-1]
        return "", "\n".join([names[0], *(f"  called by {name}" for name in names[1:])])

    return report(case, aligned(" - "), "equals", callers, each("{name} [{value}]"),
                  trace("    at {at}", before='Exception in thread "job-4" '))


@document
def bench_indented_groups(sheet):
    """Sections by their indentation alone, frames with a number each."""
    case = Case(sheet, "en", "%d.%m.%Y %H:%M:%S")
    case.blank = ""
    return report(case, plain(), "inward colon", listed("{at}. {name}"), each("{name}: '{value}'"), trace("#{n} {at}"),
                  "s_what: programpanel where at exception message; s_who: user company division job; s_system: environment version")


@document
def bench_trace_columns(sheet):
    """A table of frames, hash signs around names, keys in capitals with a colon far off."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M", str.upper)
    return report(case, aligned("   : "), "hashes", level_table({"program": "Program", "panel": "Panel", "method": "Method"}),
                  several("{name}={value}", 1), trace_table(draw=fixed))
