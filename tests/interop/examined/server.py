"""The synthetic server: its nodes with their clocks, the records they write, and the dumps of programs that broke."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from .settings import drawn_value

EXCEPTION_TEXTS = {
    "java.lang.ArrayIndexOutOfBoundsException": "12",
    "java.lang.StringIndexOutOfBoundsException": "String index out of range: 3",
    "java.lang.NumberFormatException": 'For input string: "A1"',
}
EXCEPTIONS = ["java.lang.NullPointerException"] * 4 + [
    "java.lang.ArrayIndexOutOfBoundsException", "java.lang.StringIndexOutOfBoundsException",
    "java.lang.NumberFormatException", "mvx.runtime.MvxRuntimeException"]
TABLES = ["ICFCMD", "MITMAS", "OOLINE", "MITFAC", "CIDMAS", "CSYTAB"]
INTERCEPTOR = "\tat org.apache.cxf.phase.PhaseInterceptorChain.doIntercept(PhaseInterceptorChain.java:308)\n"
TRACE = ("\tat com.lawson.mws.m3.ProgramExecutor.execute(ProgramExecutor.java:{line})\n"
         "\tat com.lawson.mws.server.ServiceDispatcher.invoke(ServiceDispatcher.java:211)\n"
         "{more}\tat java.lang.Thread.run(Thread.java:745)")


@dataclass
class Record:
    """A record at its true moment. `role`: what it says of its trail; `file` and `line` once it is written."""
    moment: float
    level: str
    logger: str
    thread: str
    message: str
    trail: "Trail"
    role: str
    application: str
    node: str
    kept: bool = True
    file: str = None
    line: int = None

    @property
    def place(self):
        return self.file, self.line


@dataclass
class Dump:
    name: str
    path: str
    moment: float
    program: str
    user: str
    job: str
    company: str
    division: str
    panel: str
    at: datetime
    exception: str
    exception_text: str
    where: str
    program_type: str
    customer: bool
    call_stack: list
    fields: list
    environment: str = "M3BE_15.1_PRD"
    version: str = "15.1.2"
    file: str = None


@dataclass
class Trail:
    """What a call, or a user's session, leaves on the server."""
    number: int
    kind: str
    call: object
    program: str
    user: str
    moment: float
    node: "Node"
    dump: Dump = None

    @property
    def dump_is_there(self):
        return self.dump is not None and self.dump.file is not None


@dataclass
class Node:
    name: str
    skew: float
    free: list
    records: list = field(default_factory=list)


def with_trace(text, line=311, *, more=INTERCEPTOR):
    return f"{text}\n{TRACE.format(line=line, more=more)}"


class Server:
    def __init__(self, chance, settings, dialect, callers):
        self.chance, self.settings, self.dialect, self.callers = chance, settings, dialect, callers
        self.nodes = [Node(name, skew, [0.0] * settings.workers) for name, skew in settings.nodes]
        self.dumps, self.trails = [], []

    def clock(self, node, moment):
        """What the node's clock shows then."""
        return moment + node.skew + self.settings.drift * (moment - self.settings.start)

    def local(self, node, moment):
        zone = timedelta(minutes=self.settings.zone_minutes(moment))
        return datetime.fromtimestamp(self.clock(node, moment), timezone.utc).replace(tzinfo=None) + zone

    def trail(self, kind, call, program, user, moment, node):
        made = Trail(len(self.trails), kind, call, program, user, moment, node)
        self.trails.append(made)
        return made

    def record(self, node, moment, level, logger, thread, message, trail=None, role="noise", application=None):
        application = application or self.dialect.application
        made = Record(moment, level, logger, thread, message, trail, role, application, node.name)
        node.records.append(made)
        return made

    def job(self):
        if self.dialect.jobs == "number":
            return str(self.chance.randint(100000, 999999))
        return self.session()

    def session(self):
        return "".join(self.chance.choice("0123456789abcdef") for _ in range(32))

    def dump(self, moment, node, program, user, program_type, job=None):
        chance, dialect = self.chance, self.dialect
        if job is None:
            job = self.session() if program_type == "Interactive" else self.job()
        at = self.local(node, moment)
        name = dialect.dump_name.format(program=program, at=at, three=chance.randint(100, 999), user=user, job=job,
                                        two=chance.randint(0, 99))
        if any(dump.name == name for dump in self.dumps):
            name = name.replace(".", f"_{len(self.dumps)}.", 1)
        table, exception = chance.choice(TABLES), chance.choice(EXCEPTIONS)
        transaction = program.endswith("MI")
        panel = "" if transaction else f"{program}/{chance.choice('ABEFG')}"
        where = chance.choice([f"READ_DSP {table}", f"CHAIN {table}", f"WRITE {table}", ""])
        customer = chance.random() < 0.15
        fields = [(field, drawn_value(chance, "####")) for field in ("WWFACI", "WWWHLO", "IN60", "XXOPT2")]
        between = "\\" if "\\" in dialect.dump_folder else "/"
        made = Dump(name, dialect.dump_folder + between + name, moment, program, user, job, self.callers.company,
                    self.callers.division, panel, at, exception, EXCEPTION_TEXTS.get(exception, ""), where, program_type,
                    customer, ["MI" if transaction else "SYS", program], fields)
        self.dumps.append(made)
        return made

    def termination(self, dump, customer):
        """The words of an abnormal termination: documented is that they name program and dump, not how."""
        program, user, job = dump.program, dump.user, dump.job
        path = "" if self.dialect.without_path else dump.path
        name = ("customer." if customer else "") + program
        tells = f"Dump log created: {path}" if path else "Dump log created."
        below = f"Dump log created:\n{path}" if path else "Dump log created."
        line = self.chance.randint(50, 500)
        said = f"Abnormal termination of mvx.app.pgm.{name}"
        return [
            f"{said} {tells}",
            f"Abnormal termination of mvx.app.pgm [{name}] {tells}",
            f"m3.program {program}: {said}. {below}",
            f"Abnormal termination of mvx.app.pgm [{program}, {user}, {job}] {tells}",
            with_trace(f"com.lawson.mws.m3.M3ProgramException: {said}. {tells}", line, more=""),
            f"Error from m3.program [{said}] {tells}",
            f"Job {job} user {user}: {said}. {tells}",
            f"{said} [{tells}]",
            f"m3.program failed\n{said}\n{tells}",
        ][self.dialect.termination_form]

    def interactive_crash(self, moment, program, user):
        """A program that breaks under a user at a screen: its record and dump are like those of a call."""
        node = self.nodes[0]
        trail = self.trail("interactive", None, program, user, moment, node)
        trail.dump = self.dump(moment, node, program, user, "Interactive")
        thread = f"Interactive-{self.chance.randint(100, 999)}"
        message = self.termination(trail.dump, False)
        application = "M3BE" if self.chance.random() < 0.8 else None
        self.record(node, moment + 0.002, "ERROR", "mvx.runtime.Interactive", thread, message, trail, "termination",
                    application)

    def noise(self, end, calls):
        """Records of other parts of the grid."""
        chance = self.chance
        span = end - self.settings.start + 5
        times = chance.choice([0, 0.3, 1])
        for _ in range(int(min(600, times * calls)) + chance.randint(0, 5)):
            node = chance.choice(self.nodes)
            moment = self.settings.start - 2 + chance.random() * (span + 4)
            level, logger, thread, message, application = chance.choice(self._noises())
            self.record(node, moment, level, logger, thread, message, application=application)

    def _noises(self):
        level = "DEBUG" if self.settings.log_level == "debug" else "INFO"
        transfer = ("INFO", "com.lawson.grid.node.Node", "Grid-2", "Statistics: threads=88 heap=51%", None)
        if self.chance.random() < 0.25:
            transfer = ("ERROR", "com.intentia.ec.communication.SFTPOut", "MEC-3",
                        "com.jcraft.jsch.JSchException: Auth fail\n\tat com.jcraft.jsch.Session.connect(Session.java:512)"
                        "\n\tat com.intentia.ec.communication.SFTPOut.send(SFTPOut.java:144)", "MEC")
        clean_up = ("NOTE", "com.lawson.grid.util.Timer", "Timer-0", "Tick", "GridCore")
        if self.chance.random() < 0.15:
            clean_up = ("ERROR", "com.lawson.grid.jobs.Scheduler", "Scheduler-1",
                        "Job cleanup failed\njava.lang.NullPointerException"
                        "\n\tat com.lawson.grid.jobs.Cleanup.run(Cleanup.java:44)", "GridCore")
        return [
            ("NOTE", "com.lawson.grid.node.Node", "Grid-1", "Heartbeat ok", None),
            ("INFO", "com.lawson.grid.node.properties.PropertyManager", "Grid-1", "Property refresh done", None),
            ("WARN", "com.lawson.grid.router.Router", "Router-4", "Connection reset by peer 10.1.4.7:51234", "Router"),
            ("INFO", "com.intentia.mc.command.RunCmd", "MNE-12", "RUN/CRS610 user JDOE", "MNE"),
            (level, "com.lawson.grid.session.SessionCache", "Session-2", "Session validated for user JDOE", None),
            transfer,
            clean_up,
        ]
