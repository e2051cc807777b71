"""Dumps of the set `judge` in mixtures, boxes, outlines, lines like a log's, and sentences."""

from . import judge_parts as parts
from .judge_case import Case
from .judge_parts import aligned, dotted, grid, joined
from .register import Register

SET = Register()
document = SET.document
colons = lambda pairs: "\n".join(f"{label}: {value}" for label, value in pairs)


@document
def judge_sentences(sheet):
    """The facts in prose, the rest below it."""
    case = Case(sheet)
    truth = case.truth
    at = case.time(*case.pick(("{0.day} {2} {0:%Y} at {0:%H:%M:%S}", 0, None), ("{0:%Y-%m-%d %H:%M:%S}", 0, None), ("{0:%Y-%m-%d at %H:%M:%S}", 0, None)))
    panel = f" (panel {case.say('panel')})" if truth.panel else ""
    first = case.pick(f"Program {case.say('program')}{panel} terminated abnormally on {at}.", f"On {at} program {case.say('program')}{panel} failed.")
    who = case.pick(f"It was run by user {case.say('user')} in company {case.say('company')}, division {case.say('division')}.",
                    f"User {case.say('user')} was working in company {case.say('company')} and division {case.say('division')}.")
    system = case.pick(f"The environment is {case.say('environment')} with M3 version {case.say('version')}.",
                       f"Environment {case.say('environment')} runs M3 version {case.say('version')}.")
    more = [case.where("The operation {} {} failed."), f"The job number is {case.say('job')}.", system]
    case.chance.shuffle(more)
    called = f"Call stack: {' -> '.join(case.called())}"
    return joined(f"{case.word('title')}", "\n".join([first, who, *more]), called, f"{case.word('fields')}:\n{parts.fields(case, 'quoted')}",
                  f"{case.word('trace')}:\n{parts.trace(case)}")


@document
def judge_log_lines(sheet):
    """Each line behind the time, the level and the thread, as a logger writes them; one record after the other."""
    case = Case(sheet, spread=False)
    at = case.time(*case.pick(("{0:%Y-%m-%d %H:%M:%S},{1:03d}", 3, None), ("{0:%Y-%m-%d %H:%M:%S}.{1:03d}", 3, None), ("{0:%Y-%m-%dT%H:%M:%S}.{1:03d}Z", 3, 0)))
    thread = f"JobThread-{case.chance.randint(2, 99)}"
    head = case.pick(f"{at} ERROR [{thread}] m3.dump - ", f"{at} [{thread}] ERROR DumpLog: ", f"{at} ERROR m3.dump ")
    facts = case.pairs("program! panel user job company division environment version where", ("session", "system"), 2)
    lines = ["---- M3 dump begins ----", *(f"{label}: {value}" for label, value in facts), f"Program stack: {' -> '.join(case.called())}"]
    lines += [f'Field {name} = "{value}"' for name, value in case.fields()]
    return "\n".join(head + line for line in [*lines, parts.trace(case, "tab")]) + f"\n{head}---- M3 dump ends ----\n"


@document
def judge_two_columns(sheet):
    """Two pairs on each line."""
    case = Case(sheet, spread=False)
    spaced = case.pick(lambda label: f"{dotted(label, 20)} : ", lambda label: f"{label:<20}: ", lambda label: f"{dotted(label, 20, False)}: ")
    cells = [spaced(label) + value for label, value in case.header()]
    wide = max(map(len, cells)) + case.pick(3, 4, 6)
    lines = [f"{cells[at]:<{wide}}{''.join(cells[at + 1:at + 2])}".rstrip() for at in range(0, len(cells), 2)]
    rest = parts.sections(case, colons, case.pick("columns", "arrows"), case.pick("quoted", "dots"))
    rule = case.pick("-", "=") * 90
    return joined(f"{case.word('title')}\n{rule}", "\n".join(lines), *(f"{rule}\n{name}\n{rule}\n{text}" for name, text in rest))


@document
def judge_drawn_box(sheet):
    """A box of lines drawn around all facts, sections divided by rules."""
    case, wide = Case(sheet), 90
    left, right, flat, side = case.pick(("╔╠╚", "╗╣╝", "═", "║"), ("┌├└", "┐┤┘", "─", "│"))
    rule = lambda at: f"{left[at]}{flat * wide}{right[at]}"
    row = lambda text: f"{side} {text:<{wide - 2}} {side}"
    mark = case.pick(" : ", " │ ", " = ")
    named = [(name, aligned(pairs, mark).split("\n")) for name, pairs in case.groups() if pairs]
    named += [(case.word("stack"), [" > ".join(case.called())]), (case.word("fields"), parts.fields(case, "equals").split("\n"))]
    lines = [rule(0), row(case.word("title")), *(line for name, texts in named for line in [rule(1), row(name.upper()), *map(row, texts)]), rule(2)]
    return joined("\n".join(lines), f"{case.word('trace')}\n{parts.trace(case)}")


@document
def judge_mixed(sheet):
    """Each section in another notation."""
    case = Case(sheet, spread=False)
    first = case.pick(lambda pairs: aligned(pairs, " = "), lambda pairs: "\n".join(f"{dotted(label, 24)} : {value}" for label, value in pairs))
    sections = [("FAILURE", colons(case.pairs("program! panel where at", ("failure",)))), ("SESSION", grid(case.pairs("user! company division job", ("session",)))),
                ("SYSTEM", first(case.pairs("environment! version", ("system",))))]
    fields = "<fields>\n" + "\n".join(f'  <field name="{name}">{value.replace("&", "&amp;")}</field>' for name, value in case.fields()) + "\n</fields>"
    rest = [("PROGRAM STACK", parts.STACKS["tree"](case.called())[1]), ("FIELDS", fields), ("STACK TRACE", parts.trace(case)),
            ("JVM", "java.version=1.8.0_371\nuser.name=svc_m3be\nos.name=Linux")]
    case.chance.shuffle(rest)
    return joined(f"{case.word('title')}", *(f"##### {name} #####\n{text}" for name, text in [*sections, *rest]))


@document
def judge_outline(sheet):
    """A tree of sections and their facts."""
    case = Case(sheet)
    tee, end, bar = case.pick(("├─ ", "└─ ", "│  "), ("|-- ", "`-- ", "|   "))
    mark = case.pick(": ", " = ")
    named = [(name, [f"{label}{mark}{value}" for label, value in pairs]) for name, pairs in case.groups() if pairs]
    named.append((case.word("fields"), [f'{name} = "{value}"' for name, value in case.fields()]))
    named.append((case.word("stack"), [f"{at}. {name}" for at, name in enumerate(case.called(), 1)]))
    lines = [case.word("title")]
    for at, (name, leaves) in enumerate(named):
        last = at == len(named) - 1
        lines.append((end if last else tee) + name)
        lines += [(" " * len(bar) if last else bar) + (end if leaf == leaves[-1] else tee) + leaf for leaf in leaves]
    return joined("\n".join(lines), f"{case.word('trace')}:\n{parts.trace(case)}")


ABOUT = {"user": ["Anna Svensson", "John Doe"], "company": ["Demo Trading AB", "Nordic Sales"], "division": ["Head office", "Plant south"],
         "environment": ["Nordic region", "main site"], "program": ["Item. Open", "Delivery. Connect"], "panel": ["Detail", "Browse"]}


@document
def judge_values_described(sheet):
    """Codes with what they mean behind them: `Company: 100 (Demo Trading AB)`."""
    case = Case(sheet, spread=False)
    form = case.pick("{} ({})", "{} - {}", "{}  {}")
    mark = case.pick(": ", " : ", " = ")
    facts = []
    for field in "at program panel where user company division job environment version".split():
        for label, value in case.told(field) if field == "program" or case.odds(0.92) else []:
            facts.append((label, form.format(value, case.chance.choice(ABOUT[field])) if field in ABOUT else value))
    rest = parts.sections(case, colons, case.pick("levels", "arrows"), case.pick("quoted", "equals"))
    return joined(f"{case.word('title')}\n{'-' * 60}", aligned(facts, mark), *(f"{name}\n{'-' * 60}\n{text}" for name, text in rest))
