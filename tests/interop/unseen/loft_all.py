"""Sixty notations as seven authors would think of them who know neither the reader nor the other sets.

What they share is in loft_case and loft_parts; the notations are in loft_java, loft_rpg, loft_ops, loft_ticket, loft_screen, loft_tongues
and loft_ship.
"""

from . import loft_java, loft_ops, loft_rpg, loft_screen, loft_ship, loft_ticket, loft_tongues

PARTS = [one.SET for one in (loft_java, loft_rpg, loft_ops, loft_ticket, loft_screen, loft_tongues, loft_ship)]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
# These are a whole file, or are told apart by what stands at its start.
ALONE = {*loft_ops.SET.documents, *loft_ship.SET.documents, "loft_rpg_spool", "loft_ticket_mail", "loft_ticket_prose", "loft_ticket_html", "loft_screen_card"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
