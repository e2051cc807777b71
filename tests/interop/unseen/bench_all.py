"""The notations of the set `bench`, each a choice anew of how keys, headings, stacks, fields, traces and times are written.

By somebody who was told only what a dump's reader is judged by and saw neither that nor any other set. In bench_plain and
bench_ruled are those in English, in bench_tongues those in other languages, in bench_formats what other programs read;
bench_case has the facts, bench_keys and bench_parts the ways of writing, bench_words the names.
"""

from . import bench_formats, bench_plain, bench_ruled, bench_tongues

PARTS = [bench_plain.SET, bench_ruled.SET, bench_tongues.SET, bench_formats.SET]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
# Those that are a whole file.
ALONE = set(bench_formats.SET.documents)
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
