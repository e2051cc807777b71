"""Keys and values in every usual notation, between sections of the usual kinds."""

from . import strand_parts as parts
from .register import Register
from .strand_case import Case
from .strand_whole import TOLD, dump, history

SET = Register()


@SET.document
def strand_keyed_colons(sheet):
    """`Key: v`."""
    return dump(Case(sheet, clocks=("iso", "milli")), heading=parts.DASHES)


@SET.document
def strand_keyed_equals(sheet):
    """`Key=v`, with what only looks like facts."""
    return dump(Case(sheet, clocks=("iso", "zulu")), parts.lines("{}={}"), parts.BRACKETS, fields=parts.listed("\n"), near=2)


@SET.document
def strand_keyed_spaced_leaders(sheet):
    """`Key . . . : v`."""
    return dump(Case(sheet, clocks=("dots", "digits", "iso")), parts.leaders(" ."), parts.STARS, parts.levels, near=case_near(sheet))


@SET.document
def strand_keyed_tight_leaders(sheet):
    """`Key ........: v`."""
    return dump(Case(sheet, clocks=("years", "iso")), parts.leaders("."), parts.UNDERLINED, parts.arrows(" > "), names=TOLD)


@SET.document
def strand_keyed_bars(sheet):
    """`| Key | v |`."""
    return dump(Case(sheet, clocks=("iso", "words")), parts.bars, parts.HASHES, parts.barred, parts.bar_table, near=1)


@SET.document
def strand_keyed_boxed(sheet):
    """A table in a frame of characters."""
    return dump(Case(sheet, clocks=("iso", "comma")), parts.boxed, parts.COLON, parts.leveled, names=TOLD, near=2)


@SET.document
def strand_keyed_columns(sheet):
    """Fixed columns without a mark between."""
    return dump(Case(sheet, clocks=("iso", "milli")), lambda pairs: parts.lines("{}   {}", 26)(pairs), parts.UNDERLINED, parts.points, parts.table)


@SET.document
def strand_keyed_elements(sheet):
    """XML, each fact an element."""
    case = Case(sheet, clocks=("zulu", "offset"), jobs=("uuid", "number"))
    text = parts.elements(case.facts(*TOLD, near=2))
    stack = "\n".join(f"    <Program>{name}</Program>" for name in case.programs())
    values = "\n".join(f'    <Field name="{name}">{parts.escape(value)}</Field>' for name, value in case.values())
    return (f'<?xml version="1.0"?>\n<DumpLog>\n  <Header>\n{text}\n  </Header>\n  <CallStack>\n{stack}\n  </CallStack>\n  <Fields>\n{values}\n  </Fields>\n'
            f"  <StackTrace>{parts.escape(parts.java()(case))}</StackTrace>\n</DumpLog>\n")


@SET.document
def strand_keyed_attributes(sheet):
    """XML, the facts as attributes, the trace in a section of character data."""
    case = Case(sheet, clocks=("offset", "iso"), jobs=("uuid", "number"))
    text = parts.attributes([pair for pair in case.facts(*TOLD, near=1, split=0) if pair[1]])
    stack = "".join(f'<call level="{level}" program="{name}"/>' for level, name in enumerate(case.programs(), 1))
    values = "".join(f'\n  <f n="{name}" v={parts.quoteattr(value)}/>' for name, value in case.values())
    return (f"<m3dump>\n <abend {text}/>\n <programStack>{stack}</programStack>\n <fields>{values}\n </fields>\n"
            f" <javaTrace><![CDATA[{parts.java()(case)}]]></javaTrace>\n</m3dump>\n")


@SET.document
def strand_keyed_twins(sheet):
    """Two pairs on each line."""
    return dump(Case(sheet, clocks=("iso", "dots")), parts.twins(), parts.RULES, parts.tree("+- "), parts.plain(" = "))


@SET.document
def strand_keyed_semicolons(sheet):
    """All facts on one line."""
    return dump(Case(sheet, clocks=("iso", "zulu")), parts.semicolons, parts.COLON, parts.arrows(), parts.listed(), near=1)


@SET.document
def strand_keyed_below(sheet):
    """Values on the line below their labels."""
    return dump(Case(sheet, clocks=("iso", "month")), parts.below, parts.EQUALS, parts.chevrons, names=TOLD)


@SET.document
def strand_keyed_heads(sheet):
    """Labels in a line and values in columns below."""
    return dump(Case(sheet, clocks=("iso", "milli")), parts.heads, parts.FRAMED, parts.leveled, parts.table)


@SET.document
def strand_keyed_dotted(sheet):
    """Keys as in a file of settings, and a mention of an earlier dump."""
    case = Case(sheet, clocks=("zulu", "iso"), jobs=("uuid", "number"))
    return dump(case, parts.dotted, parts.HASHES, parts.arrows("/"), parts.listed("\n"), parts.jars, near=1, more=[history(case)])


def case_near(sheet):
    return sheet.chance.choice([0, 2])
