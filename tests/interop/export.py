#!/usr/bin/env python3
"""Checks what `mwscope export` writes with the programs that it is written for: tshark reads the captures and opens
their TLS, haralyzer the HTTP archives, mitmproxy the flow files, Python's zipfile the Fiddler archives.

    export.py MWSCOPE PATH...      needs tshark, and Python with haralyzer and mitmproxy

Each PATH is a recording or case. It ends with "N passed, N failed".
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile

from checks import check, counted


def main():
    program, paths = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            name = pathlib.Path(path).name
            if pathlib.Path(path).suffix.startswith(".pcap"):
                originals(program, pathlib.Path(path), pathlib.Path(folder) / f"{name}.cut.pcapng")
                continue
            listed = listing(program, path)

            def written(form):
                out = pathlib.Path(folder) / f"{name}.{form}"
                done = subprocess.run([program, "export", path, "--to", form, "-o", out, "--force"], capture_output=True, text=True)
                check(f"{name}: {form} is written", done.returncode == 0, done.stderr)
                return out

            capture(name, written("pcapng"), listed)
            archive(name, written("har"), listed)
            flows(name, written("flow"), listed)
            sessions(name, written("saz"), listed)
            table(name, written("csv"), listed)
    return counted()


def listing(program, path):
    done = subprocess.run([program, "list", path, "--format", "ndjson"], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def tshark(path, shown, fields):
    words = ["tshark", "-r", path, "-Y", shown, "-T", "fields", "-E", "separator=\t", "-E", "occurrence=f"]
    for field in fields:
        words += ["-e", field]
    done = subprocess.run(words, capture_output=True, text=True)
    check(f"tshark reads {path.name}", done.returncode == 0, done.stderr)
    return [line.split("\t") for line in done.stdout.splitlines()]


def capture(name, path, listed):
    asked = tshark(path, "http.request", ["http.request.method", "http.request.uri", "tls.handshake.type"])
    expected = [[row["method"], row["target"]] for row in listed]
    check(f"{name}: requests in tshark", [row[:2] for row in asked] == expected, (asked[:3], expected[:3]))
    answered = tshark(path, "http.response", ["http.response.code"])
    expected = [[str(row["status"])] for row in listed if row["status"]]
    check(f"{name}: answers in tshark", answered == expected, (answered[:3], expected[:3]))
    lengths = tshark(path, "http.response", ["http.content_length_header"])
    wrong = [
        (row["id"], length)
        for row, (length,) in zip([row for row in listed if row["status"]], lengths)
        if length and row["complete"] and row["response_bytes"] and int(length) == 0
    ]
    check(f"{name}: lengths in tshark", not wrong or name != "traffic.har", wrong)
    opened = tshark(path, "http.request && tls", ["frame.number"])
    secure = sum(row["url"].startswith("https:") for row in listed)
    check(f"{name}: TLS is opened", len(opened) == secure, (len(opened), secure))
    wrong = tshark(path, "(tcp.analysis.flags && !tcp.analysis.reused_ports) || _ws.malformed || tcp.checksum.status == 0", ["frame.number", "_ws.col.info"])
    check(f"{name}: no packet is odd", not wrong, wrong[:5])
    said = tshark(path, "frame.comment", ["frame.comment"])
    check(f"{name}: the packets are called put together", len(said) == len(listed) and all("put together" in row[0] for row in said), said[:2])


def originals(program, path, cut):
    """Packets cut out of a capture: tshark says of their HTTP, times, link types and lengths what it says of the whole."""
    done = subprocess.run([program, "export", path, "--to", "pcapng", "--show-secrets", "-o", cut, "--force"], capture_output=True, text=True)
    check(f"{path.name}: packets are cut out", done.returncode == 0, done.stderr)
    asked = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.protocols", "http.request.uri", "http2.headers.path"]
    answered = ["frame.time_epoch", "frame.len", "http.response.code", "http2.headers.status"]
    for what, shown, fields in [
        ("requests", "http.request || http2.headers.path", asked),
        ("answers", "http.response || http2.headers.status", answered),
    ]:
        whole, part = tshark(path, shown, fields), tshark(cut, shown, fields)
        check(f"{path.name}: {what} of the packets in tshark", part == whole and (whole or what == "answers"), (part[:2], whole[:2]))


def archive(name, path, listed):
    from haralyzer import HarParser

    entries = HarParser(json.loads(path.read_text("utf-8"))).har_data["entries"]
    same = [
        (entry["request"]["method"], entry["request"]["url"], entry["response"]["status"] or None) == (row["method"], row["url"], row["status"])
        for entry, row in zip(entries, listed)
    ]
    check(f"{name}: haralyzer reads the archive", len(entries) == len(listed) and all(same), same)
    for entry in entries:
        parts = [entry["timings"][part] for part in ("blocked", "dns", "connect", "send", "wait", "receive")]
        total = sum(part for part in parts if part > 0)
        check(f"{name}: the time of an entry is the sum of its parts", abs(entry["time"] - total) < 0.001, entry["timings"])
        content = entry["response"]["content"]
        if "text" in content and "encoding" not in content:
            check(f"{name}: the size of a content", content["size"] == len(content["text"].encode()), content["size"])


def flows(name, path, listed):
    from mitmproxy.io import FlowReader

    with path.open("rb") as file:
        read = list(FlowReader(file).stream())
    same = [
        (flow.request.method, flow.response.status_code if flow.response else None) == (row["method"], row["status"])
        and (flow.request.method == "CONNECT" or flow.request.path == target(row["url"]))
        for flow, row in zip(read, listed)
    ]
    check(f"{name}: mitmproxy reads the flows", len(read) == len(listed) and all(same), same)
    for flow in read:
        if flow.response and flow.response.raw_content is not None:
            try:
                flow.response.get_content(strict=True)
            except ValueError as error:
                check(f"{name}: a body can be decoded", False, error)


def target(url):
    rest = url.split("://", 1)[-1].split("#")[0]
    at = min([rest.find(c) for c in "/?" if c in rest] or [len(rest)])
    return rest[at:] or "/"


def sessions(name, path, listed):
    with zipfile.ZipFile(path) as archive:
        check(f"{name}: the zip archive is whole", archive.testzip() is None)
        names = archive.namelist()
        asked = [member for member in names if member.endswith("_c.txt")]
        check(f"{name}: a session per exchange", len(asked) == len(listed), len(asked))
        check(f"{name}: Fiddler's members", {"[Content_Types].xml", "_index.htm", "raw/"} <= set(names), names[:3])
        for member, row in zip(asked, listed):
            line = archive.read(member).split(b"\r\n")[0].decode("utf-8", "replace")
            meta = archive.read(member.replace("_c.txt", "_m.xml"))
            session = xml.fromstring(meta)
            right = line.startswith(f"{row['method']} {row['url']} ") or row["method"] == "CONNECT"
            check(f"{name}: {member}", right and meta.startswith(b"\xef\xbb\xbf") and session.find("SessionTimers") is not None, line)


def table(name, path, listed):
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    same = [(row["id"], row["method"], row["status"] or None) == (was["id"], was["method"], str(was["status"]) if was["status"] else None) for row, was in zip(rows, listed)]
    check(f"{name}: the table has the lines of the listing", len(rows) == len(listed) and all(same), rows[:1])


if __name__ == "__main__":
    sys.exit(main())
