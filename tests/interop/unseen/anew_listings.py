"""Synthetic dumps as an examiner might write them who was told what a dumplog tells, but not how: once more, lists and tables.

Written by somebody who had not seen the reader. The second half of the mixtures of the set `again`; see `anew_reports`.
"""

from .anew_reports import Told
from .fresh_reports import DOTTED, ISO, aligned, grid, joined, spaced
from .register import Register

SET = Register()
document = SET.document


@document
def hash_rules(sheet):
    """Sections between rules of #, and keys with = behind blanks."""
    case = Told(sheet)
    section = lambda name, lines: "\n".join(["#" * 60, f"# {name}", "#" * 60, *lines])
    listed = lambda text: aligned(case.rows("%Y-%m-%d %H:%M:%S UTC", text), " = ").split("\n")
    first = section("DUMP", listed("PROGRAM -> =program!; PANEL -> =panel; EXCEPTION -> =exception; OPERATION -> =where; DUMP TIME -> =at!;"
                                   " DUMP FILE -> m3dump_0417.log"))
    rest = case.shuffled([section("USER", listed("USER -> =user!; COMPANY -> =company; DIVISION -> =division; FACILITY -> A01; LANGUAGE -> GB")),
                          section("JOB", listed("JOB -> =job!; JOB STARTED -> <3; JOB PRIORITY -> 50")),
                          section("SERVER", listed("ENVIRONMENT -> =environment!; M3 VERSION -> =version; JAVA VERSION -> 11.0.20;"
                                                   " DB USER -> MDBUSR")),
                          section("PROGRAM STACK (OUTER PROGRAM FIRST)", [" / ".join(case.stack())]), section("FIELDS", case.fields("{} = {}"))])
    return joined(first, *rest, section("STACK TRACE", [case.trace()]))


@document
def bracketed_by_developer(sheet):
    """What a developer prints in a hurry: name=[value], several on a line."""
    case = Told(sheet)
    line = lambda name, text: f"{name}: " + " ".join(f"{label}=[{value}]" for label, value in case.rows("%Y-%m-%d %H:%M:%S.{ms}", text))
    lines = case.shuffled([line("ctx", "program -> =program!; panel -> =panel; method -> =method; lastMsgId -> WFA0103"),
                           line("usr", "user -> =user!; company -> =company; division -> =division; dateFormat -> YMD"),
                           line("job", "job -> =job!; jobType -> I; started -> <2"),
                           line("sys", "environment -> =environment!; m3version -> =version; jvm -> 1.8.0_251; dbuser -> MDBUSR"),
                           line("err", "operation -> =operation!; file -> =object!; failedAt -> =at!")])
    stack = "stk: " + " ".join(f"{at}=[{name}]" for at, name in enumerate(case.stack(), 1)) + "   (1 called 2 and so on)"
    return joined(">>>>> M3 DUMP >>>>>", [*lines, stack], ["fields:", *case.fields("  {}=[{}]")], case.trace(), "<<<<< M3 DUMP <<<<<")


@document
def stack_frames_table(sheet):
    """The stack as a table with the current program on top, and the panel of each."""
    case = Told(sheet)
    stack = case.stack()
    calls = [(str(len(stack) - at), name, (case.truth.panel or "-") if not at else "-" if name == "SYS" else case.pick("A", "B", "E"),
              case.near("%H:%M:%S", -at - 1),
              "FAILED" if not at else "waiting") for at, name in enumerate(stack[::-1])]
    rows = case.rows(ISO, "Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company -> =company; Division -> =division;"
                          " Environment -> =environment; M3 BE version -> =version; Failure time -> =at!; Failed operation -> =where;"
                          " Java version -> 1.8.0_251; Last changed by -> ~user")
    fields = grid([(name, kind, size, value) for name, kind, size, value in (tuple(line.split("\t")) for line in case.stored("{0}\t{1}\t{2}\t'{3}'"))],
                  ("Field", "Type", "Length", "Value"))
    table = grid(calls, ("Level", "Program", "Panel", "Called at", "State"))
    return joined("M3 Business Engine: dump log entry", aligned(rows, case.pick(": ", " | ", " . . . : ")),
                  *case.shuffled([f"Program stack, current program on top\n{table}", f"Program fields\n{fields}"]), "Java exception stack\n" + case.trace())


@document
def semicolons_by_section(sheet):
    """A line for each section, its pairs between semicolons."""
    case = Told(sheet)
    line = lambda name, text: f"{name:<13}" + "; ".join(f"{label} {value}" for label, value in case.rows("%d.%m.%Y %H:%M", text))
    rows = case.shuffled([line("Program:", "name -> =program!; panel -> =panel; code -> =origin; compiled -> ~date"),
                          line("User:", "id -> =user!; company -> =company; division -> =division; warehouse -> 001"),
                          line("Job:", "id -> =job!; kind -> interactive; previous job -> 004711"),
                          line("Environment:", "name -> =environment!; M3 version -> =version; Java version -> 11.0.20"),
                          line("Failure:", "time -> =at!; operation -> =where")])
    fields = "; ".join(case.fields('{}="{}"'))
    return joined("DUMP OF AN M3 PROGRAM", [*rows, f"{'Stack:':<13}" + " calls ".join(case.stack()), f"{'Fields:':<13}{fields}"],
                  "Trace:\n" + case.trace("    at {}"))


@document
def codes_before_words(sheet):
    """The code as in the database, the word for it, dots, and the value."""
    case = Told(sheet)
    rows = case.rows("%Y%m%d %H%M%S", "CONO Company -> =company!; DIVI Division -> =division; USID User -> =user; PGNM Program -> =program!;"
                                      " PNLI Panel -> =panel; BJNO Job number -> =number; ENVI Environment -> =environment;"
                                      " RELN M3 release -> =version;"
                                      " FTIM Time of failure -> =at; OPNM Operation -> =operation!; FILE File -> =object!; LNCD Language -> GB;"
                                      " CHID Changed by -> ~user; LMDT Changed on -> ~date; WHLO Warehouse -> 001")
    listed = [f" {label[:4]}  {spaced(label[5:], 22)}: {value}" for label, value in rows]
    stack = [f" PGM{at}  {spaced('Program level ' + str(at), 22)}: {name}" for at, name in enumerate(case.stack(), 1)]
    return joined(f"{'M3 dump log':^60}".rstrip(), listed, [" Program stack, level 1 is the outermost", *stack],
                  [" Fields: name, type, length, hexadecimal, value", *case.stored(" {0:<8} {1:<7} {2:>5}  X'{4}'  '{3}'")],
                  " Java stack\n" + case.trace("  at {}"))


@document
def titles_in_equals(sheet):
    """=====[ TITLE ]===== and key : value."""
    case = Told(sheet)
    title = lambda name: f"{'=' * 5}[ {name} ]{'=' * (60 - len(name))}"
    part = lambda name, text: f"{title(name)}\n{text}"
    listed = lambda text: aligned(case.rows("%a %b %d %H:%M:%S %Y", text), " : ")
    rest = case.shuffled([part("WHO", listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job; Windows account -> ~user")),
                          part("WHAT", listed("Program -> =program!; Panel -> =panel; M3 operation -> =where; Occurred at -> =at!")),
                          part("SYSTEM", listed("Environment -> =environment!; M3 version -> =version; Java version -> 1.8.0_251;"
                                                " System started -> <120"))])
    return joined("M3 crash dump", *rest, part("CALL HIERARCHY (EACH PROGRAM BELOW ITS CALLER)", "\n".join(
        f"{'  ' * at}+- {name}" for at, name in enumerate(case.stack()))), part("VARIABLES", "\n".join(case.fields("{} : {}"))),
        part("JAVA STACK TRACE", case.trace()), "=" * 69)


@document
def who_called_whom(sheet):
    """The stack told as calls, each on a line."""
    case = Told(sheet)
    stack = case.stack()
    calls = [f"  {caller} called {name}" for caller, name in zip(stack, stack[1:])] or [f"  {stack[0]} was started from the menu"]
    rows = case.rows("%d %B %Y, %H:%M:%S", "Program in error -> =program!; Panel shown -> =panel; User -> =user; Job -> =job; Company -> =company;"
                                           " Division -> =division; M3 environment -> =environment; M3 version and fix level -> =version;"
                                           " When -> =at; Operation that failed -> =where; Java runtime -> 11.0.20; Previous error -> <40;"
                                           " Program used before -> ~program")
    return joined("An M3 program stopped unexpectedly.\n" + "~" * 35, [f"* {label}: {value}" for label, value in rows],
                  ["How the program was reached", *calls], ["What its fields held", *case.fields("  {} = \"{}\"")],
                  "What Java reported\n\n" + case.trace("    at {}"))


@document
def joblog_then_dump(sheet):
    """The messages of the job up to the failure, then the dump itself."""
    case = Told(sheet)
    message = lambda hours, code, text: f"{code}  {case.near('%H:%M:%S', hours)}  {text}"
    log = [message(-4, "M3I0001", "Job started."), message(-3, "M3I0020", f"Program {case.other_program()} ended normally."),
           message(-2, "M3W0117", "Record not found in CSYTAB, default used."),
           message(-1, "M3W0300", f"Record in CIDMAS in use by user {case.other_user()}, retried.")]
    log = [line for line in log if case.often(0.8)] + [f"M3E0999  {case.truth.at:%H:%M:%S}  Program {case['program']} ended abnormally, see dump."]
    rows = case.rows(ISO, "Date and time -> =at!; Program -> =program!; Panel -> =panel; Operation -> =operation!; Format/file -> =object!;"
                          " User -> =user;"
                          " Job -> =job; Company -> =company; Division -> =division; Environment -> =environment; Version -> =version;"
                          " Compiled -> ~date")
    return joined(["JOB LOG", "-------", *log], ["DUMP", "----", *(f"{label:.<20} {value}" for label, value in rows)],
                  "PROGRAM STACK, INNERMOST FIRST\n------------------------------\n" + "\n".join(case.stack()[::-1]),
                  ["FIELDS", "------", *case.fields("{:.<20} {}")], "JAVA STACK\n----------\n" + case.trace())


@document
def lock_holder_section(sheet):
    """Beside the job that failed stands the one that has the record."""
    case = Told(sheet)
    rows = case.rows("%Y-%m-%d %H:%M:%S", "Timestamp -> =at!; Job -> =job; User -> =user!; Program -> =program!; Panel -> =panel;"
                                          " Company -> =company;"
                                          " Division -> =division; Environment -> =environment; M3 version -> =version; Failed operation -> =where")
    holder = [("Lock holder job", f"{case.chance.randrange(10**6):06d}"), ("Lock holder user", case.other_user()),
              ("Lock holder program", case.other_program()), ("Lock held since", case.near(ISO, -1)), ("Lock type", "update"),
              ("Database user", "MDBUSR")]
    form = case.pick("{:<22}= {}", "{:<22}: {}", "{:.<22} {}")
    part = lambda name, lines: [f"[{name}]", *lines]
    listed = lambda found: [form.format(*row) for row in found]
    return joined("M3 DUMPLOG 000417", *case.shuffled([part("DUMP", listed(rows)), part("LOCKS", listed(holder))], 0.3),
                  *case.shuffled([part("PROGRAM STACK, FIRST TO LAST", [f"{at}={name}" for at, name in enumerate(case.stack(), 1)]),
                                  part("PROGRAM VARIABLES", case.fields("{:<8}= '{}'"))]), part("STACK TRACE", [case.trace("  at {}")]))


@document
def item_value_source(sheet):
    """A table of three columns; the last tells where the value is from."""
    case = Told(sheet)
    source = {"Program": "job", "Panel": "display file", "User": "session", "Job": "job", "Company": "session", "Division": "session",
              "Environment": "config", "M3 version": "config", "Java version": "JVM", "Time of failure": "clock", "Failed operation": "I/O layer",
              "Database user": "config", "Program compiled": "class file"}
    rows = case.rows(ISO, "Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company -> =company; Division -> =division;"
                          " Environment -> =environment; M3 version -> =version; Java version -> 1.8.0_251; Time of failure -> =at;"
                          " Failed operation -> =where;"
                          " Database user -> MDBUSR; Program compiled -> ~date")
    table = grid([(label, value, source[label]) for label, value in case.shuffled(rows)], ("Item", "Value", "Source"))
    fields = [(name, f"'{value}'") for name, value in case.truth.fields]
    case.fields("{}{}")
    stack = [(str(at), name) for at, name in enumerate(case.stack(), 1)]
    return joined("M3 PROGRAM DUMP", table, "Program stack (1 = outermost)\n" + grid(stack, ("No", "Program")),
                  "Fields\n" + grid(fields, ("Field", "Contents")), "Exception\n" + case.trace("    at {}"))


@document
def unicode_panels(sheet):
    """Double lines around the title, single ones before each section."""
    case = Told(sheet)
    title = f"M3 dump · {case['program']}"
    listed = lambda text: [f"  {label:<18} {value}" for label, value in case.rows("%Y-%m-%d %H:%M:%S", text)]
    part = lambda name, lines: [f"── {name} {'─' * (56 - len(name))}", *lines]
    rest = case.shuffled([part("Program", listed("Program -> =program!; Panel -> =panel; Failing operation -> =where; Failed at -> =at!;"
                                                 " Compiled -> ~date")),
                          part("Session", listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job; Locale -> en_GB")),
                          part("System", listed("Environment -> =environment!; M3 version -> =version; Java version -> 17.0.8; Host -> m3app02"))])
    stack = "  " + " → ".join(case.stack())
    return joined(["╔" + "═" * 58 + "╗", f"║ {title:<56} ║", "╚" + "═" * 58 + "╝"], *rest, part("Program stack (caller → called)", [stack]),
                  part("Fields", case.fields("  {:<18} “{}”")), part("Java stack trace", [case.trace("    at {}")]))


@document
def records_printed(sheet):
    """Objects as Java prints records, one on each line."""
    case = Told(sheet)
    printed = lambda name, text: f"{name}[" + ", ".join(f"{label}={value}" for label, value in case.rows("%Y-%m-%dT%H:%M:%S.{ms}", text)) + "]"
    lines = case.shuffled([printed("ProgramContext", "program -> =program!; panel -> =panel; title -> Facility. Open; modification -> =origin"),
                           printed("UserContext", "user -> =user!; company -> =company; division -> =division; language -> GB"),
                           printed("JobContext", "job -> =job!; type -> INTERACTIVE; submittedBy -> ~user"),
                           printed("SystemContext", "environment -> =environment!; m3Version -> =version; javaVersion -> 17.0.8; dbUser -> MDBUSR"),
                           printed("FailureContext", "occurredAt -> =at!; operation -> =operation!; file -> =object!")])
    return joined("Dump of the contexts of the job:", lines, f"Call stack, outermost program first: {case.stack()}".replace("'", ""),
                  ["Fields of the program:", *(f"Field[{line}]" for line in case.fields("name={}, value='{}'"))], "Thrown:\n" + case.trace())


@document
def blocks_without_titles(sheet):
    """Blocks of keys with dots, and nothing but blank lines between them."""
    case = Told(sheet)
    listed = lambda text: [f"{spaced(label, 26)} {value}" for label, value in case.rows(DOTTED, text)]
    time = [f"{spaced(label, 26)} {value}" for label, value in case.apart("%d.%m.%Y|%H:%M:%S", "Date of dump", "Time of dump")]
    blocks = case.shuffled([listed("Program -> =program!; Panel -> =panel; Program owner -> ~user; Program compiled -> ~date"),
                            listed("User -> =user!; Company -> =company; Company name -> Demo Industries AB; Division -> =division; Job -> =job"),
                            listed("Environment -> =environment!; M3 release level -> =version; Java release -> 1.8.0_251; Host -> M3PRD01"),
                            [*time, *listed("M3 operation -> =where")]])
    stack = [f"{spaced('Program ' + str(at), 26)} {name}" for at, name in enumerate(case.stack(), 1)]
    return joined(*blocks, ["Program stack (program 1 was called first)", *stack], ["Field contents", *case.fields("{:<26} '{}'")], case.trace())


@document
def begin_end_marks(sheet):
    """BEGIN and END around each section, which stand in each other."""
    case = Told(sheet)
    mark = lambda name, lines: [f"BEGIN {name}", *(f"  {line}" for line in lines), f"END {name}"]
    listed = lambda text: [f"{label}: {value}" for label, value in case.rows("%Y-%m-%d %H:%M:%S +0100", text)]
    release = [f"{label}: {value}" for label, value in case.levels("M3 version", "M3 fix level")]
    inside = case.shuffled([mark("SESSION", listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job; Job started -> <2")),
                            mark("SYSTEM", listed("Environment -> =environment!; Java version -> 11.0.20; Database version -> 14.0.3451") + release),
                            mark("FAILURE", listed("Program -> =program!; Panel -> =panel; Time -> =at!; Operation -> =operation!;"
                                                   " File -> =object!")),
                            mark("PROGRAM STACK (CALLERS FIRST)", case.stack()), mark("FIELDS", case.fields("{}: '{}'"))])
    trace = mark("STACK TRACE", case.trace("  at {}").replace("\t", "  ").split("\n"))
    return joined(mark("DUMP", [line for lines in [*inside, trace] for line in lines]))
