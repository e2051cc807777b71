"""Synthetic dumps as an examiner might write them who was told what a dumplog tells, but not how: all notations of this set.

Made by somebody who hadn't seen the reader, to examine it by what it was never shown: `fresh_reports` and `fresh_listings`
have the mixtures of usual notations, and below are the formats of the trade and the dumps in other languages.
"""

import calendar
import csv
import io
import json
from xml.sax.saxutils import escape, quoteattr

from . import fresh_listings, fresh_reports, parts
from . import truth as truths
from .apart import either
from .fresh_reports import DOTTED, ISO, Case, aligned, dots, joined
from .register import Register

SET = Register()
document = SET.document


# Formats of the trade.
def thrown_as_object(case):
    """An exception, its frames and its cause as objects."""
    parts.say_thrown(case.truth)
    frames = lambda found: [{"declaringClass": name, "methodName": method,
                             **({"fileName": file, "lineNumber": line} if file else {"nativeMethod": True})}
                            for name, method, file, line in found]
    content = {"type": case.truth.exception, "message": case.truth.exception_message, "frames": frames(case.truth.frames)}
    for (exception, message), found in case.truth.causes:
        content["cause"] = {"type": exception, "message": message, "frames": frames(found)}
    return content


@document
def json_event(sheet):
    """An event with groups; when it happened is told in milliseconds since 1970."""
    case = Case(sheet)
    truth = case.truth
    truths.take(truth, 3, 0)
    truth.say("at", True)
    group = lambda text: dict(case.rows(ISO, text))
    content = {"event": "m3.program.abend", "schemaVersion": "1.2",
               "failedAtEpochMillis": calendar.timegm(truth.at.timetuple()) * 1000 + truth.at.microsecond // 1000}
    content.update(case.shuffled({
        "session": group("user|userId -> =user!; company|cono -> =company; division|divi -> =division; language -> GB; databaseUser -> MDBUSR"),
        "job": group("id|uuid -> =job!; type -> interactive; submittedBy -> ~user"),
        "program": group("name -> =program!; panel -> =panel; lastChangedBy -> ~user; codeOrigin -> =origin"),
        "lastOperation": group("operation -> =operation!; file -> =object!"),
        "installation": group("environment -> =environment!; m3Version -> =version; javaVersion -> 1.8.0_251; host -> m3app02"),
    }.items()))
    content["programStack"] = [{"level": at, "program": name} for at, name in enumerate(case.stack(), 1)]
    case.fields("{}{}")
    content["fields"] = dict(truth.fields)
    content["throwable"] = thrown_as_object(case)
    return json.dumps(content, indent=case.pick(2, 4), ensure_ascii=False) + "\n"


@document
def yaml_case(sheet):
    """Groups with comments, a list of programs, and the trace as it is."""
    case = Case(sheet)
    quoted = lambda value: json.dumps(value, ensure_ascii=False)
    group = lambda name, text: [f"{name}:", *(f"  {label}: {quoted(value)}" for label, value in case.rows("%Y-%m-%dT%H:%M:%S.{ms}Z", text))]
    groups = case.shuffled([group("failure", "time -> =at!; program -> =program!; panel -> =panel; operation -> =where"),
                            group("session", "user -> =user!; company -> =company; division -> =division; client_version -> 10.3.1.0"),
                            group("job", "id -> =job!; queue -> QBATCH"),
                            group("system", "environment -> =environment!; m3_version -> =version; java_version -> 11.0.20; up_since -> <300")])
    stack = ["program_stack:   # outermost first", *(f"  - {name}" for name in case.stack())]
    fields = ["fields:", *(f"  {name}: {quoted(value)}" for name, value in case.truth.fields)]
    case.fields("{}{}")
    trace = ["stack_trace: |", *(f"  {line}" for line in case.trace("    at {}").replace("\t", "    ").split("\n"))]
    return joined("# M3 dumplog\n---", *groups, *case.shuffled([stack, fields, trace]), between="\n")


@document
def xml_of_a_schema(sheet):
    """Elements of a namespace, with attributes as well as text."""
    case = Case(sheet)
    attributes = lambda text: "".join(f" {label}={quoteattr(value)}" for label, value in case.rows("%Y-%m-%dT%H:%M:%S+01:00", text))
    failure = attributes("time -> =at!; program -> =program!; panel -> =panel")
    operation = f'    <m3:operation file="{case["object"]}">{case["operation"]}</m3:operation>'
    message = f"      <m3:message>{escape(case.truth.exception_message)}</m3:message>\n" if case.truth.exception_message else ""
    trace = f"      <m3:stackTrace><![CDATA[{case.trace()}]]></m3:stackTrace>"
    thrown = f'    <m3:exception type="{case.truth.exception}">\n{message}{trace}\n    </m3:exception>'
    stack = "\n".join(f'    <m3:program level="{at}">{name}</m3:program>' for at, name in enumerate(case.stack(), 1))
    fields = "\n".join(f'    <m3:field name="{name}" length="{len(value)}">{escape(value)}</m3:field>' for name, value in case.truth.fields)
    case.fields("{}{}")
    system = attributes("environment -> =environment!; version -> =version; host -> m3app02; javaVersion -> 1.8.0_251")
    session = attributes("user -> =user!; company -> =company; division -> =division; job -> =job; signedOn -> <3")
    inside = case.shuffled([f"  <m3:system{system}/>", f"  <m3:session{session}/>",
                            f"  <m3:failure{failure}>\n{operation}\n{thrown}\n  </m3:failure>",
                            f"  <m3:programStack order=\"outermostFirst\">\n{stack}\n  </m3:programStack>",
                            f"  <m3:fields>\n{fields}\n  </m3:fields>"])
    return joined('<?xml version="1.0"?>', '<m3:dump xmlns:m3="http://example.com/schemas/m3/dump" number="417">', *inside, "</m3:dump>",
                  between="\n")


@document
def csv_one_row(sheet):
    """A table of dumps with one row below its header; the trace is a cell of several lines."""
    case = Case(sheet)
    rows = case.rows(ISO, "DUMP_NO -> 417; ENVIRONMENT -> =environment; M3_VERSION -> =version; COMPANY|CONO -> =company;"
                          " DIVISION|DIVI -> =division; USER_ID|USID -> =user!;"
                          " JOB -> =job; PROGRAM -> =program!; PANEL -> =panel; OPERATION -> =operation!; FILE -> =object!;"
                          " JAVA_VERSION -> 1.8.0_251; PRINTED_BY -> ~user; EXPORTED_AT -> >8")
    rows[:0] = zip(("FAILURE_DATE", "FAILURE_TIME"), case.time("%Y-%m-%d|%H:%M:%S").split("|"))
    rows += [("PROGRAM_STACK", " > ".join(case.stack())), ("EXCEPTION", case["exception"]), ("STACK_TRACE", case.trace())]
    if case.truth.exception_message:
        rows.insert(-1, ("MESSAGE", case["exception_message"]))
    text = io.StringIO()
    csv.writer(text, delimiter=case.pick(",", ";"), lineterminator="\n").writerows(zip(*rows))
    return text.getvalue()


@document
def properties_dotted(sheet):
    """Properties as Java reads them, with one for each frame and field."""
    case = Case(sheet)
    rows = case.rows("%Y-%m-%dT%H:%M:%S", "m3.session.user -> =user!; m3.session.company -> =company; m3.session.division -> =division;"
                                          " m3.job.id -> =job; m3.program.name -> =program!;"
                     " m3.program.panel -> =panel; m3.program.compiled -> ~date; m3.environment -> =environment; m3.version -> =version;"
                     " m3.failure.time -> =at!;"
                     " m3.failure.operation -> =where; java.version -> 1.8.0_251; user.name -> svcm3; os.version -> 10.0; m3.database.user -> MDBUSR")
    rows = case.shuffled(rows) + [(f"m3.stack.{at}", name) for at, name in enumerate(case.stack())]
    rows += [tuple(line.split("\t")) for line in case.fields("m3.field.{}\t{}|")]
    rows = [(key, value.rstrip("|")) for key, value in rows] + [("exception.class", case["exception"])]
    if case.truth.exception_message:
        rows.append(("exception.message", case["exception_message"]))
    rows += [(f"exception.frame.{at}", line) for at, line in enumerate(case.frames("{}"))]
    case.truth.causes = []
    escaped = lambda value: value.replace("\\", "\\\\")
    either(sheet, escaped)
    return joined(["# M3 dumplog", "# m3.stack.0 is the outermost program", *(f"{key}={escaped(value)}" for key, value in rows)])


@document
def html_page(sheet):
    """A page with tables of keys, programs and fields."""
    case = Case(sheet)
    rows = case.rows(DOTTED, "Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company -> =company; Division -> =division;"
                             " Environment -> =environment;"
                             " M3 version -> =version; Time of failure -> =at; Failed operation -> =where; Java version -> 1.8.0_251;"
                             " Server started -> <60; Last changed by -> ~user")
    cells = lambda row, kind="td": "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in row)
    table = lambda header, body: "\n".join(["<table class=\"grid\">", f"<thead><tr>{cells(header, 'th')}</tr></thead>", "<tbody>",
                                            *(f"<tr>{cells(row)}</tr>" for row in body), "</tbody></table>"])
    case.fields("{}{}")
    sections = case.shuffled([("Program stack", table(("Level", "Program"), [(str(at), name) for at, name in enumerate(case.stack(), 1)])),
                              ("Fields", table(("Name", "Value"), case.truth.fields)),
                              ("Java stack trace", f"<pre class=\"trace\">\n{escape(case.trace())}\n</pre>")])
    return joined("<!DOCTYPE html>\n<html lang=\"en\"><head><title>M3 dumplog</title><style>td { padding: 2px }</style></head><body>",
                  "<h1>M3 dumplog</h1>", table(("Item", "Value"), rows),
                  *[f"<h2>{name}</h2>\n{text}" for name, text in sections], "<footer>Page made by dump viewer 4.2</footer>\n</body></html>",
                  between="\n")


@document
def markdown_issue(sheet):
    """An issue that a developer opened for it."""
    case = Case(sheet)
    rows = case.rows("%Y-%m-%d %H:%M", "Program -> =program!; Panel -> =panel; User -> =user; Job -> =job; Company (`CONO`) -> =company;"
                          " Division (`DIVI`) -> =division; Environment -> =environment;"
                          " M3 version -> =version; Failed at -> =at; Operation -> =where; Java -> 1.8.0_251")
    fields = [f"| `{name}` | {f'`{value}`' if value else ''} |" for name, value in case.truth.fields]
    case.fields("{}{}")
    sections = case.shuffled([("Program stack (outermost first)", " → ".join(f"`{name}`" for name in case.stack())),
                              ("Fields", "| Field | Value |\n| --- | --- |\n" + "\n".join(fields)),
                              ("Stack trace", f"```java\n{case.trace()}\n```")])
    return joined(f"# Abend of {case['program']}", f"_Opened by {case.other_user()}, {case.near(ISO, 20)}. Labels: `crash`, `m3`_",
                  "\n".join(f"- **{label}:** {value}" for label, value in rows),
                  *[f"## {name}\n\n{text}" for name, text in sections], "## Steps\n\n- [ ] reproduce in a test environment\n- [ ] send to support")


@document
def syslog_logfmt(sheet):
    """Records of syslog: the first has the facts as key=value, those below it a frame each."""
    case = Case(sheet)
    head = f"<131>1 {case.time('%Y-%m-%dT%H:%M:%S.{ms}+01:00')} m3app02.example.com m3be 4711 ABEND -"
    quoted = lambda value: '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if set(value) & set(' ="') else value
    rows = case.rows(ISO, "level -> error; program -> =program!; panel -> =panel; user -> =user; job -> =job; company|cono -> =company;"
                          " division|divi -> =division; env|environment -> =environment;"
                          " m3_version -> =version; java_version -> 1.8.0_251; operation -> =operation!; file -> =object!; db_user -> MDBUSR;"
                          " exception -> =exception!; message -> =exception_message!")
    rows.append(("program_stack", ">".join(case.stack())))
    lines = [" ".join(f"{key}={quoted(value)}" for key, value in rows), *case.trace("  at {}").replace("\t", "  ").split("\n")]
    return joined([f"{head} {line}" for line in lines])


# In other languages.
@document
def fehlerprotokoll(sheet):
    """German, with dots up to the colon."""
    case = Case(sheet, "de")
    rows = case.rows(DOTTED, "Programm|Fehlerhaftes Programm -> =program!; Bildschirm|Maske|Panel -> =panel;"
                             " Angemeldeter Benutzer|Benutzer -> =user; Datenbankbenutzer -> MDBUSR;"
                             " Job|Job-ID -> =job; Firma|Firma (CONO) -> =company; Division|Division (DIVI) -> =division;"
                             " Umgebung|M3-Umgebung -> =environment;"
                             " M3-Version|Version und Fixstand -> =version; Java-Version -> 1.8.0_251;"
                             " Fehlerzeitpunkt|Zeitpunkt des Abbruchs -> =at; Server gestartet am -> <80;"
                             " Fehlgeschlagene Operation -> =where; Zuletzt geändert von -> ~user; Programm kompiliert am -> ~date")
    rows = [(label, value + " Uhr" * (":" in value and value[-3] == ":" and case.often(0.3))) for label, value in rows]
    sections = case.shuffled([["Programmaufrufe (äußerstes Programm zuerst)", *(f"  {at}. {name}" for at, name in enumerate(case.stack(), 1))],
                              ["Feldinhalte", *case.fields('  {} = "{}"')]])
    return joined("FEHLERPROTOKOLL M3 BUSINESS ENGINE\n" + "=" * 60, [f"{dots(label, 30)}: {value}" for label, value in rows], *sections,
                  "Java-Aufrufliste\n" + case.trace())


@document
def felrapport(sheet):
    """Swedish, with the program that failed first in its stack."""
    case = Case(sheet, "sv")
    rows = case.rows(ISO, "Program|Felande program -> =program!; Bild|Panel -> =panel; Användare|Inloggad användare -> =user;"
                          " Jobb|Jobb-id -> =job; Bolag|Företag -> =company; Division -> =division;"
                          " Miljö -> =environment; M3-version|Version -> =version; Tidpunkt för felet|Tidpunkt -> =at;"
                          " Felande operation -> =operation!; Fil|Tabell -> =object!;"
                          " Senast ändrad av -> ~user; Java-version -> 1.8.0_251; Programmet kompilerat -> ~date")
    stack = case.stack()[::-1]
    programs = [f"    {stack[0]}", *(f"    anropat från {name}" for name in stack[1:])]
    return joined("--- Felrapport M3 ---", aligned(case.shuffled(rows), ": "), ["--- Programstack ---", *programs],
                  ["--- Fältvärden ---", *case.fields("    {:<8}= '{}'")], "--- Javastack ---\n" + case.trace("    at {}"))


@document
def rapport_incident(sheet):
    """French, with blanks before colons."""
    case = Case(sheet, "fr")
    rows = case.rows("%d/%m/%Y à %H:%M:%S", "Programme|Programme en erreur -> =program!; Écran|Panneau -> =panel; Utilisateur -> =user!;"
                                            " Travail|Numéro de travail -> =number; Société|Société (CONO) -> =company;"
                     " Division|Division (DIVI) -> =division; Environnement -> =environment; Version M3|Version et correctif -> =version;"
                     " Date et heure de l'erreur|Survenu le -> =at;"
                     " Opération en erreur -> =where; Utilisateur précédent -> ~user; Version de Java -> 1.8.0_251; Date de compilation -> ~date")
    sections = case.shuffled([["2. Pile des programmes (du premier appelé au dernier)",
                               *(f"   {at:02d}  {name}" for at, name in enumerate(case.stack(), 1))],
                              ["3. Contenu des zones", *case.fields("   {} = «{}»")]], 0)
    return joined("RAPPORT D'INCIDENT M3", "1. Contexte\n" + aligned(rows, lead="   "), *sections, "4. Trace Java\n" + case.trace("   at {}"))


@document
def storingsrapport(sheet):
    """Dutch, in a table of bars."""
    case = Case(sheet, "nl")
    rows = case.rows("%d-%m-%Y %H:%M:%S", "Programma -> =program!; Scherm|Paneel -> =panel; Gebruiker -> =user; Taak|Job -> =job;"
                                          " Bedrijf -> =company; Divisie -> =division; Omgeving -> =environment;"
                     " M3-versie|Versie -> =version; Tijdstip van de fout|Tijdstip -> =at; Mislukte bewerking -> =where;"
                     " Databasegebruiker -> MDBUSR; Laatst gewijzigd door -> ~user; Server gestart -> <90")
    width = max(len(label) for label, _ in rows)
    table = [f"| {label:<{width}} | {value:<40} |" for label, value in [("Kenmerk", "Waarde"), ("-" * width, "-" * 40), *rows]]
    return joined("STORINGSRAPPORT M3", table, "Programmastapel (buitenste eerst): " + " > ".join(case.stack()),
                  ["Veldwaarden:", *case.fields("  {} = '{}'")],
                  "Java-stacktrace:\n" + case.trace())


@document
def volcado_de_programa(sheet):
    """Spanish, with sections in square brackets and the keys in columns."""
    case = Case(sheet, "es")
    listed = lambda text: "\n".join(f"{label:<26}{value}" for label, value in case.rows("%d/%m/%Y %H:%M:%S", text))
    sections = case.shuffled([("SESIÓN", listed("Usuario -> =user!; Compañía|Empresa -> =company; División -> =division; Trabajo -> =job;"
                                                " Usuario anterior -> ~user")),
                              ("PROGRAMA", listed("Programa -> =program!; Pantalla|Panel -> =panel; Operación fallida -> =where;"
                                                  " Fecha y hora del fallo -> =at!; Fecha de compilación -> ~date")),
                              ("SISTEMA", listed("Entorno -> =environment!; Versión de M3 -> =version; Versión de Java -> 1.8.0_251;"
                                                 " Servidor -> m3app02"))])
    stack = "\n".join(f"{'  ' * at}{name}" for at, name in enumerate(case.stack()))
    return joined("VOLCADO DE PROGRAMA M3", *[f"[{name}]\n{text}" for name, text in sections], f"[PILA DE PROGRAMAS]\n{stack}",
                  "[CAMPOS]\n" + "\n".join(case.fields("{:<26}'{}'")),
                  f"[TRAZA JAVA]\n{case.trace()}")


@document
def rapporto_errore(sheet):
    """Italian, with a sentence first and few keys on each line."""
    case = Case(sheet, "it")
    rows = case.rows(ISO, "Schermata|Pannello -> =panel; Utente -> =user; Lavoro|ID lavoro -> =job; Società -> =company;"
                          " Divisione -> =division; Ambiente -> =environment; Versione M3|Versione -> =version;"
                          " Data e ora dell'errore|Data e ora -> =at; Operazione fallita -> =where; Utente database -> MDBUSR;"
                          " Versione Java -> 1.8.0_251")
    cells, stack = [f"{label}: {value}" for label, value in rows], case.stack()[::-1]
    return joined(f"Il programma {case['program']} è terminato in modo anomalo.", ["    ".join(cells[at:at + 2]) for at in range(0, len(cells), 2)],
                  ["Stack dei programmi (dal più recente al più vecchio)", *(f"  {'<-' if at else '  '} {name}" for at, name in enumerate(stack))],
                  ["Campi del programma", *case.fields("  {}: [{}]")], "Eccezione Java\n" + case.trace("    at {}"))


# All notations of the set: none adds words, traces or headings to what others have.
LINES, NAMED = {}, set()
DOCUMENTS = {**fresh_reports.SET.documents, **fresh_listings.SET.documents, **SET.documents}
ALONE = {"csv_one_row", "properties_dotted", "syslog_logfmt"}
KEYS = GENERAL = DECOYS = TRACES = FIELDS = HEADINGS = {}
