"""Traces of Java: causes, what was suppressed, frames left out, modules; and dumps that tell little besides."""

from . import strand_parts as parts
from .register import Register
from .strand_case import Case
from .strand_whole import TOLD, dump

SET = Register()


@SET.document
def strand_traces_caused(sheet):
    """A cause, with frames left out."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.EQUALS, parts.arrows(), trace=parts.caused)


@SET.document
def strand_traces_suppressed(sheet):
    """An exception that was suppressed."""
    return dump(Case(sheet), parts.leaders("."), parts.DASHES, parts.tree(), parts.plain(" = "), parts.suppressed, near=1)


@SET.document
def strand_traces_modules(sheet):
    """Modules before the classes."""
    return dump(Case(sheet, clocks=("zulu",)), parts.lines("{}={}"), parts.BRACKETS, parts.levels, parts.listed("\n"), parts.modules)


@SET.document
def strand_traces_jars(sheet):
    """Archives after the frames."""
    return dump(Case(sheet, clocks=("comma",)), parts.lines("{} : {}", 1), parts.RULES, parts.indented, trace=parts.jars, near=2)


@SET.document
def strand_traces_counted(sheet):
    """Frames with numbers."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.STARS, parts.chevrons, trace=parts.counted)


@SET.document
def strand_traces_table(sheet):
    """Frames as a table."""
    return dump(Case(sheet), parts.bars, parts.HASHES, parts.leveled, parts.bar_table, parts.framed)


@SET.document
def strand_traces_first(sheet):
    """The trace before anything else, the facts below it."""
    case = Case(sheet, clocks=("iso", "milli"))
    rows = case.facts(near=1)
    return f"{case.label('title')}\n\n{parts.java()(case)}\n\n{parts.lines('{}: {}')(rows)}\n\n{case.label('fields')}:\n{parts.quoted()(case)}\n"


@SET.document
def strand_traces_sentence(sheet):
    """A sentence that says what failed where, then the facts that it lacks."""
    case = Case(sheet, lack=0)
    panel = f" on panel {case.tell('panel')}" if case.truth.panel else ""
    said = f"Program {case.tell('program')} ended abnormally{panel} when {case.tell('where')} was executed for user {case.tell('user')}."
    rest = case.facts("job", "company", "division", "environment", "version", "at", near=1)
    return dump(case, lambda pairs: f"{said}\n\n{parts.lines('{}: {}')(rest)}", parts.DASHES, parts.arrows(), names=("exception",))


@SET.document
def strand_traces_header(sheet):
    """The exception among the facts alone, no trace."""
    return dump(Case(sheet, clocks=("iso", "digits")), parts.leaders(" ."), parts.STARS, parts.levels, trace=None, names=TOLD, near=1)


LANDS = {
    "de": ("dots", parts.leaders("."), parts.DASHES, parts.arrows()), "sv": ("iso", parts.lines("{}: {}"), parts.EQUALS, parts.indented),
    "fr": ("slashes", parts.lines("{} : {}", 1), parts.STARS, parts.tree()), "es": ("slashes", parts.lines("{} = {}"), parts.UNDERLINED, parts.levels),
    "it": ("slashes", parts.leaders(" ."), parts.EQUALS, parts.chevrons), "nl": ("dashes", parts.bars, parts.HASHES, parts.arrows()),
    "da": ("dashes", parts.right(), parts.RULES, parts.points), "no": ("dots", parts.lines("{}\t{}"), parts.BRACKETS, parts.arrows()),
    "fi": ("finnish", parts.boxed, parts.COLON, parts.levels), "pl": ("iso", parts.lines("{}: {}"), parts.FRAMED, parts.tree("+- ")),
    "pt": ("slashes", parts.lines("{}: {}"), parts.TILDES, parts.arrows()),
}


def land(name, languages):
    """A notation in one of some languages."""
    def write(sheet):
        language = sheet.chance.choice(languages)
        clock, facts, heading, stack = LANDS[language]
        return dump(Case(sheet, language, (clock,)), facts, heading, stack, near=sheet.chance.choice([0, 1, 1]), names=TOLD if sheet.chance.random() < 0.4 else TOLD[:-2])

    write.__name__, write.__doc__ = f"strand_lands_{name}", f"Labels in the language of the author: {' or '.join(languages)}."
    return SET.document(write)


for called, spoken in (("german", "de"), ("swedish", "sv"), ("french", "fr"), ("spanish", "es"), ("italian", "it"), ("dutch", "nl"), ("finnish", "fi"), ("polish", "pl"),
    ("portuguese", "pt")):
    land(called, (spoken,))
land("danish_norwegian", ("da", "no"))
