"""Java traces of the set `attic`: what a virtual machine prints, and what loggers and dumps make of it."""

from . import truth as truths
from .parts import head


def place(frame):
    name, _, file, line = frame
    if file is None:
        return "Unknown Source" if "Proxy" in name or "Lambda" in name else "Native Method"
    return f"{file}:{line}" if line else file


def grown(case):
    """Frames that a compiler or the virtual machine makes, amid the others."""
    chance, truth = case.chance, case.truth
    ours = [at for at, one in enumerate(truth.frames) if one[0].startswith("mvx.app.pgm.")]
    name = truth.frames[ours[0]][0]
    if chance.random() < 0.15:
        truth.frames.insert(ours[0] + 1, (name, f"lambda$check${chance.randrange(9)}", f"{truth.program}.java", chance.randint(20, 6000)))
    if chance.random() < 0.06:
        truth.frames.insert(ours[0] + 1, (f"{name}$$Lambda$42/0x0000000840123c40", "run", None, None))
    if chance.random() < 0.12:
        truth.frames[-1:-1] = [("com.sun.proxy.$Proxy14", "invoke", None, None), ("java.lang.reflect.Method", "invoke", "Method.java", 498)]


def module(frame, mark="java.base/"):
    return mark if frame[0].startswith(("java.", "jdk.", "sun.")) else ""


LINES = {
    "tab": lambda at, one: f"\tat {one[0]}.{one[1]}({place(one)})", "blanks": lambda at, one: f"    at {one[0]}.{one[1]}({place(one)})",
    "two blanks": lambda at, one: f"  at {one[0]}.{one[1]}({place(one)})", "flush": lambda at, one: f"at {one[0]}.{one[1]}({place(one)})",
    "modules": lambda at, one: f"\tat {module(one)}{one[0]}.{one[1]}({place(one)})",
    "versions": lambda at, one: f"\tat {module(one, 'java.base@17.0.8/') or 'app//'}{one[0]}.{one[1]}({place(one)})",
    "jars": lambda at, one: f"\tat {one[0]}.{one[1]}({place(one)}) {'[?:1.8.0_251]' if module(one) else '~[m3be-15.1.2.jar:15.1.2]'}",
    "compiled": lambda at, one: f"\tat {one[0]}.{one[1]}({place(one)}{'(Compiled Code)' if one[3] else ''})",
    "bare": lambda at, one: f"    {one[0]}.{one[1]}({place(one)})", "numbers": lambda at, one: f"  [{at:>2}] {one[0]}.{one[1]}({place(one)})",
    "hashes": lambda at, one: f"#{at}  {one[0]}.{one[1]}({place(one)})", "counted": lambda at, one: f"{at + 1:>3}. {one[0]}.{one[1]}({place(one)})",
    "in line": lambda at, one: f"  {at:03d}  at {one[0]}.{one[1]}({place(one)})",
    "spaced": lambda at, one: f"    at {one[0]}.{one[1]} ({place(one)})",
}
JAVA = ["tab", "tab", "blanks", "two blanks", "modules", "versions", "jars", "compiled", "flush"]


def caused(case, form):
    """What follows the outermost trace: causes, or else one suppressed."""
    chance, truth = case.chance, case.truth
    lines, share = [], chance.random()
    truth.causes = []
    if share < 0.3:
        for _ in range(chance.choice([1, 1, 2, 3])):
            exception, message = chance.choice(truths.EXCEPTIONS)
            frames = truths.frames(chance, truth)[:chance.randint(1, 3)]
            truth.causes.append(((exception, message), frames))
            lines += [f"Caused by: {head(exception, message)}", *(form(at, one) for at, one in enumerate(frames))]
            if chance.random() < 0.8:
                lines.append(f"{form(0, frames[0]).partition('at ')[0]}... {chance.randint(2, 20)} more")
        if chance.random() < 0.08:
            lines.append(f"Caused by: [CIRCULAR REFERENCE: {head(truth.exception, truth.exception_message)}]")
    elif share < 0.38:
        frames = [("mvx.db.common.GenericDB", "close", "GenericDB.java", chance.randint(20, 900)), *truths.frames(chance, truth)[-2:]]
        truth.causes.append((("java.lang.IllegalStateException", "already closed"), frames))
        lines += ["\tSuppressed: java.lang.IllegalStateException: already closed", *(f"\t{form(at, one)}" for at, one in enumerate(frames)), "\t\t... 4 more"]
    return lines


class Loosely(str):
    """A text whose lines may be indented or joined."""

    def __eq__(self, other):
        return isinstance(other, str) and self.split() == other.split()

    __hash__ = str.__hash__


def say(case):
    truth = case.truth
    truth.say("java_stack", True)
    truth.say("exception", truth.exception)
    if truth.exception_message:
        message = truth.exception_message
        truth.say("exception_message", message, *([message.split("\n")[0], Loosely(message)] if "\n" in message else []))


def first_line(case):
    truth = case.truth
    if truth.exception_message and "exception_message" not in truth.stated and case.maybe(0.06):
        truth.exception_message += "\nCheck the program's parameters and try again"
    text = head(truth.exception, truth.exception_message)
    return case.pick(*[text] * 9, f'Exception in thread "M3-job-{case.chance.randint(1, 99)}" {text}')


def cut(case):
    """Frames that the dump leaves out, below those of the program."""
    truth = case.truth
    last = max(at for at, one in enumerate(truth.frames) if one[0].startswith("mvx.app.pgm."))
    left = len(truth.frames) - last - 1
    truth.frames = truth.frames[:last + 1]
    truth.causes = []
    return case.pick("\t...", "    [trace cut]", f"    ({left} frames not shown)", "<truncated>", f"\t... {left} frames omitted")


def table(case):
    """Frames as rows."""
    truth = case.truth
    truth.causes = []
    rows = [(name, method, file or "-", str(line or "-")) for name, method, file, line in truth.frames]
    heads = case.pick(("Class", "Method", "File", "Line"), ("CLASS", "METHOD", "SOURCE", "LINE"))
    sizes = [max(map(len, column)) for column in zip(heads, *rows)]
    gap = case.pick("  ", " | ")
    line = lambda cells, gap=gap: gap.join(f"{cell:<{size}}" for cell, size in zip(cells, sizes)).rstrip()
    return "\n".join([line(heads), line(["-" * size for size in sizes], gap.replace(" | ", "-+-")), *map(line, rows)])


def trace(case, form=None, may_cut=0.1, may_table=0.06):
    """(heading, text) of the trace, stated."""
    truth = case.truth
    grown(case)
    if form is None and case.maybe(may_table):
        say(case)
        return case.heading("java_stack"), f"{head(truth.exception, truth.exception_message)}\n{table(case)}"
    name = form or case.pick(*JAVA * 3, *LINES)
    form, first = LINES[name], first_line(case)
    end = [cut(case)] if case.maybe(may_cut) else []
    lines = [form(at, one) for at, one in enumerate(truth.frames)] + end
    if name in JAVA and not end:
        lines += caused(case, form)
    truth.causes = truth.causes if name in JAVA and not end else []
    say(case)
    return case.heading("java_stack"), "\n".join([first, *lines])
