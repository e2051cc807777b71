"""The set `attic`: dumps of a tester who takes the sentence that says what a reader must know word by word, and combines its parts.

The words are in attic_words, what one dump states in attic_case, its parts in attic_looks, attic_stacks, attic_fields, attic_traces
and attic_report; the notations are in attic_keyed, attic_columns, attic_nested, attic_xml, attic_java and attic_other.
"""

from . import attic_columns, attic_java, attic_keyed, attic_nested, attic_other, attic_words, attic_xml

PARTS = [attic_keyed.SET, attic_columns.SET, attic_nested.SET, attic_xml.SET, attic_java.SET, attic_other.SET]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
ALONE = {name for name in attic_xml.SET.documents} | attic_other.ALONE
KEYS, DECOYS, GENERAL = attic_words.KEYS, attic_words.DECOYS, attic_words.GENERAL
TRACES, FIELDS, HEADINGS = {}, {}, {}
