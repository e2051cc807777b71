"""Dumps of the set `judge` in formats that other programs read: XML, JSON, YAML, INI, properties, CSV, Markdown and HTML."""

import csv
import io
import json
from xml.sax.saxutils import escape, quoteattr

from . import judge_parts as parts
from .judge_case import Case
from .judge_parts import joined
from .register import Register

SET = Register()
document = SET.document
ALL = "program! panel user! job company division environment version at where"


def indented(text, by="  "):
    return "\n".join(by + line for line in text.split("\n"))


def xml_trace(case):
    """As text, or an element for each frame."""
    if case.odds(0.6):
        return f"<stackTrace><![CDATA[{parts.trace(case, 'tab')}]]></stackTrace>"
    truth = case.truth
    case.thrown()
    rows = [f'  <frame class={quoteattr(name)} method={quoteattr(method)}' + (f' file="{file}" line="{line}"' if file else "") + "/>"
            for name, method, file, line in truth.frames]
    message = f" message={quoteattr(truth.exception_message)}" if truth.exception_message else ""
    return "\n".join([f'<exception class="{truth.exception}"{message}>', *rows, "</exception>"])


def xml_stack(case):
    """Programs in one another, or one after the other with their levels."""
    stack = case.called()
    if case.odds(0.5):
        return "<programStack>\n" + "\n".join(f'  <program level="{at}">{name}</program>' for at, name in enumerate(stack, 1)) + "\n</programStack>"
    opened = [f'{"  " * at}<call program="{name}">' for at, name in enumerate(stack, 1)]
    return "\n".join(["<programStack>", *opened, *(f'{"  " * at}</call>' for at in range(len(stack), 0, -1)), "</programStack>"])


JVM = [("java.version", "1.8.0_371"), ("user.name", "svc_m3be"), ("os.name", "Linux")]


@document
def judge_xml_elements(sheet):
    """An element for each fact, in groups or not."""
    case = Case(sheet, letters=sheet.chance.choice(["camel", "pascal", "snake"]), spread=False)
    element = lambda label, value: f"<{label}>{escape(value)}</{label}>"
    if case.odds(0.5):
        facts = [element(*pair) for pair in case.pairs(ALL, ("session", "pgm"), 3)]
    else:
        groups = [("failure", "at where"), ("context", "program! panel user! company division"), ("runtime", "job environment version")]
        facts = [f"<{name}>\n" + indented("\n".join(element(*pair) for pair in case.pairs(fields))) + f"\n</{name}>" for name, fields in groups]
    fields = "<fields>\n" + "\n".join(f'  <field name="{name}">{escape(value)}</field>' for name, value in case.fields()) + "\n</fields>"
    noise = "<systemProperties>\n" + "\n".join(f'  <property name="{name}">{value}</property>' for name, value in JVM) + "\n</systemProperties>"
    rest = [xml_trace(case), xml_stack(case), fields, *case.pick([], [noise])]
    case.chance.shuffle(rest)
    root = case.pick("dump", "m3dump", "programDump")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n' + indented("\n".join([*facts, *rest])) + f"\n</{root}>\n"


@document
def judge_xml_attributes(sheet):
    """Facts as attributes of the root, or of elements by subject."""
    case = Case(sheet, letters=sheet.chance.choice(["camel", "kebab"]), spread=False)
    attributes = lambda pairs: "".join(f"\n      {label}={quoteattr(value)}" for label, value in pairs)
    if case.odds(0.5):
        opened = f"<dump{attributes(case.pairs(ALL))}>"
    else:
        groups = [("failure", "at! where"), ("application", "program! panel"), ("session", "user! job company division"), ("system", "environment! version")]
        opened = "<dump>\n" + "\n".join(f"  <{name}{attributes(case.pairs(fields, ('session',) if name == 'session' else ()))}/>" for name, fields in groups)
    fields = "<fields>\n" + "\n".join(f"  <field name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in case.fields()) + "\n</fields>"
    return f'<?xml version="1.0"?>\n{opened}\n' + indented("\n".join([xml_stack(case), fields, xml_trace(case)])) + "\n</dump>\n"


def frame_objects(case):
    return [{"class": name, "method": method, "file": file, "line": line} for name, method, file, line in case.truth.frames]


@document
def judge_json_nested(sheet):
    """Objects for subjects, frames as objects."""
    case = Case(sheet, letters="camel", spread=False)
    truth = case.truth
    groups = [("failure", "at where"), ("application", "program! panel"), ("session", "user! company division job"), ("system", "environment version")]
    found = {name: dict(case.pairs(fields, ("session",) if name == "session" else ())) for name, fields in groups}
    found["programStack"] = case.called()
    found[case.pick("fields", "variables")] = dict(case.fields()) if case.odds(0.5) else [{"name": name, "value": value} for name, value in case.fields()]
    case.thrown()
    found["exception"] = {"class": truth.exception, "message": truth.exception_message, "stackTrace": frame_objects(case)}
    found["jvm"] = dict(JVM)
    order = list(found)
    case.chance.shuffle(order)
    return json.dumps({name: found[name] for name in order}, indent=case.pick(2, 4), ensure_ascii=False) + "\n"


@document
def judge_json_flat(sheet):
    """All in one object, the trace as text or a list of lines, the time in milliseconds or as text."""
    case = Case(sheet, letters=sheet.chance.choice(["camel", "snake"]), spread=False)
    found = dict(case.pairs("program! panel user job company division environment version where", ("pgm", "system"), 3))
    found["timestamp"] = case.epoch() if case.odds(0.4) else case.time("{0:%Y-%m-%dT%H:%M:%S}.{1:03d}Z", 3, 0)
    text = parts.trace(case, "tab")
    found[case.letters("stack trace")] = text if case.odds(0.5) else text.split("\n")
    found[case.letters("call stack")] = case.called() if case.odds(0.5) else " -> ".join(case.called())
    found["fields"] = dict(case.fields())
    return json.dumps(found, indent=case.pick(None, 2), ensure_ascii=False) + "\n"


@document
def judge_yaml(sheet):
    """Mappings by subject, the trace as a block of text, strings in quotes."""
    case = Case(sheet, letters=sheet.chance.choice(["camel", "snake", "kebab"]), spread=False)
    quoted = lambda value: "'" + str(value).replace("'", "''") + "'"
    mapping = lambda pairs: "\n".join(f"  {label}: {quoted(value)}" for label, value in pairs)
    groups = [("failure", "at where"), ("program", "program! panel"), ("session", "user! company division job"), ("system", "environment version")]
    named = [f"{name}:\n{mapping(pairs)}" for name, pairs in ((name, case.pairs(fields, ("session",) if name == "session" else ())) for name, fields in groups) if pairs]
    named.append("programStack:\n" + "\n".join(f"  - {name}" for name in case.called()))
    named.append("fields:\n" + mapping(case.fields()))
    named.append("stackTrace: |\n" + indented(parts.trace(case, "blanks")))
    case.chance.shuffle(named)
    return joined("---", *named, between="\n")


@document
def judge_ini(sheet):
    """`[section]` and `key=value`, the trace's lines numbered keys or as they are."""
    case = Case(sheet, letters=sheet.chance.choice(["pascal", "snake", "lower"]))
    mark = case.pick("=", " = ")
    listed = lambda pairs: "\n".join(f"{label}{mark}{value}" for label, value in pairs)
    groups = [("Program", "program! panel where at"), ("Session", "user! company division"), ("Job", "job"), ("System", "environment version")]
    named = [(name, listed(case.pairs(fields, ("system",) if name == "System" else ()))) for name, fields in groups]
    named += [("ProgramStack", listed([(f"level{at}", name) for at, name in enumerate(case.called(), 1)])), ("Fields", listed(case.fields())),
              ("Jvm", listed(JVM)), ("StackTrace", parts.trace(case))]
    return joined("; " + case.word("title"), *(f"[{name}]\n{text}" for name, text in named if text))


@document
def judge_properties(sheet):
    """Names with dots, as Java's properties."""
    case = Case(sheet, letters="camel", spread=False)
    case.time_form = case.pick(("{0:%Y-%m-%d %H:%M:%S}", 0, None), ("{0:%Y-%m-%dT%H:%M:%S}", 0, None), ("{0:%Y-%m-%dT%H:%M:%S}.{1:03d}Z", 3, 0))
    pairs = case.pairs("program! panel user! job company division environment version where") + [("timestamp", case.time(*case.time_form))]
    if case.truth.user.count("\\"):
        case.say("user")
        pairs = [(label, value.replace("\\", "\\\\") if value == case.truth.user else value) for label, value in pairs]
    lines = [f"m3.dump.{label}={value}" for label, value in pairs]
    lines += [f"m3.stack.{at}={name}" for at, name in enumerate(case.called(), 1)]
    lines += [f"m3.field.{name}={value}" for name, value in case.fields()]
    lines += [f"jvm.{name}={value}" for name, value in JVM]
    trace = parts.trace(case, "tab").split("\n")
    lines += [f"m3.trace.{at:02d}={line.strip()}" for at, line in enumerate(trace)] if not case.truth.causes else []
    tail = [] if not case.truth.causes else ["", *(f"# {line}" for line in trace)]
    return "# " + case.word("title") + "\n" + "\n".join(lines + tail) + "\n"


@document
def judge_csv(sheet):
    """Rows of section, name and value."""
    case = Case(sheet)
    rows = [("section", "name", "value")]
    rows += [(name, *pair) for name, pairs in case.groups() for pair in pairs]
    rows += [("Program stack", f"Level {at}", name) for at, name in enumerate(case.called(), 1)]
    rows += [("Fields", *pair) for pair in case.fields()]
    rows += [("Stack trace", str(at), line.strip()) for at, line in enumerate(parts.trace(case, "tab").split("\n"))]
    text = io.StringIO()
    csv.writer(text, delimiter=case.pick(",", ";", "\t"), lineterminator="\n", quoting=case.pick(csv.QUOTE_MINIMAL, csv.QUOTE_ALL)).writerows(rows)
    return text.getvalue()


@document
def judge_markdown(sheet):
    """Lists with bold names or tables, traces in fences."""
    case = Case(sheet)
    table = lambda pairs, head=("Key", "Value"): "\n".join([f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {label} | {value} |" for label, value in pairs)])
    bullets = lambda pairs: "\n".join(f"- **{label}:** {value}" for label, value in pairs)
    listed = case.pick(table, bullets)
    stack = lambda stack: ("", "\n".join(f"{at}. `{name}`" for at, name in enumerate(stack, 1)))
    fields = case.pick(lambda case: table(case.fields(), ("Field", "Value")), lambda case: "```\n" + parts.fields(case, "quoted") + "\n```")
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    named += parts.sections(case, listed, stack, fields, lambda case: f"```\n{parts.trace(case)}\n```")
    return joined(f"# {case.word('title')}", *(f"## {name}\n\n{text}" for name, text in named))


@document
def judge_html(sheet):
    """A page with tables or lists, the trace in `pre`."""
    case = Case(sheet)
    table = lambda pairs: "<table>\n" + "\n".join(f"<tr><th>{escape(label)}</th><td>{escape(str(value))}</td></tr>" for label, value in pairs) + "\n</table>"
    listing = lambda pairs: "<dl>\n" + "\n".join(f"<dt>{escape(label)}</dt><dd>{escape(str(value))}</dd>" for label, value in pairs) + "\n</dl>"
    listed, stack = case.pick(table, table, listing), lambda stack: ("", "<ol>\n" + "\n".join(f"<li>{name}</li>" for name in stack) + "\n</ol>")
    named = [(name, listed(pairs)) for name, pairs in case.groups() if pairs]
    rest = parts.sections(case, listed, stack, lambda case: listed(case.fields()), lambda case: f"<pre>{escape(parts.trace(case))}</pre>")
    named += [(name, text if text.startswith("<") else f"<pre>{escape(text)}</pre>") for name, text in rest]
    title = case.word("title")
    body = "\n".join(f"<h2>{escape(name)}</h2>\n{text}" for name, text in named)
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{body}\n</body></html>\n"
