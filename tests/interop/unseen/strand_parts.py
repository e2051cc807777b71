"""How the authors of the strand write facts, sections, program stacks, fields and traces."""

from xml.sax.saxutils import escape, quoteattr


# Facts: labels and values.
def lines(form, width=0):
    """Each pair on a line of its own, labels in a column where it has a width."""
    def write(pairs):
        wide = max(len(label) for label, _ in pairs) if width else 0
        return "\n".join(form.format(f"{label:<{wide}}", value).rstrip() for label, value in pairs)
    return write


def leaders(dot=" .", width=34, mark=": "):
    """Labels that dots lead to the colon."""
    def write(pairs):
        return "\n".join((label + (" " if len(dot) == 1 else "") + dot * width)[:width].ljust(width) + f"{mark}{value}".rstrip() for label, value in pairs)
    return write


def right(mark=" : "):
    """Labels that end where the values begin."""
    return lambda pairs: "\n".join(f"{label:>{max(len(name) for name, _ in pairs)}}{mark}{value}".rstrip() for label, value in pairs)


def bars(pairs):
    """A table between bars."""
    wide = [max(len(one[place]) for one in pairs) for place in (0, 1)]
    return "\n".join(f"| {label:<{wide[0]}} | {value:<{wide[1]}} |" for label, value in pairs)


def boxed(pairs):
    """A table in a frame of characters."""
    rule = "+" + "+".join("-" * (max(len(one[place]) for one in pairs) + 2) for place in (0, 1)) + "+"
    return f"{rule}\n{bars(pairs)}\n{rule}"


def drawn(pairs):
    """A table in a drawn frame."""
    wide = [max(len(one[place]) for one in pairs) + 2 for place in (0, 1)]
    rule = lambda first, middle, last: f"{first}{'─' * wide[0]}{middle}{'─' * wide[1]}{last}"
    return "\n".join([rule("┌", "┬", "┐"), *(f"│{f' {label}':<{wide[0]}}│{f' {value}':<{wide[1]}}│" for label, value in pairs), rule("└", "┴", "┘")])


def twins(mark=": "):
    """Two pairs on each line."""
    def write(pairs):
        cells = [f"{label}{mark}{value}" for label, value in pairs]
        wide = max(map(len, cells)) + 4
        return "\n".join("".join(f"{cell:<{wide}}" for cell in cells[at:at + 2]).rstrip() for at in range(0, len(cells), 2))
    return write


def semicolons(pairs):
    return "; ".join(f"{label}={value}" for label, value in pairs) + ";"


def below(pairs):
    """Each value on the line below its label."""
    return "\n".join(f"{label}\n    {value or '-'}" for label, value in pairs)


def dotted(pairs):
    """Keys as in a file of settings."""
    return "\n".join(f"dump.{'.'.join(word(label).lower().split('_'))}={value}" for label, value in pairs)


def word(label):
    return "_".join("".join(letter if letter.isalnum() else " " for letter in label).split())


def camel(label):
    return "".join(part[0].upper() + part[1:].lower() for part in word(label).split("_"))


def shouted(pairs):
    return "\n".join(f"{word(label).upper()}={value}" for label, value in pairs)


def heads(pairs):
    """Labels in one line and values in columns below, as many in a row as fit."""
    found = []
    for at in range(0, len(pairs), 4):
        some = [(label, value or "-") for label, value in pairs[at:at + 4]]
        wide = [max(map(len, pair)) + 2 for pair in some]
        found.append("\n".join("".join(text(place).ljust(size) for place, size in enumerate(wide)).rstrip()
                               for text in (lambda place: some[place][0], lambda place: "-" * (wide[place] - 2), lambda place: some[place][1])))
    return "\n\n".join(found)


def elements(pairs, indent="    "):
    return "\n".join(f"{indent}<{camel(label)}>{escape(value)}</{camel(label)}>" if value else f"{indent}<{camel(label)}/>" for label, value in pairs)


def attributes(pairs):
    return " ".join(f"{camel(label)[0].lower()}{camel(label)[1:]}={quoteattr(value)}" for label, value in pairs)


# Sections under any kind of rule or heading.
def headed(form):
    """A heading for which `{0}` is the title, `{1}` its underline and `{2}` a rule that ends at column 72."""
    return lambda title, text: form.format(title, "=" * len(title), "-" * max(4, 70 - len(title))) + f"\n{text}"


EQUALS, DASHES, STARS, HASHES, BRACKETS = map(headed, ("=== {0} ===", "--- {0} {2}", "*** {0} ***", "## {0}", "[{0}]"))
UNDERLINED, COLON, ANGLES, QUOTED, RULES = map(headed, ("{0}\n{1}", "{0}:", "<<< {0} >>>", "> {0}", "{1}\n{0}\n{1}"))
FRAMED, DRAWN, COMMENT, COLONS, TILDES = map(headed, ("+--{1}--+\n|  {0}  |\n+--{1}--+", "── {0} ──────────────", "/* {0} */", ":: {0} ::", "~~~~ {0} ~~~~"))


def between(title, text):
    """A section with its begin and end."""
    return f"-----BEGIN {title.upper()}-----\n{text}\n-----END {title.upper()}-----"


def lined(title, text):
    """A section between rules."""
    return f"{title.upper()}\n{'-' * 60}\n{text}\n{'-' * 60}"


# Stacks of programs, the first caller first.
def indented(programs):
    return "\n".join("  " * level + name for level, name in enumerate(programs))


def arrows(mark=" -> "):
    return mark.join


def levels(programs):
    return "\n".join(f"{level}  {name}" for level, name in enumerate(programs, 1))


def leveled(programs):
    """A table with the levels of the calls."""
    return "Level  Program   Called by\n-----  --------  ---------\n" + "\n".join(
        f"{level:>5}  {name:<8}  {programs[level - 2] if level > 1 else '-'}".rstrip() for level, name in enumerate(programs, 1))


def tree(corner="└─ "):
    return lambda programs: "\n".join("   " * (level - 1) + corner + name if level else name for level, name in enumerate(programs))


def called_by(mark="called by "):
    """The innermost first, each with who called it."""
    return lambda programs: "\n".join(f"{'  ' * place}{mark if place else ''}{name}" for place, name in enumerate(programs[::-1]))


def hashes(programs):
    """The innermost first, as debuggers count."""
    return "\n".join(f"#{place}  {name}" for place, name in enumerate(programs[::-1]))


def chevrons(programs):
    return "\n".join(f"{'>' * level} {name}" for level, name in enumerate(programs, 1))


def barred(programs):
    return "\n".join(["| Level | Program |", "|-------|---------|", *(f"| {level:<5} | {name:<7} |" for level, name in enumerate(programs, 1))])


def calls(programs):
    return "\n".join(f"{caller} calls {name}" for caller, name in zip(programs, programs[1:]))


def points(programs):
    return "\n".join(". " * level + name for level, name in enumerate(programs))


# Fields and records.
def quoted(mark=" = ", indent=""):
    def write(case):
        rows = case.values()
        wide = max(len(name) for name, _ in rows)
        return "\n".join(f'{indent}{name:<{wide}}{mark}"{value}"' for name, value in rows)
    return write


def plain(mark=": ", indent="  "):
    return lambda case: "\n".join(f"{indent}{name}{mark}{value}" for name, value in case.values())


def ebcdic(value):
    return value.encode("cp037").hex().upper()


def hexed(case):
    """Each field with its bytes and, beside them, its text."""
    return "\n".join(f"{name:<8} X'{ebcdic(value)}'  \"{value}\"" for name, value in case.values(ebcdic, lambda value: f"X'{ebcdic(value)}'"))


def table(case):
    """A table of fields with their types and lengths."""
    rows = case.values()
    body = "\n".join(f"{name:<8}  {'PACKED' if number(value) else 'CHAR':<6}  {len(value):>3}  {value}" for name, value in rows)
    return f"Field     Type    Len  Value\n--------  ------  ---  ----------------\n{body}"


def bar_table(case):
    rows = [("Field", "Value"), *case.values()]
    wide = max(len(value) for _, value in rows)
    body = [f"| {name:<8} | {value:<{wide}} |" for name, value in rows]
    return "\n".join([body[0], f"|{'-' * 10}|{'-' * (wide + 2)}|", *body[1:]])


def number(value):
    return "." in value and value.lstrip("-").replace(".", "").isdigit()


def pack(value):
    digits = value.lstrip("-").replace(".", "")
    return f"{digits:0>9}{'D' if value.startswith('-') else 'F'}"


def packed(case):
    """Numbers as packed decimals with what they say, texts in quotes."""
    said = lambda value: f"P'{pack(value)}'" if number(value) else value
    rows = case.values(said, lambda value: pack(value) if number(value) else value)
    return "\n".join(f"{name:<8}{said(value)}  = {value}" if number(value) else f"{name:<8}'{value}'" for name, value in rows)


def records(case):
    """The fields of two records, each under its name."""
    rows = case.values()
    return "\n".join([f"Record {case.truth.object}", *(f'   {name} = "{value}"' for name, value in rows[:2]), "Record *DSPF", *(f'   {name} = "{value}"' for name,
        value in rows[2:])])


def listed(mark="; "):
    return lambda case: mark.join(f"{name}={value}" for name, value in case.values())


def typed(case):
    """Fields as a debugger declares them."""
    return "\n".join(f"{'decimal' if number(value) else 'char(%d)' % len(value)} {name} = {value if number(value) else chr(34) + value + chr(34)}" for name,
        value in case.values())


def buffer(case):
    """Bytes of a record with offsets and their text, in which no field is named."""
    text = "".join(value.ljust(16)[:16] for _, value in case.truth.fields)[:48].encode()
    return "\n".join(f"{at:06X}  {' '.join(f'{byte:02X}' for byte in text[at:at + 16])}  |{text[at:at + 16].decode()}|" for at in range(0, len(text), 16))


# Traces of Java.
def shape(frame, before=""):
    name, method, file, line = frame
    return f"{before}{name}.{method}({file}:{line})"


def java(indent="\tat "):
    return lambda case: "\n".join([case.thrown(), *(f"{indent}{shape(one)}" for one in case.frames())])


def caused(case):
    """With a cause, whose last frames are counted."""
    outer, frames, head, deep, more = case.deeper()
    return "\n".join([outer, *(f"\tat {shape(one)}" for one in frames), f"Caused by: {head}", *(f"\tat {shape(one)}" for one in deep), f"\t... {more} more"])


def suppressed(case):
    """With an exception that was suppressed when something was closed."""
    frames = case.frames()
    aside = [("mvx.db.common.GenericDB", "close", "GenericDB.java", case.chance.randint(100, 999))]
    case.truth.causes = [(("java.io.IOException", "Stream closed"), aside)]
    return "\n".join([case.thrown(), *(f"\tat {shape(one)}" for one in frames), "\tSuppressed: java.io.IOException: Stream closed", f"\t\tat {shape(aside[0])}",
        f"\t\t... {len(frames)} more"])


def modules(case):
    """As newer Java prints the modules and loaders of the classes."""
    before = lambda one: "java.base/" if one[0].startswith("java.") else "app//"
    return "\n".join([case.thrown(), *(f"\tat {shape(one, before(one))}" for one in case.frames())])


def jars(case):
    """With the archive each class came from."""
    return "\n".join([case.thrown(), *(f"\tat {shape(one)} ~[{'?' if one[0].startswith('java.') else 'm3be.jar'}:?]" for one in case.frames())])


def counted(case):
    """Frames that are numbered."""
    return "\n".join([case.thrown(), *(f"  {place:>2}  {shape(one)}" for place, one in enumerate(case.frames(), 1))])


def framed(case):
    """Frames as a table."""
    return "\n".join([case.thrown(), "", f"{'Class':<36}{'Method':<12}{'Line':>6}", f"{'-' * 34}  {'-' * 10}  {'-' * 6}",
                      *(f"{name:<36}{method:<12}{line:>6}" for name, method, _, line in bare(case))])


def bare(case):
    """Frames without the names of their files."""
    case.frames()
    case.truth.frames = [(name, method, None, line) for name, method, _, line in case.truth.frames]
    return case.truth.frames
