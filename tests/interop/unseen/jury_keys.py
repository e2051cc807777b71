"""Notations of the set `jury`: keys with values behind a colon, an equals sign, an arrow or dots."""

from .jury_case import Case, headed, joined, level, leaders, lined
from .register import Register

SET = Register()
document = SET.document


@document
def jury_support_text(sheet):
    """Colons, headings in capitals that are underlined, the stack with arrows."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S.{ms}", 3), ("%Y-%m-%d %H:%M:%S",), ("%Y-%m-%dT%H:%M:%S+01:00", 0, 1)))
    head = lambda text: [text.upper(), "-" * len(text)]
    parts = [headed(head("Failure"), lined(case.rows("Program > program; Panel > panel?; Failed at|Time of failure > at; Failing operation > where; Compiled > @past"))),
             headed(head("Session"), lined(case.rows("User|User profile > user; Company > company?; Division > division?; Language > 'GB; Printer > 'PRT04"))),
             headed(head("Runtime"), lined(case.rows("Job|Job number > job?; Environment > environment?; M3 version > version?; Java version > '1.8.0_345; Database user > 'MDBUSR"))),
             headed(head("Program stack"), " -> ".join(case.stack())), headed(head("Program fields"), case.fields('{n} = "{v}"')),
             headed(head("Java stack trace"), case.trace())]
    return joined("M3 BE PROGRAM DUMP", *case.order(parts[:3]), *case.order(parts[3:]), *(headed(head(title), lined(rows)) for title, rows in case.extras()))


@document
def jury_equals_dashed(sheet):
    """Equals signs below headings with dashes on both sides, the trace first."""
    case = Case(sheet)
    case.clock(*case.pick(("%d-{mon}-%Y %H:%M:%S",), ("%Y%m%d %H%M%S",), ("{d} {month} %Y %H:%M:%S",)))
    mark = case.pick("=", " = ")
    head = lambda text: f"{'-' * 12} {text} {'-' * 12}"
    pairs = lambda text: lined(case.rows(text), "{}" + mark + "{}")
    facts = [headed(head("what"), pairs("pgm|program > program; panel > panel?; oper|operation > operation; file > object; last changed by > @other")),
             headed(head("who"), pairs("usid|user > user; cono|company > company?; divi|division > division?; lang > 'SE; user group > 'SALES")),
             headed(head("when and where"), pairs("occurred|time of failure > at; job > job?; env|environment > environment?; m3 version > version?; jvm started > @past; host > 'm3app07"))]
    rest = [headed(head("called programs, first to last"), case.stack()), headed(head("variables"), case.fields("{n}" + mark + "'{v}'")),
            *(headed(head(title.lower()), lined(rows, "{}" + mark + "{}")) for title, rows in case.extras(1))]
    title, lines = case.listing()
    return joined(headed(head("exception"), case.trace("    at {}")), *case.order([*facts, *rest]), headed(head(title), lines))


@document
def jury_ibm_prompt(sheet):
    """Dots with blanks between up to a colon, as an IBM i display has them; sections boxed."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d-%H.%M.%S.{ms}000", 3), ("%d.%m.%Y %H:%M:%S",)))
    width = case.pick(30, 34, 40)
    box = lambda text: [f"+{'-' * 60}+", f"|{text:^60}|", f"+{'-' * 60}+"]
    part = lambda title, text: headed(box(title), leaders(case.rows(text), width, before=" "))
    facts = [part("Program information", "Program name > program; Panel > panel?; Library > 'MVXBASE; Date/time last compiled > @past; I/O operation > operation; File > object"),
             part("Job information", "Job number > job?; User profile > user; Job queue > 'QINTER; Job started > @past; Date/time of failure > at"),
             part("M3 information", "Company number > company?; Division code > division?; Environment > environment?; M3 release > release; Fix level > fix; Default company > '999")]
    calls = [f" {at:>3}   {name}" for at, name in enumerate(case.stack(), 1)]
    return joined(f"{'5770WDS  M3 formatted dump':<50}Page    1", *case.order(facts, 0.5), headed(box("Invocation stack (1 = first called)"), calls),
                  headed(box("Field contents"), case.fields(" {n:<10} {t:<7}{l:>4}  '{v}'")), headed(box("Java exception"), case.trace("   at {}")))


@document
def jury_dots_numbered(sheet):
    """Dots without blanks, chapters with numbers and parts of these."""
    case = Case(sheet)
    case.clock(*case.pick(("%A {d} {month} %Y %H:%M:%S",), ("%Y/%m/%d %H:%M:%S",), ("%Y-%m-%d %H:%M:%S CET", 0, 1, True)))
    listed = lambda text: leaders(case.rows(text), case.width, ".", ": ", "    ")
    case.width = case.pick(26, 32)
    facts = [("Failing program", listed("Program > program; Panel|Picture > panel?; Code > origin; Operation that failed > where; Compile time > @past")),
             ("Signed-on user", listed("User id > user; Company > company?; Division > division?; Warehouse > '001; Facility > 'A01")),
             ("Job", listed("Job id > job?; Job type > 'Interactive; Priority > '5; Failed at > at")),
             ("Installation", listed("Environment name > environment?; Version and fix level > version?; Java version > '11.0.21; Operating system > 'AIX 7.2"))]
    rest = [("Programs active, outermost first", [f"    {'  ' * at}{name}" for at, name in enumerate(case.stack())]),
            ("Fields of the program", case.fields("    {n} [{p}]")), ("Java stack trace", case.trace("    at {}", indent="    "))]
    rest += [(title, leaders(rows, case.width, ".", ": ", "    ")) for title, rows in case.extras(1)]
    chapters = [one for one in [*case.order(facts), *rest] if one[1]]
    form = case.pick("{}. {}", "{}) {}", "Section {}: {}", "{}.0 {}")
    return joined("Diagnostic dump", *(headed(form.format(at, title), body) for at, (title, body) in enumerate(chapters, 1)))


@document
def jury_bare_blocks(sheet):
    """No headings, blocks with a blank line between, and the stack behind its key."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%dT%H:%M:%S.{ms}Z", 3, 0), ("%Y-%m-%d %H:%M:%S",)))
    form = case.pick("{}: {}", "{} : {}")
    between = case.pick(" > ", " -> ", " / ", " => ")
    stack = [("Call stack", between.join(case.stack()))] if case.has_stack else []
    facts = [case.rows("Program > program; Panel > place?; Failing operation > where; Program last changed by > @other"),
             case.rows("User > user; Job id > job?; Previous job > '118822"), case.rows("Company > company?; Division > division?"),
             case.rows("Environment > environment?; M3 version > version?; Java version > '1.8.0_345; JVM user > 'svc_m3be")]
    top = [("Abnormal termination", case.at())] if case.some(0.4) else [("Dump taken at", case.at())]
    return joined(lined(top, form), *(lined(rows, form) for rows in case.order(facts)), lined(stack, form), case.trace("\tat {}"), case.fields("{n}='{v}'"))


@document
def jury_double_arrows(sheet):
    """`=>` behind keys that were made equally long, headings in angle brackets."""
    case = Case(sheet)
    case.clock(*case.pick(("{epoch}", 3, 0), ("%Y-%m-%d %H:%M:%S,{ms}", 3)))
    head = lambda text: f"<<< {text} >>>"
    part = lambda title, text: headed(head(title), level(case.rows(text), " => ", "  "))
    mark = "timestamp (epoch millis)" if case.form == "{epoch}" else "timestamp"
    facts = [part("failure", f"program > program; panel > panel?; {mark} > at; failed operation > operation; table or display file > object"),
             part("login", "user name > user; company > company?; division > division?; user group > 'FINANCE; language > 'GB"),
             part("process", "job uuid|job id > job?; environment > environment?; software version > version?; db user > 'MDBUSR; node > 'M3BE_2")]
    calls = [f"  {'called by ' if at else ''}{name}" for at, name in enumerate(case.stack()[::-1])]
    return joined(head("M3 DUMP BEGIN"), *case.order(facts), headed(head("program stack"), calls), headed(head("program variables"), case.fields("  {n:<8} => '{v}'")),
                  headed(head("throwable"), case.trace(jar=case.pick("", " ~[m3be-core.jar:15.1]"))), head("M3 DUMP END"))


@document
def jury_several_a_line(sheet):
    """Two or three keys on each line, blanks between."""
    case = Case(sheet)
    case.clock(*case.pick(("%d {mon} %Y %H:%M:%S",), ("%Y-%m-%d %H:%M:%S",)))
    wide = case.pick(34, 40)

    def packed(text, count):
        cells = lined(case.rows(text), "{}: {}")
        return ["".join(f"{cell:<{max(wide, len(cell) + 4)}}" for cell in cells[at:at + count]).rstrip() for at in range(0, len(cells), count)]

    facts = [packed("Program > program; Panel > panel?; Failed at > at; Compiled > @past", 2),
             packed("User > user; Company > company?; Division > division?; Language > 'FR", 2), packed("Operation > operation; File > object", 2),
             packed("Job > job?; Environment > environment?; Version > version?; Java > '17.0.9", 2)]
    held = case.fields("{n}='{v}'")
    held = ["  ".join(held[at:at + 3]) for at in range(0, len(held), 3)]
    rule = case.pick("~", "_", "=") * 72
    return joined("M3 Business Engine abnormal end", rule, *facts, rule, headed("Programs:", "  " + " > ".join(case.stack()) if case.has_stack else ""),
                  headed("Fields:", held), headed("Trace:", case.trace("  at {}")), rule, between="\n")


@document
def jury_event_like(sheet):
    """M3's own short names, each with a semicolon behind, as program events have them."""
    case = Case(sheet)
    case.clock("%Y-%m-%d %H:%M:%S")
    stack = [("callStack", "->".join(case.stack()))] if case.has_stack else []
    job = ("BJNO", case.value("job")) if case.truth.job.isdigit() else ("jobUUID", case.value("job"))
    rows = [*stack, *case.rows("PGMN > program; USID > user; CONO > company?; DIVI > division?; PANEL|PICC > panel?; owner > 'M3SCHED", 0.6), job,
            *case.rows("failTime > at; startTime > @past; environment > environment?; version > version?; sessionID > '10.20.30.40:63547_5-0; failedOperation > where; application > 'M3", 0.6)]
    held = case.fields("{n}={v};")
    return joined(f"M3:{case.truth.program}:F", lined(rows, "{}={};"), headed("fields:", held), headed("stackTrace:", case.trace()), between=case.pick("\n", "\n\n"))


@document
def jury_right_keys(sheet):
    """Keys that end at the colon, headings at the middle of the line, date and time apart."""
    case = Case(sheet)
    width = case.pick(22, 28)
    listed = lambda rows: [f"{label:>{width}} : {value}" for label, value in rows]
    day = case.clocked(*case.pick(("%Y-%m-%d",), ("%d.%m.%Y",), ("%d {mon} %Y",)))
    time = case.clocked(*case.pick(("%H:%M:%S",), ("%H:%M:%S.{ms}", 3)))
    head = lambda text: text.center(width * 2).rstrip()
    facts = [headed(head("* Program *"), listed(case.rows("Program > program; Panel > panel?; Failing M3 operation > where; Previous program > @program"))),
             headed(head("* Date and time *"), listed([("Date", day), ("Time", time)])),
             headed(head("* User and job *"), listed(case.rows("User > user; Job number|Job > job?; Company > company?; Division > division?; Job description > 'QDFTJOBD"))),
             headed(head("* System *"), listed(case.rows("Environment > environment?; M3 BE version > version?; Java version > '1.8.0_345; Database version > '12.2.0")))]
    calls = listed([(f"Level {at}", name) for at, name in enumerate(case.stack(), 1)])
    return joined(*case.order(facts), headed(head("* Programs (level 1 was called first) *"), calls),
                  headed(head("* Fields *"), case.fields("{n:>" + str(width) + "} : '{v}'")), headed(head("* Java *"), case.trace("        at {}")))
