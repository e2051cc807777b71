"""The whole dump as one vendor or one site would print it, in one handwriting from its title to its last line, made by somebody
who hasn't read the reader.

The sets before this one mostly mix keys, headings, traces and fields at random. Here everything in a dump comes from one hand: the
products of mainframes, midrange, ERP and Java that programmers know, told of an M3 program. What stands around the failure (the
JVM, the job's environment, who changed the program, an error before) is as such a product would print it. A value is stated in the
truth only where a careful person who reads the dump could tell it.
"""

import datetime
import json
from xml.sax.saxutils import escape, quoteattr

from . import parts, plausible
from . import truth as truths
from .documents import fields_of, indented, stack_of
from .plausible import filled, leader, number_of_job, other_program, spot
from .register import Register

SET = Register()
document = SET.document
LINES, DOCUMENTS, NAMED, ALONE = SET.lines, SET.documents, SET.named, set()


def alone(write):
    """A message or a page of its own, which nobody writes into a log nor in other characters."""
    ALONE.add(write.__name__)
    return write


# What all sites need: the facts told, times in one form, rows of keys of their own.
def told_by(sheet, form, digits=0, zone=None, language="en"):
    """What this dump tells, its time in the site's own form; the program is always told."""
    truth = sheet.truth
    sheet.language, sheet.stamp = language, form
    told = plausible.facts(sheet, without=["at"])
    if "program" not in told:
        told["program"] = truth.program
        truth.say("program", truth.program)
    if form and sheet.chance.random() < 0.92:
        told["at"] = moment(truth.at, form)
        truths.take(truth, digits, zone)
        truth.say("at", True)
    return told


def moment(at, form):
    return at.strftime(form.replace("{ms}", f"{at.microsecond // 1000:03d}"))


def other_time(sheet):
    """Another time, as the site writes times."""
    return moment(sheet.truth.at - datetime.timedelta(days=sheet.chance.randint(20, 900), seconds=sheet.chance.randrange(86400)), sheet.stamp)


def rows_of(sheet, told, layout):
    """The site's rows: ("Key", "field"), ("Key", "=what is printed there") or ("Key", "~user"), which is somebody else."""
    truth, found = sheet.truth, []
    apart = {"operation": truth.operation, "object": truth.object} if "where" in told else {}
    thrown = {"exception": truth.exception, "exception_message": truth.exception_message}
    for key, what in layout:
        if what[0] == "=" or what[0] == "~":
            if sheet.chance.random() < 0.75:
                date = what == "~date"
                found.append((key, other_time(sheet) if date else parts.decoy_value(sheet.chance, what[1:], truth) if what[0] == "~" else what[1:]))
        elif what in thrown:
            if thrown[what]:
                truth.say(what, thrown[what])
                found.append((key, thrown[what]))
        elif what in told or what in apart:
            found.append((key, told.get(what) or apart[what]))
    return found


def lines(rows, form="{}: {}"):
    return "\n".join(form.format(key, value).rstrip() for key, value in rows)


def chain(sheet):
    """The stack of programs, outermost first."""
    sheet.truth.say("call_stack", sheet.truth.call_stack)
    return sheet.truth.call_stack


def thrown(sheet):
    parts.say_thrown(sheet.truth)
    return parts.head(sheet.truth.exception, sheet.truth.exception_message)


def frames(sheet, form):
    """The frames alone, without causes: `form` gets the place in the trace and the frame."""
    parts.say_thrown(sheet.truth)
    sheet.truth.causes = []
    return [form(at, frame) for at, frame in enumerate(sheet.truth.frames)]


def sometimes(sheet, text, likely=0.8):
    """A part that this dump may lack; asked for only where it is there, as it states something."""
    return text() if sheet.chance.random() < likely else ""


def joined(*pieces, between="\n\n"):
    return between.join(piece for piece in pieces if piece) + "\n"


def statement(frame):
    return frame[3] or 0


# Mainframe and midrange.
SHORT_DUMP = {
    "en": {"head": [("Category", "=Error in application program"), ("Runtime Errors", "=UNCAUGHT_EXCEPTION"), ("Except.", "exception"),
                    ("Program", "program"), ("Date and Time", "at")],
           "short": "Short text", "says": "An exception occurred that was not caught.", "what": "What happened?",
           "ended": ["Error in the application program.", "", 'The current program "{}" had to be terminated because it has',
                     "come across a statement that unfortunately cannot be executed."],
           "user": "User and Transaction", "calls": "Active Calls/Events (last call first)", "chosen": "Chosen Variables",
           "system": "System environment", "java": "Java stack of the work process",
           "rows": [("Company", "company"), ("Division", "division"), ("User", "user"), ("Language Key", "=E"), ("Panel", "panel"),
                    ("Job", "job"), ("Failed operation", "where")],
           "around": [("Environment", "environment"), ("M3 Release", "version"), ("Application server", "=m3srv01"),
                      ("Operating system", "=Windows NT 10.0"), ("Database user", "=MDBUSR"), ("Java version", "=1.8.0_251"),
                      ("Program last changed by", "~user"), ("Program last changed on", "~date")]},
    "de": {"head": [("Kategorie", "=Fehler im Anwendungsprogramm"), ("Laufzeitfehler", "=UNCAUGHT_EXCEPTION"), ("Ausnahme", "exception"),
                    ("Programm", "program"), ("Datum und Zeit", "at")],
           "short": "Kurztext", "says": "Eine Ausnahme ist aufgetreten, die nicht abgefangen wurde.", "what": "Was ist passiert?",
           "ended": ["Fehler im Anwendungsprogramm.", "", 'Das laufende Programm "{}" mußte abgebrochen werden, da es auf eine',
                     "Anweisung gestoßen ist, die leider nicht ausgeführt werden kann."],
           "user": "Benutzer und Transaktion", "calls": "Aktive Aufrufe/Ereignisse (letzter Aufruf zuerst)", "chosen": "Ausgewählte Variablen",
           "system": "Systemumgebung", "java": "Java-Stack des Workprozesses",
           "rows": [("Firma", "company"), ("Division", "division"), ("Benutzer", "user"), ("Sprachenschlüssel", "=D"), ("Bild", "panel"),
                    ("Job", "job"), ("Fehlgeschlagene Operation", "where")],
           "around": [("Umgebung", "environment"), ("M3-Release", "version"), ("Applikationsserver", "=m3srv01"), ("Betriebssystem", "=Windows NT"),
                      ("Datenbankbenutzer", "=MDBUSR"), ("Java-Version", "=1.8.0_251"), ("Programm zuletzt geändert von", "~user"),
                      ("Programm zuletzt geändert am", "~date")]},
}


def framed(title, content):
    """A block of a short dump: its title and its lines between bars."""
    width = max([76, *(len(line) + 5 for line in content)])
    rule = "-" * (width + 2)
    body = [f"|{title:<{width}}|", rule, *(f"|    {line:<{width - 4}}|" for line in content), rule]
    return "\n".join([rule, *body])


@document
def framed_dump(sheet):
    """Framed blocks, one question each, with leaders of dots."""
    language = sheet.chance.choice(["en", "en", "de"])
    text, told = SHORT_DUMP[language], told_by(sheet, "%d.%m.%Y %H:%M:%S", language=language)
    dotted = lambda rows: [f"{key:.<32} {value}" for key, value in rows]
    stack = sheet.truth.call_stack
    blocks = [framed(text["short"], [text["says"]]), framed(text["what"], [line.format(told["program"]) for line in text["ended"]]),
              framed(text["user"], dotted(rows_of(sheet, told, text["rows"]))), framed(text["system"], dotted(rows_of(sheet, told, text["around"]))),
              sometimes(sheet, lambda: framed(text["calls"], [f"{len(stack) - at:>5} PROGRAM {name}" for at, name in enumerate(chain(sheet)[::-1])])),
              sometimes(sheet, lambda: framed(text["chosen"], [line for name, value in fields_of(sheet) for line in (name, f"    {value}")])),
              framed(text["java"], [line.replace("\t", "   ") for line in stack_of(sheet).split("\n")])]
    head = "\n".join(f"{key:<22} {value}" for key, value in rows_of(sheet, told, text["head"]))
    return joined(head, *blocks)


@document
def language_environment(sheet):
    """A formatted dump of a language environment: conditions, a traceback, and variables with their pictures."""
    told, truth, chance = told_by(sheet, "%Y/%m/%d %H:%M:%S"), sheet.truth, sheet.chance
    page = f"M3E5DMP V2 R4.0: Condition processing resulted in the unhandled condition.     {told.get('at', '')}     Page:     1"
    rows = rows_of(sheet, told, [("Application Program", "program"), ("Panel", "panel"), ("User Identifier", "user"), ("Job Identifier", "job"),
                                 ("Company", "company"), ("Division", "division"), ("M3 Environment", "environment"), ("M3 Release", "version"),
                                 ("Compiler", "=Enterprise 4.2"), ("Date Compiled", "~date"), ("Last Operation", "where")])
    trace = [f"  {at:<8}{name:<10}  +{chance.randint(16, 4000):08X}  {chance.randint(20, 6000):<10}  {'Call' if at > 1 else 'Exception'}"
             for at, name in enumerate(chain(sheet)[::-1], 1)]
    picture = lambda name, value: f"    {chance.randint(20, 600):>5} 01 {name:<12} X({len(value) or 1})".ljust(36) + f"DISP    '{value}'"
    variables = sometimes(sheet, lambda: "\n".join(["  Local Variables:"] + [picture(*pair) for pair in fields_of(sheet)]))
    java = "\n".join(["  Java Frames:", *(f"      {frame[0]}.{frame[1]}({spot(frame)})" for frame in truth.frames)])
    return joined(page, "Information for enclave MAIN", lines(rows, "    {:<22}: {}"),
                  f"Condition Information for Active Routines\n  Current Condition:\n    {thrown(sheet)}",
                  "  Traceback:\n    DSA   Entry       E Offset   Statement   Status\n" + "\n".join(trace), variables, java)


@document
def display_job(sheet):
    """Pages as a terminal prints them, with the function keys below each."""
    told, truth, name = told_by(sheet, "%d.%m.%Y %H:%M:%S"), sheet.truth, f"QPADEV{sheet.chance.randrange(10**4):04d}"
    for field in ("job", "user"):
        truth.right.pop(field, None)
    number_of_job(sheet, name)
    top = lambda title: (f"{'':<30}{title}\n{'':<62}System:   M3SRV01\n Job:   {name}     User:   {truth.user:<10}  Number:   {truth.job}\n")
    keys = "\n\n F3=Exit   F5=Refresh   F12=Cancel   F16=Job menu"
    rows = rows_of(sheet, told, [("Status of job", "=DSPW"), ("Application program", "program"), ("Panel displayed", "panel"), ("Company", "company"),
                                 ("Division", "division"), ("M3 environment", "environment"), ("M3 release", "version"), ("Entered system", "~date"),
                                 ("Time of failure", "at"), ("Subsystem", "=QINTER"), ("Program return code", "=255"), ("Run priority", "=20"),
                                 ("Last I/O operation", "operation"), ("Last file used", "object")])
    status = top("Display Job Status Attributes") + "\n" + "\n".join(f" {leader(key, 40)} :   {value}" for key, value in rows)
    stack = [f"       {program:<11} MVXPGM      {sheet.chance.randint(20, 6000):>6}" for program in chain(sheet)]
    calls = top("Display Call Stack (oldest first)") + "\n Rqs   Program     Library     Statement\n Lvl   or ILE\n" + "\n".join(stack)
    work = sometimes(sheet, lambda: top("Display Work Fields") + "\n" + "\n".join(f" {leader(field, 22)} :   {value}" for field,
                                                                                  value in fields_of(sheet)))
    java = top("Display JVM Thread") + "\n" + indented(stack_of(sheet).replace("\t", "  "), 1)
    pages = [f"{page}{keys}" for page in (status, calls, work, java) if page]
    return "\n\n\n".join(pages) + "\n"


@document
def program_dump_listing(sheet):
    """The listing that a dump of a control program is: messages, then variables in columns."""
    told, chance = told_by(sheet, "%Y-%m-%d %H:%M:%S"), sheet.chance
    rows = rows_of(sheet, told, [("Program", "program"), ("Library", "=MVXPGM"), ("User", "user"), ("Job", "job"), ("Panel", "panel"),
                                 ("Company", "company"), ("Division", "division"), ("Environment", "environment"), ("Release", "version"),
                                 ("Failing operation", "where"), ("Dump taken", "at"), ("Source changed by", "~user"), ("Source changed", "~date")])
    listed = [f"{f'{key}:':<22}{value}" for key, value in rows]
    twos = "\n".join("   ".join(f"{cell:<54}" for cell in listed[at:at + 2]).rstrip() for at in range(0, len(listed), 2))
    variables = lambda: ["Variable    Type      Length   Value", f"{'':<31}*...+....1....+....2....+....3"] + [
        f"{name:<12}*CHAR      {max(10, len(value)):>6}   '{value:<10}'" for name, value in padded_fields(sheet)]
    clock = "".join(f"{chance.randrange(size):02d}" for size in (24, 60, 60))
    messages = ["Messages", "  Time      Message ID   Sev   Type   Text",
                f"  {clock}    CPF9801       40   ESC    Object WORK01 not found. (monitored)"]
    return joined(f"5770SS1 V7R4M0  190621   PROGRAM DUMP   {told['program']}", twos, "\n".join(messages),
                  sometimes(sheet, lambda: "Program stack: " + " <- ".join(chain(sheet)[::-1])), sometimes(sheet, lambda: "\n".join(variables())),
                  f"Java exception\n{stack_of(sheet)}", "* * * * *   E N D   O F   D U M P   * * * * *")


def padded_fields(sheet):
    """Fields that are filled up with blanks: with them or without is right."""
    sheet.truth.say_fields({name: [value, f"{value:<10}", value or None] for name, value in sheet.truth.fields})
    return sheet.truth.fields


@document
def traceback_of_images(sheet):
    """Messages with facility, severity and name, each behind a percent sign, and what they continue behind dashes."""
    told, truth = told_by(sheet, "%d-%b-%Y %H:%M:%S.{ms}", digits=3), sheet.truth
    panel = f", panel {told['panel']}" if "panel" in told else ""
    head = [f"%M3-F-ABEND, program {told['program']}{panel} aborted" + (f" at {told['at']}" if "at" in told else "")]
    rows = rows_of(sheet, told, [("USER", "user"), ("JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division"), ("ENVIRONMENT", "environment"),
                                 ("VERSION", "version"), ("OPERATION", "where"), ("OSVERSION", "=V8.4-2"), ("COMPILEDBY", "~user")])
    head += [f"-M3-I-{key}, {key.lower()} is {value}" if key not in ("OSVERSION", "COMPILEDBY") else
             f"-VMS-I-{key}, {'operating system is ' if key == 'OSVERSION' else 'last compiled by '}{value}" for key, value in rows]
    table = [f"{frame[0]:<42} {frame[1]:<16} {frame[3] or '':>6}  {frame[2] or ''}".rstrip() for frame in truth.frames]
    table.insert(0, f"{'class':<42} {'routine':<16} {'line':>6}  file")
    truth.causes = []
    stack = sometimes(sheet, lambda: "%M3-I-CALLS, program stack is " + " > ".join(chain(sheet)))
    fields = sometimes(sheet, lambda: "%M3-I-VARIABLES, symbols of the program follow\n"
                       + "\n".join(f'  {name} = "{value}"' for name, value in fields_of(sheet)))
    return joined("\n".join(head), stack, f"%JAVA-E-THROWN, {thrown(sheet)}\n%TRACE-F-TRACEBACK, symbolic stack dump follows\n" + "\n".join(table),
                  fields,
                  between="\n")


@document
def abend_diagnostics(sheet):
    """Centred headings between stars, sentences that explain, and a section for each question."""
    told, truth = told_by(sheet, "%Y-%m-%d %H.%M.%S"), sheet.truth
    section = lambda name, text: f"{f'*****  {name}  *****':^78}".rstrip() + f"\n\n{text}"
    rows = rows_of(sheet, told, [("JOBNAME", "job"), ("USERID", "user"), ("PROGRAM", "program"), ("PANEL", "panel"), ("COMPANY", "company"),
                                 ("DIVISION", "division"), ("ENVIRONMENT", "environment"), ("M3 LEVEL", "version"), ("DATE/TIME", "at"),
                                 ("SYSTEM", "=z/OS 2.4"), ("COMPILED", "~date"), ("DB2 USER", "=MDBUSR")])
    rows = [f"{key:<12} {value}" for key, value in rows]
    half = (len(rows) + 1) // 2
    header = "\n".join(f"  {rows[at]:<52}{rows[half + at] if half + at < len(rows) else ''}".rstrip() for at in range(half))
    why = [f"The exception {truth.exception} was thrown and nobody caught it.",
           f"It says: {truth.exception_message}" if truth.exception_message else "",
           f"The operation in progress was {told['where']}." if "where" in told else ""]
    calls = lambda: "\n".join(f"  {name:<10} {'called' if at else 'entered'}{' by ' + before if at else ''}"
                              for at, (before, name) in enumerate(zip([""] + chain(sheet), truth.call_stack)))
    fields = lambda: "\n".join(f"  {name:<14} {len(value) or 1:>4}  <{value}>" for name, value in fields_of(sheet))
    return joined(section("Header", header), section("Diagnostic Section", "\n".join(f"  {line}" for line in why if line)),
                  sometimes(sheet, lambda: section("Program Call Section", calls())), sometimes(sheet, lambda: section("Data Section", fields())),
                  section("Java Stack Section", stack_of(sheet)), section("End of Report", "").rstrip())


# Forms and fourth generation languages.
@document
def forms_error_stack(sheet):
    """Numbered messages, each caused by the next, as a database and its forms print them."""
    told, truth, chance = told_by(sheet, "%d-%b-%Y %H:%M:%S"), sheet.truth, sheet.chance
    errors = [f"M3F-40735: program {told['program']} raised unhandled exception {truth.exception}"]
    errors += [f"M3F-06502: {truth.exception_message}"] if truth.exception_message else []
    stack = chain(sheet)[::-1]
    errors += [f"M3F-06512: at \"MVXPGM.{stack[0]}\", line {statement(truth.frames[0])}"]
    errors += [f"M3F-06512: called from \"MVXPGM.{name}\", line {chance.randint(20, 6000)}" for name in stack[1:]]
    rows = rows_of(sheet, told, [("FORM PANEL", "panel"), ("SESSION USER", "user"), ("JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division"),
                                 ("ENVIRONMENT", "environment"), ("M3 VERSION", "version"), ("FORMS VERSION", "=12.2.1.4"),
                                 ("ORACLE USER", "=MDBUSR"),
                                 ("LAST DML", "operation"), ("BASE TABLE", "object"), ("RAISED", "at")])
    items = sometimes(sheet, lambda: "Items in block:\n" + "\n".join(f"  :M3.{name} := '{value}'" for name, value in fields_of(sheet)))
    return joined("\n".join(errors), "Context:\n" + lines(rows, "  {:<16}=> {}"), items, f"Java call stack:\n{stack_of(sheet)}")


@document
def protrace(sheet):
    """Headings between double rules, and an arrow where the program stands."""
    told, chance = told_by(sheet, "%a %b %d %H:%M:%S %Y"), sheet.chance
    rule = "=" * 53
    as_of = f" as of {told['at']}" if "at" in told else ""
    rows = rows_of(sheet, told, [("program", "program"), ("panel", "panel"), ("user", "user"), ("job", "job"), ("company", "company"),
                                 ("division", "division"), ("environment", "environment"), ("m3 release", "version"), ("pid", "=4711"),
                                 ("db user", "=MDBUSR"),
                                 ("client release", "=10.3.1.0"), ("previous program", "~program"), ("last statement", "where")])
    calls = [f"{'-->' if not at else '   '} {name} at line {chance.randint(20, 6000)}" for at, name in enumerate(chain(sheet)[::-1])]
    fields = sometimes(sheet, lambda: "** Buffer:\n" + "\n".join(f'   {name} "{value}"' for name, value in fields_of(sheet)))
    return joined(f"{rule}\nM3 stack trace{as_of}\n{rule}", "Startup parameters:\n  -Xmx4096m -Dfile.encoding=UTF-8",
                  "** Session:\n" + lines(rows, "   {:<18} {}"), "** M3 stack (most recent call first):\n" + "\n".join(calls), fields,
                  f"** Java stack:\n{stack_of(sheet)}", "** End of trace")


@document
def infolog(sheet):
    """An infolog and a call stack in paths, as a client of an ERP shows them."""
    told, chance = told_by(sheet, "%d.%m.%Y %H:%M:%S"), sheet.chance
    rows = rows_of(sheet, told, [("Program", "program"), ("Form", "=Facility. Open"), ("Panel", "panel"), ("User account", "user"), ("Job id", "job"),
                                 ("Company account", "company"), ("Division", "division"), ("Environment", "environment"),
                                 ("Application version", "version"),
                                 ("Kernel version", "=6.3.164"), ("Client version", "=10.3.1.0"), ("Logged", "at"), ("Failed statement", "where"),
                                 ("Modified by", "~user"), ("Modified date and time", "~date")])
    calls = [f"(C)\\Programs\\{name} - line {chance.randint(20, 6000)}" for name in chain(sheet)[::-1]]
    fields = sometimes(sheet, lambda: "Fields\n" + "\n".join(f"\t{name}\t{value}" for name, value in fields_of(sheet)))
    return joined(f"Error\tError executing code: {told['program']}. Execution stopped.\n\t{thrown(sheet)}", "Details\n" + lines(rows, "\t{}\t{}"),
                  "Program stack (top is current)\n" + "\n".join(f"\t{line}" for line in calls), fields, f"CLR/Java trace\n{stack_of(sheet)}")


@document
def shell_log(sheet):
    """Blocks between stars that say S t a r t and E n d, a keyword and a colon on each line."""
    told = told_by(sheet, "%Y-%m-%d[%H:%M:%S]")
    rows = rows_of(sheet, told, [("Log message called from", "=/m3/lib/be/runtime.c: #2210 keyword: ABEND"), ("Program", "program"),
                                 ("Screen", "panel"),
                                 ("User", "user"), ("Language", "=2"), ("Job", "job"), ("Company", "company"), ("Division", "division"),
                                 ("Environment", "environment"), ("M3 release", "version"), ("Porting set", "=9.1a.03"), ("Date", "at"),
                                 ("I/O call", "operation"), ("I/O object", "object"), ("Lasterror", "exception_message")])
    stars = lambda word: f"****** {' '.join(word)} of Error message ******"
    calls = sometimes(sheet, lambda: "Calls: " + " > ".join(chain(sheet)))
    fields = sometimes(sheet, lambda: "Variables: " + ", ".join(f"{name}='{value}'" for name, value in fields_of(sheet)))
    return joined(stars("START"), lines(rows, "{:<24}: {}"), calls, fields, "Java trace:", stack_of(sheet), stars("END"), between="\n")


# Java servers and virtual machines.
@document
def incident_file(sheet):
    """An incident as a Java server captures it the first time."""
    told, truth, code = told_by(sheet, "%Y-%m-%d %H:%M:%S:{ms} CET", 3, "CET"), sheet.truth, f"{sheet.chance.getrandbits(32):08x}"
    at = f" = [{told['at']}]" if "at" in told else ""
    rows = rows_of(sheet, told, [("program", "program"), ("panel", "panel"), ("user", "user"), ("jobId", "job"), ("company", "company"),
                                 ("division", "division"), ("environment", "environment"), ("m3Version", "version"), ("operation", "where"),
                                 ("javaVersion", "=1.8.0_251"), ("osUser", "=svcm3"), ("previousProgram", "~program")])
    first = next(frame for frame in truth.frames if frame[0].startswith("mvx.app.pgm"))
    calls = sometimes(sheet, lambda: "\n  callStack = [" + ", ".join(chain(sheet)) + "]")
    fields = sometimes(sheet, lambda: "\nDump of fields\n" + "\n".join(f"  {name} = \"{value}\"" for name, value in fields_of(sheet)))
    return (f"------Start of DE processing------{at}\nException = {truth.exception}\nSource = {first[0]}.{first[1]}\nprobeid = {statement(first)}\n"
            f"Stack Dump = {stack_of(sheet)}\n\nDump of callerThis\nObject type = mvx.runtime.ProgramContext\nmvx.runtime.ProgramContext@{code}\n"
            f"{lines(rows, '  {} = {}')}{calls}{fields}\n------End of DE processing------\n")


@document
def tagged_core(sheet):
    """Every line begins with a tag of its own level, as in the core of a virtual machine."""
    told = told_by(sheet, "%Y/%m/%d at %H:%M:%S:{ms}", 3)
    section = lambda title: ["NULL           ------------------------------------------------------------------------",
                             f"0SECTION       {title} subcomponent dump routine",
                             f"NULL           {'=' * (len(title) + 31)}"]
    rows = rows_of(sheet, told, [("1XMPGM         Program:", "program"), ("1XMPANEL       Panel:", "panel"), ("1XMUSER        User:", "user"),
                                 ("1XMJOB         Job:", "job"), ("2XMCOMPANY     Company:", "company"), ("2XMDIVISION    Division:", "division"),
                                 ("2XMENV         Environment:", "environment"), ("2XMVERSION     M3 version:", "version"),
                                 ("2XMPREVPGM     Previous program:", "~program"), ("2XMLASTOP      Last operation:", "where")])
    text = section("TITLE") + ["1TICHARSET     UTF-8"] + ([f"1TIDATETIME    Date: {told['at']}"] if "at" in told else [])
    text += section("GPINFO") + ["2XHOSLEVEL     OS Level         : Windows Server 2016 10.0", "2XHCPUS        Processors -",
                                 "1CIJAVAVERSION JRE 1.8.0 build 8.0.6.0"]
    text += section("XM") + [f"{key} {value}" for key, value in rows]
    text += [f"3XMCALL            {name}" for name in (chain(sheet) if sheet.chance.random() < 0.8 else [])]
    text += section("THREADS") + [f"1XMTHROWN      Exception: {thrown(sheet)}"]
    compiled = lambda at: "(Compiled Code)" * (at % 2)
    slashed = lambda frame: f"{frame[0].replace('.', '/')}.{frame[1]}({spot(frame)}"
    text += frames(sheet, lambda at, frame: f"4XESTACKTRACE                at {slashed(frame)}{compiled(at)})")
    return "\n".join([*text, "NULL           ---------------------- END OF DUMP -------------------------------------", ""])


@document
def fatal_error_log(sheet):
    """A virtual machine's log of a fatal error: a box of number signs, then spaced headings."""
    told, truth = told_by(sheet, "%a %b %d %H:%M:%S %Y"), sheet.truth
    spaced = lambda word: f"---------------  {' '.join(word)}  ---------------"
    box = ["#", "# A fatal error has been detected by the M3 Runtime Environment:", "#",
           f"#  {truth.exception} in program {told['program']}, pid=4711, tid=140213", "#",
           "# JRE version: OpenJDK Runtime Environment (8.0_251-b08) (build 1.8.0_251-b08)",
           "# Java VM: OpenJDK 64-Bit Server VM (25.251-b08 mixed mode)", "#"]
    rows = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"),
                                 ("Division", "division"),
                                 ("Failed operation", "where")])
    system = rows_of(sheet, told, [("Host", "=M3SRV01, 8 cores, 32G"), ("Environment", "environment"), ("M3 version", "version"), ("Time", "at"),
                                   ("uptime", "=12 days")])
    calls = sometimes(sheet, lambda: spaced("PROGRAMS") + "\n\nProgram stack (outermost first):\n" + "\n".join(chain(sheet)))
    fields = sometimes(sheet, lambda: spaced("FIELDS") + "\n\n" + "\n".join(f"{name}={value}" for name, value in fields_of(sheet)))
    java = [f"{'Jj'[at % 2]} {at} {frame[0]}.{frame[1]}({spot(frame)})" for at, frame in enumerate(truth.frames)]
    truth.causes = []
    return joined("\n".join(box), f"{spaced('SUMMARY')}\n\n{lines(system)}", f"{spaced('SESSION')}\n\n{lines(rows)}", calls, fields,
                  f"{spaced('THREAD')}\n\nException: {thrown(sheet)}\n\nJava frames (J=compiled Java code, j=interpreted):\n" + "\n".join(java),
                  "END.")


# Operating systems.
@document
def error_reporting(sheet):
    """Signatures by number: a name and a value, each on a line, with the names first."""
    told = told_by(sheet, "%Y-%m-%dT%H:%M:%S.{ms}Z", 3, 0)
    numbered = lambda word, rows: "\n".join(f"{word}[{at}].Name={name}\n{word}[{at}].Value={value}" for at, (name, value) in enumerate(rows))
    signature = rows_of(sheet, told, [("Program Name", "program"), ("Panel Name", "panel"), ("M3 Release", "version"),
                                      ("Exception Class", "exception"),
                                      ("Exception Message", "exception_message"), ("Failed Operation", "where")])
    dynamic = rows_of(sheet, told, [("OS Version", "=10.0.14393.2.0.0.272.7"), ("Locale ID", "=1033"), ("M3 User", "user"), ("M3 Job", "job"),
                                    ("M3 Company", "company"), ("M3 Division", "division"), ("M3 Environment", "environment"),
                                    ("Java Version", "=1.8.0_251")])
    head = "ReportVersion=1\nEventType=M3ProgramCrash" + (f"\nEventTime={told['at']}" if "at" in told else "") + "\nReportType=2\nConsent=1"
    fields = sometimes(sheet, lambda: numbered("Local", fields_of(sheet)))
    calls = sometimes(sheet, lambda: "\n".join(f"ProgramStack[{at}]={name}" for at, name in enumerate(chain(sheet))))
    stack = "\n".join(frames(sheet, lambda at, frame: f"JavaStack[{at}]={frame[0]}.{frame[1]}({spot(frame)})"))
    return joined(head, numbered("Sig", signature), numbered("DynamicSig", dynamic), fields, calls, stack,
                  "LoadedModule[0]=D:\\Infor\\M3\\java\\bin\\java.exe\nFriendlyEventName=Stopped working\nAppName=M3 Business Engine", between="\n")


@document
def dump_summary(sheet):
    """The summary of a small dump as an IDE shows it: underlined groups, and a colon and a tab."""
    told = told_by(sheet, "%-m/%-d/%Y %-I:%M:%S %p", 0, "slash")
    group = lambda title, rows: f"{title}\n{'-' * len(title)}\n{lines(rows, '{}:' + chr(9) + '{}')}" if rows else ""
    summary = rows_of(sheet, told, [("Dump File", "=m3be_4711.dmp : D:\\Infor\\M3\\dumplog\\m3be_4711.dmp"), ("Last Write Time", "at"),
                                    ("Process Name", "=java.exe"), ("Process Architecture", "=x64"), ("Exception Class", "exception"),
                                    ("Exception Information", "exception_message"), ("Heap Information", "=Not Present")])
    program = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"),
                                    ("Division", "division"),
                                    ("Operation", "operation"), ("Object", "object")])
    system = rows_of(sheet, told, [("OS Version", "=10.0.14393"), ("Java Version", "=1.8.0.251"), ("M3 Version", "version"),
                                   ("M3 Environment", "environment")])
    calls = sometimes(sheet, lambda: "Program Stack\n-------------\n" + "\n".join(f"{'  ' * at}{name}" for at, name in enumerate(chain(sheet))))
    fields = sometimes(sheet, lambda: "Locals\n------\nName\tValue\n" + "\n".join(f'{name}\t"{value}"' for name, value in fields_of(sheet)))
    return joined(group("Dump Summary", summary), group("M3 Program", program), group("System Information", system), calls, fields,
                  f"Java Stack\n----------\n{stack_of(sheet)}",
                  "Modules\n-------\nModule Name\tModule Version\nmssql-jdbc.jar\t7.4.1\njt400.jar\t9.8")


@document
def core_info(sheet):
    """Keys that end at one column, and a message of several lines at the end."""
    told = told_by(sheet, "%a %Y-%m-%d %H:%M:%S CET", 0, "CET")
    rows = rows_of(sheet, told, [("PID", "=4711 (java)"), ("UID", "=1001 (svcm3)"), ("Signal", "=6 (ABRT)"), ("Timestamp", "at"),
                                 ("Executable", "=/opt/m3/java/bin/java"),
                                 ("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"),
                                 ("Division", "division"),
                                 ("Environment", "environment"), ("M3 Version", "version"), ("Operation", "where"), ("Boot ID", "=3b7ffe1aa2c84d21"),
                                 ("Hostname", "=m3srv01")])
    rows += [("Storage", "/var/lib/m3/core.4711.zst (present)")]
    message = [f"{'Message':>14}: Program {told['program']} dumped core.", "", f"{thrown(sheet)}"]
    message += frames(sheet, lambda at, frame: f"#{at:<2} 0x{sheet.chance.getrandbits(44):016x} {frame[0]}.{frame[1]} ({spot(frame)})")
    text = "\n".join(message[:1] + [f"{'':<16}{line}".rstrip() for line in message[1:]])
    calls = sometimes(sheet, lambda: f"{'Program Stack':>14}: " + " -> ".join(chain(sheet)))
    return joined(lines(rows, "{:>14}: {}"), calls, text, between="\n")


@document
def crash_report(sheet):
    """Keys in a column, a thread that crashed, and the images of binaries at the end."""
    told, truth = told_by(sheet, "%Y-%m-%d %H:%M:%S.{ms} +0100", 3, 1), sheet.truth
    key = "{:<22} {}"
    process = rows_of(sheet, told, [("Process:", "=java [4711]"), ("Path:", "=/opt/m3/java/bin/java"), ("Program:", "program"), ("Panel:", "panel"),
                                    ("User:", "user"), ("Job:", "job"), ("Company:", "company"), ("Division:", "division"),
                                    ("Environment:", "environment"),
                                    ("M3 Version:", "version"), ("Parent Process:", "=launchd [1]")])
    report = rows_of(sheet, told, [("Date/Time:", "at"), ("Launch Time:", "~date"), ("OS Version:", "=Mac OS X 10.13.6 (17G65)"),
                                   ("Report Version:", "=12")])
    fault = rows_of(sheet, told, [("Exception Type:", "exception"), ("Exception Note:", "=EXC_CORPSE_NOTIFY"), ("Failed Operation:", "where")])
    details = f"Application Specific Information:\n{truth.exception_message}" if truth.exception_message else ""
    calls = sometimes(sheet, lambda: "Program Stack:\n" + "\n".join(f"{at}   {name}" for at, name in enumerate(chain(sheet), 1)))
    fields = sometimes(sheet, lambda: "Program State:\n" + "\n".join(f"  {name}: {value}".rstrip() for name, value in fields_of(sheet)))
    stack = frames(sheet, lambda at, frame: f"{at:<3} m3be  0x{sheet.chance.getrandbits(40):016x} {frame[0]}.{frame[1]} ({spot(frame)})")
    return joined(lines(process, key), lines(report, key), lines(fault, key), details, calls, fields, "Thread 12 Crashed:: M3 job\n"
                  + "\n".join(stack),
                  "Binary Images:\n       0x10e2c6000 -        0x10e2c9fff  m3be (0) <6C3C2D9E> /opt/m3/lib/m3be.jar")


@document
def tombstone(sheet):
    """Three stars again and again, quoted facts in small letters, and a backtrace."""
    told = told_by(sheet, "%Y-%m-%d %H:%M:%S+0100", 0, 1)
    rows = rows_of(sheet, told, [("Build fingerprint", "='linux/x86/server:4.18/QX1A:user/release-keys'"), ("ABI", "='x86_64'"), ("Timestamp", "at"),
                                 ("Program", "program"),
                                 ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"), ("Division", "division"),
                                 ("Environment", "environment"), ("Release", "version"), ("Operation", "where")])
    abort = f"Abort message: '{thrown(sheet)}'"
    stack = frames(sheet, lambda at, frame: f"      #{at:02d} pc {sheet.chance.getrandbits(24):016x}  {frame[0]}.{frame[1]}({spot(frame)})")
    fields = sometimes(sheet, lambda: "memory of fields:\n" + "\n".join(f"    {name} '{value}'" for name, value in fields_of(sheet)))
    calls = sometimes(sheet, lambda: "programs (outermost first): " + " ".join(chain(sheet)))
    return joined("*** " * 15 + "***", lines(rows), "pid: 4711, tid: 4783, name: M3 job  >>> java <<<\nuid: 1001", abort, calls, "backtrace:\n"
                  + "\n".join(stack), fields,
                  "--- --- --- --- --- --- --- --- --- --- --- ---", between="\n")


# What frameworks of other languages print.
@document
def debug_page_of_requests(sheet):
    """A page that a framework shows to developers, saved as text: hashes with arrows, and the environment below."""
    told, truth = told_by(sheet, "%Y-%m-%d %H:%M:%S +0100", 0, 1), sheet.truth
    first = next(frame for frame in truth.frames if frame[0].startswith("mvx.app.pgm"))
    hashed = lambda rows: "{" + ", ".join(f'"{key}"=>{json.dumps(value, ensure_ascii=False)}' for key, value in rows) + "}"
    request = rows_of(sheet, told, [("program", "program"), ("panel", "panel"), ("operation", "operation"), ("object", "object"),
                                    ("format", "=html")])
    session = rows_of(sheet, told, [("user", "user"), ("company", "company"), ("division", "division"), ("job", "job"), ("lang", "=GB"),
                                    ("last_program", "~program")])
    system = rows_of(sheet, told, [("environment", "environment"), ("m3_version", "version"), ("time", "at"), ("java_version", "=1.8.0_251"),
                                   ("server_software", "=Jetty/9.4.31")])
    message = f"\n{truth.exception_message}" if truth.exception_message else ""
    fields = sometimes(sheet, lambda: "Assigned fields:\n" + json.dumps(dict(fields_of(sheet)), ensure_ascii=False).replace('": "', '"=>"'))
    parts.say_thrown(truth)
    return joined(f"{truth.exception} in {truth.program}#{first[1]}{message}",
                  f"Extracted source (around line #{statement(first)}):\n  {statement(first)}:  checkInput();",
                  f"Request parameters:\n{hashed(request)}", f"Session dump:\n{hashed(session)}", f"Env dump:\n{hashed(system)}",
                  sometimes(sheet, lambda: f"Program stack:\n{' / '.join(chain(sheet))}"), fields, f"Full Trace\n{stack_of(sheet)}")


@document
def error_page(sheet):
    """The page of another framework as text: facts about the exception, then the locals as a table, then settings."""
    told, truth = told_by(sheet, "%a, %d %b %Y %H:%M:%S +0000", 0, 0), sheet.truth
    first = next(frame for frame in truth.frames if frame[0].startswith("mvx.app.pgm"))
    rows = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"),
                                 ("Division", "division"),
                                 ("Server time", "at"), ("M3 Version", "version"), ("Exception Type", "exception"),
                                 ("Exception Value", "exception_message"),
                                 ("Failed Operation", "where"), ("Java Executable", "=/opt/m3/java/bin/java"), ("Java Version", "=1.8.0_251")])
    rows.insert(len(rows) - 1, ("Exception Location", f"{first[2]} in {first[1]}, line {first[3]}"))
    fields = sometimes(sheet, lambda: "Local vars\n\nVariable\tValue\n" + "\n".join(f"{name}\t{value!r}" for name, value in fields_of(sheet)))
    settings = [("DEBUG", "True"), ("LANGUAGE_CODE", "'en-us'"), ("DATABASE_USER", "'MDBUSR'")]
    settings[1:1] = [("M3_ENVIRONMENT", repr(told["environment"]))] if "environment" in told else []
    return joined(f"{truth.exception.split('.')[-1]} at /{truth.program}", lines(rows, "{}:\t{}"), f"Traceback\n\n{stack_of(sheet)}", fields,
                  sometimes(sheet, lambda: f"Call stack\n\n{', '.join(chain(sheet))}"), "Settings\n\nSetting\tValue\n" + lines(settings, "{}\t{}"))


@document
def printed_arrays(sheet):
    """Arrays in arrays, each key in brackets with an arrow."""
    told = told_by(sheet, "%Y-%m-%dT%H:%M:%S")
    array = lambda pairs, depth: ("Array\n" + " " * depth + "(\n" + "".join(
        f"{' ' * (depth + 4)}[{key}] => {value if isinstance(value, str) else array(value, depth + 8)}\n" for key, value in pairs) + " " * depth
                                  + ")\n")
    session = rows_of(sheet, told, [("user", "user"), ("company", "company"), ("division", "division"), ("job", "job"), ("language", "=GB")])
    system = rows_of(sheet, told, [("environment", "environment"), ("version", "version"), ("php_version", "=7.4.3"), ("java_version", "=1.8.0_251")])
    pairs = rows_of(sheet, told, [("program", "program"), ("panel", "panel"), ("time", "at"), ("operation", "where"), ("changed_by", "~user")])
    pairs += [("session", session), ("system", system)]
    if sheet.chance.random() < 0.8:
        pairs.append(("call_stack", [(str(at), name) for at, name in enumerate(chain(sheet))]))
    if sheet.chance.random() < 0.8:
        pairs.append(("fields", fields_of(sheet)))
    return f"M3 program dump\n{array(pairs, 0)}\nFatal error: Uncaught {stack_of(sheet)}\n"


@document
def representation(sheet):
    """An object of records as a scripting language represents it, one argument on a line."""
    told, truth = told_by(sheet, None), sheet.truth
    at = truth.at
    truths.take(truth, 0, None)
    truth.say("at", True)
    record = lambda kind, rows: f"{kind}(" + ", ".join(f"{key}={value!r}" for key, value in rows) + ")"
    program = record("Program", rows_of(sheet, told, [("name", "program"), ("panel", "panel"), ("changed_by", "~user")]))
    session = record("Session", rows_of(sheet, told, [("user", "user"), ("company", "company"), ("division", "division"),
                                                      ("client_version", "=10.3.1.0")]))
    system = record("System", rows_of(sheet, told, [("environment", "environment"), ("m3_version", "version"), ("java_version", "=1.8.0_251")]))
    rows = [("program", program), ("session", session), ("system", system)]
    rows += [(key, repr(value)) for key, value in rows_of(sheet, told, [("job", "job"), ("operation", "where")])]
    rows.append(("time", f"datetime.datetime({at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}, {at.second})") if at.second
                else ("time", repr(f"{at:%Y-%m-%d %H:%M:%S}")))
    rows += [("call_stack", repr(chain(sheet)))] if sheet.chance.random() < 0.8 else []
    rows += [("fields", repr(dict(fields_of(sheet))))] if sheet.chance.random() < 0.8 else []
    return "Dump(\n" + "".join(f"    {key}={value},\n" for key, value in rows) + f")\n\n{stack_of(sheet)}\n"


# What people and monitors send each other.
@document
@alone
def monitor_mail(sheet):
    """A new issue as a service for errors mails it in plain text."""
    told = told_by(sheet, "%b %d, %Y, %-I:%M:%S %p UTC", 0, 0)
    tags = rows_of(sheet, told, [("environment", "environment"), ("release", "version"), ("m3.program", "program"), ("m3.panel", "panel"),
                                 ("m3.company", "company"),
                                 ("m3.division", "division"), ("m3.job", "job"), ("m3.user", "user"), ("runtime", "=Java 1.8.0_251"),
                                 ("os", "=Windows Server 2016"),
                                 ("level", "=fatal"), ("m3.operation", "where")])
    extra = sometimes(sheet, lambda: "Additional Data\n---------------\n\n" + "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name,
                                                                                        value in fields_of(sheet)))
    stack = "\n".join(frames(sheet, lambda at, frame: f"  {frame[0]}.{frame[1]} ({spot(frame)})"))
    when = f"ID: {sheet.chance.getrandbits(128):032x}" + (f"\n{told['at']}" if "at" in told else "")
    details = "Details\n-------\n\nhttps://errors.example.com/organizations/m3/issues/4711/"
    return joined(f"New issue in m3-business-engine\n\n{thrown(sheet)}", details, when,
                  "Tags\n----\n\n" + lines(tags, "* {} = {}"), sometimes(sheet, lambda: "Programs\n--------\n\n" + " > ".join(chain(sheet))),
                  f"Exception\n---------\n\n{thrown(sheet)}\n{stack}", extra, "Unsubscribe: https://errors.example.com/unsubscribe/17/")


HELPDESK = {
    "de": {"head": "Von: Service Desk <servicedesk@example.com>\nGesendet: {}\nAn: M3-Betrieb <m3@example.com>\nBetreff: Programmabbruch {}",
           "hello": "Hallo Kollegen,", "text": "heute ist uns dieses Programm abgebrochen. Hier die Angaben aus dem Dump:",
           "bye": "Viele Grüße\nKarin Wolf\nService Desk",
           "programs": "Programmaufrufe (äußerstes zuerst):", "fields": "Feldinhalte:", "java": "Java-Fehler:",
           "rows": [("Programm", "program"), ("Bild", "panel"), ("Benutzer", "user"), ("Jobnummer", "job"), ("Firma", "company"),
                    ("Division", "division"),
                    ("Umgebung", "environment"), ("M3-Version", "version"), ("Zeitpunkt des Abbruchs", "at"), ("Fehlgeschlagene Operation", "where"),
                    ("Clientversion", "=10.3.1.0"), ("Programm geändert von", "~user")]},
    "sv": {"head": "Från: Servicedesk <servicedesk@example.com>\nSkickat: {}\nTill: M3-drift <m3@example.com>\nÄmne: Programavbrott {}",
           "hello": "Hej!", "text": "Det här programmet avbröts idag. Uppgifterna kommer från dumpen:",
           "bye": "Hälsningar\nKarin Wolf\nServicedesk",
           "programs": "Anropade program (ytterst först):", "fields": "Fältvärden:", "java": "Javafel:",
           "rows": [("Program", "program"), ("Bild", "panel"), ("Användare", "user"), ("Jobbnummer", "job"), ("Företag", "company"),
                    ("Division", "division"),
                    ("Miljö", "environment"), ("M3-version", "version"), ("Tidpunkt för felet", "at"), ("Felande operation", "where"),
                    ("Klientversion", "=10.3.1.0"), ("Program ändrat av", "~user")]},
    "fr": {"head": "De : Centre de services <servicedesk@example.com>\nEnvoyé : {}\nÀ : Exploitation M3 <m3@example.com>\n"
                   "Objet : Arrêt du programme {}",
           "hello": "Bonjour,", "text": "ce programme s'est arrêté aujourd'hui. Voici ce que dit le vidage :",
           "bye": "Cordialement\nKarin Wolf\nCentre de services",
           "programs": "Programmes appelés (du premier au dernier) :", "fields": "Valeurs des champs :", "java": "Erreur Java :",
           "rows": [("Programme", "program"), ("Écran", "panel"), ("Utilisateur", "user"), ("Numéro de travail", "job"), ("Société", "company"),
                    ("Division", "division"), ("Environnement", "environment"), ("Version M3", "version"), ("Date et heure de l'erreur", "at"),
                    ("Opération en échec", "where"), ("Version du client", "=10.3.1.0"), ("Programme modifié par", "~user")]},
}


@document
@alone
def helpdesk_mail(sheet):
    """A colleague's mail: it was sent later than the program failed, and not by who used it."""
    language = sheet.chance.choice(list(HELPDESK))
    text, told = HELPDESK[language], told_by(sheet, "%d.%m.%Y %H:%M:%S", language=language)
    sent = moment(sheet.truth.at + datetime.timedelta(hours=5), "%d.%m.%Y %H:%M")
    colon = " :" if language == "fr" else ":"
    fields = sometimes(sheet, lambda: text["fields"] + "\n" + "\n".join(f"  {name} = {value}".rstrip() for name, value in fields_of(sheet)))
    # Where the dump tells no time a reader may take the mail's: so it always tells one.
    if "at" not in told:
        told["at"] = moment(sheet.truth.at, sheet.stamp)
        sheet.truth.say("at", True)
    rows = "\n".join(f"  - {key}{colon} {value}" for key, value in rows_of(sheet, told, text["rows"]))
    return joined(text["head"].format(sent, told["program"]), f"{text['hello']}\n\n{text['text']}\n\n{rows}",
                  sometimes(sheet, lambda: f"{text['programs']} {', '.join(chain(sheet))}"), fields, f"{text['java']}\n{stack_of(sheet)}",
                  text["bye"])


@document
@alone
def ticket_paste(sheet):
    """A ticket's text with marks of a wiki, below what the ticket itself says."""
    told, other = told_by(sheet, "%Y-%m-%d %H:%M:%S"), sheet.chance.choice(["LHANSEN", "KOWALSKI"])
    rows = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("M3 user", "user"), ("Job", "job"), ("Company", "company"),
                                 ("Division", "division"),
                                 ("M3 environment", "environment"), ("M3 version", "version"), ("Time of failure", "at"),
                                 ("Failed operation", "where")])
    ticket = [("Type", "Bug"), ("Priority", "Major"), ("Status", "Open"), ("Reporter", other), ("Assignee", "Unassigned"), ("Labels", "dump, m3")]
    fields = sometimes(sheet, lambda: "h3. Field values\n||Field||Value||\n" + "\n".join(f"|{name}|{value or ' '}|" for name,
                                                                                         value in fields_of(sheet)))
    programs = sometimes(sheet, lambda: "h3. Program stack\n" + "\n".join(f"# {name}" for name in chain(sheet)))
    java = "h3. Java trace\n{code:java}\n" + stack_of(sheet) + "\n{code}"
    return joined(f"[M3-4711] {told['program']} ends abnormally", lines(ticket, "{:<12}{}"), "h3. Facts from the dump\n" + lines(rows, "* *{}:* {}"),
                  programs, fields, java,
                  f"---- Comments ----\n{other}: happened twice before, please look at it.")


HTML = """<!DOCTYPE html>
<html><head><title>M3 alert</title><style>td.k {{ color: #666; width: 160px }}</style></head>
<body style="font-family: Segoe UI, sans-serif"><table width="600" cellpadding="0" cellspacing="0"><tr><td>
<h1 style="background: #c00; color: #fff">Program {} has failed</h1>
<table class="facts">
{}
</table>
{}<h2>What was thrown</h2>
<div style="font-family: monospace; white-space: pre">{}</div>
</td></tr><tr><td class="foot">You get this mail as you watch <a href="https://m3.example.com/">M3 operations</a>.
Monitor 3.2.1, sent by svcm3</td></tr></table>
</body></html>
"""


@document
@alone
def alert_mail(sheet):
    """HTML: tables in a table, each fact in a row of two cells."""
    told = told_by(sheet, "%d %b %Y %H:%M:%S")
    rows = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job number", "job"), ("Company", "company"),
                                 ("Division", "division"),
                                 ("Environment", "environment"), ("M3 release", "version"), ("When", "at"), ("Failed operation", "where"),
                                 ("Java", "=1.8.0_251, 64 bit"), ("Monitored since", "~date"), ("Program last changed by", "~user")])
    row = "\n".join(f'<tr><td class="k">{escape(key)}</td><td class="v"><b>{escape(value)}</b></td></tr>' for key, value in rows)
    calls = lambda: f"<h2>Programs on the stack</h2>\n<p>{' &rarr; '.join(chain(sheet))}</p>\n"
    cells = lambda: "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>\n" for name, value in fields_of(sheet))
    more = sometimes(sheet, calls) + sometimes(sheet, lambda: f"<h2>Fields of the program</h2>\n<table class=\"fields\">\n{cells()}</table>\n")
    return HTML.format(told["program"], row, more, escape(stack_of(sheet)))


# Bundles, reports on paper, lines.
SUPPORT = {
    "en": (["Support bundle", "Summary", "Session", "System", "Program stack", "Field values", "Java stack trace", "Contents"],
           [("Program", "program"), ("Panel", "panel"), ("Time of failure", "at"), ("Failed operation", "where"), ("Program changed by", "~user")],
           [("User", "user"), ("Company", "company"), ("Division", "division"), ("Job", "job"), ("Previous program", "~program"),
            ("Client version", "=10.3.1.0")],
           [("Environment", "environment"), ("M3 version", "version"), ("Java version", "=1.8.0_251"), ("Database user", "=MDBUSR"),
            ("Started", "~date")]),
    "nl": (["Supportbundel", "Samenvatting", "Sessie", "Systeem", "Programmastack", "Veldwaarden", "Java-stacktrace", "Inhoud"],
           [("Programma", "program"), ("Scherm", "panel"), ("Tijdstip van de fout", "at"), ("Mislukte bewerking", "where"),
            ("Programma gewijzigd door", "~user")],
           [("Gebruiker", "user"), ("Bedrijf", "company"), ("Divisie", "division"), ("Job", "job"), ("Vorig programma", "~program"),
            ("Clientversie", "=10.3.1.0")],
           [("Omgeving", "environment"), ("M3-versie", "version"), ("Java-versie", "=1.8.0_251"), ("Databasegebruiker", "=MDBUSR"),
            ("Gestart", "~date")]),
    "it": (["Pacchetto di supporto", "Riepilogo", "Sessione", "Sistema", "Stack dei programmi", "Valori dei campi", "Stack Java", "Indice"],
           [("Programma", "program"), ("Pannello", "panel"), ("Data e ora dell'errore", "at"), ("Operazione fallita", "where"),
            ("Programma modificato da", "~user")],
           [("Utente", "user"), ("Società", "company"), ("Divisione", "division"), ("Lavoro", "job"), ("Programma precedente", "~program")],
           [("Ambiente", "environment"), ("Versione M3", "version"), ("Versione Java", "=1.8.0_251"), ("Utente del database", "=MDBUSR")]),
}


@document
def support_bundle(sheet):
    """Contents first, then sections with their numbers."""
    language = sheet.chance.choice(["en", "en", "nl", "it"])
    names, *layouts = SUPPORT[language]
    told = told_by(sheet, "%Y-%m-%d %H:%M:%S", language=language)
    sections = [(name, lines(rows_of(sheet, told, layout), "   {:<26} : {}")) for name, layout in zip(names[1:4], layouts)]
    sections.append((names[4], sometimes(sheet, lambda: "\n".join(f"   {at}) {name}" for at, name in enumerate(chain(sheet), 1)))))
    sections.append((names[5], sometimes(sheet, lambda: "\n".join(f"   {name:<26} : {value}".rstrip() for name, value in fields_of(sheet)))))
    sections = [section for section in [*sections, (names[6], indented(stack_of(sheet), 3))] if section[1]]
    contents = "\n".join(f"   {at}. {name}" for at, (name, _) in enumerate(sections, 1))
    body = [f"{at}. {name}\n{'-' * (len(name) + 3)}\n{text}" for at, (name, text) in enumerate(sections, 1)]
    return joined(f"{names[0].upper()} M3 BUSINESS ENGINE", f"{names[7]}\n{contents}", *body)


REPORT = {
    "en": ("ABNORMAL TERMINATION OF PROGRAM", "PAGE", "PROGRAM STACK", "FIELDS", "JAVA EXCEPTION", "END OF REPORT",
           [("PROGRAM", "program"), ("PANEL", "panel"), ("USER", "user"), ("JOB", "job"), ("COMPANY", "company"), ("DIVISION", "division"),
            ("ENVIRONMENT", "environment"), ("RELEASE", "version"), ("FAILED AT", "at"), ("OPERATION", "operation"), ("FILE", "object"),
            ("PREVIOUS PROGRAM", "~program"), ("JAVA VERSION", "=1.8.0_251")]),
    "fr": ("FIN ANORMALE DU PROGRAMME", "PAGE", "PILE DES PROGRAMMES", "ZONES", "EXCEPTION JAVA", "FIN DU RAPPORT",
           [("PROGRAMME", "program"), ("ÉCRAN", "panel"), ("UTILISATEUR", "user"), ("TRAVAIL", "job"), ("SOCIÉTÉ", "company"),
            ("DIVISION", "division"),
            ("ENVIRONNEMENT", "environment"), ("VERSION M3", "version"), ("DATE ET HEURE", "at"), ("OPÉRATION", "operation"), ("FICHIER", "object"),
            ("PROGRAMME PRÉCÉDENT", "~program"), ("VERSION JAVA", "=1.8.0_251")]),
    "es": ("FIN ANORMAL DEL PROGRAMA", "PÁGINA", "PILA DE PROGRAMAS", "CAMPOS", "EXCEPCIÓN JAVA", "FIN DEL INFORME",
           [("PROGRAMA", "program"), ("PANTALLA", "panel"), ("USUARIO", "user"), ("TRABAJO", "job"), ("COMPAÑÍA", "company"),
            ("DIVISIÓN", "division"),
            ("ENTORNO", "environment"), ("VERSIÓN DE M3", "version"), ("FECHA Y HORA", "at"), ("OPERACIÓN", "operation"), ("ARCHIVO", "object"),
            ("PROGRAMA ANTERIOR", "~program"), ("VERSIÓN DE JAVA", "=1.8.0_251")]),
}


@document
def paper_80(sheet):
    """A report on narrow paper: two keys on a line where they fit, and a new page in the midst of whatever comes."""
    language = sheet.chance.choice(["en", "en", "fr", "es"])
    title, page, stack, fields, java, end, layout = REPORT[language]
    told = told_by(sheet, "%d.%m.%Y %H:%M:%S", language=language)
    text, row = [], ""
    for key, value in rows_of(sheet, told, layout):
        cell = f"{key:.<18}: {value}"
        if row and len(cell) > 38 or len(row) > 39:
            text, row = [*text, row.rstrip()], ""
        row, text = (f"{cell:<40}", text) if not row else ("", [*text, row + cell])
    text += [row.rstrip()] * bool(row)
    text += ["", stack, *(f"  {at:03d}  {name}" for at, name in enumerate(chain(sheet), 1))] if sheet.chance.random() < 0.8 else []
    text += ["", fields, *(f"  {name:<10}  '{value}'" for name, value in fields_of(sheet))] if sheet.chance.random() < 0.8 else []
    text += ["", java, *stack_of(sheet).replace("\t", "   ").split("\n"), "", f"{f'*** {end} ***':^80}".rstrip()]
    size = sheet.chance.randint(16, 26)
    head = lambda at: f"M3R815-1  {title:^56}  {page} {at:>4}\n{'-' * 80}\n"
    return "\f".join(head(at) + "\n".join(text[start:start + size]) + "\n" for at, start in enumerate(range(0, len(text), size), 1))


@document
def columns_side_by_side(sheet):
    """What the program did on the left, what was around it on the right."""
    told, chance = told_by(sheet, "%Y-%m-%d %H:%M:%S"), sheet.chance
    left = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Company", "company"), ("Division", "division"),
                                 ("Failed at", "at"),
                                 ("Operation", "where")])
    right = rows_of(sheet, told, [("Environment", "environment"), ("M3 version", "version"), ("Job", "job"), ("Host", "=M3SRV01"),
                                  ("Java version", "=1.8.0_251"),
                                  ("Database user", "=MDBUSR"), ("Up since", "~date")])
    written = lambda rows, at: f"{rows[at][0]:<13} {rows[at][1]}" if at < len(rows) else ""
    bar = chance.choice([" | ", " ¦ ", " || "])
    table = [f"{'PROGRAM':<44}{bar}SYSTEM", f"{'-' * 44}{bar.replace(' ', '-')}{'-' * 44}"]
    table += [f"{written(left, at):<44}{bar}{written(right, at)}".rstrip() for at in range(max(len(left), len(right)))]
    cells = lambda: [f"{name:<8} = '{value}'" for name, value in fields_of(sheet)]
    halves = lambda found: "\n".join("".join(f"{cell:<44}{bar}" for cell in found[at:at + 2])[:-len(bar)].rstrip() for at in range(0, len(found), 2))
    return joined("\n".join(table), sometimes(sheet, lambda: f"PROGRAM STACK\n{' > '.join(chain(sheet))}"),
                  sometimes(sheet, lambda: "FIELDS\n" + halves(cells())),
                  f"JAVA TRACE\n{stack_of(sheet)}")


@document
def one_liner(sheet):
    """All facts on one line, as a monitor wants them, and the trace behind it."""
    told, sign = told_by(sheet, "%Y%m%d-%H:%M:%S"), sheet.chance.choice(["|", "; ", ", "])
    rows = rows_of(sheet, told, [("PGM", "program"), ("PNL", "panel"), ("USR", "user"), ("JOB", "job"), ("CONO", "company"), ("DIVI", "division"),
                                 ("ENV", "environment"), ("M3VER", "version"), ("TS", "at"), ("OP", "operation"), ("FILE", "object"),
                                 ("JVM", "=1.8.0_251"),
                                 ("DBUSR", "=MDBUSR"), ("PRVPGM", "~program")])
    rows += [("STACK", ">".join(chain(sheet)))] if sheet.chance.random() < 0.8 else []
    safe = lambda value: f'"{value}"' if sign.strip() in value else value
    fields = sometimes(sheet, lambda: "\nFLD " + sign.join(f"{name}={safe(value)}" for name, value in fields_of(sheet)))
    return f"M3DUMP{sign}" + sign.join(f"{key}={safe(value)}" for key, value in rows) + f"{fields}\n{stack_of(sheet)}\n"


@document
def row_of_values(sheet):
    """A line of names and a line of values between semicolons, and the trace below."""
    told = told_by(sheet, "%Y-%m-%d %H:%M:%S")
    rows = rows_of(sheet, told, [("DumpNo", "=0017"), ("Timestamp", "at"), ("Program", "program"), ("Panel", "panel"), ("User", "user"),
                                 ("Job", "job"),
                                 ("Company", "company"), ("Division", "division"), ("Environment", "environment"), ("M3Version", "version"),
                                 ("JavaVersion", "=1.8.0_251"), ("Operation", "operation"), ("Object", "object"), ("PreviousProgram", "~program")])
    table = "\n".join(";".join(line) for line in zip(*rows))
    fields = sometimes(sheet, lambda: "Field;Value\n" + "\n".join(f"{name};{value}" for name, value in fields_of(sheet)))
    calls = sometimes(sheet, lambda: "Level;CalledProgram\n" + "\n".join(f"{at};{name}" for at, name in enumerate(chain(sheet), 1)))
    return joined(table, calls, fields, stack_of(sheet))


# Files for machines.
@document
def cluster_resource(sheet):
    """YAML as a cluster describes its resources."""
    told = told_by(sheet, "%Y-%m-%dT%H:%M:%SZ", 0, 0)
    part = lambda rows, depth: "".join(f"{' ' * depth}{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in rows)
    labels = part(rows_of(sheet, told, [("m3.example.com/environment", "environment"), ("m3.example.com/release", "version"),
                                        ("app.kubernetes.io/managed-by", "=Helm")]), 4)
    spec = part(rows_of(sheet, told, [("program", "program"), ("panel", "panel"), ("user", "user"), ("job", "job"), ("company", "company"),
                                      ("division", "division"),
                                      ("previousProgram", "~program"), ("image", "=registry.example.com/m3be:latest")]), 2)
    status = part(rows_of(sheet, told, [("phase", "=Failed"), ("failedAt", "at"), ("failedOperation", "where")]), 2)
    calls = sometimes(sheet, lambda: "  programStack:\n" + "".join(f"  - {name}\n" for name in chain(sheet)))
    fields = sometimes(sheet, lambda: "  fields:\n" + part(fields_of(sheet), 4))
    return (f"apiVersion: m3.example.com/v1\nkind: ProgramDump\nmetadata:\n  name: dump-4711\n" + (f"  labels:\n{labels}" if labels else "")
            + f"spec:\n{spec}status:\n{status}{calls}{fields}  stackTrace: |\n{indented(stack_of(sheet), 4)}\n")


@document
def toml_report(sheet):
    """Tables in brackets, one for each frame as well."""
    told = told_by(sheet, "%Y-%m-%dT%H:%M:%S+02:00", 0, 2)
    text = lambda value: "'" + value + "'" if '"' in value or "\\" in value else f'"{value}"'
    table = lambda name, rows: f"[{name}]\n" + "\n".join(f"{key} = {value}" for key, value in rows) if rows else ""
    quoted = lambda layout: [(key, value if key == "failed_at" else text(value)) for key, value in rows_of(sheet, told, layout)]
    program = quoted([("name", "program"), ("panel", "panel"), ("changed_by", "~user"), ("failed_at", "at")])
    program += [("stack", json.dumps(chain(sheet)))] if sheet.chance.random() < 0.8 else []
    session = quoted([("user", "user"), ("company", "company"), ("division", "division"), ("job", "job"), ("client_version", "=10.3.1.0")])
    system = quoted([("environment", "environment"), ("m3_version", "version"), ("java_version", "=1.8.0_251"), ("os_user", "=svcm3")])
    fault = quoted([("class", "exception"), ("message", "exception_message"), ("operation", "where")])
    inside = lambda frame: f'class = "{frame[0]}"\nmethod = "{frame[1]}"' + (f'\nfile = "{frame[2]}"\nline = {frame[3]}' if frame[2]
                                                                             else "\nnative = true")
    fields = sometimes(sheet, lambda: table("fields", [(name, text(value)) for name, value in fields_of(sheet)]))
    stack = frames(sheet, lambda at, frame: f"[[exception.frames]]\n{inside(frame)}")
    return joined("# M3 program dump", table("program", program), table("session", session), table("system", system), fields,
                  table("exception", fault), *stack)


@document
def search_index_record(sheet):
    """JSON with objects and arrays as an index of logs keeps it."""
    told, truth = told_by(sheet, "%Y-%m-%dT%H:%M:%S.{ms}Z", 3, 0), sheet.truth
    record = {"@timestamp": told["at"]} if "at" in told else {}
    record |= {"event": {"kind": "alert", "category": ["process"], "severity": 9}, "log": {"level": "FATAL", "logger": "mvx.runtime.Dump"},
               "message": f"program {told['program']} ended abnormally", "host": {"name": "m3srv01", "os": {"name": "Windows Server 2016",
                                                                                                            "version": "10.0"}}}
    record["process"] = {"pid": 4711, "runtime": {"name": "java", "version": "1.8.0_251"}, "user": {"name": "svcm3"}}
    record["service"] = dict([("name", "m3-business-engine"), *rows_of(sheet, told, [("version", "version"), ("environment", "environment")])])
    record["m3"] = {"program": dict(rows_of(sheet, told, [("name", "program"), ("panel", "panel"), ("changed_by", "~user")])),
                    "session": dict(rows_of(sheet, told, [("user", "user"), ("company", "company"), ("division", "division"), ("job", "job")])),
                    "operation": dict(rows_of(sheet, told, [("name", "operation"), ("object", "object")]))}
    if sheet.chance.random() < 0.8:
        record["m3"]["program_stack"] = chain(sheet)
    if sheet.chance.random() < 0.8:
        record["m3"]["fields"] = [{"name": name, "value": value} for name, value in fields_of(sheet)]
    record["error"] = {"type": truth.exception, "message": truth.exception_message, "stack_trace": stack_of(sheet)}
    return json.dumps(record, indent=sheet.chance.choice([2, None]), ensure_ascii=False) + "\n"


@document
def event_of_data(sheet):
    """An event in XML: what the system knows of it, then the data by their names."""
    told = told_by(sheet, "%Y-%m-%dT%H:%M:%S.{ms}Z", 3, 0)
    rows = rows_of(sheet, told, [("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"),
                                 ("Division", "division"),
                                 ("Environment", "environment"), ("M3Version", "version"), ("FailedOperation", "where"), ("ProcessUser", "=svcm3"),
                                 ("JavaVersion", "=1.8.0_251")])
    rows += [("ProgramStack", " > ".join(chain(sheet)))] if sheet.chance.random() < 0.8 else []
    data = "\n".join(f"    <Data Name={quoteattr(key)}>{escape(value)}</Data>" for key, value in [*rows, ("StackTrace", stack_of(sheet))])
    time = f"\n    <TimeCreated SystemTime='{told['at']}'/>" if "at" in told else ""
    fields = sometimes(sheet, lambda: "\n  <UserData><Fields>" + "".join(f"\n    <Field Name='{name}' Value={quoteattr(value)}/>" for name,
                                                                         value in fields_of(sheet))
                       + "\n  </Fields></UserData>")
    return (f"<Event xmlns='http://schemas.example.com/win/2004/08/events/event'>\n  <System>\n    <Provider Name='M3 Business Engine'/>\n"
            f"    <EventID>4711</EventID>\n    <Level>2</Level>{time}\n    <Channel>Application</Channel>\n"
            f"    <Computer>M3SRV01.example.com</Computer>\n  </System>\n"
            f"  <EventData>\n{data}\n  </EventData>{fields}\n</Event>\n")


@document
def fault_message(sheet):
    """A fault of a web service, whose detail is the dump."""
    told = told_by(sheet, "%Y-%m-%dT%H:%M:%S")
    inside = lambda layout: "".join(f"\n          <m3:{key}>{escape(value)}</m3:{key}>" for key, value in rows_of(sheet, told, layout))
    session = inside([("user", "user"), ("company", "company"), ("division", "division"), ("job", "job"), ("clientVersion", "=10.3.1.0")])
    program = inside([("name", "program"), ("panel", "panel"), ("failedAt", "at"), ("operation", "where"), ("changedBy", "~user")])
    system = inside([("environment", "environment"), ("release", "version"), ("javaVersion", "=1.8.0_251")])
    calls = sometimes(sheet, lambda: "\n        <m3:callStack>" + "".join(f"<m3:entry>{name}</m3:entry>" for name in chain(sheet))
                      + "</m3:callStack>")
    fields = sometimes(sheet, lambda: "\n        <m3:fields>" + "".join(f"\n          <m3:field name=\"{name}\">{escape(value)}</m3:field>" for name,
                                                                        value in fields_of(sheet))
                       + "\n        </m3:fields>")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">\n'
            "  <soapenv:Body>\n    <soapenv:Fault>\n"
            f"      <faultcode>soapenv:Server</faultcode>\n      <faultstring>{escape(thrown(sheet))}</faultstring>\n      <detail>\n"
            f"      <m3:programDump xmlns:m3=\"http://example.com/m3\">\n        <m3:program>{program}\n        </m3:program>\n"
            f"        <m3:session>{session}\n        </m3:session>\n"
            f"        <m3:system>{system}\n        </m3:system>{calls}{fields}\n"
            f"        <m3:stackTrace>{escape(stack_of(sheet))}</m3:stackTrace>\n      </m3:programDump>\n"
            "      </detail>\n    </soapenv:Fault>\n  </soapenv:Body>\n</soapenv:Envelope>\n")


@document
def told_in_words(sheet):
    """A report in sentences, as somebody dictates it, folded at 76 signs, with the trace as an annex."""
    told = told_by(sheet, "%d %B %Y at %H:%M:%S")
    forms = {"at": "On {} the runtime wrote this report.", "program": "The program in error is {}.", "panel": "Its panel {} was on the screen.",
             "user": "The user was {}.", "job": "The job had the number {}.", "company": "The session was in company {}.",
             "division": "The division was {}.",
             "environment": "The environment is {}.", "version": "The M3 version is {}.", "where": "The failed operation is {}."}
    said = filled(" ".join(form.format(told[field]) for field, form in forms.items() if field in told), 76)
    before = sometimes(sheet, lambda: f" Before that, program {other_program(sheet)} had ended normally.")
    around = filled(f"The JVM is version 1.8.0_251 and runs as svcm3.{before}", 76)
    values = lambda: "The fields had these values:\n" + "\n".join(f"  {name} was '{value}'" for name, value in fields_of(sheet))
    calls = lambda: "The programs called each other in this order: " + ", then ".join(chain(sheet)) + "."
    return joined("REPORT ON A PROGRAM THAT FAILED", said, around, sometimes(sheet, calls), sometimes(sheet, values),
                  f"Annex: Java stack trace\n\n{stack_of(sheet)}")


KEYS, DECOYS, GENERAL = {"en": {}}, {}, {}
TRACES, FIELDS, HEADINGS = plausible.TRACES, plausible.FIELDS, plausible.HEADINGS
