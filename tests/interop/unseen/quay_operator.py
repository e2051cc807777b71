"""An operator of the AS/400 since 1995, who prints everything: what the system itself would list, and the forms of the shift."""

from .quay_case import Case, aligned, dotted, joined
from .register import Register

SET = Register()


def hexed(value):
    """The bytes of a field: a number with decimals is packed."""
    if "." in value and value.lstrip("-").replace(".", "").isdigit():
        return f"{value.lstrip('-').replace('.', ''):0>15}{'D' if value.startswith('-') else 'F'}"
    return value.encode("cp037").hex().upper()


def kind(value):
    return f"PACKED(15,{len(value.partition('.')[2])})" if len(hexed(value)) == 16 and "." in value else f"CHAR({len(value)})"


@SET.document
def quay_operator_formatted(sheet):
    """After the formatted dump of RPG: a status area, indicators, the work of files, then names, attributes and values."""
    case = Case(sheet, clock=("micro", "iso"), lack=0.08)
    case.with_user_as("{:.10}")
    name, number = case.job_parts()
    area = case.rows(
        ("Program Name", "program"),
        ("  Library", "=M3PGMPRD"),
        ("Panel in Use", "panel"),
        ("Status", "=00202"),
        ("Previous Status", "=00000"),
        ("Statement in Error", "=00012300"),
        ("RPG Routine", "=*DETC"),
        ("File Operation in Error", "operation"),
        ("File in Error", "file"),
        ("Last Good Operation", "=SETLL CSYTAB"),
        ("Job Name", f"={name}"),
        ("User Name", "user"),
        ("Job Number", f"={number}"),
        ("Company", "company"),
        ("Division", "division"),
        ("Environment", "environment"),
        ("Release of M3", "version"),
        ("Release of System", "=V7R3M0"),
        ("Time of Failure", "at"),
        ("Compile Date", "=2014-06-02"),
        ("Compile Time", "=13:44:10"),
        ("Compiled by", "=BOLSEN"),
        empty=0,
    )
    thrown = case.thrown()
    rows = [f"  {dotted(key, 38)}   {value}".rstrip() for key, value in area]
    on = case.chance.randrange(2)
    indicators = ["Indicators:", "  01-0 02-0 03-1 04-0 05-0 06-0 07-0 08-0 09-0 10-0", f"  60-{on} 61-0 62-0 LR-0 MR-0 RT-0"]
    shown = lambda value: value if kind(value).startswith("PACKED") else f"'{value}'"
    values = [f"  {field:<14}{kind(value):<16} {shown(value):<24} '{hexed(value)}'X" for field, value in case.values(hexed)]
    return joined(
        "1                    FORMATTED DUMP",
        "Program Status Area:\n" + "\n".join(rows),
        f"Exception:\n  {thrown}",
        "\n".join(indicators),
        "NAME            ATTRIBUTES       VALUE\n" + "\n".join(values),
        "* * * * *  E N D   O F   F O R M A T T E D   D U M P  * * * * *",
        between="\n",
    )


@SET.document
def quay_operator_message(sheet):
    """The second level text of a message: two items on a line, then wrapped sentences."""
    case = Case(sheet, clock=("de2", "us2"), jobs=("whole",), lack=0.05)
    case.with_user_as("{:.10}")
    truth = case.truth
    truth.job = f"{case.chance.randrange(10**5, 10**6)}/{truth.user.upper()}/M3BATCH"
    case.leave_open("exception_message")
    two = lambda left, right: f" {dotted(left[0], 24)}   {left[1]:<13} {dotted(right[0], 24)}   {right[1]}".rstrip()
    lines = ["                         Additional Message Information", "", two(("Message ID", "M3E0099"), ("Severity", "50"))]
    lines += [f" {dotted('Message type', 24)}   Escape"]
    if case.has("at"):
        lines += [two(("Date sent", case.say("date")), ("Time sent", case.say("time")))]
    lines += ["", f" Message . . . . :   Program {case.say('program')} ended abnormally."]
    if case.has("where"):
        lines += [f" Cause . . . . . :   The operation {case.say('where')} failed with", f"   {case.thrown()}."]
        truth.say("exception_message", f"{truth.exception_message}.")
    else:
        lines += [f" Cause . . . . . :   {case.say('exception')}"]
    lines += [" Recovery  . . . :   Contact the M3 support.  Do not start the job anew before its locks are", "   released.", ""]
    details = case.rows(
        ("Job", "job"), ("M3 user", "user"), ("M3 company", "company"), ("M3 division", "division"), ("M3 environment", "environment"),
        ("To program", "=QCMD"), ("Panel", "panel"), ("M3 release", "version"), empty=0,
    )
    lines += [f" {dotted(key, 24)}   {value}" for key, value in details]
    return "\n".join([*lines, "", " Press Enter to continue.", "", " F3=Exit   F6=Print   F9=Display message details   F12=Cancel"]) + "\n"


@SET.document
def quay_operator_history(sheet):
    """A page of the history log: the failure is one message among others, in sentences."""
    case = Case(sheet, clock=("de",), lack=0)
    case.with_user_as("{:.10}")
    truth = case.truth
    truth.job = f"{case.chance.randrange(10**5, 10**6)}/{truth.user.upper()}/M3BATCH"
    case.leave_open("exception_message")
    when = case.say("at")
    return "\n".join(
        [
            "5770SS1 V7R4M0  190621            Display History Log Contents          M3SRV01   15.03.2026 06:01:44   Page    1",
            "MSGID    SEV  MSG TYPE",
            "CPF1124  00   Information   Job 880012/QPGMR/NIGHTSAVE started in subsystem QBATCH.",
            "",
            f"M3E0099  50   Diagnostic    Program {case.say('program')} ended abnormally at {when}.",
            f"                            Job: {case.say('job')}.",
            f"                            User: {case.say('user')}.",
            f"                            Company: {case.say('company')}.   Division: {case.say('division')}.",
            f"                            Environment: {case.say('environment')}.   Release: {case.say('version')}.",
            f"                            Failed operation: {case.say('where')}.",
            f"                            Exception: {case.say('exception')}.",
            "",
            "CPF1164  00   Completion    Job 880012/QPGMR/NIGHTSAVE ended; 14 seconds used; end code 0.",
        ]
    ) + "\n"


@SET.document
def quay_operator_screen(sheet):
    """A printed screen: the job in the first line, call stack with levels, keys at its foot."""
    case = Case(sheet, clock=("iso", "de"), lack=0.08)
    case.with_user_as("{:.10}")
    name, number = case.job_parts()
    facts = case.rows(
        ("M3 environment", "environment"),
        ("M3 version", "version"),
        ("Company", "company"),
        ("Division", "division"),
        ("Panel", "full_panel"),
        ("Failing operation", "where"),
        ("Time of error", "at"),
        ("Job started", "=2014-01-04 05:00:00"),
        ("Job description", "=M3JOBD"),
        ("Storage used", "=48 MB"),
        empty=0,
    )
    stack = [f"          {level:>3}   {program:<10}  M3PGMPRD    {case.chance.randrange(100, 9000):>6}" for level, program in enumerate(case.programs(), 1)]
    thrown, _ = case.thrown(), case.say("program")
    user = case.say("user")
    first = f" Job:   {name:<12} {f'User:   {user:<12}' if user else '':<20} Number:   {number}"
    return "\n".join(
        [
            "                        Display Abnormal End of M3 Job                 M3SRV01",
            first,
            "",
            *(f"   {dotted(key, 26)}   {value}" for key, value in facts),
            f"   {dotted('Exception', 26)}   {thrown}",
            "",
            " Call stack (oldest first)",
            "         Level  Program     Library     Statement",
            *stack,
            "                                                                      Bottom",
            " F3=Exit   F5=Refresh   F12=Cancel   F17=Top   F18=Bottom",
        ]
    ) + "\n"


@SET.document
def quay_operator_form(sheet):
    """The form of the shift, all in capitals, with arrows, and what the previous shift had."""
    case = Case(sheet, clock=("dmy", "de"), jobs=("number",), lack=0.1)
    case.truth.user, case.truth.environment = case.truth.user.upper(), case.truth.environment.upper()
    facts = case.rows(
        ("PROGRAM", "program"),
        ("PANEL|SCREEN", "panel"),
        ("USER|USER PROFILE", "user"),
        ("JOB NUMBER|JOB NO", "job"),
        ("JOB QUEUE", "=QBATCH"),
        ("COMPANY|CONO", "company"),
        ("DIVISION|DIVI", "division"),
        ("ENVIRONMENT", "environment"),
        ("M3 RELEASE|M3 VERSION", "version"),
        ("OS RELEASE", "=V5R4M0"),
        ("TIME OF FAILURE|FAILED AT", "at"),
        ("FAILED OPERATION|OPERATION", "where"),
        ("EXCEPTION", "exception"),
        ("EXCEPTION TEXT", "exception_message"),
        ("REPORTED TO", "=LINDAS"),
    )
    lead = case.any_of(".", "-", "_")
    rows = [f"  {f'{key} ':{lead}<24} ==> {value}".rstrip() for key, value in facts]
    fields = [f"  {f'{name} ':{lead}<24} ==> {value}" for name, value in case.values()]
    return joined(
        "*" * 60 + "\n*  SHIFT LOG - ABNORMAL END OF PROGRAM                     *\n" + "*" * 60,
        aligned([("  OPERATOR ON DUTY", "OSVENS"), ("  SHIFT", "NIGHT"), ("  PRINTED", "15.03.2026 06:00:00")], ": "),
        "\n".join(rows),
        "  CONTENTS OF FIELDS:\n" + "\n".join(fields),
        "  END OF FORM",
    )
