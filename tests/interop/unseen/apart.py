"""Notations kept apart from those that the reader was mended with, thought of by somebody who hasn't read it.

All sets before this one were looked at in the end, so that they tell how well the reader knows them. These are taken from what
tools of the last decades write: databases' shells, listings of hosts, debuggers, monitors, tickets, spreadsheets, and forms.
As in `lines` and `documents`, each notation of pairs gets them and gives text, and each of a whole dump gets the sheet.
"""

import base64
import json
import quopri
import re
import textwrap
from xml.sax.saxutils import escape, quoteattr

from .documents import fields_of, frames_of, programs_of, stack_of
from .parts import head

LINES, DOCUMENTS, NAMED, ALONE = {}, {}, set(), set()


def notation(write):
    LINES[write.__name__] = write
    return write


def document(write):
    DOCUMENTS[write.__name__] = write
    return write


def named(write):
    """Its keys are names as programs have them."""
    NAMED.add(write.__name__)
    return write


def alone(write):
    """A file of its own, which nobody writes into a log nor in other characters."""
    ALONE.add(write.__name__)
    return write


def each(name, form, before="", behind="", between="\n", names=False):
    LINES[name] = lambda chance, pairs: before + between.join(form(key, value) for key, value in pairs) + behind
    if names:
        NAMED.add(name)


def quoted(value):
    return json.dumps(value, ensure_ascii=False)


def single(value):
    return "'" + value.replace("'", "''") + "'"


def symbol(key, sign="_"):
    """A key as languages without blanks in their names have it."""
    return re.sub(r"\W+", sign, key.replace("'", "").replace("_", sign)).strip(sign)


def bare(text):
    return text if re.fullmatch(r"[\w.]+", text) else quoted(text)


# Text that people write or copy: notes, forms, tickets, forums, wikis.
each("blank_only", "{} {}".format)
each("cards", "{1}\n{0}\n".format)
each("questions", "Q: {}?\nA: {}\n".format)
each("filled_form", lambda key, value: f"{key}: {'__' + value + '__':_<30}")
each("definition_list", "{}\n:   {}\n".format)
each("bbcode", "[*][b]{}:[/b] {}".format, "[list]\n", "\n[/list]")
each("dokuwiki", "^ {} | {} |".format)
each("list_table", "   * - {}\n     - {}".format, ".. list-table::\n   :header-rows: 1\n\n   * - Name\n     - Value\n")
each("bugzilla", "{:>19}|---                         |{}".format, f"           What    |Removed                     |Added\n{'-' * 76}\n")

# What shells and tools print.
each("reg_query", "    {}    REG_SZ    {}".format, "HKEY_LOCAL_MACHINE\\SOFTWARE\\Example\\M3\\Dumps\\0017\n")
each("snmp_walk", lambda key, value: f"M3-DUMP-MIB::{symbol(key, '-')}.17 = STRING: {quoted(value)}", names=True)
each("otel_debug", "     -> {}: Str({})".format, "Attributes:\n", names=True)
each("kube_annotations", "{}={}".format, "Name:         m3be-7d9f6c\nPriority:     0\nAnnotations:  ", between=f"\n{' ' * 14}", names=True)
each("prometheus", lambda key, value: f"{key}={quoted(value)}", "m3_dump_info{", "} 1", ",", names=True)
each("sql_update", lambda key, value: f"{symbol(key)} = {single(value)}", "UPDATE M3DUMPS\n   SET ", "\n WHERE ID = 17;", ",\n       ")
each("tsv_labelled", "{}:{}".format, between="\t")
each("excel_formula", lambda key, value: f'{key};="{value.replace(chr(34), chr(34) * 2)}"', "sep=;\nName;Value\n")

# Values as languages print them, or as their files hold them.
each("go_struct", lambda key, value: f"{key[0].upper()}{key[1:]}:{value}", "&{", "}", " ", names=True)
each("tuples", lambda key, value: repr((key, value)), "[", "]", ",\n ")
each("openstep", lambda key, value: f"    {bare(key)} = {bare(value)};", "{\n", "\n}")
each("alist", lambda key, value: f"({symbol(key, '-').lower()} . {quoted(value)})", "(", ")", "\n ")
each("ruby_inspect", lambda key, value: f"@{key}={quoted(value)}", "#<M3::Dump:0x00007f8a1c0d2e58 ", ">", ", ", names=True)
each("dmr", lambda key, value: f"        {quoted(key)} => {quoted(value)}", '{\n    "outcome" => "success",\n    "result" => {\n', "\n    }\n}", ",\n")
each("quoted_tabs", lambda key, value: f"\t{quoted(key)}\t\t{quoted(value)}", '"Dump"\n{\n', "\n}")
each("directives", lambda key, value: f"    {key:<24} {quoted(value)};", "dump {\n", "\n}", names=True)
each("js_object", lambda key, value: f"  {key}: {value!r}", "{\n  _id: ObjectId('65c0f2a1b7e4d90012ab34cd'),\n", "\n}", ",\n", names=True)


@notation
def php_serialized(chance, pairs):
    text = lambda value: f's:{len(value.encode())}:"{value}";'
    return f"a:{len(pairs)}:{{" + "".join(text(key) + text(value) for key, value in pairs) + "}"


@notation
@named
def gdb_print(chance, pairs):
    return "$1 = {" + ", ".join(f"{key} = 0x{0x7f3a10c0 + 48 * at:x} {quoted(value)}" for at, (key, value) in enumerate(pairs)) + "}"


@notation
def redis_hash(chance, pairs):
    return "127.0.0.1:6379> HGETALL m3:dump:17\n" + "\n".join(f"{at:>2}) {quoted(text)}" for at, text in enumerate((text for pair in pairs for text in pair), 1))


@notation
def sqlite_line(chance, pairs):
    width = max(len(key) for key, _ in pairs)
    return "sqlite> .mode line\nsqlite> select * from dumps where id = 17;\n" + "\n".join(f"{key:>{width}} = {value}" for key, value in pairs)


@notation
def sql_insert(chance, pairs):
    return (f"INSERT INTO M3DUMPS ({', '.join(symbol(key).upper() for key, _ in pairs)})\n"
            f"VALUES ({', '.join(single(value) for _, value in pairs)});")


@notation
def request_export(chance, pairs):
    """As a system of requests exports one: names, numbers, types and values on a line each."""
    numbers = " ".join(str(536870913 + at) for at in range(len(pairs)))
    keys, values = (" ".join(map(quoted, texts)) for texts in zip(*pairs))
    return f'CHAR-SET UTF-8\nSCHEMA "HPD:Dumps"\nFIELDS {keys}\nFLD-ID {numbers}\nDTYPES {" ".join(["CHAR"] * len(pairs))}\nDATA {values}'


@notation
def diagnostic_data(chance, pairs):
    """As a database's log of diagnostics numbers what it writes."""
    return ("PID     : 4711                 TID  : 140123           PROC : java\n"
            + "\n".join(f"DATA #{at} : {key}, {len(value.encode())} bytes\n{value}" for at, (key, value) in enumerate(pairs, 1)))


# Listings and screens of hosts.
@notation
def formatted_dump(chance, pairs):
    """Variables of a program with their attributes, and with their bytes where these fit."""
    rows = [f"{'NAME':<22}{'ATTRIBUTES':<15}{'VALUE':<24}HEX"]
    for key, value in pairs:
        text = value.ljust(10)
        shown = f"{symbol(key).upper():<22}{f'CHAR({len(text)})':<15}{single(text)}"
        rows.append(f"{shown:<61}'{text.encode('cp037', 'replace').hex().upper()}'X" if len(text) == 10 else shown)
    return "\n".join(rows)


@notation
def command_dump(chance, pairs):
    """Variables of a program of commands."""
    rows = [f" {'&' + symbol(key).upper():<22} {'*CHAR':<8} {max(10, len(value)):>6}      {single(value.ljust(10))}" for key, value in pairs]
    return "\n".join([f" {'Variable':<22} {'Type':<8} Length      Value", f"{'':<45}*...+....1....+....2....+"] + rows)


@notation
def cobol_variables(chance, pairs):
    rows = [f"    {40 + 3 * at:>4}   77 {symbol(key, '-').upper():<24} {f'X({len(value)})':<8} DISP      {value}" for at, (key, value) in enumerate(pairs)]
    return "\n".join(["   Local Variables:"] + rows)


@notation
def prompt_screen(chance, pairs):
    rows = [f" {key + ' ' * (2 - len(key) % 2)}{'. ' * ((35 - len(key)) // 2)}> {value}" for key, value in pairs]
    return "\n".join([f"{'':<24}Display Dump (DSPDMP)", "", " Type choices, press Enter.", ""] + rows
                     + ["", f"{'':<68}Bottom", " F3=Exit   F4=Prompt   F5=Refresh   F12=Cancel   F13=How to use this display"])


@notation
def form_boxes(chance, pairs):
    """Boxes as on a form: the key in the upper edge, the value below."""
    cells = [*pairs, *[("", "")] * (-len(pairs) % 3)]
    wide = max(len(text) for pair in pairs for text in pair) if max(len(value) for _, value in pairs) < 30 else 30
    lines = []
    for row in (cells[at:at + 3] for at in range(0, len(cells), 3)):
        across = [max(wide, len(key), len(value)) for key, value in row]
        lines += ["+" + "+".join(f"-{key:-<{width}}-" for (key, _), width in zip(row, across)) + "+",
                  "|" + "|".join(f" {value:<{width}} " for (_, value), width in zip(row, across)) + "|"]
    return "\n".join(lines + ["+" + "+".join("-" * (width + 2) for width in across) + "+"])


def folded(text, width):
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


@notation
def keys_wrapped(chance, pairs):
    """A narrow column of keys, which go on below as the values do."""
    rows = [(folded(key, 10), folded(value, 36)) for key, value in pairs]
    wide = [max(len(line) for row in rows for line in row[at]) for at in range(2)]
    rule = f"+{'-' * (wide[0] + 2)}+{'-' * (wide[1] + 2)}+"
    lines = [rule]
    for keys, values in rows:
        for at in range(max(len(keys), len(values))):
            key, value = (column[at] if at < len(column) else "" for column in (keys, values))
            lines.append(f"| {key:<{wide[0]}} | {value:<{wide[1]}} |")
        lines.append(rule)
    return "\n".join(lines)


@notation
def leaders_wrapped(chance, pairs):
    width = max(len(key) for key, _ in pairs) + 4
    return "\n".join(f"  {key + ' ':.<{width}} " + f"\n{'':<{width + 3}}".join(folded(value, 30)) for key, value in pairs)


def either(sheet, written):
    """Whoever doesn't know how a file escapes its signs copies them as they are: both are right."""
    for field in sheet.truth.stated - {"fields", "call_stack"}:
        sheet.truth.right[field] += [written(answer) for answer in sheet.truth.right[field] if isinstance(answer, str)]


@document
@alone
@named
def ldif_entry(sheet):
    """An entry of a directory: lines go on with a blank below, and what has several lines is in base 64."""
    coded = lambda value: f": {value}" if re.fullmatch("[ -~]+", value) else f":: {base64.b64encode(value.encode()).decode()}"
    rows = ["dn: cn=17,ou=dumps,o=erp", "objectClass: top", "objectClass: m3Dump", "cn: 17",
            *(key.replace("_", "-") + coded(value) for key, value in [*sheet.pairs, ("stackTrace", stack_of(sheet))])]
    return "".join("\n ".join([row[:76], *(row[at:at + 75] for at in range(76, len(row), 75))]) + "\n" for row in rows)


@document
@alone
def interchange_sheet(sheet):
    """A spreadsheet in the oldest format for exchange."""
    rows = [*sheet.pairs, ("", ""), *((line, "") for line in stack_of(sheet).split("\n"))]
    written = lambda text: text.replace('"', '""')
    cell = lambda text: f'1,0\n"{written(text)}"\n'
    either(sheet, written)
    return (f'TABLE\n0,1\n"EXCEL"\nVECTORS\n0,2\n""\nTUPLES\n0,{len(rows)}\n""\nDATA\n0,0\n""\n'
            + "".join(f"-1,0\nBOT\n{cell(key)}{cell(value)}" for key, value in rows) + "-1,0\nEOD\n")


@document
@alone
def symbolic_link(sheet):
    rows = [*sheet.pairs, *((line,) for line in stack_of(sheet).split("\n"))]
    written = lambda text: text.replace(";", ";;")
    either(sheet, written)
    cells = [f'C;{f"Y{at};" if not column else ""}X{column + 1};K"{written(text)}"' for at, row in enumerate(rows, 1) for column, text in enumerate(row)]
    return "\n".join(["ID;PWXL;N;E", "P;PGeneral", f"B;Y{len(rows)};X2", *cells, "E"]) + "\n"


@document
@alone
def rtf_table(sheet):
    def written(text):
        text = re.sub(r"([\\{}])", r"\\\1", text).replace("\t", "\\tab ")
        return re.sub(r"[^\x00-\x7f]", lambda sign: f"\\u{ord(sign[0])}?", text)

    pairs = "\n".join(f"\\trowd\\trgaph108\\cellx2800\\cellx9400\\pard\\intbl {written(key)}\\cell {written(value)}\\cell\\row" for key, value in sheet.pairs)
    stack = "\\par\n".join(written(line) for line in stack_of(sheet).split("\n"))
    either(sheet, written)
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fmodern Courier New;}}\n"
            f"\\viewkind4\\uc1\\pard\\b\\fs28 {written(sheet.title)}\\b0\\fs20\\par\n{pairs}\n\\pard\\par\n\\f1\\fs16 {stack}\\par\n}}\n")


@document
@alone
def quoted_printable(sheet):
    """A mail as it is kept: long lines are broken, and signs have numbers."""
    text = "\n".join(f"{key} = {value}" for key, value in sheet.pairs) + f"\n\n{stack_of(sheet)}\n"
    return ("From: m3be@example.com\nTo: support@example.com\nSubject: Abnormal termination\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
            "Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(text.encode()).decode())


@document
@alone
def issue_form(sheet):
    """An issue as a form makes it: a heading for each question."""
    pairs = "\n\n".join(f"### {key}\n\n{value}" for key, value in sheet.pairs)
    return f"{pairs}\n\n### Stack trace\n\n```shell\n{stack_of(sheet)}\n```\n\n### Workaround\n\n_No response_\n"


@document
def html_spool(sheet):
    """A spooled file as old converters made it: each blank kept, each line broken."""
    width = max(len(key) for key, _ in sheet.pairs)
    lines = [sheet.title, "", *(f"{key}{' .' * ((width - len(key)) // 2 + 2)} : {value}" for key, value in sheet.pairs), "", *stack_of(sheet).split("\n")]
    text = "<br>\n".join(escape(line.expandtabs(4)).replace(" ", "&nbsp;") for line in lines)
    return f'<HTML><HEAD><TITLE>QPPGMDMP</TITLE></HEAD>\n<BODY BGCOLOR="#FFFFFF"><FONT FACE="Courier New" SIZE="2">\n{text}<br>\n</FONT></BODY></HTML>\n'


@document
def html_meta(sheet):
    pairs = "\n".join(f"<meta name={quoteattr(key)} content={quoteattr(value)}>" for key, value in sheet.pairs)
    return (f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">\n<meta name="generator" content="Dump viewer">\n{pairs}\n<title>{escape(sheet.title)}</title></head>\n'
            f"<body><pre>{escape(stack_of(sheet))}</pre></body></html>\n")


@document
def wiki_storage(sheet):
    """A page as a wiki stores it."""
    rows = "".join(f"<tr><th><p>{escape(key)}</p></th><td><p>{escape(value)}</p></td></tr>" for key, value in sheet.pairs)
    return (f'<h2>{escape(sheet.title)}</h2><table class="wrapped"><colgroup><col /><col /></colgroup><tbody>{rows}</tbody></table>'
            '<ac:structured-macro ac:name="code" ac:schema-version="1"><ac:parameter ac:name="language">java</ac:parameter>'
            f"<ac:plain-text-body><![CDATA[{stack_of(sheet)}]]></ac:plain-text-body></ac:structured-macro>\n")


@document
@alone
def office_properties(sheet):
    """What is known of a document, as a suite of office programs keeps it."""
    rows = [*sheet.pairs, ("Stack trace", stack_of(sheet))]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/"
    return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{kind}custom-properties" xmlns:vt="{kind}docPropsVTypes">'
            + "".join(f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{at}" name={quoteattr(key)}><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
                      for at, (key, value) in enumerate(rows, 2)) + "</Properties>\n")


@document
@alone
def page_texts(sheet):
    """What stands where on a printed page."""
    rows = [(sheet.title,), *sheet.pairs, *((line,) for line in stack_of(sheet).split("\n"))]
    texts = "\n".join(f'<text top="{90 + 18 * at}" left="{60 + 180 * column + 30 * text.startswith(chr(9))}" width="{7 * len(text.strip())}" height="13" font="0">'
                      f"{escape(text.strip())}</text>" for at, row in enumerate(rows) for column, text in enumerate(row))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE pdf2xml SYSTEM "pdf2xml.dtd">\n<pdf2xml>\n'
            f'<page number="1" position="absolute" top="0" left="0" height="1262" width="892">\n{texts}\n</page>\n</pdf2xml>\n')


@document
def log_event_xml(sheet):
    """An event of a log in XML, the dump's keys in its context."""
    sheet.truth.record_at = True
    data = "\n".join(f"<log4j:data name={quoteattr(key)} value={quoteattr(value)}/>" for key, value in sheet.pairs)
    return ('<log4j:event logger="mvx.runtime.Job" timestamp="1770091507001" level="ERROR" thread="worker-4">\n<log4j:message><![CDATA[abnormal termination]]></log4j:message>\n'
            f"<log4j:throwable><![CDATA[{stack_of(sheet)}]]></log4j:throwable>\n<log4j:properties>\n{data}\n</log4j:properties>\n</log4j:event>\n")


@document
def log_record_xml(sheet):
    """A record of Java's own log in XML: its message has the pairs, and frames are without their files."""
    truth = sheet.truth
    truth.record_at = True
    stack_of(sheet)
    truth.frames, truth.causes = [(name, method, None, line) for name, method, _, line in truth.frames], []
    pairs = "\n".join(f"{key}={value}" for key, value in sheet.pairs)
    frames = "\n".join(f"    <frame>\n      <class>{name}</class>\n      <method>{escape(method)}</method>\n" + f"      <line>{line}</line>\n" * bool(line) + "    </frame>"
                       for name, method, _, line in truth.frames)
    return ('<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!DOCTYPE log SYSTEM "logger.dtd">\n<log>\n<record>\n  <date>2026-02-03T04:05:07</date>\n'
            "  <millis>1770091507001</millis>\n  <sequence>812</sequence>\n  <logger>mvx.runtime</logger>\n  <level>SEVERE</level>\n  <thread>14</thread>\n"
            f"  <message>{escape(pairs)}</message>\n  <exception>\n    <message>{escape(head(truth.exception, truth.exception_message))}</message>\n{frames}\n  </exception>\n"
            "</record>\n</log>\n")


@document
def error_log_xml(sheet):
    """An error as a module for logs keeps it: the trace in an attribute, and a value in each item."""
    truth = sheet.truth
    items = "\n".join(f"    <item name={quoteattr(key)}>\n      <value string={quoteattr(value)} />\n    </item>" for key, value in sheet.pairs)
    message = f" message={quoteattr(truth.exception_message)}" if truth.exception_message else ""
    return (f'<error host="M3SRV01" application="Jobs" type="{truth.exception}"{message} detail={quoteattr(stack_of(sheet))}>\n'
            f"  <serverVariables>\n{items}\n  </serverVariables>\n</error>\n")


@document
def message_blocks(sheet):
    """What a monitor posts to a channel of a chat."""
    fields = [{"type": "mrkdwn", "text": f"*{key}:*\n{value}"} for key, value in sheet.pairs]
    return json.dumps({"channel": "#m3-alerts", "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": sheet.title}}, *({"type": "section", "fields": fields[at:at + 10]} for at in range(0, len(fields), 10)),
        {"type": "section", "text": {"type": "mrkdwn", "text": f"```{stack_of(sheet)}```"}}]}, indent=sheet.chance.choice([None, 2])) + "\n"


@document
def json_by_column(sheet):
    """A table as a board of charts gets it: the columns' names, then the values of each column."""
    rows = [*sheet.pairs, ("Stack trace", stack_of(sheet))]
    frame = {"schema": {"refId": "A", "fields": [{"name": key, "type": "string"} for key, _ in rows]}, "data": {"values": [[value] for _, value in rows]}}
    return json.dumps({"results": {"A": {"status": 200, "frames": [frame]}}}) + "\n"


@document
@named
def json_display_values(sheet):
    """A record of a service desk, each value as it is kept and as it is shown."""
    rows = [("number", "INC0012345"), *((f"u_{key}", value) for key, value in sheet.pairs), ("u_stack_trace", stack_of(sheet))]
    return json.dumps({"result": [{key: {"display_value": value, "value": value} for key, value in rows}]}, indent=sheet.chance.choice([None, 4])) + "\n"


@document
def json_tagged(sheet):
    """An item of a database that writes the kind of each value beside it."""
    content = {**dict(sheet.pairs), "Stack trace": stack_of(sheet)}
    item = {key: {"S": value} for key, value in content.items()}
    programs = programs_of(sheet)
    if programs:
        item["Call stack"] = {"L": [{"S": name} for name in programs]}
    item["Fields"] = {"M": {name: {"S": value} for name, value in fields_of(sheet)}}
    return json.dumps({"Item": item}, indent=sheet.chance.choice([None, 2])) + "\n"


@document
def telemetry(sheet):
    """An exception as a service for telemetry gets it, its frames parsed."""
    truth = sheet.truth
    truth.record_at = True
    stack_of(sheet)
    truth.causes = []
    frames = [{"level": at, "method": f"{one['class']}.{one['method']}", **({"fileName": one["file"], "line": one["line"]} if "file" in one else {})}
              for at, one in enumerate(frames_of(sheet))]
    thrown = {"typeName": truth.exception, "message": truth.exception_message, "hasFullStack": True, "parsedStack": frames}
    return json.dumps({"name": "Exception", "time": "2026-02-03T04:05:07.001Z", "tags": {"ai.cloud.role": "m3be"}, "data": {
        "baseType": "ExceptionData", "baseData": {"properties": dict(sheet.pairs), "exceptions": [thrown]}}}, indent=sheet.chance.choice([None, 2])) + "\n"


# What these dumps call their fields besides the names of `words`; and what only looks like those.
KEYS = {
    "en": {"program": ["Faulting program", "Aborted program", "Program (PGNM)"], "user": ["User (USID)", "Session user", "User signed on"],
           "job": ["Job no.", "Job reference"], "company": ["Company ID", "Signed-on company"], "division": ["Division in use", "Signed-on division"],
           "environment": ["M3 env", "Environment in use"], "version": ["Release level", "M3 software version"], "panel": ["Panel shown", "Displayed panel"],
           "at": ["Time of abend", "Abended at", "Dumped at", "Failed at"], "date": ["Date of dump", "Abend date"], "time": ["Time of day", "Abend time"],
           "exception": ["Exception raised", "Type of exception"], "exception_message": ["Exception detail", "Message of exception"],
           "where": ["Operation at failure", "Failing request"], "object": ["File used", "Object used"], "title": ["Abend report", "Dump of program"]},
    "cs": {"program": ["Program", "Název programu"], "user": ["Uživatel", "Uživatelské jméno"], "job": ["Úloha", "Číslo úlohy"],
           "company": ["Společnost", "Firma", "Číslo společnosti"], "division": ["Divize"], "environment": ["Prostředí"], "version": ["Verze", "Verze M3"],
           "panel": ["Panel", "Obrazovka"], "at": ["Datum a čas", "Vytvořeno", "Časové razítko"], "date": ["Datum"], "time": ["Čas"],
           "exception": ["Výjimka", "Třída výjimky"], "exception_message": ["Zpráva", "Chybová zpráva"], "where": ["Operace", "Poslední operace"],
           "object": ["Soubor", "Tabulka"], "call_stack": ["Zásobník volání", "Zásobník programů"], "java_stack": ["Výpis zásobníku", "Zásobník Javy"],
           "fields": ["Pole", "Proměnné"], "title": ["Výpis programu", "Neočekávané ukončení programu"]},
    "hu": {"program": ["Program", "Program neve"], "user": ["Felhasználó", "Felhasználónév"], "job": ["Feladat", "Feladat száma"],
           "company": ["Vállalat", "Cég", "Vállalat száma"], "division": ["Divízió"], "environment": ["Környezet", "M3-környezet"], "version": ["Verzió", "Kiadás"],
           "panel": ["Panel", "Képernyő"], "at": ["Időpont", "Dátum és idő", "Létrehozva"], "date": ["Dátum"], "time": ["Idő"],
           "exception": ["Kivétel", "Kivétel osztálya"], "exception_message": ["Üzenet", "Hibaüzenet"], "where": ["Művelet", "Utolsó művelet"],
           "object": ["Fájl", "Tábla"], "call_stack": ["Hívási verem", "Programverem"], "java_stack": ["Veremkövetés", "Java-verem"],
           "fields": ["Mezők", "Változók"], "title": ["Rendellenes programleállás", "Programkiíratás"]},
}
GENERAL = {"cs": ["Obecné", "Obecné informace"], "hu": ["Általános", "Általános adatok"]}
DECOYS = {
    "en": [("Reported by", "user"), ("Assigned to", "user"), ("Ticket opened", "date"), ("Agent version", "7.62.1"), ("Firmware version", "3.4"),
           ("Program description", "Customer. Open"), ("Company currency", "SEK"), ("Division currency", "EUR"), ("Next program", "program"), ("Previous panel", "Z"),
           ("Environment created", "date"), ("User locale", "en_GB"), ("Job log", "QPJOBLOG"), ("Message queue", "QSYSOPR"), ("Exceptions in last hour", "3")],
    "cs": [("Změnil", "user"), ("Předchozí program", "program"), ("Verze Javy", "1.8.0_251"), ("Název společnosti", "Příklad s.r.o.")],
    "hu": [("Módosította", "user"), ("Előző program", "program"), ("Java-verzió", "1.8.0_251"), ("Vállalat megnevezése", "Példa Kft.")],
}

# Ways to write frames, fields of a program, and headings that only these dumps have.
def spot(frame):
    return f"{frame[2]}:{frame[3]}" if frame[2] else "Native Method"


TRACES = {
    "debugger": lambda at, frame: f"  [{at + 1}] {frame[0]}.{frame[1]} ({spot(frame)})",
    "optimized": lambda at, frame: f"    at {frame[0].replace('.', '/')}.{frame[1]}({spot(frame)})[optimized]",
    "file first": lambda at, frame: f"    {spot(frame)}: {frame[0]}.{frame[1]}",
    "colons": lambda at, frame: f"    {frame[0]}::{frame[1]} ({spot(frame)})",
}
FIELDS = {
    "attributes": lambda name, value: f"{name:<12}{f'CHAR({len(value) or 1})':<12}'{value}'", "columns": lambda name, value: f"{name:<10}{value}".rstrip(),
    "ended": lambda name, value: f"{name}='{value}';", "braces": lambda name, value: f"{name}={{{value}}}", "colons": lambda name, value: f"{name} :: {value}",
}
HEADINGS = {
    "wiki": lambda text: f"h3. {text}", "between dashes": lambda text: f"-----[ {text} ]-----", "bold": lambda text: f"**{text}**", "region": lambda text: f"#region {text}",
}
