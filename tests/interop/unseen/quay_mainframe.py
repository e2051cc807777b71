"""A person of the mainframe, to whom every failure is an abend: headings of SYSUDUMP, Language Environment, JES, Abend-AID."""

from .quay_case import MONTHS, Case, joined
from .register import Register

SET = Register()


def eyed(text, base):
    """A record in storage: address, words in hexadecimal, and what they say between stars."""
    lines = []
    for place in range(0, len(text), 16):
        part = text[place : place + 16].ljust(16)
        words = " ".join(part[at : at + 4].encode("cp037").hex().upper() for at in range(0, 16, 4))
        lines.append(f"{base + place:08X}   {words}   *{part.upper()}*")
    return "\n".join(lines)


@SET.document
def quay_mainframe_sysudump(sheet):
    """Headings in capitals, the day of the year as date, a PSW, registers and storage."""
    case = Case(sheet, jobs=("name",), lack=0.06)
    truth = case.truth
    case.lacks -= {"at", "job"}
    truth.user = truth.user.upper()
    case.moment("")
    hexa = lambda: f"{case.chance.getrandbits(32):08X}"
    pairs = case.rows(
        ("PROGRAM", "program"), ("PANEL", "panel"), ("USER", "user"), ("COMPANY", "company"), ("DIVISION", "division"), ("ENVIRONMENT", "environment"),
        ("M3 RELEASE", "version"), ("FAILED OPERATION", "where"), ("EXCEPTION", "exception"), empty=0,
    )
    case.leave_open("exception_message")
    registers = ["GPR VALUES", *(f"   {start:>2}-{start + 3:<2}  {hexa()}  {hexa()}  {hexa()}  {hexa()}" for start in (0, 4, 8, 12))]
    record = eyed(f"{truth.object}  RECORD 200 ZZZ {case.any_of('X100', 'Q77')} HPETER 20110304", case.chance.getrandbits(24))
    values = "\n".join(f"   {name:<8} = {value}" for name, value in case.values())
    return joined(
        f"JOB {case.say('job')}      STEP M3NODE        TIME {truth.at:%H%M%S}   DATE {truth.at:%y%j}    ID = 000   CPUID = 8F0A44210000",
        "COMPLETION CODE     SYSTEM = 0C7      REASON CODE = 00000007",
        "PSW AT ENTRY TO ABEND   078D2000 9AC00F3E   ILC 6   INTC 0007",
        "\n".join(f"   {key:<17} {value}" for key, value in pairs),
        "\n".join(registers),
        f"FIELDS\n{values}",
        f"STORAGE\n{record}",
        "END OF DUMP",
    )


@SET.document
def quay_mainframe_environment(sheet):
    """A CEEDUMP: the condition in its first lines, a traceback in columns, then the fields of the last program."""
    case = Case(sheet, clock=("us",), jobs=("number",), lack=0.08)
    truth, thrown = case.truth, case.thrown()
    case.lacks.discard("at")
    facts = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job number", "job"), ("Company", "company"), ("Division", "division"),
        ("Environment", "environment"), ("M3 version", "version"), ("File operation in error", "where"), ("Operating system", "=z/OS 02.04.00"),
        shuffled=case.likely(), empty=0,
    )
    stack = case.programs(ordered=False)
    table = [f"  {f'{number:08X}':<10}{name:<12}+{case.chance.randrange(16, 9000):06X}    {'Exception' if name == truth.program else 'Call'}"
             for number, name in enumerate(reversed(stack), 1)]
    values = "\n".join(f"      {name:<14} CHAR       {value}" for name, value in case.values())
    day = f"{case.day('%m/%d/%Y')} {(truth.at.hour - 1) % 12 + 1:02d}:{truth.at:%M:%S} {'AM' if truth.at.hour < 12 else 'PM'}"
    return joined(
        f"CEE3DMP V2 R4.0: Condition processing resulted in the unhandled condition.     {case.moment(day)}        Page:    1",
        "\n".join(f"  {f'{key}:':<26}{value}" for key, value in facts),
        f"  Condition Information:\n    Current Condition:\n      {thrown}",
        "  Traceback:\n  DSA       Entry       E Offset    Status\n" + "\n".join(table),
        f"  Local Variables:\n{values}",
    )


@SET.document
def quay_mainframe_messages(sheet):
    """The message log of JES: a line of the day, then each line behind time and number of the job; keywords in the messages."""
    case = Case(sheet, lack=0.06)
    truth = case.truth
    truth.job, truth.user = f"JOB{case.chance.randrange(10**5):05d}", truth.user.upper()
    case.lacks -= {"at", "job"}
    case.moment("")
    head = f" {truth.at:%H.%M.%S} {case.say('job')} "
    day = f"{truth.at:%A}".upper()
    lines = [f" {truth.at:%H.%M.%S} {truth.job} ---- {day + ',':<11} {truth.at:%d} {MONTHS[truth.at.month - 1][:3].upper()} {truth.at.year} ----"]
    messages = [" $HASP373 M3PRD01  STARTED - INIT 4    - CLASS M - SYS SYSA", f"+M3E099E PROGRAM {case.say('program')} ENDED ABNORMALLY"]
    pairs = case.rows(
        ("PANEL", "panel"), ("USER", "user"), ("COMPANY", "company"), ("DIVISION", "division"), ("ENVIRONMENT", "environment"), ("RELEASE", "version"), empty=0
    )
    keyed = [f"{key}={value}" for key, value in pairs]
    messages += [f"+M3E100I {','.join(keyed[:3])}", f"+M3E100I {','.join(keyed[3:])}"]
    if case.has("where"):
        messages.append(f"+M3E101E OPERATION={case.say('where')}")
    messages += [f"+M3E102E EXCEPTION={case.say('exception')}", " IEF450I M3PRD01 M3NODE - ABEND=S000 U4038 REASON=00000001", " $HASP395 M3PRD01  ENDED"]
    case.leave_open("exception_message")
    return "\n".join([*lines, *(head + line for line in messages)]) + "\n------ JES2 JOB STATISTICS ------\n             14 CARDS READ\n            112 SYSOUT PRINT RECORDS\n"


@SET.document
def quay_mainframe_aid(sheet):
    """A diagnosis between bars of stars: titles in a frame, sentences, items in columns, the record's fields with their pictures."""
    case = Case(sheet, clock=("named", "dmy"), jobs=("name",), lack=0.08)
    frame = lambda title: f"{'*' * 72}\n*{title:^70}*\n{'*' * 72}"
    item = lambda rows: "\n".join(f"    {key:<32}{value}".rstrip() for key, value in rows)
    job = case.rows(
        ("Job Name", "job"), ("User ID", "user"), ("Company", "company"), ("Division", "division"), ("Environment", "environment"),
        ("M3 Release", "version"), ("Time of Abend", "at"), ("CPU", "=2964 SYSA"), ("Operating System", "=z/OS V2R4"), empty=0.2,
    )
    failing = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("Operation", "where"), ("Exception", "exception"), ("Exception Text", "exception_message"),
        ("Compiled on", "=2 JUN 2014"), ("Compiled by", "=BOLSEN"), ("Length of Program", "=0001F4A8"), empty=0,
    )
    values = "\n".join(f"    05  {name:<12} PIC {f'X({len(value)})':<8} {value}" for name, value in case.values())
    stack = " -> ".join(case.programs())
    return joined(
        frame("Abend Diagnostic"),
        item(job),
        frame("Failing Program"),
        item(failing),
        frame("Call Sequence"),
        f"    {stack}",
        frame("Working Storage"),
        values,
        between="\n",
    )


@SET.document
def quay_mainframe_vertical(sheet):
    """A printed listing with carriage control; the fields with zones and digits of their bytes beneath them, packed ones unpacked."""
    case = Case(sheet, clock=("iso", "micro"), jobs=("number", "name"), lack=0.08)
    facts = case.rows(
        ("PROGRAM-ID", "program"), ("PANEL-ID", "panel"), ("USER-ID", "user"), ("JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division"),
        ("ENVIRONMENT", "environment"), ("M3-RELEASE", "version"), ("TIME-OF-ABEND", "at"), ("FAILED-OPERATION", "where"), ("EXCEPTION", "exception"),
        ("EXCEPTION-TEXT", "exception_message"), ("DATE-COMPILED", "=2014-06-02"), ("PRIOR-PROGRAM", "=MNS095"), empty=0,
    )
    fields = []
    for name, value in case.values():
        code = value.encode("cp037").hex().upper()
        fields += [f"  {name:<10}{value}", f"  {'':<10}{code[::2]}", f"  {'':<10}{code[1::2]}"]
    return joined(
        "1ABNORMAL END OF PROGRAM" + " " * 40 + "PAGE    1",
        "\n".join(f"0{key:<20}{value}" for key, value in facts),
        "1FIELDS OF PROGRAM" + " " * 46 + "PAGE    2",
        "\n".join(fields),
        "0END OF LISTING",
        between="\n",
    )
