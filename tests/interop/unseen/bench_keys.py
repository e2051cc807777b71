"""How keys and values, and headings, are written in the dumps of the set `bench`."""


def plain(form="{}: {}"):
    """Each pair on a line of its own."""
    return lambda rows: "\n".join(form.format(*row).rstrip() for row in rows)


def aligned(between=" : ", before="", right=False):
    """All signs between keys and values below one another."""
    def write(rows):
        width = max((len(label) for label, _ in rows), default=0)
        return "\n".join(f"{before}{label:{'>' if right else '<'}{width}}{between}{value}".rstrip() for label, value in rows)
    return write


def leaders(sign=" .", width=28, between=" : ", before=""):
    """Signs lead from the key to the value; those of two characters are below one another."""
    def one(label, value):
        room = width - len(label)
        return f"{before}{label}{(sign * (width + 4))[len(label) % len(sign):][:max(room, 2)]}{between}{value}".rstrip()
    return lambda rows: "\n".join(one(*row) for row in rows)


def columns(count, form="{}: {}", width=44):
    """Several pairs a line; those that don't fit into their column have their line to themselves."""
    def write(rows):
        lines, line = [], ""
        for at, row in enumerate(rows):
            text = form.format(*row)
            if line and (len(text) > width - 3 or len(line) >= width * count or len(line) % width):
                lines.append(line)
                line = ""
            line += text.ljust(width) if len(text) <= width - 3 else text + " " * (width * count)
        return "\n".join(one.rstrip() for one in [*lines, line])
    return write


def below(form="{}", value="    {}", between="\n"):
    """The value on the line below its key."""
    return lambda rows: between.join(f"{form.format(label)}\n{value.format(text)}" for label, text in rows)


def row(cells, widths, bar="|"):
    return f"{bar} " + f" {bar} ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths)) + f" {bar}"


def grid(rows, heads=(), rule="-", cross="+", bar="|", outer=True):
    """A table, ruled above, below and underneath the names of its columns."""
    everything = [*([tuple(heads)] if heads else []), *rows]
    widths = [max(len(one[at]) for one in everything) for at in range(len(everything[0]))]
    line = cross + cross.join(rule * (width + 2) for width in widths) + cross
    body = [row(one, widths, bar) for one in rows]
    head = [row(heads, widths, bar), line] if heads else []
    return "\n".join([*([line] if outer else []), *head, *body, *([line] if outer else [])])


def box(rows):
    """A box of lines, as consoles draw it."""
    widths = [max(len(one[at]) for one in rows) for at in (0, 1)]
    line = lambda left, cross, right: left + cross.join("─" * (width + 2) for width in widths) + right
    return "\n".join([line("┌", "┬", "┐"), *(row(one, widths, "│") for one in rows), line("└", "┴", "┘")])


def fixed(heads, rows, gap="  ", rule="-"):
    """Columns of fixed width, underlined names on top."""
    everything = [tuple(heads), *rows]
    widths = [max(len(one[at]) for one in everything) for at in range(len(heads))]
    line = lambda cells: gap.join(f"{cell:<{width}}" for cell, width in zip(cells, widths)).rstrip()
    return "\n".join([line(heads), *([gap.join(rule * width for width in widths)] if rule else []), *map(line, rows)])


def indented(text, by="   "):
    return "\n".join(f"{by}{line}" if line else line for line in text.split("\n"))


def run_in(name, text):
    """A name and what it's the name of, on one line where that has one."""
    return f"{name}: {text}" if "\n" not in text else f"{name}:\n{text}"


def none(case):
    """No headings above facts and trace; what would be a riddle without has its name before it."""
    bare = {*case.words["s_all"], *case.words["s_trace"]}
    return lambda at, name, text: text if name in bare else run_in(name, text)


# Headings: the number of the section, its name, what stands in it.
HEADINGS = {
    "underlined": lambda at, name, text: f"{name}\n{'-' * len(name)}\n{text}",
    "double": lambda at, name, text: f"{name}\n{'=' * len(name)}\n{text}",
    "tilde": lambda at, name, text: f"{name}\n{'~' * 60}\n{text}",
    "overlined": lambda at, name, text: f"{'_' * 60}\n{name}\n\n{text}",
    "between": lambda at, name, text: f"{'-' * 66}\n{name}\n{'-' * 66}\n{text}",
    "boxed": lambda at, name, text: f"+{'=' * 58}+\n| {name:<56} |\n+{'=' * 58}+\n{text}",
    "drawn": lambda at, name, text: f"╔{'═' * 50}╗\n║ {name:<48} ║\n╚{'═' * 50}╝\n{text}",
    "bracketed": lambda at, name, text: f"[{name}]\n{text}",
    "angled": lambda at, name, text: f"<< {name} >>\n{text}",
    "numbered": lambda at, name, text: f"{at}. {name}\n\n{text}",
    "chapters": lambda at, name, text: f"{at}  {name.upper()}\n{text}",
    "lettered": lambda at, name, text: f"{chr(64 + at)}) {name}\n{text}",
    "capitals": lambda at, name, text: f"{name.upper()}\n{text}",
    "spaced": lambda at, name, text: f"{name.upper()}\n\n{text}",
    "centred": lambda at, name, text: f"{name:^76}".rstrip() + f"\n{text}",
    "dashes": lambda at, name, text: f"----- {name} -----\n{text}",
    "long dashes": lambda at, name, text: f"--- {name} ".ljust(78, "-") + f"\n{text}",
    "equals": lambda at, name, text: f"===== {name} =====\n{text}",
    "hashes": lambda at, name, text: f"### {name} ###\n{text}",
    "comment": lambda at, name, text: f"#\n# {name}\n#\n{text}",
    "stars": lambda at, name, text: f"** {name} **\n{text}",
    "plus": lambda at, name, text: f"+++ {name}\n{text}",
    "begin": lambda at, name, text: f"BEGIN {name.upper()}\n{text}\nEND {name.upper()}",
    "fences": lambda at, name, text: f"-----BEGIN {name.upper()}-----\n{text}\n-----END {name.upper()}-----",
    "colon": lambda at, name, text: f"{name}:\n{text}",
    "inward": lambda at, name, text: f"{name}\n{indented(text)}",
    "inward colon": lambda at, name, text: f"{name}:\n{indented(text, '    ')}",
    "arrow": lambda at, name, text: f">>> {name}\n{text}",
    "run in": lambda at, name, text: run_in(name, text),
    "slashes": lambda at, name, text: f"// {name}\n{text}",
    "section": lambda at, name, text: f"Section {at}: {name}\n{text}",
    "dotted": lambda at, name, text: f"{'.' * 20} {name} {'.' * 20}\n{text}",
}
