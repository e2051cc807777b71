"""A whole dump of the strand: a title, the facts, and the sections in an order of their own."""

from . import strand_parts as parts
from .strand_case import FACTS

TOLD = (*FACTS, "exception", "exception_message")


def dump(case, facts=parts.lines("{}: {}"), heading=parts.EQUALS, stack=parts.indented, fields=parts.quoted(), trace=parts.java(), near=0, ordered=True, more=(),
    names=FACTS, title=True):
    """The dump's text. `more` are sections that are told besides, as titles and texts; what is None is left out."""
    first = case.label("title")
    found = []
    if facts:
        text = facts(case.facts(*names, near=near))
        found.append(text if case.likely(0.4) else heading(case.label("facts"), text))
    rest = list(more)
    if stack and case.likely(0.9):
        rest.append((case.label("stack"), stack(case.programs(ordered))))
    if fields and case.likely(0.9):
        rest.append((case.label("fields"), fields(case)))
    if trace:
        rest.append((case.label("trace"), trace(case)))
    if case.likely():
        case.chance.shuffle(rest)
    found += [heading(*one) for one in rest]
    if title:
        found.insert(0, case.any_of(f"{first}\n{'=' * len(first)}", f"***** {first} *****", first))
    return case.any_of("\n\n", "\n\n", "\n").join(found) + "\n"


def history(case):
    """A section on what happened before, with an exception of its own."""
    return "History", case.filled("Dump D00398 of {day} is related: java.io.IOException in {program}, solved by {other}.")
