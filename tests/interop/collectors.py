#!/usr/bin/env python3
"""Time lines handed to receivers: OTLP over HTTP and gRPC, read with OpenTelemetry's own schema, and OpenSearch's bulk
interface. They have no room now and then, and one is not there at first.

    tests/interop/collectors.py PATH_TO_MWSCOPE CASE
"""

import json
import os
import subprocess
import sys
import tempfile
import threading

import grpc
import rotel
from google.protobuf import json_format

import checks
from checks import check, free_port, until
from grpc_receiver import GrpcReceiver, Retry
from receivers import SCHEMAS, Receiver, as_proto3

MWSCOPE, CASE = os.path.abspath(sys.argv[1]), sys.argv[2]
SECRETS = (b"cjJzZWNyZXQ", b"geheim")


def export(*args, status=0):
    done = subprocess.run([MWSCOPE, "export", CASE, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    check(f"export {' '.join(args[:2])} ends with {status}", done.returncode == status, done.stdout + done.stderr)
    return done


def listed(what):
    done = subprocess.run([MWSCOPE, *what, CASE, "--format", "ndjson"], capture_output=True, text=True, timeout=120)
    return [json.loads(line) for line in done.stdout.splitlines()]


def otlp(calls, records):
    receiver = Receiver(busy=2)
    done = export("--to", "otlp", "--push", receiver.url)
    check("otlp: the receiver's schema takes everything", receiver.wrong == [], receiver.wrong)
    check("otlp: each call is a span", len(receiver.spans) == len(calls), (len(receiver.spans), len(calls)))
    check("otlp: what had no room was sent again", "sent again in 1.0 s" in done.stderr, done.stderr)
    failed = [span for span in receiver.spans if span.status.code == 2]
    expected = len(listed(["list", "--filter", "is:failed"]))
    check("otlp: failed calls are errors", len(failed) == expected, (len(failed), expected))
    mpd = next(span for span in failed if span.name == "Facility.Create" and span.status.message.startswith("Unable to execute MPD"))
    names = [event.name for event in mpd.events]
    check("otlp: record and dump are events of their call", "log" in names and "m3.dump" in names, names)
    facts = {a.key: a.value for a in mpd.attributes}
    check("otlp: the verdict is on the span", facts["mwscope.layer"].string_value == "m3-program", facts.keys())
    check("otlp: status and method", (facts["http.response.status_code"].int_value, facts["http.request.method"].string_value) == (500, "POST"), facts)
    within = [log for log in receiver.logs if log.trace_id == mpd.trace_id]
    check("otlp: records of the call carry its ids", len(within) >= 3 and all(log.span_id == mpd.span_id for log in within), len(within))
    check("otlp: a span lasts", all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 for span in receiver.spans))
    kinds = [a.value.string_value for log in receiver.logs for a in log.attributes if a.key == "mwscope.kind"]
    check("otlp: every record is a log", kinds.count("record") == len(records), (kinds.count("record"), len(records)))
    check("otlp: no secret", not any(secret in raw for secret in SECRETS for raw in receiver.raw))
    again = Receiver()
    export("--to", "otlp", "--push", again.url)
    check("otlp: the same ids each time", {s.span_id for s in again.spans} == {s.span_id for s in receiver.spans})


def from_a_file():
    lines = export("--to", "otlp").stdout.splitlines()
    for line in lines:
        value = json.loads(line)
        json_format.Parse(json.dumps(as_proto3(value)), SCHEMAS["/v1/traces" if "resourceSpans" in value else "/v1/logs"]())
    check("otlp: each line of a file is a request", len(lines) >= 2, len(lines))


def goes_on():
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        resume = os.path.join(folder, "sent")
        late = []
        threading.Timer(5, lambda: late.append(Receiver(port))).start()
        url = f"http://127.0.0.1:{port}"
        done = export("--to", "otlp", "--push", url, "--resume", resume)
        check("otlp: a receiver that isn't there is waited for", "dial" in done.stderr and late and late[0].spans, done.stderr)
        count = len(late[0].spans)
        done = export("--to", "otlp", "--push", url, "--resume", resume)
        check("otlp: nothing is sent twice", len(late[0].spans) == count and "sent before" in done.stdout, done.stdout)
        other = export("--to", "otlp", "--push", url, "--resume", resume, "--service", "other", status=2)
        check("otlp: a file about something else is refused", "another receiver" in other.stderr, other.stderr)
    done = export("--to", "otlp", "--push", "http://127.0.0.1:1", "--patience", "1", status=2)
    check("otlp: patience ends", "until patience ended" in done.stderr, done.stderr)


def as_json(messages):
    """Spans or log records by what they say, whatever their order."""
    return sorted(json_format.MessageToJson(message, indent=None) for message in messages)


def over_grpc():
    """What goes over gRPC is what goes over HTTP, and its statuses are understood."""
    plain = Receiver()
    export("--to", "otlp", "--push", plain.url)
    unavailable, exhausted = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED
    receiver = GrpcReceiver(answers=[unavailable, Retry(unavailable, 2), Retry(exhausted, 1), 3], largest=20_000)
    done = export("--to", "otlp-grpc", "--push", receiver.url, "--header", "X-Tenant: m3", "--service", "mws")
    check("grpc: the same spans", as_json(receiver.spans) == as_json(plain.spans), (len(receiver.spans), len(plain.spans)))
    check("grpc: the same logs", as_json(receiver.logs) == as_json(plain.logs), (len(receiver.logs), len(plain.logs)))
    check("grpc: who hands on", receiver.resources[0].get("service.name") == "mws", receiver.resources[:1])
    check("grpc: the header", all(m.get("x-tenant") == "m3" for m in receiver.metadata), receiver.metadata[:1])
    check("grpc: a status is said", "answers UNAVAILABLE: it has “reasons”; sent again in 0.5 s" in done.stderr, done.stderr)
    check("grpc: RetryInfo is waited for", "sent again in 2.0 s" in done.stderr and "answers RESOURCE_EXHAUSTED: no room; sent again in 1.0 s" in done.stderr, done.stderr)
    check("grpc: what is refused is said", "3 refused" in done.stdout and "too old" in done.stderr, done.stdout + done.stderr)
    receiver.stop()
    for status, said in [(grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED"), (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")]:
        receiver = GrpcReceiver(answers=[status])
        done = export("--to", "otlp-grpc", "--push", receiver.url, status=2)
        check(f"grpc: {said} is an error", f"answers {said}" in done.stderr, done.stderr)
        receiver.stop()
    done = export("--to", "otlp-grpc", "--push", plain.url, "--patience", "1", status=2)
    check("grpc: what speaks none is said", "is gRPC spoken there?" in done.stderr, done.stderr)
    done = export("--to", "otlp-grpc", status=2)
    check("grpc: it is a way, no file", "--to otlp writes the same into a file" in done.stderr, done.stderr)


def over_grpc_with_tls():
    with tempfile.TemporaryDirectory() as folder:
        key, root = os.path.join(folder, "key.pem"), os.path.join(folder, "root.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", root, "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        with open(key, "rb") as k, open(root, "rb") as r:
            receiver = GrpcReceiver(credentials=grpc.ssl_server_credentials([(k.read(), r.read())]))
        done = export("--to", "otlp-grpc", "--push", receiver.url, "--patience", "1", status=2)
        check("grpc over TLS: a certificate that nothing leads to", "tls-upstream" in done.stderr and not receiver.spans, done.stderr)
        os.environ["SSL_CERT_FILE"] = root
        export("--to", "otlp-grpc", "--push", receiver.url)
        del os.environ["SSL_CERT_FILE"]
        check("grpc over TLS: one that this computer trusts", len(receiver.spans) > 10, len(receiver.spans))
        receiver.stop()


def through_a_collector(calls):
    """rotel, an OpenTelemetry collector, takes both ways and hands on to a receiver what it was given."""
    agent = os.path.join(os.path.dirname(rotel.__file__), "rotel-agent")
    for form, port_of in (("otlp-grpc", "--otlp-grpc-endpoint"), ("otlp", "--otlp-http-endpoint")):
        receiver, ports = GrpcReceiver(), {"--otlp-grpc-endpoint": free_port(), "--otlp-http-endpoint": free_port()}
        words = [agent, "start", "--exporter", "otlp", "--otlp-exporter-endpoint", receiver.url, "--otlp-exporter-protocol", "grpc"]
        words += [f"{option}=127.0.0.1:{port}" for option, port in ports.items()]
        with tempfile.TemporaryDirectory() as folder:
            collector = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                export("--to", form, "--push", f"http://127.0.0.1:{ports[port_of]}", "--patience", "20")
                until(lambda: len(receiver.spans) >= len(calls) and receiver.logs, 20)
            finally:
                collector.kill()
                collector.wait()
        check(f"collector: {form} arrives behind it", len(receiver.spans) == len(calls), (len(receiver.spans), len(calls)))
        names = {event.name for span in receiver.spans for event in span.events}
        check(f"collector: {form} with its events", names == {"log", "m3.dump"}, names)
        receiver.stop()


def opensearch(calls, records):
    receiver = Receiver()
    done = export("--to", "opensearch", "--index", "tickets", "--push", receiver.url)
    check("opensearch: everything is understood", receiver.wrong == [], receiver.wrong)
    kinds = [document["event.kind"] for _, document in receiver.documents.values()]
    counts = (kinds.count("call"), kinds.count("record"))
    check("opensearch: calls and records, that without room too", counts == (len(calls), len(records)), (counts, done.stderr))
    check("opensearch: the index", {index for index, _ in receiver.documents.values()} == {"tickets"})
    check("opensearch: times", all(d["@timestamp"].endswith("Z") for _, d in receiver.documents.values()))


def main():
    calls, records = listed(["list"]), listed(["log"])
    otlp(calls, records)
    from_a_file()
    goes_on()
    over_grpc()
    over_grpc_with_tls()
    through_a_collector(calls)
    opensearch(calls, records)
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
