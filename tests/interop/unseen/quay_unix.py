"""A Unix person: files of settings, pages of manuals, headers of mail, columns of `column -t` under the headings of `pr`, tabs."""

import datetime

from .quay_case import Case, aligned, joined
from .register import Register

SET = Register()


@SET.document
def quay_unix_settings(sheet):
    """Sections in brackets, comments after semicolons or numbers, a value that goes on in an indented line."""
    case = Case(sheet, clock=("iso", "offset"), jobs=("number", "hex"))
    mark, note = case.any_of(" = ", "=", ": "), case.any_of(";", "#")
    lines = lambda rows: "\n".join(f"{key}{mark}{value}".rstrip() for key, value in rows)
    program = case.rows(("name|program", "program"), ("panel", "panel"), ("compiled", "=2014-06-02"), ("previous", "=MNS095"), empty=0)
    program = [("program" if key == "name" else key, value) for key, value in program]
    job = case.rows(("job|id", "job"), ("user", "user"), ("failed_at|time_of_failure", "at"), ("nice", "=10"), ("last_changed_by", "=BOLSEN"), empty=0)
    job = [("job_id" if key == "id" else key, value) for key, value in job]
    place = case.rows(("company", "company"), ("division", "division"), ("environment", "environment"), ("m3_version", "version"), ("kernel", "=5.14.0-362"))
    error = case.rows(("failed_operation|operation", "where"), ("exception", "exception"), ("message|exception_message", "exception_message"), empty=0)
    return joined(
        f"{note} m3 dump, written by m3dumpd 4.2\n{note} user = nobody, since this is only a comment",
        f"[program]\n{lines(program)}",
        f"[job]\n{lines(job)}",
        f"[installation]\n{lines(place)}",
        f"[error]\n{lines(error)}",
        f"[fields]\n{lines(case.values())}",
        f"[stack]\n{lines([(str(number), name) for number, name in enumerate(case.programs(), 1)])}",
    )


@SET.document
def quay_unix_manual(sheet):
    """A page of the manual: headings at the margin in capitals, what they are about indented."""
    case = Case(sheet, clock=("iso", "named"), jobs=("number",))
    rows = case.rows(
        ("PROGRAM", "program"), ("PANEL", "panel"), ("USER", "user"), ("JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division"),
        ("ENVIRONMENT", "environment"), ("M3 VERSION", "version"), ("TIME OF FAILURE", "at"), ("FAILED OPERATION", "where"), empty=0,
    )
    under = lambda key, text: key + "\n" + "\n".join(f"       {line}" for line in text.split("\n"))
    values = "\n".join(f"{name:<10} {value}" for name, value in case.values())
    stack = "\n".join(case.programs())
    return joined(
        f"M3DUMP(5){'File Formats':^50}M3DUMP(5)",
        under("NAME", "m3dump - abnormal termination of a program"),
        *(under(key, value) for key, value in rows),
        under("PROGRAM STACK", stack),
        under("FIELD VALUES", values),
        under("JAVA TRACE", case.trace(indent="    ", cause=0.1)),
        under("AUTHOR", "Written by O. Svens."),
        f"m3 tools 4.2{'2026-03-15':^44}M3DUMP(5)",
    )


@SET.document
def quay_unix_headers(sheet):
    """A mail of a daemon, the facts in headers of its own; a long one is folded. Date and sender are the mail's."""
    case = Case(sheet, clock=("iso", "offset"), jobs=("number", "hex"))
    rows = case.rows(
        ("X-M3-Program", "program"), ("X-M3-Panel", "panel"), ("X-M3-User", "user"), ("X-M3-Job", "job"), ("X-M3-Company", "company"),
        ("X-M3-Division", "division"), ("X-M3-Environment", "environment"), ("X-M3-Version", "version"), ("X-M3-Failed-At", "at"),
        ("X-M3-Failed-Operation", "where"), ("X-M3-Exception", "exception"), ("X-M3-Exception-Message", "exception_message"),
        ("X-Mailer-Version", "=9.7.4"), shuffled=case.likely(0.3), empty=0,
    )
    if "at" not in case.truth.stated:
        # The mail's own time is near to it.
        case.leave_open("at")
    sent = case.truth.at + datetime.timedelta(minutes=7, seconds=4)
    folded = lambda key, value: f"{key}:\n {value}" if len(value) > 40 else f"{key}: {value}"
    values = "\n".join(f"{name}={value}" for name, value in case.values())
    return "\n".join(
        [
            "Return-Path: <m3adm@m3srv04.example.com>",
            "Received: from m3srv04.example.com (m3srv04 [10.1.4.19])",
            f"\tby mx1.example.com (Postfix) with ESMTP id 4C1F0A; {sent:%a, %d %b %Y %H:%M:%S} +0000",
            "From: M3 daemon <m3adm@m3srv04.example.com>",
            "To: erp-alerts@example.com",
            f"Date: {sent:%a, %d %b %Y %H:%M:%S} +0000",
            "Subject: abnormal termination on m3srv04",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            *(folded(key, value) for key, value in rows),
            "",
            "Fields of the program:",
            values,
            "",
            "-- ",
            "m3dumpd 4.2 on m3srv04",
        ]
    ) + "\n"


@SET.document
def quay_unix_columns(sheet):
    """`column -t` under a heading of `pr`: names over values, operation and file in columns of their own."""
    case = Case(sheet, clock=("iso",), jobs=("number",), lack=0.06)

    def table(*wanted):
        rows = case.rows(*wanted, empty=0)
        wide = [max(map(len, pair)) + 2 for pair in rows]
        return "\n".join("".join(f"{pair[side]:<{width}}" for pair, width in zip(rows, wide)).rstrip() for side in (0, 1))

    printed = case.truth.at + datetime.timedelta(days=1, minutes=44)
    values = aligned([("FIELD", "VALUE"), *((name, value) for name, value in case.values())], "  ")
    chain = "\n".join(["LEVEL  PROGRAM", *(f"{number:<7}{name}" for number, name in enumerate(case.programs(), 1))])
    return joined(
        f"\n\n{printed:%Y-%m-%d %H:%M}                    m3dump.txt                     Page 1\n",
        "# abnormal termination",
        table(("PROGRAM", "program"), ("PANEL", "panel"), ("USER", "user"), ("JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division")),
        table(("ENVIRONMENT", "environment"), ("M3_VERSION", "version"), ("FAILED_AT", "date"), ("TIME", "time"), ("OPERATION", "operation"), ("FILE", "file")),
        chain,
        values,
        case.trace(indent="  ", cause=0),
    )


@SET.document
def quay_unix_process(sheet):
    """As /proc tells of a process: a name, a colon and a tab; sizes and counts among the facts."""
    case = Case(sheet, clock=("iso", "milli"), jobs=("number", "hex"))
    rows = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("State", "=Z (abnormal end)"), ("Pid", "=40211"), ("PPid", "=1"), ("Uid", "=1004"), ("User", "user"),
        ("Job", "job"), ("VmPeak", "=4194304 kB"), ("Threads", "=64"), ("Company", "company"), ("Division", "division"), ("Environment", "environment"),
        ("M3Version", "version"), ("KernelVersion", "=5.14.0-362"), ("StartTime", "=2015-01-05 22:00:01"), ("FailTime|TimeOfFailure", "at"),
        ("FailedOperation", "where"), ("Exception", "exception"), ("ExceptionMessage", "exception_message"), empty=0.2,
    )
    stack = "\n".join(f"[<0>] {name}" for name in reversed(case.programs(ordered=False)))
    values = "\n".join(f"{name}:\t{value}" for name, value in case.values())
    return joined(
        "==> /m3/proc/40211/status <==\n" + "\n".join(f"{key}:\t{value}" for key, value in rows),
        f"==> /m3/proc/40211/fields <==\n{values}",
        f"==> /m3/proc/40211/stack <==\n{stack}",
    )
