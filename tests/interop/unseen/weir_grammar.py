"""A test engineer of a software vendor, who has dumps written by a grammar: separators, headings, stacks, fields and traces."""

import csv
import io

from . import weir_parts as parts
from .register import Register
from .weir_case import Case, blocks, with_jar, with_module, wrapped

SET = Register()
FACTS = "program panel user job company division environment version at where"
THROWN = " exception exception_message"


def sectioned(look, *named):
    """Sections under one look of heading; those without a text are left out."""
    heading = parts.HEADINGS[look]
    return blocks(*(f"{heading(name)}\n{body.rstrip()}" for name, body in named if body))


def stack_named(case):
    return case.label("call_stack")


@SET.document
def weir_grammar_colon_rules(sheet):
    """`Name: value` under names between rules; the stack indented, fields in quotation marks."""
    case = Case(sheet, "isv", clocks=("iso", "zulu", "milli"))
    named = [("TERMINATION", parts.colon(case.rows(FACTS + case.any_of("", THROWN), near=3))), (stack_named(case), parts.indented(case.programs(), case.any_of("  ", "   ", "\t"))),
             (case.label("fields"), parts.quoted(case.values())), (case.label("trace"), case.trace())]
    return case.label("title") + "\n" + sectioned("rules", named[0], *case.chance.sample(named[1:], 3))


@SET.document
def weir_grammar_equals_stars(sheet):
    """`NAME=value` between stars, the programs on one line with arrows."""
    case = Case(sheet, "isv", clocks=("iso", "dots", "T"))
    rows = case.rows(FACTS, near=2)
    if upper := case.likely(0.3):
        rows = [(label.upper().replace(" ", "_").replace(".", ""), value) for label, value in rows]
    arrow = case.any_of(" -> ", " => ", "->", " > ", " --> ")
    rows.append(("CALL_PATH" if upper else "Call path", arrow.join(case.programs())))
    return sectioned("stars", (case.label("title"), parts.equals(rows, case.any_of("=", " = "))), (case.label("fields"), parts.quoted(case.values(), "=")),
                     (case.label("trace"), case.trace("    at ")))


@SET.document
def weir_grammar_leaders_dashes(sheet):
    """Names that dots lead to a colon, in sections by what they are about; the stack numbered."""
    case = Case(sheet, "isv", clocks=("iso", "words", "comma"))
    parted = [("Session", "user job company division"), ("Failure", "program panel at where exception exception_message"), ("Installation", "environment version")]
    named = [(name, parts.leaders(rows)) for name, fields in parted if (rows := case.rows(fields))]
    stack = parts.numbered(case.programs(), case.any_of("{:>2}. {}", "{}) {}", "{:02d}  {}"), last=case.any_of("", "  <-- failed", "   (failing)"))
    fields = parts.grid([(name, f"{len(value)}", value) for name, value in case.values()], ("Field", "Len", "Value"), "   ", case.any_of("", "-"))
    return sectioned("dashes", *case.chance.sample(named, len(named)), (stack_named(case), stack), (case.label("fields"), fields), (case.label("trace"), case.trace(shape=None)))


@SET.document
def weir_grammar_dots_under(sheet):
    """Close dots, headings underlined, who called whom, the trace with modules."""
    case = Case(sheet, "isv", clocks=("offset", "iso"))
    head = parts.close_dots(case.rows(FACTS + THROWN, near=3), end=case.any_of(": ", " ", ":  "))
    stack = parts.called_by(case.programs(), case.any_of("called by", "invoked by", "<- called by"))
    rows = [(name, parts.kind(name, value), value) for name, value in case.values()]
    fields = parts.grid(rows, ("Name", "Type", "Content"), "  ", "-") if case.likely() else "\n".join(f"{name:<8}{kind:<14} = \"{value}\"" for name, kind, value in rows)
    return sectioned(case.any_of("under", "double under"), (case.label("title"), head), (stack_named(case), stack), (case.label("fields"), fields),
                     (case.label("trace"), case.trace(shape=with_module)))


@SET.document
def weir_grammar_bars(sheet):
    """Tables between bars everywhere but in the trace."""
    case = Case(sheet, "isv", clocks=("iso", "year first"))
    edge = case.likely()
    head = parts.bars(case.rows(FACTS + case.any_of("", THROWN), near=3), edge, case.any_of((), ("Item", "Value"), ("Property", "Value")))
    stack = parts.bars(parts.levels(case.programs()), edge, ("Level", "Program", "Called by"))
    fields = parts.bars(case.values("|"), edge, case.any_of(("Field", "Value"), ("Name", "Content")))
    return sectioned("brackets", (case.label("title"), head), (stack_named(case), stack), (case.label("fields"), fields), (case.label("trace"), case.trace()))


@SET.document
def weir_grammar_columns(sheet):
    """Fixed columns without a mark; the stack from the innermost program on, as it says."""
    case = Case(sheet, "isv", clocks=("iso", "dots"), lack=0.05)
    head = parts.columns(case.rows(FACTS + THROWN, near=2, blank=0), case.any_of("   ", "    "), case.any_of("", "  "))
    stack = parts.numbered(case.programs(), case.any_of("#{}  {}", "{:>3}  {}", "[{}] {}"), inner_first=True)
    fields = parts.columns(case.values(), "     ", "  ")
    return sectioned("hashes", (case.label("title"), head), (f"{stack_named(case)} (innermost first)", stack), (case.label("trace"), case.trace("  at ")),
        (case.label("fields"), fields))


@SET.document
def weir_grammar_mixed(sheet):
    """Several notations in one dump: leaders above, the stack as a table, fields in quotation marks, the trace at the end."""
    case = Case(sheet, "isv", clocks=("iso", "milli", "short"))
    head = parts.leaders(case.rows("program panel at where", near=1), dot=case.any_of(". ", "."))
    middle = parts.columns(case.rows("user job company division", near=1), " : ")
    system = parts.equals(case.rows("environment version", near=2), " = ")
    stack = parts.grid(parts.levels(case.programs()), ("Lvl", "Program", "Caller"), "   ", "=")
    named = [("Session", middle), ("System", system), (stack_named(case), stack), (case.label("fields"), parts.quoted(case.values()))]
    return sectioned(case.any_of("equals", "plus", "rules"), (case.label("title"), head), *case.chance.sample(named, len(named)), (case.label("trace"), case.trace()))


@SET.document
def weir_grammar_next_line(sheet):
    """Each value on a line of its own below its name."""
    case = Case(sheet, "isv", clocks=("iso", "zulu"))
    mark = case.any_of("", ":")
    head = "\n".join(f"{label}{mark}\n    {value}" for label, value in case.rows(FACTS, near=2, blank=0))
    stack = parts.indent(parts.indented(case.programs(), "  ", "+-> "))
    return blocks(f"{case.label('title')}\n{'=' * 50}", head, f"{stack_named(case)}{mark}\n{stack}", f"{case.label('fields')}{mark}\n{parts.indent(parts.quoted(case.values()))}",
                  f"{case.label('trace')}{mark}\n{parts.indent(case.trace('  at ', suppressed=0))}")


@SET.document
def weir_grammar_two_abreast(sheet):
    """Two facts on each line, fields three on each line."""
    case = Case(sheet, "isv", clocks=("iso", "dots"), lack=0.04)
    head = parts.two_abreast(case.rows(FACTS, near=2, blank=0), mark=case.any_of(" : ", ": ", " = "))
    cells = [f'{name}="{value}"' for name, value in case.values()]
    fields = "\n".join("".join(f"{cell:<34}" for cell in cells[at : at + 3]).rstrip() for at in range(0, len(cells), 3))
    return sectioned(case.any_of("tildes", "sharp box", "under"), (case.label("title"), head), (case.label("fields"), fields), (case.label("trace"), case.trace()),
                     (stack_named(case), parts.numbered(case.programs(), "level {}: {}")))


@SET.document
def weir_grammar_arrow_marks(sheet):
    """Arrows or `:=` between name and value, the stack as a tree of lines."""
    case = Case(sheet, "isv", clocks=("iso", "comma"))
    mark = case.any_of(" -> ", " => ", " := ")
    programs = case.programs()
    stack = "\n".join(f"{'   ' * (depth - 1)}{'`-- ' if depth else ''}{name}" for depth, name in enumerate(programs))
    return sectioned("guillemets", (case.label("title"), parts.columns(case.rows(FACTS + THROWN, near=2), mark)), (stack_named(case), stack),
                     (case.label("fields"), parts.columns(case.values(), mark)), (case.label("trace"), case.trace("   at ")))


@SET.document
def weir_grammar_csv(sheet):
    """Rows for a spreadsheet: the kind of row, a name, a value."""
    case = Case(sheet, "isv", clocks=("iso", "T"))
    rows = [("FACT", label, value) for label, value in case.rows(FACTS + THROWN, near=3)]
    rows += [("PROGRAM", str(level), name) for level, name in enumerate(case.programs(), 1)] + [("FIELD", name, value) for name, value in case.values()]
    rows += [("FRAME", str(at), f"{name}.{method}({file}:{line})") for at, (name, method, file, line) in enumerate(case.frames())]
    out = io.StringIO()
    csv.writer(out, delimiter=case.any_of(",", ";"), quoting=case.any_of(csv.QUOTE_ALL, csv.QUOTE_MINIMAL), lineterminator="\n").writerows([("Type", "Name", "Value"), *rows])
    return out.getvalue()


@SET.document
def weir_grammar_chapters(sheet):
    """Numbered chapters whose facts are numbered as well."""
    case = Case(sheet, "isv", clocks=("iso", "words"))
    mark = case.any_of(": ", " = ", " - ")
    chapters = [("What failed", case.rows("program panel where at exception exception_message")),
        ("Who and where", case.rows("user job company division environment version", near=2))]
    lines = lambda number, rows: "\n".join(f"   {number}.{at} {label}{mark}{value}".rstrip() for at, (label, value) in enumerate(rows, 1))
    text = [f"{number}. {name}\n{lines(number, rows)}" for number, (name, rows) in enumerate(chapters, 1)]
    return blocks(case.label("title"), *text, f"3. {stack_named(case)}\n{parts.indent(parts.indented(case.programs(), '. '))}",
                  f"4. {case.label('fields')}\n{parts.indent(parts.quoted(case.values()))}", f"5. {case.label('trace')}\n{case.trace()}")


@SET.document
def weir_grammar_one_line(sheet):
    """A line for each kind of fact, its facts with commas, bars or semicolons between."""
    case = Case(sheet, "isv", clocks=("iso", "milli"))
    mark, between = case.any_of((": ", " | "), ("=", "; "), (" = ", ", "), ("=", " | "))
    line = lambda name, fields, near=0: f"{name:<8} " + between.join(f"{label}{mark}{value}" for label, value in case.rows(fields, near=near, blank=0.1) if value)
    head = "\n".join([line("[FAIL]", "program panel where at"), line("[USER]", "user job company division", 1), line("[SYSTEM]", "environment version", 1)])
    fields = between.join(f"{name}={value}" for name, value in case.values(",;|"))
    return blocks(f"#### {case.label('title')} ####", head, f"[STACK]  {' -> '.join(case.programs())}", f"[FIELDS] {fields}", f"[TRACE]\n{case.trace()}")


@SET.document
def weir_grammar_wrapped(sheet):
    """Names right-aligned, values that are too long go on below themselves."""
    case = Case(sheet, "isv", clocks=("iso", "offset"))
    rows = case.rows(FACTS + THROWN, near=2)
    wide = max(len(label) for label, _ in rows)
    head = "\n".join(f"{label:>{wide}} : {wrapped(value, 30, ' ' * (wide + 3))}".rstrip() for label, value in rows)
    return sectioned(case.any_of("underscores", "equals", "slashes"), (case.label("title"), head), (stack_named(case), parts.called_by(case.programs(), "^ called by", "")),
                     (case.label("fields"), parts.columns(case.values(), " : ", right=True)), (case.label("trace"), case.trace()))


@SET.document
def weir_grammar_torn(sheet):
    """Written in a hurry: the trace ends in the middle of a line."""
    case = Case(sheet, "isv", clocks=("iso", "T"))
    write = case.any_of(parts.colon, parts.leaders, parts.columns, parts.bars) if case.likely(0.8) else parts.equals
    named = [(case.label("title"), write(case.rows(FACTS, near=2, blank=0))), (stack_named(case), " > ".join(case.programs())),
        (case.label("fields"), parts.quoted(case.values(), ": ", "'"))]
    return case.cut(sectioned(case.any_of("stars", "dashes", "brackets"), *named, (case.label("trace"), case.trace(cause=0, suppressed=0))))


@SET.document
def weir_grammar_trace_first(sheet):
    """The trace comes first, as a logger or the thread's handler writes it, then what the session was."""
    case = Case(sheet, "isv", clocks=("comma", "iso"))
    thread = f'Exception in thread "m3-worker-{case.chance.randint(1, 60)}" ' if case.likely(0.4) else ""
    trace = thread + case.trace(shape=with_module if thread else with_jar, suppressed=0)
    write = case.any_of(parts.colon, parts.close_dots, lambda rows: parts.equals(rows, " = "))
    named = [("Session at abend", write(case.rows(FACTS, near=2))), (case.label("fields"), parts.bars(case.values("|"), True, ("Field", "Value"))),
             (stack_named(case), parts.numbered(case.programs(), "{}: {}"))]
    return blocks(f"{case.label('title')}\n\n{trace}", sectioned(case.any_of("angle", "equals", "colon"), *case.chance.sample(named, 3)))


@SET.document
def weir_grammar_any(sheet):
    """Whatever the grammar gives: any separator with any heading, stack and notation of fields, the sections in any order."""
    case = Case(sheet, "isv", clocks=("iso", "dots", "milli", "slashes", "short"))
    write = case.any_of(parts.colon, parts.equals, parts.leaders, parts.close_dots, lambda rows: parts.columns(rows, " : "), parts.bars, lambda rows: parts.columns(rows, " = "))
    stack = case.any_of(parts.indented, parts.numbered, parts.called_by, " -> ".join, lambda some: parts.bars(parts.levels(some), True, ("No", "Program", "Called from")))
    fields = case.any_of(parts.quoted, parts.columns, parts.equals, lambda some: parts.bars(some, False, ("Field", "Value")), lambda some: parts.quoted(some, ": ", "'"))
    named = [("Context", write(case.rows(FACTS + case.any_of("", THROWN), near=3))), (stack_named(case), stack(case.programs())), (case.label("fields"), fields(case.values("|"))),
             (case.label("trace"), case.trace(case.any_of("\tat ", "    at ", "at ")))]
    return case.label("title") + "\n\n" + sectioned(case.any_of(*sorted(set(parts.HEADINGS) - {"colon", "slashes"})), *case.chance.sample(named, 4))
