"""What came to mind last: notes of a release tool, a page of a wiki in HTML, an older text, a table of three columns. Part of `porch`."""

from xml.sax.saxutils import escape

from .porch_case import FAILURE, ISO, JOB, SESSION, SYSTEM, Case
from .register import Register

SET = Register()
document = SET.document
ALONE = {"porch_ini", "porch_html_mail"}


@document
def porch_ini(sheet):
    """Sections and keys of an INI file, comments between."""
    case = Case(sheet)
    mark, comment = case.one("=", " = "), case.one("; ", "# ")
    names = lambda rows: [(label.replace(" ", case.one("_", "")).replace("/", "_"), value) for label, value in rows]
    parts = [[f"[{name}]", *(f"{key}{mark}{value}" for key, value in names(case.rows(spec)))] for name, spec in
             (("Failure", FAILURE), ("Session", SESSION), ("Job", JOB), ("System", SYSTEM))]
    parts += [["[ProgramStack]", *(f"{at}{mark}{name}" for at, name in enumerate(case.stack(), 1))], ["[Fields]", *(f"{name}{mark}{value}" for name,
                                                                                                                    value in case.variables(";#"))]]
    return "\n".join([comment + "M3 dump, do not edit", *sum((["", *part] for part in case.shuffled(parts)), []), "", "[StackTrace]", case.trace(), ""])


@document
def porch_html_mail(sheet):
    """A page with a table of two or four cells in a row."""
    case = Case(sheet)
    cells = [cell for spec in (FAILURE, SESSION, JOB, SYSTEM) for cell in case.rows(spec)]
    pair = lambda row: f"<td><b>{row[0]}</b></td><td>{escape(row[1])}</td>"
    many = case.one(1, 2)
    rows = [f"<tr>{''.join(map(pair, cells[at:at + many]))}</tr>" for at in range(0, len(cells), many)]
    stack = f"<p>Program stack: {' &gt; '.join(case.stack())}</p>" if case.odds(0.7) else ""
    return "\n".join(["<html><body>", "<p>Dear all, the following dump was created.</p>", '<table border="1">', *rows, "</table>", stack,
                      f"<pre>{escape(case.trace())}</pre>", "<p>This mail was sent automatically.</p>", "</body></html>", ""])


@document
def porch_three_columns(sheet):
    """Code, meaning and value, as field lists of M3 have them."""
    case = Case(sheet, blanks=False)
    meant = {"program": ("PGNM", "Program name"), "panel": ("PICT", "Panel"), "user": ("USID", "User"), "company": ("CONO", "Company"),
             "division": ("DIVI", "Division"),
             "job": ("BJNO", "Job number"), "environment": ("ENVI", "Environment"), "version": ("VERS", "M3 version"), "where": ("OPER", "Failed operation")}
    optional = [name for name in ("panel", "division", "version", "where") if case.odds(0.3)]
    rows = [(*meant[name], case[name]) for name in meant if name not in optional]
    rows = [row for row in rows if row[2]]
    rows += [("LMTS", "Dump created", case.time(case.one(ISO, "%Y%m%d %H%M%S", "%d.%m.%Y %H:%M:%S"))), ("CHID", "Changed by", case.other("user"))]
    bar = case.one("  ", " | ", "\t")
    table = [bar.join(row) if bar == "\t" else f"{row[0]:<6}{bar}{row[1]:<18}{bar}{row[2]}" for row in [("Code", "Meaning", "Value"), *case.shuffled(rows)]]
    stack = ["Program stack", *(f"{'  ' * at}{name}" for at, name in enumerate(case.stack()))]
    return "\n".join([*table, "", *stack, "", "Fields", *case.fields("{:<8} '{}'"), "", "Trace", case.trace("  at {}"), ""])


@document
def porch_boxed_report(sheet):
    """Boxes of lines around groups, one below the other."""
    case = Case(sheet)
    corner = case.one("╔╗╚╝═║", "┌┐└┘─│", "++++-|")
    pair = case.one("{:<22}: {}", "{}: {}", "{} = {}", "{:<22} {}")

    def boxed(name, lines):
        lines = [part for line in lines for part in line.expandtabs(4).split("\n")]
        width = max(map(len, [name, *lines])) + 2
        title = f" {name} "
        return [corner[0] + title.center(width, corner[4]) + corner[1], *(f"{corner[5]} {line:<{width - 1}}{corner[5]}" for line in lines),
                corner[2] + corner[4] * width + corner[3]]

    groups = [boxed(name, [pair.format(*row) for row in case.rows(spec)]) for name, spec in (("FAILURE", FAILURE), ("USER", SESSION), ("JOB", JOB),
                                                                                             ("SYSTEM", SYSTEM))]
    stack = boxed("PROGRAM STACK", [f"{at}. {name}" for at, name in enumerate(case.stack(), 1)])
    return "\n".join([*sum(case.shuffled(groups), []), *stack, *boxed("FIELDS", case.fields("{} = '{}'")), "", case.trace()])
