"""Dumps as support engineers copy them: mails, tickets, chat, spread sheets, wikis, with remarks of their own. Part of `porch`."""

import csv
import io

from .porch_case import FAILURE, ISO, JOB, SESSION, SYSTEM, Case, body
from .register import Register

SET = Register()
document = SET.document
HEADER = ["%d.%m.%Y %H:%M:%S", ISO, "%Y-%m-%d %H:%M"]
ALL = ("Program|Program name|Pgm -> =program; ?Panel -> =panel; User|User id -> =user; Company|CONO -> =company; ?Division|DIVI -> =division;"
       " Job|Job no|Job id -> =job;"
       " Environment -> =environment; ?M3 version|Version -> =version; Time|Timestamp|Date/time -> =at; ?Operation|Failed operation -> =where;"
       " ?Java version -> 11.0.20; ?Server -> m3be02; ?Last changed by -> ~user; ?Program compiled -> ~date")
DATED = "%a, %d %b %Y %H:%M:%S +0100"


def mail(case, subject):
    name = case.one("Karin", "Tom", "Sofie")
    when = case.shown(case.truth.at.replace(year=case.truth.at.year + 1), DATED)
    return [f"From: {name} <{name.lower()}@example.com>", f"Sent: {when}" if case.odds(0.5) else f"Date: {when}", "To: M3 support <m3@example.com>",
            f"Subject: {subject}", ""]


@document
def porch_mail_quoted(sheet):
    """A mail about a dump that stands below, quoted once or twice."""
    case = Case(sheet)
    text, mark = body(case), case.one("> ", "> ", ">> ", "| ")
    lead = case.one("Can somebody look at this?", "Got this one again this morning, same as last week I think.", "See below. I have asked the user to wait.")
    name = case.one("Karin", "Tom", "Sofie")
    return "\n".join([*mail(case, case.one("Fwd: program stops", "RE: [#88123] error in M3", "dump")), "Hi,", "", lead, "", "Regards", name, "",
                      case.one("On Monday somebody wrote:", "-----Original Message-----", "Peter wrote:"),
                      *(f"{mark}{line}".rstrip() for line in text.split("\n")), "",
                      "--", f"{name} | ERP support | +46 8 555 01 02", ""])


@document
def porch_jira(sheet):
    """A ticket in Jira's notation: tables with bars and the trace in noformat."""
    case = Case(sheet)
    row = case.one("|{}|{}|", "| *{}* | {} |", "||{}|{}|")
    top = ["||Field||Value||"] if row[:2] != "||" else []
    name = case.one("{noformat}", "{code}", "{code:java}")
    rows = [row.format(*pair) for pair in case.shuffled(case.rows(ALL))]
    stack = ["h3. Program stack", *("# " + entry for entry in case.stack())] if case.odds(0.7) else []
    fields = ["h3. Fields", "||Name||Content||", *(f"|{label}|{value or ' '}|" for label, value in case.variables("|{}-"))] if case.odds(0.7) else []
    return "\n".join([case.one("h2. Dump from production", "h2. What happened"), "", "The user could not finish the work, no workaround so far.", "", *top,
                      *rows, "", *stack, "",
                      *fields, "", "h3. Stack trace", name, case.trace(), name.split(":")[0].rstrip("}") + "}", "",
                      "Reported by our service desk, priority 2."])


@document
def porch_chat(sheet):
    """Copied from a chat: who wrote, then what they pasted."""
    case = Case(sheet)
    pair = case.one("{}: {}", "{} = {}", "{} - {}")
    rows = [pair.format(*row) for row in case.shuffled(case.rows(ALL))]
    clock = case.one("[09:12] {}: {}", "{1}  09:12\n{0}", "{} (09:12): {}")
    clock = clock if clock[0] != "{" or "(" in clock else "{0} 09:12\n{1}"
    stack = ["stack is " + " > ".join(case.stack())] if case.odds(0.6) else []
    return "\n".join([clock.format("Maria", "hi, got a dump again in production, this is what it says"), *rows, *stack, clock.format("Jonas",
                                                                                                                                     "and the trace?"),
                      clock.format("Maria", "here"), case.trace(), clock.format("Jonas", "ok thanks, will forward it"), ""])


@document
def porch_csv_pairs(sheet):
    """Key and value in two columns of a CSV file."""
    case = Case(sheet)
    out = io.StringIO()
    write = csv.writer(out, delimiter=case.one(";", ","), quoting=case.one(csv.QUOTE_MINIMAL, csv.QUOTE_ALL), lineterminator="\n")
    write.writerow(case.one(("Key", "Value"), ("Item", "Content"), ("Field", "Value")))
    write.writerows(case.shuffled(case.rows(ALL, case.one(*HEADER))))
    write.writerow(("Program stack", case.one(" > ", " -> ").join(case.stack())))
    write.writerow(("Exception", case["exception"]))
    if case["message"]:
        write.writerow(("Exception message", case["message"]))
    return out.getvalue() + "\n" + case.trace() + "\n"


@document
def porch_csv_groups(sheet):
    """Group, key and value in three columns."""
    case = Case(sheet)
    out = io.StringIO()
    write = csv.writer(out, delimiter=case.one(";", ",", "\t"), quoting=case.one(csv.QUOTE_MINIMAL, csv.QUOTE_ALL), lineterminator="\n")
    write.writerow(case.one(("Section", "Key", "Value"), ("Group", "Name", "Value")))
    groups = case.shuffled([("Failure", FAILURE), ("Session", SESSION), ("Job", JOB), ("System", SYSTEM)])
    write.writerows((name, *row) for name, spec in groups for row in case.rows(spec))
    write.writerows(("Program stack", str(at), name) for at, name in enumerate(case.stack(), 1))
    write.writerows(("Fields", name, value) for name, value in case.variables('"'))
    write.writerows(("Trace", str(at), line.strip()) for at, line in enumerate(case.trace("at {}").split("\n"), 1))
    return out.getvalue()


@document
def porch_excel_row(sheet):
    """Copied from a spread sheet: a row of heads, a row of values, tabs between."""
    case = Case(sheet)
    rows = case.shuffled(case.rows(ALL + "; ?Exception -> =exception", case.one(*HEADER)))
    lines = ["\t".join(label for label, _ in rows), "\t".join(value for _, value in rows)]
    stack = ["", "Level\tProgram", *(f"{at}\t{name}" for at, name in enumerate(case.stack(), 1))]
    fields = ["", "Field\tValue", *case.fields("{}\t{}", "\t")]
    return "\n".join(["Dump copied from the list of dumps:", "", *lines, *stack, *fields, "", "Trace:", case.trace("   at {}"), ""])


@document
def porch_confluence(sheet):
    """Tables of a wiki: MediaWiki's or those with heads in the row."""
    case = Case(sheet)
    rows = case.shuffled(case.rows(ALL))
    fields = case.variables("|!=")
    if case.odds(0.5):
        cells = lambda pairs: ['{| class="wikitable"', *(f"|-\n! {label}\n| {value}" for label, value in pairs), "|}"]
    else:
        cells = lambda pairs: ['{| class="wikitable"', "! Key !! Value", *(f"|-\n| {label} || {value}" for label, value in pairs), "|}"]
    return "\n".join(["== Dump ==", *cells(rows), "", "=== Program stack ===", *("# " + name for name in case.stack()), "", "=== Fields ===",
                      *cells(fields), "",
                      "=== Stack trace ===", "<pre>", case.trace(), "</pre>", ""])


@document
def porch_service_desk(sheet):
    """A ticket of a service desk around a dump: its own opened by, assigned to and times are not the dump's."""
    case = Case(sheet)
    later = case.shown(case.truth.at.replace(year=case.truth.at.year + 1), ISO)
    top = [f"Number: INC00{case.chance.randrange(10**5, 10**6)}", f"Opened by: {case.other('user')}", f"Opened: {later}", "State: In progress",
           "Assigned to: Basis team",
           "Configuration item: m3be02", "Short description: Program stops with a dump"]
    return "\n".join([*case.shuffled(top), "", case.one("Description:", "Work notes:", "Additional comments:"), "", body(case), "", "Resolution: (empty)", ""])


@document
def porch_pasted_page(sheet):
    """What a page gives when it's copied as plain text: each key and each value a line."""
    case = Case(sheet, blanks=False)
    rows = case.shuffled(case.rows(ALL, case.one(*HEADER)))
    gap, colon = case.one("\n", "\n\n", "\n\t"), case.one("", ":", ":")
    lines = ["\n".join(["Dump details", "", *(f"{label}{colon}{gap}{value}" for label, value in rows)])]
    stack = "Program stack:\n" + "\n".join(case.stack())
    return "\n\n".join([*lines, stack, "Stack trace:\n" + case.trace("    at {}"), "Back to list | Print | Help"])


@document
def porch_questions(sheet):
    """The vendor's list of questions with the answers behind them."""
    case = Case(sheet)
    rows = case.rows("Which program failed?|In which program did it happen? -> =program; ?On which panel? -> =panel; Which user?|Who was the user? -> =user;"
                     " Which company? -> =company; ?Which division? -> =division; What is the job number?|Which job? -> =job;"
                     " When did it happen?|Time of the failure? -> =at; Which environment? -> =environment; ?Which M3 version? -> =version;"
                     " ?Which Java version? -> 11.0.20; ?Which browser? -> Edge 119.0; ?Who reports it? -> ~user; ?Since when do you use M3? -> 2016",
                     case.one(*HEADER))
    mark = case.one("{0}. {1} {2}", "{0}) {1}  {2}", "Q{0}: {1}\nA{0}: {2}", "* {1} {2}")
    return "\n".join(["Questions to be answered before you report an error", "", *(mark.format(at, *row) for at, row in enumerate(rows, 1)), "",
                      "Please attach the stack trace:", case.trace(), ""])


@document
def porch_note_with_facts(sheet):
    """A note in words, and below it the facts that its author found worth to be copied."""
    case = Case(sheet)
    rows = case.rows(ALL + "; ?Caller -> Mrs Hansen, phone 4711; ?Previous job -> ~job")
    pair = case.one("{}: {}", "- {}: {}", "* {} = {}", "{} => {}")
    return "\n".join([case.one("Same user had trouble with another program last week, that one is solved.",
                               "User was in the middle of an order when this came.",
                               "Restart of the subsystem did not help."), "", *(pair.format(*row) for row in case.shuffled(rows)), "",
                      "Program stack:", case.stack_text(), "", "Fields:", *case.fields("{} = '{}'"), "", "Java:", case.trace(), ""])
