"""Notations as an ERP's developer on IBM i, Windows or Java might have printed them, made by somebody who hasn't read the reader.

All sets before this one go far for the sake of variety: templates, debuggers, feeds. These stay near to what a dumplog may well look like:
job logs and spools, formatted dumps of RPG, reports on wide paper, objects that print themselves, files of settings, XML and JSON
with groups, mails, sentences before the keys, facts below the trace, and plenty of keys that only look like what is wanted.
As in `lines` and `documents`, each notation of pairs gets them and gives text, and each of a whole dump gets the sheet.
"""

import json
import re
import textwrap
from xml.sax.saxutils import escape, quoteattr

from . import parts, words
from . import truth as truths
from .apart import either
from .documents import element, fields_of, indented, programs_of, stack_of
from .lines import boxed
from .register import Register

SET = Register()
notation, document, named, each = SET.notation, SET.document, SET.names, SET.each
LINES, DOCUMENTS, NAMED, ALONE = SET.lines, SET.documents, SET.named, set()


def leader(key, width):
    """The key and dots that stand below each other, as on IBM i."""
    return f"{key} " + (" ." * width)[len(key) + 1:width]


def held(value, signs, quote="'"):
    """In quotes where it has one of the signs that end a value."""
    return f"{quote}{value}{quote}" if set(value) & set(signs) else value


def filled(text, width):
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def rows_of(cells, count, between):
    return "\n".join(between.join(cells[at:at + count]) for at in range(0, len(cells), count))


# Keys and values as text. The simplest first.
each("value_in_brackets", "{}: [{}]".format)
each("value_with_key_behind", "{1} ({0})".format)
each("brackets_above", "[{}]\n{}\n".format)


@notation
def spool_listing(chance, pairs):
    """A spooled file: leaders of dots, and the head of a page again and again."""
    width = max(len(key) for key, _ in pairs) // 2 * 2 + 6
    rows, size = [f"  {leader(key, width)} :   {value}" for key, value in pairs], chance.randint(4, 7)
    pages = ["\n".join(rows[at:at + size]) for at in range(0, len(rows), size)]
    return "\n\n".join(f"  5770SS1 V7R4M0  190621 {'Display Dump':^60} M3SRV01   Page {at:>5}\n\n{page}" for at, page in enumerate(pages, 1))


@notation
def job_attributes(chance, pairs):
    """Two on a line, each after its leader."""
    width, value_width = max(len(key) for key, _ in pairs) // 2 * 2 + 4, max(24, min(30, max(len(value) for _, value in pairs)))
    cells = [f"{leader(key, width)} :   {value:<{value_width}}" for key, value in pairs]
    return "\n".join(line.rstrip() for line in rows_of(cells, 2, "  ").split("\n"))


@notation
def values_at_the_right(chance, pairs):
    edge = chance.choice([60, 78])
    return "\n".join(f"{key}: {value:>{max(0, edge - len(key))}}" for key, value in pairs)


@notation
def report_132(chance, pairs):
    """Three on a line of wide paper; what doesn't fit its column has a line of its own."""
    lines, row = [], []
    for key, value in pairs:
        cell = f"{key + ':':<18} {value}"
        if len(cell) > 42:
            lines += ["  ".join(row), cell]
            row = []
        else:
            row.append(f"{cell:<42}")
        if len(row) == 3:
            lines.append("  ".join(row))
            row = []
    return "\n".join(line.rstrip() for line in lines + ["  ".join(row)] if line)


@notation
def keys_in_groups(chance, pairs):
    """Program: CRS008   Panel: E   User: JDOE"""
    return rows_of([f"{key}: {value}" for key, value in pairs], chance.choice([2, 3, 4]), "   ")


@notation
@named
def assigned_in_groups(chance, pairs):
    return rows_of([f"{key}={held(value, ' =')}" for key, value in pairs], chance.choice([3, 4]), "  ")


@notation
@named
def commas_on_a_line(chance, pairs):
    return "Job data: " + ", ".join(f"{key}={held(value, ',=')}" for key, value in pairs)


@notation
def semicolons_on_lines(chance, pairs):
    return rows_of([f"{key}: {held(value, ';')};" for key, value in pairs], 3, " ")


@notation
def bars_on_a_line(chance, pairs):
    return "| " + " | ".join(f"{key}: {value}" for key, value in pairs) + " |"


@notation
def mixed_separators(chance, pairs):
    """Lines that several people added over the years."""
    forms = ["{}: {}", "{} = {}", "{}={}", "{} : {}", "{}:\t{}"]
    return "\n".join(chance.choice(forms).format(key, value) for key, value in pairs)


@notation
def tsv_or_blanks(chance, pairs):
    width = max(len(key) for key, _ in pairs) + 4
    return "\n".join(f"{key}\t{value}" if chance.random() < 0.5 else f"{key:<{width}}{value}" for key, value in pairs)


@notation
def values_before(chance, pairs):
    width = max(len(value) for _, value in pairs) + 2
    return "\n".join(f"{value:<{width}}{key}" for value, key in [("Value", "Description"), ("-----", "-----------")] + [pair[::-1] for pair in pairs])


@notation
def long_below(chance, pairs):
    """Values that are long stand below their keys."""
    return "\n".join(f"{key}:\n    {value}" if len(value) > 14 else f"{key}: {value}" for key, value in pairs)


@notation
def titled_groups(chance, pairs):
    half, width = len(pairs) // 2, max(len(key) for key, _ in pairs)
    written = lambda part: "\n".join(f"   {key:<{width}}  {value}" for key, value in part)
    return f"APPLICATION\n{written(pairs[:half])}\n\nSESSION AND SYSTEM\n{written(pairs[half:])}"


@notation
def banner(chance, pairs):
    """In a box of stars, two on a line."""
    rows = rows_of([f"{key + ' : ' + value:<50}" for key, value in pairs], 2, " ").split("\n")
    width = max(map(len, rows))
    return "\n".join(["*" * (width + 6), *(f"*  {row:<{width}}  *" for row in rows), "*" * (width + 6)])


@notation
def wrapped_columns(chance, pairs):
    """Two columns, in which long values go on below where they began."""
    width, cells = max(len(key) for key, _ in pairs) + 1, []
    for key, value in pairs:
        folded = textwrap.wrap(value, 28, break_long_words=False, break_on_hyphens=False)
        cells.append([f"{text:<{width}} {line}" for text, line in zip([f"{key}:"] + [""] * len(folded), folded)])
    across, lines = max(len(line) for cell in cells for line in cell) + 3, []
    for at in range(0, len(cells), 2):
        row = cells[at:at + 2]
        for down in range(max(map(len, row))):
            lines.append("".join(f"{cell[down] if down < len(cell) else '':<{across}}" for cell in row).rstrip())
    return "\n".join(lines)


@notation
def titled_table(chance, pairs):
    rows = boxed([("Attribute", "Value")] + pairs, "-", "|", "+++", "+++", "+++", header=True).split("\n")
    return "\n".join([f"+{'-' * (len(rows[0]) - 2)}+", f"|{'JOB AND PROGRAM':^{len(rows[0]) - 2}}|", *rows])


@notation
@named
def to_string_quoted(chance, pairs):
    return "DumpInfo{" + ", ".join(f"{key}='{value}'" for key, value in pairs) + "}"


@notation
@named
def to_string_lines(chance, pairs):
    return "mvx.runtime.DumpInfo@5e91993f[\n" + "\n".join(f"  {key}={value}" for key, value in pairs) + "\n]"


# Whole dumps, each with the keys of its own.
FACTS = ["program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where"]


def anew(sheet):
    """Forgets what the sheet's own keys state."""
    truth = sheet.truth
    truth.stated.clear()
    truth.right.clear()
    truth.date_is_ambiguous, truth.zone, truth.zone_may_be_left_out, truth.digits, sheet.decoys_user = False, None, False, 0, False


def facts(sheet, without=(), kept=0.88):
    """What this dump tells: a value for each field, a few of them left out."""
    anew(sheet)
    truth, chance, told = sheet.truth, sheet.chance, {}
    for field in FACTS:
        if field in without or chance.random() > kept:
            continue
        value = {"at": lambda: truths.written_time(chance, truth), "where": lambda: f"{truth.operation} {truth.object}"}.get(
            field, lambda: getattr(truth, field))()
        if value:
            told[field] = value
            truth.say(field, True if field == "at" else value)
    return told


def shuffled(chance, rows, likely=0.4):
    """In the order of the program, or in any."""
    rows = list(rows)
    if chance.random() < likely:
        chance.shuffle(rows)
    return rows


def labelled(sheet, told):
    return [(sheet.label(field), value) for field, value in told.items()]


def other_program(sheet):
    return sheet.chance.choice([name for name in words.PROGRAMS if name not in sheet.truth.call_stack])


def stack_of_programs(sheet):
    """A heading and the stack of programs; where the innermost comes first, the text tells it."""
    stack, title = sheet.truth.call_stack, sheet.chance.choice(sheet.keys["call_stack"])
    sheet.truth.say("call_stack", stack)
    inner = stack[::-1]
    return sheet.chance.choice([
        lambda: (title, " -> ".join(stack)), lambda: (title, " <- ".join(inner)), lambda: (f"{title} (innermost first)", "\n".join(inner)),
        lambda: (title, "\n".join("  " * at + name for at, name in enumerate(stack))),
        lambda: (title, "\n".join(f"{at}  {name:<10} MVXPGM" for at, name in enumerate(stack, 1))),
        lambda: (title, "\n".join([inner[0], *(f"  called from {name}" for name in inner[1:])])),
    ])()


def sections_of(sheet, noise=(0, 0, 1, 2), programs=True):
    """The sections besides the keys: a heading and a text each, in any order."""
    chance, truth = sheet.chance, sheet.truth
    found = [(chance.choice(sheet.keys["java_stack"]), parts.java(chance, truth, sheet.added))]
    if programs and chance.random() < 0.6:
        found.append(stack_of_programs(sheet))
    if chance.random() < 0.7:
        found.append((chance.choice(sheet.keys["fields"]), parts.fields(chance, truth, sheet.added)))
    told = {}
    for _ in range(chance.choice(noise)):
        told.update([parts.noise(chance, truth)])
    return shuffled(chance, [*found, *told.items()], 0.7)


def text_of(sheet, *sections, title=True):
    """Sections below headings of one look; those without a heading are text."""
    head = parts.headings(sheet.added)[sheet.looks[0]]
    content = [f"{head(name)}\n{text}" if name else text for name, text in sections]
    return "\n\n".join([sheet.title] * title + content) + "\n"


def columns(rows, separator=None):
    """Rows of a key and a value, aligned or not."""
    width = max(len(key) for key, _ in rows)
    return "\n".join(f"{key}{separator}{value}" if separator else f"{key:<{width}} : {value}" for key, value in rows)


def separator(sheet):
    return sheet.chance.choice([None, ": ", "=", " = "])


# Listings of hosts.
def spooled(kind, page=1):
    return f"5770SS1 V7R4M0 190621{kind:^70}M3SRV01      Page {page:>4}"


def number_of_job(sheet, name):
    """A job by its number; whoever knows hosts calls it by its name, user and number."""
    truth = sheet.truth
    truth.job = f"{sheet.chance.randrange(10**5, 10**6)}"
    truth.say("job", truth.job, name, f"{truth.job}/{truth.user}/{name}", f"{name}/{truth.user}/{truth.job}")
    truth.say("user", truth.user)


def rpg_value(value):
    """Attributes and value as a formatted dump has them, and what may be answered."""
    if re.fullmatch(r"-?\d+\.\d\d", value):
        return "PACKED(9,2)", f"{float(value):011.2f}", [f"{float(value):011.2f}", value]
    if value.isdigit():
        kind, digits = ("ZONED(8,0)", 8) if len(value) == 8 else ("PACKED(7,0)", 7)
        shown = value.zfill(digits)
        return kind, f"{shown}.", [f"{shown}.", shown, value]
    text = value.ljust(10)
    return f"CHAR({len(text)})", f"'{text}'", [value, text] + [None] * (not value)


def rpg_fields(sheet, hexadecimal):
    """The variables of a formatted dump: some in a structure, and an array and indicators around them."""
    rows, right = [f"{'NAME':<22}{'ATTRIBUTES':<16}{'VALUE':<26}{'VALUE IN HEX' * hexadecimal}".rstrip()], {}
    inside = sheet.chance.randint(0, len(sheet.truth.fields))
    for at, (name, value) in enumerate(sorted(sheet.truth.fields)):
        kind, shown, right[name] = rpg_value(value)
        if at == inside:
            rows.append(f"{'DSP001':<22}DS")
        row = f"{'  ' * (at >= inside) + name:<22}{kind:<16}{shown:<26}"
        code = shown[1:-1].encode("cp037", "replace").hex().upper()
        rows.append(f"{row}'{code}'X" if hexadecimal and len(shown) == 12 and "'" in shown else row.rstrip())
    rows[1:1] = [f"{'@ER':<22}CHAR(1) DIM(3)", f"{'':<22}(1-2)           ' '", f"{'':<22}(3)             'X'", f"{'*IN03':<22}{'CHAR(1)':<16}'0'"]
    sheet.truth.say_fields(right)
    return "\n".join(rows)


@document
def rpg_formatted_dump(sheet):
    """The formatted dump of an RPG program, its status area first."""
    anew(sheet)
    chance, truth, name = sheet.chance, sheet.truth, f"QPADEV{sheet.chance.randrange(10**4):04d}"
    number_of_job(sheet, name)
    truth.say("program", truth.program)
    truth.say("where", f"{truth.operation} {truth.object}")
    area = [("Program Name", truth.program), ("Library", "MVXPGM"), ("Program Status", "00202"), ("Previous Status", "00000"),
            ("Statement in Error", f"{truth.frames[0][3] or 0:08d}"), ("RPG Routine", "*DETC"), ("Number of Parameters", "002"),
            ("Message Type", "MCH"), *shuffled(chance, [("Last File Operation", truth.operation), ("Last File Used", truth.object)]),
            ("Last File Status", "01218"), ("Job Name", name), ("User Name", truth.user), ("Job Number", truth.job),
            ("Date Compiled", "061219"), ("Compiler Level", "0001")]
    area = "\n".join(f"  {leader(key, 36)} :   {value}" for key, value in area)
    return (f"{spooled('ILE RPG FORMATTED DUMP')}\n\nProgram Status Area:\n{area}\n\n{rpg_fields(sheet, chance.random() < 0.5)}\n\n"
            f"* * * * *   E N D   O F   R P G   D U M P   * * * * *\n\nJAVA EXCEPTION\n{stack_of(sheet)}\n")


@document
def rpg_dump_with_keys(sheet):
    """Keys of the application above the variables of a formatted dump."""
    told = labelled(sheet, facts(sheet))
    listed = "\n".join(f"{leader(key, 40)} : {value}" for key, value in told)
    fields = rpg_fields(sheet, sheet.chance.random() < 0.5)
    trace = (sheet.chance.choice(sheet.keys["java_stack"]), stack_of(sheet))
    rest = shuffled(sheet.chance, [(sheet.chance.choice(sheet.keys["fields"]), fields), trace])
    return text_of(sheet, (None, listed), *rest)


@document
def job_log(sheet):
    """The log of a job, whose last message tells of the failure; the time of a message is that of a record."""
    anew(sheet)
    truth, name, other = sheet.truth, f"QPADEV{sheet.chance.randrange(10**4):04d}", sheet.chance.choice(words.OTHERS)
    number_of_job(sheet, name)
    truth.record_at = True
    for field in ("program", "panel", "company", "division"):
        if getattr(truth, field):
            truth.say(field, getattr(truth, field))
    head = f"{truth.at:%d/%m/%y  %H:%M:%S}  QWTPIIPP   QSYS"
    message = lambda code, kind, *lines: f"{code:<10} {kind:<20} {head}\n" + "\n".join(f"{'':<25}{line}" for line in lines)
    panel = f" panel {truth.panel}" if truth.panel else ""
    return "\n".join([
        spooled("Job Log"), f"  Job name . . . . . . :   {name}      User  . . . . . :   {truth.user:<10}   Number  . . . . . :   {truth.job}",
        "  Job description  . . :   QDFTJOBD        Library . . . . :   QGPL", f"{'MSGID':<10} {'TYPE':<20} {'DATE':<9} {'TIME':<9} FROM PGM   LIBRARY",
        message("CPF1124", "Information", f"Message . . . . :   Job {truth.job}/{truth.user}/{name} started in subsystem QINTER."),
        message("CPI1131", "Information", f"Message . . . . :   Job 004711/{other}/QDFTJOBD ended by {other}."),
        message("M3E0202", "Escape", f"Message . . . . :   Program {truth.program}{panel} ended abnormally in company {truth.company},",
                f"  division {truth.division}.", "Cause . . . . . :   An exception was thrown that the program doesn't handle.",
                "Recovery  . . . :   See the stack below."),
        indented(stack_of(sheet), 2), ""])


@document
def spooled_dump(sheet):
    """Pages: their heads come wherever a page is full, in the midst of a trace as well."""
    keys = columns(labelled(sheet, facts(sheet)))
    lines = text_of(sheet, (None, keys), *sections_of(sheet), title=False).rstrip("\n").split("\n")
    size = sheet.chance.randint(14, 30)
    head = lambda at: f"M3SRV01 {sheet.title.upper():^90} PAGE {at:>4}\n"
    pages = ["\n".join(lines[at:at + size]) for at in range(0, len(lines), size)]
    return sheet.chance.choice(["\n\n", "\n\f"]).join(f"{head(at)}\n{page}" for at, page in enumerate(pages, 1)) + "\n"


@document
def windows_event(sheet):
    """An event as Windows lists it, with the dump as its description."""
    told, truth = facts(sheet, without=["at"]), sheet.truth
    half = f"{(truth.at.hour - 1) % 12 + 1}:{truth.at:%M:%S} {'AM' if truth.at.hour < 12 else 'PM'}"
    truths.take(truth, 0, "slash")
    truth.say("at", True)
    event = {"Log Name": "Application", "Source": "M3BE", "Date": f"{truth.at.month}/{truth.at.day}/{truth.at.year} {half}", "Event ID": "4711",
             "Task Category": "None", "Level": "Error", "Keywords": "Classic", "User": "N/A", "Computer": "M3SRV01.example.com"}
    event = "\n".join(f"{key + ':':<15}{value}" for key, value in event.items())
    rows = [(key if key != "User" else "M3 user", value) for key, value in labelled(sheet, told)]
    return f"{event}\nDescription:\n{sheet.title}\n\n{columns(rows, ': ')}\n\n{stack_of(sheet)}\n"


# Text in an order of its own, and sentences.
@document
def facts_last(sheet):
    """The trace comes first, and what failed where at the end."""
    told, rest = labelled(sheet, facts(sheet)), sections_of(sheet, noise=(0, 1))
    return text_of(sheet, *rest, (sheet.looks[4], columns(told, separator(sheet))), title=sheet.chance.random() < 0.6)


def sentence(told):
    """Program CRS008 ended abnormally ..."""
    panel = f" (panel {told['panel']})" if "panel" in told else ""
    company = f" in company {told['company']}" if "company" in told else ""
    division = f"{',' if company else ' in'} division {told['division']}" if "division" in told else ""
    said = [f"Program {told['program']}{panel} ended abnormally", f"at {told['at']}" if "at" in told else "",
            f"for user {told['user']}{company}{division}" if "user" in told else f"{company}{division}".strip()]
    return " ".join(filter(None, said)) + "."


@document
def sentence_first(sheet):
    """A sentence has the half of it, keys the rest."""
    told = facts(sheet)
    told["program"] = sheet.truth.program
    if "program" not in sheet.truth.stated:
        sheet.truth.say("program", sheet.truth.program)
    rest = {field: told[field] for field in ("job", "environment", "version", "where") if field in told}
    keys = [(None, columns(labelled(sheet, rest), separator(sheet)))] if rest else []
    return text_of(sheet, (None, sentence(told)), *keys, *sections_of(sheet), title=sheet.chance.random() < 0.5)


@document
def sentences_alone(sheet):
    """A message that tells everything in words."""
    told, truth = facts(sheet), sheet.truth
    forms = {"program": "The program that failed is {}.", "panel": "Panel {} was displayed.", "user": "It was run by user {}.", "job": "The job is {}.",
             "company": "The company is {}.", "division": "The division is {}.", "environment": "The environment is {}.",
             "version": "M3 has version {}.", "at": "It happened on {}.", "where": "The last operation was {}."}
    said = " ".join(forms[field].format(value) for field, value in told.items())
    parts.say_thrown(truth)
    return (f"Hello,\n\nthe M3 runtime caught an exception that nobody handles.\n{filled(said, 90)}\n\nThe stack trace is:\n\n"
            f"{parts.trace(sheet.chance, truth, 'spaces')}\n\nThe user was told to sign on again.\n")


@document
def numbered_sections(sheet):
    told, chance, truth = labelled(sheet, facts(sheet)), sheet.chance, sheet.truth
    found = [(sheet.looks[4], [f"{key}: {value}" for key, value in told]),
             (chance.choice(sheet.keys["fields"]), [f"{name} = {value}".rstrip() for name, value in fields_of(sheet)]),
             (chance.choice(sheet.keys["call_stack"]), truth.call_stack)]
    truth.say("call_stack", truth.call_stack)
    found, text = shuffled(chance, found), [sheet.title, ""]
    for at, (name, lines) in enumerate(found, 1):
        text += [f"{at} {name.upper()}", *(f"{at}.{down} {line}" for down, line in enumerate(lines, 1)), ""]
    return "\n".join([*text, f"{len(found) + 1} {chance.choice(sheet.keys['java_stack']).upper()}", stack_of(sheet), ""])


@document
def stack_table(sheet):
    """The stack of programs as a table with more columns."""
    told, truth, chance = labelled(sheet, facts(sheet)), sheet.truth, sheet.chance
    panel = lambda name: (truth.panel if name == truth.program else "B") or "-"
    rows = [f"{at:<5}  {name:<10}  {panel(name):<5}  {chance.randint(20, 6000):>5}" for at, name in enumerate(truth.call_stack, 1)]
    truth.say("call_stack", truth.call_stack)
    table = "\n".join([f"{'Level':<5}  {'Program':<10}  {'Panel':<5}  {'Line':>5}", "-----  ----------  -----  -----", *rows])
    rest = sections_of(sheet, programs=False)
    rest.insert(chance.randint(0, len(rest)), (chance.choice(sheet.keys["call_stack"]), table))
    return text_of(sheet, (None, columns(told, separator(sheet))), *rest)


# Names that programs give their keys.
CAMEL = {"program": ["programName", "program", "programId"], "panel": ["panelId", "panel", "currentPanel"], "user": ["userId", "user", "userName"],
         "job": ["jobNumber", "jobId"], "company": ["companyNumber", "company", "cono"], "division": ["division", "divisionCode", "divi"],
         "environment": ["environmentName", "environment", "env"], "version": ["m3Version", "release", "version"],
         "at": ["dumpTime", "timestamp", "createdAt"], "where": ["lastOperation", "operation", "failedOperation"]}
DOTTED = {"program": ["m3.program", "m3.program.name"], "panel": ["m3.panel", "m3.program.panel"], "user": ["m3.user", "m3.session.user", "m3.user.id"],
          "job": ["m3.job", "m3.job.number"], "company": ["m3.company", "m3.session.company", "m3.cono"],
          "division": ["m3.division", "m3.session.division"],
          "environment": ["m3.environment", "m3.env"], "version": ["m3.version", "m3.release"], "at": ["m3.dump.time", "m3.dump.timestamp"],
          "where": ["m3.operation", "m3.io.operation"]}
CODES = {"program": ["PGM", "PGNM"], "panel": ["PNL", "PANEL"], "user": ["USRPRF", "USID"], "job": ["JOBNR", "JOBNBR"], "company": ["CONO"],
         "division": ["DIVI"],
         "environment": ["ENV"], "version": ["REL", "VER"], "at": ["DATTIM", "TIMESTAMP"], "where": ["OPER", "OPERATION"]}
AROUND = {
    "camel": [("clientVersion", "10.3.1.0"), ("javaVersion", "1.8.0_251"), ("dbUser", "MDBUSR"), ("osUser", "svcm3"), ("previousProgram", "program"),
              ("lastChangedBy", "user"), ("jobType", "interactive"), ("recordCreated", "date"), ("companyName", "Demo Industries AB")],
    "dotted": [("user.name", "svcm3"), ("java.version", "1.8.0_251"), ("os.version", "10.0"), ("os.name", "Windows Server 2016"),
               ("m3.client.version", "10.3.1.0"),
               ("m3.program.previous", "program"), ("m3.db.user", "MDBUSR"), ("m3.job.type", "interactive"), ("user.dir", "D:\\Infor\\M3")],
    "codes": [("JOBTYP", "I"), ("LNCD", "GB"), ("CHID", "user"), ("PRVPGM", "program"), ("JOBQ", "QBATCH"), ("CURLIB", "MVXCDTA"), ("OSVER", "V7R4M0")],
}


def coded(sheet, names, around, told=None):
    """What is told, by names of programs, with others among them."""
    chance, told = sheet.chance, told or facts(sheet)
    rows = shuffled(chance, [(chance.choice(names[field]), value) for field, value in told.items()])
    for key, value in chance.sample(AROUND[around], chance.randint(0, 5)):
        rows.insert(chance.randint(0, len(rows)), (key, parts.decoy_value(chance, value, sheet.truth)))
    return rows


@document
def camel_names(sheet):
    rows = columns(coded(sheet, CAMEL, "camel"), separator(sheet))
    return text_of(sheet, (None, rows), *sections_of(sheet))


@document
def dotted_names(sheet):
    rows = columns(coded(sheet, DOTTED, "dotted"), separator(sheet))
    return text_of(sheet, (None, rows), *sections_of(sheet))


@document
def codes_on_a_line(sheet):
    rows = coded(sheet, CODES, "codes")
    line = sheet.chance.choice([" ", ", ", "; "]).join(f"{key}={held(value, ' ,;=')}" for key, value in rows)
    return text_of(sheet, (None, filled(line, 120) if sheet.chance.random() < 0.5 else line), *sections_of(sheet))


@document
def codes_over_values(sheet):
    rows = coded(sheet, CODES, "codes")
    wide, lines = [max(len(key), len(value)) for key, value in rows], []
    for at in range(0, len(rows), 6):
        part = slice(at, at + 6)
        lines += ["  ".join(f"{text:<{width}}" for text, width in zip(texts, wide[part])).rstrip() for texts in zip(*rows[part])] + [""]
    return text_of(sheet, (None, "\n".join(lines[:-1])), *sections_of(sheet))


@document
def keys_explained(sheet):
    """Keys with a code or a unit in parentheses, and others of the same word for something else."""
    told, chance = facts(sheet), sheet.chance
    rows = [(f"{words.KEYS['en'][field][0]} ({chance.choice(CODES[field])})", value) for field, value in told.items()]
    others = [("Heap used (MB)", "812"), ("Elapsed (ms)", "1204"), ("User (database)", "MDBUSR"), ("User (operating system)", "svcm3"),
              ("Version (Java)", "1.8.0_251"),
              ("Version (client)", "10.3.1.0"), ("Program (previous)", other_program(sheet)), ("Job (type)", "Interactive"), ("Time (CPU, s)", "3.2")]
    for pair in chance.sample(others, chance.randint(1, 6)):
        rows.insert(chance.randint(0, len(rows)), pair)
    return text_of(sheet, (None, columns(rows, separator(sheet))), *sections_of(sheet))


@document
def combined_keys(sheet):
    """Two keys and two values on either side of one colon."""
    told, truth, rows = facts(sheet), sheet.truth, []
    slash = sheet.chance.choice(["/", " / "])
    for first, second in (("program", "panel"), ("company", "division"), ("environment", "version"), ("user", "job")):
        names, both = [words.KEYS["en"][field][0] for field in (first, second)], [told.get(first), told.get(second)]
        if all(both) and "/" not in "".join(both):
            rows.append((slash.join(names), slash.join(both)))
        else:
            rows += [(name, value) for name, value in zip(names, both) if value]
    rows += [(sheet.label(field), told[field]) for field in ("at", "where") if field in told]
    if "panel" in told:
        truth.say("panel", f"{truth.program}/{truth.panel}", f"{truth.program} / {truth.panel}")
    return text_of(sheet, (None, columns(rows, sheet.chance.choice([None, ": ", " = "]))), *sections_of(sheet))


# What isn't wanted, in plenty.
OTHER = [("Previous program", "program"), ("Last changed by", "user"), ("Database user", "MDBUSR"), ("JVM user.name", "svcm3"),
         ("Client version", "10.3.1.0"), ("Java version", "1.8.0_251"), ("Record created", "date"), ("Record changed", "date"),
         ("Job queue", "QBATCH"), ("Job type", "Interactive"),
         ("Called program", "program"), ("Company name", "Demo Industries AB"), ("Default company", "931"), ("Division name", "Nordic Sales"),
         ("Server started", "date"),
         ("Panel sequence", "EF1"), ("Compiled", "date"), ("Printer file", "QSYSPRT"), ("Last successful operation", "CHAIN CMNUSR"),
         ("Program title", "Facility. Open"),
         ("Database version", "11.5.7"), ("Users signed on", "34"), ("Administrator", "user"), ("Previous error", "date")]


def earlier(sheet):
    """An error before this one, which was handled."""
    other, program = truths.made(sheet.chance), other_program(sheet)
    frames = [(name.replace(other.program, program), method, f"{program}.java" if file == f"{other.program}.java" else file, line)
              for name, method, file, line in other.frames]
    trace = [f"\tat {frame[0]}.{frame[1]}({parts.place(frame)})" for frame in frames]
    return program, "\n".join(["java.lang.IllegalStateException: connection closed", *trace])


@document
def many_others(sheet):
    """Most of the keys are of something else."""
    chance, rows = sheet.chance, shuffled(sheet.chance, labelled(sheet, facts(sheet)))
    known = {key.lower() for key, _ in rows}
    for key, value in chance.sample(OTHER, chance.randint(8, 16)):
        if key.lower() not in known:
            rows.insert(chance.randint(0, len(rows)), (key, parts.decoy_value(chance, value, sheet.truth)))
    return text_of(sheet, (None, columns(rows, separator(sheet))), *sections_of(sheet, noise=(2, 3)))


@document
def earlier_error_first(sheet):
    """An error that was handled comes first, with keys and a trace of its own."""
    told, chance = facts(sheet), sheet.chance
    program, trace = earlier(sheet)
    before = {"program": program, "user": chance.choice(words.OTHERS), "at": parts.date(chance)}
    before = columns(labelled(sheet, before), ": ")
    return text_of(sheet, ("Previous error in this session (handled, for information only)", f"{before}\n\n{trace}"),
                   ("This error", columns(labelled(sheet, told), ": ")), *sections_of(sheet))


@document
def other_program_in_message(sheet):
    """The exception's message is about a program that was called."""
    told, truth, other = facts(sheet), sheet.truth, other_program(sheet)
    truth.exception, truth.exception_message = sheet.chance.choice([
        ("mvx.runtime.MvxRuntimeException", f"Program {other} not found in library MVXPGM"),
        ("java.lang.IllegalStateException", f"Program: {other} User: OLDUSER not authorized"),
        ("mvx.runtime.MvxCallException", f"Call of {other} ended in error, see job 004711"),
        ("java.lang.RuntimeException", f"{other}: company 931 is locked by TEMPUSR")])
    rows = labelled(sheet, told)
    if sheet.chance.random() < 0.6:
        rows += [(sheet.label("exception"), truth.exception), (sheet.label("exception_message"), truth.exception_message)]
    return text_of(sheet, (None, columns(rows, separator(sheet))), *sections_of(sheet))


# Files of settings, XML and JSON, in groups.
GROUPS = {"program": {"name": "program", "panel": "panel"}, "session": {"user": "user", "company": "company", "division": "division"},
          "job": {"number": "job"},
          "system": {"environment": "environment", "release": "version"}, "error": {"time": "at", "operation": "where"}}
BESIDE = {"program": [("title", "Facility. Open"), ("changedBy", "LHANSEN"), ("previous", "program")],
          "session": [("language", "GB"), ("clientVersion", "10.3.1.0")],
          "job": [("type", "interactive"), ("queue", "QBATCH")], "system": [("host", "M3SRV01"), ("javaVersion", "1.8.0_251"), ("osUser", "svcm3")],
          "error": [("count", "1")]}


def grouped(sheet):
    """What is told, in groups that have something else as well."""
    told, chance, groups = facts(sheet), sheet.chance, {}
    for group, names in GROUPS.items():
        content = {name: told[field] for name, field in names.items() if field in told}
        content.update((name, parts.decoy_value(chance, value, sheet.truth)) for name, value in BESIDE[group] if chance.random() < 0.5)
        groups[group] = content
    return {group: content for group, content in shuffled(chance, groups.items()) if content}


@document
def ini_groups(sheet):
    groups = "\n\n".join(f"[{group}]\n" + "\n".join(f"{key}={value}" for key, value in content.items()) for group, content in grouped(sheet).items())
    fields = "\n".join(f"{name}={value}" for name, value in fields_of(sheet))
    return f"; {sheet.title}\n{groups}\n\n[fields]\n{fields}\n\n[stacktrace]\n{stack_of(sheet)}\n"


@document
def xml_groups(sheet):
    inside = lambda content: "".join(f"\n    <{key}>{escape(value)}</{key}>" for key, value in content.items())
    groups = "\n".join(f"  <{group}>{inside(content)}\n  </{group}>" for group, content in grouped(sheet).items())
    programs = "".join(f"\n    <call level=\"{at}\">{name}</call>" for at, name in enumerate(programs_of(sheet), 1))
    return (f'<?xml version="1.0"?>\n<programDump>\n{groups}\n  <callStack>{programs}\n  </callStack>\n'
            f"  <stackTrace>\n{escape(stack_of(sheet))}\n  </stackTrace>\n</programDump>\n")


@document
def xml_groups_attributes(sheet):
    inside = lambda content: " ".join(f"{key}={quoteattr(value)}" for key, value in content.items())
    groups = "\n".join(f"  <{group} {inside(content)}/>" for group, content in grouped(sheet).items())
    fields = "\n".join(f"    <field name=\"{name}\" value={quoteattr(value)}/>" for name, value in fields_of(sheet))
    return (f'<?xml version="1.0"?>\n<Dump xmlns="http://example.com/m3/dump">\n{groups}\n  <fields>\n{fields}\n  </fields>\n'
            f"  <trace><![CDATA[{stack_of(sheet)}]]></trace>\n</Dump>\n")


@document
@named
def xml_sections_of_data(sheet):
    pairs = "\n".join(f"  <{element(key)}><![CDATA[{value}]]></{element(key)}>" for key, value in sheet.pairs)
    return f'<?xml version="1.0"?>\n<dumplog>\n{pairs}\n  <javaStackTrace><![CDATA[\n{stack_of(sheet)}\n]]></javaStackTrace>\n</dumplog>\n'


@document
def json_groups(sheet):
    content, truth = grouped(sheet), sheet.truth
    lines = stack_of(sheet).split("\n")
    content["exception"] = {"class": truth.exception, "message": truth.exception_message, "stackTrace": [line.strip() for line in lines[1:]]}
    content["programStack"] = programs_of(sheet)
    content["fields"] = dict(fields_of(sheet))
    return json.dumps(content, indent=sheet.chance.choice([2, 4, None]), ensure_ascii=False) + "\n"


@document
def json_name_value(sheet):
    items = lambda pairs: [{"name": name, "value": value} for name, value in pairs]
    content = {"dumpType": "PROGRAM", "formatVersion": "2", "attributes": items(coded(sheet, CAMEL, "camel")),
               "variables": items(fields_of(sheet)), "stackTrace": stack_of(sheet)}
    return json.dumps(content, indent=sheet.chance.choice([2, None]), ensure_ascii=False) + "\n"


@document
def to_string_nested(sheet):
    """Objects within an object, as Java prints them."""
    inside = lambda content: ", ".join(f"{key}='{value}'" for key, value in content.items())
    groups = ", ".join(f"{group}={group.capitalize()}Info{{{inside(content)}}}" for group, content in grouped(sheet).items())
    return f"ProgramDump{{{groups}, programStack=[{', '.join(programs_of(sheet))}]}}\n{stack_of(sheet)}\n"


@document
@named
def properties_stored(sheet):
    """As Java stores properties: the time of writing in a comment, and signs escaped."""
    truth = sheet.truth
    written = lambda text: re.sub(r"([\\:=#!])", r"\\\1", text)
    if "at" not in truth.stated:
        truths.take(truth, 0, "CET")
        truth.say("at", True)
        stamp = f"#{truth.at:%a} {truths.MONTHS[truth.at.month - 1][:3]} {truth.at:%d %H:%M:%S} CET {truth.at.year}\n"
    else:
        stamp = ""
    rows = "\n".join(f"{key}={written(value)}" for key, value in sheet.pairs)
    either(sheet, written)
    trace = written(stack_of(sheet)).replace("\n", "\\n").replace("\t", "\\t")
    return f"#{sheet.title}\n{stamp}{rows}\nstackTrace={trace}\n"


# Reports that people get.
@document
def markdown_report(sheet):
    told, chance, truth = labelled(sheet, facts(sheet)), sheet.chance, sheet.truth
    table = "| Attribute | Value |\n|:--|:--|\n" + "\n".join(f"| {key} | {value} |" for key, value in told)
    fields = "\n".join(f"- `{name}`: `{value}`" if value else f"- `{name}`:" for name, value in fields_of(sheet))
    programs = "\n".join(f"{at}. {name}" for at, name in enumerate(truth.call_stack, 1))
    truth.say("call_stack", truth.call_stack)
    rest = shuffled(chance, [("java_stack", f"```\n{stack_of(sheet)}\n```"), ("fields", fields), ("call_stack", programs)])
    return f"# {sheet.title}\n\n{table}\n\n" + "\n\n".join(f"## {chance.choice(sheet.keys[name])}\n\n{text}" for name, text in rest) + "\n"


@document
def boxed_report(sheet):
    """Everything in tables, the frames as well."""
    truth = sheet.truth
    table = lambda rows: boxed(rows, "-", "|", "+++", "+++", "+++", header=True)
    told = [("Key", "Value")] + labelled(sheet, facts(sheet))
    frames = [("Class", "Method", "File", "Line")] + [(name, method, file or "-", str(line or "-")) for name, method, file, line in truth.frames]
    parts.say_thrown(truth)
    truth.causes = []
    fields = [("Field", "Value")] + fields_of(sheet)
    head = parts.head(truth.exception, truth.exception_message)
    return f"{sheet.title}\n{table(told)}\n\nFields\n{table(fields)}\n\n{head}\n{table(frames)}\n"


@document
def html_mail(sheet):
    """The mail of a monitor: tables and lists, and a line below about who sent it."""
    told, chance = labelled(sheet, facts(sheet)), sheet.chance
    rows = "\n".join(f'<tr><th align="left">{escape(key)}</th><td>{escape(value)}</td></tr>' for key, value in told)
    programs = "".join(f"<li>{name}</li>" for name in programs_of(sheet))
    programs = f"<h3>{escape(chance.choice(sheet.keys['call_stack']))}</h3>\n<ol>{programs}</ol>\n"
    trace = f"<h3>{escape(chance.choice(sheet.keys['java_stack']))}</h3>\n<pre>{escape(stack_of(sheet))}</pre>\n"
    return (f"<html><body style=\"font-family: Arial\">\n<h2>{escape(sheet.title)}</h2>\n"
            f"<p>Hello,<br>a program ended abnormally on server M3SRV01.</p>\n"
            f'<table border="1" cellpadding="3">\n{rows}\n</table>\n{"".join(shuffled(chance, [programs, trace]))}'
            "<hr><p><small>Sent by M3 monitor 3.2.1 as svcm3. Don't answer this mail.</small></p>\n</body></html>\n")


@document
def html_mail_lines(sheet):
    told = labelled(sheet, facts(sheet))
    rows = "<br/>\n".join(f"<b>{escape(key)}:</b>&nbsp;{escape(value)}" for key, value in told)
    trace = "<br/>\n".join(escape(line).replace("\t", "&nbsp;&nbsp;&nbsp;&nbsp;") for line in stack_of(sheet).split("\n"))
    return (f'<html>\n<body>\n<div><font face="Arial" size="2">{escape(sheet.title)}<br/><br/>\n{rows}<br/><br/>\n'
            f"{trace}<br/>\n</font></div>\n</body>\n</html>\n")


@document
def csv_of_sections(sheet):
    """Section, name and value of everything."""
    told, sign = labelled(sheet, facts(sheet)), sheet.chance.choice([",", ";"])
    cell = lambda text: '"' + text.replace('"', '""') + '"' if set(text) & {sign, '"'} else text
    rows = [("Section", "Name", "Value")] + [("General", *pair) for pair in told] + [("Variables", *pair) for pair in fields_of(sheet)]
    rows += [("Program stack", str(at), name) for at, name in enumerate(programs_of(sheet), 1)]
    rows += [("Stack trace", str(at), line.strip()) for at, line in enumerate(stack_of(sheet).split("\n"))]
    return "\n".join(sign.join(map(cell, row)) for row in rows) + "\n"


# What these dumps call their fields besides the names of `words`; and what only looks like those.
KEYS = {
    "en": {"program": ["PGM", "Program in error", "Program (PGM)"], "user": ["USRPRF", "User (USRPRF)", "M3 user"],
           "job": ["JOBNR", "Job (JOBNR)", "M3 job no"],
           "company": ["CONO", "Company (CONO)", "M3 company"], "division": ["DIVI", "Division (DIVI)", "M3 division"],
           "environment": ["Env name", "Environment (ENV)"],
           "version": ["REL", "Release (REL)", "M3 release"], "panel": ["PNL", "Panel (PNL)", "Panel shown at error"],
           "at": ["Dump written", "Error occurred at", "Date & time"],
           "exception": ["Exception thrown"], "exception_message": ["Exception text"], "where": ["Last I/O operation", "Operation in error"],
           "object": ["File name"],
           "fields": ["Work fields", "Program data"], "title": ["PROGRAM DUMP", "M3 application error", "System error report"]},
    "de": {"program": ["Programm (PGM)", "Aktuelles Programm"], "user": ["M3-Benutzer", "Benutzerprofil"], "job": ["Jobnummer (JOBNR)", "Jobnr."],
           "company": ["Firma (CONO)"], "division": ["Division (DIVI)"], "version": ["M3-Release"], "panel": ["Aktuelle Maske"],
           "at": ["Datum und Zeit", "Fehlerzeitpunkt"],
           "where": ["Letzter Dateizugriff"], "fields": ["Arbeitsfelder"], "title": ["Programmfehler", "Systemfehler M3"]},
    "sv": {"program": ["Aktuellt program", "Program (PGM)"], "user": ["M3-användare", "Användarprofil"], "job": ["Jobbnr"],
           "company": ["Företag (CONO)"],
           "division": ["Division (DIVI)"], "version": ["M3-version"], "panel": ["Aktuell bild"], "at": ["Feltidpunkt", "Dumpen skapad"],
           "where": ["Operation vid felet"],
           "fields": ["Arbetsfält"], "title": ["Programfel", "Systemfel i M3"]},
}
GENERAL = {"de": ["Programm und Job"], "sv": ["Program och jobb"]}
DECOYS = {
    "en": [("Previous user", "user"), ("JVM user.name", "svcm3"), ("Client version", "10.3.1.0"), ("Record created", "date"),
           ("Called program", "program"), ("Previous error", "date"), ("Printer file", "QSYSPRT"), ("Administrator", "user"),
           ("Library list", "MVXCDTA MVXPGM QGPL"), ("JVM version", "25.251-b08")],
    "de": [("Vorheriger Benutzer", "user"), ("Clientversion", "10.3.1.0"), ("Satz angelegt am", "date"), ("Aufgerufenes Programm", "program")],
    "sv": [("Föregående användare", "user"), ("Klientversion", "10.3.1.0"), ("Posten skapad", "date"), ("Anropat program", "program")],
}

# Ways to write frames, fields of a program, and headings that these dumps have.
def spot(frame):
    return f"{frame[2]}:{frame[3]}" if frame[2] else "Native Method"


TRACES = {
    "at none": lambda at, frame: f"{frame[0]}.{frame[1]}({spot(frame)})", "from zero": lambda at, frame: f"#{at} {frame[0]}.{frame[1]}({spot(frame)})",
    "columns": lambda at, frame: f"{at + 1:>3}  {frame[0] + '.' + frame[1]:<60} {frame[2] or '-':<24} {frame[3] or '-'}",
    "java core": lambda at, frame: f"    at {frame[0].replace('.', '/')}.{frame[1]}({spot(frame)}{'(Compiled Code)' * (at % 2)})",
    "upper": lambda at, frame: f"  AT {frame[0]}.{frame[1]}({spot(frame)})",
}
FIELDS = {
    "dots": lambda name, value: f"{name} . . . . . :  {value}".rstrip(),
    "type first": lambda name, value: f"CHAR({len(value) or 1})  {name} = '{value}'",
    "type behind": lambda name, value: f"{name}:CHAR({len(value) or 1}) = '{value}'", "tab": lambda name, value: f"{name}\t'{value}'",
    "length": lambda name, value: f"{name} ({len(value)}) '{value}'",
}
HEADINGS = {
    "stars under": lambda text: f"{text}\n{'*' * len(text)}", "section": lambda text: f"Section: {text}",
    "square loud": lambda text: f"[ {text.upper()} ]",
    "line above": lambda text: f"{'_' * 70}\n{text}", "dashes around": lambda text: f"--- {text} ---",
}
