"""Parts of the dumps of the set `court`: traces, tables, lines of keys, and sections that say nothing of the failure."""

from .court_case import OTHERS, headed


def page(*parts, between="\n\n"):
    """Parts one below the other, each a text or lines."""
    return between.join("\n".join(part) if isinstance(part, list) else part for part in parts) + "\n"


def place(frame):
    return f"{frame[2]}:{frame[3]}" if frame[2] else "Native Method"


def lined(rows, form):
    return [form.format(*row).rstrip() for row in rows]


def even(rows, between=": ", before=""):
    """Keys as wide as the widest."""
    width = max(len(key) for key, _ in rows)
    return [f"{before}{key:<{width}}{between}{value}".rstrip() for key, value in rows]


def dotted(rows, width=34, before="", end=" : "):
    """Keys with a leader of dots and blanks, as on green screens."""
    width = max(width, *(len(key) + 2 for key, _ in rows)) if rows else width
    leader = lambda key: (key + " " + ("." if len(key) % 2 else " .") + " ." * width)[:width].rstrip()
    return [f"{before}{leader(key):<{width}}{end}{value}".rstrip() for key, value in rows]


def trace(case, form="\tat {}", more="\t... {} more", cause="Caused by: "):
    """As Java prints it, with the form of a frame as wanted."""
    lines = [case.thrown(), *(form.format(called(frame)) for frame in case.truth.frames)]
    for thrown, frames in case.truth.causes:
        lines += [cause + headed(*thrown), *(form.format(called(frame)) for frame in frames),
                  more.format(len(case.truth.frames) - len(frames))]
    return lines


def called(frame):
    return f"{frame[0]}.{frame[1]}({place(frame)})"


def columns(names, rows, gap="  ", under="-"):
    """A table of columns, its names underlined where `under` is told."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [names, *rows]) for at in range(len(names))]
    line = lambda cells: gap.join(f"{cell:<{width}}" for cell, width in zip(cells, widths)).rstrip()
    return [line(names), *([gap.join(under * width for width in widths)] if under else []), *map(line, rows)]


def side_note(case):
    """A section with a heading of its own that says nothing of this failure: (heading, rows of key and value)."""
    other, date = case.pick(*OTHERS), case.value("@date", "%Y-%m-%d %H:%M:%S")
    return case.pick(
        ("JVM properties", [("java.version", "1.8.0_372"), ("user.name", "svcm3be"), ("os.name", "Windows Server 2019"),
                            ("file.encoding", "UTF-8")]),
        ("Program object", [("Compiled", date), ("Last changed by", other), ("Temporary fix", "JT-771204")]),
        ("Memory", [("Heap used", "1812 MB"), ("Heap limit", "4096 MB"), ("Threads", "212")]),
        ("Database connection", [("Database user", "MVXJDBC"), ("Database version", "11.5.8"), ("Connected since", date)]),
        ("Server", [("Host name", "m3app07"), ("Operating system version", "10.0.17763"), ("Server started", date)]))


def other_record(case):
    """A record that the program had read before, of another company: (heading, names and values)."""
    return ("Record last read from CMNDIV", [("CCCONO", "942"), ("CCDIVI", "ZZ9"), ("CCTX40", "Closed division"),
                                             ("CCCHID", case.pick(*OTHERS)), ("CCLMDT", "20190611")])


def handled(case, form="\tat {}"):
    """A trace of something that the job had got over."""
    frames = ["java.util.LinkedList.getFirst(LinkedList.java:244)", "mvx.util.MvxList.first(MvxList.java:88)"]
    return ("Earlier exception in this job (handled, for information only)", ["java.util.NoSuchElementException: end of list",
                                                                              *map(form.format, frames)])
