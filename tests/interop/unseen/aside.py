"""One more set of notations, made once those kept `apart` had been used to mend the reader: whoever made it hasn't read the reader.

Every set before this one was looked at in the end, so that only these tell how well the reader does with what it never met: what
databases' shells print wide, spools and hexadecimal dumps, debuggers' and monitors' lines, chats, mails, feeds, and reports of tests.
As in `lines` and `documents`, each notation of pairs gets them and gives text, and each of a whole dump gets the sheet.
"""

import json
import re
from xml.sax.saxutils import escape, quoteattr

from . import parts
from .apart import bare, either, quoted, single
from .documents import indented, stack_of
from .register import Register

SET = Register()
notation, document, named = SET.notation, SET.document, SET.names
LINES, DOCUMENTS, NAMED, ALONE = SET.lines, SET.documents, SET.named, set()


def alone(write):
    """A file of its own, which nobody writes into a log nor in other characters."""
    ALONE.add(write.__name__)
    return write


def each(name, form, before="", behind="", between="\n", names=False):
    LINES[name] = lambda chance, pairs: before + between.join(form(key, value) for key, value in pairs) + behind
    if names:
        NAMED.add(name)


def wide(pairs):
    return [max(len(key), len(value)) for key, value in pairs]


def banded(pairs, width):
    """The pairs in bands, each with as many columns as fit its width."""
    bands, used = [[]], 0
    for (key, value), column in zip(pairs, wide(pairs)):
        if bands[-1] and used + column + 2 > width:
            bands, used = [*bands, []], 0
        bands[-1].append((key, value, column))
        used += column + 2
    return bands


# Text that people write, copy or paste.
each("forum_table", "[tr][td][b]{}[/b][/td][td]{}[/td][/tr]".format, "[table]\n", "\n[/table]")
each("full_width_colon", "{}：{}".format)
each("irc", "<anna> {}?\n<ben> {}".format, "<anna> can you read it to me?\n<ben> yes\n", "\n<anna> thanks")


@notation
def tsv_merged(chance, pairs):
    """Pasted from a spreadsheet: the group's cell is merged over its rows, and each key is over two columns."""
    half = (len(pairs) + 1) // 2
    groups = {0: "General", half: "Details"}
    return "\n".join(f"{groups.get(at, '')}\t{key}\t\t{value}" for at, (key, value) in enumerate(pairs))


@notation
def cell_formulas(chance, pairs):
    """A spreadsheet printed as the contents of its cells."""
    return "\n".join(f"A{at}: '{key}\nB{at}: '{value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def notes_fields(chance, pairs):
    """What a groupware tells of a document's fields."""
    return "\n\n".join(f'Field Name: {key}\nData Type: Text\nData Length: {len(value)} bytes\nSeq Num: 1\nDup Item ID: 0\nField Flags: SUMMARY\n\n"{value}"'
                       for key, value in pairs)


# What shells and tools print.
each("coloured", "\x1b[1;36m{}\x1b[0m: \x1b[33m{}\x1b[0m".format)
each("ant_echo", "     [echo] {} = {}".format, "dump:\n")
each("pdftk_info", "InfoBegin\nInfoKey: {}\nInfoValue: {}".format)
each("hl7", lambda key, value: f"OBX|1|ST|{sum(key.encode()) % 9000 + 1000}^{key}^L||{value}||||||F")
each("dogstatsd", "{}:{}".format, "_e{20,4}:Abnormal termination|M3BE|t:error|#", between=",", names=True)
each("exec_procedure", lambda key, value: f"     @{key} = N{single(value)}", "EXEC dbo.WriteDump\n", ";", ",\n", names=True)
each("connect_data", "({}={})".format, "(DESCRIPTION=(DUMP=", "))", "", names=True)


@notation
def psql_aligned(chance, pairs):
    """One row, however wide."""
    row = lambda texts, sign: "|".join(f" {text:{sign}{width}} " for text, width in zip(texts, wide(pairs))).rstrip()
    keys, values = zip(*pairs)
    return "\n".join([row(keys, "^"), "+".join("-" * (width + 2) for width in wide(pairs)), row(values, "<"), "(1 row)"])


@notation
def sqlplus_wrapped(chance, pairs):
    """One row that doesn't fit a line: first all bands of names, then all bands of values."""
    heads, rows = [], []
    for band in banded(pairs, 80):
        heads += [" ".join(f"{key:<{width}}" for key, _, width in band).rstrip(), " ".join("-" * width for *_, width in band)]
        rows.append(" ".join(f"{value:<{width}}" for _, value, width in band).rstrip())
    return "\n".join(["SQL> select * from m3dumps where id = 17;", "", *heads, *rows, "", "1 row selected."])


@notation
def data_frame(chance, pairs):
    """One row of a table of data, broken where the line ends."""
    bands = banded(pairs, 78)
    texts = [("".join(f"  {key:>{width}}" for key, _, width in band), "".join(f"  {value:>{width}}" for _, value, width in band)) for band in bands]
    return "\n\n".join(f" {head}  {chr(92) * (at + 1 < len(texts))}\n0{row}  " for at, (head, row) in enumerate(texts))


@notation
def grep_lines(chance, pairs):
    first = chance.randint(2, 90)
    return "\n".join(f"DUMP0017.TXT:{at}:{key}: {value}" for at, (key, value) in enumerate(pairs, first))


@notation
def tree_leaves(chance, pairs):
    last = len(pairs)
    return "dump\n" + "\n".join(f"{'└' if at == last else '├'}── {key}\n{' ' if at == last else '│'}   └── {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def gron(chance, pairs):
    """JSON made fit for searching line by line."""
    path = lambda key: f".{key}" if re.fullmatch(r"[^\W\d]\w*", key) else f"[{quoted(key)}]"
    return "json = {};\njson.dump = {};\n" + "\n".join(f"json.dump{path(key)} = {quoted(value)};" for key, value in pairs)


# Values as languages print them, or as their files hold them.
each("hocon", lambda key, value: f"    {key} = {bare(value)}", "m3 {\n  dump {\n", "\n  }\n}", names=True)
each("commented_defaults", "#{0} = *NONE\n{0} = {1}\n".format)
each("protobuf_map", lambda key, value: f"attributes {{\n  key: {quoted(key)}\n  value: {quoted(value)}\n}}")


@notation
@named
def ide_debugger(chance, pairs):
    return "this = {Dump@4690} \n" + "\n".join(f" {key} = {{String@{4700 + at}}} {quoted(value)}" for at, (key, value) in enumerate(pairs))


@notation
def r_structure(chance, pairs):
    width = max(len(key) for key, _ in pairs)
    return f"List of {len(pairs)}\n" + "\n".join(f" $ {key:<{width}}: chr {quoted(value)}" for key, value in pairs)


# Spools and messages of hosts.
@notation
def report_pages(chance, pairs):
    """Two on a line, with the head of a page again and again."""
    width = max(len(key) for key, _ in pairs)
    cells = [f"{key}{' .' * ((width - len(key)) // 2 + 2)}{' ' * ((width - len(key)) % 2)} : {value:<30}" for key, value in pairs]
    rows = ["   ".join(cells[at:at + 2]).rstrip() for at in range(0, len(cells), 2)]
    pages = ["\n".join(rows[at:at + 3]) for at in range(0, len(rows), 3)]
    return "\n\f".join(f"M3SRV01{'D U M P   L I S T':^60}Page {at:>4}\n\n{page}\n" for at, page in enumerate(pages, 1))


@notation
def carriage_control(chance, pairs):
    """A spool whose lines begin with what the printer does first; it prints each key twice to make it bold."""
    width = max(len(key) for key, _ in pairs)
    rows = [f"{' 0'[at % 3 == 0]}{key:<{width}} :  {value}\n+{key}" for at, (key, value) in enumerate(pairs)]
    return "\n".join([f"1{'DISPLAY DUMP':^60}PAGE    1", *rows])


@notation
def template_args(chance, pairs):
    """A message with places for its values, and the values below."""
    places = [f"{key}=&{at}" for at, (key, _) in enumerate(pairs, 1)]
    text = ",\n           ".join(", ".join(places[at:at + 3]) for at in range(0, len(places), 3))
    return f"Message :  {text}.\nReplacement values:\n" + "\n".join(f"  {f'&{at}':<4} {value}" for at, (_, value) in enumerate(pairs, 1))


@notation
def hex_dump(chance, pairs):
    """Storage in hexadecimal, with what it says on the right."""
    text = "".join(record.ljust(-len(record) // 32 * -32) for record in (f"{key}='{value}'" for key, value in pairs))
    rows = []
    for at in range(0, len(text), 32):
        code = text[at:at + 32].encode("cp037", "replace").hex().upper()
        rows.append(f"{at:06X}   {' '.join(code[one:one + 8] for one in range(0, 64, 8))}   *{text[at:at + 32]}*")
    return "\n".join(rows)


# Whole dumps.
@document
@alone
def twiki_topic(sheet):
    """A page of a wiki as its file has it: the dump's keys are the page's form."""
    sheet.truth.record_at = True
    written = lambda text: text.replace("%", "%25").replace('"', "%22")
    fields = "\n".join(f'%META:FIELD{{name="{re.sub(r"[^A-Za-z0-9]", "", key)}" title="{written(key)}" value="{written(value)}"}}%' for key, value in sheet.pairs)
    stack = stack_of(sheet)
    either(sheet, written)
    return (f'%META:TOPICINFO{{author="WikiGuest" date="1770091507" format="1.1" version="3"}}%\n%META:TOPICPARENT{{name="WebHome"}}%\n---+ {sheet.title}\n\n'
            f'<verbatim>\n{stack}\n</verbatim>\n\n%META:FORM{{name="DumpForm"}}%\n{fields}\n')


@document
@alone
def mail_html(sheet):
    """A mail as an office program makes it: a table in a table, and a paragraph for each line."""
    def shown(text):
        return escape(text).replace("\t", "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; ")

    cell = lambda text, width: f"<td width={width} valign=top style='width:{width}pt;padding:0cm 5.4pt 0cm 5.4pt'><p class=MsoNormal>{text}<o:p></o:p></p></td>"
    rows = "\n".join(f"<tr style='height:15.0pt'>{cell(f'<b><span lang=EN-US>{shown(key)}</span></b>', 120)}{cell(shown(value), 340)}</tr>" for key, value in sheet.pairs)
    stack = "\n".join(f"<p class=MsoNormal><span style='font-size:8.0pt;font-family:\"Courier New\"'>{shown(line)}<o:p></o:p></span></p>" for line in stack_of(sheet).split("\n"))
    return ('<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head><meta name=Generator content="Microsoft Word 15">\n'
            "<style><!--\np.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}\ndiv.WordSection1 {page:WordSection1;}\n--></style>\n"
            '<!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>\n<body lang=EN-GB link="#0563C1"><div class=WordSection1>\n'
            f"<p class=MsoNormal><b><span style='font-size:14.0pt'>{shown(sheet.title)}<o:p></o:p></span></b></p>\n"
            "<table class=MsoNormalTable border=0 cellspacing=0 cellpadding=0><tr><td style='padding:0cm'>\n<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0>\n"
            f"{rows}\n</table></td></tr></table>\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n{stack}\n</div></body></html>\n")


def yaml_key(key):
    return key if re.fullmatch(r"[^\W\d][\w -]*", key) else quoted(key)


@document
def yaml_blocks(sheet):
    """YAML whose values all stand below their keys."""
    rows = "\n".join(f"{yaml_key(key)}: {'>-' if at % 2 else '|-'}\n  {value}" for at, (key, value) in enumerate(sheet.pairs))
    return f"---\n{rows}\nstackTrace: |\n{indented(stack_of(sheet), 2)}\n"


@document
def tap_block(sheet):
    """A test that failed, with what is known of it as YAML."""
    rows = "\n".join(f"  {yaml_key(key)}: {single(value)}" for key, value in sheet.pairs)
    return f"TAP version 13\n1..2\nok 1 - server is up\nnot ok 2 - job ends normally\n  ---\n{rows}\n  stack: |\n{indented(stack_of(sheet), 4)}\n  ...\n"


@document
@named
def json_linked(sheet):
    """Linked data, expanded: long names, and each value in a list."""
    place = "https://example.com/m3#"
    content = {f"{place}{key}": [{"@value": value}] for key, value in [*sheet.pairs, ("stackTrace", stack_of(sheet))]}
    return json.dumps([{"@id": "urn:m3:dump:17", "@type": [f"{place}Dump"], **content}], indent=sheet.chance.choice([None, 2]), ensure_ascii=False) + "\n"


@document
@named
def json_patch(sheet):
    return json.dumps([{"op": "add", "path": f"/dump/{key}", "value": value} for key, value in [*sheet.pairs, ("stackTrace", stack_of(sheet))]],
                      indent=sheet.chance.choice([None, 2])) + "\n"


@document
def journal_json(sheet):
    """A record of a system's journal as JSON, the dump in its message."""
    sheet.truth.record_at = True
    text = "\n".join([sheet.title, *(f"{key}: {value}" for key, value in sheet.pairs), "", stack_of(sheet)])
    return json.dumps({"__REALTIME_TIMESTAMP": "1770091507001000", "_HOSTNAME": "m3srv01", "PRIORITY": "3", "_TRANSPORT": "stdout", "_PID": "4711", "_UID": "1001",
                       "_COMM": "java", "SYSLOG_IDENTIFIER": "m3be", "MESSAGE": text}, indent="\t") + "\n"


@document
def message_card(sheet):
    """What a monitor posts to a team."""
    facts = [{"name": key, "value": value} for key, value in sheet.pairs]
    sections = [{"activityTitle": sheet.title, "facts": facts, "markdown": True}, {"startGroup": True, "text": f"<pre>{escape(stack_of(sheet))}</pre>"}]
    return json.dumps({"@type": "MessageCard", "@context": "http://schema.org/extensions", "themeColor": "D70000", "summary": "M3 alert", "sections": sections},
                      indent=sheet.chance.choice([None, 2])) + "\n"


@document
@alone
def csv_export(sheet):
    """Records of a log exported as CSV, one with a dump in its last cell."""
    sheet.truth.record_at = True
    written = lambda text: text.replace('"', '""')
    text = "\n".join([sheet.title, *(f"{key}: {value}" for key, value in sheet.pairs), "", stack_of(sheet)])
    either(sheet, written)
    rows = [("06.789", "INFO", "node M3BE_2 is up"), ("07.001", "ERROR", text), ("08.001", "WARN", "late by 312 ms")]
    return '"_time",host,level,message\n' + "".join(f'"2026-02-03T04:05:{second}+0100",m3srv01,{level},"{written(message)}"\n' for second, level, message in rows)


@document
def xstream_map(sheet):
    """Objects of Java in XML: the entries of a map, and an exception with a trace in each item."""
    truth = sheet.truth
    parts.say_thrown(truth)
    truth.causes = []
    pairs = "\n".join(f"    <entry>\n      <string>{escape(key)}</string>\n      <string>{escape(value)}</string>\n    </entry>" for key, value in sheet.pairs)
    message = f"    <detailMessage>{escape(truth.exception_message)}</detailMessage>\n" if truth.exception_message else ""
    frames = "\n".join(f"      <trace>{escape(f'{frame[0]}.{frame[1]}({parts.place(frame)})')}</trace>" for frame in truth.frames)
    return (f'<mvx.runtime.Dump>\n  <header class="linked-hash-map">\n{pairs}\n  </header>\n  <thrown class="{truth.exception}">\n{message}'
            f"    <stackTrace>\n{frames}\n    </stackTrace>\n  </thrown>\n</mvx.runtime.Dump>\n")


@document
def atom_entry(sheet):
    """An entry of a feed, whose content is HTML written as text."""
    sheet.truth.record_at = True
    rows = "".join(f"<tr><td><strong>{escape(key)}</strong></td><td>{escape(value)}</td></tr>" for key, value in sheet.pairs)
    content = f"<h3>{escape(sheet.title)}</h3><table>{rows}</table><pre>{escape(stack_of(sheet))}</pre>"
    return ('<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Alerts</title><id>urn:m3:alerts</id><updated>2026-02-03T04:05:07Z</updated>\n'
            '<entry><title>Abnormal termination</title><id>urn:m3:alerts:17</id><updated>2026-02-03T04:05:07Z</updated>\n'
            f'<content type="html">{escape(content)}</content></entry>\n</feed>\n')


@document
def junit_report(sheet):
    """A report of tests: the dump's keys are the suite's properties."""
    truth = sheet.truth
    rows = "\n".join(f"    <property name={quoteattr(key)} value={quoteattr(value)}/>" for key, value in sheet.pairs)
    message = f" message={quoteattr(truth.exception_message)}" if truth.exception_message else ""
    return ('<?xml version="1.0"?>\n<testsuite name="Jobs" tests="1" errors="1" failures="0" skipped="0" time="1.204">\n'
            f'  <properties>\n{rows}\n  </properties>\n  <testcase name="endsNormally" classname="monitor.Jobs" time="1.204">\n'
            f'    <error{message} type="{truth.exception}"><![CDATA[{stack_of(sheet)}]]></error>\n  </testcase>\n</testsuite>\n')


@document
def docbook(sheet):
    rows = "\n".join(f"<varlistentry><term>{escape(key)}</term>\n<listitem><para>{escape(value)}</para></listitem></varlistentry>" for key, value in sheet.pairs)
    return (f'<?xml version="1.0"?>\n<section xmlns="http://docbook.org/ns/docbook" version="5.0"><title>{escape(sheet.title)}</title>\n<variablelist>\n{rows}\n</variablelist>\n'
            f"<example><title>Stack trace</title><screen>{escape(stack_of(sheet))}</screen></example>\n</section>\n")


@document
@alone
def flat_sheet(sheet):
    """A spreadsheet of a free suite of office programs as one file of XML."""
    def cell(*lines, span=""):
        texts = "".join("<text:p>" + escape(line).replace("\t", "<text:tab/>") + "</text:p>" for line in lines)
        return f'<table:table-cell office:value-type="string" table:style-name="ce1"{span}>{texts}</table:table-cell>'

    row = lambda *cells: f"<table:table-row>{''.join(cells)}</table:table-row>\n"
    empty = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    span = ' table:number-columns-spanned="3" table:number-rows-spanned="1"'
    rows = "".join(row(cell(key, span=span), empty, cell(value)) for key, value in sheet.pairs)
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {names} office:mimetype="application/vnd.oasis.opendocument.spreadsheet">\n'
            f'<office:body><office:spreadsheet>\n<table:table table:name="Dump">\n{row(cell(sheet.title))}{rows}'
            f'{row(cell("Stack trace"))}{row(cell(*stack_of(sheet).split(chr(10))))}</table:table>\n'
            "</office:spreadsheet></office:body></office:document>\n")


@document
def html_data_labels(sheet):
    """A table for small screens: a style shows each cell's label before it."""
    rows = "\n".join(f"<tr><td data-label={quoteattr(key)}>{escape(value)}</td></tr>" for key, value in sheet.pairs)
    return ("<!DOCTYPE html>\n<html><head><style>td::before { content: attr(data-label); font-weight: bold; float: left }</style></head>\n"
            f'<body><h2>{escape(sheet.title)}</h2>\n<table class="stacked">\n{rows}\n</table>\n<pre><code>{escape(stack_of(sheet))}</code></pre></body></html>\n')


# What these dumps call their fields besides the names of `words`; and what only looks like those.
KEYS = {
    "en": {"program": ["Program executing", "Terminated program", "Pgm name"], "user": ["User logged on", "User account", "Sign-on user"],
           "job": ["Job nr", "M3 job number"], "company": ["Working company", "Comp. no."], "division": ["Working division", "Div. code"],
           "environment": ["Env. name", "Environment code"], "version": ["Version number", "M3 release level"], "panel": ["Panel displayed", "Panel code"],
           "at": ["Date and time of dump", "Ended abnormally at", "Time of termination"], "date": ["Date of termination", "Error date"],
           "time": ["Clock time", "Error time"], "exception": ["Throwable class", "Exception caught"],
           "exception_message": ["Exception reason", "Text of message", "Detail text"], "where": ["Operation failing", "Operation at abend"],
           "object": ["File accessed", "Object accessed"], "call_stack": ["Stack of programs", "Programs in stack"], "java_stack": ["Java trace", "Backtrace"],
           "fields": ["Program fields", "Contents of fields"], "title": ["Program abend", "Dump report"]},
    "de": {"program": ["Laufendes Programm", "Programm-ID", "Abgebrochenes Programm"], "user": ["Benutzer-ID", "Benutzername", "Angemeldeter Benutzer"],
           "job": ["Job-Nr.", "Jobkennung"], "company": ["Unternehmen", "Firma Nr.", "Aktive Firma"], "division": ["Divisionscode", "Aktive Division"],
           "environment": ["Systemumgebung", "Umgebungsname"], "version": ["M3-Version", "Versionsnummer", "Releasestand"],
           "panel": ["Bildschirmmaske", "Aktives Panel"], "at": ["Datum und Uhrzeit", "Aufgetreten am", "Abbruchzeitpunkt"], "date": ["Abbruchdatum"],
           "time": ["Abbruchzeit"], "exception": ["Ausnahmetyp", "Fehlerklasse"], "exception_message": ["Fehlerbeschreibung", "Meldungstext"],
           "where": ["Fehlerhafte Operation", "Operation beim Abbruch"], "object": ["Bearbeitete Datei", "Bearbeitetes Objekt"],
           "call_stack": ["Aufrufhierarchie", "Programmaufrufe"], "java_stack": ["Java-Stacktrace", "Aufrufliste Java"],
           "fields": ["Feldwerte", "Programmvariablen"], "title": ["Programmabbruch", "Abbruchbericht"]},
    "fr": {"program": ["Programme en erreur", "Programme actif", "ID programme"], "user": ["Identifiant utilisateur", "Nom d'utilisateur", "Profil utilisateur"],
           "job": ["N° de job", "Identifiant du travail"], "company": ["Entreprise", "Numéro de société"], "division": ["N° division", "Division active"],
           "environment": ["Environnement M3", "Nom de l'environnement"], "version": ["Version logicielle", "Niveau de version"],
           "panel": ["Panneau actif", "Code panneau", "Écran affiché"], "at": ["Date/heure", "Survenu le", "Date et heure de l'erreur"],
           "date": ["Date de l'erreur"], "time": ["Heure de l'erreur"], "exception": ["Type d'exception", "Exception Java"],
           "exception_message": ["Texte du message", "Libellé de l'erreur"], "where": ["Opération échouée", "Opération en cours"],
           "object": ["Fichier utilisé", "Table utilisée"], "call_stack": ["Chaîne d'appels"], "java_stack": ["Trace Java", "Trace d'exécution"],
           "fields": ["Valeurs des champs", "Variables du programme"], "title": ["Arrêt anormal du programme", "Programme interrompu"]},
}
GENERAL = {"de": ["Allgemeine Angaben", "Kopfdaten"], "fr": ["Informations générales"]}
DECOYS = {
    "en": [("Locked by", "user"), ("Approved by", "user"), ("Responsible", "user"), ("Program library", "MVXPGM"), ("Program status", "Active"),
           ("Browser version", "118.0"), ("Report version", "2.0"), ("Job description", "QDFTJOBD"), ("Company address", "Main Street 1"), ("Panel version", "3"),
           ("Division group", "NORTH"), ("Installed on", "date"), ("Next run", "date"), ("Environment variables", "14"), ("Users signed on", "52"),
           ("Succeeding program", "program"), ("Output queue", "PRT01"), ("Error count", "2")],
    "de": [("Angelegt von", "user"), ("Aufrufendes Programm", "program"), ("Datenbankversion", "11.5.7"), ("Programm geändert am", "date"),
           ("Firmenwährung", "EUR"), ("Benutzersprache", "DE")],
    "fr": [("Créé par", "user"), ("Programme suivant", "program"), ("Version de la base", "11.5.7"), ("Dernière sauvegarde", "date"),
           ("Devise de la société", "EUR"), ("Langue de l'utilisateur", "FR")],
}

# Ways to write frames, fields of a program, and headings that only these dumps have.
def spot(frame):
    return f"{frame[2]}:{frame[3]}" if frame[2] else "Native Method"


TRACES = {
    "file and line": lambda at, frame: f"  {f'File {quoted(frame[2])}, line {frame[3]}' if frame[2] else 'Native Method'}, in {frame[0]}.{frame[1]}",
    "at sign": lambda at, frame: f"{frame[0]}.{frame[1]}@{spot(frame)}",
    "square": lambda at, frame: f"    {frame[0]}.{frame[1]} [{spot(frame)}]",
    "locks": lambda at, frame: f"\tat {frame[0]}.{frame[1]}({spot(frame)})" + "\n\t- locked <0x00000007c0a1b2d0> (a mvx.runtime.Monitor)" * (at == 1),
}
FIELDS = {
    "evaluated": lambda name, value: f"> EVAL {name}\n  {name} = '{value}'", "members": lambda name, value: f'  "{name}": "{value}",',
    "arrow": lambda name, value: f"{name} -> '{value}'", "star": lambda name, value: f"* {name}: {value}", "tab": lambda name, value: f"{name}\t= {value}",
}
HEADINGS = {
    "tail": lambda text: f"==> {text} <==", "comment": lambda text: f"/* ---------- {text} ---------- */", "roman": lambda text: f"IV. {text}",
    "letters apart": lambda text: "   ".join(" ".join(word) for word in text.upper().split()),
}
