"""An administrator of Windows and .NET: the event viewer, error reports, PowerShell's lists and its XML, the registry."""

import datetime
from xml.sax.saxutils import escape

from .quay_case import Case, aligned, at, joined
from .register import Register

SET = Register()


@SET.document
def quay_windows_event(sheet):
    """An event as the viewer copies it: its own user and computer, the dump in the description."""
    case = Case(sheet, clock=("american", "iso", "us"), jobs=("number", "hex"))
    pairs = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("M3 user", "user"), ("Job ID|M3 job", "job"), ("Company", "company"), ("Division", "division"),
        ("M3 environment", "environment"), ("M3 version", "version"), ("Time of failure|Failed at", "at"), ("Failed operation", "where"),
        ("Windows version", "=10.0.20348"), empty=0.2,
    )
    if "at" not in case.truth.stated:
        # The event's own time is as good then.
        case.leave_open("at")
    logged = case.truth.at + datetime.timedelta(seconds=2)
    head = [("Log Name", "Application"), ("Source", "Infor M3 BE"), ("Date", f"{logged:%Y-%m-%d %H:%M:%S}"), ("Event ID", "4099"),
            ("Task Category", "None"), ("Level", "Error"), ("Keywords", "Classic"), ("User", "N/A"), ("Computer", "M3SRV04.corp.example.com")]
    text = "\n".join(f"{key}: {value}".rstrip() for key, value in pairs)
    return joined(
        "\n".join(f"{f'{key}:':<15}{value}" for key, value in head),
        f"Description:\nA program of M3 Business Engine terminated abnormally.\n\n{text}\n\n{case.trace(indent='   ')}",
        between="\n",
    )


@SET.document
def quay_windows_report(sheet):
    """A Report.wer: names and values are lines of their own that belong together by number."""
    case = Case(sheet, clock=("iso", "milli"), jobs=("number",))
    facts = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("User ID|M3 User", "user"), ("Job Number", "job"), ("Company", "company"), ("Division", "division"),
        ("Environment", "environment"), ("M3 Version", "version"), ("Time of Failure", "at"), ("Failed Operation", "where"),
        ("Exception", "exception"), ("Exception Message", "exception_message"), empty=0,
    )
    lines = ["Version=1", "EventType=M3AbnormalEnd", "ReportType=2", "Consent=1", "ReportIdentifier=7d0c51ab-9b1f-11ee-8c90-00155d0a4b1c"]
    lines += [line for place, (key, value) in enumerate(facts) for line in (f"Sig[{place}].Name={key}", f"Sig[{place}].Value={value}")]
    own = [("OS Version", "10.0.17763.2.0.0.272.7"), ("Locale ID", "1033")]
    lines += [line for place, (key, value) in enumerate(own, 1) for line in (f"DynamicSig[{place}].Name={key}", f"DynamicSig[{place}].Value={value}")]
    lines += ["UI[2]=C:\\Infor\\M3BE\\bin\\m3node.exe", "AppName=M3 Business Engine node", "AppPath=C:\\Infor\\M3BE\\bin\\m3node.exe"]
    return "\n".join(lines) + "\n"


@SET.document
def quay_windows_list(sheet):
    """Format-List: aligned names; a long value goes on beneath where it began."""
    case = Case(sheet, clock=("american", "iso", "us"), jobs=("hex", "number"))
    pairs = case.rows(
        ("ProgramName|Program", "program"), ("Panel|PanelId", "panel"), ("UserName|M3User", "user"), ("JobId", "job"), ("Company", "company"),
        ("Division", "division"), ("Environment", "environment"), ("M3Version", "version"), ("PSVersion", "=5.1.17763.1007"), ("FailedAt|TimeOfFailure", "at"),
        ("FailedOperation", "where"), ("CreationTime", "=1/2/2015 4:00:13 AM"), ("Exception", "exception"), ("ExceptionMessage", "exception_message"),
    )
    pairs += [("CallStack", "{" + ", ".join(case.programs()) + "}")] if case.likely() else []
    width = max(len(key) for key, _ in pairs) + 1
    lines = [f"{key:<{width}}: {value}".rstrip() for key, value in pairs]
    traced = [at(one) for one in case.frames()]
    lines += [f"{'StackTrace' if not place else '':<{width}}{': ' if not place else '  '}{line}" for place, line in enumerate(traced)]
    values = aligned([(name, value) for name, value in case.values()], " ", width=20)
    table = f"{'Name':<20} Value\n{'----':<20} -----\n{values}"
    return f"PS C:\\Temp> Get-M3Dump -Last 1 | Format-List *\n\n\n{joined(chr(10).join(lines))}\n\nPS C:\\Temp> (Get-M3Dump -Last 1).Fields\n\n{table}\n\n"


@SET.document
def quay_windows_clixml(sheet):
    """Export-Clixml: each value an element of its type, the name in an attribute."""
    case = Case(sheet, clock=("z", "offset"), jobs=("hex",))
    facts = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("User", "user"), ("JobId", "job"), ("Company", "company"), ("Division", "division"),
        ("Environment", "environment"), ("M3Version", "version"), ("FailedOperation", "where"), ("Exception", "exception"),
        ("ExceptionMessage", "exception_message"), ("ClrVersion", "=4.0.30319.42000"), empty=0,
    )
    lines = [f'      <S N="{key}">{escape(value)}</S>' for key, value in facts]
    if case.has("at"):
        lines.insert(case.chance.randint(0, len(lines)), f'      <DT N="FailedAt">{case.say("at")}</DT>')
    lines += [f'      <Nil N="{name}" />' for name, field in (("Panel", "panel"), ("Job", "job")) if not case.has(field)]
    lines.append('      <I32 N="ProcessId">4188</I32>')
    values = [f'          <En>\n            <S N="Key">{name}</S>\n            <S N="Value">{value}</S>\n          </En>' for name, value in case.values()]
    return "\n".join(
        [
            '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">',
            '  <Obj RefId="0">',
            '    <TN RefId="0">\n      <T>M3.AbnormalTermination</T>\n      <T>System.Object</T>\n    </TN>',
            "    <Props>",
            *lines,
            '      <Obj N="Fields" RefId="1">\n        <DCT>',
            *values,
            "        </DCT>\n      </Obj>",
            "    </Props>",
            "  </Obj>",
            "</Objs>",
        ]
    ) + "\n"


@SET.document
def quay_windows_registry(sheet):
    """An exported branch of the registry: keys in brackets, names and values in quotes, backslashes doubled, numbers as dword."""
    case = Case(sheet, clock=("iso", "z"), jobs=("number", "hex"))
    case.with_user_as(case.any_of("{}", "CORP\\{}"))
    truth = case.truth
    facts = case.rows(
        ("Program", "program"), ("Panel", "panel"), ("User|M3User", "user"), ("JobId", "job"), ("Company", "company"), ("Division", "division"),
        ("Environment", "environment"), ("M3Version", "version"), ("FailedAt|TimeOfFailure", "at"), ("FailedOperation", "where"),
        ("Exception", "exception"), ("ExceptionMessage", "exception_message"), shuffled=True, empty=0,
    )
    if "user" in truth.stated:
        truth.say("user", truth.user.replace("\\", "\\\\"))
    if "exception_message" in truth.stated:
        truth.say("exception_message", truth.exception_message.replace('"', '\\"'))
    line = lambda key, value: f'"{key}"="' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    lines = [*(line(key, value) for key, value in facts), '"ExitCode"=dword:00000063', '"LastReboot"="2015-03-01 02:00:11"', '"ChangedBy"="HPETER"']
    root = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Infor\\M3BE"
    values = "\n".join(line(name, value) for name, value in case.values())
    return joined(
        "Windows Registry Editor Version 5.00",
        f'[{root}]\n@="M3 Business Engine"\n"JavaVersion"="1.8.0_371"',
        f"[{root}\\LastDump]\n" + "\n".join(lines),
        f"[{root}\\LastDump\\Fields]\n{values}",
    )
