"""Databases, Windows and .NET, IBM i, scripts, Go and Rust, syslog and brokers."""

from .notation import PYTHON, SMALL, LOG4J, at, layout, line, names

ONE = {"asks": "?thread ?logger", "single": True}
line("nginx", "{year}/{mm}/{dd} {time} [{level}] {pid}#{pid}: *{i} {text}", 0, ["debug", "debug", "notice", "warn", "error", "crit"], **ONE)
line("Apache 2.4", "[{day} {month} {dd} {time}.{us} {year}] [core:{level}] [pid {pid}:tid 1407] [client 10.1.2.3:4{line}] {text}", 6,
     ["trace1", "debug", "notice", "warn", "error", "crit"], **ONE)
line("Apache 2.2", "[{day} {month} {dd} {time} {year}] [{level}] [client 10.1.2.3] {text}", 0,
     ["debug", "debug", "notice", "warn", "error", "crit"], **ONE)
line("SQL Server", "{iso}.{cs} spid{line:<7} {text}", 2, None, encoding="utf-16", **ONE)
line("PostgreSQL", "{iso}.{ms} {zone} [{pid}] m3@m3db {level}:  {text}", 3, ["DEBUG1", "LOG", "LOG", "WARNING", "ERROR", "FATAL"], "local", **ONE)
line("MySQL", "{isot}.{us}Z {i} [{level}] [MY-010{line}] [Server] {text}", 6, ["Note", "Note", "Note", "Warning", "Error", "Error"], "Z", **ONE)
line("MongoDB", "{isot}.{ms}{bare_offset} {level} NETWORK  [conn{i}] {text}", 3, ["D", "D", "I", "W", "E", "F"], "local", **ONE)
line("log4net", "{iso},{ms} [{thread}] {level:<5} {logger} - {text}", 3, kind="dotnet",
     told="%date [%thread] %-5level %logger - %message%newline")
line("log4net with a context", "{iso},{ms} [{thread}] {level:<5} {logger} [(null)] - {text}", 3, kind="dotnet",
     told="%date [%thread] %-5level %logger [%property{NDC}] - %message%newline")
line("NLog", "{iso}.{four}|{level}|{logger}|{text}", 4, asks="logger", kind="dotnet")
line("NLog with threads", "{iso}.{four} {level:<5} {thread} {logger} {text}", 4, kind="dotnet")
SERILOG = ["VRB", "DBG", "INF", "WRN", "ERR", "FTL"]
line("Serilog", "{iso}.{ms} {offset} [{level}] {text}", 3, SERILOG, "local", asks="", kind="dotnet")
line("Serilog with a context", "{iso}.{ms} {offset} [{level}] [{logger}] {text}", 3, SERILOG, "local", asks="logger", kind="dotnet")
line("Serilog console", "[{time} {level}] {text}", 0, SERILOG, date=False, asks="", kind="dotnet")
line("columns of a .NET service", "{iso}.{four} | {level:<5} | {thread:>3} | {logger} | IFS | {user} | {text}", 4, kind="dotnet")
line("component based servicing", "{iso}, {level:<21} CBS    {text}", 0, ["Info", "Info", "Info", "Warning", "Error", "Error"], **ONE)
line("Python", "{iso},{ms} - {logger} - {level} - {text}", 3, PYTHON, asks="logger", kind="script")
line("Python without times", "{level}:{logger}:{text}", 0, PYTHON, date=False, asks="logger", kind="script")
line("Python threads", "{iso} {level} {thread} {short}.py:{line} {text}", 0, PYTHON, asks="thread ?logger", kind="script")
line("Gunicorn", "[{iso} {bare_offset}] [{pid}] [{level}] {text}", 0, PYTHON, "local", asks="?thread ?logger", kind="script")
line("Celery", "[{iso},{ms}: {level}/{thread}] {text}", 3, PYTHON, asks="thread ?logger", kind="script")
line("Loguru", "{iso}.{ms} | {level:<8} | {logger}:run:{line} - {text}", 3, PYTHON, asks="?thread ?logger", kind="script")
line("winston", "{isot}.{ms}Z [{logger}] {level}: {text}", 3, ["silly", "debug", "info", "warn", "error", "error"], "Z", asks="logger",
     kind="script")
line("log4js", "[{isot}.{ms}] [{level}] {logger} - {text}", 3, asks="logger", kind="script")
line("zap", "{isot}.{ms}{bare_offset}\t{level}\t{logger}\tapp/main.go:{line}\t{text}", 3,
     ["DEBUG", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], "local", asks="?thread logger", single=True)
line("klog", "{level}{mm}{dd} {time}.{us} {pid:>7} main.go:{line}] {text}", 6, ["I", "I", "I", "W", "E", "F"], date=False,
     asks="?thread ?logger", kind="script")
line("Go", "{year}/{mm}/{dd} {time} {text}", 0, None, asks="", single=True)
line("Rust's tracing", "{isot}.{us}Z {level:>5} {module}: {text}", 6, zone="Z", asks="?thread ?logger", kind="script")
line("Rust's env_logger", "[{isot}Z {level:<5} {module}] {text}", 0, zone="Z", asks="?thread ?logger", kind="script")
line("spdlog", "[{iso}.{ms}] [{short}] [{level}] {text}", 3, SMALL, asks="logger", short=True)
line("journal", "{month} {dd} {time} m3app01 m3-grid[{pid}]: {text}", 0, None, date=False, **{**ONE, "asks": "?thread ?logger ?level"})
line("journal, ISO", "{isot}{bare_offset} m3app01 m3-grid[{pid}]: {text}", 0, None, "local", **{**ONE, "asks": "?thread ?logger ?level"})
line("syslog 5424", '<134>1 {isot}.{ms}Z m3app01 m3grid {pid} ID47 [ctx@32473 user="{user}" cono="100"] {text}', 3, None, "Z",
     **{**ONE, "asks": "?thread ?logger ?level"})
line("RabbitMQ", "{iso}.{us}{offset} [{level}] <0.{line}.0> {text}", 6, SMALL, "local", asks="?thread ?logger")


@layout("Ruby", single=True)
def _ruby(rec):
    level = [*LOG4J[1:2], *LOG4J[1:]][rec.level]
    text = "[{isot}.{us} #{pid}] ".format(**names(rec))
    return f"{level[0]}, {text}{level:>5} -- app: {rec.message}", {"at": at(rec, 6), "level": level, "message": rec.message}


@layout("Db2", single=True)
def _db2(rec):
    level = ["Info", "Info", "Warning", "Warning", "Error", "Severe"][rec.level]
    minutes = int(rec.zoned().utcoffset().total_seconds() // 60)
    head = rec.when.strftime("%Y-%m-%d-%H.%M.%S.%f") + f"+{minutes:03d} I{rec.i * 500 + 1}E500{' ' * 10}LEVEL: {level}"
    below = f"PID     : {rec.pid}      TID : 140  PROC : db2sysc 0\nINSTANCE: db2inst1    NODE : 000   DB   : M3DB\nMESSAGE : {rec.message}"
    return f"{head}\n{below}\n", {"at": at(rec, 6, "local"), "level": level}


@layout("Oracle alert", single=True)
def _oracle(rec):
    below = "\nORA-00942: table or view does not exist" if rec.i % 6 == 2 else ""
    return "{isot}.{us}{offset}\n{message}".format(**names(rec)) + below, {"at": at(rec, 6, "local")}


@layout("Oracle alert, old", single=True)
def _oracle_old(rec):
    return "{day} {month} {dd} {time} {year}\n{message}".format(**names(rec)), {"at": at(rec, 0)}


@layout("job log", single=True, header="MSGID      TYPE                    SEV  DATE      TIME             FROM PGM     LIBRARY     INST\n")
def _job_log(rec):
    kind, severity = [("Information", "00"), ("Completion", "00"), ("Information", "00"), ("Diagnostic", "20"), ("Escape", "40"),
                      ("Escape", "50")][rec.level]
    head = f"{'CPF' + str(1000 + rec.line):<10} {kind:<23} {severity:<4} " + "{mm}/{dd}/{y}  {time}.{us}  QCMD".format(**names(rec))
    return f"{head}          QSYS        0195\n{' ' * 37}Message . . . . :   {rec.message}", {"at": at(rec, 6)}


@layout("event viewer as CSV", kind="dotnet", header="Level,Date and Time,Source,Event ID,Task Category\n")
def _events(rec):
    level = ["Verbose", "Verbose", "Information", "Warning", "Error", "Critical"][rec.level]
    head = "{m}/{d}/{year} {h12}:{min_s} {half},Infor IFS,{line},None".format(**names(rec))
    text = rec.text().replace('"', '""')
    return f'{level},{head},"{text}"', {"at": at(rec, 0), "level": level}


@layout("ASP.NET console", kind="dotnet")
def _aspnet(rec):
    level = ["trce", "dbug", "info", "warn", "fail", "crit"][rec.level]
    below = "\n".join("      " + text if text else text for text in rec.text().split("\n"))
    return f"{level}: {rec.logger}[{rec.line}]\n{below}", {"at": None, "level": level}


@layout("access log", single=True)
def _access(rec):
    head = "10.1.2.3 - {user} [{dd}/{month}/{year}:{time} {bare_offset}]".format(**names(rec))
    return f'{head} "GET /m3api-rest/execute/MMS200MI HTTP/1.1" 200 {rec.line} "-" "curl/8.5"', {"at": at(rec, 0, "local"), "logger": None}
