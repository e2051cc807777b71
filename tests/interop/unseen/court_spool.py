"""Of the set `court`: dumps as spooled files of somebody who comes from RPG and IBM i: 132 columns, headings, dotted leaders, messages.

See `court_all`. Screens, and what is nearer to them, are in court_screens.
"""

from .court_case import EUROPE, ISO, STAMP, Bench
from .court_parts import columns, dotted, handled, lined, other_record, page, trace

SET = Bench()
document = SET.document
PRODUCT = "5770SS1 V7R4M0  190621"


def qualified(case):
    """A job named by number, user and name: (number, user, name); the whole of it or its number are right."""
    number, name = f"{case.chance.randrange(10**5, 10**6)}", case.pick("M3SRV01", "QPADEV000K", "M3INTER", "M3BATCH")
    case.truth.job = f"{number}/{case.truth.user}/{name}"
    return number, case.truth.user, name


def short_user(case):
    """One as IBM i has them."""
    case.truth.user = case.pick("KLARSEN", "MPETROV", "BATCH01", "TTANAKA", "PLAN07", "C4711")


def said_job(case, *answers):
    case.truth.say("job", case.truth.job, *answers)
    return case.truth.job


def hexed(value):
    return (value or " ").encode("cp037").hex().upper()


def packed(value):
    """A number as it is packed: digits and the sign's half byte."""
    digits = value.replace(".", "").replace("-", "") + ("D" if value.startswith("-") else "F")
    return digits.zfill((len(digits) + 1) // 2 * 2)


def is_number(value):
    return bool(value) and value.lstrip("-").replace(".", "").isdigit()


def paged(case, title, lines, height):
    """The lines on pages, each with a heading and a form feed before it."""
    stamp = case.near("%Y-%m-%d %H:%M:%S", 3)
    pages = [lines[at:at + height] for at in range(0, len(lines), height)]
    heads = [[f"{PRODUCT}{title:^60}{'printed ' + stamp:>34}  Page {at:>4}", ""] for at in range(1, len(pages) + 1)]
    return "\f".join("\n".join([*head, *body]) + "\n" for head, body in zip(heads, pages))


@document
def court_dspjob_heading(case):
    """The three of DSPJOB above, the rest with leaders below headings in capitals."""
    short_user(case)
    number, user, name = qualified(case)
    said_job(case, number, name)
    case.truth.say("user", user)
    head = [f"{PRODUCT}{'Display Program Dump':^50}M3SRV01",
            f"Job  . . . . . :   {name:<12} User . . . . . :   {user:<12} Number . . . :   {number}", ""]
    groups = [["PROGRAM", *dotted(case.rows("Program|Program name <- $program; Panel <- $panel; Program compiled <- @date;"
                                            " Changed by <- @user"), 32, "  ")],
              ["M3 SESSION", *dotted(case.rows("Company <- $company; Division <- $division?; Environment <- $environment;"
                                               " M3 version <- $release; Fix level <- $fix; Language <- GB"), 32, "  ")],
              ["FAILURE", *dotted(case.rows("Date and time <- $at; Operation <- $operation; File <- $object; Message ID <- MCH1202", STAMP),
                                  32, "  ")]]
    title, earlier = handled(case, "    at {}")
    return page("\n".join(head), *case.shuffled(groups), ["PROGRAM STACK (OLDEST CALL FIRST)",
                                                          *(f"  {at:>3}   {name}" for at, name in enumerate(case.stack(), 1))],
                ["FIELDS", *(f"  {name:<12}'{value}'" for name, value in case.fields())],
                *case.maybe([title.upper(), *earlier], 0.4), ["JAVA STACK TRACE", *trace(case, "    at {}", "    ... {} more")])


@document
def court_dump_a(case):
    """As DUMP(A) writes it: program status, then names, attributes and values."""
    case.tells_operation = True
    rows = case.rows("Program Name <- $program; Panel <- $panel; Job <- $job; User <- $user; Company <- $company; Division <- $division;"
                     " Environment <- $environment?; Release <- $version?;"
                     " Failure Time <- $at; Operation <- $operation; File <- $object; Previous Status <- 00000")
    shown, right = [], {}
    for name, value in case.truth.fields:
        if is_number(value):
            shown.append((name, f"PACKED({len(value) + 1},{len(value.partition('.')[2])})", f"{value:<24} '{packed(value)}'X"))
        else:
            shown.append((name, f"CHAR({len(value) or 10})", f"'{value}'"))
        right[name] = [value, value or None]
    case.truth.say_fields(right)
    return page(f"M3 Formatted Dump{'Page':>100} 1", ["Program Status Area:", *dotted(rows, 36, " ", " : ")],
                ["Active Programs (first called at the top):", *(f"  {name}" for name in case.stack())],
                [f"{'NAME':<16}{'ATTRIBUTES':<20}VALUE", *(f"{name:<16}{kind:<20}{value}" for name, kind, value in sorted(shown))],
                ["Java Exception:", *trace(case)], "* * * * *   E N D   O F   M 3   D U M P   * * * * *")


@document
def court_dotted_leaders(case):
    """Leaders of blank and dot, values at one column, underlined headings."""
    part = lambda name, rows: [f" {name}", f" {'_' * 60}", *dotted(rows, 40, "   ", ":  ")]
    parts = [part("What ended", case.rows("Program <- $program; Panel <- $panels?; First failing method <- $frame;"
                                          " Last change of program <- @date; Last changed by <- @user")),
             part("Who ran it", case.rows("User profile <- $user; Company <- $company; Division <- $division?; Default printer <- PRT04")),
             part("Where and when", case.rows("Environment <- $environment; Version and fix level <- $version; Time of failure <- $at;"
                                              " Job identity <- $job", EUROPE))]
    return page("M3 ABEND REPORT", *case.shuffled(parts), part("Programs called, in sequence",
                                                               [(f"Level {at}", name) for at, name in enumerate(case.stack(), 1)]),
                part("Content of fields", [(name, f"'{value}'") for name, value in case.fields()]),
                [" Java trace", f" {'_' * 60}", *trace(case, "   at {}", "   ... {} more")])


@document
def court_joblog_messages(case):
    """A joblog's messages, after them what M3 adds."""
    short_user(case)
    qualified(case)
    said_job(case)
    case.tolerated["exception_message"] = ["Decimal data error.", "Function check."]
    clock = lambda minutes: case.near("%Y-%m-%d  %H:%M:%S", minutes)
    message = lambda code, kind, level, minutes, text: [f"{code:<12}{kind:<14}{level:<5}{clock(minutes):<24}QMHUNMSG    *N",
                                                        f"{'':31}Message . . . . :   {text}"]
    rows = case.rows("Program in error <- $program; Panel <- $panel; Signed-on user <- $user; Company <- $company;"
                     " Division <- $division?; Environment <- $environment; BE version <- $version?;"
                     " Time of failure <- $at; M3 operation that failed <- $where", ISO)
    return page(f"{PRODUCT}{'Job Log':^60}M3SRV01   Page    1", [f"Job name . . . . . . :   {case.truth.job}",
                                                                 "Job description  . . :   M3JOBD      Library  . . . . . :   M3LIB"],
                ["MSGID       TYPE          SEV  DATE        TIME        FROM PGM    LIBRARY",
                 *message("CPF1124", "Information", "00", -40, "Job started."),
                 *message("MCH1202", "Escape", "40", 0, "Decimal data error."), *message("CPF9999", "Escape", "40", 0, "Function check.")],
                ["M3 information on the failure", *dotted(rows, 34, "  ")], ["M3 programs active, outermost first",
                                                                             *(f"  {name}" for name in case.stack())],
                ["M3 fields", *lined(case.fields(), "  {:<10} = '{}'")], ["Java exception", *trace(case)])


@document
def court_paged_spool(case):
    """132 columns on pages, whose headings come in between."""
    part = lambda name, rows: [name, "", *dotted(rows, 38, "  "), ""]
    lines = [line for group in case.shuffled([part("PROGRAM", case.rows("Program <- $program; Panel <- $panel; Compiled <- @date")),
                                              part("USER", case.rows("User <- $user; Company <- $company; Division <- $division?;"
                                                                     " User class <- *USER")),
                                              part("SYSTEM", case.rows("Environment <- $environment; M3 version <- $version?;"
                                                                       " Job <- $job?; Java version <- 1.8.0_372")),
                                              part("ERROR", case.rows("Failed at <- $at; Operation <- $operation; File <- $object"))])
                                              for line in group]
    lines += ["PROGRAM STACK, FIRST CALLED PROGRAM FIRST", "", *(f"  {name}" for name in case.stack()), "", "FIELD CONTENTS", "",
              *lined(case.fields(), "  {:<12}= '{}'"), ""]
    return paged(case, "M3 PROGRAM DUMP", [*lines, "JAVA STACK TRACE", "", *trace(case, "  at {}", "  ... {} more"), "",
                                           f"{'* * *  END OF LISTING  * * *':^132}".rstrip()], case.pick(14, 20, 26))


@document
def court_strsql_report(case):
    """Results of queries as STRSQL shows them."""
    end = "********  End of data  ********"
    result = lambda name, rows: [f"SELECT * FROM {name}", *columns([key for key, _ in rows], [[value for _, value in rows]], "   ", ""),
                                 end]
    queries = [result("M3DUMPPGM", case.rows("PROGRAM <- $program; PANEL <- $panel; COMPILED <- @date; CHANGED_BY <- @user")),
               result("M3DUMPUSR", case.rows("USER <- $user; COMPANY <- $company; DIVISION <- $division; LANGUAGE <- GB")),
               result("M3DUMPJOB", case.rows("JOB <- $job; ENVIRONMENT <- $environment; VERSION <- $version?; PRIORITY <- 50")),
               result("M3DUMPERR", case.rows("FAILED_AT <- $at; EXCEPTION <- $exception" + ("; OPERATION <- $operation; FILE <- $object"
                                                                                            if case.tells_operation else ""), STAMP))]
    return page(*case.shuffled(queries), ["SELECT LEVEL, PROGRAM FROM M3DUMPSTK ORDER BY LEVEL",
                                          *columns(("LEVEL", "PROGRAM"), list(enumerate(case.stack(), 1)), "   ", ""), end],
                ["SELECT FIELD, VALUE FROM M3DUMPFLD", *columns(("FIELD", "VALUE"), [(name, f"'{value}'") for name, value in case.fields()],
                                                                "   ", ""), end],
                ["JAVA STACK TRACE", *trace(case)])


@document
def court_hex_beside(case):
    """Fields in hex, with the characters beside them."""
    rows = case.rows("PROGRAM <- $program; PANEL <- $panel?; USER <- $user; COMPANY <- $company; DIVISION <- $division?; JOB <- $job?;"
                     " ENVIRONMENT <- $environment; RELEASE <- $version?;"
                     " TIME OF FAILURE <- $at; OPERATION <- $operation; FILE <- $object; DATE COMPILED <- @date")
    right, shown = {}, []
    for name, value in case.truth.fields:
        shown.append((name, f"X'{hexed(value)}'", f"'{value}'"))
        right[name] = [value, value or None, f"X'{hexed(value)}'"]
    case.truth.say_fields(right)
    title, record = other_record(case)
    return page("M3 DUMP", [f"{key:<20} {value}" for key, value in case.shuffled(rows)],
                ["CALL STACK (OLDEST FIRST)", *(f"{at:04d} {name}" for at, name in enumerate(case.stack(), 1))],
                ["FIELDS", *columns(("FIELD", "HEX", "CHARACTER"), shown)],
                *case.maybe([title.upper(), *columns(("FIELD", "CHARACTER"), record)]), ["EXCEPTION", *trace(case)])


@document
def court_history_log(case):
    """Messages of the system's history, then the dump of the job they tell of."""
    short_user(case)
    qualified(case)
    job, other = said_job(case), f"{case.chance.randrange(10**5, 10**6)}/QPGMR/NIGHTRUN"
    history = [f"CPF1124  Job {other} started on {case.near('%Y-%m-%d at %H:%M:%S', -30)}.",
               f"CPF1124  Job {job} started on {case.near('%Y-%m-%d at %H:%M:%S', -20)}.",
               f"CPF1164  Job {other} ended on {case.near('%Y-%m-%d at %H:%M:%S', -4)}; end code 0."]
    rows = case.rows("Failing program <- $program; Failing panel <- $panel; M3 user <- $user; Company <- $company;"
                     " Division <- $division?; Environment <- $environment; Version <- $version?;"
                     " Dump taken <- $at; Failing operation <- $where")
    return page(["Display History Log Contents", *history], ["M3 dump of job " + job, *dotted([("Job", job), *case.shuffled(rows)], 30,
                                                                                              " ")],
                ["Program call stack, outermost first", *columns(("Level", "Program"), list(enumerate(case.stack(), 1)))],
                ["Program variables", *lined(case.fields(), "{}='{}'")],
                ["Java call stack", *trace(case, "  at {}", "  ... {} more")])
