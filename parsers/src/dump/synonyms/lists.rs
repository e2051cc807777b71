//! The names under which dumps state facts, and the words around names that change nothing. It holds words and nothing else.

use super::Fact;

// Best names first: where a dump states a fact under several, the first wins.
pub(super) const NAMES: [(Fact, &str); 16] = [
    (
        Fact::At,
        "time unix nano|unix nano|time unix|unix time|time unix ms|epoch ms|epoch millis|epoch time|epoch|dump created|created|dump time|dumped|dumped at|dump date time|dump date|dump timestamp|time of dump|date of dump|timestamp|time stamp|date time|date and time|\
         time of failure|time of error|failure time|error time|error timestamp|failed at|raised at|raised|thrown at|failed|occurred|occurred at|abended at|\
         terminated|terminated at|fail time|fail date|tstamp|päivämäärä ja aika|tidspunkt for fejlen|tidspunkt for feilen|dato og klokkeslett|dato og klokkeslæt|momento da falha|momento del fallo|avbrott|avbrott vid|avbrottstid|termination time|stop time|stopped|stopped at|ended|ended at|end time|when|at|logged|logged at|written|\
         zeitpunkt|datum zeit|datum uhrzeit|erstellt|erstellt am|erstellt um|erzeugt|erzeugt am|zeitstempel|abbruchzeit|tidpunkt|inträffade|inträffade den|inträffade vid|inträffat|skapad|skapat|date heure|date et heure|horodatage|généré le|date|time|zeit|uhrzeit|datum|\
         generated|generated at|generated on|dump generated|created on|dump taken|taken|taken at|crash time|crashed|crashed at|time of crash|event time|log time|failure timestamp|time of abend|abend time|written at|written on|ts|local time|server time|occurred on|time of occurrence|recorded|recorded at|error occurred|error occurred at|failed on|failure date|exception time|exception occurred at|snapshot time|report time|dump produced|produced|produced at|dump written|dump written at|time of dump creation|incident time|happened at|abnormal end at|ended abnormally at|date and time of failure|date time of failure|date and time of dump|timestmp|current time|creation timestamp|log timestamp|crash timestamp|crash date|error date|aborted at|time of abort|terminated on|time of termination|generation time|generated time|dump|\
         datum och tid|datum tid|datum klockslag|feltidpunkt|tidpunkt för fel|tidpunkt för felet|genererad|genererat|skrivet|skriven|créé|cree|généré|produit|survenu|survenue|survenu le|survenue le|survenu à|date de création|date de l erreur|date du vidage|moment|heure de l erreur|instant|fehlerzeitpunkt|absturzzeit|absturzzeitpunkt|abbruchzeitpunkt|zeitpunkt des abbruchs|zeitpunkt des fehlers|zeit des abbruchs|geschrieben|aufgetreten|erstellungszeit|erstellungszeitpunkt|erstellungsdatum|tidsstämpel|datum und uhrzeit|datum und zeit|date et l heure",
    ),
    (
        Fact::Date,
        "dump date|date|dat|datum|date sent|date of failure|date of error|date of abend|date of crash|date of dump|date of termination|abend date|crash date|error date|failure date|incident date|event date|system date|run date|created date|creation date",
    ),
    (
        Fact::Time,
        "dump time|time|time of day|zeit|uhrzeit|tid|klockslag|heure|time sent|time of failure|time of error|time of abend|time of crash|time of dump|time of termination|abend time|crash time|error time|failure time|incident time|event time|system time|run time|created time|creation time",
    ),
    (
        Fact::Program,
        "program|failing program|program failed|failed program|program in error|program name|program id|pgm|pgmn|pgnm|pgm name|m3 program|program class|abended program|terminated program|\
         programm|programmname|programnamn|programme|nom du programme|procedure name|programid|application program|prog|pgm id|pgmid|program no|procedure|main program|running program|failing pgm|abending program|terminating program|m3 pgm|object program|calling object|\
         prg|module|module name|failing module|function program|m3 function|interactive program|executing program|crashed program|crashing program|aborted program|program aborted|ended program|faulting program|faulty program|program at fault|program being run|program in failure|transaction program|running pgm|mi program|api program|m3 program id|program name id|prgm|program running|failing prog|current prog|program failing|broken program|program that failed|program terminated|\
         programid|programkod|programmkennung|code programme|programme m3|fonction|funktion",
    ),
    (
        Fact::Panel,
        "program panel|panel|current panel|active panel|picture|picture id|panel id|panel name|pnl|panl|panelid|phead|panel in use|screen|screen id|display panel|last panel|bild|bildschirm|bildschirmbild|maske|panneau|écran|ecran|skärmbild|panel in error|panel code|pnl id|m3 panel|display|current screen|bild id|\
         panel letter|picc|pict|panel displayed|displayed panel|dsp panel|last displayed panel|panel shown|panel at failure|panel identity|panel header|failing panel|panel in failure|panel format|panel at error|displayed screen|panel active|panel version|panel screen|screen panel|\
         bildnamn|bildkennung|panneau actif|panel bild|anzeigebild|panelbild|format d écran|code écran|code panneau|maskenname|skärm|fönster|fenster",
    ),
    (
        Fact::User,
        "running as user|running as|runs as user|runs as|effective user|m3 user|m3 user id|m3 user name|user in m3|user of m3|m3 session user|user|user id|usid|userid|user profile|user name|username|signed on user|logged on user|logon user|session user|current user|\
         run by|executed by|owner|benutzer|ben|benutz|benutzerkennung|benutzer id|benutzername|anwender|användare|användarid|användar id|användarnamn|utilisateur|code utilisateur|nom utilisateur|nom d utilisateur|usr|uid|signed on as|signed on by|logged in user|logged in as|logged on as|executing user|run as|run for user|issued by|session owner|caller user|user code|login|login name|logon id|sign on user|signon user|utilisateur m3|\
         login user|user account|end user|job owner|run user|user identity|user of job|interactive user|run under user|under user|userprofile|usrprf|principal|responsible|responsible user|resp|account|started by|account name|user in session|on behalf of|called by user|executed for|user logged on|user signed on|\
         job user|nutzer|nutzername|bediener|anmeldename|anmeldung|benutzerprofil|m3 benutzer|användarprofil|m3 användare|profil utilisateur|signatur|inloggad som|who|angemeldet als|connecté en tant que|identifiant utilisateur|user sign",
    ),
    (
        Fact::Job,
        "job|job id|jobid|job uuid|jobuuid|job number|job no|job nr|job nbr|job num|jobnr|bjno|batch job|batch job number|batch job no|m3 job|m3 job id|job identity|job identifier|qualified job|job name|jobname|\
         auftrag|jobnummer|jobbnummer|jobb|jobb id|jobbid|travail|numéro de travail|id du travail|tâche|numéro du job|job identification|m3 job number|batch job id|jobno|job uid|unique job id|interactive job|job key|\
         job handle|job reference|subsystem job|job identification number|job ref|mvx job|movex job|job no name|job uuid id|jobhandle|\
         jobkennung|auftragsnummer|jobbnamn|jobbidentitet|nom du travail|identifiant du travail|numéro de job|stapeljob|batchjob|batchjobb",
    ),
    (
        Fact::Company,
        "company|cono|company number|company no|company code|company id|cmp|comp|m3 company|company nbr|firma|fa|fa nr|firmennummer|firmen nr|firmennr|mandant|unternehmen|bolag|bolagsnummer|företag|företagsnummer|ftg|société|societe|no société|numéro de société|code société|comp no|comp|co|current company|processing company|cmpy|company cono|cono company|\
         legal company|cpy|company context|logon company|current cono|session company|user company|m3 cono|company nr|\
         bolagskod|företagskod|firmencode|compagnie|entreprise|mandantennummer|buchungskreis",
    ),
    (
        Fact::Division,
        "division|divi|div|division code|division id|m3 division|division no|division number|geschäftsbereich|division divi|établissement divi|dv|current division|divn|division divi|\
         logon division|session division|user division|m3 divi|current divi|div code|\
         divisionskod|divisionscode|code division|code de division|division m3|bereich",
    ),
    (
        Fact::Environment,
        "environment|envr|envi|m3 environment|environment name|environment id|env|m3be environment|be environment|runtime environment|environment code|umgebung|umgeb|umg|umgebungsname|m3 umgebung|miljö|miljönamn|körmiljö|environnement|instance|system environment|envir|environ|runtime|m3 env|env name|be env|system|m3 system|database environment|tenant|\
         business engine environment|server environment|application environment|target environment|m3 be environment|environment instance|m3be env|m3be|run environment|env code|\
         m3 miljö|miljökod|driftmiljö|driftsmiljö|systemumgebung|laufzeitumgebung|nom de l environnement|systemmiljö|ambiente",
    ),
    (
        Fact::Version,
        "program version|version|m3ver|release of m3|version of m3|m3 be release version|version information|pgm version|version release|version info|version and fix level|version and fix|version und fixstand|version und fix|m3 version und fixstand|version and release|version release fix|m3 version|be version|m3be version|m3 be version|business engine version|release|m3 release|product version|program release|\
         programmversion|versionsnummer|versionsinformation|programversion|version du programme|version m3|version m3 be|utgåva|ver|vers|pgm release|version no|version number|fix version|program fix level|release level|version level|program level|software version|m3 be release|\
         version of program|application version|installed version|product level|product release|version string|program build|component version|release version|software release|ver rel|version sp|version service pack|version fix level|release fix|release fix level|m3 program version|version fix|version level fix|m3be release|be level|pgm level|version and fixlevel|application level|rel|release information|release info|\
         versionsstand|programmstand|releasestand|release stand|version fixlevel|fixlevel|fix level|programmrelease|versionsnivå|niveau de version|niveau de correctif|version et correctif|version des programms|numéro de version|m3 programversion|programutgåva",
    ),
    (
        Fact::Exception,
        "exception|exception class|exception type|exception name|java exception|throwable|throwable type|exception thrown|thrown exception|root exception|unhandled exception|uncaught exception|error class|error type|error|cause|caused by|failure|reason|\
         ausnahme|ausnahmeklasse|ausnahmetyp|java ausnahme|fehlerklasse|fehler|fehlertyp|undantag|undantagsklass|undantagstyp|fel|felklass|classe d exception|type d exception|classe exception|erreur|feltyp|exc|excp|java error|java exception class|thrown|exception raised|abend exception|abend reason|cause of failure|root cause|abend code|\
         throwable class|throwable class name|exception class name|error class name|caught exception|failure type|failure class|raised exception|java throwable|type of exception|type of error|class of exception|thrown class|exception classname|exc class|exc type|runtime exception|exception kind|what|what happened|fehlerbild|java class|abend|fault|fault type|ex|ex class|problem|error cause|terminating exception|fatal error|fatal exception|exception cause|\
         java undantag|exception java|classe de l exception|type de l exception|klass|undantagstyp java|ausnahme java",
    ),
    (
        Fact::Message,
        "exception message|throwable message|exception text|exception msg|exception detail|message text|error message|error text|message|msg|detail message|error description|reason|detail|error|exception description|failure message|\
         ausnahmetext|ausnahmemeldung|fehlermeldung|fehlertext|meldung|meldungstext|nachricht|felmeddelande|feltext|meddelande|undantagsmeddelande|undantagstext|message d erreur|message d exception|texte de l exception|message exception|texte d erreur|exception reason|exc message|exc text|error detail|java message|abend message|cause text|\
         exc msg|details|error details|error msg|exception details|reason text|failure text|failure reason|cause message|diagnostic message|what happened|fehlerbild|throwable message|message of exception|failure details|err msg|err text|exception note|error info|exception info|java msg|msg text|msgtxt|errmsg|ex msg|ex message|fault text|fault message|problem text|exception message text|\
         meddelandetext|message de l exception|texte du message|texte de l erreur|libellé de l erreur|fehlerbeschreibung|felbeskrivning|felorsak|fehlerursache|reason given|given reason",
    ),
    (
        Fact::FailedAt,
        "last file operation|op code and file|operation and file|operation and object|operation and table|oper|operation vid felet|letzter dateizugriff|failing operation|failed operation|operation in error|operation|last operation|current operation|failed at|failing statement|failed statement|statement in error|statement|last statement|failing instruction|where|failed in|failure point|point of failure|error at|error location|location|failing i o|failed i o|i o that failed|i o in error|access that failed|call that failed|statement that failed|last i o|last i o operation|i o operation|io operation|last db operation|db operation|database operation|file operation|op code|opcode|operation code|failing op|failed on|failing call|abended at|active operation|last executed operation|executing|\
         fehlerstelle|fehlerhafte operation|fehlgeschlagene operation|abbruchstelle|letzte operation|letzte anweisung|anweisung|wo|operation objekt|misslyckad operation|felande operation|senaste operation|var|plats|opération|opération en erreur|opération en échec|opération échouée|dernière opération|lieu|où|instruction|op|oper|failing instr|executing operation|operation at failure|op in error|operation being executed|current statement|last op|last executed op|last database operation|failing statement operation|active statement|while executing|during operation|point of error|position|\
         operation in progress|operation in failure|failing action|operation failed|operation being performed|operation that failed|rpg operation|rpg op|operation file|operation object|operation and object|operation on|error in operation|error during|error in|occurred in|occurred during|failed during|failed while|failed executing|failure at|failure in|during|at operation|stopped at|stopped in|pending operation|was executing|executing statement|m3 operation|mvx operation|statement failed|statement being executed|failing db operation|failing operation object|abended in|crashed at|crashed in|crashed on|last m3 operation|failed op|doing|opr|verb|operation name|op verb|\
         opération en échec|opération échouée|opération fautive|dernière opération|opération en cours|abgebrochene operation|operation beim abbruch|senast utförda operation|avbruten operation",
    ),
    (
        Fact::Object,
        "last file used|object|operation object|on object|file|file name|table|table name|record format|format|format name|display file|dsp file|device file|on file|target|record|objekt|datei|tabelle|format namn|fil|tabell|objet|fichier|operand|factor 2|entity|obj|on table|physical file|logical file|db file|dbfile|format record|display format|display|fmt|failing file|failing object|file in error|object in error|file format|database file|table file|\
         operation file|on format|display file name|failing table|object name",
    ),
    (
        Fact::CallStack,
        "nesting of programs|programs in the stack|programs on the stack|programs in stack|program nesting|nested programs|call nesting|call stack|callstack|program stack|program call stack|programstack|invocation stack|call chain|program chain|invocation chain|call path|program calls|active programs|called programs|program invocation stack|pgm stack|programs|programs called|via|m3 call stack|m3 program stack|m3 stack|nested programs|stack of programs|\
         aufrufstapel|programmstapel|aufrufkette|programmaufrufe|anropsstack|programstack|anropskedja|pile d appels|pile des programmes|pile de programmes|pile d appel|chaîne d appels|stk|stack|pgm call stack|program nesting|nesting|call sequence|program calls stack|program trace|programs in stack|programs on stack|calling sequence|program path|\
         call hierarchy|called via|call trace|invocation path|program sequence|job stack|active calls|program invocations|call tree|call levels|call list|m3 call chain|m3 program call stack|pgm chain|pgm call chain|stack of calls|program hierarchy|invocations|m3 call path|calling programs|programs active|\
         aufrufhierarchie|aufrufliste|programmkette|anropslista|programkedja|anropshierarki|chaîne des programmes|chaîne des appels|hiérarchie d appels|liste des appels|pile d exécution|pile programme",
    ),
];

// Words before or behind a name that change nothing.
pub(super) const BEFORE: &[&str] = &[
    "in",
    "x",
    "current",
    "active",
    "failing",
    "failed",
    "failure",
    "m3",
    "m3be",
    "movex",
    "be",
    "the",
    "actual",
    "abended",
    "logged",
    "dump",
    "dumped",
    "crashed",
    "crashing",
    "faulting",
    "aborted",
    "aborting",
    "broken",
    "executing",
    "running",
    "interactive",
    "terminated",
    "terminating",
    "abending",
    "mvx",
    "application",
    "effective",
    "affected",
    "present",
    "aktuelle",
    "aktueller",
    "aktuelles",
    "aktive",
    "aktiver",
    "aktives",
    "laufende",
    "laufender",
    "laufendes",
    "abgebrochene",
    "abgebrochener",
    "abgebrochenes",
    "fehlerhafte",
    "fehlerhafter",
    "fehlerhaftes",
    "fehlgeschlagene",
    "fehlgeschlagenes",
    "abgestürzte",
    "abgestürztes",
    "beendetes",
    "betroffene",
    "betroffener",
    "betroffenes",
    "angemeldeter",
    "ausführender",
    "letzte",
    "letzter",
    "letztes",
    "aktuell",
    "aktuellt",
    "aktiv",
    "aktivt",
    "pågående",
    "felande",
    "avbrutet",
    "avbruten",
    "kraschat",
    "kraschad",
    "misslyckat",
    "misslyckad",
    "inloggad",
    "inloggat",
    "berörd",
    "berört",
    "senaste",
    "nuvarande",
    "dernier",
    "dernière",
    "laatste",
    "huidige",
    "seneste",
    "sidste",
    "última",
    "último",
    "ultima",
    "ultimo",
];
pub(super) const BEHIND: &[&str] = &[
    "name",
    "id",
    "no",
    "nr",
    "number",
    "nbr",
    "code",
    "num",
    "namn",
    "nummer",
    "identifier",
    "kennung",
    "bezeichnung",
    "kod",
    "m3",
    "actif",
    "active",
    "actuel",
    "actuelle",
    "courant",
    "courante",
    "concerné",
    "concernée",
    "connecté",
    "connectée",
    "interrompu",
    "interrompue",
    "used",
    "verwendet",
    "utilisé",
];

pub(super) const PHRASES: &[&str] = &[
    "in error",
    "in failure",
    "at failure",
    "at fault",
    "outermost first",
    "innermost first",
    "oldest first",
    "newest first",
    "in use",
    "at error",
    "at crash",
    "at time of failure",
    "at abend",
    "of job",
    "of this job",
    "of the job",
    "of this session",
    "en erreur",
    "en échec",
    "en cours",
    "en défaut",
    "en panne",
    "im fehler",
    "bei abbruch",
    "beim abbruch",
    "vid fel",
    "vid avbrott",
    "i fel",
];

/// What stands before the word that matters: `Nom du programme`, `Name of the user`. A number of things counts them.
pub(super) const OF: &[&str] = &[
    "name of the",
    "name of",
    "id of the",
    "id of",
    "code of the",
    "code of",
    "nom du",
    "nom de la",
    "nom de l",
    "nom de",
    "nom d",
    "code du",
    "code de la",
    "code de l",
    "code",
    "id du",
    "id de l",
    "id",
    "identifiant du",
    "identifiant de l",
    "identifiant",
    "numéro du",
    "numéro de la",
    "numéro de",
    "no de",
    "n de",
    "n",
    "name des",
    "name der",
    "namn på",
];

/// Words behind one that says that something happened, before the time when it did: `Created at`, `Erstellt am`.
pub(super) const WHEN: &[&str] = &["at", "on", "am", "um", "le", "à", "den", "kl", "date", "time", "timestamp"];

/// What the time of anything is called, that of a record around the dump as well: a name that says more goes before it.
pub(super) const GENERAL_TIMES: [&str; 8] =
    ["time", "date", "timestamp", "time stamp", "zeit", "uhrzeit", "datum", "ts"];

/// Words that say nothing without the section they stand in: `id` under `Job`, `class` under `Exception`.
pub(super) const GENERIC: [&str; 20] = [
    "uuid",
    "id",
    "name",
    "number",
    "no",
    "nr",
    "code",
    "value",
    "class",
    "type",
    "message",
    "text",
    "version",
    "key",
    "detail",
    "class name",
    "desc",
    "description",
    "stack",
    "msg",
];
