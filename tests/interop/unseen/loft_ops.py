"""As the author of a tool for operations stores: ini, properties, YAML, JSON, XML, tables with a head, keys above values."""

import json
from xml.sax.saxutils import escape, quoteattr

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()
NAMES = {
    "program": ["program", "program name", "program id"],
    "panel": ["panel", "panel id"],
    "user": ["user", "user id", "m3 user"],
    "job": ["job", "job id"],
    "company": ["company", "company number", "cono"],
    "division": ["division", "divi"],
    "environment": ["environment", "environment name"],
    "version": ["version", "m3 version", "release"],
    "at": ["timestamp", "failure time", "occurred at"],
    "where": ["failed operation", "failing operation"],
    "operation": ["operation", "failed operation"],
    "file": ["file", "table"],
    "exception": ["exception", "exception class"],
    "exception_message": ["message", "exception message"],
}
FACTS = ["program", "panel", "user", "job", "company", "division", "environment", "version"]


@SET.document
def loft_ops_ini(sheet):
    """Sections by subject, in which a key is short because its section says of what."""
    case = Case(sheet)
    truth = case.truth
    panel = f"panel = {case.told('panel')}\n" if truth.panel else ""
    program = f"[program]\nname = {case.told('program')}\n{panel}previous = {case.chance.choice(['CRS020', 'MMS015'])}"
    user = f"[user]\nid = {case.told('user')}\nname = {case.chance.choice(['Anna Berg', 'Tom Kraus'])}" if parts.some(case, 0.85) else ""
    company = f"[company]\nnumber = {case.told('company')}\nname = Demo Manufacturing AB" if parts.some(case, 0.85) else ""
    division = f"[division]\ncode = {case.told('division')}\nname = Nordic sales" if parts.some(case, 0.85) else ""
    system = f"[environment]\nname = {case.told('environment')}\nhost = m3srv04.example.com\nversion = {case.told('version')}"
    failure = f"[failure]\ntime = {case.told('at')}\noperation = {truth.operation}\nfile = {truth.object}\nexception = {case.told('exception')}"
    truth.say("where", f"{truth.operation} {truth.object}")
    values = "[fields]\n" + "\n".join(f"{name} = {value}" for name, value in parts.fields(case))
    sections = [user, company, division, system, failure, values]
    case.chance.shuffle(sections)
    return parts.joined("; abnormal end of program", program, *sections)


@SET.document
def loft_ops_properties(sheet):
    """Java properties under one prefix, escaped as Properties.store does."""
    case = Case(sheet)
    escaped = lambda value: value.replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=").replace("#", "\\#")
    dotted = lambda label: "m3.dump." + label.replace(" ", ".")
    pairs = "\n".join(f"{key}={escaped(value)}" for key, value in case.facts(NAMES, dotted, near=2, parted=0))
    values = "\n".join(f"m3.dump.field.{name}={escaped(value)}" for name, value in parts.fields(case)) if parts.some(case) else ""
    trace = "m3.dump.stacktrace=" + escaped(parts.trace(case, cause="plain", modules="")).replace("\n", "\\n\\\n  ").replace("\t", "\\t") if parts.some(case) else ""
    return parts.joined("#M3 dump\n#Tue Feb 03 07:15:00 CET 2026", pairs, values, trace, between="\n")


def quoted(value):
    return json.dumps(value, ensure_ascii=False)


@SET.document
def loft_ops_yaml(sheet):
    """YAML with nested maps, a list of programs and the trace as a block."""
    case = Case(sheet)
    part = lambda only, near=0: "\n".join(f"  {key}: {quoted(value)}" for key, value in case.facts(NAMES, parts.camel, only=only, near=near, parted=0.3))
    stack = "callStack:\n" + "\n".join(f"  - {name}" for name in parts.programs(case)) if parts.some(case) else ""
    values = "fields:\n" + "\n".join(f"  - name: {name}\n    value: {quoted(value)}" for name, value in parts.fields(case)) if parts.some(case) else ""
    trace = "stackTrace: |\n" + "\n".join(f"  {line}" for line in parts.trace(case).split("\n"))
    return parts.joined(
        "---\nkind: ProgramDump",
        f"program:\n{part(['program', 'panel', 'version'])}",
        f"job:\n{part(['job', 'user', 'company', 'division'], 1)}",
        f"runtime:\n{part(['environment', 'at', 'where'])}",
        stack,
        values,
        trace,
        between="\n",
    )


@SET.document
def loft_ops_json_attributes(sheet):
    """JSON whose facts are a list of attributes, frames as objects with one text each."""
    case = Case(sheet)
    pairs = [{"attribute": key, "value": value} for key, value in case.facts(NAMES, str.capitalize, thrown=1)]
    content = {"type": "M3_PROGRAM_DUMP", "attributes": pairs}
    if parts.some(case):
        content["programStack"] = [{"level": at, "program": name} for at, name in enumerate(parts.programs(case), 1)]
    content["frames"] = [{"declaringClass": name, "methodName": method, "fileName": file, "lineNumber": line} for name, method, file, line in parts.frames_told(case) if file]
    case.truth.frames = [frame for frame in case.truth.frames if frame[2]]
    content["variables"] = [{"name": name, "type": "String", "value": value} for name, value in parts.fields(case)]
    return json.dumps(content, indent=2) + "\n"


@SET.document
def loft_ops_json_nested(sheet):
    """JSON objects in each other, where id and name mean what their object is."""
    case = Case(sheet)
    truth = case.truth
    content = {"dump": {"id": f"D-{case.chance.randrange(10**5)}"}}
    content["program"] = {"name": case.told("program"), **({"panel": case.told("panel")} if truth.panel else {}), "version": case.told("version")}
    content["job"] = {
        "id": case.told("job"),
        "user": {"id": case.told("user"), "fullName": "Anna Berg"},
        "company": {"number": case.told("company"), "name": "Demo AB"},
        "division": {"code": case.told("division"), "name": "Nordic"},
    }
    content["environment"] = {"name": case.told("environment"), "java": {"version": "17.0.9"}}
    content["failure"] = {
        "time": case.told("at"),
        "operation": truth.operation,
        "file": truth.object,
        "exception": {"class": truth.exception, "message": truth.exception_message, "stackTrace": parts.trace(case, cause="plain", modules="").split("\n")},
    }
    truth.say("where", f"{truth.operation} {truth.object}")
    if parts.some(case):
        content["fields"] = dict(parts.fields(case))
    if parts.some(case):
        content["callStack"] = parts.programs(case)
    keys = list(content)
    case.chance.shuffle(keys)
    return json.dumps({key: content[key] for key in keys}, indent=case.chance.choice([None, 2])) + "\n"


@SET.document
def loft_ops_xml_nested(sheet):
    """XML elements by subject."""
    case = Case(sheet)
    part = lambda only, near=0: "".join(f"    <{key}>{escape(value)}</{key}>\n" for key, value in case.facts(NAMES, parts.pascal, only=only, near=near, parted=0.3))
    stack = "".join(f"    <Entry>{name}</Entry>\n" for name in parts.programs(case))
    values = "".join(f"    <Field><Name>{name}</Name><Value>{escape(value)}</Value></Field>\n" for name, value in parts.fields(case))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<M3Dump>\n'
        f"  <ProgramInfo>\n{part(['program', 'panel', 'version'])}  </ProgramInfo>\n"
        f"  <JobInfo>\n{part(['job', 'user', 'company', 'division', 'environment', 'at'], 2)}  </JobInfo>\n"
        f"  <Failure>\n{part(['where'])}    <StackTrace>{escape(parts.trace(case))}</StackTrace>\n  </Failure>\n  <CallStack>\n{stack}  </CallStack>\n  <Fields>\n{values}"
        "  </Fields>\n</M3Dump>\n"
    )


@SET.document
def loft_ops_xml_attributes(sheet):
    """An element a subject, what is known of it in attributes."""
    case = Case(sheet)
    truth = case.truth
    panel = f' panel="{case.told("panel")}"' if truth.panel else ""
    thrown = parts.thrown(case) and (f" message={quoteattr(truth.exception_message)}" if truth.exception_message else "")
    frames = parts.frames_told(case)
    rows = "\n".join(
        f"    <frame class={quoteattr(name)} method={quoteattr(method)}" + (f' file="{file}" line="{line}"/>' if file else ' native="true"/>')
        for name, method, file, line in frames
    )
    truth.say("where", f"{truth.operation} {truth.object}")
    values = "\n".join(f'    <var name="{name}" value={quoteattr(value)}/>' for name, value in parts.fields(case))
    stack = "".join(f'<call program="{name}">' for name in parts.programs(case)[:-1]) + f'<call program="{truth.program}"/>' + "</call>" * (len(truth.call_stack) - 1)
    return (
        f'<dump written="2026-02-03T07:15:00">\n  <program name="{case.told("program")}"{panel} version={quoteattr(case.told("version"))}/>\n'
        f'  <session user={quoteattr(case.told("user"))} company="{case.told("company")}" division="{case.told("division")}"/>\n'
        f'  <job id={quoteattr(case.told("job"))} queue="QBATCH"/>\n  <environment name="{case.told("environment")}" host="m3srv04"/>\n'
        f'  <failure at={quoteattr(case.told("at"))}>\n    <operation code="{truth.operation}" file="{truth.object}"/>\n  </failure>\n'
        f"  <stack>{stack}</stack>\n  <exception class={quoteattr(truth.exception)}{thrown}>\n{rows}\n  </exception>\n  <variables>\n{values}\n  </variables>\n</dump>\n"
    )


@SET.document
def loft_ops_csv(sheet):
    """A head and one row, commas or semicolons, quoted where needed; the trace in the last cell."""
    case = Case(sheet, batch=0)
    between = case.chance.choice([",", ";"])
    pairs = case.facts(NAMES, case.chance.choice([parts.snake, str.upper, str.title]), drop=0.1)
    if parts.some(case, 0.6):
        pairs.append(("stack_trace", parts.trace(case, cause="plain")))
    cell = lambda text: '"' + text.replace('"', '""') + '"' if set(text) & set(',;"\n') else text
    return between.join(cell(key) for key, _ in pairs) + "\n" + between.join(cell(value) for _, value in pairs) + "\n"


@SET.document
def loft_ops_tsv(sheet):
    """Parts named behind a number sign, each a table of its own with tabs."""
    case = Case(sheet)

    def rows(only, near=0):
        pairs = case.facts(NAMES, str.upper, only=only, near=near, drop=0.08)
        return "\t".join(key for key, _ in pairs) + "\n" + "\t".join(value for _, value in pairs)

    frames = "CLASS\tMETHOD\tFILE\tLINE\n" + "\n".join(f"{name}\t{method}\t{file or ''}\t{line or ''}" for name, method, file, line in parts.frames_told(case))
    stack = "LEVEL\tPROGRAM\n" + "\n".join(f"{at}\t{name}" for at, name in enumerate(parts.programs(case), 1))
    values = "FIELD\tVALUE\n" + "\n".join(f"{name}\t{value}" for name, value in parts.fields(case))
    return parts.joined(
        f"# PROGRAM\n{rows(['program', 'panel', 'version'])}",
        f"# JOB\n{rows(['user', 'job', 'company', 'division', 'environment'], 1)}",
        f"# FAILURE\n{rows(['at', 'where', 'exception'])}",
        f"# PROGRAM STACK\n{stack}",
        f"# FIELDS\n{values}",
        f"# STACK TRACE\n{frames}",
    )


@SET.document
def loft_ops_two_lines(sheet):
    """A key on one line, its value on the next, moved in."""
    case = Case(sheet)
    pairs = "\n".join(f"{key}\n    {value}" for key, value in case.facts(style=str, near=2))
    stack = "Program stack\n" + "\n".join(f"    {name}" for name in parts.programs(case)) if parts.some(case) else ""
    values = "Field values\n" + "\n".join(f"    {name} = {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    trace = "Stack trace\n" + "\n".join(f"    {line}" for line in parts.trace(case).split("\n"))
    return parts.joined("M3 PROGRAM DUMP", pairs, stack, values, trace, between="\n")


@SET.document
def loft_ops_toml(sheet):
    """TOML with tables and an array of tables."""
    case = Case(sheet)
    part = lambda only, near=0: "\n".join(f"{key} = {quoted(value)}" for key, value in case.facts(NAMES, parts.kebab, only=only, near=near))
    stack = "\n".join(f'[[call-stack]]\nprogram = "{name}"' for name in parts.programs(case))
    values = "[field-values]\n" + "\n".join(f"{name} = {quoted(value)}" for name, value in parts.fields(case))
    trace = f"[exception]\nstack-trace = '''\n{parts.trace(case)}\n'''"
    return parts.joined(
        f"[dump]\n{part(['program', 'panel', 'at', 'where'])}",
        f"[session]\n{part(['user', 'job', 'company', 'division'], 2)}",
        f'[system]\n{part(["environment", "version"])}\njava-version = "17.0.9"',
        stack,
        values,
        trace,
    )
