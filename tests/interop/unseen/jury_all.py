"""The notations of the set `jury`, by an administrator of M3 who was told only what a reader of dumps is judged by.

Neither the reader nor another set was seen by their writer. Keys and values are in jury_keys, tables in jury_ruled, other
languages in jury_tongues, contents of fields in jury_stores, what other programs read in jury_formats; jury_case has the
facts and jury_values what they may be.
"""

from . import jury_formats, jury_keys, jury_ruled, jury_stores, jury_tongues

PARTS = [jury_keys.SET, jury_ruled.SET, jury_tongues.SET, jury_stores.SET, jury_formats.SET]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
# Those that are a whole file.
ALONE = {*jury_formats.SET.documents}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
