#!/usr/bin/env python3
"""failures.py MWSCOPE: makes a recording break at every stage that there is, with real peers (openssl, curl, sockets).

Each failure must be listed with its stage, with words that say what happened, and with a remedy behind a semicolon.
Ends with 'N passed, N failed'.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from checks import free_port

MWSCOPE = os.path.abspath(sys.argv[1])
LIMITS = "head=1s,stall=2s,answer=2s,tunnel=2s,half-open=1s,connect=2s,handshake=3s"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


class Recording:
    """`mwscope record` on a free port."""

    def __init__(self, folder, name, *options):
        self.case = os.path.join(folder, f"{name}.mwscope")
        home = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
        self.process = subprocess.Popen(
            [MWSCOPE, "record", "--headless", "--listen", "127.0.0.1:0", "--limit", LIMITS, *options, self.case],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=home,
        )
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "listening":
                self.address = rest.removeprefix("on ")
            if word == "ca":
                self.ca = rest
            if word == "case":
                return
        raise SystemExit(f"record ended with {self.process.wait()}")

    def connect(self):
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=20)

    def curl(self, url, *options):
        return run("curl", "-sS", "-m", "20", "--noproxy", "", "--proxy", f"http://{self.address}", "--cacert", self.ca, *options, url)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.stdout.read()
        self.process.wait(30)
        listed = run(MWSCOPE, "list", self.case, "--format", "ndjson").stdout
        return [json.loads(line) for line in listed.splitlines()]


class Server:
    """A socket whose connections are given to a script, and its URL."""

    def __init__(self, script):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.held = []

        def serve():
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=script, args=(connection, self.held), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()


def head(connection):
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(4096)
    return got


def answering(answer, reset=False):
    def script(connection, held):
        head(connection)
        connection.sendall(answer)
        if reset:
            time.sleep(0.1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    return Server(script)


def silent(connection, held):
    held.append(connection)


def half_open(connection, held):
    connection.sendall(b"SSH-2.0-gone\r\n")
    connection.shutdown(socket.SHUT_WR)
    held.append(connection)


def certificates(folder):
    """Roots, and leaves that are wrong in one way each, as files NAME.pem with key and chain."""
    def openssl(*words):
        done = run("openssl", *words, cwd=folder)
        if done.returncode:
            raise SystemExit(f"openssl {words[0]}: {done.stderr}")

    def leaf(name, host, key, *days):
        openssl("req", "-newkey", key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={host}")
        with open(os.path.join(folder, f"{name}.ext"), "w") as out:
            out.write(f"subjectAltName=DNS:{host},DNS:ignored.invalid\n")
        root = "unknown" if name == "untrusted" else "root"
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{root}.pem", "-CAkey", f"{root}.key", "-CAcreateserial",
                "-extfile", f"{name}.ext", "-out", f"{name}.crt", *days)

    for root in ("root", "unknown"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{root}.key", "-out", f"{root}.pem",
                "-days", "30", "-subj", f"/CN={root} of a test")
    leaf("good", "localhost", "rsa:2048", "-days", "30")
    leaf("untrusted", "localhost", "rsa:2048", "-days", "30")
    leaf("othername", "elsewhere.example", "rsa:2048", "-days", "30")
    leaf("weak", "localhost", "rsa:1024", "-days", "30")
    # A validity that ended: -days may be negative for `x509 -req` only from OpenSSL 3.4 on, `ca` always could.
    os.makedirs(os.path.join(folder, "ca"), exist_ok=True)
    open(os.path.join(folder, "ca", "index.txt"), "w").close()
    with open(os.path.join(folder, "ca.cnf"), "w") as out:
        out.write("[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=ca\ndatabase=ca/index.txt\nrand_serial=yes\ndefault_md=sha256\n"
                  "policy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=DNS:localhost\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "expired.key", "-out", "expired.csr", "-subj", "/CN=localhost")
    openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key", "-in", "expired.csr",
            "-out", "expired.crt", "-notext", "-startdate", "20200101000000Z", "-enddate", "20200201000000Z")


def tls_server(folder, name, *options):
    port = free_port()
    process = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", f"{name}.crt", "-key", f"{name}.key", "-www", "-quiet", *options],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    return process, port


def main():
    passed = failed = 0

    def check(what, exchanges, stage, words, where, outcome=("failed",)):
        nonlocal passed, failed
        found = [x for x in exchanges if where in (x["url"] or "") or where in (x["target"] or "")]
        good = [x for x in found if x["stage"] == stage and x["outcome"] in outcome and all(w in x["cause"] for w in words)]
        remedy = [x for x in good if outcome != ("failed",) or len(x["cause"].partition(";")[2].strip()) > 10]
        if remedy:
            passed += 1
            print(f"ok   {stage}: {what}")
        else:
            failed += 1
            seen = [(x["url"], x["outcome"], x["stage"], x["cause"]) for x in found or exchanges]
            print(f"FAIL {stage}: {what}: wanted {words}, there is {seen}")

    with tempfile.TemporaryDirectory() as folder:
        certificates(folder)
        servers = {}
        for name, options in {
            "good": [], "untrusted": [], "othername": [], "expired": [],
            "weak": ["-cipher", "DEFAULT@SECLEVEL=0"],
        }.items():
            servers[name] = tls_server(folder, name, *options)
        servers["old"] = tls_server(folder, "good", "-tls1", "-cipher", "ALL@SECLEVEL=0")

        main_run = Recording(folder, "main", "--extra-root", os.path.join(folder, "root.pem"))
        # accept, request-head, request-body
        with main_run.connect() as s:
            s.sendall(b"\x00\x01\x02")
            s.recv(1)
        with main_run.connect() as s:
            s.sendall(b"GET http://head.invalid/ HTTP/1.1\r\nHost:")
            s.recv(4096)
        sink = Server(lambda connection, held: [connection.recv(65536) for _ in range(100)])
        with main_run.connect() as s:
            s.sendall(f"POST {sink.url}stalls HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello".encode())
            s.recv(4096)
        with main_run.connect() as s:
            s.sendall(f"POST {sink.url}leaves HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello".encode())
        # resolve, dial
        main_run.curl("http://no-such-host.invalid/")
        nobody = free_port()
        main_run.curl(f"http://127.0.0.1:{nobody}/")
        full = socket.socket()
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        crowd = []
        for _ in range(4):  # a queue of waiting connections that is full lets nobody in and refuses nobody
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
            crowd.append(waiting)
        main_run.curl(f"http://127.0.0.1:{full.getsockname()[1]}/")
        # tls-client: curl without our root refuses us
        run("curl", "-sS", "--noproxy", "", "--proxy", f"http://{main_run.address}", f"https://127.0.0.1:{servers['good'][1]}/")
        for name in ("untrusted", "othername", "expired", "weak", "old"):
            main_run.curl(f"https://localhost:{servers[name][1]}/")
        plain = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        reset = Server(lambda connection, held: (connection.recv(10), connection.close()))
        main_run.curl(f"https://localhost:{reset.port}/")
        # send, wait
        deaf = Server(silent)
        big = os.path.join(folder, "big")
        with open(big, "wb") as out:
            out.truncate(64 << 20)
        main_run.curl(deaf.url + "takes-nothing", "-H", "Expect:", "--data-binary", f"@{big}")
        main_run.curl(deaf.url + "says-nothing")
        closing = answering(b"")
        main_run.curl(closing.url)
        resetting = answering(b"", reset=True)
        main_run.curl(resetting.url)
        client_gone = Server(silent)
        with main_run.connect() as s:
            s.sendall(f"GET {client_gone.url}gone HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.3)
        # response-head, response-body
        cut_head = answering(b"HTTP/1.1 200 OK\r\nContent-Le")
        main_run.curl(cut_head.url)
        cut_body = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        main_run.curl(cut_body.url)
        reset_body = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", reset=True)
        main_run.curl(reset_body.url)
        # tunnel
        ssh = Server(half_open)
        with main_run.connect() as s:
            s.sendall(f"CONNECT 127.0.0.1:{ssh.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while s.recv(4096):
                pass
            # The server has ended its side; the client keeps its own open and says nothing.
            time.sleep(2)
        time.sleep(2)
        there = main_run.end()

        with_credentials = Recording(folder, "auth", "--proxy-auth", "user:pass")
        with_credentials.curl(plain.url)
        auth = with_credentials.end()
        chained = Recording(folder, "chained", "--upstream-proxy", f"127.0.0.1:{nobody}")
        chained.curl("https://m3.example/")
        upstream = chained.end()
        for process, _ in servers.values():
            process.kill()

        check("a client that speaks another protocol", there, "accept", ["neither HTTP nor TLS"], "")
        check("no credentials for the proxy", auth, "proxy-auth", ["credentials"], str(plain.port))
        check("half a head", there, "request-head", ["did not finish", "1 s"], "")
        check("a body that stalls", there, "request-body", ["sent nothing"], "stalls")
        check("a client gone in its body", there, "request-body", ["closed"], "leaves", ("aborted",))
        check("a name nobody knows", there, "resolve", ["no-such-host.invalid"], "no-such-host")
        check("a port nobody listens on", there, "dial", ["refused"], str(nobody))
        check("a host that doesn't answer", there, "dial", ["within 2 s"], str(full.getsockname()[1]))
        check("an upstream proxy that is down", upstream, "upstream-proxy", ["refused"], "m3.example")
        check("a client that refuses our certificate", there, "tls-client", ["keytool"], str(servers["good"][1]))
        tls = lambda name: f"localhost:{servers[name][1]}"
        check("an untrusted root", there, "tls-upstream", ["keytool -importcert", "unknown of a test"], tls("untrusted"))
        check("another name", there, "tls-upstream", ["elsewhere.example"], tls("othername"))
        check("an expired certificate", there, "tls-upstream", ["expired", "2020-02-01"], tls("expired"))
        check("RSA with 1024 bits", there, "tls-upstream", ["1024"], tls("weak"))
        check("TLS 1.0 alone", there, "tls-upstream", ["older", "TLS 1.2"], tls("old"))
        check("a connection that is closed in the handshake", there, "tls-upstream", ["inside the TLS handshake"], f"localhost:{reset.port}")
        check("a server that takes nothing", there, "send", ["took nothing", "2 s"], "takes-nothing")
        check("a server that says nothing", there, "wait", ["no answer within 2 s"], "says-nothing")
        check("a server that closes", there, "wait", ["without an answer"], str(closing.port))
        check("a server that resets", there, "wait", ["reset"], str(resetting.port))
        check("a client that gives up", there, "wait", ["gave up"], "gone", ("aborted", "failed"))
        check("a head that is cut", there, "response-head", ["inside the head"], str(cut_head.port))
        check("a body that is cut", there, "response-body", ["5 bytes of the answer missing"], str(cut_body.port))
        check("a body that is reset", there, "response-body", ["reset"], str(reset_body.port))
        check("a tunnel that is half open", there, "tunnel", ["1 s"], str(ssh.port))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
