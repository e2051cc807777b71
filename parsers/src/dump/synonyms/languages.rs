//! Further names under which dumps state facts, and those in further languages: Danish, Norwegian, Dutch, Spanish,
//! Italian, Portuguese, Finnish, Czech, Polish, Hungarian, Turkish, Japanese and Chinese. It holds words and nothing else.

use super::Fact;

/// Names that go behind those of `lists`, which they never contradict.
pub(super) const NAMES: [(Fact, &str); 16] = [
    (
        Fact::Object,
        "ファイル|テーブル|オブジェクト|文件|表|对象|\
         fil|tabel|archivo|fichero|tabla|objeto|formato|tabella|oggetto|bestand|tabel|arquivo|ficheiro|tabela|tiedosto|taulu|filnavn|tabellnamn|objekttyp|\
         soubor|tabulka|objekt db|plik|tabela|obiekt|formatka|fájl|tábla|objektum|dosya|tablo|nesne",
    ),
    (
        Fact::At,
        "päivä ja aika|ocurrió el|ocurrido el|opgetreden op|inträffade|intraffade|aufgetreten am|survenu le|avvenuto il|ocorreu em|inntraff|opstod|wystąpił|tapahtui|afgebroken op|avbröts|avbröts den|afbrudt den|abgebrochen am|abgebrochen um|interrompu le|interrumpido el|interrotto il|keskeytyi|tid för felet|tid för fel|tidpunkt för felet|felets tidpunkt|virheen aika|virheaika|virheen päivämäärä ja aika|tidspunkt for fejlen|tid for fejlen|\
         tidspunkt for feilen|tid for feilen|tijd van de fout|momento da falha|hora de la falla|momento del fallo|ajankohta|tapahtuma aika|czas wystąpienia|data wystąpienia|czas zdarzenia|virheen ajankohta|momento del error|momento dell errore|日時|発生日時|日付時刻|障害日時|障害発生日時|エラー発生日時|タイムスタンプ|时间|发生时间|日期时间|错误时间|时间戳|\
         date et heure de l arrêt|date et heure de l arret|date et heure de fin anormale|tidpunkt för avbrottet|tidpunkt för avbrott|avbrottstidpunkt|data e hora da falha|data e hora do erro|data da falha|hora da falha|data e ora dell errore|data e ora errore|data dell errore|fecha y hora del error|fecha y hora del fallo|fecha del fallo|datum en tijd van de fout|tijdstip van de fout|tijdstip fout|date et heure de l erreur|date et heure de l incident|date et heure de l anomalie|datum und uhrzeit des fehlers|datum und zeit des fehlers|fehlerzeit|datum och tid för felet|datum och tid för fel|dattim|dattime|dump dattim|abend at|abend time|heure de fin anormale|heure de l arrêt|avbrottstid|zeit des abbruchs|\
         dato tid|dato og tid|oprettet|oprettet den|opprettet|tidsstempel|fejltidspunkt|tidspunkt|feiltidspunkt|afbrudt|avbrutt|\
         tijdstip|datum tijd|datum en tijd|aangemaakt|aangemaakt op|tijdstempel|gemaakt op|\
         fecha hora|fecha y hora|creado|creado el|marca de tiempo|hora del error|fecha del error|fecha de creación|\
         data ora|data e ora|creato|creato il|marca temporale|ora dell errore|data di creazione|\
         data hora|data e hora|criado em|carimbo de data|päivämäärä ja aika|aikaleima|luotu|\
         datum a čas|vytvořeno|časové razítko|čas chyby|čas ukončení|data i godzina|data i czas|utworzono|znacznik czasu|czas błędu|data błędu|időpont|dátum és idő|létrehozva|időbélyeg|hiba időpontja|tarih saat|tarih ve saat|oluşturulma|oluşturulma tarihi|zaman damgası",
    ),
    (
        Fact::Date,
        "dato|fecha|data|data del dump|päivämäärä|päiväys|\
         datum výpisu|dátum|tarih",
    ),
    (
        Fact::Time,
        "klokkeslæt|klokkeslett|tijd|hora|ora|kellonaika|aika|\
         čas|godzina|czas|idő|saat",
    ),
    (
        Fact::Program,
        "プログラム|プログラム名|プログラムid|障害プログラム|異常終了プログラム|程序|程序名|程序名称|出错程序|失败程序|\
         ohjelma|ohjelman nimi|programme fautif|programmets namn|nom programme|id programme|programme arrêté|\
         programnavn|fejlende program|feilende program|programma|programmanaam|programmacode|falend programma|\
         programa|nombre del programa|nombre de programa|programa en error|programa fallido|nome programma|nome del programma|programma in errore|\
         nome do programa|programa com erro|ohjelma|ohjelman nimi|\
         název programu|kód programu|chybný program|selhávající program|nazwa programu|kod programu|błędny program|program neve|program kódja|hibás program|program azonosító|program adı|programın adı",
    ),
    (
        Fact::Panel,
        "videata|画面|画面名|画面id|パネル|パネル名|面板|屏幕|画面名称|\
         näyttö|paneeli|bildname|anzeige|bildformat|panelnamn|image|image active|écran courant|\
         billede|skærm|skærmbillede|panelnavn|bilde|skjerm|skjermbilde|scherm|paneel|beeldscherm|pantalla|nombre de pantalla|panel activo|\
         pannello|schermata|schermo|tela|ecrã|painel|näyttö|paneeli|kuva|\
         obrazovka|aktivní panel|název panelu|ekran|okno|formularz|képernyő|aktív panel|panel neve|ekran adı",
    ),
    (
        Fact::User,
        "aangemelde gebruiker|usuario conectado|utente collegato|indlogget bruger|pålogget bruker|angemeldeter benutzer|inloggad användare|utilisateur connecté|kirjautunut käyttäjä|usuário conectado|ユーザー|ユーザーid|ユーザid|ユーザ|ユーザー名|m3ユーザー|利用者|利用者id|用户|用户名|用户id|用户名称|\
         código do usuário|código de usuário|código del usuario|codice utente|running as user|running as|run as user|run as|executed as|användarkod|benutzercode|anwendername|id de l utilisateur|\
         bruger|brugernavn|bruger id|brugerprofil|bruker|brukernavn|bruker id|brukerprofil|gebruiker|gebruikersnaam|gebruikers id|gebruikersprofiel|\
         usuario|id de usuario|nombre de usuario|nombre del usuario|perfil de usuario|código de usuario|utente|id utente|nome utente|profilo utente|codice utente|\
         usuário|utilizador|nome do usuário|nome de utilizador|käyttäjä|käyttäjätunnus|käyttäjänimi|\
         uživatel|uživatelské jméno|jméno uživatele|id uživatele|użytkownik|nazwa użytkownika|identyfikator użytkownika|id użytkownika|felhasználó|felhasználónév|felhasználó neve|felhasználói azonosító|kullanıcı|kullanıcı adı|kullanıcı kimliği",
    ),
    (
        Fact::Job,
        "ジョブ|ジョブ番号|ジョブid|ジョブ名|m3ジョブ|作业|作业号|作业编号|作业id|\
         número do job|número del job|numero job|työn numero|työnumero|työ|työn tunnus|työn nimi|työn id|työtunnus|jobnavn|jobb nr|n travail|n de travail|jobbnavn|taak|taaknummer|taaknaam|trabajo|número de trabajo|nombre del trabajo|id de trabajo|lavoro|numero lavoro|numero del lavoro|\
         id lavoro|trabalho|número do trabalho|tarefa|työ|työnumero|\
         úloha|číslo úlohy|název úlohy|id úlohy|zadanie|numer zadania|id zadania|nazwa zadania|feladat|feladat száma|feladat azonosító|munka|iş|iş numarası|iş no",
    ),
    (
        Fact::Company,
        "会社|会社コード|会社番号|公司|公司代码|公司编号|\
         yritysnumero|yritys|yrityksen numero|código da empresa|codice società|gesellschaft|gesellschaftsnummer|numéro société|n société|numéro de compagnie|bolagsnr|\
         selskab|firmanummer|firmakode|selskabsnummer|virksomhed|selskap|selskapsnummer|bedrijf|bedrijfsnummer|bedrijfscode|onderneming|vennootschap|\
         compañía|empresa|número de compañía|código de compañía|sociedad|número de empresa|società|azienda|codice società|numero società|codice azienda|\
         código da empresa|companhia|yritys|yhtiö|yrityksen numero|\
         společnost|číslo společnosti|kód společnosti|spółka|numer firmy|numer spółki|kod firmy|vállalat|cég|vállalat száma|cégkód|vállalatkód|şirket|şirket numarası|şirket no|şirket kodu",
    ),
    (
        Fact::Division,
        "事業部|事業部コード|部門|部門コード|分部|部门|事业部|分部代码|\
         divisioona|sparte|geschäftsbereichscode|code établissement|\
         divisjon|divisjonskode|divisie|divisiecode|división|código de división|divisione|codice divisione|divisão|divisioona|yksikkö|\
         divize|kód divize|oddział|kod oddziału|dywizja|pion|divízió|divízió kódja|üzletág|bölüm|bölüm kodu",
    ),
    (
        Fact::Environment,
        "環境|環境名|m3環境|システム環境|环境|环境名称|m3环境|\
         ympäristö|m3 ympäristö|environnement d exécution|environnement système|environnement de production|exekveringsmiljö|ausführungsumgebung|\
         driftsmiljø|miljø|miljønavn|m3 miljø|omgeving|m3 omgeving|omgevingsnaam|entorno|entorno m3|nombre del entorno|ambiente m3|nome ambiente|\
         nome dell ambiente|ympäristö|\
         prostředí|prostředí m3|název prostředí|środowisko|środowisko m3|nazwa środowiska|környezet|m3 környezet|környezet neve|ortam|ortam adı|m3 ortamı",
    ),
    (
        Fact::Version,
        "バージョン|m3バージョン|リリース|m3リリース|プログラムバージョン|版本|m3版本|程序版本|版本号|\
         freigabe|freigabestand|version programme|niveau du programme|niveau|programnivå|build version|build level|\
         versjon|programversjon|programversion|programmaversie|versie|versión|versión de m3|version de m3|versione di m3|versione m3|versie van m3|versão de m3|versión del programa|versione|versione programma|versione del programma|\
         versão do m3|versão|versão do programa|versio|ohjelman versio|programversjonsnivå|niveau versie|nivel de versión|\
         verze|verze m3|verze programu|vydání|wersja|wersja m3|wersja programu|wydanie|verzió|m3 verzió|kiadás|programverzió|sürüm|m3 sürümü|program sürümü",
    ),
    (
        Fact::Exception,
        "例外|例外クラス|例外名|异常|异常类|\
         undtagelse|undtagelsesklasse|undtagelsestype|unntak|unntaksklasse|unntakstype|uitzondering|uitzonderingsklasse|exceptie|excepción|clase de excepción|\
         tipo de excepción|eccezione|classe eccezione|classe dell eccezione|tipo eccezione|exceção|excepção|classe da exceção|poikkeus|poikkeusluokka|\
         výjimka|třída výjimky|typ výjimky|wyjątek|klasa wyjątku|typ wyjątku|kivétel|kivétel osztálya|kivétel típusa|istisna|istisna sınıfı|özel durum",
    ),
    (
        Fact::Message,
        "メッセージ|エラーメッセージ|例外メッセージ|エラー内容|消息|错误信息|异常信息|错误消息|\
         ausnahmebeschreibung|description de l erreur|description de l exception|\
         meddelelse|fejlmeddelelse|fejltekst|undtagelsestekst|melding|feilmelding|feiltekst|unntakstekst|bericht|foutmelding|fouttekst|foutbericht|\
         mensaje|mensaje de error|texto del error|texto de error|texto de la excepción|mensaje de la excepción|messaggio|messaggio di errore|testo errore|\
         testo dell errore|messaggio dell eccezione|mensagem|mensagem de erro|texto do erro|virheilmoitus|virheteksti|viesti|\
         zpráva|chybová zpráva|text chyby|popis chyby|komunikat|komunikat o błędzie|treść błędu|opis błędu|üzenet|hibaüzenet|hiba szövege|hibaleírás|mesaj|hata mesajı|hata metni",
    ),
    (
        Fact::FailedAt,
        "fehlgeschlagener zugriff|operación con error|mislykket operasjon|operação com erro|viimeisin toiminto|operaatio|操作|失敗した操作|最後の操作|処理|障害操作|最終操作|失败的操作|最后操作|失败操作|\
         epäonnistunut operaatio|epäonnistunut toiminto|viimeisin operaatio|operação com falha|operazione fallita|fejlet operation|fejlende operation|mislykket operation|feilet operasjon|letzte e a operation|e a operation|operationscode|fehlerhafte e a operation|operationskod|i o operation som misslyckades|opération d e s|opération e s|code opération|code d opération|dernière opération e s|\
         fejlet operation|fejlende operation|seneste operation|sidste operation|operasjon|feilet operasjon|feilende operasjon|siste operasjon|bewerking|\
         mislukte bewerking|operatie|mislukte operatie|laatste operatie|operación|operación fallida|última operación|operación en error|operazione|\
         operazione fallita|ultima operazione|operazione in errore|operação|operação com falha|última operação|toiminto|viimeinen toiminto|\
         operace|poslední operace|chybná operace|selhaná operace|neúspěšná operace|operacja|ostatnia operacja|błędna operacja|nieudana operacja|művelet|utolsó művelet|hibás művelet|sikertelen művelet|işlem|son işlem|başarısız işlem",
    ),
    (
        Fact::CallStack,
        "呼び出し履歴|呼出履歴|呼び出しスタック|コールスタック|プログラムスタック|プログラム呼び出し|プログラム一覧|调用堆栈|调用栈|程序堆栈|程序栈|调用链|\
         programmastack|aanroepstack|pila dei programmi|pila programmi|stack di chiamate|stack delle chiamate|pila de ejecución|programmes appelés|chaîne de programmes|anropsstapel|programanrop|aufrufliste|\
         kaldestak|kaldstak|programstak|kaldekæde|kallstakk|anropsstakk|programstakk|aanroepstapel|programmastapel|aanroepketen|\
         pila de llamadas|pila de programas|cadena de llamadas|pila delle chiamate|stack programmi|stack dei programmi|catena di chiamate|\
         pilha de chamadas|pilha de programas|kutsupino|ohjelmapino|\
         zásobník volání|zásobník programů|stos wywołań|stos programów|łańcuch wywołań|hívási verem|programverem|hívási lánc|çağrı yığını|program yığını",
    ),
];
