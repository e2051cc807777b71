"""Stacks of M3 programs as the set `attic` writes them. Where the newest is first, the heading or the lines say so."""

import datetime

LIBRARIES = ["MVXCORE", "MVXCUST", "M3BE151", "MVX151PGM"]
METHODS = ["main", "mainLine", "PBDSP", "PECHK", "callProgram", "LCALL"]


def statements(case):
    """For each program of the stack a library, a method and a number of a line."""
    return [(name, case.pick(*LIBRARIES), case.pick(*METHODS), case.chance.randint(10, 9999)) for name in case.truth.call_stack]


def near(case, at):
    return f"{case.truth.at - datetime.timedelta(seconds=7 * (len(case.truth.call_stack) - at)):%H:%M:%S}"


def table(case, heads, rows):
    sizes = [max(len(str(cell)) for cell in column) for column in zip(heads, *rows)]
    line = lambda cells, gap="  ": gap.join(f"{cell:<{size}}" for cell, size in zip(map(str, cells), sizes)).rstrip()
    rule = case.pick("-", "=", "")
    return "\n".join([line(heads), *([line([rule * size for size in sizes])] if rule else []), *map(line, rows)])


def numbered(case, form):
    return "\n".join(form.format(at, name) for at, name in enumerate(case.truth.call_stack, 1))


def tree(case, branch, step):
    return "\n".join(("" if not at else " " * (step * at - step) + branch) + name for at, name in enumerate(case.truth.call_stack))


# Outermost first: in one line, or with every program deeper or with a higher level than its caller.
DOWN = {
    "arrows": lambda case: "->".join(case.truth.call_stack), "spaced arrows": lambda case: " -> ".join(case.truth.call_stack),
    "fat arrows": lambda case: " => ".join(case.truth.call_stack), "greater": lambda case: " > ".join(case.truth.call_stack),
    "slashes": lambda case: "/".join(case.truth.call_stack), "calls": lambda case: " calls ".join(case.truth.call_stack),
    "indented": lambda case: "\n".join("  " * at + name for at, name in enumerate(case.truth.call_stack)),
    "indented deep": lambda case: "\n".join("    " * at + name for at, name in enumerate(case.truth.call_stack)),
    "plain": lambda case: "\n".join(case.truth.call_stack),
    "numbers": lambda case: numbered(case, "{}. {}"), "wide numbers": lambda case: numbered(case, "{:>4}  {}"),
    "padded numbers": lambda case: numbered(case, "{:03d} {}"), "hash numbers": lambda case: numbered(case, "#{} {}"),
    "level words": lambda case: numbered(case, "Level {}: {}"), "levels and dots": lambda case: numbered(case, "Level {} . . . . :  {}"),
    "level pairs": lambda case: numbered(case, "PGM{}={}"), "bracket numbers": lambda case: numbered(case, "[{}] {}"),
    "branches": lambda case: tree(case, "└── ", 4), "ascii branches": lambda case: tree(case, "`-- ", 4), "plus branches": lambda case: tree(case, "+- ", 3),
    "arrow steps": lambda case: tree(case, "-> ", 3), "corner": lambda case: tree(case, "\\_ ", 3), "bars": lambda case: tree(case, "|__", 3),
    "stars": lambda case: "\n".join(f"{'*' * at} {name}" for at, name in enumerate(case.truth.call_stack, 1)),
    "greater deep": lambda case: "\n".join(f"{'>' * at} {name}" for at, name in enumerate(case.truth.call_stack, 1)),
    "with methods": lambda case: "\n".join("  " * at + f"{name}.{method}:{line}" for at, (name, _, method, line) in enumerate(statements(case))),
    "with libraries": lambda case: "\n".join(f"{library}/{name}" for name, library, _, _ in statements(case)),
    "library and statement": lambda case: table(case, ("Level", "Program", "Library", "Statement"),
                                                [(at, name, library, f"{line:06d}00") for at, (name, library, _, line) in enumerate(statements(case), 1)]),
    "entered": lambda case: table(case, ("No", "Program", "Entered", "Method"),
                                  [(at, name, near(case, at), method) for at, (name, _, method, _) in enumerate(statements(case), 1)]),
    "program first": lambda case: table(case, ("Program", "Level", "Method"),
                                        [(name, at, method) for at, (name, _, method, _) in enumerate(statements(case), 1)]),
    "pipes": lambda case: "\n".join(["| Level | Program |", "|-------|---------|", numbered(case, "| {:>5} | {:<8}|")]),
    "failed mark": lambda case: "\n".join(f"  {name}" + ("   <== failed here" if at == len(case.truth.call_stack) else "")
                                          for at, name in enumerate(case.truth.call_stack, 1)),
    "called from": lambda case: "\n".join(case.truth.call_stack[-1:] + [f"  called from {name}" for name in case.truth.call_stack[-2::-1]]),
    "called by": lambda case: "\n".join([f"{name} called by {caller}" for caller, name in list(zip(case.truth.call_stack, case.truth.call_stack[1:]))[::-1]]
                                        or [case.truth.call_stack[0]]),
}
NEWEST_FIRST = {"en": ["newest first", "most recent call first", "innermost first", "current program on top", "last called first"],
                "de": ["neuester zuerst", "zuletzt gerufenes zuerst"], "fr": ["le plus récent d'abord"], "sv": ["senaste först"], "da": ["seneste først"],
                "no": ["siste først"], "es": ["más reciente primero"], "it": ["più recente per primo"], "nl": ["nieuwste eerst"],
                "pt": ["mais recente primeiro"], "fi": ["uusin ensin"], "pl": ["najnowszy pierwszy"]}
OLDEST_FIRST = ["oldest first", "outermost first", "first caller on top", "first called first", "level 1 = outermost"]


def listed(names, forms):
    return "\n".join(forms(at, name) for at, name in names)


# Newest first. Levels are those of the calls, so the outermost has the lowest; or the lines are only counted.
UP = {
    "plain": lambda case, names: listed(names, lambda at, name: name),
    "numbers": lambda case, names: listed(list(enumerate([name for _, name in names], 1)), "{:>3}. {}".format),
    "counted from zero": lambda case, names: listed(list(enumerate([name for _, name in names])), "#{} {}".format),
    "levels down": lambda case, names: listed(names, "{:>3}  {}".format), "level words": lambda case, names: listed(names, "Level {}: {}".format),
    "back arrows": lambda case, names: " <- ".join(name for _, name in names), "back angles": lambda case, names: " < ".join(name for _, name in names),
    "level table": lambda case, names: table(case, ("Level", "Program", "Library"), [(at, name, case.pick(*LIBRARIES)) for at, name in names]),
    "methods": lambda case, names: listed(names, lambda at, name: f"  at {name}.{case.pick(*METHODS)} line {case.chance.randint(10, 9999)}"),
    "dashes": lambda case, names: listed(names, lambda at, name: f"- {name}"),
}
ONE_LINE = ["arrows", "spaced arrows", "fat arrows", "greater", "slashes"]


def stack(case, form=None, up=0.3):
    """(heading, text) of the stack of programs, stated."""
    case.truth.say("call_stack", case.truth.call_stack)
    heading = case.heading("call_stack")
    if form is None and case.maybe(up):
        form = case.pick(*UP)
        said = "" if form == "back arrows" else f" ({case.pick(*NEWEST_FIRST[case.language])})"
        return heading + said, UP[form](case, list(enumerate(case.truth.call_stack, 1))[::-1])
    form = form or case.pick(*DOWN)
    said = f" ({case.pick(*OLDEST_FIRST)})" if case.language == "en" and form not in ("called from", "called by") and case.maybe(0.25) else ""
    return heading + said, DOWN[form](case)


def stack_pair(case):
    """The stack in one line, as one of the pairs."""
    case.truth.say("call_stack", case.truth.call_stack)
    return case.key("call_stack"), DOWN[case.pick(*ONE_LINE)](case)
