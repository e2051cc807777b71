"""The support desk: what its people and their tools make of a dump before they hand it on."""

from .pier_case import Failure, blocks, column, shape
from .register import Register

SET = Register()
FACTS = ("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where")


@SET.document
def pier_desk_rules(sheet):
    """Headings at the left of a rule or in its middle; sections in any order, noise among them."""
    case = Failure(sheet, clocks=("iso", "words", "year first"))
    sign, middle = case.any_of("-", "=", "_", "*", "~"), case.likely()
    heading = lambda text: f" {text} ".center(72, sign) if middle else f"{text} {sign * (70 - len(text))}"
    mark = case.any_of(": ", " = ", " : ", " -> ")
    parts = [
        ("Session", column(case.rows("user", "company", "division", "job", near=2), mark=mark)),
        ("Program", column(case.rows("full", "where", "at", near=1), mark=mark) + f"\n{case.label('stack')}{mark}{' / '.join(case.programs())}"),
        ("Installation", column(case.rows("environment", "version", near=2), mark=mark)),
        ("Exception", case.trace("    at ")),
        (case.label("fields"), "\n".join(f"{name}{mark}{value}" for name, value in case.values())),
        ("Open files", "OCUSMA   last READ  at 10:02:11\nCSYTAB   last CHAIN at 10:02:10"),
    ]
    case.chance.shuffle(parts)
    return blocks(*(f"{heading(name)}\n{text}" for name, text in parts))


@SET.document
def pier_desk_marks(sheet):
    """Each section between marks of its start and end."""
    case = Failure(sheet, clocks=("milli", "iso"))
    left, right = case.any_of(("<<< BEGIN {} >>>", "<<< END {} >>>"), ("--- start of {} ---", "--- end of {} ---"), ("#BEGIN {}", "#END {}"), ("[{}]", "[/{}]"))
    mark = case.any_of("=", ": ", " = ")
    rows = case.rows(*FACTS, "exception", "exception_message", near=3)
    parts = [("CONTEXT", "\n".join(f"{label}{mark}{value}".rstrip() for label, value in rows)), ("STACK", "\n".join(f"at {shape(one)}" for one in case.frames())),
             ("FIELDS", "\n".join(f"{name}{mark}{value}" for name, value in case.values())), ("PROGRAMS", "\n".join(f"{level} {name}" for level, name in enumerate(case.programs(), 1)))]
    if case.likely():
        case.chance.shuffle(parts)
    return blocks("M3 dump extract, tool version 3.0.2", *(f"{left.format(name)}\n{text}\n{right.format(name)}" for name, text in parts))


@SET.document
def pier_desk_short(sheet):
    """One line or two of short names, then the trace."""
    case = Failure(sheet, clocks=("zulu", "iso"), jobs=("number", "uuid"), lack=0.05)
    names = {"pgm": "program", "pnl": "panel", "usr": "user", "job": "job", "cono": "company", "divi": "division", "env": "environment", "m3ver": "version", "op": "where"}
    time = case.tell("at")
    mark, between = case.any_of(("=", " "), (":", "  "), ("=", ", "), ("=", " | "))
    blank = between.strip() == ""
    text = lambda value: f'"{value}"' if blank and " " in value else value
    pairs = [f"{name}{mark}{text(case.tell(field))}" for name, field in names.items() if case.has(field)]
    pairs.insert(case.chance.randint(2, len(pairs)), f"javaver{mark}{case.filled('{java}')}")
    pairs.insert(case.chance.randint(2, len(pairs)), f"prevpgm{mark}{case.filled('{program}')}")
    half = case.any_of(len(pairs), len(pairs) // 2)
    head = f"ABEND {time}".rstrip()
    facts = [between.join(pairs[:half]), between.join(pairs[half:])]
    values = between.join(f"{name}{mark}{text(value)}" for name, value in case.values(lambda value: f'"{value}"') if not (between.strip() and between.strip() in value))
    case.truth.right["fields"] = {name: right for name, right in case.truth.right["fields"].items() if not (between.strip() and between.strip() in right[0])}
    return blocks(f"{head}\n" + "\n".join(filter(None, facts)), case.trace(), f"fields: {values}")


@SET.document
def pier_desk_torn(sheet):
    """A plain sheet that ends within the trace, as the disk was full; what has been written is whole but for the last line."""
    case = Failure(sheet, clocks=("iso", "comma"))
    rows = column(case.rows(*FACTS, near=3), mark=case.any_of(": ", " : ", "="))
    values = "\n".join(f"{name:<10}= '{value}'" for name, value in case.values())
    head, found = case.thrown(), case.frames()
    least = next(place for place, one in enumerate(found) if one[0].startswith("mvx.app.pgm.")) + 1
    kept = case.chance.randint(least, len(found) - 1)
    case.truth.frames = found[:kept]
    lines = [f"\tat {shape(one)}" for one in found[:kept]]
    return f"{case.label('title')}\n\n{rows}\n\n{case.label('fields')}\n{values}\n\n{case.label('trace')}\n{head}\n" + "\n".join(lines) + f"\n\tat {shape(found[kept])[: case.chance.randint(0, 9)]}"


@SET.document
def pier_desk_frame(sheet):
    """A frame around everything, sections between rules that join it."""
    case = Failure(sheet, clocks=("iso", "slashes", "month"))
    rows = column(case.rows(*FACTS, near=2), mark=case.any_of(" : ", ": ")).split("\n")
    trace = [case.thrown(), *(f"   at {shape(one)}" for one in case.frames())]
    stack = [" > ".join(case.programs())]
    values = [f"{name} = {value}" for name, value in case.values()]
    parts = [rows, [f"{case.label('trace')}:", *trace], [f"{case.label('stack')}:", *stack], [f"{case.label('fields')}:", *values]]
    wide = max(len(line) for part in parts for line in part)
    side, rule = case.any_of(("|", "+" + "-" * (wide + 2) + "+"), ("*", "*" * (wide + 4)), ("#", "#" * (wide + 4)))
    inside = f"\n{rule}\n".join("\n".join(f"{side} {line:<{wide}} {side}" for line in part) for part in parts)
    return f"{rule}\n{inside}\n{rule}\n"


@SET.document
def pier_desk_history(sheet):
    """What the job did, a line for each step with its time, of which the failure is the last; then facts and trace."""
    case = Failure(sheet, clocks=("iso",), jobs=("number",), lack=0.05)
    case.lacks.discard("at")
    truth, at = case.truth, case.truth.at
    earlier = f"{at:%Y-%m-%d} 00:00:0{case.chance.randrange(1, 9)}" if at.hour else None
    time = case.tell("at")
    steps = [f"{earlier or f'{at:%Y-%m-%d} 00:00:00'}  job started by {case.filled('{other}')}", f"{earlier or f'{at:%Y-%m-%d} 00:00:00'}  program {case.filled('{program}')} ended normally",
             f"{time}  abnormal termination of {case.tell('program')}"]
    rows = case.rows("panel", "user", "job", "company", "division", "environment", "version", "where", near=1)
    values = "\n".join(f"{name}: {value}" for name, value in case.values())
    parts = ["HISTORY\n" + "\n".join(steps), f"FACTS\n{column(rows, mark=': ')}", f"STACK TRACE\n{case.trace(cause=0)}", f"FIELDS\n{values}"]
    if truth.at.hour == 0:
        case.open.add("at")
    return blocks(*parts)
