"""Notations thought of after those of `later` were read: they show whether what was mended for those holds for others.

As in `lines` and `documents`, each notation of pairs gets them and gives text, and each of a whole dump gets the sheet.
"""

import json
from xml.sax.saxutils import escape, quoteattr

from .documents import indented, stack_of
from .later import DECOYS, FIELDS, GENERAL, HEADINGS, KEYS, TRACES
from .register import Register

SET = Register()
notation, document, named, each = SET.notation, SET.document, SET.names, SET.each
LINES, DOCUMENTS, NAMED = SET.lines, SET.documents, SET.named


def quoted(value):
    return json.dumps(value, ensure_ascii=False)


each("much_greater", "{} >>> {}".format)
each("at_sign", "{} @ {}".format)
each("equals_in_words", "{} equals {}".format)
each("is_the", "{1} is the {0}".format)
each("has_value", lambda key, value: f"{key} has value '{value}'")
each("length_between", lambda key, value: f"{key}[{len(value)}]={value}")
each("type_in_parens", lambda key, value: f"{key} (CHAR {len(value)}): {value}")
each("string_column", "{};String;{}".format)
each("named_both", lambda key, value: f"name={quoted(key)} value={quoted(value)}")
each("said_both", "Name: {}; Value: {}".format)
each("erlang", lambda key, value: f"{{{key},{quoted(value)}}},", named=True)
each("prolog", lambda key, value: f"{key}({quoted(value)}).", named=True)
each("tcl", "set {} {{{}}}".format, named=True)
each("clojure", lambda key, value: f":{key} {quoted(value)}", named=True)
each("dictionary", "[{}, {}]".format)
each("initialiser", lambda key, value: f"{{{quoted(key)}, {quoted(value)}}},")
each("perl_variable", lambda key, value: f"$VAR1->{{'{key}'}} = '{value}';")
each("basic", lambda key, value: f"Dim {key} As String = {quoted(value)}", named=True)
each("optional", lambda key, value: f"  {key}: Optional({quoted(value)})", named=True)
each("comment_at_end", "{} = {}    ; from the job".format)
each("rtf", "\\b {}:\\b0  {}\\par".format)
each("angle_below", "{}:\n>>> {}".format)
each("tick_arrow", "✔ {} ➜ {}".format)
each("ini_dotted", lambda key, value: f"dump.{key.replace(' ', '.').lower()}={value}")


@notation
def numbered_columns(chance, pairs):
    wide = max(len(key) for key, _ in pairs)
    return f"No  {'Name':<{wide}}  Value\n--  {'-' * wide}  -----\n" + "\n".join(f"{at:>2}  {key:<{wide}}  {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def code_name_value(chance, pairs):
    return "| Code | Name | Value |\n|---|---|---|\n" + "\n".join(f"| F{at:03d} | {key} | {value} |" for at, (key, value) in enumerate(pairs, 1))


@notation
def bars_all_along(chance, pairs):
    return "|".join(f"{key}={value}" for key, value in pairs)


@notation
def slashes_all_along(chance, pairs):
    return " / ".join(f"{key}: {value}" for key, value in pairs)


@notation
def brackets_all_along(chance, pairs):
    return "".join(f"[{key}: {value}]" for key, value in pairs)


@notation
def groovy_map(chance, pairs):
    return "[" + ", ".join(f"{key}:{value}" for key, value in pairs) + "]"


NAMED.add("groovy_map")


@notation
def powershell_hash(chance, pairs):
    return "@{" + "; ".join(f"{key}={value}" for key, value in pairs) + "}"


NAMED.add("powershell_hash")


@document
def json_singles(sheet):
    return json.dumps({"dump": [{key: value} for key, value in sheet.pairs], "stackTrace": stack_of(sheet)}, indent=sheet.chance.choice([None, 2]))


@document
def json_lists(sheet):
    return json.dumps({**{key: [value] for key, value in sheet.pairs}, "stackTrace": stack_of(sheet).split("\n")})


@document
def json_labels(sheet):
    return json.dumps({"rows": [{"label": key, "text": value, "row": at} for at, (key, value) in enumerate(sheet.pairs)], "trace": stack_of(sheet)}, indent=1)


@document
def xml_three(sheet):
    rows = "".join(f"<row><name>{escape(key)}</name><type>CHAR</type><value>{escape(value)}</value></row>\n" for key, value in sheet.pairs)
    return f"<dump>\n{rows}<trace>{escape(stack_of(sheet))}</trace></dump>"


@document
def xml_id_val(sheet):
    rows = "".join(f"<p:prop id={quoteattr(key)} type=\"s\" val={quoteattr(value)}/>\n" for key, value in sheet.pairs)
    return f'<p:dump xmlns:p="urn:x">\n{rows}<p:trace>{escape(stack_of(sheet))}</p:trace></p:dump>'


@document
def xml_labelled(sheet):
    rows = "".join(f"<cell label={quoteattr(key)} width=\"{len(value)}\">{escape(value)}</cell>\n" for key, value in sheet.pairs)
    return f"<report version=\"2.1\"><page>{rows}</page><text>{escape(stack_of(sheet))}</text></report>"


@document
def html_items(sheet):
    rows = "\n".join(f"<li><b>{escape(key)}</b> {escape(value)}</li>" for key, value in sheet.pairs)
    return f"<html><body><h1>{escape(sheet.title)}</h1><ul>\n{rows}\n</ul><pre>{escape(stack_of(sheet))}</pre></body></html>"


@document
def html_div_after_div(sheet):
    rows = "\n".join(f"<div>{escape(key)}</div>\n<div>{escape(value)}</div>" for key, value in sheet.pairs)
    return f"<html><body><h1>{escape(sheet.title)}</h1>\n{rows}\n<pre>{escape(stack_of(sheet))}</pre></body></html>"


@document
def yaml_list_of_maps(sheet):
    rows = "\n".join(f"  - {quoted(key)}: {quoted(value)}" for key, value in sheet.pairs)
    stack = indented(stack_of(sheet), 4)
    return f"dump:\n{rows}\nstack:\n  - |\n{stack}\n"


@document
def yaml_explicit(sheet):
    rows = "\n".join(f"? {quoted(key)}\n: {quoted(value)}" for key, value in sheet.pairs)
    stack = indented(stack_of(sheet), 2)
    return f"{rows}\n? stackTrace\n: |\n{stack}\n"
