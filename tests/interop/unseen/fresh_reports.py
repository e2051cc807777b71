"""Synthetic dumps as an examiner might write them who was told what a dumplog tells, but not how: reports with sections.

Written by somebody who hadn't seen the reader, nor looked for what it knows. The first half of the set `fresh`, and what all
of it is made with: a `Case` gives the facts of a dump in labels and in an order of the notation's own, and what it was asked
for is stated. Each notation is a whole dump: headings, keys, stack of programs, fields and trace go together as one hand
would write them, with plenty beside them that only resembles the facts.
"""

import datetime
import textwrap

from . import parts, words
from . import truth as truths
from .lines import boxed
from .plausible import anew
from .register import Register

SET = Register()
document = SET.document
ZONES = {"Z": 0, " UTC": 0, "+0100": 1, "+01:00": 1, "+02:00": 2, " CET": "CET"}
ISO, DOTTED = "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"


class Case:
    """One failure, and the words to tell it in. What is asked of it by a fact's name is stated by the dump."""

    def __init__(self, sheet, language="en"):
        anew(sheet)
        sheet.language = language
        self.truth, self.chance = sheet.truth, sheet.chance

    def __getitem__(self, fact):
        truth = self.truth
        if fact in ("where", "operation", "object"):
            both = f"{truth.operation} {truth.object}"
            truth.say("where", both)
            return both if fact == "where" else getattr(truth, fact)
        if fact == "number":
            # What is called a number is one.
            truth.job, fact = (truth.job.partition("/")[0], "job")
        value = getattr(truth, fact)
        if value:
            truth.say(fact, value)
        return value

    def pick(self, *choices):
        return self.chance.choice(choices)

    def often(self, likely=0.5):
        return self.chance.random() < likely

    def shuffled(self, rows, likely=0.4):
        rows = list(rows)
        if self.often(likely):
            self.chance.shuffle(rows)
        return rows

    def time(self, form):
        """When it failed, as strftime has it; {ms} are milliseconds."""
        zone = "slash" if "%d/%m" in form or "%m/%d" in form else next((ZONES[end] for end in ZONES if form.endswith(end)), None)
        truths.take(self.truth, 3 if "{ms}" in form else 0 if "%S" in form else "minutes", zone)
        self.truth.say("at", True)
        return written(self.truth.at, form)

    def near(self, form, hours):
        """A time some hours before the failure, or after it."""
        return written(self.truth.at + datetime.timedelta(hours=hours, seconds=self.chance.randint(-1500, 1500)), form)

    def value(self, what, form):
        """=fact, ~what resembles one, <hours before, >hours after, or a text as it is."""
        if what == "=origin":
            return "customer modification" if self.truth.customer else "standard"
        if what[0] == "=":
            return self.time(form) if what == "=at" else self[what[1:]]
        if what[0] in "<>":
            return self.near(form, int(what[1:]) * (1 if what[0] == ">" else -1))
        return {"~user": self.other_user, "~program": self.other_program, "~date": lambda: self.near(form, -24 * self.chance.randint(90, 2000))}.get(
            what, lambda: what)()

    def rows(self, form, text):
        """Label and value of each "Label|Other label -> what": now and then one is left out, unless ! stands behind it."""
        found = []
        for item in text.split(";"):
            labels, _, what = item.strip().partition(" -> ")
            if what[-1] == "!" or self.often(0.94 if what[0] == "=" else 0.7):
                found.append((self.pick(*labels.split("|")), self.value(what.rstrip("!"), form)))
        return [(label, value) for label, value in found if value]

    def other_user(self):
        return self.chance.choice(words.OTHERS)

    def other_program(self):
        return self.chance.choice([name for name in words.PROGRAMS if name not in self.truth.call_stack])

    def stack(self):
        """The programs that called one another, the oldest first."""
        self.truth.say("call_stack", self.truth.call_stack)
        return self.truth.call_stack

    def release(self):
        """Version and fix level apart from each other, where the version has both."""
        version, _, level = self.truth.version.partition(":")
        self.truth.say("version", self.truth.version, version, f"{version} {level}".strip())
        return version, level

    def host_job(self):
        """Name, user and number of the job, by any of which it may be called."""
        truth, name = self.truth, f"QPADEV{self.chance.randrange(10**4):04d}"
        truth.job = f"{self.chance.randrange(10**5, 10**6)}"
        truth.say("job", truth.job, name, f"{truth.job}/{truth.user}/{name}", f"{name}/{truth.user}/{truth.job}")
        return name, self["user"], truth.job

    def head(self):
        return parts.head(self.truth.exception, self.truth.exception_message)

    def frames(self, form="\tat {}"):
        """The frames below the head of a trace, each by the form of its line."""
        parts.say_thrown(self.truth)
        return [form.format(f"{frame[0]}.{frame[1]}({parts.place(frame)})") for frame in self.truth.frames]

    def trace(self, form="\tat {}"):
        """As Java prints it, causes as well."""
        lines = [self.head(), *self.frames(form)]
        for (exception, message), frames in self.truth.causes:
            lines.append(f"Caused by: {parts.head(exception, message)}")
            lines += [form.format(f"{frame[0]}.{frame[1]}({parts.place(frame)})") for frame in frames] + [f"\t... {len(self.truth.frames) - 1} more"]
        return "\n".join(lines)

    def earlier(self, form="\tat {}"):
        """The program and the trace of an error that was handled before."""
        other = truths.made(self.chance)
        other.program, other.panel = self.other_program(), "B"
        frames = [form.format(f"{frame[0]}.{frame[1]}({parts.place(frame)})") for frame in truths.frames(self.chance, other)[:5]]
        thrown = self.pick("java.lang.IllegalArgumentException: quantity < 0", "java.io.IOException: Connection reset by peer",
                           "mvx.runtime.MvxRuntimeException: Record not found in CSYTAB")
        return other.program, "\n".join([thrown, *frames])

    def fields(self, form):
        """A line for each field of the program, by a form of its name and value."""
        self.truth.say_fields({name: [value, value or None] for name, value in self.truth.fields})
        return [form.format(name, value).rstrip() for name, value in self.truth.fields]

    def stored(self, form):
        """A line for each field by name, type, length, value and what is stored: packed digits, or letters of EBCDIC."""
        right, lines = {}, []
        for name, value in self.truth.fields:
            kind, size, shown, code = storage(value)
            right[name] = [shown, value, code, f"X'{code}'", value or None]
            lines.append(form.format(name, kind, size, shown, code).rstrip())
        self.truth.say_fields(right)
        return lines


def storage(value):
    digits = value.lstrip("-").replace(".", "")
    if digits.isdigit():
        digits = digits.zfill(9 if "." in value else 7)
        digits = digits if len(digits) % 2 else "0" + digits
        places = f"{len(digits)},{2 if '.' in value else 0}"
        return "PACKED", places, value, digits + ("D" if value.startswith("-") else "F")
    return "CHAR", str(max(len(value), 1)), value, (value or " ").encode("cp037").hex().upper()


def written(at, form):
    return at.strftime(form.replace("{ms}", f"{at.microsecond // 1000:03d}"))


def dots(label, width, sign="."):
    return f"{label} {sign * (width - len(label))}"


def spaced(label, width):
    """As on IBM i, dots with blanks between up to the colon."""
    return label + "".join("." if at % 2 and at > len(label) else " " for at in range(len(label), width // 2 * 2 + 1))


def grid(rows, header):
    return boxed([header, *rows], "-", "|", "+++", "+++", "+++", header=True)


def aligned(rows, between=" : ", lead=""):
    width = max(len(label) for label, _ in rows)
    return "\n".join(f"{lead}{label:<{width}}{between}{value}" for label, value in rows)


def joined(*texts, between="\n\n"):
    return between.join(text if isinstance(text, str) else "\n".join(text) for text in texts if text) + "\n"


@document
def leaders_under_rules(sheet):
    """Dots up to the colon, and sections between rules of 80 signs."""
    case = Case(sheet)
    rule = case.pick("=", "-", "*") * 80
    rows = case.rows(ISO, "Program|Failing program -> =program!; Panel -> =panel; Program compiled -> ~date; User|User id -> =user;"
                          " Job|Job id -> =job;"
                          " Company -> =company; Division -> =division; Environment -> =environment; Version -> =version; JVM -> 1.8.0_251;"
                          " Time of dump|Dump taken -> =at; Operation|Failing operation -> =where; Program code -> =origin")
    stack = [f"  {at}. {name}" for at, name in enumerate(case.stack(), 1)]
    stack[-1] += "    <<< terminated here"
    section = lambda name, lines: "\n".join([rule, name.upper(), rule, *lines])
    rest = case.shuffled([section("Program stack (oldest first)", stack), section("Field contents", case.fields('  {} = "{}"'))])
    return joined(section("M3 Business Engine - program dump", [f"{dots(label, 24)}: {value}" for label, value in rows]), *rest,
                  section("Java stack trace", [case.trace()]))


@document
def bars_all_the_way(sheet):
    """One table of bars with sections in it: | Key | v |."""
    case = Case(sheet)
    rows = case.rows("%Y-%m-%d %H:%M:%S.{ms}", "Company (CONO) -> =company; Division (DIVI) -> =division; User (USID) -> =user;"
                                               " Job (JOBNAME) -> =job;"
                     " Database user -> MDBUSR; Program (PGM) -> =program!; Panel -> =panel; M3 version -> =version; Environment -> =environment;"
                     " Client version -> 10.3.1.0; Failed at -> =at; Operation -> =operation!; File -> =object!; Last changed by -> ~user")
    stack = [(str(at), name) for at, name in enumerate(case.stack(), 1)]
    fields = [(name, value) for name, value in case.truth.fields]
    case.fields("{}{}")
    width = max(len(cell[0]) for cell in rows) + 1
    line = lambda cells: f"| {cells[0]:<{width}} | {cells[1]:<50} |"
    bar = f"|{'-' * (width + 2)}|{'-' * 52}|"
    title = lambda name: f"| {name:<{width + 53}} |"
    body = [bar, title("M3 DUMPLOG"), bar, *map(line, rows), bar, title("PROGRAM STACK, 1 = FIRST PROGRAM CALLED"), bar, *map(line, stack), bar,
            title("FIELDS AT TIME OF FAILURE"), bar, *map(line, fields), bar]
    return joined(body, case.trace("    at {}"))


@document
def two_up_as_ibm_i(sheet):
    """Job, user and number on the first line, and the rest two on a line behind dots."""
    case = Case(sheet)
    name, user, number = case.host_job()
    rows = case.rows(DOTTED, "Program -> =program!; Library -> M3PGM; Panel -> =panel; Display file -> *NONE; Company -> =company;"
                             " Division -> =division; Environment -> =environment; Release -> =version; Date and time -> =at;"
                             " Job entered system -> <5; Subsystem -> QINTER; Job queue -> *N; Operation -> =operation!; File -> =object!")
    cells = [f"  {spaced(label, 24)}:   {value:<24}" for label, value in rows]
    stack = case.stack()
    programs = [f"  {program:<10}  M3PGM       {case.chance.randint(1, 9000) * 100:>8}" for program in stack]
    return joined(f"{'Display Program Dump':^78}\n{'System:   M3PRD01':>78}",
                  f"Job . . :   {name}     User . . :   {user:<10}   Number . . :   {number}",
                  ["".join(cells[at:at + 2]).rstrip() for at in range(0, len(cells), 2)],
                  "Call stack (outermost program first)\n\n  Program     Library     Statement\n" + "\n".join(programs),
                  ["Field       Attr    Length  Value", *case.stored("{0:<12}{1:<8}{2:<8}'{3}'")], "Java exception\n\n" + case.trace("  at {}"))


@document
def screen_printed(sheet):
    """A screen of 80 columns that was printed later: the program that shows it, and when, say nothing of the failure."""
    case = Case(sheet)
    printed = case.near(ISO, 4)
    rows = case.rows(ISO, "Program -> =program!; Panel -> =panel; Signed-on user -> =user; Job -> =number; Company -> =company;"
                          " Division -> =division;"
                          " Environment -> =environment; Version/fix -> =version; Failed -> =at!; Operation -> =operation!; File/format -> =object!")
    text = [f" MVS917/E          {'Dump Log. Display':^36}  {printed}", f" Printed by  . . . . : {case.other_user()}", ""]
    text += [f" {spaced(label, 20)}: {value}" for label, value in rows]
    text += ["", " Exception . . . . . . :"] + [f"   {line}" for line in textwrap.wrap(case.head(), 74, break_on_hyphens=False)]
    text += ["", " Programs, latest call on top:"] + [f"   {at:>2} {name}" for at, name in enumerate(case.stack()[::-1], 1)]
    return joined(text + ["", " F3=End  F5=Refresh  F12=Previous  F17=Java stack"], "Java stack (F17)\n" + "\n".join(case.frames("   {}")))


@document
def incident_ticket(sheet):
    """The head of a ticket, and the dump as somebody pasted it."""
    case = Case(sheet)
    ticket = [("Ticket", f"INC{case.chance.randrange(10**7):07d}"), ("Customer", "Demo Industries AB"), ("Reported by", case.other_user()),
              ("Opened", case.near(ISO, 3)), ("Priority", "2 - High"), ("Assigned to", "M3 Application Support")]
    rows = case.rows(ISO, "PGM|Program -> =program!; PANEL -> =panel; USID -> =user; JOB -> =job; CONO -> =company; DIVI -> =division;"
                          " ENV -> =environment; M3 VERSION -> =version; OCCURRED -> =at!; FAILED OPERATION -> =where; JAVA -> 11.0.20")
    stack = " => ".join(case.stack())
    return joined(aligned(ticket, ": "), "Description:\nThe user was thrown out of the program. Below is the dump from the server, unchanged.",
                  "----- begin dump -----\n" + "\n".join(f"{label} = {value}" for label, value in case.shuffled(rows)),
                  f"CALLED PROGRAMS = {stack}", case.trace(), ["FIELDS:", *case.fields("{}='{}'")], "----- end dump -----")


@document
def wrapped_at_80(sheet):
    """Everything flows and is broken at 80 columns, the exception's message too."""
    case = Case(sheet)
    wrap = lambda text, hang="": textwrap.fill(text, 80, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)
    rows = case.rows("%d %b %Y %H:%M:%S", "program|program name -> =program!; panel -> =panel; user -> =user; job -> =job;"
                                          " company -> =company; division -> =division;"
                     " environment -> =environment; version -> =version; server started -> <70; time of failure -> =at;"
                     " failing operation -> =where; host -> m3app02")
    said = "; ".join(f"{label}: {value}" for label, value in case.shuffled(rows))
    fields = "; ".join(case.fields('{}="{}"'))
    return joined("M3 DUMP LOG", wrap(f"Identification: {said}", "    "),
                  wrap(f"Program stack (outermost to innermost): {', '.join(case.stack())}", "    "),
                  wrap(f"Contents of fields: {fields}", "    "), [wrap(f"Exception: {case.head()}", "    "), *case.frames("    at {}")])


@document
def current_and_history(sheet):
    """What failed now, and what failed before and was handled."""
    case = Case(sheet)
    program, trace = case.earlier()
    rows = case.rows(ISO, "Time -> =at!; Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company/CONO -> =company;"
                          " Division/DIVI -> =division;"
                          " Failing I/O -> =where")
    past = [("Time", case.near(ISO, -1)), ("Program", program), ("Panel", "B"), ("Failing I/O", "CHAIN CSYTAB")]
    system = case.rows(ISO, "Environment -> =environment; M3 version -> =version!; Java version -> 1.8.0_251; Host -> M3APP02; Node started -> <200")
    stack = "\n".join(f"    {'  ' * at}{name}" for at, name in enumerate(case.stack()))
    return joined("M3 BE DUMP", *[f"SECTION {at} - {text}" for at, text in enumerate(case.shuffled([
        f"UNHANDLED EXCEPTION (cause of this dump)\n{aligned(rows, lead='    ')}\n\n{case.trace()}",
        f"EXCEPTIONS HANDLED EARLIER IN THIS JOB (for information)\n{aligned(past, lead='    ')}\n\n{trace}",
        f"PROGRAM STACK\n{stack}", "FIELDS\n" + "\n".join(case.fields("    {} = {}")),
        f"INSTALLATION\n{aligned(system, lead='    ')}"]), 1)])


@document
def newest_first(sheet):
    """The stack with the current program on top, each with its panel and line."""
    case = Case(sheet)
    rows = case.rows("%Y/%m/%d %H:%M:%S", "User profile -> =user!; Job name -> =job; CONO -> =company; DIVI -> =division;"
                                          " Environment -> =environment;"
                     " M3 release -> =version; Date/time of failure -> =at; Web user -> ~user; Previous job -> 004711")
    stack = [f"  #{at} {name:<8} panel {(case['panel'] or '-') if not at else case.pick('A', 'B', 'E'):<3} line {case.chance.randint(100, 9000)}"
             for at, name in enumerate(case.stack()[::-1])]
    return joined(f"PROGRAM {case['program']} TERMINATED ABNORMALLY", aligned(rows, case.pick(" = ", ": ", " . . . : ")),
                  ["Call stack (#0 = current program, then its callers)", *stack], f"Last operation attempted: {case['where']}  (failed)",
                  ["Screen fields", *case.fields("  {}: [{}]")], "Exception in current program\n" + case.trace("    at {}"))


@document
def nested_contexts(sheet):
    """Each program within the one that called it; what failed is told of the innermost."""
    case, lines = Case(sheet), []
    stack = case.stack()
    for at, name in enumerate(stack):
        lead = "    " * at
        lines.append(f"{lead}+ program {name}")
        if at < len(stack) - 1:
            lines += [f"{lead}    started {case.near('%H:%M:%S', at - len(stack))}, waiting for called program"]
        else:
            inside = [f"panel {case['panel']}"] if case.truth.panel else []
            lines += [f"{lead}    {text}" for text in [*inside, f"operation {case['where']}", "*** failed here ***"]]
    rows = case.rows("%d-%b-%Y %H:%M:%S", "Failing program -> =program!; User -> =user; Job -> =job; Company -> =company;"
                                          " Division -> =division; Env -> =environment;"
                     " BE version -> =version; Failed on -> =at; Java home -> /opt/java/jre1.8.0_251; Grid version -> 2.1.33")
    return joined("Nested program dump", aligned(rows, case.pick(" : ", " = ")), ["Program nesting", "---------------", *lines],
                  "Exception\n---------\n" + case.trace(), ["Variables of the failing program", "--------------------------------",
                                                            *case.fields("{:<8}= '{}'")])


@document
def side_by_side(sheet):
    """Who and what on the left, the system on the right."""
    case = Case(sheet)
    left = case.rows(ISO, "Program -> =program!; Panel -> =panel; User -> =user; Company -> =company; Division -> =division;"
                          " Operation -> =operation!; File -> =object!")
    right = case.rows(ISO, "Failed at -> =at; Environment -> =environment; Version -> =version; Java -> 1.8.0_251; Host -> m3app02.example.com;"
                           " Up since -> <120; DB user -> MDBUSR")
    height = max(len(left), len(right))
    cell = lambda rows, at: f"{rows[at][0]:<12}: {rows[at][1]}" if at < len(rows) else ""
    body = [f"{'FAILURE':<40} | SYSTEM", f"{'-' * 40}-+-{'-' * 37}", *(f"{cell(left, at):<40} | {cell(right, at)}".rstrip() for at in range(height))]
    job = case["job"]
    return joined(body, f"Job: {job}", "Program stack: " + " > ".join(case.stack()), ["DATA", "-" * 78, *case.fields("{:<10}{}")], case.trace())


@document
def developer_context(sheet):
    """A developer's log of the exception, and below it what the thread carried along."""
    case = Case(sheet)
    record = written(case.truth.at, "%Y-%m-%d %H:%M:%S,{ms}")
    rows = case.rows("%Y-%m-%dT%H:%M:%S.{ms}", "program -> =program!; panel -> =panel; user -> =user; job -> =job; cono -> =company;"
                                               " divi -> =division; environment -> =environment;"
                     " m3Version -> =version; failedAt -> =at!; clientIp -> 10.20.30.40; dbUser -> MDBUSR; javaVersion -> 17.0.8")
    context = ["Context at time of failure:", *(f"  {label}={value}" for label, value in case.shuffled(rows))]
    rest = case.shuffled([context, ["Last I/O (not completed):", f"  {case['where']}"],
                          ["M3 call hierarchy, caller before callee:", *(f"  -> {name}" for name in case.stack())],
                          ["Bean state:", *case.fields("  {}={}")]])
    logged = f"{record} ERROR [M3-Interactive-{case.chance.randint(1, 40)}] mvx.runtime.ProgramRunner - Program terminated by unhandled exception"
    return joined(f"{logged}\n{case.trace()}", *rest)


@document
def escape_message(sheet):
    """The message of a host with its second level, and technical details."""
    case = Case(sheet)
    panel = f" on panel {case['panel']}" if case.truth.panel else ""
    date, hour = case.time("%Y-%m-%d|%H:%M:%S").split("|")
    head = [("Message ID", "M3X0017"), ("Severity", "40"), ("Message type", "Escape"), ("Date sent", date), ("Time sent", hour)]
    rows = case.rows(ISO, "User -> =user; Job -> =job; Environment -> =environment; Release level -> =version; Message queue -> QSYSOPR;"
                          " Reply by -> ~user")
    said = (f"Program {case['program']} ended abnormally{panel} in company {case['company']}, division {case['division']}. "
            f"The operation {case['where']} could not be completed. The program was removed from the job and the user returned to the menu.")
    wrapped = textwrap.fill(said, 78, initial_indent=" " * 20, subsequent_indent=" " * 20, break_on_hyphens=False).lstrip()
    return joined("Additional Message Information", [f"{spaced(label, 16)}:   {value}" for label, value in head],
                  f"Message . . . . :   Program ended abnormally.\nCause . . . . . :   {wrapped}",
                  "Recovery  . . . :   Send the dump to those who maintain the program.\n                    Message M3X0016 is not related.",
                  ["Technical details", *(f"  {spaced(label, 20)}: {value}" for label, value in rows)],
                  "Program stack (program in error first): " + " / ".join(case.stack()[::-1]), case.trace())


@document
def work_area_hex(sheet):
    """Where in the work area a field lies, how it is stored, and what it is."""
    case = Case(sheet)
    rows = case.rows("%y%m%d %H%M%S", "PGM -> =program!; PANEL -> =panel; USID -> =user; JOBNR|JOBNAME -> =number; CONO -> =company;"
                                      " DIVI -> =division; ENV -> =environment;"
                     " RELEASE -> =version; DUMPED (YYMMDD HHMMSS) -> =at; OPERATION -> =operation!; FILE -> =object!; COMPILED -> ~date")
    lines, offset = [], 0
    for line, (_, value) in zip(case.stored("{0:<10} {1:<7} {2:>5}  {4:<30} '{3}'"), case.truth.fields):
        lines.append(f"{offset:04X}  {line}")
        offset += len(storage(value)[3]) // 2
    table = ["OFFS  NAME       TYPE      LEN  HEX                            VALUE", *lines]
    return joined("PROGRAM STORAGE DUMP", aligned(rows, case.pick(" : ", "  ")),
                  "PROGRAM CALL STACK, FIRST TO LAST\n" + "\n".join(f"{at:03d} {name}" for at, name in enumerate(case.stack(), 1)),
                  ["WORK AREA", *table], "EXCEPTION STACK\n" + case.trace("  {}"))


@document
def braces_blocks(sheet):
    """Blocks in braces, as in files of settings that people write."""
    case = Case(sheet)
    block = lambda name, rows: "\n".join([f"{name} {{", *(f"    {label} = {value}" for label, value in rows), "}"])
    session = case.rows(ISO, "user -> =user; company -> =company; division -> =division; language -> GB; job -> =job; previous_job -> 004711")
    program = case.rows(ISO, "name -> =program!; panel -> =panel; compiled -> ~date; title -> Facility. Open")
    failure = case.rows(ISO, "time -> =at!; operation -> =where; message_id -> M3E4711")
    system = case.rows(ISO, "environment -> =environment; m3_version -> =version!; java_version -> 1.8.0_251; started -> <90")
    fields = [tuple(line.split("\t")) for line in case.fields('{}\t"{}"')]
    stack = [(f"level_{at}", name) for at, name in enumerate(case.stack(), 1)]
    blocks = case.shuffled([block("session", session), block("program", program), block("failure", failure), block("system", system),
                            block("call_stack", stack), block("fields", fields)])
    return joined("# abnormal end of an M3 program", *blocks, f"exception {{\n{case.trace('        at {}')}\n}}")


@document
def who_when_where(sheet):
    """Sections by the questions that support asks."""
    case = Case(sheet)
    heading = case.pick("{}?\n", "{}?\n" + "~" * 20 + "\n", "** {}? **\n", "[{}]\n")
    ask = lambda name, rows: heading.format(name) + aligned(rows, ": ", "  ")
    rest = case.shuffled([ask("WHO", case.rows(ISO, "User -> =user!; Company -> =company; Division -> =division; Division name -> Nordic Sales")),
                          ask("WHEN", case.rows("%a %d %b %Y %H:%M:%S", "Failure -> =at!; Signed on -> <2; Server restarted -> <300")),
                          ask("WHERE", case.rows(ISO, "Environment -> =environment!; Version and fix level -> =version; Job -> =job;"
                                                      " Server -> m3app02")),
                          ask("WHAT", case.rows(ISO, "Program -> =program!; Panel -> =panel; Operation -> =where;"
                                                     " Program used before -> ~program"))], 0.6)
    return joined("Crash of an M3 program", *rest, heading.format("HOW DID WE GET THERE") + "  " + " -> ".join(case.stack()),
                  heading.format("WITH WHICH DATA") + "\n".join(case.fields("  {} = '{}'")), heading.format("WHY") + case.trace("    at {}"))
