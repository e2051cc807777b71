"""The developers of the runtime: their dump writer over the years, from a plain sheet to one that walks through objects."""

from .pier_case import Failure, blocks, column, leader
from .register import Register

SET = Register()
FACTS = ("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where")


def machine(case):
    """What is known of the virtual machine, whose user and versions aren't those of M3."""
    rows = [("java.version", case.any_of("1.8.0_301", "11.0.17")), ("java.vendor", "IBM Corporation"), ("os.name", case.any_of("OS/400", "Windows Server 2016")),
            ("os.version", "V7R3M0"), ("user.name", case.any_of("M3SRVADM", "SYSTEM")), ("user.timezone", "Europe/Stockholm"), ("file.encoding", "UTF-8")]
    return case.chance.sample(rows, 5)


@SET.document
def pier_runtime_sheet(sheet):
    """A sheet with leading dots, then underlined sections in any order."""
    case = Failure(sheet, clocks=("iso", "milli", "ibm", "year first"))
    width, mark = case.any_of(28, 34, 40), case.any_of(": ", ":", " : ")
    dot = case.any_of(". ", ".", " .")
    rows = case.rows(*FACTS, near=3)
    if level := case.fix_level():
        rows.insert(next(place for place, (_, value) in enumerate(rows) if value == case.truth.version) + 1, level)
    title = case.label("title")
    section = lambda name, body: f"{name}\n{'-' * len(name)}\n{body}"
    steps = "\n".join(f"  {number:>2}  {name}" for number, name in enumerate(case.programs(), 1)) + "   <-- terminated"
    parts = [
        section(case.label("stack"), steps),
        section(case.label("trace"), case.trace()),
        section(case.label("fields"), "\n".join(f'{name} = "{value}"' for name, value in case.values())),
        section("System properties", column(machine(case), mark="=")),
        section("Handled exceptions earlier in this job", "08:12:44 java.lang.NumberFormatException in MMS080, continued\n08:12:51 mvx.db.common.DBException in CRS620, retried"),
    ]
    case.chance.shuffle(parts)
    return blocks(f"{title}\n{'=' * len(title)}", "\n".join(f"{leader(label, width, dot)}{mark}{value}".rstrip() for label, value in rows), *parts)


@SET.document
def pier_runtime_objects(sheet):
    """Objects with their members, as reflection finds them; the exception comes first."""
    case = Failure(sheet, clocks=("iso", "zulu", "milli"), jobs=("uuid", "number"))
    trace = case.trace()
    address = lambda: f"{case.chance.getrandbits(28):07x}"
    text = lambda value: f'"{value}"' if value else "null"
    member = lambda kind, name, field: f"    {kind} {name} = {text(case.tell(field))}"
    job = [member("String", "jobId", "job"), member("String", "user", "user"), f"    String submitter = {text(case.filled('{other}'))}",
           member("String", "company", "company"), member("String", "division", "division"), f"    Date started = {text(case.filled('{time}'))}"]
    program = [member("String", "name", "program"), member("String", "panel", "panel"), f"    String previousProgram = {text(case.filled('{program}'))}",
               member("String", "lastOperation", "where") if case.likely() else member("String", "failedOperation", "where")]
    server = [member("String", "environment", "environment"), member("String", "m3Version", "version"), f"    String javaVersion = {text(case.filled('{java}'))}"]
    fields = [f"    MvxString {name} = {text(value)}" for name, value in case.values()]
    time = f"Dump written after failure at {case.tell('at')}" if case.has("at") else ""
    parts = [f"{name}@{address()} {{\n" + "\n".join(body) + "\n}" for name, body in (
        ("mvx.runtime.Job", job), ("mvx.runtime.ProgramContext", program), ("mvx.runtime.ServerContext", server), ("mvx.runtime.Variables", fields))]
    return blocks(time, f"Uncaught {trace}", *parts)


@SET.document
def pier_runtime_numbered(sheet):
    """Numbered sections, the first a form of three columns."""
    case = Failure(sheet, clocks=("iso", "words", "month"), jobs=("number",))
    case.capitals = case.likely(0.3)
    rows = [(label, value) for label, value in case.rows(*FACTS, near=2, empty=0) if value]
    wide = max(len(label) for label, _ in rows)
    room = max(len(value) for _, value in rows) + 3
    lines = ["".join(f"{label:<{wide}}: {value:<{room}}" for label, value in rows[at : at + 3]).rstrip() for at in range(0, len(rows), 3)]
    stack = "\n".join(f"{'   ' * depth}{'-> ' if depth else ''}{name}" for depth, name in enumerate(case.programs()))
    parts = [
        (case.any_of("Error", "Exception"), case.trace("   at ")),
        (case.label("stack"), stack),
        (case.label("fields"), column(case.values(), mark=" = ", indent="   ")),
        ("Other jobs in this node", "Job 640012  user OLESEN   program CAS300  idle\nJob 640177  user NGARCIA  program STS200  waiting for input"),
    ]
    case.chance.shuffle(parts)
    body = [f"{number}. {name}\n{text}" for number, (name, text) in enumerate([(case.any_of("Identification", "General"), "\n".join(lines)), *parts], 1)]
    return blocks(f"*** {case.label('title')} ***", *body)


@SET.document
def pier_runtime_event(sheet):
    """The event of the failure as the documentation of program events has it, then trace and fields."""
    case = Failure(sheet, clocks=("iso",), jobs=("uuid",), lack=0.06)
    truth = case.truth
    # Without the user, the owner may be taken for it.
    case.lacks.discard("user")
    pairs = [("callStack", "->".join(case.programs())), ("PGMN", case.tell("program"))]
    pairs += [(name, case.tell(field)) for name, field in (("PANEL", "panel"), ("USID", "user"), ("CONO", "company"), ("DIVI", "division"), ("jobUUID", "job")) if case.has(field)]
    pairs += [("programType", "Interactive" if truth.panel else "MIBatch"), ("owner", case.filled("{other}")), ("startTime", case.filled("{time}")),
              ("failTime", case.tell("at")), ("environment", case.tell("environment")), ("version", case.tell("version")), ("application", "M3"),
              ("failedOperation", case.tell("where")), ("relatedTables", "")]
    end = case.any_of(";\n", ";\n", ";")
    event = f"M3:{truth.program}:F{chr(10) if len(end) > 1 else ';'}" + end.join(f"{name}={value}" for name, value in pairs if value or name == "relatedTables") + ";"
    values = "\n".join(f"{name}={value};" for name, value in case.values())
    return blocks("Abnormal termination, event published:", event, "Exception:\n" + case.trace(cause=0), f"Variables:\n{values}")


@SET.document
def pier_runtime_types(sheet):
    """A table of the variables with their types; facts in pairs with an equals sign, some in one line."""
    case = Failure(sheet, clocks=("milli", "comma", "offset"), jobs=("uuid", "number"))
    rows = case.rows(*FACTS, near=2, empty=0)
    mark = case.any_of("=", " = ")
    facts = "\n".join(f"{label}{mark}{value}" for label, value in rows)
    kind = lambda value: "P" if "." in value and value.replace(".", "").strip("-").isdigit() else "A"
    table = ["NAME     TYPE  LEN  VALUE", "-------- ----  ---  ------------------------------"]
    table += [f"{name:<8} {kind(value):<4}  {len(value) + case.chance.randrange(4):>3}  {value}" for name, value in case.values()]
    stack = case.any_of(" > ", " -> ", " / ").join(case.programs())
    parts = [f"[{case.label('stack')}]\n{stack}", f"[{case.label('trace')}]\n{case.trace('    at ')}", f"[{case.label('fields')}]\n" + "\n".join(table)]
    case.chance.shuffle(parts)
    return blocks(f"[{case.any_of('Context', 'Job context')}]\n{facts}", *parts, "[Locks held]\nnone", "[Default values]\nCONO=200 DIVI=ZZZ LNCD=GB")


@SET.document
def pier_runtime_nested(sheet):
    """A program within the one that called it, each with what belongs to it; the innermost failed."""
    case = Failure(sheet, clocks=("iso", "dots"), mi=0)
    truth = case.truth
    programs = case.programs()
    head = case.rows("user", "job", "company", "division", "environment", "version", "at", near=2, empty=0.3)
    lines = []
    for depth, name in enumerate(programs):
        pad = "    " * depth
        lines.append(f"{pad}+ {name}" + (f"  activation {case.chance.randint(2, 9)}" if depth else ""))
        if name == truth.program:
            lines += [f"{pad}    {label}: {value}" for label, value in case.rows("panel", "where", "exception", "exception_message", near=0, empty=0, shuffled=False)]
            lines += [f"{pad}    status: ABENDED", *(f"{pad}    {field} = '{value}'" for field, value in case.values())]
            case.tell("program")
        else:
            lines += [f"{pad}    status: waiting for {programs[depth + 1]}"]
    trace = "\n".join(f"  {name}.{method} ({file}:{line})" for name, method, file, line in case.frames())
    return blocks(f"{case.label('title')}", column(head), f"{case.label('stack')} (outermost first):\n" + "\n".join(lines), f"{case.label('trace')}:\n{trace}")


@SET.document
def pier_runtime_strings(sheet):
    """What toString() gives for the job, the program and the request, then the trace."""
    case = Failure(sheet, clocks=("zulu", "milli"), jobs=("uuid",), lack=0.06)
    inner = lambda *pairs: ", ".join(f"{name}={value or 'null'}" for name, value in pairs)
    job = inner(("id", case.tell("job")), ("user", case.tell("user")), ("submittedBy", case.filled("{other}")), ("cono", case.tell("company")), ("divi", case.tell("division")))
    program = inner(("name", case.tell("program")), ("panel", case.tell("panel")), ("failedOperation", case.tell("where")), ("previous", case.filled("{program}")))
    system = inner(("environment", case.tell("environment")), ("m3Version", case.tell("version")), ("jdk", case.filled("{java}")), ("started", case.filled("{time}")))
    left, right = case.any_of("[]", "{}", "()")
    texts = [f"Job{left}{job}{right}", f"Program{left}{program}{right}", f"Server{left}{system}{right}"]
    case.chance.shuffle(texts)
    values = f"Fields{left}" + ", ".join(f"{name}={value}" for name, value in [pair for pair in case.values() if "," not in pair[1]]) + right
    truth = case.truth
    truth.right["fields"] = {name: right for name, right in truth.right["fields"].items() if "," not in right[0]}
    head = f"{case.tell('at')} abnormal termination of mvx.app.pgm.{'customer.' if truth.customer else ''}{truth.program}"
    return blocks(head.strip(), "\n".join([*texts, values]), case.trace(), between="\n")
