"""Of the set `court`: dumps as screens, commands and listings of somebody who comes from RPG and IBM i.

See `court_all`. Spooled files are in court_spool, which has his ways with jobs and fields too.
"""

from .court_case import EUROPE, ISO, STAMP, Bench
from .court_parts import dotted, lined, other_record, page, trace
from .court_spool import hexed, said_job, short_user, qualified

SET = Bench()
document = SET.document


def screen(title, lines, keys="F3=Exit   F5=Refresh   F12=Cancel"):
    """One of 80 columns with its name in the middle and the keys below."""
    return [f"{title:^80}".rstrip(), "", *lines, "", f"{'Bottom':>78}", " Press Enter to continue.", "", f" {keys}"]


@document
def court_green_screens(case):
    """Screens of 80 columns, copied one after the other."""
    part = lambda spec, form=ISO: dotted(case.rows(spec, form), 30, " ", " :   ")
    screens = [screen("M3 Dump - Program", part("Program <- $program; Panel <- $panel; Change date <- @date; Changed by <- @user")),
               screen("M3 Dump - Session", part("User <- $user; Company <- $company; Division <- $division?; Environment <- $environment;"
                                                " M3 release <- $version?; Job <- $job")),
               screen("M3 Dump - Error", part("Time of error <- $at; Operation <- $operation; File <- $object; Exception <- $exception",
                                              STAMP))]
    stack = [" Level   Program", *(f" {at:>5}   {name}" for at, name in enumerate(case.stack(), 1))]
    return page(*case.shuffled(screens, 0.4), screen("M3 Dump - Program Stack (1 = outermost)", stack),
                screen("M3 Dump - Fields", [" Field       Value", *lined(case.fields(), " {:<10}  '{}'")]),
                screen("M3 Dump - Java Stack", trace(case, " at {}", " ... {} more"), "F3=Exit   F12=Cancel   F20=Right"))


@document
def court_two_abreast(case):
    """Two keys with leaders in every line."""
    rows = case.rows("Program <- $program; Panel <- $panel; User <- $user; Job <- $job; Company <- $company; Division <- $division?;"
                     " Environment <- $environment; Version <- $version?; Time <- $at;"
                     " Job queue <- QBATCH; Compiled <- @date", EUROPE)
    cells = [f"{(key + ' . . . . . . . . . . . . .')[:24].rstrip():<24}: {value}" for key, value in case.shuffled(rows)]
    pairs = [f" {left:<70}{right}".rstrip() for left, right in zip(cells[::2], cells[1::2] + [""])]
    operation = dotted(case.rows("Failed operation <- $where"), 24, " ", ": ")
    return page("DISPLAY M3 DUMP", pairs + operation, [" Program stack, oldest first:",
                                                       *("   " * at + f" {name}" for at, name in enumerate(case.stack(), 1))],
                [" Fields:", *lined(case.fields(), "   {:.<12}: '{}'")], [" Java stack:", *trace(case, "   at {}", "   ... {} more")])


@document
def court_command_keywords(case):
    """A command with its keywords, as CL has them."""
    rows = case.rows("PGM <- $program; PANEL <- $panel?; USER <- $user; JOB <- $job?; CMPNY|COMPANY <- $company;"
                     " DIVI|DIVISION <- $division; ENV <- $environment; RELEASE|VERSION <- $version?;"
                     " OPER <- $operation; FILE <- $object; EXCEPTION <- $exception; OUTPUT <- *PRINT")
    first, *rest = [f"{key}({value})" for key, value in rows] + [f"TIMESTAMP('{case.when(ISO)}')"]
    rest = case.shuffled(rest)
    lines = [f"DMPM3PGM {first} +", *(f"         {text} +" for text in rest[:-1]), f"         {rest[-1]}"]
    return page(lines, ["/* CALL STACK, FIRST CALLED FIRST */", " -> ".join(case.stack())],
                ["/* FIELDS */", *lined(case.fields(), "{}('{}')")], ["/* JAVA STACK TRACE */", *trace(case)])


@document
def court_call_stack_types(case):
    """The stack in columns of type, program and statement, keys in capitals at fixed columns."""
    rows = case.rows("PROGRAM-ID <- $program; PANEL-ID <- $panel; USER-ID <- $user; COMPANY <- $company; DIVISION <- $division?;"
                     " JOB-ID <- $job?; ENVIRONMENT <- $environment; M3-VERSION <- $version?;"
                     " FAILED-AT <- $at; FAILED-OPERATION <- $where; DATE-WRITTEN <- @date; AUTHOR <- @user", STAMP)
    stack = [f"  {at:<7}{'PGM':<6}{name:<14}{case.chance.randint(10, 9000):>9}" for at, name in enumerate(case.stack(), 1)]
    return page("ABNORMAL END OF M3 PROGRAM", [f"{key:<22}{value}" for key, value in rows],
                ["CALL STACK", "  LEVEL  TYPE  PROGRAM       STATEMENT", *stack, "  (LEVEL 1 WAS CALLED FIRST)"],
                ["WORKING STORAGE", *(f"{name:<22}'{value}'" for name, value in case.fields())], ["JAVA STACK", *trace(case)])


@document
def court_record_buffers(case):
    """Fields of the program with their places, then the buffer of a record in hex."""
    rows = case.rows("Program <- $program; Panel <- $panel?; User <- $user; Company <- $company; Division <- $division?; Job <- $job?;"
                     " Environment <- $environment; Version <- $version?; Dump date and time <- $at;"
                     " Operation <- $where")
    at, lines = 1, []
    for name, value in case.fields():
        lines.append(f"{at:>5} {len(value) or 1:>5}  {name:<10} '{value}'")
        at += len(value) or 1
    title, record = other_record(case)
    raw = hexed("".join(f"{value:<10}" for _, value in record))
    words = [raw[place:place + 8] for place in range(0, len(raw), 8)]
    buffer = [f"{place * 4:06X}  {' '.join(words[place:place + 4])}" for place in range(0, len(words), 4)]
    return page("M3 DUMP LISTING", dotted(case.shuffled(rows), 28),
                ["Program stack (outermost program first)", *(f"{number:>3} {name}" for number, name in enumerate(case.stack(), 1))],
                ["Program fields", "  Pos   Len  Field      Content", *lines], [f"{title} (hexadecimal)", *buffer],
                ["Java exception and stack", *trace(case)])


@document
def court_message_detail(case):
    """Additional message information, with a cause and a recovery, above what M3 knows."""
    number = case.pick("MCH1202", "MCH3601", "CPF9999", "CPF5009")
    text = {"MCH1202": "Decimal data error.", "MCH3601": "Pointer not set for location referenced.", "CPF9999": "Function check.",
            "CPF5009": "Duplicate record key."}[number]
    case.tolerated["exception_message"] = [text]
    head = ["Additional Message Information", "", f"Message ID . . . . . . :   {number:<12} Severity . . . . . . . :   40",
            f"Message type . . . . . :   Escape",
            "", f"Message . . . . :   {text}", "Cause . . . . . :   An error was found while a Java program of M3 was",
            "  running. The dump below was written at the same time.",
            "Recovery  . . . :   Contact the application owner."]
    groups = [["M3 program",
               *dotted(case.rows("Program <- $program; Panel <- $panel; Program type <- Interactive"
                                 if case.truth.panel else "Program <- $program; Program type <- Batch"), 28, "  ")],
              ["M3 session",
               *dotted(case.rows("Current user <- $user; Company number <- $company; Division <- $division?; M3 job <- $job?"), 28, "  ")],
              ["M3 system", *dotted(case.rows("Environment <- $environment; M3 version <- $version?; System name <- M3SRV01"), 28, "  ")],
              ["M3 failure", *dotted(case.rows("Time <- $at; Operation <- $operation; File <- $object"), 28, "  ")]]
    return page(head, *case.shuffled(groups), ["M3 program stack (current program on top)", *(f"  {name}" for name in case.stack()[::-1])],
                ["M3 field values", *lined(case.fields(), "  {:<10}: '{}'")],
                ["Java exception", *trace(case, "  at {}", "  ... {} more")])


@document
def court_job_attributes(case):
    """A listing of the job's attributes, with a section for its environment and one for other jobs."""
    short_user(case)
    qualified(case)
    job = said_job(case)
    sections = [["Job attributes", *dotted([("Qualified job name", job),
                                            *case.rows("Job user identity <- QTMHHTTP; Entered system <- @before; Run priority <- 20")], 34,
                                            " ")],
                ["M3 attributes", *dotted(case.rows("M3 user <- $user; Company <- $company; Division <- $division?;"
                                                    " M3 environment <- $environment; M3 version <- $version?"), 34, " ")],
                ["Failure attributes", *dotted(case.rows("Program that failed <- $program; Panel <- $panel; Time of failure <- $at;"
                                                         " Operation <- $where; Exception <- $exception; Exception text <- $message"), 34,
                                                         " ")],
                ["Other active jobs", f"  {case.chance.randrange(10**5, 10**6)}/QSYSOPR/MONITOR    RUN",
                 f"  {case.chance.randrange(10**5, 10**6)}/RHOLM/QPADEV0002    DSPW"]]
    return page("DSPM3JOB  Display M3 Job", *case.shuffled(sections), ["M3 program stack, outermost first",
                                                                       *("  " + "  " * at + name for at, name in enumerate(case.stack()))],
                ["M3 program fields", *(f"  {name:<10} {'CHAR':<6} {len(value) or 1:>4}  '{value}'" for name, value in case.fields())],
                ["Java stack trace", *trace(case)])
