#!/usr/bin/env python3
"""A recording that pushes while it records: the simulated MWS, a client, and receivers that aren't there at first, are
slow, have no room, refuse, or outlive the recorder.

    tests/interop/pushing.py PATH_TO_MWSCOPE
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import checks
from checks import check, free_port, until
from receivers import Receiver
from recorders import PASSWORD, SECRET, Recorder, Site

MWSCOPE = os.path.abspath(sys.argv[1])


def within(what, holds, seconds=15):
    """That something holds in time is a check."""
    right = until(holds, seconds)
    if not right:
        check(what, False, "not within time")
    return right


def ids(case):
    done = subprocess.run([MWSCOPE, "list", case, "--format", "ndjson"], capture_output=True, text=True, timeout=60)
    return [json.loads(line)["id"] for line in done.stdout.splitlines()]


def facts(item):
    return {a.key: a.value.string_value or a.value.int_value for a in item.attributes}


def spans(receiver):
    """The ids of the calls in the case that came, one for each span."""
    return [facts(span)["mwscope.id"] for span in receiver.spans]


def a_receiver_that_comes_late(site, folder):
    port, case = free_port(), os.path.join(folder, "late.mwscope")
    recorder = Recorder(site, case, "--push", f"otlp=http://127.0.0.1:{port}")
    took = []
    for n in range(5):
        began = time.monotonic()
        recorder.call()
        took.append(time.monotonic() - began)
    check("late: a receiver that isn't there slows no call", max(took) < 1, took)
    check("late: the crash", recorder.call("Create", "C01") == 500)
    within("late: it says that it waits", lambda: any("wait in the case" in text for text in recorder.said()))
    within("late: it says how far it is behind", lambda: recorder.pushed()["trouble"] and recorder.pushed()["behind"] == 6)
    receiver = Receiver(port)
    within("late: everything comes", lambda: len(receiver.spans) == 6 and recorder.pushed()["behind"] == 0, 40)
    within("late: the dump too", lambda: any(facts(log)["mwscope.kind"] == "dump" and log.trace_id for log in receiver.logs))
    check("late: the schema takes everything", receiver.wrong == [], receiver.wrong)
    check("late: it says that it goes on", any("takes items again" in text for text in recorder.said()), recorder.said())
    check("late: in the order in which the calls ended", spans(receiver) == ids(case), spans(receiver))
    failed = next((span for span in receiver.spans if span.status.code == 2), None)
    names = [event.name for event in failed.events] if failed else []
    check("late: a failed call has its record and its dump", "log" in names and "m3.dump" in names, names)
    check("late: and its verdict", failed and facts(failed).get("mwscope.layer") == "m3-program", failed)
    of_it = [facts(log) for log in receiver.logs if failed and log.trace_id == failed.trace_id]
    kinds = {log["mwscope.kind"] for log in of_it}
    check("late: its records, dump and finding carry its ids", kinds == {"record", "dump", "finding"}, kinds)
    wanted = {"service.name": "mws", "mwscope.case": "late.mwscope"}
    check("late: who recorded it", all(wanted.items() <= r.items() and r.get("host.name") for r in receiver.resources), receiver.resources[:1])
    check("late: no secret", not any(SECRET in raw or PASSWORD.encode() in raw for raw in receiver.raw))
    recorder.end()
    uids = [facts(log)["log.record.uid"] for log in receiver.logs]
    check("late: nothing twice", len(set(spans(receiver))) == 6 and len(uids) == len(set(uids)), (len(uids), len(set(uids))))
    receiver.stop()


def a_slow_receiver(site, folder):
    case, receiver = os.path.join(folder, "slow.mwscope"), Receiver(slow=1.5)
    recorder = Recorder(site, case, "--push", f"otlp={receiver.url}")
    began = time.monotonic()
    for n in range(30):
        recorder.call()
    check("slow: it slows no call", time.monotonic() - began < 6, time.monotonic() - began)
    within("slow: everything comes", lambda: len(receiver.spans) == 30, 30)
    took, counts = recorder.end()
    check("slow: nothing is lost", (counts.get("stored"), counts.get("unstored")) == (30, 0), counts)
    check("slow: each call once", sorted(spans(receiver)) == sorted(ids(case)), spans(receiver))
    receiver.stop()


def one_without_room(site, folder):
    for status in (429, 503):
        case, receiver = os.path.join(folder, f"full-{status}.mwscope"), Receiver(busy=2, busy_status=status)
        recorder = Recorder(site, case, "--push", f"otlp={receiver.url}")
        recorder.call()
        within(f"{status}: it comes", lambda: len(receiver.spans) == 1)
        pauses = [b - a for a, b in zip(receiver.asked, receiver.asked[1:])][:2]
        check(f"{status}: Retry-After is waited for", len(pauses) == 2 and all(0.9 < p < 3 for p in pauses), pauses)
        recorder.end()
        receiver.stop()


def one_that_refuses(site, folder):
    case = os.path.join(folder, "refused.mwscope")
    receiver = Receiver(refuse=b'"stringValue":"x2"', most=3)
    recorder = Recorder(site, case, "--push", f"otlp={receiver.url}")
    for n in range(8):
        recorder.call()
    within("refused: all the others come", lambda: len(receiver.spans) == 7)
    took, counts = recorder.end()
    check("refused: what isn't wanted costs itself alone", sorted(spans(receiver)) == sorted(set(ids(case)) - {"x2"}), spans(receiver))
    state = counts["pushed"][0]
    check("refused: it is counted", (state["refused"], state["behind"]) == (1, 0), state)
    check("refused: and said, with what the receiver says", any("it has what isn't wanted" in text for text in recorder.said()), recorder.said())
    receiver.stop()
    # Who isn't let in keeps everything for when he is.
    receiver = Receiver(busy=10**6, busy_status=401)
    case = os.path.join(folder, "unwelcome.mwscope")
    recorder = Recorder(site, case, "--push", f"opensearch={receiver.url}", "--push-header", "Authorization: Basic d3Jvbmc=")
    recorder.call()
    within("unwelcome: it is said", lambda: any("answers 401" in text for text in recorder.said()))
    check("unwelcome: the header", receiver.headers[0].get("Authorization") == "Basic d3Jvbmc=", receiver.headers[:1])
    took, counts = recorder.end()
    check("unwelcome: the end doesn't wait for it", took < 8, took)
    check("unwelcome: nothing is given up", (counts["pushed"][0]["behind"], counts["pushed"][0]["refused"]) == (1, 0), counts)
    receiver.busy = 0
    recorder = Recorder(site, case, "--push", f"opensearch={receiver.url}", "--push-header", "Authorization: Basic cmlnaHQ=")
    within("unwelcome: it goes on once it is let in", lambda: len(receiver.documents) >= 1)
    recorder.end()
    receiver.stop()


def killed_and_begun_again(site, folder):
    """Receiver dead, slow and well by turns; the recorder killed at any moment. Nothing may be missing in the end."""
    for form in ("otlp", "opensearch"):
        port, case = free_port(), os.path.join(folder, f"killed-{form}.mwscope")
        receiver = Receiver(port, once_full=False)
        for turn in range(6):
            if turn == 2:
                receiver.stop()
            receiver.slow = 0.8 if turn in (1, 4) else 0
            recorder = Recorder(site, case, "--push", f"{form}=http://127.0.0.1:{port}")
            for n in range(12):
                recorder.call()
            recorder.call("Create", "C01")
            time.sleep((0, 0.3, 1, 1.5, 3.2, 4)[turn])
            recorder.kill()
            if turn == 3:
                back = Receiver(port, once_full=False)
                back.spans, back.logs, back.documents, back.raw = receiver.spans, receiver.logs, receiver.documents, receiver.raw
                receiver = back
        receiver.slow = 0
        recorder = Recorder(site, case, "--push", f"{form}=http://127.0.0.1:{port}")
        within(f"killed {form}: it comes to its end", lambda: recorder.pushed()["behind"] == 0, 30)
        took, counts = recorder.end()
        stored = ids(case)
        check(f"killed {form}: it was worth killing", len(stored) > 60, len(stored))
        check(f"killed {form}: understood", receiver.wrong == [], receiver.wrong)
        if form == "otlp":
            came = spans(receiver)
            check("killed otlp: no call is missing", set(came) == set(stored), (len(came), len(stored), set(stored) - set(came)))
            by_id = {}
            for span in receiver.spans:
                by_id.setdefault(facts(span)["mwscope.id"], set()).add((span.trace_id, span.span_id))
            check("killed otlp: one that came twice has the same ids", all(len(each) == 1 for each in by_id.values()))
            check("killed otlp: few came twice", len(came) - len(stored) <= 6 * 26, len(came) - len(stored))
            crashes = [s for s in receiver.spans if s.status.code == 2]
            with_dump = [s for s in crashes if any(e.name == "m3.dump" for e in s.events)]
            # One that was killed before its dump was written can't have it.
            check("killed otlp: calls left behind get their verdicts", len(with_dump) >= 4, (len(with_dump), len(crashes)))
        else:
            calls = [d for _, d in receiver.documents.values() if d["event.kind"] == "call"]
            check("killed opensearch: each call once", sorted(d["mwscope.id"] for d in calls) == sorted(stored), (len(calls), len(stored)))
            hosts = {(d["mwscope.case"], bool(d["host.name"])) for d in calls}
            check("killed opensearch: who recorded it", hosts == {(f"killed-{form}.mwscope", True)}, hosts)
        receiver.stop()


def many_into_one(site, folder):
    """Recorders that follow the same log push into one engine: nobody takes the place of another."""
    receiver = Receiver()
    cases = [os.path.join(folder, f"host{n}.mwscope") for n in range(3)]
    setting = {"MWSCOPE_PUSH": f"opensearch={receiver.url},otlp={receiver.url}", "MWSCOPE_PUSH_INDEX": "calls", "MWSCOPE_PUSH_SERVICE": "mws-tst"}
    recorders = [Recorder(site, case, environment=setting) for case in cases]
    for recorder in recorders:
        recorder.call()
        recorder.call("Create", "C01")
    within("many: all calls come", lambda: sum(d["event.kind"] == "call" for _, d in list(receiver.documents.values())) == 6 and len(receiver.spans) == 6, 20)
    for recorder in recorders:
        recorder.end()
    kinds = {}
    for index, document in receiver.documents.values():
        kinds.setdefault((document["event.kind"], document["mwscope.case"]), set()).add(document.get("trace.id"))
    check("many: each has its calls, records, dumps and findings", all((kind, os.path.basename(case)) in kinds for case in cases for kind in ("call", "record", "dump", "finding")), kinds.keys())
    check("many: the index is that of the variable", {index for index, _ in receiver.documents.values()} == {"calls"})
    check("many: the same as spans, under the name of the variable", len({s.span_id for s in receiver.spans}) == 6 and {r["service.name"] for r in receiver.resources} == {"mws-tst"})
    # What a case says when it is exported later has the ids under which it was pushed.
    before = dict(receiver.documents)
    for case in cases:
        subprocess.run([MWSCOPE, "export", case, "--to", "opensearch", "--index", "calls", "--push", receiver.url], capture_output=True, timeout=60)
    pushed = [key for key, (_, d) in before.items() if d["event.kind"] in ("call", "record", "dump")]
    of_export = {key for key, value in receiver.documents.items() if value is not before.get(key)}
    check("many: exported later, they take their own places", set(pushed) <= of_export, (len(pushed), len(set(pushed) - of_export)))
    receiver.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        site = Site(MWSCOPE, os.path.join(folder, "site"))
        try:
            for part in (a_receiver_that_comes_late, a_slow_receiver, one_without_room, one_that_refuses, killed_and_begun_again, many_into_one):
                part(site, folder)
        finally:
            site.process.kill()
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
