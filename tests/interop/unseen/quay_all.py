"""Sixty notations by twelve imaginary authors of different trades and decades, five each, who know neither the reader nor the other sets.

What they share is in quay_case; the notations are in the other files quay_*, one for each author.
"""

from . import (
    quay_c, quay_database, quay_desk, quay_devops, quay_java, quay_lands, quay_mainframe, quay_operator, quay_paper, quay_sap, quay_unix, quay_windows
)

AUTHORS = (
    quay_operator, quay_java, quay_database, quay_windows, quay_sap, quay_mainframe, quay_devops, quay_desk, quay_lands, quay_paper, quay_c, quay_unix
)
LINES = {}
DOCUMENTS = {name: write for author in AUTHORS for name, write in author.SET.documents.items()}
NAMED = set()
# These are a whole file, or are told apart by what stands at its start.
ALONE = {name for author in (quay_database, quay_windows, quay_devops, quay_desk, quay_paper) for name in author.SET.documents}
ALONE |= {"quay_java_properties", "quay_sap_trace", "quay_mainframe_messages", "quay_unix_headers", "quay_unix_settings"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
