"""Dumps as developers of a runtime in Java would write them, in 1999, 2008 and 2019: buffers, printf, toString, loggers. Part of `porch`."""

from .porch_case import FAILURE, ISO, JOB, SESSION, SYSTEM, Case, body, paired, ruled, section
from .register import Register

SET = Register()
document = SET.document


@document
def porch_string_buffer(sheet):
    """1999: a StringBuffer, stars, and keys with dots up to the colon."""
    case, width = Case(sheet), sheet.chance.choice([22, 26, 30])
    rule = case.one("*", "=", "-", "#") * case.one(50, 64, 79)
    pair = case.one(lambda row: f"{row[0]:.<{width}}: {row[1]}", lambda row: f"{row[0] + ' ':.<{width}} {row[1]}", lambda row: f"{row[0]:<{width}}: {row[1]}")
    form = case.one(ISO, "%a %b %d %H:%M:%S CET %Y", "%d-%b-%Y %H:%M:%S")
    rows = [pair(row) for spec in case.shuffled([FAILURE, SESSION, JOB, SYSTEM]) for row in case.rows(spec, form)]
    stack = [f"  {'  ' * at}{name}" for at, name in enumerate(case.stack())]
    return "\n".join([rule, case.one("* PROGRAM DUMP", "* M3 ABNORMAL END", "* Dump of program"), rule, *rows, rule, "PROGRAM STACK", rule, *stack, rule,
                      case.one("VARIABLES", "FIELDS IN PROGRAM"), rule, *case.fields(case.one("{} = <{}>", "{:<8}=[{}]", '{}="{}"')), rule, "JAVA STACK TRACE",
                      rule, case.trace(case.one("\tat {}", "        at {}")), rule, case.one("* END OF DUMP", "* EOF")])


@document
def porch_to_string(sheet):
    """Beans that print themselves, as an IDE or Lombok writes toString, one to a line."""
    case = Case(sheet)
    left, right = case.one("()", "[]", "{}")
    quote = case.one("", "", "'")
    bean = lambda name, pairs: name + left + ", ".join(f"{key}={value}" if value == "null" else f"{key}={quote}{value}{quote}" for key, value in pairs) + right
    form = case.one("%Y-%m-%dT%H:%M:%S.%L", "%a %b %d %H:%M:%S CET %Y", ISO)
    beans = [bean(case.one("FailedProgram", "ProgramInfo"), case.rows("programName|program|pgm -> =program; ?panel|panelId -> =panel; ?callingPanel -> null;"
                                                                      " ?lastOperation|failedOperation -> =where; occurred|timestamp|failedAt -> =at", form)),
             bean(case.one("Session", "UserContext"), case.rows("userId|user -> =user; company|cono -> =company; ?division|divi -> =division;"
                                                                " language -> GB")),
             bean(case.one("JobInfo", "M3Job"), case.rows("jobId|jobNumber -> =job; ?parentJob|submittedFrom -> ~job; ?priority -> 5")),
             bean("Installation", case.rows("environment|env -> =environment; ?m3Version|version -> =version; javaVersion -> 11.0.20; nodeId -> 3"))]
    beans = case.shuffled(beans)
    beans.append("programStack=[" + ", ".join(case.stack()) + "]")
    if case.odds(0.8):
        beans.append("fields={" + ", ".join(f"{name}={value}" for name, value in case.variables(",={}")) + "}")
    return "\n".join([case.one("Dump:", "M3 dump", "Abnormal termination"), *beans, "", case.trace()])


@document
def porch_mdc(sheet):
    """A record of log4j or logback with what the MDC holds, then the trace."""
    case = Case(sheet)
    form = case.one("%Y-%m-%d %H:%M:%S,%L", "%Y-%m-%d %H:%M:%S.%L", "%d %b %Y %H:%M:%S,%L")
    stamp = case.time(form)
    pairs = case.shuffled(case.rows("usid|user|userId -> =user; cono|company -> =company; ?divi|division -> =division; pgm|program|pgnm -> =program;"
                                    " ?panel|pnl -> =panel; job|jobId|bjno -> =job; ?env|environment -> =environment; ?m3version|version -> =version;"
                                    " ?lang -> GB; ?ip -> 10.20.1.7; ?reqUser -> svcgrid"))
    between, held = case.one((", ", "{%s}"), (" ", "[%s]"), (", ", "[%s]"), ("; ", "<%s>"))
    mdc = held % between.join(f"{key}={value}" for key, value in pairs)
    said = case.one("M3 dump, abnormal termination of {p}", "Program dump: {p} ended abnormally",
                    "Dump of program {p} after an unhandled exception").format(p=case["program"])
    more = case.one(f" while doing {case['where']}", f", last operation {case['where']}") if case.odds(0.5) else ""
    head = case.one(f"{stamp} ERROR [job-pool-7] {mdc} mvx.runtime.Job - {said}{more}", f"{stamp} [job-pool-7] ERROR mvx.runtime.Job {mdc} - {said}{more}",
                    f"[{stamp}] ERROR mvx.runtime.Job: {said}{more} {mdc}")
    stack = "  program stack: " + case.one(" > ", " -> ").join(case.stack()) + "\n" if case.odds(0.6) else ""
    return head + "\n" + stack + case.trace("\tat {}", jars=case.odds(0.5)) + "\n"


@document
def porch_printf(sheet):
    """2008: printf with fixed widths, a section for each topic, who called what as a table."""
    case = Case(sheet)
    width, head = case.one(18, 20, 25), ruled(case)
    mark = case.one(" : ", " ", " = ", " | ")
    listed = lambda spec, form=None: "\n".join(f"{label:<{width}}{mark}{value}" for label, value in case.rows(spec, form))
    parts = case.shuffled([section(head, "Program", listed(FAILURE)), section(head, "User", listed(SESSION)), section(head, "Job", listed(JOB)),
                           section(head, "System", listed(SYSTEM))])
    stack = case.stack()
    rows = [f"{at:<6}{name:<12}{case.before(0) if at == len(stack) else case.before(len(stack) - at)}" for at, name in enumerate(stack, 1)]
    stack = section(head, "Program stack", "\n".join([f"{'Level':<6}{'Program':<12}Started", *rows]))
    fields = section(head, "Field contents", "\n".join([f"{'Name':<12}Value", f"{'-' * 10}  {'-' * 30}", *case.fields("{:<12}'{}'")]))
    return "\n\n".join([*parts, stack, fields, section(head, "Exception", case.trace())])


@document
def porch_analyzer(sheet):
    """2019: an analyzer of failures in the manner of Spring Boot, with a description and what to do."""
    case = Case(sheet)
    stars = "*" * 27
    truth = case.truth
    text = case.one(f"Program {case['program']} failed during {case['where']}",
                    f"The program {case['program']} ended abnormally while executing {case['where']}")
    pair = paired(case)
    rows = case.shuffled(case.rows("User|User id -> =user; Company -> =company; ?Division -> =division; Job|Job id -> =job; ?Panel -> =panel;"
                                   " Time|Timestamp -> =at; Environment -> =environment; ?M3 version|Version -> =version; ?JVM -> 17.0.8+7; ?PID -> 18234"))
    stack = "Program stack:\n\n" + "\n".join(f"    {at}. {name}" for at, name in enumerate(case.stack(), 1))
    fields = "Field values:\n\n" + "\n".join(case.fields("    {} = '{}'"))
    return "\n\n".join([f"{stars}\nM3 PROGRAM FAILED\n{stars}", f"Description:\n\n{text}", "Context:\n\n" + "\n".join("    " + pair(*row) for row in rows),
                        *case.shuffled([stack, fields]), f"Action:\n\nSend this report to the developers of {truth.program}. Do not restart the job.",
                        "Stack trace:\n\n" + case.trace()])


@document
def porch_dialog(sheet):
    """What one copies from a dialog of Swing: a sentence, labels with values, and the details."""
    case = Case(sheet)
    lead = case.one("The program {} has terminated abnormally.", "{} - unexpected error", "Program {} was stopped because of an error.")
    rows = case.rows("User: -> =user; Company: -> =company; ?Division: -> =division; ?Panel: -> =panel; Job:|Job number: -> =job; Time:|Occurred: -> =at;"
                     " ?Operation: -> =where; Environment: -> =environment; ?Version:|M3 version: -> =version; ?Client version: -> 10.2.1.0;"
                     " ?Client Java: -> 1.6.0_45")
    width = max(len(label) for label, _ in rows) + 2
    pair = case.one(lambda row: f"{row[0]:<{width}}{row[1]}", lambda row: f"{row[0]}\t{row[1]}", lambda row: f"{row[0]} {row[1]}")
    more = ["Program stack: " + case.one(" > ", ", ", " / ").join(case.stack())] if case.odds(0.6) else []
    more += ["Fields:", *case.fields("  {} = {}")] if case.odds(0.5) else []
    return "\n".join([case.one("M3 Error", "Application error"), "", lead.format(case["program"]), case["exception"], "", *map(pair, case.shuffled(rows)), "",
                      *more, case.one("Details:", "Details >>", "[ Details ]"), case.trace(), "", case.one("[ OK ]  [ Copy to clipboard ]", "OK   Cancel")])


@document
def porch_markdown(sheet):
    """Markdown with bold keys and code, the trace in a fence."""
    case = Case(sheet)
    code = case.one("{}", "`{}`")
    style = case.one("- **{}:** {}", "* **{}**: {}", "**{}:** {}  ", "- {}: {}", "| {} | {} |")
    listed = lambda spec: [style.format(label, code.format(value)) for label, value in case.rows(spec)]
    table = ["| Key | Value |", "| --- | --- |"] if style[0] == "|" else []
    parts = case.shuffled([["## " + name, "", *table, *listed(spec)] for name, spec in (("Failure", FAILURE), ("Session", SESSION), ("Job", JOB),
                                                                                        ("System", SYSTEM))])
    stack = ["## Program stack", "", *(f"{at}. {code.format(name)}" for at, name in enumerate(case.stack(), 1))]
    fields = ["## Fields", "", "| Field | Value |", "|-------|-------|", *(f"| {name} | `{value}` |" if value else f"| {name} | |" for name,
                                                                           value in case.variables("|`"))]
    fence = case.one("```", "```java", "~~~")
    return "\n".join(["# M3 dump", "", *sum(([*part, ""] for part in [*parts, *case.shuffled([stack, fields])]), []), "## Stack trace", "", fence,
                      case.trace(),
                      fence[:3], ""])


@document
def porch_properties(sheet):
    """java.util.Properties stored, with its escapes."""
    case = Case(sheet)
    escaped = lambda value: value.replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=").replace("#", "\\#").replace("!", "\\!")
    top = case.one("dump.", "m3.", "")
    rows = [(top + label, value) for label, value in case.rows(
        "program|program.name -> =program; ?panel -> =panel; time|timestamp -> =at; user|user.id -> =user; company -> =company; ?division -> =division;"
        " job|job.id -> =job; environment -> =environment; ?version|m3.version -> =version; ?operation|failed.operation -> =where;"
        " java.vm.version -> 25.251-b08;"
        " ?program.compiled -> ~date; ?previous.program -> ~program; os.user -> svcm3")]
    rows += [(f"{top}stack.{at}", name) for at, name in enumerate(case.stack(), 1)]
    rows += [(f"{top}field.{name}", value) for name, value in case.variables("äöüßå %")]
    case.truth.causes = []
    lines = [f"{key}={escaped(value)}" for key, value in case.shuffled(rows, 0.3)]
    trace = case.trace("{}").split("\n")
    return "\n".join([case.one("#M3 dump", "#Written by DumpWriter"), *lines, f"{top}exception={escaped(trace[0])}",
                      *(f"{top}frame.{at}={escaped(frame)}" for at, frame in enumerate(trace[1:], 1))])


@document
def porch_plain_sections(sheet):
    """What most would write: keys and values in sections."""
    return body(Case(sheet))


@document
def porch_tree(sheet):
    """An indented tree of topics, without marks but the indent."""
    case = Case(sheet)
    mark = case.one(": ", " = ", " -> ")
    top, step = case.one("+ ", "", "- "), case.one("    ", "  ", "\t")
    listed = lambda name, spec: [top + name, *(f"{step}{label}{mark}{value}" for label, value in case.rows(spec))]
    parts = case.shuffled([listed("Program", FAILURE), listed("Session", SESSION), listed("Job", JOB), listed("System", SYSTEM)])
    stack = [top + "Program stack", *(f"{step * (at + 1)}{name}" for at, name in enumerate(case.stack()))]
    fields = [top + "Fields", *(step + line for line in case.fields("{} = '{}'"))]
    trace = [top + "Stack trace", *(step + line for line in case.trace("  at {}").split("\n"))]
    return "\n".join(["Dump", *sum([*parts, *case.shuffled([stack, fields]), trace], [])])
