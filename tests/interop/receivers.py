"""Receivers of time lines for tests: OTLP over HTTP, every request read with OpenTelemetry's own schema, and the bulk
interface of OpenSearch. They have no room now and then, are slow, or refuse, as they are told."""

import base64
import json
import time

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from serving import Quiet, Server

SCHEMAS = {"/v1/traces": ExportTraceServiceRequest, "/v1/logs": ExportLogsServiceRequest}


def as_proto3(value):
    """OTLP writes ids in hex where proto3's JSON has base64."""
    if isinstance(value, dict):
        return {
            key: base64.b64encode(bytes.fromhex(each)).decode() if key in ("traceId", "spanId", "parentSpanId") else as_proto3(each)
            for key, each in value.items()
        }
    return [as_proto3(each) for each in value] if isinstance(value, list) else value


class Taken:
    """What came by OTLP, taken apart."""

    def __init__(self):
        self.spans, self.logs, self.resources = [], [], []

    def take(self, request):
        traces = isinstance(request, ExportTraceServiceRequest)
        of = request.resource_spans if traces else request.resource_logs
        self.resources += [{a.key: a.value.string_value for a in r.resource.attributes} for r in of]
        if traces:
            self.spans += [s for r in of for scope in r.scope_spans for s in scope.spans]
        else:
            self.logs += [l for r in of for scope in r.scope_logs for l in scope.log_records]


class Receiver(Taken):
    """Counts what comes; answers `busy` requests with `busy_status` first, and each other after `slow` seconds.

    Lets requests with more than `most` items be too large, and refuses those that `refuse` finds in one.
    """

    def __init__(self, port=0, busy=0, busy_status=503, slow=0, most=None, refuse=None, once_full=True):
        super().__init__()
        receiver = self
        self.busy, self.busy_status, self.slow, self.most, self.refuse = busy, busy_status, slow, most, refuse
        self.documents, self.wrong, self.raw = {}, [], []
        self.headers, self.asked, self.once_full = [], [], once_full

        class Handler(Quiet):
            def do_POST(self):
                body = self.body()
                receiver.asked.append(time.monotonic())
                receiver.headers.append(dict(self.headers))
                time.sleep(receiver.slow)
                if receiver.busy > 0:
                    receiver.busy -= 1
                    return self.say(receiver.busy_status, {}, {"Retry-After": "1"})
                if receiver.most and body.count(b'"startTimeUnixNano"') > receiver.most:
                    return self.say(413, {"message": "too large"})
                if receiver.refuse and receiver.refuse in body:
                    return self.say(400, {"message": "it has what isn't wanted"})
                receiver.raw.append(body)
                try:
                    answer = receiver.bulk(body) if self.path == "/_bulk" else receiver.otlp(self.path, body)
                except Exception as error:  # What the schema doesn't know is the failure that is looked for.
                    receiver.wrong.append(f"{self.path}: {error}")
                    return self.say(400, {"message": str(error)})
                return self.say(200, answer)

            def say(self, status, value, headers=()):
                self.answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **dict(headers)})

        self.server = Server(Handler, port)
        self.url = self.server.url

    def otlp(self, path, body):
        request = json_format.Parse(json.dumps(as_proto3(json.loads(body))), SCHEMAS[path]())
        self.take(request)
        return {"partialSuccess": {}}

    def stop(self):
        self.server.stop()

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


