"""As customers' sites in other countries write: labels in their languages, each in a notation of its own."""

from . import loft_parts as parts
from .loft_case import Case
from .register import Register

SET = Register()
SWEDISH = {
    "program": ["Program", "Programnamn"],
    "panel": ["Panel", "Bild"],
    "user": ["Användare", "Användar-id"],
    "job": ["Jobb", "Jobb-id"],
    "company": ["Företag", "Bolag"],
    "division": ["Division"],
    "environment": ["Miljö", "M3-miljö"],
    "version": ["Version", "M3-version"],
    "at": ["Tidpunkt", "Tid för felet"],
    "date": ["Datum"],
    "time": ["Tid", "Klockslag"],
    "where": ["Felande operation", "Operation"],
    "operation": ["Operation"],
    "file": ["Fil", "Tabell"],
    "exception": ["Undantag"],
    "exception_message": ["Felmeddelande", "Meddelande"],
}
GERMAN = {
    "program": ["Programm", "Programmname"],
    "panel": ["Panel", "Bild"],
    "user": ["Benutzer", "Benutzer-ID", "Anwender"],
    "job": ["Job", "Jobnummer"],
    "company": ["Firma", "Unternehmen"],
    "division": ["Division", "Geschäftsbereich"],
    "environment": ["Umgebung", "M3-Umgebung"],
    "version": ["Version", "M3-Version"],
    "at": ["Zeitpunkt", "Zeitpunkt des Fehlers"],
    "date": ["Datum"],
    "time": ["Uhrzeit"],
    "where": ["Fehlgeschlagene Operation", "Operation"],
    "operation": ["Operation"],
    "file": ["Datei", "Tabelle"],
    "exception": ["Ausnahme"],
    "exception_message": ["Fehlermeldung", "Meldung"],
}
FINNISH = {
    "program": ["Ohjelma"],
    "panel": ["Paneeli"],
    "user": ["Käyttäjä", "Käyttäjätunnus"],
    "job": ["Työ", "Työn tunnus"],
    "company": ["Yritys", "Yhtiö"],
    "division": ["Divisioona"],
    "environment": ["Ympäristö"],
    "version": ["Versio"],
    "at": ["Ajankohta", "Virheen aika"],
    "date": ["Päivämäärä"],
    "time": ["Kellonaika"],
    "where": ["Epäonnistunut operaatio", "Operaatio"],
    "operation": ["Operaatio"],
    "file": ["Tiedosto", "Taulu"],
    "exception": ["Poikkeus"],
    "exception_message": ["Virheilmoitus"],
}
DUTCH = {
    "program": ["Programma", "Programmanaam"],
    "panel": ["Paneel", "Scherm"],
    "user": ["Gebruiker", "Gebruikers-id"],
    "job": ["Taak", "Job"],
    "company": ["Bedrijf", "Bedrijfsnummer"],
    "division": ["Divisie"],
    "environment": ["Omgeving"],
    "version": ["Versie"],
    "at": ["Tijdstip", "Tijdstip van de fout"],
    "date": ["Datum"],
    "time": ["Tijd"],
    "where": ["Mislukte bewerking", "Bewerking"],
    "operation": ["Bewerking"],
    "file": ["Bestand", "Tabel"],
    "exception": ["Uitzondering"],
    "exception_message": ["Foutmelding", "Melding"],
}
SPANISH = {
    "program": ["Programa"],
    "panel": ["Panel", "Pantalla"],
    "user": ["Usuario", "ID de usuario"],
    "job": ["Trabajo", "Número de trabajo"],
    "company": ["Compañía", "Empresa"],
    "division": ["División"],
    "environment": ["Entorno"],
    "version": ["Versión"],
    "at": ["Fecha y hora", "Momento del error"],
    "date": ["Fecha"],
    "time": ["Hora"],
    "where": ["Operación fallida", "Operación"],
    "operation": ["Operación"],
    "file": ["Archivo", "Tabla"],
    "exception": ["Excepción"],
    "exception_message": ["Mensaje de error", "Mensaje"],
}
PORTUGUESE = {
    "program": ["Programa"],
    "panel": ["Painel", "Tela"],
    "user": ["Usuário", "Utilizador"],
    "job": ["Tarefa", "Job"],
    "company": ["Empresa", "Companhia"],
    "division": ["Divisão"],
    "environment": ["Ambiente"],
    "version": ["Versão"],
    "at": ["Data e hora", "Momento da falha"],
    "date": ["Data"],
    "time": ["Hora"],
    "where": ["Operação com falha", "Operação"],
    "operation": ["Operação"],
    "file": ["Arquivo", "Tabela"],
    "exception": ["Exceção"],
    "exception_message": ["Mensagem de erro", "Mensagem"],
}
POLISH = {
    "program": ["Program", "Nazwa programu"],
    "panel": ["Panel", "Ekran"],
    "user": ["Użytkownik", "Identyfikator użytkownika"],
    "job": ["Zadanie", "Numer zadania"],
    "company": ["Firma", "Numer firmy"],
    "division": ["Oddział", "Dywizja"],
    "environment": ["Środowisko"],
    "version": ["Wersja"],
    "at": ["Data i godzina", "Czas błędu"],
    "date": ["Data"],
    "time": ["Godzina"],
    "where": ["Nieudana operacja", "Operacja"],
    "operation": ["Operacja"],
    "file": ["Plik", "Tabela"],
    "exception": ["Wyjątek"],
    "exception_message": ["Komunikat błędu", "Komunikat"],
}


def with_near(case, words, near, **more):
    """Facts in a language, at times with what stands near to one of them."""
    number = "Jobnummer", "Número de trabajo", "Numer zadania"
    if len(case.truth.job) > 6:
        words = {**words, "job": [word for word in words["job"] if word not in number]}
    pairs = case.facts(words, near=0, **more)
    style = more.get("style", str)
    for label, value in case.chance.sample(near, case.chance.randint(0, 2)):
        pairs.insert(case.chance.choice([0, len(pairs)]), (style(label), value))
    return pairs


@SET.document
def loft_swedish(sheet):
    """Headings with rules below, colons."""
    case = Case(sheet, "sv")
    head = lambda name: f"{name}\n{'-' * len(name)}"
    near = [("Föregående användare", "BOLSEN"), ("Föregående version", "15.1.1"), ("Utskrivet", "2026-02-03 07:15"), ("Företagsnamn", "Exempel AB"), ("Nästa program", "MMS015")]
    pairs = "\n".join(f"{key}: {value}" for key, value in with_near(case, SWEDISH, near))
    stack = f"{head('Programstack')}\n" + "\n".join(parts.programs(case)) if parts.some(case) else ""
    values = f"{head('Fältvärden')}\n" + "\n".join(f"{name}: {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined(f"{head('Dump av program')}\n{pairs}", stack, values, f"{head('Stackspår')}\n{parts.trace(case)}")


@SET.document
def loft_german(sheet):
    """Dots up to the colon."""
    case = Case(sheet, "de")
    near = [("Vorheriger Benutzer", "BOLSEN"), ("Vorherige Version", "15.1.1"), ("Gedruckt am", "03.02.2026 07:15:00"), ("Firmenname", "Beispiel GmbH"), ("Java-Version", "17.0.9")]
    pairs = "\n".join(f"{key + ' ':.<30}: {value}" for key, value in with_near(case, GERMAN, near))
    stack = f"Programmstapel ...............: {' > '.join(parts.programs(case))}" if parts.some(case) else ""
    values = "*** Feldinhalte ***\n" + "\n".join(f"{name + ' ':.<30}: {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("*** Programmabbruch ***", pairs + ("\n" + stack if stack else ""), values, f"*** Java-Aufrufliste ***\n{parts.trace(case)}")


@SET.document
def loft_finnish(sheet):
    """Keys in capitals, equals signs with blanks."""
    case = Case(sheet, "fi")
    near = [("Edellinen käyttäjä", "BOLSEN"), ("Edellinen versio", "15.1.1"), ("Tulostettu", "3.2.2026 7:15:00"), ("Yrityksen nimi", "Esimerkki Oy"), ("Java-versio", "17.0.9")]
    pairs = "\n".join(f"{key:<26} = {value}" for key, value in with_near(case, FINNISH, near, style=str.upper))
    stack = "OHJELMAPINO\n" + "\n".join(f"  {name}" for name in parts.programs(case)) if parts.some(case) else ""
    values = "KENTTIEN ARVOT\n" + "\n".join(f"  {name:<24} = {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("OHJELMAN VEDOS", pairs, stack, values, f"PINOJÄLJITYS\n{parts.trace(case)}")


@SET.document
def loft_dutch(sheet):
    """A table of bars without outer ones."""
    case = Case(sheet, "nl")
    near = [("Vorige gebruiker", "BOLSEN"), ("Vorige versie", "15.1.1"), ("Afgedrukt op", "2026-02-03 07:15"), ("Bedrijfsnaam", "Voorbeeld BV"), ("Volgend programma", "MMS015")]
    pairs = "\n".join(f"{key:<26}| {value}" for key, value in with_near(case, DUTCH, near))
    values = f"{'Veld':<26}| Waarde\n{'-' * 26}+{'-' * 24}\n" + "\n".join(f"{name:<26}| {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined(f"Programmadump\n{'=' * 50}", pairs, values, f"Stacktrace\n{'=' * 50}\n{parts.trace(case)}")


@SET.document
def loft_spanish(sheet):
    """Bullets below sections in brackets."""
    case = Case(sheet, "es")
    near = [
        ("Usuario anterior", "BOLSEN"),
        ("Versión anterior", "15.1.1"),
        ("Impreso el", "2026-02-03 07:15:00"),
        ("Nombre de la compañía", "Ejemplo SA"),
        ("Versión de Java", "17.0.9"),
    ]
    pairs = "\n".join(f"  * {key}: {value}" for key, value in with_near(case, SPANISH, near))
    stack = f"  * Pila de programas: {' -> '.join(parts.programs(case))}" if parts.some(case) else ""
    values = "[Valores de los campos]\n" + "\n".join(f'  * {name} = "{value}"' for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined(f"[Volcado del programa]\n{pairs}" + ("\n" + stack if stack else ""), values, f"[Traza de la pila]\n{parts.trace(case)}")


@SET.document
def loft_portuguese(sheet):
    """Semicolons between key and value as a spreadsheet saves them."""
    case = Case(sheet, "pt")
    near = [
        ("Usuário anterior", "BOLSEN"),
        ("Versão anterior", "15.1.1"),
        ("Impresso em", "2026-02-03 07:15:00"),
        ("Nome da empresa", "Exemplo SA"),
        ("Próximo programa", "MMS015"),
    ]
    pairs = "\n".join(f"{key};{value}" for key, value in with_near(case, PORTUGUESE, near, thrown=0))
    values = "Campo;Valor\n" + "\n".join(f"{name};{value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("Dump do programa", pairs, values, f"Rastreamento de pilha\n{parts.trace(case)}")


@SET.document
def loft_polish(sheet):
    """Keys lined up on the right, a colon, the value."""
    case = Case(sheet, "pl")
    near = [
        ("Poprzedni użytkownik", "BOLSEN"),
        ("Poprzednia wersja", "15.1.1"),
        ("Wydrukowano", "2026-02-03 07:15:00"),
        ("Nazwa firmy", "Przykład SA"),
        ("Następny program", "MMS015"),
    ]
    pairs = "\n".join(f"{key:>28} : {value}" for key, value in with_near(case, POLISH, near))
    stack = f"{'Stos programów':>28} : {' -> '.join(parts.programs(case))}" if parts.some(case) else ""
    values = "Wartości pól\n" + "\n".join(f"{name:>28} : {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("Zrzut programu", pairs + ("\n" + stack if stack else ""), values, f"Ślad stosu\n{parts.trace(case)}")


@SET.document
def loft_bilingual(sheet):
    """Two languages in each label."""
    case = Case(sheet, "de")
    english = {
        "program": "Program",
        "panel": "Panel",
        "user": "User",
        "job": "Job",
        "company": "Company",
        "division": "Division",
        "environment": "Environment",
        "version": "Version",
        "at": "Time of failure",
        "date": "Date",
        "time": "Time",
        "where": "Failed operation",
        "operation": "Operation",
        "file": "File",
        "exception": "Exception",
        "exception_message": "Message",
    }
    both, between = {}, case.chance.choice([" / ", " (", "/"])
    for field, words in GERMAN.items():
        word = words[0]
        both[field] = [word if word == english[field] else f"{word}{between}{english[field]}{')' if between == ' (' else ''}"]
    pairs = "\n".join(f"{key}: {value}" for key, value in case.facts(both, near=0))
    values = "Feldwerte / Field values\n" + "\n".join(f"{name}: {value}" for name, value in parts.fields(case)) if parts.some(case) else ""
    return parts.joined("Programmabbruch / Abnormal termination", pairs, values, f"Aufrufliste / Stack trace\n{parts.trace(case)}")
