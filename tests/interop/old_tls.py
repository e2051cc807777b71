#!/usr/bin/env python3
"""old_tls.py MWSCOPE: TLS as old Java servers speak it, which no openssl of today does: 3DES and RC4, beside AES-CBC,
over TLS 1.0 to 1.2, with MAC-then-encrypt and encrypt-then-MAC, captured here and opened by `mwscope packets`.

The peers are tlslite-ng on both sides. Needs tcpdump and the right to capture; says so where it can't.
Ends with 'N passed, N failed'.
"""

import os
import socket
import sys
import tempfile
import threading

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

import checks
import wire
from checks import check

PORT = 24460
BODY = b"<answer/>" * 40
CIPHERS = ("3des", "rc4", "aes128", "aes256")
MACS = ("sha", "md5", "sha256")


def spoken():
    """What is tried: version, cipher, key exchange, MAC, whether encrypt-then-MAC is asked for."""
    for version in (1, 2, 3):
        for cipher in CIPHERS:
            for exchange in ("rsa", "dhe_rsa", "ecdhe_rsa"):
                for mac in MACS:
                    for then_mac in (False, True):
                        if not (cipher == "rc4" and then_mac):
                            yield version, cipher, exchange, mac, then_mac


def settings(version, cipher, exchange, mac, then_mac):
    made = HandshakeSettings()
    made.minVersion = made.maxVersion = (3, version)
    made.cipherNames, made.macNames, made.keyExchangeNames = [cipher], [mac], [exchange]
    made.useEncryptThenMAC = then_mac
    return made


def serve(listening, how, chain, key):
    connection = TLSConnection(listening.accept()[0])
    try:
        connection.handshakeServer(certChain=chain, privateKey=key, settings=how)
        connection.read(min=4, max=4096)
        connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
        connection.close()
    except Exception:  # No such suite in that version: the client says so too.
        connection.sock.close()


def ask(path, how, keys):
    """One GET; whether it was answered."""
    connection = TLSConnection(socket.create_connection(("127.0.0.1", PORT), timeout=10))
    try:
        connection.handshakeClientCert(settings=how)
        secret = bytes(connection.session.masterSecret)
        keys.write(f"CLIENT_RANDOM {bytes(connection._clientRandom).hex()} {secret.hex()}\n")
        connection.write(b"GET %s HTTP/1.1\r\nHost: old\r\n\r\n" % path.encode())
        answer = connection.read(min=len(BODY), max=4096)
        connection.close()
        return answer.startswith(b"HTTP/1.1 200")
    except Exception:
        connection.sock.close()
        return False


def main():
    if not wire.can_capture():
        print("skipped: captures, since tcpdump isn't there or may not capture")
        return
    folder = tempfile.mkdtemp(prefix="mwscope-old-tls-")
    os.chdir(folder)
    try:
        wire.certificates()
        with open("rsa.key", encoding="ascii") as key, open("rsa.crt", encoding="ascii") as chain:
            own_key, own_chain = parsePEMKey(key.read(), private=True), X509CertChain()
            own_chain.parsePemList(chain.read())
        asked = []

        def scene():
            with open("keys.log", "w", encoding="ascii") as keys:
                for choice in spoken():
                    listening = socket.create_server(("127.0.0.1", PORT))
                    how = settings(*choice)
                    server = threading.Thread(target=serve, args=(listening, how, own_chain, own_key))
                    server.start()
                    path = "/1.{}/{}/{}/{}/{}".format(choice[0] - 1, *choice[1:])
                    if ask(path, settings(*choice), keys):
                        asked.append(path)
                    server.join(10)
                    listening.close()

        file = wire.captured("old", f"{PORT}-{PORT}", scene)
        for cipher, least in (("3des", 18), ("rc4", 9), ("aes128", 18), ("aes256", 18)):
            count = sum(f"/{cipher}/" in path for path in asked)
            check(f"{cipher} was spoken", count >= least, count)
        found = wire.lines(file, "--keylog", "keys.log")
        whole = [line["target"] for line in found if line["status"] == 200 and line["complete"]]
        check("with a key log every call is opened, in order", whole == asked, set(asked) ^ set(whole))
        lengths = {line["response_bytes"] for line in found}
        check("bodies are whole", lengths == {len(BODY)}, lengths)
        by_key = [line["target"] for line in wire.lines(file, "--key", "rsa.key")]
        wanted = [path for path in asked if "/rsa/" in path]
        check("with the server's key those of RSA key exchange are", by_key == wanted, set(by_key) ^ set(wanted))
    finally:
        for process in wire.running:
            process.kill()
        wire.leave(folder)


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
