#!/usr/bin/env python3
"""wire.py MWSCOPE: encrypted traffic of real programs, captured here, and what `mwscope packets` makes of it.

openssl with every suite it has (TLS 1.0 to 1.3), with a key log, with the server's RSA key and with keys inside the
capture; sessions continued by name and by ticket; ssh against sshd; curl against nginx over HTTP/2; HTTP/1 in all its
framings; MI by its published layouts. What was sent is known, and where tshark is installed it says the same. Needs tcpdump and the right to capture; says so where it can't.
Ends with 'N passed, N failed'.
"""

import json
import gzip
import hashlib
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

import checks
from checks import check

MWSCOPE = os.path.abspath(sys.argv[1])
ANY = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
THIRTEEN = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"
PSK = "0123456789abcdef"
running = []


def start(*command, stdin=subprocess.DEVNULL):
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    running.append(process)
    return process


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    running.remove(process)


def run(*command, sent="", seconds=20):
    return subprocess.run(command, input=sent, capture_output=True, text=True, timeout=seconds, check=False)


def captured(name, ports, scene):
    """Captures what `scene` says on the loopback interface; the file's name."""
    file = f"{name}.pcap"
    dump = start("tcpdump", "-q", "-i", "lo", "-B", "16384", "--immediate-mode", "-w", file, f"tcp portrange {ports}")
    time.sleep(1)
    scene()
    time.sleep(0.5)
    stop(dump)
    return file


def lines(*arguments):
    out = run(MWSCOPE, "packets", *arguments, "--format", "ndjson", seconds=120)
    if out.returncode != 0:
        print(out.stderr)
    return [json.loads(line) for line in out.stdout.splitlines()]


def by_tshark(file, fields, shown, *options):
    """What tshark says, one list of fields a line; None where there is no tshark."""
    if not shutil.which("tshark"):
        return None
    wanted = [word for field in fields for word in ("-e", field)]
    out = run("tshark", "-r", file, *options, "-Y", shown, "-T", "fields", *wanted, seconds=120)
    return [line.split("\t") for line in out.stdout.splitlines()]


def certificates():
    def made(name, *key):
        run("openssl", "req", "-x509", *key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", "2",
            "-subj", "/CN=localhost")
    made("rsa", "-newkey", "rsa:2048")
    made("ec", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    run("openssl", "dsaparam", "-out", "dsa.parameters", "2048", seconds=120)
    run("openssl", "gendsa", "-out", "dsa.key", "dsa.parameters")
    run("openssl", "req", "-x509", "-new", "-key", "dsa.key", "-out", "dsa.crt", "-days", "2", "-subj", "/CN=localhost")
    run("openssl", "rsa", "-in", "rsa.key", "-traditional", "-out", "rsa-pkcs1.key")


def server(port, second, *more):
    process = start("openssl", "s_server", "-quiet", "-www", "-accept", str(port), "-cert", "rsa.crt", "-key", "rsa.key",
                    "-dcert", f"{second}.crt", "-dkey", f"{second}.key", "-psk", PSK, "-cipher", ANY,
                    "-ciphersuites", THIRTEEN, *more)
    time.sleep(0.7)
    return process


def get(path, port, *more, keys="keys.log"):
    """One GET by openssl; whether it was answered."""
    out = run("openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{port}", "-psk", PSK, "-keylogfile", keys, *more,
              sent=f"GET {path} HTTP/1.0\r\n\r\n")
    return "200 ok" in out.stdout


def every_suite():
    asked = []

    def scene():
        servers = [server(24430, "ec"), server(24431, "dsa")]
        for version in ("tls1", "tls1_1", "tls1_2"):
            suites = run("openssl", "ciphers", "-s", f"-{version}", "-psk", ANY).stdout.strip().split(":")
            for suite in suites:
                # SRP needs a file of verifiers; nobody uses it here.
                if suite.startswith(("TLS_", "SRP")):
                    continue
                path = f"/{version}-{suite}"
                if get(path, 24431 if "DSS" in suite else 24430, f"-{version}", "-cipher", f"{suite}:@SECLEVEL=0"):
                    asked.append(path)
        for suite in THIRTEEN.split(":"):
            if get(f"/tls1_3-{suite}", 24430, "-tls1_3", "-ciphersuites", suite):
                asked.append(f"/tls1_3-{suite}")
        for process in servers:
            stop(process)

    file = captured("suites", "24430-24431", scene)
    # Suites without encryption are among them: openssl offers them at this level of security.
    found = lines(file, "--keylog", "keys.log")
    targets = sorted(exchange["target"] for exchange in found if exchange["status"] == 200 and exchange["complete"])
    check("openssl spoke most of its suites", len(asked) > 200, len(asked))
    check("every suite is opened", targets == sorted(asked), sorted(set(asked) ^ set(targets)))
    said = by_tshark(file, ["http.request.uri"], "http.request", "-o", "tls.keylog_file:keys.log",
                     "-d", "tcp.port==24430,tls", "-d", "tcp.port==24431,tls")
    if said is not None:
        missed = {line[0] for line in said} - set(targets)
        check("nothing that tshark opens is missed", not missed, missed)
    sealed = [stream["tls"] for stream in lines("--streams", file)]
    check("without keys each stream says why", all(tls["reason"] and tls["remedy"] for tls in sealed if tls["cipher"]), sealed)


def with_the_rsa_key():
    def scene():
        process = server(24440, "ec")
        def said(path, *more):
            out = subprocess.Popen(["openssl", "s_client", "-ign_eof", "-connect", "127.0.0.1:24440", *more],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            out.stdin.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            out.stdin.flush()
            out.wait(10)
        old = ("-cipher", "AES128-SHA:@SECLEVEL=0")
        said("/ticket-first", "-tls1_2", *old, "-sess_out", "session1")
        said("/ticket-again", "-tls1_2", *old, "-sess_in", "session1")
        said("/name-first", "-tls1_2", *old, "-no_ticket", "-sess_out", "session2")
        said("/name-again", "-tls1_2", *old, "-no_ticket", "-sess_in", "session2")
        said("/tls1", "-tls1", *old)
        said("/gcm", "-tls1_2", "-cipher", "AES256-GCM-SHA384")
        said("/forward-secret", "-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA")
        stop(process)

    file = captured("rsa", "24440-24440", scene)
    wanted = ["/ticket-first", "/ticket-again", "/name-first", "/name-again", "/tls1", "/gcm"]
    for key in ("rsa.key", "rsa-pkcs1.key"):
        targets = [exchange["target"] for exchange in lines(file, "--key", key)]
        check(f"{key} opens RSA key exchange and sessions continued", targets == wanted, targets)
    streams = lines("--streams", file, "--key", "rsa.key")
    check("what it can't open says so", "key exchange" in (streams[-1]["tls"]["reason"] or ""), streams[-1]["tls"])
    refused = run(MWSCOPE, "packets", file, "--key", "ec.key")
    check("a key of another kind is refused", refused.returncode == 2, refused.stderr)


def with_keys_inside():
    if not shutil.which("editcap"):
        return
    run("editcap", "--inject-secrets", "tls,keys.log", "suites.pcap", "inside.pcapng")
    opened = len(lines("inside.pcapng"))
    check("keys inside the capture are used", opened == len(lines("suites.pcap", "--keylog", "keys.log")), opened)


def ssh():
    sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    if not (os.path.exists(sshd) and shutil.which("ssh")):
        print("skipped: ssh, which isn't installed")
        return
    os.makedirs("/run/sshd", exist_ok=True)
    kinds = [("ed25519", "curve25519-sha256"), ("rsa", "diffie-hellman-group-exchange-sha256"),
             ("ecdsa", "ecdh-sha2-nistp256")]
    for kind, _ in kinds:
        run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", f"host-{kind}")

    def scene():
        keys = [word for kind, _ in kinds for word in ("-h", os.path.abspath(f"host-{kind}"))]
        process = start(sshd, "-D", "-f", "/dev/null", "-p", "24450", "-o", "ListenAddress=127.0.0.1",
                        "-o", "PidFile=none", "-o", "Ciphers=aes128-ctr,aes256-gcm@openssh.com", *keys)
        time.sleep(1)
        base = ["ssh", "-p", "24450", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "-o", "BatchMode=yes"]
        algorithms = {"ed25519": "ssh-ed25519", "rsa": "rsa-sha2-512", "ecdsa": "ecdsa-sha2-nistp256"}
        for kind, kex in kinds:
            run(*base, "-o", f"KexAlgorithms={kex}", "-o", f"HostKeyAlgorithms={algorithms[kind]}", "nobody@127.0.0.1")
        run(*base, "-o", "Ciphers=chacha20-poly1305@openssh.com", "nobody@127.0.0.1")
        stop(process)

    file = captured("ssh", "24450-24450", scene)
    found = [stream["ssh"] for stream in lines("--streams", file)]
    check("every ssh connection is there", len(found) == 4, found)
    for (kind, kex), said in zip(kinds, found):
        printed = run("ssh-keygen", "-l", "-f", f"host-{kind}.pub").stdout.split()
        check(f"{kind}: the fingerprint is ssh-keygen's", said["host_key_sha256"] == printed[1], (said, printed))
        check(f"{kind}: the key exchange", said["kex"] == kex, said)
    check("nothing in common is told", "chacha20-poly1305@openssh.com" in " ".join(found[3]["mismatches"]), found[3])
    said = by_tshark(file, ["ssh.kex.hassh"], "ssh.kex.hassh", "-d", "tcp.port==24450,ssh")
    if said:
        check("HASSH is tshark's", [line[0] for line in said] == [ssh["hassh"] for ssh in found], said)


def http2():
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not os.path.exists(nginx) or "HTTP2" not in run("curl", "--version").stdout:
        print("skipped: HTTP/2, for want of nginx or of curl with HTTP/2")
        return
    os.makedirs("root", exist_ok=True)
    bodies = {f"file{n}": os.urandom(n * 7000 + 1) for n in range(8)}
    for name, body in bodies.items():
        with open(f"root/{name}", "wb") as file:
            file.write(body)
    here = os.getcwd()
    os.chmod(here, 0o755)
    with open("nginx.conf", "w", encoding="utf-8") as conf:
        conf.write(f"""worker_processes 1; pid {here}/nginx.pid; error_log {here}/error.log; daemon off; user root;
events {{ }}
http {{ access_log off; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/f;
  uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
  server {{ listen 127.0.0.1:24460 http2; listen 127.0.0.1:24461 ssl http2; root {here}/root;
    ssl_certificate {here}/rsa.crt; ssl_certificate_key {here}/rsa.key; }} }}
""")

    def scene():
        process = start(nginx, "-c", f"{here}/nginx.conf")
        time.sleep(1)
        environment = {**os.environ, "SSLKEYLOGFILE": f"{here}/curl.log"}
        urls = [word for name in bodies for word in ("-o", "/dev/null", f"https://127.0.0.1:24461/{name}")]
        commands = [["--http2", "--parallel", *urls]]
        # curl 7.88 makes no second request on a connection with HTTP/2 in clear.
        commands += [["--http2-prior-knowledge", "-o", "/dev/null", f"http://127.0.0.1:24460/{name}"] for name in bodies]
        for words in commands:
            subprocess.run(["curl", "-sk", *words], env=environment, timeout=30, check=False, stderr=subprocess.DEVNULL)
        stop(process)

    file = captured("http2", "24460-24461", scene)
    found = lines(file, "--keylog", "curl.log")
    for scheme in ("http", "https"):
        mine = {e["target"]: e["response_bytes"] for e in found if e["url"].startswith(f"{scheme}:") and e["complete"]}
        sent = {f"/{name}": len(body) for name, body in bodies.items()}
        check(f"HTTP/2 over {scheme}: every stream whole", mine == sent, mine)
    check("all of it is HTTP/2", {e["http"] for e in found} == {"HTTP/2"}, found[:1])


def by_length():
    """MI by the layouts of open clients, and a protocol of nobody, over real sockets."""
    def framed(text):
        return struct.pack(">I", len(text)) + text

    logon = b"PWLOG" + b"".join(f"{word:<{width}}".encode() for word, width in (
        ("100 ABC", 32), ("MWSUSR", 16), ("hidden-password", 16), ("CRS610MI", 32), ("MI-TEST", 32), ("10.0.0.7", 16)))
    said = [(logon, [b"Connection accepted"]), (b"LstByNumber    100", [b"REP  1", b"REP  2", b"OK"]),
            (b"GetBasicData   999", [b"NOK  not there"])]
    unknown = [(b"\x01\x02order 4711", [b"\x03\x04accepted"]), (b"\x01\x05next one", [b"\x03\x06done it"])]

    def talk(port, script):
        listener = socket.create_server(("127.0.0.1", port))
        def serve():
            connection, _ = listener.accept()
            for asked, answers in script:
                connection.recv(len(asked) + 4, socket.MSG_WAITALL)
                connection.sendall(b"".join(map(framed, answers)))
            connection.recv(1)
            connection.close()
        thread = threading.Thread(target=serve)
        thread.start()
        with socket.create_connection(("127.0.0.1", port)) as client:
            for asked, answers in script:
                client.sendall(framed(asked))
                client.recv(sum(len(answer) + 4 for answer in answers), socket.MSG_WAITALL)
        thread.join(5)
        listener.close()

    def scene():
        talk(24470, said)
        talk(24471, unknown)

    file = captured("length", "24470-24471", scene)
    first, second = lines("--streams", file)
    check("MI is recognised on any port", first["protocol"] == "mi", first)
    mi = first["mi"]
    calls = [(call["transaction"], call["outcome"], call["rows"]) for call in mi["calls"]]
    check("its calls", calls == [("LstByNumber", "OK", 2), ("GetBasicData", "NOK", 0)], calls)
    check("its logon", (mi["logon"]["user"], mi["logon"]["program"]) == ("MWSUSR", "CRS610MI"), mi["logon"])
    check("not its password", "hidden-password" not in run(MWSCOPE, "packets", "--streams", file, "--format", "json",
                                                           "--show-secrets").stdout)
    check("an unknown protocol is framed", second["protocol"] == "framed", second)
    texts = [message["text"] for message in second.get("framed", {}).get("messages", [])]
    check("what can be read of it", texts == [["order 4711"], ["accepted"], ["next one"], ["done it"]], texts)


def chunked(body, size=700):
    parts = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nX-Sum: 1\r\n\r\n"


def request(method, target, body=b"", *fields, framed=None):
    """The bytes of a request; with `framed` that body, already in its transfer coding."""
    length = [] if framed is not None else [b"Content-Length: %d" % len(body)] if body else []
    head = [b"%s %s HTTP/1.1" % (method.encode(), target.encode()), b"Host: 127.0.0.1", *fields, *length]
    return b"\r\n".join(head) + b"\r\n\r\n" + (body if framed is None else framed)


def response(status, body=b"", *fields, framed=None, length=True):
    fields = [*fields, b"Content-Length: %d" % len(body)] if length and framed is None else fields
    return b"\r\n".join([b"HTTP/1.1 " + status, *fields]) + b"\r\n\r\n" + (body if framed is None else framed)


def http1():
    """Every way in which HTTP/1 ends a body, over real sockets, and what is inside a CONNECT."""
    big = os.urandom(70_001)
    text = b"<a>" + b"0123456789 " * 2000 + b"</a>"
    envelope = (b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><Create/></s:Body></s:Envelope>')
    related = b"\r\n".join([
        b"--cut", b"Content-Type: application/xop+xml; charset=UTF-8", b"Content-ID: <root>", b"", envelope,
        b"--cut", b"Content-Type: application/octet-stream", b"Content-ID: <one>", b"", big, b"--cut--", b""])
    mtom = b'Content-Type: multipart/related; boundary=cut; type="application/xop+xml"; start="<root>"'
    coded = b"Transfer-Encoding: chunked"
    # What goes over each connection: the bytes of each request and of its answer, and what must come out of them, as
    # method, target, status and both bodies. `None` ends the connection.
    scenes = {
        "one after the other": [
            (request("POST", "/counted", text), response(b"200 OK", big), ("POST", "/counted", 200, text, big)),
            (request("POST", "/chunked", b"", coded, framed=chunked(big)), response(b"201 Made", b"", coded, framed=chunked(text)),
             ("POST", "/chunked", 201, big, text)),
            (request("HEAD", "/head"), b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", ("HEAD", "/head", 200, b"", b"")),
            (request("GET", "/same"), b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\n\r\n", ("GET", "/same", 304, b"", b"")),
            (request("PUT", "/nothing", text), b"HTTP/1.1 204 No Content\r\n\r\n", ("PUT", "/nothing", 204, text, b"")),
            (request("POST", "/interim", text, b"Expect: 100-continue"),
             b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response(b"200 OK", b"done"),
             ("POST", "/interim", 200, text, b"done")),
            (request("GET", "/gzip"), response(b"200 OK", gzip.compress(text), b"Content-Encoding: gzip"),
             ("GET", "/gzip", 200, b"", text)),
            (request("POST", "/mtom", related, mtom), response(b"200 OK", related, mtom), ("POST", "/mtom", 200, related, related)),
            (request("GET", "/to-the-end"), response(b"200 OK", big, b"Connection: close", length=False), ("GET", "/to-the-end", 200, b"", big)),
        ],
        "pipelined": [
            (b"".join(request("POST", f"/pipe{n}", text[:n * 500]) for n in range(1, 8)),
             b"".join(response(b"200 OK", big[:n * 900]) if n % 2 else response(b"200 OK", b"", coded, framed=chunked(big[:n * 900]))
                      for n in range(1, 8)),
             *[("POST", f"/pipe{n}", 200, text[:n * 500], big[:n * 900]) for n in range(1, 8)]),
        ],
    }

    def talk(listener, script, wrap=None):
        def serve():
            connection, _ = listener.accept()
            if wrap:
                connection = wrap(connection)
            for asked, answer, *_ in script:
                left = len(asked)
                while left:
                    left -= len(connection.recv(left))
                connection.sendall(answer)
            connection.close()
        thread = threading.Thread(target=serve)
        thread.start()
        return thread

    def scene():
        for script in scenes.values():
            with socket.create_server(("127.0.0.1", 24480)) as listener:
                thread = talk(listener, script)
                with socket.create_connection(listener.getsockname()) as client:
                    for asked, answer, *_ in script:
                        client.sendall(asked)
                        left = len(answer)
                        while left:
                            left -= len(client.recv(left))
                thread.join(5)
        # A proxy's tunnel, with TLS in it.
        with socket.create_server(("127.0.0.1", 24480)) as listener:
            def opened(connection):
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain("rsa.crt", "rsa.key")
                return context.wrap_socket(connection, server_side=True)
            asked, answer = request("POST", "/inside", text), response(b"200 OK", big)
            thread = talk(listener, [(asked, answer)], opened)
            plain = socket.create_connection(listener.getsockname())
            plain.sendall(b"CONNECT m3.example:443 HTTP/1.1\r\nHost: m3.example:443\r\n\r\n")
            plain.recv(65_536)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.keylog_filename = "tunnel.log"
            with context.wrap_socket(plain, server_hostname="m3.example") as client:
                client.sendall(asked)
                left = len(answer)
                while left:
                    left -= len(client.recv(left))
            thread.join(5)

    file = captured("http1", "24480-24480", scene)
    found = lines(file, "--keylog", "tunnel.log")
    wanted = [exchange for script in scenes.values() for _, _, *exchanges in script for exchange in exchanges]
    wanted += [("CONNECT", "m3.example:443", 200, b"", b""), ("POST", "/inside", 200, text, big)]
    said = [(exchange["method"], exchange["target"], exchange["status"]) for exchange in found]
    check("HTTP/1: methods, targets and statuses", said == [exchange[:3] for exchange in wanted], said)
    check("HTTP/1: all whole", all(exchange["complete"] for exchange in found), found)
    check("HTTP/1: the call inside the package", [e["operation"] for e in found if e["target"] == "/mtom"] == ["Create"], found)
    check("HTTP/1: what is inside the tunnel says so", [e["tunnel"] for e in found[-2:]] == [None, found[-2]["id"]], found[-2:])
    for exchange, (method, target, _, asked, answered) in zip(found, wanted):
        for half, body in (("request", asked), ("response", answered)):
            # The tunnel's own halves are no bodies, and `show` reads without keys.
            if method == "CONNECT" or target == "/inside":
                continue
            out = subprocess.run([MWSCOPE, "show", file, exchange["id"], "--body", half, "--show-secrets"],
                                 capture_output=True, timeout=30, check=False).stdout
            same = hashlib.sha256(out).digest() == hashlib.sha256(body).digest()
            check(f"HTTP/1: the {half}'s body of {target}", same, (len(out), len(body)))
    lengths = [(e["request_bytes"], e["response_bytes"]) for e in found if e["target"] == "/inside"]
    check("HTTP/1: lengths inside the tunnel", lengths == [(len(text), len(big))], lengths)
    theirs = by_tshark(file, ["http.request.uri"], "http.request", "-o", "tls.keylog_file:tunnel.log", "-d", "tcp.port==24480,http")
    if theirs is not None:
        targets = {target for line in theirs for target in line[0].split(",")}
        check("HTTP/1: nothing that tshark finds is missed", targets <= {target for _, target, _ in said}, targets)


def leave(folder):
    """Removes what was made, unless something failed: then it may be looked at."""
    os.chdir("/")
    if checks.failed:
        print(f"kept for looking: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


def can_capture():
    if not shutil.which("tcpdump"):
        return False
    dump = start("tcpdump", "-q", "-i", "lo", "-w", os.devnull)
    time.sleep(1)
    may = dump.poll() is None
    if may:
        stop(dump)
    else:
        running.remove(dump)
    return may


def main():
    if not can_capture():
        print("skipped: captures, since tcpdump isn't there or may not capture")
        return
    folder = tempfile.mkdtemp(prefix="mwscope-wire-")
    os.chdir(folder)
    try:
        certificates()
        every_suite()
        with_the_rsa_key()
        with_keys_inside()
        ssh()
        http2()
        http1()
        by_length()
    finally:
        for process in running:
            process.kill()
        leave(folder)


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
