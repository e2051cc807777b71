"""As shippers of logs carry a dump: JSON lines, syslog, CEF, docker's files, logfmt, heads before each line."""

import datetime
import json

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()
LATER = datetime.timedelta(seconds=2)


def plain(case, near=1):
    """A usual dump, which is carried."""
    pairs = "\n".join(f"{key}: {value}" for key, value in case.facts(near=near))
    values = "Field values:\n" + "\n".join(f"  {name} = {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    stack = "Program stack:\n" + "\n".join(f"  {name}" for name in parts.programs(case)) if parts.some(case) else ""
    return parts.joined(f"Abnormal termination of {case.truth.program}", pairs, stack, values, "Stack trace:\n" + parts.trace(case), between="\n").rstrip("\n")


def shipped(case):
    """The time of the carrier's record, which is as good where the dump tells none."""
    case.truth.record_at = True
    return case.truth.at + LATER


@SET.document
def loft_ship_json_lines(sheet):
    """One record a line; the dump with its line breaks escaped in one of them."""
    case = Case(sheet)
    text, at = plain(case), shipped(case)
    key, stamp = case.chance.choice([("message", "@timestamp"), ("msg", "ts"), ("log", "time")])
    record = lambda seconds, level, message: json.dumps(
        {stamp: f"{at + datetime.timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.000Z", "level": level, "logger": "mvx.runtime.Job", "host": "m3srv04", key: message},
        ensure_ascii=False,
    )
    return "\n".join([record(-9, "INFO", "node is up"), record(0, "ERROR", text), record(4, "WARN", "late by 312 ms")]) + "\n"


@SET.document
def loft_ship_syslog(sheet):
    """Each line behind the head of syslog."""
    case = Case(sheet)
    text, at = plain(case), shipped(case)
    head = case.chance.choice([f"<11>1 {at:%Y-%m-%dT%H:%M:%S}.120Z m3srv04 m3be 4711 - - ", f"{at:%b} {at.day:>2} {at:%H:%M:%S} m3srv04 m3be[4711]: "])
    return "\n".join(f"{head}{line}" for line in text.split("\n")) + "\n"


@SET.document
def loft_ship_cef(sheet):
    """An event in ArcSight's format with custom strings and their labels."""
    case = Case(sheet)
    truth = case.truth
    escaped = lambda value: value.replace("\\", "\\\\").replace("=", "\\=")
    truth.version = truth.version.replace("MAK ", "")
    case.unjudge("version")
    strings = [
        ("Program", case.told("program")),
        ("Company", case.told("company")),
        ("Division", case.told("division")),
        ("Environment", case.told("environment")),
        ("Operation", case.told("where")),
    ]
    if truth.panel:
        strings.append(("Panel", case.told("panel")))
    text = " ".join(f"cs{at}Label={label} cs{at}={escaped(value)}" for at, (label, value) in enumerate(strings, 1))
    job = f" M3Job={escaped(case.told('job'))}"
    # When it was received is as good as nothing.
    truth.record_at = True
    millis = int(truth.at.replace(tzinfo=datetime.UTC).timestamp() * 1000 + 0.5)
    message = parts.thrown(case)
    return f"CEF:0|Infor|M3 BE|{truth.version}|ABEND|Abnormal termination|8|rt={millis} suser={escaped(case.told('user'))} shost=m3srv04 {text}{job} msg={escaped(message)}\n"


@SET.document
def loft_ship_docker(sheet):
    """The files of docker: each line of the dump in a JSON object."""
    case = Case(sheet)
    text, at = plain(case), shipped(case)
    return (
        "\n".join(json.dumps({"log": line + "\n", "stream": "stderr", "time": f"{at:%Y-%m-%dT%H:%M:%S}.{number:06d}331Z"}) for number, line in enumerate(text.split("\n"), 1200))
        + "\n"
    )


@SET.document
def loft_ship_threads(sheet):
    """Each line behind time, level and thread."""
    case = Case(sheet)
    text, at = plain(case), shipped(case)
    head = case.chance.choice([f"{at:%H:%M:%S},310 E [M3-job-17] ", f"{at:%Y-%m-%d %H:%M:%S}.310 | M3-job-17 | ERROR | ", f"[{at:%d/%b/%Y:%H:%M:%S} +0100] (M3-job-17) "])
    return "\n".join(f"{head}{line}" for line in text.split("\n")) + "\n"


@SET.document
def loft_ship_logfmt(sheet):
    """One line of keys and values, quoted where there are blanks, the trace escaped."""
    case = Case(sheet)
    quoted = lambda value: json.dumps(value) if set(value) & set(' "=\\\n\t') else value
    words = {
        "job": ["job_id", "job"],
        "user": ["user", "user_id"],
        "where": ["operation", "failed_operation"],
        "exception": ["exception"],
        "exception_message": ["error_message"],
        "program": ["program"],
        "panel": ["panel"],
        "company": ["company", "cono"],
        "division": ["division", "divi"],
        "environment": ["environment", "env"],
        "version": ["version", "m3_version"],
    }
    pairs = case.facts(words, thrown=1, near=1, style=parts.snake, only=[name for name in words if name != "exception_message"])
    at = shipped(case)
    trace = f" stacktrace={quoted(parts.trace(case, cause='plain'))}" if parts.some(case) else ""
    return f'ts={at:%Y-%m-%dT%H:%M:%S}.000Z level=error msg="abnormal termination" ' + " ".join(f"{key}={quoted(value)}" for key, value in pairs) + trace + "\n"
