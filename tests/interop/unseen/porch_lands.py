"""Dumps by people of ten countries, with their own keys, headings, dates and habits. Part of `porch`."""

from .porch_case import ISO, Case, paired, ruled, section
from .register import Register

SET = Register()
document = SET.document
DOTTED = ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H.%M.%S"]


@document
def porch_driftjournal(sheet):
    """Swedish: sections of keys, with what other users did near by."""
    case = Case(sheet, "sv")
    head, pair = ruled(case), paired(case)
    form = case.one(ISO, "%Y-%m-%d %H:%M")
    listed = lambda spec: "\n".join(pair(*row) for row in case.rows(spec, form))
    parts = [section(head, "Fel", listed("Program|Programnamn|Felande program -> =program; ?Panel|Bild -> =panel; Tidpunkt|Datum och tid|Inträffade -> =at;"
                                         " ?Misslyckad operation|Senaste operation -> =where; ?Senast kompilerat -> ~date; ?Ändrat av -> ~user")),
             section(head, case.one("Användare", "Session"), listed("Användare|Användar-id|Inloggad användare -> =user; Bolag|Företag -> =company;"
                                                                    " ?Division -> =division;"
                                                                   " ?Inloggad sedan -> <2; ?Språk -> SE")),
             section(head, "Jobb", listed("Jobb|Jobbnummer|Jobb-id -> =job; ?Föregående jobb -> ~job; ?Startat av -> ~user; ?Jobbkö -> QBATCH")),
             section(head, "System", listed("Miljö|M3-miljö -> =environment; ?Version|M3-version -> =version; ?Javaversion -> 1.8.0_251;"
                                            " ?Servern startad -> <70"))]
    rest = [section(head, case.one("Programstack", "Anropsstack"), case.stack_text().replace("called by", "anropat av").replace("Level Program",
                                                                                                                                "Nivå  Program")),
            section(head, case.one("Fält", "Fältvärden", "Variabler"), "\n".join(case.fields(case.one("{} = '{}'", "{:<10}: {}", '{}="{}"'))))]
    return "\n\n".join(["Dump från M3", *case.shuffled(parts), *case.shuffled(rest), section(head, case.one("Javastack", "Stackspårning"), case.trace())])


@document
def porch_fehlerprotokoll(sheet):
    """German: numbered chapters, dots up to the colon."""
    case = Case(sheet, "de")
    width = case.one(26, 30, 34)
    mark = case.one("{}. {}", "{}) {}", "[{}] {}")
    form = case.one(*DOTTED, "%d.%m.%Y, %H:%M:%S Uhr", "%d.%m.%Y um %H:%M:%S")
    line = case.one(lambda row: f"{row[0]:.<{width}}: {row[1]}", lambda row: f"{row[0]:<{width}}: {row[1]}", lambda row: f"{row[0]}: {row[1]}")
    listed = lambda spec: list(map(line, case.rows(spec, form, "%d.%m.%Y %H:%M:%S")))
    parts = [("Programm", listed("Programm|Programmname|Abgebrochenes Programm -> =program; ?Panel|Bildschirm|Maske -> =panel;"
                                 " ?Vorheriges Programm -> ~program;"
                                 " Zeitpunkt|Datum/Uhrzeit|Aufgetreten am|Zeitpunkt des Abbruchs -> =at;"
                                 " ?Fehlgeschlagene Operation|Letzte Operation -> =where;"
                                 " ?Erstellt am -> ~date; ?Ersteller -> ~user")),
             ("Anmeldung", listed("Benutzer|Benutzerkennung|Anwender|Benutzerprofil -> =user; Firma|Firmennummer -> =company; ?Division -> =division;"
                                  " ?Angemeldet seit -> <3; ?Sprache -> DE")),
             ("Job", listed("Job|Jobnummer|Job-ID -> =job; ?Vorheriger Job -> ~job; ?Gestartet von -> ~user; ?Jobtyp -> Dialog")),
             ("System", listed("Umgebung|M3-Umgebung|Systemumgebung -> =environment; ?Version|M3-Version|Release -> =version; ?Java-Version -> 11.0.20;"
                               " ?Betriebssystem -> Windows Server 2019; ?Serverstart -> <80; ?Datenbankversion -> 15.0.4153"))]
    rest = [(case.one("Programmstapel", "Aufrufstapel", "Programmaufrufe"), [case.one(" -> ", " > ").join(case.stack())]),
            (case.one("Feldinhalte", "Felder", "Variablen"), case.fields(case.one("{:<10} = '{}'", "{}: {}", "{:<10}[{}]"))),
            (case.one("Java-Stacktrace", "Stacktrace", "Ausnahme"), [case.trace("    at {}")])]
    chapters = case.shuffled(parts) + rest
    return "\n\n".join(["Fehlerprotokoll M3", *("\n".join([mark.format(at, name), *lines]) for at, (name, lines) in enumerate(chapters, 1)),
                        "Ende des Protokolls"])


@document
def porch_rapport(sheet):
    """French: a blank before the colon, values in guillemets at times."""
    case = Case(sheet, "fr")
    pair, head = case.one("{} : {}", "- {} : {}", "{} = {}", "{:<26}: {}"), ruled(case)
    form = case.one("%d/%m/%Y %H:%M:%S", "%d/%m/%Y à %H:%M:%S", ISO)
    listed = lambda spec: "\n".join(pair.format(*row) for row in case.rows(spec, form, "%d/%m/%Y %H:%M"))
    parts = [section(head, "Erreur", listed("Programme|Nom du programme|Programme en erreur -> =program; ?Panneau|Écran -> =panel;"
                                            " Date et heure|Survenu le|Horodatage -> =at;"
                                            " ?Opération en échec|Dernière opération -> =where; ?Modifié par -> ~user; ?Programme compilé le -> ~date")),
             section(head, "Session", listed("Utilisateur|Code utilisateur|Profil utilisateur -> =user; Société|Code société -> =company;"
                                             " ?Division -> =division;"
                                             " Travail|Numéro de travail|Job -> =job; ?Travail précédent -> ~job; ?Langue -> FR; ?Connecté depuis -> <2")),
             section(head, "Système", listed("Environnement|Environnement M3 -> =environment; ?Version|Version M3 -> =version; ?Version Java -> 1.8.0_251;"
                                             " ?Démarrage du serveur -> <60; ?Propriétaire -> QSECOFR"))]
    rest = [section(head, case.one("Pile des programmes", "Pile d'appels"), case.one(" > ", " -> ", "\n").join(case.stack())),
            section(head, case.one("Zones", "Champs", "Variables"), "\n".join(case.fields(case.one("{} = « {} »", "{} = '{}'", "{} : {}"))))]
    if "« " in rest[1]:
        case.truth.say_fields({name: [value, f"« {value} »", value or None] for name, value in case.truth.fields})
    return "\n\n".join(["Vidage de programme M3", *case.shuffled(parts), *case.shuffled(rest), section(head, case.one("Pile Java", "Trace"), case.trace())])


@document
def porch_segnalazione(sheet):
    """Italian: a mail with a list of facts."""
    case = Case(sheet, "it")
    pair = case.one("- {}: {}", "* {}: {}", "{}: {}", "{} = {}")
    rows = case.rows("Programma|Nome programma|Programma in errore -> =program; ?Pannello|Videata -> =panel; Utente|ID utente|Codice utente -> =user;"
                     " Società|Azienda|Codice società -> =company; ?Divisione -> =division; Lavoro|Numero lavoro|Job -> =job;"
                     " Ambiente|Ambiente M3 -> =environment;"
                     " ?Versione|Versione M3 -> =version; Data e ora|Data/ora|Momento dell'errore -> =at; ?Operazione fallita|Ultima operazione -> =where;"
                     " ?Lavoro precedente -> ~job; ?Modificato da -> ~user; ?Versione Java -> 11.0.20; ?Avvio del server -> <50; ?Creato da -> ~user",
                     case.one("%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", ISO))
    lines = [pair.format(*row) for row in case.shuffled(rows)]
    stack = [f"Pila dei programmi: {' > '.join(case.stack())}"] if case.odds(0.7) else []
    fields = ["", "Campi:", *case.fields("  {} = '{}'")] if case.odds(0.6) else []
    return "\n".join(["Buongiorno,", "", "il programma si è fermato di nuovo, riporto i dati del dump:", "", *lines, *stack, *fields, "", "Traccia Java:",
                      case.trace(), "",
                      "Grazie e saluti", "Giulia", ""])


@document
def porch_informe(sheet):
    """Spanish: a table with bars."""
    case = Case(sheet, "es")
    rows = case.rows("Programa|Nombre del programa|Programa con error -> =program; ?Panel|Pantalla -> =panel;"
                     " Usuario|ID de usuario|Código de usuario -> =user;"
                     " Compañía|Empresa|Código de compañía -> =company; ?División -> =division; Trabajo|Número de trabajo -> =job;"
                     " Entorno|Entorno M3 -> =environment;"
                     " ?Versión|Versión de M3 -> =version; Fecha y hora|Momento del error -> =at; ?Operación fallida|Última operación -> =where;"
                     " ?Trabajo anterior -> ~job;"
                     " ?Modificado por -> ~user; ?Versión de Java -> 17.0.8; ?Arranque del servidor -> <50", case.one("%d/%m/%Y %H:%M:%S",
                                                                                                                      "%d-%m-%Y %H:%M:%S", ISO))
    rows = case.shuffled(rows)
    width = max(len(label) for label, _ in rows)
    row = case.one(lambda label, value: f"| {label:<{width}} | {value} |", lambda label, value: f"|{label}|{value}|", lambda label,
                   value: f"{label:<{width}} | {value}")
    stack = ["Pila de programas", *(f"{at}  {name}" for at, name in enumerate(case.stack(), 1))]
    fields = [case.one("Campos", "Variables"), *(row(name, f"'{value}'") for name, value in case.variables("|"))]
    return "\n".join(["Informe de error", "", *(row(*one) for one in rows), "", *stack, "", *fields, "", case.one("Pila Java", "Traza"),
                      case.trace("    at {}"), ""])


@document
def porch_storing(sheet):
    """Dutch: a line for each topic, keys and values in it."""
    case = Case(sheet, "nl")
    mark, between = case.one((": ", "; "), ("=", ", "), ("=", "; "), (": ", " | "))
    form = case.one("%d-%m-%Y %H:%M:%S", ISO)
    joined = lambda spec: between.join(f"{label}{mark}{value}" for label, value in case.rows(spec, form))
    lines = [joined("Programma|Programmanaam -> =program; ?Scherm|Paneel -> =panel; ?Laatste bewerking|Mislukte bewerking -> =where;"
                    " Datum en tijd|Tijdstip -> =at"),
             joined("Gebruiker|Gebruikers-ID -> =user; Bedrijf|Bedrijfsnummer -> =company; ?Divisie -> =division; ?Taal -> NL"),
             joined("Job|Jobnummer|Taaknummer -> =job; ?Vorige job -> ~job; ?Gestart door -> ~user"),
             joined("Omgeving|M3-omgeving -> =environment; ?Versie|M3-versie -> =version; ?Java-versie -> 11.0.20; ?Gewijzigd door -> ~user")]
    rest = [f"Programmastack: {' > '.join(case.stack())}", "\n".join(["Velden:", *case.fields("  {} = '{}'")])]
    return "\n".join(["Storingsrapport M3", *case.shuffled(lines), *rest, "Stacktrace:", case.trace(), ""])


@document
def porch_fejlrapport(sheet):
    """Danish: tabs between, as it's copied from a spread sheet."""
    case = Case(sheet, "da")
    form = case.one("%d-%m-%Y %H:%M:%S", ISO, "%d.%m.%Y %H:%M:%S")
    rows = case.shuffled(case.rows("Program|Programnavn -> =program; ?Panel|Skærmbillede -> =panel; Bruger|Bruger-id|Brugernavn -> =user;"
                                   " Firma|Selskab|Firmanummer -> =company;"
                                   " ?Division -> =division; Job|Jobnummer -> =job; Miljø|M3-miljø -> =environment; ?Version|M3-version -> =version;"
                                   " Tidspunkt|Dato og tid -> =at; ?Seneste operation|Mislykket operation -> =where; ?Forrige job -> ~job;"
                                   " ?Ændret af -> ~user;"
                                   " ?Java-version -> 11.0.20; ?Server startet -> <50; ?Oprettet af -> ~user", form))
    stack = [f"Programstak\t{case.one(' > ', ' -> ', ', ').join(case.stack())}"]
    return "\n".join(["Fejlrapport", *(f"{label}\t{value}" for label, value in rows), *stack, "", "Felter", *case.fields("{}\t{}", "\t"),
                      "", "Stakspor", case.trace(), ""])


@document
def porch_virhe(sheet):
    """Finnish: a tree of topics."""
    case = Case(sheet, "fi")
    mark, step = case.one(": ", " = ", ":\t"), case.one("  ", "    ")
    form = case.one("%d.%m.%Y %H.%M.%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y klo %H.%M.%S")
    part = lambda name, spec: [name, *(f"{step}{label}{mark}{value}" for label, value in case.rows(spec, form))]
    parts = [part("Virhe", "Ohjelma|Ohjelman nimi -> =program; ?Paneeli|Näyttö -> =panel; Ajankohta|Aikaleima|Päivämäärä ja aika -> =at;"
                           " ?Epäonnistunut toiminto|Viimeisin toiminto -> =where; ?Käännetty -> ~date; ?Edellinen ohjelma -> ~program"),
             part("Istunto", "Käyttäjä|Käyttäjätunnus -> =user; Yritys|Yhtiö|Yritysnumero -> =company; ?Divisioona -> =division; ?Kieli -> FI"),
             part("Ajo", "Työ|Työn numero -> =job; ?Edellinen työ -> ~job; ?Käynnistäjä -> ~user"),
             part("Järjestelmä", "Ympäristö|M3-ympäristö -> =environment; ?Versio|M3-versio -> =version; ?Java-versio -> 17.0.8;"
                                 " ?Palvelin käynnistetty -> <60")]
    rest = [[case.one("Ohjelmapino", "Kutsupino"), *(f"{step}{name}" for name in case.stack())], [case.one("Kentät", "Muuttujat"),
                                                                                                  *(step + line for line in case.fields("{} = '{}'"))]]
    return "\n".join(["M3-virheraportti", *sum(case.shuffled(parts) + case.shuffled(rest), []), case.one("Java-pino", "Pinojälki"),
                      case.trace(f"{step}at {{}}"), ""])


@document
def porch_raport(sheet):
    """Polish: a box around keys and values."""
    case = Case(sheet, "pl")
    form = case.one("%d.%m.%Y %H:%M:%S", ISO)
    rows = case.shuffled(case.rows("Program|Nazwa programu -> =program; ?Panel|Ekran -> =panel; Użytkownik|Identyfikator użytkownika -> =user;"
                                   " Firma|Spółka|Numer firmy -> =company;"
                                   " ?Dywizja|Oddział -> =division; Zadanie|Numer zadania -> =job; Środowisko|Środowisko M3 -> =environment;"
                                   " ?Wersja|Wersja M3 -> =version;"
                                   " Data i godzina|Czas wystąpienia -> =at; ?Nieudana operacja|Ostatnia operacja -> =where; ?Poprzednie zadanie -> ~job;"
                                   " ?Zmienione przez -> ~user; ?Wersja Javy -> 11.0.20; ?Start serwera -> <40", form))
    left, right = max(len(label) for label, _ in rows), max(len(value) for _, value in rows)
    corner, across = case.one("+-", "+=")
    rule = f"{corner}{across * (left + 2)}{corner}{across * (right + 2)}{corner}"
    stack = ["Stos programów", *(f"  {at}. {name}" for at, name in enumerate(case.stack(), 1))]
    return "\n".join(["Raport błędu M3", rule, *(f"| {label:<{left}} | {value:<{right}} |" for label, value in rows), rule, "", *stack, "",
                      case.one("Pola", "Zmienne"),
                      *case.fields("  {} = '{}'"), "", case.one("Stos Java", "Ślad stosu"), case.trace("    at {}"), ""])


@document
def porch_japan(sheet):
    """Japanese: wide colons and brackets."""
    case = Case(sheet, "ja")
    head = case.one("【{}】", "■{}", "[{}]", "＜{}＞")
    pair = case.one("{}：{}", "{}: {}", "　{}：{}", "・{}：{}")
    form = case.one("%Y年%m月%d日 %H:%M:%S", "%Y/%m/%d %H:%M:%S", ISO)
    listed = lambda name, spec: [head.format(name), *(pair.format(*row) for row in case.rows(spec, form, "%Y/%m/%d %H:%M:%S"))]
    parts = [listed("障害", "プログラム|プログラム名 -> =program; ?パネル|画面 -> =panel; 日時|発生日時 -> =at; ?操作|失敗した操作 -> =where; ?更新者 -> ~user; ?前のプログラム -> ~program"),
             listed("セッション", "ユーザー|ユーザーID|ユーザ -> =user; 会社|会社コード -> =company; ?事業部 -> =division; ジョブ|ジョブ番号 -> =job; ?前のジョブ -> ~job; ?言語 -> JP"),
             listed("システム", "環境|M3環境 -> =environment; ?バージョン|M3バージョン -> =version; ?Javaバージョン -> 11.0.20; ?サーバー起動日時 -> <60")]
    rest = [[head.format(case.one("プログラムスタック", "呼び出し履歴")), " → ".join(case.stack())], [head.format(case.one("フィールド", "変数")),
                                                                                       *case.fields(case.one("{} = '{}'", "{}：{}"))]]
    return "\n\n".join(["M3ダンプ", *("\n".join(part) for part in case.shuffled(parts) + rest), head.format("スタックトレース") + "\n" + case.trace()]) + "\n"
