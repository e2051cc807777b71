"""The parts of a dump below its keys: traces, stacks of programs, fields, headings, and sections of noise."""

from . import truth as truths
from . import words

JAR = ["m3be-15.1.jar:?", "?:1.8.0_251", "app.jar:15.1.2"]


def place(frame, unknown="Unknown Source"):
    _, _, file, line = frame
    if file is None:
        return "Native Method"
    return f"{file}:{line}" if line else unknown


def head(exception, message):
    return f"{exception}: {message}" if message else exception


def trace(chance, truth, style=None):
    """A trace as Java's printStackTrace writes it, or as something that reads one writes it again."""
    style = style or chance.choice(["tab", "tab", "tab", "spaces", "modules", "jars", "bare", "numbered", "compiled", "arrow"])
    form = {
        "tab": lambda at, frame: f"\tat {frame[0]}.{frame[1]}({place(frame)})",
        "spaces": lambda at, frame: f"    at {frame[0]}.{frame[1]}({place(frame)})",
        "modules": lambda at, frame: f"\tat {'java.base/' if frame[0].startswith('java.') else ''}{frame[0]}.{frame[1]}({place(frame)})",
        "jars": lambda at, frame: f"\tat {frame[0]}.{frame[1]}({place(frame)}) ~[{JAR[at % 3]}]",
        "bare": lambda at, frame: f"  {frame[0]}.{frame[1]}({place(frame)})",
        "numbered": lambda at, frame: f"  #{at:<3} {frame[0]}.{frame[1]}({place(frame)})",
        "compiled": lambda at, frame: f"\tat {frame[0]}.{frame[1]}({place(frame)}{'(Compiled Code)' if frame[2] else ''})",
        "arrow": lambda at, frame: f"  -> {frame[0]}.{frame[1]}({place(frame)})",
    }[style]
    lines = [head(truth.exception, truth.exception_message)] + [form(at, frame) for at, frame in enumerate(truth.frames)]
    if style in ("tab", "spaces", "modules", "jars"):
        for (exception, message), frames in truth.causes:
            lines.append(f"Caused by: {head(exception, message)}")
            lines += [form(at, frame) for at, frame in enumerate(frames)] + ["\t... 7 more"]
    return "\n".join(lines)


def frames_table(chance, truth):
    """Frames as rows, below the exception."""
    rows = [("Class", "Method", "File", "Line")] + [(name, method, file or "-", str(line or "-")) for name, method, file, line in truth.frames]
    bar = chance.choice([" | ", "\t", "  "])
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    lines = [bar.join(cell if bar == "\t" else cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    if bar != "\t":
        lines.insert(1, bar.replace(" ", "-").replace("|", "+").join("-" * width for width in widths))
    return head(truth.exception, truth.exception_message) + "\n" + "\n".join(lines)


def say_thrown(truth):
    """A dump with a trace states the exception, and its message where it has one."""
    truth.say("java_stack", True)
    truth.say("exception", truth.exception)
    if truth.exception_message:
        truth.say("exception_message", truth.exception_message)


def java(chance, truth, added=None):
    say_thrown(truth)
    if added and chance.random() < 0.3:
        form = chance.choice(list(added.TRACES.values()))
        return "\n".join([head(truth.exception, truth.exception_message)] + [form(at, frame) for at, frame in enumerate(truth.frames)])
    return frames_table(chance, truth) if chance.random() < 0.12 else trace(chance, truth)


def programs(chance, truth):
    """The stack of M3 programs, outermost first unless the lines themselves say who called whom."""
    stack = truth.call_stack
    truth.say("call_stack", stack)
    return chance.choice([
        lambda: "->".join(stack), lambda: " > ".join(stack), lambda: " / ".join(stack), lambda: ", ".join(stack),
        lambda: "\n".join(stack), lambda: "\n".join("  " * depth + name for depth, name in enumerate(stack)),
        lambda: "\n".join(f"{at:>3}  {name}" for at, name in enumerate(stack, 1)),
        lambda: "\n".join(f"{at}. {name}" for at, name in enumerate(stack, 1)),
        lambda: "\n".join(("" if not at else "   " * at + "└─ ") + name for at, name in enumerate(stack)),
        lambda: "\n".join("  " * at + "-> " * bool(at) + name for at, name in enumerate(stack)),
        lambda: "Level  Program\n-----  -------\n" + "\n".join(f"{at:<7}{name}" for at, name in enumerate(stack, 1)),
        lambda: "\n".join(f"[{at}] {name}" for at, name in enumerate(stack)),
        lambda: "\n".join([f"{stack[-1]}"] + [f"called by {name}" for name in reversed(stack[:-1])]),
        lambda: "\n".join(f"* {name}" for name in stack),
    ])()


def number(value):
    return value.lstrip("-").replace(".", "").isdigit()


def fields(chance, truth, added=None):
    """What the program's variables hold. In each way of writing, all that a reader can know is name and value."""
    pairs = truth.fields
    if added and chance.random() < 0.3:
        form = chance.choice(list(added.FIELDS.values()))
        truth.say_fields({name: [value, value or None] for name, value in pairs})
        return "\n".join(form(name, value) for name, value in pairs)
    width = max(len(name) for name, _ in pairs) + 2
    style = chance.choice(["quotes", "apostrophes", "colon", "typed", "record", "pairs", "equals", "brackets", "hex", "dots"])
    right = {}
    lines = []
    for name, value in pairs:
        if style == "hex" and value:
            shown = "X'" + value.encode("cp037", "replace").hex().upper() + "'"
            lines.append(f"{name:<{width}}= {shown}")
            right[name] = [shown, value]
        elif style == "typed":
            kind = "DEC" if number(value) else "CHAR"
            lines.append(f"{name:<10}{kind:<6}{len(value) or 1:>4}  '{value}'")
            right[name] = [value]
        else:
            lines.append({
                "quotes": f'{name} = "{value}"', "apostrophes": f"{name:<{width}} = '{value}'", "colon": f"{name}: {value}",
                "record": f"{name}={value}", "pairs": f"{name}='{value}'", "equals": f"{name:<{width}}= {value}",
                "brackets": f"{name} [{value}]", "hex": f"{name:<{width}}= ''", "dots": f"{name:.<14}: {value}",
            }[style])
            right[name] = [value, value or None]
    truth.say_fields(right)
    if style == "typed":
        lines.insert(0, "Name      Type   Len  Value")
    if style == "pairs":
        return "\n".join("  ".join(lines[at:at + 3]) for at in range(0, len(lines), 3))
    return "\n".join(lines)


HEADINGS = {
    "under": lambda text: f"{text}\n{'-' * len(text)}", "double": lambda text: f"{text}\n{'=' * 40}", "stars": lambda text: f"*** {text} ***",
    "square": lambda text: f"[{text}]", "wiki": lambda text: f"== {text} ==", "colon": lambda text: f"{text}:",
    "hash": lambda text: f"## {text}", "dashes": lambda text: f"---- {text} {'-' * (50 - len(text))}", "angle": lambda text: f"<<< {text} >>>",
    "heavy": lambda text: f"═══ {text} ═══", "between": lambda text: f"{'=' * 60}\n{text}\n{'=' * 60}", "loud": lambda text: text.upper(),
    "box": lambda text: f"+{'-' * (len(text) + 2)}+\n| {text} |\n+{'-' * (len(text) + 2)}+", "dots": lambda text: f":: {text} ::",
    "stars between": lambda text: f"{'*' * 50}\n* {text}\n{'*' * 50}", "page": lambda text: f"{text:<60}Page 1",
}


def headings(added):
    """How the headings of sections look, in dumps of a set that adds its own as well."""
    return {**HEADINGS, **added.HEADINGS} if added else HEADINGS


def date(chance):
    return f"20{chance.randint(12, 22)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d} {chance.randint(0, 23):02d}:{chance.randint(10, 59)}:11"


def decoy_value(chance, value, truth):
    if value == "user":
        return chance.choice(words.OTHERS)
    if value == "program":
        return chance.choice([name for name in words.PROGRAMS if name not in truth.call_stack])
    return date(chance) if value == "date" else value


def noise(chance, truth):
    """Sections that a dump may have and that say nothing of the failure: (heading, text)."""
    other, program = chance.choice(words.OTHERS), chance.choice([name for name in words.PROGRAMS if name not in truth.call_stack])
    earlier = truths.frames(chance, truths.made(chance))
    return chance.choice([
        lambda: ("System information", "Java version: 1.8.0_251\nOperating system: Windows Server 2016\nFree memory: 812 MB of 4096 MB\nUptime: 12 days 04:11:09"),
        lambda: ("Active jobs", f"Job     User       Program    Started\n------  ---------  ---------  -------------------\n004711  {other:<9}  {program:<9}  {date(chance)}\n004712  LHANSEN    GLS200     {date(chance)}"),
        lambda: ("Previous error in this job (handled)", f"java.lang.IllegalStateException: closed\n" + "\n".join(f"\tat {name}.{method}({place((name, method, file, line))})" for name, method, file, line in earlier)),
        lambda: ("Record in buffer OOHEAD", "OACONO=931\nOADIVI=ZZZ\nOAORNO=0001000234\nOACHID=" + other + "\nOARGDT=20190402"),
        lambda: ("Programs called earlier", f"{program} 10:11:12\nAPS100 10:11:15"),
        lambda: ("System properties", "user.name=svcm3\njava.version=1.8.0_251\nos.name=Windows Server 2016\njava.class.version=52.0\nuser.dir=D:\\Infor\\M3"),
        lambda: ("Environment variables", "USERNAME=svcm3\nCOMPUTERNAME=M3SRV01\nPATH=C:\\Windows;C:\\Java\\bin\nJAVA_HOME=C:\\Java"),
        lambda: ("Latest messages", f"{date(chance)} {other} signed on to company 931\n{date(chance)} {program} started by {other}"),
        lambda: ("Program information", f"Last changed by: {other}\nLast changed: {date(chance)}\nTemporary fix: JT-554162 140226 EONG"),
        lambda: ("Open files", "MITMAS    input   1204 reads\nOCUSMA    update     3 reads\nCMNCMP    input      1 reads"),
    ])()
