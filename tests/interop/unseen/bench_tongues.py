"""Dumps of the set `bench` in other languages."""

from .bench_case import Case
from .bench_keys import aligned, below, box, columns, fixed, grid, leaders, none, plain
from .bench_parts import arrays, chain, each, field_table, hexed, level_table, listed, report, several, structure, trace, trace_table, tree
from .register import Register

SET = Register()
document = SET.document


@document
def bench_de_punkte(sheet):
    """German, dots and blanks, underlined names, a table of levels."""
    case = Case(sheet, "de", "%d.%m.%Y, %H:%M:%S Uhr")
    levels = level_table({"#": "Ebene", "program": "Programm", "panel": "Panel", "method": "Methode"})
    return report(case, leaders(" .", 36), "underlined", levels, each("{name:<8} = '{value}'"), trace("    at {at}"))


@document
def bench_de_tabelle(sheet):
    """German, bars, numbered names, innermost program first."""
    case = Case(sheet, "de", "%d. %B %Y %H:%M:%S")
    return report(case, grid, "numbered", listed("{name}", inner=True), field_table({"name": "Feld", "value": "Inhalt"}), trace(), decoys=1)


@document
def bench_de_gleich(sheet):
    """German, capitals with equals signs, dashes at both sides, date and time of day apart."""
    case = Case(sheet, "de", "%d.%m.%Y|%H:%M:%S", str.upper)
    return report(case, plain("{} = {}"), "dashes", chain(" -> "), arrays("{name} = {value}"), trace(cut=0.5),
                  "s_what: program panel opobj dateclock; s_who: user companydivision job; s_system: environment version")


@document
def bench_sv_rubriker(sheet):
    """Swedish, aligned colons, boxed names, a tree."""
    case = Case(sheet, "sv", "%Y-%m-%d kl. %H:%M:%S")
    return report(case, aligned(), "boxed", tree("└─ "), each("{name}: '{value}'"), trace("\tat {at}"))


@document
def bench_sv_spalter(sheet):
    """Swedish, two pairs a line, long dashes, frames in a table."""
    case = Case(sheet, "sv", "%-d %B %Y %H:%M:%S")
    fields = field_table({"name": "Fält", "kind": "Typ", "size": "Längd", "value": "Värde"}, fixed)
    return report(case, columns(2), "long dashes", listed("{at}) {name}"), fields, trace_table(("Klass", "Metod", "Fil", "Rad")))


@document
def bench_fr_blancs(sheet):
    """French, blanks before colons, capitals, hex."""
    case = Case(sheet, "fr", "%-d %B %Y à %H:%M:%S")
    return report(case, plain("{} : {}"), "capitals", chain(" > "), hexed, trace("    at {at}"))


@document
def bench_fr_fleches(sheet):
    """French, arrows, names in square brackets, the trace first."""
    case = Case(sheet, "fr", "%d.%m.%Y %H:%M:%S")
    return report(case, aligned(" -> "), "bracketed", listed("{at}. {name}"), each("{name} = « {value} »"), trace(),
                  "s_what: program panel opobj at; s_who: user company division job; s_system: environment version",
                  "trace facts fields stack")


@document
def bench_da_boks(sheet):
    """Danish, drawn boxes, names in the middle."""
    case = Case(sheet, "da", "%d.%m.%Y kl. %H.%M.%S")
    return report(case, box, "centred", listed("{at:>2}  {name}"), structure, trace("    at {at}"))


@document
def bench_no_innrykk(sheet):
    """Norwegian, indented below names, dots to the values."""
    case = Case(sheet, "no", "%-d. %B %Y kl. %H:%M:%S")
    return report(case, leaders(".", 30, ": "), "inward", lambda case: ("outer", ", ".join(case.truth.call_stack)),
                  each('{name} = "{value}"'), trace("at {at}"), extra=False)


@document
def bench_no_under(sheet):
    """Norwegian, values below keys, equals signs around names, a table with statements."""
    case = Case(sheet, "no", "%Y-%m-%d %H:%M:%S")
    return report(case, below("{}", "  {}"), "equals", level_table({"#": "Nivå", "program": "Program", "statement": "Linje"}, fixed),
                  each("{name}={value}"), trace(), extra=False, decoys=1)


@document
def bench_nl_kolommen(sheet):
    """Dutch, columns without any sign, rules around names."""
    case = Case(sheet, "nl", "%d-%m-%Y %H:%M:%S")
    return report(case, aligned("     "), "between", listed("{at} {name}"), several("{name}='{value}'", 2), trace("  at {at}"))


@document
def bench_fi_rivit(sheet):
    """Finnish, colons, hash signs, programs a step deeper each."""
    case = Case(sheet, "fi", "%-d.%-m.%Y klo %H.%M.%S")
    return report(case, plain(), "hashes", tree("", "   "), each("{name:<8} '{value}'"), trace("\tat {at}"))


@document
def bench_es_linea(sheet):
    """Spanish, everything in one block, the stack on its line."""
    case = Case(sheet, "es", "%-d de %B de %Y, %H:%M:%S")
    return report(case, leaders(".", 24, ": "), none(case), chain(" -> "), each("{name} = '{value}'"), trace("    at {at}"),
                  "s_all: program panel where at user company division job environment version exception message")


@document
def bench_it_barre(sheet):
    """Italian, a bar between, names with a row of tildes."""
    case = Case(sheet, "it", "%d/%m/%Y %H:%M:%S")
    return report(case, aligned(" | "), "tilde", listed("* {name}", inner=True), each("{name:<8} | {value}"), trace())


@document
def bench_pt_igual(sheet):
    """Portuguese, equals signs, lettered names."""
    case = Case(sheet, "pt", "%d de %B de %Y às %H:%M:%S")
    return report(case, aligned(" = "), "lettered", level_table({"#": "Nível", "program": "Programa"}), each("{name} = '{value}'"), trace())
