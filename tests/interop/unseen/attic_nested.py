"""Notations of the set `attic` that are about the stack of programs, and those about what a program's fields hold."""

from .attic_case import Case
from .attic_fields import FORMS, TABLES, done, made, spaced
from .attic_looks import heading_form, pairs_form
from .attic_report import fields, joined, other_program, report, rest, stack, top
from .attic_stacks import NEWEST_FIRST, UP, statements, table
from .register import Register

SET = Register()
document = SET.document


@document
def attic_stack_tree(sheet):
    """Programs as branches of their callers."""
    case = Case(sheet)
    form = case.pick("branches", "ascii branches", "plus branches", "arrow steps", "corner", "bars", "stars", "greater deep", "indented", "indented deep",
                     "with methods")
    return report(case, stacks=stack(case, form))


@document
def attic_stack_newest_first(sheet):
    """The program that failed on top, and the heading says so."""
    case = Case(sheet)
    return report(case, stacks=stack(case, up=1))


@document
def attic_stack_levels(sheet):
    """Numbers of levels, counted up or down."""
    case = Case(sheet)
    up = case.maybe()
    if not up:
        form = case.pick("level words", "levels and dots", "bracket numbers", "padded numbers", "library and statement", "entered")
        return report(case, stacks=stack(case, form))
    form = UP[case.pick("levels down", "level words", "level table")]
    case.truth.say("call_stack", case.truth.call_stack)
    names = list(enumerate(case.truth.call_stack, 1))[::-1]
    return report(case, stacks=(f"{case.heading('call_stack')} ({case.pick(*NEWEST_FIRST[case.language])})", form(case, names)))


@document
def attic_ibm_call_stack(sheet):
    """As IBM i displays a call stack: type, program, library, statement, procedure; the newest is the last."""
    case = Case(sheet)
    case.truth.say("call_stack", case.truth.call_stack)
    heads = case.pick(("Type", "Program", "Library", "Statement", "Procedure"), ("Rqs", "Program", "Library", "Statement", "Procedure"),
                      ("Level", "Program", "Library", "Statement", "Method"))
    rows = [(at if heads[0] == "Level" else "PGM" if heads[0] == "Type" else at if at == 1 else "", name, library, f"{line:010d}", method)
            for at, (name, library, method, line) in enumerate(statements(case), 1)]
    return report(case, stacks=(case.heading("call_stack"), table(case, heads, rows)))


@document
def attic_stack_pairs(sheet):
    """For each program of the stack a block of keys, from the outermost to the one that failed."""
    case = Case(sheet, english=1)
    case.truth.say("call_stack", case.truth.call_stack)
    form = pairs_form(case)
    blocks = []
    for at, (name, library, method, line) in enumerate(statements(case), 1):
        pairs = [("Level", str(at)), ("Program", name), ("Library", library), ("Method", method), ("Statement", str(line))]
        blocks.append("\n".join(form(pairs)))
    return report(case, stacks=("Program stack, level 1 is the outermost", case.pick("\n", "\n\n").join(blocks)), facts_first=1)


@document
def attic_programs_within(sheet):
    """Every program of the stack with fields of its own, one within the other; the innermost is the one that failed."""
    case = Case(sheet, english=1)
    truth = case.truth
    truth.say("call_stack", truth.call_stack)
    all, form = made(case), FORMS[case.pick("quoted", "apostrophes", "quoted in line", "type after", "colon quoted")]
    step, word = case.pick(2, 3, 4), case.pick("PROGRAM {}", "Program: {}", "+ {}", "--- {} ---", "[{}]", "call {}")
    lines = []
    for at, name in enumerate(truth.call_stack):
        lines.append(" " * step * at + word.format(name))
        own = [form(one) for one in all] if name == truth.program and at == len(truth.call_stack) - 1 else [f'X{at}OPT{at} = "5"', f'X{at}SEQ{at} = "EF1"']
        lines += [" " * (step * at + step) + line for row in own for line in row.split("\n")]
    done(case, all)
    parts_found = ("Program stack with the fields of each program (outermost first)", "\n".join(lines))
    found = rest(case, stacks=parts_found, field=("Current record", "MITMAS, relative record number 1204"))
    look, first = heading_form(case), pairs_form(case)(case.pairs())
    return joined(top(case), first, *[f"{look(name, at)}\n{text}" for at, (name, text) in enumerate(found, 1)])


@document
def attic_stack_prose(sheet):
    """Who called whom, in words."""
    case = Case(sheet, english=1)
    stack_of, truth = case.truth.call_stack, case.truth
    truth.say("call_stack", stack_of)
    calls = [f"{caller} called {name}" for caller, name in zip(stack_of, stack_of[1:])]
    text = case.pick(lambda: "\n".join([f"{stack_of[0]} was started by the system", *calls]),
                     lambda: "\n".join([f"In {stack_of[-1]}", *(f"called from {name}" for name in stack_of[-2::-1])]),
                     lambda: "\n".join(f"{name:<10} (called by {caller})" for caller, name in list(zip(["*NONE"] + stack_of, stack_of))[::-1]))()
    return report(case, stacks=(case.heading("call_stack"), text))


@document
def attic_fields_quoted(sheet):
    """NAME = "value" in its many forms, and arrays."""
    case = Case(sheet)
    return report(case, field=fields(case, "quoted", "quoted in line", "quoted padded", "apostrophes", "apostrophes close", "colon quoted", "java", "was",
                                     "debugger", "comment", extra=0.5))


@document
def attic_fields_hex(sheet):
    """Bytes beside the values, or instead of them."""
    case = Case(sheet)
    return report(case, field=fields(case, "ebcdic beside", "ebcdic behind", "ascii behind", "hex only", "and hex"))


@document
def attic_fields_packed(sheet):
    """Packed and zoned numbers, with what they say or without."""
    case = Case(sheet)
    return report(case, field=fields(case, "hex of numbers", "packed and value", "packed and value", "type after", "type before"))


@document
def attic_fields_tables(sheet):
    case = Case(sheet)
    return report(case, field=fields(case, *TABLES))


@document
def attic_fields_typed(sheet):
    case = Case(sheet)
    return report(case, field=fields(case, "type after", "type in brackets", "length before", "type before", "type colon", "java"))


@document
def attic_records(sheet):
    """Fields by the record format or the structure that they're of."""
    case = Case(sheet)
    all, form = made(case, 6), FORMS[case.pick("quoted", "apostrophes", "equals", "leaders", "colon", "type after", "ebcdic beside", "brackets")]
    words = case.pick(("Record format {}", "Data structure {}"), ("RECORD {}", "DS {}"), ("Format: {}", "Structure: {}"),
                      ("{} (display format)", "{} (structure)"))
    names = [f"{case.truth.program[:6]}B", "XXPARM"]
    blocks = [[word.format(name), *("  " + line for one in some for line in form(one).split("\n"))]
              for word, name, some in zip(words, names, (all[:3], all[3:]))]
    done(case, all)
    return report(case, field=(case.heading("fields"), case.pick("\n", "\n\n").join("\n".join(block) for block in blocks)))


@document
def attic_buffer(sheet):
    """The bytes of a record, sixteen in a row, below the fields."""
    case = Case(sheet)
    heading, text = fields(case, "quoted", "apostrophes", "type after", "columns", "packed and value")
    content = (case.chance.choice(["931ZZY", "100AAA"]) + "ITEM-0417 QUANTITY 12").ljust(48).encode("cp037")
    form = case.pick(lambda at, row: f"{at:04X}  {spaced(row)}  |{row.decode('cp037')}|",
                     lambda at, row: f"{at:08x}: {row.hex(' ', 4)}  *{row.decode('cp037')}*")
    rows = [form(at, content[at:at + 16]) for at in range(0, 48, 16)]
    name = f"Record buffer of {other_program(case)[:3]}HEAD"
    found = rest(case, field=(heading, text)) + [(name, "\n".join(rows))]
    look, first = heading_form(case), pairs_form(case)(case.pairs())
    return joined(top(case), first, *[f"{look(title, at)}\n{body}" for at, (title, body) in enumerate(found, 1)])
