#!/usr/bin/env python3
"""Requests made from nothing but the WSDLs of Apache Axis 1.4, in SOAP encoding and as wrapped literals.

    tests/interop/axis.py PATH_TO_MWSCOPE

Starts Axis' own server with a service of this folder, lists its operations, fills one in, sends it, and keeps what came
of it in a case. Needs a JDK and Debian's libaxis-java.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import checks
from checks import check, free_port

MWSCOPE = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
JARS = ("axis", "jaxrpc", "saaj", "commons-logging", "commons-discovery", "wsdl4j", "commons-httpclient")
CLASSES = ":".join([f"/usr/share/java/{jar}.jar" for jar in JARS] + ["."])
SERVICE = """ <service name="{name}" provider="java:RPC" {how}><parameter name="className" value="Facility"/>
  <parameter name="allowedMethods" value="create"/>
  <beanMapping qname="f:Answer" xmlns:f="urn:facility" languageSpecificType="java:Facility$Answer"/></service>"""
DEPLOYMENT = f"""<deployment xmlns="http://xml.apache.org/axis/wsdd/" xmlns:java="http://xml.apache.org/axis/wsdd/providers/java">
{SERVICE.format(name="Encoded", how="")}
{SERVICE.format(name="Wrapped", how='style="wrapped" use="literal"')}
</deployment>"""


def mwscope(*args, status=0):
    done = subprocess.run([MWSCOPE, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    check(f"{' '.join(args[:2])} ... ends with {status}", done.returncode == status, done.stdout + done.stderr)
    return done


def started(folder, port):
    shutil.copy(os.path.join(HERE, "java", "Facility.java"), folder)
    # Axis looks for the names of parameters in the class file, and knows no later form of it.
    subprocess.run(("javac", "--release", "8", "-g", "-nowarn", "-cp", CLASSES, "Facility.java"), cwd=folder, check=True, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(
        ("java", "-cp", CLASSES, "org.apache.axis.transport.http.SimpleAxisServer", "-p", str(port)),
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    for _ in range(100):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    with open(os.path.join(folder, "deploy.wsdd"), "w") as f:
        f.write(DEPLOYMENT)
    admin = f"-lhttp://127.0.0.1:{port}/axis/services/AdminService"
    subprocess.run(("java", "-cp", CLASSES, "org.apache.axis.client.AdminClient", admin, "deploy.wsdd"), cwd=folder, check=True, capture_output=True)
    return server


def service(port, name, folder):
    wsdl = f"http://127.0.0.1:{port}/axis/services/{name}?wsdl"
    # Axis names itself by the computer's name, which need not resolve.
    way = ("--set", f"url=http://127.0.0.1:{port}/axis/services/{name}")
    listed = json.loads(mwscope("replay", "--wsdl", wsdl, "--format", "json").stdout)["operations"]
    check(f"{name}: the operation is listed", [(o["operation"], o["soap"]) for o in listed] == [("create", "1.1")], listed)
    skeleton = mwscope("replay", "--wsdl", wsdl, "--operation", "create").stdout
    names = re.findall(r"<(?:\w+:)?(\w+)[^<>]*>\?</", skeleton)
    check(f"{name}: the request has every parameter in its place", names == ["facility", "name", "company"], skeleton)
    fill = ("--set", "//name=Hof & <Co>", "--set", "//company=100")
    case = os.path.join(folder, f"{name}.mwscope")
    asked = ("replay", "--wsdl", wsdl, "--operation", "create", *way, *fill)
    good = mwscope(*asked, "--set", "//facility=A01", "--yes", f"--save={case}")
    for part in ("200 in", ">A01<", ">Hof &amp; &lt;Co&gt;<", ">100<"):
        check(f"{name}: the answer has {part}", part in good.stdout, good.stdout)
    bad = mwscope(*asked, "--set", "//facility=zz", "--yes", f"--save={case}")
    check(f"{name}: a refusal is a fault", "is invalid at" in bad.stdout, bad.stdout)
    wrong = mwscope(*asked[:-1], "//company=many", "--set", "//facility=A01", "--yes", status=2)
    check(f"{name}: what doesn't fit is not sent", '"many" is no int' in wrong.stderr, wrong.stderr)
    mwscope("replay", "--wsdl", wsdl, "--operation", "creat", status=2)
    calls = [json.loads(line) for line in mwscope("list", case, "--format", "ndjson").stdout.splitlines()]
    seen = [(x["operation"], x["status"], bool(x["fault"])) for x in calls]
    check(f"{name}: the case has both", seen == [("create", 200, False), ("create", 500, True)], seen)


def main():
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = started(folder, port)
        try:
            for name in ("Encoded", "Wrapped"):
                service(port, name, folder)
        finally:
            server.kill()
            server.wait()
    return checks.counted()


if __name__ == "__main__":
    sys.exit(main())
