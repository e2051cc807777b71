"""Notations of the set `jury`: dumps by developers in Germany, Sweden, France, Denmark, the Netherlands, Spain and Italy."""

from .jury_case import Case, grid, headed, joined, leaders, level, lined
from .register import Register

SET = Register()
document = SET.document
MONATE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
MESES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
MESI = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
MANEDER = "januar februar marts april maj juni juli august september oktober november december".split()


@document
def jury_fehlerprotokoll(sheet):
    """German, headings underlined with equals signs, times with the month in letters."""
    case = Case(sheet, "de", MONATE)
    case.clock(*case.pick(("%d.%m.%Y %H:%M:%S",), ("{d}. {month} %Y, %H:%M:%S Uhr",)))
    head = lambda text: [text, "=" * len(text)]
    listed = lambda text: level(case.rows(text), " : ")
    facts = [headed(head("Fehler"), listed("Programm|Fehlerhaftes Programm > program; Bild|Panel > panel?; Fehlerzeitpunkt|Zeitpunkt des Fehlers > at; "
                                           "Fehlgeschlagene Operation > where; Letzte Änderung durch > @other")),
             headed(head("Anmeldung"), listed("Benutzer|Benutzerprofil > user; Firma|Firmennummer > company?; Division > division?; Sprache > 'DE; Drucker > 'PRT04")),
             headed(head("Laufzeit"), listed("Jobnummer|Job > job?; Umgebung > environment?; M3-Version > version?; Java-Version > '11.0.21; Datenbankbenutzer > 'MDBUSR; Server gestartet > @past"))]
    calls = [f"{at}. {name}" for at, name in enumerate(case.stack(), 1)]
    return joined("Fehlerprotokoll M3 Business Engine", *case.order(facts), headed(head("Aufrufkette (äußerstes Programm zuerst)"), calls),
                  headed(head("Feldinhalte"), case.fields('{n} = "{v}"')), headed(head("Java-Stacktrace"), case.trace()))


@document
def jury_abzug_kurz(sheet):
    """German and abbreviated, points up to the values."""
    case = Case(sheet, "de", MONATE)
    case.clock("%Y-%m-%d %H:%M:%S")
    width = case.pick(16, 20)
    day = case.clocked("%d.%m.%Y")
    time = case.clocked("%H:%M:%S")
    rows = [*case.rows("Progr.|Pgm. > program; Bild > panel?"), ("Datum", day), ("Uhrzeit", time), *case.rows("Oper. > operation; Datei > object", 0),
            *case.rows("Ben. > user; Fa.|Firma > company?; Div. > division?; Job-Nr. > job?; Umgeb. > environment?; Vers.|Version > version?; Java-Vers. > '1.8.0_345")]
    held = case.fields("{n}='{v}'")
    held = ["; ".join(held[at:at + 2]) for at in range(0, len(held), 2)]
    return joined("--- Programmabzug ---", leaders(rows, width, ".", ": "), headed("--- Programmstapel ---", " -> ".join(case.stack())), headed("--- Felder ---", held),
                  headed("--- Java-Ausnahme ---", case.trace("  at {}")), "--- Ende ---", between=case.pick("\n", "\n\n"))


@document
def jury_kraschrapport(sheet):
    """Swedish, numbers before headings, pairs indented."""
    case = Case(sheet, "sv")
    case.clock(*case.pick(("%Y-%m-%d %H:%M:%S",), ("%Y-%m-%d kl. %H:%M:%S",), ("%Y-%m-%d %H.%M.%S",)))
    listed = lambda text: lined(case.rows(text), "   {}: {}")
    facts = [("Felet", listed("Program|Felande program > program; Bild|Panel > panel?; Tidpunkt > at; Misslyckad operation > where; Senast ändrad av > @other")),
             ("Användare", listed("Användare|Användarprofil > user; Företag|Bolag > company?; Division > division?; Språk > 'SE; Skrivare > 'PRT04")),
             ("Jobb och miljö", listed("Jobbnummer|Jobb > job?; Miljö > environment?; M3-version > version?; Javaversion > '11.0.21; Databasanvändare > 'MDBUSR"))]
    parts = [*case.order(facts), ("Programstack, det senast anropade först", [f"   {name}" for name in case.stack()[::-1]]),
             ("Fältvärden", case.fields("   {n} = '{v}'")), ("Javastack", case.trace("   at {}"))]
    return joined("KRASCHRAPPORT M3", *(headed(f"{at}. {title}", body) for at, (title, body) in enumerate([one for one in parts if one[1]], 1)))


@document
def jury_avbrott(sheet):
    """Swedish, small letters and equals signs, the trace in the middle."""
    case = Case(sheet, "sv")
    case.clock(*case.pick(("%Y-%m-%dT%H:%M:%S",), ("%Y%m%d %H:%M:%S",)))
    listed = lambda text: lined(case.rows(text), "{}={}")
    head = lambda text: f":: {text}"
    calls = [f"{'.' * 3 * at}{name}" for at, name in enumerate(case.stack())]
    return joined("Onormalt avslut", headed(head("program"), listed("program > program; bild > panel?; avbrott|inträffade > at; operation > operation; fil > object; kompilerat > @past")),
                  headed(head("anropskedja, ytterst först"), calls), headed(head("javaspår"), case.trace()),
                  headed(head("körning"), listed("användare > user; företag > company?; division > division?; jobb > job?; miljö > environment?; version > version?; föregående_jobb > '118822")),
                  headed(head("fält"), case.fields("{n}=[{v}]")))


@document
def jury_compte_rendu(sheet):
    """French, blanks before the colons, titles between rules."""
    case = Case(sheet, "fr", MOIS)
    case.clock(*case.pick(("%d/%m/%Y à %H:%M:%S", 0, None, False, True), ("{d} {month} %Y à %H:%M:%S",), ("le {d} {month} %Y %H:%M:%S",)))
    rule = "-" * 64
    head = lambda text: [rule, f"  {text}", rule]
    listed = lambda text: lined(case.rows(text), "{} : {}")
    facts = [headed(head("Erreur"), listed("Programme|Programme en erreur > program; Écran|Panneau > panel?; Survenue|Date et heure de l'erreur > at; Opération échouée > where; "
                                           "Date de compilation > @past")),
             headed(head("Session"), listed("Utilisateur|Code utilisateur > user; Société|N° de société > company?; Division > division?; Langue > 'FR; Modifié par > @other")),
             headed(head("Système"), listed("Travail|N° de travail > job?; Environnement > environment?; Version M3 > version?; Version de Java > '1.8.0_345; Utilisateur base de données > 'MDBUSR"))]
    calls = [f"niveau {at} : {name}" for at, name in enumerate(case.stack(), 1)]
    return joined("COMPTE RENDU D'ARRÊT ANORMAL", *case.order(facts), headed(head("Pile des programmes (niveau 1 = premier appelé)"), calls),
                  headed(head("Zones du programme"), case.fields("{n} = '{v}'")), headed(head("Pile Java"), case.trace("   at {}")))


@document
def jury_nedbrud(sheet):
    """Danish, keys and values in tables with rules."""
    case = Case(sheet, "da", MANEDER)
    case.clock(*case.pick(("{d}. {month} %Y kl. %H:%M:%S",), ("%d.%m.%Y %H:%M:%S",)))
    part = lambda title, text: headed(title, grid(case.rows(text), ("Navn", "Værdi")))
    facts = [part("Fejlen", "Program > program; Skærmbillede|Panel > panel?; Tidspunkt > at; Fejlet operation > where; Sidst ændret af > @other"),
             part("Brugeren", "Bruger|Bruger-id > user; Firma > company?; Division > division?; Sprog > 'DK"),
             part("Systemet", "Job|Jobnummer > job?; Miljø > environment?; M3-version > version?; Java-version > '11.0.21; Databasebruger > 'MDBUSR")]
    calls = grid([(str(at), name) for at, name in enumerate(case.stack(), 1)], ("Niveau", "Program"))
    held = grid([tuple(line.split("\t")) for line in case.fields("{n}\t'{v}'")], ("Felt", "Indhold"))
    return joined("M3-nedbrud", *case.order(facts), headed("Programstak (niveau 1 er yderst)", calls), headed("Felter", held), headed("Java-stakspor", case.trace()))


@document
def jury_storingsmelding(sheet):
    """Dutch, keys between square brackets."""
    case = Case(sheet, "nl")
    case.clock(*case.pick(("%d-%m-%Y %H:%M:%S", 0, None, False, True), ("%Y-%m-%d %H:%M:%S",)))
    listed = lambda text: lined(case.rows(text), case.form_of)
    case.form_of = case.pick("[{}] {}", "[{}]: {}", "[{}] = {}")
    facts = [listed("Programma > program; Scherm > panel?; Tijdstip|Tijdstip van de fout > at; Mislukte bewerking > where; Laatst gewijzigd door > @other"),
             listed("Gebruiker > user; Bedrijf|Bedrijfsnummer > company?; Divisie > division?; Taal > 'NL"),
             listed("Jobnummer|Job > job?; Omgeving > environment?; M3-versie > version?; Java-versie > '17.0.9; Databasegebruiker > 'MDBUSR")]
    return joined("Storingsmelding M3", *case.order(facts), headed("Aangeroepen programma's, van buiten naar binnen", [f"- {name}" for name in case.stack()]),
                  headed("Velden", case.fields("- {n}: '{v}'")), headed("Java-stacktrace", case.trace("    at {}")))


@document
def jury_volcado(sheet):
    """Spanish, dots, and headings in capitals with dashes on both sides."""
    case = Case(sheet, "es", MESES)
    case.clock(*case.pick(("{d} de {month} de %Y %H:%M:%S",), ("%Y/%m/%d %H:%M:%S",)))
    head = lambda text: f"----- {text} -----"
    listed = lambda text: leaders(case.rows(text), 34, case.mark, ": ")
    case.mark = case.pick(".", ". ")
    facts = [headed(head("ERROR"), listed("Programa > program; Panel|Pantalla > panel?; Fecha y hora del error > at; Operación fallida > where; Fecha de compilación > @past")),
             headed(head("USUARIO"), listed("Usuario > user; Compañía|Empresa > company?; División > division?; Idioma > 'ES; Modificado por > @other")),
             headed(head("SISTEMA"), listed("Trabajo|Número de trabajo > job?; Entorno > environment?; Versión de M3 > version?; Versión de Java > '1.8.0_345"))]
    return joined("VOLCADO DE PROGRAMA M3", *case.order(facts), headed(head("PILA DE PROGRAMAS (DEL PRIMERO AL ÚLTIMO)"), case.stack()),
                  headed(head("CAMPOS"), case.fields("{n:<10}'{v}'")), headed(head("TRAZA JAVA"), case.trace()))


@document
def jury_rapporto(sheet):
    """Italian, blocks with a name and pairs below it, indented by tabs."""
    case = Case(sheet, "it", MESI)
    case.clock(*case.pick(("{d} {month} %Y %H:%M:%S",), ("%d/%m/%Y %H:%M:%S", 0, None, False, True)))
    listed = lambda text: lined(case.rows(text), "\t{}:\t{}")
    facts = [headed("Errore", listed("Programma > program; Pannello|Schermata > panel?; Data e ora > at; Operazione fallita > where; Data di compilazione > @past")),
             headed("Utente e società", listed("Utente|Codice utente > user; Società|Azienda > company?; Divisione > division?; Lingua > 'IT; Ultima modifica di > @other")),
             headed("Sistema", listed("Lavoro|Numero lavoro > job?; Ambiente > environment?; Versione M3 > version?; Versione Java > '11.0.21; Utente database > 'MDBUSR"))]
    return joined("Rapporto di errore M3", *case.order(facts), headed("Pila dei programmi", "\t" + " > ".join(case.stack()) if case.has_stack else ""),
                  headed("Campi", case.fields("\t{n}\t= '{v}'")), headed("Stack Java", case.trace("\tat {}", indent="\t")))
