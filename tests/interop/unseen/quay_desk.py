"""Somebody at a help desk, who pastes: mail with quoted text, tickets, wiki markup, a chat, a letter."""

import datetime

from .quay_case import MONTHS, Case, joined
from .register import Register

SET = Register()


def later(case, hours, form="%Y-%m-%d %H:%M"):
    return f"{case.truth.at + datetime.timedelta(hours=hours):{form}}"


@SET.document
def quay_desk_mail(sheet):
    """A reply to a forward: the dump is quoted twice, each mail has its own sender and date, and there is a signature."""
    case = Case(sheet, clock=("named", "iso", "american"), jobs=("number", "hex"))
    pairs = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"), ("Division", "division"),
        ("Environment", "environment"), ("M3 version", "version"), ("Time of failure", "at"), ("Failed operation", "where"), shuffled=case.likely(0.3),
    )
    values = "\n".join(f"{name} = \"{value}\"" for name, value in case.values())
    dump = joined("*** ABNORMAL TERMINATION ***", "\n".join(f"{key}: {value}".rstrip() for key, value in pairs), case.trace(indent="    "), f"Field values\n{values}")
    quoted = "\n".join(f"> > {line}".rstrip() for line in dump.rstrip("\n").split("\n"))
    return "\n".join(
        [
            "From: Lena Berg <lena.berg@support.example.com>",
            "To: Bo Olsen <bo.olsen@example.com>",
            f"Date: {later(case, 26, '%a, %d %b %Y %H:%M:%S')} +0100",
            "Subject: RE: FW: program crashes in production",
            "",
            "Hi Bo,",
            "",
            "thanks, I have opened a case with the vendor. Does it happen for HPETER as well?",
            "",
            f"On {later(case, 3, '%d %B %Y')}, Bo Olsen wrote:",
            "> Hi, please look at this, we restarted the node at 14:00.",
            ">",
            quoted,
            ">",
            "> Bo Olsen | ERP team | Demo Manufacturing AB | phone +46 8 555 010",
        ]
    ) + "\n"


@SET.document
def quay_desk_ticket(sheet):
    """An incident as it is printed: the form's own people, company and times, then the dump in the description and a note."""
    case = Case(sheet, clock=("iso", "de"), jobs=("number", "hex"))
    pairs = case.rows(
        ("M3 program", "program"), ("M3 panel", "full_panel"), ("M3 user", "user"), ("M3 job", "job"), ("M3 company", "company"), ("M3 division", "division"),
        ("M3 environment", "environment"), ("M3 version", "version"), ("Time of failure", "at"), ("Failed operation", "where"),
    )
    if "company" not in case.truth.stated:
        case.leave_open("company")
    if "at" not in case.truth.stated:
        case.leave_open("at")
    form = [
        ("Number", "INC0040017"), ("Caller", "Lena Berg"), ("Company", "Demo Manufacturing AB"), ("Category", "Software / ERP"), ("Priority", "2 - High"),
        ("Opened", later(case, 1)), ("Opened by", "Bo Olsen"), ("Assignment group", "ERP support"), ("Short description", "Program stops with a dump"),
    ]
    return joined(
        "\n".join(f"{key:<20}{value}" for key, value in form),
        "Description\n" + "\n".join(f"  {key}: {value}".rstrip() for key, value in pairs) + "\n\n" + case.trace(indent="    ", cut=0.2),
        f"Work notes\n  {later(case, 5)} - Bo Olsen\n  Could not reproduce it as user LINDAS in the test system.",
    )


@SET.document
def quay_desk_wiki(sheet):
    """An issue in the markup of Jira: heads of rows between two bars, the trace in noformat, programs as a numbered list."""
    case = Case(sheet, clock=("iso", "milli"), jobs=("hex", "number"))
    rows = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("User", "user"), ("Job", "job"), ("Company", "company"), ("Division", "division"),
        ("Environment", "environment"), ("M3 version", "version"), ("Occurred at", "at"), ("Failed operation", "where"), ("Java version", "=1.8.0_371"),
    )
    bold = case.any_of("*{}*", "{}")
    table = "\n".join(f"|| {key} | {bold.format(value) if value else ' '} |" for key, value in rows)
    numbered = "\n".join(f"# {{{{{name}}}}}" for name in case.programs())
    values = "||Field||Value||\n" + "\n".join(f"|{name}|{value}|" for name, value in case.values())
    return joined(
        "h1. Abnormal termination",
        f"Reported by [~hpeter] on {later(case, 30, '%Y-%m-%d')}, see also ERP-1177.",
        f"h2. Facts\n{table}",
        f"h2. Program stack\n{numbered}",
        f"h2. Field values\n{values}",
        f"h2. Trace\n{{noformat}}\n{case.trace()}\n{{noformat}}",
    )


@SET.document
def quay_desk_chat(sheet):
    """A copied chat: each line has its time and person before it; one asks, the other pastes what the dump says."""
    case = Case(sheet, clock=("iso",), jobs=("number",), lack=0.08)
    hour = (case.truth.at.hour + 1) % 24
    pairs = case.rows(
        ("program", "program"), ("panel", "panel"), ("user", "user"), ("job", "job"), ("company", "company"), ("division", "division"),
        ("environment", "environment"), ("M3 version", "version"), ("time of failure", "at"), ("failed operation", "where"), empty=0,
    )
    mark = case.any_of(": ", " = ", "=")
    said = [("Lena Berg", "we have a dump again, job ended abnormally"), ("Bo Olsen", "can you paste what it says?")]
    said += [("Lena Berg", f"{key}{mark}{value}") for key, value in pairs]
    said += [("Bo Olsen", "and the exception?"), ("Lena Berg", case.thrown()), ("Bo Olsen", "ok, HPETER had the same yesterday. I will call Infor.")]
    return "\n".join(f"[{hour:02d}:{10 + place // 3}] {who}: {what}" for place, (who, what) in enumerate(said)) + "\n"


@SET.document
def quay_desk_letter(sheet):
    """A letter, in sentences."""
    case = Case(sheet, clock=("named",), jobs=("number",), lack=0)
    truth = case.truth
    panel = f" while panel {case.say('panel')} was shown" if truth.panel else ""
    at = f"{truth.at.day} {MONTHS[truth.at.month - 1]} {truth.at.year} at {truth.at:%H:%M:%S}"
    saved = f"The file library was last saved on {later(case, -40, '%d %B %Y')}; nothing was changed since."
    return joined(
        "Dear Sir or Madam,",
        f"Program {case.say('program')} terminated abnormally on {case.moment(at)}{panel}.\nIt was run by user {case.say('user')} in job {case.say('job')}, "
        f"company {case.say('company')}, division {case.say('division')}.\nThe environment is {case.say('environment')}, the M3 version is {case.say('version')}.",
        f"The failed operation was {case.say('where')}.\nThe exception was as follows:\n\n{case.trace(indent='    ', cause=0)}",
        saved,
        "Yours faithfully,\n\nLena Berg\nDemo Manufacturing AB",
    )
