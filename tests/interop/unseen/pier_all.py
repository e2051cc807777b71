"""Notations of the pier by imaginary authors around one ERP, who know neither the reader nor the other sets.

What they share is in pier_case and pier_labels; the notations are in the other files pier_*, one for each group of authors.
"""

from . import pier_desk, pier_lands, pier_ops, pier_reports, pier_rpg, pier_runtime

AUTHORS = (pier_runtime, pier_rpg, pier_ops, pier_lands, pier_reports, pier_desk)
LINES = {}
DOCUMENTS = {name: write for author in AUTHORS for name, write in author.SET.documents.items()}
NAMED = set()
# These are a whole file, or are told apart by what stands at its start or end.
ALONE = {"pier_ops_files", "pier_ops_xml", "pier_ops_json", "pier_ops_mail", "pier_ops_wiki", "pier_ops_ini", "pier_reports_semicolons", "pier_desk_torn", "pier_desk_history",
         "pier_runtime_strings", "pier_desk_short", "pier_rpg_spool"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
