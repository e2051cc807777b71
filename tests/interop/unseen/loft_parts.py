"""Traces, stacks of programs and fields as the notations of the loft write them. What is written is told."""

from . import loft_case
from .truth import EitherWay

PACKAGES = {"MvxString": "mvx.util", "GenericDSP": "mvx.dsp.common", "MvxRecord": "mvx.db.common"}


def drawn(case):
    """The frames of a failure, the first of an M3 program being the one that failed."""
    chance, truth = case.chance, case.truth
    package = "mvx.app.pgm.customer" if truth.customer else "mvx.app.pgm"
    letter = truth.panel[:1]
    methods = [f"P{letter}{chance.choice(['CHK', 'UPD', 'INZ', 'DSP'])}", f"P{letter}"] if letter else [chance.choice(["LINE", "addRecord", "MAIN"]), "execute"]
    line = lambda: chance.randint(30, 5000)
    frames = []
    if chance.random() < 0.6:
        name, method = chance.choice([("MvxString", "trim"), ("GenericDSP", "readDSP"), ("MvxRecord", "chain")])
        frames.append((f"{PACKAGES[name]}.{name}", method, f"{name}.java", line()))
    frames += [(f"{package}.{truth.program}", method, f"{truth.program}.java", line()) for method in [*methods, "mainLine"]]
    kind = "MIBatch" if truth.program.endswith("MI") else "Batch" if case.batch else "Interactive"
    frames.append((f"mvx.app.common.{kind}", "runProgram", f"{kind}.java", line()))
    if chance.random() < 0.3:
        frames.append(("jdk.internal.reflect.NativeMethodAccessorImpl", "invoke0", None, None))
    if chance.random() < 0.5:
        frames.append(("mvx.runtime.JobThread", "lambda$start$0", "JobThread.java", line()))
    frames.append(("java.lang.Thread", "run", "Thread.java", chance.choice([748, 829, 833])))
    return frames


def thrown(case):
    """The exception is told, if only by its trace."""
    truth = case.truth
    if "exception" not in truth.stated:
        truth.say("exception", truth.exception)
    if truth.exception_message and "exception_message" not in truth.stated:
        truth.say("exception_message", truth.exception_message)
    return f"{truth.exception}: {truth.exception_message}" if truth.exception_message else truth.exception


def frames_told(case, files=True):
    """Frames in a form of the notation's own."""
    frames = drawn(case)
    if not files:
        frames = [(name, method, None, line) for name, method, _, line in frames]
    case.truth.frames = frames
    case.truth.say("java_stack", True)
    case.truth.say("customer_code", case.truth.customer)
    return frames


def at(frame, module=""):
    name, method, file, line = frame
    module = module if name.startswith(("java.", "jdk.")) else ""
    return f"at {module}{name}.{method}({f'{file}:{line}' if file else 'Native Method'})"


def trace(case, indent="\t", cause=None, modules=None):
    """A stack trace as Java prints it."""
    chance, truth = case.chance, case.truth
    kind = cause or chance.choice(["plain"] * 5 + ["cause"] * 2 + ["suppressed", "cut"])
    module = chance.choice(["", "", "java.base/", "java.base@17.0.9/"]) if modules is None else modules
    if kind == "cause" and not {"exception", "exception_message"} & truth.stated:
        frames = frames_told(case)
        outer, message = chance.choice(loft_case.WRAPPED)
        inner = thrown(case)
        truth.right["exception"].append(outer)
        if message and truth.exception_message:
            truth.say("exception_message", message)
        else:
            case.unjudge("exception_message")
        below = tuple(f"{package}." for package in PACKAGES.values())
        own = [("mvx.runtime.ProgramRunner", "fail", "ProgramRunner.java", chance.randint(50, 900)), *[frame for frame in frames if not frame[0].startswith(below)]]
        deep = frames[: frames.index(own[1]) + 1]
        first = own[1]
        deep[-1] = (*first[:3], first[3] - 7)
        truth.frames, truth.causes = own, [((truth.exception, truth.exception_message), deep)]
        lines = [
            f"{outer}: {message}" if message else outer,
            *[indent + at(one, module) for one in own],
            f"Caused by: {inner}",
            *[indent + at(one, module) for one in deep],
            f"{indent}... {len(own) - 1} more",
        ]
        return "\n".join(lines)
    head = thrown(case)
    lines = [chance.choice(["", "", 'Exception in thread "main" ']) + head if indent == "\t" else head, *[indent + at(one, module) for one in frames_told(case)]]
    if kind == "suppressed":
        lines += [f"{indent}Suppressed: java.io.IOException: Stream closed", f"{indent * 2}at mvx.db.common.Cursor.close(Cursor.java:211)", f"{indent * 2}... 6 more"]
        truth.stated.discard("java_stack")
    elif kind == "cut":
        lines.append(f"{indent}... (trace truncated)")
    return "\n".join(lines)


def programs(case, either=False):
    """The programs that called each other are told: from the first, or from either end where the dump leaves that open."""
    truth = case.truth
    if either:
        truth.call_stack = EitherWay(truth.call_stack)
    truth.say("call_stack", truth.call_stack)
    return list(truth.call_stack)


def fields(case):
    """Fields with their values are told."""
    case.truth.say_fields({name: [value] for name, value in case.truth.fields})
    return case.truth.fields


def some(case, likely=0.7):
    return case.chance.random() < likely


def camel(label):
    first, *rest = label.replace("-", " ").replace("/", " ").split()
    return first.lower() + "".join(word.capitalize() for word in rest)


def pascal(label):
    return "".join(word[:1].upper() + word[1:] for word in label.replace("-", " ").split())


def snake(label):
    return label.lower().replace(" ", "_").replace("-", "_")


def kebab(label):
    return label.lower().replace(" ", "-")


def joined(*blocks, between="\n\n"):
    return between.join(block for block in blocks if block) + "\n"
