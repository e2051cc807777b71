"""Notations that hold a whole dump: XML, JSON, YAML, HTML. Each gets a sheet and gives the text."""

import html
import json
import re
from xml.sax.saxutils import escape, quoteattr

from . import parts
from .register import Register

SET = Register()
notation = SET.document
NOTATIONS = SET.documents


def element(key):
    return re.sub(r"[^\w.-]+", "", key.replace(" ", "_")) or "x"


def stack_of(sheet):
    parts.say_thrown(sheet.truth)
    return parts.trace(sheet.chance, sheet.truth, "tab")


def indented(text, blanks):
    return "\n".join(" " * blanks + line for line in text.split("\n"))


def fields_of(sheet):
    sheet.truth.say_fields({name: [value, value or None] for name, value in sheet.truth.fields})
    return sheet.truth.fields


def programs_of(sheet):
    """The stack of programs, where the keys don't state it already."""
    if "call_stack" in sheet.truth.stated:
        return []
    sheet.truth.say("call_stack", sheet.truth.call_stack)
    return sheet.truth.call_stack


def frames_of(sheet, own_class="class"):
    return [{own_class: name, "method": method, **({"file": file, "line": line} if file else {})} for name, method, file, line in sheet.truth.frames]


@notation
def xml_elements(sheet):
    pairs = "\n".join(f"  <{element(key)}>{escape(value)}</{element(key)}>" for key, value in sheet.pairs)
    programs = "".join(f"<program>{name}</program>" for name in programs_of(sheet))
    programs = f"  <callStack>{programs}</callStack>\n" if programs else ""
    fields = "\n".join(f'    <field name="{name}">{escape(value)}</field>' for name, value in fields_of(sheet))
    return (f'<?xml version="1.0"?>\n<dump>\n{pairs}\n{programs}  <stackTrace>{escape(stack_of(sheet))}</stackTrace>\n'
            f"  <fields>\n{fields}\n  </fields>\n</dump>\n")


@notation
def xml_attributes(sheet):
    pairs = " ".join(f"{element(key)}={quoteattr(value)}" for key, value in sheet.pairs)
    fields = "".join(f"<field name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in fields_of(sheet))
    return f"<m3dump {pairs}>\n<exception><![CDATA[{stack_of(sheet)}]]></exception>\n<fields>{fields}</fields>\n</m3dump>\n"


@notation
def xml_entries(sheet):
    pairs = "\n".join(f"<entry key={quoteattr(key)}>{escape(value)}</entry>" for key, value in sheet.pairs)
    stack = f"<entry key=\"Stack trace\">{escape(stack_of(sheet))}</entry>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">\n<properties>\n<comment>dump</comment>\n{pairs}\n{stack}\n</properties>\n'


@notation
def xml_frames(sheet):
    pairs = "".join(f"<d:{element(key)}>{escape(value)}</d:{element(key)}>" for key, value in sheet.pairs)
    truth = sheet.truth
    parts.say_thrown(truth)
    message = f" message={quoteattr(truth.exception_message)}" if truth.exception_message else ""
    frames = "".join(f"<d:frame class=\"{escape(frame['class'])}\" method={quoteattr(frame['method'])}"
                     + (f" file=\"{frame['file']}\" line=\"{frame['line']}\"" if "file" in frame else "") + "/>" for frame in frames_of(sheet))
    return f'<d:dumplog xmlns:d="urn:example:dump"><d:header>{pairs}</d:header><d:exception class="{truth.exception}"{message}>{frames}</d:exception></d:dumplog>'


@notation
def xml_params(sheet):
    pairs = "\n".join(f"  <param><name>{escape(key)}</name><value>{escape(value)}</value></param>" for key, value in sheet.pairs)
    return f"<dump>\n <params>\n{pairs}\n </params>\n <trace>{escape(stack_of(sheet))}</trace>\n</dump>\n"


@notation
def json_flat(sheet):
    content = dict(sheet.pairs)
    programs = programs_of(sheet)
    if programs:
        content["callStack"] = programs
    content["stackTrace"] = stack_of(sheet)
    content["fields"] = dict(fields_of(sheet))
    return json.dumps(content, indent=sheet.chance.choice([None, 1, 4]), ensure_ascii=sheet.chance.random() < 0.5) + "\n"


@notation
def json_nested(sheet):
    truth = sheet.truth
    parts.say_thrown(truth)
    half = len(sheet.pairs) // 2
    content = {"dump": {"general": dict(sheet.pairs[:half]), "context": dict(sheet.pairs[half:]),
                        "exception": {"class": truth.exception, "message": truth.exception_message, "stackTrace": frames_of(sheet)},
                        "variables": [{"name": name, "value": value} for name, value in fields_of(sheet)]}}
    return json.dumps(content, indent=2)


@notation
def json_items(sheet):
    content = {"type": "dump", "properties": [{"name": key, "value": value} for key, value in sheet.pairs], "stack": stack_of(sheet).split("\n")}
    return json.dumps(content, indent=2)


def scalar(value):
    return "'" + value.replace("'", "''") + "'" if re.search(r"[:#'\"\[\]{},&*!|>%@`\\]|^[-\d ]|^$", value) else value


@notation
def yaml(sheet):
    pairs = "\n".join(f"  {key}: {scalar(value)}" for key, value in sheet.pairs)
    programs = "".join(f"    - {name}\n" for name in programs_of(sheet))
    programs = f"  call_stack:\n{programs}" if programs else ""
    stack = indented(stack_of(sheet), 4)
    fields = "\n".join(f"    {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields_of(sheet))
    return f"---\ndump:\n{pairs}\n{programs}  stack_trace: |\n{stack}\n  fields:\n{fields}\n"


@notation
def yaml_flow(sheet):
    pairs = ", ".join(f"{key}: {json.dumps(value)}" for key, value in sheet.pairs)
    stack = indented(stack_of(sheet), 2)
    return f"header: {{{pairs}}}\nstack: |-\n{stack}\n"


@notation
def html_th(sheet):
    pairs = "\n".join(f"<tr><th>{html.escape(key)}</th><td>{html.escape(value)}</td></tr>" for key, value in sheet.pairs)
    fields = "".join(f"<tr><td>{name}</td><td>{html.escape(value)}</td></tr>" for name, value in fields_of(sheet))
    return (f"<!DOCTYPE html><html><head><title>Dump</title><style>th {{ color: red }}</style></head><body><h1>{html.escape(sheet.title)}</h1>\n<table border=1>\n{pairs}\n"
            f"</table><h2>Stack trace</h2><pre>{html.escape(stack_of(sheet))}</pre><h2>Variables</h2><table>{fields}</table></body></html>")


@notation
def html_list(sheet):
    pairs = "".join(f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>\n" for key, value in sheet.pairs)
    stack = "<br>\n".join(html.escape(line).replace("\t", "&nbsp;&nbsp;&nbsp;&nbsp;") for line in stack_of(sheet).split("\n"))
    return f"<html><body><h2>{html.escape(sheet.title)}</h2><dl>{pairs}</dl><h3>Exception</h3><p>{stack}</p></body></html>"


@notation
def html_bold(sheet):
    pairs = "".join(f"<p><b>{html.escape(key)}:</b> {html.escape(value)}</p>\n" for key, value in sheet.pairs)
    return f"<html>\n<body>\n<h1>{html.escape(sheet.title)}</h1>\n{pairs}<pre>\n{html.escape(stack_of(sheet))}\n</pre></body></html>"


@notation
def html_two(sheet):
    cells = [f"<td class=k>{html.escape(key)}</td><td class=v>{html.escape(value)}</td>" for key, value in sheet.pairs]
    rows = "".join(f"<tr>{''.join(cells[at:at + 2])}</tr>" for at in range(0, len(cells), 2))
    return f"<HTML><BODY><TABLE>{rows}</TABLE><PRE>{html.escape(stack_of(sheet))}</PRE></BODY></HTML>"


@notation
def html_as_text(sheet):
    """What a browser's "save as text" makes of a table: cells with tabs between them, paragraphs apart."""
    pairs = "\n".join(f"{key} \t{value} " for key, value in sheet.pairs)
    return f"{sheet.title}\n\n{pairs}\n\nStack trace\n\n{stack_of(sheet)}\n"


@notation
def ini(sheet):
    half = len(sheet.pairs) // 2
    first, second = ("\n".join(f"{key}={value}" for key, value in part) for part in (sheet.pairs[:half], sheet.pairs[half:]))
    fields = "\n".join(f"{name}={value}" for name, value in fields_of(sheet))
    return f"; dump\n[General]\n{first}\n\n[Context]\n{second}\n\n[Fields]\n{fields}\n\n[StackTrace]\n{stack_of(sheet)}\n"


@notation
def json_in_log(sheet):
    """One line of a log with a dump as JSON at its end."""
    content = json.dumps({**dict(sheet.pairs), "stackTrace": stack_of(sheet)})
    return f"2026-02-03 04:05:06,789 INFO  [main] c.e.Server - started\n2026-02-03 04:05:07,001 ERROR [w-4] c.e.Dump - abnormal termination {content}\n2026-02-03 04:05:08,001 INFO  [main] c.e.Server - alive\n"
