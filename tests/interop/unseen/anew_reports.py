"""Synthetic dumps as an examiner might write them who was told what a dumplog tells, but not how: once more, reports.

Written by somebody who had not seen the reader, and of the other sets only `fresh`. The first half of the mixtures of the set
`again`, and what all of it is made with: a `Told` is a `Case` that knows the first frame of M3 and levels of fixes as well.
"""

import textwrap

from . import truth as truths
from .fresh_reports import DOTTED, ISO, Case, aligned, dots, joined
from .register import Register

SET = Register()
document = SET.document


class Told(Case):
    """A case, and a few more words to tell it in."""

    def __getitem__(self, fact):
        if fact == "frame":
            return truths.first_program_frame(self.truth)
        if fact == "method":
            return self["frame"].rpartition(".")[2]
        if fact == "package":
            return "mvx.app.pgm.customer" if self.truth.customer else "mvx.app.pgm"
        return super().__getitem__(fact)

    def levels(self, version, level):
        """Rows of the version and of the fix level, where it has one."""
        values = self.release()
        return [(label, value) for label, value in zip((version, level), values) if value]

    def apart(self, form, date, hour):
        """Rows of the date and of the time of day; in the form a bar is between them."""
        return list(zip((date, hour), self.time(form).split("|")))

    def as_api(self):
        """It is a program of transactions that failed."""
        truth = self.truth
        truth.program, truth.panel, truth.causes = self.pick("CRS610MI", "MMS850MI", "OIS100MI", "PMS100MI"), "", []
        truth.call_stack = [*truth.call_stack[:-1], truth.program]
        truth.frames = truths.frames(self.chance, truth)

    def thrown(self, exception, message):
        """Rows of the exception and of its message."""
        return [(label, value) for label, value in ((exception, self["exception"]), (message, self["exception_message"])) if value]


@document
def mvx_dump_sections(sheet):
    """Dots up to the colon without a blank, a centred title, and a stack of elbows."""
    case = Told(sheet)
    rule = "=" * 78
    rows = case.rows(ISO, "Program|Program name -> =program!; Panel|Picture -> =panel; Prev. program -> ~program; User|User-ID -> =user;"
                          " Job|Job ID -> =job; Company|Cono -> =company; Division|Divi -> =division; Environment|Env. -> =environment;"
                          " Version|BE version -> =version; Java -> 1.8.0_251 (IBM J9); Error time|Crash time -> =at;"
                          " Failed I/O|Failed operation -> =where; Code -> =origin; Source date -> ~date")
    stack = [f"  {'    ' * (at - 1) + '`-- ' if at else ''}{name}" for at, name in enumerate(case.stack())]
    stack[-1] += "      <== failed"
    section = lambda name, lines: [f"---- {name} {'-' * (72 - len(name))}", *lines]
    rest = case.shuffled([section("Program stack, first program called on top", stack), section("Work fields", case.fields("{} = '{}'"))])
    return joined([rule, f"{'M3 BE  -  P R O G R A M   D U M P':^78}".rstrip(), rule], "\n".join(f"{label:.<20}: {value}" for label, value in rows),
                  *rest, section("Java trace", [case.trace()]), f"{rule}\n{'end of dump':^78}".rstrip())


@document
def edge_titled_boxes(sheet):
    """Each section in a box of its own, with its title in the upper edge."""
    case = Told(sheet)

    def box(name, lines):
        width = max([len(line) for line in lines] + [60])
        return [f"+-- {name} {'-' * (width - len(name) - 2)}+", *(f"| {line:<{width}} |" for line in lines), f"+{'-' * (width + 2)}+"]

    listed = lambda text: aligned(case.rows(DOTTED, text), ": ").split("\n")
    boxes = case.shuffled([box("SESSION", listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job; Language -> GB;"
                                                 " Logged on -> <2; Client -> Smart Office 10.2.1")),
                           box("PROGRAM", listed("Program -> =program!; Panel -> =panel; Title -> Facility. Open; Latest change by -> ~user;"
                                                 " Package -> =package")),
                           box("SYSTEM", listed("Environment -> =environment!; M3 version -> =version; JVM -> 11.0.20; Host -> m3app02;"
                                                " Database user -> MDBUSR")),
                           box("ERROR", listed("Occurred -> =at!; M3 operation -> =where; First M3 frame -> =frame; Message id -> XDC0417"))], 0.6)
    return joined("M3 DUMP LOG", *boxes, box("PROGRAM STACK - OUTERMOST FIRST", [f"{at}  {name}" for at, name in enumerate(case.stack(), 1)]),
                  box("FIELDS", case.fields('{:<8}"{}"')), "JAVA STACK TRACE\n" + case.trace("    at {}"))


@document
def star_banner_two_pairs(sheet):
    """A banner of stars, and two pairs on most lines."""
    case = Told(sheet)
    rows = case.rows(ISO, "Program -> =program!; Panel -> =panel; User -> =user; Job no -> =number; Company -> =company; Division -> =division;"
                          " Environment -> =environment; Version/fix -> =version; Failed at -> =at; Session start -> <3; Java version -> 1.8.0_251;"
                          " Host -> m3app02")
    cells = [f"{label:.<14}: {value:<36}" for label, value in rows]
    stack = " <- ".join(case.stack()[::-1])
    banner = ["*" * 80, f"*{'ABNORMAL TERMINATION OF M3 PROGRAM':^78}*", "*" * 80]
    return joined(banner, ["".join(cells[at:at + 2]).rstrip() for at in range(0, len(cells), 2)],
                  f"M3 operation in progress: {case['where']} (did not complete)", f"Program stack (current program first): {stack}",
                  ["Data at failure", "***************", *case.fields("{:<10}: [{}]")], "Java stack\n**********\n" + case.trace())


@document
def exception_on_top(sheet):
    """First what Java says, then what M3 says of it, and who called the program."""
    case = Told(sheet)
    trace = case.trace()
    rows = case.rows("%Y-%m-%d %H:%M:%S.{ms}", "M3 program -> =program!; Panel -> =panel; Panel method -> =method;"
                                               " Failing I/O -> =operation!; File -> =object!; Raised -> =at!; User id -> =user; Job -> =job;"
                                               " Company -> =company; Division -> =division; Environment -> =environment; M3 BE version -> =version;"
                                               " Latest I/O that succeeded -> CHAIN CSYTAB; Thread -> M3-Interactive-7")
    stack = case.stack()[::-1]
    calls = [f"  in program {stack[0]}", *(f"  called from {name}" for name in stack[1:])]
    return joined(f"*** UNCAUGHT EXCEPTION IN M3 PROGRAM ***\n{trace}", "M3 context of the exception\n" + aligned(rows, case.pick(" : ", " = "), "  "),
                  *case.shuffled([["M3 call stack", *calls], ["M3 fields", *case.fields('  {:<8}= "{}"')]]), "*** END ***")


@document
def log_record_with_context(sheet):
    """A record of a log with its context in brackets, and below it what doesn't fit there."""
    case = Told(sheet)
    record = case.time("%Y-%m-%d %H:%M:%S,{ms}")
    context = case.rows(ISO, "user -> =user; cono -> =company; divi -> =division; pgm -> =program!; panel -> =panel; job -> =job; lng -> GB")
    inside = " ".join(f"{label}={value}" for label, value in case.shuffled(context))
    rows = case.rows(ISO, "Environment -> =environment; M3 version -> =version; Operation in progress -> =where; JVM -> 17.0.8+7;"
                          " Node started -> <100; Datasource user -> MDBUSR")
    rest = case.shuffled([aligned(rows, ": "), "Program stack (caller -> called): " + " -> ".join(case.stack()),
                          ["Program variables:", *case.fields("  {}={}")]])
    return joined(f"{record} ERROR [M3-Job-{case.chance.randint(2, 60)}] [{inside}] mvx.runtime.Job - Program ended by an exception, dump written\n"
                  + case.trace(), *rest)


@document
def thread_dump_context(sheet):
    """As a dump of threads, of which one failed; the others only were there."""
    case = Told(sheet)
    chance = case.chance
    thread = lambda at: f'"M3-Interactive-{at}" #{chance.randint(20, 400)} prio=5 tid=0x{chance.getrandbits(44):012x} nid=0x{chance.getrandbits(16):x}'
    rows = case.rows("%Y-%m-%d %H:%M:%S", "program -> =program!; panel -> =panel; user -> =user; job -> =job; company -> =company;"
                                          " division -> =division;"
                                          " environment -> =environment; m3 version -> =version; java version -> 1.8.0_251-b08;"
                                          " m3 operation -> =where; failed at -> =at!")
    others = [line for at in range(chance.randint(1, 3)) for line in
              (f"{thread(40 + at)} waiting", f"    (serving user {case.other_user()}, program {case.other_program()}, since {case.near('%H:%M:%S', -1)})",
               "    at java.lang.Object.wait(Native Method)", "    at mvx.runtime.Job.await(Job.java:318)", "")]
    return joined("THREAD THAT FAILED\n" + f"{thread(chance.randint(1, 39))} runnable\n{aligned(rows, ' = ', '    ')}", case.trace("    at {}"),
                  ["M3 programs of this thread, bottom = current", *(f"    {name}" for name in case.stack())],
                  ["Local fields", *case.fields("    {} = {}")], "OTHER THREADS OF THE NODE (not failed)\n" + "\n".join(others).rstrip())


@document
def previous_and_this_job(sheet):
    """The job before it in the same session is told with the same keys."""
    case = Told(sheet)
    form = DOTTED
    this = case.rows(form, "Job -> =job!; User -> =user!; Program -> =program!; Panel -> =panel; Company -> =company; Division -> =division;"
                           " Status -> abended; Ended -> =at!; Last operation -> =where!")
    earlier = [("Job", f"{case.chance.randrange(10**6):06d}"), ("User", case.other_user()), ("Program", case.other_program()), ("Panel", "B"),
               ("Company", "931"), ("Division", "ZZZ"), ("Status", "ended normally"), ("Ended", case.near(form, -2)), ("Last operation", "WRITE CSYJOB")]
    system = case.rows(form, "Environment -> =environment!; M3 version -> =version; Java version -> 11.0.20; OS -> IBM i 7.4; Last IPL -> <900")
    heading = case.pick("{0}\n{1}", "*** {0} ***", "== {0} ==", "--- {0} ---")
    part = lambda name, text: f"{heading.format(name, '-' * len(name))}\n{text}"
    blocks = case.shuffled([part("Previous job of this session", aligned(earlier, ": ")), part("Failed job (this dump)", aligned(this, ": "))], 0.6)
    return joined("M3 job dump", *blocks, part("Installation", aligned(system, ": ")),
                  part("Program stack of the failed job, 1 = called first", "\n".join(f"{at:>3} {name}" for at, name in enumerate(case.stack(), 1))),
                  part("Fields of the failed program", "\n".join(case.fields("{:<10}'{}'"))), part("Java stack of the failed job", case.trace()))


@document
def spool_with_page_heads(sheet):
    """A spooled list: on each page a head that tells when and by whom it was printed."""
    case = Told(sheet)
    printed, printer = case.near("%y-%m-%d  %H:%M:%S", 20), case.other_user()
    rows = case.rows("%Y-%m-%d-%H.%M.%S", "Program -> =program!; Panel -> =panel; User profile -> =user; Job -> =job; Company -> =company;"
                                          " Division -> =division; Environment -> =environment; Release -> =version; Failure timestamp -> =at!;"
                                          " Operation code -> =operation!; Record format / file -> =object!; Output queue -> QPRINT;"
                                          " Job queue -> QINTER")
    pages = [["Identification", "", *(f"  {label:.<28} {value}" for label, value in rows)],
             ["Invocation stack, oldest program first", "", *(f"  {at:04d}  {name}" for at, name in enumerate(case.stack(), 1))],
             ["Field storage", "", f"  {'Field':<10}{'Type':<8}{'Length':>8}  {'Contents'}", *case.stored("  {0:<10}{1:<8}{2:>8}  '{3}'")],
             ["Java exception", "", *case.trace("  at {}").split("\n")]]
    head = lambda at: f"M3DMP01   M3 Program Dump List       Printed {printed} by {printer:<10} Page {at:>4}"
    return joined(*[[head(at), "", *page] for at, page in enumerate(pages, 1)], f"{'* * *  E N D  O F  L I S T I N G  * * *':^78}".rstrip())


@document
def minimal_notice(sheet):
    """A handful of lines."""
    case = Told(sheet)
    line = lambda text: case.pick("   ", "  ").join(" ".join(row) for row in case.rows(ISO, text))
    exception = case.trace("    at {}")
    return joined([f"M3 dump {case.time(ISO)}", line("Pgm -> =program!; Panel -> =panel; User -> =user; Job -> =job"),
                   line("Cono -> =company!; Divi -> =division; Env -> =environment; Ver -> =version; Java -> 1.8.0_251"),
                   f"Failed on {case['where']}", f"Stack {' > '.join(case.stack())}", exception])


@document
def long_system_report(sheet):
    """Much of the system, little of the failure, and that in the middle."""
    case = Told(sheet)
    rows = case.rows("%Y-%m-%dT%H:%M:%S+01:00", "Program -> =program!; Panel -> =panel; User -> =user!; Job -> =job; Company -> =company;"
                                                " Division -> =division; Environment -> =environment; M3 BE version -> =version;"
                                                " Time of failure -> =at!; Failed M3 operation -> =where; First M3 frame -> =frame")
    memory = ["heap used ........ 1812 MB", "heap max ......... 4096 MB", f"GC runs .......... {case.chance.randint(10, 900)}", "open cursors ..... 214"]
    jobs = [f"{'JOB':<9}{'USER':<12}{'PROGRAM':<10}STARTED"]
    jobs += [f"{case.chance.randrange(10**6):06d}   {case.other_user():<12}{case.other_program():<10}{case.near(ISO, -at)}" for at in (1, 2, 5)]
    properties = ["java.version=1.8.0_251", "os.name=Windows Server 2019", "user.name=svcm3", "user.language=en", "file.encoding=UTF-8"]
    rule = case.pick("=", "#", "*") * 100
    section = lambda name, lines: "\n".join([rule, f"  {name}", rule, *lines])
    before = case.shuffled([section("MEMORY", memory), section("OTHER JOBS ON THIS NODE", jobs), section("JAVA SYSTEM PROPERTIES", properties)])
    cut = case.chance.randint(0, 2)
    failure = [section("FAILURE", aligned(rows, case.pick(" : ", ": ")).split("\n")), section("EXCEPTION", [case.trace()]),
               section("PROGRAM STACK (TOP LINE CALLED FIRST)", [f"{'   ' * at}{name}" for at, name in enumerate(case.stack())]),
               section("PROGRAM FIELDS", case.fields('{:<12}= "{}"'))]
    return joined(f"M3BE node dump, written by m3app02 {case.near(ISO, 0.5)}", *before[:cut], *failure, *before[cut:])


@document
def mi_call_report(sheet):
    """A call of a transaction that failed."""
    case = Told(sheet)
    case.as_api()
    rows = case.rows(ISO, "MI program|Program -> =program!; Transaction -> GetBasicData; User -> =user; API client -> MEC 12.0.3;"
                          " Client IP -> 10.20.30.40;"
                          " Job -> =job; Company|CONO -> =company; Division|DIVI -> =division; Environment -> =environment; M3 version -> =version;"
                          " MI server started -> <40; Failed at -> =at!; M3 operation -> =operation!; On file -> =object!")
    return joined("M3 API call ended in an exception", "-" * 40 + "\n" + aligned(rows, case.pick(": ", " . . : ")),
                  ["Programs (outer to inner)", "-" * 40, *(f"{'>' * at} {name}" for at, name in enumerate(case.stack(), 1))],
                  ["Fields of the program", "-" * 40, *case.fields("{:<8} |{}|")], "Trace\n" + "-" * 40 + "\n" + case.trace("  at {}"))


@document
def fix_levels_listed(sheet):
    """The version, its fix level, and the fixes that were put in besides."""
    case = Told(sheet)
    rows = case.rows("%d-%b-%Y %H:%M:%S", "Program -> =program!; Panel -> =panel; Logged-on user -> =user; Job -> =job; Company -> =company;"
                                          " Division -> =division; Environment -> =environment; Dump taken -> =at; Failing operation -> =where")
    rows += case.levels("M3 BE version", "Fix level")
    fixes = [f"  JT-{case.chance.randint(100000, 999999)}  {case.other_program():<8} {case.near('%Y-%m-%d', -24 * at)}  {case.other_user()}"
             for at in range(20, 20 * case.chance.randint(2, 5), 20)]
    rest = case.shuffled([["Temporary fixes installed (number, program, date, by)", *fixes],
                          ["Program nesting (callers above the called)", *(f"  {'| ' * at}{name}" for at, name in enumerate(case.stack()))],
                          ["Variables", *case.fields("  {} : '{}'")]])
    return joined("M3 DUMP", "\n".join(f"{dots(label, 22)}: {value}" for label, value in case.shuffled(rows)), *rest, "Exception\n" + case.trace("    at {}"))


@document
def quoted_values(sheet):
    """All values in quotes."""
    case = Told(sheet)
    sign = case.pick('"', "'")
    form = case.pick("{}: {}", "{} = {}", "{}={}")
    listed = lambda text: [form.format(label, sign + value + sign) for label, value in case.rows("%Y-%m-%d %H:%M:%S.{ms}", text)]
    groups = case.shuffled([["// session", *listed("User -> =user!; Company -> =company; Division -> =division; Division text -> Nordic Sales")],
                            ["// job", *listed("Job -> =job!; Job type -> Interactive; Submitted by -> ~user")],
                            ["// program", *listed("Program -> =program!; Panel -> =panel; Operation -> =where; Time of error -> =at!;"
                                                   " Compiled -> ~date")],
                            ["// server", *listed("Environment -> =environment!; M3 version -> =version; Java version -> 17.0.8")]])
    stack = ", ".join(sign + name + sign for name in case.stack())
    return joined("// M3 program dump", *groups, f"// program stack, caller first\n{stack}",
                  ["// program fields", *case.fields("{} = " + sign + "{}" + sign)], "// exception\n" + case.trace())


@document
def outline_by_indent(sheet):
    """Headings and keys by nothing but their indent."""
    case = Told(sheet)
    listed = lambda text: [f"        {label:<24}{value}" for label, value in case.rows(DOTTED, text)]
    program, trace = case.earlier("            at {}")
    groups = case.shuffled([["    Session", *listed("User -> =user!; Company -> =company; Division -> =division; Default printer -> PRT01")],
                            ["    Job", *listed("Job -> =job!; Job started -> <4; Subsystem -> QINTER")],
                            ["    Failure", *listed("Time -> =at!; Program -> =program!; Panel -> =panel; M3 operation -> =where;"
                                                    " Panel method -> =method")],
                            ["    Installation", *listed("Environment -> =environment!; Version -> =version; Java -> 1.8.0_251")]], 0.6)
    earlier = [f"    Handled exception earlier in the job (program {program})", textwrap.indent(trace, "        ", lambda line: not line.startswith(" " * 9))]
    return joined(["M3 dump", *(line for group in groups for line in group), "    Program stack (oldest first)",
                   *(f"        {name}" for name in case.stack()), "    Fields", *case.fields("        {:<24}'{}'"),
                   *(earlier if case.often() else []), "    Java exception", *(f"        {line.strip()}" if not line.startswith(" ") else line
                                                                          for line in case.trace("            at {}").split("\n"))], between="\n")
