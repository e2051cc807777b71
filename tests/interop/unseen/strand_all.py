"""Notations of the strand, which take the contract's sentence on dumps literally: every notation of facts, section, stack, field and trace, and these together.

What they share is in strand_case, strand_words, strand_parts and strand_whole; the notations are in the other files strand_*.
"""

from . import strand_keyed, strand_ruled, strand_stacks, strand_traces, strand_values

AUTHORS = (strand_keyed, strand_ruled, strand_stacks, strand_values, strand_traces)
LINES = {}
DOCUMENTS = {name: write for author in AUTHORS for name, write in author.SET.documents.items()}
NAMED = set()
# These are a whole file, or begin or end with what doesn't tell one dump from the next.
ALONE = {"strand_keyed_elements", "strand_keyed_attributes", "strand_traces_first", "strand_traces_sentence", "strand_keyed_below", "strand_keyed_semicolons",
    "strand_keyed_heads"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
