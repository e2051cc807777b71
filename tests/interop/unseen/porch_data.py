"""Dumps that libraries write from objects: Jackson, SnakeYAML, JAXB, a servlet's page of an error, PowerShell. Part of `porch`."""

import datetime
import json
from xml.sax.saxutils import escape

from . import parts
from .porch_case import ISO, Case
from .register import Register

SET = Register()
document = SET.document
PROGRAM = ("program|programName|pgm -> =program; ?panel|panelId -> =panel; ?failedOperation|operation|lastOperation -> =where;"
           " ?compiledAt|programCompiled -> ~date;"
           " ?previousProgram -> ~program")
USER = "user|userId|userProfile -> =user; company|cono|companyNumber -> =company; ?division|divi|divisionCode -> =division; language -> GB"
SYSTEM = ("environment|environmentName|m3Environment -> =environment; ?version|m3Version|beVersion -> =version; ?javaVersion|jvmVersion -> 11.0.20;"
          " ?databaseUser -> MDBUSR; ?serverStarted -> <80")
ISOS = ["%Y-%m-%dT%H:%M:%S.%LZ", "%Y-%m-%dT%H:%M:%S.%L+0100", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]


def epoch(case):
    """Milliseconds since 1970, so the zone is known."""
    truth = case.truth
    truth.say("at", True)
    truth.digits, truth.zone = 3, datetime.timedelta(0)
    return int(truth.at.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


@document
def porch_jackson(sheet):
    """A bean of beans; the trace is a text or the elements of a stack trace."""
    case = Case(sheet)
    truth, grouped = case.truth, case.odds(0.6)
    near = "%Y-%m-%dT%H:%M:%S"
    groups = [(case.one("program", "failure"), case.rows(PROGRAM, near=near)), (case.one("session", "userContext"), case.rows(USER)),
              ("job", case.rows("jobId|jobNumber|number -> =job; ?type -> Interactive; ?submittedBy -> ~user")), ("system", case.rows(SYSTEM, near=near))]
    if grouped:
        found = {name: dict(rows) for name, rows in case.shuffled(groups)}
    else:
        found = dict(row for name, rows in groups for row in rows)
        found = {("jobNumber" if key == "number" else "jobType" if key == "type" else key): value for key, value in found.items()}
    stamp = epoch(case) if case.odds(0.3) else case.time(case.one(*ISOS))
    found = {case.one("timestamp", "occurredAt", "dumpTime", "failureTime"): stamp, **found}
    found[case.one("programStack", "callStack")] = case.one(list, lambda stack: [{"level": at, "program": name} for at, name in enumerate(stack,
                                                                                                                                          1)])(case.stack())
    found[case.one("fields", "fieldValues")] = dict(case.variables()) if case.odds(0.6) else [{"name": name, "value": value} for name,
                                                                                              value in case.variables()]
    if case.odds(0.5):
        found["stackTrace"] = case.trace()
    else:
        truth.causes = []
        parts.say_thrown(truth)
        frames = [{"className": name, "methodName": method, "fileName": file, "lineNumber": line, "nativeMethod": False} for name, method, file,
                  line in case.no_native()]
        found["exception"] = {case.one("class", "type", "exceptionClass"): truth.exception, "message": truth.exception_message, "cause": None,
                              "stackTrace": frames}
    return json.dumps(found, indent=case.one(2, 2, 4, None), ensure_ascii=False) + "\n"


def yaml(value):
    plain = value and value[0].isalpha() and not set(value) & set(":#'\"{}[]\\,") and value not in ("true", "null")
    return value if plain else "'" + value.replace("'", "''") + "'"


@document
def porch_snakeyaml(sheet):
    """Block style, groups of keys, the trace as a literal block."""
    case = Case(sheet)
    tag = case.one("", "", " !!com.example.m3.")
    listed = lambda name, rows: [f"{name}:{tag + name.capitalize() if tag else ''}", *(f"  {key}: {yaml(value)}" for key, value in rows)]
    groups = [listed("failure", case.rows(PROGRAM)), listed("session", case.rows(USER)), listed("job", case.rows("id|number|jobId -> =job;"
                                                                                                                 " ?queue -> QBATCH; ?submittedBy -> ~user")),
              listed("system", case.rows(SYSTEM))]
    stack = ["programStack:", *(f"- {yaml(name)}" for name in case.stack())]
    fields = ["fields:", *(f"  {name}: {yaml(value)}" for name, value in case.variables())]
    top = f"{case.one('timestamp', 'dumpTime', 'occurredAt')}: {case.one('{}', chr(39) + '{}' + chr(39)).format(case.time(case.one(*ISOS)))}"
    return "\n".join(["---", top, *sum(case.shuffled([*groups, stack, fields]), []), "stackTrace: |",
                      *("  " + line for line in case.trace("  at {}").split("\n")), ""])


@document
def porch_jaxb(sheet):
    """Elements within elements, with a name space or without."""
    case = Case(sheet)
    prefix = case.one("", "", "ns2:")
    space = f' xmlns{":ns2" if prefix else ""}="http://example.com/m3/dump"' if case.odds(0.7) or prefix else ""
    tag = lambda name, value, deep=8: f"{' ' * deep}<{name}>{escape(value)}</{name}>"
    group = lambda name, rows: [f"    <{name}>", *(tag(*row) for row in rows), f"    </{name}>"]
    groups = [group("failure", [*case.rows(PROGRAM), (case.one("timestamp", "occurredAt"), case.time(case.one(*ISOS)))]), group("session", case.rows(USER)),
              group("job", case.rows("jobId|jobNumber -> =job; ?submittedBy -> ~user")), group("system", case.rows(SYSTEM))]
    stack = ["    <programStack>", *(tag("program", name) for name in case.stack()), "    </programStack>"]
    if case.odds(0.5):
        fields = ["    <fields>", *(f'        <field name="{name}">{escape(value)}</field>' for name, value in case.variables()), "    </fields>"]
    else:
        fields = ["    <fields>", *(f"        <field>\n{tag('name', name, 12)}\n{tag('value', value, 12)}\n        </field>" for name,
                                    value in case.variables()), "    </fields>"]
    trace = case.one(escape, lambda text: f"<![CDATA[{text}]]>")(case.trace())
    return "\n".join(['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', f"<{prefix}m3Dump{space}>", *sum(case.shuffled([*groups, stack, fields]), []),
                      f"    <stackTrace>{trace}</stackTrace>", f"</{prefix}m3Dump>", ""])


@document
def porch_error_page(sheet):
    """A servlet's page of an error, with tables of heads and cells."""
    case = Case(sheet)
    row = case.one("<tr><th>{}</th><td>{}</td></tr>", "<tr><td><b>{}</b></td><td>{}</td></tr>", '<tr><td class="key">{}:</td><td>{}</td></tr>',
                   "<dt>{}</dt><dd>{}</dd>")
    around = ("<dl>", "</dl>") if row.startswith("<dt") else ("<table>", "</table>")
    table = lambda name, spec: "\n".join([f"<h3>{name}</h3>", around[0], *(row.format(label, escape(value)) for label, value in case.rows(spec)), around[1]])
    tables = [table("Program", "Program|Program name -> =program; ?Panel -> =panel; Time|Occurred -> =at; ?Operation|Failed operation -> =where;"
                               " ?Compiled -> ~date"),
              table("Session", "User|User ID -> =user; Company -> =company; ?Division -> =division; Job|Job ID -> =job;"
                               " ?User agent -> Mozilla/5.0 (Windows NT 10.0)"),
              table("Server", "Environment -> =environment; ?M3 version|Version -> =version; ?Java version -> 1.8.0_251;"
                              " ?Server info -> Apache Tomcat/9.0.71")]
    stack = "\n".join(["<h3>Program stack</h3>", "<ol>", *(f"<li>{name}</li>" for name in case.stack()), "</ol>"])
    fields = "\n".join(["<h3>Fields</h3>", "<table>", "<tr><th>Name</th><th>Value</th></tr>", *(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>"
                        for name, value in case.variables()), "</table>"])
    return "\n".join(["<!doctype html>", '<html lang="en"><head><title>M3 - Error</title><style>h1 {color:white;}</style></head><body>',
                      "<h1>Program error</h1>",
                      *case.shuffled(tables), *case.shuffled([stack, fields]), "<h3>Exception</h3>", f"<pre>{escape(case.trace())}</pre>",
                      "<hr class=\"line\"/><h3>M3 Web</h3></body></html>", ""])


SHELL = ("Program|ProgramName -> =program; ?Panel -> =panel; User|UserId -> =user; Company -> =company; ?Division -> =division; Job|JobId|JobNumber -> =job;"
         " Environment -> =environment; ?M3Version|Version -> =version; ?Operation|FailedOperation -> =where; ?JavaVersion -> 11.0.20;"
         " ?LastChangedBy -> ~user")


@document
def porch_format_list(sheet):
    """What Format-List of PowerShell shows; lines of the trace go on below the first."""
    case = Case(sheet)
    rows = case.shuffled([*case.rows(SHELL), (case.one("TimeStamp", "Occurred", "FailureTime"), case.time(case.one(ISO, "%d.%m.%Y %H:%M:%S",
                                                                                                                   "%m/%d/%Y %I:%M:%S %p")))])
    rows.append(("ProgramStack", "{" + ", ".join(case.stack()) + "}"))
    rows += [("Fields", "{" + ", ".join(f"[{name}, {value}]" for name, value in case.variables(",[]{}")) + "}")] if case.odds(0.5) else []
    lines = case.trace("   at {}").split("\n")
    width = max(len(label) for label, _ in rows + [("StackTrace", "")]) + 1
    return "\n".join(["", "", *(f"{label:<{width}}: {value}" for label, value in rows), f"{'StackTrace':<{width}}: {lines[0]}",
                      *(" " * (width + 2) + line for line in lines[1:]), "", "", ""])


@document
def porch_format_table(sheet):
    """What Format-Table of PowerShell shows: narrow tables, one below the other, then the trace."""
    case = Case(sheet, blanks=False)
    form = case.one(ISO, "%d.%m.%Y %H:%M:%S")

    def table(columns):
        widths = [max(map(len, column)) for column in columns]
        line = lambda at: " ".join(f"{column[at]:<{width}}" for column, width in zip(columns, widths)).rstrip()
        rules = " ".join(("-" * len(column[0])).ljust(width) for column, width in zip(columns, widths)).rstrip()
        return "\n".join([line(0), rules, *(line(at) for at in range(1, len(columns[0])))])

    rows = case.rows(SHELL, form) + [(case.one("TimeStamp", "Occurred"), case.time(form))]
    rows = case.shuffled([row for row in rows if row[1]])
    half = (len(rows) + 1) // 2
    tables = [table(rows[:half]), table(rows[half:])]
    stack = case.stack()
    tables.append(table([("Level", *(str(at) for at in range(1, len(stack) + 1))), ("Program", *stack)]))
    variables = case.variables()
    tables.append(table([("Field", *(name for name, _ in variables)), ("Value", *(value for _, value in variables))]))
    commands = [f"PS C:\\m3> $dump | {what}" for what in ("Format-Table", "select -Last 6 | ft", "% ProgramStack | ft", "% Fields | ft")]
    shown = [f"{command}\n\n{one}" for command, one in zip(commands, tables)] if case.odds(0.4) else tables
    return "\n\n\n".join(["", *shown, case.trace("   at {}") + "\n"])


@document
def porch_convert_to_json(sheet):
    """ConvertTo-Json of PowerShell 5.1, with its dates and wide gaps."""
    case = Case(sheet)
    found = dict(case.shuffled([*case.rows(SHELL), (case.one("TimeStamp", "Occurred"), f"/Date({epoch(case)})/")]))
    found["ProgramStack"] = case.stack()
    found["Fields"] = dict(case.variables())
    found["StackTrace"] = case.trace("   at {}")
    text = json.dumps(found, indent=4, ensure_ascii=False).replace('": ', '":  ').replace("/Date(", "\\/Date(").replace(")/", ")\\/")
    return text.replace("'", "\\u0027").replace("<", "\\u003c").replace(">", "\\u003e") + "\n"
