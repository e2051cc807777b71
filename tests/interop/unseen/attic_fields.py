"""What a program's fields hold, as the set `attic` writes it: quoted, typed, in hexadecimal, packed, as records.

Right is what stands there; where only bytes do, these or what they mean."""

import decimal

NAMES = ["WWFACI", "WEFACN", "W1ITNO", "WBCUNO", "WEORNO", "XXOPC", "WSPGRS", "PXMNS", "KAITM", "WTORQT", "WFPRDT", "ZDSTAT", "W2WHLO", "WERESP", "XXRTN",
         "WHLNCD", "WOPONR", "WPSUNO", "WRSQN1", "MWSTRN"]
TEXTS = ["A02", "AAA", "100234", "E", "Bolt M6 x 40", "*BLANKS", "Müller & Söhne", "C:\\M3\\transfer; copy", "a = b, c: d", "SE-41 103", "true", "7000001234",
         "See also order 100045 of 12 March, delivery to gate 4 only between 07:00 and 11:30, call before", "ITEM|01|X", "*NONE", "10.0.0.1:6800"]
DIGITS = ["0.00", "-12.50", "1250.00", "99999.99", "0.01", "-1.00"]
COUNTS = ["0", "1", "20260113", "-7", "30", "4711"]


class Field:
    def __init__(self, chance, name):
        self.name = name
        sort = chance.random()
        self.value = "" if sort < 0.12 else chance.choice(DIGITS if sort < 0.3 else COUNTS if sort < 0.42 else TEXTS)
        self.decimals = 2 if self.value in DIGITS else 0
        self.number = self.value in DIGITS or self.value in COUNTS
        self.length = 9 if self.number else max(len(self.value), chance.choice([1, 3, 10, 15]))
        self.kind = chance.choice(["P", "S"]) if self.number else "A"
        self.right = [self.value] if self.value else ["", None]

    def bytes(self, page="cp037"):
        if not self.number:
            return self.value.ljust(self.length).encode(page)
        digits = str(abs(int(decimal.Decimal(self.value) * 10 ** self.decimals))).rjust(self.length, "0")
        minus = self.value.startswith("-")
        if self.kind == "P":
            return bytes.fromhex(digits + ("D" if minus else "F" if page == "F" else "C"))
        return bytes(0xF0 + int(digit) for digit in digits[:-1]) + bytes([(0xD0 if minus else 0xF0) + int(digits[-1])])

    def also(self, *answers):
        self.right = [*self.right, *answers]
        return answers[0]

    def typed(self, form="{} ({}{})"):
        word = {"P": "PACKED", "S": "ZONED", "A": "CHAR"}[self.kind]
        return form.format(word, self.length, f",{self.decimals}" if self.number else "").replace(" (", "(")


def spaced(content):
    return " ".join(f"{byte:02X}" for byte in content)


def hexed(field, form="X'{}'"):
    """Bytes alone: they, with or without what is around them, or what they say."""
    content = field.bytes()
    text = content.hex().upper()
    # Of a number without its type a reader sees digits, or letters where these are bytes of letters.
    untyped = [text[:-1], text[:-1].lstrip("0"), content.decode("cp037"), content.decode("cp037").strip()] if field.number else []
    return field.also(form.format(text), text, f"X'{text}'", field.value.ljust(field.length), field.value.rstrip(), *untyped)


def plain(field, form):
    return form.format(field.name, field.value)


def padded(field):
    """A text as long as its field."""
    return field.also(field.value.ljust(field.length)) if not field.number else field.value


FORMS = {
    "quoted": lambda one: f'{one.name} = "{one.value}"', "quoted in line": lambda one: f'{one.name:<12}= "{one.value}"',
    "quoted padded": lambda one: f'{one.name:<8} = "{padded(one)}"', "apostrophes": lambda one: f"{one.name} = '{one.value}'",
    "apostrophes close": lambda one: f"{one.name}='{one.value}'", "equals": lambda one: f"{one.name}={one.value}",
    "colon": lambda one: f"{one.name}: {one.value}", "colon quoted": lambda one: f'{one.name:<10}: "{one.value}"',
    "brackets": lambda one: f"{one.name:<10}[{one.value}]", "brackets equals": lambda one: f"{one.name} = [{one.value}]",
    "leaders": lambda one: f"{one.name} . . . . . . . :   {one.value}", "dots": lambda one: f"{one.name:.<16}: {one.value}",
    "dots quoted": lambda one: f"{one.name + ' ':.<18} '{one.value}'", "columns": lambda one: f"{one.name:<14}{one.value}",
    "angle": lambda one: f"{one.name:<8} -> '{one.value}'", "pipes": lambda one: f"| {one.name:<8} | {one.value:<20} |",
    "guillemets": lambda one: f"{one.name:<10} »{one.value}«",
    "type after": lambda one: f"{one.name:<10} {one.typed():<14} '{one.value}'",
    "type in brackets": lambda one: f'{one.name} ({one.kind}{one.length}) = "{one.value}"',
    "length before": lambda one: f"{one.name:<8} A({one.length}) = '{one.value}'",
    "type before": lambda one: f"{one.typed():<14} {one.name:<10} = {one.value}",
    "java": lambda one: f'{"BigDecimal" if one.decimals else "int" if one.number else "String"} {one.name} = '
                        + (one.value if one.number else f'"{one.value}"'),
    "type colon": lambda one: f"{one.name:<8}: {one.typed()} = \"{one.value}\"",
    "ebcdic beside": lambda one: f'{one.name:<8} "{padded(one)}"  X\'{one.bytes().hex().upper()}\'',
    "ebcdic behind": lambda one: f"{one.name:<8} = '{one.value}'   (hex {spaced(one.bytes())})",
    "ascii behind": lambda one: f'{one.name:<8} = "{one.value}"  [{spaced(one.value.encode("latin-1"))}]',
    "hex only": lambda one: f"{one.name:<10} = {hexed(one)}", "hex of numbers": lambda one: f"{one.name:<8} {one.typed():<13} "
                            + (hexed(one) if one.number else f"'{one.value}'"),
    "packed and value": lambda one: f"{one.name:<8} {one.typed():<13} {one.value if one.number else repr_of(one):<16} "
                        + (f"X'{one.bytes('F').hex().upper()}'" if one.number else ""),
    "debugger": lambda one: f"> EVAL {one.name}\n  {one.name} = '{padded(one)}'" if not one.number else f"> EVAL {one.name}\n  {one.name} = {one.value}",
    "was": lambda one: f'{one.name} = "{one.value}" (was "{one.value[:1]}0")',
    "comment": lambda one: f"{one.name:<8} = '{one.value}'   /* {one.typed()} */",
}


CLEAR = {"was": bool, "pipes": lambda value: "|" not in value}


def repr_of(one):
    return f"'{one.value}'"


def heads(case, rows, names):
    sizes = [max(map(len, column)) for column in zip(names, *rows)]
    gap, rule = case.pick(("  ", "-"), (" | ", "-"), ("   ", "="), ("  ", ""))
    line = lambda cells, gap=gap: gap.join(f"{cell:<{size}}" for cell, size in zip(cells, sizes)).rstrip()
    return [line(names), *([line([rule * size for size in sizes], gap.replace(" | ", "-+-"))] if rule else []), *map(line, rows)]


TABLES = {
    "name and value": lambda case, all: heads(case, [(one.name, f"'{one.value}'") for one in all], (case.pick("Field", "Name", "Variable"), "Value")),
    "type and length": lambda case, all: heads(case, [(one.name, one.kind, str(one.length), f"'{one.value}'") for one in all],
                                               ("Field", "Type", "Len", "Value")),
    "offset": lambda case, all: heads(case, [(f"{at * 16:04X}", one.name, one.typed(), f'"{one.value}"') for at, one in enumerate(all)],
                                      ("Offset", "Field", "Type", "Content")),
    "and hex": lambda case, all: heads(case, [(one.name, f"'{one.value}'", one.bytes().hex().upper()) for one in all], ("NAME", "VALUE", "HEX")),
    "old and new": lambda case, all: heads(case, [(one.name, f"'{one.value[:1]}'", f"'{one.value}'") for one in all],
                                           ("Field", "Value at entry", "Value at failure")),
}


def made(case, count=None):
    """Fields of its own for this dump, and their truth is said by `done`."""
    names = case.chance.sample(NAMES, count or case.chance.randint(3, 9))
    return [Field(case.chance, name) for name in names]


def done(case, all):
    case.truth.fields = [(one.name, one.value) for one in all]
    case.truth.say_fields({one.name: one.right for one in all})


def fields(case, *forms, extra=0.2):
    """(heading, text) of the fields, stated."""
    all, form = made(case), case.pick(*(forms or [*FORMS, *FORMS, *TABLES]))
    if form in CLEAR:
        # What has no old value, or has the bar that ends a value, isn't written so.
        while not any(CLEAR[form](one.value) for one in all):
            all = made(case)
        all = [one for one in all if CLEAR[form](one.value)]
    rows = TABLES[form](case, all) if form in TABLES else [FORMS[form](one) for one in all]
    done(case, all)
    if form == "apostrophes close" and case.maybe(0.3):
        rows = ["  ".join(rows[at:at + 3]) for at in range(0, len(rows), 3)]
    if form in ("quoted", "apostrophes", "quoted in line") and case.maybe(extra):
        rows += ['WBARR(1) = "A"', 'WBARR(2) = ""', 'WBARR(3) = "C"']
    return case.heading("fields"), "\n".join(rows)
