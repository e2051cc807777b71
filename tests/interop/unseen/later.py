"""Notations thought of later: those that the reader's makers may look at while they mend it (`held_back` has the others).

As in `lines` and `documents`, each notation of pairs gets them and gives text, and each of a whole dump gets the sheet.
"""

import json
import textwrap
from xml.sax.saxutils import escape, quoteattr

from . import parts
from .documents import element, frames_of, indented, programs_of, stack_of
from .register import Register

SET = Register()
notation, document, named, each = SET.notation, SET.document, SET.names, SET.each
LINES, DOCUMENTS, NAMED = SET.lines, SET.documents, SET.named

each("value_from_key", "{1} <- {0}".format)
each("tilde", "{}~{}".format)
each("unit_separator", "{}\x1f{}".format)
each("oracle_stars", lambda key, value: f"*** {key.upper()}:({value})")
each("arrow_unicode", "{} → {}".format)
each("is_sentence", "{} is {}".format)
each("jira_bold", "|*{}*|{}|".format)
each("sql_comment", "-- {}: {}".format)
each("shell_export", lambda key, value: f'''export {key.replace(" ", "_").replace("'", "").upper()}="{value.replace(chr(34), chr(92) + chr(34))}"''')
each("one_after_another", "{}\n{}".format)
each("perl_comment", "## {} = {}".format)


@notation
def record_separator(chance, pairs):
    return "\x1e".join(f"{key}\x1f{value}" for key, value in pairs)


@notation
def short_dump(chance, pairs):
    """As a short dump of another maker's system: framed, keys with dots, without a colon."""
    rule = "-" * 78
    lines = [rule, f"|{'Category':<23}{'Java Programming Error':<53}|", rule] + [f"|    {key + ' ':.<22} {value:<49}|" for key, value in pairs]
    return "\n".join(lines + [rule])


@notation
def spool_in_twos(chance, pairs):
    """Two on a line, as job attributes are spooled."""
    width, wide = max(len(key) for key, _ in pairs), max(len(value) for _, value in pairs) + 4
    cells = [f"{key}{' .' * ((width - len(key)) // 2 + 2)} :   {value:<{wide}}" for key, value in pairs]
    even = max(map(len, cells))
    return "\n".join(" ".join(f" {cell:<{even}}" for cell in cells[at:at + 2]).rstrip() for at in range(0, len(cells), 2))


@notation
def asciidoc_table(chance, pairs):
    return '[cols="1,2"]\n|===\n|Name |Value\n\n' + "\n".join(f"|{key}\n|{value}" for key, value in pairs) + "\n|==="


@notation
def psql_record(chance, pairs):
    width = max(len(key) for key, _ in pairs)
    return f"-[ RECORD 1 ]{'-' * 40}\n" + "\n".join(f"{key:<{width}} | {value}" for key, value in pairs)


@notation
def tree(chance, pairs):
    return "\n".join(f"{'└' if at == len(pairs) else '├'}── {key}: {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def csv_sections(chance, pairs):
    quoted = lambda text: '"' + text.replace('"', '""') + '"'
    return "Section,Key,Value\n" + "\n".join(f"General,{quoted(key)},{quoted(value)}" for key, value in pairs)


@notation
@named
def ruby_hash(chance, pairs):
    return "{" + ", ".join(f":{key}=>{json.dumps(value, ensure_ascii=False)}" for key, value in pairs) + "}"


@notation
def python_dict(chance, pairs):
    return repr(dict(pairs))


@notation
def rest_table(chance, pairs):
    wide = [max(len(pair[at]) for pair in pairs) for at in range(2)]
    rule = "  ".join("=" * width for width in wide)
    return "\n".join([rule, f"{'Item':<{wide[0]}}  Value", rule] + [f"{key:<{wide[0]}}  {value}" for key, value in pairs] + [rule])


@notation
def right_bare(chance, pairs):
    width = max(len(key) for key, _ in pairs)
    return "\n".join(f"{key:>{width}}  {value}" for key, value in pairs)


@notation
def number_paren(chance, pairs):
    return "\n".join(f"{at}) {key} = {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def number_square(chance, pairs):
    return "\n".join(f"[{at:02d}] {key}: {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def continued(chance, pairs):
    """A backslash at the end of a line says that the value goes on."""
    return "\n".join(textwrap.fill(f"{key} = {value}", 46, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False).replace("\n", " \\\n")
                     for key, value in pairs)


@notation
def double_bars(chance, pairs):
    return "\n".join(f"{key} || {value}" for key, value in pairs)


@document
def yaml_items(sheet):
    items = "\n".join(f"  - name: {json.dumps(key, ensure_ascii=False)}\n    value: {json.dumps(value, ensure_ascii=False)}" for key, value in sheet.pairs)
    stack = indented(stack_of(sheet), 4)
    return f"dump:\n  properties:\n{items}\n  stackTrace: |\n{stack}\n"


@document
def event_xml(sheet):
    """As Windows' event viewer saves an event."""
    data = "".join(f"<Data Name={quoteattr(key)}>{escape(value)}</Data>" for key, value in sheet.pairs)
    return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="M3BE"/><EventID>1026</EventID>'
            f'<Level>2</Level><EventRecordID>88121</EventRecordID><Channel>Application</Channel><Computer>m3srv01</Computer></System>'
            f'<EventData>{data}<Data Name="StackTrace">{escape(stack_of(sheet))}</Data></EventData></Event>\n')


@document
def first_failure(sheet):
    """As an application server captures the data of a failure."""
    pairs = "\n".join(f"{key} = {value}" for key, value in sheet.pairs)
    return f"------Start of DE processing------\n{pairs}\nStack Dump = {stack_of(sheet)}\n\nDump of callerThis\nObject type = mvx.runtime.Job\n  closed = false\n  retries = 3\n"


@document
def plist(sheet):
    pairs = "\n".join(f"  <key>{escape(key)}</key>\n  <string>{escape(value)}</string>" for key, value in sheet.pairs)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
            f'<plist version="1.0">\n<dict>\n{pairs}\n  <key>Stack trace</key>\n  <string>{escape(stack_of(sheet))}</string>\n</dict>\n</plist>\n')


@document
def json_pairs(sheet):
    return json.dumps({"kind": "dump", "header": [[key, value] for key, value in sheet.pairs], "stackTrace": stack_of(sheet)}, indent=sheet.chance.choice([None, 2]))


@document
def json_in_json(sheet):
    """A log that is written as JSON, whose message is a dump as JSON."""
    inner = json.dumps({**dict(sheet.pairs), "stackTrace": stack_of(sheet)})
    records = [{"@timestamp": "2026-02-03T04:05:06.789Z", "level": "INFO", "message": "started"},
               {"@timestamp": "2026-02-03T04:05:07.001Z", "level": "ERROR", "message": inner}]
    sheet.truth.record_at = True
    return "\n".join(map(json.dumps, records)) + "\n"


@document
@named
def soap_fault(sheet):
    pairs = "".join(f"<d:{element(key)}>{escape(value)}</d:{element(key)}>" for key, value in sheet.pairs)
    return ('<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode>'
            f'<faultstring>Abnormal termination</faultstring><detail><d:dump xmlns:d="urn:example">{pairs}<d:stackTrace>{escape(stack_of(sheet))}</d:stackTrace>'
            "</d:dump></detail></soap:Fault></soap:Body></soap:Envelope>")


@document
def html_divs(sheet):
    pairs = "\n".join(f'<div class="row"><span class="label">{escape(key)}</span><span class="value">{escape(value)}</span></div>' for key, value in sheet.pairs)
    return f"<html><body><h1>{escape(sheet.title)}</h1>\n{pairs}\n<pre>{escape(stack_of(sheet))}</pre></body></html>"


@document
def xml_rpc(sheet):
    pairs = "".join(f"<member><name>{escape(key)}</name><value><string>{escape(value)}</string></value></member>\n" for key, value in sheet.pairs)
    return ('<?xml version="1.0"?><methodResponse><fault><value><struct>\n' + pairs +
            f"<member><name>Stack trace</name><value><string>{escape(stack_of(sheet))}</string></value></member></struct></value></fault></methodResponse>")


@document
def json_attributes(sheet):
    """Attributes as telemetry has them."""
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in sheet.pairs]
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"severityText": "ERROR", "body": {"stringValue": stack_of(sheet)}, "attributes": attributes}]}]}]})


@document
@named
def bean_xml(sheet):
    pairs = "\n".join(f'  <void property="{element(key)}"><string>{escape(value)}</string></void>' for key, value in sheet.pairs)
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<java version="1.8.0_251" class="java.beans.XMLDecoder">\n <object class="mvx.runtime.Dump">\n{pairs}\n'
            f'  <void property="stackTrace"><string>{escape(stack_of(sheet))}</string></void>\n </object>\n</java>\n')


@document
def var_dump(sheet):
    rows = [*sheet.pairs, ("stackTrace", stack_of(sheet))]
    return f"array({len(rows)}) {{\n" + "\n".join(f'  ["{key}"]=>\n  string({len(value.encode())}) "{value}"' for key, value in rows) + "\n}\n"


@document
def json_frames(sheet):
    """Flat JSON with frames as other tools write them."""
    truth = sheet.truth
    parts.say_thrown(truth)
    frames = [{"declaringClass": one["class"], "methodName": one["method"], "fileName": one.get("file"), "lineNumber": one.get("line", -2)} for one in frames_of(sheet)]
    throwable = {"className": truth.exception, "message": truth.exception_message, "stackTrace": frames}
    return json.dumps({**dict(sheet.pairs), "throwable": throwable, "programStack": programs_of(sheet)}, indent=2)


# What these dumps call their fields besides the names of `words`; and what only looks like those.
KEYS = {
    "en": {"program": ["Program in error", "Failed program", "M3 program"], "user": ["User name", "Signed on user", "Running as user"],
           "job": ["Job identifier", "M3 job"], "company": ["CONO (company)", "Company (CONO)"], "division": ["Division (DIVI)"],
           "environment": ["System environment", "Environment ID"], "version": ["M3 BE version", "Product version"], "panel": ["Panel in use", "Last panel"],
           "at": ["Time stamp", "Date & time", "Time of error", "Occurred at"], "exception": ["Exception name", "Caught exception", "Root exception"],
           "exception_message": ["Exception text", "Error description", "Detail message"], "where": ["Operation in error", "Current operation"]},
    "no": {"program": ["Program", "Programnavn"], "user": ["Bruker", "Bruker-ID"], "job": ["Jobb", "Jobbnummer"], "company": ["Firma", "Selskap"],
           "division": ["Divisjon"], "environment": ["Miljø"], "version": ["Versjon"], "panel": ["Panel", "Skjermbilde"], "at": ["Tidspunkt", "Dato og tid"],
           "date": ["Dato"], "time": ["Tid", "Klokkeslett"], "exception": ["Unntak"], "exception_message": ["Melding", "Feilmelding"],
           "where": ["Operasjon", "Siste operasjon"], "object": ["Fil", "Tabell"], "call_stack": ["Kallstakk", "Programstakk"],
           "java_stack": ["Stakksporing", "Java-stakk"], "fields": ["Felter", "Variabler"], "title": ["Programdump"]},
    "pt": {"program": ["Programa", "Nome do programa"], "user": ["Usuário", "Utilizador"], "job": ["Trabalho", "Número do trabalho"],
           "company": ["Empresa", "Companhia"], "division": ["Divisão"], "environment": ["Ambiente"], "version": ["Versão"], "panel": ["Painel", "Tela"],
           "at": ["Data e hora", "Criado em"], "date": ["Data"], "time": ["Hora"], "exception": ["Exceção"],
           "exception_message": ["Mensagem", "Mensagem de erro"], "where": ["Operação", "Última operação"], "object": ["Arquivo", "Tabela"],
           "call_stack": ["Pilha de chamadas"], "java_stack": ["Rastreamento de pilha", "Pilha Java"], "fields": ["Campos", "Variáveis"],
           "title": ["Despejo do programa"]},
}
GENERAL = {"no": ["Generelt"], "pt": ["Geral"]}
DECOYS = {
    "en": [("Caller's user", "user"), ("Previous user", "user"), ("Server version", "9.0.65"), ("Kernel version", "5.4.0"), ("Client version", "10.4.1"),
           ("Parent job", "004713"), ("Previous error", "java.io.IOException"),
           ("Last sign-on", "date"), ("Parent program", "program"), ("Source company", "931")],
    "no": [("Endret av", "user"), ("Forrige program", "program"), ("Java-versjon", "1.8.0_251"), ("Firmanavn", "Eksempel AS")],
    "pt": [("Alterado por", "user"), ("Programa anterior", "program"), ("Versão do Java", "1.8.0_251")],
}

# Ways to write frames, fields of a program, and headings that only these dumps have.
def spot(frame):
    return f"{frame[2]}:{frame[3]}" if frame[2] else "Native Method"


TRACES = {
    "j9": lambda at, frame: f"4XESTACKTRACE                at {frame[0].replace('.', '/')}.{frame[1]}({spot(frame)}{'(Compiled Code)' if frame[2] else ''})",
    "in line": lambda at, frame: f"   at {frame[0]}.{frame[1]}()" + (f" in {frame[2]}:line {frame[3]}" if frame[2] else ""),
    "caret": lambda at, frame: f" > {frame[0]}.{frame[1]}({spot(frame)})",
    "counted": lambda at, frame: f"{at:>4}: {frame[0]}.{frame[1]}({spot(frame)})",
}
FIELDS = {
    "tabs": lambda name, value: f"{name}\t{value}", "bar": lambda name, value: f"{name:<8} | {value}", "paren": lambda name, value: f"{name} ({value})",
    "angle": lambda name, value: f"{name} => {value}", "csv": lambda name, value: f'"{name}","{value}"',
}
HEADINGS = {
    "plus": lambda text: f"+++ {text} +++", "percent": lambda text: f"%% {text}", "begin": lambda text: f"BEGIN {text}", "numbered": lambda text: f"2.1 {text}",
}
