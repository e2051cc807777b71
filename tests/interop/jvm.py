#!/usr/bin/env python3
"""Traces and thread dumps of real JVMs, compared with what each says of them to the program itself.

    tests/interop/jvm.py target/debug/mwscope
"""
import base64, collections, json, os, pathlib, re, shutil, signal, subprocess, sys, tempfile

import checks

HERE = pathlib.Path(__file__).parent / "java"
UTF8 = {**os.environ, "LC_ALL": "C.UTF-8"}
FLAGS = ["-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"]


def check(what, got, expected):
    checks.check(what, got == expected, f"{got!r}, not {expected!r}")


def mwscope(*args):
    done = subprocess.run([BIN, *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"mwscope {args}: {done.stderr}")
    return done.stdout


def traces(folder, java):
    """Every trace that a Java program printed, as the program counted what is in it."""
    log = folder / "traces.log"
    with log.open("wb") as out:
        subprocess.run([java / "java", *FLAGS, "-cp", folder, "Traces"], stdout=out, stderr=subprocess.DEVNULL, check=True, env=UTF8)
    records = [json.loads(line) for line in mwscope("log", log, "--format", "ndjson").split("\n") if line]
    for record in records:
        name = record["logger"].removeprefix("traces.")
        said = record["message"].split("\n")[0]
        frames, throwables, suppressed, circular = map(int, re.findall(r"(\d+) [a-z]+", said))
        outer, root, message = said.split(" circular ")[1].split(" ")
        trace = record["trace"] or {}
        check(f"{name}: frames", trace.get("frames"), frames)
        check(f"{name}: throwables", trace.get("throwables"), throwables)
        check(f"{name}: suppressed", trace.get("suppressed"), suppressed)
        check(f"{name}: circular references", trace.get("circular"), circular)
        if root != "-":
            check(f"{name}: root", trace.get("root"), root)
        if outer != "-":
            check(f"{name}: class", trace.get("exception"), outer)
            lines = base64.b64decode(message).decode().replace("\r\n", "\n").strip()
            check(f"{name}: message", (trace.get("message") or "").replace("\r\n", "\n").strip(), lines)
    check("records", len(records), 38)


def threads(folder, java):
    """Dumps of one program by jstack, jcmd and kill -3: threads, states, deadlocks, owners and waiters."""
    log = folder / "locks.log"
    with log.open("wb") as out:
        program = subprocess.Popen([java / "java", *FLAGS, "-cp", folder, "Locks"], stdout=out, env=UTF8)
    try:
        checks.until(lambda: log.read_bytes().endswith(b"\n"))
        start = log.stat().st_size
        truth = json.loads(log.read_text("utf-8"))
        pid = str(truth["pid"])
        ways = {
            "jstack": ["jstack", pid],
            "jstack -l -e": ["jstack", "-l", "-e", pid],
            "jcmd Thread.print": ["jcmd", pid, "Thread.print"],
            "jcmd Thread.print -l -e": ["jcmd", pid, "Thread.print", "-l", "-e"],
        }
        dump = folder / "dump.txt"
        for way, (tool, *args) in ways.items():
            dump.write_bytes(subprocess.run([java / tool, *args], capture_output=True, check=True).stdout)
            judge(way, dump, truth)
        os.kill(program.pid, signal.SIGQUIT)
        checks.until(lambda: b"\nHeap" in log.read_bytes()[start:])
        dump.write_bytes(b"2026-01-13 10:15:07,480 INFO  [main] a.B - before\n" + log.read_bytes()[start:])
        judge("kill -3", dump, truth)
        for form in ("plain", "json"):
            file = folder / f"file.{form}"
            subprocess.run([java / "jcmd", pid, "Thread.dump_to_file", f"-format={form}", file], capture_output=True)
            if file.exists():
                listed(f"dump_to_file {form}", file, truth)
    finally:
        program.kill()
        program.wait()


def judge(way, file, truth):
    text = file.read_text("utf-8")
    found = json.loads(mwscope("threads", file, "--format", "json"))["dumps"]
    check(f"{way}: dumps", len(found), 1)
    dump = found[0]
    main = text.split("\nJNI global ref")[0]
    check(f"{way}: threads", dump["threads"], len(re.findall(r" nid=\w+ (?!runnable\" #)", main)))
    states = collections.Counter(re.findall(r"^   java\.lang\.Thread\.State: (\w+)", main, re.M))
    check(f"{way}: states", dump["by_state"], dict(states))
    names = collections.Counter(dump["names"])
    check(f"{way}: names", [t["name"] for t in truth["threads"] if not names[t["name"]]], [])
    check(f"{way}: deadlocks", sorted(map(sorted, dump["deadlocks"])), deadlocks(truth))
    held = collections.defaultdict(list)
    for lock in dump["contended"]:
        held[lock["owner"]] += lock["names"]
    # Owners of other locks than monitors are known by -l, and of those in deadlocks.
    wanted = collections.defaultdict(list)
    for thread in truth["threads"]:
        if thread["owner"] is not None and ("-l" in way or thread["monitor"]):
            wanted[thread["owner"]].append(thread["name"])
    for owner, waiters in wanted.items():
        check(f"{way}: who waits for {owner}", sorted(held[owner]), sorted(waiters))
    if "-l" in way:
        check(f"{way}: owners", {owner for owner in held if owner}, set(wanted))


def deadlocks(truth):
    """The cycles that the deadlocked threads are in, by who waits for whom."""
    by_name = {thread["name"]: thread for thread in truth["threads"]}
    cycles = set()
    for number in truth["dead"]:
        cycle = [next(thread["name"] for thread in truth["threads"] if thread["id"] == number)]
        while (owner := by_name[cycle[-1]]["owner"]) not in cycle:
            cycle.append(owner)
        cycles.add(tuple(sorted(cycle[cycle.index(owner):])))
    return sorted(map(list, cycles))


def listed(way, file, truth):
    """A file of numbered threads names the locks of none but monitors, and from JDK 24 on."""
    dump = json.loads(mwscope("threads", file, "--format", "json"))["dumps"][0]
    names = collections.Counter(dump["names"])
    check(f"{way}: names", [t["name"] for t in truth["threads"] if t["state"] != "RUNNABLE" and not names[t["name"]]], [])
    if dump["by_state"]:
        held = {lock["owner"]: sorted(lock["names"]) for lock in dump["contended"]}
        check(f"{way}: waiters", held.get("returning-owner"), ["returning-0", "returning-1"])
        check(f"{way}: deadlocks", sorted(["dead-a", "dead-b"]) in map(sorted, dump["deadlocks"]), True)


def death(folder, java):
    """The file of a VM that died: in which thread, where, and which threads there were."""
    file = folder / "hs_err.log"
    file.unlink(missing_ok=True)
    flags = [f"-XX:ErrorFile={file}", "-XX:-CreateCoredumpOnCrash"]
    done = subprocess.run([java / "java", *FLAGS, *flags, "-cp", folder, "Crash"], capture_output=True, env=UTF8)
    dump = json.loads(mwscope("threads", file, "--format", "json"))["dumps"][0]
    lines = [json.loads(line) for line in done.stdout.decode().split("\n") if line.startswith('{"name"')]
    check("death: threads", [line["name"] for line in lines if line["name"] not in dump["names"]], [])
    check("death: thread", dump["death"]["thread"], 'the "dying" one')
    check("death: frame", "Unsafe_" in dump["death"]["frame"], True)


def machines():
    """The folders with the programs of every JDK: the one in the path, and others beside it."""
    own = pathlib.Path(shutil.which("javac")).resolve().parent
    others = [found.resolve().parent for found in sorted(own.parents[1].glob("*/bin/javac"))]
    return list(dict.fromkeys([own, *others]))


def main():
    if not shutil.which("javac"):
        print("skipped: there is no JDK")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run(["javac", "-d", folder, *HERE.glob("*.java")], check=True)
        for java in machines():
            print(java.parent.name)
            traces(folder, java)
            threads(folder, java)
            death(folder, java)
    return checks.counted()


if __name__ == "__main__":
    BIN = sys.argv[1]
    sys.exit(main())
