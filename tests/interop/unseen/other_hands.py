"""Synthetic dumps as six imaginary people might write them, none of whom had seen the reader: all of the set `other`.

Written by somebody who had not seen it either, and of the other sets only `fresh` and `again`, to examine the reader by what it
was never shown. Each of the six wrote six notations: below are those of a developer who writes a class that logs dumps, and of
an engineer of operations who thinks in keys, values and files of settings; an operator of IBM i and a tester are in
`other_screens`, a consultant of three countries and somebody of databases in `other_tables`.
"""

import json
import textwrap

from . import other_screens, other_tables, parts
from .anew_reports import Told
from .fresh_reports import ISO, aligned, joined
from .register import Register

SET = Register()
document = SET.document


# The developer.
@document
def tagged_dump_lines(sheet):
    """Each line begins with a tag of three letters that tells what it is about."""
    case = Told(sheet)
    tag = case.pick("{}: ", "[{}] ", "{} | ", "<{}> ")
    tagged = lambda name, lines: [tag.format(name) + line for line in lines]
    listed = lambda name, text: tagged(name, [f"{label} = {value}" for label, value in case.rows("%Y-%m-%d %H:%M:%S.{ms}", text)])
    blocks = case.shuffled([listed("PGM", "program -> =program!; panel -> =panel; code -> =origin; compiled -> ~date"),
                            listed("USR", "user -> =user!; company -> =company; division -> =division; language -> GB"),
                            listed("JOB", "job -> =job!; job type -> interactive; job started -> <2"),
                            listed("SYS", "environment -> =environment!; m3 version -> =version; java version -> 1.8.0_251; db user -> MDBUSR"),
                            listed("ERR", "failed at -> =at!; operation -> =operation!; file -> =object!")])
    return joined(*blocks, tagged("STK", ["program stack, outermost program first", *(f"{at} {name}" for at, name in enumerate(case.stack(), 1))]),
                  tagged("FLD", case.fields("{:<8}= '{}'")), tagged("EXC", case.trace("    at {}").replace("\t", "    ").split("\n")), between="\n")


@document
def getter_listing(sheet):
    """What the getters of the job gave, each by its name."""
    case = Told(sheet)
    lead = case.pick("", "job.", "ctx.")
    rows = case.rows("%Y-%m-%d %H:%M:%S.{ms}", "getProgram|getProgramName -> =program!; getPanel -> =panel; getUser|getUserId -> =user;"
                                               " getJobId -> =job; getCompany|getCONO -> =company; getDivision|getDIVI -> =division;"
                                               " getEnvironment -> =environment; getM3Version -> =version; getFailureTime -> =at!;"
                                               " getFailedOperation -> =where; getJavaVersion -> 1.8.0_251; getPreviousProgram -> ~program;"
                                               " getDatabaseUser -> MDBUSR; getStartTime -> <3")
    return joined("DumpLogger.dump()", [f"{lead}{label}() = {value}" for label, value in case.shuffled(rows)],
                  [f"{lead}getProgramStack() // caller first", "  " + " -> ".join(case.stack())], [f"{lead}getFields()", *case.fields('  {} = "{}"')],
                  f"{lead}getThrowable()\n" + case.trace())


@document
def call_level_blocks(sheet):
    """A block for each level of calls, the deepest first, and there all that is known of the failure."""
    case = Told(sheet)
    form, stack = "%d-%m-%Y %H:%M:%S" if case.truth.at.day > 12 else ISO, case.stack()
    depth, blocks = len(stack), []
    for level, name in reversed(list(enumerate(stack, 1))):
        if level == depth:
            rows = [("Program", case["program"]), *case.rows(form, "Panel -> =panel; Code -> =origin; Panel method -> =method; Operation -> =where;"
                                                                   " Failed at -> =at!")]
            blocks.append([f"CALL LEVEL {level} OF {depth}  *** FAILED ***", aligned(rows, " : ", "    "), "    Fields :", *case.fields("        {} = '{}'")])
        else:
            rows = [("Program", name), ("Status", f"waiting for level {level + 1}")]
            blocks.append([f"CALL LEVEL {level} OF {depth}", aligned(rows, " : ", "    ")])
    rows = case.rows(form, "User -> =user!; Job -> =job; Company -> =company; Division -> =division; Environment -> =environment;"
                           " M3 version -> =version;"
                           " JVM version -> 1.8.0_251; Logged on since -> <4")
    return joined("M3 DUMP", ["JOB", aligned(rows, " : ", "    ")], *blocks, "EXCEPTION\n" + case.trace("        at {}"))


@document
def slashed_pairs(sheet):
    """Two things on most lines, with a slash between both keys and both values."""
    case = Told(sheet)
    sign, colon = case.pick("/", " / "), case.pick(": ", " = ", " : ")
    both = lambda one, two, text: colon.join((f"{one}{sign}{two}", text))
    program = both("Program", "Panel", case["program"] + sign + case["panel"]) if case["panel"] else f"Program{colon}{case['program']}"
    lines = [program, both("Company", "Division", case["company"] + sign + case["division"]), both("User", "Language", case["user"] + sign + "GB"),
             f"Job{colon}{case['job']}", both("Environment", "M3 version", case["environment"] + sign + case["version"]),
             both("Failure date", "Time", case.time("%Y-%m-%d|%H:%M:%S").replace("|", sign)), both("Operation", "File", case["operation"] + sign + case["object"]),
             both("Java version", "OS", f"1.8.0_251{sign}Windows Server 2019"), f"Previous program{colon}{case.other_program()}"]
    return joined(["=" * 40, "DumpLogger - program failure", "=" * 40], case.shuffled(lines),
                  ["Program stack (outermost first)", *(f"{at:>4}{sign}{name}" for at, name in enumerate(case.stack(), 1))],
                  ["Fields", *case.fields("    {}: '{}'")], "Thrown\n" + case.trace())


@document
def nested_to_string(sheet):
    """An object as its toString prints it, with others in it, on several lines."""
    case = Told(sheet)
    pairs = lambda text: ", ".join(f"{label}='{value}'" for label, value in case.rows("%Y-%m-%dT%H:%M:%S.{ms}", text))
    inside = case.shuffled(["failure=Failure{" + pairs("failedAt -> =at!; operation -> =where; messageId -> XDC0417") + "}",
                            "session=Session{" + pairs("user -> =user!; company -> =company; division -> =division; language -> GB") + "}",
                            "program=Program{" + pairs("name -> =program!; panel -> =panel; lastChangedBy -> ~user; origin -> =origin") + "}",
                            "job=Job{" + pairs("id -> =job!; type -> INTERACTIVE; started -> <2") + "}",
                            "system=System{" + pairs("environment -> =environment!; m3Version -> =version; javaVersion -> 17.0.8;"
                                                     " host -> m3app02") + "}"])
    inside += ["programStackOutermostFirst=[" + ", ".join(case.stack()) + "]", "programFields={" + ", ".join(case.fields("{}='{}'")) + "}"]
    return joined("DumpContext{\n    " + ",\n    ".join(inside) + "\n}", "throwable:\n" + case.trace("    at {}"))


@document
def dumplogger_records(sheet):
    """The dump in records of a log, a line in each."""
    case = Told(sheet)
    form = "%Y-%m-%d %H:%M:%S,{ms}"
    stamp = f"{case.time(form)} ERROR [M3-Job-{case.chance.randint(2, 60)}] DumpLogger - "
    listed = lambda text: [f"  {label:.<20} {value}" for label, value in case.rows(form, text)]
    program, trace = case.earlier("    at {}")
    early = f"{case.near(form, -1)} WARN  [M3-Job-61] RetryHandler - "
    before = [early + line for line in (f"handled in program {program}, job continues", *trace.split("\n"))] if case.often(0.4) else []
    lines = ["---------- dump of an M3 program ----------", *listed("Failed at -> =at!; Program -> =program!; Panel -> =panel;"
                                                                    " M3 operation -> =where"),
             *listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job"),
             *listed("Environment -> =environment!; M3 version -> =version; Java version -> 1.8.0_251; Database user -> MDBUSR"),
             "Program stack, outermost first:", *(f"  {at}. {name}" for at, name in enumerate(case.stack(), 1)),
             "Fields:", *case.fields("  {:.<20} '{}'"), "Exception:", *case.trace("    at {}").replace("\t", "    ").split("\n"),
             "---------- end of dump ----------"]
    return joined([*before, *(stamp + line for line in lines)])


# The engineer of operations.
@document
def shell_variables(sheet):
    """Assignments that a shell can read."""
    case = Told(sheet)
    rows = case.rows("%Y-%m-%d %H:%M:%S UTC", "M3_PROGRAM -> =program!; M3_PANEL -> =panel; M3_USER -> =user; M3_JOB -> =job;"
                                              " M3_COMPANY|M3_CONO -> =company;"
                                              " M3_DIVISION|M3_DIVI -> =division; M3_ENVIRONMENT|M3_ENV -> =environment; M3_VERSION -> =version;"
                                              " M3_FAILED_AT -> =at!; M3_FAILED_OPERATION -> =where; JAVA_VERSION -> 1.8.0_251; HOSTNAME -> m3app02;"
                                              " USER -> svcm3; DB_USER -> MDBUSR")
    return joined("# dump 417, written by the collector for scripts", [f"{label}='{value}'" for label, value in case.shuffled(rows)],
                  ["# program stack, outermost program first", f"M3_PROGRAM_STACK='{' '.join(case.stack())}'"],
                  ["# fields of the program", *case.fields("{}='{}'")], f"# Java stack trace\nM3_STACK_TRACE='{case.trace('    at {}')}'")


@document
def toml_dump(sheet):
    """Tables with strings in apostrophes, a list of programs, and the trace on several lines."""
    case = Told(sheet)
    table = lambda name, text: [f"[{name}]", *(f"{label} = '{value}'" for label, value in case.rows("%Y-%m-%dT%H:%M:%SZ", text))]
    tables = case.shuffled([table("failure", "time -> =at!; program -> =program!; panel -> =panel; operation -> =operation!; file -> =object!"),
                            table("session", "user -> =user!; company -> =company; division -> =division; client_ip -> 10.20.30.40"),
                            table("job", "id -> =job!; queue -> QBATCH; submitted_by -> ~user"),
                            table("installation", "environment -> =environment!; m3_version -> =version; java_version -> 11.0.20; started -> <200")])
    stack = ["[program_stack]", "# outermost program first", "programs = [" + ", ".join(f"'{name}'" for name in case.stack()) + "]"]
    return joined(["# M3 dump", "dump_number = 417"], *tables, stack, ["[fields]", *case.fields("{} = '{}'")],
                  f"[exception]\nstack_trace = '''\n{case.trace('    at {}')}\n'''")


@document
def ecs_json_line(sheet):
    """An event on one line, its names in groups by dots."""
    case = Told(sheet)
    content = dict([("@timestamp", case.time("%Y-%m-%dT%H:%M:%S.{ms}Z")), ("log.level", "ERROR"), ("message", f"M3 program {case['program']} ended abnormally")])
    content.update(case.shuffled(case.rows("%Y-%m-%dT%H:%M:%S.{ms}Z", "m3.program -> =program!; m3.panel -> =panel; m3.user -> =user!;"
                                                                      " m3.job -> =job;"
                                           " m3.company -> =company; m3.division -> =division; m3.environment -> =environment;"
                                           " m3.version -> =version;"
                                           " m3.operation -> =where; java.version -> 1.8.0_251; host.name -> m3app02; db.user -> MDBUSR;"
                                           " event.ingested -> >1; agent.version -> 8.11.1")))
    content["m3.program_stack"] = " > ".join(case.stack())
    case.fields("{}{}")
    content["m3.fields"] = dict(case.truth.fields)
    parts.say_thrown(case.truth)
    content["error.type"] = case.truth.exception
    if case.truth.exception_message:
        content["error.message"] = case.truth.exception_message
    content["error.stack_trace"] = case.trace()
    return json.dumps(content, ensure_ascii=False) + "\n"


@document
def yaml_manifest(sheet):
    """As what one gives to a cluster: kind, metadata, and flowing maps below spec."""
    case = Told(sheet)
    quoted = lambda value: json.dumps(value, ensure_ascii=False)
    flow = lambda name, text: f"  {name}: {{" + ", ".join(f"{label}: {quoted(value)}" for label, value in case.rows("%Y-%m-%dT%H:%M:%S+02:00", text)) + "}"
    spec = case.shuffled([flow("failure", "time -> =at!; operation -> =operation!; file -> =object!"), flow("job", "id -> =job!;"
                                                                                                                   " type -> interactive"),
                          flow("program", "name -> =program!; panel -> =panel; compiled -> ~date"),
                          flow("session", "user -> =user!; company -> =company; division -> =division; language -> GB"),
                          flow("installation", "environment -> =environment!; m3Version -> =version; javaVersion -> 17.0.8; host -> m3app02")])
    fields = ["  fields:", *(f"    {name}: {quoted(value)}" for name, value in case.truth.fields)]
    case.fields("{}{}")
    return joined(["apiVersion: dumps.example.com/v1", "kind: ProgramDump", "metadata:", "  name: dump-417", "  labels: {collector: \"1.4\"}", "spec:"], *spec,
                  "  programStack: [" + ", ".join(case.stack()) + "]  # outermost first", fields,
                  "  stackTrace: |-\n" + textwrap.indent(case.trace("    at {}").replace("\t", "    "), "    "), between="\n")


@document
def configparser_file(sheet):
    """Sections in brackets, keys with colons, and what needs several lines indented below its key."""
    case = Told(sheet)
    listed = lambda text: [f"{label}: {value}" for label, value in case.rows(ISO, text)]
    several = lambda key, lines: [f"{key}:", *(f"    {line}" for line in lines)]
    sections = case.shuffled([["[failure]", *listed("program -> =program!; panel -> =panel; failed at -> =at!; operation -> =where"),
                               *several("program stack (outermost first)", case.stack())],
                              ["[session]", *listed("user -> =user!; company -> =company; division -> =division; job -> =job;"
                                                    " previous user -> ~user")],
                              ["[installation]", *listed("environment -> =environment!; m3 version -> =version; java version -> 1.8.0_251;"
                                                         " database user -> MDBUSR")],
                              ["[fields]", *case.fields("{}: '{}'")]])
    return joined("# M3 dump 417", *sections, ["[exception]", *several("stack trace", case.trace("    at {}").replace("\t", "    ").split("\n"))])


@document
def ctl_show_output(sheet):
    """Commands that show a dump, and what each printed."""
    case = Told(sheet)
    quoted = lambda value: f'"{value}"' if " " in value else value
    line = lambda name, text: f"{name:<9}" + " ".join(f"{label}={quoted(value)}" for label, value in case.rows("%Y-%m-%dT%H:%M:%S+01:00", text))
    command = lambda what, lines: [f"$ m3dumpctl {what} 417", *lines]
    shown = case.shuffled([line("failure", "program -> =program!; panel -> =panel; operation -> =where; failed_at -> =at!"),
                           line("session", "user -> =user!; company|cono -> =company; division|divi -> =division; lang -> GB"),
                           line("job", "job -> =job!; type -> interactive; started -> <3"),
                           line("system", "environment|env -> =environment!; m3_version -> =version; java_version -> 17.0.8; host -> m3app02;"
                                          " db_user -> MDBUSR")])
    return joined(command("show", shown), command("program-stack --outermost-first", case.stack()), command("fields", case.fields('{}="{}"')),
                  command("trace", [case.trace("    at {}")]))


# All notations of the set: none adds words, traces or headings to what others have.
LINES, NAMED = {}, set()
DOCUMENTS = {**other_screens.SET.documents, **other_tables.SET.documents, **SET.documents}
ALONE = {"dumplogger_records"}
KEYS = GENERAL = DECOYS = TRACES = FIELDS = HEADINGS = {}
