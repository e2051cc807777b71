"""Dumps as somebody who is used to IBM i and RPG would have them printed and shown. Part of `porch`."""

from .porch_case import ISO, Case
from .register import Register

SET = Register()
document = SET.document
FORMS = ["%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", ISO, "%Y-%m-%d-%H.%M.%S.%L000", "%d/%m/%Y %H:%M:%S"]
PROGRAM = ("Program|Program name|Failing program -> =program; ?Panel|Display panel -> =panel; ?Failing operation|Operation|Last operation -> =where;"
           " Date and time|Time of failure|Dump taken -> =at; ?Program created -> ~date; ?Program owner -> ~user")
USER = "M3 user|User in M3 -> =user; Company|Company number -> =company; ?Division -> =division; ?Language identifier -> ENU; ?Owner -> QSECOFR"
REST = ("Environment|M3 environment -> =environment; ?M3 version|Release of M3 -> =version; ?Java version -> 1.8.0_281; ?Operating system -> V7R4M0;"
        " ?Job queue -> QINTER; ?Submitted by -> ~job/QUSER/QPADEV0004")


def leaders(label, width):
    """A label with dots up to the colon."""
    return f"{label} {'. ' * 40}"[:width].rstrip().ljust(width) + ":"


def job(case, *more):
    """A job by its number, or as the system writes it in full."""
    number = f"{case.chance.randrange(10**5, 10**6)}"
    name = case.one("M3BE0042", "MVXAUTO", "QZDASOINIT", "M3INT07")
    case.truth.job = number
    case.truth.say("job", number, f"{number}/M3SRV/{name}", name, *more)
    return number, name


def dotted(case, spec, form, width, gap):
    rows = case.rows(spec.replace("~job/", f"{case.other('job')}/"), form)
    return [f"  {leaders(label, width)}{gap}{value}" for label, value in rows]


@document
def porch_display_job(sheet):
    """A screen such as DSPJOB's, with leaders of dots and a line of the job on top."""
    case = Case(sheet)
    number, name = job(case)
    width, gap, form = case.one(34, 38, 42), case.one("   ", " ", "    "), case.one(*FORMS)
    blocks = case.shuffled([dotted(case, PROGRAM, form, width, gap), dotted(case, USER, form, width, gap), dotted(case, REST, form, width, gap)])
    stack = case.stack()
    rows = [f"        {at:>3}   {entry:<12}{case.one('MVXJAVA', 'M3BE', 'QTEMP')}" for at, entry in enumerate(stack, 1)]
    fields = ["                        Program variables", *(f"  {leaders(field, width)}{gap}'{value}'" for field, value in case.variables())]
    return "\n".join([f"{'Display M3 Dump':^78}".rstrip(), f"{'System:   SEKM3P01':>78}", f"Job:   {name:<12} User:   M3SRV        Number:   {number}", "",
                      *sum(([*block, ""] for block in blocks), []), f"{'Call stack':^78}".rstrip(), "      Level   Program     Library", *rows, "",
                      *fields, "",
                      "                        Java stack trace", case.trace("    at {}"), "", f"{'Bottom':>78}", "F3=Exit   F5=Refresh   F12=Cancel"])


@document
def porch_formatted_dump(sheet):
    """As RPG's formatted dump: the program's status area, then NAME, ATTRIBUTES and VALUE."""
    case = Case(sheet)
    number, name = job(case)
    width, form = case.one(34, 40), case.one(*FORMS)
    line = lambda row: f"{leaders(row[0], width)} {row[1]}"
    area = case.rows("Program Name|Program in error -> =program; Procedure in error -> MAINLINE; ?Panel -> =panel;"
                     " ?Last operation|Last file operation -> =where; Time of failure|Date and time of error -> =at", form)
    area += case.rows("M3 user|User in M3 -> =user; Company -> =company; ?Division -> =division; Environment -> =environment; ?M3 release -> =version;"
                      " Previous Status -> 00000; ?Program compiled -> ~date; ?Compiler level -> 0007", form)
    rows = []
    for field, value in case.variables():
        packed = value.replace(".", "").isdigit()
        kind = f"PACKED({case.one(9, 15)},{2 if '.' in value else 0})" if packed else f"CHAR({max(len(value), 10)})"
        rows.append(f"{field:<24}{kind:<26}" + (value if packed else f"'{value}'"))
    rows.append(f"{'_QRNU_DSI_DEVICE':<24}{'CHAR(10)':<26}'QPADEV0004'")
    stack = ["Program stack, most recent call last:", *(f"     {entry}" for entry in case.stack())] if case.odds(0.7) else []
    return "\n".join([case.one("ILE RPG FORMATTED DUMP", "RPG/400 FORMATTED DUMP", "M3 FORMATTED DUMP"), "", "Program Status Area:",
                      *map(line, case.shuffled(area, 0.3)),
                      f"{leaders('Job Name', width)} {name}", f"{leaders('Job User', width)} M3SRV", f"{leaders('Job Number', width)} {number}", "",
                      *stack, "",
                      f"{'NAME':<24}{'ATTRIBUTES':<26}VALUE", *rows, "", "Java exception:", case.trace("     at {}"), "",
                      "* * * * *   E N D   O F   D U M P   * * * * *"])


@document
def porch_spool(sheet):
    """A spool file with the heading of a page again and again."""
    case = Case(sheet)
    width, form = case.one(30, 36), case.one(*FORMS)
    number, name = job(case)
    blocks = [dotted(case, spec, form, width, "  ") for spec in case.shuffled([PROGRAM, USER, REST])]
    lines = sum(([*block, ""] for block in blocks), [])
    lines += [f"  {leaders('Job', width)}  {number}/M3SRV/{name}", "", " Program stack (outermost first)", *(f"   {entry}" for entry in case.stack()), "",
              " Fields of program",
              *case.fields("   {:<12} '{}'"), ""]
    trace, page, printed = case.trace("   at {}").split("\n"), 1, case.truth.at
    head = lambda at: [f"  5770SS1 V7R4M0  190621{'M3 dump listing':^34}SEKM3P01  {printed:%H:%M}{'Page':>10} {at:>4}", ""]
    found = head(page)
    for at, line in enumerate(lines):
        if at and at % case.one(14, 15) == 0 and line == "":
            page += 1
            found += ["", *head(page)]
        found.append(line)
    return "\n".join([*found, " Java stack trace", *trace, f"{'* * * * *  E N D  O F  L I S T I N G  * * * * *':^90}".rstrip()])


@document
def porch_object_dump(sheet):
    """Values in hex with the letters at the right, as DMPOBJ has them."""
    case = Case(sheet)
    form = case.one(ISO, "%d.%m.%Y %H:%M:%S")
    pair = lambda row: f"{row[0].upper():<24}- {row[1]}"
    heads = case.rows("Program -> =program; ?Panel -> =panel; User|User profile -> =user; Company -> =company; ?Division -> =division; Job|Job number -> =job;"
                      " Date/time|Dump time -> =at; Environment -> =environment; ?M3 version -> =version; ?Operation -> =where; Owner|Object owner -> ~user;"
                      " ?Object created -> ~date; ?Library -> MVXBE", form)
    right, rows = {}, []
    for field, value in case.truth.fields:
        cells = value.encode("cp037", "replace") or b"@"
        kept = bytes(cells[:16])
        rows.append(f"  {field:<10} {len(cells):>3}  X'{kept.hex().upper()}'".ljust(58) + f" *{value[:16]}*")
        if len(value) <= 16 and value:
            right[field] = [value, f"X'{kept.hex().upper()}'", kept.hex().upper()]
    case.truth.say_fields(right)
    stack = ["INVOCATION STACK", *(f"  {at:02d}  {entry}" for at, entry in enumerate(case.stack(), 1))]
    return "\n".join(["M3 DUMP OF OBJECT", *map(pair, case.shuffled(heads, 0.4)), "", *stack, "",
                      f"  {'FIELD':<10} LEN  {'HEXADECIMAL VALUE':<39}  CHARACTERS", *rows, "",
                      "SPACE-", "  000000   D4E5E7C3 C4E3C140 40404040 00000000   *MVXCDTA     ....*", "  LINES  000010  TO  0003FF  SAME AS ABOVE", "",
                      "EXCEPTION DATA-", case.trace("  at {}")])


@document
def porch_joblog_message(sheet):
    """A message as a job's log shows it at level 4 with second level text."""
    case = Case(sheet)
    number, name = job(case)
    truth, form = case.truth, case.one("%d.%m.%Y %H:%M:%S", ISO, "%m/%d/%Y %H:%M:%S")
    width = 32
    line = lambda label, value: f"    {leaders(label, width)}   {value}"
    stamp = case.time(form)
    rows = case.rows("Company -> =company; ?Division -> =division; M3 user|User of M3 -> =user; ?Panel -> =panel; Environment -> =environment;"
                     " ?M3 version -> =version",
                     form)
    where = [line("Operation that failed", case["where"])] if case.odds(0.7) else []
    case.truth.say("program", truth.program)
    return "\n".join([f"  5770SS1 V7R4M0 190621{'Job Log':^40}SEKM3P01          Page    1",
                      f"  Job name . . . . . . . . . . :   {name:<12}User  . . . . . . :   M3SRV        Number . . . . . . . . . . . :   {number}",
                      "  MSGID      TYPE                    SEV  DATE AND TIME",
                      f"  {case.one('M3E0042', 'MVX9001', 'CPF9898')}    Escape                  40   {stamp}",
                      line("Message", f"Program {truth.program} ended abnormally."), line("Cause", f"{truth.exception} was not monitored."), *where,
                      *(line(*row) for row in case.shuffled(rows)), line("Recovery", "Send the dump to the developers, do not run the job again."),
                      line("Program stack", " ".join(case.stack())), "", case.trace("      at {}")])


@document
def porch_cl_dump(sheet):
    """As DMPCLPGM has it: the job on top, then messages, then variables with type and length."""
    case = Case(sheet)
    form = case.one("%d.%m.%Y %H:%M:%S", ISO)
    rows = case.rows("Program -> =program; User -> =user; Job|Job number -> =job; Dump taken|Date/time -> =at; Company -> =company;"
                     " ?Division -> =division; ?Panel -> =panel;"
                     " Environment -> =environment; ?Version -> =version; ?Failed on|Operation -> =where", form)
    cells, pairs = case.one(2, 3), [f"{label} . . : {value}" for label, value in rows]
    wide = max(map(len, pairs)) + 4
    top = ["".join(f"{cell:<{wide}}" for cell in pairs[at:at + cells]).rstrip() for at in range(0, len(pairs), cells)]
    variables = [f"  {name:<13}*CHAR{max(len(value), 1):>8}      '{value}'" for name, value in case.variables()]
    stack = ["Programs on the stack:", "   " + case.one(" > ", " -> ").join(case.stack())]
    return "\n".join(["CL style dump of M3 program", *top, "", *stack, "", "Messages",
                      f"  Time      Id        Text\n  {case.before(0, '%H:%M:%S')}  XOP0100   Order line changed", "",
                      "Variables", "  Variable     Type     Length    Value", *variables, "", "Exception", case.trace("  at {}")])


@document
def porch_two_columns(sheet):
    """Two keys on a line of a screen with 80 columns."""
    case = Case(sheet)
    form = case.one("%d.%m.%Y %H:%M:%S", ISO)
    rows = case.rows("Program -> =program; Panel -> =panel; User -> =user; Company -> =company; Division -> =division; Job -> =job; Time -> =at;"
                     " Environment -> =environment; M3 version -> =version; ?Operation -> =where; ?Database -> DB2/400 V7R4; ?Terminal -> QPADEV0007;"
                     " ?Java level -> 8.0.251; ?Previous job -> ~job", form)
    cells = [f"{leaders(label, 16)} {value}" for label, value in case.shuffled(rows, 0.4)]
    lone = [f"  {cell}" for cell in cells if len(cell) > 37]
    cells = [cell for cell in cells if len(cell) <= 37]
    lines = [f"  {cells[at]:<38}{cells[at + 1] if at + 1 < len(cells) else ''}".rstrip() for at in range(0, len(cells), 2)]
    stack = [f"  {entry:<10}  {'*' if entry == case.truth.program else ' '}".rstrip() for entry in case.stack()]
    return "\n".join(["  M3DMP1                     Show M3 dump                          M3BE", "", *lines, *lone, "",
                      "  Programs, from the menu to the one in error (*)", *stack,
                      "", "  Fields", *case.fields("  {:<8} {}"), "", case.trace("  at {}"), "", "  F3=Exit  F6=Print"])


@document
def porch_program_stack(sheet):
    """The invocation stack as WRKJOB shows it, with statements, and the failing one marked."""
    case = Case(sheet)
    rows = case.rows("User -> =user; Company -> =company; ?Division -> =division; Job -> =job;"
                     " Date -> =date; Time -> =time; Environment -> =environment; ?Version -> =version; ?Panel -> =panel", ISO)
    stack, number = case.stack(), lambda: f"{case.chance.randrange(100, 99999):>8}"
    table = [f"  {entry:<12} {case.one('mainLine', 'PMAIN', 'run'):<10}{number()}{'   <== error' if entry == stack[-1] else ''}" for entry in stack]
    case.truth.say("program", case.truth.program)
    where = f"Error in {case.truth.program} at {case['where']}" if case.odds(0.6) else f"Error in {case.truth.program}"
    head = case.one(lambda label, value: f"{label:<14}{value}", lambda label, value: f"{label:.<16} {value}", lambda label, value: f"{label:<14}: {value}")
    return "\n".join([where, "", *(head(*row) for row in rows), "", "Invocation stack", "  Program      Procedure  Statement", *table, "",
                      "Fields in error program",
                      *case.fields("  {:<10}: {}"), "", "Java", "\n".join(f"  {line}" for line in case.trace("  at {}").split("\n"))])
