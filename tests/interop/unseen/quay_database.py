"""A database administrator, who keeps dumps in a table and prints what the client prints, or reads trace files of the server."""

import datetime

from .quay_case import Case, aligned, joined
from .register import Register

SET = Register()
COLUMNS = [
    ("program_name|program", "program"),
    ("panel_id|panel", "panel"),
    ("user_id|m3_user|usid", "user"),
    ("job_id|job_no", "job"),
    ("company|cono", "company"),
    ("division|divi", "division"),
    ("environment|env_name", "environment"),
    ("m3_version|m3_release", "version"),
    ("failed_at|failure_time", "at"),
    ("failed_operation|operation", "where"),
    ("exception_class", "exception"),
    ("exception_message|error_message", "exception_message"),
]
OWN = [("dump_id", "=40017"), ("inserted_at", "=2026-03-15 06:00:02"), ("inserted_by", "=dbmaint"), ("db_version", "=14.9")]


def several(case):
    """The columns of the table in some order, with the table's own around them."""
    rows = case.rows(OWN[0], *COLUMNS, *OWN[1:], empty=0)
    return rows if case.likely(0.7) else [rows[0], *case.chance.sample(rows[1:], len(rows) - 1)]


@SET.document
def quay_database_expanded(sheet):
    """psql's expanded display; the trace is a value of several lines with `+` at their ends."""
    case = Case(sheet, clock=("milli", "iso"))
    rows = several(case)
    trace = [f"at {name}.{method}({file}:{line})" for name, method, file, line in case.frames()]
    width = max(len(key) for key, _ in [*rows, ("stack_trace", "")])
    lines = [f"{key:<{width}} | {value}".rstrip() for key, value in rows]
    wide = max(map(len, trace))
    lines += [f"{'stack_trace' if not place else '':<{width}} | {line:<{wide}}{'+' if place < len(trace) - 1 else ''}".rstrip() for place, line in enumerate(trace)]
    return "\n".join(["m3ops=> select * from m3_dump where dump_id = 40017 \\gx", f"-[ RECORD 1 ]{'-' * (width - 12)}+{'-' * 40}", *lines, "", "m3ops=> \\q"]) + "\n"


@SET.document
def quay_database_vertical(sheet):
    """MySQL's \\G: a row of stars, and names that end at the same column. The fields are rows of a second table."""
    case = Case(sheet, clock=("iso",))
    rows = several(case)
    width = max(len(key) for key, _ in rows)
    first = [f"{key:>{width}}: {value}" for key, value in rows]
    values = []
    for number, (name, value) in enumerate(case.values(), 1):
        values += [f"{'*' * 27} {number}. row {'*' * 27}", f"{'fieldname':>12}: {name}", f"{'fieldvalue':>12}: {value}"]
    return "\n".join(
        [
            "mysql> select * from m3_dump where dump_id=40017\\G",
            f"{'*' * 27} 1. row {'*' * 27}",
            *first,
            "1 row in set (0.01 sec)",
            "",
            "mysql> select fieldname, fieldvalue from m3_dump_field where dump_id=40017\\G",
            *values,
            f"{len(values) // 3} rows in set (0.00 sec)",
        ]
    ) + "\n"


@SET.document
def quay_database_columns(sheet):
    """Db2's command line: headings over dashes, a row beneath, in three selects since the lines are narrow."""
    case = Case(sheet, clock=("micro", "iso"), lack=0.05)

    def select(*wanted):
        rows = case.rows(*wanted, empty=0)
        if not rows:
            return ""
        wide = [max(len(key), len(value)) for key, value in rows]
        line = lambda texts: " ".join(f"{text:<{width}}" for text, width in zip(texts, wide)).rstrip()
        query = f"db2 => select {', '.join(key for key, _ in rows)} from OPS.M3DUMP where ID = 40017"
        table = [line([key for key, _ in rows]), " ".join("-" * width for width in wide), line([value for _, value in rows])]
        return "\n".join([query, "", *table, "", "  1 record(s) selected."])

    return joined(
        "db2 => connect to m3ops\n\n   Database server        = DB2/LINUXX8664 11.5.8.0\n   SQL authorization ID   = DBMAINT",
        select(("PROGRAM", "program"), ("PANEL", "panel"), ("USERID|M3USER", "user"), ("JOBNO|JOBID", "job"), ("FAILED_AT", "at")),
        select(
            ("COMPANY|CONO", "company"), ("DIVISION|DIVI", "division"), ("ENVIRONMENT", "environment"), ("M3_VERSION", "version"), ("CHANGED_BY", "=DBMAINT")
        ),
        select(("FAILED_OPERATION", "where"), ("EXCEPTION", "exception")),
    )


@SET.document
def quay_database_insert(sheet):
    """An exported row: names of columns, then values in their order, texts in single quotes with quotes doubled, NULL for nothing."""
    case = Case(sheet, clock=("iso", "milli"))
    columns = [("id", "40017"), *((label.split("|")[0], case.say(field) or None) for label, field in COLUMNS)]
    columns += [("java_version", "1.8.0_371"), ("created_by", "dbmaint")]
    trace = case.trace(cause=0) if case.likely(0.7) else None
    if trace:
        columns.append(("stack_trace", trace))
    quoted = lambda value: "NULL" if value is None else value if value == "40017" else "'" + value.replace("'", "''") + "'"
    names, values = ", ".join(name.upper() for name, _ in columns), [quoted(value) for _, value in columns]
    fields = [f"INSERT INTO M3DUMP_FIELD (DUMP_ID, NAME, VALUE) VALUES (40017, '{name}', '{value}');" for name, value in case.values()]
    return joined(
        "-- Dumping data for table M3DUMP\nSET NAMES utf8;",
        f"INSERT INTO M3DUMP\n  ({names})\nVALUES\n  (" + ",\n   ".join(values) + ");",
        "\n".join(fields),
        "COMMIT;",
    )


@SET.document
def quay_database_trace(sheet):
    """A trace file of the server's kind: three stars before what is known of the session, then blocks between dashes."""
    case = Case(sheet, clock=("iso",), jobs=("number",))
    truth = case.truth
    started = truth.at - datetime.timedelta(hours=3, seconds=17)
    marks = case.rows(
        ("PROGRAM NAME", "program"), ("PANEL", "panel"), ("M3 USER", "user"), ("M3 JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division"),
        ("ENVIRONMENT", "environment"), ("M3 VERSION", "version"), ("TIME OF FAILURE", "at"), ("FAILED OPERATION", "where"),
        ("OS USER", "=oracle"), ("SESSION ID", "=17.40211"), ("SESSION STARTED", f"={started:%Y-%m-%d %H:%M:%S}"),
        shuffled=True, empty=0,
    )
    thrown = case.thrown()
    head = [("Instance name", "m3ops"), ("Redo thread mounted by this instance", "1"), ("Oracle process number", "40"), ("Database release", "19.18.0.0.0")]
    return joined(
        "Trace file /u01/app/diag/rdbms/m3ops/trace/m3ops_ora_40211.trc\n" + aligned(head, ": ", width=1),
        "\n".join(f"*** {key}:({value})" for key, value in marks),
        f"----- Error Stack Dump -----\n{thrown}",
        "----- Program Call Stack -----\n" + "\n".join(f"{'  ' * level}{program}" for level, program in enumerate(case.programs())),
        "----- Bind Values -----\n" + "\n".join(f' Bind#{number}\n  name={name}\n  value="{value}"' for number, (name, value) in enumerate(case.values())),
    )
