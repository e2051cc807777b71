"""Dumps of the set `bench` as other programs read them: each is a whole file."""

import csv
import io
import json
from xml.sax.saxutils import escape, quoteattr

from .bench_case import Case
from .bench_keys import plain
from .bench_parts import GROUPS, groups_of, say, say_thrown, trace
from .parts import head, place
from .register import Register
from .words import camel

SET = Register()
document = SET.document


def snake(label):
    return label.lower().replace(" ", "_").replace("/", "_").replace("-", "_")


def parts(case, groups=GROUPS, decoys=2):
    """Facts in their sections, the stack, fields, and what was thrown: what a dump leaves out is empty."""
    facts = case.shuffled(groups_of(case, groups, decoys))
    if case.stacked:
        case.truth.say("call_stack", case.truth.call_stack)
    if case.dumped:
        say(case)
    return facts, case.truth.call_stack * case.stacked, case.truth.fields * case.dumped


def thrown(case):
    """Frames with nothing below, and what was thrown."""
    case.truth.causes = []
    say_thrown(case.truth)
    return case.truth.frames


@document
def bench_xml_elements(sheet):
    """An element for each fact, frames as elements with attributes."""
    case = Case(sheet, "en", "%Y-%m-%dT%H:%M:%S.%L", camel)
    facts, stack, fields = parts(case, GROUPS.replace("where", "opobj"))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<m3Dump>"]
    for name, rows in facts:
        lines += [f"  <{camel(name)}>", *(f"    <{label}>{escape(value)}</{label}>" for label, value in rows), f"  </{camel(name)}>"]
    if stack:
        lines += ['  <programStack order="outermost first">', *(f"    <entry>{name}</entry>" for name in stack), "  </programStack>"]
    if fields:
        lines += ["  <fields>", *(f'    <field name="{name}">{escape(value)}</field>' for name, value in fields), "  </fields>"]
    if case.traced:
        frames, truth = thrown(case), case.truth
        lines += [f'  <exception class="{truth.exception}">']
        lines += [f"    <message>{escape(truth.exception_message)}</message>"] if truth.exception_message else []
        for name, method, file, line in frames:
            where = f' file="{file}" line="{line}"' if file else ' native="true"'
            lines.append(f'    <frame class="{name}" method="{escape(method)}"{where}/>')
        lines.append("  </exception>")
    return "\n".join([*lines, "</m3Dump>"]) + "\n"


@document
def bench_xml_attributes(sheet):
    """M3's letters as attributes, the trace as text in a section of its own."""
    case = Case(sheet, "four", "%Y-%m-%d %H:%M:%S")
    facts, stack, fields = parts(case)
    lines = ["<dump>"]
    for name, rows in facts:
        lines.append(f"  <{snake(name)} " + " ".join(f"{label.lower()}={quoteattr(value)}" for label, value in rows) + "/>")
    if stack:
        lines += ["  <call_stack>", *(f'    <program level="{at}" name="{name}"/>' for at, name in enumerate(stack, 1)), "  </call_stack>"]
    if fields:
        variables = [f"    <variable name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in fields]
        lines += ["  <variables>", *variables, "  </variables>"]
    lines += ["  <record file=\"OCUSMA\" okcono=\"931\" okdivi=\"ZZZ\" okchid=\"OLDUSER\"/>"] if case.chance.random() < 0.4 else []
    lines += [f"  <stack_trace><![CDATA[{trace()(case)}]]></stack_trace>"] if case.traced else []
    return "\n".join([*lines, "</dump>"]) + "\n"


@document
def bench_json(sheet):
    """An object of objects, fields as a list of names and values or as an object."""
    case = Case(sheet, "en", "%Y-%m-%dT%H:%M:%S.%LZ", sheet.chance.choice([camel, snake]))
    facts, stack, fields = parts(case)
    found = {case.letters(name): dict(rows) for name, rows in facts}
    if stack:
        found[case.letters("Program stack")] = stack
    if fields:
        found["fields"] = dict(fields) if case.chance.random() < 0.5 else [{"name": name, "value": value} for name, value in fields]
    if case.traced:
        frames = [{"class": name, "method": method, "file": file, "line": line} for name, method, file, line in thrown(case)]
        found["exception"] = {"type": case.truth.exception, "message": case.truth.exception_message or None, "frames": frames}
    if case.chance.random() < 0.4:
        found["jvm"] = {"java.version": "17.0.8", "user.name": "m3svc", "os.name": "Linux"}
    text = json.dumps(found, indent=case.pick(2, 4), ensure_ascii=False)
    return text + "\n"


@document
def bench_yaml_de(sheet):
    """German, values in quotes, the trace as a block."""
    case = Case(sheet, "de", "%d.%m.%Y %H:%M:%S", snake)
    facts, stack, fields = parts(case)
    quoted = lambda value: "'" + value.replace("'", "''") + "'"
    lines = ["---", "# M3-Programmabbruch"]
    for name, rows in facts:
        lines += [f"{snake(name)}:", *(f"  {label}: {quoted(value)}" for label, value in rows)]
    if stack:
        lines += ["# äußerstes Programm zuerst", "programmstapel:", *(f"  - {name}" for name in stack)]
    if fields:
        lines += ["felder:", *(f"  {name}: {quoted(value)}" for name, value in fields)]
    if case.traced:
        lines += ["stacktrace: |", *(f"  {line}" for line in trace("    at {at}", suppressed=0)(case).split("\n"))]
    return "\n".join(lines) + "\n"


@document
def bench_toml(sheet):
    """Tables of facts, arrays of programs, the trace as text of several lines."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M:%S", snake)
    facts, stack, fields = parts(case, GROUPS.replace("version", "releasefix"))
    lines = ['title = "M3 dump"']
    quoted = lambda value: json.dumps(value, ensure_ascii=False)
    for name, rows in facts:
        lines += ["", f"[{snake(name)}]", *(f"{label} = {quoted(value)}" for label, value in rows)]
    if stack:
        lines += ["", "[stack]", "# outermost first", f"program_stack = [{', '.join(map(quoted, stack))}]"]
    if fields:
        lines += ["", "[fields]", *(f"{name} = {quoted(value)}" for name, value in fields)]
    if case.traced:
        lines += ["", "[java]", "stack_trace = '''", trace("    at {at}", suppressed=0)(case) + "'''"]
    return "\n".join(lines) + "\n"


@document
def bench_csv(sheet):
    """Section, name and value in columns, a row for each frame."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M:%S")
    facts, stack, fields = parts(case)
    rows = [("Section", "Name", "Value"), *((name, *row) for name, found in facts for row in found)]
    rows += [("Program stack (outermost first)", str(at), name) for at, name in enumerate(stack, 1)]
    rows += [("Field", *pair) for pair in fields]
    if case.traced:
        frames, truth = thrown(case), case.truth
        rows += [("Java stack trace", "0", head(truth.exception, truth.exception_message))]
        rows += [("Java stack trace", str(at), f"at {one[0]}.{one[1]}({place(one)})") for at, one in enumerate(frames, 1)]
    out = io.StringIO()
    csv.writer(out, delimiter=case.pick(",", ";"), lineterminator="\n", quoting=case.pick(csv.QUOTE_MINIMAL, csv.QUOTE_ALL)).writerows(rows)
    return out.getvalue()


@document
def bench_html_sv(sheet):
    """Swedish, headings and tables, the trace as preformatted text."""
    case = Case(sheet, "sv", "%Y-%m-%d %H:%M:%S")
    facts, stack, fields = parts(case)
    cells = lambda rows: [f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in rows]
    table = lambda name, rows: [f"<h2>{escape(name)}</h2>", "<table>", *cells(rows), "</table>"]
    lines = ["<!DOCTYPE html>", "<html><head><meta charset=\"utf-8\"><title>M3-dump</title></head><body>", "<h1>Programdump</h1>"]
    for name, rows in facts:
        lines += table(name, rows)
    if stack:
        lines += ["<h2>Programstack (yttersta programmet först)</h2>", "<ol>", *(f"<li>{name}</li>" for name in stack), "</ol>"]
    if fields:
        lines += table("Fältinnehåll", fields)
    if case.traced:
        lines += ["<h2>Java-stackspårning</h2>", f"<pre>{escape(trace('    at {at}')(case))}</pre>"]
    return "\n".join([*lines, "</body></html>"]) + "\n"


@document
def bench_markdown_fr(sheet):
    """French, lists with names in bold, a table of fields, the trace between fences."""
    case = Case(sheet, "fr", "%-d %B %Y %H:%M:%S")
    facts, stack, fields = parts(case)
    lines = ["# Arrêt anormal du programme M3", ""]
    for name, rows in facts:
        lines += [f"## {name}", "", *plain("- **{}** : {}")(rows).split("\n"), ""]
    if stack:
        programs = [f"{at}. `{name}`" for at, name in enumerate(stack, 1)]
        lines += ["## Pile des programmes (du plus externe au plus interne)", "", *programs, ""]
    if fields:
        lines += ["## Champs", "", "| Champ | Valeur |", "| --- | --- |"]
        lines += [*(f"| {name} | `{value}` |" if value else f"| {name} | |" for name, value in fields), ""]
    if case.traced:
        lines += ["## Trace Java", "", "```", trace("    at {at}")(case), "```"]
    return "\n".join(lines) + "\n"


@document
def bench_properties(sheet):
    """Names with dots, numbers behind those of programs and frames."""
    case = Case(sheet, "en", "%Y-%m-%d %H:%M:%S %Q", camel)
    facts, stack, fields = parts(case, GROUPS + " frame")
    lines = ["# M3 dump", *(f"dump.{label}={value}" for _, rows in facts for label, value in rows)]
    lines += ["# the outermost program is 1"] * bool(stack) + [f"dump.programStack.{at}={name}" for at, name in enumerate(stack, 1)]
    lines += [f"dump.field.{name}={value}" for name, value in fields]
    if case.traced:
        frames, truth = thrown(case), case.truth
        lines.append(f"dump.exception.class={truth.exception}")
        lines += [f"dump.exception.message={truth.exception_message}"] if truth.exception_message else []
        lines += [f"dump.exception.frame.{at}={one[0]}.{one[1]}({place(one)})" for at, one in enumerate(frames, 1)]
    lines += ["jvm.java.version=17.0.8", "jvm.user.name=m3svc"] if case.chance.random() < 0.5 else []
    return "\n".join(lines) + "\n"


@document
def bench_log_pairs_nl(sheet):
    """Dutch, a line of names and values for each section, programs and frames."""
    case = Case(sheet, "nl", "%Y-%m-%dT%H:%M:%S.%L+01:00", snake)
    facts, stack, fields = parts(case)
    told = lambda value: json.dumps(value, ensure_ascii=False) if not value or set(value) & set(' "=') else value
    line = lambda event, rows: f"level=ERROR event={event} " + " ".join(f"{label}={told(value)}" for label, value in rows)
    lines = [line(f"dump.{snake(name)}", rows) for name, rows in facts]
    lines += [line("dump.programmastapel", [("programmastapel", " > ".join(stack))])] if stack else []
    lines += [line("dump.veld", [("naam", name), ("waarde", value)]) for name, value in fields]
    if case.traced:
        frames, truth = thrown(case), case.truth
        rows = [("uitzondering", truth.exception), ("foutmelding", truth.exception_message)]
        lines.append(line("dump.uitzondering", [row for row in rows if row[1]]))
        for at, (name, method, file, number) in enumerate(frames, 1):
            rows = [("nr", str(at)), ("class", name), ("method", method), ("file", file or ""), ("line", str(number or ""))]
            lines.append(line("dump.frame", [row for row in rows if row[1]]))
    return "\n".join(lines) + "\n"
