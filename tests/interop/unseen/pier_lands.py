"""Partners in several countries, who had the dump printed in their users' language."""

from .pier_case import Failure, blocks, column, leader
from .register import Register

SET = Register()
FACTS = ("program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", "exception", "exception_message")
LANDS = {"de": ("dots", "short dots", "dot words"), "sv": ("iso", "comma"), "fr": ("slashes", "words"), "da": ("dashes", "dots"), "nl": ("dashes", "words"),
         "es": ("slashes",), "it": ("slashes", "words"), "fi": ("finnish", "iso")}


def abroad(sheet, **more):
    language = sheet.chance.choice(list(LANDS))
    return Failure(sheet, language=language, clocks=LANDS[language], **more)


def frames(case, form):
    return "\n".join(form.format(name=name, method=method, file=file, line=line) for name, method, file, line in case.frames())


@SET.document
def pier_lands_leaders(sheet):
    """Leading dots up to a colon, headings in capitals between equals signs."""
    case = abroad(sheet)
    dot, mark, width = case.any_of(".", ". ", " ."), case.any_of(": ", " : ", ":"), case.any_of(34, 42)
    rows = case.rows(*FACTS, near=3)
    heading = lambda text: f"===== {text.upper()} ====="
    stack = "\n".join(f"{number}. {name}" for number, name in enumerate(case.programs(), 1))
    parts = [f"{heading(case.label('stack'))}\n{stack}", f"{heading(case.label('trace'))}\n{case.truth.exception}\n" + frames(case, "\tat {name}.{method}({file}:{line})"),
             f"{heading(case.label('fields'))}\n" + column(case.values(), mark=" = ")]
    case.chance.shuffle(parts)
    return blocks(heading(case.label("title")), "\n".join(f"{leader(label, width, dot)}{mark}{value}".rstrip() for label, value in rows), *parts)


@SET.document
def pier_lands_pairs(sheet):
    """Two pairs on a line in columns of equal width, the date apart from the time."""
    case = abroad(sheet, jobs=("number",))
    rows = [pair for pair in case.rows("program", "panel", "user", "job", "company", "division", "environment", "version", "date", "time", near=2, empty=0) if pair[1]]
    wide, room = max(len(label) for label, _ in rows), max(len(value) for _, value in rows) + 4
    lines = ["".join(f"{label:<{wide}} : {value:<{room}}" for label, value in rows[at : at + 2]).rstrip() for at in range(0, len(rows), 2)]
    error = column(case.rows("where", "exception", "exception_message", near=0, empty=0, shuffled=False), mark=" : ", width=wide)
    rule = case.any_of("-", "=", "_", "*") * 78
    return blocks(f"{rule}\n{case.label('title'):^78}\n{rule}", "\n".join(lines), error, f"{rule}\n{case.label('trace')}\n{rule}\n" + frames(case, "  {name}.{method}({file}:{line})"),
                  f"{rule}\n{case.label('fields')}\n{rule}\n" + "\n".join(f'{name} = "{value}"' for name, value in case.values()))


@SET.document
def pier_lands_box(sheet):
    """A table with drawn lines, its first column to the left or to the right."""
    case = abroad(sheet)
    rows = case.rows(*FACTS, near=2)
    left, right = max(len(label) for label, _ in rows), max(len(value) for _, value in rows)
    down, across, corners = case.any_of(("|", "-", "+++"), ("│", "─", "├┼┤"), ("!", "-", "!!!"))
    rule = f"{corners[0]}{across * (left + 2)}{corners[1]}{across * (right + 2)}{corners[2]}"
    side = case.any_of("<", ">")
    each = case.likely(0.3)
    lines = [f"{down} {label:{side}{left}} {down} {value:<{right}} {down}" for label, value in rows]
    table = f"\n{rule}\n".join(lines) if each else "\n".join(lines)
    stack = " -> ".join(case.programs())
    return blocks(case.label("title"), f"{rule}\n{table}\n{rule}", f"{case.label('stack')}: {stack}", f"{case.label('trace')}:\n{frames(case, '   at {name}.{method}({file}:{line})')}",
                  f"{case.label('fields')}:\n" + "\n".join(f"   {name}: {value}" for name, value in case.values()))


@SET.document
def pier_lands_right(sheet):
    """Labels to the right against a colon, headings followed by a line of dashes, the stack from the newest call on."""
    case = abroad(sheet)
    newest = {"de": "jüngster Aufruf zuerst", "sv": "senaste anrop först", "fr": "appel le plus récent en premier", "da": "seneste kald først", "nl": "laatste aanroep eerst",
              "es": "última llamada primero", "it": "ultima chiamata per prima", "fi": "viimeisin kutsu ensin"}[case.language]
    rows = case.rows(*FACTS, near=2)
    wide = max(len(label) for label, _ in rows)
    heading = lambda text: f"-- {text} " + "-" * (60 - len(text))
    stack = "\n".join(f"    {name}" for name in reversed(case.programs()))
    parts = [f"{heading(case.label('stack') + f' ({newest})')}\n{stack}", f"{heading(case.label('trace'))}\n{frames(case, '    at {name}.{method}({file}:{line})')}",
             f"{heading(case.label('fields'))}\n" + column(case.values(), mark=": ", width=wide, right=True)]
    case.chance.shuffle(parts)
    return blocks(heading(case.label("title")), column(rows, mark=": ", width=wide, right=True), *parts)


@SET.document
def pier_lands_mixed(sheet):
    """Labels without any mark between them and their values but blanks, a free line with a name before them, empty labels before headings."""
    case = abroad(sheet, lack=0.15)
    note = {"de": "Bitte {} informieren.", "sv": "Kontakta {}.", "fr": "Prévenir {}.", "da": "Kontakt {}.", "nl": "Neem contact op met {}.", "es": "Avisar a {}.",
            "it": "Avvisare {}.", "fi": "Ota yhteys: {}."}[case.language]
    rows = case.rows(*FACTS, near=2, empty=0.8)
    wide = max(len(label) for label, _ in rows) + case.any_of(3, 6)
    facts = "\n".join(f"{label:<{wide}}{value}".rstrip() for label, value in rows)
    heading = lambda text: f"{text}\n{'~' * len(text)}"
    return blocks(heading(case.label("title")), note.format(case.filled("{other}")), facts, f"{heading(case.label('fields'))}\n" + "\n".join(f"{name:<{wide}}{value}" for name, value in case.values()),
                  f"{heading(case.label('trace'))}\n{case.truth.exception}\n" + frames(case, "  at {name}.{method}({file}:{line})"))
