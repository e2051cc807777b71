"""Plain dumps as a system administrator's collectors wrap them: line by line or whole. Part of `porch`."""

import datetime
import json
from xml.sax.saxutils import escape

from .porch_case import ISO, Case, body
from .register import Register

SET = Register()
document = SET.document
HOSTS = ["m3be01", "sekm3p01", "erp-app-2"]


def later(case, milliseconds=40):
    return case.truth.at + datetime.timedelta(milliseconds=milliseconds + case.chance.randrange(400))


def lines_of(case, form=None):
    return body(case, form).split("\n")


@document
def porch_syslog(sheet):
    """Each line of a dump behind the head of syslog, old or new."""
    case = Case(sheet)
    text, host, pid = lines_of(case), case.one(*HOSTS), case.chance.randrange(900, 32000)
    at = later(case)
    head = case.one(f"{at:%b %d %H:%M:%S} {host} m3be[{pid}]: ", f"<11>{at:%b %d %H:%M:%S} {host} m3be: ",
                    f"<11>1 {at:%Y-%m-%dT%H:%M:%S.%f+01:00} {host} m3be {pid} - - ", f"{at:%Y-%m-%dT%H:%M:%S.%f+01:00} {host} m3be[{pid}]: ")
    return "".join(f"{head}{line}\n" for line in text)


@document
def porch_json_lines(sheet):
    """Each line of a dump an object of its own, as filebeat or fluentd ship it."""
    case = Case(sheet)
    host, key, offset, found = case.one(*HOSTS), case.one("message", "log", "msg", "line"), 4000, []
    first = later(case)
    shape = case.one(0, 1, 2)
    for line in lines_of(case):
        at = f"{first + datetime.timedelta(milliseconds=len(found)):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
        event = [{"@timestamp": at, "host": {"name": host}, "log": {"offset": offset, "file": {"path": "/m3/dumps/d1.log"}}, key: line},
                 {"time": at, key: line, "host": host, "tag": "m3.dump"}, {key: line, "@timestamp": at, "@version": "1", "host": host}][shape]
        if shape == 0:
            event = {"@timestamp": at, "host": {"name": host}, "message": line, "offset": offset}
        offset += len(line) + 1
        found.append(json.dumps(event, ensure_ascii=case.odds(0.3)))
    return "\n".join(found) + "\n"


@document
def porch_logstash(sheet):
    """A whole dump as the message of one event."""
    case = Case(sheet)
    text, at = "\n".join(lines_of(case)), f"{later(case):%Y-%m-%dT%H:%M:%S.123Z}"
    event = {"@timestamp": at, "@version": "1", "host": case.one(*HOSTS), "path": "/m3/dumps/20471.log", "message": text, "tags": ["multiline"],
             "type": "m3dump"}
    return json.dumps(dict(case.shuffled(list(event.items()))), indent=case.one(None, 2), ensure_ascii=case.odds(0.5)) + "\n"


@document
def porch_kubernetes(sheet):
    """What kubectl gives with times, or the files of a container's run time."""
    case = Case(sheet)
    at = later(case)
    head = case.one(lambda line: f"{at:%Y-%m-%dT%H:%M:%S.%f}123Z {line}", lambda line: f"{at:%Y-%m-%dT%H:%M:%S.%f}123Z stdout F {line}",
                    lambda line: f"[pod/m3be-7d9f-x2x1k/m3be] {line}", lambda line: f"m3be-1  | {line}")
    return "".join(head(line) + "\n" for line in lines_of(case))


@document
def porch_docker_json(sheet):
    """The files of Docker's json-file driver."""
    case = Case(sheet)
    stream, at = case.one("stdout", "stderr"), later(case)
    return "".join(json.dumps({"log": line + "\n", "stream": stream, "time": f"{at:%Y-%m-%dT%H:%M:%S.%f}123Z"}) + "\n" for line in lines_of(case))


@document
def porch_windows_event(sheet):
    """An event as the viewer copies it: its own date, user and computer above the dump."""
    case = Case(sheet)
    form = case.one("%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")
    text = body(case, form)
    rows = [("Log Name", "Application"), ("Source", "M3BE"), ("Date", case.shown(case.truth.at, form)), ("Event ID", "4711"), ("Task Category", "None"),
            ("Level", "Error"),
            ("Keywords", "Classic"), ("User", "N/A"), ("Computer", f"{case.one(*HOSTS)}.example.com")]
    case.truth.digits = 0
    return "\n".join([*(f"{label + ':':<15}{value}" for label, value in rows), "Description:", text, ""])


@document
def porch_windows_event_xml(sheet):
    """An event's XML, with data by name and the trace as the last of them."""
    case = Case(sheet)
    name = lambda label, value: f'    <Data Name="{label}">{escape(value)}</Data>'
    rows = case.rows("Program|ProgramName -> =program; ?Panel -> =panel; User|M3User|UserId -> =user; Company -> =company; ?Division -> =division;"
                     " Job|JobId -> =job;"
                     " Environment -> =environment; ?M3Version|Version -> =version; Occurred|FailureTime -> =at; ?FailedOperation|Operation -> =where;"
                     " ?JavaVersion -> 11.0.20")
    stack = [("ProgramStack", " > ".join(case.stack()))] if case.odds(0.8) else []
    at = later(case)
    return "\n".join(['<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">', "  <System>", '    <Provider Name="M3BE"/>',
                      "    <EventID>4711</EventID>",
                      "    <Version>0</Version>", "    <Level>2</Level>", f'    <TimeCreated SystemTime="{at:%Y-%m-%dT%H:%M:%S}.0000000Z"/>',
                      f"    <Execution ProcessID=\"{case.chance.randrange(900, 9000)}\" ThreadID=\"77\"/>", f"    <Computer>{case.one(*HOSTS)}</Computer>",
                      '    <Security UserID="S-1-5-18"/>', "  </System>", "  <EventData>", *(name(*row) for row in case.shuffled(rows)),
                      *(name(*row) for row in stack),
                      name("StackTrace", case.trace("    at {}")), "  </EventData>", "</Event>", ""])


@document
def porch_gelf(sheet):
    """A message for Graylog, with additional fields below a mark of their own."""
    case = Case(sheet)
    rows = case.rows("_program|_pgm -> =program; ?_panel -> =panel; _user|_user_id|_usid -> =user; _company|_cono -> =company; ?_division|_divi -> =division;"
                     " _job|_job_id -> =job; _environment|_env -> =environment; ?_m3_version -> =version; ?_operation -> =where;"
                     " _occurred|_failure_time -> =at;"
                     " ?_java_version -> 11.0.20; ?_previous_program -> ~program", "%Y-%m-%d %H:%M:%S")
    event = {"version": "1.1", "host": case.one(*HOSTS), "short_message": f"Abnormal termination of {case.truth.program}", "full_message": case.trace(),
             "level": 3,
             **dict(case.shuffled(rows))}
    if case.odds(0.7):
        event["_program_stack"] = " > ".join(case.stack())
    return json.dumps(event, indent=case.one(None, 2)) + "\n"


@document
def porch_logfmt(sheet):
    """One line of key=value with quotes where they are needed, the trace escaped."""
    case = Case(sheet)
    quoted = lambda value: json.dumps(value, ensure_ascii=False) if set(value) & set(' "\\=\n\t:') or not value else value
    rows = case.rows("pgm|program -> =program; ?panel -> =panel; user|usid|user_id -> =user; company|cono -> =company; ?division|divi -> =division;"
                     " job|job_id -> =job;"
                     " environment|env -> =environment; ?m3_version|version -> =version; ?operation|failed_op -> =where; ?prev_pgm -> ~program;"
                     " ?go_version -> 1.21.3;"
                     " ?caller -> dump.go:211")
    rows = [(case.one("time", "ts"), case.time("%Y-%m-%dT%H:%M:%S.%LZ")), ("level", "error"), ("msg", "program ended abnormally"), *case.shuffled(rows)]
    if case.odds(0.6):
        rows.append(("program_stack", " > ".join(case.stack())))
    rows.append((case.one("stack", "stack_trace", "err"), case.trace()))
    return " ".join(f"{key}={quoted(value)}" for key, value in rows) + "\n"


@document
def porch_journal(sheet):
    """As journalctl shows an entry in full."""
    case = Case(sheet)
    at = later(case)
    rows = case.rows("M3_PROGRAM|PROGRAM -> =program; ?M3_PANEL|PANEL -> =panel; M3_USER -> =user; M3_COMPANY|COMPANY -> =company;"
                     " ?M3_DIVISION|DIVISION -> =division;"
                     " M3_JOB -> =job; M3_ENVIRONMENT -> =environment; ?M3_VERSION -> =version; ?M3_OPERATION -> =where;"
                     " M3_FAILED_AT|M3_TIMESTAMP -> =at", ISO)
    own = [("_HOSTNAME", case.one(*HOSTS)), ("_UID", "992"), ("_PID", "18234"), ("_COMM", "java"), ("PRIORITY", "3"), ("SYSLOG_IDENTIFIER", "m3be")]
    if case.odds(0.7):
        rows.append(("M3_PROGRAM_STACK", " ".join(case.stack())))
    lines = [f"    {key}={value}" for key, value in case.shuffled(own + rows)]
    trace = "\n            ".join(case.trace().split("\n"))
    return "\n".join([f"{at:%a %Y-%m-%d %H:%M:%S.%f} CET [s=1f2e;i=4711;b=77a]", *lines, "    MESSAGE=" + trace, ""])


@document
def porch_rotated_log(sheet):
    """A dump between records of the same log, its lines without a head but the first."""
    case = Case(sheet)
    text, at = body(case, title=False), later(case)
    record = lambda minutes, level, said: (f"{at + datetime.timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S,%f}"[:23]
                                           + f" {level:<5} [main] m3.server - {said}")
    before = [record(-9, "INFO", f"user {case.other('user')} signed on, company 931"),
              record(-2, "INFO", f"{case.other('program')} started in job {case.other('job')}"), record(0, "ERROR", "Abnormal termination, dump follows")]
    after = [record(1, "INFO", f"job {case.other('job')} ended normally"), record(2, "INFO", f"user {case.other('user')} signed off")]
    return "\n".join([*before, text, *after, ""])
