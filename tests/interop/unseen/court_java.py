"""Of the set `court`: dumps as a Java developer writes them by hand, with StringBuilder, String.format, toString and streams.

See `court_all`. What libraries write for him is in court_beans.
"""

from .court_case import ISO, MILLI, SECOND, Bench
from .court_parts import even, handled, lined, other_record, page, side_note, trace

SET = Bench()
document = SET.document


@document
def court_string_builder(case):
    """append("program: ").append(program), sections between rules of equals signs."""
    rows = case.shuffled(case.rows("program <- $program; panel <- $panel?; user <- $user; job <- $job?; company <- $company?;"
                                   " division <- $division?;"
                                   " environment <- $environment; version <- $version?; dump created <- $at;"
                                   " failed operation|operation <- $where;"
                                   " program compiled <- @date; last changed by <- @user"))
    part = lambda name, lines: [f"=== {name} {'=' * (60 - len(name))}", *lines]
    title, note = side_note(case)
    return page("M3 BE DUMP", part("context", lined(rows, "{}: {}")), part("program stack, outermost first", [" -> ".join(case.stack())]),
                part("fields", lined(case.fields(), '{} = "{}"')), *case.maybe(part(title.lower(), lined(note, "{}={}"))),
                *case.maybe(part(*handled(case)), 0.3), part("stack trace", trace(case)), "=== end of dump")


@document
def court_format_padded(case):
    """String.format("%-24s : %s"), headings with a rule as long as they are."""
    part = lambda name, lines: [name, "-" * len(name), *lines]
    groups = case.shuffled([part("Program", even(case.rows("Program name <- $program; Panel <- $panel; Program title <- Work with orders;"
                                                           " Code <- $origin;"
                                                           " Compiled <- @date"), " : ")),
                            part("Session", even(case.rows("User id <- $user; Company <- $company; Division <- $division?;"
                                                           " Language <- GB; User group <- LOGISTICS"), " : ")),
                            part("Job", even(case.rows("Job id <- $job; Job started <- @before; Job priority <- 5"), " : ")),
                            part("Installation", even(case.rows("Environment <- $environment; M3 version <- $version?;"
                                                                " Java version <- 11.0.21; Host <- m3app07"), " : ")),
                            part("Failure", even(case.rows("Time <- $at; Operation <- $operation; File <- $object;"
                                                           " Exception <- $exception; Message <- $message", MILLI), " : "))])
    title, record = other_record(case)
    return page(*groups, part("Call stack (first called first)", [f"{at:>2}. {name}" for at, name in enumerate(case.stack(), 1)]),
                part("Variables of the program", [f"{name:<8} = '{value}'" for name, value in case.fields()]),
                *case.maybe(part(title, lined(record, "{:<8} = '{}'"))), part("Java stack trace", trace(case)))


@document
def court_to_string(case):
    """All in one toString() of the IDE's making."""
    text = case.rows("program <- $program; panel <- $panel; user <- $user; environment <- $environment; version <- $version?;"
                     " job <- $job?; exception <- $exception;"
                     " changedBy <- @user")
    plain = case.rows("company <- $company?; division <- $division?; createdAt <- $at; retries <- 0", SECOND)
    inner = [f"{key}='{value}'" for key, value in text] + [f"{key}={value}" for key, value in plain]
    inner += case.maybe(f"operation='{case.fact('where', ISO)}'" if case.tells_operation else "restartable=false", 1)
    fields = ", ".join(f"{name}='{value}'" for name, value in case.fields())
    return page("ProgramDump{" + ", ".join(case.shuffled(inner)) + f", callStack=[{', '.join(case.stack())}], fields={{{fields}}}}}",
                trace(case), between="\n")


@document
def court_to_string_lines(case):
    """ToStringBuilder of commons-lang in its style of several lines, beans within beans."""
    number = lambda: f"{case.chance.getrandbits(28):x}"
    bean = lambda name, rows: [f"{name}@{number()}[", *(f"  {key}={value}" for key, value in rows), "]"]
    beans = [bean("com.example.m3.dump.SessionInfo", case.rows("user <- $user; company <- $company; division <- $division;"
                                                               " language <- SE; loggedOn <- @before")),
             bean("com.example.m3.dump.ProgramInfo", case.rows("program <- $program; panel <- $panel; environment <- $environment;"
                                                               " version <- $version?; compiled <- @date;"
                                                               " compiledBy <- @user")),
             bean("com.example.m3.dump.FailureInfo", case.rows("timestamp <- $at; operation <- $operation; file <- $object; jobId <- $job?",
                                                               "%Y-%m-%dT%H:%M:%S.mmmZ"))]
    return page(*case.shuffled(beans), bean("com.example.m3.dump.CallStack",
                                            [(f"level{at}", name) for at, name in enumerate(case.stack())]),
                bean("com.example.m3.dump.ProgramFields", case.fields()), trace(case))


@document
def court_map_to_string(case):
    """HashMap.toString() behind names of maps."""
    rows = case.shuffled(case.rows("PGMN <- $program; PANEL <- $panel?; USID <- $user; CONO <- $company; DIVI <- $division?;"
                                   " BJNO <- $job?; ENV <- $environment;"
                                   " TIMESTAMP <- $at; OPERATION <- $where; CHID <- @user; LANC <- GB"))
    shown = lambda pairs: "{" + ", ".join(f"{key}={value}" for key, value in pairs) + "}"
    fields = [(name, value) for name, value in case.fields() if "," not in value]
    case.truth.say_fields({name: [value, value or None] for name, value in fields})
    return page("Dump of failed program", "context = " + shown(rows),
                *case.maybe("system = " + shown([("java.version", "17.0.9"), ("user.name", "svcm3be"), ("os.arch", "amd64")])),
                f"callStack = {case.stack()}".replace("'", ""), "fields = " + shown(fields),
                "exception = " + trace(case)[0] + "\n" + "\n".join(trace(case)[1:]), between="\n")


@document
def court_drawn_box(case):
    """String.format with drawn lines around it."""
    line = lambda key, value: f"│ {key:<22} │ {value:<60} │"
    rule = lambda left, middle, right: left + "─" * 24 + middle + "─" * 62 + right
    part = lambda name, rows: [f" {name}", rule("┌", "┬", "┐"), *(line(*row) for row in rows), rule("└", "┴", "┘")]
    parts = [part("WHAT FAILED", case.rows("Program <- $program; Panel <- $panel; Failed at <- $at; Operation <- $where;"
                                           " Exception <- $exception; Message <- $message", MILLI)),
             part("WHO", case.rows("User <- $user; Company <- $company; Division <- $division?; Job <- $job; Job type <- Interactive"
                                   if case.truth.panel else
                                   "User <- $user; Company <- $company; Division <- $division?; Job <- $job; Job type <- Batch")),
             part("WHERE", case.rows("Environment <- $environment; M3 version <- $version; Node <- M3BE_2; JVM started <- @date"))]
    return page(*case.shuffled(parts), part("PROGRAM STACK (1 = outermost)", [(str(at), name) for at, name in enumerate(case.stack(), 1)]),
                part("FIELDS", [(name, f'"{value}"') for name, value in case.fields()]), [" STACK TRACE", *trace(case)])


@document
def court_thread_report(case):
    """A handler of uncaught exceptions: `Exception in thread`, then what it knows in comments."""
    rows = case.shuffled(case.rows("pgm <- $program; pnl <- $panel; usr <- $user; job <- $job?; cono <- $company; divi <- $division;"
                                   " env <- $environment; rel <- $version?; at <- $at;"
                                   " op <- $where", SECOND))
    shown = trace(case)
    title, lines = handled(case)
    return page(f'Exception in thread "{case.pick("job-17", "m3-worker-4", "Thread-212")}" {shown[0]}', "\n".join(shown[1:]),
                "# --- program ---",
                *lined(rows, "# {} = {}"), "# --- called programs, first to last ---", "# " + " => ".join(case.stack()), "# --- fields ---",
                *lined(case.fields(), '# {} = "{}"'), *case.maybe(f"# --- {title.lower()} ---\n" + "\n".join(f"# {line}" for line in lines),
                                                                  0.4), between="\n")
