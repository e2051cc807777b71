"""Stacks of programs in varied looks."""

from . import strand_parts as parts
from .register import Register
from .strand_case import Case
from .strand_whole import TOLD, dump

SET = Register()


@SET.document
def strand_stacks_called_by(sheet):
    """The innermost first, each called by the next."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.EQUALS, parts.called_by(), ordered=False)


@SET.document
def strand_stacks_debugger(sheet):
    """The innermost first with numbers from zero."""
    return dump(Case(sheet, clocks=("milli",)), parts.lines("{} = {}"), parts.DASHES, parts.hashes, parts.typed, ordered=False, near=1)


@SET.document
def strand_stacks_indented(sheet):
    """Deeper with each call."""
    return dump(Case(sheet, clocks=("comma", "iso")), parts.lines("{} : {}", 1), parts.STARS, parts.indented, parts.table)


@SET.document
def strand_stacks_table(sheet):
    """A table with who called whom, with what only looks like facts."""
    return dump(Case(sheet), parts.leaders(" ."), parts.RULES, parts.leveled, parts.table, near=3)


@SET.document
def strand_stacks_tree(sheet):
    """Lines of a tree."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.UNDERLINED, parts.tree("`-- "), parts.quoted("="))


@SET.document
def strand_stacks_arrows(sheet):
    """On one line with arrows, among the facts."""
    case = Case(sheet)
    mark = case.any_of(" -> ", " --> ", " >> ", " → ")
    return dump(case, lambda pairs: parts.lines("{}: {}")([*pairs, (case.label("stack"), mark.join(case.programs()))]), parts.EQUALS, None)


@SET.document
def strand_stacks_latest(sheet):
    """Numbers before programs, with a word on the order."""
    return dump(Case(sheet), parts.lines("{}\t{}"), parts.BRACKETS, lambda programs: "(first call at the top)\n" + parts.levels(programs), parts.listed("\n"), near=1)


@SET.document
def strand_stacks_methods(sheet):
    """Calls as sentences."""
    return dump(Case(sheet), parts.lines("{}: {}"), parts.COLON, parts.calls, parts.records, names=TOLD)


@SET.document
def strand_stacks_boxes(sheet):
    """A table between bars, its facts too."""
    return dump(Case(sheet), parts.boxed, parts.RULES, parts.barred, parts.packed, near=2)


@SET.document
def strand_stacks_from(sheet):
    """The innermost first, from whom it was called, then the trace."""
    return dump(Case(sheet, clocks=("offset",)), parts.shouted, parts.STARS, parts.called_by("<- "), parts.hexed, ordered=False)
