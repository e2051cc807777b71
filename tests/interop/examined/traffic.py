"""Recordings of synthetic calls: HAR, Fiddler's SAZ, and captures of TCP."""

import base64
import copy
import json
import struct
import zipfile
from datetime import datetime, timedelta, timezone

from .calls import REASONS
from .layouts import offset
from .truth import Source

AGENTS = ["Apache-HttpClient/4.1.1 (java 1.5)",
          "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)", "Java/1.8.0_60"]
CLIENT, SERVER = bytes((10, 9, 8, 7)), bytes((10, 20, 30, 40))
SYN, SYN_ACK, ACK, PUSH, FIN = 2, 18, 16, 24, 17
SESSION_TIMERS = [
    # The name, whether it counts from the end, and how far it lies from there.
    ("ClientConnected", False, -0.001), ("ClientBeginRequest", False, 0), ("GotRequestHeaders", False, 0),
    ("ClientDoneRequest", False, 0.0002), ("ServerConnected", False, -0.001), ("FiddlerBeginRequest", False, 0.0003),
    ("ServerGotRequest", False, 0.0005), ("ServerBeginResponse", True, -0.0006), ("GotResponseHeaders", True, -0.0005),
    ("ServerDoneResponse", True, -0.0003), ("ClientBeginResponse", True, -0.0002), ("ClientDoneResponse", True, 0),
]
UNUSED_TIMERS = ' GatewayTime="0" DNSTime="0" TCPConnectTime="0" HTTPSHandshakeTime="0"'
CONTENT_TYPES = ('<?xml version="1.0" encoding="utf-8" ?>'
                 '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                 '<Default Extension="htm" ContentType="text/html" />'
                 '<Default Extension="xml" ContentType="application/xml" />'
                 '<Default Extension="txt" ContentType="text/plain" /></Types>')


def har_time(moment, minutes):
    time = datetime.fromtimestamp(moment, timezone(timedelta(minutes=minutes or 0)))
    zone = "Z" if minutes is None else offset(timedelta(minutes=minutes))
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}{zone}"


def har_headers(headers):
    return [{"name": name, "value": value} for name, value in headers]


class Traffic:
    """Writes the calls that aren't hidden; `sources` says which call each entry of each file is."""

    def __init__(self, chance, folder, callers):
        self.chance, self.folder, self.callers = chance, folder, callers
        self.host = chance.choice(["mws.example.com:19007", "m3prd.corp.local:21007", "10.20.30.40:16201"])
        self.agent = chance.choice(AGENTS)
        self.zone = chance.choice([None, None, 60, -300])
        self.sources = []

    def write(self, kind, calls):
        if kind == "har+har":
            second_clock = self.chance.choice([0, 0, self.chance.uniform(-3, 3)])
            self.har("clientA.har", [call for call in calls if call.number % 2 == 0])
            self.har("clientB.har", [call for call in calls if call.number % 2 == 1], second_clock)
            return
        answered = [call for call in calls if call.status != 0]
        for part in kind.split("+"):
            if part == "har":
                self.har("traffic.har", calls)
            elif part == "pcap":
                self.pcap("capture.pcap", answered)
            elif part == "saz":
                self.saz("fiddler.saz", answered)

    def request_headers(self, call):
        headers = [("Host", self.host)]
        if call.method == "POST":
            headers += [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", '""')]
        if not self.callers.without_authorization:
            secret = base64.b64encode(f"{call.http_user}:secret1".encode()).decode()
            headers.append(("Authorization", f"Basic {secret}"))
        headers.append(("User-Agent", self.agent))
        if call.request:
            headers.append(("Content-Length", str(len(call.request.encode()))))
        return headers

    def response_headers(self, call):
        headers = [("Content-Type", call.content_type or "text/xml;charset=UTF-8")]
        if call.date:
            headers.append(("Date", call.date))
        return headers + call.headers + [("Content-Length", str(len(call.response.encode())))]

    def har(self, file, calls, skew=0.0):
        entries, numbers = [], []
        for call in calls:
            request = self._har_request(call)
            if call.challenged:
                entries.append(self._challenge(call, request, skew))
                numbers.append(None)
            millis = round(call.seconds * 1000, 1)
            timings = {"blocked": -1, "dns": -1, "connect": -1, "send": 0.2, "wait": millis - 0.4, "receive": 0.2,
                       "ssl": -1}
            entries.append({"startedDateTime": har_time(call.sent + skew, self.zone), "time": millis, "request": request,
                            "response": self._har_response(call), "cache": {}, "timings": timings})
            numbers.append(call.number)
        if self.chance.random() < 0.2 and entries:
            entries.insert(0, self._asked_for_token(entries[0]["startedDateTime"]))
            numbers.insert(0, None)
        creator = {"name": self.chance.choice(["WebInspector", "SoapUI", "Fiddler", "Charles Proxy"]), "version": "1"}
        text = json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}})
        (self.folder / file).write_text(text, encoding="utf-8")
        self.sources.append(Source(file, numbers, skew))

    def _har_request(self, call):
        scheme = "https" if call.kind == "certificate" else "http"
        request = {"method": call.method, "url": f"{scheme}://{self.host}{call.path}", "httpVersion": "HTTP/1.1",
                   "cookies": [], "headers": har_headers(self.request_headers(call)), "queryString": [],
                   "headersSize": -1, "bodySize": len(call.request)}
        if call.request and not self.callers.without_bodies:
            request["postData"] = {"mimeType": "text/xml; charset=utf-8", "text": call.request}
        return request

    def _har_response(self, call):
        answered = call.status != 0
        content_type = (call.content_type or "text/xml") if answered else ""
        response = {"status": call.status, "statusText": REASONS[call.status],
                    "httpVersion": "HTTP/1.1" if answered else "", "cookies": [],
                    "headers": har_headers(self.response_headers(call)) if answered else [],
                    "content": {"size": len(call.response), "mimeType": content_type, "text": call.response},
                    "redirectURL": "", "headersSize": -1, "bodySize": len(call.response)}
        if call.error:
            response["_error"] = call.error
        return response

    def _challenge(self, call, request, skew):
        """The client asks without its password first, and is told to send it."""
        request = copy.deepcopy(request)
        request["headers"] = [header for header in request["headers"] if header["name"] != "Authorization"]
        headers = har_headers([("WWW-Authenticate", 'Basic realm="Grid"'), ("Content-Length", "0")])
        response = {"status": 401, "statusText": "Unauthorized", "httpVersion": "HTTP/1.1", "cookies": [],
                    "headers": headers, "content": {"size": 0, "mimeType": "", "text": ""}, "redirectURL": "",
                    "headersSize": -1, "bodySize": 0}
        return {"startedDateTime": har_time(call.sent + skew - 0.012, self.zone), "time": 8.0, "request": request,
                "response": response, "cache": {}, "timings": {"send": 0, "wait": 8, "receive": 0}}

    def _asked_for_token(self, time):
        request = {"method": "GET", "url": f"http://{self.host}/m3api-rest/csrf", "httpVersion": "HTTP/1.1",
                   "cookies": [], "headers": [], "queryString": [], "headersSize": -1, "bodySize": 0}
        response = {"status": 404, "statusText": "Not Found", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
                    "content": {"size": 0, "mimeType": "", "text": ""}, "redirectURL": "", "headersSize": -1,
                    "bodySize": 0}
        return {"startedDateTime": time, "time": 3, "request": request, "response": response, "cache": {},
                "timings": {"send": 0, "wait": 3, "receive": 0}}

    def request_bytes(self, call, absolute=False):
        target = (f"http://{self.host}" if absolute else "") + call.path
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.request_headers(call))
        return f"{call.method} {target} HTTP/1.1\r\n{headers}\r\n{call.request}".encode()

    def response_bytes(self, call):
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.response_headers(call))
        return f"HTTP/1.1 {call.status} {REASONS[call.status]}\r\n{headers}\r\n{call.response}".encode()

    def saz(self, file, calls):
        width = len(str(len(calls)))
        with zipfile.ZipFile(self.folder / file, "w") as archive:
            def add(name, content):
                # With a time of its own, the archive is the same whenever it is made.
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
            add("[Content_Types].xml", CONTENT_TYPES)
            for number, call in enumerate(calls, 1):
                name = f"raw/{number:0{width}}"
                add(f"{name}_c.txt", self.request_bytes(call, absolute=True))
                add(f"{name}_s.txt", self.response_bytes(call))
                add(f"{name}_m.xml", self._session(number, call))
        self.sources.append(Source(file, [call.number for call in calls], 0))

    def _session(self, number, call):
        zone = timedelta(minutes=self.zone or 0)

        def timer(name, from_end, distance):
            moment = (call.received if from_end else call.sent) + distance
            time = datetime.fromtimestamp(moment, timezone(zone))
            text = f'{name}="{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond:06d}0{offset(zone)}"'
            return text + UNUSED_TIMERS if name == "ClientDoneRequest" else text

        timers = " ".join(timer(*of) for of in SESSION_TIMERS)
        return (f'\ufeff<?xml version="1.0" encoding="utf-8"?><Session SID="{number}" BitFlags="18">'
                f"<SessionTimers {timers} />"
                '<PipeInfo CltReuse="true" Reused="true" /><SessionFlags><SessionFlag N="x-clientip" V="127.0.0.1" />'
                "</SessionFlags></Session>")

    def pcap(self, file, calls):
        packets = []
        server_port = int(self.host.split(":")[1])
        for at, call in enumerate(calls):
            packets += conversation(call, self.request_bytes(call), self.response_bytes(call), at, server_port)
        packets.sort(key=lambda packet: packet[0])
        with open(self.folder / file, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for moment, frame in packets:
                micros = int((moment - int(moment)) * 1e6)
                out.write(struct.pack("<IIII", int(moment), micros, len(frame), len(frame)) + frame)
        self.sources.append(Source(file, [call.number for call in calls], 0))


def conversation(call, request, response, at, server_port):
    """The packets of a connection with one call, each with its moment."""
    packets, client_port = [], 20000 + at
    asked, answered = 1000 + at * 7, 5000 + at * 13

    def packet(moment, from_client, flags, data=b""):
        ports, numbers, ends = (client_port, server_port), (asked, answered), (CLIENT, SERVER)
        if not from_client:
            ports, numbers, ends = ports[::-1], numbers[::-1], ends[::-1]
        sequence, acknowledged = numbers[0], 0 if flags == SYN else numbers[1]
        segment = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 5 << 4, flags, 65535, 0, 0) + data
        header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, 6, 0, *ends)
        packets.append((moment, b"\x02" * 6 + b"\x04" * 6 + b"\x08\x00" + header + segment))

    packet(call.sent - 0.0006, True, SYN)
    asked += 1
    packet(call.sent - 0.0003, False, SYN_ACK)
    answered += 1
    packet(call.sent - 0.0001, True, ACK)
    moment = call.sent
    for start in range(0, len(request), 1400):
        part = request[start:start + 1400]
        packet(moment, True, PUSH, part)
        asked += len(part)
        moment += 0.00005
    moment = call.received - 0.0005
    for start in range(0, len(response), 1400):
        part = response[start:start + 1400]
        packet(moment, False, PUSH, part)
        answered += len(part)
        moment += 0.00005
    packet(call.received + 0.0002, True, FIN)
    asked += 1
    packet(call.received + 0.0004, False, FIN)
    answered += 1
    packet(call.received + 0.0005, True, ACK)
    return packets
