"""What the authors of the pier call the facts, in their languages, and what they write beside them that only looks like them."""

MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "da": "januar februar marts april maj juni juli august september oktober november december".split(),
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(),
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta".split(),
}


def labels(text):
    """`fact: label, label` on each line."""
    return {line.split(":")[0].strip(): [one.strip() for one in line.split(":")[1].split(",")] for line in text.strip().split("\n")}


LABELS = {
    "en": labels("""program: Program, Failing program, Program in error, Program name, Aborted program
        panel: Panel, Active panel, Panel ID, Current panel
        full: Panel, Program/panel, Active panel
        user: User, User ID, M3 user, Signed-on user, User profile
        job: Job, Job ID, Job number, Job identity
        company: Company, Company number, Active company, Current company
        division: Division, Active division, Division code
        environment: Environment, M3 environment, Environment name
        version: M3 version, M3 BE version, M3 release, Application version
        at: Time of failure, Failed at, Date and time of dump, Terminated at, Time of abend
        date: Date, Date of failure, Dump date
        time: Time, Time of failure, Dump time
        where: Failing operation, Operation in error, Operation, Failed I/O
        operation: Operation, Failing operation, Operation code
        file: File, Table, File name
        exception: Exception, Exception class, Java exception, Error class
        exception_message: Message, Error message, Exception message, Reason
        stack: Program stack, Call stack, Invocation stack, Programs in the stack
        trace: Java stack trace, Stack trace, Java call stack, Trace
        fields: Fields, Program variables, Field values, Variables at time of failure
        title: Abnormal program termination, Dump of M3 program, Dumplog, Program dump"""),
    "de": labels("""program: Programm, Abgebrochenes Programm, Programmname
        panel: Bild, Aktives Panel, Panel
        full: Bild, Programm/Bild
        user: Benutzer, Angemeldeter Benutzer, Benutzerprofil, Anwender
        job: Job, Jobnummer, Jobkennung
        company: Firma, Unternehmen, Firmennummer, Mandant
        division: Division, Geschäftsbereich
        environment: Umgebung, Systemumgebung
        version: M3-Version, M3-Release, Programmstand M3
        at: Abbruchzeitpunkt, Zeitpunkt des Abbruchs, Abgebrochen am, Zeitpunkt des Fehlers
        date: Datum, Abbruchdatum
        time: Uhrzeit, Abbruchzeit
        where: Fehlerhafte Operation, Fehlgeschlagener Zugriff, Operation
        operation: Operation, Operationscode
        file: Datei, Tabelle
        exception: Ausnahme, Java-Ausnahme, Fehlerklasse
        exception_message: Fehlertext, Fehlermeldung, Meldung
        stack: Programmstapel, Aufrufliste, Aufrufhierarchie
        trace: Java-Stacktrace, Stapelverfolgung
        fields: Feldinhalte, Felder, Variablen
        title: Programmabbruch, Dump eines M3-Programms"""),
    "sv": labels("""program: Program, Avbrutet program, Felande program
        panel: Bild, Aktiv bild
        full: Bild, Program/bild
        user: Användare, Inloggad användare, Användarprofil
        job: Jobb, Jobbnummer, Jobb-ID
        company: Företag, Bolag, Företagsnummer
        division: Division
        environment: Miljö, M3-miljö
        version: M3-version, M3-utgåva
        at: Tidpunkt för felet, Avbröts, Feltidpunkt
        date: Datum, Feldatum
        time: Klockslag, Tid
        where: Felande operation, Misslyckad operation
        operation: Operation, Operationskod
        file: Fil, Tabell
        exception: Undantag, Javaundantag, Felklass
        exception_message: Felmeddelande, Feltext
        stack: Programstack, Anropsstack
        trace: Javastack, Stackspårning
        fields: Fältvärden, Fält, Variabler
        title: Onormalt programavslut, Programdump"""),
    "fr": labels("""program: Programme, Programme en erreur, Nom du programme
        panel: Écran, Écran actif, Panneau
        full: Écran, Programme/écran
        user: Utilisateur, Utilisateur connecté, Profil utilisateur
        job: Travail, Numéro du travail, N° de job
        company: Société, Numéro de société
        division: Division, Code division
        environment: Environnement, Environnement M3
        version: Version M3, Version de M3
        at: Date et heure de l'arrêt, Survenu le, Date et heure de l'erreur
        date: Date, Date de l'erreur
        time: Heure, Heure de l'erreur
        where: Opération en erreur, Opération
        operation: Opération, Code opération
        file: Fichier, Table
        exception: Exception, Classe d'exception
        exception_message: Message d'erreur, Texte de l'erreur
        stack: Pile des programmes, Programmes appelés
        trace: Pile Java, Trace Java
        fields: Valeurs des zones, Zones, Variables
        title: Arrêt anormal du programme, Vidage mémoire M3"""),
    "da": labels("""program: Program, Fejlramt program
        panel: Billede, Aktivt billede, Panel
        full: Billede, Program/billede
        user: Bruger, Bruger-id, Brugerprofil
        job: Job, Jobnummer
        company: Firma, Firmanummer, Selskab
        division: Division
        environment: Miljø, M3-miljø
        version: M3-version
        at: Fejltidspunkt, Tidspunkt for fejlen, Afbrudt
        date: Dato, Fejldato
        time: Klokkeslæt, Tid
        where: Fejlende operation, Operation
        operation: Operation
        file: Fil, Tabel
        exception: Undtagelse, Exception
        exception_message: Fejlmeddelelse, Fejltekst
        stack: Programstak, Kaldestak
        trace: Javastak, Stakspor
        fields: Feltværdier, Felter
        title: Unormal programafslutning, Programdump"""),
    "nl": labels("""program: Programma, Afgebroken programma
        panel: Scherm, Actief scherm
        full: Scherm, Programma/scherm
        user: Gebruiker, Aangemelde gebruiker, Gebruikersprofiel
        job: Taak, Jobnummer, Taaknummer
        company: Bedrijf, Bedrijfsnummer, Firma
        division: Divisie
        environment: Omgeving, M3-omgeving
        version: M3-versie
        at: Tijdstip van de fout, Afgebroken op, Datum en tijd van de fout
        date: Datum
        time: Tijd, Tijdstip
        where: Mislukte bewerking, Bewerking
        operation: Bewerking
        file: Bestand, Tabel
        exception: Uitzondering, Exceptie
        exception_message: Foutmelding, Fouttekst
        stack: Programmastack, Aanroepstapel
        trace: Javastack, Stacktrace
        fields: Veldwaarden, Velden
        title: Abnormale beëindiging, Programmadump"""),
    "es": labels("""program: Programa, Programa con error
        panel: Pantalla, Pantalla activa, Panel
        full: Pantalla, Programa/panel
        user: Usuario, Usuario conectado, Perfil de usuario
        job: Trabajo, Número de trabajo
        company: Compañía, Empresa, Sociedad
        division: División
        environment: Entorno, Entorno M3
        version: Versión M3, Versión de M3
        at: Fecha y hora del error, Momento del fallo
        date: Fecha, Fecha del error
        time: Hora, Hora del error
        where: Operación fallida, Operación con error
        operation: Operación
        file: Archivo, Fichero, Tabla
        exception: Excepción, Clase de la excepción
        exception_message: Mensaje de error, Texto del error
        stack: Pila de programas, Pila de llamadas
        trace: Pila de Java, Traza de Java
        fields: Valores de los campos, Campos
        title: Terminación anormal del programa, Volcado de programa"""),
    "it": labels("""program: Programma, Programma in errore
        panel: Pannello, Pannello attivo, Videata
        full: Pannello, Programma/pannello
        user: Utente, Utente collegato, Profilo utente
        job: Lavoro, Numero lavoro
        company: Società, Azienda
        division: Divisione
        environment: Ambiente, Ambiente M3
        version: Versione M3
        at: Data e ora dell'errore, Momento dell'errore
        date: Data, Data errore
        time: Ora, Ora errore
        where: Operazione fallita, Operazione in errore
        operation: Operazione
        file: Tabella, Archivio
        exception: Eccezione, Classe eccezione
        exception_message: Messaggio di errore, Testo errore
        stack: Pila dei programmi, Stack dei programmi
        trace: Stack Java, Traccia Java
        fields: Valori dei campi, Campi
        title: Chiusura anomala del programma, Dump del programma"""),
    "fi": labels("""program: Ohjelma, Keskeytynyt ohjelma
        panel: Näyttö, Paneeli
        full: Näyttö, Ohjelma/paneeli
        user: Käyttäjä, Käyttäjätunnus
        job: Työ, Työn numero
        company: Yritys, Yritysnumero
        division: Divisioona
        environment: Ympäristö, M3-ympäristö
        version: M3-versio
        at: Virheen ajankohta, Virheen aika
        date: Päivämäärä, Päiväys
        time: Kellonaika
        where: Epäonnistunut operaatio, Operaatio
        operation: Operaatio
        file: Tiedosto, Taulu
        exception: Poikkeus, Poikkeusluokka
        exception_message: Virheilmoitus, Virheteksti
        stack: Ohjelmapino, Kutsupino
        trace: Java-pino, Pinojäljitys
        fields: Kenttien arvot, Kentät
        title: Ohjelman epänormaali päättyminen, Ohjelmavedos"""),
}


def near(text):
    """`label = value` on each line."""
    return [tuple(part.strip() for part in line.split("=")) for line in text.strip().split("\n")]


NEAR = {
    "en": near("""Submitted by = {other}
        Program owner = {other}
        Last changed by = {other}
        Program compiled = {time}
        Job started = {time}
        Last commit = {time}
        JVM started = {time}
        Java version = {java}
        OS version = V7R4M0
        Database version = DB2 for i 7.4
        JDBC driver version = 11.2.3
        Previous program = {program}
        Called from menu = {program}
        Last program ended = {program}
        Default company = {company}
        Default division = {division}
        Previous user of the job = {other}
        Notify user = {other}
        Last successful operation = OPEN CMNDIV
        Previous exception = java.io.IOException"""),
    "de": near("""Gestartet von = {other}
        Eigentümer = {other}
        Geändert von = {other}
        Kompiliert am = {time}
        Jobstart = {time}
        Java-Version = {java}
        Version des Betriebssystems = V7R3M0
        Datenbankversion = DB2 for i 7.3
        Vorheriges Programm = {program}
        Standardfirma = {company}
        Letzter Commit = {time}"""),
    "sv": near("""Startat av = {other}
        Ägare = {other}
        Ändrad av = {other}
        Kompilerat = {time}
        Jobbet startades = {time}
        Javaversion = {java}
        Databasversion = SQL Server 2016
        Föregående program = {program}
        Standardföretag = {company}"""),
    "fr": near("""Soumis par = {other}
        Propriétaire = {other}
        Modifié par = {other}
        Compilé le = {time}
        Début du travail = {time}
        Version de Java = {java}
        Version du système = V7R3M0
        Programme précédent = {program}
        Société par défaut = {company}"""),
    "da": near("""Startet af = {other}
        Ejer = {other}
        Kompileret = {time}
        Javaversion = {java}
        Forrige program = {program}
        Standardfirma = {company}"""),
    "nl": near("""Gestart door = {other}
        Eigenaar = {other}
        Gewijzigd door = {other}
        Gecompileerd op = {time}
        Javaversie = {java}
        Vorig programma = {program}"""),
    "es": near("""Enviado por = {other}
        Propietario = {other}
        Modificado por = {other}
        Compilado el = {time}
        Versión de Java = {java}
        Programa anterior = {program}
        Compañía por defecto = {company}"""),
    "it": near("""Avviato da = {other}
        Proprietario = {other}
        Modificato da = {other}
        Compilato il = {time}
        Versione Java = {java}
        Programma precedente = {program}"""),
    "fi": near("""Käynnistäjä = {other}
        Omistaja = {other}
        Muuttanut = {other}
        Käännetty = {time}
        Java-versio = {java}
        Edellinen ohjelma = {program}"""),
}
