"""What holds dumps: character sets, ends of lines, logs, several in one file, files cut short."""

import re

from . import sets
from .sheet import Sheet

# EBCDIC of Germany with the euro, which Python doesn't know by itself.
EURO = {"cp1141": "cp273"}
ENCODINGS = ["utf-8"] * 10 + ["utf-8-sig", "utf-16", "utf-16-be-bom", "utf-16-le", "cp1252", "cp1252", "cp037", "cp273", "cp500", "cp1141"]
LAYOUTS = ["plain"] * 12 + ["crlf", "several", "several", "in log", "in log", "prefixed", "cut", "cut", "indented", "padded", "boxed", "form feeds",
                            "mailed", "wrapped xml", "time only"]


def encoded(text, encoding, chance):
    if encoding == "utf-16-be-bom":
        return b"\xfe\xff" + text.encode("utf-16-be")
    if encoding.startswith("cp0") or encoding in ("cp273", "cp500", "cp1141"):
        code = EURO.get(encoding, encoding)
        if encoding == "cp037" and chance.random() < 0.5:
            text = text.replace("\n", "\x85")
        return text.encode(code)
    return text.encode(encoding)


RECORDS = ["2026-02-03 04:05:06,{:03d} INFO  [main] com.lawson.grid.node.Node - node M3BE_{} is up",
           "2026-02-03 04:05:07,{:03d} DEBUG [pool-2-thread-{}] com.intentia.mc.Cache - 14 entries",
           "2026-02-03 04:05:08,{:03d} WARN  [job-{}] mvx.runtime.Scheduler - late by 312 ms"]


def records(chance, count):
    return "".join(chance.choice(RECORDS).format(chance.randrange(1000), chance.randint(1, 9)) + "\n" for _ in range(count))


def made(chance, notation, carrier=None):
    """A file with one dump or more, in `carrier` where that is told and the notation allows it: its bytes, the truths in
    their order, and what it is called among us."""
    layout = chance.choice(LAYOUTS)
    layout = carrier or layout
    if notation in sets.DOCUMENTS and layout not in ("crlf", "plain", "in log"):
        layout = "plain"
    if notation in ("json_in_log", "json_in_json", "json_lines") or notation in sets.ALONE:
        layout = "plain"
    if notation.startswith("tsv") and layout in ("padded", "boxed"):
        # Tabs that became blanks leave no columns.
        layout = "plain"
    encoding = "utf-8" if notation in sets.ALONE else chance.choice(ENCODINGS)
    sheets = [Sheet(chance, notation)]
    text = sheets[0].text(cut=layout == "cut")
    if layout == "crlf":
        text = text.replace("\n", "\r\n")
    elif layout == "several":
        between = chance.choice(["\n\n", f"\n{'#' * 70}\n", "\n\f\n", f"\n{'=' * 70}\n"])
        for _ in range(chance.randint(1, 2)):
            sheet = Sheet(chance, notation, like=sheets[0])
            text += between + sheet.text()
            sheets.append(sheet)
    elif layout == "in log":
        text = records(chance, 3) + f"2026-02-03 04:05:08,500 ERROR [job-4] mvx.runtime.Job - abnormal termination, dump follows\n{text.rstrip()}\n" + records(chance, 4)
    elif layout == "prefixed":
        prefix = chance.choice(["2026-02-03 04:05:08,500 ERROR [job-4] m3.dump - ", "[ERROR] ", "Feb  3 04:05:08 m3srv01 m3be[4711]: ", "04:05:08.500 | "])
        text = "".join(f"{prefix}{line}\n" for line in text.rstrip("\n").split("\n"))
    elif layout == "cut":
        truth = sheets[0].truth
        lines = text.split("\n")
        last = max(at for at, line in enumerate(lines) if "mainLine" in line)
        text = "\n".join(lines[:last]) + "\n" + lines[last][:chance.randint(0, max(1, lines[last].find("mainLine")))]
        truth.cut = True
        for field in ("fields", "call_stack", "java_stack"):
            truth.stated.discard(field)
    elif layout == "indented":
        text = "".join(f"      {line}\n" if line else "\n" for line in text.split("\n"))
    elif layout == "padded":
        text = "\n".join(line.expandtabs(4).ljust(132) for line in text.split("\n"))
    elif layout == "boxed":
        lines = [line.expandtabs(4) for line in text.rstrip("\n").split("\n")]
        width = max(map(len, lines))
        text = f"/{'*' * (width + 4)}\n" + "".join(f" * {line:<{width}} *\n" for line in lines) + f" {'*' * (width + 4)}/\n"
    elif layout == "form feeds":
        text = re.sub(r"\n\n", "\n\f\n", text)
    elif layout == "mailed":
        text = "From: support@example.com\nTo: m3@example.com\nSubject: FW: dump\n\nHi,\nthis is what we got today.\n\n" + "".join(f"> {line}\n" for line in text.split("\n")) + "\nRegards\nAnna\n"
    elif layout == "wrapped xml":
        text = f'<?xml version="1.0"?>\n<attachment name="dump.txt"><![CDATA[{text}]]></attachment>\n'
    elif layout == "time only":
        text = "".join(f"04:05:08 {line}\n" for line in text.rstrip("\n").split("\n"))
    if layout in ("in log", "prefixed"):
        # The record's own time is as good where the dump has none.
        sheets[0].truth.record_at = True
    if encoding in ("cp037", "cp273", "cp500", "cp1141"):
        # Which page it is shows by letters alone, and those of the north aren't known to Python.
        encoding = {"en": "cp037", "de": "cp273" if encoding == "cp037" else encoding}.get(sheets[0].language, "utf-8")
        if encoding == "cp500" and set(text) & set("[]!|^~{}"):
            encoding = "cp273"
    try:
        content = encoded(text, encoding, chance)
    except UnicodeEncodeError:
        encoding, content = "utf-8", text.encode()
    return content, [sheet.truth for sheet in sheets], f"{layout}, {encoding}, {sheets[0].language} {sheets[0].letters}"
