"""A receiver of OTLP over gRPC for tests: grpcio's server with OpenTelemetry's own service definitions, so that every
message is read by the official schema. Answers with the statuses that it is told, first."""

from concurrent import futures

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2_grpc as logs_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as trace
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as trace_grpc

from receivers import Taken


class Retry(grpc.Status):
    """UNAVAILABLE, or another status, that says after how many seconds to come again."""

    def __init__(self, code, seconds):
        self.code, self.details = code, "no room"
        info = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=seconds))
        detail = any_pb2.Any()
        detail.Pack(info)
        status = status_pb2.Status(code=code.value[0], message=self.details, details=[detail])
        self.trailing_metadata = (("grpc-status-details-bin", status.SerializeToString()),)


class GrpcReceiver(Taken):
    """Counts what comes. `answers` are what the first requests get instead: a status, or a number of items that are
    rejected of those in it. Messages of more than `largest` bytes are too large for it."""

    def __init__(self, port=0, answers=(), largest=4 << 20, credentials=None):
        super().__init__()
        self.metadata, self.answers = [], list(answers)
        receiver = self

        def take(request, context, response, rejected):
            receiver.metadata.append(dict(context.invocation_metadata()))
            given = receiver.answers.pop(0) if receiver.answers else None
            if isinstance(given, Retry):
                context.abort_with_status(given)
            if isinstance(given, grpc.StatusCode):
                context.abort(given, "it has “reasons”")
            if given:
                setattr(response.partial_success, rejected, given)
                response.partial_success.error_message = "too old"
            receiver.take(request)
            return response

        class Traces(trace_grpc.TraceServiceServicer):
            def Export(self, request, context):
                return take(request, context, trace.ExportTraceServiceResponse(), "rejected_spans")

        class Logs(logs_grpc.LogsServiceServicer):
            def Export(self, request, context):
                return take(request, context, logs.ExportLogsServiceResponse(), "rejected_log_records")

        self.server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", largest), ("grpc.so_reuseport", 0)])
        trace_grpc.add_TraceServiceServicer_to_server(Traces(), self.server)
        logs_grpc.add_LogsServiceServicer_to_server(Logs(), self.server)
        at = f"127.0.0.1:{port}"
        if credentials:
            self.port = self.server.add_secure_port(at, credentials)
            self.url = f"https://localhost:{self.port}"
        else:
            self.port = self.server.add_insecure_port(at)
            self.url = f"http://127.0.0.1:{self.port}"
        self.server.start()

    def stop(self):
        self.server.stop(None).wait()
