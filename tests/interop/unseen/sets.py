"""Which notations there are: those known, those thought of later, of these the ones held back, those kept apart, and those put aside."""

from . import apart, aside, documents, further, held_back, later, lines

SETS = {"known": [*lines.NOTATIONS, *documents.NOTATIONS], "later": [*later.LINES, *later.DOCUMENTS],
        "further": [*further.LINES, *further.DOCUMENTS], "held": [*held_back.LINES, *held_back.DOCUMENTS],
        "apart": [*apart.LINES, *apart.DOCUMENTS], "aside": [*aside.LINES, *aside.DOCUMENTS]}
LINES = {**lines.NOTATIONS, **later.LINES, **further.LINES, **held_back.LINES, **apart.LINES, **aside.LINES}
DOCUMENTS = {**documents.NOTATIONS, **later.DOCUMENTS, **further.DOCUMENTS, **held_back.DOCUMENTS, **apart.DOCUMENTS, **aside.DOCUMENTS}
NAMED = later.NAMED | further.NAMED | held_back.NAMED | apart.NAMED | aside.NAMED
ALONE = apart.ALONE | aside.ALONE
assert len(LINES) + len(DOCUMENTS) == sum(map(len, SETS.values())), "two notations of one name"


def added_to(notation):
    """The set that gives a notation's dumps more words, traces and headings; None for those known."""
    return next((added for name, added in (("later", later), ("further", further), ("held", held_back), ("apart", apart),
                                            ("aside", aside))
                 if notation in SETS[name]), None)
