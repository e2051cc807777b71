"""Sites whose language isn't English: a translator has put every word of their dumps into that of the site."""

from .quay_case import Case, aligned, joined
from .register import Register

SET = Register()
FACTS = ["program", "panel", "user", "job", "company", "division", "environment", "version", "at", "where", "exception", "exception_message"]
# How times are written, the words for the facts in their order, what stands beside them, and the title with those of the sections.
LANDS = {
    "de": (
        "de",
        ["Programm", "Bild|Bildschirm", "Benutzer|Anwender", "Job|Auftrag", "Firma", "Division", "Umgebung", "M3-Version|M3-Release", "Zeitpunkt des Fehlers|Fehlerzeit",
         "Fehlgeschlagene Operation|Operation", "Ausnahme", "Fehlermeldung|Fehlertext"],
        [("Zuletzt geändert von", "HPETER"), ("Java-Version", "17.0.9"), ("Gedruckt am", "2026-03-15"), ("Vorheriges Programm", "MNS095")],
        ["Programmabbruch", "Programmstapel|Aufrufkette", "Feldinhalte", "Ablaufverfolgung", "Speicher: 812 MB belegt, 4096 MB gesamt"],
    ),
    "sv": (
        "iso",
        ["Program", "Panel|Bild", "Användare", "Jobb|Jobbnummer", "Företag|Bolag", "Division", "Miljö", "M3-version", "Tidpunkt för felet|Feltidpunkt",
         "Misslyckad operation|Operation", "Undantag", "Felmeddelande"],
        [("Senast ändrad av", "BOLSEN"), ("Javaversion", "17.0.9"), ("Utskriven", "2026-03-15"), ("Föregående program", "MNS095")],
        ["Onormalt programavslut", "Programstack|Anropskedja", "Fältvärden", "Spårning", "Minne: 812 MB använt, 4096 MB totalt"],
    ),
    "da": (
        "nl",
        ["Program", "Panel|Billede", "Bruger", "Job|Jobnummer", "Firma", "Division", "Miljø", "M3-version", "Fejltidspunkt|Tidspunkt for fejlen",
         "Mislykket operation|Operation", "Undtagelse", "Fejlmeddelelse"],
        [("Senest ændret af", "HPETER"), ("Java-version", "17.0.9"), ("Udskrevet", "2026-03-15"), ("Forrige program", "MNS095")],
        ["Unormal programafslutning", "Programstak|Kaldsstak", "Feltværdier", "Sporing", "Hukommelse: 812 MB brugt, 4096 MB i alt"],
    ),
    "fr": (
        "fr",
        ["Programme", "Panneau|Écran", "Utilisateur", "Travail|Numéro de travail", "Société", "Division", "Environnement", "Version M3|Version de M3",
         "Date et heure de l'erreur|Heure de l'erreur", "Opération en échec|Opération", "Exception", "Message d'erreur"],
        [("Modifié par", "LINDAS"), ("Version Java", "17.0.9"), ("Imprimé le", "2026-03-15"), ("Programme précédent", "MNS095")],
        ["Fin anormale du programme", "Pile des programmes|Pile d'appels", "Valeurs des champs|Valeurs des zones", "Trace", "Mémoire utilisée 812 Mo sur 4096 Mo"],
    ),
    "nl": (
        "nl",
        ["Programma", "Paneel|Scherm", "Gebruiker", "Taak|Taaknummer", "Bedrijf", "Divisie", "Omgeving", "M3-versie", "Tijdstip van de fout",
         "Mislukte bewerking|Mislukte operatie", "Uitzondering", "Foutmelding|Foutbericht"],
        [("Gewijzigd door", "OSVENS"), ("Java-versie", "17.0.9"), ("Afgedrukt op", "2026-03-15"), ("Vorig programma", "MNS095")],
        ["Abnormale beëindiging van het programma", "Programmastapel|Aanroepstapel", "Veldwaarden", "Tracering", "Geheugen: 812 MB gebruikt, 4096 MB totaal"],
    ),
    "it": (
        "fr",
        ["Programma", "Pannello|Schermata", "Utente", "Lavoro|Numero lavoro", "Società|Azienda", "Divisione", "Ambiente", "Versione M3|Versione di M3",
         "Data e ora dell'errore|Ora dell'errore", "Operazione fallita|Operazione", "Eccezione", "Messaggio di errore"],
        [("Modificato da", "HPETER"), ("Versione Java", "17.0.9"), ("Stampato il", "2026-03-15"), ("Programma precedente", "MNS095")],
        ["Terminazione anomala del programma", "Pila dei programmi|Catena di chiamate", "Valori dei campi", "Traccia", "Memoria: 812 MB in uso, 4096 MB in totale"],
    ),
    "es": (
        "fr",
        ["Programa", "Panel|Pantalla", "Usuario", "Trabajo|Número de trabajo", "Compañía|Empresa", "División", "Entorno", "Versión de M3|Versión M3",
         "Fecha y hora del error|Hora del error", "Operación fallida|Operación", "Excepción", "Mensaje de error"],
        [("Modificado por", "BOLSEN"), ("Versión de Java", "17.0.9"), ("Impreso el", "2026-03-15"), ("Programa anterior", "MNS095")],
        ["Terminación anormal del programa", "Pila de programas|Pila de llamadas", "Valores de los campos", "Traza", "Memoria: 812 MB en uso, 4096 MB en total"],
    ),
    "pt": (
        "fr",
        ["Programa", "Painel|Ecrã", "Utilizador|Usuário", "Trabalho|Número do trabalho", "Empresa", "Divisão", "Ambiente", "Versão do M3|Versão M3",
         "Data e hora do erro|Hora do erro", "Operação com falha|Operação", "Exceção", "Mensagem de erro"],
        [("Alterado por", "LINDAS"), ("Versão do Java", "17.0.9"), ("Impresso em", "2026-03-15"), ("Programa anterior", "MNS095")],
        ["Término anormal do programa", "Pilha de programas|Pilha de chamadas", "Valores dos campos", "Rastreio", "Memória: 812 MB em uso, 4096 MB no total"],
    ),
}


def site(sheet, *languages, only=None, beside=2):
    """The failure at a site, its rows, and its title with those of its sections and a line of noise."""
    language = sheet.chance.choice(languages)
    clock, words, others, titles = LANDS[language]
    case = Case(sheet, language=language, clock=(clock, clock, "iso"), jobs=("number", "hex"))
    wanted = [pair for pair in zip(words, FACTS) if not only or pair[1] in only]
    near = [(label, f"={value}") for label, value in case.chance.sample(others, case.chance.randint(0, beside))]
    for pair in near:
        wanted.insert(case.chance.randint(1, len(wanted)), pair)
    return case, case.rows(*wanted), [case.chance.choice(title.split("|")) for title in titles]


@SET.document
def quay_lands_report(sheet):
    """A report with an underlined title, items aligned before a colon, sections underlined as well."""
    case, rows, (title, stack, fields, trace, memory) = site(sheet, "de", "nl", "da", "sv")
    under = lambda text, line="-": f"{text}\n{line * len(text)}"
    chain = "\n".join(f"{'  ' * level}{name}" for level, name in enumerate(case.programs()))
    values = aligned(case.values(), " = ")
    return joined(
        under(title, "="), aligned(rows, ": "), under(stack) + "\n" + chain, memory, under(fields) + "\n" + values, under(trace) + "\n" + case.trace(cause=0.1, cut=0.15)
    )


@SET.document
def quay_lands_table(sheet):
    """Tables drawn with plus signs and bars, one for the facts and one for the fields."""
    case, rows, (title, _, fields, _, memory) = site(sheet, "fr", "es", "it", "pt")

    def drawn(pairs):
        wide = [max(len(pair[side]) for pair in pairs) for side in (0, 1)]
        rule = "+" + "+".join("-" * (width + 2) for width in wide) + "+"
        return "\n".join([rule, *(f"| {key:<{wide[0]}} | {value:<{wide[1]}} |" for key, value in pairs), rule])

    return joined(f"*** {title.upper()} ***", drawn(rows), memory, f"{fields} :\n{drawn(case.values())}", case.trace(cause=0.1))


@SET.document
def quay_lands_bullets(sheet):
    """Numbered chapters, items after a bullet."""
    case, rows, (title, stack, fields, trace, memory) = site(sheet, "sv", "es", "pt", "nl", "de")
    mark, colon = case.any_of("-", "*", "•"), case.any_of(": ", " = ")
    items = lambda pairs: "\n".join(f"  {mark} {key}{colon}{value}".rstrip() for key, value in pairs)
    chain = " > ".join(case.programs())
    return joined(
        f"1. {title}\n{items(rows)}", f"2. {stack}\n  {chain}", f"3. {fields}\n{items(case.values())}", f"4. {trace}\n{case.trace(indent='    ', cause=0.1)}", f"5. {memory}"
    )


@SET.document
def quay_lands_spaced(sheet):
    """French typography and what resembles it: a space before the colon, values between angle quotes, sections between tildes."""
    case, rows, (title, stack, fields, trace, memory) = site(sheet, "fr", "it", "da")
    quotes = case.any_of(("« ", " »"), ('"', '"'), ("", ""))
    heading = lambda text: f"~~~ {text} ~~~"
    body = "\n".join(f"{key} : {value.join(quotes)}" if value else f"{key} :" for key, value in rows)
    chain = "\n".join(f"{number}) {name}" for number, name in enumerate(case.programs(), 1))
    values = "\n".join(f"{name} : {value.join(quotes)}" for name, value in case.values())
    return joined(heading(title), body, heading(stack) + "\n" + chain, heading(fields) + "\n" + values, memory, heading(trace) + "\n" + case.trace(cause=0.1), between="\n")


@SET.document
def quay_lands_leaders(sheet):
    """Items with leaders to their values, all headings in capitals between rules; no trace, but the exception among the items."""
    case, rows, (title, stack, fields, _, memory) = site(sheet, "de", "fr", "sv", "it", "es", "nl", "pt", "da")
    lead, width = case.any_of(".", "_", " ."), 40
    item = lambda key, value: f"{(key + ' ' + lead * width)[:width]}: {value}".rstrip()
    heading = lambda text: f"{'-' * 64}\n{text.upper()}\n{'-' * 64}"
    chain = "\n".join(f"   {name}" for name in case.programs())
    values = "\n".join(item(*pair) for pair in case.values())
    return joined(heading(title), "\n".join(item(*pair) for pair in rows), heading(stack), chain, heading(fields), values, memory, between="\n")
