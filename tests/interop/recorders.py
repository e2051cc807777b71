"""The simulated MWS and a recorder before it, for scripts that look at what becomes of a recording while it is made."""

import base64
import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:cred="http://lawson.com/ws/credentials">'
    "<soapenv:Header><cred:lws><cred:company>100</cred:company><cred:division>AAA</cred:division></cred:lws></soapenv:Header>"
    '<soapenv:Body><{0} xmlns="http://schemas.infor.com/ips/Facility/{0}">{1}</{0}></soapenv:Body></soapenv:Envelope>'
)
PASSWORD = "simulated"
SECRET = base64.b64encode(b"MWSUSR:" + PASSWORD.encode())


class Site:
    """The simulated MWS, its log and its dumps."""

    def __init__(self, program, folder):
        self.program = program
        self.process = subprocess.Popen([program, "demo", "--serve", "--keep", folder], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        words = [self.process.stdout.readline() for _ in range(2)]
        self.port = int(re.search(r"http://127.0.0.1:(\d+)", words[0]).group(1))
        self.log = words[1].split()[1]
        self.dumps = self.process.stdout.readline().split()[1]


class Recorder:
    """`record --headless --format ndjson`, and what it says."""

    def __init__(self, site, case, *options, environment=None):
        home = os.path.dirname(case)
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, **(environment or {})}
        self.site, self.events = site, []
        words = [site.program, "record", "--headless", "--format", "ndjson", "--listen", "127.0.0.1:0", "--follow", site.log, "--follow", site.dumps]
        self.process = subprocess.Popen([*words, *options, case], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        first = self.process.stdout.readline()
        if not first:
            raise SystemExit(f"record ended: {self.process.stderr.read()}")
        self.port = int(json.loads(first)["address"].rsplit(":", 1)[1])
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def said(self):
        return [event["text"] for event in list(self.events) if event.get("kind") == "said"]

    def pushed(self):
        """How far the push has come, by its last word."""
        states = [event for event in list(self.events) if event.get("kind") == "push"]
        return states[-1] if states else {"taken": 0, "behind": None, "refused": 0, "trouble": None}

    def call(self, operation="Read", facility="A01"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        fields = f"<Facility>{facility}</Facility>" if operation == "Read" else f"<CRS008><Company>100</Company><Facility>{facility}</Facility></CRS008>"
        headers = {"Authorization": b"Basic " + SECRET, "Content-Type": "text/xml; charset=utf-8", "Connection": "close"}
        connection.request("POST", f"http://127.0.0.1:{self.site.port}/mws-ws/services/Facility", ENVELOPE.format(operation, fields), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def end(self):
        """Ends it in order; gives how long that took and the counts."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.reader.join()
        counts = [event for event in self.events if event.get("kind") == "counts"]
        return time.monotonic() - began, counts[-1] if counts else {}

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
