"""The words of the set `attic`: keys, headings and near misses in English and the languages of some of M3's customers."""

KEYS = {
    "en": {
        "program": ["Program", "Program name", "Program ID", "Failing program", "M3 program", "Pgm name", "Program in error"],
        "user": ["User", "User ID", "M3 user", "User name", "Userid", "User profile", "Signed on user"],
        "job": ["Job", "Job number", "Job no.", "Job ID", "M3 job", "Job UUID", "Batch job no"],
        "company": ["Company", "Company no", "Company number", "Comp.", "M3 company"],
        "division": ["Division", "Div.", "Division code", "M3 division"],
        "environment": ["Environment", "M3 environment", "Env.", "Environment name", "Run-time environment"],
        "version": ["Version", "M3 version", "Release", "Program version", "Version and fix level", "Version/SP"],
        "panel": ["Panel", "Panel ID", "Current panel", "Active panel", "Screen", "Picture"],
        "at": ["Date and time", "Date/time", "Time of dump", "Timestamp", "Occurred at", "Time of failure", "Dump taken", "Failed at"],
        "date": ["Date", "Dump date", "Error date"], "time": ["Time", "Dump time", "Error time"],
        "exception": ["Exception", "Exception class", "Java exception", "Error class", "Exception type"],
        "exception_message": ["Message", "Exception message", "Error message", "Error text", "Message text"],
        "where": ["Operation", "Failing operation", "Last operation", "M3 operation", "Op code and file", "Failed operation", "I/O operation"],
        "oper": ["Operation", "Op. code", "Operation code", "Failing operation"],
        "object": ["File", "Object", "File/table", "On file", "Table or file", "File name"],
        "call_stack": ["Program stack", "Call stack", "Invocation stack", "Program call stack", "Call chain", "Programs in stack"],
        "java_stack": ["Java stack", "Stack trace", "Java stack trace", "Java trace", "Exception stack trace"],
        "fields": ["Fields", "Program fields", "Variables", "Field dump", "Field values", "Variable contents", "Program variables"],
        "title": ["M3 program dump", "DUMP LOG", "M3 Business Engine - dump", "Dump of M3 program", "Abnormal program end", "M3 BE dumplog"],
        "failure": ["Failure", "Error information", "What failed", "Error", "Program information"],
        "session": ["Session", "User information", "Sign-on", "User and company", "Session information"],
        "system": ["System", "Installation", "Environment information", "Run time", "System information"],
    },
    "no": {
        "program": ["Program", "Programnavn"], "user": ["Bruker", "Bruker-ID"], "job": ["Jobb", "Jobbnummer"], "company": ["Firma", "Selskap"],
        "division": ["Divisjon"], "environment": ["Miljø"], "version": ["Versjon", "M3-versjon"], "panel": ["Panel", "Skjermbilde"],
        "at": ["Dato og klokkeslett", "Tidspunkt", "Inntraff"], "date": ["Dato"], "time": ["Klokkeslett"], "exception": ["Unntak", "Feilklasse"],
        "exception_message": ["Melding", "Feilmelding"], "where": ["Operasjon", "Siste operasjon"], "oper": ["Operasjon"], "object": ["Fil", "Tabell"],
        "call_stack": ["Programstakk", "Kallstakk"], "java_stack": ["Stakkspor", "Java-stakk"], "fields": ["Felt", "Variabler", "Feltverdier"],
        "title": ["Programdump M3"], "failure": ["Feil"], "session": ["Sesjon"], "system": ["System"],
    },
    "fi": {
        "program": ["Ohjelma", "Ohjelman nimi"], "user": ["Käyttäjä", "Käyttäjätunnus"], "job": ["Työ", "Työn numero"], "company": ["Yritys", "Yhtiö"],
        "division": ["Divisioona"], "environment": ["Ympäristö"], "version": ["Versio", "M3-versio"], "panel": ["Paneeli", "Näyttö"],
        "at": ["Päivä ja aika", "Ajankohta", "Aikaleima"], "date": ["Päivämäärä"], "time": ["Kellonaika"], "exception": ["Poikkeus", "Poikkeusluokka"],
        "exception_message": ["Viesti", "Virheilmoitus"], "where": ["Operaatio", "Viimeisin operaatio"], "oper": ["Operaatio"],
        "object": ["Tiedosto", "Taulu"], "call_stack": ["Ohjelmapino", "Kutsupino"], "java_stack": ["Pinojälki", "Java-pino"],
        "fields": ["Kentät", "Muuttujat"], "title": ["M3-ohjelman vedos"], "failure": ["Virhe"], "session": ["Istunto"], "system": ["Järjestelmä"],
    },
    "pt": {
        "program": ["Programa", "Nome do programa"], "user": ["Usuário", "Utilizador"], "job": ["Tarefa", "Número do job"],
        "company": ["Empresa", "Companhia"], "division": ["Divisão"], "environment": ["Ambiente"], "version": ["Versão", "Versão M3"],
        "panel": ["Painel", "Tela"], "at": ["Data e hora", "Ocorrido em"], "date": ["Data"], "time": ["Hora"], "exception": ["Exceção"],
        "exception_message": ["Mensagem", "Mensagem de erro"], "where": ["Operação", "Última operação"], "oper": ["Operação"],
        "object": ["Arquivo", "Ficheiro", "Tabela"], "call_stack": ["Pilha de programas", "Pilha de chamadas"],
        "java_stack": ["Pilha Java", "Rastreamento de pilha"], "fields": ["Campos", "Variáveis"], "title": ["Dump de programa M3"],
        "failure": ["Falha"], "session": ["Sessão"], "system": ["Sistema"],
    },
    "pl": {
        "program": ["Program", "Nazwa programu"], "user": ["Użytkownik"], "job": ["Zadanie", "Numer zadania"], "company": ["Firma", "Spółka"],
        "division": ["Oddział", "Dywizja"], "environment": ["Środowisko"], "version": ["Wersja", "Wersja M3"], "panel": ["Panel", "Ekran"],
        "at": ["Data i godzina", "Czas wystąpienia"], "date": ["Data"], "time": ["Godzina", "Czas"], "exception": ["Wyjątek"],
        "exception_message": ["Komunikat", "Komunikat błędu"], "where": ["Operacja", "Ostatnia operacja"], "oper": ["Operacja"],
        "object": ["Plik", "Tabela"], "call_stack": ["Stos programów", "Stos wywołań"], "java_stack": ["Stos Javy", "Ślad stosu"],
        "fields": ["Pola", "Zmienne"], "title": ["Zrzut programu M3"], "failure": ["Błąd"], "session": ["Sesja"], "system": ["System"],
    },
}
GENERAL = {"no": ["Generelt"], "fi": ["Yleistä"], "pt": ["Geral"], "pl": ["Ogólne"]}
# What the languages of `words` have no word for.
GROUPS = {
    "de": {"failure": ["Fehler", "Abbruch"], "session": ["Sitzung", "Anwender"], "system": ["System", "Installation"], "oper": ["Operation"]},
    "fr": {"failure": ["Erreur", "Incident"], "session": ["Session"], "system": ["Système"], "oper": ["Opération"]},
    "sv": {"failure": ["Fel", "Felinformation"], "session": ["Session"], "system": ["System"], "oper": ["Operation"]},
    "es": {"failure": ["Error", "Fallo"], "session": ["Sesión"], "system": ["Sistema"], "oper": ["Operación"]},
    "it": {"failure": ["Errore"], "session": ["Sessione"], "system": ["Sistema"], "oper": ["Operazione"]},
    "nl": {"failure": ["Fout"], "session": ["Sessie"], "system": ["Systeem"], "oper": ["Bewerking"]},
    "da": {"failure": ["Fejl"], "session": ["Session"], "system": ["System"], "oper": ["Operation"]},
}
# As M3 calls its own fields, and as one shortens words on a screen of eighty columns.
CODES = {"program": ["PGNM", "PGMN"], "user": ["USID"], "job": ["BJNO"], "company": ["CONO"], "division": ["DIVI"], "environment": ["ENVI", "ENV"],
         "version": ["VERS", "VER"], "panel": ["PICT", "PANEL"], "at": ["TIMESTAMP", "TMSTMP"], "date": ["DATE"], "time": ["TIME"],
         "exception": ["EXCEPTION", "EXCP"], "exception_message": ["MESSAGE", "MSG"], "where": ["OPERATION", "OPER"], "oper": ["OPER", "OPCODE"],
         "object": ["FILE", "OBJ"]}
SHORT = {"program": ["Pgm", "Prog", "Pgm nm"], "user": ["Usr", "Usr id", "UsrPrf"], "job": ["Job nbr", "Job no", "JobNo"], "company": ["Cmp", "Comp", "Cono"],
         "division": ["Div", "Divi"], "environment": ["Env", "Environm"], "version": ["Ver", "Vers", "Rel"], "panel": ["Pnl", "Panel"],
         "at": ["Date/Time", "Timestmp", "Tmstp"], "date": ["Date", "Dat"], "time": ["Time", "Tim"], "exception": ["Exc", "Excp"],
         "exception_message": ["Msg", "Err msg"], "where": ["Oper", "Last op"], "oper": ["Oper", "Opcode"], "object": ["File", "Obj"]}

# Near the true ones, yet something else: (key, what stands there). A `<n` is the time n minutes earlier.
DECOYS = {
    "en": [("Previous job", "@number"), ("Submitted by", "@user"), ("Owner", "@user"), ("Created by", "@user"), ("Server started", "<9000"),
           ("JVM version", "17.0.8+7"), ("Java version", "1.8.0_251"), ("Database version", "11.5.7"), ("OS version", "7.4"), ("Job started", "<37"),
           ("Previous user", "@user"), ("Last changed by", "@user"), ("Calling program", "@program"), ("Previous program", "@program"),
           ("Program compiled", "<400000"), ("Source changed", "<500000"), ("Company name", "Nordic = South: Trading AB"), ("Database user", "MDBUSR"),
           ("Division name", "Northern Europe"), ("Default company", "931"), ("Home division", "ZZY"), ("Job queue", "QBATCH"), ("Job type", "Interactive"),
           ("Job description", "QDFTJOBD"), ("Next panel", "X"), ("Last database commit", "<3"), ("User language", "GB"), ("Printer", "PRT01"),
           ("Facility", "B07"), ("Warehouse", "W99"), ("Password", "********"), ("Message file", "MVXMSG"), ("Heap used", "812 MB of 4,096 MB"),
           ("CPU time", "1,204 ms"), ("Response time", "350 ms"), ("Decimal sign", ","), ("Host name", "m3srv01.example.com"), ("IP address", "10.1.2.34"),
           ("Session started", "<96"), ("Dump number", "417"), ("Library list", "MVXCUST, MVXCORE, QTEMP"), ("Fix applied by", "@user"), ("Job user", "@user"),
           ("Environment type", "Production"), ("Kernel version", "5.2.14"), ("Terminal", "WEB_0042"), ("Help panel", "H"), ("Server version", "9.2.1")],
    "no": [("Endret av", "@user"), ("Forrige program", "@program"), ("Java-versjon", "1.8.0_251"), ("Server startet", "<9000"), ("Forrige jobb", "@number")],
    "fi": [("Muuttanut", "@user"), ("Edellinen ohjelma", "@program"), ("Java-versio", "1.8.0_251"), ("Palvelin käynnistetty", "<9000")],
    "pt": [("Alterado por", "@user"), ("Programa anterior", "@program"), ("Versão do Java", "1.8.0_251"), ("Servidor iniciado", "<9000")],
    "pl": [("Zmieniony przez", "@user"), ("Poprzedni program", "@program"), ("Wersja Javy", "1.8.0_251"), ("Uruchomienie serwera", "<9000")],
    "de": [("Eigentümer", "@user"), ("Vorheriger Job", "@number"), ("Datenbankversion", "11.5.7"), ("Übergeben von", "@user"), ("Kompiliert am", "<400000")],
    "fr": [("Propriétaire", "@user"), ("Travail précédent", "@number"), ("Soumis par", "@user"), ("Serveur démarré", "<9000")],
    "sv": [("Ägare", "@user"), ("Föregående jobb", "@number"), ("Databasversion", "11.5.7"), ("Servern startad", "<9000")],
    "es": [("Propietario", "@user"), ("Trabajo anterior", "@number"), ("Servidor iniciado", "<9000")],
    "it": [("Proprietario", "@user"), ("Lavoro precedente", "@number"), ("Server avviato", "<9000")],
    "nl": [("Eigenaar", "@user"), ("Vorige taak", "@number"), ("Server gestart", "<9000")],
    "da": [("Ejer", "@user"), ("Forrige job", "@number"), ("Server startet", "<9000")],
}
# Of the decoys of other sets (they are part of `words`) those that stand for dates and names there.
KINDS = {"user": "@user", "program": "@program", "date": "<9000"}
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
