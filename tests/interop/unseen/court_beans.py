"""Of the set `court`: dumps as libraries write them for a Java developer: properties, Jackson, JAXB, log4j and the JDK's logging.

See `court_all`. What he writes by hand is in court_java.
"""

import json
from xml.sax.saxutils import escape, quoteattr

from .court_case import ISO, MILLI, SECOND, Bench
from .court_parts import lined, page, trace

SET = Bench()
document = SET.document
CONTEXT = ("program <- $program; panel <- $panel; user <- $user; jobId <- $job?; company <- $company; division <- $division?;"
           " environment <- $environment; version <- $version?;"
           " createdAt|timestamp <- $at; exceptionClass <- $exception; message <- $message")


def stored(text):
    """A value as Properties.store escapes it."""
    for plain, written in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), (":", "\\:"), ("=", "\\="), ("#", "\\#"), ("!", "\\!")):
        text = text.replace(plain, written)
    return "".join(char if " " <= char <= "~" else f"\\u{ord(char):04X}" for char in text)


def keyed(case, at="%Y-%m-%d %H:%M:%S"):
    rows = case.rows("m3.program <- $program; m3.panel <- $panel?; m3.user <- $user; m3.job <- $job?; m3.company <- $company;"
                     " m3.division <- $division?; m3.environment <- $environment;"
                     " m3.version <- $version?; dump.time <- $at; failure.operation <- $operation; failure.file <- $object;"
                     " java.version <- 1.8.0_372; user.name <- svcm3be;"
                     " os.version <- 10.0", at)
    rows += [(f"callstack.{number}", name) for number, name in enumerate(case.stack(), 1)] + [(f"field.{name}",
                                                                                               value) for name, value in case.fields()]
    return case.shuffled(rows, 0.5)


@document
def court_properties_store(case):
    """Properties.store: a comment, the time of storing, colons and tabs escaped."""
    rows = [*keyed(case), ("failure.trace", "\n".join(trace(case)))]
    return page("#M3 dump, callstack.1 is the outermost program", "#" + case.near("%a MON %d %H:%M:%S CET %Y", 1),
                *lined([(key, stored(value)) for key, value in rows], "{}={}"), between="\n")


@document
def court_store_to_xml(case):
    """Properties.storeToXML."""
    rows = [*keyed(case, SECOND), ("failure.trace", "\n".join(trace(case)))]
    return page('<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
                '<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">', "<properties>",
                "<comment>M3 dump, callstack.1 is the outermost program</comment>",
                *(f"<entry key={quoteattr(key)}>{escape(value)}</entry>" for key, value in rows), "</properties>",
                between="\n")


@document
def court_jackson_tree(case):
    """Jackson's tree of beans, the trace a text."""
    tree = {"program": dict(case.rows("name <- $program; panel <- $panel; compiledAt <- @date; lastChangedBy <- @user")),
            "session": dict(case.rows("user <- $user; company <- $company; division <- $division?; language <- GB")),
            "job": dict(case.rows("id <- $job; priority <- 5; startedAt <- @before")),
            "system": dict(case.rows("environment <- $environment; m3Version <- $version?; javaVersion <- 11.0.21; host <- m3app07")),
            "failure": dict(case.rows("time <- $at; operation <- $where; exception <- $exception; message <- $message",
                                      "%Y-%m-%dT%H:%M:%S.mmmZ"))}
    tree = dict(case.shuffled(list(tree.items())))
    tree |= {"callStack": case.stack(), "fields": dict(case.fields()), "stackTrace": "\r\n".join(trace(case)) + "\r\n"}
    return json.dumps({"m3Dump": tree}, indent=2, ensure_ascii=False).replace('": ', '" : ') + "\n"


@document
def court_jackson_throwable(case):
    """Jackson with the Throwable itself, whose frames are objects."""
    case.thrown()
    frames = [{"classLoaderName": "app", "moduleName": None, "methodName": method, "fileName": file, "lineNumber": line if file else -2,
               "nativeMethod": not file, "className": name}
              for name, method, file, line in case.truth.frames]
    case.truth.causes = []
    found = dict(case.shuffled(case.rows(CONTEXT, SECOND + "Z")))
    if case.tells_operation:
        found["operation"] = case.fact("where", ISO)
    fields = [{"name": name, "type": "CHAR", "value": value} for name, value in case.fields()]
    found |= {"programStack": [{"level": at, "program": name} for at, name in enumerate(case.stack(), 1)], "fields": fields,
              "throwable": {"@class": case.truth.exception, "cause": None, "stackTrace": frames,
                            "message": case.truth.exception_message or None, "suppressed": []}}
    return json.dumps(found, indent=case.pick(None, 1, 4)) + "\n"


@document
def court_jaxb_elements(case):
    """JAXB with elements in a namespace."""
    element = lambda key, value: f"        <ns2:{key}>{escape(value)}</ns2:{key}>"
    group = lambda name, rows: [f"    <ns2:{name}>", *(element(*row) for row in rows), f"    </ns2:{name}>"]
    groups = [group("session", case.rows("userId <- $user; company <- $company; division <- $division?; languageCode <- GB")),
              group("program", case.rows("programName <- $program; panel <- $panel; changedBy <- @user; changedAt <- @date", SECOND)),
              group("installation", case.rows("environment <- $environment; release <- $version?; jobNumber <- $job?;"
                                              " javaVersion <- 1.8.0_372")),
              group("failure", case.rows("failedAt <- $at; operation <- $operation; file <- $object", SECOND))]
    return page('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', '<ns2:programDump xmlns:ns2="http://example.com/m3/dump">',
                *case.shuffled(groups),
                group("callStack", [("program", name) for name in case.stack()]),
                ["    <ns2:fields>", *(f'        <ns2:field name="{name}">{escape(value)}</ns2:field>' for name, value in case.fields()),
                 "    </ns2:fields>"],
                "    <ns2:stackTrace>" + escape("\n".join(trace(case))) + "</ns2:stackTrace>", "</ns2:programDump>", between="\n")


@document
def court_jaxb_attributes(case):
    """JAXB with attributes, an element for each frame."""
    case.thrown()
    attributes = lambda spec, form=ISO: "".join(f" {key}={quoteattr(value)}" for key, value in case.rows(spec, form))
    frame = lambda one: f'    <frame class="{one[0]}" method={quoteattr(one[1])}' + (f' file="{one[2]}" line="{one[3]}"/>' if one[2]
                                                                                     else ' native="true"/>')
    case.truth.causes = []
    return page('<?xml version="1.0"?>',
                f"<dump{attributes('created <- $at; environment <- $environment; version <- $version?', SECOND + 'Z')}>",
                f"  <program{attributes('name <- $program; panel <- $panel; compiled <- @date')}/>",
                f"  <session{attributes('user <- $user; company <- $company; division <- $division?; job <- $job?')}/>",
                *([f"  <access{attributes('operation <- $operation; file <- $object')} successful=\"false\"/>"]
                  if case.tells_operation else []),
                "  <callStack>", *(f'    <call level="{at}" program="{name}"/>' for at, name in enumerate(case.stack(), 1)),
                "  </callStack>",
                "  <fields>", *(f"    <field name=\"{name}\" value={quoteattr(value)}/>" for name, value in case.fields()), "  </fields>",
                f"  <exception{attributes('class <- $exception; message <- $message')}>", *map(frame, case.truth.frames), "  </exception>",
                "</dump>", between="\n")


@document
def court_log4j_context(case):
    """One event of log4j with its context, the dump in its message, other events around it."""
    inner = case.shuffled(case.rows("user <- $user; cono <- $company; divi <- $division?; job <- $job?; env <- $environment"))
    context = "[" + ", ".join(f"{key}={value}" for key, value in inner) + "]"
    rows = case.rows("Program <- $program; Panel <- $panel; M3 version <- $version?; Operation <- $where")
    return page(f"{case.near(MILLI, -2)} INFO  [m3-worker-1] mvx.runtime.Scheduler - 14 jobs waiting",
                f"{case.when(MILLI)} ERROR [m3-worker-4] {context} mvx.runtime.JobThread - Abnormal termination, dump of the program:",
                *lined(rows, "  {}: {}"), f"  Call stack: {' -> '.join(case.stack())}", "  Fields:", *lined(case.fields(), "    {}='{}'"),
                *trace(case),
                f"{case.near(MILLI, 1)} INFO  [m3-worker-1] mvx.runtime.Scheduler - 13 jobs waiting", between="\n")


@document
def court_log4j_each_line(case):
    """Every line of the dump an event of its own."""
    rows = case.shuffled(case.rows("Failure time <- $at; Program <- $program; Panel <- $panel; User <- $user; Company <- $company;"
                                   " Division <- $division?; Job <- $job;"
                                   " Environment <- $environment; Version <- $version?; Operation <- $where; Job queue <- QBATCH"))
    lines = ["---- dump of program ----", *lined(rows, "{:<14}= {}"), "---- program stack, outermost first ----", *case.stack(),
             "---- fields ----", *lined(case.fields(), '{} = "{}"'),
             "---- stack trace ----", *trace(case), "---- end of dump ----"]
    prefix = case.near("%H:%M:%S", 0) + f",{case.chance.randint(100, 999)} [{case.pick('job-3', 'm3-worker-9')}] ERROR dumplog - "
    return page(*(prefix + line for line in lines), between="\n")
