"""A consultant who has known the product on IBM i for long: job logs, formatted dumps, spooled files, hex and packed decimals."""

from . import weir_parts as parts
from .register import Register
from .weir_case import Case, blocks

SET = Register()
FACTS = "program panel user job company division environment version at where"
DAYS = ("date time", "at")
JOBS = ("whole", "number")


def either(case):
    """The facts with date and time of day apart or together, the operation with its file apart or together."""
    facts = FACTS.replace("at where", f"{case.any_of(*DAYS)} {case.any_of('operation file', 'where')}")
    return facts.replace("panel", case.any_of("panel", "full"))


@SET.document
def weir_ibmi_job(sheet):
    """As the system displays a job: leaders, and the program stack with statements."""
    case = Case(sheet, "ibmi", clocks=("iso", "points", "ibm"), jobs=JOBS)
    head = parts.leaders(case.rows(either(case), near=2), 40, end=case.any_of(" :   ", ":  "), indent=" ")
    rows = [(str(at), name, str(case.chance.randint(10, 4000) * 100)) for at, name in enumerate(case.programs(), 1)]
    stack = parts.grid(rows, ("Rqs", "Program", "Statement"), "      ", "")
    return blocks(f"{' ' * 22}{case.label('title')}", head, f" {case.label('call_stack')} (oldest first)\n{parts.indent(stack, '  ')}",
                  f" {case.label('fields')}\n{parts.leaders(case.values(), 24, indent='   ')}", f" {case.label('trace')}\n{case.trace('     at ', suppressed=0)}")


@SET.document
def weir_ibmi_formatted(sheet):
    """A formatted dump: NAME, ATTRIBUTES, VALUE, with the status of the program above."""
    case = Case(sheet, "ibmi", clocks=("ibm", "iso"), jobs=JOBS)
    rows = case.rows(either(case), near=2)
    head = parts.columns(rows, case.any_of(" : ", "  "), right=case.likely(0.2)) if case.likely(0.6) else parts.close_dots(rows, 26, "  ")
    rows = [(name, parts.kind(name, value), value if parts.is_number(name) else f"'{value}'") for name, value in case.values()]
    dump = parts.grid(rows, ("NAME", "ATTRIBUTES", "VALUE"), "      ", "")
    return blocks(case.label("title"), head, f"{case.label('call_stack')}:\n{parts.indented(case.programs(), '  ')}", dump, f"{case.label('trace')}:\n{case.trace()}",
        "* * * E N D   O F   D U M P * * *")


@SET.document
def weir_ibmi_hex(sheet):
    """Each field with its value and the hex of it, packed decimals among them; storage below."""
    case = Case(sheet, "ibmi", clocks=("iso", "dots"), jobs=JOBS)
    mark = case.any_of(("X'", "'"), ("", ""), ("'", "'X"))
    rows = [(name, parts.kind(name, value), f'"{value}"', f"{mark[0]}{parts.raw(name, value)}{mark[1]}") for name, value in case.values()]
    fields = parts.grid(rows, ("Field", "Type", "Value", "Hex"), "  ", "-")
    return blocks(f"*** {case.label('title')} ***", parts.leaders(case.rows(either(case), near=2)), f"--- {case.label('call_stack')} ---\n{' / '.join(case.programs())}",
                  f"--- {case.label('fields')} ---\n{fields}", f"--- {case.label('trace')} ---\n{case.trace()}",
                  f"--- Storage ---\n{parts.storage(case.chance, case.truth.fields)}")


@SET.document
def weir_ibmi_hex_only(sheet):
    """The fields in hex alone, their text beside the hex where it is text."""
    case = Case(sheet, "ibmi", clocks=("iso",), jobs=JOBS)
    lines = []
    for name, value in case.values(other=lambda name, value: [parts.raw(name, value), f"X'{parts.raw(name, value)}'"]):
        text = f"  = {value}" if parts.is_number(name) else f"  *{value}*"
        lines.append(f"{name:<8} X'{parts.raw(name, value)}'{text}")
    return blocks(f"{case.label('title')}\n{'-' * 40}", parts.colon(case.rows(either(case), near=2)),
        f"{case.label('call_stack')}\n{parts.called_by(case.programs(), 'called from')}",
                  f"{case.label('fields')} (hex)\n" + "\n".join(lines), f"{case.label('trace')}\n{case.trace('    at ')}")


@SET.document
def weir_ibmi_spool(sheet):
    """A spooled file of pages, each with a head of its own that tells who printed it."""
    case = Case(sheet, "ibmi", clocks=("iso", "points"), jobs=JOBS)
    printed, other, page = case.filled("{after}"), case.filled("{other}"), iter(range(1, 9))
    top = lambda: f"5770SS1 V7R3M0 160422{' ' * 12}Print of M3 dump{' ' * 12}{printed}{' ' * 6}Page {next(page):>4}\nPrinted by . . . : {other}\n"
    texts = [parts.leaders(case.rows(either(case), near=1), 34, end=" : "), f"{case.label('call_stack')}\n" + parts.numbered(case.programs(), "{:>4}   {}"),
             f"{case.label('fields')}\n" + parts.grid([(name, f"'{value}'") for name, value in case.values()], ("Name", "Value"), "        "),
             f"{case.label('trace')}\n{case.trace('   at ', suppressed=0)}"]
    return "\n\n".join(f"{top()}\n{text}" for text in texts) + f"\n{' ' * 20}* * * * *   E N D   O F   L I S T I N G   * * * * *\n"


@SET.document
def weir_ibmi_message(sheet):
    """The message as the system shows it in full, below it the facts, the operation as code and file."""
    case = Case(sheet, "ibmi", clocks=("iso", "dots"), jobs=JOBS)
    facts = case.rows(FACTS.replace("at where", "date time operation file"), near=1)
    number = case.chance.randrange(1000, 9999)
    message = f"Message ID . . . . . . :   M3R{number}       Severity . . . . . . . :   50\nMessage type . . . . . :   Escape"
    cause = f"Cause . . . . . :   Program {case.tell('program')} ended because {case.tell('exception')} was not handled."
    cause += "\nRecovery  . . . :   See the dump below. Tell the person responsible for M3."
    values = "\n".join(f"{name:<10} {parts.kind(name, value):<14} {value}" for name, value in case.values())
    return blocks(message, cause, parts.leaders(facts, 32), f"{case.label('call_stack')}:  {' -> '.join(case.programs())}", f"{case.label('fields')}:\n{values}",
                  f"{case.label('trace')}:\n{case.trace('      at ')}")


@SET.document
def weir_ibmi_named_fields(sheet):
    """The short names of M3's own fields, each with its value and what it means."""
    case = Case(sheet, "ibmi", clocks=("digits", "iso"), jobs=("number",))
    short = {"program": ("PGNM", "Program name"), "panel": ("PICC", "Panel"), "user": ("USID", "User"), "job": ("BJNO", "Job number"), "company": ("CONO", "Company"),
             "division": ("DIVI", "Division"), "environment": ("ENVI", "Environment"), "version": ("RELE", "Release"), "date": ("DATE", "Date of failure"),
             "time": ("TIME", "Time of failure"),
             "operation": ("OPER", "Operation code"), "file": ("FILE", "File or format")}
    rows = [(short[field][0], value, short[field][1]) for field in short if (value := case.tell(field))]
    rows += [("LNCD", "GB", "Language"), ("CHID", case.filled("{other}"), "Program last changed by")][: case.any_of(0, 1, 2)]
    return blocks(f"{case.label('title')}\n{'=' * 56}", parts.grid(rows, ("Name", "Value", "Text"), "   ", "-"), f"Program stack\n{parts.indented(case.programs(), '  ', '> ')}",
                  f"Program variables\n{parts.quoted(case.values(), '  ', chr(39))}", f"Java stack\n{case.trace()}")


@SET.document
def weir_ibmi_records(sheet):
    """Records of files with their fields in quotation marks, some of them packed, between stars."""
    case = Case(sheet, "ibmi", clocks=("iso", "year first"), jobs=JOBS)
    fields = case.values()
    half = max(1, len(fields) // 2)
    shown = lambda some: "\n".join(f"  {name:<7}= {value + '   packed ' + parts.packed(value) if parts.is_number(name) else chr(34) + value + chr(34)}" for name, value in some)
    records = f"Record of display file {case.truth.program[:6]}D\n{shown(fields[:half])}\n\nWork record WSAREA\n{shown(fields[half:])}"
    named = [f"** {case.label('call_stack')} **\n{parts.called_by(case.programs(), case.any_of('called by', 'invoked from'), ' ')}", f"** {case.label('fields')} **\n{records}"]
    return blocks(f"**** {case.label('title')} ****", parts.columns(case.rows(either(case), near=2), case.any_of(" : ", ": ", " = ")), *case.chance.sample(named, 2),
                  f"** {case.label('trace')} **\n{case.trace()}")


@SET.document
def weir_ibmi_capitals(sheet):
    """All in capitals, dots between name and value, the program's fix level on a line of its own."""
    case = Case(sheet, "ibmi", clocks=("digits", "short"), jobs=JOBS)
    rows = case.rows(either(case), near=2)
    if "version" in case.truth.stated and ":" not in case.truth.version:
        level = case.any_of("SP3", "12", "*NONE")
        case.truth.right["version"] += [f"{case.truth.version}{between}{level}" for between in (" ", ":", "/", ".", "-", ", ", " FIX LEVEL ")]
        place = next(at for at, (_, value) in enumerate(rows) if value == case.truth.version)
        rows.insert(place + 1, ("Fix level", level))
    head = parts.close_dots([(label.upper(), value) for label, value in rows], 30, case.any_of("", ": ", " "))
    stack = parts.bars(parts.levels(case.programs()), False, ("LEVEL", "PROGRAM", "CALLED BY"))
    return blocks(f"{'*' * 60}\n{case.label('title').upper()}\n{'*' * 60}", head, f"{case.label('call_stack').upper()}\n{stack}",
                  f"{case.label('fields').upper()}\n{parts.quoted(case.values(), '....', chr(39))}", f"{case.label('trace').upper()}\n{case.trace('  at ')}")


@SET.document
def weir_ibmi_note(sheet):
    """A note to colleagues: a sentence, the facts with bullets, what is pasted from the dump below."""
    case = Case(sheet, "ibmi", clocks=("iso", "words"), jobs=JOBS, lack=0.04)
    bullet, mark = case.any_of("- ", "* ", "o "), case.any_of(": ", " = ")
    start = f"Program {case.tell('program')} ended abnormally" + (f" during {case.tell('where')}" if case.has("where") else "") + "."
    again = "{other} saw the same thing in {program} before ({before}), so please compare. The user can work again."
    after = case.filled(again) if case.likely() else ""
    facts = "\n".join(f"{bullet}{label}{mark}{value}" for label, value in case.rows("panel user job company division environment version at", near=2, blank=0))
    return blocks(f"{start} {after}".strip(), facts, f"{case.label('call_stack')}: {' > '.join(case.programs())}", f"{case.label('fields')}:\n{parts.quoted(case.values())}",
                  f"{case.label('trace')}:\n{case.trace('  at ')}")
