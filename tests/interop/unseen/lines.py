"""Notations of keys and values in plain text. Each gets the pairs and gives the text below the title."""

import textwrap

from .register import Register

SET = Register()
notation = SET.notation
NOTATIONS = SET.lines


def each(form):
    return lambda chance, pairs: "\n".join(form(key, value) for key, value in pairs)


def padded(form):
    def write(chance, pairs):
        width = max(len(key) for key, _ in pairs) + chance.randint(1, 6)
        return "\n".join(form(key, value, width) for key, value in pairs)
    return write


SIMPLE = {
    "colon": each("{}: {}".format), "colon_tight": each("{}:{}".format), "equals": each("{}={}".format), "equals_spaced": each("{} = {}".format),
    "arrow_fat": each("{} => {}".format), "arrow_thin": each("{} -> {}".format), "assign": each("{} := {}".format),
    "square": each("[{}] {}".format), "square_colon": each("[{}]: {}".format), "angle": each("<{}> {}".format), "bar": each("{} | {}".format),
    "broken_bar": each("{}¦{}".format), "tab": each("{}\t{}".format), "tab_colon": each("{}\t:\t{}".format), "quoted": each('"{}" = "{}"'.format),
    "apostrophes": each("{}: '{}'".format), "guillemets": each("{} : «{}»".format), "hashes": each("# {}: {}".format),
    "slashes": each("// {}: {}".format), "comment": each(" * {}: {}".format), "quote_mail": each("> {}: {}".format), "semicolons": each("{}={};".format),
    "bullet_bold": each("- **{}**: {}".format), "bullet": each("• {}: {}".format), "rst": each(":{}: {}".format), "asciidoc": each("{}:: {}".format),
    "wiki": each("|| {} || {} ||".format), "above": each("{}\n  {}".format), "above_blank": each("{}\n{}\n".format), "above_colon": each("{}:\n\t{}".format),
    "csv_rows": each('"{}";"{}"'.format), "dumper": each("  '{}' => '{}',".format), "print_r": each("    [{}] => {}".format),
    "dash": each("{} - {}".format), "braces": each("{{{}}} {}".format), "em_dash": each("{} — {}".format), "under_key": each("{}\n~~~~~~\n{}".format),
    "dots_ibm": padded(lambda key, value, width: f"{key} {'. ' * ((width - len(key)) // 2 + 3)}: {value}"),
    "dots_colon": padded(lambda key, value, width: f"{key + ' ':.<{width + 4}}: {value}"),
    "dots_bare": padded(lambda key, value, width: f"{key + ' ':.<{width + 4}} {value}"),
    "dash_leader": padded(lambda key, value, width: f"{key + ' ':-<{width + 4}} {value}"),
    "underscores": padded(lambda key, value, width: f"{key + ' ':_<{width + 4}} {value}"),
    "aligned": padded(lambda key, value, width: f"{key:<{width}}: {value}"), "right": padded(lambda key, value, width: f"{key:>{width}}: {value}"),
    "columns": padded(lambda key, value, width: f"{key:<{width + 2}} {value}"), "stars_box": padded(lambda key, value, width: f"* {key:<{width}}: {value:<44} *"),
    "indented": padded(lambda key, value, width: f"\t{key:<{width}}= {value}"), "bar_box": padded(lambda key, value, width: f"| {key:<{width}}: {value:<40} |"),
    "unicode_bar": padded(lambda key, value, width: f"{key:<{width}}│ {value}"), "colon_equals": padded(lambda key, value, width: f"{key:<{width}}:= {value}"),
}


def simple(name, write):
    def written(chance, pairs):
        return write(chance, pairs)
    written.__name__ = name
    return notation(written)


for _name, _write in SIMPLE.items():
    simple(_name, _write)


def widths(rows):
    return [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]


def boxed(rows, edges, down, top, middle, bottom, header=None):
    """A table drawn with lines."""
    across = widths(rows)
    rule = lambda signs: signs[0] + signs[1].join(edges * (width + 2) for width in across) + signs[2]
    lines = [rule(top)]
    for at, row in enumerate(rows):
        lines.append(down + down.join(f" {cell:<{width}} " for cell, width in zip(row, across)) + down)
        if at == 0 and header:
            lines.append(rule(middle))
    return "\n".join(lines + [rule(bottom)])


@notation
def box_ascii(chance, pairs):
    return boxed(pairs, "-", "|", "+++", "+++", "+++")


@notation
def box_unicode(chance, pairs):
    return boxed([("Field", "Value")] + pairs, "─", "│", "┌┬┐", "├┼┤", "└┴┘", header=True)


@notation
def box_double(chance, pairs):
    return boxed(pairs, "═", "║", "╔╦╗", "╠╬╣", "╚╩╝")


@notation
def markdown(chance, pairs):
    return "| Field | Value |\n|---|---|\n" + "\n".join(f"| {key} | {value} |" for key, value in pairs)


@notation
def org(chance, pairs):
    return "|-------+------|\n" + "\n".join(f"| {key:<22} | {value:<30} |" for key, value in pairs) + "\n|-------+------|"


@notation
def property_value(chance, pairs):
    return "Property,Value\n" + "\n".join(f'{key},"{value}"' for key, value in pairs)


def in_twos(cells, columns, between):
    return "\n".join(between.join(cells[at:at + columns]).rstrip() for at in range(0, len(cells), columns))


def wide(pairs):
    return max(len(key) for key, _ in pairs), max(len(value) for _, value in pairs) + 2


@notation
def two_columns(chance, pairs):
    key_width, value_width = wide(pairs)
    return in_twos([f"{key:<{key_width}} : {value:<{value_width}}" for key, value in pairs], 2, "  ")


@notation
def two_columns_dots(chance, pairs):
    key_width, value_width = wide(pairs)
    return in_twos([f"{key + ' ':.<{key_width + 3}}: {value:<{value_width}}" for key, value in pairs], 2, "   ")


@notation
def two_columns_equals(chance, pairs):
    _, value_width = wide(pairs)
    return in_twos([f"{key}={value:<{value_width}}" for key, value in pairs], 2, "    ")


@notation
def two_columns_bars(chance, pairs):
    cells = [(key, value) for key, value in pairs] + [("", "")] * (len(pairs) % 2)
    return boxed([cells[at] + cells[at + 1] for at in range(0, len(cells), 2)], "-", "|", "+++", "+++", "+++")


@notation
def three_columns(chance, pairs):
    key_width, value_width = wide(pairs)
    return in_twos([f"{key + ':':<{key_width + 1}} {value:<{value_width}}" for key, value in pairs], 3, "  ")


@notation
def heads_over_values(chance, pairs):
    """Rows of names over rows of values, as many as fit a line."""
    blocks = []
    for at in range(0, len(pairs), 4):
        part = pairs[at:at + 4]
        across = [max(len(key), len(value)) + 3 for key, value in part]
        blocks += ["".join(f"{text:<{width}}" for text, width in zip(row, across)).rstrip() for row in zip(*part)]
        blocks.append("")
    return "\n".join(blocks)


@notation
def heads_ruled(chance, pairs):
    blocks = []
    for at in range(0, len(pairs), 3):
        part = pairs[at:at + 3]
        across = [max(len(key), len(value)) for key, value in part]
        keys, values = zip(*part)
        for row in (keys, ["-" * width for width in across], values):
            blocks.append("  ".join(f"{text:<{width}}" for text, width in zip(row, across)).rstrip())
        blocks.append("")
    return "\n".join(blocks)


def cell(text, separator):
    return '"' + text.replace('"', '""') + '"' if separator in text or '"' in text else text


@notation
def csv_head(chance, pairs):
    separator = chance.choice([",", ";"])
    return "\n".join(separator.join(cell(text, separator) for text in row) for row in zip(*pairs))


@notation
def tsv_head(chance, pairs):
    return "\n".join("\t".join(row) for row in zip(*pairs))


@notation
def bars_head(chance, pairs):
    return "\n".join("|".join(row) for row in zip(*pairs))


@notation
def numbered(chance, pairs):
    return "\n".join(f"{at:04d} {key}: {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def numbered_list(chance, pairs):
    return "\n".join(f"{at:>2}. {key}: {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def numbered_bar(chance, pairs):
    return "\n".join(f"{at:>5} | {key} = {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def paragraph(chance, pairs):
    return textwrap.fill(", ".join(f"{key}: {value}" for key, value in pairs), 80, break_long_words=False, break_on_hyphens=False)


@notation
def semicolon_line(chance, pairs):
    return "; ".join(f"{key}={value}" for key, value in pairs)


@notation
def bar_line(chance, pairs):
    half = len(pairs) // 2
    return "\n".join(" | ".join(f"{key}: {value}" for key, value in part) for part in (pairs[:half], pairs[half:]))


def bare(text):
    return text if text and not set(text) & set(' ="') else '"' + text.replace('"', '\\"') + '"'


@notation
def logfmt(chance, pairs):
    return " ".join(f"{key.replace(' ', '_')}={bare(value)}" for key, value in pairs)


@notation
def syslog_data(chance, pairs):
    return "[m3dump " + " ".join(f'''{key.replace(" ", "_")}="{value}"''' for key, value in pairs) + "]"


@notation
def to_string(chance, pairs):
    return "DumpHeader[" + ", ".join(f"{key}={value}" for key, value in pairs) + "]"


@notation
def map_string(chance, pairs):
    return "{" + ", ".join(f"{key}={value}" for key, value in pairs) + "}"


@notation
def commands(chance, pairs):
    return "\n".join(f"{key.replace(' ', '')}({value})" for key, value in pairs)


@notation
def properties(chance, pairs):
    escape = lambda text: text.replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=")
    return "#dump\n" + "\n".join(f"m3.dump.{escape(key).replace(' ', chr(92) + ' ')}={escape(value)}" for key, value in pairs)


@notation
def toml(chance, pairs):
    return "[dump]\n" + "\n".join(f'"{key}" = "{value.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"' for key, value in pairs)


@notation
def headers(chance, pairs):
    return "\n".join(f"X-M3-{key.replace(' ', '-')}: {value}" for key, value in pairs)


@notation
def tags(chance, pairs):
    return "\n".join(f"@{key.replace(' ', '_')} {value}" for key, value in pairs)


@notation
def lisp(chance, pairs):
    return "(dump\n" + "\n".join(f'  ({key.replace(" ", "-").lower()} "{value}")' for key, value in pairs) + ")"


@notation
def wrapped(chance, pairs):
    """Long values go on below where they began."""
    width = max(len(key) for key, _ in pairs) + 1
    return "\n".join(textwrap.fill(f"{key:<{width}}: {value}", 44, subsequent_indent=" " * (width + 2), break_on_hyphens=False) for key, value in pairs)


@notation
def coded(chance, pairs):
    """The key, its code, its value."""
    return "\n".join(f"{key + ' ':.<30} {at:03d} : {value}" for at, (key, value) in enumerate(pairs, 1))


@notation
def hash_around(chance, pairs):
    return "\n".join(f"{key} #{value}#" for key, value in pairs)


@notation
def double_colon(chance, pairs):
    return "\n".join(f"{key} :: {value}" for key, value in pairs)


@notation
def slash_options(chance, pairs):
    return "\n".join(f"/{key.replace(' ', '_')}:{value}" for key, value in pairs)


@notation
def dash_options(chance, pairs):
    return "\n".join(f'--{key.replace(" ", "-").lower()}="{value}"' for key, value in pairs)


@notation
def dots_to_the_right(chance, pairs):
    return "\n".join(f"{key}{'.' * (64 - len(key) - len(value))}{value}" for key, value in pairs)


@notation
def three_assigned(chance, pairs):
    """Cells of three columns, each a key and its value."""
    cells = [f"{key}={value}" for key, value in pairs]
    return "\n".join(" | ".join(cells[at:at + 3]) for at in range(0, len(cells), 3))


@notation
def set_statements(chance, pairs):
    return "\n".join(f"SET {key.replace(' ', '_')} '{value}';" for key, value in pairs)


@notation
def stars_between(chance, pairs):
    """Pairs between stars on both sides, two on each line."""
    cells = [f"{key}: {value}" for key, value in pairs]
    return "\n".join("** " + " ** ".join(cells[at:at + 2]) + " **" for at in range(0, len(cells), 2))


@notation
def ruled_rows(chance, pairs):
    width = max(len(key) for key, _ in pairs)
    return "\n".join(f"{key:<{width}}  {value}\n{'-' * 50}" for key, value in pairs)


@notation
def underlined(chance, pairs):
    return "\n\n".join(f"{key}\n{'-' * len(key)}\n{value}" for key, value in pairs)


@notation
def ldif(chance, pairs):
    return "dn: cn=dump,o=m3\n" + "\n".join(f"{key.replace(' ', '')}: {value}" for key, value in pairs)


@notation
def ticks(chance, pairs):
    return "\n".join(f"`{key}`: `{value}`" for key, value in pairs)
