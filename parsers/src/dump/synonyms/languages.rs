//! Further names under which dumps state facts, and those in further languages: Danish, Norwegian, Dutch, Spanish,
//! Italian, Portuguese and Finnish. It holds words and nothing else.

use super::Fact;

/// Names that go behind those of `lists`, which they never contradict.
pub(super) const NAMES: [(Fact, &str); 16] = [
    (
        Fact::Object,
        "archivo|fichero|tabla|objeto|formato|tabella|oggetto|bestand|tabel|arquivo|ficheiro|tabela|tiedosto|taulu|filnavn|tabellnamn|objekttyp",
    ),
    (
        Fact::At,
        "dattim|dattime|dump dattim|abend at|abend time|heure de fin anormale|heure de l arrêt|avbrottstid|zeit des abbruchs|\
         dato tid|dato og tid|oprettet|oprettet den|opprettet|tidsstempel|fejltidspunkt|tidspunkt|feiltidspunkt|afbrudt|avbrutt|\
         tijdstip|datum tijd|datum en tijd|aangemaakt|aangemaakt op|tijdstempel|gemaakt op|\
         fecha hora|fecha y hora|creado|creado el|marca de tiempo|hora del error|fecha del error|fecha de creación|\
         data ora|data e ora|creato|creato il|marca temporale|ora dell errore|data di creazione|\
         data hora|data e hora|criado em|carimbo de data|päivämäärä ja aika|aikaleima|luotu",
    ),
    (Fact::Date, "dato|fecha|data|data del dump|päivämäärä|päiväys"),
    (Fact::Time, "klokkeslæt|klokkeslett|tijd|hora|ora|kellonaika|aika"),
    (
        Fact::Program,
        "programme fautif|programmets namn|nom programme|id programme|programme arrêté|\
         programnavn|fejlende program|feilende program|programma|programmanaam|programmacode|falend programma|\
         programa|nombre del programa|nombre de programa|programa en error|programa fallido|nome programma|nome del programma|programma in errore|\
         nome do programa|programa com erro|ohjelma|ohjelman nimi",
    ),
    (
        Fact::Panel,
        "bildname|anzeige|bildformat|panelnamn|image|image active|écran courant|\
         billede|skærm|skærmbillede|panelnavn|bilde|skjerm|skjermbilde|scherm|paneel|beeldscherm|pantalla|nombre de pantalla|panel activo|\
         pannello|schermata|schermo|tela|ecrã|painel|näyttö|paneeli|kuva",
    ),
    (
        Fact::User,
        "running as user|running as|run as user|run as|executed as|användarkod|benutzercode|anwendername|id de l utilisateur|\
         bruger|brugernavn|bruger id|brugerprofil|bruker|brukernavn|bruker id|brukerprofil|gebruiker|gebruikersnaam|gebruikers id|gebruikersprofiel|\
         usuario|id de usuario|nombre de usuario|nombre del usuario|perfil de usuario|código de usuario|utente|id utente|nome utente|profilo utente|codice utente|\
         usuário|utilizador|nome do usuário|nome de utilizador|käyttäjä|käyttäjätunnus|käyttäjänimi",
    ),
    (
        Fact::Job,
        "jobnavn|jobb nr|jobbnavn|taak|taaknummer|taaknaam|trabajo|número de trabajo|nombre del trabajo|id de trabajo|lavoro|numero lavoro|numero del lavoro|\
         id lavoro|trabalho|número do trabalho|tarefa|työ|työnumero",
    ),
    (
        Fact::Company,
        "gesellschaft|gesellschaftsnummer|numéro société|numéro de compagnie|bolagsnr|\
         selskab|firmanummer|firmakode|selskabsnummer|virksomhed|selskap|selskapsnummer|bedrijf|bedrijfsnummer|bedrijfscode|onderneming|vennootschap|\
         compañía|empresa|número de compañía|código de compañía|sociedad|número de empresa|società|azienda|codice società|numero società|codice azienda|\
         código da empresa|companhia|yritys|yhtiö|yrityksen numero",
    ),
    (
        Fact::Division,
        "sparte|geschäftsbereichscode|code établissement|\
         divisjon|divisjonskode|divisie|divisiecode|división|código de división|divisione|codice divisione|divisão|divisioona|yksikkö",
    ),
    (
        Fact::Environment,
        "environnement d exécution|environnement système|environnement de production|exekveringsmiljö|ausführungsumgebung|\
         driftsmiljø|miljø|miljønavn|m3 miljø|omgeving|m3 omgeving|omgevingsnaam|entorno|entorno m3|nombre del entorno|ambiente m3|nome ambiente|\
         nome dell ambiente|ympäristö",
    ),
    (
        Fact::Version,
        "freigabe|freigabestand|version programme|niveau du programme|niveau|programnivå|build version|build level|\
         versjon|programversjon|programversion|programmaversie|versie|versión|versión de m3|version de m3|versione di m3|versione m3|versie van m3|versão de m3|versión del programa|versione|versione programma|versione del programma|\
         versão|versão do programa|versio|ohjelman versio|programversjonsnivå|niveau versie|nivel de versión",
    ),
    (
        Fact::Exception,
        "undtagelse|undtagelsesklasse|undtagelsestype|unntak|unntaksklasse|unntakstype|uitzondering|uitzonderingsklasse|exceptie|excepción|clase de excepción|\
         tipo de excepción|eccezione|classe eccezione|classe dell eccezione|tipo eccezione|exceção|excepção|classe da exceção|poikkeus|poikkeusluokka",
    ),
    (
        Fact::Message,
        "ausnahmebeschreibung|description de l erreur|description de l exception|\
         meddelelse|fejlmeddelelse|fejltekst|undtagelsestekst|melding|feilmelding|feiltekst|unntakstekst|bericht|foutmelding|fouttekst|foutbericht|\
         mensaje|mensaje de error|texto del error|texto de error|texto de la excepción|mensaje de la excepción|messaggio|messaggio di errore|testo errore|\
         testo dell errore|messaggio dell eccezione|mensagem|mensagem de erro|texto do erro|virheilmoitus|virheteksti|viesti",
    ),
    (
        Fact::FailedAt,
        "letzte e a operation|e a operation|operationscode|fehlerhafte e a operation|operationskod|i o operation som misslyckades|opération d e s|opération e s|code opération|code d opération|dernière opération e s|\
         fejlet operation|fejlende operation|seneste operation|sidste operation|operasjon|feilet operasjon|feilende operasjon|siste operasjon|bewerking|\
         mislukte bewerking|operatie|mislukte operatie|laatste operatie|operación|operación fallida|última operación|operación en error|operazione|\
         operazione fallita|ultima operazione|operazione in errore|operação|operação com falha|última operação|toiminto|viimeinen toiminto",
    ),
    (
        Fact::CallStack,
        "programmastack|aanroepstack|pila dei programmi|pila programmi|stack di chiamate|stack delle chiamate|pila de ejecución|programmes appelés|chaîne de programmes|anropsstapel|programanrop|aufrufliste|\
         kaldestak|kaldstak|programstak|kaldekæde|kallstakk|anropsstakk|programstakk|aanroepstapel|programmastapel|aanroepketen|\
         pila de llamadas|pila de programas|cadena de llamadas|pila delle chiamate|stack programmi|stack dei programmi|catena di chiamate|\
         pilha de chamadas|pilha de programas|kutsupino|ohjelmapino",
    ),
];
