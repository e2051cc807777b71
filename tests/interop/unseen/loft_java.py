"""As a developer of a Java runtime writes reports: toString(), printf, builders and exceptions that carry their context."""

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()
CODE = {
    "program": ["program", "program name", "pgm name"],
    "panel": ["panel", "current panel", "panel id"],
    "user": ["user", "user id", "usid"],
    "job": ["job", "job id"],
    "company": ["company", "cono"],
    "division": ["division", "divi"],
    "environment": ["environment", "env"],
    "version": ["version", "m3 version", "release"],
    "at": ["timestamp", "time", "failed at"],
    "where": ["operation", "failed operation"],
    "operation": ["operation", "op code"],
    "file": ["file", "table"],
    "exception": ["exception", "exception class"],
    "exception_message": ["message", "exception message"],
}
PLAIN = ["program", "panel", "user", "job", "company", "division", "environment", "version", "where"]


@SET.document
def loft_java_to_string(sheet):
    """One object in another, as a record's toString() has them."""
    case = Case(sheet)
    half = case.facts(CODE, parts.camel, only=["program", "panel", "version", "where"], near=0, parted=0)
    rest = case.facts(CODE, parts.camel, only=["user", "company", "division", "environment"], near=0)
    job = f"job={case.told('job')}, " if parts.some(case) else ""
    inner = ", ".join(f"{key}={value}" for key, value in rest)
    outer = ", ".join(f"{key}={value}" for key, value in half)
    stack = f", callStack=[{', '.join(parts.programs(case))}]" if parts.some(case) else ""
    values = f", fields={{{', '.join(f'{name}={value}' for name, value in parts.fields(case))}}}" if parts.some(case) else ""
    return parts.joined(f"ProgramDump[{outer}, {job}session=Session[{inner}]{stack}{values}]", parts.trace(case), between="\n")


@SET.document
def loft_java_printf_box(sheet):
    """A frame of plus and minus signs round what String.format lined up."""
    case = Case(sheet)
    pairs = case.facts(style=str.title if case.chance.random() < 0.3 else str)
    lines = [f"{key:<22}= {value}" for key, value in pairs]
    width = max(map(len, lines)) + 2
    rule = f"+{'-' * width}+"
    box = "\n".join([rule, f"|{'ABNORMAL TERMINATION'.center(width)}|", rule, *[f"| {line:<{width - 1}}|" for line in lines], rule])
    stack = "Program stack (outermost first):\n" + "\n".join(f"{'  ' * at}{name}" for at, name in enumerate(parts.programs(case))) if parts.some(case) else ""
    return parts.joined(box, stack, parts.trace(case))


@SET.document
def loft_java_arrows(sheet):
    """Values behind arrows below the object that has them."""
    case = Case(sheet)
    code = f"{case.chance.getrandbits(28):x}"
    job = "\n".join(f"    {key:<14}-> {value}" for key, value in case.facts(CODE, parts.camel, only=["user", "job", "company", "division", "environment"], near=1))
    program = "\n".join(f"    {key:<14}-> {value}" for key, value in case.facts(CODE, parts.camel, only=["program", "panel", "version", "at", "where"], near=1))
    values = "\n".join(f'    {name:<14}-> "{value}"' for name, value in parts.fields(case))
    return parts.joined(f"mvx.runtime.Job@{code}\n{job}", f"mvx.runtime.ProgramState@{code[::-1]}\n{program}", f"Fields\n{values}", f"Thrown\n{parts.trace(case)}", between="\n")


@SET.document
def loft_java_braces(sheet):
    """A tree of objects in braces, each value behind its name and a colon."""
    case = Case(sheet)
    indent = lambda pairs, blanks: "\n".join(f'{" " * blanks}{key}: "{value}"' for key, value in pairs)
    program = case.facts(CODE, parts.camel, only=["program", "panel", "version"], near=1)
    session = case.facts(CODE, parts.camel, only=["user", "company", "division"], near=1)
    job = case.facts(CODE, parts.camel, only=["job", "environment", "at"], near=0, parted=0)
    failure = case.facts(CODE, parts.camel, only=["where", "exception"], near=0)
    stack = f"  callStack: [{' '.join(f'{name!r}' for name in parts.programs(case))}]\n" if parts.some(case) else ""
    return (
        f"AbendReport {{\n  program {{\n{indent(program, 4)}\n  }}\n  session {{\n{indent(session, 4)}\n    job {{\n{indent(job, 6)}\n    }}\n  }}\n{stack}"
        f"  failure {{\n{indent(failure, 4)}\n  }}\n}}\n{parts.trace(case, cause='plain')}\n"
    )


@SET.document
def loft_java_sentences(sheet):
    """Whole sentences as a handler of exceptions writes them."""
    case = Case(sheet)
    panel = f" in panel {case.told('panel')}" if case.truth.panel and parts.some(case, 0.8) else ""
    first = f"Program {case.told('program')} terminated abnormally{panel} at {case.told('at')}."
    who = f"The job {case.told('job')} was run by user {case.told('user')} in company {case.told('company')}, division {case.told('division')}."
    where = f"The operation that failed was {case.told('where')}." if parts.some(case) else ""
    stack = f"Call stack: {' -> '.join(parts.programs(case))}" if parts.some(case) else ""
    return parts.joined(first, who, where, f"Environment {case.told('environment')}, version {case.told('version')}.", stack, parts.trace(case), between="\n")


@SET.document
def loft_java_brackets(sheet):
    """What a diagnostic context held, each in brackets, before the trace."""
    case = Case(sheet)
    pairs = [f"[{key}={value}]" for key, value in case.facts(CODE, parts.camel, thrown=0, near=2, parted=0)]
    head = " ".join(pairs[:4]) + "\n  " + " ".join(pairs[4:])
    values = "variables: " + " ".join(f"[{name}={value}]" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined(f"UNHANDLED {head}", values, parts.trace(case, indent="    "), between="\n")


@SET.document
def loft_java_println(sheet):
    """Several pairs to a line, each part below a name in dashes."""
    case = Case(sheet)
    line = lambda only, near=0: "  ".join(f"{key}={value}" for key, value in case.facts(CODE, parts.camel, only=only, near=near, parted=0))
    values = "\n".join(f"{name}='{value}'" for name, value in parts.fields(case))
    stack = " > ".join(parts.programs(case))
    return parts.joined(
        f"-- program --\n{line(['program', 'panel', 'version'])}",
        f"-- job --\n{line(['user', 'job', 'company', 'division'], 1)}",
        f"-- runtime --\n{line(['environment', 'where'])}\ntime={case.time(0)}",
        f"-- stack --\n{stack}" if parts.some(case, 1) else "",
        f"-- fields --\n{values}",
        f"-- trace --\n{parts.trace(case)}",
        between="\n",
    )


@SET.document
def loft_java_contexted(sheet):
    """An exception that carries its context in its message, as those of Commons Lang do."""
    case = Case(sheet)
    pairs = case.facts(CODE, str.capitalize, thrown=0, near=1, parted=0)
    context = "\n".join(f"\t[{at}:{key}={value}]" for at, (key, value) in enumerate(pairs, 1))
    frames = parts.frames_told(case)
    first = next(frame for frame in frames if frame[0].startswith("mvx.app.pgm."))
    deep = [(*first[:3], first[3] - 11)]
    case.truth.frames = frames[frames.index(first) :]
    case.truth.causes = [((case.truth.exception, case.truth.exception_message), deep)]
    inner = parts.thrown(case)
    outer = "org.apache.commons.lang3.exception.ContextedRuntimeException"
    case.truth.right["exception"].append(outer)
    case.unjudge("exception_message")
    own = "\n".join(f"\t{parts.at(one)}" for one in case.truth.frames)
    return (
        f"{outer}: Program failed\nException Context:\n{context}\n---------------------------------\n{own}\n"
        f"Caused by: {inner}\n\t{parts.at(deep[0])}\n\t... {len(case.truth.frames) - 1} more\n"
    )


@SET.document
def loft_java_declared(sheet):
    """Fields as they are declared, with what they held; facts in comments above."""
    case = Case(sheet)
    kinds = {"WSORQT": "BigDecimal", "WBPRIC": "BigDecimal", "WWRGDT": "int", "W1PONR": "int"}
    facts = "\n".join(
        f" * @{key} {value}"
        for key, value in case.facts(
            CODE, parts.camel, thrown=0, near=1, parted=0, only=["program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where"]
        )
    )
    values = "\n".join(f"{kinds.get(name, 'String')} {name} = {value if name in kinds else f'{chr(34)}{value}{chr(34)}'};" for name, value in parts.fields(case))
    trace = "\n".join(f" * {line}" for line in parts.trace(case, indent="    ").split("\n"))
    return f"/*\n * Dump of the failing program\n *\n{facts}\n *\n{trace}\n */\n{values}\nboolean[] IN = new boolean[100]; // 60=true, 61=false\n"
