"""Real clients and real servers: curl in each version of HTTP, both of Java's clients, a browser and sftp, before nginx
and sshd. `clients.py MWSCOPE`. Ends with 'N passed, N failed'; what isn't installed is skipped, and said so.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import checks
from checks import check, free_port

MWSCOPE = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))


def run(*args, timeout=60, **more):
    done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, **more)
    return done.returncode, done.stdout, done.stderr


def installed(name):
    if shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/lib/openssh"):
        return True
    print(f"skipped: {name} isn't installed")
    return False


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing came to listen on {port}")


def certificates(folder):
    def openssl(*args):
        subprocess.run(("openssl", *args), check=True, capture_output=True, cwd=folder)

    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(*new, "-days", "2", "-x509", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=clients.py root", "-addext", "basicConstraints=critical,CA:TRUE")
    with open(os.path.join(folder, "leaf.ext"), "w") as f:
        f.write("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    for name in ("localhost", "client"):
        openssl(*new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "2", "-extfile", "leaf.ext", "-out", f"{name}.pem")
    openssl("pkcs12", "-export", "-inkey", "client.key", "-in", "client.pem", "-passout", "pass:open", "-out", "client.p12")


NGINX = """
daemon off; pid {f}/nginx.pid; error_log {f}/nginx.log; worker_processes 1; events {{}}
http {{
  access_log off; client_body_temp_path {f}/t1; proxy_temp_path {f}/t2; fastcgi_temp_path {f}/t3; uwsgi_temp_path {f}/t4; scgi_temp_path {f}/t5;
  ssl_certificate {f}/localhost.pem; ssl_certificate_key {f}/localhost.key; default_type text/html;
  server {{ listen 127.0.0.1:{h2} ssl http2; location / {{ return 200 "<p>of http2</p>"; }} }}
  server {{ listen 127.0.0.1:{h1} ssl; location / {{ return 200 "<p>of http1</p>"; }} }}
  server {{ listen 127.0.0.1:{clear} http2; location / {{ return 200 "<p>of h2c</p>"; }} }}
  server {{ listen 127.0.0.1:{mutual} ssl http2; ssl_client_certificate {f}/root.pem; ssl_verify_client on; location / {{ return 200 "$ssl_client_s_dn"; }} }}
}}
"""

SSHD = """
Port {ssh}
ListenAddress 127.0.0.1
HostKey {f}/host
AuthorizedKeysFile {f}/user.pub
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
"""


def servers(folder, ports):
    started = []
    with open(os.path.join(folder, "nginx.conf"), "w") as f:
        f.write(NGINX.format(f=folder, **ports))
    started.append(subprocess.Popen(("nginx", "-p", folder, "-c", "nginx.conf"), stderr=subprocess.DEVNULL))
    for name in ("h2", "h1", "mutual", "clear"):
        wait_for(ports[name])
    if "ssh" in ports:
        for key in ("host", "user"):
            subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(folder, key)), check=True)
        with open(os.path.join(folder, "sshd.conf"), "w") as f:
            f.write(SSHD.format(f=folder, **ports))
        os.makedirs("/run/sshd", exist_ok=True)
        started.append(subprocess.Popen((shutil.which("sshd", path="/usr/sbin"), "-D", "-f", os.path.join(folder, "sshd.conf")), stderr=subprocess.DEVNULL))
        wait_for(ports["ssh"])
    return started


def with_curl(ca, proxy, ports):
    def curl(*args):
        return run("curl", "--silent", "--show-error", "--max-time", "20", "--noproxy", "", "--proxy", f"http://127.0.0.1:{proxy}", "--cacert", ca, *args)

    shown = "%{http_version} %{http_code}"
    for option, server, version in (
        ("--http1.0", "h1", "1.1"),  # nginx answers in 1.1 whatever it is asked in
        ("--http1.1", "h2", "1.1"),
        ("--http2", "h2", "2"),
        ("--http2", "h1", "1.1"),
    ):
        status, out, err = curl(option, "--write-out", shown, "--output", "/dev/null", f"https://localhost:{ports[server]}/curl")
        check(f"curl {option} before {server}", (status, out) == (0, f"{version} 200"), (status, out, err))
    url = f"https://localhost:{ports['h2']}/curl-post"
    status, out, err = curl("--http2", "--header", "Expect: 100-continue", "--data", "x" * 100_000, url)
    check("curl --http2 posts", (status, out) == (0, "<p>of http2</p>"), (status, out, err))
    status, out, err = curl("--http1.1", "--header", "Expect: 100-continue", "--data", "x" * 100_000, url)
    check("curl --http1.1 posts with Expect", (status, out) == (0, "<p>of http2</p>"), (status, out, err))
    status, out, err = curl("--head", url)
    check("curl --head", status == 0 and " 200" in out, (status, out, err))
    status, out, err = curl(f"https://localhost:{ports['mutual']}/curl-mutual")
    check("the server gets our client certificate", (status, out) == (0, "CN=client"), (status, out, err))


def with_curl_otherwise(ca, proxy, reverse, ports):
    """SOCKS in each of its versions, and HTTP/2 without TLS."""

    def curl(*args):
        return run("curl", "--silent", "--show-error", "--max-time", "20", "--noproxy", "", "--cacert", ca, *args)

    shown = "%{http_version} %{http_code}"
    place = f"127.0.0.1:{proxy}"
    for option in ("--socks4", "--socks4a", "--socks5", "--socks5-hostname"):
        for server, version in (("h2", "2"), ("h1", "1.1")):
            url = f"https://localhost:{ports[server]}/curl-socks"
            got = curl(option, place, "--write-out", shown, "--output", "/dev/null", url)
            check(f"curl {option} before {server}", got[:2] == (0, f"{version} 200"), got)
    got = curl("--socks5-hostname", place, "--proxy-user", "jdoe:unasked", f"https://localhost:{ports['h1']}/curl-socks-user")
    check("curl says a user that nobody asked for", got[:2] == (0, "<p>of http1</p>"), got)
    closed = free_port()
    # What curl says of a reply names its code: 5 is refused, 4 unreachable.
    for host, code in ((f"127.0.0.1:{closed}", "5"), ("no-such-host.invalid", "4")):
        got = curl("--socks5-hostname", place, f"http://{host}/curl-socks-fails")
        check(f"curl is told why {host} can't be reached", got[0] == 97 and f"({code})" in got[2], got)
    clear = f"http://127.0.0.1:{ports['clear']}/curl-clear"
    ways = {
        "CONNECT": ("--proxytunnel", "--proxy", f"http://{place}", clear),
        "SOCKS": ("--socks5", place, clear),
        "--reverse": (f"http://127.0.0.1:{reverse}/curl-clear",),
    }
    for name, way in ways.items():
        got = curl("--http2-prior-knowledge", "--write-out", f" {shown}", *way)
        check(f"curl --http2-prior-knowledge by {name}", got[:2] == (0, "<p>of h2c</p> 2 200"), got)
    got = curl("--http2-prior-knowledge", "--data", "x" * 100_000, "--write-out", f" {shown}", f"http://127.0.0.1:{reverse}/curl-clear")
    check("curl --http2-prior-knowledge posts", got[:2] == (0, "<p>of h2c</p> 2 200"), got)


def with_java(folder, proxy, ports, environment):
    store = os.path.join(folder, "trust.p12")
    run(MWSCOPE, "ca", "export", "--form", "p12", store, env=environment)
    status, out, err = run("keytool", "-list", "-keystore", store, "-storepass", "changeit")
    check("keytool reads the trust store", "mwscope" in out and "trustedCertEntry" in out, (status, out, err))
    options = (f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=changeit")
    for server, version, length in (("h2", "HTTP_2", 15), ("h1", "HTTP_1_1", 15)):
        status, out, err = run("java", *options, os.path.join(HERE, "Call.java"), str(proxy), f"https://localhost:{ports[server]}/java")
        expected = f"HttpURLConnection 200 {length}\nHttpClient {version} 200 {length}\n"
        check(f"Java's clients before {server}", (status, out) == (0, expected), (status, out, err))


def with_chromium(folder, ca, proxy, ports):
    pin, _ = run("sh", "-c", f"openssl x509 -in '{ca}' -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64")[1:]
    for server, said in (("h2", "of http2"), ("h1", "of http1")):
        status, out, err = run(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/chromium",
            f"--proxy-server=http://127.0.0.1:{proxy}", "--proxy-bypass-list=<-loopback>",
            f"--ignore-certificate-errors-spki-list={pin.strip()}", "--dump-dom", f"https://localhost:{ports[server]}/chromium",
        )  # fmt: skip
        check(f"chromium before {server}", status == 0 and said in out, (status, out, err[-400:]))


def with_sftp(folder, proxy, ports):
    batch = os.path.join(folder, "batch")
    with open(batch, "w") as f:
        f.write(f"ls {folder}/root.pem\n")
    status, out, err = run(
        "sftp", "-q", "-b", batch, "-P", str(ports["ssh"]), "-i", os.path.join(folder, "user"),
        "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
        "-o", f"ProxyCommand=socat - PROXY:127.0.0.1:%h:%p,proxyport={proxy}", "127.0.0.1",
    )  # fmt: skip
    check("sftp through CONNECT", status == 0 and "root.pem" in out, (status, out, err))
    return run("ssh-keygen", "-lf", os.path.join(folder, "host.pub"))[1].split()[1]


def hold(case, ports, clients, fingerprint):
    status, out, err = run(MWSCOPE, "list", case, "--format", "ndjson")
    check("list", status == 0, err)
    exchanges = [json.loads(line) for line in out.splitlines()]
    calls = [x for x in exchanges if x["method"] != "CONNECT" and x["url"].startswith("https://localhost:")]
    for client in clients:
        # Browsers ask for an icon as well.
        of = [x for x in calls if f"/{client}" in x["url"]]
        bad = [x for x in of if x["status"] != 200 or x["outcome"] != "complete" or x["tunnel"] is None]
        check(f"{client}: all is recorded as it was", of and not bad, bad or calls)
        seen = {x["http"] for x in of if f":{ports['h2']}/" in x["url"]}
        check(f"{client}: HTTP/2 is recorded as such", "HTTP/2" in seen or "2" in seen, seen)
        seen = {x["http"] for x in of if f":{ports['h1']}/" in x["url"]}
        check(f"{client}: HTTP/1 is recorded as such", not any("2" in version for version in seen), seen)
    clear = [x for x in exchanges if x["method"] != "CONNECT" and x["url"].endswith("/curl-clear")]
    good = [x for x in clear if x["status"] == 200 and x["outcome"] == "complete" and x["http"] in ("HTTP/2", "2")]
    check("HTTP/2 without TLS is recorded as such", len(good) == len(clear) == 4, clear)
    socks = [x for x in exchanges if x["method"] == "CONNECT" and x["http"] in ("SOCKS4", "SOCKS5")]
    check("SOCKS is recorded as the CONNECT that it stands for", len(socks) == 12, [(x["url"], x["http"], x["outcome"]) for x in socks])
    if fingerprint:
        text = run(MWSCOPE, "list", case)[1]
        tunnel = next(x for x in exchanges if x["url"].endswith(f":{ports['ssh']}"))
        shown = run(MWSCOPE, "show", case, tunnel["id"])[1]
        check("the host key of the SFTP server is shown", f"ssh-ed25519 {fingerprint}" in shown, shown)
        check("its algorithms are shown", "SSH algorithms: key exchange " in shown, shown)
        check("the list says that it is SSH", "SSH, SSH-2.0-" in text, text)


def probe(folder, ports, fingerprint):
    status, out, err = run(MWSCOPE, "probe", "--extra-root", f"{folder}/root.pem", "--client-cert", f"localhost={folder}/client.p12", "--client-cert-password", "open", f"https://localhost:{ports['mutual']}/")
    check("probe with a client certificate", status == 0 and "FAIL" not in out and "HTTP 200" in out and "shown: CN=client" in out, out + err)
    check("probe says which versions of TLS are taken", "the server takes " in out and "TLS 1.2" in out, out)
    if fingerprint:
        status, out, err = run(MWSCOPE, "probe", f"localhost:{ports['ssh']}")
        check("probe shows the host key", fingerprint in out and "offers key exchange" in out, out + err)


def main():
    if not installed("nginx"):
        print("0 passed, 0 failed")
        return 0
    names = ["h2", "h1", "mutual", "clear"]
    if all([installed("sshd"), installed("sftp"), installed("socat")]):
        names.append("ssh")
    ports = {name: free_port() for name in names}
    clients, fingerprint = ["curl"], None
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        certificates(folder)
        started = servers(folder, ports)
        home = os.path.join(folder, "home")
        environment = {**os.environ, "SSL_CERT_FILE": f"{folder}/root.pem", "MWSCOPE_CONFIG_DIR": home, "MWSCOPE_CLIENT_CERT_PASSWORD": "open"}
        proxy, reverse, case = free_port(), free_port(), os.path.join(folder, "clients.mwscope")
        record = (MWSCOPE, "record", "--headless", "--listen", f"127.0.0.1:{proxy}", "--client-cert", f"localhost={folder}/client.p12", "--reverse", f"127.0.0.1:{reverse}=http://127.0.0.1:{ports['clear']}", case)
        recorder = subprocess.Popen(record, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        try:
            wait_for(proxy)
            ca = os.path.join(home, "mwscope-ca.pem")
            with_curl(ca, proxy, ports)
            with_curl_otherwise(ca, proxy, reverse, ports)
            if installed("java"):
                with_java(folder, proxy, ports, environment)
                clients.append("java")
            if installed("chromium"):
                with_chromium(folder, ca, proxy, ports)
                clients.append("chromium")
            if "ssh" in ports:
                fingerprint = with_sftp(folder, proxy, ports)
            recorder.send_signal(signal.SIGINT)
            out, _ = recorder.communicate(timeout=20)
            check("the recording ends with its counts", "recorded " in out, out)
            hold(case, ports, clients, fingerprint)
            probe(folder, ports, fingerprint)
        finally:
            for process in (recorder, *started):
                process.terminate()
            for process in (recorder, *started):
                process.wait(timeout=20)
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
