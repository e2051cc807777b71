"""Notations of the set `jury`: XML, JSON, YAML, INI, CSV, HTML, Markdown, logfmt, properties."""

import json
from html import escape as safe
from xml.sax.saxutils import escape, quoteattr

from .jury_case import Case, headed, joined, lined
from .register import Register

SET = Register()
document = SET.document
LINE = "%Y-%m-%dT%H:%M:%S"


def pairs_of(case):
    """The fields' names and values."""
    return [tuple(line.split("\t")) if "\t" in line else (line, "") for line in case.fields("{n}\t{v}")]


@document
def jury_xml_tags(sheet):
    """An element for each fact, the trace as text."""
    case = Case(sheet)
    case.clock(*case.pick((LINE,), (LINE + ".{ms}Z", 3, 0)))
    tags = lambda text: [f"    <{label}>{escape(value)}</{label}>" for label, value in case.rows(text)]
    part = lambda name, lines: [f"  <{name}>", *lines, f"  </{name}>"] if lines else []
    facts = [part("Failure", tags("Program > program; Panel > panel?; FailedAt|TimeOfFailure > at; Operation > operation; File > object; CompiledAt > @past")),
             part("Session", tags("User|UserId > user; Company > company?; Division > division?; Language > 'GB")),
             part("Runtime", tags("JobId|Job > job?; Environment > environment?; M3Version > version?; JavaVersion > '11.0.21; DatabaseUser > 'MDBUSR"))]
    calls = [f'    <Program level="{at}">{name}</Program>' for at, name in enumerate(case.stack(), 1)]
    held = [f'    <Field name="{name}">{escape(value)}</Field>' for name, value in pairs_of(case)]
    return joined('<?xml version="1.0" encoding="UTF-8"?>', "<M3Dump>", *case.order([*facts, part("ProgramStack", ["    <!-- level 1 is the outermost -->", *calls] if calls else []), part("Fields", held),
                  f"  <StackTrace>{escape(case.trace())}</StackTrace>"]), "</M3Dump>", between="\n")


@document
def jury_xml_attributes(sheet):
    """Facts in attributes, the trace a CDATA."""
    case = Case(sheet)
    case.clock(LINE)
    named = lambda name, text: f"  <{name} " + " ".join(f"{label}={quoteattr(value)}" for label, value in case.rows(text)) + "/>"
    calls = [f'    <call program="{name}" depth="{at}"/>' for at, name in enumerate(case.stack(), 1)]
    held = [f"    <field id={quoteattr(name)} value={quoteattr(value)}/>" for name, value in pairs_of(case)]
    parts = [named("failure", "program > program; panel > panel?; time > at; operation > where"), named("user", "id > user; company > company?; division > division?; language > 'GB"),
             named("job", "number > job; type > 'Interactive"), named("system", "environment > environment; version > version?; javaVersion > '17.0.9; host > 'm3app07")]
    return joined('<?xml version="1.0"?>', "<dump>", *case.order(parts), ["  <programs>", *calls, "  </programs>"] if calls else "", ["  <fields>", *held, "  </fields>"] if held else "",
                  f"  <exception><![CDATA[{case.trace('    at {}')}]]></exception>", "</dump>", between="\n")


@document
def jury_json_sections(sheet):
    """Objects in an object, frames as objects."""
    case = Case(sheet)
    case.clock(*case.pick((LINE,), (LINE + "+01:00", 0, 1)))
    whole = [("failure", dict(case.rows("program > program; panel > panel?; failedAt|timestamp > at; exception > exception; message > message; operation > where"))),
             ("session", dict(case.rows("user > user; company > company?; division > division?; language > 'GB"))),
             ("runtime", dict(case.rows("jobId > job?; environment > environment?; m3Version > version?; javaVersion > '1.8.0_345; databaseUser > 'MDBUSR"))),
             ("programStack", case.stack()), ("fields", dict(pairs_of(case))),
             ("stackTrace", [{"class": name, "method": method, "file": file, "line": line} for name, method, file, line in case.truth.frames])]
    case.frame_rows()
    return json.dumps(dict(case.order([one for one in whole if one[1]])), indent=case.pick(1, 2, 4), ensure_ascii=case.some(0.3)) + "\n"


@document
def jury_json_flat(sheet):
    """One object, snake case, the trace a text, fields in a list."""
    case = Case(sheet)
    case.clock(*case.pick((LINE + ".{ms}Z", 3, 0), ("%Y-%m-%d %H:%M:%S",)))
    rows = case.rows("program_name > program; panel_id > panel?; user_id > user; company > company?; division > division?; job_number > job?; environment > environment?; m3_version > version?; "
                     "failed_at > at; failed_operation > where; java_version > '11.0.21; compiled_at > @past; last_changed_by > @other", 0.8)
    if case.has_stack:
        rows.append(("program_stack", " > ".join(case.stack())))
    rows += [("program_fields", [{"name": name, "value": value} for name, value in pairs_of(case)]), ("stack_trace", case.trace())]
    return json.dumps(dict(rows), indent=2, ensure_ascii=False) + "\n"


@document
def jury_yaml(sheet):
    """Mappings in mappings, the trace a block."""
    case = Case(sheet)
    case.clock(LINE)
    text = lambda value: json.dumps(value, ensure_ascii=False)
    part = lambda name, spec: headed(f"{name}:", [f"  {label}: {text(value)}" for label, value in case.rows(spec)])
    facts = [part("failure", "program > program; panel > panel?; failed_at > at; operation > operation; file > object"),
             part("session", "user > user; company > company?; division > division?; language > 'GB"),
             part("runtime", "job > job?; environment > environment?; m3_version > version?; java_version > '17.0.9; database_user > 'MDBUSR"),
             headed("program_stack:  # outermost first", [f"  - {name}" for name in case.stack()]), headed("fields:", [f"  {name}: {text(value)}" for name, value in pairs_of(case)])]
    return joined("---", *case.order(facts), headed("stack_trace: |", case.trace("    at {}", indent="  ")), between="\n")


@document
def jury_ini(sheet):
    """Sections and keys, frames with a key each."""
    case = Case(sheet)
    case.clock("%Y-%m-%d %H:%M:%S")
    part = lambda name, spec: headed(f"[{name}]", lined(case.rows(spec), "{}={}"))
    facts = [part("Failure", "Program > program; Panel > panel?; Time > at; Exception > exception; Message > message; Operation > where; Compiled > @past"),
             part("User", "User > user; Company > company?; Division > division?; Language > 'GB"),
             part("System", "Job > job?; Environment > environment?; M3Version > version?; JavaVersion > '11.0.21; DatabaseUser > 'MDBUSR")]
    calls = [f"Program{at}={name}" for at, name in enumerate(case.stack(), 1)]
    frames = [f"Frame{at}={name}.{method}({file + ':' + line if file != '-' else 'Native Method'})" for at, (name, method, file, line) in enumerate(case.frame_rows(), 1)]
    return joined("; M3 dump, Program1 is the outermost", *case.order(facts), headed("[ProgramStack]", calls), headed("[Fields]", case.fields("{n}={v}")), headed("[JavaStack]", frames))


@document
def jury_csv(sheet):
    """Section, name and value in each row."""
    case = Case(sheet)
    case.clock("%Y-%m-%d %H:%M:%S")
    mark = case.pick(",", ";")
    cell = lambda text: '"' + text.replace('"', '""') + '"'
    rows = [("failure", *row) for row in case.rows("program > program; panel > panel?; time of failure > at; exception > exception; message > message; operation > where")]
    rows += [("session", *row) for row in case.rows("user > user; company > company?; division > division?; job > job?; previous job > '118822")]
    rows += [("system", *row) for row in case.rows("environment > environment?; m3 version > version?; java version > '1.8.0_345; database user > 'MDBUSR")]
    rows += [("program stack", f"level {at}", name) for at, name in enumerate(case.stack(), 1)] + [("field", *row) for row in pairs_of(case)]
    rows += [("java stack", f"frame {at}", f"{name}.{method}({file + ':' + line if file != '-' else 'Native Method'})") for at, (name, method, file, line) in enumerate(case.frame_rows(), 1)]
    return "\n".join(mark.join(map(cell, row)) for row in [("section", "name", "value"), *rows]) + "\n"


@document
def jury_html(sheet):
    """A page with a table for each subject, the trace in <pre>."""
    case = Case(sheet)
    case.clock(*case.pick(("%d {month} %Y %H:%M:%S",), ("%Y-%m-%d %H:%M:%S",)))
    row = lambda of, cell="td": "<tr>" + "".join(f"<{cell}>{safe(text)}</{cell}>" for text in of) + "</tr>"
    table = lambda title, rows: [f"<h2>{title}</h2>", "<table>", *map(row, rows), "</table>"] if rows else []
    facts = [table("Failure", case.rows("Program > program; Panel > panel?; Time of failure > at; Failed operation > where; Compiled > @past")),
             table("Session", case.rows("User > user; Company > company?; Division > division?; Job > job?; Language > 'GB")),
             table("System", case.rows("Environment > environment?; M3 version > version?; Java version > '11.0.21; Database user > 'MDBUSR"))]
    calls = ["<h2>Program stack</h2>", "<ol>", *(f"<li>{name}</li>" for name in case.stack()), "</ol>"] if case.has_stack else []
    return joined("<!DOCTYPE html>", "<html><head><title>M3 dump</title></head><body>", "<h1>M3 dump</h1>", *case.order(facts), calls, table("Fields", pairs_of(case)),
                  f"<h2>Java stack trace</h2>\n<pre>{safe(case.trace())}</pre>", "</body></html>", between="\n")


@document
def jury_markdown(sheet):
    """Bold keys in lists, the trace and the fields fenced."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("{d} {month} %Y, %H:%M:%S",)))
    form = case.pick("- **{}:** {}", "* **{}**: {}", "- {}: `{}`")
    part = lambda name, spec: headed([f"## {name}", ""], lined(case.rows(spec), form))
    facts = [part("Failure", "Program > program; Panel > panel?; Time of failure > at; Failed operation > where; Last changed by > @other"),
             part("User", "User > user; Company > company?; Division > division?; Job > job?"), part("System", "Environment > environment?; M3 version > version?; Java version > '17.0.9")]
    fenced = lambda title, body: headed([f"## {title}", "", "```"], [*body, "```"] if body else [])
    calls = [f"{at}. {name}" for at, name in enumerate(case.stack(), 1)]
    return joined("# M3 dump", *case.order(facts), headed(["## Program stack (outermost first)", ""], calls), fenced("Fields", case.fields("{n} = '{v}'")), fenced("Java stack trace", [case.trace()]))


@document
def jury_logfmt(sheet):
    """Names and values with equals signs on lines, quoted where there are blanks."""
    case = Case(sheet)
    case.clock(*case.pick((LINE,), (LINE + "Z", 0, 0)))
    text = lambda value: json.dumps(value, ensure_ascii=False) if not value or set(value) & set(' "=') else value
    line = lambda kind, rows: f"section={kind} " + " ".join(f"{label}={text(value)}" for label, value in rows)
    facts = [line("failure", case.rows("program > program; panel > panel?; failed_at > at; operation > where")), line("session", case.rows("user > user; company > company?; division > division?; language > 'GB")),
             line("runtime", case.rows("job > job; environment > environment?; m3_version > version?; java_version > '11.0.21; database_user > 'MDBUSR"))]
    stack = [f"section=stack program_stack={text('->'.join(case.stack()))}"] if case.has_stack else []
    held = [line("fields", pairs_of(case))] if case.has_fields else []
    return joined(*case.order(facts), stack, held, case.trace(), between="\n")


@document
def jury_properties(sheet):
    """Keys with points in them, as a properties file; frames have keys as well."""
    case = Case(sheet)
    case.clock("%Y-%m-%d %H:%M:%S")
    rows = case.rows("dump.program > program; dump.panel > panel?; dump.time > at; dump.operation > operation; dump.file > object; dump.user > user; dump.company > company?; "
                     "dump.division > division?; dump.job > job?; dump.environment > environment?; dump.m3.version > version?; java.version > '1.8.0_345; user.name > 'svc_m3be; os.name > 'Linux", 0.8)
    held = [f"dump.field.{name}={value}" for name, value in pairs_of(case)]
    calls = [f"dump.stack.{at}={name}" for at, name in enumerate(case.stack(), 1)]
    thrown = lined(case.rows("dump.exception > exception; dump.exception.message > message", 0), "{}={}")
    frames = [f"dump.trace.{at}={name}.{method}({file + ':' + line if file != '-' else 'Native Method'})" for at, (name, method, file, line) in enumerate(case.frame_rows())]
    return joined("# M3 dump; dump.stack.1 is the outermost program", lined(rows, "{}={}"), calls, held, thrown + frames)
