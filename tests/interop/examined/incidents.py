"""Makes synthetic incidents: a folder as somebody would send it, with logs, dumps and recorded calls, and its truth."""

import gzip
import math
import os
import random
from datetime import datetime, timedelta, timezone

from . import dumps, settings
from .calls import Calls
from .layouts import LAYOUTS
from .server import Server
from .settings import DAY, INTERACTIVE_USERS, TRANSACTION_SERVICES
from .traffic import Traffic
from .truth import Judge, Log, NodeClock, Truth, groups

KINDS = {"termination": 45, "definition": 10, "rest-nok": 5, "fault-of-m3": 9, "malformed": 4, "unauthorized": 4,
         "gateway": 4, "gateway-gave-up": 4, "refused": 3, "certificate": 2.5, "runtime": 6, "bad-transaction": 3,
         "client-gave-up": 3}
BY_REST_ALONE = ("rest-nok", "bad-transaction")
CONNECTOR_MESSAGES = [
    "INFO  com.intentia.ec.server.Server - The request was succesfully processed",
    "DEBUG com.intentia.ec.mapper.Mapper - Map com.infor.m3be15_item_out_ion_syncitem_1 started",
    "INFO  com.intentia.ec.communication.HTTPIn - Message received",
    "ERROR com.intentia.ec.utility.MeCError - Message could not be routed\n"
    "java.lang.IllegalStateException: no agreement\n\tat com.intentia.ec.server.Detector.detect(Detector.java:88)",
]


def http_date(moment):
    return datetime.fromtimestamp(math.floor(moment), timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")


class Incident:
    def __init__(self, seed):
        self.seed, self.chance = seed, random.Random(seed)
        self.settings, self.dialect, self.callers = settings.drawn(self.chance)
        self.server = Server(self.chance, self.settings, self.dialect, self.callers)
        maker = Calls(self.chance, self.server, self.settings, self.dialect, self.callers)
        plan = self._planned()
        self.end = plan[-1][0]
        maker.window = self._window(plan)
        for planned in plan:
            maker.make(*planned)
        self.calls = maker.made
        self._crashes_of_others()
        self.server.noise(self.end, len(self.calls))
        self._date()
        self._lose_records()
        self._draw_files()

    def _failing(self):
        """The numbers of the calls that fail, and in a burst the service that all of them call."""
        chance, calls, wanted = self.chance, self.settings.calls, self.settings.failures
        failing = sorted(chance.sample(range(calls), min(wanted, calls)))
        if not self.settings.burst:
            return failing, None
        if calls > wanted + 3:
            first, length = chance.randint(1, calls - wanted - 1), max(2, wanted // 2 + 1)
            failing = sorted({*range(first, first + length), *failing[length:]})
        return failing, chance.choice(self.callers.services)

    def _planned(self):
        """For each call when it is sent, how it ends, its service, whether by REST, and its user."""
        failing, of_burst = self._failing()
        moment, plan = self.settings.start, []
        for number in range(self.settings.calls):
            moment += self._gap(of_burst and number in failing and number - 1 in failing)
            plan.append((moment, *self._planned_call(number in failing, of_burst)))
        return plan

    def _gap(self, in_burst):
        gap = self.chance.expovariate(self.settings.rate)
        if self.callers.period:
            gap = max(0.001, self.callers.period + self.chance.gauss(0, 0.01))
        return self.chance.uniform(0.01, 0.4) if in_burst else gap

    def _planned_call(self, fails, of_burst):
        chance, callers, kind = self.chance, self.callers, "success"
        if fails:
            weights = [0 if kind in BY_REST_ALONE and not callers.rest else weight for kind, weight in KINDS.items()]
            kind = chance.choices(list(KINDS), weights)[0]
        service = chance.choices(callers.services, callers.weights)[0]
        if of_burst and fails and chance.random() < 0.85:
            kind, service = "termination", of_burst
        if kind in BY_REST_ALONE:
            service = chance.choice(TRANSACTION_SERVICES)
        if kind == "definition" and not service.through_panels:
            service = chance.choice([service for service in callers.services if service.through_panels])
        rest = kind in BY_REST_ALONE or (callers.rest and kind == "success" and not service.through_panels
                                         and chance.random() < 0.6)
        user = callers.users[0] if of_burst and fails else chance.choice(callers.users)
        return kind, service, rest, user

    def _window(self, plan):
        part, calls = self.callers.window, self.settings.calls
        if not part or calls < 40:
            return None
        first = self.chance.randint(0, int(calls * (1 - part)))
        return plan[first][0], plan[min(calls - 1, first + max(8, int(calls * part)))][0]

    def _crashes_of_others(self):
        """Programs that break under users at screens, and dumps of days before."""
        chance, server, start = self.chance, self.server, self.settings.start
        broken = [trail for trail in server.trails if trail.kind == "termination"]
        programs = [trail.program for trail in broken if not trail.program.endswith("MI")] or self.callers.programs()
        for _ in range(self.settings.interactive):
            program = chance.choice(programs)
            if broken and chance.random() < 0.7:
                beside = chance.choice(broken).moment
                side = chance.choice([-1, 1])
                moment = beside + side * math.exp(chance.uniform(math.log(0.05), math.log(60)))
            else:
                moment = chance.uniform(start, self.end)
            user = chance.choice(INTERACTIVE_USERS) if chance.random() < 0.93 else self.callers.users[0]
            server.interactive_crash(moment, program, user)
        for _ in range(chance.choice([0, 0, 1, 3])):
            moment = start - chance.choice([DAY * chance.randint(1, 20), 3600 * chance.uniform(1, 8)])
            program = chance.choice(programs)
            server.dump(moment, server.nodes[0], program, chance.choice(self.callers.users + INTERACTIVE_USERS), "Batch")

    def _date(self):
        """The Date of the answers: the server's, or of a gateway that writes its own."""
        chance = self.chance
        self.gateway_clock = chance.choice([None] * 19 + [chance.uniform(-20, 20)])
        for call in self.calls:
            if call.answered_at is None or chance.random() >= self.settings.dated:
                continue
            if call.from_gateway or call.status == 0:
                continue
            by_server = self.gateway_clock is None
            call.date = http_date(call.answered_at if by_server else call.received + self.gateway_clock)

    def _lose_records(self):
        """Logs that begin too late or end too early, and records that are lost one by one."""
        chance, lost = self.chance, self.settings.lost
        self.last = max(call.received for call in self.calls)
        first, last, whole = -math.inf, math.inf, self.last - self.settings.start
        if self.settings.cut == "start":
            first = self.settings.start + whole * chance.uniform(0.1, 0.5)
        if self.settings.cut == "end":
            last = self.last - whole * chance.uniform(0.1, 0.5)
        for node in self.server.nodes:
            node.records.sort(key=lambda record: record.moment)
            for record in node.records:
                record.kept = first <= record.moment <= last and not (
                    lost and record.role != "noise" and chance.random() < lost)

    def _draw_files(self):
        chance, nodes = self.chance, self.server.nodes
        merged = len(nodes) == 2 and self.settings.merged
        self.node_groups = [nodes] if merged else [[node] for node in nodes]
        names = [name for name, layout in LAYOUTS.items() if layout.merged or not merged]
        self.layout_name = chance.choices(names, [LAYOUTS[name].weight for name in names])[0]
        self.layout = LAYOUTS[self.layout_name]
        self.without_log = chance.random() < 0.03 and self.settings.traffic != "none"
        self.line_end = "\r\n" if chance.random() < 0.12 else "\n"
        self.encoding = "utf-16" if chance.random() < 0.04 else "utf-8"
        self.packed = chance.random() < 0.08
        self.rotated = chance.random() < 0.08

    def write(self, folder):
        """Writes the folder, which must not exist yet, and gives the truth about it."""
        folder.mkdir(parents=True)
        # Numbered before anything is written, since all that is written says which call it means.
        for number, call in enumerate(sorted(self.calls, key=lambda call: call.sent)):
            call.number = number
        logs = [log for group in self.node_groups for log in self._write_log(folder, group)]
        if self.chance.random() < 0.25:
            self._write_connector_log(folder)
        self._write_dumps(folder)
        self.calls.sort(key=lambda call: call.number)
        sources = self._write_traffic(folder)
        self._set_times(folder)
        judge = Judge(self)
        return Truth(
            self.seed, {**vars(self.settings), "layout": self.layout_name, "notations": self.dialect.notations},
            groups(self.settings, self.dialect, self.layout_name, self.gateway_clock), self.settings.start, self.end,
            self.settings.zone_minutes(self.settings.start), self.layout.resolution, logs, sources, judge.failures(),
            judge.successes())

    def _write_log(self, folder, nodes):
        """Writes the log of one or two nodes, in two parts where it was rotated."""
        name = f"{nodes[0].name}.log"
        if len(self.node_groups) == 1:
            name = self.chance.choice(["merged.log", "MWS.log", "grid-merged.log", "server.log"])
        entries = [(self.server.clock(node, record.moment), record)
                   for node in nodes for record in node.records if record.kept]
        entries.sort(key=lambda entry: entry[0])
        records = [record for _, record in entries]
        if self.without_log:
            for record in records:
                record.kept = False
            return []
        clocks = [NodeClock(node.name, node.skew, self.settings.drift) for node in nodes]
        logs, half = [], len(records) // 2 if self.rotated and len(records) > 10 else 0
        if half:
            self._write_part(folder, f"{name}.1", entries[:half])
            of_calls = sum(1 for record in records[:half] if record.trail is not None)
            logs.append(Log(f"{name}.1", self.layout.zoned, clocks, 0, of_calls))
        self._write_part(folder, name, entries[half:])
        seen = sum(1 for record in records[half:]
                   if record.trail is not None and record.trail.call is not None and not record.trail.call.hidden)
        recorded = self.settings.traffic != "none"
        dated = sum(1 for call in self.calls if recorded and call.date and not call.hidden and call.node in nodes)
        logs.append(Log(name, self.layout.zoned, clocks, dated, seen))
        return logs

    def _write_part(self, folder, name, entries):
        line, texts = 1, []
        for shown, record in entries:
            zone = timedelta(minutes=self.settings.zone_minutes(record.moment))
            # Clocks show whole microseconds, and none that hasn't passed.
            time = datetime.fromtimestamp(math.floor(shown * 1e6) / 1e6, timezone.utc).replace(tzinfo=None) + zone
            text = self.layout.write(record, time, zone)
            record.file, record.line = name, line
            line += text.count("\n") + 1
            texts.append(text)
        content = ("\n".join(texts) + "\n").replace("\n", self.line_end).encode(self.encoding)
        if self.packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (folder / name).write_bytes(content)

    def _write_connector_log(self, folder):
        """The log of M3's Enterprise Collaborator, which has nothing to do with it."""
        chance, start = self.chance, self.settings.start
        moment, rate = start - 50, 1 / max(1, (self.last - start) / 80)
        with open(folder / "mec.log", "w", encoding="utf-8") as out:
            while moment < self.last + 20 and chance.random() < 0.995:
                zone = timedelta(minutes=self.settings.zone_minutes(moment))
                time = datetime.fromtimestamp(moment, timezone.utc).replace(tzinfo=None) + zone
                message, thread = chance.choice(CONNECTOR_MESSAGES), chance.randint(1, 5)
                out.write(f"{time:%Y-%m-%d %H:%M:%S},{time.microsecond // 1000:03d} [MEC-{thread}] {message}\n")
                moment += chance.expovariate(rate)

    def _write_dumps(self, folder):
        """Most of the dumps: some are gone by the time that somebody fetches them."""
        if self.server.dumps:
            (folder / "dumps").mkdir()
        for number, dump in enumerate(self.server.dumps):
            if self.chance.random() <= 0.08:
                continue
            notation, name = self.chance.choice(self.dialect.notations), dump.name
            if self.dialect.dumps_renamed:
                name = self.chance.choice([f"dump_{number}.txt", f"{dump.program}_{number}.log"])
            dump.file = f"dumps/{name}"
            (folder / dump.file).write_text(dumps.write(self.chance, dump, notation), encoding="utf-8")

    def _write_traffic(self, folder):
        if self.settings.traffic == "none":
            return []
        traffic = Traffic(self.chance, folder, self.callers)
        if all(call.hidden for call in self.calls):
            self.calls[0].hidden = False
        traffic.write(self.settings.traffic, [call for call in self.calls if not call.hidden])
        return traffic.sources

    def _set_times(self, folder):
        """When the files were last written to, which readers may take as evidence for the order of a date's numbers: soon
        after the end, or copied much later. Never now, which differs from run to run."""
        written = self.last + (3600, 200 * DAY)[self.seed % 2]
        for file in folder.rglob("*"):
            if file.is_file():
                os.utime(file, (written, written))
