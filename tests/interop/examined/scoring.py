"""Scores what `mwscope investigate` said of synthetic incidents against their truth."""

from collections import Counter
from dataclasses import dataclass, field

DAY_MILLIS = 86_400_000


def file_name(path):
    """A file's name as the truth has it: without folders, and without the ending of what was packed."""
    name = (path or "").replace("\\", "/").split("/")[-1]
    return name.removesuffix(".gz")


def causes(finding, kind):
    return [evidence for evidence in finding["evidence"] if (evidence["kind"], evidence["role"]) == (kind, "cause")]


def place(evidence):
    return file_name(evidence["source"]), evidence["line"]


@dataclass
class Judged:
    """A failure and what was said of it. What is right is None where nothing can be wrong."""
    incident: str
    settings: dict
    failure: object
    layer: str = None
    cause: tuple = None
    dump: str = None
    confidence: float = None
    rule: str = None
    unexplained: str = None

    @property
    def has_verdict(self):
        return self.confidence is not None

    @property
    def layer_right(self):
        if self.failure.weak and not self.has_verdict:
            return None
        return self.has_verdict and self.layer in self.failure.layers

    @property
    def cause_right(self):
        failure = self.failure
        if failure.any_record_is_right:
            return None
        if self.cause is None:
            return None if failure.silence_is_right else False
        if self.cause in failure.causes:
            return True
        known = failure.silence_is_right and self.cause in failure.records
        return None if known and self.cause not in failure.companions else False

    @property
    def cause_or_companion_right(self):
        return self.cause in self.failure.companions or self.cause_right

    @property
    def right_dump(self):
        return file_name(self.failure.dump) if self.failure.dump else None

    @property
    def dump_right(self):
        return self.dump == self.right_dump or self.dump is None and self.failure.no_dump_is_right

    @property
    def wrong_dump(self):
        return self.dump is not None and self.dump != self.right_dump

    @property
    def right(self):
        return self.layer_right is not False and self.cause_or_companion_right is not False and not self.wrong_dump

    @property
    def passed_over(self):
        return not self.has_verdict and self.unexplained is None

    @property
    def missed(self):
        return self.passed_over or self.layer_right is False or self.cause_right is False or not self.dump_right

    def name(self):
        failure = self.failure
        which = written(failure.causes[0]) if failure.call is None else f"call {failure.call}"
        doubt = "" if failure.dump_decidable else ", dump undecidable" if failure.decidable else ", undecidable"
        return f"{self.incident} {which} ({failure.kind}{doubt})"

    def said(self):
        if not self.has_verdict:
            return f"unexplained: {self.unexplained[:100]}" if self.unexplained else "nothing"
        return f"{self.layer}, {written(self.cause)}, dump {self.dump}, {self.confidence:.2f} by {self.rule}"

    def wanted(self):
        places = " or ".join(map(written, self.failure.causes)) or "no record"
        return f"{' or '.join(self.failure.layers)}, {places}, dump {self.right_dump}"


def written(record):
    return f"{record[0]}:{record[1]}" if record else "no record"


@dataclass
class Clock:
    """What was said of a log's clock. `error`: by how many milliseconds it is wrong, None where nothing was said."""
    incident: str
    file: str
    dated: int
    by_gateway: bool
    error: float = None
    uncertainty: float = None
    basis: str = None

    @property
    def inside(self):
        # Offsets are said in whole milliseconds.
        return self.uncertainty is not None and abs(self.error) <= self.uncertainty + 1


@dataclass
class Score:
    failures: list = field(default_factory=list)
    clocks: list = field(default_factory=list)
    verdicts_for_successes: list = field(default_factory=list)
    several_verdicts: list = field(default_factory=list)
    unanswered: list = field(default_factory=list)
    incidents: int = 0

    def add(self, incident, truth, answer):
        """Counts an incident; its name, its truth, and the answer as JSON or why there is none."""
        self.incidents += 1
        if isinstance(answer, str):
            self.unanswered.append((incident, answer))
            return
        verdicts = [finding for finding in answer["findings"] if finding["kind"] == "verdict"]
        if truth.sources:
            self._add_calls(incident, truth, verdicts, answer.get("unexplained", []))
            self._add_clocks(incident, truth, answer)
        else:
            self._add_log(incident, truth, verdicts)

    def _add_calls(self, incident, truth, verdicts, unexplained):
        numbers = {(source.file, at): number for source in truth.sources for at, number in enumerate(source.calls)}

        def number(of):
            """The call's; None for an entry that is none."""
            return numbers.get((file_name(of["exchange"]["source"]), of["exchange"]["index"]), "unknown")

        said = {}
        for verdict in verdicts:
            # Those without a call speak of records whose calls weren't recorded.
            if verdict.get("exchange") and number(verdict) is not None:
                said.setdefault(number(verdict), []).append(verdict)
        reasons = {number(of): of["reason"] for of in unexplained if number(of) is not None}
        failures = {failure.call: failure for failure in truth.failures}
        for call in {**said, **reasons}:
            if call not in failures:
                titles = [verdict.get("title") for verdict in said.get(call, [])]
                self.verdicts_for_successes.append((incident, call, titles))
        recorded = set(numbers.values())
        for call, failure in failures.items():
            if call not in recorded:
                continue
            found = said.get(call, [])
            if len(found) > 1:
                self.several_verdicts.append((incident, call))
            self._judge(incident, truth, failure, found[0] if found else None, reasons.get(call))

    def _add_log(self, incident, truth, verdicts):
        for failure in truth.failures:
            found = [verdict for verdict in verdicts if not verdict.get("exchange")
                     and any(place(evidence) in failure.companions for evidence in causes(verdict, "log")[:1])]
            self._judge(incident, truth, failure, found[0] if found else None, None)

    def _judge(self, incident, truth, failure, verdict, unexplained):
        judged = Judged(incident, truth.settings, failure, unexplained=unexplained)
        if verdict is not None:
            records, dumps = causes(verdict, "log"), causes(verdict, "dump")
            judged.layer, judged.rule = verdict.get("layer"), verdict.get("rule")
            judged.confidence = verdict.get("confidence") or 0
            judged.cause = place(records[0]) if records else None
            judged.dump = file_name(dumps[0]["source"]) if dumps else None
        self.failures.append(judged)

    def _add_clocks(self, incident, truth, answer):
        reference = {source.file: source.skew for source in truth.sources}.get(file_name(answer.get("reference")))
        said = {file_name(source["path"]): source.get("clock") or {} for source in answer["sources"]}
        for log in truth.logs:
            # A log without records of the calls at hand has nothing by which its clock could be known.
            if log.matched == 0:
                continue
            clock, known = Clock(incident, log.file, log.dated, "W" in truth.groups), said.get(log.file, {})
            if reference is not None and known.get("offset_ms") is not None:
                clock.error = min((clock_error(truth, log, node, known, reference) for node in log.clocks), key=abs)
                clock.uncertainty, clock.basis = known.get("uncertainty_ms"), known.get("basis")
            self.clocks.append(clock)

    def calibration(self):
        """For each tenth of confidence: verdicts, their mean confidence, and the part that is right."""
        tenths = {}
        for judged in self.failures:
            if judged.has_verdict:
                tenths.setdefault(min(int(judged.confidence * 10), 9), []).append(judged)
        for tenth, of in sorted(tenths.items(), reverse=True):
            mean = sum(judged.confidence for judged in of) / len(of)
            yield tenth / 10, len(of), mean, sum(judged.right for judged in of) / len(of)


def clock_error(truth, log, node, said, reference):
    """By how much what was said is beside a node's clock at the middle of the incident. Where the log has no zone, or one
    was found, offset and zone count together: what the one has too much the other may have too little."""
    ahead = 1000 * (node.skew + node.drift * (truth.end - truth.start) / 2)
    zone = said.get("zone_minutes")
    right, found = 1000 * reference - ahead, said["offset_ms"]
    if zone is not None or not log.zoned:
        right -= truth.zone_minutes * 60_000
        found -= (zone or 0) * 60_000
    error = found - right
    if truth.settings["layout"] == "logback_time":
        # It writes the time of day alone.
        error = (error + DAY_MILLIS / 2) % DAY_MILLIS - DAY_MILLIS / 2
    return error


def part(answers):
    """How many of the answers that can be wrong are right, as two numbers."""
    counted = Counter(answers)
    return counted[True], counted[True] + counted[False]
