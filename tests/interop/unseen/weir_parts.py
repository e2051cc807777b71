"""Notations of pairs, headings, stacks and fields from which those of the weir are put together."""

import textwrap

from .weir_case import plain


# Pairs: what stands between a name and its value.
def colon(pairs):
    return "\n".join(f"{label}: {value}".rstrip() for label, value in pairs)


def equals(pairs, mark="="):
    return "\n".join(f"{label}{mark}{value}".rstrip() for label, value in pairs)


def leaders(pairs, width=34, dot=". ", end=": ", indent=""):
    """A row of dots leads from each name to its value, all values below each other."""
    width = max(width, max(len(label) for label, _ in pairs) + 4)
    return "\n".join(f"{indent}{(label + ' ' + ' ' * (len(label) % len(dot)) + dot * width)[:width]}{end}{value}".rstrip() for label, value in pairs)


def close_dots(pairs, width=30, end=": "):
    return "\n".join(f"{label} {'.' * max(3, width - len(label))}{end}{value}".rstrip() for label, value in pairs)


def columns(pairs, gap="  ", indent="", right=False):
    width = max(len(label) for label, _ in pairs)
    return "\n".join(f"{indent}{label:{'>' if right else '<'}{width}}{gap}{value}".rstrip() for label, value in pairs)


def bars(pairs, edge=True, head=()):
    """A table between bars, with or without a frame."""
    rows = [*([head] if head else []), *pairs]
    wide = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, wide)) + " |" for row in rows]
    rule = "+" + "+".join("-" * (width + 2) for width in wide) + "+"
    if head:
        lines.insert(1, rule if edge else "|" + "|".join("-" * (width + 2) for width in wide) + "|")
    return "\n".join([rule, *lines, rule] if edge else lines)


def grid(rows, head, gap="  ", rule=""):
    """A table of fixed columns under its heads."""
    wide = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    lines = [gap.join(f"{cell:<{width}}" for cell, width in zip(row, wide)).rstrip() for row in [head, *rows]]
    return "\n".join([lines[0], *([gap.join(rule * width for width in wide)] if rule else []), *lines[1:]])


def two_abreast(pairs, width=44, mark=" : "):
    """Two facts on each line."""
    cells = [f"{label}{mark}{value}" for label, value in pairs]
    width = max(width, max(map(len, cells)) + 3)
    return "\n".join(f"{left:<{width}}{right}".rstrip() for left, right in zip(cells[::2], [*cells[1::2], ""]))


# Headings: a rule or a mark around a name.
HEADINGS = {
    "rules": lambda name: f"{'=' * 60}\n{name}\n{'=' * 60}", "under": lambda name: f"{name}\n{'-' * len(name)}", "double under": lambda name: f"{name}\n{'=' * len(name)}",
    "stars": lambda name: f"*** {name} ***", "dashes": lambda name: f"----- {name} {'-' * (54 - len(name))}", "equals": lambda name: f"=== {name} ===",
    "brackets": lambda name: f"[{name}]", "hashes": lambda name: f"## {name}", "angle": lambda name: f">>> {name}", "colon": lambda name: f"{name}:",
    "guillemets": lambda name: f"<<< {name} >>>", "tildes": lambda name: f"~~~~ {name} {'~' * (40 - len(name))}", "comment": lambda name: f"/* {name} */",
    "spaced": lambda name: " ".join(name.upper()) if len(name) < 16 else name.upper(), "plus": lambda name: f"+--- {name} ---+",
    "sharp box": lambda name: f"{'#' * (len(name) + 4)}\n# {name} #\n{'#' * (len(name) + 4)}", "slashes": lambda name: f"//==== {name}",
        "underscores": lambda name: f"{name}\n{'_' * 60}",
}


# Stacks of programs, the first caller first in `programs`.
def indented(programs, step="  ", mark=""):
    return "\n".join(f"{step * depth}{mark if depth else ''}{name}" for depth, name in enumerate(programs))


def numbered(programs, form="{:>2}. {}", inner_first=False, last=""):
    names = list(reversed(programs)) if inner_first else programs
    return "\n".join(form.format(at, name) + (last if name == programs[-1] else "") for at, name in enumerate(names, 1))


def called_by(programs, words="called by", step="  "):
    return "\n".join(f"{step * depth}{words + ' ' if depth else ''}{name}" for depth, name in enumerate(reversed(programs)))


def levels(programs):
    """Rows of level, program and caller."""
    return [(str(at), name, programs[at - 2] if at > 1 else "-") for at, name in enumerate(programs, 1)]


# Fields and their values.
def quoted(fields, mark=" = ", quote='"'):
    return "\n".join(f"{name}{mark}{quote}{value}{quote}" for name, value in fields)


def ebcdic(value):
    return value.encode("cp037").hex().upper()


def packed(value):
    """A number as packed decimals hold it."""
    digits = value.lstrip("-").replace(".", "")
    digits = digits.zfill(len(digits) + (len(digits) + 1) % 2)
    return digits + ("D" if value.startswith("-") else "F")


def is_number(name):
    return name in ("WEORQA", "WWSAPR", "WEPLDT", "W2LINE", "WWPCT1")


def raw(name, value):
    return packed(value) if is_number(name) else ebcdic(value)


def kind(name, value):
    """The type of a field as a dump of a program tells it."""
    if is_number(name):
        digits, _, decimals = value.lstrip("-").partition(".")
        return f"PACKED({len(digits) + len(decimals)},{len(decimals)})"
    return f"CHAR({max(len(value), 1)})"


def hex_rows(data, text, width=16, offset="{:04X}", between="  ", edge="*"):
    """Rows of a storage dump: an offset, hex in groups of four bytes, and the text."""
    lines = []
    for at in range(0, len(data), width):
        part = data[at : at + width]
        groups = " ".join(part[place : place + 4].hex().upper() for place in range(0, len(part), 4))
        lines.append(f"{offset.format(at)}{between}{groups:<{width * 2 + width // 4 - 1}}{between}{edge}{text[at : at + width]:<{width}}{edge}")
    return "\n".join(lines)


def storage(chance, fields, code="cp037"):
    """What the storage of some fields looks like."""
    text = "".join(f"{value:<12}" for _, value in fields) + "0" * chance.randint(4, 20)
    return hex_rows(text.encode(code), text)


def frame_rows(frames):
    return [(name, method, str(line)) for name, method, _, line in frames]


def frame_lines(frames, indent="    ", form="{indent}{frame}"):
    return "\n".join(form.format(indent=indent, at=at, frame=plain(frame)) for at, frame in enumerate(frames))


def indent(text, step="    "):
    return textwrap.indent(text, step)
