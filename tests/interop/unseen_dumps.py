#!/usr/bin/env python3
"""How well `mwscope dump` reads dumps in notations that nobody has shown it.

    unseen_dumps.py MWSCOPE [--files N] [--seed S]
                    [--set known|later|further|held|apart|aside|plausible|sites|fresh|again|other|judge|jury|court|bench|loft|quay|pier|strand|weir]
                    [--only NOTATION,..] [--carrier CARRIER] [--keep FOLDER] [--least PERCENT] [--wrong N] [--misses]

Makes N synthetic files (default 300), each in the next of the notations of `unseen` (or of those thought of later, or of
these the ones held back: whoever mends the reader measures by them and doesn't look at the files), asks about all of them, and counts for
every field of the contract whether it was right, missing (null) or wrong. With --misses each miss is told; with --keep the
files stay in FOLDER. Fails where fewer than --least percent (default 95) are right, or more than --wrong per thousand
(default 5) are wrong.
"""

import argparse
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
from unseen import carriers, scoring, sets


def answer_of(mwscope, file, settings):
    """The dumps that mwscope finds in a file. Its status says nothing here: a file without a dump is counted below."""
    done = subprocess.run([mwscope, "dump", "--format", "json", file], capture_output=True, timeout=600, check=False,
                          env={**os.environ, "MWSCOPE_CONFIG_DIR": str(settings)})
    return json.loads(done.stdout)["dumps"] if done.stdout else []


def examined(options, folder, seed):
    notations = options.only.split(",") if options.only else sorted(sets.SETS[options.set])
    score, made = scoring.Score(), []
    for at in range(options.files):
        notation = notations[at % len(notations)]
        chance = random.Random(f"{seed}/{at}/{notation}")
        content, truths, kind = carriers.made(chance, notation, options.carrier)
        file = folder / f"f{at:04d}.txt"
        file.write_bytes(content)
        made.append((file, notation, kind, truths))
    settings = folder / "settings"
    settings.mkdir()
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda one: answer_of(options.mwscope.absolute(), one[0], settings), made)
        for (file, notation, kind, truths), answer in zip(made, answers):
            score.add(file.name, notation, kind, truths, answer)
    return score


def percent(counts, which):
    of = sum(counts.values())
    return 100 * counts[which] / of if of else 100.0


def table(title, rows):
    print(f"\n{title:<20}{'of':>6}{'right':>8}{'missing':>9}{'wrong':>7}")
    for name, counts in rows:
        print(f"{name:<20}{sum(counts.values()):>6}{percent(counts, 'right'):>7.1f}%{counts['missing']:>9}{counts['wrong']:>7}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("mwscope", type=pathlib.Path)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--set", choices=sets.SETS, default="known")
    parser.add_argument("--only", default="")
    parser.add_argument("--carrier", choices=sorted(set(carriers.LAYOUTS)), help="what holds all of them, such as \"in log\"")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=95.0)
    parser.add_argument("--wrong", type=float, default=5.0, help="per thousand")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 30)
    with tempfile.TemporaryDirectory(prefix="mwscope-unseen-") as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        score = examined(options, folder, seed)
    print(f"{options.files} synthetic files from seed {seed}")
    table("field", score.by_field.items())
    worst = sorted(score.by_notation.items(), key=lambda item: (percent(item[1], "right"), item[0]))
    table("notation", worst if options.misses else worst[:12])
    table("carrier", sorted(score.by_kind.items()))
    right, missing, wrong = (score.total(which) for which in (scoring.RIGHT, scoring.MISSING, scoring.WRONG))
    of = right + missing + wrong
    if options.misses:
        print("\nmisses:")
        for result, notation, field, file, say in sorted(score.misses):
            print(f"{result} {field}: {notation} {file}: {say[:600]}")
    print(f"\n{of} fields: {100 * right / of:.2f} % right, {missing} missing, {wrong} wrong ({1000 * wrong / of:.2f} per thousand)")
    check(f"{options.least} % of the fields are right", 100 * right >= options.least * of, f"{right} of {of}")
    check(f"at most {options.wrong} per thousand are wrong", 1000 * wrong <= options.wrong * of, f"{wrong} of {of}")


if __name__ == "__main__":
    main()
    sys.exit(checks.counted())
