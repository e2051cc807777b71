"""What the dumps of the set `judge` are made of: names of facts, values, names of sections, and what isn't wanted."""

NAMES = {
    "en": {
        "program": ["Program", "Program name", "Program id", "Failing program", "M3 program", "Pgm", "Terminated program", "Active program"],
        "panel": ["Panel", "Panel id", "Active panel", "Current panel", "Screen", "Panel name", "Displayed panel"],
        "user": ["User", "User id", "User name", "User profile", "M3 user", "Signed-on user", "Logged on user", "Session user"],
        "job": ["Job", "Job number", "Job id", "Job no", "M3 job", "Job identity"],
        "company": ["Company", "Company number", "Company no", "M3 company", "Active company", "Company code"],
        "division": ["Division", "Division code", "M3 division", "Active division", "Division id"],
        "environment": ["Environment", "M3 environment", "Environment name", "Env", "BE environment", "Environment id"],
        "version": ["Version", "M3 version", "M3 BE version", "Release", "M3 release", "Release level", "BE version"],
        "level": ["Fix level", "Service pack", "Fix pack"],
        "at": ["Timestamp", "Date and time", "Occurred at", "Time of failure", "Failed at", "Dump time", "Time of error", "Time of dump", "Date/time",
               "Dump created", "Dump taken at"],
        "date": ["Date", "Dump date", "Failure date"], "time": ["Time", "Dump time", "Failure time"],
        "exception": ["Exception", "Exception class", "Java exception", "Exception type", "Error class"],
        "message": ["Message", "Exception message", "Error message", "Error text", "Exception text"],
        "where": ["Failed operation", "Operation", "M3 operation", "Failing operation", "Operation in error", "Last operation"],
        "operation": ["Operation", "Operation code", "M3 operation", "Failed operation"],
        "object": ["File", "Object", "File name", "M3 object", "Table or display file"],
        "frame": ["First M3 frame", "Failing method", "Panel method"], "code": ["Code", "Code type", "Code origin"],
        "stack": ["Program stack", "Call stack", "Program call stack", "Nested programs", "M3 program stack", "Invocation stack"],
        "fields": ["Fields", "Program variables", "Field values", "Work fields", "Variables", "Field dump", "Contents of fields"],
        "trace": ["Stack trace", "Java stack trace", "Java stack", "Exception stack trace", "Java trace", "Traceback"],
        "failure": ["Failure", "Error", "What happened", "Abnormal end", "Termination"], "pgm": ["Program", "Program information", "Application"],
        "session": ["User and company", "Session", "Signed-on session", "User context"], "jobs": ["Job", "Job information", "Batch job"],
        "system": ["System", "Installation", "Environment", "M3 system", "Product information"], "facts": ["General", "Dump header", "Overview"],
        "title": ["M3 dump", "M3 Business Engine dump log", "DUMPLOG", "Program dump", "M3 abnormal termination", "BE program dump"],
        "standard": ["standard", "Standard", "STD"], "customer": ["customer", "Customer", "customer modification"],
    },
    "de": {
        "program": ["Programm", "Programmname", "Abgebrochenes Programm"], "panel": ["Panel", "Maske", "Aktives Panel"],
        "user": ["Benutzer", "Benutzername", "Angemeldeter Benutzer", "Benutzerprofil"], "job": ["Job", "Jobnummer", "Job-Nr"],
        "company": ["Firma", "Firmennummer", "Firmen-Nr"], "division": ["Division", "Geschäftsbereich"],
        "environment": ["Umgebung", "M3-Umgebung", "Systemumgebung"], "version": ["Version", "M3-Version", "Release"], "level": ["Fixstand"],
        "at": ["Zeitpunkt", "Zeitpunkt des Fehlers", "Aufgetreten am", "Datum/Uhrzeit"], "date": ["Datum"], "time": ["Uhrzeit"],
        "exception": ["Ausnahme", "Java-Ausnahme", "Ausnahmeklasse"], "message": ["Fehlermeldung", "Meldung", "Fehlertext"],
        "where": ["Operation", "Fehlgeschlagene Operation", "M3-Operation"], "operation": ["Operation", "Operationscode"],
        "object": ["Datei", "Objekt"], "frame": ["Erster M3-Rahmen"], "code": ["Code"],
        "stack": ["Programmstapel", "Aufrufstapel", "Programmaufrufe"], "fields": ["Felder", "Feldinhalte", "Programmvariablen"],
        "trace": ["Stacktrace", "Java-Stacktrace", "Java-Stack"], "failure": ["Fehler", "Abbruch"], "pgm": ["Programm", "Programmdaten"],
        "session": ["Benutzer und Firma", "Sitzung"], "jobs": ["Job", "Jobdaten"], "system": ["System", "Installation"], "facts": ["Allgemein"],
        "title": ["M3-Programmabbruch", "M3-Dump", "Absturzprotokoll M3 BE"], "standard": ["Standard"], "customer": ["Kunde"],
    },
    "sv": {
        "program": ["Program", "Programnamn", "Felande program"], "panel": ["Panel", "Bild", "Aktiv panel"],
        "user": ["Användare", "Användar-ID", "Inloggad användare"], "job": ["Jobb", "Jobbnummer", "Jobb-ID"],
        "company": ["Företag", "Företagsnummer", "Bolag"], "division": ["Division", "Divisionskod"],
        "environment": ["Miljö", "M3-miljö", "Driftmiljö"], "version": ["Version", "M3-version"], "level": ["Fixnivå"],
        "at": ["Tidpunkt", "Tidpunkt för felet", "Inträffade", "Datum och tid"], "date": ["Datum"], "time": ["Tid", "Klockslag"],
        "exception": ["Undantag", "Undantagsklass"], "message": ["Felmeddelande", "Meddelande", "Feltext"],
        "where": ["Operation", "Felande operation", "M3-operation"], "operation": ["Operation", "Operationskod"], "object": ["Fil", "Objekt"],
        "frame": ["Första M3-metod"], "code": ["Kod"], "stack": ["Programstack", "Anropsstack", "Anropade program"],
        "fields": ["Fält", "Fältvärden", "Variabler"], "trace": ["Stackspårning", "Javastack", "Java-stack"], "failure": ["Fel", "Avbrott"],
        "pgm": ["Program", "Programuppgifter"], "session": ["Användare och företag", "Session"], "jobs": ["Jobb", "Jobbuppgifter"],
        "system": ["System", "Installation"], "facts": ["Allmänt"], "title": ["M3-dump", "Programdump M3 BE", "M3 onormalt programslut"],
        "standard": ["standard"], "customer": ["kund"],
    },
    "fr": {
        "program": ["Programme", "Nom du programme", "Programme en erreur"], "panel": ["Panneau", "Écran", "Panneau actif"],
        "user": ["Utilisateur", "Nom d'utilisateur", "Profil utilisateur"], "job": ["Travail", "Numéro de travail", "N° de travail"],
        "company": ["Société", "Code société", "N° de société"], "division": ["Division", "Code division"],
        "environment": ["Environnement", "Environnement M3"], "version": ["Version", "Version M3"], "level": ["Niveau de correctif"],
        "at": ["Date et heure", "Horodatage", "Survenu le"], "date": ["Date"], "time": ["Heure"],
        "exception": ["Exception", "Classe d'exception"], "message": ["Message", "Message d'erreur"],
        "where": ["Opération", "Opération en échec", "Opération M3"], "operation": ["Opération", "Code opération"], "object": ["Fichier", "Objet"],
        "frame": ["Première méthode M3"], "code": ["Code"], "stack": ["Pile des programmes", "Pile d'appels"],
        "fields": ["Champs", "Zones du programme", "Variables"], "trace": ["Trace Java", "Pile Java", "Trace de la pile"],
        "failure": ["Erreur", "Incident"], "pgm": ["Programme", "Application"], "session": ["Utilisateur et société", "Session"],
        "jobs": ["Travail"], "system": ["Système", "Installation"], "facts": ["Généralités"],
        "title": ["Vidage M3", "Arrêt anormal d'un programme M3"], "standard": ["standard"], "customer": ["client"],
    },
}

# What stands beside the facts in each group, and is none of them.
DECOYS = {
    "en": {
        "failure": [("Dump number", "00217"), ("Severity", "40"), ("Message id", "XOP0100"), ("Dump file", "/m3/dumps/d00217.log"), ("Handled", "No")],
        "pgm": [("Last compiled", "~date"), ("Last changed by", "~user"), ("Previous program", "~program"), ("Next panel", "F"),
                ("Program title", "Delivery. Open toolbox"), ("Panel sequence", "EFG1"), ("Program type", "Interactive")],
        "session": [("Language", "GB"), ("Facility", "A01"), ("Warehouse", "001"), ("User group", "SALES"), ("Signed on", "~date"),
                    ("Date format", "YMD"), ("Default company", "940"), ("Printer", "PRT07")],
        "jobs": [("Job type", "Interactive"), ("Job queue", "QINTER"), ("Job started", "~date"), ("Job priority", "20"), ("Submitted by", "~user")],
        "system": [("Java version", "1.8.0_371"), ("Database user", "MDBUSR"), ("Database version", "11.5.8"), ("Host", "m3app07"),
                   ("Operating system", "Windows Server 2019"), ("Grid version", "1.11.47"), ("Server started", "~date"), ("Schema", "MVXJDTA")],
    },
    "de": {
        "failure": [("Dump-Nummer", "00217"), ("Schweregrad", "40")],
        "pgm": [("Zuletzt geändert von", "~user"), ("Kompiliert am", "~date"), ("Vorheriges Programm", "~program")],
        "session": [("Sprache", "DE"), ("Werk", "A01"), ("Drucker", "PRT07"), ("Benutzergruppe", "VERTRIEB")],
        "jobs": [("Jobtyp", "Dialog"), ("Job gestartet", "~date")],
        "system": [("Java-Version", "1.8.0_371"), ("Datenbankbenutzer", "MDBUSR"), ("Server gestartet", "~date"), ("Rechner", "m3app07")],
    },
    "sv": {
        "failure": [("Dumpnummer", "00217"), ("Allvarlighetsgrad", "40")],
        "pgm": [("Senast ändrat av", "~user"), ("Kompilerat", "~date"), ("Föregående program", "~program")],
        "session": [("Språk", "SE"), ("Anläggning", "A01"), ("Skrivare", "PRT07"), ("Användargrupp", "INKÖP")],
        "jobs": [("Jobbtyp", "Interaktivt"), ("Jobbet startat", "~date")],
        "system": [("Java-version", "1.8.0_371"), ("Databasanvändare", "MDBUSR"), ("Servern startad", "~date"), ("Värddator", "m3app07")],
    },
    "fr": {
        "failure": [("Numéro du vidage", "00217"), ("Gravité", "40")],
        "pgm": [("Modifié par", "~user"), ("Compilé le", "~date"), ("Programme précédent", "~program")],
        "session": [("Langue", "FR"), ("Établissement", "A01"), ("Imprimante", "PRT07"), ("Groupe d'utilisateurs", "VENTES")],
        "jobs": [("Type de travail", "Interactif"), ("Travail démarré le", "~date")],
        "system": [("Version de Java", "1.8.0_371"), ("Utilisateur de la base", "MDBUSR"), ("Serveur démarré le", "~date"), ("Hôte", "m3app07")],
    },
}

USERS = ["MBERGSTROM", "COLSSON", "SVC_M3API", "HMEIER2", "P.DUBOIS", "TSANDERS", "WHSUSER07", "r.ivanova", "ACME\\jlee", "SCHEDULER"]
ENVIRONMENTS = ["M3PRD", "TRN_16.0", "M3BE_16.0_QAS", "DEV", "MVXTST", "ACME_PRD_DEM", "M3BE_14.1_PRD"]
VERSIONS = ["15.1.3:PTF0042", "16.0.0.20240117", "13.4.0:SP17", "10.1.0.0", "15.1.4:*NONE", "14.1.0:SP3", "16.0.5", "7.1:SP11"]
PROGRAMS = ["OIS101", "MMS100", "PPS201", "CRS620", "MWS411", "PMS100", "APS100", "QMS300", "MMS025MI", "OIS100MI", "ZZS110", "STS100"]
CALLERS = ["OIS100", "MMS002", "CRS610", "PPS300", "MWS410", "GLS200", "MNS150", "CMS100"]
EXCEPTIONS = [
    ("java.lang.IllegalStateException", "Transaction not started"), ("java.lang.ArithmeticException", "/ by zero"),
    ("java.util.ConcurrentModificationException", None), ("java.io.IOException", "Connection reset by peer"),
    ("com.ibm.as400.access.AS400JDBCSQLSyntaxErrorException", "[SQL0204] MITBAL in MVXJDTA type *FILE not found."),
    ("java.sql.SQLTimeoutException", "ORA-00060: deadlock detected while waiting for resource"),
    ("java.text.ParseException", 'Unparseable date: "20251341"'), ("mvx.runtime.MvxException", "Decimal data error in field WTORQT"),
]
TABLES = ["MITMAS", "OOHEAD", "OOLINE", "MITBAL", "CIDMAS", "MPLINE", "FSLEDG", "OCUSMA", "CSYTAB", "MWOHED"]
SCREENS = ["ICFCMD", "OIS101D", "MMS100D", "CRS620DS", "DSPF01"]
TEXTS = ["A02", "", "100234", "Bolt M6 x 40", "Müller & Söhne", "E", "*BLANKS", "AXLE-9000/B", "Käfer GmbH", "0001002417", "EUR", "STD 4"]
NUMBERS = ["0", "0.00", "-12.50", "1234.5", "17", "20260113", "99.9", "-3"]
FIELDS = {"WWITNO": ("A", 15), "WTCUNO": ("A", 10), "W1FACI": ("A", 3), "XXORNO": ("A", 10), "WSWHLO": ("A", 3), "WEPLGR": ("A", 8), "WXTX40": ("A", 40),
          "WBCUCD": ("A", 3), "WTORQT": ("P", 15), "W2PRIC": ("P", 17), "WWDATE": ("P", 8), "XXCNT": ("P", 5), "IN60": ("A", 1), "PXRTCD": ("A", 4)}
OTHERS = ["NLINDQVIST", "OLDADMIN", "QBATCH1", "FKOENIG", "EMORENO"]
MONTHS = {"en": "January February March April May June July August September October November December".split(),
          "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
          "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
          "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()}
