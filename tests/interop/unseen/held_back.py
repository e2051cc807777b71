"""Notations thought of later that are held back: whoever mends the reader sees the count of what it got wrong, not the files.

As in `lines` and `documents`, each notation of pairs gets them and gives text, and each of a whole dump gets the sheet.
"""

import json
import urllib.parse
from xml.sax.saxutils import escape, quoteattr

from .documents import element, fields_of, indented, stack_of
from .register import Register

SET = Register()
notation, document, named, each = SET.notation, SET.document, SET.names, SET.each
LINES, DOCUMENTS, NAMED = SET.lines, SET.documents, SET.named


def shell(key):
    return key.replace(" ", "_").replace("'", "").replace("-", "_").replace("/", "_")


each("value_then_key", "{1} ({0})".format)
each("caret", "{}^{}".format)
each("comment_behind", lambda key, value: f"{value:<40} # {key}")
each("triangle", "{} ▸ {}".format)
each("was_sentence", lambda key, value: f"The {key} was {value}.")
each("set_to", lambda key, value: f'set {key} to "{value}"')
each("rem", "REM {}: {}".format)
each("dollar", lambda key, value: f"${shell(key)} = '{value}'")
each("letters_in_parens", "({}) {}".format)
each("slashes_between", "{} // {}".format)
each("nested_bullets", "* {}\n    * {}".format)
each("colon_right", "{} :{}".format)
each("each_in_braces", "{{{}: {}}}".format)
each("double_angle", "{} >> {}".format)
each("latex_rows", lambda key, value: f"{key} & {value} \\\\ \\hline")
each("trac_table", "||= {} =|| {} ||".format)


@notation
def start_of_header(chance, pairs):
    return "\x01".join(f"{key}={value}" for key, value in pairs) + "\x01"


@notation
def green_screen(chance, pairs):
    """A copy of a terminal's screen, with its keys below."""
    width, wide = max(len(key) for key, _ in pairs) + 4, max(len(value) for _, value in pairs) + 2
    cells = [f"{key + ' ':.<{width}} {value:<{wide}}" for key, value in pairs]
    rows = [" " + "  ".join(cells[at:at + 2]).rstrip() for at in range(0, len(cells), 2)]
    return "\n".join([f" {'DSPDMP':<20}Display Dump{'':<20}M3SRV01", ""] + rows + ["", "                                         Bottom", " F3=Exit   F5=Refresh   F12=Cancel"])


@notation
def mediawiki(chance, pairs):
    return '{| class="wikitable"\n|-\n! Name !! Value\n' + "\n".join(f"|-\n| {key} || {value}" for key, value in pairs) + "\n|}"


@notation
def mysql_vertical(chance, pairs):
    width = max(len(key) for key, _ in pairs)
    return "*************************** 1. row ***************************\n" + "\n".join(f"{key:>{width}}: {value}" for key, value in pairs) + "\n1 row in set (0.00 sec)"


@notation
def name_value_list(chance, pairs):
    """A hash table as a shell of Windows lists it."""
    width = max(len(key) for key, _ in pairs)
    width = max(width, 30)
    return "\n".join([f"{'Name':<{width}} Value", f"{'----':<{width}} -----"] + [f"{key:<{width}} {value}" for key, value in pairs])


@notation
@named
def debug_struct(chance, pairs):
    return "DumpHeader { " + ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in pairs) + " }"


@notation
@named
def data_class(chance, pairs):
    return "DumpHeader(" + ", ".join(f"{key}={value}" for key, value in pairs) + ")"


@notation
def anonymous(chance, pairs):
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"


@notation
def grid_table(chance, pairs):
    rows = [("Property", "Setting"), *pairs]
    wide = [max(len(row[at]) for row in rows) for at in range(2)]
    rule = lambda sign: "+" + "+".join(sign * (width + 2) for width in wide) + "+"
    lines = [rule("-")]
    for at, (key, value) in enumerate(rows):
        lines += [f"| {key:<{wide[0]}} | {value:<{wide[1]}} |", rule("-" if at else "=")]
    return "\n".join(lines)


@notation
@named
def common_event(chance, pairs):
    escaped = lambda text: text.replace("\\", "\\\\").replace("=", "\\=")
    return "CEF:0|Example|M3BE|15|100|Abnormal termination|8|" + " ".join(f"{key}={escaped(value)}" for key, value in pairs)


@notation
def url_encoded(chance, pairs):
    return urllib.parse.urlencode(pairs)


@notation
def lettered(chance, pairs):
    return "\n".join(f"{chr(97 + at)}) {key}: {value}" for at, (key, value) in enumerate(pairs[:26]))


@notation
def tabs_all_along(chance, pairs):
    return "\n".join("\t".join(f"{key}\t{value}" for key, value in pairs[at:at + 3]) for at in range(0, len(pairs), 3))


@notation
def journal(chance, pairs):
    return ("Tue 2026-02-03 04:05:06.123456 CET [s=ab12;i=4711]\n    _TRANSPORT=stdout\n    PRIORITY=3\n    _HOSTNAME=m3srv01\n"
            + "\n".join(f"    {shell(key).upper()}={value}" for key, value in pairs))


@notation
@named
def lua_table(chance, pairs):
    return "dump = {\n" + "\n".join(f"  {key} = {json.dumps(value, ensure_ascii=False)}," for key, value in pairs) + "\n}"


@document
def yaml_values(sheet):
    pairs = "\n".join(f"{json.dumps(key, ensure_ascii=False)}:\n  value: {json.dumps(value, ensure_ascii=False)}" for key, value in sheet.pairs)
    stack = indented(stack_of(sheet), 4)
    return f"{pairs}\nstackTrace:\n  value: |\n{stack}\n"


@document
def problem_report(sheet):
    """As Windows keeps the report of a problem: names and values on lines of their own, joined by their number."""
    pairs = "\n".join(f"Sig[{at}].Name={key}\nSig[{at}].Value={value}" for at, (key, value) in enumerate(sheet.pairs))
    return f"Version=1\nEventType=APPCRASH\nReportType=2\n{pairs}\nAppName=M3 Business Engine\n\n[StackTrace]\n{stack_of(sheet)}\n"


@document
def json_rows(sheet):
    content = {"columns": [key for key, _ in sheet.pairs], "rows": [[value for _, value in sheet.pairs]], "stackTrace": stack_of(sheet)}
    return json.dumps(content, indent=sheet.chance.choice([None, 2]))


@document
def json_lines(sheet):
    rows = [*sheet.pairs, ("Stack trace", stack_of(sheet))]
    return "\n".join(json.dumps({"name": key, "value": value}) for key, value in rows) + "\n"


@document
def json_typed(sheet):
    return json.dumps({"dump": {key: {"type": "string", "value": value} for key, value in [*sheet.pairs, ("stackTrace", stack_of(sheet))]}}, indent=1)


@document
@named
def xml_value_attribute(sheet):
    pairs = "\n".join(f" <{element(key)} value={quoteattr(value)}/>" for key, value in sheet.pairs)
    fields = "".join(f"<{name} value={quoteattr(value)}/>" for name, value in fields_of(sheet))
    return f"<dump>\n{pairs}\n <trace>{escape(stack_of(sheet))}</trace>\n <fields>{fields}</fields>\n</dump>"


@document
def spreadsheet_xml(sheet):
    row = lambda *cells: "<Row>" + "".join(f'<Cell><Data ss:Type="String">{escape(cell)}</Data></Cell>' for cell in cells) + "</Row>\n"
    rows = "".join(row(key, value) for key, value in sheet.pairs)
    return ('<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">\n'
            f'<Worksheet ss:Name="Dump"><Table>\n{rows}{row("Stack trace", stack_of(sheet))}</Table></Worksheet></Workbook>')


@document
def html_one_row(sheet):
    heads, cells = ("".join(f"<{tag}>{escape(pair[at])}</{tag}>" for pair in sheet.pairs) for at, tag in ((0, "th"), (1, "td")))
    return f"<html><body><table><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table><pre>{escape(stack_of(sheet))}</pre></body></html>"


@document
def html_form(sheet):
    pairs = "\n".join(f"<label for=\"i{at}\">{escape(key)}</label><input id=\"i{at}\" readonly value={quoteattr(value)}><br>" for at, (key, value) in enumerate(sheet.pairs))
    return f"<html><body><form>\n{pairs}\n<textarea>{escape(stack_of(sheet))}</textarea></form></body></html>"


@document
def event_text(sheet):
    """As Windows' event viewer shows an event as text."""
    pairs = "\n".join(f"  {key}:\t\t{value}" for key, value in sheet.pairs)
    return (f"Log Name:      Application\nSource:        M3BE\nEvent ID:      1026\nTask Category: None\nLevel:         Error\nKeywords:      Classic\n"
            f"Computer:      m3srv01\nDescription:\nThe process was terminated due to an unhandled exception.\n\nDetails:\n{pairs}\n\nException Info:\n{stack_of(sheet)}\n")


@document
def multipart(sheet):
    rows = [*sheet.pairs, ("stackTrace", stack_of(sheet))]
    return "".join(f'--x7d1a\nContent-Disposition: form-data; name="{key}"\n\n{value}\n' for key, value in rows) + "--x7d1a--\n"


@document
@named
def dotted_json(sheet):
    content = {f"m3.{key}": value for key, value in sheet.pairs}
    return json.dumps({"ecs.version": "1.2.0", **content, "error.stack_trace": stack_of(sheet)})


@document
@named
def escaped_in_detail(sheet):
    inner = "<dump>" + "".join(f"<{element(key)}>{escape(value)}</{element(key)}>" for key, value in sheet.pairs) + f"<trace>{escape(stack_of(sheet))}</trace></dump>"
    return f"<Fault><Code>Server</Code><Reason>Abnormal termination</Reason><Detail>{escape(inner)}</Detail></Fault>"


@document
def fenced(sheet):
    """An issue as somebody writes one: a list, and the trace between fences."""
    pairs = "\n".join(f"- {key}: `{value}`" for key, value in sheet.pairs)
    fields = "\n".join(f"| {name} | {value} |" for name, value in fields_of(sheet))
    return f"### {sheet.title}\n\n{pairs}\n\n```java\n{stack_of(sheet)}\n```\n\n#### Fields\n\n| Name | Value |\n|---|---|\n{fields}\n"


# What these dumps call their fields besides the names of `words`; and what only looks like those.
KEYS = {
    "en": {"program": ["Program being run", "Crashed program", "Application program"], "user": ["User code", "Login user", "Logged-in user"],
           "job": ["Job #", "Job handle"], "company": ["Company (active)", "Active company"], "division": ["Active division", "Division no"],
           "environment": ["Active environment", "Run environment"], "version": ["Version of M3", "M3 release"], "panel": ["Panel at failure", "Screen ID"],
           "at": ["Error time", "Crash time", "When", "Date of failure"], "exception": ["Error class", "Java error", "Exception thrown"],
           "exception_message": ["Failure message", "Cause message", "Reason text"], "where": ["Failing statement", "Operation when failing"]},
    "pl": {"program": ["Program", "Nazwa programu"], "user": ["Użytkownik"], "job": ["Zadanie", "Numer zadania"], "company": ["Firma", "Spółka"],
           "division": ["Oddział"], "environment": ["Środowisko"], "version": ["Wersja"], "panel": ["Panel", "Ekran"], "at": ["Data i godzina", "Utworzono"],
           "date": ["Data"], "time": ["Godzina", "Czas"], "exception": ["Wyjątek"], "exception_message": ["Komunikat", "Komunikat o błędzie"],
           "where": ["Operacja", "Ostatnia operacja"], "object": ["Plik", "Tabela"], "call_stack": ["Stos wywołań"], "java_stack": ["Ślad stosu"],
           "fields": ["Pola", "Zmienne"], "title": ["Zrzut programu"]},
    "fi": {"program": ["Ohjelma", "Ohjelman nimi"], "user": ["Käyttäjä", "Käyttäjätunnus"], "job": ["Työ", "Työnumero"], "company": ["Yritys", "Yhtiö"],
           "division": ["Divisioona"], "environment": ["Ympäristö"], "version": ["Versio"], "panel": ["Paneeli", "Näyttö"], "at": ["Ajankohta", "Päivämäärä ja aika"],
           "date": ["Päivämäärä"], "time": ["Aika", "Kellonaika"], "exception": ["Poikkeus"], "exception_message": ["Viesti", "Virheilmoitus"],
           "where": ["Toiminto", "Viimeisin toiminto"], "object": ["Tiedosto", "Taulu"], "call_stack": ["Kutsupino"], "java_stack": ["Pinojälki", "Java-pino"],
           "fields": ["Kentät", "Muuttujat"], "title": ["Ohjelmavedos"]},
}
GENERAL = {"pl": ["Ogólne"], "fi": ["Yleiset"]}
DECOYS = {
    "en": [("Started by user", "user"), ("User before", "user"), ("Version of Java", "1.8.0_251"), ("Tomcat version", "9.0.65"), ("Driver version", "12.4"),
           ("Previous company", "931"), ("Owner", "user"), ("Next job", "004714"), ("Last exception but one", "java.io.IOException"),
           ("Boot time", "date"), ("Program before", "program"), ("Environment owner", "user"), ("Time of last backup", "date"), ("Called from program", "program")],
    "pl": [("Zmienione przez", "user"), ("Poprzedni program", "program"), ("Wersja Java", "1.8.0_251")],
    "fi": [("Muuttanut", "user"), ("Edellinen ohjelma", "program"), ("Java-versio", "1.8.0_251")],
}

# Ways to write frames, fields of a program, and headings that only these dumps have.
def spot(frame):
    return f"{frame[2]}:{frame[3]}" if frame[2] else "Native Method"


TRACES = {
    "level": lambda at, frame: f"[{at:>2}] at {frame[0]}.{frame[1]}({spot(frame)})",
    "bullet": lambda at, frame: f"- {frame[0]}.{frame[1]}({spot(frame)})",
    "called from": lambda at, frame: f"    called from {frame[0]}.{frame[1]}({spot(frame)})",
    "spaced": lambda at, frame: f"    at {frame[0]}.{frame[1]} ({spot(frame)})",
}
FIELDS = {
    "assign": lambda name, value: f"{name} := '{value}'", "semicolon": lambda name, value: f"{name};{value}", "table": lambda name, value: f"| {name:<8} | {value:<20} |",
    "quoted": lambda name, value: f'"{name}" = "{value}"', "dash": lambda name, value: f"{name} - {value}",
}
HEADINGS = {
    "tilde": lambda text: f"{text}\n{'~' * len(text)}", "section": lambda text: f"Section: {text}", "at": lambda text: f"@@ {text} @@", "under": lambda text: f"__{text}__",
}
