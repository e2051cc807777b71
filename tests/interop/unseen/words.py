"""What the keys of a dump are called: languages, letters, abbreviations, and keys that only look like those wanted."""

import re

# For each language the names that a person who uses it would take for the field without a doubt.
KEYS = {
    "en": {
        "program": ["Program", "Program name", "Program ID", "Failing program", "Active program", "Current program", "Pgm"],
        "user": ["User", "User ID", "User profile", "Logged on user", "Signed-on user", "Current user", "Username"],
        "job": ["Job", "Job number", "Job no", "Job ID", "Job UUID", "Batch job number", "Job nbr"],
        "company": ["Company", "Company no", "Company number", "Current company", "Comp", "Company code"],
        "division": ["Division", "Division code", "Div", "Current division", "Division ID"],
        "environment": ["Environment", "Env", "M3 environment", "Environment name", "BE environment", "Runtime environment"],
        "version": ["Version", "M3 version", "BE version", "M3 BE release", "Release", "Software version"],
        "panel": ["Panel", "Panel ID", "Current panel", "Active panel", "Screen", "Panel name", "Picture"],
        "at": ["Date/time", "Timestamp", "Time of dump", "Dump created", "Created at", "Occurred", "Time of failure",
               "Failure time", "Date and time", "Dump taken"],
        "date": ["Date", "Dump date", "Failure date"], "time": ["Time", "Dump time", "Failure time"],
        "exception": ["Exception", "Exception class", "Exception type", "Java exception", "Throwable"],
        "exception_message": ["Message", "Exception message", "Error text", "Error message", "Message text"],
        "where": ["Failing operation", "Operation", "I/O operation", "Last operation", "DB operation", "Failed operation"],
        "object": ["File", "Object", "Table", "Display file", "Record format"],
        "call_stack": ["Call stack", "Program stack", "Call chain", "Invocation stack", "Program call stack"],
        "java_stack": ["Stack trace", "Java stack", "Exception stack", "Traceback", "Java stack trace", "Exception details"],
        "fields": ["Fields", "Variables", "Display fields", "Program variables", "Field values", "Field contents"],
        "title": ["M3 Business Engine dump", "Program dump", "DUMPLOG", "Abnormal termination report", "M3 BE dump log"],
    },
    "de": {
        "program": ["Programm", "Programmname", "Fehlerhaftes Programm"], "user": ["Benutzer", "Benutzerkennung", "Anwender"],
        "job": ["Job", "Jobnummer", "Job-ID"], "company": ["Firma", "Firmennummer", "Gesellschaft"],
        "division": ["Division", "Geschäftsbereich"], "environment": ["Umgebung", "M3-Umgebung"],
        "version": ["Version", "Release", "Softwareversion"], "panel": ["Panel", "Bildschirm", "Maske"],
        "at": ["Zeitpunkt", "Datum/Uhrzeit", "Erstellt am", "Zeitstempel"], "date": ["Datum"], "time": ["Uhrzeit", "Zeit"],
        "exception": ["Ausnahme", "Ausnahmeklasse"], "exception_message": ["Meldung", "Fehlermeldung", "Fehlertext"],
        "where": ["Fehlgeschlagene Operation", "Letzte Operation", "Operation"], "object": ["Datei", "Tabelle", "Objekt"],
        "call_stack": ["Aufrufstapel", "Programmstapel", "Aufrufkette"], "java_stack": ["Stacktrace", "Java-Stack", "Stapelverfolgung"],
        "fields": ["Felder", "Variablen", "Feldinhalte"], "title": ["Programmabsturz", "Speicherabzug M3 Business Engine", "M3-Dump"],
    },
    "fr": {
        "program": ["Programme", "Nom du programme"], "user": ["Utilisateur", "Code utilisateur"],
        "job": ["Travail", "Numéro de travail", "N° de travail"], "company": ["Société", "N° société", "Code société"],
        "division": ["Division", "Code division"], "environment": ["Environnement"], "version": ["Version", "Version M3"],
        "panel": ["Écran", "Panneau"], "at": ["Date et heure", "Horodatage", "Créé le"], "date": ["Date"], "time": ["Heure"],
        "exception": ["Exception", "Classe d'exception"], "exception_message": ["Message", "Message d'erreur"],
        "where": ["Opération", "Opération en échec", "Dernière opération"], "object": ["Fichier", "Table", "Objet"],
        "call_stack": ["Pile d'appels", "Pile des programmes"], "java_stack": ["Trace de la pile", "Pile Java"],
        "fields": ["Champs", "Variables", "Zones"], "title": ["Vidage du programme", "Rapport d'arrêt anormal"],
    },
    "sv": {
        "program": ["Program", "Programnamn"], "user": ["Användare", "Användar-id"], "job": ["Jobb", "Jobbnummer", "Jobb-id"],
        "company": ["Företag", "Företagsnummer", "Bolag"], "division": ["Division"], "environment": ["Miljö", "M3-miljö"],
        "version": ["Version", "Programversion"], "panel": ["Bild", "Panel", "Skärmbild"],
        "at": ["Tidpunkt", "Datum och tid", "Skapad"], "date": ["Datum"], "time": ["Tid", "Klockslag"],
        "exception": ["Undantag", "Undantagsklass"], "exception_message": ["Meddelande", "Felmeddelande", "Feltext"],
        "where": ["Operation", "Felande operation", "Senaste operation"], "object": ["Fil", "Tabell", "Objekt"],
        "call_stack": ["Anropsstack", "Programstack", "Anropskedja"], "java_stack": ["Stackspårning", "Javastack"],
        "fields": ["Fält", "Variabler", "Fältvärden"], "title": ["Programdump", "Onormalt avslut"],
    },
    "es": {
        "program": ["Programa", "Nombre de programa"], "user": ["Usuario", "ID de usuario"], "job": ["Trabajo", "Número de trabajo"],
        "company": ["Compañía", "Empresa", "Número de compañía"], "division": ["División"], "environment": ["Entorno"],
        "version": ["Versión", "Versión de M3"], "panel": ["Panel", "Pantalla"], "at": ["Fecha y hora", "Creado", "Marca de tiempo"],
        "date": ["Fecha"], "time": ["Hora"], "exception": ["Excepción", "Clase de excepción"],
        "exception_message": ["Mensaje", "Mensaje de error"], "where": ["Operación", "Operación fallida", "Última operación"],
        "object": ["Archivo", "Tabla", "Objeto"], "call_stack": ["Pila de llamadas", "Pila de programas"],
        "java_stack": ["Traza de la pila", "Pila Java"], "fields": ["Campos", "Variables"], "title": ["Volcado de programa"],
    },
    "it": {
        "program": ["Programma", "Nome programma"], "user": ["Utente", "ID utente"], "job": ["Lavoro", "Numero lavoro"],
        "company": ["Società", "Azienda"], "division": ["Divisione"], "environment": ["Ambiente"], "version": ["Versione"],
        "panel": ["Pannello", "Schermata"], "at": ["Data e ora", "Creato il"], "date": ["Data"], "time": ["Ora"],
        "exception": ["Eccezione", "Classe eccezione"], "exception_message": ["Messaggio", "Messaggio di errore"],
        "where": ["Operazione", "Ultima operazione"], "object": ["File", "Tabella", "Oggetto"],
        "call_stack": ["Stack di chiamate", "Pila dei programmi"], "java_stack": ["Stack Java", "Traccia dello stack"],
        "fields": ["Campi", "Variabili"], "title": ["Dump del programma"],
    },
    "nl": {
        "program": ["Programma", "Programmanaam"], "user": ["Gebruiker", "Gebruikers-ID"], "job": ["Job", "Taaknummer", "Jobnummer"],
        "company": ["Bedrijf", "Bedrijfsnummer"], "division": ["Divisie"], "environment": ["Omgeving"], "version": ["Versie"],
        "panel": ["Scherm", "Paneel"], "at": ["Datum en tijd", "Tijdstip"], "date": ["Datum"], "time": ["Tijd"],
        "exception": ["Exceptie", "Uitzondering"], "exception_message": ["Melding", "Foutmelding"],
        "where": ["Bewerking", "Laatste bewerking"], "object": ["Bestand", "Tabel"], "call_stack": ["Aanroepstack", "Programmastack"],
        "java_stack": ["Stacktrace", "Javastack"], "fields": ["Velden", "Variabelen"], "title": ["Programmadump"],
    },
    "da": {
        "program": ["Program", "Programnavn"], "user": ["Bruger", "Bruger-id"], "job": ["Job", "Jobnummer"], "company": ["Firma", "Selskab"],
        "division": ["Division"], "environment": ["Miljø"], "version": ["Version"], "panel": ["Panel", "Skærmbillede"],
        "at": ["Tidspunkt", "Dato og tid"], "date": ["Dato"], "time": ["Tid", "Klokkeslæt"], "exception": ["Undtagelse"],
        "exception_message": ["Meddelelse", "Fejlmeddelelse"], "where": ["Operation", "Seneste operation"], "object": ["Fil", "Tabel"],
        "call_stack": ["Kaldestak", "Programstak"], "java_stack": ["Stakspor", "Javastak"], "fields": ["Felter", "Variabler"],
        "title": ["Programdump"],
    },
}
LANGUAGES = ["en"] * 9 + ["de", "de", "fr", "sv", "es", "it", "nl", "da"]

# As on IBM i and in M3's own fields.
SHORT = {
    "program": ["PGM", "PGMN", "PGNM"], "user": ["USID", "USER", "USRPRF"], "job": ["JOB", "BJNO", "JOBNBR"], "company": ["CONO", "CMP"],
    "division": ["DIVI", "DIV"], "environment": ["ENV", "ENVIR"], "version": ["VER", "VERSION", "REL"], "panel": ["PANEL", "PNL"],
    "at": ["TIMESTAMP", "DATTIM"], "date": ["DATE"], "time": ["TIME"], "exception": ["EXCEPTION", "EXC"],
    "exception_message": ["MESSAGE", "MSG"], "where": ["OPERATION", "OPER"], "object": ["FILE", "OBJ"],
}

OTHERS = ["OLDUSER", "KOWALSKI", "BATCHUSR", "LHANSEN", "TEMPUSR"]
PROGRAMS = ["OIS100", "MMS002", "CRS610", "PPS300", "MWS410", "APS100", "GLS200", "PMS100"]

# Keys that are not what is wanted, though a word of them is.
DECOYS = {
    "en": [("Last changed by", "user"), ("Changed by", "user"), ("User profile created", "date"), ("Program compiled", "date"),
           ("Job user", "user"), ("Job type", "Interactive"), ("Job queue", "QBATCH"), ("Job priority", "50"),
           ("Previous program", "program"), ("Calling program", "program"), ("Company name", "Demo Industries AB"),
           ("Default company", "931"), ("Default division", "ZZZ"), ("Java version", "1.8.0_251"), ("JVM started", "date"),
           ("Database version", "11.5.7"), ("OS version", "10.0.14393"), ("Panel sequence", "EF1"), ("Next panel", "F"),
           ("Database user", "MDBUSR"), ("Host", "m3srv01"), ("Number of users", "34"), ("Record changed", "date"),
           ("Last successful operation", "CHAIN OCUSMA"), ("Program type", "Interactive"), ("Program title", "Facility. Open"),
           ("User group", "FINANCE"), ("Division name", "Nordic Sales"), ("Dump number", "0017"), ("User language", "GB"),
           ("Time zone", "CET"), ("Companies in environment", "100, 200, 300"), ("Environment type", "Production"),
           ("Server started", "date"), ("Printed by", "user"), ("Job started", "date"), ("Node", "M3BE_2"), ("Session", "4711")],
    "de": [("Geändert von", "user"), ("Firmenname", "Muster GmbH"), ("Vorheriges Programm", "program"), ("Java-Version", "1.8.0_251"),
           ("Server gestartet", "date"), ("Jobtyp", "Interaktiv"), ("Benutzergruppe", "FINANZ"), ("Nächstes Panel", "F")],
    "fr": [("Modifié par", "user"), ("Nom de la société", "Exemple SA"), ("Programme précédent", "program"),
           ("Version de Java", "1.8.0_251"), ("Type de travail", "Interactif"), ("Groupe d'utilisateurs", "FINANCE")],
    "sv": [("Ändrad av", "user"), ("Företagsnamn", "Exempel AB"), ("Föregående program", "program"), ("Javaversion", "1.8.0_251"),
           ("Jobbtyp", "Interaktivt"), ("Användargrupp", "EKONOMI")],
    "es": [("Modificado por", "user"), ("Nombre de la compañía", "Ejemplo SA"), ("Programa anterior", "program"),
           ("Versión de Java", "1.8.0_251")],
    "it": [("Modificato da", "user"), ("Programma precedente", "program"), ("Versione Java", "1.8.0_251")],
    "nl": [("Gewijzigd door", "user"), ("Vorig programma", "program"), ("Java-versie", "1.8.0_251")],
    "da": [("Ændret af", "user"), ("Forrige program", "program"), ("Java-version", "1.8.0_251")],
}


def words(label):
    return re.findall(r"[^\W_]+", label.replace("'", "").replace("°", ""))


def camel(label):
    parts = words(label)
    return parts[0].lower() + "".join(part[0].upper() + part[1:].lower() for part in parts[1:])


LETTERS = {
    "as is": str, "upper": str.upper, "lower": str.lower, "camel": camel,
    "pascal": lambda label: "".join(part[0].upper() + part[1:].lower() for part in words(label)),
    "snake": lambda label: "_".join(words(label)).lower(),
    "kebab": lambda label: "-".join(words(label)).lower(),
    "shout": lambda label: "_".join(words(label)).upper(),
}
NAMES = ["camel", "pascal", "snake", "kebab", "shout"]
