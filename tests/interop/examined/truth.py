"""What is true of a synthetic incident, as far as its files can tell it: which answers are right, and where nobody could
decide, however carefully he read."""

from dataclasses import dataclass, field

# Failures that records on the server explain, so that one's records could be taken for another's.
EXPLAINED_BY_RECORDS = ("termination", "definition", "runtime")
UNEXPLAINED_LAYERS = ["service-definition", "m3-program", "mws-runtime", "unknown"]
LAYERS = {"interactive": "m3-program", "termination": "m3-program", "definition": "service-definition",
          "runtime": "mws-runtime"}


@dataclass
class Source:
    """A recording: the call that each of its entries is (None for what isn't a call), and how far its clock is ahead."""
    file: str
    calls: list
    skew: float


@dataclass
class NodeClock:
    """How far it is ahead of the clients', in seconds, and by how much more a second."""
    node: str
    skew: float
    drift: float


@dataclass
class Log:
    """`dated`: recorded calls whose answers bear the Date of a clock that writes this log; `matched`: records of calls."""
    file: str
    zoned: bool
    clocks: list
    dated: int
    matched: int


@dataclass
class Failure:
    """A call that failed, or without recordings a failure in the log. Records are pairs of file and line.

    `causes` are the right ones and `companions` others that tell of the same failure; `silence_is_right` where none need
    be named, `any_record_is_right` where each may. `weak`: the records that told are lost. `rivals`: other failures whose
    records no reader could tell from this one's. `same_dumps`: other dumps that are as good as the right one.
    """
    call: int
    kind: str
    layers: list
    causes: list
    companions: list = field(default_factory=list)
    silence_is_right: bool = False
    any_record_is_right: bool = False
    dump: str = None
    no_dump_is_right: bool = False
    records: list = field(default_factory=list)
    weak: bool = False
    rivals: list = field(default_factory=list)
    same_dumps: list = field(default_factory=list)

    @property
    def decidable(self):
        return not (self.rivals or self.weak)

    @property
    def dump_decidable(self):
        return self.decidable and not self.same_dumps


@dataclass
class Truth:
    seed: int
    settings: dict
    groups: str
    start: float
    end: float
    zone_minutes: int
    resolution: float
    logs: list
    sources: list
    failures: list
    successes: list


def groups(settings, dialect, layout, gateway_clock):
    """Letters of what made trouble once, so that incidents without it can be looked at alone."""
    present = {
        "A": dialect.fault_form == 4,
        "B": settings.own_job_thread,
        "C": dialect.thread == "{i}" or layout == "jul",
        "G": "event" in dialect.notations,
        "H": layout in ("grid_T_Z", "thread_logger_tail"),
        "W": gateway_clock is not None,
        "Y": layout == "tz_paren",
    }
    return "".join(letter for letter, there in present.items() if there)


class Judge:
    """Says of an incident that is written which answers are right."""

    def __init__(self, incident):
        self.dialect, self.callers, self.server = incident.dialect, incident.callers, incident.server
        self.calls, self.own_job_thread = incident.calls, incident.settings.own_job_thread
        self.resolution = incident.layout.resolution
        self.recorded = incident.settings.traffic != "none"
        self.dates = sum(1 for call in self.calls if call.date)
        # What is left of each trail: its records by their roles.
        self.left = {trail.number: {} for trail in self.server.trails}
        for node in self.server.nodes:
            for record in node.records:
                if record.trail is not None and record.kept:
                    self.left[record.trail.number][record.role] = record

    def records(self, trail):
        return self.left[trail.number] if trail is not None else {}

    def failures(self):
        if not self.recorded:
            return [self._in_log(trail) for trail in self.server.trails if self._tells_failure(trail)]
        return [self._of_call(call) for call in self.calls if call.kind != "success" and not call.hidden]

    def successes(self):
        return [call.number for call in self.calls if call.kind == "success" and not (call.hidden and self.recorded)]

    def _tells_failure(self, trail):
        records = self.records(trail)
        return trail.kind in LAYERS and ("termination" in records or "fault" in records)

    def _in_log(self, trail):
        """A failure of which the log alone tells."""
        records = self.records(trail)
        whole = "termination" in records or trail.kind != "termination"
        told = [record.place for role, record in records.items() if role in ("termination", "fault", "reason")]
        causes = [records["termination"].place] if trail.kind == "termination" and whole else told
        layers = [LAYERS[trail.kind]] + ([] if whole else ["service-definition", "unknown", "mws-runtime"])
        dump = trail.dump.file if trail.dump_is_there else None
        return Failure(None, f"{trail.kind}, in the log alone", layers, causes, told, weak=not whole, dump=dump,
                       no_dump_is_right=not whole, same_dumps=self._same_dumps(trail) if dump and whole else [])

    def _of_call(self, call):
        causes = [record.place for record in call.causes if record.kept]
        companions = [record.place for record in call.companions if record.kept]
        dump = call.trail.dump.file if call.trail is not None and call.trail.dump_is_there else None
        failure = Failure(call.number, call.kind, list(call.layers), causes, companions,
                          silence_is_right=call.may_be_silent or call.any_record or not (causes or companions),
                          any_record_is_right=call.any_record, dump=dump,
                          records=[record.place for record in self.records(call.trail).values()])
        if call.kind in EXPLAINED_BY_RECORDS:
            failure.rivals = [trail.kind for trail in self.server.trails
                              if trail is not call.trail and self._rival(call, trail)]
        if call.kind == "termination" and not causes:
            failure.causes = companions
            failure.layers = ["m3-program", "service-definition", "mws-runtime", "unknown"]
            failure.weak = failure.silence_is_right = failure.no_dump_is_right = True
        if call.kind in ("definition", "runtime") and not causes:
            failure.layers += UNEXPLAINED_LAYERS
            failure.weak = failure.silence_is_right = True
        if dump and causes:
            failure.same_dumps = self._same_dumps(call.trail)
        return failure

    def _same_dumps(self, trail):
        """Dumps that fit as well as the right one, where no record says by path or job which it is."""
        told = not (self.dialect.without_path or self.dialect.dumps_renamed) or self.dialect.names_job
        if told:
            return []
        dump, near = trail.dump, 3 if self.resolution < 1 else 4
        user_told = self._user_told(trail)
        return [other.file for other in self.server.dumps
                if other is not dump and other.file is not None and abs(other.moment - dump.moment) < near
                and other.program == dump.program and (other.user == dump.user or not user_told)]

    def _user_told(self, trail):
        """Whether the call, or what was logged of it, says whose it is."""
        records, call = self.records(trail), trail.call
        if call is not None and self.recorded and not self.callers.without_authorization:
            return True
        in_values = "values" in records and call.service.through_panels and self.dialect.values_name_user
        return in_values or "start" in records and self.dialect.start_names_user

    def _rival(self, call, trail):
        """Whether the trail could be the call's, and the call's own that of the trail's call."""
        if not self._could_be(call, trail):
            return False
        other = trail.call
        return other is None or other.hidden or not self.records(call.trail) or self._could_be(other, call.trail)

    def _could_be(self, call, trail):
        """Whether a careful reader could take a trail for a call's: nothing that is visible contradicts it."""
        records = self.records(trail)
        if not records:
            return False
        if trail.call is None:
            fits = self._session_could_be(call, trail)
        else:
            fits = self._call_could_be(call, trail, records)
        if not fits:
            return False
        # So far the clocks' difference can be told by the Dates there are.
        tolerance = 0.25 if self.dates >= 20 else 1.2 if self.dates >= 3 else 3.0
        if self.resolution >= 1:
            tolerance += self.resolution * 0.5
        moments = [record.moment for record in records.values()]
        return min(moments) >= call.sent - tolerance and max(moments) <= call.received + tolerance

    def _user_differs(self, call, trail):
        """Visibly: in the dump of the one and the password of the other."""
        return not self.callers.without_authorization and trail.user != call.user and trail.dump_is_there

    def _session_could_be(self, call, trail):
        if trail.program != call.service.program:
            return False
        own = self.records(call.trail)
        if "fault" in own or "start" in own:
            # The call's own thread speaks; only where jobs have threads of their own can the cause be another's.
            return self.own_job_thread and trail.user == call.user
        return not self._user_differs(call, trail)

    def _call_could_be(self, call, trail, records):
        other = trail.call
        if trail.kind in ("success", "gateway-gave-up", "client-gave-up"):
            return False
        if (other.service.program, other.kind, other.fault) != (call.service.program, call.kind, call.fault):
            return False
        if "start" in records:
            names = (other.service.name, other.service.operation) == (call.service.name, call.service.operation)
            tells = self.dialect.start_names_user and not self.callers.without_authorization
            if not names or tells and other.user != call.user:
                return False
        if "values" in records and other.values != call.values and not self.callers.without_bodies:
            return False
        return not self._user_differs(call, trail)
