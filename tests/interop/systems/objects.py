"""A JSON or XML object for each record, pairs of key and value, and what container runtimes write around lines."""

import json
from xml.sax.saxutils import escape, quoteattr

from .notation import LOG4J, at, layout, names

GO = ["DEBUG", "DEBUG", "INFO", "WARN", "ERROR", "ERROR"]


def true(rec, when, level, *fields):
    return {"at": when, "level": level, "message": rec.message, **{field: getattr(rec, field) for field in fields}}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@layout("logstash")
def _logstash(rec):
    told = {"@timestamp": "{isot}.{ms}{offset}".format(**names(rec)), "@version": "1", "message": rec.message, "logger_name": rec.logger,
            "thread_name": rec.thread, "level": LOG4J[rec.level], **({"stack_trace": "\n".join(rec.trace)} if rec.trace else {})}
    return compact(told), true(rec, at(rec, 3, "local"), LOG4J[rec.level], "thread", "logger", "thrown")


@layout("ECS")
def _ecs(rec):
    told = {"@timestamp": "{isot}.{ms}Z".format(**names(rec)), "log.level": LOG4J[rec.level], "message": rec.message,
            "process.thread.name": rec.thread, "log.logger": rec.logger,
            **({"error.type": rec.thrown, "error.stack_trace": "\n".join(rec.trace)} if rec.trace else {})}
    return compact(told), true(rec, at(rec, 3, "Z"), LOG4J[rec.level], "thread", "logger", "thrown")


@layout("GELF")
def _gelf(rec):
    short, whole = rec.message.split("\n")[0], rec.text()
    told = {"version": "1.1", "host": "m3app01", "short_message": short, "timestamp": rec.millis() / 1000,
            "level": [7, 7, 6, 4, 3, 2][rec.level], "_logger": rec.logger, "_thread": rec.thread,
            **({"full_message": whole} if whole != short else {})}
    level = ["DEBUG", "DEBUG", "INFO", "WARNING", "ERR", "CRIT"][rec.level]
    return compact(told), {**true(rec, None, level, "thread", "logger", "thrown"), "near": at(rec, 3, "local")}


@layout("Serilog's compact events", kind="dotnet")
def _clef(rec):
    level = ["Verbose", "Debug", "Information", "Warning", "Error", "Fatal"][rec.level]
    told = {"@t": "{isot}.{us}0Z".format(**names(rec)), "@m": rec.message, "@l": level, "SourceContext": rec.logger,
            **({"@x": "\n".join(rec.trace)} if rec.trace else {})}
    return compact(told), true(rec, at(rec, 6, "Z"), level, "logger", "thrown")


@layout("pino", kind="script")
def _pino(rec):
    told = {"level": 10 * rec.level + 10, "time": rec.millis(), "pid": rec.pid, "hostname": "h1", "name": rec.logger, "msg": rec.message}
    return compact(told), true(rec, at(rec, 3, "local"), LOG4J[rec.level], "logger")


@layout("bunyan", kind="script")
def _bunyan(rec):
    told = {"name": rec.logger, "hostname": "h1", "pid": rec.pid, "level": 10 * rec.level + 10, "msg": rec.message,
            "time": "{isot}.{ms}Z".format(**names(rec)), "v": 0}
    return compact(told), true(rec, at(rec, 3, "Z"), LOG4J[rec.level], "logger")


@layout("slog as JSON", kind="script")
def _slog_json(rec):
    told = {"time": "{isot}.{us}{offset}".format(**names(rec)), "level": GO[rec.level], "msg": rec.message, "user": rec.user}
    return compact(told), true(rec, at(rec, 6, "local"), GO[rec.level])


@layout("slog", kind="script")
def _slog(rec):
    head = "time={isot}.{ms}{offset}".format(**names(rec))
    return f"{head} level={GO[rec.level]} msg={compact(rec.message)} user={rec.user} n={rec.line}", \
        true(rec, at(rec, 3, "local"), GO[rec.level])


@layout("logrus", kind="script")
def _logrus(rec):
    level = ["trace", "debug", "info", "warning", "error", "fatal"][rec.level]
    head = 'time="{isot}{offset}"'.format(**names(rec))
    return f"{head} level={level} msg={compact(rec.message)} user={rec.user}", true(rec, at(rec, 0, "local"), level)


@layout("log4j 2 as XML")
def _xml(rec):
    thrown = f"<Thrown commonElementCount=\"0\" name=\"{rec.thrown}\"><ExtendedStackTrace><ExtendedStackTraceItem class=\"a.B\" " \
        'method="run" file="B.java" line="12"/></ExtendedStackTrace></Thrown>' if rec.thrown else ""
    return (f'<Event xmlns="http://logging.apache.org/log4j/2.0/events" thread={quoteattr(rec.thread)} level="{LOG4J[rec.level]}" '
            f'loggerName="{rec.logger}"><Instant epochSecond="{rec.millis() // 1000}" nanoOfSecond="{rec.when.microsecond * 1000}"/>'
            f"<Message>{escape(rec.message)}</Message>{thrown}</Event>",
            true(rec, at(rec, 6, "local"), LOG4J[rec.level], "thread", "logger", "thrown"))


@layout("XML in a container")
def _xml_in_cri(rec):
    text, truth = _xml(rec)
    return in_cri(rec, text), truth


def in_cri(rec, text):
    head = "{isot}.{us}123Z stdout F ".format(**names(rec))
    return "\n".join(head + line for line in text.split("\n"))


@layout("log4j in a container")
def _cri(rec):
    text = "{iso},{ms} {level:<5} [{thread}] {logger} - {text}".format(**names(rec))
    return in_cri(rec, text), true(rec, at(rec, 3), LOG4J[rec.level], "thread", "logger", "thrown")


@layout("log4j in docker's file", single=True)
def _docker(rec):
    text = "{iso},{ms} {level:<5} [{thread}] {logger} - {text}\n".format(**names(rec))
    return compact({"log": text, "stream": "stdout", "time": "{isot}.{us}123Z".format(**names(rec))}), \
        true(rec, at(rec, 3), LOG4J[rec.level], "thread", "logger")
