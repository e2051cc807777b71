"""A DevOps person: what kubectl describes, resources in YAML, TOML, and events as collectors get them."""

import datetime
import json

from .quay_case import Case, joined
from .register import Register

SET = Register()


@SET.document
def quay_devops_describe(sheet):
    """`kubectl describe`: labels with `=`, annotations with `:`, each going on beneath the first; the last state with its message."""
    case = Case(sheet, clock=("offset", "z"), jobs=("hex",))
    labels = case.rows(("m3/program", "program"), ("m3/panel", "panel"), ("m3/company", "company"), ("m3/division", "division"), ("app", "=m3be"), empty=0)
    notes = case.rows(
        ("m3/user", "user"), ("m3/job-id", "job"), ("m3/environment", "environment"), ("m3/version", "version"), ("m3/failed-at", "at"),
        ("m3/failed-operation", "where"), ("kubernetes.io/config.source", "=api"), empty=0,
    )
    started = case.truth.at - datetime.timedelta(days=40, seconds=77)
    when = f"{started:%a, %d %b %Y %H:%M:%S} +0100"
    under = lambda first, lines: "\n".join(f"{first if not place else '':<18}{line}" for place, line in enumerate(lines))
    return "\n".join(
        [
            "Name:             m3be-interactive-5f7c9d6b8-x2x9q",
            "Namespace:        erp",
            "Priority:         0",
            "Node:             aks-m3pool-34215/10.240.0.7",
            f"Start Time:       {when}",
            under("Labels:", [f"{key}={value}" for key, value in labels]),
            under("Annotations:", [f"{key}: {value}" for key, value in notes]),
            "Status:           Running",
            "IP:               10.240.3.19",
            "Containers:",
            "  m3node:",
            "    Image:          registry.example.com/m3/node:2025.11",
            "    Last State:     Terminated",
            "      Reason:       AbnormalTermination",
            f"      Exception:    {case.say('exception')}",
            *([f"      Exception Message:  {case.say('exception_message')}"] if case.truth.exception_message else []),
            "      Exit Code:    99",
            f"      Started:      {when}",
            "    Ready:          True",
            "    Restart Count:  3",
            "    Limits:",
            "      memory:  8Gi",
            "Events:           <none>",
        ]
    ) + "\n"


@SET.document
def quay_devops_resource(sheet):
    """A resource of a kind of its own in YAML, whose metadata has times and managers of its own."""
    case = Case(sheet, clock=("z", "offset"), jobs=("hex", "number"))
    quote = case.any_of('"', "'", "")
    plain = lambda value: quote and not set(value) & set("\"'\\") and f"{quote}{value}{quote}" or (json.dumps(value) if set(value) & set(":*\"'#{}[]%,/") else value)
    names = [("program", "program"), ("panel", "panel"), ("jobId", "job"), ("failedAt", "at"), ("failedOperation", "where")]
    session = [("user", "user"), ("company", "company"), ("division", "division"), ("environment", "environment")]
    yaml = lambda rows, indent: [f"{indent}{key}: {plain(value)}" for key, value in rows]
    created = case.truth.at + datetime.timedelta(seconds=95)
    lines = ["apiVersion: m3.example.com/v1beta2", "kind: AbnormalTermination", "metadata:", "  name: dump-40017", "  namespace: erp"]
    lines += [f'  creationTimestamp: "{created:%Y-%m-%dT%H:%M:%SZ}"', "  generation: 1", "  managedFields:", "  - manager: kubectl", "    operation: Update", "spec:"]
    lines += [*yaml(case.rows(*names, empty=0), "  "), "  session:", *yaml(case.rows(*session, empty=0), "    ")]
    if "at" not in case.truth.stated:
        # When the resource was made is near to it.
        case.leave_open("at")
    if case.has("version"):
        lines += [f"  m3Version: {plain(case.say('version'))}"]
    lines += ["  callStack:", *(f"  - {name}" for name in case.programs())]
    lines += ["  fields:", *(f"    {name}: {plain(value)}" for name, value in case.values())]
    lines += ["  runtime:", '    javaVersion: "17.0.9"', "    replicas: 2"]
    lines += ["status:", "  phase: Failed", "  exception:", f"    class: {case.say('exception')}"]
    if case.truth.exception_message:
        lines.append(f"    message: {json.dumps(case.say('exception_message'))}")
    lines.append("  stackTrace: |")
    lines += [f"    at {name}.{method}({file}:{line})" for name, method, file, line in case.frames()]
    return "\n".join(lines) + "\n"


@SET.document
def quay_devops_toml(sheet):
    """TOML: tables, an array of tables for the stack, the time as a value of its own kind, the trace between three quotes."""
    case = Case(sheet, clock=("z", "offset"), jobs=("hex", "number"))
    text = lambda value: json.dumps(value, ensure_ascii=False)
    pairs = lambda rows: [f"{key} = {text(value)}" for key, value in rows]
    dump = pairs(case.rows(("program", "program"), ("panel", "panel"), ("job", "job"), ("operation|failed_operation", "where"), empty=0.3))
    if case.has("at"):
        dump.insert(case.chance.randint(0, len(dump)), f"failed_at = {case.say('at')}")
    session = pairs(case.rows(("user", "user"), ("company", "company"), ("division", "division"), ("environment", "environment"), empty=0.3))
    system = [*pairs(case.rows(("m3_version", "version"), empty=0)), 'java_version = "17.0.9"', "heap_mb = 4096", "started = 2015-01-05T22:00:01Z"]
    stack = [line for number, name in enumerate(case.programs(), 1) for line in ("[[dump.stack]]", f"level = {number}", f'program = "{name}"', "")]
    trace = case.trace(indent="    ", cause=0.1)
    return joined(
        "# written by m3-dump-exporter 0.9.2\nschema = 3",
        "[dump]\n" + "\n".join(dump),
        "[dump.session]\n" + "\n".join(session),
        "\n".join(stack),
        "[dump.fields]\n" + "\n".join(pairs(case.values())),
        "[system]\n" + "\n".join(system),
        f"[java]\ntrace = '''\n{trace}\n'''",
    )


@SET.document
def quay_devops_gelf(sheet):
    """An event for Graylog: its own version and host, seconds since 1970, facts with an underscore before their names."""
    case = Case(sheet, jobs=("hex", "number"))
    truth = case.truth
    case.lacks.discard("at")
    case.moment("", digits=3, zone=0)
    epoch = truth.at.replace(tzinfo=datetime.UTC).timestamp()
    event = {"version": "1.1", "host": "m3srv04", "short_message": "Abnormal termination", "timestamp": round(epoch, 3), "level": 3}
    pairs = case.rows(
        ("_program", "program"), ("_panel", "panel"), ("_user|_m3_user", "user"), ("_job_id|_job", "job"), ("_company", "company"), ("_division", "division"),
        ("_environment", "environment"), ("_m3_version", "version"), ("_failed_operation", "where"), ("_exception", "exception"), ("_logger", "=mvx.runtime.Job"),
        ("_thread", "=M3-job-17"), ("_os_user", "=m3adm"), shuffled=True, empty=0,
    )
    event.update(pairs)
    if case.likely(0.8):
        event["full_message"] = case.trace()
    else:
        case.leave_open("exception_message")
    return json.dumps(event, ensure_ascii=False, indent=case.any_of(None, 2)) + "\n"


@SET.document
def quay_devops_telemetry(sheet):
    """A log record of OpenTelemetry: attributes are lists of keys with typed values, times are nanoseconds."""
    case = Case(sheet, jobs=("hex",))
    truth = case.truth
    case.lacks.discard("at")
    case.moment("", digits=3, zone=0)
    nano = round(truth.at.replace(tzinfo=datetime.UTC).timestamp() * 1000) * 1000000
    typed = lambda rows: [{"key": key, "value": {"stringValue": value}} for key, value in rows]
    resource = case.rows(
        ("service.name", "=m3be"), ("telemetry.sdk.version", "=1.32.0"), ("process.runtime.version", "=17.0.9+9"), ("host.name", "=m3srv04"),
        ("m3.environment", "environment"), ("m3.version", "version"), empty=0,
    )
    own = case.rows(
        ("m3.program", "program"), ("m3.panel", "panel"), ("m3.user|enduser.id", "user"), ("m3.job.id", "job"), ("m3.company", "company"),
        ("m3.division", "division"), ("m3.failed_operation", "where"), ("exception.type", "exception"), ("exception.message", "exception_message"),
        ("thread.name", "=M3-job-17"), empty=0,
    )
    if case.likely(0.8):
        own.append(("exception.stacktrace", case.trace(cause=0)))
    record = {
        "timeUnixNano": str(nano), "severityText": "ERROR", "body": {"stringValue": "abnormal termination"}, "attributes": typed(own),
        "traceId": f"{case.chance.getrandbits(128):032x}", "spanId": f"{case.chance.getrandbits(64):016x}",
    }
    scope = {"scope": {"name": "mvx.runtime.Job", "version": "2.1"}, "logRecords": [record]}
    whole = {"resourceLogs": [{"resource": {"attributes": typed(resource)}, "scopeLogs": [scope]}]}
    return json.dumps(whole, ensure_ascii=False, indent=case.any_of(None, 2)) + "\n"
