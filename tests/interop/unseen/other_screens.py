"""Synthetic dumps as six imaginary people might write them, none of whom had seen the reader: screens and templates.

Part of the set `other`, see `other_hands`. The first six are by an operator of IBM i who prints what the system tells of a job,
with dots between blanks and two columns; the others by a tester whose engine of templates puts headings under rules.
"""

import textwrap

from .anew_reports import Told
from .fresh_reports import DOTTED, ISO, aligned, dots, joined, spaced
from .register import Register

SET = Register()
document = SET.document


# The operator.
@document
def dspjob_screens(sheet):
    """The screens of one job, one below the other."""
    case = Told(sheet)
    name, user, number = case.host_job()
    head = [f"{'Display Job':^78}".rstrip(), f"{'System:   M3PRD01':>78}", f"{'Printed:   ' + case.near(ISO, 3):>78}",
            f" Job . . :   {name}     User . . :   {user:<12}   Number . . :   {number}"]
    listed = lambda text: [f"   {spaced(label, 38)}:   {value}" for label, value in case.rows(ISO, text)]
    screens = [["Status attributes", *listed("Status of job -> ENDED ABNORMALLY; Entered system -> <5; Program that failed -> =program!;"
                                              " Panel -> =panel; Date and time of failure -> =at!; Failing operation -> =operation!;"
                                              " On file -> =object!")],
               ["M3 attributes", *listed("Company -> =company!; Division -> =division; Environment -> =environment; M3 version -> =version;"
                                         " Java version -> 1.8.0_251; Database user profile -> MDBUSR")],
               ["Call stack (oldest program first)", "   Level  Type  Program     Statement",
                *(f"   {at:>5}  PGM   {program:<10}  {case.chance.randint(1, 9000) * 100:>9}" for at, program in enumerate(case.stack(), 1))],
               ["Open files", "   File        Type   I/O count  Open option", f"   MITMAS      PHY    {case.chance.randint(1, 9000):>9}  Input",
                f"   CMNCMP      PHY    {case.chance.randint(1, 90):>9}  Input"],
               ["Storage of the program", "   Name       Attribute    Length   Value", *case.stored("   {0:<10} {1:<12} {2:<8} '{3}'")]]
    return joined(head, *[[f" Selected: {at}. {screen[0]}", "", *screen[1:]] for at, screen in enumerate(screens, 1)],
                  " F3=Exit   F5=Refresh   F12=Cancel", "Java exception of job " + number + "\n" + case.trace("  at {}"))


@document
def joblog_second_level(sheet):
    """A log of messages of which the last one ended the job, with all that is known of it in its second level."""
    case = Told(sheet)
    name, user, number = case.host_job()
    line = lambda code, kind, severity, stamp, program: f"{code:<10} {kind:<14} {severity}   {stamp.replace('|', '   ')}   {program}"
    form = "%Y-%m-%d|%H:%M:%S"
    other = case.other_program()
    before = [line("M3I0001", "Information", "00", case.near(form, -3), "SYS"), "           Message . . . . :   Job started."]
    before += [line("M3I0020", "Completion", "00", case.near(form, -2), other), f"           Message . . . . :   Program {other} ended normally."]
    rows = case.rows(ISO, "Panel -> =panel; Company -> =company; Division -> =division; M3 user -> =user!; Environment -> =environment;"
                          " M3 version and fix -> =version; Java version -> 11.0.20; Last changed by -> ~user")
    last = [line("M3E0999", "Escape", "40", case.time(form), case["program"]), f"           Message . . . . :   Program {case['program']} ended abnormally.",
            f"           Cause . . . . . :   Operation {case['where']} was not completed.",
            *(f"             {spaced(label, 24)}:   {value}" for label, value in rows),
            "           Recovery  . . . :   See the dump below."]
    return joined([f"5770SS1 V7R4M0 190621            Job Log            M3PRD01   printed {case.near(ISO, 2)}   Page    1",
                   f" Job name . . . :   {name}     User . . . :   {user}     Number . . . :   {number}"],
                  ["MSGID      TYPE           SEV  DATE         TIME       FROM PGM", *before, *last],
                  ["Programs in the call stack, first to last", *(f"    {at:>3}   {program}" for at, program in enumerate(case.stack(), 1))],
                  ["Fields", *case.fields("    {:<10} '{}'")], "Java stack\n" + case.trace("    at {}"))


@document
def leader_halves(sheet):
    """What failed in the left half, where it did in the right one, each under headings of its own."""
    case = Told(sheet)
    cells = lambda text, width: [f"{spaced(label, width)}:  {value}" for label, value in case.rows(DOTTED, text)]
    left = ["FAILURE", *cells("Program -> =program!; Panel -> =panel; Operation -> =where; Failed -> =at!", 18), "",
            "PROGRAM USED BEFORE", *cells("Program name -> ~program!; Ended -> <1!", 18)]
    right = ["SIGNED-ON USER", *cells("User -> =user!; Company -> =company; Division -> =division; Signed on -> <3", 20), "",
             "SYSTEM", *cells("Environment -> =environment!; M3 version -> =version; Java version -> 1.8.0_251; Host -> M3PRD01", 20)]
    height = max(len(left), len(right))
    left, right = ([*half, *[""] * (height - len(half))] for half in (left, right))
    programs = case.stack()
    return joined(f"{'M3 PROGRAM FAILURE':^90}".rstrip(), [f" {one:<46}{two}".rstrip() for one, two in zip(left, right)],
                  f" {spaced('Job', 18)}:  {case['job']}",
                  [" PROGRAM STACK, CURRENT PROGRAM FIRST", *(f" {spaced(f'Level {len(programs) - at}', 18)}:  {name}"
                                                              for at, name in enumerate(programs[::-1]))],
                  [" FIELDS", *case.fields(" {:<18} :  '{}'")], " JAVA STACK\n" + case.trace("    at {}"))


@document
def field_blocks_leaders(sheet):
    """A block of leaders for each field, and the rest in leaders as well."""
    case = Told(sheet)
    listed = lambda text: [f"  {spaced(label, 26)}:   {value}" for label, value in case.rows("%Y-%m-%d-%H.%M.%S", text)]
    blocks = [["  Field . . . . :   " + name, f"    Type  . . . :   {kind}({size})", f"    Stored  . . :   X'{code}'", f"    Value . . . :   '{shown}'"]
              for name, kind, size, shown, code in (line.split("\t") for line in case.stored("{0}\t{1}\t{2}\t{3}\t{4}"))]
    groups = case.shuffled([["Job", *listed("Job -> =job!; User profile -> =user; Job queue -> QINTER; Previous job -> 004711/OLDUSER/QPADEV0009")],
                            ["Program", *listed("Program -> =program!; Panel -> =panel; Failed at -> =at!; Failed I/O operation -> =where;"
                                                " Program created -> ~date")],
                            ["Environment", *listed("Environment name -> =environment!; Company -> =company; Division -> =division;"
                                                    " Release -> =version;"
                                                    " Operating system -> V7R4M0")]])
    return joined("Dump of program storage", *groups, ["Invocations, latest first", *(f"  {name}" for name in case.stack()[::-1])],
                  "Fields of the program", *blocks, "Java stack trace\n" + case.trace("  at {}"))


@document
def formatted_dump_status_area(sheet):
    """As a compiler's formatted dump: a status area, and names with attributes and values."""
    case = Told(sheet)
    rows = case.rows("%Y-%m-%d %H:%M:%S", "Program name -> =program!; Library -> M3PGM; Panel -> =panel; Program status -> 01299;"
                                          " Previous status -> 00000;"
                                          " Operation in error -> =operation!; File in error -> =object!; Date and time of error -> =at!;"
                                          " Job -> =job; User -> =user; Company -> =company; Division -> =division; M3 environment -> =environment;"
                                          " M3 version -> =version; Program compiled on -> ~date; Compiler version -> V7R4M0")
    storage = [f"{name:<15}{kind:<19}{value}" for name, kind, value in (line.split("\t") for line in case.stored("{0}\t{1}({2})\t'{3}'"))]
    rest = case.shuffled([["PROGRAM STACK (PROGRAM 1 CALLED PROGRAM 2 ...)", *(f"  PROGRAM {at} . . :  {name}" for at, name in enumerate(case.stack(), 1))],
                          ["NAME           ATTRIBUTES         VALUE", *storage]])
    return joined("M3 FORMATTED DUMP", ["PROGRAM STATUS AREA", *(f"  {spaced(label, 36)}:  {value}" for label, value in rows)], *rest,
                  "JAVA EXCEPTION\n" + case.trace(), "* * * * *   E N D   O F   D U M P   * * * * *")


@document
def qsysopr_message_detail(sheet):
    """The queue of the operator's messages, and the detail of that about the program."""
    case = Told(sheet)
    others = [f"  {case.near('%H:%M:%S', -2)}  Job 004711 of user {case.other_user()} ended normally.",
              f"  {case.near('%H:%M:%S', -1)}  Printer PRT01 needs paper. (C G)",
              f"  {case.near('%H:%M:%S', -1)}  Backup of library M3FDBPRD complete."]
    rows = case.rows("%d-%b-%Y %H:%M:%S", "Failed at -> =at!; Program -> =program!; Panel -> =panel; Operation -> =where; User -> =user; Job -> =job;"
                                          " Company -> =company; Division -> =division; Environment -> =environment; Version -> =version;"
                                          " Java -> 1.8.0_251; Users signed on -> 34")
    messages = [*(line for line in sorted(others) if case.often(0.7)), f"> {case.truth.at:%H:%M:%S}  M3 program {case['program']} failed. (C D)"]
    return joined("Messages in queue QSYSOPR                 System M3PRD01", messages, "Reply . . :   D   (dump)",
                  ["Detail of the message marked >", *(f"  {label + ' ':.<22} {value}" for label, value in rows)],
                  "  " + "Program stack ".ljust(22, ".") + " " + " / ".join(case.stack()) + "   (last is current)",
                  ["Work fields", *case.fields("  {:.<22} '{}'")], "Java\n" + case.trace("    at {}"))


# The tester.
@document
def numbered_chapters(sheet):
    """Chapters and what is in them by numbers, each heading under a rule."""
    case = Told(sheet)
    sign = case.pick("-", "~", "=")
    ruled = lambda text: f"{sign * 60}\n{text}"
    listed = lambda text: aligned(case.rows(ISO, text), case.pick(": ", " : "), "    ")
    parts = case.shuffled([("Failure", listed("Program -> =program!; Panel -> =panel; Operation -> =where; Time of failure -> =at!")),
                           ("Session", listed("User -> =user!; Company -> =company; Division -> =division; Language -> GB; Signed on -> <2")),
                           ("Job", listed("Job id -> =job!; Job type -> interactive; Submitted by -> ~user")),
                           ("Installation", listed("Environment -> =environment!; M3 version -> =version; Java version -> 17.0.8; Host -> m3app02"))])
    stack = "\n".join(f"    {'.'.join(['3', '1', *['1'] * at])} {name}" for at, name in enumerate(case.stack()))
    return joined("Program dump", ruled("1 Facts"), *[f"1.{at} {name}\n{text}" for at, (name, text) in enumerate(parts, 1)],
                  ruled("2 Field values"), case.fields("    {} = '{}'"), ruled("3 Program stack (each program is below the one that called it)"), stack,
                  ruled("4 Java stack trace"), case.trace())


@document
def overlined_capitals(sheet):
    """Headings in capitals between a line above and nothing below."""
    case = Told(sheet)
    rule = case.pick("_", "-", "=") * 70
    part = lambda name, lines: [rule, name, *lines]
    listed = lambda text: [f"{label:<24}= {value}" for label, value in case.rows("%d.%m.%Y %H:%M:%S", text)]
    blocks = case.shuffled([part("USER AND JOB", listed("User -> =user!; Job -> =job; Company -> =company; Division -> =division;"
                                                        " User group -> FINANCE")),
                            part("PROGRAM", listed("Program -> =program!; Panel -> =panel; Panel method -> =method; Last compiled -> ~date")),
                            part("ERROR", listed("Occurred -> =at!; Failing operation -> =where; Error in the last run -> none")),
                            part("PLATFORM", listed("Environment -> =environment!; Version -> =version; Java version -> 1.8.0_251;"
                                                    " Database version -> 14.0.3451"))], 0.6)
    return joined("M3 DUMP REPORT", *blocks, part("PROGRAM STACK (CALLER FIRST)", [" > ".join(case.stack())]),
                  part("DISPLAY FIELDS", case.fields('{:<24}= "{}"')), part("JAVA STACK TRACE", [case.trace("    at {}")]))


@document
def test_case_result(sheet):
    """A test that failed by a dump, with who tested it and when."""
    case = Told(sheet)
    tester, program = case.other_user(), case.other_program()
    test = [("Test case", f"TC-{case.chance.randint(100, 9999)}"), ("Tester", tester), ("Test plan", f"Regression {program}"),
            ("Test started", case.near(ISO, -1)), ("Expected result", "no error"), ("Actual result", "dump")]
    rows = case.rows(ISO, "Program -> =program!; Panel -> =panel; User in M3 -> =user!; Company -> =company; Division -> =division; Job -> =job;"
                          " Environment -> =environment; M3 version -> =version; Dump time -> =at; M3 operation -> =operation!; Object -> =object!;"
                          " Java version -> 11.0.20")
    under = lambda name: f"{name}\n{'=' * len(name)}"
    rest = case.shuffled([f"{under('Fields in the dump')}\n" + "\n".join(case.fields("  * {}: '{}'")),
                          f"{under('Call stack in the dump (1 = entry program)')}\n" + "\n".join(f"  {at}) {name}" for at, name in enumerate(case.stack(), 1))])
    return joined(under("Test") + "\n" + aligned(test, ": ", "  "), under("Dump") + "\n" + aligned(rows, ": ", "  "), *rest,
                  under("Java exception in the dump") + "\n" + case.trace("    at {}"))


@document
def value_below_key(sheet):
    """The key on a line of its own, its value indented below it."""
    case = Told(sheet)
    colon = case.pick(":", "")
    rows = case.rows("%Y-%m-%d %H:%M:%S.{ms}", "Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company -> =company;"
                                               " Division -> =division; Environment -> =environment; M3 version -> =version; Time of failure -> =at!;"
                                               " Failed operation -> =where; Java version -> 1.8.0_251; Previous program -> ~program")
    return joined("M3 program dump\n" + "-" * 15, [f"{label}{colon}\n    {value}" for label, value in case.shuffled(rows)],
                  ["Program stack, outermost first" + colon, *(f"    {name}" for name in case.stack())],
                  ["Program fields" + colon, *case.fields("    {} = '{}'")],
                  ["Stack trace" + colon, textwrap.indent(case.trace("    at {}").replace("\t", "    "), "    ")])


@document
def counted_sections(sheet):
    """Headings that tell how much is below them; what there is none of has a heading as well."""
    case = Told(sheet)
    heading = lambda name, lines: [f"## {name} ({len(lines)}) {'#' * (60 - len(name))}", *(lines or ["  (none)"])]
    listed = lambda text: [f"  {label}: {value}" for label, value in case.rows(ISO, text)]
    program, trace = case.earlier("    at {}")
    blocks = case.shuffled([heading("Failure", listed("Program -> =program!; Panel -> =panel; M3 operation -> =where; Time -> =at!")),
                            heading("User", listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job")),
                            heading("Server", listed("Environment -> =environment!; M3 version -> =version; Java version -> 1.8.0_251;"
                                                     " Server user -> svcm3")),
                            heading("Warnings", [])])
    rest = case.shuffled([heading("Program stack, outermost first", [f"  {name}" for name in case.stack()]),
                          heading("Fields", case.fields('  {}: "{}"'))])
    if case.often():
        rest.append([f"## Exceptions handled before in this job (1) {'#' * 20}", f"  in program {program}", trace])
    return joined("M3 dump", *blocks, *rest, f"## Exception that ended the program (1) {'#' * 24}\n{case.trace('    at {}')}")


@document
def not_available_filled(sheet):
    """A template whose keys are always there; what isn't known is told to be so."""
    case = Told(sheet)
    unknown = case.pick("n/a", "-", "(unknown)")

    def filled(text):
        items = [item.strip() for item in text.split(";")]
        found = [(item.partition(" -> ")[0], case.rows("%Y/%m/%d %H:%M:%S", item)) for item in items]
        return "\n".join(f"{dots(label, 22)} {rows[0][1] if rows else unknown}" for label, rows in found)

    under = lambda name, text: f"{name}\n{'-' * len(name)}\n{text}"
    return joined("DUMP SUMMARY\n" + "=" * 12, under("Program", filled("Program -> =program!; Panel -> =panel; Operation -> =where; Failed at -> =at;"
                                                                      " Compiled -> ~date")),
                  under("Session", filled("User -> =user; Company -> =company; Division -> =division; Job -> =job; Printer -> PRT01")),
                  under("System", filled("Environment -> =environment; M3 version -> =version; Java version -> 1.8.0_251; Host -> m3app02")),
                  under("Program stack (first = outermost)", "\n".join(f"{dots(f'Program {at}', 22)} {name}" for at, name in enumerate(case.stack(), 1))),
                  under("Fields", "\n".join(case.fields("{:<10} '{}'"))), under("Java stack trace", case.trace()))
