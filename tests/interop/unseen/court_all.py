"""The notations of the set `court`: those of three imaginary testers, none of whom knows the reader or what the others wrote.

In court_java and court_beans are the Java developer's, in court_spool and court_screens those of the one from IBM i, in
court_desk and court_papers the support engineer's; court_case has the facts, court_parts the sections.
"""

from . import court_beans, court_desk, court_java, court_papers, court_screens, court_spool

PARTS = [court_java.SET, court_beans.SET, court_spool.SET, court_screens.SET, court_desk.SET, court_papers.SET]
LINES = {}
DOCUMENTS = {name: write for part in PARTS for name, write in part.documents.items()}
NAMED = set()
# Those that are a whole file.
ALONE = {"court_properties_store", "court_store_to_xml", "court_jackson_tree", "court_jackson_throwable", "court_jaxb_elements",
         "court_jaxb_attributes",
         "court_log4j_context", "court_log4j_each_line", "court_csv_pairs", "court_csv_one_row", "court_html_mail",
         "court_mail_forwarded", "court_paged_spool"}
KEYS, DECOYS, GENERAL, TRACES, FIELDS, HEADINGS = {}, {}, {}, {}, {}, {}
