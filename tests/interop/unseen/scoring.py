"""What was answered about a dump against what it says: right, missing (null), or wrong."""

import collections
import datetime

from .truth import SCALARS

RIGHT, MISSING, WRONG = "right", "missing", "wrong"
FIELDS = SCALARS + ["customer_code", "call_stack", "java_stack", "fields"]


def when(text):
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, AttributeError):
        return None


def time_right(truth, text):
    found = when(text)
    if found is None:
        return False
    offset = found.utcoffset()
    if offset != truth.zone and not (truth.zone_may_be_left_out and offset is None):
        return False
    naive, at = found.replace(tzinfo=None), truth.at
    if truth.digits == "minutes":
        return naive == at.replace(second=0, microsecond=0)
    if truth.digits == 0:
        at = at.replace(microsecond=0)
    if naive == at:
        return True
    # Either of two readings where the day may be the month.
    return truth.date_is_ambiguous and (naive.day, naive.month) == (at.month, at.day) and naive.replace(day=1, month=1) == at.replace(day=1, month=1)


def frame(found):
    return found["class"], found["method"], found.get("file") if found.get("file") not in ("Native Method", "Unknown Source", "-") else None, found.get("line")


def stack(truth, answer):
    found = [frame(one) for one in answer.get("java_stack") or []]
    wanted = [tuple(one) for one in truth.frames]
    inner = wanted + [tuple(one) for _, frames in truth.causes for one in frames]
    if found in (wanted, inner):
        return RIGHT
    rest = iter(inner)
    return MISSING if all(one in rest for one in found) else WRONG


def fields(truth, answer):
    found = answer.get("fields") or {}
    results = [RIGHT if found.get(name) in right else MISSING if found.get(name) is None else WRONG
               for name, right in truth.right["fields"].items()]
    return WRONG if WRONG in results else MISSING if MISSING in results else RIGHT


def call_stack(truth, answer):
    found = answer.get("call_stack") or []
    return RIGHT if found == truth.call_stack else MISSING if not found else WRONG


def judged(truth, field, answer):
    """Right, missing or wrong; None where nothing is stated and nothing is said."""
    said = answer.get(field)
    if field == "java_stack":
        return stack(truth, answer) if field in truth.stated else None
    if field == "fields":
        return fields(truth, answer) if field in truth.stated else None
    if field == "call_stack":
        if field not in truth.stated:
            return None if truth.cut or not said or said == [truth.program] else WRONG
        return call_stack(truth, answer)
    if field == "customer_code":
        if field in truth.stated and not answer.get("java_stack"):
            return MISSING
        return None if field not in truth.stated else RIGHT if bool(said) == truth.customer else WRONG
    if field == "at" and field not in truth.stated and truth.record_at:
        return None
    if field not in truth.stated:
        return None if said in truth.right[field] else WRONG
    if said is None:
        return None if field == "at" and truth.date_is_ambiguous else MISSING
    if field == "at":
        return RIGHT if time_right(truth, said) else WRONG
    return RIGHT if said in truth.right[field] else WRONG


def wanted(truth, field):
    if field == "at":
        return f"{truth.at} {truth.zone or ''}" if field in truth.stated else None
    if field == "java_stack":
        return [f"{name}.{method}:{line}" for name, method, _, line in truth.frames]
    if field == "call_stack":
        return truth.call_stack if field in truth.stated else None
    if field == "customer_code":
        return truth.customer
    return truth.right.get(field)


class Score:
    def __init__(self):
        self.by_field = collections.defaultdict(collections.Counter)
        self.by_notation = collections.defaultdict(collections.Counter)
        self.by_kind = collections.defaultdict(collections.Counter)
        self.misses = []

    def count(self, notation, field, result, file, say):
        self.by_field[field][result] += 1
        self.by_notation[notation][result] += 1
        for kind in file.partition("(")[2].rstrip(")").split(", "):
            self.by_kind[kind][result] += 1
        if result != RIGHT:
            self.misses.append((result, notation, field, file, say))

    def add(self, name, notation, kind, truths, answers):
        where = f"{name} ({kind})"
        ok = len(truths) == len(answers)
        self.count(notation, "dumps", RIGHT if ok else MISSING if len(answers) < len(truths) else WRONG, where, f"{len(answers)} for {len(truths)}")
        for at, truth in enumerate(truths):
            answer = answers[at] if at < len(answers) else {}
            for field in FIELDS:
                result = judged(truth, field, answer)
                if result:
                    said = answer.get(field)
                    if field == "java_stack":
                        said = [f"{one['class']}.{one['method']}:{one['line']}" for one in said or []]
                    if field == "fields":
                        said = {name: (said or {}).get(name) for name, right in truth.right["fields"].items() if (said or {}).get(name) not in right}
                    self.count(notation, field, result, where, f"said {said!r}, right {wanted(truth, field)!r}")

    def total(self, result):
        return sum(counts[result] for counts in self.by_field.values())
