#!/usr/bin/env python3
"""peers.py MWSCOPE: real clients and a real SOAP server, recorded over http and https.

Starts a spyne service twice (http, and https under a root made for this run), starts `mwscope record --headless`,
calls through it with curl and zeep, stops it, and holds what `mwscope list` and `mwscope show` say against what was
really sent and received. Ends with 'N passed, N failed'.
"""

import base64
import json
import logging
import os
import signal
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import wsgiref.simple_server

import requests
import zeep
from spyne import Application, ComplexModel, Fault, Integer, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

import checks
from checks import check

logging.disable(logging.CRITICAL)  # spyne tells every fault that it was asked to give
MWSCOPE = os.path.abspath(sys.argv[1])


class Facility(ComplexModel):
    __namespace__ = "http://your.company.net/Facility"
    code = Unicode
    name = Unicode
    visits = Integer


class FacilityService(ServiceBase):
    @rpc(Unicode, _returns=Facility)
    def Get(ctx, code):
        return Facility(code=code, name="Größe & Maß <1>", visits=3)

    @rpc(Unicode, Unicode, _returns=Facility)
    def Create(ctx, code, name):
        raise Fault("Server", "Unable to execute MPD!")


class Threaded(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass


def serve(context=None):
    """A spyne service on a free port; gives its base URL."""
    soap = WsgiApplication(
        Application([FacilityService], "http://your.company.net/Facility", in_protocol=Soap11(), out_protocol=Soap11())
    )
    server = wsgiref.simple_server.make_server("127.0.0.1", 0, soap, Threaded, Quiet)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"{'https' if context else 'http'}://localhost:{server.server_port}/mws-ws/services/Facility"


def certificates(folder):
    """A root and a certificate of it for localhost; gives the root's path and a server context."""
    run = lambda *args: subprocess.run(("openssl", *args), check=True, capture_output=True, cwd=folder)
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
    run(*new, "-x509", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=peers.py root", "-addext", "basicConstraints=critical,CA:TRUE")
    run(*new, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
    with open(os.path.join(folder, "leaf.ext"), "w") as f:
        f.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    run("x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "2", "-extfile", "leaf.ext", "-out", "leaf.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "leaf.pem"), os.path.join(folder, "leaf.key"))
    return os.path.join(folder, "root.pem"), context


class Recorder:
    """`mwscope record --headless`; knows its address and its root once it listens."""

    def __init__(self, case, root, home):
        # The server's root is trusted by way of the environment, as on a machine where it is installed.
        environment = {**os.environ, "SSL_CERT_FILE": root, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        self.process = subprocess.Popen(
            [MWSCOPE, "record", "--headless", "--listen", "127.0.0.1:0", case],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )
        self.said, self.complained = [], []
        for pipe, lines in ((self.process.stdout, self.said), (self.process.stderr, self.complained)):
            threading.Thread(target=lambda pipe=pipe, lines=lines: lines.extend(iter(pipe.readline, "")), daemon=True).start()
        self.address = self.wait_for("listening on ")
        self.ca = self.wait_for("ca ")

    def wait_for(self, start):
        for _ in range(200):
            for line in list(self.said):
                if line.startswith(start):
                    return line[len(start):].strip()
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"mwscope record never said '{start}': {self.said} {self.complained}")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "no end within 20 s of Ctrl-C"


def curl(*args):
    done = subprocess.run(("curl", "--silent", "--show-error", "--max-time", "20", "--noproxy", "", *args), capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


def envelope(operation, **fields):
    inner = "".join(f"<u:{name}>{value}</u:{name}>" for name, value in fields.items())
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<u:{operation} xmlns:u="http://your.company.net/Facility">{inner}</u:{operation}></s:Body></s:Envelope>'
    )


def with_curl(url, proxy, trust):
    through = ("--proxy", f"http://{proxy}", *trust)
    direct = requests.get(f"{url}?wsdl", verify=os.environ["PEERS_ROOT"], proxies={"http": "", "https": ""}).content
    status, body, said = curl(*through, f"{url}?wsdl")
    check(f"curl {url}?wsdl is what the server sent", status == 0 and body == direct, f"{status} {said}")
    post = ("--header", "Content-Type: text/xml; charset=utf-8", "--header", 'SOAPAction: ""')
    status, body, said = curl(*through, *post, "--data", envelope("Get", code="A01"), "--user", "MWSUSR:not-a-secret", url)
    check(f"curl POST {url}", status == 0 and "Größe" in body.decode(), f"{status} {said} {body}")
    # As every .NET client sends it. (Python's own server can't read chunked requests, so none is sent.)
    status, body, said = curl(*through, *post, "--header", "Expect: 100-continue", "--data", envelope("Create", code="A02", name="x"), url)
    check(f"curl POST with Expect {url}", status == 0 and b"Unable to execute MPD!" in body, f"{status} {said} {body}")


def with_zeep(url, proxy, verify):
    session = requests.Session()
    session.trust_env = False
    session.proxies = {"http": f"http://{proxy}", "https": f"http://{proxy}"}
    session.verify = verify
    session.auth = ("EDIUSR", "not-a-secret")
    client = zeep.Client(f"{url}?wsdl", transport=zeep.transports.Transport(session=session))
    # The server names itself by the address it was reached at; the call goes through the proxy as well.
    service = client.create_service(next(iter(client.wsdl.bindings)), url)
    answer = service.Get("A03")
    check(f"zeep Get {url}", (answer.code, answer.name, answer.visits) == ("A03", "Größe & Maß <1>", 3), answer)
    try:
        service.Create("A04", "y")
        check(f"zeep Create {url} is a fault", False)
    except zeep.exceptions.Fault as fault:
        check(f"zeep Create {url} is a fault", fault.message == "Unable to execute MPD!", fault.message)


def listed(case):
    done = subprocess.run([MWSCOPE, "list", case, "--format", "ndjson"], capture_output=True, text=True, timeout=60)
    check("list: exit 0", done.returncode == 0, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def hold_against(exchanges, url):
    """Each server was called six times: three with curl, three with zeep."""
    ours = [x for x in exchanges if x["url"].startswith(url)]
    seen = [(x["method"], x["operation"], x["status"], x["user"], x["fault"]) for x in ours]
    mpd = "Unable to execute MPD!"
    expected = [
        ("GET", None, 200, None, None),
        ("POST", "Get", 200, "MWSUSR", None),
        ("POST", "Create", 500, None, mpd),
        ("GET", None, 200, "EDIUSR", None),
        ("POST", "Get", 200, "EDIUSR", None),
        ("POST", "Create", 500, "EDIUSR", mpd),
    ]
    check(f"list: what was sent to {url}", seen == expected, seen)
    for x in ours:
        check(f"list: {x['id']} is complete", x["complete"] and x["outcome"] == "complete" and x["duration_ms"] is not None, x)
        check(f"list: {x['id']} travelled in a tunnel just where TLS is", (x["tunnel"] is not None) == url.startswith("https:"), x)
        check(f"list: {x['id']} names the service", x["service"] == "Facility", x["service"])
    if len(ours) > 1:
        sent = len(envelope("Get", code="A01").encode())
        check("list: body bytes of the request", ours[1]["request_bytes"] == sent, (ours[1]["request_bytes"], sent))


def with_replay(case, exchanges, url, root):
    """What was recorded is sent again to the server that is still there, and answered as before."""
    environment = {**os.environ, "SSL_CERT_FILE": root}
    for call in [x for x in exchanges if x["url"] == url and x["method"] == "POST" and x["user"] == "EDIUSR"]:
        done = subprocess.run(
            [MWSCOPE, "replay", case, call["id"], "--user", "EDIUSR:not-a-secret", "--yes", "--compare", "--format", "json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env=environment,
        )
        check(f"replay {call['operation']} {url} is answered as before", done.returncode == 0, done.stdout + done.stderr)
        run = json.loads(done.stdout)["runs"][0]
        told = (run["origin"]["index"], run["exchange"]["status"], run["exchange"]["user"], run["same"])
        check(f"replay {call['operation']} {url} says so", told == (call["index"], call["status"], "EDIUSR", True), run)


def with_mock(case, path):
    """zeep calls the mock, which has nothing but the recording; the WSDL leads it there by itself."""
    mock = subprocess.Popen(
        [MWSCOPE, "serve", case, "--listen", "127.0.0.1:0", "--delays", "none"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        address = mock.stdout.readline().strip().removeprefix("listening on ")
        session = requests.Session()
        session.trust_env = False
        session.auth = ("SOMEBODY", "else")
        client = zeep.Client(f"http://{address}{path}?wsdl", transport=zeep.transports.Transport(session=session))
        leads = client.service._binding_options["address"]
        check("serve: the WSDL leads back to the mock", leads.startswith(f"http://{address}/"), leads)
        answer = client.service.Get("A03")
        check("serve: zeep Get is answered", (answer.code, answer.name) == ("A03", "Größe & Maß <1>"), answer)
        try:
            client.service.Create("A04", "y")
            check("serve: zeep Create is a fault", False)
        except zeep.exceptions.Fault as fault:
            check("serve: zeep Create is a fault", fault.message == "Unable to execute MPD!", fault.message)
        missed = requests.get(f"http://{address}/never/recorded", proxies={"http": ""})
        check("serve: a miss is said", missed.status_code == 404 and "nothing was recorded" in missed.text, missed.text)
    finally:
        mock.send_signal(signal.SIGINT)
        said = mock.communicate(timeout=20)[0]
    check("serve: counts at the end", "not recorded 1" in said, said)


def no_secret(case):
    basic = base64.b64encode(b"MWSUSR:not-a-secret")
    for folder, _, names in os.walk(case):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                held = f.read()
            check(f"{name} holds no password", b"not-a-secret" not in held and basic not in held)


def main():
    with tempfile.TemporaryDirectory() as folder:
        root, context = certificates(folder)
        os.environ["PEERS_ROOT"] = root
        plain, tls = serve(), serve(context)
        case = os.path.join(folder, "peers.mwscope")
        recorder = Recorder(case, root, folder)
        for url in (plain, tls):
            with_curl(url, recorder.address, ("--cacert", recorder.ca))
            with_zeep(url, recorder.address, recorder.ca)
        check("record ends with Ctrl-C", recorder.stop() in (0, 130), recorder.process.returncode)
        exchanges = listed(case)
        for url in (plain, tls):
            hold_against(exchanges, url)
        check("list: the CONNECTs of curl and zeep", sum(x["method"] == "CONNECT" for x in exchanges) >= 4, len(exchanges))
        for url in (plain, tls):
            with_replay(case, exchanges, url, root)
        with_mock(case, "/" + plain.split("/", 3)[3])
        no_secret(case)
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
