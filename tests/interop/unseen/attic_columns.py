"""Notations of the set `attic` in fixed columns: of keys with values, two and three beside one another, below heads, wrapped."""

import textwrap

from .attic_case import Case
from .attic_keyed import report_of
from .attic_looks import heading_form, indented, width
from .attic_report import fields, joined, report, rest, stack, top, trace
from .register import Register

SET = Register()
document = SET.document


@document
def attic_values_right(sheet):
    """Names left, values justified to the right, with dots, blanks or a colon between."""
    case = Case(sheet)
    mark, fill = case.pick(("", " "), (":", " "), (" ", "."), (" :", " "))
    size = case.pick(56, 64, 72)

    def form(pairs):
        lines = []
        for key, value in pairs:
            room = size - len(key) - len(mark) - 1
            lines.append(f"{key}{mark}" + (" " + value if len(value) >= room else f" {value}".rjust(room + 1, fill)))
        return lines

    return report(case, form)


@document
def attic_keys_right(sheet):
    """Keys justified to the right, so that what parts them from the values is in one column."""
    case = Case(sheet)
    mark, size = case.pick(" : ", ": ", " | ", " = ", "  "), case.pick(24, 30, 34)
    return report(case, lambda pairs: [f"{key:>{max(size, width(pairs, 0))}}{mark}{value}" for key, value in pairs])


def beside(case, pairs, count):
    """Pairs side by side, by rows or by columns."""
    rows = [pairs[at:at + count] for at in range(0, len(pairs), count)]
    if case.maybe(0.4):
        high = -(-len(pairs) // count)
        columns = [pairs[at:at + high] for at in range(0, len(pairs), high)]
        rows = [[column[at] for column in columns if at < len(column)] for at in range(high)]
    mark = case.pick(": ", " : ", " . : ", "= ", "  ")
    if mark == ": " and case.maybe(0.3):
        cell = lambda key, value, left, right: f"{key + ':':<{left + 1}} {value:<{right}}"
    else:
        cell = lambda key, value, left, right: f"{key:<{left}}{mark}{value:<{right}}"
    sizes = [(max(len(row[at][0]) for row in rows if at < len(row)), max(len(row[at][1]) for row in rows if at < len(row)))
             for at in range(max(map(len, rows)))]
    gap = " " * case.pick(3, 4, 6)
    return [gap.join(cell(*one, *size) for one, size in zip(row, sizes)).rstrip() for row in rows]


@document
def attic_two_abreast(sheet):
    """Two keys with their values in each line, in columns."""
    case = Case(sheet)
    if case.maybe():
        return report_of(case, beside(case, case.pairs(exception=0), 2), case.maybe() and case.heading("session") or None)
    return report(case, lambda pairs: beside(case, pairs, 2), grouped=True, facts_more={"exception": 0})


@document
def attic_three_abreast(sheet):
    """Three of them, as a screen of 132 columns has room for."""
    case = Case(sheet, keys=sheet.chance.choice([None, "short", "short"]))
    return report_of(case, beside(case, case.pairs(exception=0), 3), case.maybe(0.3) and case.heading("system") or None)


@document
def attic_abreast_bars(sheet):
    """A box of two keys and two values in each row."""
    case = Case(sheet)
    pairs = case.pairs(exception=0)
    pairs += [("", "")] * (len(pairs) % 2)
    rows = [(*pairs[at], *pairs[at + 1]) for at in range(0, len(pairs), 2)]
    sizes = [max(map(len, column)) for column in zip(*rows)]
    line = "+" + "+".join("-" * (size + 2) for size in sizes) + "+"
    body = ["|" + "|".join(f" {cell:<{size}} " for cell, size in zip(row, sizes)) + "|" for row in rows]
    if case.maybe():
        body = "\n".join(f"{one}\n{line}" for one in body).split("\n")[:-1]
    return report_of(case, [line, *body, line])


@document
def attic_wrapped(sheet):
    """Long values go on in the lines below, in the column of the values."""
    case = Case(sheet)
    start, mark = case.pick(22, 28, 32), case.pick(": ", " : ", "")
    long = ("Job parameters", "FACI=B07 WHLO=W99 LNCD=GB DTFM=YMD8 TIZO=Europe/Oslo DCFM=, PRTF=PRT01 COPIES=1 HOLD=0 SAVE=0 QUEUE=QBATCH")

    def form(pairs):
        lines, at = [], max(start, width(pairs, 0))
        for key, value in pairs:
            parts = textwrap.wrap(value, 48) if key == long[0] else [value]
            lines += [f"{key:<{at}}{mark}{parts[0]}", *(" " * (at + len(mark)) + part for part in parts[1:])]
        return lines

    groups = case.groups(sure=("program",))
    groups[-1][1].insert(case.pick(0, len(groups[-1][1])), long)
    look = heading_form(case)
    found = [(name, "\n".join(form(pairs))) for name, pairs in groups] + rest(case)
    return joined(top(case), *[f"{look(name, at)}\n{text}" for at, (name, text) in enumerate(found, 1)])


@document
def attic_bare_columns(sheet):
    """Only blanks between key and value, all values in one column."""
    case = Case(sheet)
    at = case.pick(20, 26, 30, 40)
    form = lambda pairs: [f"{key:<{max(at, width(pairs))}}{value}" for key, value in pairs]
    return report(case, form, field=case.maybe(0.5) and fields(case, "columns") or None)


@document
def attic_below_heads(sheet):
    """Names of columns, a rule or none, and one row below: for each group a table."""
    case = Case(sheet)
    rule, gap = case.pick("-", "=", "-", ""), case.pick("  ", "   ", " | ")
    look = heading_form(case)

    def table(pairs):
        sizes = [max(len(key), len(value)) for key, value in pairs]
        line = lambda cells, gap=gap: gap.join(f"{cell:<{size}}" for cell, size in zip(cells, sizes)).rstrip()
        rules = [line([rule * size for size in sizes], gap.replace(" | ", "-+-"))] if rule else []
        return "\n".join([line([key for key, _ in pairs]), *rules, line([value for _, value in pairs])])

    found = [(name, table(pairs)) for name, pairs in case.groups(exception=0, decoys=(0, 0, 1))] + rest(case)
    return joined(top(case), *[f"{look(name, at)}\n{text}" for at, (name, text) in enumerate(found, 1)])


@document
def attic_tabbed(sheet):
    """Tabs between what other dumps have in columns."""
    case = Case(sheet)
    lead = case.pick("", "", "\t")
    return report(case, lambda pairs: [f"{lead}{key}\t{value}" for key, value in pairs], indent=0,
                  heading=heading_form(case, "brackets", "colon", "capitals", "stars"))


@document
def attic_code_text_value(sheet):
    """M3's name of the field, what it is called, and the value, in three columns."""
    case = Case(sheet, keys="codes", letters="as is")
    called = {"program": "Program name", "user": "User", "job": "Job number", "company": "Company", "division": "Division", "environment": "Environment",
              "version": "Version", "panel": "Panel", "at": "Date and time", "date": "Date", "time": "Time", "where": "Operation and file",
              "oper": "Operation", "object": "File"}
    names = {case.keys[field]: text for field, text in called.items()}
    pairs = case.pairs(decoys=(0,), exception=0)
    rows = [(key, names[key], value) for key, value in pairs]
    near = case.pick(("CHID", "Changed by", "OLDUSER"), ("LNCD", "Language", "GB"), ("RESP", "Responsible", "LHANSEN"))
    rows.insert(case.chance.randint(0, len(rows)), near)
    sizes = [max(map(len, column)) for column in zip(*rows)]
    form = case.pick("{0:<{3}}  {1:<{4}}  {2}", "{0:<{3}} {1:<{4}} : {2}", "{0:<{3}} ({1}) = {2}", "| {0:<{3}} | {1:<{4}} | {2:<{5}} |",
                     "{1:<{4}} {0:<{3}} : {2}")
    lines = [form.format(*row, *sizes) for row in rows]
    return report_of(case, ["Field  Description  Value".replace("  ", " " * 4), *lines] if "|" not in form and case.maybe(0.2) else lines)


@document
def attic_ruled_rows(sheet):
    """Group, key and value in the rows of one table."""
    case = Case(sheet)
    rows = []
    for name, pairs in case.groups():
        rows += [(name if not at or sheet.form < 0.5 else "", key, value) for at, (key, value) in enumerate(pairs)]
    heads = case.pick(("Section", "Key", "Value"), ("Group", "Name", "Content"), ("Area", "Item", "Value"))
    sizes = [max(map(len, column)) for column in zip(heads, *rows)]
    bar, cross = case.pick(("|", "+"), ("│", "┼"), ("!", "+"))
    line = lambda row: f" {bar} ".join(f"{cell:<{size}}" for cell, size in zip(row, sizes)).rstrip()
    rule = f"-{cross}-".join("-" * size for size in sizes)
    return report_of(case, [line(heads), rule, *map(line, rows)])


@document
def attic_two_languages(sheet):
    """Each key in English and in another language."""
    case = Case(sheet, english=1)
    others = case.pick({"Program": "Programm", "Panel": "Bild", "User": "Benutzer", "Company": "Firma", "Division": "Division", "Job": "Job",
                        "Environment": "Umgebung", "Version": "Version", "Operation": "Operation", "Date and time": "Datum und Uhrzeit"},
                       {"Program": "Programme", "Panel": "Écran", "User": "Utilisateur", "Company": "Société", "Division": "Division", "Job": "Travail",
                        "Environment": "Environnement", "Version": "Version", "Operation": "Opération", "Date and time": "Date et heure"},
                       {"Program": "Program", "Panel": "Bild", "User": "Användare", "Company": "Företag", "Division": "Division", "Job": "Jobb",
                        "Environment": "Miljö", "Version": "Version", "Operation": "Operation", "Date and time": "Datum och tid"})
    case.letters = "as is"
    case.keys.update(program="Program", panel="Panel", user="User", company="Company", division="Division", job="Job", environment="Environment",
                     version="Version", where="Operation", at="Date and time")
    both = case.pick("{} / {}", "{} ({})", "{}/{}")
    pairs = [(both.format(key, others[key]) if key in others and others[key] != key else key, value)
             for key, value in case.pairs(split_time=0, split_where=0, exception=0)]
    mark = case.pick(" : ", ": ", "  ")
    return report_of(case, [f"{key:<{width(pairs, 0)}}{mark}{value}" for key, value in pairs])


@document
def attic_screen(sheet):
    """A screen as it was: title and program in the first line, function keys in the last."""
    case = Case(sheet, keys=sheet.chance.choice([None, "short"]), letters="as is")
    form = lambda pairs: [f"  {key} {'. ' * ((max(30, width(pairs)) - len(key)) // 2)}:  {value}" for key, value in pairs]
    body = [f"{name}:\n" + "\n".join(form(pairs)) for name, pairs in case.groups()]
    others = [f"{name}:\n{indented(text, 2)}" for name, text in rest(case, stacks=stack(case), traces=trace(case))]
    head = f"{case.pick('WRKM3DMP', 'DSPM3DMP', 'M3DMP01'):<18}{case.key('title'):^44}{'M3SRV01':>16}"
    return joined(head, *body, *others, "F3=Exit   F12=Cancel   F17=Top   F18=Bottom" + " " * 24 + case.pick("Bottom", "More..."))
