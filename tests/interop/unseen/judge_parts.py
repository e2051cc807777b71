"""Sections of the dumps of the set `judge`: traces, stacks of programs, fields, and what isn't about the failure."""

from . import judge_words as said
from . import parts
from . import truth as truths

JARS = [" ~[m3be.jar:?]", " [bootstrap.jar:na]", " ~[?:1.8.0_371]"]
FRAMES = {
    "tab": lambda at, frame: f"\tat {frame[0]}.{frame[1]}({parts.place(frame)})",
    "blanks": lambda at, frame: f"    at {frame[0]}.{frame[1]}({parts.place(frame)})",
    "jars": lambda at, frame: f"\tat {frame[0]}.{frame[1]}({parts.place(frame)}){JARS[at % 3]}",
    "modules": lambda at, frame: f"\tat {'java.base/' if frame[0].startswith('java.') else ''}{frame[0]}.{frame[1]}({parts.place(frame)})",
    "bare": lambda at, frame: f"   {frame[0]}.{frame[1]}({parts.place(frame)})",
    "numbered": lambda at, frame: f"  [{at:>2}] {frame[0]}.{frame[1]}({parts.place(frame)})",
}
STACKS = {
    "arrows": lambda stack: ("", " -> ".join(stack)),
    "chain": lambda stack: (", outermost first", " > ".join(stack)),
    "levels": lambda stack: ("", "\n".join(f"Level {at}: {name}" for at, name in enumerate(stack, 1))),
    "numbers": lambda stack: (" (1 = first called)", "\n".join(f"{at:>2}. {name}" for at, name in enumerate(stack, 1))),
    "nested": lambda stack: ("", "\n".join("   " * at + name for at, name in enumerate(stack))),
    "tree": lambda stack: ("", "\n".join("    " * (at - 1) + "+-- " * bool(at) + name for at, name in enumerate(stack))),
    "called by": lambda stack: ("", "\n".join([stack[-1], *(f"  called by {name}" for name in stack[-2::-1])])),
    "newest": lambda stack: (" (current program first)", "\n".join(stack[::-1])),
    "oldest": lambda stack: (" (first called program first)", "\n".join(f"- {name}" for name in stack)),
    "columns": lambda stack: ("", "Lvl  Program    Type\n---  ---------  ----\n" + "\n".join(f"{at:>3}  {name:<9}  PGM" for at, name in enumerate(stack, 1))),
}
FORMS = {
    "quoted": '{0} = "{1}"', "tight": '{0}="{1}"', "apostrophes": "{0:<10}= '{1}'", "equals": "{0:<8} = {1}", "colons": "{0}: {1}", "square": "{0:<10}[{1}]",
    "dots": "{0:.<16}: {1}", "kinds": "{0:<10} {2}({3})    '{1}'", "bars": "{0:<8}|{1}", "described": "{0:<8} {2}{3:<4} : \"{1}\"",
}


def joined(*sections, between="\n\n"):
    return between.join(sections) + "\n"


def aligned(pairs, mark=" : ", indent=""):
    width = max(len(label) for label, _ in pairs) if pairs else 0
    return "\n".join(f"{indent}{label:<{width}}{mark}{value}".rstrip() for label, value in pairs)


def dotted(label, width, spaced=True):
    """A name led to its colon by dots."""
    if not spaced:
        return f"{label} ".ljust(width, ".")
    dots = " ." * width
    return label + dots[:width - len(label)] if len(label) % 2 == width % 2 else f"{label} {dots[:width - len(label) - 1]}"


def grid(rows, head=None):
    """A table of + - |."""
    rows = [tuple(map(str, row)) for row in ([head] if head else []) + list(rows)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = ["| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)) + " |" for row in rows]
    return "\n".join([rule, *(lines[:1] + [rule] if head else []), *lines[bool(head):], rule])


def columns(rows, head, gap="  "):
    """A table of columns below their names."""
    rows = [head, *rows]
    widths = [max(len(str(row[at])) for row in rows) for at in range(len(head))]
    lines = [gap.join(f"{cell!s:<{width}}" for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], gap.join("-" * width for width in widths), *lines[1:]])


def trace(case, style=None):
    style = style or case.pick("tab", "tab", "blanks", "jars", "modules")
    lines = [case.thrown(), *(FRAMES[style](at, frame) for at, frame in enumerate(case.truth.frames))]
    for cause, frames in case.truth.causes if style in ("tab", "blanks", "jars", "modules") else []:
        lines += [f"Caused by: {parts.head(*cause)}", *(FRAMES[style](at, frame) for at, frame in enumerate(frames))]
        lines.append(f"{'    ' if style == 'blanks' else chr(9)}... {len(case.truth.frames) - len(frames)} more")
    return "\n".join(lines)


def trace_table(case, table, *head):
    """The frames as rows, below what was thrown."""
    rows = [(name, method, file or "-", line or "-") for name, method, file, line in case.truth.frames]
    return f"{case.thrown()}\n{table(rows, head or ('Class', 'Method', 'File', 'Line'))}"


def fields(case, style):
    form = FORMS.get(style, style)
    return "\n".join(form.format(name, value, *said.FIELDS.get(name, ("A", len(value) or 1))).rstrip() for name, value in case.fields())


def hexed(value, packed):
    """As IBM i stores it: letters in EBCDIC, numbers packed with the sign last."""
    if not packed:
        return value.encode("cp037").hex().upper()
    digits = value.lstrip("-").replace(".", "")
    return ("" if len(digits) % 2 else "0") + digits + ("D" if value.startswith("-") else "F")


def hex_fields(case, line):
    """Each field with what is stored: `line` gets name, kind, length, bytes and value."""
    shown = {name: hexed(value, said.FIELDS.get(name, "A")[0] == "P") for name, value in case.truth.fields}
    pairs = case.fields(lambda name, value: (shown[name], f"X'{shown[name]}'", f"x'{shown[name]}'", f"0x{shown[name]}"))
    return "\n".join(line(name, *said.FIELDS.get(name, ("A", len(value) or 1)), shown[name], value).rstrip() for name, value in pairs)


def earlier(case):
    """The trace of an exception that has nothing to do with this one."""
    truth = truths.made(case.chance)
    return "\n".join(["java.util.NoSuchElementException: no more rows", *(FRAMES["tab"](0, frame) for frame in truth.frames)])


def noise(case):
    """A section that says nothing of the failure: its name, and pairs or text. Beside the trace there may be one of before."""
    other, program, day = case.other("user"), case.other("program"), case.date()
    before = [("Earlier exception in this job (handled)", earlier(case))] if "java_stack" in case.truth.stated else []
    return case.pick(
        *before, ("JVM properties", [("java.version", "1.8.0_371"), ("java.vendor", "IBM Corporation"), ("user.name", "svc_m3be"), ("os.name", "OS/400"),
                            ("user.dir", "/m3/be"), ("file.encoding", "UTF-8")]),
        ("JVM memory", [("Heap used", "1411 MB"), ("Heap max", "4096 MB"), ("Threads", "214"), ("Uptime", "3 days 02:11:40")]),
        ("Other active jobs", columns([("118201", other, program, day), ("118207", "QBATCH2", "APS450", case.date())], ("Job", "User", "Program", "Started"))),
        ("Record in buffer: OOHEAD", [("OACONO", "940"), ("OADIVI", "XXX"), ("OAORNO", "0009000417"), ("OACHID", other), ("OARGDT", "20170315")]),
        ("Last record read from CMNDIV", [("CCCONO", "777"), ("CCDIVI", "YYY"), ("CCCONM", "Sample Trading Ltd"), ("CCLMDT", "20180102")]),
        ("Programs ended before the failure", f"{program} ended 08:15:20\nAPS450 ended 08:15:31"),
        ("Other installed components", [("Infor Grid", "1.11.47"), ("MEC", "11.4.3.0"), ("Foundation", "10.4.1")]),
        ("Environment variables", [("USERNAME", "svc_m3be"), ("COMPUTERNAME", "M3APP07"), ("JAVA_HOME", "D:\\Java\\jre8"), ("TEMP", "D:\\Temp")]),
        ("Record locks held", columns([("CSYNBR", "1", "released"), ("OOHEAD", "2", "held")], ("File", "Locks", "State"))),
        ("Recent sign-ons", f"{day}  {other}  company 940\n{case.date()}  QBATCH2  company 777"))


def sections(case, listed, stack, fielded, traced=trace, quiet=False, sure=False):
    """What follows the facts, as (name, text): each mostly there, in an order of the case's own. Fields that are `sure` always are."""
    found = []
    if case.framed or case.odds(0.93):
        found.append((case.word("trace"), traced(case)))
    if case.odds(0.85):
        note, text = STACKS[stack](case.called()) if isinstance(stack, str) else stack(case.called())
        found.append((case.word("stack") + note, text))
    if sure or case.odds(0.85):
        found.append((case.word("fields"), fields(case, fielded) if isinstance(fielded, str) else fielded(case)))
    if not quiet:
        told = {}
        for _ in range(case.pick(0, 0, 1, 1, 2)):
            name, content = noise(case)
            told[name] = content if isinstance(content, str) else listed(content)
        found += told.items()
    case.chance.shuffle(found)
    return found
