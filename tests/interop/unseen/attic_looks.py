"""How the set `attic` writes keys with their values, headings and rules; each a choice that any notation may make."""


def width(pairs, more=2):
    return max(len(key) for key, _ in pairs) + more


def leaders(key, size, dots=" ."):
    """Dots as IBM i has them between a key and its colon: at every second column, whatever the key's length."""
    line = key + (" " if (size - len(key)) % 2 else "")
    return line + dots * ((size - len(line)) // 2)


def boxed(pairs, corner="+", rule="-", wall="|"):
    left, right = width(pairs, 0), max(len(value) for _, value in pairs)
    line = corner + rule * (left + 2) + corner + rule * (right + 2) + corner
    return [line, *(f"{wall} {key:<{left}} {wall} {value:<{right}} {wall}" for key, value in pairs), line]


PAIRS = {
    "colon": lambda pairs: [f"{key}: {value}" for key, value in pairs],
    "spaced colon": lambda pairs: [f"{key} : {value}" for key, value in pairs],
    "colons in line": lambda pairs: [f"{key:<{width(pairs)}}: {value}" for key, value in pairs],
    "colon then column": lambda pairs: [f"{key + ':':<{width(pairs)}} {value}" for key, value in pairs],
    "right keys": lambda pairs: [f"{key:>{width(pairs)}} : {value}" for key, value in pairs],
    "equals": lambda pairs: [f"{key}={value}" for key, value in pairs],
    "spaced equals": lambda pairs: [f"{key} = {value}" for key, value in pairs],
    "equals in line": lambda pairs: [f"{key:<{width(pairs, 1)}}= {value}" for key, value in pairs],
    "leaders": lambda pairs: [f"{leaders(key, max(width(pairs), 26))} :   {value}" for key, value in pairs],
    "leaders indented": lambda pairs: [f"  {leaders(key, max(width(pairs), 30))}:  {value}" for key, value in pairs],
    "wide leaders": lambda pairs: [f"{key} {'. ' * ((max(width(pairs), 28) - len(key)) // 2)}: {value}" for key, value in pairs],
    "dots": lambda pairs: [f"{key + ' ':.<{max(width(pairs), 24)}}: {value}" for key, value in pairs],
    "dots close": lambda pairs: [f"{key:.<{max(width(pairs), 22)}}: {value}" for key, value in pairs],
    "dots blank": lambda pairs: [f"{key + ' ':.<{max(width(pairs, 5), 24)}} {value}" for key, value in pairs],
    "three dots": lambda pairs: [f"{key} ...: {value}" for key, value in pairs],
    "table": boxed,
    "pipes": lambda pairs: [f"| {key:<{width(pairs, 0)}} | {value} |" for key, value in pairs],
    "loose pipes": lambda pairs: [f"| {key} | {value} |" for key, value in pairs],
    "columns": lambda pairs: [f"{key:<{max(width(pairs, 3), 24)}}{value}" for key, value in pairs],
    "columns indented": lambda pairs: [f"   {key:<{width(pairs, 4)}}{value}" for key, value in pairs],
    "tabs": lambda pairs: [f"{key}\t{value}" for key, value in pairs],
    "colon tab": lambda pairs: [f"{key}:\t{value}" for key, value in pairs],
    "brackets": lambda pairs: [f"{key:<{width(pairs, 1)}}[{value}]" for key, value in pairs],
    "quoted": lambda pairs: [f'{key} = "{value}"' for key, value in pairs],
    "bullets": lambda pairs: [f"* {key}: {value}" for key, value in pairs],
    "dashes": lambda pairs: [f"- {key} = {value}" for key, value in pairs],
    "arrows": lambda pairs: [f"{key} -> {value}" for key, value in pairs],
    "fat arrows": lambda pairs: [f"{key:<{width(pairs, 1)}}=> {value}" for key, value in pairs],
    "bars": lambda pairs: [f"{key:<{width(pairs, 1)}}| {value}" for key, value in pairs],
    "assigned": lambda pairs: [f"{key} := {value}" for key, value in pairs],
}
# The usual ones, by far the most frequent.
USUAL = ["colon", "colons in line", "equals", "leaders", "leaders indented", "dots", "dots close", "table", "pipes", "loose pipes", "columns",
         "columns indented", "spaced equals", "wide leaders", "colon then column", "right keys", "spaced colon", "equals in line", "three dots"]


def pairs_form(case):
    return PAIRS[case.pick(*USUAL * 2, *PAIRS)]


# Of a heading's text and the number of the section.
HEADINGS = {
    "underlined": lambda text, at: f"{text}\n{'-' * len(text)}",
    "underlined twice": lambda text, at: f"{text}\n{'=' * len(text)}",
    "underlined wide": lambda text, at: f"{text}\n{'-' * 72}",
    "overlined": lambda text, at: f"{'-' * 60}\n{text}",
    "overlined twice": lambda text, at: f"{'=' * 78}\n  {text.upper()}\n",
    "between": lambda text, at: f"{'=' * 64}\n{text}\n{'=' * 64}",
    "between thin": lambda text, at: f"{'-' * 50}\n {text.upper()}\n{'-' * 50}",
    "stars between": lambda text, at: f"{'*' * 64}\n*  {text}\n{'*' * 64}",
    "stars box": lambda text, at: f"{'*' * 64}\n*{text:^62}*\n{'*' * 64}",
    "box": lambda text, at: f"+{'-' * 58}+\n| {text:<56} |\n+{'-' * 58}+",
    "drawn box": lambda text, at: f"┌{'─' * (len(text) + 2)}┐\n│ {text} │\n└{'─' * (len(text) + 2)}┘",
    "numbered": lambda text, at: f"{at}. {text}",
    "numbered close": lambda text, at: f"{at}) {text.upper()}",
    "numbered underlined": lambda text, at: f"{at}  {text}\n{'~' * (len(text) + 3)}",
    "section word": lambda text, at: f"SECTION {at}: {text.upper()}",
    "letter": lambda text, at: f"{chr(64 + at)}. {text}",
    "brackets": lambda text, at: f"[{text}]",
    "brackets loud": lambda text, at: f"[ {text.upper()} ]",
    "angles": lambda text, at: f"<< {text} >>",
    "capitals": lambda text, at: text.upper(),
    "capitals colon": lambda text, at: f"{text.upper()}:",
    "colon": lambda text, at: f"{text}:",
    "in dashes": lambda text, at: f"-- {text} {'-' * (66 - len(text))}",
    "in equals": lambda text, at: f"{'=' * 5} {text} {'=' * 5}",
    "centred": lambda text, at: f"{' ' + text + ' ':-^72}",
    "centred stars": lambda text, at: f"{' ' + text + ' ':*^72}",
    "centred bare": lambda text, at: f"{text:^72}".rstrip(),
    "stars": lambda text, at: f"*** {text} ***",
    "hashes": lambda text, at: f"### {text}",
    "slashes": lambda text, at: f"// {text}",
    "pluses": lambda text, at: f"++ {text.upper()} ++",
    "page": lambda text, at: f"\f{text:<64}Page {at:>3}",
    "page rule": lambda text, at: f"\f{text.upper():<62}PAGE {at:>4}\n{'-' * 71}",
    "letters apart": lambda text, at: " ".join(text.upper()).replace("     ", "   ") + "\n" + "=" * 40,
    "indented": lambda text, at: f"     {text}\n     {'-' * len(text)}",
    "more than": lambda text, at: f">> {text}",
    "pointer": lambda text, at: f"=> {text.upper()}",
}


def heading_form(case, *names):
    return HEADINGS[case.pick(*(names or HEADINGS))]


def indented(text, by):
    return "\n".join(" " * by + line if line.strip() else line for line in text.split("\n"))


def sections(case, parts, form=None, indent=None, between=None):
    """[(heading, text)] one after the other, all with headings of one look."""
    form = form or heading_form(case)
    by = case.pick(0, 0, 0, 2, 3, 4) if indent is None else indent
    blank = case.pick("", "", "\n") if form in (HEADINGS["underlined"], HEADINGS["stars"]) else ""
    between = between or case.pick("\n\n", "\n\n", "\n\n\n")
    return between.join(f"{form(name, at)}\n{blank}{indented(text, by)}" for at, (name, text) in enumerate(parts, 1))


def top(case, *more):
    """The title, with what a report may have beside it."""
    title = case.lettered(case.keys["title"]) if case.letters != "camel" else case.keys["title"]
    form = case.pick("{0}", "{0}\n{1}", "*** {0} ***", "{2}\n{0}\n{2}", "{2}\n{3}\n{2}", "# {0}", "{3}", "** {0} **\n", "[{0}]", "{4}", "{0}:\n")
    return form.format(title, "=" * len(title), "=" * 72, f"{title:^72}".rstrip(), title.upper()) + "".join(f"\n{one}" for one in more)
