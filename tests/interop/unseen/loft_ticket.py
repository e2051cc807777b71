"""As a support engineer pastes: quoted mails, lists, tables and headings of wikis, HTML, prose, lines broken at 72 columns."""

import html
import textwrap

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()
MAIL = "From: Linda Sand <linda.sand@example.com>\nSent: Wednesday, February 4, 2026 8:30 AM\nTo: M3 Support\nSubject: {}\n\nHello,\n\n{}\n\n"


def broken(line, width=72):
    """A line as a mail program breaks it: at blanks only."""
    return "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)) if len(line) > width else line


@SET.document
def loft_ticket_mail(sheet):
    """A mail that quotes the dump, long lines broken."""
    case = Case(sheet)
    pairs = "\n".join(f"{key}: {value}" for key, value in case.facts(parted=0.1))
    values = "Field values:\n" + "\n".join(f'  {name} = "{value}"' for name, value in parts.fields(case)) if parts.some(case) else ""
    stack = "Program stack: " + " -> ".join(parts.programs(case)) if parts.some(case) else ""
    dump = parts.joined(pairs, stack, values, parts.trace(case, cause="plain", indent="    "))
    text = "\n".join(f"> {line}" if line else ">" for line in dump.rstrip("\n").split("\n"))
    return MAIL.format("FW: program dump", "can you please have a look at this dump? It came this morning.") + text + "\n\nKind regards\nLinda Sand\n"


@SET.document
def loft_ticket_bullets(sheet):
    """Bullets with the key in bold."""
    case = Case(sheet)
    mark = case.chance.choice(["-", "*", "•"])
    pairs = "\n".join(f"{mark} **{key}:** {value}" for key, value in case.facts())
    values = "**Field values**\n\n" + "\n".join(f"{mark} `{name}` = `{value}`" for name, value in parts.fields(case)) if parts.some(case) else ""
    stack = f"{mark} **Call stack:** {' → '.join(parts.programs(case))}" if parts.some(case) else ""
    return parts.joined("### Dump from production", pairs + ("\n" + stack if stack else ""), values, f"```\n{parts.trace(case)}\n```")


@SET.document
def loft_ticket_markdown(sheet):
    """Tables of Markdown for facts, programs and fields."""
    case = Case(sheet)
    bold = "**" if parts.some(case, 0.4) else ""
    facts = case.facts()
    pairs = "\n".join(f"| {bold}{key}{bold} | {value} |" for key, value in facts)
    stack = "## Program stack\n\n| # | Program |\n|---|---|\n" + "\n".join(f"| {at} | {name} |" for at, name in enumerate(parts.programs(case), 1)) if parts.some(case) else ""
    values = "## Field values\n\n| Field | Value |\n|:--|--:|\n" + "\n".join(f"| {name} | `{value}` |" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("## Dump", f"| Item | Value |\n|------|-------|\n{pairs}", stack, values, f"## Stack trace\n\n~~~java\n{parts.trace(case)}\n~~~")


@SET.document
def loft_ticket_numbered(sheet):
    """Numbered facts, a dash between key and value."""
    case = Case(sheet)
    dash, mark = case.chance.choice(["–", "-", "—"]), case.chance.choice(["{}. ", "{}) ", "({}) "])
    pairs = "\n".join(f"{mark.format(at)}{key} {dash} {value}" for at, (key, value) in enumerate(case.facts(parted=0.1), 1))
    return parts.joined("What the dump says:", pairs, f"Stack trace:\n\n{parts.trace(case)}")


@SET.document
def loft_ticket_html(sheet):
    """A page that a ticket's editor made: heads, rows, preformatted text."""
    case = Case(sheet)
    rows = "\n".join(f"<tr><td><strong>{html.escape(key)}</strong></td><td><span>{html.escape(value)}</span></td></tr>" for key, value in case.facts())
    stack = f"<h4>Program stack</h4><ol>{''.join(f'<li>{name}</li>' for name in parts.programs(case))}</ol>\n" if parts.some(case) else ""
    values = (
        "<h4>Field values</h4><table><thead><tr><th>Field</th><th>Value</th></tr></thead><tbody>"
        + "".join(f"<tr><td>{name}</td><td>{html.escape(value)}</td></tr>" for name, value in parts.fields(case))
        + "</tbody></table>\n"
    )
    return (
        f'<div class="comment"><p>Hi all,</p><p>this is the dump:</p>\n<table border="0"><tbody>\n{rows}\n</tbody></table>\n{stack}{values}'
        f"<h4>Stack trace</h4>\n<pre>{html.escape(parts.trace(case))}</pre></div>\n"
    )


@SET.document
def loft_ticket_wiki(sheet):
    """The markup of a wiki of Atlassian's."""
    case = Case(sheet)
    key_of = case.chance.choice(["|*{}*|", "||{}|"])
    rows = "\n".join(f"{key_of.format(key)}{value}|" for key, value in case.facts())
    values = "h3. Field values\n||Field||Value||\n" + "\n".join(f"|{name}|{value}|" for name, value in parts.fields(case)) if parts.some(case) else ""
    stack = "h3. Program stack\n" + "\n".join(f"# {name}" for name in parts.programs(case)) if parts.some(case) else ""
    return parts.joined("h2. Dump", rows, stack, values, f"h3. Stack trace\n{{noformat}}\n{parts.trace(case)}\n{{noformat}}")


@SET.document
def loft_ticket_wrapped(sheet):
    """All lines broken at 72 columns as a ticket system does, the rest moved in or not."""
    case = Case(sheet)
    pairs = "\n".join(f"{key:<18}: {value}" for key, value in case.facts(thrown=1, near=1))
    stack = "Call stack        : " + " called ".join(parts.programs(case)) if parts.some(case) else ""
    values = "Fields            : " + ", ".join(f"{name}={value}" for name, value in parts.fields(case))
    trace = parts.trace(case, cause="plain", indent="  ", modules="")
    return parts.joined("Dump as pasted by the customer", "\n".join(broken(line) for line in [*pairs.split("\n"), *stack.split("\n"), values] if line), trace)


@SET.document
def loft_ticket_headings(sheet):
    """Each fact below a heading of its own."""
    case = Case(sheet)
    mark = case.chance.choice(["#### ", "h4. ", "=== "])
    blocks = [f"{mark}{key}{' ===' if mark == '=== ' else ''}\n{value}" for key, value in case.facts(near=2)]
    close = " ===" if mark == "=== " else ""
    values = f"{mark}Field values{close}\n" + "\n".join(f"{name}={value}" for name, value in parts.fields(case))
    return parts.joined(*blocks, values, f"{mark}Stack trace{close}\n{parts.trace(case)}", between=case.chance.choice(["\n", "\n\n"]))


@SET.document
def loft_ticket_prose(sheet):
    """What somebody tells in a mail, with the trace below."""
    case = Case(sheet, batch=0)
    truth = case.truth
    place = case.told("panel", full=True)
    truth.say("program", truth.program)
    return (
        MAIL.format(f"Dump in {truth.program}", "see below what happened.")
        + f"User {case.told('user')} got a dump in {place} in company {case.told('company')}, division {case.told('division')},\n"
        f"environment {case.told('environment')}, on {case.time(0)} when the program did a {case.told('where')}.\n"
        f"The version is {case.told('version')}. The Java version is 17.0.9.\n\n{parts.trace(case)}\n\nRegards\nLinda\n"
    )


@SET.document
def loft_ticket_slashes(sheet):
    """Several facts behind one key, as both sides' slashes tell."""
    case = Case(sheet, batch=0)
    truth = case.truth
    truth.user = truth.user.replace("EU\\", "")
    who = f"User/Company/Division: {case.told('user')} / {case.told('company')} / {case.told('division')}"
    truth.say("program", truth.program)
    truth.say("panel", truth.panel, f"{truth.program}/{truth.panel}")
    what = f"Program/Panel: {truth.program} / {truth.panel}"
    truth.say("where", f"{truth.operation} {truth.object}")
    rest = f"Environment/Version: {case.told('environment')} / {case.told('version')}\nOperation/File: {truth.operation} / {truth.object}"
    return parts.joined("Dump", f"{what}\n{who}\n{rest}\nJob: {case.told('job')}\nDate/Time: {truth_date(case)}", parts.trace(case))


def truth_date(case):
    at = case.truth.at
    case.truth.digits = 0
    case.truth.say("at", True)
    return f"{at:%Y-%m-%d} / {at:%H:%M:%S}"


@SET.document
def loft_ticket_rst(sheet):
    """Field lists and grid tables of reStructuredText."""
    case = Case(sheet)
    pairs = "\n".join(f":{key}: {value}" for key, value in case.facts())
    rule = f"+{'-' * 14}+{'-' * 24}+"
    rows = "\n".join(f"| {name:<12} | {value:<22} |\n{rule}" for name, value in parts.fields(case))
    table = f"{rule}\n| {'Field':<12} | {'Value':<22} |\n{rule.replace('-', '=')}\n{rows}"
    trace = "\n".join(f"   {line}" for line in parts.trace(case).split("\n"))
    return parts.joined("Program dump\n============", pairs, f"Field values\n------------\n\n{table}", f"Stack trace\n-----------\n\n::\n\n{trace}")
