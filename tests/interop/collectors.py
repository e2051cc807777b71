#!/usr/bin/env python3
"""Receivers of time lines: one for OTLP over HTTP that reads every request with OpenTelemetry's own schema, one that
answers as OpenSearch's bulk interface does. Both have no room now and then, and one is not there at first.

    tests/interop/collectors.py PATH_TO_MWSCOPE CASE
"""

import base64
import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

import checks
from checks import check

MWSCOPE, CASE = os.path.abspath(sys.argv[1]), sys.argv[2]
SCHEMAS = {"/v1/traces": ExportTraceServiceRequest, "/v1/logs": ExportLogsServiceRequest}
SECRETS = (b"cjJzZWNyZXQ", b"geheim")


def as_proto3(value):
    """OTLP writes ids in hex where proto3's JSON has base64."""
    if isinstance(value, dict):
        return {
            key: base64.b64encode(bytes.fromhex(each)).decode() if key in ("traceId", "spanId", "parentSpanId") else as_proto3(each)
            for key, each in value.items()
        }
    return [as_proto3(each) for each in value] if isinstance(value, list) else value


class Receiver:
    """Counts what comes; refuses `busy` requests first."""

    def __init__(self, port=0, busy=0):
        receiver = self
        self.busy, self.spans, self.logs, self.documents, self.wrong, self.raw = busy, [], [], {}, [], []
        self.once_full = True

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                if receiver.busy > 0:
                    receiver.busy -= 1
                    return self.answer(503, {}, {"Retry-After": "1"})
                receiver.raw.append(body)
                try:
                    answer = receiver.bulk(body) if self.path == "/_bulk" else receiver.otlp(self.path, body)
                except Exception as error:  # What the schema doesn't know is the failure that is looked for.
                    receiver.wrong.append(f"{self.path}: {error}")
                    return self.answer(400, {"message": str(error)}, {})
                return self.answer(200, answer, {})

            def answer(self, status, value, headers):
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                for name, header in headers.items():
                    self.send_header(name, header)
                self.end_headers()
                self.wfile.write(text)

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def otlp(self, path, body):
        request = json_format.Parse(json.dumps(as_proto3(json.loads(body))), SCHEMAS[path]())
        if path == "/v1/traces":
            self.spans += [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
        else:
            self.logs += [l for r in request.resource_logs for scope in r.scope_logs for l in scope.log_records]
        return {"partialSuccess": {}}

    def bulk(self, body):
        lines = body.decode().splitlines()
        pairs = [(json.loads(a)["index"], json.loads(b)) for a, b in zip(lines[::2], lines[1::2])]
        items, errors = [], False
        for n, (action, document) in enumerate(pairs):
            # The last one of the first request finds no room, once.
            if self.once_full and n == len(pairs) - 1:
                self.once_full, errors = False, True
                items.append({"index": {"status": 429, "error": {"reason": "no room"}}})
                continue
            self.documents[action["_id"]] = (action["_index"], document)
            items.append({"index": {"status": 201}})
        return {"errors": errors, "items": items}


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
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        resume = os.path.join(folder, "sent")
        late = []
        threading.Timer(1.5, lambda: late.append(Receiver(port))).start()
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
    opensearch(calls, records)
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
