"""Synthetic calls: what is asked, what the server does and logs meanwhile, and what comes back.

Each kind of failure is a method of `Calls`, which leaves records, an answer, and what is true of it: the layers that may
be named, and the records that say why.
"""

import json
import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from .server import Node, Record, Trail, with_trace
from .settings import Service, drawn_value

SUCCEEDED = ("success", "gateway-gave-up", "client-gave-up")
UNREACHED = ("refused", "certificate", "gateway")
# Refused before any service is called, so that nothing is logged of a call.
NOT_CALLED = ("malformed", "unauthorized")
REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 500: "Internal Server Error",
           502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out", 0: ""}


@dataclass
class Call:
    """`causes` are the records that say why it failed, `companions` others of the same failure; `may_be_silent` where
    no record need be named, `any_record` where each may be."""
    sent: float
    kind: str
    service: Service
    rest: bool
    user: str
    node: Node
    values: list
    http_user: str
    repeats: "Call" = None
    hidden: bool = False
    method: str = "POST"
    path: str = ""
    request: str = ""
    seconds: float = 0.0
    status: int = 200
    response: str = ""
    content_type: str = None
    headers: list = field(default_factory=list)
    error: str = None
    fault: str = None
    answered_at: float = None
    date: str = None
    from_gateway: bool = False
    challenged: bool = False
    layers: list = field(default_factory=list)
    trail: Trail = None
    causes: list[Record] = field(default_factory=list)
    companions: list[Record] = field(default_factory=list)
    may_be_silent: bool = False
    any_record: bool = False
    number: int = None

    @property
    def received(self):
        return self.sent + self.seconds


@dataclass
class Work:
    """What a worker does for a call. `words`: numbers that its records may name."""
    node: Node
    thread: str
    trail: Trail
    start: float
    seconds: float
    end: float
    words: dict
    job: str = ""


class Calls:
    def __init__(self, chance, server, settings, dialect, callers):
        self.chance, self.server, self.settings = chance, server, settings
        self.dialect, self.callers = dialect, callers
        self.made = []
        # When recording began and ended, where that was a part of the time alone.
        self.window = None
        self.outcomes = {
            "termination": self._termination, "definition": self._definition, "fault-of-m3": self._fault_of_m3,
            "rest-nok": self._rest_nok, "bad-transaction": self._bad_transaction, "malformed": self._malformed,
            "unauthorized": self._unauthorized, "runtime": self._runtime,
        }

    def make(self, sent, kind, service, rest, user, repeats=None):
        chance = self.chance
        values = repeats.values if repeats else [
            (element, column, self.callers.company if element == "Company" else drawn_value(chance, pattern))
            for element, column, pattern in service.fields]
        node = chance.choice(self.server.nodes)
        there, back = chance.uniform(0.001, 0.03), chance.uniform(0.001, 0.03)
        http_user = ("INFORBC\\" if self.dialect.with_domain else "") + user
        call = Call(sent, kind, service, rest, user, node, values, http_user, repeats)
        self.made.append(call)
        call.hidden = repeats.hidden if repeats else self._hidden(sent)
        self._ask(call)
        if kind in UNREACHED:
            self._unreached(call)
            return
        work = self._worked(call, sent + there)
        self._log_before(call, work)
        call.status = 500
        if kind in self.outcomes:
            self.outcomes[kind](call, work)
        self._log_after(call, work)
        if kind in SUCCEEDED:
            call.status = 200
        call.seconds = work.end + back - sent
        call.answered_at = self.server.clock(node, work.end)
        self._answer(call)
        self._give_up(call)
        if chance.random() < 0.02 and kind == "success" and not rest and chance.random() < 0.5:
            call.challenged = True

    def _hidden(self, sent):
        return self.chance.random() < self.callers.hidden or (
            self.window is not None and not self.window[0] <= sent <= self.window[1])

    def _ask(self, call):
        service, company, division = call.service, self.callers.company, self.callers.division
        prefix = service.operation[:3].lower()
        fields = "".join(f"<{prefix}:{element}>{escape(value)}</{prefix}:{element}>" for element, _, value in call.values)
        item = f"{prefix}:{service.program}" if service.through_panels else f"{prefix}:{service.operation}Item"
        inner = f"<{item}>{fields}</{item}>"
        if call.kind == "malformed":
            inner = inner.replace("</", " & Co</", 1)
        header = "<soapenv:Header/>"
        if self.chance.random() < 0.7:
            header = ('<soapenv:Header><cred:lws xmlns:cred="http://lawson.com/ws/credentials">'
                      f"<cred:company>{company}</cred:company><cred:division>{division}</cred:division>"
                      "</cred:lws></soapenv:Header>")
        if not call.rest:
            call.path = f"/mws-ws/services/{service.name}"
            call.request = (
                '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
                f' xmlns:{prefix}="http://your.company.net/{service.name}/{service.operation}">{header}'
                f"<soapenv:Body><{prefix}:{service.operation}>{inner}</{prefix}:{service.operation}></soapenv:Body>"
                "</soapenv:Envelope>")
            return
        call.method = "GET"
        query = "&".join(f"{column}={value.replace(' ', '%20')}" for _, column, value in call.values if column)
        call.path = (f"/m3api-rest/execute/{service.program}/{service.operation};metadata=true;maxrecs=100;"
                     f"cono={company};divi={division}?{query}")
        if call.kind == "bad-transaction":
            call.path = f"/m3api-rest/v2/execute/{service.program}/{service.operation}X?{query}"

    def _unreached(self, call):
        """The call doesn't come to the server."""
        chance = self.chance
        if call.kind == "refused":
            call.status, call.layers = 0, ["network"]
            call.error = chance.choice([
                "net::ERR_CONNECTION_REFUSED", "java.net.ConnectException: Connection refused: connect",
                "connect ECONNREFUSED 10.1.2.3:19007"])
            call.seconds = chance.uniform(0.001, 2.1)
        elif call.kind == "certificate":
            call.status, call.layers = 0, ["tls"]
            call.error = chance.choice([
                "javax.net.ssl.SSLHandshakeException: sun.security.validator.ValidatorException: PKIX path building"
                " failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification"
                " path to requested target",
                "net::ERR_CERT_AUTHORITY_INVALID"])
            call.seconds = chance.uniform(0.01, 0.2)
        else:
            call.status = chance.choice([502, 503, 504])
            title = f"{call.status} {REASONS[call.status]}"
            call.response = (f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center>"
                             "<hr><center>nginx</center></body></html>")
            call.layers = ["network", "mws-runtime"] if call.status == 503 else ["network"]
            call.seconds = chance.uniform(29.9, 30.3) if call.status == 504 else chance.uniform(0.002, 0.3)
            call.content_type, call.from_gateway = "text/html", True

    def _worked(self, call, arrived):
        """Which worker takes the call, from when to when."""
        chance, node, kind = self.chance, call.node, call.kind
        worker = min(range(self.settings.workers), key=lambda number: (max(node.free[number], arrived), chance.random()))
        start = max(arrived, node.free[worker])
        seconds = chance.lognormvariate(math.log(self.settings.mean_seconds) - 0.2, 0.6)
        if kind == "success" and chance.random() < 0.01:
            seconds += chance.uniform(3, 15)
        if kind == "gateway-gave-up":
            seconds = chance.uniform(31, 70)
        if kind in NOT_CALLED:
            seconds = chance.uniform(0.002, 0.02)
        if kind == "client-gave-up":
            seconds = chance.uniform(31, 40)
        node.free[worker] = start + seconds
        call.trail = self.server.trail(kind, call, call.service.program, call.user, start + seconds, node)
        words = {"third": chance.randint(0, 9), "fourth": chance.randint(1, 250), "millis": int(seconds * 1000)}
        return Work(node, self.dialect.thread.format(i=worker + 1), call.trail, start, seconds, start + seconds, words)

    def _words(self, call, work):
        """What the records at a call's start and end may name."""
        return {"service": f"m3api-rest/{call.service.program}" if call.rest else call.service.name,
                "operation": call.service.operation, "user": self._logged_user(call), "company": self.callers.company,
                "division": self.callers.division or "-", "outcome": "OK" if call.kind in SUCCEEDED else "FAULT",
                **work.words}

    def _logged_user(self, call):
        return call.user.lower() if self.dialect.small_users else call.user

    def _record(self, work, moment, level, logger, message, role, thread=None):
        return self.server.record(work.node, moment, level, logger, thread or work.thread, message, work.trail, role)

    def _log_before(self, call, work):
        called, level = call.kind not in NOT_CALLED, self.settings.log_level
        if called and level in ("info", "debug"):
            self._record(work, work.start + 0.001, "INFO", self.dialect.dispatcher,
                         self.dialect.start.format(**self._words(call, work)), "start")
        work.job = self.server.job()
        if not called or level != "debug":
            return
        self._record(work, work.start + 0.003, "DEBUG", self.dialect.executor, self._logged_values(call), "values")
        if self.chance.random() < 0.5:
            level = "TRACE" if self.chance.random() < 0.3 else "DEBUG"
            message = self.chance.choice(["Connection borrowed from pool", "Reply received from M3", "Panel E displayed",
                                          "Mapping response"])
            self._record(work, work.start + work.seconds * 0.6, level, self.dialect.executor, message, "other")

    def _logged_values(self, call):
        program, values = call.service.program, call.values
        if not call.service.through_panels:
            return f"MI {program} {call.service.operation} " + " ".join(
                f"{column}={value}" for _, column, value in values if column)
        company = self.callers.company
        fields = "".join(f'<Field name="{column}">{escape(value)}</Field>' for _, column, value in values)
        elements = "".join(f"<{column}>{escape(value)}</{column}>" for _, column, value in values)
        return [
            f"<MPD><Program>{program}</Program><User>{call.user}</User><Company>{company}</Company>"
            f'<Panel id="E">{fields}</Panel></MPD>',
            f'Executing m3.program {program}\n<MPD program="{program}" company="{company}">\n'
            f'  <panel name="A">{fields}</panel>\n</MPD>',
            f"MPD request: <MPD><pgm>{program}</pgm>{elements}</MPD>",
            f'<?xml version="1.0"?>\n<MPD name="{call.service.name}">\n'
            f' <sequence><step program="{program}" panel="A" key="ENTER"/></sequence>\n <data>{fields}</data>\n</MPD>',
        ][self.dialect.values_form]

    def _log_after(self, call, work):
        if self.settings.log_level == "errors" or call.kind in NOT_CALLED:
            return
        if call.kind in SUCCEEDED or self.chance.random() >= 0.5:
            self._record(work, work.end - 0.001, "INFO", self.dialect.dispatcher,
                         self.dialect.end.format(**self._words(call, work)), "end")

    def _termination(self, call, work):
        """The program breaks and leaves a dump."""
        chance, service = self.chance, call.service
        customer = chance.random() < 0.12
        program_type = self.callers.program_type if service.through_panels else "MIBatch"
        dump = self.server.dump(work.end - 0.006, work.node, service.program, call.user, program_type, work.job)
        dump.customer = customer
        work.trail.dump = dump
        logger, thread = self.dialect.executor, work.thread
        if self.settings.own_job_thread:
            logger, thread = "mvx.runtime.Job", f"M3-{work.job[:6]}"
        words = self.server.termination(dump, customer)
        broke = self._record(work, work.end - 0.005, "ERROR", logger, words, "termination", thread)
        fault = "Unable to execute MPD!"
        if not service.through_panels:
            fault = chance.choice(["Unable to execute MI transaction!",
                                   f"Unable to execute transaction {service.operation} in {service.program}"])
        where = f"{service.name}/{service.operation}"
        cause = f"Abnormal termination of mvx.app.pgm.{service.program}"
        message = [
            fault,
            with_trace(f"{fault}\ncom.lawson.mws.MWSException: {fault}"),
            f"{fault} {service.name}.{service.operation}",
            with_trace(f"Fault in {where}: {fault}\ncom.lawson.mws.m3.M3Exception: {fault}"),
            with_trace(f"{fault}\njava.lang.Exception: {fault}")
            + f"\nCaused by: com.lawson.mws.m3.M3ProgramException: {cause}\n\t... 12 more",
        ][self.dialect.fault_form]
        said = self._record(work, work.end - 0.002, "ERROR", self.dialect.fault_handler, message, "fault")
        call.causes, call.companions, call.fault, call.layers = [broke], [said], fault, ["m3-program"]

    def _definition(self, call, work):
        """The service's definition doesn't fit the program's panels."""
        chance, program, fault = self.chance, call.service.program, "Unable to execute MPD!"
        reason = chance.choice([
            "Field WWPSEQ not found on panel {program}/E", "Unexpected panel {program}/B1, expected {program}/E",
            "Mandatory input field WWOPT2 is missing for panel {program}/A",
            "Panel {program}/F is not in the panel sequence"]).format(program=program)
        if chance.random() < 0.5:
            level = chance.choice(["ERROR", "WARN"])
            message = f"m3.program {program}: {reason}"
            call.causes = [
                self._record(work, work.end - 0.004, level, self.dialect.executor, message, "reason"),
                self._record(work, work.end - 0.002, "ERROR", self.dialect.fault_handler, fault, "fault")]
        else:
            message = with_trace(f"{fault}\ncom.lawson.mws.MWSException: {fault} {reason}")
            call.causes = [self._record(work, work.end - 0.002, "ERROR", self.dialect.fault_handler, message, "fault")]
        call.fault, call.layers = chance.choice([fault, f"{fault} {reason}"]), ["service-definition"]

    def _fault_of_m3(self, call, work):
        """M3 answers that it won't do it."""
        element, _, value = call.values[0]
        text = self.chance.choice([
            f"{element} {value} already exists", "Customer number is invalid",
            "XIM0002 Item number IT00012 does not exist", f"Not authorized for company {self.callers.company}",
            "WCU0203 Customer C00012 does not exist                 "])
        call.fault, call.may_be_silent = text, True
        call.layers = ["m3-data", "authentication", "configuration"] if "authorized" in text else ["m3-data"]
        if self.chance.random() < 0.6:
            message = f"M3 message from {call.service.program}: {text}"
            call.causes = [self._record(work, work.end - 0.003, "WARN", self.dialect.executor, message, "reason")]

    def _rest_nok(self, call, work):
        code, text = self.chance.choice([
            ("XIM0002", "Customer number is invalid"),
            ("CPF9898", "Designed to fail!                                        "),
            ("XAU0008", "Not authorized for company 0")])
        call.status, call.content_type, call.may_be_silent = 200, "application/json", True
        call.response = json.dumps({"Message": text + "     ", "@type": "ServerReturnedNOK", "@code": code, "@cfg": None,
                                    "@field": "CUNO"})
        call.layers = ["m3-data", "authentication", "configuration"] if "Not auth" in text else ["m3-data"]

    def _bad_transaction(self, call, work):
        call.status, call.content_type, call.may_be_silent = 400, "application/json", True
        call.response = json.dumps({
            "results": [], "wasTerminated": True, "nrOfSuccessfullTransactions": 0, "nrOfFailedTransactions": 1,
            "terminationReason": "Transaction not found", "terminationErrorType": "TransactionNotFound",
            "errorType": "TransactionNotFound",
            "errorMessage": f"Transaction {call.service.operation}X not found in {call.service.program}"})
        call.layers = ["client", "service-definition"]

    def _malformed(self, call, work):
        """The request's XML can't be read."""
        chance, name = self.chance, call.service.name
        call.fault = chance.choice([
            'Error reading XMLStreamReader: Undeclared general entity "Co"',
            "com.ctc.wstx.exc.WstxParsingException: Unexpected character ' ' (code 32) (expected a name start character)"
            " at [row,col {unknown-source}]: [1,312]"])
        if chance.random() < 0.7:
            message = (f"Interceptor for {{http://your.company.net/{name}}}{name} has thrown exception, unwinding now\n"
                       f"org.apache.cxf.binding.soap.SoapFault: {call.fault}\n"
                       "\tat org.apache.cxf.staxutils.StaxUtils.close(StaxUtils.java:1)\n"
                       "\tat java.lang.Thread.run(Thread.java:745)")
            logger = "org.apache.cxf.phase.PhaseInterceptorChain"
            call.causes = [self._record(work, work.end - 0.001, "WARN", logger, message, "reason")]
        call.may_be_silent, call.layers, call.status = True, ["client"], chance.choice([500, 400])

    def _unauthorized(self, call, work):
        call.status, call.response, call.content_type = 401, "<html><body>401 Unauthorized</body></html>", "text/html"
        call.headers.append(("WWW-Authenticate", 'Basic realm="Grid"'))
        call.layers, call.may_be_silent = ["authentication"], True
        if self.chance.random() < 0.5:
            message = f"Authentication failed for user {self._logged_user(call)}"
            logger = "com.lawson.grid.security.SessionProvider"
            call.causes = [self._record(work, work.end - 0.001, "WARN", logger, message, "reason")]

    def _runtime(self, call, work):
        """The web services themselves break."""
        exception = self.chance.choice([
            "java.lang.NullPointerException", "java.lang.OutOfMemoryError: Java heap space",
            "com.lawson.mws.PoolExhaustedException: No free M3 connection within 30000 ms",
            "java.lang.ClassCastException: java.lang.String cannot be cast to java.math.BigDecimal"])
        message = (f"Internal error in {call.service.name}.{call.service.operation}\n{exception}\n"
                   "\tat com.lawson.mws.server.ResponseMapper.map(ResponseMapper.java:77)\n"
                   "\tat com.lawson.mws.server.ServiceDispatcher.invoke(ServiceDispatcher.java:219)\n"
                   "\tat java.lang.Thread.run(Thread.java:745)")
        call.causes = [self._record(work, work.end - 0.002, "ERROR", self.dialect.fault_handler, message, "fault")]
        call.fault = self.chance.choice(["Internal server error", exception, "Fault occurred while processing."])
        call.layers = ["mws-runtime"]

    def _answer(self, call):
        chance, service = self.chance, call.service
        if call.fault:
            code = "soap:Client"
            if call.kind != "malformed":
                code = chance.choice(["soap:Server", "SOAP-ENV:Server", "soapenv:Server"])
            prefix, detail, text = code.split(":")[0], "", escape(call.fault)
            if chance.random() < 0.2:
                detail = f'<detail><ns1:MWSFault xmlns:ns1="http://lawson.com/mws">{text}</ns1:MWSFault></detail>'
            inner = f"<faultcode>{code}</faultcode><faultstring>{text}</faultstring>{detail}"
            call.response = (f'<{prefix}:Envelope xmlns:{prefix}="http://schemas.xmlsoap.org/soap/envelope/">'
                             f"<{prefix}:Body><{prefix}:Fault>{inner}</{prefix}:Fault></{prefix}:Body></{prefix}:Envelope>")
        elif call.kind in SUCCEEDED and call.rest:
            values = {"NameValue": [{"Name": "CUNM", "Value": drawn_value(chance, "words")}], "RowIndex": 0}
            field = {"@name": "CUNM", "@type": "A", "@length": 36}
            call.response = json.dumps({"Program": service.program, "Transaction": service.operation,
                                        "Metadata": {"Field": [field]}, "MIRecord": [values]})
            call.content_type = "application/json"
            # Nothing hangs on this one any more; without it every seed would give another incident.
            chance.random()
        elif call.kind in SUCCEEDED:
            if service.through_panels:
                inner = f"<{service.program}><Status>{drawn_value(chance, '##')}</Status></{service.program}>"
            else:
                item = f"{service.operation}ResponseItem"
                inner = f"<{item}><Name>{drawn_value(chance, 'words')}</Name></{item}>"
            name, space = f"{service.operation}Response", f"http://your.company.net/{service.name}/{service.operation}"
            call.response = ('<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
                             f'<{name} xmlns="{space}">{inner}</{name}></soap:Body></soap:Envelope>')

    def _give_up(self, call):
        """Where the gateway or the client doesn't wait for the answer. A client then tries again."""
        chance = self.chance
        if call.kind == "gateway-gave-up":
            call.status, call.content_type, call.from_gateway, call.any_record = 504, "text/html", True, True
            call.response = ("<html><head><title>504 Gateway Time-out</title></head><body><center>"
                             "<h1>504 Gateway Time-out</h1></center></body></html>")
            call.seconds = chance.uniform(30.0, 30.2)
            call.layers = ["network", "mws-runtime", "configuration", "m3-program", "unknown"]
        elif call.kind == "client-gave-up":
            patience = chance.choice([30.0, 10.0, 20.0])
            call.status, call.response, call.any_record = 0, "", True
            call.error = chance.choice([
                "Read timed out", "net::ERR_TIMED_OUT", "java.net.SocketTimeoutException: Read timed out"])
            call.seconds = patience + chance.uniform(0.001, 0.02)
            call.layers = ["client", "network", "mws-runtime", "configuration", "unknown"]
            again = call.received + chance.uniform(0.9, 1.2)
            self.make(again, "success", call.service, call.rest, call.user, repeats=call)
