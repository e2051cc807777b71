"""Report writers and consultants, who like their facts in columns, with codes, or one below the other."""

from .pier_case import Failure, blocks
from .register import Register

SET = Register()
FACTS = ("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", "exception", "exception_message")
CODES = {"program": "PGNM", "panel": "PICC", "user": "USID", "job": "BJNO", "company": "CONO", "division": "DIVI", "environment": "ENVN", "version": "BVER", "at": "TSTM",
         "where": "FOPR", "exception": "EXCL", "exception_message": "EXMS"}


def frames(case, indent="  at "):
    return "\n".join(f"{indent}{name}.{method}({file}:{line})" for name, method, file, line in case.frames())


@SET.document
def pier_reports_codes(sheet):
    """Three columns: code, description, content."""
    case = Failure(sheet, clocks=("iso", "year first"))
    lines = [(CODES[field], case.label(field), case.tell(field)) for field in FACTS if case.has(field) or case.likely(0.3)]
    lines += [("CHID", "Last changed by", case.filled("{other}")), ("DCON", "Default company", case.filled("{company}")), ("JAVR", "Java version", case.filled("{java}"))]
    lines += [("FIXL", *level)] if (level := case.fix_level()) else []
    if case.likely(0.4):
        case.chance.shuffle(lines)
    wide = max(len(text) for _, text, _ in lines) + 2
    table = "\n".join(f"{code:<6}{text:<{wide}}{value}".rstrip() for code, text, value in lines)
    head = f"{'Code':<6}{'Description':<{wide}}Content\n{'-' * 4}  {'-' * (wide - 2)}  {'-' * 30}"
    values = "\n".join(f"{name:<8}{value}" for name, value in case.values())
    return blocks(f"REPORT: {case.label('title')}", f"{head}\n{table}", f"Field   Content\n------  {'-' * 30}\n{values}", f"Java stack trace\n{frames(case)}")


@SET.document
def pier_reports_wide(sheet):
    """A row below the names of its columns, as a query prints it; two of them, as one line would be too wide."""
    case = Failure(sheet, clocks=("iso", "ibm"), jobs=("number", "uuid"))

    def table(columns):
        shown = [(name, value if value else " ") for name, value in columns]
        widths = [max(len(name), len(value)) for name, value in shown]
        gap = case.any_of("  ", "   ")
        line = lambda texts: gap.join(f"{text:<{width}}" for text, width in zip(texts, widths)).rstrip()
        return "\n".join([line([name for name, _ in shown]), line(["-" * width for width in widths]), line([value for _, value in shown])])

    first = [("PROGRAM", "program"), ("PANEL", "panel"), ("USER", "user"), ("COMPANY", "company"), ("DIVISION", "division"), ("JOB", "job")]
    second = [("ENVIRONMENT", "environment"), ("M3 VERSION", "version"), ("FAILED AT", "at"), ("FAILED OPERATION", "where")]
    one = [(name, case.tell(field)) for name, field in first]
    one.insert(case.chance.randint(1, len(one)), ("SUBMITTED BY", case.filled("{other}")))
    two = [(name, case.tell(field)) for name, field in second]
    two.insert(case.chance.randint(0, len(two)), ("JAVA VERSION", case.filled("{java}")))
    fields = table(case.values())
    return blocks("Select of failed jobs, 1 row", table(one), table(two), f"Fields of the program\n{fields}", f"Stack trace\n{case.trace()}")


@SET.document
def pier_reports_below(sheet):
    """A label on a line of its own, its value below it."""
    case = Failure(sheet, clocks=("words", "iso", "american"), lack=0.05)
    rows = case.rows(*FACTS, near=2, empty=0)
    mark, pad = case.any_of(("", "    "), (":", "    "), (":", "\t"))
    body = case.any_of("\n", "\n\n").join(f"{label}{mark}\n{pad}{value}" for label, value in rows)
    values = "\n".join(f"    {name} = {value}" for name, value in case.values())
    title = case.label("title")
    return blocks(f"{title}\n{'#' * len(title)}", body, f"{case.label('fields')}\n{values}", f"{case.label('trace')}\n{frames(case, '    at ')}")


@SET.document
def pier_reports_outline(sheet):
    """An outline: groups, below them pairs, below these lists, each further to the right."""
    case = Failure(sheet, clocks=("iso", "milli"), jobs=("uuid", "number"))
    mark = case.any_of(": ", " = ")
    bullet = case.any_of("", "- ", "* ", "o ")
    line = lambda label, value, depth=1: f"{'  ' * depth}{bullet}{label}{mark}{value}".rstrip()
    pairs = lambda *names, near=1: [line(*pair) for pair in case.rows(*names, near=near, empty=0.3)]
    groups = [("Who", pairs("user", "company", "division", "job")), ("What", pairs("program", "panel", "where", "exception", "exception_message")),
              ("When and where", pairs("at", "environment", "version")), (case.label("stack"), [f"{'  ' * (depth + 1)}{bullet}{name}" for depth, name in enumerate(case.programs())]),
              (case.label("fields"), [line(*pair) for pair in case.values()]), (case.label("trace"), [f"  {bullet}{name}.{method}({file}:{row})" for name, method, file, row in case.frames()])]
    case.chance.shuffle(groups)
    return blocks(case.label("title"), *(f"{name}\n" + "\n".join(lines) for name, lines in groups))


@SET.document
def pier_reports_codes_behind(sheet):
    """The code of the fact in brackets behind its label, or before it."""
    case = Failure(sheet, clocks=("iso", "month", "dots"))
    form = case.any_of("{label} ({code})", "{label} [{code}]", "{code} - {label}", "{code}/{label}")
    mark = case.any_of(": ", " = ", " ....... ")
    lines = [f"{form.format(label=case.label(field), code=CODES[field])}{mark}{case.tell(field)}".rstrip() for field in FACTS if case.has(field)]
    lines.insert(case.chance.randint(1, len(lines)), f"{form.format(label='Last changed by', code='CHID')}{mark}{case.filled('{other}')}")
    lines.insert(case.chance.randint(1, len(lines)), f"{form.format(label='Program compiled', code='CDAT')}{mark}{case.filled('{time}')}")
    stack = "\n".join(f"level {level}: {name}" for level, name in enumerate(case.programs(), 1))
    rule = "." * 60
    return blocks(f"{case.label('title')}\n{rule}", "\n".join(lines), f"{case.label('stack')}\n{rule}\n{stack}", f"{case.label('trace')}\n{rule}\n{frames(case)}",
                  f"{case.label('fields')}\n{rule}\n" + "\n".join(f"{name} = {value}" for name, value in case.values()))


@SET.document
def pier_reports_semicolons(sheet):
    """Section, name and content between semicolons, for a spreadsheet."""
    case = Failure(sheet, clocks=("dots", "iso", "year first"), jobs=("number", "uuid"))
    quoted = case.likely(0.4)
    text = lambda value: '"' + value.replace('"', '""') + '"' if quoted or ";" in value or '"' in value else value
    line = lambda *parts: ";".join(map(text, parts))
    lines = [line("Section", "Name", "Content")]
    lines += [line("Job", label, value) for label, value in case.rows("user", "job", "company", "division", near=1)]
    lines += [line("Program", label, value) for label, value in case.rows("program", "panel", "where", "at", near=1)]
    lines += [line("System", label, value) for label, value in case.rows("environment", "version", near=1)]
    lines += [line("Error", label, value) for label, value in case.rows("exception", "exception_message", near=0, empty=0)]
    lines += [line("Field", name, value) for name, value in case.values()]
    lines += [line("Stack", str(level), f"{name}.{method}({file}:{row})") for level, (name, method, file, row) in enumerate(case.frames(), 1)]
    return "\n".join(lines) + "\n"
