"""As a vendor's screens give when their details are copied: labels above values, tabs, columns side by side, boxes of forms."""

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()


@SET.document
def loft_screen_below(sheet):
    """A label on a line, its value on the next, a blank line after."""
    case = Case(sheet)
    colon = case.chance.choice(["", ":"])
    pairs = [f"{key}{colon}\n{value}" for key, value in case.facts(near=2)]
    values = f"Field values{colon}\n" + "\n".join(f"{name}\t{value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("Error details", *pairs, values, f"Stack trace{colon}\n{parts.trace(case)}")


@SET.document
def loft_screen_tabs(sheet):
    """Two pairs to a line, tabs between all."""
    case = Case(sheet)
    cells = [f"{key}\t{value}" for key, value in case.facts(thrown=0)]
    rows = "\n".join("\t".join(cells[at : at + 2]) for at in range(0, len(cells), 2))
    stack = "Program stack\n" + "\n".join(f"{at}\t{name}" for at, name in enumerate(parts.programs(case), 1)) if parts.some(case) else ""
    values = "Field\tValue\n" + "\n".join(f"{name}\t{value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("Dump details", rows, stack, values, f"Stack trace\n{parts.trace(case)}")


@SET.document
def loft_screen_aligned(sheet):
    """Rows of labels, the values below each of them."""
    case = Case(sheet)
    pairs = case.facts(thrown=0, parted=0.1, near=1)
    blocks = []
    for at in range(0, len(pairs), 3):
        row = pairs[at : at + 3]
        widths = [max(len(key), len(value)) + 4 for key, value in row]
        blocks.append(
            "".join(f"{key:<{width}}" for (key, _), width in zip(row, widths)).rstrip() + "\n" + "".join(f"{value:<{width}}" for (_, value), width in zip(row, widths)).rstrip()
        )
    return parts.joined("Program dump", *blocks, f"Stack trace\n{parts.trace(case)}")


@SET.document
def loft_screen_card(sheet):
    """A card with its badges and buttons, details behind labels with colons."""
    case = Case(sheet)
    truth = case.truth
    panel = f" · Panel {case.told('panel', full=False)}" if truth.panel else ""
    pairs = "\n".join(f"{key}:\t{value}" for key, value in case.facts(only=["user", "job", "company", "division", "environment", "version", "at", "where"]))
    return parts.joined(
        f"Abnormal termination\nProgram {case.told('program')}{panel}\nOpen   Download   Copy details",
        pairs,
        "Show less",
        f"Stack trace   Copy\n{parts.trace(case)}",
        "© Example Systems 2026",
    )


@SET.document
def loft_screen_tree(sheet):
    """An opened tree: groups with triangles, leaves with lines."""
    case = Case(sheet)

    def group(name, leaves):
        return f"▾ {name}\n" + "\n".join(f"   {'└─' if at == len(leaves) - 1 else '├─'} {leaf}" for at, leaf in enumerate(leaves))

    pairs = lambda only, near=0: [f"{key}: {value}" for key, value in case.facts(only=only, near=near)] or ["(none)"]
    return parts.joined(
        group("Program", pairs(["program", "panel", "version"])),
        group("Session", pairs(["user", "company", "division", "job", "environment"], 2)),
        group("Failure", pairs(["at", "where", "exception"])),
        group("Fields", [f"{name} = {value}" for name, value in parts.fields(case)]),
        group("Call stack", parts.programs(case)),
        group("Stack trace", parts.trace(case, indent="    ", cause="plain").split("\n")),
        between="\n",
    )


@SET.document
def loft_screen_form(sheet):
    """Boxes of a form with brackets or underscores up to their width."""
    case = Case(sheet)
    fill = case.chance.choice([" ", "_"])
    pairs = "\n".join(f"  {key:<24}[{value:{fill}<36}]" for key, value in case.facts(thrown=0.7))
    values = "Field values\n" + "\n".join(f"  {name:<24}[{value:{fill}<20}]" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("Display dump", pairs, values, f"Stack trace\n{parts.trace(case)}" if parts.some(case) else "", "  [ OK ]  [ Cancel ]  [ Save as... ]")


@SET.document
def loft_screen_quoted(sheet):
    """A key, a colon and a tab; lists by commas; headings of tabs with counts."""
    case = Case(sheet)
    pairs = "\n".join(f'\t{key}: "{value}"' for key, value in case.facts(thrown=0.6))
    stack = f"Program stack ({len(case.truth.call_stack)})\n" + "\n".join(f"\t{name}" for name in parts.programs(case)) if parts.some(case) else ""
    values = f"Field values ({len(case.truth.fields)})\n" + "\n".join(f'\t{name}: "{value}"' for name, value in parts.fields(case))
    return parts.joined(f"General\n{pairs}", stack, values, f"Stack trace\n\t{parts.trace(case, indent=chr(9) * 2)}")
