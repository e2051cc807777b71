"""An SAP Basis person, who makes the dumps of other systems look like those of transaction ST22, SM21 and the developer traces."""

import datetime

from .quay_case import Case, joined
from .register import Register

SET = Register()


def led(label, value, width=28):
    """A label with dots up to its value."""
    return f"{label:.<{width}} {value}".rstrip()


def boxed(*blocks, width=112):
    rule = "-" * width
    lines = [rule]
    for block in blocks:
        lines += [*(f"|{line:<{width - 2}}|" for line in block.split("\n")), rule]
    return "\n".join(lines) + "\n"


@SET.document
def quay_sap_short(sheet):
    """The short dump: boxes of titled texts, values in quotes behind dots."""
    case = Case(sheet, clock=("de", "iso"), jobs=("hex", "number"))
    quoted = lambda rows: "\n".join(led(f"    {key}", f'"{value}"' if value not in ("", "-") else value, 30) for key, value in rows)
    thrown = case.say("exception")
    text = case.say("exception_message")
    first = case.rows(("Date and Time", "at"), empty=0)
    what = [f"    The program was terminated, because the exception {thrown}", "    occurred and was not caught."]
    what += [f"    Text of the exception: {text}"] if text else []
    session = case.rows(
        ("Program", "program"), ("Screen|Panel", "panel"), ("User", "user"), ("Company", "company"), ("Division", "division"), ("Language key", "=E"),
        ("Job ID", "job"), ("Failed operation", "where"), empty=0.2,
    )
    system = case.rows(
        ("M3 release", "version"), ("M3 environment", "environment"), ("Application server", "=m3srv04"), ("Operating system", "=Linux"),
        ("Release of OS", "=5.14.0-362"), ("Database system", "=DB6"), ("Java release", "=17.0.9"), empty=0,
    )
    variables = "\n".join(f"    {name}\n        {value}" for name, value in case.values())
    return boxed(
        "\n".join(["Runtime Errors         ABNORMAL_TERMINATION", *(f"{key:<22} {value}" for key, value in first)]),
        "What happened?\n" + "\n".join(what),
        f"System environment\n{quoted(system)}",
        f"User and transaction\n{quoted(session)}",
        f"Chosen variables\n{variables}",
    )


@SET.document
def quay_sap_calls(sheet):
    """A dump with its active calls numbered from the last one, and variables with their bytes under them."""
    case = Case(sheet, clock=("de",), jobs=("number",))
    facts = case.rows(
        ("Program", "program"), ("Panel", "full_panel"), ("User", "user"), ("Job", "job"), ("Company", "company"), ("Division", "division"),
        ("M3 environment", "environment"), ("M3 version", "version"), ("Kernel release", "=753"), ("Failed operation", "where"), empty=0.2,
    )
    if case.has("at"):
        facts += [("Date", case.say("date")), ("Time", case.say("time"))]
    stack = case.programs(ordered=False)
    calls = []
    for number, program in zip(range(len(stack), 0, -1), reversed(stack)):
        calls.append(f"{number:>5} METHOD       {program:<34} {case.chance.randrange(10, 4000):>6}")
    variables = []
    for name, value in case.values():
        high, low = zip(*(f"{byte:02X}" for byte in value.encode("latin-1")))
        variables += [name, f"  {value}", f"  {''.join(high)}", f"  {''.join(low)}"]
    return joined(
        "ABNORMAL_TERMINATION",
        "\n".join(led(key, value) for key, value in facts),
        f"Exception\n    {case.thrown()}",
        "Active calls\n  No. Ty.          Program                              Line\n" + "\n".join(calls),
        "Chosen variables\nName\n    Val.\n" + "-" * 40 + "\n" + "\n".join(variables),
    )


@SET.document
def quay_sap_trace(sheet):
    """A developer trace: a letter for the component before each line, stars before errors, values behind `=`."""
    case = Case(sheet, clock=("java", "iso"), jobs=("number",))
    facts = case.rows(
        ("program", "program"), ("panel", "panel"), ("user", "user"), ("job", "job"), ("company", "company"), ("division", "division"),
        ("environment", "environment"), ("m3 version", "version"), ("failed at", "at"), ("failed operation", "where"), ("previous program", "=MNS095"),
        shuffled=case.likely(), empty=0,
    )
    width = max(len(key) for key, _ in facts)
    trace = case.trace(indent="    ", cause=0, cut=0.25).split("\n")
    head = ["trc file: \"dev_w4\", trc level: 1, release: \"753\"", "M  sysno      00", "M  kernel     64 bit", "M  ThInit: initializing (worker 4)", ""]
    error = ["M  *** ERROR => abnormal termination of program [jobrun.c     4711]"]
    values = [f"M      {name:<10}= {value}" for name, value in case.values()]
    body = [f"M    {key:<{width}} = {value}" for key, value in facts]
    return "\n".join([*head, *error, *body, "M  field values:", *values, *(f"M  {line}" for line in trace), "M  ***LOG Q02=> worker stop, WorkerStop 4"]) + "\n"


@SET.document
def quay_sap_details(sheet):
    """The details of an entry of the system log: the entry's own columns, then values behind dots."""
    case = Case(sheet, clock=("de",), jobs=("number", "hex"), lack=0.08)
    at = case.truth.at
    facts = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("M3 user", "user"), ("M3 job", "job"), ("M3 company", "company"), ("M3 division", "division"),
        ("M3 environment", "environment"), ("M3 release", "version"), ("Time of failure", "at"), ("Operation that failed", "where"),
        ("Exception", "exception"), ("Exception text", "exception_message"), ("Work process", "=DIA 4"), ("Problem class", "=K   SAP Web AS Problem"),
        ("Development class", "=STSK"),
    )
    if "at" not in case.truth.stated:
        case.leave_open("at")
    return joined(
        "Details Page 2 Line 24 System Log: Local Analysis of m3srv04                1",
        f"Time     Type Nr  Clt User         TCode Grp N Text\n{at:%H:%M:%S} DIA  004 000 SAPSYS             AB  0 Run-time error occurred",
        "Documentation for system log message AB 0 :\n  The specified program terminated abnormally.  A dump was written.",
        "Technical details\n" + "\n".join(led(key, value, 34) for key, value in facts),
        "End of system log",
    )


@SET.document
def quay_sap_halves(sheet):
    """Two items in each line, in two halves between bars."""
    case = Case(sheet, clock=("de", "iso"), jobs=("number",), lack=0.05)
    left = case.rows(("Program", "program"), ("Panel", "panel"), ("Company", "company"), ("Division", "division"), ("Failed operation", "where"), empty=0)
    right = case.rows(
        ("User", "user"), ("Job", "job"), ("Environment", "environment"), ("M3 version", "version"), ("Database release", "=11.05.0800"), empty=0
    )
    rows = []
    for place in range(max(len(left), len(right))):
        one, two = (f"{side[place][0]:.<18} {side[place][1]}" if place < len(side) else "" for side in (left, right))
        rows.append(f"| {one:<38}| {two:<38}|")
    time = f"| {'Time of failure... ' + case.say('at'):<78}|" if case.has("at") else None
    printed = case.truth.at + datetime.timedelta(days=2, seconds=311)
    lines = [f"{printed:%d.%m.%Y}                    Analysis of a termination                     1", "-" * 81, *rows, *([time] if time else []), "-" * 81]
    return joined("\n".join(lines), case.trace(indent="  ", cause=0.1))
