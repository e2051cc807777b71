"""What synthetic records are made of."""

import datetime
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
MESSAGES = [
    "Session {n} created for {u}", "Unable to execute MPD!", "Read {n} rows from MITMAS in {m} ms", "panel E of CRS008 was sent",
    "Retrying in {m} s", "Begin transaction", "Commit", "JDBC pool: {n} active, {m} idle", '<request id="{n}"/>', "OK",
    "User {u} has logged off", "HTTP 500 from upstream", "Cleared cache", "stopped", "Value '{n}' is out of range (0..{m})",
    "[{n}] done", "key=value n={n}", "timeout after {n} ms: host=mvx01.example.com, port={n}", "{u}: login from 10.1.2.{m}",
    "Calling MI program MMS200MI transaction GetItmBasic for CONO=100 DIVI=AAA", "Transaction {n} - rolled back", "a;b;c;{n}",
    "Started | {n} | {m}", "ERROR in step {m}: see the log of {u}", "No WARN was given", "Queue length is now {m} (max {n})",
    "SELECT MMITNO, MMITDS FROM MVXJDTA.MITMAS WHERE MMCONO = {n} AND MMSTAT >= '20'", "Next run at 2024-03-01 12:00:00",
    "File C:\\Temp\\out_{n}.xml was written, {m} bytes", "GET /m3api-rest/execute/MMS200MI/Get?ITNO=A{n} -> 200", "(none)",
    "Lock on ITNO A{n} was held for {m}.5 s by job {n}/{u}/QPADEV0001", "2 of {m} done", "{m}% complete", "-> enter",
    "Größe der Datei: {n} Bytes", "<- leave rc=0", "message {n} to mhs://bpc/doc ({m} kB) was sent"]
# Lines below a message's first; some begin as heads of other layouts do.
BELOW = [
    ["<MPD>", '  <step n="1" program="CRS008"/>', "</MPD>"], ["a;b;c", "1;2;3"], ["- one", "- two", "- three"],
    ['<?xml version="1.0" encoding="UTF-8"?>', "<SyncItem>", " <CreationDateTime>2023-11-30T10:00:00Z</CreationDateTime>",
     " <ID>A100</ID>", "</SyncItem>"],
    ["{", '  "item": "A100",', '  "level": "high",', '  "when": "2023-11-30T10:00:00Z"', "}"],
    ["  second line of it", "", "  third"], ["SELECT MMITNO", "  FROM MVXJDTA.MITMAS", " WHERE MMCONO = 100"],
    ["  2023-11-30 10:00:00,000 ERROR [old] an older record that was quoted", "  2023-11-30 10:00:01,000 INFO  [old] and one more"],
    ["    at first it was empty", "    then it was not"], ["Content-Type: text/xml", "Content-Length: 123", "", "<a/>"],
    ["<Date>", "2023-11-30 10:00:00", "</Date>"]]
LOGGERS = {"java": ["com.lawson.m3.mne.Session", "com.lawson.m3.mne.Router", "com.infor.ec.In", "com.intentia.ec.db.Pool",
                    "org.apache.cxf.phase.PhaseInterceptorChain"],
           "dotnet": ["Infor.Ifs.Service", "Infor.Ifs.Store.Sql", "Microsoft.Hosting.Lifetime", "Infor.Ion.Connect"],
           "script": ["app.db", "app.http", "worker", "urllib3.connectionpool"]}
THREADS = {"java": ["main", "http-nio-8080-exec-1", "http-nio-8080-exec-12", "pool-2-thread-1", "RMI TCP Connection(3)-10.0.0.1",
                    "WorkManager-7"],
           "dotnet": ["1", "12", "17", "4"], "script": ["MainThread", "Thread-1", "ThreadPoolExecutor-0_0"]}
THROWN = {"java": [("java.lang.NullPointerException", 'Cannot invoke "String.trim()" because "itno" is null'),
                   ("com.intentia.mpm.MPMException", "Could not connect to server: m3be.example.com:1234"),
                   ("java.sql.SQLException", "[SQL0913] Row or object MITMAS in MVXJDTA type *FILE in use."),
                   ("java.net.SocketTimeoutException", "Read timed out")],
          "dotnet": [("System.NullReferenceException", "Object reference not set to an instance of an object."),
                     ("System.TimeoutException", "The operation has timed out.")]}
FRAMES = {"java": ["\tat com.lawson.m3.Session.run(Session.java:12)", "\tat com.infor.ec.Pool$1.<init>(Pool.java:331)",
                   "\tat sun.nio.ch.SocketDispatcher.read0(Native Method)", "\tat com.intentia.mws.Worker.call(Unknown Source)"],
          "dotnet": ["   at Infor.Ifs.Store.Open() in C:\\agent\\Service.cs:line 12", "   at Infor.Ifs.Service.Get(String id)",
                     "   at Infor.Ifs.Service.Run(Object state)"]}
# How many records, and at most how many milliseconds between two.
SITUATIONS = {"five": (5, 30_000), "many": (600, 60_000), "one level": (60, 30_000), "one second": (80, 0), "midnight": (100, 4000),
              "new year": (100, 8000)}
BEGINNINGS = {"midnight": datetime.datetime(2024, 1, 17, 23, 58, 5), "new year": datetime.datetime(2023, 12, 31, 23, 55, 5),
              "one second": datetime.datetime(2024, 5, 23, 9, 7, 33)}


class Rec:
    """One record: when, how bad (0 to 5), from where, and what it says."""

    def __init__(self, nth, when, chance, situation, kind, single):
        self.i, self.when, self.chance = nth, when, chance
        self.level = 2 if situation == "one level" else chance.choices(range(6), [5, 20, 50, 12, 12, 1])[0]
        self.thread, self.logger = chance.choice(THREADS[kind]), chance.choice(LOGGERS[kind])
        self.user, self.line = chance.choice(["ANNA01", "bob", "SVCMWS"]), chance.randrange(10, 900)
        self.pid = 4120 if chance.random() < 0.7 else 871
        self.message = chance.choice(MESSAGES).format(n=chance.randrange(1, 9999), m=chance.randrange(1, 60), u=self.user)
        self.trace, self.thrown = [], None
        draw = chance.random()
        if not single and draw < 0.05 and kind in THROWN:
            self.thrown, said = chance.choice(THROWN[kind])
            self.trace = [f"{self.thrown}: {said}", *chance.choices(FRAMES[kind], k=chance.randrange(2, 8))]
            if kind == "java" and chance.random() < 0.4:
                self.trace += ["Caused by: java.io.IOException: Connection reset by peer", FRAMES[kind][2], "\t... 12 more"]
        elif not single and draw < 0.15:
            self.message += "\n" + "\n".join(chance.choice(BELOW))

    def text(self):
        return "\n".join([self.message, *self.trace])

    def below(self):
        """The trace on lines of its own."""
        return "".join("\n" + line for line in self.trace)

    def zoned(self):
        return self.when.replace(tzinfo=ZONE)

    def millis(self):
        return int(self.zoned().timestamp() * 1000)


def records(chance, situation, kind, single):
    many, step = SITUATIONS[situation]
    when = BEGINNINGS.get(situation) or datetime.datetime(2024, 1, 17, chance.randrange(20), 3, 5)
    for nth in range(many):
        when += datetime.timedelta(microseconds=chance.randrange(step * 1000 + 1) if step else chance.randrange(1, 11_000))
        yield Rec(nth, when, chance, situation, kind, single)
