#!/usr/bin/env python3
"""Requests written down as programs, run, and compared byte for byte with what arrives at a server that records raw bytes.

    code.py MWSCOPE

curl under bash, curl with the options file that the PowerShell script writes, Python, Node.js and Java; those that aren't
installed are said to be skipped. The requests come from a synthetic Fiddler archive, which holds raw bytes.
"""
import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile

from checks import check, counted

MWSCOPE = sys.argv[1]


class Recorder:
    """Answers every request with 200 and keeps its head and body as they came."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.seen = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        data = b""
        with client:
            while True:
                while b"\r\n\r\n" not in data:
                    more = client.recv(65536)
                    if not more:
                        return
                    data += more
                head, data = data.split(b"\r\n\r\n", 1)
                lines = head.split(b"\r\n")
                headers = [tuple(part.strip() for part in line.split(b":", 1)) for line in lines[1:]]
                named = {name.lower(): value for name, value in headers}
                if b"chunked" in named.get(b"transfer-encoding", b""):
                    body = b""
                    while True:
                        while b"\r\n" not in data:
                            data += client.recv(65536)
                        size, data = data.split(b"\r\n", 1)
                        size = int(size, 16)
                        while len(data) < size + 2:
                            data += client.recv(65536)
                        body, data = body + data[:size], data[size + 2:]
                        if size == 0:
                            break
                else:
                    length = int(named.get(b"content-length", b"0"))
                    while len(data) < length:
                        more = client.recv(65536)
                        if not more:
                            break
                        data += more
                    body, data = data[:length], data[length:]
                self.seen.append((lines[0], headers, body))
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def soap(text):
    return ("<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\">\n<e:Body>" + text + "</e:Body></e:Envelope>").encode()


def requests(port):
    """Method, target, headers without Host and Content-Length, body or None."""
    agent = [(b"User-Agent", b"Jakarta Commons-HttpClient/3.1"), (b"Accept", b"*/*")]
    xml = [(b"Content-Type", b"text/xml;charset=UTF-8"), (b"SOAPAction", b"\"\"")]
    every = bytes(range(256)) * 3
    return [
        (b"POST", b"/mws-ws/services/Facility?wsdl&a=%20%2f", xml + agent, soap("<a b='it''s'>é&amp;😀 $HOME `x` \"y\" \\n !</a>")),
        (b"POST", b"/plain", xml, b"<a/>"),
        (b"POST", b"/bytes", [(b"Content-Type", b"application/octet-stream")] + agent, every),
        (b"POST", b"/cr", agent, b"a\r\nb\rc\n\n'@\n@file\x01\x7f\t"),
        (b"POST", b"/at", agent, b"@/etc/passwd"),
        (b"POST", b"/latin", xml + agent, "<a>Größe</a>".encode("latin-1")),
        (b"POST", b"/long", agent, b"".join(b"%06d Zeile 'x' \"y\" %%PATH%% {z}\n" % n for n in range(6000))),
        (b"POST", b"/nothing", agent, b""),
        (b"PUT", b"/put", [(b"Content-Type", b"application/json")], b"{\"a\": \"${x}\", \"b\": [1, 2]}"),
        (b"GET", b"/get", agent, None),
        (b"GET", b"/bare", [], None),
        (b"GET", b"/a/../b/./c//d?x=[1]&y={2}&z='3'&w=|^`~!$()*,;:@", agent, None),
        (b"GET", b"/twice", [(b"X-One", b"1"), (b"x-two", b"b"), (b"X-One", b"3"), (b"X-Empty", b""), (b"X-Odd", b"a 'b' \"c\" %d% $e \\f")], None),
        (b"GET", b"/with-body", agent, b"<why/>"),
        (b"DELETE", b"/delete", agent, None),
        (b"HEAD", b"/head", agent, None),
        (b"PATCH", b"/patch", agent, b"x=1&y=2"),
        (b"OPTIONS", b"/options", agent, None),
        (b"POST", b"/mne/servlet/MvxMCSvt", [(b"Content-Type", b"application/x-www-form-urlencoded"), (b"Connection", b"keep-alive"), (b"Accept-Encoding", b"gzip,deflate")] + agent, b"CMDTP=RUN&CMDVAL=MMS001&X=%c3%a9+%26"),
        (b"POST", b"/latin-header", agent + [(b"X-Name", b"Gr\xf6\xdfe")], b"x"),
    ]


def archive(path, port, sent):
    host = b"127.0.0.1:%d" % port
    with zipfile.ZipFile(path, "w") as saz:
        for n, (method, target, headers, body) in enumerate(sent, 1):
            lines = [method + b" http://" + host + target + b" HTTP/1.1", b"Host: " + host]
            lines += [name + b": " + value for name, value in headers]
            if body is not None:
                lines.append(b"Content-Length: %d" % len(body))
            saz.writestr(f"raw/{n:02}_c.txt", b"\r\n".join(lines) + b"\r\n\r\n" + (body or b""))
            saz.writestr(f"raw/{n:02}_s.txt", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def export(saz, index, language, folder, *options):
    names = {"curl": "replay.sh", "curl-powershell": "replay.ps1", "curl-cmd": "replay.cmd", "python": "replay.py", "fetch": "replay.mjs", "java": "Replay.java", "soapui": "project.xml"}
    path = os.path.join(folder, names[language])
    args = [MWSCOPE, "export", saz, "--to", language, "-o", path, "--force", *options]
    if index is not None:
        args.insert(3, str(index))
    done = subprocess.run(args, capture_output=True, text=True)
    check(f"{language} {index} is written", done.returncode == 0, done.stderr)
    with open(path, "rb") as file:
        return path, file.read()


def by_options_file(script, folder):
    """Does what the PowerShell script does: both texts to files, and curl with them."""
    text = script.decode("ascii")

    def literal(name):
        found = re.search(r"^\$" + name + r" = @'\n(.*?)\n'@\.Replace", text, re.S | re.M)
        if found:
            return found.group(1).encode("latin-1")
        found = re.search(r"^\$" + name + r" = \$latin1\.GetString\(\[Convert\]::FromBase64String\(@'\n(.*?)\n'@", text, re.S | re.M)
        return base64.b64decode(found.group(1)) if found else None

    config, body = literal("config"), literal("body")
    if body is not None:
        with open(os.path.join(folder, "body"), "wb") as file:
            file.write(body)
        config += b"data-binary = \"@" + os.path.join(folder, "body").encode() + b"\"\n"
    with open(os.path.join(folder, "options"), "wb") as file:
        file.write(config)
    return ["curl", "--config", os.path.join(folder, "options")]


def run(language, path, script, folder, env=None):
    commands = {"curl": ["bash", path], "python": ["python3", path], "fetch": ["node", path], "java": ["java", path]}
    command = by_options_file(script, folder) if language == "curl-powershell" else commands[language]
    env = {**os.environ, "no_proxy": "*", **(env or {})}
    return subprocess.run(command, capture_output=True, env=env, timeout=120, stdin=subprocess.DEVNULL)


def comments(language, script):
    start = {"fetch": "//", "java": "//"}.get(language, "#")
    lines = script.decode("utf-8", "replace").splitlines()
    return " ".join(line for line in lines if line.strip().startswith(start)).lower()


def compare(what, language, script, sent, arrived, host):
    method, target, headers, body = sent
    line, came, got = arrived
    check(f"{what}: method and target", line == method + b" " + target + b" HTTP/1.1", line)
    check(f"{what}: body", got == (body or b""), (len(got), got[:60]))
    said = comments(language, script)
    exact = language.startswith("curl") or language == "python" or "node:http sends" in said
    added = [b"host", b"content-length"]
    check(f"{what}: host", [v for n, v in came if n.lower() == b"host"] == [host], came)
    rest = [(name, value) for name, value in came if name.lower() not in added]
    if exact:
        if "node:http sends" in said and not any(n.lower() == b"connection" for n, _ in headers):
            rest = [pair for pair in rest if pair[0] != b"Connection"]
        check(f"{what}: headers in order and case", rest == headers, rest)
        return
    joined = {}
    for name, value in headers:
        joined.setdefault(name.lower(), []).append(value)
    arrived_by = {}
    for name, value in rest:
        arrived_by.setdefault(name.lower(), []).append(value)
    for name, values in joined.items():
        there = arrived_by.pop(name, None)
        same = there is not None and b", ".join(there) == b", ".join(values)
        # What isn't sent as it was must be named in a comment.
        ascii_only = all(value.isascii() for value in values)
        named = name.decode() in said.split("left out:")[-1] if "left out:" in said else False
        check(f"{what}: header {name.decode()}", same or named or (not ascii_only and "no ascii" in said), there)
    for name in arrived_by:
        check(f"{what}: {name.decode()} was added, and named", name.decode() in said, said)


def main():
    recorder = Recorder()
    host = b"127.0.0.1:%d" % recorder.port
    sent = requests(recorder.port)
    folder = tempfile.mkdtemp()
    saz = os.path.join(folder, "sent.saz")
    archive(saz, recorder.port, sent)
    runners = {"curl": "curl", "curl-powershell": "curl", "python": "python3", "fetch": "node", "java": "java"}
    for language, program in runners.items():
        if not shutil.which(program):
            print(f"skipped: {language}, since there is no {program}")
            continue
        # One program sends them all: for Java a start of the compiler costs more than the request.
        together = language == "java"
        recorder.seen.clear()
        for index in [None] if together else range(len(sent)):
            path, script = export(saz, index, language, folder, "--show-secrets")
            before = len(recorder.seen)
            done = run(language, path, script, folder)
            check(f"{language} {index} runs", done.returncode == 0, done.stderr)
            if not together:
                count = len(recorder.seen) - before
                check(f"{language} {index} sends one request", count == 1, count)
                if count == 1:
                    compare(f"{language} {index}", language, script, sent[index], recorder.seen[-1], host)
        if together:
            check(f"{language} sends all requests", len(recorder.seen) == len(sent), len(recorder.seen))
            for index, arrived in enumerate(recorder.seen[: len(sent)]):
                method, target, headers, body = sent[index]
                if language == "java":
                    target = b"".join(b"%%%02X" % c if c in b"|^`{}" else bytes([c]) for c in target)
                compare(f"{language} {index}", language, script, (method, target, headers, body), arrived, host)

    # Masked secrets come from the environment.
    masked = [
        (b"POST", b"/x?api_key=k-12345&q=1", [(b"Authorization", b"Basic VVNFUjpTM2NyZXQ="), (b"Cookie", b"JSESSIONID=abcdef0123456789"), (b"Content-Type", b"text/xml")],
         soap("<c:lws xmlns:c=\"http://lawson.com/ws/credentials\"><c:user>U</c:user><c:password>S3cret-9</c:password></c:lws>")),
    ]
    archive(saz, recorder.port, masked)
    env = {"MWS_BASIC": "VVNFUjpTM2NyZXQ=", "MWS_JSESSIONID": "abcdef0123456789", "MWS_API_KEY": "k-12345", "MWS_PASSWORD": "S3cret-9"}
    for language, program in runners.items():
        if not shutil.which(program):
            continue
        path, script = export(saz, 0, language, folder)
        check(f"{language}: no secret stands in it", not any(value.encode() in script for value in env.values()), script)
        check(f"{language}: no filler stands in it", b"***" not in script, script)
        if language == "curl-powershell":
            continue
        before = len(recorder.seen)
        done = run(language, path, script, folder)
        check(f"{language} without the variables sends nothing", done.returncode != 0 and len(recorder.seen) == before, done.stderr)
        done = run(language, path, script, folder, env)
        check(f"{language} with the variables runs", done.returncode == 0, done.stderr)
        if len(recorder.seen) == before + 1:
            compare(f"{language}, masked", language, script, masked[0], recorder.seen[-1], host)
        else:
            check(f"{language} with the variables sends one request", False, len(recorder.seen) - before)
    shutil.rmtree(folder)
    return counted()


if __name__ == "__main__":
    sys.exit(main())
