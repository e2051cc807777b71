"""A developer of Java who logs every object: toString, maps, properties, JSON, YAML and XML."""

import json
from xml.sax.saxutils import escape, quoteattr

from . import weir_parts as parts
from .register import Register
from .weir_case import Case, blocks, plain, with_jar, with_module

SET = Register()
FACTS = "program panel user job company division environment version at where"
WHO, WHAT, SYSTEM = "user job company division", "program panel where at", "environment version"
CLOCKS = ("T", "zulu", "offset", "milli")


def text_of(name, pairs, quote="", between=", ", ends="{}"):
    return f"{name}{ends[0]}" + between.join(f"{label}={quote}{value}{quote}" for label, value in pairs) + ends[1]


@SET.document
def weir_java_to_string(sheet):
    """What an IDE writes for toString, values in single quotation marks; objects on lines of their own."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    shown = [text_of("AbendContext", case.rows(WHAT, near=0), "'"), text_of("Session", case.rows(WHO, near=1), "'"), text_of("Runtime", case.rows(SYSTEM, near=1), "'")]
    case.chance.shuffle(shown)
    stack = f"{case.label('call_stack')}=[{', '.join(case.programs())}]"
    return blocks("\n".join(shown), stack, text_of(case.label("fields"), case.values("',"), "'", ends="{}"), case.trace(shape=case.any_of(plain, with_module)))


@SET.document
def weir_java_record(sheet):
    """A record within a record on one line, as Java shows them, and the trace after it."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    session = text_of("Session", case.rows(WHO, near=1, blank=0), ends="[]")
    runtime = text_of("Runtime", case.rows(SYSTEM, near=1, blank=0), ends="[]")
    failure = case.rows(WHAT, near=0, blank=0)
    whole = [*failure, ("session", session), ("runtime", runtime), (case.label("call_stack"), f"[{', '.join(case.programs())}]"),
             (case.label("fields"), "{" + ", ".join(f"{name}={value}" for name, value in case.values(",=")) + "}")]
    return f"{text_of(case.label('title'), whole, ends='[]')}\n{case.trace()}\n"


@SET.document
def weir_java_multiline(sheet):
    """As builders of strings write an object with a line for each property."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number", "long"))
    rows = case.rows(FACTS, near=3)
    body = "\n".join(f"  {label}={value or '<null>'}" for label, value in rows)
    stack = "\n".join(f"  activePrograms[{at}]={name}" for at, name in enumerate(case.programs()))
    fields = "\n".join(f"  {name}={value}" for name, value in case.values())
    return (f"com.example.m3.{case.label('title')}@{case.chance.getrandbits(28):x}[\n{body}\n{stack}\n]\n{case.label('fields')}@{case.chance.getrandbits(28):x}[\n{fields}\n]\n"
            f"{case.trace(suppressed=0)}\n")


@SET.document
def weir_java_map(sheet):
    """Maps as Java prints them, each after what it holds."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    named = [("context", text_of("", case.rows(WHAT, near=0, blank=0))), ("session", text_of("", case.rows(WHO, near=1, blank=0))),
        ("system", text_of("", case.rows(SYSTEM, near=1, blank=0))),
             (case.label("call_stack"), f"[{', '.join(case.programs())}]"), (case.label("fields"), text_of("", case.values(",=")))]
    mark = case.any_of(": ", " = ", "=", " -> ")
    return blocks(case.any_of("Program ended abnormally, dump follows", "==== dump ====", "ABEND"), "\n".join(f"{name}{mark}{text}" for name, text in named),
        case.trace(shape=with_jar))


@SET.document
def weir_java_json(sheet):
    """A document with objects inside objects."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    part = lambda fields, near=1: {label: (value or None) for label, value in case.rows(fields, near=near)}
    thrown = part("exception exception_message", 0)
    frames = case.frames()
    thrown[case.label("trace")] = [plain(one) for one in frames] if case.likely() else [
        {"declaringClass": name, "methodName": method, "fileName": file, "lineNumber": line} for name, method, file, line in frames]
    whole = {"abend": part(WHAT, 0), "session": part(WHO), "runtime": part(SYSTEM, 2), "throwable": thrown, case.label("call_stack"): case.programs(),
        case.label("fields"): dict(case.values())}
    keys = case.chance.sample(list(whole), len(whole))
    return json.dumps({key: whole[key] for key in keys}, indent=case.any_of(None, 2, 4), ensure_ascii=False) + "\n"


@SET.document
def weir_java_json_line(sheet):
    """Text of a record, one object on the same line, the trace below it."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    whole = dict(case.rows(FACTS, near=3))
    whole[case.label("call_stack")] = case.any_of(case.programs(), "->".join(case.programs()))
    whole[case.label("fields")] = dict(case.values())
    return f"Program ended abnormally: {json.dumps(whole, ensure_ascii=False)}\n{case.trace(suppressed=0)}\n"


@SET.document
def weir_java_yaml(sheet):
    """A document of YAML, the trace as a block of text in it."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid",), lack=0.05)
    shown = lambda value: json.dumps(value, ensure_ascii=False) if case.quoted or value[:1] in "*-[/" or ":" in value or "#" in value or not value else value
    case.quoted = case.likely()
    part = lambda name, fields, near: f"{name}:\n" + "\n".join(f"  {label}: {shown(value)}" for label, value in case.rows(fields, near=near))
    trace = f"{case.label('trace')}: |\n{parts.indent(case.trace('    at ', suppressed=0), '  ')}"
    stack = f"{case.label('call_stack')}:\n" + "\n".join(f"  - {name}" for name in case.programs())
    fields = f"{case.label('fields')}:\n" + "\n".join(f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in case.values())
    texts = [part("abend", WHAT, 0), part("session", WHO, 1), part("runtime", SYSTEM, 2), stack, fields, trace]
    return f"---\ndocument: {case.label('title')}\n" + "\n".join(case.chance.sample(texts, len(texts))) + "\n"


@SET.document
def weir_java_xml(sheet):
    """Elements within each other, or attributes; programs that call each other stand inside each other."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    attributes = case.likely(0.4)

    def part(name, fields, near):
        rows = case.rows(fields, near=near)
        if attributes:
            return f"  <{name} {' '.join(f'{label}={quoteattr(value)}' for label, value in rows)}/>"
        return f"  <{name}>\n" + "\n".join(f"    <{label}>{escape(value)}</{label}>" if value else f"    <{label}/>" for label, value in rows) + f"\n  </{name}>"

    programs = case.programs()
    nested = "".join(f'<program name="{name}">' for name in programs) + "</program>" * len(programs)
    fields = "\n".join(f'    <field name="{name}" value={quoteattr(value)}/>' for name, value in case.values())
    texts = [part("abend", WHAT, 0), part("session", WHO, 1), part("runtime", SYSTEM, 1), f"  <programStack>{nested}</programStack>", f"  <fields>\n{fields}\n  </fields>",
             f"  <stackTrace><![CDATA[{case.trace(suppressed=0)}]]></stackTrace>"]
    return '<?xml version="1.0" encoding="UTF-8"?>\n<programFailure>\n' + "\n".join(case.chance.sample(texts, len(texts))) + "\n</programFailure>\n"


@SET.document
def weir_java_properties(sheet):
    """A file of properties with dots in their names, and the trace appended."""
    case = Case(sheet, "java", CLOCKS, jobs=("uuid", "number"))
    mark = case.any_of("=", " = ", ": ")
    lines = [f"{name}.{label}{mark}{value}".rstrip() for name, fields in (("failure", WHAT), ("session", WHO), ("system", SYSTEM)) for label, value in case.rows(fields)]
    if case.likely(0.4):
        case.chance.shuffle(lines)
    lines.append(f"failure.{case.label('call_stack')}{mark}{','.join(case.programs())}")
    fields = [f"{name}{mark}{value}".rstrip() for name, value in case.values()]
    return blocks("# written by the handler of uncaught exceptions", "\n".join(lines), f"# {case.label('fields')}\n" + "\n".join(fields),
        f"# {case.label('trace')}\n{case.trace()}")


@SET.document
def weir_java_logged(sheet):
    """Each fact is a record of its own in a log, and so are the programs and the fields."""
    case = Case(sheet, "java", ("iso", "milli"), jobs=("uuid", "number"))
    at = case.truth.at
    prefix = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} ERROR [m3-job-{case.chance.randint(2, 40)}] {case.any_of('c.e.m3.DumpWriter', 'm3.dump')} - "
    case.truth.record_at = True
    rows = case.rows(FACTS, near=2, blank=0)
    mark = case.any_of(": ", " = ", "=")
    lines = [f"---- {case.label('title')} ----", *(f"{label}{mark}{value}" for label, value in rows), f"{case.label('call_stack')}{mark}{' -> '.join(case.programs())}",
             f"---- {case.label('fields')} ----", *(f"{name}{mark}\"{value}\"" for name, value in case.values()), f"---- {case.label('trace')} ----"]
    return "\n".join(prefix + line for line in lines) + f"\n{prefix}{case.trace(suppressed=0)}\n"
