"""Notations of the set `jury`: tables, boxes and fixed columns."""

from .jury_case import Case, columns, grid, headed, joined, level, lined
from .register import Register

SET = Register()
document = SET.document


@document
def jury_pipes(sheet):
    """`| Key | value |` without any rule, sections between bars as well."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%d-%m-%Y %H:%M:%S", 0, None, False, True)))
    bars = lambda rows: lined(rows, "| {} | {} |")
    facts = [headed("| FAILURE |", bars(case.rows("Program > program; Panel > place?; Time of failure|Failure time > at; Operation > where"))),
             headed("| USER |", bars(case.rows("User > user; Company > company?; Division > division?; Menu > 'MEN001"))),
             headed("| SYSTEM |", bars(case.rows("Job > job?; Environment > environment?; M3 version > version?; Server started > @past")))]
    return joined("| M3 DUMP |", *case.order(facts), headed("| CALL STACK, OUTERMOST FIRST |", [f"| {at} | {name} |" for at, name in enumerate(case.stack(), 1)]),
                  headed("| FIELDS |", case.fields("| {n} | '{v}' |")), headed("| TRACE |", case.trace()))


@document
def jury_two_columns(sheet):
    """Items and contents in fixed columns below a head with a rule."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%Y%m%d%H%M%S",)))
    head = [f"{'ITEM':<28}CONTENTS", f"{'-' * 26}  {'-' * 40}"]
    rows = case.rows("Program in error|Program > program; Panel > panel?; User > user; Job > job?; Company > company?; Division > division?; Time of dump > at; "
                     "Environment > environment?; Version > version?; Failed operation > where; Java version > '1.8.0_345; Last signed off > @past; Database user > 'MDBUSR", 0.9)
    held = case.fields("{n:<28}'{v}'")
    other = case.listing()
    return joined("DUMP OF AN M3 PROGRAM", head + level(rows, "", pad=28), headed("PROGRAM STACK (NEWEST FIRST)", [f"  {name}" for name in case.stack()[::-1]]),
                  headed(["PROGRAM FIELDS", f"{'FIELD':<28}VALUE", f"{'-' * 26}  {'-' * 40}"], held), headed("JAVA STACK TRACE", case.trace("  at {}")),
                  headed(other[0].upper() if "handled" not in other[0] else other[0], other[1]))


@document
def jury_drawn_boxes(sheet):
    """Boxes drawn with lines, each with its name in the upper edge."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%a {d} {mon} %Y, %H:%M:%S",)))

    def box(title, lines):
        if not lines:
            return []
        wide = max(len(title) + 4, *(len(line) for line in lines)) + 2
        return [f"┌─ {title} {'─' * (wide - len(title) - 3)}┐", *(f"│ {line:<{wide - 1}}│" for line in lines), f"└{'─' * wide}┘"]

    facts = [box("Failure", level(case.rows("Program > program; Panel > panel?; At > at; Operation > where; Compiled > @past"), " : ")),
             box("Session", level(case.rows("User > user; Company > company?; Division > division?; Job > job?; Language > 'GB"), " : ")),
             box("System", level(case.rows("Environment > environment?; M3 version > version?; Java version > '17.0.9; Host > 'm3app07"), " : "))]
    calls = [("   " * (at - 1) + "└─ ") * bool(at) + name for at, name in enumerate(case.stack())]
    return joined(*case.order(facts), box("Program stack", calls), box("Fields", case.fields("{n:<8} '{v}'")), headed("Stack trace", case.trace()), between="\n")


@document
def jury_status_screen(sheet):
    """As a display of 80 columns: two keys side by side, with dots, a title in the middle."""
    case = Case(sheet)
    case.clock(*case.pick(("%d.%m.%Y %H:%M:%S",), ("%Y-%m-%d %H:%M:%S",)))

    def side_by_side(rows):
        cells = [f"{label:.<15}: {value}" for label, value in rows]
        return [f" {cells[at]:<42}{cells[at + 1] if at + 1 < len(cells) else ''}".rstrip() for at in range(0, len(cells), 2)]

    short = [row for row in case.rows("User > user; Company > company?; Division > division?; Program > program; Panel > panel?; Environment > environment?; M3 version > version?; "
                                      "Language > 'DE; Terminal > 'QPADEV004", 0.8)]
    long = case.rows("Failed at > at; Job > job?; Operation > operation; File > object", 0)
    calls = columns([("Lvl", "Program", "Panel", "Method", "Library"), *case.stack_rows()]) if case.has_stack else []
    return joined(f"{'Display Program Dump':^80}".rstrip(), side_by_side(short), [f" {label:.<15}: {value}" for label, value in long],
                  headed(" Program stack, level 1 is the outermost", [f" {line}" for line in calls]), headed(" Variables", case.fields(" {n:<12}{t:<8}{l:>3}  '{v}'")),
                  headed(" Java stack", case.trace("   at {}", indent=" ")), " F3=Exit   F12=Cancel")


@document
def jury_starred_frame(sheet):
    """Everything but the trace in a frame of asterisks."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("{mon} {d}, %Y %I:%M:%S %p",)))
    wide = 92
    framed = lambda lines: [f"*  {line:<{wide - 5}} *" for line in lines]
    rule = ["*" * wide]
    part = lambda title, lines: [*framed([title.upper(), "", *lines]), *rule] if lines else []
    facts = [part("abend", level(case.rows("Program > program; Panel > panel?; Abended at > at; Last operation > where; Changed by > @other"), ": ")),
             part("user", level(case.rows("User > user; Company > company?; Division > division?; Job > job?"), ": ")),
             part("installation", level(case.rows("Environment > environment?; M3 release > version?; JDK > '11.0.21; OS user > 'm3adm"), ": "))]
    calls = [f"[{at}] {name}" for at, name in enumerate(case.stack())]
    inner = [line for one in [*case.order(facts), part("call stack, [0] is the outermost program", calls), part("field contents", case.fields("{n} = <{v}>"))] for line in one]
    return joined([*rule, *framed(["M3 ABNORMAL TERMINATION REPORT"]), *rule, *inner], case.trace("\tat {}", thread=case.pick("", 'Exception in thread "m3-job-12" ')), between="\n")


@document
def jury_grids(sheet):
    """A grid with plus signs for each subject, and the frames in one as well."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%d {month} %Y %H:%M",)))
    if case.form.endswith("%H:%M"):
        case.clock(case.form, "minutes")
    part = lambda title, text: headed(title, grid(case.rows(text), ("Name", "Value")))
    facts = [part("Failure", "Program > program; Panel > panel?; Time of failure > at; Exception > exception; Message > message; Operation > operation; File > object"),
             part("Context", "User > user; Company > company?; Division > division?; Job > job?; Printer > 'PRT04"),
             part("System", "Environment > environment?; M3 version > version?; Java version > '1.8.0_345; Database user > 'MDBUSR")]
    calls = grid(case.stack_rows()[::-1], ("Level", "Program", "Panel", "Method", "Library"))
    held = grid([tuple(line.split("\t")) for line in case.fields("{n}\t{t}\t{l}\t'{v}'")], ("Field", "Type", "Length", "Content"))
    frames = grid(case.frame_rows(), ("Class", "Method", "File", "Line"))
    return joined(*case.order(facts), headed("Program stack, innermost program on top", calls), headed("Fields", held), headed("Java stack trace, innermost frame on top", frames))


@document
def jury_banner_columns(sheet):
    """Banners between rules, keys in a column without any mark behind them."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%Y-%m-%d %H:%M:%S.{ms}", 3)))
    mark = case.pick("=", "#", "-")
    head = lambda text: [mark * 78, f"  {text}", mark * 78]
    part = lambda title, rows: headed(head(title), level(rows, "   ", pad=24))
    facts = [part("PROGRAM", case.rows("Program > program; Panel > panel?; Failed operation > where; Failed at > at; Program compiled > @past")),
             part("USER AND JOB", case.rows("User id > user; Job id > job?; Company > company?; Division > division?; Job submitted by > @other")),
             part("INSTALLATION", case.rows("Environment > environment?; M3 version > version?; Java version > '11.0.21")), *(part(title.upper(), rows) for title, rows in case.extras(1))]
    calls = [f"{name:<24}   {case.past()}" for name in case.stack()]
    title, lines = case.listing()
    return joined(*case.order(facts), headed(head("PROGRAM STACK (PROGRAM, ENTERED AT; OUTERMOST FIRST)"), calls), headed(head("FIELDS"), case.fields("{n:<24}   '{v}'")),
                  headed(head("JAVA STACK TRACE"), case.trace("    at {}")), headed(head(title), lines))
