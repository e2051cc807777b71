"""As somebody of IBM i and RPG prints: leaders, fixed columns, upper case, spooled pages, attributes and hex."""

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()
UPPER = {
    "user": ["User", "User profile", "User ID"],
    "job": ["Job", "Job ID"],
    "where": ["File operation", "Operation in error"],
    "operation": ["Operation", "Operation code"],
    "file": ["File", "File name"],
    "version": ["Version", "Release", "M3 version"],
    "at": ["Time of error", "Date and time"],
    "time": ["Time"],
    "date": ["Date"],
}


def led(label, width=26):
    """Leaders of dots and blanks up to the colon."""
    return (label + " " + ". " * 20)[:width].rstrip(" ") + (" :" if len(label) < width else ":")


def hexed(value):
    return value.encode("cp037").hex().upper()


@SET.document
def loft_rpg_two_columns(sheet):
    """Leaders, two facts to a line."""
    case = Case(sheet)
    cells = [
        f"{led(key, 22)}   {value}"
        for key, value in case.facts(UPPER, thrown=0, near=2, only=["program", "panel", "user", "job", "company", "division", "environment", "version"], parted=0)
    ]
    rows = "\n".join(f" {cells[at]:<66}{cells[at + 1] if at + 1 < len(cells) else ''}".rstrip() for at in range(0, len(cells), 2))
    single = "\n".join(f" {led(key, 22)}   {value}" for key, value in case.facts(UPPER, thrown=1, near=0, only=["at", "where", "exception"]))
    stack = f" Program stack:\n{chr(10).join(f'   {name}' for name in parts.programs(case))}" if parts.some(case) else ""
    return parts.joined(
        "                          Display Program Dump", rows, single, stack, " Java stack trace:\n" + parts.trace(case, cause="plain", indent="   ") if parts.some(case) else ""
    )


@SET.document
def loft_rpg_spool(sheet):
    """A spooled file whose page ends among the facts, the page's head with the time of printing."""
    case = Case(sheet)
    head = "  5770SS1 V7R4M0  190621            Program Dump                    M3SRV01   02/03/26 07:15:22   Page{:>5}"
    lines = [f"  {key.upper():<24}{value}" for key, value in case.facts(UPPER, near=1, thrown=1)]
    at = case.chance.randint(2, len(lines) - 2)
    values = [f"  {name:<12}{value}" for name, value in parts.fields(case)]
    last = "                          * * * * *  E N D  O F  L I S T I N G  * * * * *"
    return "\n".join([head.format(1), "", *lines[:at], "\f" + head.format(2), "", *lines[at:], "", "  FIELD       VALUE", *values, "", last]) + "\n"


@SET.document
def loft_rpg_formatted(sheet):
    """A formatted dump: status area, then names, attributes and values with their hex."""
    case = Case(sheet)
    area = "\n".join(f"  {key:<24} . . {value}" for key, value in case.facts(UPPER, thrown=1, near=1))

    def row(name, value):
        if name in ("WSORQT", "WBPRIC"):
            return f"{name:<18}PACKED({15 if name == 'WSORQT' else 17},{len(value.partition('.')[2])})   {value:<24}'{value.replace('.', '').strip('-').zfill(15)}F'X"
        return f"{name:<18}CHAR({len(value) + 3})        '{value}   '" + " " * (19 - len(value)) + f"'{hexed(value)}404040'X"

    rows = "\n".join(row(name, value) for name, value in parts.fields(case))
    return parts.joined(
        f"Program Status Area:\n{area}",
        f"NAME              ATTRIBUTES     VALUE                   VALUE IN HEX\n{rows}",
        f"Java exception:\n{parts.trace(case, indent='  ')}" if parts.some(case) else "",
        "* * * * *   E N D   O F   F O R M A T T E D   D U M P   * * * * *",
    )


@SET.document
def loft_rpg_columns(sheet):
    """Upper case in fixed columns, two to a line, nothing between but blanks."""
    case = Case(sheet)
    names = {
        field: [words[0]]
        for field, words in {
            "program": ["PROGRAM"],
            "panel": ["PANEL"],
            "user": ["USER"],
            "job": ["JOB"],
            "company": ["COMPANY"],
            "division": ["DIVISION"],
            "environment": ["ENVIRONMENT"],
            "version": ["VERSION"],
            "operation": ["OPERATION"],
            "file": ["FILE"],
        }.items()
    }
    pairs = case.facts(names, only=["program", "panel", "user", "job", "company", "division", "environment", "version"], mix=0.3, near=0)
    cells = [f"{key:<14}{value:<40}" for key, value in pairs]
    rows = "\n".join("".join(cells[at : at + 2]).rstrip() for at in range(0, len(cells), 2))
    case.truth.say("where", f"{case.truth.operation} {case.truth.object}")
    failed = f"OPERATION     {case.truth.operation:<40}FILE          {case.truth.object}"
    return parts.joined(f"PROGRAM DUMP\n{rows}\n{failed}", f"CALL STACK\n{chr(10).join(parts.programs(case))}" if parts.some(case) else "", parts.trace(case))


@SET.document
def loft_rpg_joblog(sheet):
    """A line of a job log and the message's full text with its cause and recovery."""
    case = Case(sheet)
    job = f"{case.chance.randrange(10**6):06d}"
    case.truth.job = job
    case.truth.say("job", job, "M3BATCH", f"{job}/{case.told('user')}/M3BATCH")
    head = f" Job name . . . . . :   M3BATCH      User . . . :   {case.truth.user:<10}   Number . . . :   {job}"
    program = f" Program  . . . . . :   {case.told('program'):<12} Panel  . . :   {case.told('panel')}" if case.truth.panel else f" Program  . . . . . :   {case.told('program')}"
    rest = f" Company  . . . . . :   {case.told('company'):<12} Division . :   {case.told('division')}"
    case.told("where")
    fault = f" Operation  . . . . :   {case.truth.operation:<12} File . . . :   {case.truth.object}"
    text = case.truth.exception_message
    message = f" Message  . . . . . :   {case.told('exception_message')}" if text else ""
    thrown = f" Exception  . . . . :   {case.told('exception')}"
    cause = " Cause  . . . . . . :   An error that wasn't handled occurred in the program.\n Recovery . . . . . :   Correct the error and try the request again."
    return parts.joined("MCH1202    Escape                 40", head, program, rest, fault, thrown, message, cause, f" Time . . . . . . . :   {case.time(0)}", between="\n")


@SET.document
def loft_rpg_dots(sheet):
    """Dots right from the name to the value, without a colon."""
    case = Case(sheet)
    width = case.chance.choice([24, 30])
    pairs = "\n".join(f"{key.upper():.<{width}}{value}" for key, value in case.facts(UPPER))
    values = "\n".join(f"{name:.<{width}}{value}" for name, value in parts.fields(case))
    stack = f"CALLED PROGRAMS: {' / '.join(parts.programs(case))}" if parts.some(case) else ""
    return parts.joined("*** PROGRAM DUMP ***", pairs, stack, f"FIELD CONTENTS\n{values}", parts.trace(case) if parts.some(case) else "")


@SET.document
def loft_rpg_call_stack(sheet):
    """The call stack as a job's display has it: levels, libraries, statements."""
    case = Case(sheet)
    pairs = "\n".join(f"{led(key)} {value}" for key, value in case.facts(UPPER, near=1))
    rows = "\n".join(
        f"{level:>4}   {name:<12}{'M3FPGM':<12}{case.chance.randrange(100, 9000):<12}{'MAINLINE' if level < 3 else 'PEUPD'}" for level, name in enumerate(parts.programs(case), 1)
    )
    return parts.joined(
        "                           Dump of job",
        pairs,
        f"                      Call Stack\nLevel  Program     Library     Statement   Procedure\n{rows}",
        parts.trace(case, indent="    ") if parts.some(case) else "",
    )


@SET.document
def loft_rpg_structure(sheet):
    """Data structures: subfields by their places, with attributes and content between bars."""
    case = Case(sheet)
    pairs = "\n".join(f"{key.upper():<20}: {value}" for key, value in case.facts(UPPER, thrown=1, near=1))
    rows, at = [], 1
    for name, value in parts.fields(case):
        rows.append(f"  {name:<10}{at:>5}{at + len(value) - 1:>6}  A{len(value):>5}  |{value}|")
        at += len(value)
    return parts.joined(f"DUMP OF FAILING PROGRAM\n{pairs}", "DATA STRUCTURE  PXDSWK\n  NAME       FROM    TO TYPE LEN  CONTENT\n" + "\n".join(rows), parts.trace(case))
