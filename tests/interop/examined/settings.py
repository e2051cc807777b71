"""What is drawn for a synthetic incident before anything happens in it: who calls what how often, whose clocks go wrong
by how much, and how its server writes logs and dumps."""

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from .dumps import NOTATIONS

DAY = 86_400
UTC = timezone.utc
WORDS = ("Stockholm Goteborg Linkoping North South Main Depot Returns Spare Parts Central Outlet Cold Store Assembly"
         " Paint Welding").split()
SERVICE_USERS = ["MWSUSR", "WSCALL", "INTUSR", "BIZTALK", "IPAUSR", "WEBSHOP"]
INTERACTIVE_USERS = ["JDOE", "ASMITH", "KLARSSON", "PMEIER", "MBERG", "TOLSEN"]


@dataclass(frozen=True)
class Service:
    """An operation of a web service. `fields`: the element, M3's field, and the pattern of its values."""
    name: str
    operation: str
    program: str
    fields: tuple
    through_panels: bool


def panels(name, operation, program, *fields):
    return Service(name, operation, program, fields, True)


def transaction(name, operation, program, *fields):
    return Service(name, operation, program, fields, False)


PANEL_SERVICES = [
    panels("Facility", "Create", "CRS008",
           ("Facility", "W1FACI", "A##"), ("FacilityName", "WWFACN", "words"), ("Warehouse", "WWWHLO", "###")),
    panels("Warehouse", "Add", "MMS005", ("Warehouse", "W1WHLO", "###"), ("WarehouseName", "WWWHNM", "words")),
    panels("CustomerOrder", "ChangeLine", "OIS101",
           ("OrderNumber", "W1ORNO", "00########"), ("LineNumber", "W1PONR", "###"), ("Quantity", "WBORQT", "##")),
    panels("MPD_PPS044_Add", "Add", "PPS044", ("Supplier", "W1SUNO", "######"), ("ItemNumber", "W1ITNO", "IT#####")),
    panels("PickListReporting", "Report", "MWS422",
           ("DeliveryNumber", "WWDLIX", "#######"), ("PackageNumber", "WWPANR", "P#####")),
    panels("PurchaseOrder", "Receive", "PPS300", ("PurchaseOrder", "WFPUNO", "71#####"), ("ReceivedQty", "WWRVQA", "##")),
    panels("ItemDescription", "Update", "MMS001", ("ItemNumber", "W1ITNO", "IT#####"), ("Name", "WWITDS", "words")),
    panels("ManufacturingOrder", "Close", "PMS050", ("Facility", "W1FACI", "A##"), ("MONumber", "W1MFNO", "00########")),
]
TRANSACTION_SERVICES = [
    transaction("CustomerMI", "GetBasicData", "CRS610MI", ("Company", None, "###"), ("CustomerNumber", "CUNO", "C#####")),
    transaction("ItemMaster", "GetItem", "MMS200MI", ("ItemNumber", "ITNO", "IT#####")),
    transaction("OrderLines", "AddLine", "OIS100MI",
                ("OrderNumber", "ORNO", "00########"), ("ItemNumber", "ITNO", "IT#####"), ("Quantity", "ORQT", "##")),
    transaction("ItemAlias", "AddAlias", "MMS025MI",
                ("ItemNumber", "ITNO", "IT#####"), ("AliasNumber", "POPN", "73###########")),
]
ZONES = ["UTC", "+60", "Europe/Stockholm", "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York",
         "Australia/Adelaide", "America/Los_Angeles", "+60", "Europe/Stockholm", "-210", "Pacific/Auckland"]


def drawn_value(chance, pattern):
    if pattern == "words":
        return " ".join(chance.sample(WORDS, 2))
    return "".join(str(chance.randint(0, 9)) if character == "#" else character for character in pattern)


class Settings:
    """How busy the server is, how its clocks go, what is recorded of the calls, and what goes wrong."""

    def __init__(self, chance):
        hour = chance.choice([7, 8, 9, 10, 11, 13, 14, 15, 16, 22, 23])
        day = datetime(2025, 1, 1, tzinfo=UTC).timestamp() + chance.randint(0, 600) * DAY
        self.start = day + hour * 3600 + chance.randint(0, 3599)
        self.traffic = chance.choices(["har", "none", "pcap", "saz", "har+pcap", "har+har"], [62, 12, 7, 7, 6, 6])[0]
        self.calls = int(math.exp(chance.uniform(math.log(12), math.log(400))))
        self.workers = chance.choice([1, 2, 4, 8, 16, 16])
        load = chance.choice([0.1, 0.3, 0.6, 0.9])
        self.mean_seconds = chance.choice([0.08, 0.2, 0.4, 1.0])
        self.rate = min(load * self.workers / self.mean_seconds, 20)
        if chance.random() < 0.3:
            self.rate = min(self.rate, 1 / chance.uniform(2, 40))
        self.node_count = chance.choices([1, 2], [80, 20])[0]
        self.zone = chance.choice(ZONES)
        self.skew_kind = chance.choices(["ms", "s", "min", "h"], [30, 35, 20, 15])[0]
        skews = {"ms": chance.uniform(-0.3, 0.3), "s": chance.uniform(-40, 40), "min": chance.uniform(-1200, 1200),
                 "h": chance.uniform(-3.5, 3.5) * 3600}
        self.skew = skews[self.skew_kind]
        self.drift = chance.choice([0, 0, 0, chance.uniform(-3, 3) / DAY])
        self.merged = chance.random() < 0.5
        self.nodes = [self._node(chance, number) for number in range(self.node_count)]
        self.log_level = chance.choices(["debug", "info", "errors"], [45, 35, 20])[0]
        self.dated = chance.choices([1, 0.5, 0.1, 0], [60, 12, 8, 20])[0]
        self.lost = chance.choices([0, 0.05, 0.12], [70, 20, 10])[0]
        self.cut = chance.choices([None, "start", "end"], [76, 12, 12])[0]
        self.failures = chance.choice([1, 2, 3, 4, 5, 6, 8])
        self.burst = chance.random() < 0.3
        self.interactive = chance.choice([0, 0, 1, 2, 3])
        self.own_job_thread = chance.random() < 0.06

    def _node(self, chance, number):
        name = chance.choice(["node", "mwshost", "m3app", "grid"]) + str(number + 1)
        if number == 0:
            return name, self.skew
        if self.merged:
            return name, self.skew + chance.uniform(-0.02, 0.02)
        return name, self.skew + (chance.uniform(-0.4, 0.4) if chance.random() < 0.7 else chance.uniform(-5, 5))

    def zone_minutes(self, moment):
        if self.zone == "UTC":
            return 0
        if self.zone[0] in "+-":
            return int(self.zone)
        return int(datetime.fromtimestamp(moment, ZoneInfo(self.zone)).utcoffset().total_seconds() // 60)


class Dialect:
    """How the server writes: the words of its records, its threads, the names of its dumps."""

    def __init__(self, chance):
        self.start = chance.choice([
            "Request received: service={service} operation={operation} user={user}",
            "Invoking operation {operation} on service {service} for user {user}",
            "--> {service}.{operation} [{user}]",
            "Start executing web service {service}/{operation}",
            "{service}#{operation} called by {user} company {company} division {division}",
            "POST /mws-ws/services/{service} operation {operation} principal={user} remote=10.1.{third}.{fourth}",
        ])
        self.end = chance.choice([
            "Request {service}.{operation} completed in {millis} ms",
            "<-- {service}.{operation} {outcome} {millis} ms",
            "Operation {operation} finished, elapsed={millis}ms",
            "Response sent for {service}/{operation}",
        ])
        self.values_form = chance.randint(0, 3)
        self.termination_form = chance.randint(0, 8)
        self.fault_form = chance.choices([0, 1, 2, 3, 4], [23, 23, 23, 23, 8])[0]
        self.thread = chance.choice(["http-worker-{i}", "MWS-{i}", "qtp73654-{i}", "pool-3-thread-{i}", "Thread-{i}",
                                     "WorkerThread #{i}", "{i}"])
        self.application = chance.choice(["MWS", "M3WebServices", "MWS_PRD"])
        self.dispatcher, self.executor, self.fault_handler = chance.choice([
            ("com.lawson.mws.server.ServiceDispatcher", "com.lawson.mws.m3.ProgramExecutor",
             "com.lawson.mws.server.FaultHandler"),
            ("com.lawson.lws.server.Dispatcher", "com.lawson.lws.m3.program.M3Program",
             "com.lawson.lws.server.Dispatcher"),
            ("com.infor.mws.runtime.WebService", "com.infor.mws.m3.program",
             "org.apache.cxf.phase.PhaseInterceptorChain"),
        ])
        # Nothing hangs on this one any more; without it every seed would give another incident.
        chance.randint(0, 3)
        self.dump_folder = chance.choice([
            "/M3BE1512/env/M3BE_15.1_PRD/dumps",
            "D:\\Infor\\M3BE\\env\\M3BE_15.1_PRD\\dumplog",
            "/opt/infor/LifeCycle/host/grid/M3/grids/PRD/applications/M3BE_PRD/dump",
            "/QIBM/M3BE/PRD/log/dump",
        ])
        self.dump_name = chance.choice([
            "{program}_{at:%Y%m%d}_{at:%H%M%S}_{three}.log",
            "{program}-{user}-{job}.txt",
            "dump{at:%y%m%d%H%M%S}{two:02d}.dmp",
            "DUMP_{job}_{program}.log",
            "{program}_{at:%Y%m%d%H%M%S}{two:03d}.txt",
        ])
        self.small_users = chance.random() < 0.15
        self.with_domain = chance.random() < 0.2
        self.without_path = chance.random() < 0.12
        self.dumps_renamed = chance.random() < 0.15
        self.jobs = chance.choice(["number", "hexadecimal", "number"])
        names = [name for name in NOTATIONS if name != "event"] if chance.random() < 0.8 else list(NOTATIONS)
        self.notations = [chance.choice(names)] if chance.random() < 0.7 else chance.sample(names, 3)

    @property
    def names_job(self):
        """Whether the record of an abnormal termination names its job."""
        return self.termination_form in (3, 6)

    @property
    def values_name_user(self):
        return self.values_form == 0

    @property
    def start_names_user(self):
        return "{user}" in self.start


class Callers:
    """Who calls which services, and how much of it is seen from outside."""

    def __init__(self, chance):
        how_many = chance.choice([1, 1, 2, 3, 5])
        self.users = chance.sample(SERVICE_USERS, how_many)
        self.company = str(chance.choice([100, 200, 330, 780]))
        self.division = chance.choice(["AAA", "001", ""])
        self.services = chance.sample(PANEL_SERVICES, chance.randint(1, 4))
        self.services += chance.sample(TRANSACTION_SERVICES, chance.randint(0, 2))
        self.weights = [chance.uniform(0.3, 2) for _ in self.services]
        self.hidden = chance.choices([0, 0.3, 0.7], [75, 15, 10])[0]
        self.program_type = chance.choice(["Batch", "Interactive"])
        self.window = chance.choice([None] * 5 + [0.1, 0.25])
        self.period = chance.choice([None] * 7 + [1.0, 5.0, 30.0])
        self.without_authorization = chance.random() < 0.08
        self.without_bodies = chance.random() < 0.05

    def programs(self):
        return [service.program for service in self.services if service.through_panels]


def drawn(chance):
    """Settings, dialect and callers of an incident, and whether some of it is called by REST."""
    settings, dialect, callers = Settings(chance), Dialect(chance), Callers(chance)
    if chance.random() < 0.04 and settings.zone in ("Europe/Stockholm", "Europe/Berlin"):
        # The hour that comes twice.
        settings.start = datetime(2025, 10, 26, 0, chance.randint(20, 59), 0, tzinfo=UTC).timestamp()
    callers.rest = chance.random() < 0.3
    return settings, dialect, callers
