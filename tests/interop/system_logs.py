#!/usr/bin/env python3
"""How well `mwscope log` reads the layouts that systems print: learned from logs of five and of hundreds of records, and told.

    system_logs.py MWSCOPE [--seed S] [--only NAME] [--keep FOLDER] [--least PERCENT] [--least-told PERCENT] [--misses]

Makes a synthetic log of each layout in `systems` and of each situation: five records, hundreds, all of one level, all within a
second, over midnight and over New Year, with traces, XML, JSON and lines that look like heads in what some records say. Compares
time, level, thread, logger, message, lines and exception of every record with `log --format ndjson`, and where a pattern tells the
layout also with `--layout`. Fails where fewer than so many percent of the fields are right.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import checks
from checks import check
from systems import java, notation, objects, others, records

assert java and objects and others, "they put their layouts into notation.ALL"
# A number of seconds with a fraction holds no more than microseconds.
NEAR_S = 0.0011


def made(name, situation, seed):
    """A log's bytes, and what is true of its records."""
    layout = notation.ALL[name]
    chance = random.Random(f"{seed}/{name}/{situation}")
    texts, truths = [layout.header], []
    for rec in records.records(chance, situation, layout.kind, layout.single):
        text, true = layout.write(rec)
        texts.append(text + "\n")
        truths.append({**true, "lines": text.count("\n") + 1})
    return "".join(texts).encode(layout.encoding), truths


def same_time(read, true, near=0.0):
    if read is None or true is None:
        return read is true
    read, true = datetime.datetime.fromisoformat(read), datetime.datetime.fromisoformat(true)
    return (read.tzinfo is None) == (true.tzinfo is None) and abs((read - true).total_seconds()) <= near


def wrong_fields(record, true):
    """For each field that isn't right, what was read and what is true."""
    if record is None:
        return {field: (None, value) for field, value in true.items()}
    read = {field: record.get(field) for field in ("level", "thread", "logger", "lines")}
    read["message"] = (record.get("message") or "").rstrip()
    read["thrown"] = (record.get("trace") or {}).get("exception")
    wrong = {}
    for field, value in true.items():
        if field == "at":
            right = "near" in true or same_time(record.get("at"), value)
        elif field == "near":
            right = same_time(record.get("at"), value, NEAR_S)
        elif field == "level":
            right = (read["level"] or "").upper() == (value or "").upper()
        else:
            right = read[field] == (value.rstrip() if field == "message" else value)
        if not right:
            wrong[field] = (read.get(field, record.get("at")), value)
    return wrong


def judged(mwscope, file, settings, truths, layout, told):
    """How many fields there are, how many are wrong, and the first that is for each name."""
    environment = {**os.environ, "MWSCOPE_CONFIG_DIR": str(settings), "MWSCOPE_CACHE": str(settings / "cache")}
    command = [mwscope, "log", "--format", "ndjson", *(["--layout", layout.told] if told else []), file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=environment)
    read = {record["line"]: record for record in map(json.loads, done.stdout.splitlines())}
    line, fields, wrong, first = 1 + layout.header.count("\n"), 0, 0, {}
    for true in truths:
        found = wrong_fields(read.get(line), true)
        line += true["lines"]
        fields += len(true)
        wrong += len(found)
        for field, values in found.items():
            first.setdefault(field, values)
    starts = 1 + layout.header.count("\n")
    many = sum(at >= starts for at in read)
    if many != len(truths):
        first["records"] = (many, len(truths))
    return fields, wrong, first


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("mwscope", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=99.0)
    parser.add_argument("--least-told", type=float, default=99.9)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    chosen = [name for name in notation.ALL if options.only in name]
    with tempfile.TemporaryDirectory(prefix="mwscope-systems-") as scratch:
        folder, settings = options.keep or pathlib.Path(scratch), pathlib.Path(scratch) / "settings"
        folder.mkdir(parents=True, exist_ok=True)
        settings.mkdir()
        jobs = []
        for nth, name in enumerate(chosen):
            for situation in records.SITUATIONS:
                data, truths = made(name, situation, seed)
                file = folder / f"{nth:03d}-{situation.replace(' ', '-')}.log"
                file.write_bytes(data)
                layout = notation.ALL[name]
                ways = (False, True) if layout.told else (False,)
                jobs += [(name, situation, file, truths, layout, told) for told in ways]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(
                lambda job: judged(options.mwscope.absolute(), job[2], settings, job[3], job[4], job[5]), jobs))
    for told, least in [(False, options.least), (True, options.least_told)]:
        own = [(job, answer) for job, answer in zip(jobs, answers) if job[5] == told]
        fields, wrong = sum(answer[0] for _, answer in own), sum(answer[1] for _, answer in own)
        whole = sum(not answer[2] for _, answer in own)
        way = "told" if told else "learned"
        for (name, situation, file, *_), (_, _, first) in own:
            if options.misses and first:
                print(f"{way} {file.name} {name}, {situation}: {str(first)[:600]}")
        if fields:
            right = 100 * (fields - wrong) / fields
            print(f"{way}: {right:.3f} % of {fields} fields right, {whole} of {len(own)} logs wholly; seed {seed}")
            check(f"layouts of systems, {way}", right >= least, f"{right:.3f} %")


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
