"""Which notations there are: those known, those thought of later, of these the ones held back, those kept apart,
those put aside, the plausible ones, those of sites, the fresh ones, those made anew once more, those by other hands, the judge's,
the jury's, the court's, those of the bench, of the porch, of the attic, of the loft, of the quay, of the pier, of the strand and of the weir."""

from . import (anew_again, apart, aside, attic_all, bench_all, court_all, documents, fresh, further, held_back, judge_all, jury_all, later,
               lines, loft_all, other_hands, pier_all, plausible, porch_all, quay_all, sites, strand_all, weir_all)

# What was added to the notations known, each with more words, traces and headings of its own.
ADDED = {"later": later, "further": further, "held": held_back, "apart": apart, "aside": aside, "plausible": plausible,
         "sites": sites, "fresh": fresh, "again": anew_again, "other": other_hands,
         "judge": judge_all, "jury": jury_all, "court": court_all, "bench": bench_all, "porch": porch_all, "attic": attic_all, "loft": loft_all, "quay": quay_all, "pier": pier_all, "strand": strand_all, "weir": weir_all}
SETS = {"known": [*lines.NOTATIONS, *documents.NOTATIONS], **{name: [*added.LINES, *added.DOCUMENTS] for name, added in ADDED.items()}}
LINES = {**lines.NOTATIONS, **{name: write for added in ADDED.values() for name, write in added.LINES.items()}}
DOCUMENTS = {**documents.NOTATIONS, **{name: write for added in ADDED.values() for name, write in added.DOCUMENTS.items()}}
NAMED = set().union(*(added.NAMED for added in ADDED.values()))
ALONE = (apart.ALONE | aside.ALONE | plausible.ALONE | sites.ALONE | fresh.ALONE | anew_again.ALONE | other_hands.ALONE | judge_all.ALONE
         | jury_all.ALONE | court_all.ALONE | bench_all.ALONE | porch_all.ALONE
         | attic_all.ALONE | loft_all.ALONE | quay_all.ALONE | pier_all.ALONE | strand_all.ALONE | weir_all.ALONE)
assert len(LINES) + len(DOCUMENTS) == sum(map(len, SETS.values())), "two notations of one name"


def added_to(notation):
    """The set that gives a notation's dumps more words, traces and headings; None for those known."""
    return next((added for name, added in ADDED.items() if notation in SETS[name]), None)
