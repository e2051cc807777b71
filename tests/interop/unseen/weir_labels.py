"""What the writers of the weir call the facts of a dump, and what stands near them."""

EMPTY = ["", "", "n/a", "N/A", "-", "*NONE", "(none)"]
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
}


def named(text):
    """From each line `field: label, label` the labels of a field."""
    lines = (line.strip().partition(": ") for line in text.strip().splitlines())
    return {field: labels.split(", ") for field, _, labels in lines}


LABELS = {
    # Whoever tests software of a vendor and has a dump written by a grammar.
    "isv": named("""
        program: Abending program, Program in error, Aborted program, Terminated program, Faulting program, M3 program
        panel: Panel in use, Panel at failure, Display panel, Panel shown
        full: Program/panel, Panel reference, Panel in use
        user: Sign-on ID, Signed on as, M3 user ID, Executing user, Logon name, Session user
        job: Submitted job, M3 job, Job identifier, Job reference, Job in error
        company: M3 company, Working company, Company no., Company in use
        division: M3 division, Working division, Division in use, Division no.
        environment: M3 BE environment, Environment in use, Running in environment, Env. name
        version: M3 BE version, M3 BE release, Application version, M3 release level
        level: Fix level, Service pack, SP level
        at: Time of abend, Abended at, Terminated at, Moment of failure, Abend timestamp, Failed at
        date: Abend date, Date of failure, Date of abend
        time: Abend time, Time of day
        where: Operation in error, Failing I/O operation, Operation being executed, Failed operation, Aborted operation
        operation: Operation code in error, Failed operation code, Failing opcode
        file: On file, File or record format, Against file
        exception: Exception thrown, Throwable class, Java exception class, Exception name
        exception_message: Exception text, Throwable message, Exception detail, Detail message
        call_stack: Programs on the stack, Program nesting, Active programs, Call path, Program invocations
        fields: Field contents at failure, Field dump, Program fields, Field contents
        trace: Java backtrace, Java stack of failing thread, Stack trace, Exception trace
        title: M3 ABEND REPORT, Abnormal end of M3 program, M3 BE program failure, PROGRAM FAILURE DUMP
    """),
    # Whoever has worked with the product on IBM i for long.
    "ibmi": named("""
        program: Program, Program in error, Failing pgm, Pgm ended in error, Program name, PGM
        panel: Panel, Display panel, Panel ID, Panel on display
        full: Program/panel, Panel, Pgm/panel
        user: User profile, Sign-on user, USRPRF, M3 user (USID), User
        job: Qualified job, Job name/number, Job number, Job nbr, M3 job no
        company: Company (CONO), Company, CONO, Comp. no
        division: Division (DIVI), Division, DIVI, Div.
        environment: M3 environment, Environment, Environment name
        version: M3 release, Release, Version of M3, Release level
        level: Fix level, PTF level, Service pack
        at: Date/time of failure, Failed on, Abnormal end at, Dump taken at
        date: Date, Date of failure
        time: Time, Time of failure
        where: Failing operation, Operation, Operation in error, Failing I/O
        operation: Operation code, Op code, Opcode
        file: Factor 2 (file), On file, File/format
        exception: Java exception, Exception class, Exception received
        exception_message: Message text, Second-level text, Exception text
        call_stack: Program stack, Invocation stack, Call stack, Program invocation stack
        fields: Program variables, Field contents, Fields of the program, Display file fields
        trace: Java stack, Java trace, Java call stack
        title: M3 PROGRAM DUMP, ABNORMAL PROGRAM END, M3 FORMATTED DUMP, DUMP OF M3 PROGRAM
    """),
    # Whoever writes Java and logs every object.
    "java": named("""
        program: abendedProgram, failedProgram, programName, m3Program, pgmName
        panel: panelId, currentPanel, activePanel, panelAtFailure
        full: programPanel, panelId
        user: signOnId, m3User, loginName, sessionUser, userId
        job: jobId, m3JobId, jobNumber, submittedJob
        company: companyNumber, cono, m3Company, currentCompany
        division: divisionCode, divi, m3Division, currentDivision
        environment: environmentName, m3Environment, beEnvironment
        version: m3Version, beVersion, beRelease, m3Release
        level: fixLevel, servicePack
        at: failedAt, abendedAt, failureTimestamp, terminatedAt
        date: failureDate, abendDate
        time: failureTime, abendTime
        where: failedOperation, operationInError, failingOperation, abortedOperation
        operation: opcode, operationCode
        file: fileName, onFile
        exception: exceptionClass, thrownClass, throwableClass, exceptionType
        exception_message: exceptionMessage, detailMessage, throwableMessage
        call_stack: programStack, programCallStack, callPath, activePrograms
        fields: fieldValues, programFields, fieldContents, screenFields
        trace: stackTrace, javaStack, stackTraceElements
        title: AbendReport, ProgramFailure, AbnormalTermination
    """),
    "de": named("""
        program: Abgebrochenes Programm, Fehlerhaftes Programm, M3-Programm
        panel: Angezeigtes Panel, Panel beim Abbruch, Aktuelles Panel
        user: Angemeldeter Benutzer, M3-Benutzer, Benutzerkennung
        job: Jobkennung, Auftragsnummer des Jobs, M3-Job
        company: Firma (CONO), M3-Firma, Firmennr.
        division: Division (DIVI), M3-Division, Aktuelle Division
        environment: M3-Umgebung, Laufzeitumgebung, Umgebung
        version: M3-Version, M3-Release, Release-Stand
        at: Abbruchzeitpunkt, Abgebrochen am, Zeitpunkt des Fehlers
        where: Fehlerhafte Operation, Abgebrochene Operation, Operation beim Abbruch
        exception: Java-Ausnahme, Ausnahmeklasse, Geworfene Ausnahme
        exception_message: Text der Ausnahme, Ausnahmetext
        call_stack: Aktive Programme, Programmaufrufe, Programmschachtelung
        fields: Feldinhalte beim Abbruch, Programmfelder
        trace: Java-Aufrufliste, Java-Stacktrace
        title: ABBRUCHPROTOKOLL M3, Programmabbruch
    """),
    "sv": named("""
        program: Avbrutet program, Felande program, M3-program
        panel: Visad bild, Aktuell bild, Bild vid felet
        user: Inloggad användare, M3-användare, Användaridentitet
        job: M3-jobb, Jobbidentitet, Jobbnr
        company: Företag (CONO), M3-företag, Företagsnr
        division: Division (DIVI), M3-division, Aktuell division
        environment: M3-miljö, Körmiljö, Miljönamn
        version: M3-version, M3-release, Releasenivå
        at: Tid för avbrottet, Avbröts, Tidpunkt för felet
        where: Felande operation, Avbruten operation
        exception: Java-undantag, Kastat undantag, Undantagsklass
        exception_message: Undantagets text, Undantagstext
        call_stack: Aktiva program, Programanrop, Programstack
        fields: Fältinnehåll vid felet, Programmets fält
        trace: Java-anropsstack, Java-spår
        title: PROGRAMAVBROTT, Avbrottsrapport M3
    """),
    "fr": named("""
        program: Programme interrompu, Programme en erreur, Programme M3
        panel: Panneau affiché, Écran en cours, Panneau en cours
        user: Utilisateur connecté, Utilisateur M3, Identifiant utilisateur
        job: Identifiant du travail, Travail M3, N° du travail
        company: Société (CONO), Société M3, N° de société
        division: Division (DIVI), Division M3, Division en cours
        environment: Environnement M3, Environnement d'exécution, Nom de l'environnement
        version: Version de M3, Version M3, Niveau de version
        at: Interrompu le, Moment de l'erreur, Date et heure de l'arrêt
        where: Opération en erreur, Opération interrompue
        exception: Exception levée, Exception Java
        exception_message: Texte de l'exception, Message de l'exception
        call_stack: Programmes actifs, Pile des programmes, Enchaînement des appels
        fields: Contenu des zones, Zones du programme
        trace: Pile d'exécution Java, Trace Java
        title: ARRÊT ANORMAL DU PROGRAMME, Rapport d'incident M3
    """),
    "es": named("""
        program: Programa interrumpido, Programa con error, Programa M3
        panel: Panel mostrado, Panel activo, Panel en curso
        user: Usuario conectado, Usuario de M3, Identificador de usuario
        job: Identificador del trabajo, Trabajo de M3, N.º de trabajo
        company: Compañía (CONO), Compañía de M3, N.º de compañía
        division: División (DIVI), División de M3, División activa
        environment: Entorno de M3, Entorno de ejecución, Nombre del entorno
        version: Versión de M3, Versión de la aplicación
        at: Interrumpido el, Momento del error, Fecha y hora del fallo
        where: Operación con error, Operación interrumpida
        exception: Excepción lanzada, Excepción de Java
        exception_message: Texto de la excepción, Mensaje de la excepción
        call_stack: Programas activos, Cadena de llamadas, Programas en la pila
        fields: Contenido de los campos, Campos del programa
        trace: Traza de Java, Pila de Java
        title: FIN ANORMAL DE PROGRAMA, Informe de fallo M3
    """),
    "nl": named("""
        program: Afgebroken programma, Programma in fout, M3-programma
        panel: Getoond paneel, Actief paneel, Paneel bij de fout
        user: Aangemelde gebruiker, M3-gebruiker, Gebruikersnaam
        job: Job-ID, M3-job, Jobnr.
        company: Bedrijf (CONO), M3-bedrijf, Bedrijfsnr.
        division: Divisie (DIVI), M3-divisie, Actieve divisie
        environment: M3-omgeving, Omgeving, Naam van de omgeving
        version: M3-versie, M3-release, Versie van M3
        at: Tijdstip van afbreken, Afgebroken op, Tijdstip van de fout
        where: Foutieve bewerking, Afgebroken bewerking, Mislukte operatie
        exception: Java-exceptie, Opgeworpen exceptie
        exception_message: Tekst van de exceptie, Exceptietekst
        call_stack: Actieve programma's, Programma-aanroepen, Aanroepketen
        fields: Veldinhoud bij de fout, Programmavelden
        trace: Java-stack, Java-trace
        title: PROGRAMMA AFGEBROKEN, Foutrapport M3
    """),
    "fi": named("""
        program: Keskeytynyt ohjelma, Virheellinen ohjelma, M3-ohjelma
        panel: Näytetty paneeli, Aktiivinen paneeli, Paneeli
        user: Kirjautunut käyttäjä, M3-käyttäjä, Käyttäjätunnus
        job: Työn tunnus, M3-työ, Työn numero
        company: Yritys (CONO), M3-yritys, Yritysnumero
        division: Divisioona (DIVI), M3-divisioona, Divisioona
        environment: M3-ympäristö, Ajoympäristö, Ympäristö
        version: M3-versio, Ohjelmistoversio, M3:n versio
        at: Keskeytymisaika, Virheen ajankohta, Keskeytyi
        where: Epäonnistunut toiminto, Virheellinen operaatio, Keskeytynyt operaatio
        exception: Java-poikkeus, Poikkeusluokka, Poikkeus
        exception_message: Poikkeuksen teksti, Poikkeuksen viesti
        call_stack: Aktiiviset ohjelmat, Ohjelmapino, Kutsuketju
        fields: Kenttien sisältö, Ohjelman kentät
        trace: Java-pino, Java-kutsupino
        title: OHJELMAN KESKEYTYS, M3-virheraportti
    """),
    "pl": named("""
        program: Przerwany program, Program z błędem, Program M3
        panel: Wyświetlany panel, Bieżący panel, Aktywny panel
        user: Zalogowany użytkownik, Użytkownik M3, Identyfikator użytkownika
        job: Identyfikator zadania, Zadanie M3, Numer zadania
        company: Firma (CONO), Firma M3, Numer firmy
        division: Oddział (DIVI), Oddział M3, Bieżący oddział
        environment: Środowisko M3, Środowisko, Nazwa środowiska
        version: Wersja M3, Wersja aplikacji, Wersja
        at: Czas przerwania, Przerwano, Czas wystąpienia błędu
        where: Błędna operacja, Przerwana operacja, Operacja z błędem
        exception: Wyjątek Java, Zgłoszony wyjątek, Klasa wyjątku
        exception_message: Treść wyjątku, Komunikat wyjątku
        call_stack: Aktywne programy, Stos programów, Łańcuch wywołań
        fields: Zawartość pól, Pola programu
        trace: Stos Java, Ślad stosu Java
        title: AWARYJNE ZAKOŃCZENIE PROGRAMU, Raport błędu M3
    """),
    "pt": named("""
        program: Programa interrompido, Programa com erro, Programa M3
        panel: Painel exibido, Painel ativo, Painel atual
        user: Usuário conectado, Usuário M3, Identificação do usuário
        job: Identificador do job, Job M3, Número do job
        company: Empresa (CONO), Empresa M3, Número da empresa
        division: Divisão (DIVI), Divisão M3, Divisão atual
        environment: Ambiente M3, Ambiente, Nome do ambiente
        version: Versão do M3, Versão M3, Versão
        at: Interrompido em, Momento da falha, Data e hora da falha
        where: Operação com erro, Operação interrompida, Operação que falhou
        exception: Exceção Java, Exceção lançada, Classe da exceção
        exception_message: Texto da exceção, Mensagem da exceção
        call_stack: Programas ativos, Pilha de programas, Cadeia de chamadas
        fields: Conteúdo dos campos, Campos do programa
        trace: Pilha Java, Rastro Java
        title: TÉRMINO ANORMAL DO PROGRAMA, Relatório de falha M3
    """),
    "no": named("""
        program: Avbrutt program, Feilende program, M3-program
        panel: Vist panel, Aktivt panel, Panel ved feilen
        user: Pålogget bruker, M3-bruker, Bruker-ID
        job: M3-jobb, Jobb-ID, Jobbnummer
        company: Firma (CONO), M3-firma, Firmanummer
        division: Divisjon (DIVI), M3-divisjon, Aktiv divisjon
        environment: M3-miljø, Kjøremiljø, Miljø
        version: M3-versjon, Programversjon, Versjon
        at: Tidspunkt for avbrudd, Avbrutt, Tidspunkt for feilen
        where: Feilende operasjon, Avbrutt operasjon
        exception: Java-unntak, Unntaksklasse, Unntak
        exception_message: Unntakstekst, Tekst i unntaket
        call_stack: Aktive programmer, Programstakk, Kallkjede
        fields: Feltinnhold ved feilen, Programmets felter
        trace: Java-stakk, Java-kallstakk
        title: PROGRAMAVBRUDD, Feilrapport M3
    """),
}


def pairs(text):
    """From each line `label: value` a pair."""
    return [tuple(line.strip().split(": ", 1)) for line in text.strip().splitlines()]


NEAR = {
    "isv": pairs("""
        Printed by: {other}
        Printed on: {after}
        Dump collected by: {other}
        Report e-mailed on: {after}
        Previous job: {job}
        Last successful operation: SETLL CSYTAB
        Java runtime: {java}
        OS version: Windows Server 2019 10.0.17763
        Company name: Northwind Pumps Ltd
        Division name: Sales North
        Copied from environment: M3BE_15.1_GOLD
        Number of users signed on: {count}
        Previous program: {program}
        Default company: {company}
        Earlier dump: {before} {program} java.net.SocketTimeoutException
        Environment created: {before}
        Program last compiled: {before}
        Database version: 15.0.4153
    """),
    "ibmi": pairs("""
        Printed by: {other}
        Printed on: {after}
        Spooled file owner: {other}
        Subsystem: M3BATCH
        Job queue: M3INT
        Previous job: {job}
        Last successful operation: CHAIN CSYTAB
        OS/400 release: V7R3M0
        JVM level: {java}
        Company name: Nordic Tools AB
        Default division: {division}
        Job entered system: {before}
        Source last changed: {before}
        Authorized by: {other}
        Number of jobs active: {count}
        Related dump: {before} {program} java.io.EOFException
    """),
    "java": pairs("""
        collectedBy: {other}
        emailedAt: {after}
        previousJobId: {job}
        lastSuccessfulOperation: SETLL CSYTAB
        javaVersion: {java}
        osVersion: 10.0.17763
        companyName: Northwind Pumps Ltd
        fallbackEnvironment: M3BE_15.1_GOLD
        previousProgram: {program}
        activeUserCount: {count}
        defaultDivision: {division}
        jvmStartedAt: {before}
        notifiedUser: {other}
    """),
    "de": pairs("""
        Gedruckt von: {other}
        Gedruckt am: {after}
        Vorheriger Job: {job}
        Java-Version: {java}
        Firmenname: Pumpen Nord GmbH
        Letzte erfolgreiche Operation: SETLL CSYTAB
    """),
    "sv": pairs("""
        Utskrivet av: {other}
        Utskrivet: {after}
        Föregående jobb: {job}
        Java-version: {java}
        Företagsnamn: Norrpump AB
        Senaste lyckade operation: SETLL CSYTAB
    """),
    "fr": pairs("""
        Imprimé par: {other}
        Imprimé le: {after}
        Travail précédent: {job}
        Version de Java: {java}
        Raison sociale: Pompes du Nord SA
        Dernière opération réussie: SETLL CSYTAB
    """),
    "es": pairs("""
        Impreso por: {other}
        Impreso el: {after}
        Trabajo anterior: {job}
        Versión de Java: {java}
        Razón social: Bombas del Norte SA
        Última operación correcta: SETLL CSYTAB
    """),
    "nl": pairs("""
        Afgedrukt door: {other}
        Afgedrukt op: {after}
        Vorige job: {job}
        Java-versie: {java}
        Bedrijfsnaam: Noord Pompen BV
        Laatste geslaagde bewerking: SETLL CSYTAB
    """),
    "fi": pairs("""
        Tulostanut: {other}
        Tulostettu: {after}
        Edellinen työ: {job}
        Java-versio: {java}
        Yrityksen nimi: Pohjan Pumppu Oy
    """),
    "pl": pairs("""
        Wydrukował: {other}
        Wydrukowano: {after}
        Poprzednie zadanie: {job}
        Wersja Java: {java}
        Nazwa firmy: Pompy Polskie SA
    """),
    "pt": pairs("""
        Impresso por: {other}
        Impresso em: {after}
        Job anterior: {job}
        Versão do Java: {java}
        Razão social: Bombas do Norte SA
    """),
    "no": pairs("""
        Skrevet ut av: {other}
        Skrevet ut: {after}
        Forrige jobb: {job}
        Java-versjon: {java}
        Firmanavn: Nordpumpe AS
    """),
}
