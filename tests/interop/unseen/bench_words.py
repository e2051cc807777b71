"""What the dumps of the set `bench` call things: in eleven languages, in short, and as M3's own fields are called."""


def parsed(text):
    """Each name with its synonyms, from `name=One|Another; ...`."""
    pairs = (item.split("=", 1) for item in " ".join(text.split()).split("; ") if item)
    return {name: value.split("|") for name, value in pairs}


EN = parsed("""
program=Program|Program name|Failing program|Program ID; panel=Panel|Current panel|Panel ID; programpanel=Program/panel|Program / Panel;
user=User|User ID|Signed-on user|User name; job=Job|Job number|Job ID|Job identity; company=Company|Company number|Company no;
division=Division|Division code; companydivision=Company/division|Company / Division; environment=Environment|M3 environment|Environment
name; version=M3 version|Version|M3 BE version; release=M3 version|Release; fix=Fix level|Fix; at=Time of failure|Failed at|Date and
time|Timestamp|Dump time; date=Date|Date of failure|Dump date; clock=Time|Time of failure|Dump time; where=Failing operation|Failed
operation|M3 operation|Last operation; operation=Operation|Failing operation; object=File|Object; exception=Exception|Exception
class|Exception type; message=Exception message|Message; frame=First M3 frame|Failing method; origin=Code|Source code; standard=standard;
customer=customer; s_what=Failure|What failed|Program; s_who=Session|User and job|Who; s_system=System|Installation;
s_all=Summary|General|Facts; s_stack=Program stack|Call stack|Programs called; s_fields=Fields|Program fields|Field contents|Variables;
s_trace=Java stack trace|Java trace|Stack trace; outer=outermost first|outermost program first; inner=innermost first|latest call first;
s_jvm=System properties|JVM properties; s_record=Record in buffer, file {}|Record of {}; s_earlier=Earlier exception (handled)|Previous
exception, handled; s_jobs=Other jobs|Other active jobs; s_source=Program information|About the program; title=M3 dumplog|M3 program
dump|Abnormal termination|DUMP LOG
""")
EN_DECOYS = ("Last changed by=@user; Last changed at=@date; Program compiled=@date; Database user=MDBUSR|M3DBA; Java "
             "version=1.8.0_251|11.0.20|17.0.8; Server started=@date; Previous program=@program; Host=m3app02|m3srv07; Job "
             "type=Interactive|Batch; User language=GB; Job queue=QINTER; Program text=Item. Open|Customer. Open; Heap "
             "used=812 MB of 4096 MB; Default printer=PRT01")

# Abbreviated.
SHORT = {**EN, **parsed("""
program=Pgm|Prog; panel=Pnl; user=Usr; job=Job no|Job nbr; company=Comp|Cmp; division=Div; environment=Env; version=Ver|Vers;
at=Tstamp|Dump time; date=Date; clock=Time; where=Failing op|Oper; exception=Exc; message=Msg; companydivision=Comp/Div;
programpanel=Pgm/Pnl
""")}
SHORT_DECOYS = "Prev pgm=@program; DB user=MDBUSR; Chg by=@user; Compiled=@date; Java ver=1.8.0_251; Host=m3app02; Lang=GB"
# As M3's fields are called, without the two letters of the file.
FOUR = {**EN, **parsed("""
program=PGNM|PGMN; panel=PANEL; user=USID; job=BJNO; company=CONO; division=DIVI; environment=ENV; version=VERSION; at=TIMESTAMP;
date=DATE; clock=TIME; where=OPERATION; operation=OPERATION; object=FILE; exception=EXCEPTION; message=MESSAGE; origin=CODE
""")}
FOUR_DECOYS = ("CHID=@user; LNCD=GB; JAVA_VERSION=1.8.0_251; PREVIOUS_PGNM=@program; DBUSER=MDBUSR; HOST=m3app02; DTFM=YMD; "
               "COMPILED=@date")

DE = parsed("""
program=Programm|Programmname|Abgebrochenes Programm; panel=Panel|Bildschirm; user=Benutzer|Benutzerkennung|Benutzername;
job=Job|Jobnummer|Job-ID; company=Firma|Firmennummer; division=Division|Geschäftsbereich; environment=Umgebung|M3-Umgebung;
version=M3-Version|Version|Versionsstand; companydivision=Firma/Division; programpanel=Programm/Panel; at=Zeitpunkt|Zeitpunkt des
Abbruchs|Datum und Uhrzeit; date=Datum; clock=Uhrzeit; where=Fehlgeschlagene Operation|Letzte Operation; operation=Operation;
object=Datei; exception=Ausnahme|Ausnahmeklasse; message=Fehlermeldung|Fehlertext; frame=Erster M3-Aufruf; origin=Code; standard=Standard;
customer=Kundencode; s_what=Fehler|Abbruch; s_who=Sitzung|Benutzer und Job; s_system=System; s_all=Übersicht|Allgemeines;
s_stack=Programmstapel|Aufrufkette; s_fields=Felder|Feldinhalte|Variablen; s_trace=Java-Stacktrace|Java-Aufrufstapel; outer=äußerstes
Programm zuerst; inner=innerstes Programm zuerst; s_jvm=Systemeigenschaften; s_record=Satz im Puffer, Datei {}; s_earlier=Frühere Ausnahme
(behandelt); s_jobs=Andere Jobs; s_source=Angaben zum Programm; title=M3-Programmabbruch|M3-Dump|Programmabsturz
""")
DE_DECOYS = ("Zuletzt geändert von=@user; Zuletzt geändert am=@date; Kompiliert am=@date; Datenbankbenutzer=MDBUSR; "
             "Java-Version=11.0.20; Server=m3app02; Vorheriges Programm=@program; Jobtyp=Dialog; Server gestartet=@date; "
             "Sprache=DE")
SV = parsed("""
program=Program|Programnamn|Felande program; panel=Panel|Bild; user=Användare|Användar-ID|Användarnamn; job=Jobb|Jobbnummer|Jobb-ID;
company=Företag|Företagsnummer; division=Division; environment=Miljö|M3-miljö; version=M3-version|Version;
companydivision=Företag/division; at=Tidpunkt|Tidpunkt för felet|Datum och tid; date=Datum; clock=Klockslag|Tid; where=Felande
operation|Misslyckad operation; operation=Operation; object=Fil|Tabell; exception=Undantag; message=Felmeddelande; s_what=Fel|Felet;
s_who=Session|Användare och jobb; s_system=System|Installation; s_all=Sammanfattning|Allmänt; s_stack=Programstack|Anropskedja;
s_fields=Fält|Fältinnehåll; s_trace=Java-stackspårning|Javastack; outer=yttersta programmet först; inner=innersta programmet först;
s_jvm=Systemegenskaper; s_record=Post i buffert, fil {}; s_earlier=Tidigare undantag (hanterat); s_jobs=Andra jobb; s_source=Om
programmet; title=M3-dump|Programdump|Onormalt programslut
""")
SV_DECOYS = ("Senast ändrad av=@user; Senast ändrad=@date; Kompilerat=@date; Databasanvändare=MDBUSR; Javaversion=17.0.8; "
             "Server=m3app02; Föregående program=@program; Jobbtyp=Interaktivt; Servern startad=@date; Språk=SE")
FR = parsed("""
program=Programme|Nom du programme|Programme en erreur; panel=Écran|Panneau; user=Utilisateur|Code utilisateur; job=Travail|Numéro de
travail; company=Société|Code société; division=Division|Code division; environment=Environnement|Environnement M3; version=Version
M3|Version; at=Date et heure|Survenu le; date=Date; clock=Heure; where=Opération en échec|Opération échouée; operation=Opération;
object=Fichier|Table; exception=Exception; message=Message d'erreur; s_what=Erreur|Incident; s_who=Session|Utilisateur et travail;
s_system=Système; s_all=Résumé; s_stack=Pile des programmes|Pile d'appels; s_fields=Champs|Zones du programme; s_trace=Trace Java|Pile
Java; outer=du plus externe au plus interne; inner=du plus interne au plus externe; s_jvm=Propriétés système; s_record=Enregistrement en
mémoire, fichier {}; s_earlier=Exception antérieure (traitée); s_jobs=Autres travaux; s_source=À propos du programme; title=Arrêt anormal
du programme M3|Vidage M3
""")
FR_DECOYS = ("Modifié par=@user; Dernière compilation=@date; Utilisateur de la base=MDBUSR; Version de Java=11.0.20; "
             "Serveur=m3app02; Programme précédent=@program; Type de travail=Interactif; Langue=FR")
DA = parsed("""
program=Program|Programnavn|Fejlramt program; panel=Panel|Skærmbillede; user=Bruger|Bruger-ID; job=Job|Jobnummer;
company=Firma|Firmanummer; division=Division; environment=Miljø|M3-miljø; version=M3-version|Version; at=Tidspunkt|Dato og tid|Tidspunkt
for fejlen; date=Dato; clock=Klokkeslæt; where=Fejlet operation|Seneste operation; operation=Operation; object=Fil|Tabel;
exception=Undtagelse; message=Fejlmeddelelse; s_what=Fejl; s_who=Session|Bruger og job; s_system=System; s_all=Oversigt;
s_stack=Programstak|Kaldestak; s_fields=Felter|Feltindhold; s_trace=Java-stakspor; outer=yderste program først; inner=inderste program
først; s_jvm=Systemegenskaber; s_record=Post i buffer, fil {}; s_earlier=Tidligere undtagelse (håndteret); s_jobs=Andre job; s_source=Om
programmet; title=M3-programdump|Unormal afslutning
""")
DA_DECOYS = ("Sidst ændret af=@user; Sidst ændret=@date; Kompileret=@date; Databasebruger=MDBUSR; Java-version=11.0.20; "
             "Server=m3app02; Forrige program=@program; Jobtype=Interaktivt; Sprog=DK")
NO = parsed("""
program=Program|Programnavn|Program som feilet; panel=Panel|Skjermbilde; user=Bruker|Bruker-ID; job=Jobb|Jobbnummer;
company=Firma|Firmanummer; division=Divisjon; environment=Miljø|M3-miljø; version=M3-versjon|Versjon; at=Tidspunkt|Dato og klokkeslett;
date=Dato; clock=Klokkeslett; where=Feilet operasjon|Siste operasjon; operation=Operasjon; object=Fil|Tabell; exception=Unntak;
message=Feilmelding; s_what=Feil; s_who=Bruker og jobb|Økt; s_system=System; s_all=Sammendrag; s_stack=Programstakk|Kallstakk;
s_fields=Felt|Feltinnhold; s_trace=Java-stakkspor; outer=ytterste program først; inner=innerste program først; s_jvm=Systemegenskaper;
s_record=Post i buffer, fil {}; s_earlier=Tidligere unntak (håndtert); s_jobs=Andre jobber; s_source=Om programmet;
title=M3-programdump|Unormal avslutning
""")
NO_DECOYS = ("Sist endret av=@user; Sist endret=@date; Kompilert=@date; Databasebruker=MDBUSR; Java-versjon=17.0.8; "
             "Tjener=m3app02; Forrige program=@program; Jobbtype=Interaktiv; Språk=NO")
NL = parsed("""
program=Programma|Programmanaam; panel=Paneel|Scherm; user=Gebruiker|Gebruikersnaam; job=Taak|Taaknummer|Job;
company=Bedrijf|Bedrijfsnummer; division=Divisie; environment=Omgeving|M3-omgeving; version=M3-versie|Versie; at=Tijdstip|Datum en tijd;
date=Datum; clock=Tijd; where=Mislukte bewerking|Laatste bewerking; operation=Bewerking; object=Bestand|Tabel; exception=Uitzondering;
message=Foutmelding; s_what=Fout; s_who=Sessie|Gebruiker en taak; s_system=Systeem; s_all=Overzicht; s_stack=Programmastapel|Aanroepketen;
s_fields=Velden|Veldinhoud; s_trace=Java-stacktrace; outer=buitenste programma eerst; inner=binnenste programma eerst;
s_jvm=Systeemeigenschappen; s_record=Record in buffer, bestand {}; s_earlier=Eerdere uitzondering (afgehandeld); s_jobs=Andere taken;
s_source=Over het programma; title=M3-programmadump|Abnormale beëindiging
""")
NL_DECOYS = ("Laatst gewijzigd door=@user; Gecompileerd=@date; Databasegebruiker=MDBUSR; Java-versie=11.0.20; "
             "Server=m3app02; Vorig programma=@program; Taaktype=Interactief; Taal=NL")
FI = parsed("""
program=Ohjelma|Ohjelman nimi; panel=Paneeli|Näyttö; user=Käyttäjä|Käyttäjätunnus; job=Työ|Työn numero; company=Yritys|Yritysnumero;
division=Divisioona; environment=Ympäristö|M3-ympäristö; version=M3-versio|Versio; at=Ajankohta|Päivämäärä ja aika; where=Epäonnistunut
operaatio; exception=Poikkeus; message=Virheilmoitus; s_what=Virhe; s_who=Istunto; s_system=Järjestelmä; s_all=Yhteenveto;
s_stack=Ohjelmapino|Kutsupino; s_fields=Kentät|Kenttien arvot; s_trace=Java-pinojälki; outer=uloin ohjelma ensin; inner=sisin ohjelma
ensin; s_jvm=Järjestelmän ominaisuudet; s_record=Puskurin tietue, tiedosto {}; s_earlier=Aiempi poikkeus (käsitelty); s_jobs=Muut työt;
s_source=Ohjelman tiedot; title=M3-ohjelmavedos|Ohjelman epänormaali päättyminen
""")
FI_DECOYS = ("Viimeksi muuttanut=@user; Käännetty=@date; Tietokannan käyttäjä=MDBUSR; Java-versio=11.0.20; Palvelin=m3app02; "
             "Edellinen ohjelma=@program; Kieli=FI")
ES = parsed("""
program=Programa|Nombre del programa; panel=Panel|Pantalla; user=Usuario|ID de usuario; job=Trabajo|Número de trabajo;
company=Compañía|Número de compañía; division=División; environment=Entorno|Entorno M3; version=Versión M3|Versión; at=Fecha y
hora|Momento del error; where=Operación fallida|Última operación; exception=Excepción; message=Mensaje de error; s_what=Error;
s_who=Sesión; s_system=Sistema; s_all=Resumen; s_stack=Pila de programas|Pila de llamadas; s_fields=Campos|Variables; s_trace=Traza de
Java|Pila Java; outer=primero el más externo; inner=primero el más interno; s_jvm=Propiedades del sistema; s_record=Registro en memoria,
archivo {}; s_earlier=Excepción anterior (tratada); s_jobs=Otros trabajos; s_source=Datos del programa; title=Volcado de programa
M3|Terminación anormal
""")
ES_DECOYS = ("Modificado por=@user; Compilado=@date; Usuario de la base de datos=MDBUSR; Versión de Java=11.0.20; "
             "Servidor=m3app02; Programa anterior=@program; Idioma=ES")
IT = parsed("""
program=Programma|Nome del programma; panel=Pannello|Schermata; user=Utente|ID utente; job=Lavoro|Numero lavoro; company=Società|Codice
società; division=Divisione; environment=Ambiente|Ambiente M3; version=Versione M3|Versione; at=Data e ora|Ora dell'errore;
where=Operazione fallita|Ultima operazione; exception=Eccezione; message=Messaggio di errore; s_what=Errore; s_who=Sessione;
s_system=Sistema; s_all=Riepilogo; s_stack=Pila dei programmi|Stack dei programmi; s_fields=Campi|Variabili; s_trace=Traccia Java|Stack
Java; outer=dal più esterno al più interno; inner=dal più interno al più esterno; s_jvm=Proprietà di sistema; s_record=Record nel buffer,
file {}; s_earlier=Eccezione precedente (gestita); s_jobs=Altri lavori; s_source=Dati del programma; title=Dump del programma
M3|Terminazione anomala
""")
IT_DECOYS = ("Modificato da=@user; Compilato il=@date; Utente del database=MDBUSR; Versione Java=11.0.20; Server=m3app02; "
             "Programma precedente=@program; Lingua=IT")
PT = parsed("""
program=Programa|Nome do programa; panel=Painel|Tela; user=Usuário|Código do usuário; job=Job|Número do job; company=Empresa|Código da
empresa; division=Divisão; environment=Ambiente|Ambiente M3; version=Versão M3|Versão; at=Data e hora|Momento da falha; where=Operação com
falha|Última operação; exception=Exceção; message=Mensagem de erro; s_what=Falha; s_who=Sessão; s_system=Sistema; s_all=Resumo;
s_stack=Pilha de programas|Pilha de chamadas; s_fields=Campos|Variáveis; s_trace=Pilha Java|Rastreamento Java; outer=do mais externo ao
mais interno; inner=do mais interno ao mais externo; s_jvm=Propriedades do sistema; s_record=Registro no buffer, arquivo {};
s_earlier=Exceção anterior (tratada); s_jobs=Outros jobs; s_source=Dados do programa; title=Dump de programa M3|Término anormal
""")
PT_DECOYS = ("Alterado por=@user; Compilado em=@date; Usuário do banco=MDBUSR; Versão do Java=11.0.20; Servidor=m3app02; "
             "Programa anterior=@program; Idioma=PT")

WORDS = {"en": EN, "short": SHORT, "four": FOUR, "de": DE, "sv": SV, "fr": FR, "da": DA, "no": NO, "nl": NL, "fi": FI, "es": ES, "it": IT,
         "pt": PT}
DECOYS = {name: parsed(text) for name, text in {
    "en": EN_DECOYS, "short": SHORT_DECOYS, "four": FOUR_DECOYS, "de": DE_DECOYS, "sv": SV_DECOYS, "fr": FR_DECOYS, "da": DA_DECOYS,
    "no": NO_DECOYS, "nl": NL_DECOYS, "fi": FI_DECOYS, "es": ES_DECOYS, "it": IT_DECOYS, "pt": PT_DECOYS}.items()}

MONTHS = {name: text.split() for name, text in {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"}.items()}
