"""The notations of the set `judge`, as somebody would test them who knows nothing but what a dump's reader is asked for.

Nothing of them was seen by the reader's maker, nor the reader or any other set by their writer. In judge_plain are keys with
colons and equals signs, in judge_ruled those with dots, bars and fixed columns, in judge_dumps stacks, fields and records, in
judge_formats what other programs read, and in judge_freeform mixtures and prose; judge_case has the facts, judge_parts the
sections, judge_words the names and values.
"""

from . import judge_dumps, judge_formats, judge_freeform, judge_plain, judge_ruled

PARTS = [judge_plain.SET, judge_ruled.SET, judge_dumps.SET, judge_formats.SET, judge_freeform.SET]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
# Those that are a whole file.
ALONE = {*judge_formats.SET.documents, "judge_log_lines"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
