"""A layout: from a record to its text and what must be read in it."""

import datetime

from .records import DAYS, MONTHS

ALL = {}
LOG4J = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
JUL = ["FINER", "FINE", "INFO", "WARNING", "SEVERE", "SEVERE"]
PYTHON = ["DEBUG", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
SMALL = ["trace", "debug", "info", "warning", "error", "critical"]


class Layout:
    """`write` gives a record's text and a dict of what is true of it; what isn't in it isn't asked. `told` is the same as a
    pattern, `kind` says whose threads, loggers and traces it has, `single` that its records have one line."""

    def __init__(self, write, kind="java", single=False, told=None, header="", encoding="utf-8"):
        self.write, self.kind, self.single = write, kind, single
        self.told, self.header, self.encoding = told, header, encoding


def layout(name, **settings):
    def put(write):
        ALL[name] = Layout(write, **settings)
        return write
    return put


def at(rec, digits, zone=None):
    """When the record was written, as far as its stamp says: `zone` is `Z`, `local` or none."""
    step = 10 ** (6 - min(digits, 6))
    when = rec.when.replace(microsecond=rec.when.microsecond // step * step)
    if zone == "Z":
        when = when.replace(tzinfo=datetime.timezone.utc)
    elif zone:
        when = when.replace(tzinfo=rec.zoned().tzinfo)
    return when.isoformat()


def names(rec, levels=LOG4J):
    """What a template may hold."""
    when, offset = rec.when, rec.zoned().strftime("%z")
    return {
        "iso": when.strftime("%Y-%m-%d %H:%M:%S"), "isot": when.strftime("%Y-%m-%dT%H:%M:%S"), "time": when.strftime("%H:%M:%S"),
        "ms": f"{when.microsecond // 1000:03d}", "us": f"{when.microsecond:06d}", "four": f"{when.microsecond:06d}"[:4],
        "cs": f"{when.microsecond // 10000:02d}", "offset": offset[:3] + ":" + offset[3:], "bare_offset": offset,
        "zone": rec.zoned().tzname(), "month": MONTHS[when.month - 1], "day": DAYS[when.weekday()], "d": when.day, "m": when.month,
        "y": when.strftime("%y"), "year": when.year, "mm": when.strftime("%m"), "dd": when.strftime("%d"), "h": when.hour,
        "h12": when.hour % 12 or 12, "half": "PM" if when.hour > 11 else "AM", "min_s": when.strftime("%M:%S"),
        "level": levels[rec.level], "thread": rec.thread, "logger": rec.logger, "short": rec.logger.rsplit(".", 1)[-1],
        "message": rec.message, "text": rec.text(), "below": rec.below(), "user": rec.user, "line": rec.line, "pid": rec.pid,
        "i": rec.i, "millis": rec.millis(), "hex": f"{0x5A + rec.i % 3:08x}", "node": f"m3be-{rec.i % 3 + 1}",
        "compact": when.strftime("%Y%m%d-%H%M%S"), "compact2": when.strftime("%y%m%d %H%M%S"), "running": rec.i * 31 + 5, "module": rec.logger.replace(".", "::"), "qtp": f"qtp51-{rec.line % 9}",
        "package": ".".join(part[0] for part in rec.logger.split(".")[:-1]), "cono": 100 + rec.i % 3,
    }


def line(name, template, digits=0, levels=LOG4J, zone=None, date=True, asks="thread logger", short=False, **settings):
    """A layout whose records are a head, the message and what follows. `asks` says which of thread and logger it has; of the
    others nothing is asked where they stand behind a `?`, else that they aren't there."""
    asked = asks.split()

    def write(rec):
        true = {"at": at(rec, digits, zone) if date else None, "message": rec.message, "thrown": rec.thrown}
        if levels:
            true["level"] = levels[rec.level]
        elif "?level" not in asked:
            true["level"] = None
        for field in ("thread", "logger"):
            value = rec.logger.rsplit(".", 1)[-1] if short and field == "logger" else getattr(rec, field)
            if f"?{field}" not in asked:
                true[field] = value if field in asked else None
        return template.format(**names(rec, levels or LOG4J)), true
    ALL[name] = Layout(write, **settings)
