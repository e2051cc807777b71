"""Synthetic dumps as an examiner might write them who was told what a dumplog tells, but not how: lists, tables and listings.

Written by somebody who hadn't seen the reader. The second half of the mixtures of the set `fresh`; see `fresh_reports`.
"""

import textwrap

from .fresh_reports import DOTTED, ISO, Case, aligned, dots, grid, joined
from .register import Register

SET = Register()
document = SET.document


@document
def lettered_sections(sheet):
    """A. IDENTIFICATION, B. ..., with dots after the keys."""
    case = Case(sheet)
    listed = lambda rows: "\n".join(f"   {dots(label, 26)} {value}" for label, value in rows)
    first = ("IDENTIFICATION", listed(case.rows(ISO, "Program -> =program!; Panel -> =panel; Environment -> =environment;"
                                                     " Version -> =version; Program text -> Facility. Open;"
                                                     " Source changed -> ~date; Changed by -> ~user")))
    rest = [("SESSION", listed(case.rows(ISO, "User -> =user!; Company -> =company!; Division -> =division; Job -> =job;"
                                              " Default company -> 931; Language -> GB"))),
            ("FAILURE", listed(case.rows(ISO, "Time -> =at!; Operation -> =operation!; File -> =object!; Records read -> 1204"))),
            ("PROGRAM STACK", "\n".join(f"   {'. ' * at}{name}" for at, name in enumerate(case.stack()))),
            ("FIELDS", "\n".join(case.fields("   {:<10} = {}"))), ("JAVA STACK TRACE", case.trace("        at {}"))]
    return joined(*[f"{letter}. {name}\n{text}" for letter, (name, text) in zip("ABCDEFGH", [first, *case.shuffled(rest)])])


@document
def cl_keywords(sheet):
    """A command and its keywords, with the values in parentheses."""
    case = Case(sheet)
    rows = case.rows("%Y-%m-%d-%H.%M.%S", "PGM -> =program!; PNL|PANEL -> =panel; USER|USRPRF -> =user; JOB -> =job; CONO -> =company;"
                                          " DIVI -> =division; ENV -> =environment;"
                     " RLS|VERSION -> =version; OPER|OPERATION -> =operation!; FILE -> =object!; TIMESTAMP -> =at; JOBQ -> QBATCH; OUTQ -> QPRINT")
    command = textwrap.fill(" ".join(["DMPM3PGM", *(f"{label}({value})" for label, value in rows)]), 78, subsequent_indent="         ",
                            break_long_words=False, break_on_hyphens=False)
    return joined(command, "PGMSTACK(" + " ".join(case.stack()) + ")   /* caller before called program */",
                  ["FIELDS", *case.fields("  {}('{}')")], "EXCEPTION\n" + case.trace("  at {}"))


@document
def tree_lines(sheet):
    """Everything as the branches of a tree."""
    case = Case(sheet)

    def branch(name, leaves):
        return [f"├── {name}", *(f"│   {'└' if at == len(leaves) else '├'}── {leaf}" for at, leaf in enumerate(leaves, 1))]

    pairs = lambda text: [f"{label}: {value}" for label, value in case.rows("%Y-%m-%dT%H:%M:%S+01:00", text)]
    groups = case.shuffled([("session", pairs("user -> =user!; company -> =company; division -> =division; job -> =job; terminal -> 10.20.30.40")),
                            ("program", pairs("name -> =program!; panel -> =panel; compiled -> ~date; last called program -> ~program")),
                            ("installation", pairs("environment -> =environment!; M3 version -> =version; Java version -> 11.0.20; host -> m3app02")),
                            ("failure", pairs("time -> =at!; operation -> =where; exception -> =exception; earlier errors -> 0")),
                            ("fields", case.fields("{} = {}"))])
    stack = [f"{'    ' * at}└── {name}" for at, name in enumerate(case.stack())]
    lines = [line for name, leaves in groups for line in branch(name, leaves)]
    return joined(["dump", *lines, "└── program stack", *(f"    {line}" for line in stack)], case.trace())


@document
def dash_bullets(sheet):
    """Lists with dashes, as people write them in a mail."""
    case = Case(sheet)
    rows = case.rows("%B %d, %Y %I:%M:%S %p", "Program|Failing program -> =program!; Screen|Panel -> =panel; User|User ID -> =user;"
                                              " Job number|Job no. -> =number; Company -> =company;"
                     " Division -> =division; Environment -> =environment; M3 version|Version -> =version; When|Time of failure -> =at;"
                     " Failing operation -> =where; Java version -> 1.8.0_251; Reported by -> ~user; Previous failure -> <30")
    stack = [f"{'  ' * at}- {name}" for at, name in enumerate(case.stack())]
    lists = case.shuffled([["Called programs (each below its caller):", *stack], ["Fields on the panel:", *case.fields("- {}: {}")]])
    return joined("M3 crash report", [f"- {label}: {value}" for label, value in rows], *lists, "Stack trace:\n\n" + case.trace("    at {}"))


@document
def fixed_columns_upper(sheet):
    """Keys and values in columns with nothing between but blanks; sections in capitals."""
    case, width = Case(sheet), 28
    listed = lambda rows: [f"{label:<{width}}{value}" for label, value in rows]
    session = listed(case.rows(DOTTED, "COMPANY -> =company; DIVISION -> =division; COMPANY NAME -> Demo Industries AB; USER -> =user;"
                                       " USER GROUP -> FINANCE; JOB -> =job;"
                                       " JOB STARTED -> <3; JOB TYPE -> INTERACTIVE"))
    program = listed(case.rows(DOTTED, "PROGRAM -> =program!; PANEL -> =panel; FAILED OPERATION -> =operation!; ON FILE -> =object!;"
                                       " PREVIOUS PROGRAM -> ~program")
                     + list(zip(("DATE OF FAILURE", "TIME OF FAILURE"), case.time("%d.%m.%Y|%H:%M:%S").split("|"))))
    system = listed(case.rows(DOTTED, "ENVIRONMENT -> =environment; M3 VERSION -> =version; JAVA VERSION -> 1.8.0_251;"
                                      " DATABASE -> DB2 V7R4M0; SERVER STARTED -> <400"))
    stack = [f"{at:<{width}}{name}" for at, name in enumerate(case.stack(), 1)]
    section = lambda name, lines: [name, "-" * 60, *lines]
    return joined("M3 PROGRAM DUMP", *case.shuffled([section("SESSION", session), section("PROGRAM", program), section("SYSTEM", system)]),
                  section("PROGRAM STACK, LEVEL 1 WAS CALLED FIRST", stack),
                  section("FIELD                       CONTENT", case.fields("{:<28}{}")), section("JAVA STACK", [case.trace()]))


@document
def code_value_text(sheet):
    """A code of four letters, its value, and behind it what the code means."""
    case = Case(sheet)
    meaning = {"CONO": "Company", "DIVI": "Division", "USID": "User", "RESP": "Responsible (signed-on user)", "PGNM": "Program name",
               "PICT": "Panel", "BJNO": "Job number", "ENVI": "Environment",
               "VERS": "M3 version", "TMST": "Time of failure", "OPER": "Failing operation and file", "LNCD": "Language",
               "CHID": "Changed by", "JVER": "Java version"}
    rows = case.rows("%Y-%m-%d %H:%M:%S.{ms}", "CONO -> =company; DIVI -> =division; USID|RESP -> =user; PGNM -> =program!; PICT -> =panel;"
                                               " BJNO -> =number; ENVI -> =environment;"
                     " VERS -> =version; TMST -> =at; OPER -> =where; LNCD -> GB; CHID -> ~user; JVER -> 1.8.0_251")
    lines = [f"{code} = {value:<34} /* {meaning[code]} */" for code, value in case.shuffled(rows)]
    fields = [f"{line:<41} /* field */" for line in case.fields("{} = '{}'")]
    return joined("/* M3 DUMPLOG */", lines, ["/* PROGRAM STACK, OLDEST FIRST */", *(f"STK{at} = {name}" for at, name in enumerate(case.stack(), 1))],
                  ["/* PROGRAM FIELDS */", *fields], "/* EXCEPTION */\n" + case.trace("  at {}"))


@document
def lock_report(sheet):
    """A record that somebody else holds: the holder is told in as many words as the job that failed."""
    case = Case(sheet)
    form = "%m/%d/%Y %I:%M:%S %p"
    waiting = case.rows(form, "Job -> =job!; User -> =user!; Program -> =program!; Panel -> =panel; Company / CONO -> =company;"
                             " Division / DIVI -> =division; Operation -> =operation!;"
                             " File -> =object!; Failed at -> =at!")
    held = [("Job", f"{case.chance.randrange(10**6):06d}"), ("User", case.other_user()), ("Program", case.other_program()), ("Panel", "B"),
            ("Operation", f"UPDATE {case.truth.object}"), ("Locked since", case.near(form, -1))]
    system = case.rows(ISO, "Environment -> =environment; Version -> =version; Database user -> MDBUSR; Database -> SQL Server 14.0.3451")
    blocks = [f"This job (terminated by this dump)\n{aligned(waiting, ': ', '    ')}",
              f"Another job that was holding locks at that time\n{aligned(held, ': ', '    ')}"]
    return joined("*** M3 BE - job terminated ***", *blocks, f"System\n{aligned(system, ': ', '    ')}",
                  "Program stack of this job, first program first: " + ", ".join(case.stack()),
                  ["Program fields", *case.fields("    {:<8}: {}")], "Java stack of this job\n" + case.trace("    at {}"))


@document
def call_table_status(sheet):
    """All programs that the job called, and which of them had returned."""
    case = Case(sheet)
    rows = case.rows(DOTTED, "Failed program -> =program!; On panel -> =panel; At -> =at; By user -> =user; In job -> =job;"
                             " For company -> =company; For division -> =division;"
                             " In environment -> =environment; M3 version -> =version; During -> =where")
    stack, calls = case.stack(), []
    others = [name for name in ("CRS980", "CMS100", "CRS990", "MNS410") if case.often()]
    for name in stack:
        calls.append((name, "active"))
        if others and name != stack[-1]:
            calls.append((others.pop(), "returned"))
    lines = ["Call  Program   Called at  Status", "----  --------  ---------  --------"]
    lines += [f"{at:>4}  {name:<8}  {case.near('%H:%M:%S', at - len(calls) - 1):<9}  {status}" for at, (name, status) in enumerate(calls, 1)]
    return joined("ABNORMAL END", aligned(rows, case.pick(": ", " = ")),
                  ["Programs called in this job (active = on the program stack at the time of the dump)", *lines],
                  f"Program stack depth: {len(stack)}", ["Data", *case.fields("  {} = {}")], "Traceback\n" + case.trace())


@document
def batch_report(sheet):
    """A job in batch that somebody else submitted."""
    case = Case(sheet)
    rows = case.rows(ISO, "Job -> =job; Job status -> ABENDED; Runs as user -> =user!; Submitted by -> ~user; Submitted at -> <5;"
                          " Started at -> <4; Ended abnormally at -> =at!;"
                          " Program -> =program!; Panel -> =panel; Submitting program -> ~program; Company -> =company;"
                          " Division -> =division; Environment -> =environment;"
                          " Last operation -> =where; CPU seconds -> 12.4; Priority -> 50")
    version, level = case.release()
    rows += [("M3 release", version), ("Fix level", level)] if level else [("M3 release", version)]
    rule = "*" * 72
    banner = [rule, *(f"*{line:^70}*" for line in ("M3 BATCH JOB", "ABNORMAL TERMINATION", "")), rule]
    return joined(banner, "\n".join(f"  {label + ':':<22}{value}" for label, value in rows),
                  "  Program chain:        " + " calls ".join(case.stack()),
                  "  Exception:\n" + case.trace("    at {}"), ["  Working storage:", *case.fields("    {:<8} [{}]")],
                  f"*** END OF DUMP OF {case['program']} ***")


@document
def interactive_session(sheet):
    """What the user did before, by panels and keys."""
    case, form = Case(sheet), "%Y-%m-%d %H:%M:%S CET"
    rows = case.rows(form, "User -> =user!; Session -> 4711; Signed on -> <3; Job -> =job; Company -> =company; Division -> =division;"
                           " Environment -> =environment; M3 version -> =version")
    seen = [f"  {case.near('%H:%M:%S', -hours)}  {program}  panel {panel}  {key}" for hours, program, panel, key in
            ((3, case.other_program(), "B", "F12"), (2, "CRS999", "A", "ENTER"), (1, "CRS999", "E", "F4"))]
    seen += ["  exception handled meanwhile: java.io.IOException: Connection reset by peer (program CRS999, user informed)"] * case.often(0.6)
    failed = case.rows(form, "Program -> =program!; Panel -> =panel!; Key pressed -> ENTER; Failed at -> =at; M3 operation -> =operation!;"
                             " Object -> =object!")
    groups = [["--- Session ---", aligned(rows, ": ")], ["--- Before this failure ---", *seen], ["--- At failure ---", aligned(failed, ": ")]]
    stack = ["--- Program stack, current program at the bottom ---", *(f"  {name}" for name in case.stack())]
    return joined("Dump of interactive M3 session", *groups, stack, ["--- Panel fields ---", *case.fields('  {:<7} "{}"')],
                  "--- Java ---\n" + case.trace())


@document
def components_table(sheet):
    """The version of M3 in a table among those of everything else."""
    case = Case(sheet)
    version, level = case.release()
    table = grid([("M3 Business Engine", version, level or "-"), ("M3 UI adapter", "10.3.1.0", "-"), ("Grid", "2.1.33", "HF4"),
                  ("Java runtime", "1.8.0_251", "b08"),
                  ("JDBC driver", "8.2.2", "-")], ("Component", "Version", "Fix level"))
    rows = case.rows("%Y-%m-%dT%H:%M:%S.{ms}Z", "Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company -> =company;"
                                                " Division -> =division;"
                     " Environment -> =environment; Time (UTC) -> =at; Failing operation -> =where")
    stack = grid([(str(at), name, "failed" if name == case.truth.program else "waiting") for at, name in enumerate(case.stack(), 1)],
                 ("Level", "Program", "State"))
    fields = grid([(name, f"'{value}'") for name, value in case.truth.fields], ("Field", "Value"))
    case.fields("{}{}")
    general = f"Dump\n{aligned(rows, ' | ')}"
    return joined(*case.shuffled([general, f"Installed versions\n{table}"]), f"Program stack\n{stack}", f"Fields\n{fields}",
                  f"Exception\n{case.trace()}")


@document
def angle_marks(sheet):
    """<<SESSION>> key -> value <<END>>."""
    case = Case(sheet)
    mark = lambda name, lines: [f"<<{name}>>", *lines, "<<END>>"]
    arrows = lambda text: [f"{label} -> {value}" for label, value in case.rows("%d %b %Y, %H:%M:%S", text)]
    rest = case.shuffled([mark("SESSION", arrows("Company -> =company; Division -> =division!; User -> =user; Job -> =job; Default division -> ZZZ")),
                          mark("SYSTEM", arrows("Environment -> =environment; Version -> =version; Java version -> 17.0.8; Started -> <50")),
                          mark("PROGRAM", arrows("Program -> =program!; Panel -> =panel; Failed operation -> =where;"
                                                 " Time of failure -> =at!; Compiled -> ~date")),
                          mark("FIELDS", case.fields("{} -> '{}'")), mark("PROGRAM STACK (OUTERMOST FIRST)", case.stack())], 0.6)
    return joined(*rest, mark("JAVA STACK", [case.trace("  at {}")]), between="\n")


@document
def tab_blocks(sheet):
    """Blocks below #NAME, with tabs between keys and values."""
    case = Case(sheet)
    block = lambda name, rows: [f"#{name}", *("\t".join(row) for row in rows)]
    main = case.rows("%Y-%m-%d %H:%M:%S,{ms}", "program -> =program!; panel -> =panel; operation -> =operation!; file -> =object!;"
                                               " exception -> =exception!; failed -> =at!; dump no -> 000417")
    session = case.rows("%Y-%m-%d %H:%M:%S", "user -> =user!; job -> =job; company -> =company; division -> =division; signed on -> <3;"
                                             " windows user -> ~user")
    system = case.rows(ISO, "environment -> =environment; m3 release -> =version; jvm -> 1.8.0_251-b08; host -> m3app02")
    fields = [line.split("\t") for line in case.fields("{}\t'{}'")]
    stack = [(name, "current" if name == case.truth.program else "caller") for name in case.stack()[::-1]]
    return joined(block("DUMP", main), *case.shuffled([block("SESSION", session), block("SYSTEM", system), block("FIELDS", fields),
                                                       block("PROGRAMS, CURRENT FIRST", stack)]),
                  "#TRACE\n" + case.trace())


@document
def sql_failure(sheet):
    """The statement that the database was given stands beside the operation that the program asked for."""
    case = Case(sheet)
    rows = case.rows("%d %B %Y %H:%M:%S", "Program -> =program!; Panel -> =panel; M3 user -> =user; Connected as -> MDBUSR; Job -> =job;"
                                          " CONO -> =company; DIVI -> =division;"
                     " Environment -> =environment; M3 version -> =version; Driver version -> 8.2.2.jre8; Time of failure -> =at")
    layer = [("M3 operation", case["where"]),
             ("SQL statement", f"SELECT * FROM MVXJDTA.{case.truth.object} WHERE CTCONO = ? AND CTSTKY = ?"), ("Fetch size", "50"),
             ("Isolation", "READ_COMMITTED")]
    return joined("=== M3 program dump ===", aligned(rows, ": "), "=== Data access ===\n" + aligned(layer, ": "),
                  "=== Thrown ===\n" + case.trace("      at {}"),
                  "=== M3 programs (last one failed) ===\n" + "\n".join(f"{at}) {name}" for at, name in enumerate(case.stack(), 1)),
                  ["=== Variables ===", *case.fields("{}=\"{}\"")])


@document
def bar_rows(sheet):
    """A few lines with bars between the pairs, the first word telling what they are about."""
    case = Case(sheet)
    row = lambda name, text: " | ".join([f"{name:<8}", *(f"{label}: {value}" for label, value in case.rows("%Y-%m-%d %H:%M:%S", text))])
    lines = case.shuffled([row("PROGRAM", "PGM -> =program!; PNL -> =panel; COMPILED -> ~date"),
                           row("SESSION", "USID -> =user!; CONO -> =company; DIVI -> =division; LNCD -> GB"),
                           row("JOB", "JOB -> =job!; TYPE -> INT; STARTED -> <3"),
                           row("SYSTEM", "ENV -> =environment!; M3 VERSION -> =version; JVM -> 1.8.0_251"),
                           row("ERROR", "AT -> =at!; OPERATION -> =where; MSGID -> M3E4711")])
    fields = case.fields("{}: '{}'")
    fields = [" | ".join([f"{'FIELDS' if not at else '':<8}", *fields[at:at + 3]]) for at in range(0, len(fields), 3)]
    return joined(lines, fields, "STACK    | " + " >> ".join(case.stack()), case.trace("    at {}"))
