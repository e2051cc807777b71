"""Notations of the set `attic`: keys with values in every usual way, below every kind of heading."""

from .attic_case import Case
from .attic_looks import HEADINGS, PAIRS, heading_form, leaders, pairs_form, width
from .attic_report import facts, fields, joined, noise, report, rest, stack, top, trace
from .attic_stacks import stack_pair
from .register import Register

SET = Register()
document = SET.document


@document
def attic_underlined(sheet):
    """Headings underlined in some way."""
    case = Case(sheet)
    return report(case, heading=heading_form(case, "underlined", "underlined twice", "underlined wide", "numbered underlined", "indented"))


@document
def attic_overlined(sheet):
    """A rule above the heading, or above and below it."""
    case = Case(sheet)
    return report(case, heading=heading_form(case, "overlined", "overlined twice", "between", "between thin", "stars between"))


@document
def attic_boxed_headings(sheet):
    case = Case(sheet)
    return report(case, heading=heading_form(case, "box", "drawn box", "stars box"))


@document
def attic_chapters(sheet):
    """Headings with numbers or letters, of two levels where there are groups."""
    case = Case(sheet)
    if case.maybe(0.6):
        return report(case, heading=heading_form(case, "numbered", "numbered close", "section word", "letter", "numbered underlined"))
    form = pairs_form(case)
    groups = [f"1.{at} {name}\n\n" + "\n".join(form(pairs)) for at, (name, pairs) in enumerate(case.groups(), 1)]
    others = [f"{at} {name}\n\n{text}" for at, (name, text) in enumerate(rest(case), 2)]
    return joined(top(case), f"1 {case.pick('Summary', 'Overview')}", *groups, *others)


@document
def attic_bracketed(sheet):
    case = Case(sheet)
    form = PAIRS[case.pick("equals", "spaced equals", "colon", "dots", "leaders", "columns")]
    return report(case, form, heading_form(case, "brackets", "brackets loud", "angles", "more than"), grouped=True, indent=0)


@document
def attic_capitals(sheet):
    """Headings known by their letters alone, what's below them indented."""
    case = Case(sheet, letters="as is")
    return report(case, heading=heading_form(case, "capitals", "capitals colon", "letters apart", "pluses", "pointer"), indent=case.pick(2, 3, 5))


@document
def attic_page_breaks(sheet):
    """A printer's listing: at the top of each page its number, and when it was printed."""
    case = Case(sheet)
    if case.maybe():
        return report(case, heading=heading_form(case, "page", "page rule"))
    name = case.pick("M3PRD", "INFOR M3", "DUMPLIST")
    page = lambda at: f"\f{name:<20}{'PROGRAM DUMP':^30}{'PRINTED ' + case.near(-9):<40}PAGE {at:>3}"
    found = facts(case) + rest(case)
    return joined(*[f"{page(at)}\n\n{heading.upper()}\n{text}" for at, (heading, text) in enumerate(found, 1)])


@document
def attic_ruled_centre(sheet):
    case = Case(sheet)
    return report(case, heading=heading_form(case, "centred", "centred stars", "in dashes", "in equals", "centred bare", "stars", "hashes", "slashes"))


@document
def attic_leaders(sheet):
    """As IBM i shows and prints what it knows of a job: dots and blanks up to a colon."""
    case = Case(sheet, letters=sheet.chance.choice(["as is", "as is", "upper"]))
    size, gap = case.pick(26, 32, 40), " " * case.pick(1, 3, 5)
    by = case.pick("", " ", "  ")
    form = lambda pairs: [f"{by}{leaders(key, max(size, width(pairs)))} :{gap}{value}" for key, value in pairs]
    return report(case, form, field=case.maybe(0.4) and fields(case, "leaders") or None)


@document
def attic_dotted(sheet):
    case = Case(sheet)
    form = PAIRS[case.pick("dots", "dots close", "dots blank", "three dots", "wide leaders")]
    return report(case, form, field=case.maybe(0.4) and fields(case, "dots", "dots quoted") or None)


@document
def attic_piped(sheet):
    """| Key | v |, with a head or none, in a frame or none."""
    case = Case(sheet)
    pipes = PAIRS[case.pick("table", "pipes", "loose pipes")]
    head = case.maybe(0.4)

    def form(pairs):
        rows = pipes([(case.pick("Key", "Name", "Item"), "Value"), *pairs] if head else pairs)
        if head and pipes is PAIRS["table"]:
            rows.insert(2, rows[0])
        return rows

    return report(case, form, field=case.maybe(0.3) and fields(case, "pipes") or None, stacks=case.maybe(0.3) and stack(case, "pipes") or None)


@document
def attic_no_headings(sheet):
    """Nothing but blank lines between the parts."""
    case = Case(sheet)
    pairs = case.pairs()
    if case.maybe(0.7):
        pairs.append(stack_pair(case))
    found = ["\n".join(pairs_form(case)(pairs)), trace(case)[1]]
    if case.maybe(0.8):
        found.append(fields(case, "quoted", "apostrophes", "quoted in line", "type after", "ebcdic beside")[1])
    if case.maybe():
        case.chance.shuffle(found)
    return joined(*([top(case)] if case.maybe(0.6) else []), *found)


@document
def attic_outline(sheet):
    """Everything below something, by how deep it is."""
    case = Case(sheet)
    form, step = pairs_form(case), case.pick(2, 3, 4)
    mark = case.pick("", "", ":", " -")
    deep = lambda text, level: "\n".join(" " * step * level + line for line in text.split("\n"))
    groups = [deep(f"{name}{mark}", 1) + "\n" + deep("\n".join(form(pairs)), 2) for name, pairs in case.groups()]
    others = [deep(f"{name}{mark}", 1) + "\n" + deep(text, 2) for name, text in rest(case)]
    return joined(f"{case.key('title')}{mark}", *groups, *others, between=case.pick("\n", "\n\n"))


@document
def attic_equals_flat(sheet):
    """Each line a name, an equals sign and a value; the trace below."""
    case = Case(sheet, letters=sheet.chance.choice(["camel", "snake", "shout", "kebab", "pascal"]))
    pairs = case.pairs(decoys=(1, 2, 4))
    prefix = case.pick("", "", "dump.", "m3.")
    lines = [f"{prefix}{key}={value}" for key, value in pairs]
    stacked = stack_pair(case)
    lines.append(f"{prefix}{stacked[0]}={stacked[1]}")
    found = [(case.heading("fields"), fields(case, "equals", "apostrophes close", "quoted")[1]), trace(case)]
    return joined(lines, *[f"{case.pick('# ', '; ')}{name}\n{text}" for name, text in found])


@document
def attic_mixed_hands(sheet):
    """Each section by another programmer: no two notations of keys alike."""
    case = Case(sheet)
    groups = [(name, "\n".join(pairs_form(case)(pairs))) for name, pairs in case.groups()]
    found = [heading_form(case)(name, at) + "\n" + text for at, (name, text) in enumerate(groups + rest(case), 1)]
    return joined(top(case), *found)


@document
def attic_banner(sheet):
    """The title's line has program and time, keys follow without any heading."""
    case = Case(sheet)
    pairs = case.pairs(split_time=0, sure=("program", "at"))
    clock, truth = case.key("at"), case.truth
    pairs = [(key, value) for key, value in pairs if key not in (clock, case.key("program"))]
    line = case.pick("PROGRAM DUMP OF {0} AT {1}", "M3 dump: program {0}, {1}", "Program {0} ended abnormally at {1}", "{1}   Dump of program {0}",
                     "Program {0} failed on {1}").format(truth.program, case.moment())
    truth.right["program"] = [truth.program]
    form = heading_form(case)
    found = [form(name, at) + "\n" + text for at, (name, text) in enumerate(rest(case), 1)]
    return joined(case.pick("{}", "*** {} ***", "{}\n" + "=" * 70, "-" * 70 + "\n{}\n" + "-" * 70).format(line), pairs_form(case)(pairs), *found)


@document
def attic_codes(sheet):
    """M3's own names of fields as keys, several of them in a line or one below the other."""
    case = Case(sheet, keys="codes", letters="as is")
    pairs = case.pairs(decoys=(0,), exception=0)
    if case.maybe():
        form = pairs_form(case)
        return report_of(case, form(pairs))
    size, mark = case.pick(2, 3, 4), case.pick("=", ": ", "=")
    gap = case.pick("  ", "   ", "\t")
    return report_of(case, [gap.join(f"{key}{mark}{value}" for key, value in pairs[at:at + size]) for at in range(0, len(pairs), size)])


def report_of(case, lines, name=None):
    """The rest of a report, headed in one look, below lines that are there already."""
    form = heading_form(case)
    found = [form(heading, at) + "\n" + text for at, (heading, text) in enumerate(rest(case), 2)]
    return joined(top(case), (form(name, 1) + "\n" if name else "") + "\n".join(lines), *found)


@document
def attic_shortened(sheet):
    """Words shortened as on a screen of eighty columns."""
    return report(Case(sheet, keys="short", letters=sheet.chance.choice(["as is", "as is", "upper", "lower"])))


@document
def attic_many_near(sheet):
    """A long header in which the true keys are amid many that resemble them."""
    case = Case(sheet, english=0.8)
    return report(case, grouped=False, facts_more={"decoys": (8, 10, 12)}, count=(1, 2, 2))


@document
def attic_facts_last(sheet):
    """First what the program held, and who it was at the very end."""
    case = Case(sheet)
    return report(case, facts_first=0, heading=HEADINGS[case.pick(*HEADINGS)])


@document
def attic_stack_in_head(sheet):
    """The stack of programs as one of the keys, then noise before what matters."""
    case = Case(sheet)
    form, look = pairs_form(case), heading_form(case)
    lines = form([*case.pairs(), stack_pair(case)])
    found = noise(case, 1, 2) + [trace(case), fields(case)]
    return joined(top(case), lines, *[look(name, at) + "\n" + text for at, (name, text) in enumerate(dict(found).items(), 1)])
