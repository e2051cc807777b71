"""Synthetic dumps as six imaginary people might write them, none of whom had seen the reader: other languages and tables.

Part of the set `other`, see `other_hands`. The first six are by a consultant in Germany, Sweden and France, the others by
somebody of databases, who likes tables and boxes.
"""

from xml.sax.saxutils import escape

from .anew_reports import Told
from .fresh_reports import ISO, aligned, dots, grid, joined
from .register import Register

SET = Register()
document = SET.document
MONATE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


# The consultant.
@document
def stoermeldung(sheet):
    """German, sections in square brackets, and programs that call one another in words."""
    case = Told(sheet, "de")
    listed = lambda text: [f"{dots(label, 30)}: {value}" for label, value in case.rows("%d.%m.%Y %H:%M:%S", text)]
    parts = case.shuffled([["[Anwender]", *listed("Benutzer|Benutzerkennung -> =user!; Firma -> =company; Division -> =division; Sprache -> DE;"
                                                  " Drucker -> PRT01")],
                           ["[Programm]", *listed("Programm -> =program!; Bildschirm|Panel -> =panel; Zuletzt geändert von -> ~user;"
                                                  " Kompiliert am -> ~date")],
                           ["[Störung]", *listed("Zeitpunkt der Störung|Aufgetreten am -> =at!; Fehlgeschlagene M3-Operation -> =where")],
                           ["[Lauf]", *listed("Job|Jobnummer -> =number!; Vorheriger Job -> 004711; Job gestartet -> <4")],
                           ["[System]", *listed("Umgebung -> =environment!; M3-Version|Version -> =version; Java-Version -> 11.0.20;"
                                                " Datenbankbenutzer -> MDBUSR")]])
    stack = case.stack()
    return joined("Störmeldung M3", *parts, ["[Programmaufrufe]", " ruft ".join(stack)], ["[Feldinhalte]", *case.fields("{} = '{}'")],
                  "[Java-Aufrufliste]\n" + case.trace("    at {}"))


@document
def abbruchtabelle(sheet):
    """German, in a table of three columns, the month in letters."""
    case = Told(sheet, "de")
    form = f"%d. {MONATE[case.truth.at.month - 1]} %Y, %H:%M:%S Uhr"
    rows = [("Abbruch", "Zeitpunkt", case.time(form))]
    rows += [("Abbruch", *row) for row in case.rows(ISO, "Programm -> =program!; Panel -> =panel; Operation -> =operation!; Datei -> =object!")]
    rows += [("Sitzung", *row) for row in case.rows(ISO, "Benutzer -> =user!; Firma -> =company; Division -> =division; Job -> =job;"
                                                         " Job-Warteschlange -> QINTER")]
    rows += [("System", *row) for row in case.rows(ISO, "Umgebung -> =environment!; M3-Version und Fixstand -> =version; Java-Version -> 1.8.0_251;"
                                                        " Server -> m3app02; Betriebssystem -> Windows Server 2019")]
    fields = [(name, f"'{value}'") for name, value in case.truth.fields]
    case.fields("{}{}")
    stack = [(str(at), name) for at, name in enumerate(case.stack(), 1)]
    return joined("Protokoll eines Programmabbruchs", grid(rows, ("Bereich", "Merkmal", "Wert")),
                  "Programmstapel (Stufe 1 wurde zuerst aufgerufen)\n" + grid(stack, ("Stufe", "Programm")), "Felder\n" + grid(fields, ("Feld", "Inhalt")),
                  "Java-Stacktrace\n" + case.trace())


@document
def kraschlogg(sheet):
    """Swedish, names and values with = in groups below comments."""
    case = Told(sheet, "sv")
    listed = lambda text: [f"{label}={value}" for label, value in case.rows("%Y-%m-%d %H:%M:%S", text)]
    groups = case.shuffled([["# användare", *listed("användare -> =user!; bolag|företag -> =company; division -> =division; språk -> SE;"
                                                    " inloggad -> <2")],
                            ["# program", *listed("program -> =program!; bild|panel -> =panel; föregående_program -> ~program; kompilerat -> ~date")],
                            ["# fel", *listed("tidpunkt|tidpunkt_för_felet -> =at!; felande_operation -> =where")],
                            ["# jobb", *listed("jobb|jobb_id -> =job!; jobbtyp -> interaktivt")],
                            ["# system", *listed("miljö -> =environment!; m3_version -> =version; java_version -> 17.0.8;"
                                                 " databasanvändare -> MDBUSR")]])
    return joined("# M3 kraschlogg", *groups, ["# programstack, yttersta programmet först", *(f"nivå{at}={name}" for at, name in enumerate(case.stack(), 1))],
                  ["# fältvärden", *case.fields('{}="{}"')], "# javastack\n" + case.trace("    at {}"))


@document
def driftrapport_dump(sheet):
    """Swedish, with numbers before headings, and the hour after `kl.`."""
    case = Told(sheet, "sv")
    listed = lambda text: aligned(case.rows("%Y-%m-%d kl. %H:%M:%S", text), " : ", "   ")
    parts = [*case.shuffled([("Felet", listed("Inträffade -> =at!; Program|Felande program -> =program!; Panel|Bild -> =panel;"
                                              " M3-operation -> =operation!;"
                                              " Fil -> =object!")),
                             ("Användaren", listed("Användare -> =user!; Företag -> =company; Division -> =division; Jobb|Jobbnummer -> =number;"
                                                   " Senast ändrad av -> ~user")),
                             ("Systemet", listed("Miljö -> =environment!; M3-version -> =version; Javaversion -> 1.8.0_251;"
                                                 " Servern startad -> <90"))]),
             ("Anropade program (senaste först)", "\n".join(f"   {name}" for name in case.stack()[::-1])),
             ("Fält", "\n".join(case.fields("   {:<8} [{}]"))), ("Javastack", case.trace("   at {}"))]
    rule = case.pick("-", "=") * 50
    return joined("DRIFTRAPPORT: M3-DUMP", *[f"{at}. {name}\n{rule}\n{text}" for at, (name, text) in enumerate(parts, 1)])


@document
def fiche_de_plantage(sheet):
    """French, blanks before colons, the month in letters, sections between rules."""
    case = Told(sheet, "fr")
    form = f"%d {MOIS[case.truth.at.month - 1]} %Y à %H:%M:%S"
    failed = [("Survenu le", case.time(form))]
    failed += case.rows(ISO, "Programme|Programme en erreur -> =program!; Écran|Panneau -> =panel; Opération en échec -> =where;"
                             " Dernière compilation -> ~date")
    rule = "=" * 66
    part = lambda name, rows: f"{rule}\n {name}\n{rule}\n" + aligned(rows, " : ", "  ")
    rest = case.shuffled([part("QUOI", failed), part("QUI", case.rows(ISO, "Utilisateur -> =user!; Société -> =company; Division -> =division;"
                                                                          " Travail -> =job; Langue -> FR; Travail précédent -> 004711")),
                          part("OÙ", case.rows(ISO, "Environnement -> =environment!; Version M3|Version et correctif -> =version;"
                                                    " Version de Java -> 1.8.0_251; Utilisateur de la base -> MDBUSR"))], 0.6)
    programs = "\n".join(f"  {'   ' * at}{name}" for at, name in enumerate(case.stack()))
    return joined("FICHE DE PLANTAGE M3", *rest, f"{rule}\n PILE DES PROGRAMMES (L'APPELANT AU-DESSUS DE L'APPELÉ)\n{rule}\n{programs}",
                  [rule, " CHAMPS", rule, *case.fields("  {:<8} = « {} »")], f"{rule}\n TRACE JAVA\n{rule}\n{case.trace('  at {}')}")


@document
def vidage_en_colonnes(sheet):
    """French in capitals without accents, in columns as on a printer of lines."""
    case = Told(sheet, "fr")
    listed = lambda text: [f"  {label:<30}{value}" for label, value in case.rows("%d.%m.%Y %H:%M:%S", text)]
    groups = case.shuffled([["IDENTIFICATION", *listed("PROGRAMME -> =program!; PANNEAU|ECRAN -> =panel; DATE ET HEURE DE L'ARRET -> =at!;"
                                                       " OPERATION EN ECHEC -> =operation!; FICHIER -> =object!")],
                            ["SESSION", *listed("UTILISATEUR -> =user!; SOCIETE -> =company; DIVISION -> =division; NUMERO DE TRAVAIL -> =number;"
                                                " UTILISATEUR PRECEDENT -> ~user")],
                            ["SYSTEME", *listed("ENVIRONNEMENT -> =environment!; VERSION M3 -> =version; VERSION JAVA -> 11.0.20; SERVEUR -> m3app02;"
                                                " DEMARRAGE DU SERVEUR -> <90")]])
    return joined(f"{'VIDAGE DE PROGRAMME M3':^72}".rstrip(), *groups,
                  ["PILE DES PROGRAMMES (LE PLUS ANCIEN D'ABORD)", *(f"  NIVEAU {at:<23}{name}" for at, name in enumerate(case.stack(), 1))],
                  ["ZONES DU PROGRAMME", *case.fields("  {:<30}'{}'")], "PILE JAVA\n" + case.trace("    at {}"))


# The one of databases.
@document
def four_column_box(sheet):
    """Two keys with their values in each row of a box, and a box for each of the rest."""
    case = Told(sheet)
    rows = case.rows("%Y-%m-%d %H:%M:%S", "Time of failure -> =at!; Program -> =program!; Panel -> =panel; User -> =user; Job -> =job;"
                                          " Company -> =company;"
                                          " Division -> =division; Environment -> =environment; M3 version -> =version; Java version -> 1.8.0_251;"
                                          " Database user -> MDBUSR; Last changed by -> ~user")
    if len(rows) % 2:
        rows.append(("Dump number", "417"))
    pairs = [(*rows[at], *rows[at + 1]) for at in range(0, len(rows), 2)]
    stack = case.stack()
    stack = [(str(at), name, case.near("%H:%M:%S", at - len(stack) - 1)) for at, name in list(enumerate(stack, 1))[::-1]]
    fields = [(name, f"'{value}'") for name, value in case.truth.fields]
    case.fields("{}{}")
    access = [("failed", case["operation"], case["object"]), ("done", "CHAIN", "CSYTAB"), ("done", "READE", "CSYSTR")]
    return joined("Facts of the failure\n" + grid(pairs, ("Key", "Value", "Key", "Value")),
                  "Last operations, newest first\n" + grid(access[:case.chance.randint(1, 3)], ("Result", "Operation", "File")),
                  "Program stack, current program on top\n" + grid(stack, ("Level", "Program", "Entered")),
                  "Contents of fields\n" + grid(fields, ("Field", "Value")), "Java stack trace\n" + case.trace())


@document
def db2_select_listing(sheet):
    """Columns below their names, a query for each subject."""
    case = Told(sheet)

    def selected(title, rows):
        widths = [max(len(label), len(value)) + 2 for label, value in rows]
        cells = lambda values: " ".join(f"{value:<{width}}" for value, width in zip(values, widths)).rstrip()
        return [f"-- {title}", cells([label for label, _ in rows]), " ".join("-" * width for width in widths), cells([value for _, value in rows]), "",
                "  1 record(s) selected."]

    queries = case.shuffled([selected("the failure", case.rows("%Y-%m-%d-%H.%M.%S", "PROGRAM -> =program!; PANEL -> =panel; FAILED_AT -> =at!;"
                                                                                    " OPERATION -> =operation!; FILE -> =object!;"
                                                                                    " COMPILED -> ~date")),
                             selected("the session", case.rows(ISO, "USER_ID -> =user!; COMPANY -> =company; DIVISION -> =division; JOB -> =job;"
                                                                    " LANGUAGE -> GB")),
                             selected("the installation", case.rows(ISO, "ENVIRONMENT -> =environment!; M3_VERSION -> =version;"
                                                                         " JAVA_VERSION -> 17.0.8;"
                                                                         " HOST -> m3app02; DB_USER -> MDBUSR"))])
    stack = ["-- the program stack, LEVEL 1 was called first", "LEVEL  PROGRAM", "-----  ----------", *(f"{at:>5}  {name}" for at, name in enumerate(case.stack(), 1)),
             "", f"  {len(case.truth.call_stack)} record(s) selected."]
    fields = ["-- the fields of the program", "FIELD      CONTENT", "---------- ------------------------", *case.fields("{:<10} '{}'"), "",
              f"  {len(case.truth.fields)} record(s) selected."]
    return joined("-- M3 DUMP 417", *queries, *case.shuffled([stack, fields]), "-- the Java stack trace\n" + case.trace("    at {}"))


@document
def keys_to_the_bar(sheet):
    """Keys that end at a bar, values behind it, and a rule with a cross below each section's name."""
    case, width = Told(sheet), 24
    line = lambda row: f"{row[0]:>{width}} | {row[1]}"
    section = lambda name, rows: [f"{name:>{width}} |", f"{'-' * (width + 1)}+{'-' * 46}", *map(line, rows)]
    sections = case.shuffled([section("FAILURE", case.rows(ISO, "Program -> =program!; Panel -> =panel; Time of failure -> =at!;"
                                                                " M3 operation -> =where;"
                                                                " First M3 frame -> =frame; Program compiled -> ~date")),
                              section("SESSION", case.rows(ISO, "User -> =user!; Company -> =company; Division -> =division; Job -> =job;"
                                                                " Previous job -> 004711; Signed on -> <3")),
                              section("SYSTEM", case.rows(ISO, "Environment -> =environment!; M3 version -> =version; Java version -> 17.0.8;"
                                                               " Host -> m3app02;"
                                                               " Database user -> MDBUSR"))], 0.6)
    fields = [tuple(row.split("\t")) for row in case.fields("{}\t'{}'")]
    return joined("M3 dump 417", *sections, section("PROGRAM STACK", [("outermost first", " > ".join(case.stack()))]), section("FIELDS", fields),
                  "Java stack trace\n" + case.trace("    at {}"))


@document
def group_key_value_grid(sheet):
    """All in one table of group, key and value; only the trace is below it."""
    case = Told(sheet)
    listed = lambda group, text: [(group, *row) for row in case.rows("%Y-%m-%d %H:%M:%S", text)]
    groups = case.shuffled([listed("Failure", "Program -> =program!; Panel -> =panel; Operation -> =where; Time of failure -> =at!;"
                                              " Message id -> XOP0100"),
                            listed("Session", "User -> =user!; Company -> =company; Division -> =division; Facility -> A01"),
                            listed("Job", "Job -> =job!; Job type -> Interactive; Previous job -> 004711"),
                            listed("System", "Environment -> =environment!; M3 version -> =version; Java version -> 1.8.0_251;"
                                             " Database user -> MDBUSR")])
    rows = [row for group in groups for row in group]
    rows += [("Program stack", f"Level {at}", name) for at, name in enumerate(case.stack(), 1)]
    rows += [("Program field", name, f"'{value}'") for name, value in case.truth.fields]
    case.fields("{}{}")
    return joined("M3 dump as one table (level 1 of the program stack is the outermost program)", grid(rows, ("Group", "Key", "Value")),
                  "Java stack trace\n" + case.trace())


@document
def horizontal_boxes(sheet):
    """For each subject a box of one row below the names."""
    case = Told(sheet)
    box = lambda name, rows: f"{name}\n" + grid([tuple(value for _, value in rows)], tuple(label for label, _ in rows))
    boxes = case.shuffled([box("Program", case.rows(ISO, "Program -> =program!; Panel -> =panel; Code -> =origin!; Last compiled -> ~date")),
                           box("User", case.rows(ISO, "User -> =user!; Company -> =company; Division -> =division; Language -> GB!")),
                           box("Job", case.rows(ISO, "Job -> =job!; Job type -> Interactive!; Submitted by -> ~user")),
                           box("Failure", case.rows("%Y-%m-%d %H:%M:%S", "Time of failure -> =at!; Operation -> =operation!; File -> =object!")),
                           box("System", case.rows(ISO, "Environment -> =environment!; M3 version -> =version; Java version -> 11.0.20!;"
                                                        " Host -> m3app02"))], 0.6)
    stack = [(str(at), name, "failed" if at == len(case.truth.call_stack) else "waiting") for at, name in enumerate(case.stack(), 1)]
    fields = [tuple(line.split("\t")) for line in case.stored("{0}\t{1}\t{2}\t'{3}'")]
    return joined("M3 PROGRAM DUMP", *boxes, "Program stack, 1 is the outermost\n" + grid(stack, ("Level", "Program", "State")),
                  "Fields\n" + grid(fields, ("Field", "Type", "Length", "Value")), "Java stack trace\n" + case.trace("    at {}"))


@document
def xml_result_rows(sheet):
    """Results of queries, each value in an element that has the column's name as an attribute."""
    case = Told(sheet)
    column = lambda name, value: f'      <column name="{name}">{escape(value)}</column>'
    row = lambda pairs: ["    <row>", *(column(*pair) for pair in pairs), "    </row>"]
    result = lambda name, rows: "\n".join([f'  <result table="{name}">', *(line for pairs in rows for line in row(pairs)), "  </result>"])
    main = case.rows("%Y-%m-%dT%H:%M:%S", "DUMP_NO -> 417; FAILED_AT -> =at!; PROGRAM -> =program!; PANEL -> =panel; OPERATION -> =operation!;"
                                          " FILE -> =object!;"
                                          " USER_ID -> =user!; COMPANY -> =company; DIVISION -> =division; JOB -> =job; ENVIRONMENT -> =environment;"
                                          " M3_VERSION -> =version; JAVA_VERSION -> 1.8.0_251; DATABASE_USER -> MDBUSR; EXPORTED_AT -> >7")
    case.fields("{}{}")
    results = [result("M3DUMP", [case.shuffled(main)]),
               result("M3DUMP_PROGRAM_STACK", [[("LEVEL", str(at)), ("PROGRAM", name)] for at, name in enumerate(case.stack(), 1)]),
               result("M3DUMP_FIELDS", [[("FIELD", name), ("VALUE", value)] for name, value in case.truth.fields]),
               result("M3DUMP_TRACE", [[("STACK_TRACE", case.trace("    at {}"))]])]
    return joined('<?xml version="1.0"?>', "<results>", "  <!-- LEVEL 1 is the outermost program -->", *results, "</results>", between="\n")
