"""Synthetic dumps as an examiner might write them who was told what a dumplog tells, but not how: all of the set `again`.

Made by somebody who had not seen the reader, and of the other sets only `fresh`, to examine the reader by what it was never
shown: `anew_reports` and `anew_listings` have the mixtures of usual notations, and below are the formats of the trade and the
dumps in other languages.
"""

import json
from xml.sax.saxutils import escape, quoteattr

from . import anew_listings, anew_reports
from .anew_reports import Told
from .fresh_reports import DOTTED, ISO, aligned, dots, joined
from .register import Register

SET = Register()
document = SET.document


# Formats of the trade.
@document
def json_dump_log(sheet):
    """Everything in one object; the fields are a list, and the trace is a list of lines."""
    case = Told(sheet)
    group = lambda text: dict(case.rows("%Y-%m-%dT%H:%M:%S.{ms}+01:00", text))
    content = {"dumpId": "000417", "createdBy": "DumpWriter/3.1"}
    content.update(case.shuffled({
        "header": group("program -> =program!; panel -> =panel; userId -> =user!; company -> =company; division -> =division; jobId -> =job;"
                        " environment -> =environment; version -> =version; failureTime -> =at!; lastModifiedBy -> ~user;"
                        " programTitle -> Facility. Open"),
        "runtime": group("javaVersion -> 1.8.0_251; host -> m3app02; databaseUser -> MDBUSR; nodeStarted -> <200"),
        "failure": {"m3Operation": case["operation"], "m3Object": case["object"], "firstM3Frame": case["frame"]}}.items()))
    content["programStackOldestFirst"] = case.stack()
    case.fields("{}{}")
    content["programFields"] = [{"name": name, "length": len(value), "value": value} for name, value in case.truth.fields]
    content["javaStackTrace"] = case.trace().replace("\t", "    ").split("\n")
    return json.dumps({"m3DumpLog": content}, indent=2, ensure_ascii=case.often(0.3)) + "\n"


@document
def yaml_call_list(sheet):
    """The stack as a list of maps, each with its program, and the frames as a list."""
    case = Told(sheet)
    quoted = lambda value: "'" + value.replace("'", "''") + "'"
    mapped = lambda lead, text: [f"{lead}{label}: {quoted(value)}" for label, value in case.rows("%Y-%m-%d %H:%M:%S", text)]
    top = mapped("", "program -> =program!; panel -> =panel; failed_at -> =at!; environment -> =environment; m3_version -> =version")
    parts = case.shuffled([["session:", *mapped("  ", "user -> =user!; company -> =company; division -> =division; job -> =job; language -> GB")],
                           ["java:", *mapped("  ", "version -> 17.0.8!; vendor -> Eclipse Adoptium; user_name -> svcm3")],
                           ["failing_operation:", f"  operation: {case['operation']}", f"  file: {case['object']}"]])
    stack = case.stack()
    calls = ["call_stack:  # the first one called the next"]
    calls += [line for name in stack for line in (f"  - program: {name}", f"    state: {'failed' if name == stack[-1] else 'waiting'}")]
    fields = ["fields:"] + [line for name, value in case.truth.fields for line in (f"  - name: {name}", f"    value: {quoted(value)}")]
    case.fields("{}{}")
    case.truth.causes = []
    thrown = ["exception:", *(f"  {label}: {quoted(value)}" for label, value in case.thrown("class", "message")),
              "  frames:", *(f"    - {line if '<' not in line else quoted(line)}" for line in case.frames("{}"))]
    return joined(["---", *top], *parts, calls, fields, thrown, between="\n")


@document
def xml_nested_calls(sheet):
    """Each call stands in that of its caller; keys are elements in groups."""
    case = Told(sheet)
    group = lambda name, text: "\n".join([f"  <{name}>", *(f"    <{label}>{escape(value)}</{label}>" for label, value in case.rows(
        "%Y-%m-%dT%H:%M:%S", text)), f"  </{name}>"])
    stack = case.stack()
    calls = [f"    {'  ' * at}<call program={quoteattr(name)}>" for at, name in enumerate(stack)]
    calls[-1] = calls[-1].replace(">", "/>")
    calls += [f"    {'  ' * at}</call>" for at in range(len(stack) - 2, -1, -1)]
    fields = "\n".join(f"    <field><name>{name}</name><value>{escape(value)}</value></field>" for name, value in case.truth.fields)
    case.fields("{}{}")
    inside = case.shuffled([group("identification", "program -> =program!; panel -> =panel; failureTime -> =at!; operation -> =where;"
                                                    " compiled -> ~date"),
                            group("session", "user -> =user!; company -> =company; division -> =division; job -> =job; language -> GB"),
                            group("system", "environment -> =environment!; m3Version -> =version; javaVersion -> 11.0.20; databaseUser -> MDBUSR"),
                            "  <programStack>\n" + "\n".join(calls) + "\n  </programStack>", f"  <programFields>\n{fields}\n  </programFields>"])
    return joined('<?xml version="1.0" encoding="UTF-8"?>' if case.often() else "<!-- M3 dump -->", "<programDump>", *inside,
                  f"  <stackTrace>\n{escape(case.trace('    at {}'))}\n  </stackTrace>", "</programDump>", between="\n")


@document
def ini_commented(sheet):
    """Sections in brackets, with comments behind semicolons."""
    case = Told(sheet)
    section = lambda name, lines: "\n".join([f"[{name}]", *lines])
    listed = lambda text: [f"{label} = {value}" for label, value in case.rows("%Y-%m-%d %H:%M:%S", text)]
    sections = case.shuffled([section("Failure", listed("Program -> =program!; Panel -> =panel; Time -> =at!; Operation -> =where;"
                                                        " MessageId -> XOP0100")),
                              section("Session", listed("User -> =user!; Company -> =company; Division -> =division; Job -> =job;"
                                                        " PreviousUser -> ~user")),
                              section("Installation", listed("Environment -> =environment!; M3Version -> =version; JavaVersion -> 1.8.0_251")),
                              section("ProgramStack", ["; 1 is the program that was called first",
                                                       *(f"{at} = {name}" for at, name in enumerate(case.stack(), 1))]),
                              section("ProgramFields", ["; as they were when it failed", *case.fields('{} = "{}"')])])
    return joined("; M3 dumplog, one section for each subject", *sections, section("StackTrace", [case.trace("    at {}")]))


@document
def logfmt_records(sheet):
    """Several records of key=value: the failure, its session, the stack, the fields and the frames."""
    case = Told(sheet)
    stamp = f"ts={case.time('%Y-%m-%dT%H:%M:%S.{ms}Z')} level=error"
    quoted = lambda value: json.dumps(value, ensure_ascii=False) if not value or set(value) & set(' ="\\') else value
    record = lambda name, rows: f"{stamp} msg={quoted(name)} " + " ".join(f"{label}={quoted(value)}" for label, value in rows)
    case.truth.causes = []
    lines = [record("program failed", case.rows(ISO, "program -> =program!; panel -> =panel; operation -> =operation!; file -> =object!;"
                                                     " dump_no -> 417")),
             record("session", case.rows(ISO, "user -> =user!; company -> =company; division -> =division; job -> =job; db_user -> MDBUSR")),
             record("installation", case.rows(ISO, "environment -> =environment!; m3_version -> =version; java_version -> 17.0.8; host -> m3app02")),
             record("program stack, outermost first", [("program_stack", ",".join(case.stack()))]),
             record("program fields", case.truth.fields)]
    case.fields("{}{}")
    lines.append(record("exception", case.thrown("exception", "exception_message")))
    return joined(lines + [f'{stamp} msg="stack trace" at="{line}"' for line in case.frames("{}")])


@document
def html_definitions(sheet):
    """A page of lists: terms and what they mean, numbered programs, and the trace."""
    case = Told(sheet)
    terms = lambda text: "\n".join(["<dl>", *(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in case.rows(
        "%Y-%m-%d %H:%M:%S", text)), "</dl>"])
    case.fields("{}{}")
    fields = "\n".join(f"<li><code>{name}</code> = <code>{escape(value)}</code></li>" for name, value in case.truth.fields)
    stack = "\n".join(f"<li>{name}</li>" for name in case.stack())
    sections = [("Failure", terms("Program -> =program!; Panel -> =panel; Operation -> =where; Time of failure -> =at!; Last changed by -> ~user")),
                ("Session", terms("User -> =user!; Company -> =company; Division -> =division; Job -> =job; Client IP -> 10.20.30.40")),
                ("Installation", terms("Environment -> =environment!; M3 version -> =version; Java version -> 11.0.20; Server started -> <90")),
                ("Program stack (first called program first)", f"<ol>\n{stack}\n</ol>"), ("Fields", f"<ul>\n{fields}\n</ul>")]
    return joined("<html><head><meta charset=\"utf-8\"><title>Program dump</title></head><body>", "<h1>M3 program dump</h1>",
                  *[f"<h2>{name}</h2>\n{text}" for name, text in case.shuffled(sections)],
                  f"<h2>Java stack trace</h2>\n<pre>{escape(case.trace())}</pre>",
                  "<hr><small>M3 administration, page 1</small>\n</body></html>", between="\n")


@document
def markdown_runbook(sheet):
    """Headings with #, a table for each section, and the stack as nested items."""
    case = Told(sheet)
    cell = lambda value: value.replace("|", "\\|")
    table = lambda text: "\n".join(["| Key | Value |", "|:----|:------|", *(f"| {label} | {cell(value)} |" for label, value in case.rows(ISO, text))])
    stack = [f"{'  ' * at}- {name}" for at, name in enumerate(case.stack())]
    stack[-1] = stack[-1].replace("- ", "- **") + "** (failed)"
    sections = case.shuffled([("Who", table("User -> =user!; Company -> =company; Division -> =division; Job -> =job; Reported by -> ~user")),
                              ("What", table("Program -> =program!; Panel -> =panel; M3 operation -> =where; Failed at -> =at!; Code -> =origin")),
                              ("Installation", table("Environment -> =environment!; M3 version -> =version; Java version -> 1.8.0_251;"
                                                     " Host -> m3app02"))])
    rest = case.shuffled([("Program stack, callers first", "\n".join(stack)), ("Fields", "```\n" + "\n".join(case.fields("{} = '{}'")) + "\n```"),
                          ("Java stack trace", f"```\n{case.trace('    at {}')}\n```")])
    return joined("# M3 dump", *[f"### {name}\n\n{text}" for name, text in [*sections, *rest]], "---\n*Written by the dump service 2.0*")


# In other languages.
@document
def absturzbericht(sheet):
    """German, with sections under rules and = after the keys."""
    case = Told(sheet, "de")
    part = lambda name, text: f"{name}\n{'-' * 64}\n{text}"
    listed = lambda text: aligned(case.rows("%d.%m.%Y %H:%M:%S", text), " = ")
    blocks = case.shuffled([part("ANMELDUNG", listed("Benutzer|Benutzerprofil -> =user!; Firma|Firmennummer -> =company; Division -> =division;"
                                                     " Sprache -> DE; Angemeldet seit -> <3; Datenbankbenutzer -> MDBUSR")),
                            part("PROGRAMM", listed("Programm|Abgebrochenes Programm -> =program!; Panel|Maske -> =panel; Job|Jobnummer -> =number;"
                                                    " Vorheriges Programm -> ~program; Zuletzt geändert von -> ~user")),
                            part("FEHLER", listed("Zeitpunkt|Abbruchzeitpunkt -> =at!; Fehlgeschlagene Operation|M3-Operation -> =where")),
                            part("INSTALLATION", listed("Umgebung -> =environment!; M3-Version|M3-Release -> =version;"
                                                        " Java-Version -> 1.8.0_251"))], 0.6)
    stack = "\n".join(f"{'   ' * at}{name}" for at, name in enumerate(case.stack()))
    return joined("M3 BE - ABSTURZBERICHT", *blocks, part("PROGRAMMSTAPEL (AUFRUFER ÜBER AUFGERUFENEM)", stack),
                  part("FELDER", "\n".join(case.fields("{:<10}= '{}'"))), part("JAVA-STACKTRACE", case.trace()))


@document
def programavbrott(sheet):
    """Swedish, with dots up to the colon and stars before headings."""
    case = Told(sheet, "sv")
    rows = case.rows(ISO, "Program|Programnamn -> =program!; Bild|Panel -> =panel; Användare|Användar-id -> =user; Jobb|Jobbnummer -> =number;"
                          " Företag -> =company; Division -> =division; Miljö|M3-miljö -> =environment; M3-version|Version och fixnivå -> =version;"
                          " Avbrott inträffade|Tidpunkt för avbrottet -> =at; Misslyckad operation|Felande operation -> =where;"
                          " Javaversion -> 11.0.20;"
                          " Inloggad sedan -> <2; Databasanvändare -> MDBUSR; Föregående program -> ~program")
    rest = case.shuffled([["** Anropsstack (yttersta programmet först)", *(f"   {at}. {name}" for at, name in enumerate(case.stack(), 1))],
                          ["** Fält", *case.fields('   {} = "{}"')]])
    return joined("** Programavbrott i M3 **", [f"   {dots(label, 28)}: {value}" for label, value in rows], *rest,
                  "** Java-stackspårning\n" + case.trace("    at {}"))


@document
def journal_anomalie(sheet):
    """French, in a table, with the stack on one line."""
    case = Told(sheet, "fr")
    rows = case.rows("%d/%m/%Y %H:%M:%S", "Programme|Nom du programme -> =program!; Écran|Panneau -> =panel; Utilisateur|Profil utilisateur -> =user;"
                                          " Travail|Identifiant du travail -> =job; Société -> =company; Division -> =division;"
                                          " Environnement -> =environment; Version M3|Version -> =version; Date et heure de l'incident -> =at;"
                                          " Opération en échec|Opération M3 -> =where; Utilisateur base de données -> MDBUSR;"
                                          " Version Java -> 1.8.0_251;"
                                          " Dernière modification par -> ~user; Serveur démarré le -> <200")
    width = max(len(label) for label, _ in rows)
    table = [f"+{'-' * (width + 2)}+{'-' * 44}+", *(f"| {label:<{width}} | {value:<42} |" for label, value in rows), f"+{'-' * (width + 2)}+{'-' * 44}+"]
    return joined("JOURNAL DES ANOMALIES M3", table, "Pile des programmes (de l'appelant à l'appelé) : " + " -> ".join(case.stack()),
                  ["Champs du programme :", *case.fields("  {:<8} : '{}'")], "Pile Java :\n" + case.trace("    at {}"))


@document
def nedbrudsrapport(sheet):
    """Danish, with short sections in square brackets and the newest program first."""
    case = Told(sheet, "da")
    listed = lambda text: [f"{label}: {value}" for label, value in case.rows("%d-%m-%Y %H:%M:%S", text)]
    sections = case.shuffled([["[Bruger]", *listed("Bruger|Bruger-id -> =user!; Firma -> =company; Division -> =division; Sprog -> DK;"
                                                   " Logget på -> <2")],
                              ["[Program]", *listed("Program -> =program!; Panel|Skærmbillede -> =panel; Job|Job-id -> =job;"
                                                    " Sidst ændret af -> ~user")],
                              ["[Fejl]", *listed("Tidspunkt|Fejltidspunkt -> =at!; Mislykket operation|Fejlet operation -> =operation!;"
                                                 " Fil|Tabel -> =object!")],
                              ["[System]", *listed("Miljø|M3-miljø -> =environment!; M3-version -> =version; Java-version -> 17.0.8;"
                                                   " Server startet -> <90")]])
    return joined("Nedbrudsrapport M3", *sections, ["[Programstak, nyeste først]", *case.stack()[::-1]], ["[Felter]", *case.fields("{} = '{}'")],
                  "[Java-stak]\n" + case.trace())


@document
def relatorio_de_falha(sheet):
    """Portuguese, with keys in columns and numbered headings."""
    case = Told(sheet, "pt")
    listed = lambda text: "\n".join(f"   {label:<28}: {value}" for label, value in case.rows(DOTTED.replace(".", "-"), text))
    parts = [("Programa", listed("Programa|Programa com falha -> =program!; Painel|Tela -> =panel; Operação com falha|Operação M3 -> =where;"
                                 " Data e hora da falha -> =at!; Alterado por -> ~user")),
             ("Sessão", listed("Usuário -> =user!; Empresa|Companhia -> =company; Divisão -> =division; Trabalho|Job -> =job;"
                               " Usuário anterior -> ~user")),
             ("Sistema", listed("Ambiente -> =environment!; Versão do M3|Versão M3 -> =version; Versão do Java -> 1.8.0_251;"
                                " Servidor iniciado em -> <70"))]
    parts = [*case.shuffled(parts), ("Pilha de programas (o mais externo primeiro)", "\n".join(f"   {name}" for name in case.stack())),
             ("Campos do programa", "\n".join(case.fields('   {:<10}= "{}"'))), ("Pilha Java", case.trace("   at {}"))]
    return joined("RELATÓRIO DE FALHA DO M3\n" + "=" * 24, *[f"{at}) {name}\n{text}" for at, (name, text) in enumerate(parts, 1)])


# All notations of the set: none adds words, traces or headings to what others have.
LINES, NAMED = {}, set()
DOCUMENTS = {**anew_reports.SET.documents, **anew_listings.SET.documents, **SET.documents}
ALONE = {"logfmt_records"}
KEYS = GENERAL = DECOYS = TRACES = FIELDS = HEADINGS = {}
