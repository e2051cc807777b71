"""Notations of the set `jury`: contents of fields and records, with types and lengths, hexadecimal and packed; objects in words of Java."""

from .jury_case import Case, headed, joined, leaders, level, lined
from .register import Register

SET = Register()
document = SET.document


def packed(value, digits, decimals):
    """Packed decimals: a digit in each half byte, the sign in the last."""
    figures = f"{abs(round(float(value) * 10**decimals)):0{digits + 1 - digits % 2}d}"
    return figures + ("D" if value.startswith("-") else "F")


def stored(of):
    """The bytes of a field on IBM i, in hexadecimal digits."""
    _, kind, length, decimals, value = of
    if kind == "P":
        return packed(value, length, decimals)
    text = value.ljust(length) if kind == "A" else value.rjust(length, "0")
    return text.encode("cp037").hex().upper()


def held(case):
    """The fields, taken note of; none where the dump has none."""
    return case.held if case.fields("{n}") else []


@document
def jury_rpg_dump(sheet):
    """As the formatted dump of an RPG program: status area, then names with attributes, value and hexadecimal."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d-%H.%M.%S.{ms}000", 3), ("%Y/%m/%d %H:%M:%S",)))
    kinds = {"A": "CHAR({l})", "P": "PACKED({l},{d})", "S": "ZONED({l},0)", "D": "ZONED({l},0)"}
    names = [f"{'NAME':<16}{'ATTRIBUTES':<18}VALUE"]
    for of in held(case):
        name, kind, length, decimals, value = of
        shown = f"'{value.ljust(length)}'" if kind == "A" else value
        names.append(f"{name:<16}{kinds[kind].format(l=length, d=decimals):<18}{shown:<44}{chr(39)}{stored(of)}'X")
    area = lambda title, text: headed(f"{title}:", leaders(case.rows(text, 0.2), 36, ". ", ": ", "  "))
    return joined(f"{'M3 FORMATTED DUMP':^80}".rstrip(), area("Program Status Area", "Program Name > program; Panel > panel?; Failing Operation > operation; File > object; Failed at > at; Library > 'MVXBASE"),
                  area("Job Area", "Job Number > job?; User > user; Company > company?; Division > division?; Job Queue > 'QBATCH; Job Started > @past"),
                  area("System Area", "Environment > environment?; M3 Version > version?; Java Version > '1.8.0_345"),
                  headed("Invocation Stack (last called program first):", [f"  {name}" for name in case.stack()[::-1]]),
                  names if len(names) > 1 else "", headed("Java Exception:", case.trace("  at {}")))


@document
def jury_hex_fields(sheet):
    """Fields as hexadecimal bytes with their text behind, like a dump of memory."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%Y-%m-%d %H:%M:%S.{ms} UTC", 3, 0)))
    head = lambda text: f"-- {text} --"
    lines = [f"{of[0]:<8} len={of[2]:<3} hex={stored(of):<82} value='{of[4]}'" for of in held(case)]
    facts = [headed(head("failure"), lined(case.rows("program > program; panel > panel?; failed-at > at; failed-operation > where; compiled > @past"), "{:<18}{}")),
             headed(head("caller"), lined(case.rows("user > user; company > company?; division > division?; job > job?; language > 'GB"), "{:<18}{}")),
             headed(head("installation"), lined(case.rows("environment > environment?; m3-version > version?; java-version > '11.0.21; database-user > 'MDBUSR"), "{:<18}{}"))]
    return joined(*case.order(facts), headed(head("program stack, outermost first"), " ".join(f"{at}:{name}" for at, name in enumerate(case.stack(), 1))),
                  headed(head("fields"), lines), headed(head("exception"), case.trace()))


@document
def jury_packed_fields(sheet):
    """Letters in quotes, decimals packed with what they mean in brackets."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%d-{mon}-%Y %H:%M:%S",)))
    lines = []
    for of in held(case):
        name, kind, length, decimals, value = of
        if kind == "P":
            lines.append(f"  {name} P({length},{decimals}) = X'{packed(value, length, decimals)}' ({value})")
        else:
            lines.append(f"  {name} {kind}({length}) = '{value}'")
    listed = lambda text: lined(case.rows(text), "  {} = {}")
    facts = [headed("PROGRAM", listed("Program > program; Panel > panel?; Failed operation > where; Failed at > at; Last changed by > @other")),
             headed("USER", listed("User > user; Company > company?; Division > division?; User group > 'LOGISTICS")),
             headed("SYSTEM", listed("Job > job?; Environment > environment?; Version > version?; Java version > '17.0.9"))]
    calls = [f"  {'> ' * at}{name}" for at, name in enumerate(case.stack())]
    return joined("STORAGE DUMP", *case.order(facts), headed("CALL STACK", calls), headed("STORAGE", lines), headed("TRACE", case.trace("  at {}")))


@document
def jury_record_formats(sheet):
    """Fields in braces of their record format, and a record of another table with another company."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%Y-%m-%dT%H:%M:%S.{ms}+0200", 3, 2)))
    block = lambda name, lines: [f"{name} {{", *(f"  {line}" for line in lines), "}"] if lines else []
    facts = [block("Failure", lined(case.rows("program > program; panel > place?; time of failure > at; failing operation > where"))),
             block("Session", lined(case.rows("user > user; company > company?; division > division?; job > job?; previous job > '118822"))),
             block("Runtime", lined(case.rows("environment > environment?; m3 version > version?; java version > '1.8.0_345; started > @past")))]
    other = ["OACONO [931]", "OADIVI [ZZZ]", "OAORNO [0020001234]", f"OACHID [{case.other('other')}]"] if case.some(0.6) else []
    return joined("M3 dump", *case.order(facts), block("Program stack (outermost first)", case.stack()), block("Fields of the failing program", case.fields("{n} [{p}]")),
                  block("Last record read from OOHEAD (other company)", other), block("Exception", case.trace("  at {}").split("\n")))


@document
def jury_values_below(sheet):
    """Each value on the line below its key, indented."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("{d} {month} %Y %H:%M:%S",)))
    mark = case.pick(":", "")
    below = lambda rows: [line for label, value in rows for line in (f"{label}{mark}", f"    {value}")]
    rows = case.rows("Program > program; Panel > panel?; User > user; Company > company?; Division > division?; Job > job?; Environment > environment?; M3 version > version?; "
                     "Time of failure > at; Failed operation > where; Java version > '11.0.21; Last changed by > @other", 0.8)
    calls = [f"    {name}" for name in case.stack()]
    return joined("M3 PROGRAM FAILURE", below(rows), headed(f"Program stack, outermost first{mark}", calls), headed(f"Fields{mark}", case.fields("    {n} = '{v}'")),
                  headed(f"Stack trace{mark}", case.trace("    at {}", indent="    ")))


@document
def jury_objects_in_words(sheet):
    """What toString gave of Java's objects: names and values in square brackets."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%dT%H:%M:%S",), ("%Y-%m-%dT%H:%M:%S.{ms}Z", 3, 0)))
    thing = lambda name, text: f"{name}[" + ", ".join(lined(case.rows(text), "{}={}")) + "]"
    facts = [thing("Failure", "program > program; panel > panel?; failedAt > at; operation > operation; file > object"),
             thing("Session", "user > user; company > company?; division > division?; language > 'GB"),
             thing("Job", "jobId > job; jobType > 'Interactive; queue > 'QINTER"), thing("Installation", "environment > environment; m3Version > version?; javaVersion > '17.0.9")]
    stack = [f"ProgramStack[{', '.join(case.stack())}]"] if case.has_stack else []
    return joined("Dump requested by abnormal termination", *case.order(facts), stack, *case.order([headed("Fields", case.fields('{n}="{v}"')), case.trace()]), between=case.pick("\n", "\n\n"))


@document
def jury_prefixed_lda(sheet):
    """M3's field names with a prefix for what a program was called with, and those of the failure in words."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y%m%d %H%M%S",), ("%Y-%m-%d %H:%M:%S",)))
    prefix = case.pick("LD", "ZZ", "ZD")
    head = lambda text: f"[ {text} ]"
    names = "; ".join(f"{prefix}{of}" for of in ("USID > user", "CONO > company?", "DIVI > division?", "LANC > 'GB", "DTFM > 'YMD"))
    facts = [headed(head("Local data area"), level(case.rows(names), " = ", pad=8)),
             headed(head("Failure"), level(case.rows("Program > program; Panel > panel?; Time > at; I/O operation > where; Object compiled > @past"), " = ", pad=8)),
             headed(head("Installation"), level(case.rows("Job > job?; Environment > environment?; M3 version > version?; Java version > '1.8.0_345"), " = ", pad=8))]
    calls = [f"{name} (panel {panel}, method {method}, library {library})" for _, name, panel, method, library in case.stack_rows()]
    title, lines = case.listing()
    return joined("DUMP", *case.order(facts), headed(head("Program stack, first called first"), calls), headed(head("Program fields"), case.fields("{n:<8} = '{v}'")),
                  headed(head("Exception"), case.trace(module=case.pick("", "m3.be@15.1/"))), headed(head(title), lines))


@document
def jury_typed_listing(sheet):
    """A listing of fields with position, type, length and value; suppressed exceptions; the facts after the trace."""
    case = Case(sheet)
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%b %d %Y %H:%M:%S",)))
    lines, at = [], 1
    for name, kind, length, decimals, value in held(case):
        lines.append(f"{at:>5}  {name:<8} {kind}  {length:>3} {decimals:>2}  \"{value}\"")
        at += length
    table = [f"{'POS':>5}  {'FIELD':<8} T  LEN DC  VALUE", f"{'-' * 5}  {'-' * 8} -  --- --  {'-' * 20}", *lines] if lines else []
    facts = case.rows("Program > program; Panel > panel?; User > user; Company > company?; Division > division?; Job > job?; Failure time > at; Failed operation > where; "
                      "Environment > environment?; M3 version > version?; Java version > '11.0.21; Database user > 'MDBUSR; Server started > @past", 0.9)
    calls = [f"#{at} {name}" for at, name in enumerate(case.stack()[::-1])]
    return joined(headed("=== Exception ===", case.trace(extra=case.pick("Suppressed", "Caused by"))), headed("=== Facts ===", leaders(facts, 24, ".", " ")),
                  headed("=== Program stack (#0 is the program that failed) ===", calls), headed("=== Fields ===", table))
