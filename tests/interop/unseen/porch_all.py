"""Dumps as developers, people of IBM i, support engineers, administrators and people of ten countries would really produce them.

By somebody who had read neither the reader nor the other sets, and thought as each of them in turn. What they share is in
porch_case; the notations are in porch_java, porch_ibmi, porch_support, porch_collect, porch_data, porch_lands and porch_extra.
"""

from . import porch_collect, porch_data, porch_extra, porch_ibmi, porch_java, porch_lands, porch_support

PARTS = [one.SET for one in (porch_java, porch_ibmi, porch_support, porch_collect, porch_data, porch_lands, porch_extra)]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
# These are a whole file, or are told apart by what stands at its start.
ALONE = {*porch_collect.SET.documents, *porch_data.SET.documents, "porch_mail_quoted", "porch_chat", "porch_csv_pairs", "porch_csv_groups", "porch_excel_row",
         "porch_service_desk", "porch_properties", "porch_mdc", "porch_japan", "porch_segnalazione", "porch_questions", *porch_extra.ALONE}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
