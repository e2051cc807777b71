#!/usr/bin/env python3
"""Traces and thread dumps of a real JVM, compared with what the JVM itself says of them.

    tests/interop/jvm.py target/debug/mwscope
"""
import collections, json, pathlib, re, shutil, subprocess, sys, tempfile

import checks

HERE = pathlib.Path(__file__).parent / "java"


def check(what, got, expected):
    checks.check(what, got == expected, f"{got!r}, not {expected!r}")


def mwscope(*args):
    done = subprocess.run([BIN, *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"mwscope {args}: {done.stderr}")
    return done.stdout


def traces(folder):
    """Frames of every trace that a Java program printed, as the program counted them."""
    log = folder / "traces.log"
    log.write_text(subprocess.run(["java", "-cp", folder, "Traces"], capture_output=True, text=True, check=True).stdout)
    records = [json.loads(line) for line in mwscope("log", log, "--format", "ndjson").splitlines()]
    for record in records:
        name = record["logger"].removeprefix("traces.")
        frames, throwables, suppressed, circular = map(int, re.findall(r"\d+", record["message"].splitlines()[0]))
        trace = record["trace"] or {}
        check(f"{name}: frames", trace.get("frames"), frames)
        check(f"{name}: throwables", trace.get("throwables"), throwables)
        check(f"{name}: suppressed", trace.get("suppressed"), suppressed)
        check(f"{name}: circular references", trace.get("circular"), circular)
    check("records", len(records), 31)


def threads(folder):
    """Dumps of one program by jstack, jcmd and kill -3: threads, states, deadlocks, owners and waiters."""
    program = subprocess.Popen(["java", "-cp", folder, "Locks"], stdout=subprocess.PIPE, text=True)
    try:
        pid = program.stdout.readline().split()[1]
        ways = {
            "jstack": ["jstack", pid],
            "jstack -l": ["jstack", "-l", pid],
            "jstack -l -e": ["jstack", "-l", "-e", pid],
            "jcmd Thread.print": ["jcmd", pid, "Thread.print"],
            "jcmd Thread.print -l -e": ["jcmd", pid, "Thread.print", "-l", "-e"],
        }
        for way, command in ways.items():
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            dump = folder / "dump.txt"
            dump.write_text(text)
            judge(way, text, json.loads(mwscope("threads", dump, "--format", "json"))["dumps"][0])
    finally:
        program.kill()
        program.wait()


def judge(way, text, dump):
    main = text.split("\nFound ")[0]
    headers = re.findall(r'^".*" .*(?:tid|nid)=', main, re.M)
    states = collections.Counter(re.findall(r"java\.lang\.Thread\.State: (\w+)", main))
    check(f"{way}: threads", dump["threads"], len(headers))
    check(f"{way}: states", dump["by_state"], dict(states))
    dead = sorted(sorted(names) for names in dump["deadlocks"])
    check(f"{way}: deadlocks", dead, [["dead-a", "dead-b"], ["dead-one", "dead-two"]])
    held = {found["owner"]: found["waiters"] for found in dump["contended"] if found["owner"]}
    check(f"{way}: waiters of hot-owner", held.get("hot-owner"), 20)
    if "-l" in way:
        check(f"{way}: waiters of slow-owner", held.get("slow-owner"), 7)
    check(f"{way}: names with quotes", sum('bell "waiter"' in name for name in dump["names"]), 3)


def main():
    if not shutil.which("javac"):
        print("skipped: there is no JDK")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run(["javac", "-d", folder, *HERE.glob("*.java")], check=True)
        traces(folder)
        threads(folder)
    return checks.counted()


if __name__ == "__main__":
    BIN = sys.argv[1]
    sys.exit(main())
