"""People who came from RPG on the AS/400 and let the Java of today write the listings they know."""

import datetime

from .pier_case import Failure, blocks, leader
from .register import Register

SET = Register()
NUMBERS = ("WEORQT",)


def packed(value):
    digits = value.lstrip("-").replace(".", "")
    digits = digits if len(digits) % 2 else f"0{digits}"
    return digits + ("D" if value.startswith("-") else "F")


@SET.document
def pier_rpg_formatted(sheet):
    """A formatted dump: status area, then names with their attributes and values, packed ones in hexadecimal digits as well."""
    case = Failure(sheet, clocks=("iso", "digits"), jobs=("number",), years=(2019, 2025))
    pairs = [("Program Name", "program"), ("Panel", "panel"), ("User", "user"), ("Job Number", "job"), ("Company", "company"), ("Division", "division"),
             ("Environment", "environment"), ("M3 Version", "version"), ("Operation in Error", "operation"), ("File", "file"), ("Exception", "exception"),
             ("Message", "exception_message"), ("Date of Failure", "date"), ("Time of Failure", "time")]
    area = [f"{leader(label, 32)}: {case.tell(field)}".rstrip() for label, field in pairs if case.has(field)]
    area.insert(2, f"{leader('Library', 32)}: MVXBVCUS")
    area.insert(case.chance.randint(2, len(area)), f"{leader('Previous Status', 32)}: 00000")
    area.append(f"{leader('Program Compiled', 32)}: {case.filled('{time}')}")
    rows = []
    for name, value in case.values(packed, lambda value: f"{value} '{packed(value)}'X", lambda value: f"'{packed(value)}'X", lambda value: f"'{value}'"):
        if name in NUMBERS:
            rows.append(f"{name:<12}PACKED(15,6)          {value:<24}'{packed(value)}'X")
        else:
            rows.append(f"{name:<12}{f'CHAR({max(len(value), 3)})':<22}'{value}'")
    frames = "\n".join(f"  {number:<4}{name}.{method}({file}:{line})" for number, (name, method, file, line) in enumerate(case.frames(), 1))
    return blocks("M3 FORMATTED DUMP", "Program Status Area:\n" + "\n".join(area), f"{'NAME':<12}{'ATTRIBUTES':<22}VALUE\n" + "\n".join(rows),
                  f"Java Invocation Stack:\n{frames}", "* * * * *   E N D   O F   D U M P   * * * * *")


@SET.document
def pier_rpg_message(sheet):
    """The message of the failure with its second level, as the display of additional message information has it."""
    case = Failure(sheet, clocks=("slashes", "iso", "dots"), jobs=("number",))
    truth = case.truth
    at = [("Date sent", case.tell("date")), ("Time sent", case.tell("time"))]
    pair = lambda label, value: f"{leader(label, 26)}:   {value}".rstrip()
    top = f"{pair('Message ID', 'M3E9001')}       Severity . . . . . . . :   40"
    case.open.update({"exception_message"})
    lines = [top, pair("Message type", "Escape"), *(pair(*one) for one in at if one[1]), "",
             f"Message . . . . :   {case.tell('exception')} in program {case.tell('program')}. See the dump below.",
             "Cause . . . . . :   The program ended abnormally. The user is to be told by the",
             "  owner of the application. Earlier messages may tell more.",
             f"Recovery  . . . :   Contact {case.filled('{other}')}. Do not start the job again.", ""]
    rows = [("From program", "program"), ("Panel", "panel"), ("User", "user"), ("Job number", "job"), ("Company", "company"), ("Division", "division"), ("Environment", "environment"),
            ("M3 release", "version"), ("Failing operation", "where")]
    lines += [pair(label, case.tell(field)) for label, field in rows if case.has(field) or case.likely(0.3)]
    lines += [pair("To program", "MVXJVM"), pair("Message queue", "QSYSOPR")]
    values = "\n".join(f"   {name:<10}  {value}" for name, value in case.values())
    stack = "\n".join(f"   {number:03d}   {name:<10}  {'*PGM'}" for number, name in enumerate(case.programs(), 1))
    frames = "\n".join(f"   {name} {method} {line}" for name, method, _, line in case.frames(files=False))
    truth.right["exception"].append(truth.exception)
    return blocks("                 Additional Message Information", "\n".join(lines), f"Call stack (first call first)\n   Level Program     Type\n{stack}",
                  f"Java frames\n{frames}", f"Variables\n{values}")


@SET.document
def pier_rpg_spool(sheet):
    """A spooled listing: every page starts with headings that name the printing, not the failure."""
    case = Failure(sheet, clocks=("iso", "dots", "month"), mi=0.1)
    page = iter(range(1, 9))
    printed, width = f"{case.truth.at + datetime.timedelta(days=case.chance.randint(1, 9)):%Y-%m-%d}", 96
    printer = case.filled("{other}")
    heading = lambda: f"{'MVXBE  V15':<24}{'M3 PROGRAM DUMP':^48}{'Page':>18} {next(page):>4}\nPrinted {printed} by {printer:<10}{'':>40}Output queue PRT01\n{'-' * width}"
    rows = case.rows("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", near=2, shuffled=False)
    first = "\n".join(f"   {label:<28}{value}".rstrip() for label, value in rows)
    second = f"   {case.label('fields').upper()}\n" + "\n".join(f"   {name:<10} {len(value):>4} A  {value}" for name, value in case.values())
    third = f"   {case.label('trace').upper()}\n" + "\n".join("   " + line for line in case.trace("   ", cause=0).split("\n"))
    pages = [first, second, third]
    return "\f".join(f"{heading()}\n\n{body}\n" for body in pages) + f"{'*** END OF LISTING ***':^{width}}\n"


@SET.document
def pier_rpg_hex(sheet):
    """The record of the file in hexadecimal with its characters (it has a company of its own), then names with values."""
    case = Failure(sheet, clocks=("iso", "milli"), jobs=("number", "uuid"))
    truth = case.truth
    company = case.any_of("200", "300")
    record = f"{company}{case.any_of('Z01', 'X99')}{case.filled('{other}'):<10}{'A-100 SPARE PART':<30}".encode("cp037") + bytes.fromhex("0000012500000c") + "20190404".encode("cp037")
    record += b"\x40" * (-len(record) % 16)
    lines = []
    for place in range(0, len(record), 16):
        part = record[place : place + 16]
        shown = "".join(one if one.isprintable() and one < "\x7f" else "." for one in part.decode("cp037"))
        lines.append(f"{place:06X}  {' '.join(part[at : at + 4].hex().upper() for at in range(0, 16, 4))}  *{shown}*")
    rows = case.rows("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", "exception", "exception_message", near=2)
    mark = case.any_of(" . . : ", " ....: ", " : ")
    wide = max(len(label) for label, _ in rows)
    facts = "\n".join(f"{label:<{wide}}{mark}{value}".rstrip() for label, value in rows)
    values = "\n".join(f"{name:<8} '{value}' X'{value.encode('cp037').hex().upper()}'" for name, value in case.values(lambda value: f"'{value}' X'{value.encode('cp037').hex().upper()}'"))
    parts = [f"RECORD OF THE FILE LAST READ, {len(record)} BYTES\n" + "\n".join(lines), f"PROGRAM FIELDS\n{values}",
             "JAVA STACK\n" + "\n".join(f"AT {name}.{method}({file}:{line})" for name, method, file, line in case.frames())]
    case.chance.shuffle(parts)
    return blocks(f"DUMP OF PROGRAM {truth.program}", facts, *parts)


@SET.document
def pier_rpg_display(sheet):
    """A display of two columns of pairs with leading dots, below it the stack with the newest call at the top."""
    case = Failure(sheet, clocks=("year first", "iso", "american"), jobs=("number",), mi=0.1)
    rows = [pair for pair in case.rows("program", "user", "job", "company", "division", "environment", "version", "at", "panel", near=3, empty=0) if pair[1]]
    half = (len(rows) + 1) // 2
    left, right = rows[:half], [*rows[half:], ("", "")][:half]
    text = lambda label, value: f"{leader(label, 30)}: {value}" if label else ""
    screen = "\n".join(f" {text(*one):<62}{text(*other)}".rstrip() for one, other in zip(left, right))
    error = f" Error  . . . . . . . . . . . : {case.tell('exception')}"
    if message := case.tell("exception_message"):
        error += f"\n Text . . . . . . . . . . . . : {message}"
    if where := case.tell("where"):
        error += f"\n Operation  . . . . . . . . . : {where}"
    stack = "\n".join(f"   {level:>3}  {name:<12}{'*ACTIVE' if level == 1 else '*CALLING'}" for level, name in enumerate(reversed(case.programs()), 1))
    values = "\n".join(f"   {name:<10}{value}" for name, value in case.values())
    return blocks("                      Display Failed M3 Job                      M3PROD01", screen, error, f" Program stack (latest call first)\n{stack}",
                  f" Field     Value\n{values}", "                                                                  Bottom\n F3=Exit   F12=Cancel")
