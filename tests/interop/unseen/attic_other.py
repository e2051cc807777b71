"""Notations of the set `attic` that other testers would come up with: formats of the trade, mails, logs."""

import csv
import io
import json
from html import escape

from . import words
from .attic_case import CLOCKS, Case
from .attic_fields import done, made
from .attic_looks import pairs_form
from .attic_report import ago, fields, joined, rest, stack, trace
from .attic_stacks import stack_pair
from .register import Register

SET = Register()
document = SET.document
ALONE = {"attic_json", "attic_json_pairs", "attic_yaml", "attic_csv", "attic_html", "attic_html_lists", "attic_toml"}


def named(sheet, english=0.8):
    """With keys as programs have them."""
    return Case(sheet, letters=sheet.chance.choice(["camel", "snake", "pascal", "kebab"]), english=english)


def name(case, text):
    return words.LETTERS[case.letters](text)


def frames(case):
    """The trace as objects."""
    truth = case.truth
    truth.causes = []
    truth.say("java_stack", True)
    truth.say("exception", truth.exception)
    if truth.exception_message:
        truth.say("exception_message", truth.exception_message)
    return [{"class": one[0], "method": one[1], **({"file": one[2], "line": one[3]} if one[2] else {})} for one in truth.frames]


@document
def attic_json(sheet):
    """Objects for groups or one for all, with arrays of programs and frames."""
    case = named(sheet)
    whole = {}
    if case.maybe():
        whole.update(case.pairs(exception=0))
    else:
        whole.update({name(case, group): dict(pairs) for group, pairs in case.groups(exception=0)})
    case.truth.say("call_stack", case.truth.call_stack)
    stacked = case.truth.call_stack
    whole[name(case, case.keys["call_stack"])] = case.pick(stacked, [{"level": at, "program": one} for at, one in enumerate(stacked, 1)])
    all = made(case)
    done(case, all)
    whole[name(case, case.keys["fields"])] = case.pick({one.name: one.value for one in all}, [{"name": one.name, "value": one.value} for one in all])
    if case.maybe():
        whole["exception"] = {"class": case.truth.exception, **({"message": case.truth.exception_message} if case.truth.exception_message else {}),
                              "frames": frames(case)}
    else:
        whole[name(case, "stack trace")] = trace(case, may_table=0)[1].split("\n") if case.maybe() else trace(case, may_table=0)[1]
    return json.dumps(case.pick(whole, {"dump": whole}), indent=case.pick(None, 2, 4), ensure_ascii=case.maybe(0.3)) + "\n"


@document
def attic_json_pairs(sheet):
    """A list of objects with a key and a value each."""
    case = Case(sheet)
    key, value = case.pick(("key", "value"), ("name", "value"), ("label", "text"))
    facts = [{key: one, value: other} for one, other in [*case.pairs(), stack_pair(case)]]
    all = made(case)
    done(case, all)
    return json.dumps({"title": case.keys["title"], "header": facts, "fields": [{"name": one.name, "value": one.value} for one in all],
                       "stackTrace": trace(case, may_table=0)[1]}, indent=case.pick(2, 2, None), ensure_ascii=False) + "\n"


def scalar(value):
    return json.dumps(value, ensure_ascii=False)


@document
def attic_yaml(sheet):
    """Maps, lists, and the trace as a block of text."""
    case = named(sheet)
    groups = [line for group, pairs in case.groups() for line in (f"{name(case, group)}:", *(f"  {key}: {scalar(value)}" for key, value in pairs))]
    case.truth.say("call_stack", case.truth.call_stack)
    lines = [*groups, f"{name(case, case.keys['call_stack'])}:", *(f"  - {one}" for one in case.truth.call_stack)]
    all = made(case)
    done(case, all)
    lines += [f"{name(case, case.keys['fields'])}:", *(f"  {one.name}: {scalar(one.value)}" for one in all)]
    lines += [f"{name(case, case.keys['java_stack'])}: |", *("  " + line.expandtabs(4) for line in trace(case, may_table=0)[1].split("\n"))]
    return joined(case.pick("---", "# M3 dump", ""), lines, between="\n")


@document
def attic_toml(sheet):
    """Tables in brackets, values in quotes, the trace in three of them."""
    case = named(sheet, english=1)
    groups = [[f"[{name(case, group)}]", *(f"{key} = {scalar(value)}" for key, value in pairs)] for group, pairs in case.groups()]
    case.truth.say("call_stack", case.truth.call_stack)
    all = made(case)
    done(case, all)
    return joined([f"title = {scalar(case.keys['title'])}"], *groups, ["[stack]", f"programs = {json.dumps(case.truth.call_stack)}"],
                  ["[fields]", *(f"{one.name} = {scalar(one.value)}" for one in all)], f"[java]\ntrace = '''\n{trace(case, may_table=0)[1]}'''")


@document
def attic_ini(sheet):
    """Sections, names and values, programs and frames with numbers in their names."""
    case = Case(sheet, letters=sheet.chance.choice(["pascal", "camel", "upper", "as is"]), english=0.8)
    mark = case.pick("=", "=", " = ")
    groups = [[f"[{group}]", *(f"{key}{mark}{value}" for key, value in pairs)] for group, pairs in case.groups()]
    case.truth.say("call_stack", case.truth.call_stack)
    programs = ["; level 1 is the outermost program", "[ProgramStack]", *(f"Level{at}{mark}{one}" for at, one in enumerate(case.truth.call_stack, 1))]
    return joined("; " + case.keys["title"], *groups, programs, "[Fields]\n" + fields(case, "equals", "apostrophes close", extra=0)[1],
                  f"[{case.pick('JavaStack', 'StackTrace')}]\n" + trace(case, may_table=0)[1])


@document
def attic_csv(sheet):
    """Rows of section, key and value, the trace a row for each of its lines."""
    case = Case(sheet)
    out, mark = io.StringIO(), case.pick(",", ";", ";")
    write = csv.writer(out, delimiter=mark, lineterminator="\n", quoting=case.pick(csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    write.writerow(("Section", "Key", "Value"))
    for group, pairs in case.groups():
        write.writerows((group, key, value) for key, value in pairs)
    case.truth.say("call_stack", case.truth.call_stack)
    write.writerows(("Program stack", f"Level {at}", one) for at, one in enumerate(case.truth.call_stack, 1))
    all = made(case)
    done(case, all)
    write.writerows(("Fields", one.name, one.value) for one in all)
    write.writerows(("Stack trace", str(at), line.strip()) for at, line in enumerate(trace(case, "tab", may_table=0)[1].split("\n"), 1))
    return out.getvalue()


@document
def attic_html(sheet):
    """A page with a table for each subject."""
    case = Case(sheet)
    tag = case.pick("th", "td")
    rows = lambda pairs: "\n".join(f"<tr><{tag}>{escape(key)}</{tag}><td>{escape(value)}</td></tr>" for key, value in pairs)
    head = case.pick("h2", "h3")
    part = lambda title, body: f"<{head}>{escape(title)}</{head}>\n{body}"
    tables = [part(group, f"<table>\n{rows(pairs)}\n</table>") for group, pairs in case.groups()]
    heading, text = stack(case, "plain")
    programs = part(heading, "<ol>\n" + "\n".join(f"<li>{one}</li>" for one in text.split("\n")) + "\n</ol>")
    all = made(case)
    done(case, all)
    content = part(case.heading("fields"), "<table border=\"1\">\n<tr><th>Field</th><th>Value</th></tr>\n"
                   + "\n".join(f"<tr><td>{one.name}</td><td>{escape(one.value)}</td></tr>" for one in all) + "\n</table>")
    title, text = trace(case, may_table=0)
    body = [programs, content, part(title, f"<pre>{escape(text)}</pre>")]
    case.chance.shuffle(body)
    caption = escape(case.keys["title"])
    return joined("<!DOCTYPE html>", f"<html><head><title>{caption}</title><style>td {{ padding: 2px }}</style></head><body>", f"<h1>{caption}</h1>",
                  *tables, *body, "</body></html>", between="\n")


@document
def attic_html_lists(sheet):
    """A page of definitions and paragraphs."""
    case = Case(sheet)
    form = case.pick("<dt>{}</dt><dd>{}</dd>", "<dt>{}:</dt>\n<dd>{}</dd>", "<p><b>{}:</b> {}</p>", "<li><strong>{}</strong>: {}</li>", "<b>{}</b>: {}<br>")
    outer = {"<d": ("<dl>", "</dl>"), "<l": ("<ul>", "</ul>")}.get(form[:2], ("<div>", "</div>"))
    lines = [form.format(escape(key), escape(value)) for key, value in [*case.pairs(), stack_pair(case)]]
    all = made(case)
    done(case, all)
    content = "\n".join(f'{one.name} = "{one.value}"' for one in all)
    part = lambda title, text: f"<h2>{escape(case.heading(title))}</h2>\n<pre>{escape(text)}</pre>"
    return joined("<html><body>", f"<h1>{escape(case.keys['title'])}</h1>", outer[0], *lines, outer[1], part("fields", content),
                  part("java_stack", trace(case, may_table=0)[1]), "</body></html>", between="\n")


@document
def attic_markdown(sheet):
    """As one writes a ticket."""
    case = Case(sheet)
    form = case.pick(lambda pairs: ["| Key | Value |", "|---|---|", *(f"| {key} | {value} |" for key, value in pairs)],
                     lambda pairs: [f"- **{key}**: {value}" for key, value in pairs], lambda pairs: [f"* {key}: `{value}`" for key, value in pairs],
                     lambda pairs: [f"**{key}:** {value}  " for key, value in pairs])
    mark = case.pick("##", "##", "###")
    found = [f"{mark} {group}\n\n" + "\n".join(form(pairs)) for group, pairs in case.groups()]
    found += [f"{mark} {title}\n\n```\n{text}\n```" for title, text in rest(case)]
    return joined(f"# {case.keys['title']}", *found)


@document
def attic_mail(sheet):
    """Somebody forwards what the system sent."""
    case = Case(sheet)
    form = pairs_form(case)
    sections = [f"{title}:\n{text}" for title, text in rest(case, count=(0, 0, 1))]
    return joined([f"From: {case.pick('m3support@example.com', 'Lars Hansen <lhansen@example.com>')}", "To: helpdesk@example.com",
                   f"Date: Mon, 12 Jan 2026 0{case.chance.randint(6, 9)}:41:00 +0100", "Subject: FW: M3 dump, please help"],
                  case.pick("Hi all,\nthe user got this again, see below.", "Hello,\nwhat could this be? Our server was restarted at 05:00 by the way."),
                  case.pick("-----Original Message-----", "---- forwarded ----", "_" * 32), form(case.pairs()), *sections, "Kind regards\nLars")


@document
def attic_log_records(sheet):
    """Each line of the dump in a log's record, with the time of the log before it."""
    case = Case(sheet, clock=CLOCKS[0])
    case.truth.at = case.truth.at.replace(microsecond=0)
    stamp = f"{case.truth.at:%Y-%m-%d %H:%M:%S},{case.truth.at.microsecond // 1000:03d}"
    prefix = case.pick(f"{stamp} ERROR [job-{case.chance.randint(1, 99)}] mvx.runtime.Dump - ", f"[{stamp}] [E] ", f"{stamp} | ERROR | m3dump | ")
    lines = pairs_form(case)(case.pairs(split_time=0, sure=("at",)))
    found = [[case.keys["title"]], lines, *[[f"--- {title} ---", *text.split("\n")] for title, text in rest(case, count=(0,))]]
    return "\n".join(f"{prefix}{line}" for part in found for line in part) + "\n"


@document
def attic_logfmt(sheet):
    """All facts in one line of key=value, with quotes where there are blanks."""
    case = Case(sheet, letters=sheet.chance.choice(["camel", "snake", "kebab"]), english=1)
    quoted = lambda value: json.dumps(value, ensure_ascii=False) if set(value) & set(' ="\\') else value
    line = " ".join(f"{key}={quoted(value)}" for key, value in [*case.pairs(), stack_pair(case)])
    title, text = trace(case, "tab")
    more = [fields(case, "quoted", "apostrophes")[1]] if case.maybe() else []
    return joined(case.pick("level=error event=dump ", "M3DUMP ", "") + line, f"{title}:\n{text}", *more, between="\n")


@document
def attic_ticket(sheet):
    """The form of a service desk around it, with dates and people of its own."""
    case = Case(sheet, english=1)
    ticket = [f"Ticket {case.chance.randrange(10**5, 10**6)}", "Reported by: Lars Hansen", f"Ticket opened: {ago(case, -50)}", "Priority: 2",
              "Assigned to: M3 support"]
    sections = [f"{title}\n{'-' * len(title)}\n{text}" for title, text in rest(case, count=(0, 1))]
    return joined(ticket, "Attached dump:", pairs_form(case)(case.pairs()), *sections)
