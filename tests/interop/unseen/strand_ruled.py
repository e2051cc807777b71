"""Sections under any kind of rule or heading."""

from . import strand_parts as parts
from .register import Register
from .strand_case import Case
from .strand_whole import TOLD, dump, history

SET = Register()


@SET.document
def strand_ruled_framed(sheet):
    """Headings in frames."""
    return dump(Case(sheet), parts.lines("{} : {}", 1), parts.FRAMED, parts.arrows(" => "), parts.packed)


@SET.document
def strand_ruled_begin(sheet):
    """Sections that begin and end, with what only looks like facts."""
    return dump(Case(sheet, clocks=("zulu",), jobs=("uuid",)), parts.lines("{}: {}"), parts.between, parts.calls, near=2)


@SET.document
def strand_ruled_lined(sheet):
    """Headings in capitals above a rule, and a rule after each section."""
    case = Case(sheet, clocks=("digits", "iso"))
    case.capitals = True
    return dump(case, parts.leaders("."), parts.lined, parts.levels, parts.hexed, near=1)


@SET.document
def strand_ruled_drawn(sheet):
    """Drawn rules."""
    return dump(Case(sheet, clocks=("iso", "comma")), parts.drawn, parts.DRAWN, parts.tree(), parts.quoted(": "), names=TOLD)


@SET.document
def strand_ruled_comments(sheet):
    """Headings as comments."""
    return dump(Case(sheet), parts.shouted, parts.COMMENT, parts.arrows(), parts.typed, near=1)


@SET.document
def strand_ruled_hashes(sheet):
    """Headings with hashes and facts in points, as in a note."""
    return dump(Case(sheet, clocks=("words", "iso")), parts.lines("- **{}**: {}"), parts.HASHES, parts.levels, parts.bar_table)


@SET.document
def strand_ruled_colons(sheet):
    """Headings between colons; facts with arrows."""
    return dump(Case(sheet, clocks=("years",)), parts.lines("{} => {}", 1), parts.COLONS, parts.points, parts.quoted(" => "), near=1)


@SET.document
def strand_ruled_tildes(sheet):
    """Headings between tildes; labels that end at the values."""
    case = Case(sheet)
    return dump(case, parts.right(), parts.TILDES, parts.chevrons, parts.records, more=[history(case)])


@SET.document
def strand_ruled_angles(sheet):
    """Headings between angles; facts behind a mark."""
    return dump(Case(sheet, clocks=("month", "iso")), parts.lines("* {}: {}"), parts.ANGLES, parts.tree("|-- "), parts.plain(" "), names=TOLD, near=2)


@SET.document
def strand_ruled_none(sheet):
    """Titles with colons only, what belongs to them indented."""
    return dump(Case(sheet, clocks=("iso", "dots")), parts.lines("  {}: {}"), parts.COLON, parts.arrows(), parts.quoted(indent="  "), parts.java("      at "))
