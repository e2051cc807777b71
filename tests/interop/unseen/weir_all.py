"""Notations of the weir: what is usual between a name and its value, around a section, in a stack, a dump of fields and a trace, as three hands put it together.

What they share is in weir_case, weir_labels and weir_parts; the notations are in the other files weir_*, one for each hand.
"""

from . import weir_grammar, weir_ibmi, weir_java, weir_lands

HANDS = (weir_grammar, weir_ibmi, weir_java, weir_lands)
LINES = {}
DOCUMENTS = {name: write for hand in HANDS for name, write in hand.SET.documents.items()}
NAMED = set()
# These are a whole file, are told apart by what stands at their start or end, or need other letters than those of Western Europe.
ALONE = {"weir_grammar_csv", "weir_grammar_torn", "weir_ibmi_spool", "weir_ibmi_note", "weir_java_json", "weir_java_json_line", "weir_java_yaml", "weir_java_xml",
         "weir_java_properties", "weir_java_logged", "weir_java_record", "weir_lands_polish"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
