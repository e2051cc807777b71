#!/usr/bin/env python3
"""pages.py MWSCOPE: HTTP/1 of nginx, captured here, and what `mwscope packets` makes of it beside tshark.

Connections that are kept, gzip in chunks, HEAD, 304, a range, pipelining; and the pipeline again with the packets of
several answers taken out of the capture. Needs nginx, tcpdump and the right to capture; says so where it can't.
Ends with 'N passed, N failed'.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

import checks
import wire
from checks import check

PORT = 24490
COUNT = 10


def get(target, method="GET", *fields):
    return b"\r\n".join([b"%s %s HTTP/1.1" % (method.encode(), target.encode()), b"Host: 127.0.0.1", *fields]) + b"\r\n\r\n"


def until_quiet(client):
    """Reads what comes until nothing does for a while."""
    client.settimeout(0.7)
    try:
        while client.recv(65_536):
            pass
    except TimeoutError:
        pass


def nginx_serves(folder):
    root = f"{folder}/root"
    os.makedirs(root)
    os.chmod(folder, 0o755)
    for n in range(COUNT):
        with open(f"{root}/page{n}.txt", "w", encoding="ascii") as file:
            file.write(f"{n} " * (400 + 137 * n))
    with open(f"{root}/long.html", "w", encoding="ascii") as file:
        file.write("<p>0123456789</p>\n" * 3000)
    with open(f"{folder}/nginx.conf", "w", encoding="ascii") as conf:
        conf.write(f"""worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; user root;
events {{ }}
http {{ access_log off; if_modified_since before; gzip on; gzip_min_length 20; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{PORT}; root {root}; }} }}
""")
    process = wire.start(shutil.which("nginx") or "/usr/sbin/nginx", "-c", f"{folder}/nginx.conf")
    checks.until(lambda: not socket.socket().connect_ex(("127.0.0.1", PORT)))
    return process


def kept():
    """One connection, one request after the other."""
    asked = [
        (get("/page1.txt"), ("GET", "/page1.txt", 200)),
        (get("/long.html", "GET", b"Accept-Encoding: gzip"), ("GET", "/long.html", 200)),
        (get("/page2.txt", "HEAD"), ("HEAD", "/page2.txt", 200)),
        (get("/page3.txt", "GET", b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"), ("GET", "/page3.txt", 304)),
        (get("/page4.txt", "GET", b"Range: bytes=10-19"), ("GET", "/page4.txt", 206)),
        (get("/none"), ("GET", "/none", 404)),
        (get("/page5.txt", "DELETE"), ("DELETE", "/page5.txt", 405)),
    ]

    def scene():
        with socket.create_connection(("127.0.0.1", PORT)) as client:
            for request, _ in asked:
                client.sendall(request)
                until_quiet(client)

    file = wire.captured("kept", f"{PORT}-{PORT}", scene)
    found = wire.lines(file)
    said = [(e["method"], e["target"], e["status"]) for e in found]
    check("a kept connection: methods, targets, statuses", said == [wanted for _, wanted in asked], said)
    check("a kept connection: all whole", all(e["complete"] for e in found), found)
    sizes = {e["target"]: e["response_bytes"] for e in found}
    check("a kept connection: no body where there is none", (sizes["/page2.txt"], sizes["/page3.txt"]) == (0, 0), sizes)
    check("a kept connection: the range", sizes["/page4.txt"] == 10, sizes)
    out = subprocess.run([wire.MWSCOPE, "show", file, found[1]["id"], "--body", "response"], capture_output=True, check=False)
    check("a kept connection: what was packed", out.stdout == b"<p>0123456789</p>\n" * 3000, out.stdout[:100])
    beside_tshark("a kept connection", file, said)


def beside_tshark(what, file, said):
    """Requests and statuses as tshark finds them."""
    options = ("-d", f"tcp.port=={PORT},http")
    requests = wire.by_tshark(file, ["http.request.method", "http.request.uri"], "http.request", *options)
    statuses = wire.by_tshark(file, ["http.response.code"], "http.response", *options)
    if requests is None or statuses is None:
        return
    # Several in one packet stand in one line.
    asked = [pair for methods, uris in requests for pair in zip(methods.split(","), uris.split(","))]
    answered = [int(code) for codes, in statuses for code in codes.split(",")]
    check(f"{what}: tshark asks the same", asked == [(method, target) for method, target, _ in said], asked)
    check(f"{what}: tshark is answered the same", answered == [status for *_, status in said if status], answered)


def pipelined():
    """All requests at once; then without some of the answers' packets."""
    def scene():
        with socket.create_connection(("127.0.0.1", PORT)) as client:
            client.sendall(b"".join(get(f"/page{n}.txt") for n in range(COUNT)))
            until_quiet(client)

    file = wire.captured("pipelined", f"{PORT}-{PORT}", scene)
    found = wire.lines(file)
    said = [(e["method"], e["target"], e["status"]) for e in found]
    check("a pipeline", said == [("GET", f"/page{n}.txt", 200) for n in range(COUNT)], said)
    sizes = [e["response_bytes"] for e in found]
    check("a pipeline: lengths", sizes == [2 * (400 + 137 * n) for n in range(COUNT)], sizes)
    beside_tshark("a pipeline", file, said)
    missing = lossy(file, "lossy.pcap", {4, 5, 6})
    check("a pipeline: answers were taken out", missing > 2000, missing)
    found = wire.lines("lossy.pcap")
    wrong = [e for e in found if e["status"] and e["method"] and e["response_bytes"] not in (0, sizes[page(e)])
             and e["complete"]]
    check("a gap in a pipeline pairs nothing wrong", not wrong, wrong)
    whole = [page(e) for e in found if e["status"] == 200 and e["method"] and e["complete"]]
    check("a gap in a pipeline: all others are paired", whole == [0, 1, 2, 3, 7, 8, 9], found)


def page(exchange):
    return int("".join(c for c in exchange["target"] if c.isdigit()))


def lossy(file, into, pages):
    """Takes the bytes of these answers out of a capture, as if they had not been captured; how many those were."""
    with open(file, "rb") as opened:
        data = opened.read()
    head, packets, at = data[:24], [], 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        packets.append(data[at:at + 16 + length])
        at += 16 + length
    ip, stream, places = 16 + 14, b"", []
    for packet in packets:
        tcp = ip + (packet[ip] & 15) * 4
        start = tcp + (packet[tcp + 12] >> 4) * 4
        end = ip + struct.unpack_from(">H", packet, ip + 2)[0]
        if struct.unpack_from(">H", packet, tcp)[0] == PORT and end > start:
            places.append((packet, tcp, start, len(stream)))
            stream += packet[start:end]
    starts = [at for at in range(len(stream)) if stream.startswith(b"HTTP/1.1 200", at)] + [len(stream)]
    cut, to = starts[min(pages)], starts[max(pages) + 1]
    kept_packets = []
    for packet in packets:
        place = next((place for place in places if place[0] is packet), None)
        if place is None:
            kept_packets.append(packet)
            continue
        _, tcp, start, offset = place
        # What of the packet stands before the cut, and what behind it, as packets of their own.
        body = packet[start:]
        for a, b in ((offset, min(cut, offset + len(body))), (max(to, offset), offset + len(body))):
            if a < b:
                payload = body[a - offset:b - offset]
                seq = (struct.unpack_from(">I", packet, tcp + 4)[0] + a - offset) & 0xFFFFFFFF
                frame = bytearray(packet[16:start]) + payload
                struct.pack_into(">H", frame, ip - 16 + 2, len(frame) - 14)
                struct.pack_into(">I", frame, tcp - 16 + 4, seq)
                kept_packets.append(packet[:8] + struct.pack("<II", len(frame), len(frame)) + bytes(frame))
    with open(into, "wb") as opened:
        opened.write(head + b"".join(kept_packets))
    return to - cut


def main():
    if not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")) or not wire.can_capture():
        print("skipped: nginx's pages, since nginx or tcpdump isn't there or may not capture")
        return
    folder = tempfile.mkdtemp(prefix="mwscope-pages-")
    os.chdir(folder)
    server = nginx_serves(folder)
    try:
        kept()
        pipelined()
    finally:
        wire.stop(server)
        wire.leave(folder)


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
