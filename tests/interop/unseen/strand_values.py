"""Fields and records: quoted, in hex, packed, in tables."""

from . import strand_parts as parts
from .register import Register
from .strand_case import Case
from .strand_whole import TOLD, dump, history

SET = Register()


@SET.document
def strand_values_quoted(sheet):
    """`NAME = "value"`."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.DASHES, parts.arrows(), parts.quoted(), near=1)


@SET.document
def strand_values_hex(sheet):
    """Bytes in hex beside their text."""
    return dump(Case(sheet, clocks=("digits",)), parts.leaders(" ."), parts.STARS, parts.indented, parts.hexed, names=TOLD)


@SET.document
def strand_values_packed(sheet):
    """Packed decimals with what they say."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.UNDERLINED, parts.levels, parts.packed, near=1)


@SET.document
def strand_values_buffer(sheet):
    """Bytes of a record with offsets and their text, and the fields quoted in a section of their own."""
    case = Case(sheet)
    return dump(case, parts.lines("{} = {}", 1), parts.EQUALS, parts.arrows(), parts.quoted(), more=[("Record buffer", parts.buffer(case))])


@SET.document
def strand_values_table(sheet):
    """A table with types and lengths."""
    return dump(Case(sheet), parts.twins(), parts.DASHES, parts.tree(), parts.table, near=2)


@SET.document
def strand_values_records(sheet):
    """Under the names of their records."""
    return dump(Case(sheet, clocks=("dots",)), parts.leaders("."), parts.FRAMED, parts.points, parts.records)


@SET.document
def strand_values_declared(sheet):
    """As a debugger declares them, with a mention of an earlier dump."""
    case = Case(sheet)
    return dump(case, parts.lines("{}: {}"), parts.QUOTED, parts.calls, parts.typed, more=[history(case)])


@SET.document
def strand_values_mixed(sheet):
    """The header with leaders, the stack as a table, the fields quoted, the trace at the end."""
    case = Case(sheet, clocks=("iso", "slashes"))
    text = parts.leaders(".")(case.facts(near=2))
    sections = [parts.STARS(case.label("stack"), parts.leveled(case.programs())), parts.DASHES(case.label("fields"), parts.quoted()(case)),
        parts.EQUALS(case.label("trace"), parts.caused(case))]
    return "\n\n".join([case.label("title"), text, *sections]) + "\n"
