"""Administrators of the servers, whose scripts and monitors collect dumps and pass them on."""

import json
from xml.sax.saxutils import escape, quoteattr

from .pier_case import Failure, blocks
from .register import Register

SET = Register()
FACTS = ("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where")


@SET.document
def pier_ops_ini(sheet):
    """Sections in brackets, keys as in settings, the trace at the end under a section of its own."""
    case = Failure(sheet, clocks=("iso", "offset", "milli"), jobs=("uuid", "number"))
    mark = case.any_of("=", " = ")
    pair = lambda name, field: f"{name}{mark}{case.tell(field)}"
    session = [pair("user", "user"), pair("company", "company"), pair("division", "division"), f"defaultCompany{mark}{case.filled('{company}')}", pair("jobId", "job")]
    failure = [pair("time", "at"), pair("program", "program"), pair("panel", "panel"), pair("operation", "where"), pair("exception", "exception")]
    if case.truth.exception_message:
        failure.append(pair("message", "exception_message"))
    runtime = [pair("environment", "environment"), pair("m3Version", "version"), f"javaVersion{mark}{case.filled('{java}')}", f"serviceUser{mark}m3svc", f"started{mark}{case.filled('{time}')}"]
    sections = [("session", session), ("failure", failure), ("runtime", runtime), ("lastCommit", [f"time{mark}{case.filled('{time}')}", f"program{mark}{case.filled('{program}')}"]),
                ("fields", [f"{name}{mark}{value}" for name, value in case.values()])]
    case.chance.shuffle(sections)
    trace = "\n".join(f"\tat {name}.{method}({file}:{line})" for name, method, file, line in case.frames())
    return blocks("; M3 dump collector 2.4, do not edit", *(f"[{name}]\n" + "\n".join(lines) for name, lines in sections), f"[stacktrace]\n{case.truth.exception}\n{trace}")


@SET.document
def pier_ops_files(sheet):
    """What a script prints of several small files with `head`, one for each kind of fact."""
    case = Failure(sheet, clocks=("iso", "comma"), jobs=("number", "uuid"))
    mark = case.any_of(": ", "\t", "=")
    rows = lambda *names: "\n".join(f"{label}{mark}{value}" for label, value in case.rows(*names, near=1, empty=0))
    files = [("job.txt", rows("user", "job", "company", "division")), ("program.txt", rows("program", "panel", "where", "at")), ("system.txt", rows("environment", "version")),
             ("trace.txt", case.trace()), ("program_stack.txt", "\n".join(case.programs(ordered=False))), ("fields.txt", "\n".join(f"{name}={value}" for name, value in case.values()))]
    case.chance.shuffle(files)
    number = case.chance.randrange(10**5)
    return blocks(f"# collected from dump {number} of the M3 node", *(f"==> dump_{number}/{name} <==\n{text}" for name, text in files))


@SET.document
def pier_ops_xml(sheet):
    """The report of a monitor: facts as elements or attributes, the trace in a CDATA section or as elements."""
    case = Failure(sheet, clocks=("zulu", "offset"), jobs=("uuid",))
    session = [("User", "user"), ("Company", "company"), ("Division", "division"), ("JobId", "job")]
    failure = [("Program", "program"), ("Panel", "panel"), ("FailedOperation", "where"), ("FailedAt", "at"), ("Exception", "exception"), ("ExceptionMessage", "exception_message")]
    system = [("Environment", "environment"), ("M3Version", "version")]

    def part(name, pairs, extra):
        told = [(label, case.tell(field)) for label, field in pairs] + extra
        if attributes:
            return f"  <{name} " + " ".join(f"{label[0].lower()}{label[1:]}={quoteattr(value)}" for label, value in told if value) + "/>"
        return f"  <{name}>\n" + "\n".join(f"    <{label}>{escape(value)}</{label}>" if value else f"    <{label}/>" for label, value in told) + f"\n  </{name}>"

    attributes = case.likely(0.4)
    parts = [part("Session", session, [("SubmittedBy", case.filled("{other}"))]), part("Failure", failure, []),
             part("System", system, [("JavaVersion", case.filled("{java}")), ("Started", case.filled("{time}"))])]
    parts.append("  <ProgramStack>\n" + "\n".join(f'    <Program level="{level}">{name}</Program>' for level, name in enumerate(case.programs(), 1)) + "\n  </ProgramStack>")
    parts.append("  <Fields>\n" + "\n".join(f'    <Field name="{name}">{escape(value)}</Field>' for name, value in case.values()) + "\n  </Fields>")
    frames = case.frames()
    if case.likely():
        trace = "\n".join(f"\tat {name}.{method}({file}:{line})" for name, method, file, line in frames)
        parts.append(f"  <StackTrace><![CDATA[{case.truth.exception}\n{trace}\n]]></StackTrace>")
    else:
        rows = "\n".join(f'    <Frame class="{name}" method="{escape(method)}" file="{file}" line="{line}"/>' for name, method, file, line in frames)
        parts.append(f"  <StackTrace>\n{rows}\n  </StackTrace>")
    return '<?xml version="1.0" encoding="UTF-8"?>\n<AbnormalTermination>\n' + "\n".join(parts) + "\n</AbnormalTermination>\n"


@SET.document
def pier_ops_json(sheet):
    """A document of a monitor, in which other jobs and the deployment have names and versions of their own."""
    case = Failure(sheet, clocks=("zulu", "offset"), jobs=("uuid", "number"))
    told = lambda *pairs: {name: case.tell(field) or None for name, field in pairs}
    found = {
        "kind": "m3-abnormal-termination",
        "failedAt": case.tell("at") or None,
        "session": {**told(("user", "user"), ("jobId", "job"), ("company", "company"), ("division", "division")), "submittedBy": case.filled("{other}")},
        "program": {**told(("name", "program"), ("panel", "panel"), ("failedOperation", "where")), "stack": case.programs()},
        "system": {**told(("environment", "environment"), ("m3Version", "version")), "javaVersion": case.filled("{java}"), "collector": {"version": "2.4.1", "user": "svcmon"}},
        "error": told(("class", "exception"), ("message", "exception_message")),
        "fields": dict(case.values()),
        "otherJobs": [{"user": "OLESEN", "program": "CAS300", "jobId": "640012", "state": "idle"}],
    }
    frames = case.frames()
    found["error"]["stackTrace"] = [f"{name}.{method}({file}:{line})" for name, method, file, line in frames] if case.likely() else [
        {"class": name, "method": method, "file": file, "line": line} for name, method, file, line in frames]
    keys = list(found)[1:]
    case.chance.shuffle(keys)
    return json.dumps({"kind": found["kind"], **{key: found[key] for key in keys}}, indent=case.any_of(2, 4, None), ensure_ascii=False) + "\n"


@SET.document
def pier_ops_mail(sheet):
    """An alert by mail: a sentence with names in it, a sheet, the trace, and below it what somebody said about it before."""
    case = Failure(sheet, clocks=("words", "iso", "slashes"))
    other = case.filled("{other}")
    mark = case.any_of(": ", ":  ", ":\t")
    rows = "\n".join(f"{label}{mark}{value}".rstrip() for label, value in case.rows(*FACTS, near=1))
    values = "; ".join(f"{name} = {value}" for name, value in [pair for pair in case.values() if ";" not in pair[1]])
    head = "From: m3-monitor@example.com\nTo: m3-basis@example.com\nSubject: [ALERT] M3 program ended abnormally"
    intro = f"An M3 job has ended abnormally. Please inform user {other}, who is on call this week, before the job is started again."
    return blocks(head, intro, rows, f"{case.label('trace')}:\n{case.trace('    at ')}", f"{case.label('fields')}: {values}",
                  f"-- \nThis message was sent automatically by dumpwatch 1.9 (user svcmon, Java {case.filled('{java}')}).\nLast time: program {case.filled('{program}')} failed for user {case.filled('{other}')} with java.io.IOException")


@SET.document
def pier_ops_wiki(sheet):
    """A page of a wiki or a ticket: tables between bars, code between fences."""
    case = Failure(sheet, clocks=("iso", "dots", "year first"))
    rows = case.rows(*FACTS, "exception", "exception_message", near=3)
    rows = [(label, value.replace("|", "/")) for label, value in rows]
    bold = case.any_of("{}", "**{}**", "{}:")
    style = case.any_of("markdown", "plain", "confluence")
    if style == "confluence":
        table = "||Item||Content||\n" + "\n".join(f"|{label}|{value or ' '}|" for label, value in rows)
    else:
        table = ("| Item | Content |\n|------|---------|\n" if style == "markdown" else "") + "\n".join(f"| {bold.format(label)} | {value} |" for label, value in rows)
    values = "| Field | Value |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in case.values())
    fence = ("{code}", "{code}") if style == "confluence" else ("```", "```")
    frames = "\n".join(f"    at {name}.{method}({file}:{line})" for name, method, file, line in case.frames())
    head = "h2. {}" if style == "confluence" else case.any_of("## {}", "# {}", "{}\n---")
    parts = [f"{head.format('Stack')}\n\n{fence[0]}\n{case.truth.exception}\n{frames}\n{fence[1]}", f"{head.format('Field values')}\n\n{values}",
             f"{head.format('History')}\n\nReported by {case.filled('{other}')} on {case.filled('{day}')}. Same as in program {case.filled('{program}')} last year."]
    return blocks(f"{head.format('Abnormal termination')}", table, *parts)
