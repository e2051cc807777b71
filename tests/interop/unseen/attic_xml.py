"""Notations of the set `attic` in XML: attributes, elements, name spaces, CDATA, comments."""

import re
from xml.sax.saxutils import escape, quoteattr

from . import words
from .attic_case import Case
from .attic_fields import done, made
from .attic_report import joined
from .attic_traces import place, trace
from .register import Register

SET = Register()
document = SET.document


class Xml:
    """One dump as XML: the letters of its names, and how its parts may be written."""

    def __init__(self, sheet):
        self.case = Case(sheet, letters=sheet.chance.choice(["camel", "pascal", "snake", "kebab", "shout"]), english=0.75)
        self.case.keys["title"] = self.case.pick("Dump", "M3 dump", "Dump log", "Program dump", "Error report")
        self.root = self.name("dump" if self.case.maybe(0.3) else self.case.keys["title"])

    def name(self, text):
        plain = text.replace(".", "").replace("/", " ")
        return words.LETTERS[self.case.letters](plain)

    def pairs(self, **more):
        return [(self.name(key), value) for key, value in self.case.pairs(**more)]

    def groups(self):
        return [(self.name(name), [(self.name(key), value) for key, value in pairs]) for name, pairs in self.case.groups()]

    def element(self, name, value, by="  "):
        return f"{by}<{name}>{escape(value)}</{name}>"

    def stack(self, by="  "):
        """Programs of the stack, each in an element, the outermost first unless its level says otherwise."""
        case = self.case
        case.truth.say("call_stack", case.truth.call_stack)
        outer, one = self.name("call stack"), self.name(case.pick("program", "entry", "frame", "call"))
        names = list(enumerate(case.truth.call_stack, 1))
        if case.maybe(0.3):
            names.reverse()
            form = case.pick('<{2} level="{0}" name="{1}"/>', '<{2} level="{0}">{1}</{2}>')
        else:
            form = case.pick("<{2}>{1}</{2}>", '<{2} level="{0}">{1}</{2}>', '<{2} name="{1}"/>', '<{2} level="{0}" name="{1}"/>')
        return "\n".join([f"{by}<{outer}>", *(f"{by}  " + form.format(at, name, one) for at, name in names), f"{by}</{outer}>"])

    def fields(self, by="  "):
        case = self.case
        all = [one for one in made(case) if one.value or case.maybe()]
        done(case, all)
        outer, one = self.name("fields"), self.name(case.pick("field", "variable", "fld"))
        form = case.pick(lambda it: f"<{one} name={quoteattr(it.name)} value={quoteattr(it.value)}/>",
                         lambda it: f"<{one} name={quoteattr(it.name)}>{escape(it.value)}</{one}>",
                         lambda it: f"<{one} name={quoteattr(it.name)} type={quoteattr(it.kind)} length=\"{it.length}\">{escape(it.value)}</{one}>",
                         lambda it: f"<{it.name}>{escape(it.value)}</{it.name}>",
                         lambda it: f"<{one}><name>{it.name}</name><value>{escape(it.value)}</value></{one}>")
        return "\n".join([f"{by}<{outer}>", *(f"{by}  {form(it)}" for it in all), f"{by}</{outer}>"])

    def trace(self, by="  ", cdata=None):
        name = self.name(self.case.pick("stack trace", "java stack", "trace"))
        text = trace(self.case, self.case.pick("tab", "blanks", "modules", "jars"), may_table=0)[1]
        return f"{by}<{name}><![CDATA[{text}]]></{name}>" if (self.case.maybe() if cdata is None else cdata) else f"{by}<{name}>{escape(text)}</{name}>"

    def whole(self, head, body, attributes=""):
        case = self.case
        body = case.chance.sample(body, len(body))
        note = case.pick([], [], [f"  <!-- {case.pick('dump 417, written by the M3 server', 'user OLDUSER was signed on earlier', 'format 3')} -->"])
        return joined(case.pick('<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>'), f"<{self.root}{attributes}>", *note, *head, *body,
                      f"</{self.root}>", between="\n")


@document
def attic_xml_elements(sheet):
    """An element for each key, in groups or not."""
    xml = Xml(sheet)
    if xml.case.maybe():
        head = [xml.element(key, value) for key, value in xml.pairs()]
    else:
        head = ["\n".join([f"  <{name}>", *(xml.element(key, value, "    ") for key, value in pairs), f"  </{name}>"]) for name, pairs in xml.groups()]
    return xml.whole(head, [xml.stack(), xml.fields(), xml.trace()])


@document
def attic_xml_attributes(sheet):
    """Attributes of the root, or of an element for each group."""
    xml = Xml(sheet)
    quoted = lambda pairs: "".join(f" {key}={quoteattr(value)}" for key, value in pairs)
    if xml.case.maybe(0.4):
        return xml.whole([], [xml.stack(), xml.fields(), xml.trace()], quoted(xml.pairs()))
    return xml.whole([f"  <{name}{quoted(pairs)}/>" for name, pairs in xml.groups()], [xml.stack(), xml.fields(), xml.trace()])


@document
def attic_xml_entries(sheet):
    """Elements of one name, what they're called is an attribute or an element of its own."""
    xml = Xml(sheet)
    xml.case.letters = xml.case.pick("as is", "camel", "snake", "upper")
    one = xml.case.pick("entry", "property", "item", "param", "attribute")
    form = xml.case.pick('<{2} key={0}>{1}</{2}>', '<{2} name={0} value={3}/>', '<{2} name={0}>{1}</{2}>', "<{2}><key>{4}</key><value>{1}</value></{2}>",
                         "<{2}><name>{4}</name><value>{1}</value></{2}>")
    pairs = xml.case.pairs()
    head = ["  " + form.format(quoteattr(key), escape(value), one, quoteattr(value), escape(key)) for key, value in pairs]
    xml.case.letters, outer = "camel", xml.case.pick("header", "properties", "info")
    return xml.whole([f"  <{outer}>", *("  " + line for line in head), f"  </{outer}>"], [xml.stack(), xml.fields(), xml.trace()])


@document
def attic_xml_namespaces(sheet):
    """Prefixes and name spaces."""
    xml = Xml(sheet)
    space, prefix = xml.case.pick("http://example.com/m3/dump", "urn:m3:dumplog:1"), xml.case.pick("d", "m3", "ns1")
    head = [xml.element(key, value) for key, value in xml.pairs()]
    text = xml.whole(head, [xml.stack(), xml.fields(), xml.trace(cdata=False)])
    text = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}:", text)
    return text.replace(f"<{prefix}:{xml.root}", f'<{prefix}:{xml.root} xmlns:{prefix}="{space}"', 1)


@document
def attic_xml_nested_calls(sheet):
    """Elements of programs within those of their callers."""
    xml = Xml(sheet)
    case, truth = xml.case, xml.case.truth
    truth.say("call_stack", truth.call_stack)
    one = xml.name(case.pick("call", "program", "invocation"))
    lines = [f"{'  ' * (at + 2)}<{one} name=\"{name}\">" for at, name in enumerate(truth.call_stack)]
    lines += [f"{'  ' * (at + 2)}</{one}>" for at in range(len(truth.call_stack))][::-1]
    outer = xml.name("program stack")
    nested = "\n".join([f"  <{outer}>", *lines, f"  </{outer}>"])
    return xml.whole([xml.element(key, value) for key, value in xml.pairs()], [nested, xml.fields(), xml.trace()])


@document
def attic_xml_frames(sheet):
    """Each frame an element, the exception beside them."""
    xml = Xml(sheet)
    case, truth = xml.case, xml.case.truth
    head = [xml.element(key, value) for key, value in xml.pairs(exception=0)]
    truth.causes = []
    truth.say("java_stack", True)
    truth.say("exception", truth.exception)
    if truth.exception_message:
        truth.say("exception_message", truth.exception_message)
    message = truth.exception_message or ""
    form = case.pick(lambda one: f'<frame class="{one[0]}" method={quoteattr(one[1])}' + (f' file="{one[2]}" line="{one[3]}"' if one[2] else "") + "/>",
                     lambda one: f"<frame>{escape(f'{one[0]}.{one[1]}({place(one)})')}</frame>",
                     lambda one: f"<frame><class>{one[0]}</class><method>{escape(one[1])}</method>"
                                 + (f"<file>{one[2]}</file><line>{one[3]}</line>" if one[2] else "") + "</frame>")
    thrown = case.pick([f"  <exception class=\"{truth.exception}\"" + (f" message={quoteattr(message)}" if message else "") + ">"],
                       ["  <exception>", f"    <class>{truth.exception}</class>"] + ([f"    <message>{escape(message)}</message>"] if message else []))
    frames = "\n".join([*thrown, "    <frames>", *("      " + form(one) for one in truth.frames), "    </frames>", "  </exception>"])
    return xml.whole(head, [xml.stack(), xml.fields(), frames])


@document
def attic_xml_one_line(sheet):
    """All of it in a single line, as a program writes it that thinks of no reader."""
    xml = Xml(sheet)
    head = [xml.element(key, value, "") for key, value in xml.pairs()]
    text = xml.whole(head, [xml.stack(""), xml.fields("")])
    return re.sub(r"\n\s*", "", text).replace(f"</{xml.root}>", xml.trace("", cdata=True) + f"</{xml.root}>") + "\n"
