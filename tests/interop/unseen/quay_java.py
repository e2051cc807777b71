"""A Java developer who prints objects: toString() of Lombok, Guava and Commons, properties that were stored, contexts of exceptions."""

import datetime

from .quay_case import Case, joined
from .register import Register

SET = Register()
NAMES = {
    "program": "program",
    "panel": "panel",
    "user": "user",
    "job": "jobId",
    "company": "company",
    "division": "division",
    "environment": "environment",
    "version": "version",
    "at": "failedAt",
    "where": "failedOperation",
}


def told(case, *only, names=None):
    """Names and values of the facts that there are."""
    names = {**NAMES, **(names or {})}
    return [(names[field], case.say(field)) for field in only or names if case.has(field)]


@SET.document
def quay_java_lombok(sheet):
    """A @Data class with one nested in it, on one line; then the trace."""
    case = Case(sheet, clock=("z", "offset"), jobs=("hex", "number"))
    session = ", ".join(f"{key}={value}" for key, value in told(case, "user", "company", "division", "environment"))
    outer = ", ".join(f"{key}={value}" for key, value in told(case, "at", "program", "panel", "job", "version", "where"))
    fields = ", ".join(f"{name}={value}" for name, value in case.values())
    runtime = "RuntimeInfo(javaVersion=1.8.0_371, osName=Linux, heapUsed=812646400, startedAt=2015-01-05T22:00:01Z)"
    return joined(f"ProgramDump({outer}, session=Session({session}), runtime={runtime}, fields={{{fields}}})", case.trace(cut=0.2), between="\n")


@SET.document
def quay_java_reflection(sheet):
    """ToStringBuilder's style of several lines, with identity hashes and `<null>`; the fields are a builder of their own."""
    case = Case(sheet, clock=("java", "milli"), jobs=("hex",))
    code = lambda: f"{case.chance.getrandbits(31):x}"
    facts = told(case, names={"user": "userId", "at": "timeOfFailure", "company": "cono", "division": "divi"})
    missing = [(name, "<null>") for field, name in (("panel", "panel"), ("user", "userId"), ("division", "divi")) if not case.has(field)]
    noise = [("previousProgram", "MNS095"), ("retries", "0"), ("batch", str(case.mi).lower()), ("listener", f"mvx.runtime.JobListener@{code()}")]
    rows = [*facts, *missing, *noise]
    case.chance.shuffle(rows)
    body = lambda name, pairs: "\n".join([f"{name}@{code()}[", *(f"  {key}={value}" for key, value in pairs), "]"])
    return joined(body("mvx.runtime.dump.JobState", rows), body("mvx.runtime.dump.FieldValues", case.values()), case.trace(cut=0.2), between=case.any_of("\n", "\n\n"))


@SET.document
def quay_java_properties(sheet):
    """What Properties.store() writes: a comment with the time of writing, keys with dots, colons escaped, the trace's lines as one value."""
    case = Case(sheet, clock=("milli", "iso"), jobs=("number", "hex"))
    truth = case.truth
    escaped = lambda text: text.replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=").replace("\t", "\\t").replace("\n", "\\n")
    keys = {"job": "job", "company": "company", "at": "time.of.failure", "where": "failed.operation"}
    pairs = told(case, names=keys)
    pairs += [("exception.class", case.say("exception")), ("exception.message", case.say("exception_message"))]
    pairs += [(f"field.{name}", value) for name, value in case.values()] if case.likely() else []
    pairs += [("stack", ">".join(case.programs()))] if case.likely() else []
    pairs += [("jvm.version", "17.0.9+9"), ("jvm.started", "2015-11-02 03:00:00")]
    case.chance.shuffle(pairs)
    for field in ("version", "exception_message", "at"):
        if field in truth.stated and field != "at":
            truth.say(field, escaped(getattr(truth, field)))
    stored = truth.at + datetime.timedelta(seconds=41)
    zone = case.any_of("CET", "UTC", "EST")
    head = f"#Abnormal termination of {truth.program}\n#{stored:%a %b %d %H:%M:%S} {zone} {stored:%Y}"
    if "at" not in truth.stated:
        case.leave_open("at")
    return head + "\n" + "\n".join(f"dump.{key}={escaped(value)}" for key, value in pairs if value) + "\n"


@SET.document
def quay_java_contexted(sheet):
    """A ContextedRuntimeException: its labelled values stand between the message and the frames."""
    case = Case(sheet, clock=("iso", "offset"), jobs=("number", "whole"))
    names = {"program": "Program", "panel": "Panel", "user": "User", "job": "Job", "company": "Company", "division": "Division",
             "environment": "Environment", "version": "M3 version", "at": "Time", "where": "Operation"}
    pairs = told(case, names=names)
    pairs += [("Reported by", "LINDAS"), ("JVM", "17.0.9+9")][: case.chance.randrange(3)]
    values = [(f"Field {name}", value) for name, value in case.values()] if case.likely(0.4) else []
    truth = case.truth
    truth.stated.discard("fields")
    context = [f"\t[{number}:{key}={value}]" for number, (key, value) in enumerate([*pairs, *values], 1)]
    first = case.frames()
    inner = case.thrown()
    case.leave_open("exception_message")
    truth.right["exception"].append("org.apache.commons.lang3.exception.ContextedRuntimeException")
    start = next(place for place, one in enumerate(first) if one[0].startswith("mvx.app.pgm."))
    deep = [*first[:start], (*first[start][:3], first[start][3] - 5)]
    truth.frames, truth.causes = first[start:], [((truth.exception, truth.exception_message), deep)]
    line = lambda one: f"\tat {one[0]}.{one[1]}({one[2]}:{one[3]})"
    return "\n".join(
        [
            "org.apache.commons.lang3.exception.ContextedRuntimeException: Abnormal termination",
            "Exception Context:",
            *context,
            "---------------------------------",
            *map(line, first[start:]),
            f"Caused by: {inner}",
            *map(line, deep),
            f"\t... {len(first) - start - 1} more",
        ]
    ) + "\n"


@SET.document
def quay_java_optional(sheet):
    """Records of today's Java, with Optional around what may be absent, indented by hand."""
    case = Case(sheet, clock=("z", "offset"), jobs=("hex",))
    optional = lambda field: f"Optional[{case.say(field)}]" if case.has(field) else "Optional.empty"
    whole = [("program", case.say("program")), ("panel", optional("panel")), ("jobId", optional("job")), ("failedAt", optional("at"))]
    where = [("user", optional("user")), ("company", optional("company")), ("division", optional("division"))]
    more = [("environment", optional("environment")), ("m3Version", optional("version")), ("failedOperation", optional("where"))]
    also = [("javaVersion", "Optional[21.0.2]"), ("previousUser", "Optional[HPETER]"), ("stack", f"[{', '.join(case.programs())}]")]
    lines = ["DumpRecord["]
    for pairs in (whole, where, more, also):
        lines.append("    " + ", ".join(f"{key}={value}" for key, value in pairs) + ",")
    lines[-1] = lines[-1].rstrip(",") + "]"
    values = "Fields[" + ", ".join(f"{name}={value}" for name, value in case.values()) + "]"
    return joined("\n".join(lines), values, case.trace(), between="\n")
