"""Colleagues in other countries, each with a dump in the notation they are used to."""

from . import weir_parts as parts
from .register import Register
from .weir_case import Case, blocks

SET = Register()
FACTS = "program panel user job company division environment version at where"
THROWN = " exception exception_message"


def sections(case, look, head, stack, fields):
    heading = parts.HEADINGS[look]
    named = [(case.label("call_stack"), stack), (case.label("fields"), fields)]
    texts = [f"{heading(name)}\n{text}" for name, text in case.chance.sample(named, 2)]
    return blocks(f"{heading(case.label('title'))}\n{head}", *texts, f"{heading(case.label('trace'))}\n{case.trace(case.any_of(chr(9) + 'at ', '    at '))}")


@SET.document
def weir_lands_german(sheet):
    """German: leaders of dots, the stack indented."""
    case = Case(sheet, "de", clocks=("dots", "words"))
    return sections(case, case.any_of("double under", "stars"), parts.leaders(case.rows(FACTS + THROWN, near=2), 36, case.any_of(". ", ".")),
        parts.indented(case.programs(), "   "),
                    parts.quoted(case.values()))


@SET.document
def weir_lands_swedish(sheet):
    """Swedish: columns with colons, who called whom."""
    case = Case(sheet, "sv", clocks=("iso", "words"))
    return sections(case, case.any_of("dashes", "equals"), parts.columns(case.rows(FACTS, near=2), " : "), parts.called_by(case.programs(), "anropat av"),
        parts.equals(case.values(), " = "))


@SET.document
def weir_lands_french(sheet):
    """French: a blank before the colon, programs with arrows."""
    case = Case(sheet, "fr", clocks=("dots", "year first"))
    head = "\n".join(f"{label} : {value}".rstrip() for label, value in case.rows(FACTS + THROWN, near=2))
    return sections(case, case.any_of("rules", "under"), head, " -> ".join(case.programs()), parts.columns(case.values(), " : "))


@SET.document
def weir_lands_spanish(sheet):
    """Spanish: tables between bars."""
    case = Case(sheet, "es", clocks=("iso", "dashes"))
    return sections(case, case.any_of("brackets", "hashes"), parts.bars(case.rows(FACTS, near=2), case.likely()),
        parts.bars(parts.levels(case.programs()), True, ("Nivel", "Programa", "Llamado por")),
                    parts.bars(case.values("|"), True, ("Campo", "Valor")))


@SET.document
def weir_lands_dutch(sheet):
    """Dutch: equals signs, the stack numbered."""
    case = Case(sheet, "nl", clocks=("dashes", "iso"))
    return sections(case, case.any_of("equals", "plus"), parts.columns(case.rows(FACTS, near=2), " = "), parts.numbered(case.programs(), "{}. {}"),
        parts.quoted(case.values(), "=", "'"))


@SET.document
def weir_lands_finnish(sheet):
    """Finnish: `name: value`, fields in a table of columns."""
    case = Case(sheet, "fi", clocks=("dots", "iso"))
    return sections(case, case.any_of("stars", "sharp box"), parts.colon(case.rows(FACTS + THROWN, near=2)), parts.indented(case.programs(), "  ", "-> "),
                    parts.grid(case.values(), ("Kenttä", "Arvo"), "    ", "-"))


@SET.document
def weir_lands_polish(sheet):
    """Polish: close dots."""
    case = Case(sheet, "pl", clocks=("dots", "iso"))
    return sections(case, case.any_of("dashes", "under"), parts.close_dots(case.rows(FACTS, near=2), 34), parts.numbered(case.programs(), "{:>2}  {}"), parts.quoted(case.values()))


@SET.document
def weir_lands_others(sheet):
    """Norwegian or Portuguese: sections of columns, programs with arrows."""
    hand = sheet.chance.choice(["no", "pt"])
    case = Case(sheet, hand, clocks=("dots", "iso"))
    return sections(case, case.any_of("equals", "angle"), parts.columns(case.rows(FACTS + THROWN, near=2), " : ", "  "), " > ".join(case.programs()),
        parts.equals(case.values(), ": "))
