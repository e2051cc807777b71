"""Of the set `court`: dumps as a support engineer keeps them: tables of Markdown and wikis, CSV, tabs from spreadsheets, HTML.

See `court_all`. Mails, tickets and notes are in court_desk.
"""

import csv
import io
from html import escape

from .court_case import EUROPE, MILLI, Bench
from .court_parts import lined, other_record, page, side_note, trace

SET = Bench()
document = SET.document
FACTS = ("Program <- $program; Panel <- $panel; User <- $user; Company <- $company; Division <- $division?; Job number <- $job?;"
         " Environment <- $environment; M3 version <- $version?;"
         " Time of failure <- $at; Failed operation <- $where; Java version <- 1.8.0_372; Last changed by <- @user")


@document
def court_markdown_table(case):
    """Markdown's tables for keys, programs and fields."""
    table = lambda names, rows: ["| " + " | ".join(names) + " |", "|" + "|".join(case.pick("---", ":--") for _ in names) + "|",
                                 *("| " + " | ".join(map(str, row)) + " |" for row in rows)]
    title, note = side_note(case)
    return page("# Dump", table(("Key", "Value"), case.shuffled(case.rows(FACTS))), ["## Program stack", "",
                                                                                     *table(("Level (1 = outermost)", "Program"),
                                                                                            list(enumerate(case.stack(), 1)))],
                ["## Fields", "", *table(("Field", "Value"), [(name, f"`{value}`" if value else "") for name, value in case.fields()])],
                *case.maybe([f"## {title}", "", *table(("Key", "Value"), note)]), ["## Java stack trace", "", "```", *trace(case), "```"])


@document
def court_jira_markup(case):
    """Jira's markup: headings, tables with doubled bars, noformat."""
    table = lambda names, rows: ["||" + "||".join(names) + "||", *("|" + "|".join(str(cell) or " " for cell in row) + "|" for row in rows)]
    groups = [["h3. Failure", *table(("What", "Value"), case.rows("Program <- $program; Panel <- $panel; Time <- $at;"
                                                                  " Operation <- $operation; File <- $object"))],
              ["h3. Session", *table(("What", "Value"),
                                     case.rows("User <- $user; Company <- $company; Division <- $division?; Job <- $job"))],
              ["h3. System", *table(("What", "Value"), case.rows("Environment <- $environment; Version <- $version?;"
                                                                 " Database user <- MVXJDBC"))]]
    return page("h2. M3 dump", *case.shuffled(groups), ["h3. Program stack, outermost first", *(f"# {name}" for name in case.stack())],
                ["h3. Fields", "{noformat}", *lined(case.fields(), "{} = '{}'"), "{noformat}"], ["h3. Java stack", "{code:java}",
                                                                                                 *trace(case), "{code}"])


@document
def court_mediawiki_table(case):
    """MediaWiki's table, keys as heads of rows."""
    rows = [line for key, value in case.shuffled(case.rows(FACTS)) for line in ("|-", f"! {key}", f"| {value}")]
    return page("= M3 dump =", ['{| class="wikitable"', *rows, "|}"], ["== Program stack, outermost first ==",
                                                                       *(f"# {name}" for name in case.stack())],
                ["== Fields ==", "<pre>", *lined(case.fields(), '{} = "{}"'), "</pre>"], ["== Java stack trace ==", "<pre>", *trace(case),
                                                                                          "</pre>"])


def exported(rows, mark, always):
    text = io.StringIO()
    csv.writer(text, delimiter=mark, quoting=csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL, lineterminator="\n").writerows(rows)
    return text.getvalue()


@document
def court_csv_pairs(case):
    """A spreadsheet of group, key and value exported as CSV."""
    groups = case.shuffled([[("Failure", *row) for row in case.rows("Program <- $program; Panel <- $panel; Time of failure <- $at;"
                                                                    " Operation <- $operation; File <- $object", EUROPE)],
                            [("Session", *row) for row in case.rows("User <- $user; Company <- $company; Division <- $division?;"
                                                                    " Job <- $job")],
                            [("System", *row) for row in case.rows("Environment <- $environment; M3 version <- $version?;"
                                                                   " Java version <- 11.0.21")]])
    rows = [("Group", "Key", "Value"), *(row for group in groups for row in group)]
    rows += [("Program stack", f"Level {at}", name) for at, name in enumerate(case.stack(), 1)] + [("Field", name,
                                                                                                    value) for name, value in case.fields()]
    return exported([*rows, ("Exception", "Stack trace", "\n".join(trace(case)))], case.pick(",", ";"), case.pick(True, False))


@document
def court_csv_one_row(case):
    """A row with a column for each fact."""
    rows = case.shuffled(case.rows("Program <- $program; Panel <- $panel; User <- $user; Company <- $company; Division <- $division?;"
                                   " Job <- $job?; Environment <- $environment; Version <- $version?;"
                                   " Failed at <- $at; Operation <- $where; Exported by <- @user; Exported at <- @after"))
    rows += [("Call stack", " > ".join(case.stack())), ("Fields", "\n".join(f"{name}='{value}'" for name, value in case.fields())),
             ("Stack trace", "\n".join(trace(case)))]
    return exported([[key for key, _ in rows], [value for _, value in rows]], case.pick(",", ";"), case.pick(True, False))


@document
def court_sheet_with_remarks(case):
    """Cells copied from a spreadsheet with tabs, and a third column of remarks."""
    remarks = {"Program": "standard order program?", "User": "asked, was at lunch", "Company": "", "M3 version": "same as in test",
               "Time of failure": "server time"}
    rows = case.shuffled(case.rows(FACTS))
    table = lambda names, rows: ["\t".join(names), *("\t".join(row) for row in rows)]
    return page(table(("Item", "Value", "Remark"), [(key, value, remarks.get(key, "")) for key, value in rows]),
                table(("Level", "Program on the stack (1 is outermost)"), [(str(at), name) for at, name in enumerate(case.stack(), 1)]),
                table(("Field", "Value"), case.fields()), ["Java stack trace", *trace(case)])


@document
def court_html_mail(case):
    """HTML with a table for each subject and the trace preformatted."""
    table = lambda name, rows: [f"<h3>{name}</h3>", "<table border=1>",
                                *(f"<tr><td><b>{escape(key)}</b></td><td>{escape(value)}</td></tr>" for key, value in rows), "</table>"]
    title, record = other_record(case)
    return page("<html><head><title>M3 dump</title><style>td { font-family: Calibri }</style></head><body>",
                "<p>Hi,<br>please see the dump below.</p>",
                table("Failure", case.shuffled(case.rows(FACTS, MILLI))), ["<h3>Program stack (outermost first)</h3>", "<ol>",
                                                                           *(f"<li>{name}</li>" for name in case.stack()), "</ol>"],
                table("Fields", [(name, f"'{value}'") for name, value in case.fields()]), *case.maybe(table(title, record), 0.4),
                ["<h3>Java stack trace</h3>", "<pre>" + escape("\n".join(trace(case)), quote=False) + "</pre>", "</body></html>"],
                between="\n")
